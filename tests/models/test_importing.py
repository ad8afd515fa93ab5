"""Weights of others as model files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from gan_core import devices
from gan_core.errors import InputError
from gan_core.images import to_float, to_uint8
from gan_core.models import load_model, save_model
from gan_core.models.importing import change_card, import_weights
from gan_core.translation import Translator
from tests.translation.layout_table import Resnet, Unet


@pytest.mark.parametrize(
    "layout",
    [
        Resnet(norm="instance-2019"),
        Resnet(norm="batch", dropout=True),
        Resnet(blur_up=True, blur_down=True),
        Resnet(old=True, norm="batch"),
        Unet(norm="batch"),
    ],
    ids=str,
)
def test_the_model_file_computes_what_the_original_does(layout: Resnet | Unet, tmp_path: Path) -> None:
    weights = layout.weights()
    torch.save(weights, tmp_path / "horse2zebra.pth")
    out = tmp_path / "models" / "stripes.safetensors"
    known = {"licence": "BSD", "data": "horses and zebras"}
    foreign = import_weights(tmp_path / "horse2zebra.pth", out=out, known=known)
    model = load_model(out, device="cpu")
    assert isinstance(model, Translator)
    assert model.directions == ("AtoB",)
    assert model.card.precision == "float32"
    assert (model.card.name, model.card.licence, model.card.data) == ("stripes", "BSD", "horses and zebras")
    assert foreign.sentence in model.card.notes[0]
    side = 128 if isinstance(layout, Unet) else 32
    pictures = torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(1)) * 2 - 1
    torch.testing.assert_close(model.network(pictures), layout.forward(weights, pictures), atol=1e-4, rtol=0)


def test_an_import_translates_in_float32_whatever_is_faster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "settle", lambda device, *_: devices.Arithmetic(device, True, 1))
    layout = Resnet(blocks=2, width=8)
    weights = layout.weights()
    torch.save(weights, tmp_path / "net.pth")
    import_weights(tmp_path / "net.pth", out=tmp_path / "net.safetensors")
    model = load_model(tmp_path / "net.safetensors", device="cpu")
    assert isinstance(model, Translator)
    picture = np.random.default_rng(0).integers(0, 256, (32, 48, 3), dtype=np.uint8)
    expected = to_uint8(layout.forward(weights, to_float(torch.from_numpy(picture).permute(2, 0, 1)[None])))[0]
    assert np.abs(model.run(picture).rgb.astype(int) - expected).max() <= 1
    save_model(tmp_path / "half.safetensors", model.networks, model.card)
    half = load_model(tmp_path / "half.safetensors", device="cpu")
    assert isinstance(half, Translator)
    assert (model.arithmetic("AtoB").bfloat16, half.arithmetic("AtoB").bfloat16) == (False, True)


def test_tensors_that_share_their_memory_are_written_apart(tmp_path: Path) -> None:
    weights = Resnet(blocks=1, width=2).weights()
    flat = torch.cat([value.flatten() for value in weights.values()])
    parts = flat.split([value.numel() for value in weights.values()])
    shared = {key: part.view_as(value) for (key, value), part in zip(weights.items(), parts, strict=True)}
    torch.save(shared, tmp_path / "net.pth")
    import_weights(tmp_path / "net.pth", out=tmp_path / "net.safetensors")
    model = load_model(tmp_path / "net.safetensors", device="cpu")
    assert isinstance(model, Translator)
    assert torch.equal(model.network.state_dict()["model.4.weight"], weights["model.4.weight"])


def test_nothing_is_written_where_it_cannot_be(tmp_path: Path) -> None:
    torch.save(Resnet(blocks=1, width=2).weights(), tmp_path / "net.pth")
    with pytest.raises(InputError, match=r"called NAME\.safetensors"):
        import_weights(tmp_path / "net.pth", out=tmp_path / "net.onnx")
    with pytest.raises(InputError, match=r"cannot be written"):
        import_weights(tmp_path / "net.pth", out=tmp_path / "net.pth" / "net.safetensors")
    (tmp_path / "bad.pth").write_bytes(b"")
    with pytest.raises(InputError, match="is empty"):
        import_weights(tmp_path / "bad.pth", out=tmp_path / "bad.safetensors")
    assert not (tmp_path / "bad.safetensors").exists()


def test_a_card_is_changed_and_the_weights_stay(tmp_path: Path) -> None:
    torch.save(Resnet(blocks=1, width=2).weights(), tmp_path / "net.pth")
    out = tmp_path / "net.safetensors"
    import_weights(tmp_path / "net.pth", out=out)
    before = load_model(out, device="cpu")
    change_card(out, domains={"A": "Pferd 🐴", "B": "zebra"}, title="Stripes")
    after = load_model(out, device="cpu")
    assert isinstance(before, Translator)
    assert isinstance(after, Translator)
    assert (after.card.domains["A"], after.card.title) == ("Pferd 🐴", "Stripes")
    assert after.card.replace(domains=before.card.domains, title=before.card.title) == before.card
    for key, value in before.network.state_dict().items():
        assert torch.equal(value, after.network.state_dict()[key])
