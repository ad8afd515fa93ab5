"""What a training is measured with: the same numbers as `evaluate`, of as many pictures as can be afforded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from torch import Tensor, nn

from gan_core.data import DataSet
from gan_core.games import TranslationGame
from gan_core.metrics.drawing import generator_samples, translated_samples
from gan_core.metrics.evaluator import FEWEST, FRECHET, Evaluator, Measurement
from gan_core.metrics.level_cache import LevelCache
from gan_core.metrics.paired import PairedEvaluator
from gan_core.metrics.patches import PATCHES
from gan_core.metrics.translations import ENDS, TranslationEvaluator
from gan_core.training.measuring_plan import LEVEL
from gan_core.training.trainer import Trainer

FRECHET_SIZES = (FEWEST, 256, 512, 1_024)
PATCH_SIZES = (16, 64, 256, 1_024)
PAIRED_SIZES = (8, 32, 128)
TRANSLATED = (1, 2, 4, 8, 16, 32, 64)
PATCHES_EACH, PATCHES_TRANSLATED = 32, 1_024
"""Patches for every drawn and for every translated picture, up to as many as `evaluate` takes."""


class RunEvaluator(Protocol):
    """Measures a state of a training's averaged networks, always on the same latents or pictures."""

    sizes: tuple[int, ...]
    """Numbers of pictures that it can be asked for, the fewest first."""

    def prepare(self) -> Iterator[float]:
        """Do what is needed once, in parts that take a moment each, with the reference level of the fewest pictures.

        Yields after each part how many times as long the next may take.
        """
        ...

    def has_level(self, samples: int) -> bool:
        """Whether the reference level of `samples` pictures is known."""
        ...

    def find_level(self, samples: int) -> None:
        """Compute the reference level of `samples` pictures."""
        ...

    def measure(self, networks: Mapping[str, nn.Module], samples: int, draws: int) -> Measurement:
        """The deciding metric of `networks`, named as `Trainer.exported` names them, on `samples` pictures in each of
        `draws` draws."""
        ...


def evaluator_for(trainer: Trainer, data: Mapping[str, DataSet]) -> RunEvaluator:
    """The evaluator for the game of `trainer`."""
    if trainer.recipe.is_paired:
        return PairedRunEvaluator(trainer, data)
    is_translation = isinstance(trainer.game, TranslationGame)
    return TranslationRunEvaluator(trainer, data) if is_translation else GeneratorRunEvaluator(trainer, data["A"])


class GeneratorRunEvaluator(RunEvaluator):
    """Evaluator of a generator: the Fréchet distance if its feature network is in the cache, else the patch distance.

    Training the feature network would stop the run for half a minute; so the metric stays the same for a session.
    """

    def __init__(self, trainer: Trainer, data: DataSet) -> None:
        self._trainer = trainer
        self._data = data
        largest = min(FRECHET_SIZES[-1], len(data.pictures))
        self._evaluator = Evaluator(
            data, count=largest, seed=trainer.recipe.seed, train=False, main_only=True, cache=LevelCache.of(data)
        )
        sizes = FRECHET_SIZES if self._evaluator.main.startswith(FRECHET) else PATCH_SIZES
        self.sizes = _up_to(sizes, largest)

    def prepare(self) -> Iterator[float]:
        for _ in self._evaluator.prepare():
            yield 1.0
        if not self.has_level(self.sizes[0]):
            yield LEVEL
            self.find_level(self.sizes[0])
            yield 1.0

    def has_level(self, samples: int) -> bool:
        return self._evaluator.has_levels(samples, _patches(samples, PATCHES_EACH))

    def find_level(self, samples: int) -> None:
        self._evaluator.reference_levels(samples, _patches(samples, PATCHES_EACH))

    def measure(self, networks: Mapping[str, nn.Module], samples: int, draws: int) -> Measurement:
        trainer = self._trainer
        draw = generator_samples(networks["generator"], trainer.recipe.latent_dim, trainer.device, self._data)

        def drawn(count: int, seed: int) -> Tensor:
            with trainer.arithmetic.autocast():
                return draw(count, seed)

        patches = _patches(samples, PATCHES_EACH)
        return self._evaluator.measure(drawn, count=samples, draws=draws, patches=patches)[0]


