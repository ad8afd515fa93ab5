"""One evaluator for all trials of a comparison, whatever the size of their pictures."""

from __future__ import annotations

import dataclasses
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_core.data import DataSet, Progress
from gan_core.data.dataset import grey
from gan_core.metrics.evaluator import CLASSES, PATCHES, SURE, DrawPictures, Evaluator
from gan_core.metrics.registry import info_of, is_lower_better, words_for

TITLES = {PATCHES: ("Patches", 2), CLASSES: ("Classes", 0), SURE: ("Sure", 3), "kid": ("KID", 1)}
"""Of the columns, with the digits behind the point."""


class TrialEvaluator:
    """Measures what trials draw against held-out pictures of the data set, all at the smallest side among the trials.

    A trial of another size is compared with the held-out pictures of its own size, both brought to the same side and
    seen by the same classifier.
    """

    def __init__(self, sets: list[DataSet], samples: int, progress: Progress | None = None) -> None:
        """`sets` is one data set, at the sizes and in the channels that the trials see."""
        self.size, self.channels = min(data.size for data in sets), min(data.channels for data in sets)
        first = min(sets, key=lambda data: (data.size, data.channels))
        self.first = Evaluator(self._fitted(first), count=samples, draws=1, progress=progress)
        self._evaluators = {(first.size, first.channels): self.first}
        for data in sets:
            if (data.size, data.channels) not in self._evaluators:
                self._evaluators[data.size, data.channels] = Evaluator(
                    self._fitted(data), count=samples, draws=1, classifier=self.first.classifier
                )

    def measure(self, shape: tuple[int, int], draw: DrawPictures) -> dict[str, float]:
        """Every metric by name, the deciding one first, of a trial with pictures of (side, channels) `shape`."""
        evaluator = self._evaluators[shape]
        return {found.name: found.value for found in evaluator.measure(lambda count, seed: self.fit(draw(count, seed)))}

    def fit(self, pictures: Tensor) -> Tensor:
        """uint8 pictures (N, C, H, W) at the evaluator's size and in its channels."""
        if pictures.shape[1] > self.channels:
            pictures = grey(pictures)
        if pictures.shape[-1] == self.size:
            return pictures
        return torch.cat([self._smaller(part) for part in pictures.split(1024)])

    def describe(self) -> dict[str, Any]:
        """The fields of race.json on the evaluation; `reference_levels` is what real training pictures give."""
        levels = {name: level.value for name, level in self.first.reference_levels().items()}
        return {
            "size": self.size,
            "channels": self.channels,
            "samples": self.first.count,
            "reference": len(self.first.data.held_out),
            "metrics": [_describe(name) for name in levels],
            "reference_levels": levels,
        }

    def _smaller(self, pictures: Tensor) -> Tensor:
        resized = F.interpolate(pictures.float(), (self.size, self.size), mode="bilinear", antialias=True)
        return resized.round().clamp(0, 255).to(torch.uint8)

    def _fitted(self, data: DataSet) -> DataSet:
        if (data.size, data.channels) == (self.size, self.channels):
            return data
        return dataclasses.replace(data, pictures=self.fit(data.pictures), held_out=self.fit(data.held_out))


def _describe(name: str) -> dict[str, Any]:
    title, digits = TITLES.get(name, (info_of(name).title, 2))
    better = "lower" if is_lower_better(name) else "higher"
    return {"key": name, "title": title, "words": words_for(name), "better": better, "digits": digits}
