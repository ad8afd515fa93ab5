"""Attributes: read off pictures, regressed on latents."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from gan_core.data import DataSet, glyphs
from gan_core.errors import Cancelled
from gan_core.latents.directions.attributes import find_attributes, regress
from gan_core.latents.directions.readers import AttributeReader, class_reader, explained, factor_reader, quick_readers


@pytest.fixture(scope="module")
def digits() -> DataSet:
    pictures, labels, factors = glyphs.draw(2400, 16, torch.Generator().manual_seed(0))
    return DataSet(
        "tiny digits", pictures[:2000], pictures[2000:], labels[:2000], labels[2000:], tuple("0123456789"),
        attributes={name: values[:2000] for name, values in factors.items()},
        held_out_attributes={name: values[2000:] for name, values in factors.items()},
    )  # fmt: skip


def test_factors_are_read_off_real_pictures_held_out(digits) -> None:
    """What it says of its own accuracy is the R2 on the held-out pictures; 2,000 small digits are enough for 0.8."""
    shares: list[float] = []
    reader = factor_reader(digits, shares.append)
    assert reader.names == ("slant", "thickness", "height", "left-right", "up-down")
    true = torch.stack([digits.held_out_attributes[name] for name in reader.names], 1)
    told = explained(reader.read(digits.held_out), true)
    assert torch.allclose(told, torch.tensor(reader.accuracy).double(), atol=1e-5)
    assert float(told.min()) > 0.8
    assert shares == sorted(shares)
    assert shares[-1] < 1


def test_which_readers_are_quick(digits) -> None:
    assert [reader.kind for reader in quick_readers(digits, 1)] == ["picture", "drawn"]
    assert [reader.names for reader in quick_readers(None, 3)] == [("lightness", "warm colours")]


def test_lightness_and_colour_are_those_of_the_pixels() -> None:
    pictures = torch.zeros(2, 3, 4, 4, dtype=torch.uint8)
    pictures[0, 0], pictures[1] = 200, 100
    (reader,) = quick_readers(None, 3)
    assert torch.allclose(reader.read(pictures), torch.tensor([[60.0, 200.0], [100.0, 0.0]]))
    (reader,) = quick_readers(None, 1)
    assert reader.read(pictures[:, :1]).tolist() == [[200.0], [100.0]]


def test_the_probability_of_classes_is_what_the_classifier_says(digits, monkeypatch) -> None:
    class Fake:
        def features_of(self, pictures: torch.Tensor) -> torch.Tensor:
            return pictures.float().mean((1, 2, 3))[:, None]

        def head(self, features: torch.Tensor) -> torch.Tensor:
            return torch.cat([features, torch.zeros(len(features), 9)], 1)

    monkeypatch.setattr("gan_core.latents.directions.readers.classifier_for", lambda data, progress: (Fake(), 0.9))
    reader = class_reader(digits)
    assert reader.names[3] == "more like 3"
    assert torch.allclose(reader.read(digits.held_out[:5]).sum(1), torch.ones(5))
    assert reader.accuracy == (0.9,) * 10


SLOPE = torch.tensor([3.0, 0.0, -4.0, 0.0, 0.0, 0.0])


def model(classes: int = 0) -> Any:
    return SimpleNamespace(latent_dim=6, classes=tuple(map(str, range(classes))), card=SimpleNamespace(channels=1))


def paint(latents: torch.Tensor, weights: torch.Tensor | None) -> np.ndarray:
    """Grey pictures whose lightness is 128 + 2 <SLOPE, z>, and 60 more for the second of two classes."""
    light = 128 + 2 * latents @ SLOPE + (0 if weights is None else 60 * weights[:, 1])
    return light.clamp(0, 255).round().to(torch.uint8)[:, None, None, None].expand(-1, 4, 4, 3).numpy()


@pytest.mark.parametrize("classes", [0, 2])
def test_a_planted_attribute_is_found_and_one_that_is_not_there_is_not(classes) -> None:
    def noise(pictures: torch.Tensor) -> torch.Tensor:
        return torch.randn(len(pictures), 1, generator=torch.Generator().manual_seed(int(pictures[0, 0, 0, 0])))

    readers = [
        *quick_readers(None, 1),
        AttributeReader(("noise",), "drawn", noise, (0.5,)),
        AttributeReader(("constant",), "drawn", lambda pictures: torch.ones(len(pictures), 1), (0.5,)),
    ]
    shares: list[float] = []
    light, random, constant = find_attributes(model(classes), readers, paint, shares.append, samples=1024)
    assert torch.allclose(torch.tensor(light.vector), SLOPE / 5, atol=0.01)
    assert light.fit > 0.99
    assert light.found
    assert random.fit < 0.1
    assert not random.found
    assert constant.vector == ()
    assert not constant.found
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_the_fit_is_that_of_rows_never_seen() -> None:
    """As many coordinates as rows to fit them: a perfect fit of noise, and none at all of what is held out."""
    draws = torch.Generator().manual_seed(0)
    rows, readings = torch.randn(80, 60, generator=draws), torch.randn(80, 1, generator=draws)
    _, fits = regress(rows, readings, None, 20)
    assert float(fits) < 0.1


def test_it_can_be_cancelled() -> None:
    def stop(share: float) -> None:
        if share > 0.2:
            raise Cancelled

    with pytest.raises(Cancelled):
        find_attributes(model(), quick_readers(None, 1), paint, stop, samples=1024)
