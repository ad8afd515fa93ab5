"""Which generator of a file translates which way, and what a file that cannot be imported is called."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from gan_core.errors import InputError
from gan_core.translation.directions import core, direction_of, file_way, translates
from gan_core.translation.third_party import ThirdPartyWeights, read_third_party
from tests.translation.layout_table import Resnet, Weights

LAYOUT = Resnet(blocks=1, width=2)
THERE, BACK = LAYOUT.weights(1), LAYOUT.weights(2)


def saved(path: Path, value: object) -> Path:
    torch.save(value, path)
    return path


def is_of(found: ThirdPartyWeights, direction: str, weights: Weights) -> bool:
    return torch.equal(found.networks[direction].state_dict()["model.1.weight"], weights["model.1.weight"])


@pytest.mark.parametrize(
    ("forward", "backward"),
    [
        ("netG_A", "netG_B"),
        ("G_AB", "G_BA"),
        ("G_A2B", "G_B2A"),
        ("genA2B", "genB2A"),
        ("generator_AtoB", "generator_BtoA"),
        ("photo2monet", "monet2photo"),
        ("G_photo2monet", "G_monet2photo"),
        ("day_to_night", "night_to_day"),
        ("G", "F"),
        ("generator_g", "generator_f"),
        ("netG_A_ema", "netG_B_ema"),
        ("G_XtoY_state_dict", "G_YtoX_state_dict"),
        ("netG_A2B_ema.weights", "netG_B2A_ema.weights"),
        ("horse2zebra_params", "zebra2horse_params"),
    ],
)
def test_two_names_tell_two_directions(forward: str, backward: str, tmp_path: Path) -> None:
    path = saved(tmp_path / "both.pth", {forward: THERE, "epoch": 3, backward: BACK})
    found = read_third_party(path)
    assert list(found.networks) == ["AtoB", "BtoA"]
    assert is_of(found, "AtoB", THERE)
    assert is_of(found, "BtoA", BACK)
    assert list(read_third_party(path, direction="BtoA").networks) == ["BtoA"]
    assert is_of(read_third_party(path, direction=forward), "AtoB", THERE)  # by its own name


def test_the_names_of_generators_name_the_domains(tmp_path: Path) -> None:
    path = saved(tmp_path / "pair.pth", {"photo2monet": THERE, "monet2photo": BACK})
    assert dict(read_third_party(path).card.domains) == {"A": "photo", "B": "monet"}
    turned = saved(tmp_path / "monet2photo.pth", {"photo2monet": THERE, "monet2photo": BACK})
    found = read_third_party(turned)  # the file's name says which is A
    assert dict(found.card.domains) == {"A": "monet", "B": "photo"}
    assert is_of(found, "AtoB", BACK)


def test_averages_are_taken_for_both_directions(tmp_path: Path) -> None:
    old = LAYOUT.weights(3)
    value = {"netG_A": old, "netG_B": old, "ema": {"netG_A": THERE, "netG_B": BACK}}
    found = read_third_party(saved(tmp_path / "a.pth", value))
    assert is_of(found, "AtoB", THERE)
    assert is_of(found, "BtoA", BACK)
    for raw, averaged in (("params", "params_ema"), ("online_model", "ema_model"), ("g", "g_ema"), ("gen", "average")):
        path = saved(tmp_path / "a.pth", {raw: old, averaged: THERE, "n_averaged": torch.tensor(3)})
        assert is_of(read_third_party(path), "AtoB", THERE), raw
    assert core("cinema2photo") == "cinema2photo"  # no average, for all its letters


@pytest.mark.parametrize(
    ("value", "listed", "named"),
    [
        ({"cats": THERE, "dogs": BACK}, r"2 generators \(cats, dogs\)", "dogs"),
        ([THERE, BACK], r"2 generators \(0, 1\)", "1"),
        ({"one": {"netG": THERE}, "two": {"netG": BACK}}, r"2 generators \(one.netG, two.netG\)", "two.netG"),
        ({"netG_A": THERE, "netG_B": BACK, "netG_C": THERE}, r"3 generators \(netG_A, netG_B, netG_C\)", "netG_B"),
    ],
)
def test_what_cannot_be_told_apart_is_listed_and_taken_by_name(
    value: object, listed: str, named: str, tmp_path: Path
) -> None:
    path = saved(tmp_path / "zoo.pth", value)
    with pytest.raises(InputError, match=rf"{listed}, and it cannot be told .* --direction "):
        read_third_party(path)
    (direction,) = read_third_party(path, direction=named).networks
    assert is_of(read_third_party(path, direction=named), direction, BACK)
    with pytest.raises(InputError, match=r"AtoB or BtoA, or the name of one in zoo.pth .*, not 'birds'"):
        read_third_party(path, direction="birds")


def test_names() -> None:
    assert [direction_of(name) for name in ("netG_A", "G_BA", "genB2A", "generator", "netG", "AtoB", "sigma")] == [
        *("AtoB", "BtoA", "BtoA", None, None, "AtoB", None)
    ]
    told = {"G_AB_100": "AtoB", "G_BA_100": "BtoA", "netG_B2A": "BtoA", "9_net_G_A": "AtoB", "img_a": None, "G": None}
    assert {name: file_way(name) for name in told} == told
    assert translates("G_day_to_night") is None or translates("day_to_night") == ("day", "night")


FAMILIES = [
    ({"genA2B": {"gap_fc.weight": 2, "gmp_fc.weight": 2, "conv1x1.weight": 4, "DownBlock.1.weight": 4}}, "U-GAT-IT"),
    ({"encoder.model.1.weight": 4, "encoder.model.4.weight": 4, "decoder.model.0.weight": 4}, "joliGEN"),
    ({"g_ema": {"style.1.weight": 2, "convs.0.conv.modulation.weight": 2, "input.input": 4}}, "StyleGAN"),
    ({"mapping.fc0.weight": 2, "synthesis.b4.const": 3}, "StyleGAN"),
    ({"state_dict": {"model.diffusion_model.input_blocks.0.0.weight": 4}}, "diffusion"),
    ({"time_embed.0.weight": 2, "input_blocks.0.0.weight": 4}, "diffusion"),
    ({"unet.down.lora_up.weight": 2, "unet.down.lora_down.weight": 2}, "LoRA"),
    ({"params_ema": {"conv_first.weight": 4, "body.0.rdb1.conv1.weight": 4}}, "ESRGAN"),
    ({"model.0.weight": 4, "model.1.sub.0.RDB1.conv1.0.weight": 4}, "ESRGAN"),
    ({"block_a.0.1.weight": 4, "block_e.0.1.weight": 4, "out_layer.0.weight": 4}, "AnimeGAN"),
    ({"main.0.weight": 4, "main.3.weight": 4, "main.9.main.0.weight": 4, "main.1.weight": 1}, "StarGAN"),
    ({"gen_a.enc_content.model.0.conv.weight": 4}, "MUNIT"),
]


@pytest.mark.parametrize(("value", "family"), FAMILIES, ids=[str(number) for number, _ in enumerate(FAMILIES)])
def test_other_families_are_called_by_their_names(value: dict[str, object], family: str, tmp_path: Path) -> None:
    def tensors(value: object) -> object:
        if isinstance(value, dict):
            return {key: tensors(each) for key, each in value.items()}
        assert isinstance(value, int)
        return torch.zeros([3] * (value - 2) + [7, 7] if value == 4 else [2] * value)

    path = saved(tmp_path / "net.pth", tensors(value))
    with pytest.raises(InputError, match=rf"no generator that is known here but .*{family}.*; ResNet and U-Net"):
        read_third_party(path)


def test_a_dcgan_is_told_from_a_discriminator(tmp_path: Path) -> None:
    draws = {f"main.{place}.weight": torch.zeros(100, 32, 4, 4) for place in (0, 3, 6, 9)}
    with pytest.raises(InputError, match="a DCGAN generator, which draws new pictures"):
        read_third_party(saved(tmp_path / "a.pth", draws))


def test_the_tar_archive_of_a_torch_before_2017_is_named(tmp_path: Path) -> None:
    import io
    import tarfile

    with tarfile.open(tmp_path / "a.pth", "w", format=tarfile.USTAR_FORMAT) as archive:
        for name in ("sys_info", "pickle", "tensors", "storages"):
            archive.addfile(tarfile.TarInfo(name), io.BytesIO())
    with pytest.raises(InputError, match=r"torch before version 0\.1\.10.*save it again"):
        read_third_party(tmp_path / "a.pth")
