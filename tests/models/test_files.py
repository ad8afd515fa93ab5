import json
import pickle
import struct
import subprocess
import sys

import numpy as np
import pytest
import safetensors.torch
import torch

from gan_core import networks
from gan_core.cards import Card
from gan_core.errors import InputError
from gan_core.models import list_models, load_model, read_card, save_model
from gan_core.models.generator import GeneratorModel
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder, Status
from gan_core.translation import Translator


def card(network: torch.nn.Module, kind: str = "generator", **changes) -> Card:
    values = {"name": "tiny", "kind": kind, "network": networks.describe(network), "size": 32, "channels": 1}
    return Card(**{**values, **changes})


@pytest.fixture
def generator(tiny_recipe):
    torch.manual_seed(0)
    network = networks.build_generator(tiny_recipe, 1)
    network(torch.randn(64, 4))  # running statistics of their own
    return network.eval()


@pytest.fixture
def translators(tiny_cycle):
    torch.manual_seed(0)
    return {name: networks.build_translator(tiny_cycle, 3).eval() for name in ("AtoB", "BtoA")}


@pytest.fixture
def model_file(tmp_path, generator):
    path = tmp_path / "tiny.safetensors"
    save_model(path, {"generator": generator}, card(generator))
    return path


@pytest.fixture
def shelf(tmp_path, monkeypatch, generator):
    folder = tmp_path / "pretrained"
    folder.mkdir()
    monkeypatch.setenv("GAN_WORKBENCH_PRETRAINED", str(folder))
    save_model(folder / "digits.safetensors", {"generator": generator}, card(generator, title="Digits"))
    return folder


def test_single_precision_returns_bit_for_bit(tmp_path, generator):
    path = tmp_path / "model.safetensors"
    save_model(path, {"generator": generator}, card(generator, steps=7), half=False)
    model = load_model(path, "cpu")
    assert isinstance(model, GeneratorModel)
    assert model.card.steps == 7
    assert model.card.precision == "float32"
    for name, value in generator.state_dict().items():
        assert torch.equal(model.network.state_dict()[name], value), name


def test_half_precision_keeps_the_picture_and_the_statistics(model_file, generator):
    stored = safetensors.torch.load_file(model_file)
    kinds = {name: value.dtype for name, value in stored.items()}
    assert kinds["generator.main.0.weight"] == torch.float16
    assert kinds["generator.main.1.running_var"] == torch.float32
    assert kinds["generator.main.1.num_batches_tracked"] == torch.int64
    model = load_model(model_file, "cpu")
    assert model.card.precision == "float16"
    assert all(parameter.dtype == torch.float32 for parameter in model.network.parameters())
    assert isinstance(model, GeneratorModel)
    before = GeneratorModel(generator, model.card).sample(8).astype(int)
    assert np.abs(model.sample(8).astype(int) - before).max() <= 1


def test_discriminators_come_back_with_their_translator(tmp_path, tiny_cycle, translators):
    judge = networks.build_discriminator(tiny_cycle, 3).eval()
    path = tmp_path / "judged.safetensors"
    about = card(translators["AtoB"], "translator", channels=3, judge=networks.describe(judge))
    save_model(path, {**translators, "judge.B": judge}, about, half=False)
    model = load_model(path, "cpu")
    assert isinstance(model, Translator)
    assert set(model.discriminators) == {"B"}
    pictures = torch.rand(1, 3, 32, 32) * 2 - 1
    assert torch.equal(model.discriminators["B"](pictures), judge(pictures))
    with pytest.raises(ValueError, match="networks of a translator"):
        save_model(path, {**translators, "judge.B": judge}, about.replace(judge={}))


