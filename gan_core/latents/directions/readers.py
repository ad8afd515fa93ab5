"""What reads an attribute off a picture: its lightness, a factor that its data set was drawn with, its class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from gan_core.data import DataSet
from gan_core.data.dataset import grey
from gan_core.metrics.classifier import classifier_for

Progress = Callable[[float], None]
"""Called with the share done, 0 to 1; raises to cancel."""

SIDE = 32
"""Larger pictures are read at this side: what is read are slants and sizes, not hairs."""
FEATURES = 1500
SHIFTS = 0.5
"""Standard deviation of the features' offsets, in those of their inputs."""
RIDGE = 1e-4
"""Of the ridge regression, as a share of the features' mean square."""
PICTURES = 8000
"""Of a larger data set the first ones are learnt from."""
AT_ONCE = 500
SEED = 21


@dataclass(frozen=True)
class AttributeReader:
    """Reads one or several attributes off pictures."""

    names: tuple[str, ...]
    kind: str
    """`picture` (computed from the pixels), `drawn` (a factor of the data set), `table` (of a table beside the pictures)
    or `class`."""
    read: Callable[[Tensor], Tensor]
    """Pictures uint8 (N, C, H, W) -> float32 (N, len(names))."""
    accuracy: tuple[float | None, ...]
    """Of each on real pictures held out: R2 of a factor, the classifier's share of right answers, of a yes or no of a
    table the balanced share; None where it is exact."""


def quick_readers(
    data: DataSet | None, channels: int, progress: Progress = lambda share: None, *, within: bool = False
) -> list[AttributeReader]:
    """What is learnt in seconds: light and colour, and the factors that the data set was drawn with, if it has them; of
    a table beside the pictures in about a minute at first.

    `data` is what the generator learnt from, None if that is not known; `within` is for one that is told the class.
    """
    quick = [_light_and_colour(channels)]
    if data is None or not data.attributes:
        return quick
    if data.table is None and not any(bool(values.isnan().any()) for values in data.attributes.values()):
        return [*quick, factor_reader(data, progress)]
    from gan_core.latents.directions.table_reader import table_reader  # it builds on this module

    reader = table_reader(data, progress, within=within)
    return [*quick, reader] if reader.names else quick


def _light_and_colour(channels: int) -> AttributeReader:
    """Mean luma and, of colour pictures, mean red minus mean blue, in grey values."""

    def read(pictures: Tensor) -> Tensor:
        luma = pictures if pictures.shape[1] == 1 else grey(pictures)
        values = [luma.float().mean((1, 2, 3))]
        if channels == 3:
            means = pictures.float().mean((2, 3))
            values.append(means[:, 0] - means[:, 2])
        return torch.stack(values, 1)

    names = ("lightness", "warm colours")[: 1 if channels == 1 else 2]
    return AttributeReader(names, "picture", read, (None,) * len(names))


def factor_reader(data: DataSet, progress: Progress = lambda share: None) -> AttributeReader:
    """Reads the factors that `data` was drawn with: ridge regression on fixed random features of small pictures.

    relu(W x + b) with random W and b (Rahimi and Recht 2008) bends as a network's hidden layer does, and what remains
    to be learnt has a closed form: on glyphs it takes three seconds and explains 98 % of every factor of held-out
    digits.
    """
    names = tuple(data.attributes)
    wanted = torch.stack([data.attributes[name][:PICTURES] for name in names], 1).double()
    apart = torch.stack([data.held_out_attributes[name] for name in names], 1).double()
    pictures = data.pictures[:PICTURES]
    small = torch.cat([_small(part) for part in pictures.split(AT_ONCE)])
    middle, spread = small.mean(0), small.std().clamp_min(1e-6)
    generator = torch.Generator().manual_seed(SEED)
    inputs = small.shape[1]
    weights = torch.randn(inputs, FEATURES, generator=generator) / inputs**0.5
    offsets = SHIFTS * torch.randn(FEATURES, generator=generator)

    def features(part: Tensor) -> Tensor:
        bent = torch.relu((part - middle) / spread @ weights + offsets)
        return torch.cat([bent, torch.ones(len(part), 1)], 1)

    products, targets = torch.zeros(FEATURES + 1, FEATURES + 1), torch.zeros(FEATURES + 1, len(names))
    centre, scale = wanted.mean(0), wanted.std(0).clamp_min(1e-12)
    for start in range(0, len(small), AT_ONCE):
        progress(start / len(small))
        seen = features(small[start : start + AT_ONCE])
        products += seen.T @ seen
        targets += seen.T @ ((wanted[start : start + AT_ONCE] - centre) / scale).float()
    penalty = RIDGE * products.diagonal().mean() * torch.eye(FEATURES + 1)
    found = torch.linalg.solve(products + penalty, targets)

    def read(pictures: Tensor) -> Tensor:
        parts = [features(_small(part)) @ found for part in pictures.split(AT_ONCE)]
        return (torch.cat(parts).double() * scale + centre).float()

    return AttributeReader(names, "drawn", read, tuple(explained(read(data.held_out), apart).tolist()))


def class_reader(data: DataSet, progress: Progress = lambda share: None) -> AttributeReader:
    """Reads how probable each class is, with the classifier that also measures generators; trained once, then cached.

    The probability itself, not its logarithm: a direction fitted to it led to the class more often (on glyphs, 70 % of
    pictures three units along against 54 %), because it asks what tells the class from its neighbours.
    """
    classifier, accuracy = classifier_for(data, progress=lambda done, total: progress(done / total))

    @torch.no_grad()
    def probabilities(pictures: Tensor) -> Tensor:
        return classifier.head(classifier.features_of(pictures)).softmax(1)

    names = tuple(f"more like {name}" for name in data.classes)
    return AttributeReader(names, "class", probabilities, (accuracy,) * len(names))


def explained(guessed: Tensor, true: Tensor) -> Tensor:
    """R2 of each column of `guessed` (N, K): 1 is right everywhere, 0 no better than the mean of `true`."""
    wrong = (guessed.double() - true.double()).square().sum(0)
    spread = (true.double() - true.double().mean(0)).square().sum(0)
    return 1 - wrong / spread.clamp_min(1e-12)


def as_data(pictures: np.ndarray, channels: int) -> Tensor:
    """Drawn pictures, uint8 (N, H, W, 3), as a data set's (N, C, H, W)."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2)[:, :channels].contiguous()


def small_pictures(pictures: Tensor) -> Tensor:
    """Pictures uint8 (N, C, H, W) as numbers from 0 to 1, at most SIDE pixels wide and high."""
    values = pictures.float() / 255
    return F.adaptive_avg_pool2d(values, SIDE) if max(values.shape[2:]) > SIDE else values


def _small(pictures: Tensor) -> Tensor:
    """The same as rows of numbers."""
    return small_pictures(pictures).flatten(1)
