"""How far drawn pictures are from real ones, each number beside its reference level, its spread and its samples.

One instrument for `evaluate`, for a run while it trains, for races and for scripts. Reference is always the held-out
part of a data set; the reference level is what equally many real training pictures give against it.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from gan_core.data import DataSet, Progress
from gan_core.errors import InputError
from gan_core.metrics.classifier import FEATURES, Classifier, Judgement, cached_classifier, classifier_for
from gan_core.metrics.frechet import Moments, frechet_distance, moments
from gan_core.metrics.patches import debiased_sliced_wasserstein, sliced_wasserstein
from gan_core.metrics.reference import ReferenceLevel, deviation, levels_of_halves, reference_levels

DrawPictures = Callable[[int, int], Tensor]
"""`draw(count, seed)`: that many generated pictures, uint8 (count, C, H, W) on the CPU; other seeds, other pictures."""
COUNT = 2_000
DRAWS = 3
FEWEST = 2 * FEATURES
"""Fewest held-out and drawn pictures from which a covariance of `FEATURES` dimensions is worth a distance."""
FRECHET, PATCHES, CLASSES, SURE = "frechet", "sliced-wasserstein", "classes-found", "sure-share"


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One number about pictures, with all that is needed to judge it."""

    name: str
    """Says the instrument: `frechet-glyphs-a1b2c3` (data and hash of the feature network), `sliced-wasserstein`, ..."""
    value: float
    """Mean over the draws."""
    reference_level: float | None
    """The same number for real pictures in place of the drawn ones; None where there is none."""
    reference_spread: float | None = None
    """Standard deviation of the reference level over `reference_draws` draws of `reference_samples` real pictures each."""
    reference_draws: int = 0
    reference_samples: int = 0
    """As many as `samples`, except where no picture could be spared for it: see `Yardstick`."""
    reference_over: str = ""
    """What these draws are: see `ReferenceLevel.over`."""
    spread: float | None
    """Standard deviation over `draws` draws of `samples` pictures each; None from a single draw."""
    spread_over: str = "independent"
    """What draws these are: `independent`, or `bootstrap` where there are no other pictures to draw."""
    samples: int
    """Drawn pictures in each draw."""
    reference: int
    """Real held-out pictures compared with."""
    draws: int = 1
    seed: int = 0
    """Of the first draw; the next ones use seed + 1, seed + 2, ..."""
    lower_is_better: bool = True
    words: str = ""
    """What it is, for people."""
    details: dict[str, Any] = field(default_factory=dict)
    """More that belongs to it: dimension and accuracy of the feature network, ..."""

    def to_json(self) -> dict[str, Any]:
        """As JSON holds it: floats in six digits, None for what is not finite."""
        values = dataclasses.asdict(self)
        return {key: _finite(value) if isinstance(value, float) else value for key, value in values.items()}


