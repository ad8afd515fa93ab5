"""How far generated pictures are from real ones, each number with its reference level, spread and sample size.

The same for `evaluate`, for a run while it trains, for comparisons and for scripts. The reference is always the
held-out part of a data set; the reference level is what equally many real training pictures give against it.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from gan_core.data import DataSet, Progress
from gan_core.errors import InputError
from gan_core.metrics.classifier import FEATURES, Classifier, ClassifierSummary, cached_classifier, classifier_for
from gan_core.metrics.features import FEATURE_METRICS
from gan_core.metrics.frechet import Moments, frechet_distance, moments
from gan_core.metrics.level_cache import LevelCache
from gan_core.metrics.linear import linear_samples
from gan_core.metrics.patches import PATCHES as PATCH_COUNT
from gan_core.metrics.patches import debiased_sliced_wasserstein, projected_distance, projections
from gan_core.metrics.reference import ReferenceLevel, deviation, levels_of_halves, reference_levels
from gan_core.metrics.registry import (
    NEEDS,
    info_of,
    is_distance,
    is_lower_better,
    of_pictures,
    title_of,
    without_direction,
    words_for,
)
from gan_core.metrics.registry import measure as measure_metric
from gan_core.reference_levels import LINEAR, no_better_than, stored_baselines

DrawPictures = Callable[[int, int], Tensor]
"""`draw(count, seed)`: that many generated pictures, uint8 (count, C, H, W) on the CPU; other seeds, other pictures."""
COUNT = 2_000
DRAWS = 3
FEWEST = 2 * FEATURES
"""Fewest held-out and drawn pictures from which a covariance of `FEATURES` dimensions is worth a distance."""
PART = 250
"""Held-out pictures that are looked at in one part of `prepare`."""
FRECHET, PATCHES, CLASSES, SURE = "frechet", "sliced-wasserstein", "classes-found", "sure-share"


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One metric's value, with all that is needed to interpret it."""

    name: str
    """Says the instrument: `frechet-glyphs-a1b2c3` (data and hash of the feature network), `sliced-wasserstein`, ..."""
    value: float
    """Mean over the draws."""
    reference_level: float | None
    """The same number for real pictures in place of the drawn ones; None where there is none."""
    reference_spread: float | None = None
    """Standard deviation of the reference level over `reference_draws` draws of `reference_samples` real pictures
    each."""
    reference_draws: int = 0
    reference_samples: int = 0
    """As many as `samples`, except where no picture could be spared for it: see `Evaluator`."""
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

    @property
    def baselines(self) -> dict[str, float]:
        """What trivial answers get, by name for people: those of `details`."""
        return stored_baselines(self.details)

    @property
    def no_better_than(self) -> str | None:
        """The trivial answer that does as well; None for a value that beats them all, and for a metric that only
        describes pictures."""
        if not is_distance(without_direction(self.name)):
            return None
        return no_better_than(self.value, self.baselines, self.spread, lower_is_better=self.lower_is_better)

    def to_json(self) -> dict[str, Any]:
        """As JSON holds it: floats in six digits, None for what is not finite."""
        values = dataclasses.asdict(self)
        return {key: _finite(value) if isinstance(value, float) else value for key, value in values.items()}

    def to_card(self) -> dict[str, Any]:
        """As `Card.metrics` holds it: the number with all that is needed to read it."""
        kept = ("value", "spread", "samples", "reference_level", "reference_spread", "lower_is_better")
        values = self.to_json()
        beaten = self.no_better_than
        return {
            "title": title_of(without_direction(self.name)),
            **{key: values[key] for key in kept},
            "baselines": self.baselines,
            **({"no_better_than": beaten} if beaten else {}),
        }