class TranslationRunEvaluator(RunEvaluator):
    """The patch distance of held-out pictures' translations, as the mean over the directions."""

    def __init__(self, trainer: Trainer, data: Mapping[str, DataSet]) -> None:
        self._trainer = trainer
        self._directions = trainer.recipe.directions
        self._evaluator = TranslationEvaluator(
            data, count=TRANSLATED[-1], seed=trainer.recipe.seed, cache=LevelCache.of(*data.values())
        )
        self.sizes = _up_to(TRANSLATED, max(len(data[ENDS[each][0]].held_out) for each in self._directions))
        self.translations: dict[str, tuple[Tensor, Tensor]] = {}
        """By direction the pictures translated by the latest measurement, and their translations."""

    def prepare(self) -> Iterator[float]:
        patches = _patches(self.sizes[0], PATCHES_TRANSLATED)
        for direction in self._directions:
            if not self._evaluator.distance.has_levels((direction,), self.sizes[0], patches):
                self._evaluator.distance.reference_level(direction, self.sizes[0], patches)
                yield 1.0

    def has_level(self, samples: int) -> bool:
        return self._evaluator.distance.has_levels(self._directions, samples, _patches(samples, PATCHES_TRANSLATED))

    def find_level(self, samples: int) -> None:
        for direction in self._directions:
            self._evaluator.distance.reference_level(direction, samples, _patches(samples, PATCHES_TRANSLATED))

    def measure(self, networks: Mapping[str, nn.Module], samples: int, draws: int) -> Measurement:
        trainer = self._trainer

        def translate(direction: str, pictures: Tensor) -> Tensor:
            with trainer.arithmetic.autocast():
                made = translated_samples(networks[direction], pictures, trainer.device, at_once=1)
            self.translations[direction] = (pictures, made)
            return made

        patches = _patches(samples, PATCHES_TRANSLATED)
        return self._evaluator.mean_distance(translate, self._directions, count=samples, draws=draws, patches=patches)


class PairedRunEvaluator(RunEvaluator):
    """The difference of held-out pictures' translations to the truth, without colour hints; what two hints give, and
    what doing nothing gives, is said beside it."""

    def __init__(self, trainer: Trainer, data: Mapping[str, DataSet]) -> None:
        self._trainer = trainer
        self._inputs = trainer.recipe.inputs
        self._evaluator = PairedEvaluator(data, hints=bool(self._inputs.get("hints")), seed=trainer.recipe.seed)
        self.sizes = _up_to(PAIRED_SIZES, len(data["A"].held_out))

    def prepare(self) -> Iterator[float]:
        yield from ()

    def has_level(self, samples: int) -> bool:
        return True  # the truth itself is 0 away

    def find_level(self, samples: int) -> None:
        pass

    def measure(self, networks: Mapping[str, nn.Module], samples: int, draws: int) -> Measurement:
        trainer = self._trainer

        def translate(pictures: Tensor, hints: Tensor | None) -> Tensor:
            with trainer.arithmetic.autocast():
                return translated_samples(networks["AtoB"], pictures, trainer.device, 1, self._inputs, hints)

        return self._evaluator.measure(translate, samples, draws)


def _up_to(sizes: tuple[int, ...], largest: int) -> tuple[int, ...]:
    """Those of `sizes` that are at most `largest`, and `largest` where it lies between two of them."""
    return (*(size for size in sizes if size < largest), min(largest, sizes[-1]))


def _patches(samples: int, each: int) -> int:
    return min(PATCHES, each * samples)
