"""Starting a training from weights: what is taken, what stays, what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from torch import Tensor

from gan_core import networks, tensor_files
from gan_core.cards import Card
from gan_core.data import DataSet
from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.models import load_model, save_model
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder
from gan_core.training import checkpoints, session, start_weights, train
from gan_core.training.start_source import find_source
from gan_core.training.trainer import Trainer
from tests.cli.conftest import picture
from tests.conftest import noise_set

CPU = torch.device("cpu")
EXACT = Arithmetic(CPU, bfloat16=False, threads=1)


@pytest.fixture(autouse=True)
def exact(tiny_recipe: Recipe) -> None:
    torch.set_num_threads(1)


@pytest.fixture
def plain(tiny_recipe: Recipe) -> Recipe:
    return tiny_recipe.replace(deterministic=True)


@pytest.fixture
def source(tmp_path: Path, plain: Recipe, tiny_data: dict[str, DataSet]) -> RunFolder:
    """A run of six steps; whatever starts from it has another seed."""
    return trained(plain.replace(seed=3), tmp_path, tiny_data, "source")


def trained(recipe: Recipe, root: Path, data: dict[str, DataSet], name: str) -> RunFolder:
    folder = session.create(recipe, root, name)
    session.run_training(folder, "cpu", data=data)
    return folder


def begun(recipe: Recipe, root: Path, data: dict[str, DataSet], name: str = "new") -> tuple[Trainer, str]:
    """A trainer that has made no step of a run made for it, and what was said of its weights."""
    folder = session.create(recipe, root, name)
    trainer = Trainer(folder.recipe(), data, CPU, EXACT)
    return trainer, start_weights.begin(trainer, folder)


def newest(folder: RunFolder) -> dict[str, Tensor]:
    return safetensors.torch.load_file(max((folder.path / "checkpoints").glob("[0-9]*.safetensors")))


def part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def equal(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(value, other[name]) for name, value in one.items())


def told(folder: RunFolder) -> list[str]:
    return [event["text"] for event in folder.events()[0] if event["kind"] == "warning"]


# From a run -----------------------------------------------------------------------------------------------------------


def test_a_run_gives_its_trained_weights_their_average_and_its_discriminator(
    tmp_path: Path, plain: Recipe, tiny_data: dict[str, DataSet], source: RunFolder
) -> None:
    trainer, sentence = begun(plain.replace(start_from="runs/source"), tmp_path, tiny_data)
    kept = newest(source)
    assert equal(dict(trainer.players["generator"].state_dict()), part(kept, "player.generator."))
    assert equal(dict(trainer.players["discriminator"].state_dict()), part(kept, "player.discriminator."))
    assert equal(dict(trainer.average.network.state_dict()), part(kept, "average."))
    assert not equal(part(kept, "average."), part(kept, "player.generator."))
    assert all(not optimizer.state_dict()["state"] for optimizer in trainer.optimizers.values())
    assert trainer.average.images_before == 24
    assert (trainer.step_count, trainer.images) == (0, 0)
    assert sentence == "13 of 13 layers come from runs/source."


def test_a_kept_step_gives_the_average_of_that_moment(
    tmp_path: Path, plain: Recipe, tiny_data: dict[str, DataSet], source: RunFolder
) -> None:
    trainer, sentence = begun(plain.replace(start_from="runs/source@2"), tmp_path, tiny_data)
    frame = next(frame.weights for frame in source.keyframes() if frame.step == 2)
    assert frame is not None
    weights = part(safetensors.torch.load_file(frame), "generator.")
    for network in (trainer.players["generator"], trainer.average.network):
        assert all(torch.equal(value.float(), weights[name].float()) for name, value in network.state_dict().items())
    fresh = Trainer(plain, tiny_data, CPU, EXACT).players["discriminator"].state_dict()
    assert equal(dict(trainer.players["discriminator"].state_dict()), dict(fresh)), "the seed's own"
    assert sentence == "7 of 13 layers come from runs/source@2; fresh: the discriminator."


def test_the_last_step_and_the_best_are_their_checkpoints(
    tmp_path: Path, plain: Recipe, tiny_data: dict[str, DataSet], source: RunFolder
) -> None:
    for text in ("runs/source@6", str(max((source.path / "checkpoints").glob("0*.safetensors"))), str(source.path)):
        found = find_source(text, tmp_path).read()
        assert equal(part(found, "generator."), part(newest(source), "player.generator."))
        assert part(found, "average.generator.")
    tensors, values = checkpoints.load(max((source.path / "checkpoints").glob("0*.safetensors")))
    checkpoints.save_best(source.path / "checkpoints", tensors, {**values, "step": 4})
    source.best_model.write_bytes(source.model.read_bytes())
    assert find_source("runs/source/best", tmp_path).card.steps == 4
    assert find_source("runs/source@4", tmp_path).read().keys() == find_source("runs/source", tmp_path).read().keys()


def test_a_damaged_newest_checkpoint_is_passed_over(
    tmp_path: Path, plain: Recipe, tiny_data: dict[str, DataSet], source: RunFolder
) -> None:
    for path in checkpoints.saved(source.path / "checkpoints"):
        content = bytearray(path.read_bytes())
        content[-5] ^= 1
        path.write_bytes(bytes(content))
    found = find_source("runs/source", tmp_path)  # its model, where no checkpoint is good
    assert not part(found.read(), "average.")
    assert found.read()["generator.main.0.weight"].dtype == torch.float16


# From a model ---------------------------------------------------------------------------------------------------------


def test_a_model_file_gives_its_generator_and_its_judge(
    tmp_path: Path, plain: Recipe, tiny_data: dict[str, DataSet], source: RunFolder
) -> None:
    trainer, sentence = begun(plain.replace(start_from=str(source.model)), tmp_path, tiny_data)
    model = load_model(source.model, "cpu")
    assert equal(dict(trainer.players["generator"].state_dict()), dict(model.network.state_dict()))
    assert model.discriminator is not None
    assert equal(dict(trainer.players["discriminator"].state_dict()), dict(model.discriminator.state_dict()))
    assert equal(dict(trainer.average.network.state_dict()), dict(model.network.state_dict()))
    assert "13 of 13 layers come from model.safetensors" in sentence


def test_fresh_layers_are_the_seeds(tmp_path: Path, plain: Recipe, source: RunFolder) -> None:
    data = {"A": noise_set(3, 64)}
    recipe = plain.replace(size=64, channels=3, seed=9, start_from="runs/source")
    trainer, sentence = begun(recipe, tmp_path, data)
    fresh = Trainer(recipe, data, CPU, EXACT)
    for network, other in (
        (trainer.players["generator"], fresh.players["generator"]),
        (trainer.average.network, fresh.average.network),
    ):
        mine, theirs = network.state_dict(), other.state_dict()
        assert [name for name in mine if torch.equal(mine[name], theirs[name]) and mine[name].ndim > 1] == [
            "main.0.weight", "main.3.weight",
        ]  # fmt: skip
    assert trainer.average.images_before == 0, "an average of noise is to be forgotten soon"
    assert "fresh: the first layer of the generator, main.1 of the generator, main.3 of the generator" in sentence
    assert "the last layer of the generator (changed from grey to colour pictures)" in sentence


def test_a_translator_gives_both_directions_and_both_discriminators(
    tmp_path: Path, tiny_cycle: Recipe, tiny_fastcut: Recipe, tiny_pair: dict[str, DataSet]
) -> None:
    cycle = tiny_cycle.replace(deterministic=True)
    folder = trained(cycle, tmp_path, tiny_pair, "cycle")
    kept = newest(folder)
    trainer, sentence = begun(cycle.replace(seed=1, start_from="runs/cycle"), tmp_path, tiny_pair)
    for name, prefix in (
        ("AtoB", "generators"),
        ("BtoA", "generators"),
        ("A", "discriminators"),
        ("B", "discriminators"),
    ):
        assert equal(dict(trainer.players[name].state_dict()), part(kept, f"player.{prefix}.members.{name}."))
    assert equal(dict(trainer.exported()["BtoA"].state_dict()), part(kept, "average.members.BtoA."))
    assert "fresh" not in sentence

    one_way = tiny_fastcut.replace(deterministic=True, seed=1, start_from="runs/cycle")
    trainer, sentence = begun(one_way, tmp_path, tiny_pair, "one-way")
    assert equal(dict(trainer.players["AtoB"].state_dict()), part(kept, "player.generators.members.AtoB."))
    assert equal(dict(trainer.players["B"].state_dict()), part(kept, "player.discriminators.members.B."))
    assert "fresh: the heads" in sentence


def test_a_translator_of_one_direction_leaves_the_other_fresh(
    tmp_path: Path, tiny_cycle: Recipe, tiny_fastcut: Recipe, tiny_pair: dict[str, DataSet]
) -> None:
    trained(tiny_fastcut.replace(deterministic=True), tmp_path, tiny_pair, "fastcut")
    recipe = tiny_cycle.replace(deterministic=True, seed=1, start_from="runs/fastcut")
    trainer, sentence = begun(recipe, tmp_path, tiny_pair)
    fresh = Trainer(recipe, tiny_pair, CPU, EXACT)
    assert equal(dict(trainer.players["BtoA"].state_dict()), dict(fresh.players["BtoA"].state_dict()))
    assert "fresh: BtoA, the discriminator of A" in sentence


# The recipe -----------------------------------------------------------------------------------------------------------


def test_the_networks_are_the_models_unless_they_were_chosen(tmp_path: Path, source: RunFolder) -> None:
    asked = Recipe.named("dcgan")
    recipe, sentence = start_weights.fitted(asked, "runs/source", runs_root=tmp_path)
    assert (recipe.generator, recipe.discriminator) == (source.recipe().generator, source.recipe().discriminator)
    assert (recipe.latent_dim, recipe.size, recipe.start_from) == (4, 32, "runs/source")
    assert sentence == "As in runs/source: generator width 2, discriminator width 2, latent dim 4."

    settings = {"generator.width": 32, "size": 64}
    recipe, sentence = start_weights.fitted(asked.with_settings(settings), "runs/source", settings, tmp_path)
    assert (recipe.generator.options, recipe.size, recipe.latent_dim) == ({"width": 32}, 64, 4)
    assert sentence.endswith("Other than in runs/source: generator width 32, size 64.")

    changed = asked.with_settings({"latent_dim": 7, "generator.width": 4})  # in Python nothing tells that it was set
    recipe, _ = start_weights.fitted(changed, "runs/source", runs_root=tmp_path)
    assert (recipe.latent_dim, recipe.generator.options["width"]) == (7, 4)
    assert start_weights.fitted(asked) == (asked, "")


def test_train_takes_a_model_by_name(tmp_path: Path, plain: Recipe, source: RunFolder) -> None:
    for number in range(8):
        picture(tmp_path / "pictures" / f"{number}.png", (32, 32), "L", seed=number)
    recipe = Recipe.named("dcgan").with_settings({"batch_size": 4, "channels": 1, "deterministic": True})
    events = list(train(recipe, tmp_path / "pictures", 2, device="cpu", out=tmp_path / "new", start_from=source.path))
    assert "13 of 13 layers come from source." in [event.get("text") for event in events]
    assert RunFolder(tmp_path / "new").recipe().start_from == str(source.path)


def test_a_discriminator_that_the_penalty_refuses_is_the_recipes(tmp_path: Path, source: RunFolder) -> None:
    recipe, _ = start_weights.fitted(Recipe.named("wgan-gp"), "runs/source", runs_root=tmp_path)
    assert recipe.discriminator == Recipe.named("wgan-gp").discriminator


def test_a_model_that_takes_hints_gets_them_from_its_recipe(tmp_path: Path) -> None:
    made = networks.translators.build("resnet", channels=7, out_channels=3, width=2, blocks=1).eval()
    described = networks.describe(made)
    card = Card(name="h", kind="translator", network=described, size=32, channels=3, inputs={"hints": True})
    save_model(tmp_path / "h.safetensors", {"AtoB": made}, card, half=False)
    path = str(tmp_path / "h.safetensors")
    recipe, _ = start_weights.fitted(Recipe.named("pix2pix"), path)
    assert recipe.game.options["hints"] is True
    kept, _ = start_weights.fitted(Recipe.named("pix2pix"), path, {"game.hints": False})
    assert kept.game == Recipe.named("pix2pix").game
    folder = session.create(recipe, tmp_path, "hinted")
    data = {"A": noise_set(3, 32), "B": noise_set(3, 32, seed=1)}
    trainer = Trainer(folder.recipe(), data, CPU, EXACT)
    assert "fresh: the discriminator of B." in start_weights.begin(trainer, folder)
    assert equal(dict(trainer.players["AtoB"].state_dict()), dict(made.state_dict()))


# What a run keeps -----------------------------------------------------------------------------------------------------


def test_a_run_needs_its_source_no_more_and_resumes_bit_for_bit(
    tmp_path: Path, plain: Recipe, tiny_data: dict[str, DataSet], source: RunFolder
) -> None:
    recipe = plain.replace(start_from="runs/source", steps=8)
    runs = [session.create(recipe, tmp_path, name) for name in ("whole", "half")]
    source.delete()
    session.run_training(runs[0], "cpu", data=tiny_data)
    runs[1].write_recipe(runs[1].recipe().replace(steps=4))
    session.run_training(runs[1], "cpu", data=tiny_data)
    session.extend(runs[1], steps=8)
    session.run_training(runs[1], "cpu", data=tiny_data)
    whole, half = (newest(run) for run in runs)
    assert equal(whole, half)
    assert checkpoints.newest_values(runs[1].path / "checkpoints")["images_before"] == 24
    assert told(runs[1]).count("13 of 13 layers come from runs/source.") == 1


def test_the_card_says_where_it_started_and_carries_the_terms_on(
    tmp_path: Path, plain: Recipe, tiny_data: dict[str, DataSet], source: RunFolder
) -> None:
    card = load_model(source.model, "cpu").card.replace(
        licence="CC BY-SA 4.0", attribution="Drawn by somebody", data="emoji", name="emoji"
    )
    path = tmp_path / "emoji.safetensors"
    network = load_model(source.model, "cpu").network
    save_model(path, {"generator": network}, card.replace(judge={}))
    folder = trained(plain.replace(start_from=str(path)), tmp_path, tiny_data, "emoji-run")
    made = load_model(folder.model, "cpu").card
    record = start_weights.kept_record(folder)
    assert record is not None
    assert (made.licence, made.attribution) == ("your own / CC BY-SA 4.0", "Drawn by somebody")
    assert made.notes == (
        f"Started from the weights of emoji.safetensors at step 6, learned from emoji; SHA-256 {record.digest[:16]}.",
    )
    assert made.recipe["start_from"] == str(path.resolve())
    again = trained(plain.replace(start_from="runs/emoji-run"), tmp_path, tiny_data, "again")
    assert load_model(again.model, "cpu").card.licence == "your own / CC BY-SA 4.0"


def test_two_runs_of_one_recipe_are_equal(
    tmp_path: Path, plain: Recipe, tiny_data: dict[str, DataSet], source: RunFolder
) -> None:
    recipe = plain.replace(start_from="runs/source")
    one, other = (trained(recipe, tmp_path, tiny_data, name) for name in ("one", "other"))
    assert equal(newest(one), newest(other))


def test_a_copy_that_is_gone_or_damaged_is_said(
    tmp_path: Path, plain: Recipe, tiny_data: dict[str, DataSet], source: RunFolder
) -> None:
    folder = session.create(plain.replace(start_from="runs/source"), tmp_path, "new")
    kept = folder.path / start_weights.FILE
    content = kept.read_bytes()
    for damaged, words in (
        (bytes([*content[:-3], content[-3] ^ 1, *content[-2:]]), "is damaged"),
        (content[:-10], "is cut short"),
        (None, "is not there any more: put it back, or start a new run"),
    ):
        kept.unlink() if damaged is None else kept.write_bytes(damaged)
        with pytest.raises(InputError, match=words):
            session.run_training(folder, "cpu", data=tiny_data)
        assert folder.status().state == "failed"
    kept.write_bytes(content)
    session.run_training(folder, "cpu", data=tiny_data)
    assert folder.status().state == "finished"


def test_the_weights_of_another_run_are_not_taken_for_its_own(
    tmp_path: Path, plain: Recipe, tiny_data: dict[str, DataSet], source: RunFolder
) -> None:
    folder = session.create(plain.replace(start_from="runs/source"), tmp_path, "new")
    other = session.create(plain.replace(start_from="runs/source@2"), tmp_path, "other")
    (folder.path / start_weights.FILE).write_bytes((other.path / start_weights.FILE).read_bytes())
    with pytest.raises(InputError, match="holds weights of runs/source@2"):
        session.run_training(folder, "cpu", data=tiny_data)


# The average ----------------------------------------------------------------------------------------------------------


def test_the_average_does_not_forget_where_it_started(
    tmp_path: Path, plain: Recipe, tiny_data: dict[str, DataSet], source: RunFolder
) -> None:
    trainer, _ = begun(plain.replace(start_from="runs/source"), tmp_path, tiny_data)
    before = [value.clone() for value in trainer.average.network.parameters()]
    trainer.step()
    # 28 images seen in all, 4 of them now: half-life 1.4 images, not the 0.2 of a young run.
    for old, now, new in zip(before, trainer.average.network.parameters(), trainer.generator.parameters(), strict=True):
        torch.testing.assert_close(now, torch.lerp(old, new, 1 - 0.5 ** (4 / 1.4)))


# Frozen layers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["alternating", "simultaneous", "extragradient", "lookahead"])
def test_frozen_layers_of_the_discriminator_stay(
    solver: str, tmp_path: Path, plain: Recipe, tiny_data: dict[str, DataSet], source: RunFolder
) -> None:
    settings = {"frozen_discriminator_layers": 2, "start_from": "runs/source", "solver": solver}
    folder = trained(plain.with_settings(settings), tmp_path, tiny_data, "frozen")
    before, after = part(newest(source), "player.discriminator."), part(newest(folder), "player.discriminator.")
    names = [name for name, value in before.items() if value.is_floating_point() and "running" not in name]
    unmoved = [name for name in names if torch.equal(before[name], after[name])]
    assert set(unmoved) == {"main.0.weight", "main.2.weight", "main.3.weight", "main.3.bias"}


def test_frozen_layers_stay_in_a_run_that_goes_on(
    tmp_path: Path, plain: Recipe, tiny_data: dict[str, DataSet], source: RunFolder
) -> None:
    recipe = plain.replace(frozen_discriminator_layers=1, start_from="runs/source", steps=3)
    folder = trained(recipe, tmp_path, tiny_data, "frozen")
    session.extend(folder, steps=6)
    session.run_training(folder, "cpu", data=tiny_data)
    name = "player.discriminator.main.0.weight"
    assert torch.equal(newest(source)[name], newest(folder)[name])


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"frozen_discriminator_layers": 1}, "name one with start_from"),
        ({"frozen_discriminator_layers": 4, "start_from": "runs/source"}, "at most 3, not 4"),
        ({"frozen_discriminator_layers": 2, "start_from": "runs/source@2"}, "holds no discriminator that fits"),
        ({"frozen_discriminator_layers": -1}, "is a number of layers"),
    ],
)
def test_layers_that_cannot_be_frozen_are_refused(
    settings: dict[str, Any], words: str, tmp_path: Path, plain: Recipe, source: RunFolder
) -> None:
    with pytest.raises(InputError, match=words):
        session.create(plain.with_settings(settings), tmp_path, "no")
    assert not (tmp_path / "no").exists()


# What is refused ------------------------------------------------------------------------------------------------------


def foreign(folder: Path) -> None:
    torch.save({"weight": torch.zeros(3)}, folder / "foreign.pth")
    safetensors.torch.save_file({"weight": torch.zeros(3)}, folder / "bare.safetensors")
    (folder / "empty.safetensors").write_bytes(b"")


def spoiled(folder: Path, model: Path) -> None:
    content = model.read_bytes()
    (folder / "cut.safetensors").write_bytes(content[: len(content) // 2])
    (folder / "flipped.safetensors").write_bytes(bytes([*content[:-9], content[-9] ^ 8, *content[-8:]]))
    tensors, header = tensor_files.read(model)
    tensors["generator.main.0.weight"][0] = float("nan")
    (folder / "nan.safetensors").write_bytes(tensor_files.serialized(tensors, {"card": header["card"]}))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("foreign.pth", "holds weights of another program.*import-weights"),
        ("bare.safetensors", "has no card"),
        ("empty.safetensors", "is no model file or is cut short"),
        ("cut.safetensors", "is cut short"),
        ("flipped.safetensors", "is not what was written"),
        ("nan.safetensors", "are not finite"),
        ("nowhere.safetensors", "There is no model named"),
    ],
)
def test_files_that_cannot_be_started_from_are_refused_in_a_sentence(
    name: str, words: str, tmp_path: Path, plain: Recipe, source: RunFolder
) -> None:
    foreign(tmp_path)
    spoiled(tmp_path, source.model)
    with pytest.raises(InputError, match=words):
        session.create(plain.replace(start_from=str(tmp_path / name)), tmp_path, "no")
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("runs/source@5000", "nearest are those of step 6.*6 steps are kept: 1, 2, 3, 4, 5, 6"),
        ("runs/nobody", "There is no model named 'runs/nobody'"),
        ("runs/source@", "There is no model named"),
        ("@3", "There is no model named"),
        ("", "There is no model named"),
        ("a\0b", "is no path: it holds a NUL"),
        ("runs/source/../source@x", "There is no model named"),
    ],
)
def test_names_and_steps_that_are_not_there_are_refused(
    text: str, words: str, tmp_path: Path, source: RunFolder
) -> None:
    with pytest.raises(InputError, match=words):
        find_source(text, tmp_path)


def test_a_model_of_the_other_kind_is_refused(
    tmp_path: Path, plain: Recipe, tiny_cycle: Recipe, source: RunFolder
) -> None:
    with pytest.raises(InputError, match="runs/source draws pictures and the recipe 'tiny-cycle' translates"):
        session.create(tiny_cycle.replace(start_from="runs/source"), tmp_path, "no")
    with pytest.raises(InputError, match="such as dcgan"):
        start_weights.fitted(Recipe.named("cyclegan"), "runs/source", runs_root=tmp_path)
    made = networks.build_translator(tiny_cycle, 3).eval()
    card = Card(name="t", kind="translator", network=networks.describe(made), size=16, channels=3)
    save_model(tmp_path / "t.safetensors", {"AtoB": made}, card)
    with pytest.raises(InputError, match="such as cyclegan"):
        session.create(plain.replace(start_from=str(tmp_path / "t.safetensors")), tmp_path, "no")


def test_networks_that_share_no_layer_are_refused(tmp_path: Path, plain: Recipe, source: RunFolder) -> None:
    recipe = plain.with_settings({"generator.width": 4, "start_from": "runs/source"})
    with pytest.raises(InputError, match="Nothing of runs/source fits: its network is dcgan of width 2"):
        session.create(recipe, tmp_path, "no")
    assert not (tmp_path / "no").exists()


def test_a_run_without_a_checkpoint_or_model_is_said(tmp_path: Path, plain: Recipe) -> None:
    RunFolder.create(tmp_path, plain, "young")
    with pytest.raises(InputError, match="has no model yet"):
        find_source("runs/young", tmp_path)


def test_the_recipe_is_json_like_any_other(plain: Recipe) -> None:
    recipe = plain.replace(start_from="runs/x@7", frozen_discriminator_layers=2)
    assert Recipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe
    assert Recipe.named("dcgan").with_settings({"start_from": "none"}).start_from is None
    with pytest.raises(InputError, match="start_from is"):
        Recipe.from_json({**plain.to_json(), "start_from": 7})