class Evaluator:
    """Compares pictures with one data set, whose reference level is computed once."""

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
        cache: LevelCache | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Prepare to compare `draws` x `count` generated pictures with the held-out ones of `data`.

        Args:
            data: Real pictures.
            count: Pictures of one draw; lowered to the number of training pictures, since the reference level needs as
                many.
            draws: How often `count` pictures are drawn, for the spread.
            seed: Of the first draw; the next ones use seed + 1, seed + 2, ...
            train: Whether the feature network for labelled data is trained if it is not in the cache; else the metrics
                that need it are left out.
            classifier: A feature network to use instead, for other pictures of the same data.
            main_only: Whether only the deciding metric is computed.
            spare: Whether training pictures are left for the reference level. False where all pictures are held out:
                the level is then what halves of them give against each other.
            cache: Reference levels and moments found there are not computed again.
            progress: Called with (done, total) while the feature network is trained.

        Raises:
            InputError: for fewer than 2 pictures, less than one draw, and data that are no pictures.
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
        self._cache = cache
        self._reference: Moments | None = None
        self._features: Tensor | None = None
        self._levels: dict[tuple[int, int], dict[str, ReferenceLevel]] = {}
        self._projected: dict[tuple[int, int], list[Tensor]] = {}
        """The held-out pictures' patches by seed and number of patches."""

    @property
    def main(self) -> str:
        """The name of the metric that decides which state is best."""
        return self._frechet_name() if self._has_moments() else PATCHES

    def prepare(self) -> Iterator[None]:
        """Compute the features of the held-out pictures, in parts that take a moment each; `measure` does what is left
        of it."""
        if self._reference is not None or not self._has_moments():
            return
        assert self.classifier is not None
        known = self._cache.moments(self._frechet_name()) if self._cache is not None else None
        if known is None:
            features: list[Tensor] = []
            for part in self.data.held_out.split(PART):
                features.append(self.classifier.features_of(part))
                yield
            self._features = torch.cat(features)
            known = moments(self._features)
            if self._cache is not None:
                self._cache.keep_moments(self._frechet_name(), known)
        self._reference = known

    def has_levels(self, count: int, patches: int = PATCH_COUNT) -> bool:
        """Whether the reference levels for `count` pictures are known already, here or in the cache."""
        return (count, patches) in self._levels or self._cached_level(count, patches) is not None

    def reference_levels(self, count: int | None = None, patches: int = PATCH_COUNT) -> dict[str, ReferenceLevel]:
        """The reference levels by metric: what `count` real training pictures give."""
        count = self.count if count is None else count
        key = count, patches
        if key in self._levels:
            return self._levels[key]
        known = self._cached_level(count, patches)
        if known is not None:
            self._levels[key] = {self.main: known}
        elif self.spare:
            real = self.data.pictures
            self._levels[key] = reference_levels(
                lambda chosen, draw: self._look(real[chosen], draw, patches), len(real), count, seed=self.seed
            )
            if self._cache is not None:
                self._cache.keep_level(self._level_key(count, patches), self._levels[key][self.main])
        else:
            real = self.data.held_out
            self._levels[key] = levels_of_halves(
                lambda one, other, draw: self._look(real[one], draw, patches, real[other]), len(real), seed=self.seed
            )
        return self._levels[key]

    def _cached_level(self, count: int, patches: int) -> ReferenceLevel | None:
        if self._cache is None or not self.main_only:
            return None
        return self._cache.level(self._level_key(count, patches))

    def _level_key(self, count: int, patches: int) -> str:
        return f"{self.main} {count} {patches if self.main == PATCHES else 0} {self.seed}"

    def measure(
        self,
        draw_pictures: DrawPictures,
        *,
        count: int | None = None,
        draws: int | None = None,
        patches: int = PATCH_COUNT,
    ) -> list[Measurement]:
        """Every metric that this data set allows, the deciding one first, of `count` pictures in each of `draws` draws.

        `count` is at most that of the evaluator. `patches` are compared by the patch distance.

        Raises:
            InputError: for pictures of another shape than the data's.
        """
        looks: list[dict[str, float]] = []
        debiased: list[float] = []
        count = self.count if count is None else min(count, self.count)
        for draw in range(self.draws if draws is None else draws):
            pictures = draw_pictures(count, self.seed + draw)
            if pictures.shape[1:] != self.data.held_out.shape[1:]:
                raise InputError(
                    f"Pictures of shape {_shape(pictures)} cannot be compared with {self.data.name}, "
                    f"which was loaded at {_shape(self.data.held_out)}."
                )
            looks.append(self._look(pictures, draw, patches))
            if PATCHES in looks[-1] and not self.main_only:
                debiased.append(debiased_sliced_wasserstein(pictures, self.data.held_out, seed=self.seed + draw))
        levels = self.reference_levels(count, patches)
        trivial = {} if self.main_only else self._linear(count, len(looks), patches)
        found: list[Measurement] = []
        for name in looks[0]:
            each = self._measurement(name, [look[name] for look in looks], levels[name], count)
            if math.isfinite(trivial.get(name, math.nan)):
                each.details[LINEAR] = _short(trivial[name])
            if name == PATCHES and debiased:
                each.details.update(debiased_details(debiased))
            found.append(each)
        return found

    def _linear(self, count: int, draws: int, patches: int) -> dict[str, float]:
        """What a linear model of the training pictures gets, by metric."""
        real = self.data.pictures
        looks = [self._look(linear_samples(real, count, self.seed + draw), draw, patches) for draw in range(draws)]
        return {name: _mean([look[name] for look in looks]) for name in looks[0]}

    def _has_moments(self) -> bool:
        return self.classifier is not None and min(len(self.data.held_out), self.count) >= FEWEST

    def _look(
        self, pictures: Tensor, draw: int, patches: int = PATCH_COUNT, held_out: Tensor | None = None
    ) -> dict[str, float]:
        """Every number of `pictures` against the held-out ones, or against these."""
        for _ in self.prepare():
            pass
        reference = self._reference
        if held_out is not None and self.classifier is not None and reference is not None:
            reference = moments(self.classifier.features_of(held_out))
        values: dict[str, float] = {}
        judgement: ClassifierSummary | None = None
        features: Tensor | None = None
        if self.classifier is not None:
            features = self.classifier.features_of(pictures)
            judgement = self.classifier.judge_features(features)
            if reference is not None:
                values[self._frechet_name()] = frechet_distance(moments(features), reference)
                if self.main_only:
                    return values
        if min(pictures.shape[2:]) >= 7:
            seed = self.seed + draw
            if held_out is None:
                others = self._held_out_patches(draw, patches)
            else:
                others = projections(held_out, seed=seed, stream=1, patches=patches)
            values[PATCHES] = projected_distance(projections(pictures, seed=seed, stream=0, patches=patches), others)
        if judgement is not None and not self.main_only:
            values[CLASSES] = float(judgement.classes)
            values[SURE] = judgement.confident
        if self.classifier is not None and features is not None and reference is not None:
            theirs = self._held_out_features() if held_out is None else self.classifier.features_of(held_out)
            values |= {
                f"{name}-{self.classifier.name}": metric(features, theirs)
                for name, metric in FEATURE_METRICS.items()
                if name != FRECHET
            }
        if not self.main_only:
            real = self.data.held_out if held_out is None else held_out
            values |= {info.name: measure_metric(info, pictures, real) for info in of_pictures()}
        return values

    def _held_out_features(self) -> Tensor:
        """What the feature network gives for the held-out pictures, computed once."""
        assert self.classifier is not None
        if self._features is None:
            self._features = self.classifier.features_of(self.data.held_out)
        return self._features

    def _held_out_patches(self, draw: int, patches: int) -> list[Tensor]:
        key = self.seed + draw, patches
        if key not in self._projected:
            self._projected[key] = projections(self.data.held_out, seed=key[0], stream=1, patches=patches)
        return self._projected[key]

    def _frechet_name(self) -> str:
        assert self.classifier is not None
        return f"{FRECHET}-{self.classifier.name}"

    def _measurement(self, name: str, values: Sequence[float], level: ReferenceLevel, count: int) -> Measurement:
        about: dict[str, Any] = {}
        if self.classifier is not None and info_of(name).tags & set(NEEDS):
            about = {"feature network": self.classifier.name, "its held-out accuracy": _short(self.classifier.accuracy)}
            if name == self.main:
                about["dimension"] = FEATURES
        if name == CLASSES:
            about["classes in the data"] = len(self.data.classes)
        return Measurement(
            name=name,
            value=_mean(values),
            **level.to_json(count if self.spare else len(self.data.held_out) // 2),
            spread=deviation(values),
            samples=count,
            reference=len(self.data.held_out),
            draws=len(values),
            seed=self.seed,
            lower_is_better=is_lower_better(name),
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
    """What `Evaluator` of the same arguments measures of the pictures that `draw_pictures(count, seed)` gives.

    Who measures more than once keeps a `Evaluator`: its reference level and its network then cost their time only once.
    """
    return Evaluator(data, count=count, draws=draws, seed=seed, train=train, progress=progress).measure(draw_pictures)


def debiased_details(values: Sequence[float]) -> dict[str, float | None]:
    """The debiased patch distance over its draws, as details of a measurement; None where it is not known."""
    mean, spread = _mean(values), deviation(values)
    if not math.isfinite(mean):
        return {"debiased": None, "debiased spread": None}
    return {"debiased": _short(mean), "debiased spread": None if spread is None else _short(spread)}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _shape(pictures: Tensor) -> str:
    return " x ".join(str(side) for side in pictures.shape[1:])


def _finite(value: float) -> float | None:
    return _short(value) if math.isfinite(value) else None


def _short(value: float) -> float:
    return float(f"{value:.6g}")