def test_a_generator_brings_its_discriminator_along(tmp_path, tiny_recipe):
    network, judge = networks.build_generator(tiny_recipe, 1), networks.build_discriminator(tiny_recipe, 1)
    path = tmp_path / "judged.safetensors"
    about = card(network, "generator", judge=networks.describe(judge))
    save_model(path, {"generator": network, "judge": judge}, about, half=False)
    model = load_model(path, "cpu")
    assert isinstance(model, GeneratorModel)
    assert model.discriminator is not None
    pictures = torch.randn(2, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(model.discriminator(pictures), judge.eval()(pictures), atol=1e-5)
    save_model(path, {"generator": network}, card(network, "generator"))
    plain = load_model(path, "cpu")
    assert isinstance(plain, GeneratorModel)
    assert plain.discriminator is None


def test_imported_models_are_listed_beside_the_runs(tmp_path, shelf, generator):
    imported = tmp_path / "runs" / "models"
    imported.mkdir(parents=True)
    for name in ("digits", "mine"):
        save_model(imported / f"{name}.safetensors", {"generator": generator}, card(generator))
    found = {entry.name: entry.origin for entry in list_models(tmp_path / "runs")}
    assert found == {"digits": "pretrained", "imported/digits": "imported", "mine": "imported"}
    assert load_model("imported/digits", "cpu", tmp_path / "runs").card.name == "tiny"


def test_translators_of_both_directions(tmp_path, translators):
    path = tmp_path / "t.safetensors"
    save_model(path, translators, card(translators["AtoB"], "translator", channels=3, size=16), half=False)
    model = load_model(path, "cpu")
    assert isinstance(model, Translator)
    assert model.directions == ("AtoB", "BtoA")
    for name, network in translators.items():
        for key, value in network.state_dict().items():
            assert torch.equal(model.networks[name].state_dict()[key], value)


def test_translator_of_one_direction(tmp_path, translators):
    path = tmp_path / "t.safetensors"
    save_model(path, {"BtoA": translators["BtoA"]}, card(translators["BtoA"], "translator", channels=3, size=16))
    model = load_model(path, "cpu")
    assert isinstance(model, Translator)
    assert model.directions == ("BtoA",)


def test_networks_must_be_those_of_the_kind(tmp_path, generator):
    with pytest.raises(ValueError, match="AtoB"):
        save_model(tmp_path / "x.safetensors", {"generator": generator}, card(generator, "translator"))


def test_loading_leaves_the_global_random_state_alone(model_file):
    before = torch.random.get_rng_state()
    load_model(model_file, "cpu")
    assert torch.equal(torch.random.get_rng_state(), before)


def test_a_loaded_model_does_not_need_its_file(model_file, generator):
    save_model(model_file, {"generator": generator}, card(generator), half=False)
    model = load_model(model_file, "cpu")
    assert isinstance(model, GeneratorModel)
    before = model.sample(2)
    model_file.write_bytes(b"")  # in place: what was mapped into memory would now end the process
    np.testing.assert_array_equal(model.sample(2), before)


def refused(path, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as error:
        load_model(path, "cpu")
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("keep", [0, 4, 8, 100, 0.5, -1])
def test_files_that_are_cut_short(model_file, keep):
    data = model_file.read_bytes()
    model_file.write_bytes(data[: int(keep * len(data)) if isinstance(keep, float) else keep])
    refused(model_file, "cut short|no model file")


class Bomb:
    def __reduce__(self):
        return exec, ("raise SystemExit('a pickle was opened')",)


@pytest.mark.parametrize("protocol", [0, 2, 4, 5, "zip"])
def test_pickles_are_never_opened(tmp_path, protocol, generator):
    path = tmp_path / "model.pth"
    if protocol == "zip":
        torch.save(generator.state_dict(), path)
    else:
        path.write_bytes(pickle.dumps(Bomb(), protocol=protocol))
    refused(path, "safetensors" if protocol == 0 else "pickle")


def test_a_header_as_long_as_a_pickles_first_bytes_say_is_no_pickle(model_file):
    """The file of a header of 0x0580 bytes begins like a pickle; it is read like any other."""
    values = {**read_card(model_file).to_json(), "kind": "translator", "recipe": {}}
    written(model_file, {}, values)
    missing = 0x0580 - struct.unpack("<Q", model_file.read_bytes()[:8])[0]
    assert missing > 0
    written(model_file, {}, {**values, "title": "x" * missing})
    assert model_file.read_bytes()[:2] == b"\x80\x05"
    refused(model_file, "no weights")


def with_header(path, header: bytes, rest: bytes = b"") -> None:
    path.write_bytes(struct.pack("<Q", len(header)) + header + rest)


@pytest.mark.parametrize(
    "header",
    [
        b"{}",
        b"[]",
        b"not json",
        b"[" * 100_000,
        b'{"__metadata__": {}}',
        b'{"__metadata__": {"card": "{"}}',
        b'{"__metadata__": {"card": "[]"}}',
        b'{"__metadata__": {"card": "{}"}}',
        b'{"__metadata__": {"card": 5}}',
        b'{"a": {"data_offsets": "far"}}',
        b'{"a": 7}',
        b'{"a": {"data_offsets": []}}',
    ],
)
def test_files_without_a_card(tmp_path, header):
    path = tmp_path / "x.safetensors"
    with_header(path, header)
    refused(path, "no card")


def test_other_programs_safetensors_are_refused(tmp_path):
    path = tmp_path / "x.safetensors"
    safetensors.torch.save_file({"w": torch.zeros(3)}, path)
    refused(path, "no card")


def written(path, tensors, card_values) -> None:
    path.write_bytes(safetensors.torch.save(tensors, {"card": json.dumps(card_values)}))


def test_weights_that_do_not_fit(model_file):
    tensors, values = safetensors.torch.load(model_file.read_bytes()), read_card(model_file).to_json()
    name = "generator.main.0.weight"
    written(model_file, {**tensors, name: tensors[name][:2].contiguous()}, values)
    refused(model_file, "do not fit the network.*size mismatch")
    written(model_file, {key: value for key, value in tensors.items() if key != name}, values)
    refused(model_file, "do not fit the network.*Missing")
    written(model_file, {**tensors, "generator.extra": torch.zeros(1)}, values)
    refused(model_file, "do not fit the network.*Unexpected")
    written(model_file, {**tensors, "discriminator.x": torch.zeros(1)}, values)
    refused(model_file, "does not know: discriminator.x")
    written(model_file, {}, {**values, "kind": "translator"})
    refused(model_file, "no weights")
    written(model_file, {**tensors, name: torch.zeros(tensors[name].shape, dtype=torch.int32)}, values)
    refused(model_file, "do not fit the network")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_of_a_training_that_blew_up(model_file, value):
    tensors, values = safetensors.torch.load(model_file.read_bytes()), read_card(model_file).to_json()
    tensors["generator.main.0.weight"].view(-1)[-1] = value
    written(model_file, tensors, values)
    refused(model_file, "not finite.*main.0.weight")


def test_cards_that_name_impossible_networks(model_file):
    tensors, values = safetensors.torch.load(model_file.read_bytes()), read_card(model_file).to_json()
    for network in ({"name": "biggan"}, {"name": "dcgan", "width": 10**9}, {"name": "dcgan", "depth": 3}, {}):
        written(model_file, tensors, {**values, "network": network})
        refused(model_file, "cannot build")
    written(model_file, tensors, {**values, "schema": 99})
    refused(model_file, "schema 99")
    # A network of terabytes in a file of kilobytes is answered at once.
    written(model_file, tensors, {**values, "network": {**values["network"], "width": 1024, "latent_dim": 4096}})
    refused(model_file, "do not fit")


def test_listing(shelf, tmp_path, generator):
    (shelf / "broken.safetensors").write_bytes(b"nothing")
    runs = tmp_path / "runs"
    run = RunFolder.create(runs, Recipe.named("dcgan"), "mine")
    RunFolder.create(runs, Recipe.named("dcgan"), "without-model")
    save_model(run.model, {"generator": generator}, card(generator, name="mine"))
    found = list_models(runs)
    assert [(entry.name, entry.kind, entry.origin) for entry in found] == [
        ("digits", "generator", "pretrained"),
        ("runs/mine", "generator", "run"),
    ]
    assert found[0].title == "Digits"
    assert found[1].title == "runs/mine"
    assert found[0].card == read_card(shelf / "digits.safetensors")


def test_listing_needs_no_torch(shelf, tmp_path):
    program = "import sys\nfrom gan_core.models import list_models\nprint(len(list_models()), 'torch' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert answer.stdout.split() == ["1", "False"]


def test_names(shelf, tmp_path, generator, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runs = tmp_path / "runs"
    run = RunFolder.create(runs, Recipe.named("dcgan"), "mine")
    with pytest.raises(InputError, match="no model yet"):
        load_model("runs/mine", "cpu", runs)
    with run.lock():
        save_model(run.live_weights, {"generator": generator}, card(generator, name="live"))
        assert load_model("runs/mine", "cpu", runs).card.name == "live"
    save_model(run.model, {"generator": generator}, card(generator, name="saved"))
    for name in ("runs/mine", run.path, str(run.path), run.model):
        assert load_model(name, "cpu", runs).card.name == "saved"
    monkeypatch.chdir(shelf)  # where there is no folder `pretrained`
    for name in ("digits", "pretrained/digits.safetensors", "pretrained/digits", "digits.safetensors"):
        assert load_model(name, "cpu", runs).card.title == "Digits"
    run.write_status(Status(state="finished"))
    run.delete()


@pytest.mark.parametrize("name", ["digit", "nothing.safetensors", "runs/none", "", "a\0b", "x" * 5000, "../.."])
def test_unknown_names_are_answered_with_the_known_ones(shelf, tmp_path, name):
    with pytest.raises(InputError, match="Known: digits") as error:
        load_model(name, "cpu", tmp_path / "runs")
    assert len(str(error.value)) < 400
