"""The linear probe and the accuracy of conditional models."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from gan_core import networks
from gan_core.cards import Card
from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.metrics import probe as room
from gan_core.metrics.probe import class_accuracy, probe
from gan_core.models.generator import GeneratorModel
from gan_core.networks.players import Discriminator, Generator


def stripes(count: int = 300) -> DataSet:
    """Class 0: the left half is bright, or the right half; class 1: all bright, or all dark. No line through pixel space
    parts them; the product of the halves does."""
    generator = torch.Generator().manual_seed(0)
    left, right = (torch.randint(0, 2, (count,), generator=generator) for _ in range(2))
    labels = (left == right).long()
    halves = torch.stack([left, right], 1).repeat_interleave(4, 1)[:, None, None, :] * 200 + 20
    noise = torch.randint(0, 30, (count, 1, 8, 8), generator=generator)
    pictures = (halves + noise).to(torch.uint8)
    return DataSet("stripes", pictures[100:], pictures[:100], labels[100:], labels[:100], ("part", "whole"))


class Product(Discriminator):
    """Its features hold the product of the halves."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))

    def see(self, samples: Tensor) -> Tensor:
        left, right = samples[..., :4].mean((1, 2, 3)), samples[..., 4:].mean((1, 2, 3))
        return torch.stack([left, right, left * right], 1) * self.weight

    def score(self, hidden: Tensor) -> Tensor:
        return hidden.sum(1)


def test_a_probe_reads_what_features_hold_and_pixels_do_not() -> None:
    network = Product().train()
    found = probe(network, stripes())
    assert found.accuracy == found.training_accuracy == 1.0
    assert found.pixels < 0.7
    assert (found.features, found.samples) == (3, 100)
    assert 0.4 < found.chance < 0.7
    assert network.training


def test_many_features_are_projected_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_FEATURES", 40)
    data = stripes()
    labels = (data.pictures[:, 0, 0, 0] > 100).long(), (data.held_out[:, 0, 0, 0] > 100).long()
    simple = DataSet("left", data.pictures, data.held_out, *labels, ("dark", "bright"))
    assert probe(Product(), simple).pixels > 0.95  # 64 pixels through 40 random directions


def test_what_cannot_be_probed() -> None:
    data = stripes()
    with pytest.raises(InputError, match="no labels"):
        probe(Product(), DataSet("plain", data.pictures, data.held_out))
    with pytest.raises(InputError, match="shows no features"):
        probe(nn.Sequential(nn.Flatten(), nn.Linear(64, 1)), data)


class Known(Generator):
    """Draws the pictures of `stripes`, of the class asked for if `honest`."""

    def __init__(self, honest: bool) -> None:
        super().__init__(2, 2)
        self.honest = honest

    def forward(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        assert labels is not None
        kind = labels if self.honest else 1 - labels
        left = latents[:, 0].sign()
        right = torch.where(kind == 1, left, -left)
        return torch.stack([left, right], 1).repeat_interleave(4, 1)[:, None, None, :].expand(-1, 1, 8, 8) * 0.8

    def paint(self, inputs: Tensor) -> Tensor:
        return inputs


def known(honest: bool) -> GeneratorModel:
    card = Card(name="known", kind="generator", network={}, size=8, channels=1, classes=("part", "whole"))
    return GeneratorModel(Known(honest), card)


def test_pictures_of_the_class_asked_for_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    class Judge(nn.Module):
        def forward(self, pictures: Tensor) -> Tensor:
            same = (pictures[..., :4].mean((1, 2, 3)) * pictures[..., 4:].mean((1, 2, 3)))[:, None]
            return torch.cat([-same, same], 1)

    monkeypatch.setattr(room, "classifier_for", lambda data, progress=None: (Judge(), 0.99))
    right, wrong = (class_accuracy(known(honest), stripes(), per_class=20) for honest in (True, False))
    assert (right.accuracy, wrong.accuracy) == (1.0, 0.0)
    assert right.by_class == {"part": 1.0, "whole": 1.0}
    assert (right.reference_level, right.chance, right.samples) == (0.99, 0.5, 40)


def test_models_that_cannot_be_asked(tiny_recipe) -> None:
    network = networks.build_generator(tiny_recipe, 1)
    card = Card(name="plain", kind="generator", network=networks.describe(network), size=32, channels=1)
    with pytest.raises(InputError, match="one kind"):
        class_accuracy(GeneratorModel(network, card), stripes())
    three = DataSet("three", *[torch.zeros(3, 1, 8, 8, dtype=torch.uint8)] * 2, *[torch.arange(3)] * 2, ("a", "b", "c"))
    with pytest.raises(InputError, match="knows 2 classes and the data set three has 3"):
        class_accuracy(known(True), three)
