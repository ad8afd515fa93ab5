"""Whether a picture was memorised: its nearest training pictures, beside those of held-out real pictures.

A nearest neighbour always exists, so a distance alone says nothing. Held-out pictures are real and were never learnt
from: how near *they* lie to the training pictures is what no memory gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from gan_core.cards import Card
from gan_core.data import DataSet, class_column_for, load
from gan_core.data.perceptual_hash import near_pairs, perceptual_hash
from gan_core.errors import InputError
from gan_core.images import to_float, to_uint8
from gan_core.memorization.feature_extractors import FeatureExtractor

Progress = Callable[[int, int], None]

HELD_OUT = 400
"""Held-out pictures whose nearest training pictures are looked for."""
CHUNK_NUMBERS = 2**23
"""Numbers of the training pictures that are compared at once: 32 MB of float32."""
SHORTLIST = 12
TWINS = 3
"""Nearest in each sense that a picture may be a twin of: the same one saved differently is among them."""
RULE = 0.01
"""A picture nearer than this share of the held-out ones, in both senses, is flagged."""
IDENTICAL = 1.5
"""Root mean square difference in levels of 255 up to which two pictures are the same file, saved twice."""


@dataclass(frozen=True)
class Neighbour:
    """A training picture, and its distance."""

    index: int
    distance: float
    """Root mean square difference in levels of 255, or Euclidean in features."""


@dataclass(frozen=True, kw_only=True)
class NeighbourResult:
    """The nearest training pictures of one picture."""

    pixels: tuple[Neighbour, ...]
    """Nearest first."""
    features: tuple[Neighbour, ...]
    twin: int | None
    """A training picture that `data.likeness` takes for the same one, saved differently."""
    verdict: Literal["same", "copy", "near", "new"]
    """`same` (it is a training picture), `copy`, `near` (in one sense only) or `new`."""
    nearer: tuple[float, float]
    """Share of held-out pictures that lie nearer than this one, in pixels and in features."""
    alone: tuple[float, float]
    """The nearest distance divided by the mean of the next ones, in pixels and in features: small where one training
    picture alone is near (after Carlini et al. 2023)."""
    why: str = ""
    """Of a copy: `near`, `alone` or `twin`."""


@dataclass(frozen=True, eq=False)
class HeldOutDistances:
    """The distances that held-out pictures have to their nearest training pictures, ascending."""

    pixels: Tensor
    features: Tensor
    alone: Tensor
    """`NeighbourResult.alone` of them, (2, M), each row ascending."""
    twins: float
    """Share of them that have a twin: where many do, twins say nothing."""
    flagged: int = 0
    """How many of them the same rule flags."""

    def limits(self) -> tuple[float, float]:
        """The distances below which a picture is flagged, in pixels and in features."""
        return _low(self.pixels), _low(self.features)

    def alone_limits(self) -> tuple[float, float]:
        """The same for `NeighbourResult.alone`."""
        return _low(self.alone[0]), _low(self.alone[1])


def training_data(card: Card, place: str | Path | None = None, progress: Progress | None = None) -> DataSet:
    """The pictures that a model learned from, as it saw them: from its card's recipe, or from a `place` named for them.

    Raises InputError where they are not on this machine, or no pictures.
    """
    source = place or card.recipe.get("data")
    if not source:
        raise InputError(f"The card of {card.name} does not say which pictures it learned from; name their folder.")
    seed = card.recipe.get("seed", card.seed)
    try:
        data = load(
            source,
            size=card.size,
            channels=card.channels,
            seed=seed if isinstance(seed, int) else 0,
            class_column=class_column_for(source, card.recipe.get("class_column")),
            progress=progress,
        )
    except InputError as error:
        if place is not None:
            raise
        raise InputError(f"The pictures that {card.name} learned from ({source}) are not on this machine.") from error
    if data.pictures.ndim != 4:
        raise InputError(f"{data.name} holds points, not pictures.")
    if not len(data.held_out):
        raise InputError(f"{data.name} has no held-out pictures to compare with.")
    return data


def is_mirrored(card: Card) -> bool:
    """Whether the model saw its pictures mirrored too: then a mirrored copy is a copy."""
    augmentation = card.recipe.get("augmentation")
    return isinstance(augmentation, (list, tuple)) and "flip" in augmentation


class NeighbourIndex:
    """The training pictures of one data set, ready to be searched."""

    def __init__(
        self, data: DataSet, extractor: FeatureExtractor, *, mirrored: bool = False, progress: Progress | None = None
    ) -> None:
        self.data = data
        self.extractor = extractor
        self.mirrored = mirrored
        self._fingerprints: dict[int, np.ndarray] = {}
        report = progress or (lambda done, total: None)
        self._flat = data.pictures.flatten(1)
        self._rows = max(1, CHUNK_NUMBERS // self._flat.shape[1])
        parts = list(torch.arange(len(self._flat)).split(self._rows))
        total = 2 * len(parts) + 1
        # Around their mean, so that squares of large numbers do not swallow small distances.
        self._mean = torch.stack([self._flat[part].float().sum(0) for part in parts]).sum(0) / len(self._flat)
        lengths, features = [], []
        for done, part in enumerate(parts):
            lengths.append((self._flat[part].float() - self._mean).square().sum(1))
            features.append(extractor.features(data.pictures[part]))
            report(done + 1, total)
        self._lengths, self._features = torch.cat(lengths), torch.cat(features)
        self._feature_lengths = self._features.square().sum(1)
        self.usual = self._measure(lambda done, all_: report(len(parts) + done * len(parts) // all_, total))
        report(total, total)

    def nearest(self, pictures: np.ndarray | Tensor, count: int = 6) -> list[NeighbourResult]:
        """The `count` nearest training pictures of each of uint8 pictures, (N, H, W, 3) or as the data (N, C, H, W).

        Raises InputError for pictures of another shape than the data's.
        """
        found = self._search(self._as_data(pictures), count)
        return [self._result(*each) for each in found]

    def picture(self, index: int) -> np.ndarray:
        """Training picture `index`, uint8 (H, W, 3)."""
        return to_uint8(to_float(self.data.pictures[index : index + 1]))[0]

    def _as_data(self, pictures: np.ndarray | Tensor) -> Tensor:
        if isinstance(pictures, np.ndarray):
            pictures = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2)[:, : self.data.channels]
        if pictures.shape[1:] != self.data.pictures.shape[1:]:
            shape, own = tuple(pictures.shape[2:]), tuple(self.data.pictures.shape[2:])
            raise InputError(f"A picture of {shape} pixels cannot be compared with pictures of {own}.")
        return pictures.contiguous()

    @torch.inference_mode()
    def _search(
        self, pictures: Tensor, count: int
    ) -> list[tuple[tuple[Neighbour, ...], tuple[Neighbour, ...], tuple[float, float], int | None]]:
        """Of each picture the nearest in pixels and in features, how alone the nearest are, and its twin."""
        queries = [pictures, pictures.flip(-1)] if self.mirrored else [pictures]
        many = torch.cat(queries)
        wanted = min(max(count, SHORTLIST), len(self._flat))
        near_pixels = self._nearest_pixels(many, wanted)
        described = self.extractor.features(many)
        squares = described.square().sum(1, keepdim=True) - 2 * described @ self._features.T + self._feature_lengths
        near_features = squares.topk(wanted, largest=False).indices
        found = []
        for i in range(len(pictures)):
            rows = range(i, len(many), len(pictures))
            pixels = _merged(near_pixels[row] for row in rows)
            by_features = _merged(
                zip(
                    near_features[row].tolist(),
                    (described[row] - self._features[near_features[row]]).norm(dim=1).tolist(),
                    strict=True,
                )
                for row in rows
            )
            shortlist = sorted({each.index for each in (*pixels[:TWINS], *by_features[:TWINS])})
            twin = self._twin([many[row] for row in rows], shortlist)
            found.append((pixels[:count], by_features[:count], (_alone(pixels), _alone(by_features)), twin))
        return found

    def _nearest_pixels(self, pictures: Tensor, count: int) -> list[list[tuple[int, float]]]:
        """Of each picture the nearest training pictures and their distances, a chunk of them at a time."""
        queries = pictures.flatten(1).float() - self._mean
        best = torch.full((len(queries), 0), 0.0)
        index = torch.zeros((len(queries), 0), dtype=torch.int64)
        for start in range(0, len(self._flat), self._rows):
            rows = self._flat[start : start + self._rows].float().sub_(self._mean)
            squares = self._lengths[start : start + self._rows] - 2 * queries @ rows.T
            places = torch.arange(start, start + len(rows)).expand(len(queries), -1)
            best, index = torch.cat([best, squares], 1), torch.cat([index, places], 1)
            best, kept = best.topk(min(count, best.shape[1]), largest=False)
            index = index.gather(1, kept)
        found = []
        for picture, near in zip(pictures.flatten(1), index, strict=True):
            # Exactly, among the few: the fast way above rounds.
            apart = (self._flat[near].float() - picture.float()).square().mean(1).sqrt()
            found.append(list(zip(near.tolist(), apart.tolist(), strict=True)))
        return found

    def _twin(self, pictures: Sequence[Tensor], shortlist: Sequence[int]) -> int | None:
        own = np.stack([perceptual_hash(to_uint8(to_float(each[None]))[0]) for each in pictures])
        for index in shortlist:
            if index not in self._fingerprints:
                self._fingerprints[index] = perceptual_hash(self.picture(index))
        others = np.stack([self._fingerprints[index] for index in shortlist])
        pairs = near_pairs(own, others)
        return shortlist[pairs[0][1]] if pairs else None

    def _measure(self, progress: Progress) -> HeldOutDistances:
        held_out = self.data.held_out
        order = torch.randperm(len(held_out), generator=torch.Generator().manual_seed(0))[:HELD_OUT]
        found = []
        for part in order.split(50):
            found += self._search(held_out[part], 1)
            progress(len(found), len(order))
        pixels = torch.tensor([each[0][0].distance for each in found])
        features = torch.tensor([each[1][0].distance for each in found])
        alone = torch.tensor([each[2] for each in found]).T.sort(dim=1).values
        twins = sum(each[3] is not None for each in found) / len(found)
        self.usual = HeldOutDistances(pixels.sort().values, features.sort().values, alone, twins)
        flagged = sum(self._result(*each).verdict in ("same", "copy") for each in found)
        return replace(self.usual, flagged=flagged)

    def _result(
        self,
        pixels: tuple[Neighbour, ...],
        features: tuple[Neighbour, ...],
        alone: tuple[float, float],
        twin: int | None,
    ) -> NeighbourResult:
        usual = self.usual
        apart = pixels[0].distance, features[0].distance
        below = [distance < limit for distance, limit in zip(apart, usual.limits(), strict=True)]
        single = [share < limit for share, limit in zip(alone, usual.alone_limits(), strict=True)]
        verdict, why = "near" if any(below) else "new", ""
        if apart[0] <= IDENTICAL:
            verdict = "same"
        elif all(below) or all(single) or (twin is not None and usual.twins <= RULE):
            verdict, why = "copy", "near" if all(below) else "alone" if all(single) else "twin"
        nearer = _share(usual.pixels, apart[0]), _share(usual.features, apart[1])
        return NeighbourResult(
            pixels=pixels, features=features, twin=twin, verdict=verdict, nearer=nearer, alone=alone, why=why
        )


def _merged(lists: Iterable[Iterable[tuple[int, float]]]) -> tuple[Neighbour, ...]:
    """Each training picture once, nearest first."""
    nearest: dict[int, float] = {}
    for each in lists:
        for index, distance in each:
            nearest[index] = min(distance, nearest.get(index, float("inf")))
    return tuple(Neighbour(index, distance) for index, distance in sorted(nearest.items(), key=lambda each: each[1]))


def _alone(neighbours: tuple[Neighbour, ...]) -> float:
    """The nearest one's distance by the mean of the next ones'; 1 where there are none."""
    others = [each.distance for each in neighbours[1:SHORTLIST]]
    mean = sum(others) / max(1, len(others))
    return neighbours[0].distance / mean if mean > 0 else 1.0


def _low(distances: Tensor) -> float:
    """The distance that `RULE` of them lie below; of fewer than 100 the smallest."""
    return float(distances[int(RULE * len(distances))])


def _share(distances: Tensor, distance: float) -> float:
    return float((distances < distance).float().mean())
