"""ONNX files draw what torch draws: read back and run by onnxruntime, apart from what the export says of itself."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gan_core.cards import Card
from gan_core.cli import main
from gan_core.errors import InputError
from gan_core.models import save_model
from gan_core.models.generator import GeneratorModel, latents_for_seed
from gan_core.models.onnx import OnnxReport, export_onnx
from gan_core.networks import describe, generators, translators
from gan_core.translation import Translator
from gan_core.translation.hints import ExtraInputs
from tests.translation.toy_translators import EXACT, resnet

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")


def card(kind: str, network: torch.nn.Module, **facts: Any) -> Card:
    return Card(name="toy", kind=kind, network=describe(network), size=32, channels=3, **facts)


def translator(name: str, **options: Any) -> Translator:
    torch.manual_seed(0)
    sizes: dict[str, Any] = {"resnet": {"width": 4, "blocks": 1}, "unet": {"width": 4, "downs": 3}}.get(name, {})
    networks = {
        direction: translators.build(name, channels=3, **{**sizes, **options}) for direction in ("AtoB", "BtoA")
    }
    facts = card("translator", networks["AtoB"], domains={"A": "summer", "B": "winter"})
    return Translator(networks, facts, arithmetic=EXACT)


def session(path: Path) -> Any:
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def check_parity(report: OnnxReport) -> None:
    assert 0 <= report.parity.mean <= report.parity.largest < 0.1
    facts = {item.key: item.value for item in onnx.load(str(report.path)).metadata_props}
    assert json.loads(facts["parity"])["largest"] == report.parity.largest
    assert json.loads(facts["card"])["name"] == "toy"


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("resnet", {}),
        ("resnet", {"norm": "batch", "dropout": True}),
        ("resnet", {"upsampling": "resize", "out_channels": 1}),
        ("resnet", {"upsampling": "blur", "downsampling": "blur"}),
        ("unet", {}),
        ("unet-pytorch-gan", {"features": [4, 6, 8]}),
    ],
)
def test_a_translator_takes_any_batch_height_and_width(name, options, tmp_path):
    ours = translator(name, **options)
    report = export_onnx(ours, tmp_path / "toy.onnx", "BtoA")
    check_parity(report)
    assert report.direction == "BtoA"
    assert "pictures" in report.parity.compared_on
    assert [path.name for path in tmp_path.iterdir()] == ["toy.onnx"]  # no second file with the weights
    running = session(report.path)
    for shape in ((1, 3, 16, 40), (3, 3, 64, 24), (2, 3, 8, 8)):
        pictures = torch.rand(shape, generator=torch.Generator().manual_seed(1)) * 2 - 1
        with torch.inference_mode():
            expected = ours.networks["BtoA"](pictures).numpy()
        (result,) = running.run(["translated"], {"pictures": pictures.numpy()})
        np.testing.assert_allclose(result, expected, atol=2e-4)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("dcgan", {"latent_dim": 8, "size": 28, "channels": 1, "width": 4}),
        ("mlp784", {"latent_dim": 8, "hidden": 16}),
        ("residual", {"latent_dim": 8, "size": 32, "width": 4}),
        ("dcgan", {"latent_dim": 8, "size": 28, "width": 4, "attention": 14, "skip_excitation": True, "classes": 3}),
        ("residual", {"latent_dim": 8, "size": 64, "width": 4, "attention": 16, "skip_excitation": True}),
        ("dcgan", {"latent_dim": 8, "size": 28, "channels": 1, "width": 4, "classes": 3}),
    ],
)
def test_a_generator_takes_latents_and_labels(name, options, tmp_path):
    torch.manual_seed(0)
    network = generators.build(name, **options).eval()
    model = GeneratorModel(network, card("generator", network))
    report = export_onnx(model, tmp_path / "toy.onnx")
    check_parity(report)
    running = session(report.path)
    for count in (1, 5):
        latents = latents_for_seed(3, count, 8)
        given: tuple[torch.Tensor, ...] = (latents,)
        if "classes" in options:
            given = (latents, torch.arange(count) % 3)
        with torch.inference_mode():
            expected = network(*given).numpy()
        names = [each.name for each in running.get_inputs()]
        assert names == ["latents", "labels"][: len(given)]
        (result,) = running.run(["pictures"], dict(zip(names, [each.numpy() for each in given], strict=True)))
        np.testing.assert_allclose(result, expected, atol=1e-4)


@pytest.mark.parametrize("inputs", [{"hints": True}, {"hints": True, "noise": 3}, {"noise": 1}])
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("resnet", {"width": 4, "blocks": 1}),
        ("unet", {"width": 4, "downs": 3}),
        ("light-unet", {"width": 4, "levels": 3}),
    ],
)
def test_hints_and_noise_are_inputs_of_their_own(name, options, inputs, tmp_path):
    torch.manual_seed(0)
    extra = ExtraInputs(**inputs)
    network = translators.build(name, channels=3 + extra.channels, out_channels=3, **options)
    ours = Translator({"AtoB": network}, card("translator", network, inputs=inputs), arithmetic=EXACT)
    report = export_onnx(ours, tmp_path / "toy.onnx")
    check_parity(report)
    running = session(report.path)
    names = ["pictures"] + ["hints"] * extra.hints + ["noise"] * (extra.noise > 0)
    assert [each.name for each in running.get_inputs()] == names
    facts = {item.key: item.value for item in onnx.load(str(report.path)).metadata_props}
    assert list(json.loads(facts["inputs"])) == names
    random = torch.Generator().manual_seed(1)
    for batch, height, width in ((1, 16, 40), (3, 64, 24)):
        given = {"pictures": torch.rand(batch, 3, height, width, generator=random) * 2 - 1}
        joined = [given["pictures"]]
        if extra.hints:
            given["hints"] = torch.rand(batch, 4, height, width, generator=random)
            joined.append(given["hints"])
        if extra.noise:
            given["noise"] = torch.randn(batch, extra.noise, generator=random)
            joined.append(given["noise"][:, :, None, None].expand(-1, -1, height, width))
        with torch.inference_mode():
            expected = network(torch.cat(joined, 1)).numpy()
        (result,) = running.run(["translated"], {name: value.numpy() for name, value in given.items()})
        np.testing.assert_allclose(result, expected, atol=2e-4)


def test_what_cannot_be_exported_is_a_sentence(tmp_path, monkeypatch):
    ours = Translator({"AtoB": resnet()}, card("translator", resnet()))
    with pytest.raises(InputError, match="BtoA"):
        export_onnx(ours, tmp_path / "toy.onnx", "BtoA")
    (tmp_path / "file").write_text("")
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    with pytest.raises(InputError, match=r"gan-workbench\[onnx\]"):
        export_onnx(ours, tmp_path / "toy.onnx")


def test_the_shell_exports_half_precision_weights_as_float32(tmp_path, capsys):
    ours = translator("resnet")
    path = tmp_path / "toy.safetensors"
    save_model(path, dict(ours.networks), ours.card, half=True)
    target = tmp_path / "new" / "toy.onnx"
    assert main(["export-onnx", str(path), "--out", str(target)]) == 0
    said = capsys.readouterr().out
    assert "toy.onnx" in said
    assert "AtoB" in said
    assert "grey levels" in said
    weights = onnx.load(str(target)).graph.initializer
    assert {weight.data_type for weight in weights if len(weight.dims) == 4} == {onnx.TensorProto.FLOAT}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--out", "toy.txt"], "ends in .onnx"), (["--out", "x.onnx", "--direction", "CtoD"], "AtoB")],
)
def test_the_shell_refuses_in_one_line(arguments, words, capsys):
    assert main(["export-onnx", "toy", *arguments]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
