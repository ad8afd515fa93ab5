from __future__ import annotations

import torch
from torch import Tensor, nn

from gan_core.data import DataSet
from gan_core.metrics.drawing import generator_samples, labels_for_seed, translated_samples

CPU = torch.device("cpu")


class Flat(nn.Module):
    """A picture as bright as its class, or its first latent, says."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.classes = classes

    def forward(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        values = latents[:, 0] if labels is None else labels / 10
        return values.view(-1, 1, 1, 1).expand(-1, 1, 8, 8)


def test_more_than_one_batch_is_drawn_and_seeds_differ() -> None:
    draw = generator_samples(Flat(0), 3, CPU)
    pictures = draw(250, 4)
    assert pictures.shape == (250, 1, 8, 8)
    assert pictures.dtype == torch.uint8
    assert torch.equal(pictures, draw(250, 4))
    assert not torch.equal(pictures, draw(250, 5))


def test_a_conditional_network_is_asked_for_the_classes_of_the_data(bars: DataSet) -> None:
    labels = labels_for_seed(Flat(3), bars, 250, 0)
    assert labels is not None
    expected = ((labels / 10 + 1) * 127.5).round().to(torch.uint8)
    assert torch.equal(generator_samples(Flat(3), 2, CPU, bars)(250, 0)[:, 0, 0, 0], expected)
    assert labels_for_seed(Flat(0), bars, 250, 0) is None


def test_pictures_go_through_a_translator_as_levels() -> None:
    pictures = torch.arange(256, dtype=torch.uint8).view(-1, 1, 1, 1).expand(-1, 3, 2, 2)
    assert torch.equal(translated_samples(nn.Identity(), pictures, CPU), pictures)