class Yardstick:
    """A data set made ready to compare pictures with: its reference level is computed once, however often it measures."""

    def __init__(
        self,
        data: DataSet,
        *,
        count: int = COUNT,
        draws: int = DRAWS,
        seed: int = 0,
        train: bool = True,
        classifier: Classifier | None = None,
        main_only: bool = False,
        spare: bool = True,
        progress: Progress | None = None,
    ) -> None:
        """Compare `draws` x `count` pictures with `data`'s held-out ones.

        `count` is lowered to the number of training pictures, since the reference level needs as many. For labelled data the
        feature network comes from the cache; if it is not there it is trained, or without `train` the numbers that
        need it are left out. `classifier` takes its place, to look at other pictures of the same data with the same
        eyes. `main_only` leaves out all but the deciding measurement. Without `spare` all pictures are held out, none is left for
        the reference level: it is then what halves of them give against each other. Raises InputError for fewer than 2 pictures or less than one draw.
        """
        if count < 2 or draws < 1:
            raise InputError(f"At least 2 pictures and 1 draw are needed to measure, not {count} and {draws}.")
        if data.pictures.ndim != 4:
            raise InputError(f"{data.name} holds points, not pictures; the Lab measures those.")
        self.data = data
        self.spare = spare
        self.count = min(count, len(data.pictures) if spare else len(data.held_out))
        self.draws = draws
        self.seed = seed
        self.main_only = main_only
        self.classifier: Classifier | None = classifier
        if classifier is None and data.labels is not None and data.held_out_labels is not None:
            self.classifier = classifier_for(data, progress=progress)[0] if train else cached_classifier(data)
        self._reference: Moments | None = None
        if self.classifier is not None and min(len(data.held_out), self.count) >= FEWEST:
            self._reference = moments(self.classifier.features_of(data.held_out))
        self._levels: dict[str, ReferenceLevel] | None = None

    @property
    def main(self) -> str:
        """The name of the measurement that decides which state is best."""
        return self._frechet_name() if self._reference is not None else PATCHES

    def reference_levels(self) -> dict[str, ReferenceLevel]:
        """By name, what real training pictures give."""
        if self._levels is None and not self.spare:
            real = self.data.held_out
            self._levels = levels_of_halves(
                lambda one, other, draw: self._look(real[one], draw, real[other]), len(real), seed=self.seed
            )
        if self._levels is None:
            self._levels = reference_levels(
                lambda chosen, draw: self._look(self.data.pictures[chosen], draw),
                len(self.data.pictures),
                self.count,
                seed=self.seed,
            )
        return self._levels

    def measure(self, draw_pictures: DrawPictures) -> list[Measurement]:
        """Every measurement that this data set allows, the deciding one first.

        Raises InputError for pictures of another shape than the data's.
        """
        looks: list[dict[str, float]] = []
        debiased: list[float] = []
        for draw in range(self.draws):
            pictures = draw_pictures(self.count, self.seed + draw)
            if pictures.shape[1:] != self.data.held_out.shape[1:]:
                raise InputError(
                    f"Pictures of shape {_shape(pictures)} cannot be compared with {self.data.name}, "
                    f"which was loaded at {_shape(self.data.held_out)}."
                )
            looks.append(self._look(pictures, draw))
            if PATCHES in looks[-1] and not self.main_only:
                debiased.append(debiased_sliced_wasserstein(pictures, self.data.held_out, seed=self.seed + draw))
        levels = self.reference_levels()
        found = [self._measurement(name, [look[name] for look in looks], levels[name]) for name in looks[0]]
        return [
            dataclasses.replace(each, details={**each.details, **debiased_details(debiased)})
            if each.name == PATCHES and debiased
            else each
            for each in found
        ]

    def _look(self, pictures: Tensor, draw: int, held_out: Tensor | None = None) -> dict[str, float]:
        """Every number of `pictures` against the held-out ones, or against these."""
        reference = self._reference
        if held_out is not None and self.classifier is not None and reference is not None:
            reference = moments(self.classifier.features_of(held_out))
        held_out = self.data.held_out if held_out is None else held_out
        values: dict[str, float] = {}
        judgement: Judgement | None = None
        if self.classifier is not None:
            features = self.classifier.features_of(pictures)
            judgement = self.classifier.judge_features(features)
            if reference is not None:
                values[self._frechet_name()] = frechet_distance(moments(features), reference)
                if self.main_only:
                    return values
        if min(pictures.shape[2:]) >= 7:
            values[PATCHES] = sliced_wasserstein(pictures, held_out, seed=self.seed + draw)
        if judgement is not None and not self.main_only:
            values[CLASSES] = float(judgement.classes)
            values[SURE] = judgement.confident
        return values

    def _frechet_name(self) -> str:
        assert self.classifier is not None
        return f"{FRECHET}-{self.classifier.name}"

    def _measurement(self, name: str, values: Sequence[float], level: ReferenceLevel) -> Measurement:
        about: dict[str, Any] = {}
        if name != PATCHES and self.classifier is not None:
            about = {"feature network": self.classifier.name, "its held-out accuracy": _short(self.classifier.accuracy)}
            if name == self.main:
                about["dimension"] = FEATURES
        if name == CLASSES:
            about["classes in the data"] = len(self.data.classes)
        return Measurement(
            name=name,
            value=_mean(values),
            **level.to_json(self.count if self.spare else len(self.data.held_out) // 2),
            spread=deviation(values),
            samples=self.count,
            reference=len(self.data.held_out),
            draws=len(values),
            seed=self.seed,
            lower_is_better=name in (PATCHES, self.main),
            words=words_for(name),
            details=about,
        )


def measure(
    draw_pictures: DrawPictures,
    data: DataSet,
    *,
    count: int = COUNT,
    draws: int = DRAWS,
    seed: int = 0,
    train: bool = True,
    progress: Progress | None = None,
) -> list[Measurement]:
    """What `Yardstick` of the same arguments measures of the pictures that `draw_pictures(count, seed)` gives.

    Who measures more than once keeps a `Yardstick`: its reference level and its network then cost their time only once.
    """
    return Yardstick(data, count=count, draws=draws, seed=seed, train=train, progress=progress).measure(draw_pictures)


def debiased_details(values: Sequence[float]) -> dict[str, float | None]:
    """The debiased patch distance over its draws, as details of a measurement; None where it cannot be told."""
    mean, spread = _mean(values), deviation(values)
    if not math.isfinite(mean):
        return {"debiased": None, "debiased spread": None}
    return {"debiased": _short(mean), "debiased spread": None if spread is None else _short(spread)}


def words_for(name: str) -> str:
    """A measurement's name in plain words."""
    if name.startswith(FRECHET):
        return "distance of shapes to held-out real pictures (Fréchet, in the features of a small classifier)"
    return {
        PATCHES: "distance of small patches to held-out real pictures, about in grey levels",
        CLASSES: "classes that at least 1 % of the pictures belong to",
        SURE: "share of pictures whose class is clear (above 90 %)",
    }[name]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _shape(pictures: Tensor) -> str:
    return " x ".join(str(side) for side in pictures.shape[1:])


def _finite(value: float) -> float | None:
    return _short(value) if math.isfinite(value) else None


def _short(value: float) -> float:
    return float(f"{value:.6g}")
