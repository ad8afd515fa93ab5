"""One yardstick for all racers of a race, whatever the side of their pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_core.data import DataSet
from gan_core.data.dataset import grey
from gan_core.metrics.classifier import Classifier, classifier_for
from gan_core.metrics.patches import sliced_wasserstein


@dataclass(frozen=True)
class Metric:
    """How one number of the table is to be read."""

    key: str
    title: str
    better: str
    """`lower` or `higher`."""
    digits: int


PATCHES = Metric("sliced_wasserstein", "sliced Wasserstein of patches", "lower", 2)
CLASSES = Metric("classes", "classes found", "higher", 0)
CONFIDENT = Metric("confident", "share the classifier is sure of", "higher", 3)


@dataclass
class Judge:
    """Measures pictures against the held-out pictures of the data set, all at `size` and in `channels`.

    Racers may see other sizes: they are compared with the held-out pictures of their own size, both brought to `size`.
    """

    size: int
    channels: int
    samples: int
    classifier: Classifier | None = None
    accuracy: float | None = None
    references: dict[tuple[int, int], Tensor] = field(default_factory=dict)

    @classmethod
    def of(cls, sets: list[DataSet], samples: int) -> Judge:
        """A judge for racers that learn from `sets`: one data set at one or several sizes and numbers of channels."""
        size, channels = min(data.size for data in sets), min(data.channels for data in sets)
        judge = cls(size, channels, samples)
        for data in sets:
            judge.references[data.size, data.channels] = judge.fit(data.held_out)
        own = next(data for data in sets if data.size == size)
        if own.labels is not None:
            judge.classifier, judge.accuracy = classifier_for(own.with_channels(channels))
        return judge

    @property
    def metrics(self) -> list[Metric]:
        return [PATCHES] if self.classifier is None else [PATCHES, CLASSES, CONFIDENT]

    def fit(self, pictures: Tensor) -> Tensor:
        """uint8 pictures (N, C, H, W) at the judge's size and in its channels."""
        if pictures.shape[1] > self.channels:
            pictures = grey(pictures)
        if pictures.shape[-1] == self.size:
            return pictures
        resized = F.interpolate(pictures.float(), (self.size, self.size), mode="bilinear", antialias=True)
        return resized.round().clamp(0, 255).to(torch.uint8)

    def measure(self, pictures: Tensor) -> dict[str, float]:
        """Every metric of uint8 pictures (N, C, H, W) as a racer draws them, by key."""
        reference = self.references[pictures.shape[-1], pictures.shape[1]]
        fitted = self.fit(pictures)
        values = {PATCHES.key: sliced_wasserstein(fitted, reference)}
        if self.classifier is not None:
            judgement = self.classifier.judge(fitted)
            values |= {CLASSES.key: float(judgement.classes), CONFIDENT.key: judgement.confident}
        return values

    def describe(self, floors: dict[str, float]) -> dict[str, Any]:
        """What race.json says of the judging; `floors` is what real pictures measure."""
        return {
            "size": self.size,
            "channels": self.channels,
            "samples": self.samples,
            "accuracy": self.accuracy,
            "metrics": [vars(metric) for metric in self.metrics],
            "floors": floors,
        }
