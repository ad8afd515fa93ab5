"""Weights of others: every published variant recognised from its file and computing what the original computes."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

from gan_core.errors import InputError
from gan_core.networks import describe
from gan_core.translation.third_party import UNKNOWN_LICENCE, ThirdPartyWeights, model_name, read_third_party
from tests.translation.layout_table import Resnet, Unet, Weights

VARIANTS = [
    Resnet(),
    Resnet(blocks=9, width=16),
    Resnet(channels=1, out=3),
    Resnet(blocks=1, channels=3, out=1),
    Resnet(norm="batch"),
    Resnet(norm="batch", dropout=True),
    Resnet(dropout=True),
    Resnet(norm="instance-2018"),
    Resnet(blocks=9, norm="instance-2019"),
    Resnet(norm="instance-affine"),
    Resnet(norm="none"),
    Resnet(blur_down=True, blur_up=True),
    Resnet(blocks=9, blur_down=True, blur_up=True, norm="instance-2019"),
    Resnet(blur_down=True, norm="batch", dropout=True),
    Resnet(blur_up=True),
    Resnet(old=True, norm="batch"),
    Resnet(old=True, norm="instance-2018", dropout=True),
    Resnet(resize=True),
    Unet(),
    Unet(downs=8),
    Unet(downs=8, norm="batch", channels=1, out=3),
    Unet(norm="batch", bias_always=True, channels=3, out=1),
    Unet(norm="instance-2019"),
    Unet(norm="none"),
]


def saved(path: Path, value: object) -> Path:
    torch.save(value, path)
    return path


def agrees(found: ThirdPartyWeights, layout: Resnet | Unet, weights: Weights, direction: str = "AtoB") -> bool:
    network = found.networks[direction]
    side = 2**layout.downs if isinstance(layout, Unet) else 32
    pictures = torch.rand(1, layout.channels, side, side, generator=torch.Generator().manual_seed(1)) * 2 - 1
    expected = layout.forward(weights, pictures)
    assert expected.std() > 0.1  # not grey whatever the weights are
    return not network.training and float((network(pictures) - expected).abs().max()) < 1e-4


@pytest.mark.parametrize("layout", VARIANTS, ids=str)
def test_every_variant_computes_what_the_original_does(layout: Resnet | Unet, tmp_path: Path) -> None:
    weights = layout.weights()
    found = read_third_party(saved(tmp_path / "net.pth", weights))
    assert agrees(found, layout, weights)
    network = found.networks["AtoB"]
    assert all(value.dtype == torch.float32 for value in network.parameters())
    assert describe(network).items() >= found.card.network.items()
    assert found.card.channels == layout.channels


def test_the_sentence_says_what_it_is_and_what_was_changed(tmp_path: Path) -> None:
    official = Resnet(blocks=9, norm="instance-2019").weights()
    found = read_third_party(saved(tmp_path / "a.pth", official))
    assert found.sentence == (
        "ResNet with 9 blocks, width 8, instance normalisation, 3 to 3 channels; removed 69 legacy statistics."
    )
    assert found.sentence in found.card.notes[0]
    earlier = read_third_party(saved(tmp_path / "b.pth", Resnet(blocks=9, norm="instance-2018").weights()))
    assert "removed 46 legacy statistics" in earlier.sentence
    assert read_third_party(saved(tmp_path / "c.pth", Unet(downs=8).weights())).sentence == (
        "U-Net with 8 levels, width 2, instance normalisation, 3 to 3 channels."
    )
    antialiased = read_third_party(saved(tmp_path / "d.pth", Resnet(blur_up=True, blur_down=True).weights()))
    strange = read_third_party(saved(tmp_path / "e.pth", Resnet(blocks=1, channels=4, out=2).weights()))
    assert "4 to 2 channels" in strange.sentence
    assert "from Python only" in strange.sentence
    assert "CUT's antialiased reductions and enlargements" in antialiased.sentence


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "module._orig_mod.", "netG.", "netG.module.model."])
@pytest.mark.parametrize("layout", [Resnet(), Unet()], ids=["resnet", "unet"])
def test_prefixes_are_stripped(layout: Resnet | Unet, prefix: str, tmp_path: Path) -> None:
    weights = layout.weights()
    found = read_third_party(saved(tmp_path / "net.pth", {prefix + key: value for key, value in weights.items()}))
    assert agrees(found, layout, weights)
    assert f"stripped {prefix} from the keys" in found.sentence


def test_layers_saved_without_their_name(tmp_path: Path) -> None:
    """As `netG.model.state_dict()` gives them, and with DataParallel inside."""
    weights = Resnet().weights()
    for prefix in ("", "model.module."):
        inner = {prefix + key.removeprefix("model."): value for key, value in weights.items()}
        assert agrees(read_third_party(saved(tmp_path / "net.pth", inner)), Resnet(), weights)


@pytest.mark.parametrize("name", ["state_dict", "model", "netG", "netG_A", "G", "generator", "params"])
def test_nested_dictionaries(name: str, tmp_path: Path) -> None:
    weights = Resnet().weights()
    found = read_third_party(saved(tmp_path / "checkpoint.pth", {"epoch": 3, "deeper": {name: weights}}))
    assert agrees(found, Resnet(), weights)


@pytest.mark.parametrize(
    ("forward", "backward"),
    [("netG_A", "netG_B"), ("G_AB", "G_BA"), ("genA2B", "genB2A"), ("generator_XtoY", "generator_YtoX")],
)
def test_two_generators_are_two_directions(forward: str, backward: str, tmp_path: Path) -> None:
    there, back = Resnet().weights(1), Resnet().weights(2)
    nested = saved(tmp_path / "nested.pth", {backward: back, forward: there, "netD_A": discriminator()})
    flat = {f"{forward}.{key}": value for key, value in there.items()}
    flat |= {f"{backward}.module.{key}": value for key, value in back.items()}
    flat |= {f"netD_A.{key}": value for key, value in discriminator().items()}
    for path in (nested, saved(tmp_path / "flat.ckpt", {"state_dict": flat, "global_step": 7})):
        found = read_third_party(path)
        assert list(found.networks) == ["AtoB", "BtoA"]
        assert agrees(found, Resnet(), there, "AtoB")
        assert agrees(found, Resnet(), back, "BtoA")
        assert f"both directions ({forward} and {backward})" in found.sentence
        alone = read_third_party(path, direction="BtoA")
        assert list(alone.networks) == ["BtoA"]
        assert agrees(alone, Resnet(), back, "BtoA")


def test_several_generators_that_nobody_can_tell_apart(tmp_path: Path) -> None:
    path = saved(tmp_path / "zoo.pth", {"cats": Resnet().weights(), "dogs": Resnet().weights()})
    with pytest.raises(InputError, match=r"holds 2 generators \(cats, dogs\)"):
        read_third_party(path)


def test_averaged_weights_are_preferred(tmp_path: Path) -> None:
    raw, averaged = Resnet().weights(1), Resnet().weights(2)
    found = read_third_party(saved(tmp_path / "a.pth", {"netG": raw, "netG_ema": averaged}))
    assert agrees(found, Resnet(), averaged)
    assert "netG_ema" in found.sentence


def test_two_files_are_two_directions(tmp_path: Path) -> None:
    there, back = Resnet().weights(1), Resnet().weights(2)
    one, other = saved(tmp_path / "latest_net_G_A.pth", there), saved(tmp_path / "latest_net_G_B.pth", back)
    found = read_third_party(one, back=other)
    assert agrees(found, Resnet(), there, "AtoB")
    assert agrees(found, Resnet(), back, "BtoA")
    saved(other, Resnet(width=4).weights())
    with pytest.raises(InputError, match=r"different networks.*import them as two models"):
        read_third_party(one, back=other)
    saved(other, {"netG_A": there, "netG_B": back})
    assert agrees(read_third_party(one, back=other), Resnet(), back, "BtoA")
    with pytest.raises(InputError, match=r"G_B\.pth holds both directions already"):
        read_third_party(other, back=one)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_numbers_become_float32(dtype: torch.dtype, tmp_path: Path) -> None:
    stored = {key: value.to(dtype) for key, value in Resnet().weights().items()}
    found = read_third_party(saved(tmp_path / "net.pth", stored))
    assert agrees(found, Resnet(), {key: value.float() for key, value in stored.items()})
    assert f"{str(dtype).removeprefix('torch.')} became float32" in found.sentence


def test_safetensors_with_bare_keys_and_the_format_before_zips(tmp_path: Path) -> None:
    weights = Resnet(norm="batch").weights()
    safetensors.torch.save_file(weights, tmp_path / "net.safetensors")
    assert agrees(read_third_party(tmp_path / "net.safetensors"), Resnet(norm="batch"), weights)
    torch.save(weights, tmp_path / "net.pth", _use_new_zipfile_serialization=False)
    assert agrees(read_third_party(tmp_path / "net.pth"), Resnet(norm="batch"), weights)


def test_counters_that_files_of_2017_lack(tmp_path: Path) -> None:
    weights = Resnet(norm="batch").weights()
    old = {key: value for key, value in weights.items() if not key.endswith("num_batches_tracked")}
    found = read_third_party(saved(tmp_path / "net.pth", old))
    assert agrees(found, Resnet(norm="batch"), weights)
    assert "added 17 counters" in found.sentence


@pytest.mark.parametrize(
    ("name", "direction", "domains", "told"),
    [
        ("horse2zebra.pth", None, ("horse", "zebra"), "AtoB"),
        ("horse2zebra_0.4.0.pth", None, ("horse", "zebra"), "AtoB"),
        ("horse2zebra.pth", "BtoA", ("zebra", "horse"), "BtoA"),
        ("summer_to_winter.pth", None, ("summer", "winter"), "AtoB"),
        ("cityscapes_photo2label.pth", None, ("photo", "label"), "AtoB"),
        ("latest_net_G_B.pth", None, ("A", "B"), "BtoA"),
        ("horse2zebra_net_G_B.pth", None, ("horse", "zebra"), "BtoA"),
        ("pix2pix.pth", None, ("A", "B"), "AtoB"),
    ],
)
def test_names_tell_domains_and_direction(
    name: str, direction: str | None, domains: tuple[str, str], told: str, tmp_path: Path
) -> None:
    found = read_third_party(saved(tmp_path / name, Resnet(blocks=1, width=2).weights()), direction=direction)
    assert (found.card.domains["A"], found.card.domains["B"]) == domains
    assert list(found.networks) == [told]


def test_the_folder_names_what_every_experiment_calls_alike(tmp_path: Path) -> None:
    path = tmp_path / "horse2zebra_pretrained" / "latest_net_G.pth"
    path.parent.mkdir()
    found = read_third_party(saved(path, Resnet(blocks=1, width=2).weights()))
    assert found.card.domains == {"A": "horse", "B": "zebra"}
    assert found.card.name == model_name(path) == "horse2zebra_pretrained"
    assert model_name(Path("ab12cd34ef56ab78/latest_net_G_A.pth")) == "latest_net_G_A"
    assert model_name(Path("../my weights, best!.pth")) == "my-weights-best"


def test_the_card(tmp_path: Path) -> None:
    path = saved(tmp_path / "horse2zebra.pth", Unet(norm="batch").weights())
    card = read_third_party(path).card
    assert (card.kind, card.size, card.licence, card.name) == ("translator", 128, UNKNOWN_LICENCE, "horse2zebra")
    assert card.title == "Horse to zebra, imported"
    assert any("dropout" in note for note in card.notes)
    assert any("--eval" in note for note in card.notes)
    named = read_third_party(path, name="stripes", domains=("mare", "okapi")).card
    assert (named.name, dict(named.domains)) == ("stripes", {"A": "mare", "B": "okapi"})


def discriminator() -> Weights:
    return {
        "model.0.weight": torch.zeros(64, 3, 4, 4),
        "model.0.bias": torch.zeros(64),
        "model.2.weight": torch.zeros(128, 64, 4, 4),
        "model.11.weight": torch.zeros(1, 512, 4, 4),
    }


def without(weights: Weights, key: str) -> Weights:
    return {name: value for name, value in weights.items() if name != key}


WRONG = [
    (discriminator(), "no generator that is known here but a discriminator"),
    ({"mlp_0.0.weight": torch.zeros(256, 3), "mlp_0.0.bias": torch.zeros(256)}, "the feature network F of CUT"),
    (
        {"optimizer": {"state": {0: {"exp_avg": torch.zeros(3)}}}, "netD": discriminator(), "epoch": 5},
        "the state of an optimizer and a discriminator",
    ),
    (
        {"layer1.0.conv1.weight": torch.zeros(4, 3, 3, 3), "fc.bias": torch.zeros(9)},
        r"unknown kind \(layer1.0.conv1.weight \(4, 3, 3, 3\), fc.bias \(9,\)\)",
    ),
    ({"loss": 0.25, "epoch": 5}, "holds no weights"),
    (torch.zeros(3), "holds one Tensor"),
    (without(Resnet().weights(), "model.11.conv_block.5.weight"), "lacks model.11.conv_block.5.weight"),
    (
        Resnet().weights() | {"model.7.weight": torch.zeros(32, 17, 3, 3)},
        r"do not fit each other: model.7.weight has the shape \(32, 17, 3, 3\).* needs \(32, 16, 3, 3\)",
    ),
    (Resnet().weights() | {"attention.weight": torch.zeros(2)}, r"beside those of one: attention.weight \(2,\)"),
    (Resnet().weights() | {"model.12.gate": torch.zeros(2)}, "model.12.gate"),
    (
        Resnet().weights() | {"model.4.bias": torch.full((16,), float("nan"))},
        "model.4.bias in .* holds values that are not finite",
    ),
    (Resnet().weights() | {"model.4.bias": torch.zeros(16, dtype=torch.int8)}, "stored as int8 numbers"),
    (Resnet().weights() | {"model.4.bias": torch.zeros(1).expand(16)}, "claims more numbers than the file holds"),
    (
        Resnet(blocks=1, width=1, channels=17).weights(),
        "cannot be built here: .* channels is a whole number from 1 to 16",
    ),
    (without(Unet().weights(), "model.model.3.weight"), "like no generator"),
]


@pytest.mark.parametrize(("value", "sentence"), WRONG, ids=[sentence[:40] for _, sentence in WRONG])
def test_what_is_no_generator_is_answered_in_a_sentence(value: object, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=sentence):
        read_third_party(saved(tmp_path / "wrong.pth", value))


def test_an_unknown_direction_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="AtoB or BtoA"):
        read_third_party(saved(tmp_path / "a.pth", Resnet(blocks=0, width=1).weights()), direction="forward")


@pytest.mark.parametrize("seed", range(3))
def test_damaged_files_are_answered_in_a_sentence(seed: int, tmp_path: Path) -> None:
    """Bytes changed, lost and added anywhere in the keys and instructions: a sentence, or weights that are still whole."""
    random = np.random.default_rng(seed)
    weights = Resnet(blocks=1, width=1, norm="batch").weights()
    originals = []
    for zipped in (True, False):
        file = io.BytesIO()
        torch.save({"netG": weights, "epoch": 3}, file, _use_new_zipfile_serialization=zipped)
        originals.append(file.getvalue())
    originals.append(safetensors.torch.save(weights))
    path, refused = tmp_path / "net.pth", 0
    for trial in range(60):
        content = bytearray(originals[trial % 3])
        for _ in range(random.integers(1, 6)):
            place = int(random.integers(0, min(len(content), 6000)))
            content[place : place + int(random.integers(0, 9))] = random.bytes(int(random.integers(0, 9)))
        path.write_bytes(content)
        try:
            read_third_party(path)
        except InputError:
            refused += 1
    assert refused > 30
