"""Batches of a training: pictures in a seeded order, latents, augmentation, the pool's choices."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol

import torch
from torch import Tensor

from gan_core.assembly import training_labels
from gan_core.data import DataSet
from gan_core.data.augmentation import INPUT_ALONE, augmentations
from gan_core.games import AdversarialBatch, Batch, Game, TranslationBatch, TranslationGame
from gan_core.images import to_float
from gan_core.recipes import Recipe

PURPOSES = ("latents", "augmentation", "pool", "batch", "labels")
"""New ones go behind the others, so that older runs draw what they always drew."""


class BatchSource(Protocol):
    """An endless stream of batches whose position can be saved."""

    def draw(self) -> Batch:
        """The next batch."""
        ...

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """Tensors and JSON values that `load_state` restores the position from."""
        ...

    def load_state(self, tensors: Mapping[str, Tensor], values: Mapping[str, Any]) -> None:
        """Continue at the position that `state` returned."""


class RngStreams:
    """One random generator per purpose, on the CPU on every device, so that no purpose disturbs another.

    Drawing more previews, or another augmentation, leaves the latents of a run as they were.
    """

    def __init__(self, seed: int) -> None:
        self.generators = {
            purpose: torch.Generator().manual_seed((seed * 1_000_003 + index) % 2**63)
            for index, purpose in enumerate(PURPOSES)
        }

    def __getitem__(self, purpose: str) -> torch.Generator:
        return self.generators[purpose]

    def state(self) -> dict[str, Tensor]:
        """State of every generator, uint8, under `random.PURPOSE`."""
        return {f"random.{purpose}": generator.get_state() for purpose, generator in self.generators.items()}

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Restore the generators that `state` holds."""
        for purpose, generator in self.generators.items():
            if f"random.{purpose}" in state:  # an older checkpoint does not know purposes that it never drew for
                generator.set_state(state[f"random.{purpose}"])


class Sampler:
    """The pictures of one data set in an order that is a permutation of (seed, epoch): a position is all its state."""

    def __init__(self, pictures: Tensor, seed: int, device: torch.device, labels: Tensor | None = None) -> None:
        self.pictures = pictures.to(device)
        self.labels = None if labels is None else labels.to(device)
        self.seed = seed
        self.position = 0

    def take(self, count: int) -> Tensor:
        """The next `count` pictures (count, C, H, W) in [-1, 1], channels-last; batches run on over epochs."""
        return self.take_labelled(count)[0]

    def take_labelled(self, count: int) -> tuple[Tensor, Tensor | None]:
        """The same, and the pictures' classes, int64 (count,), if the stream has labels."""
        total = len(self.pictures)
        indices: list[Tensor] = []
        while count > 0:
            epoch, start = divmod(self.position, total)
            part = _order(self.seed, epoch, total)[start : start + count]
            indices.append(part)
            self.position += len(part)
            count -= len(part)
        chosen = torch.cat(indices).to(self.pictures.device)
        pictures = to_float(self.pictures[chosen])
        if pictures.ndim == 4:
            pictures = pictures.contiguous(memory_format=torch.channels_last)
        return pictures, None if self.labels is None else self.labels[chosen]


@lru_cache(maxsize=8)
def _order(seed: int, epoch: int, total: int) -> Tensor:
    generator = torch.Generator().manual_seed((seed * 7_919 + epoch * 104_729 + 17) % 2**63)
    return torch.randperm(total, generator=generator)


def _augment(pictures: Tensor, recipe: Recipe, generator: torch.Generator) -> Tensor:
    for name in recipe.augmentation:
        pictures = augmentations[name](pictures, generator)
    return pictures


def _augment_pairs(inputs: Tensor, truths: Tensor, recipe: Recipe, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Both halves of pairs, changed alike; what changes inputs alone leaves the truths as they are."""
    for name in recipe.augmentation:
        augmentation = augmentations[name]
        before = generator.get_state()
        inputs = augmentation(inputs, generator)
        if INPUT_ALONE not in augmentations.info(name).tags:
            generator.set_state(before)  # the same draws once more
            truths = augmentation(truths, generator)
    return inputs, truths


class AdversarialBatchSource(BatchSource):
    """Batches of real pictures and latents for an `AdversarialGame`; in a conditional one with the classes of both.

    Classes to be generated are as frequent as in the data: otherwise a class alone would tell real from generated.
    """

    def __init__(self, recipe: Recipe, data: DataSet, device: torch.device) -> None:
        self.recipe = recipe
        self.device = device
        self.randomness = RngStreams(recipe.seed)
        self.labels = training_labels(recipe, data)
        self.stream = Sampler(data.pictures, recipe.seed, device, self.labels)

    def draw(self) -> AdversarialBatch:
        recipe = self.recipe
        pictures, labels = self.stream.take_labelled(recipe.batch_size)
        real = _augment(pictures, recipe, self.randomness["augmentation"])
        latents = torch.randn(recipe.batch_size, recipe.latent_dim, generator=self.randomness["latents"])
        seed = int(torch.randint(2**62, (), generator=self.randomness["batch"]))
        fake_labels = None
        if self.labels is not None:
            chosen = torch.randint(len(self.labels), (recipe.batch_size,), generator=self.randomness["labels"])
            fake_labels = self.labels[chosen].to(self.device)
        return AdversarialBatch(real, latents.to(self.device), labels, fake_labels, seed=seed)

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        return self.randomness.state(), {"position": self.stream.position}

    def load_state(self, tensors: Mapping[str, Tensor], values: Mapping[str, Any]) -> None:
        self.randomness.load_state(tensors)
        self.stream.position = int(values["position"])


class TranslationBatchSource(BatchSource):
    """Batches of unpaired pictures of two domains, and the pools' choices, for a game of translators."""

    def __init__(
        self, recipe: Recipe, data: Mapping[str, DataSet], game: TranslationGame, device: torch.device
    ) -> None:
        self.recipe = recipe
        self.game = game
        self.randomness = RngStreams(recipe.seed)
        # Different seeds, so that the domains are not walked through in step.
        self.streams = {
            domain: Sampler(data[domain].pictures, 2 * recipe.seed + index, device)
            for index, domain in enumerate(("A", "B"))
        }

    def draw(self) -> TranslationBatch:
        count = self.recipe.batch_size
        real = {
            domain: _augment(stream.take(count), self.recipe, self.randomness["augmentation"])
            for domain, stream in self.streams.items()
        }
        choices = {domain: pool.choose(count, self.randomness["pool"]) for domain, pool in self.game.pools.items()}
        seed = int(torch.randint(2**62, (), generator=self.randomness["batch"]))
        return TranslationBatch(real, choices, seed)

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        return self.randomness.state(), {domain: stream.position for domain, stream in self.streams.items()}

    def load_state(self, tensors: Mapping[str, Tensor], values: Mapping[str, Any]) -> None:
        self.randomness.load_state(tensors)
        for domain, stream in self.streams.items():
            stream.position = int(values[domain])


class PairedBatchSource(BatchSource):
    """Batches of pairs, both halves of the same pictures and changed alike, for a game that learns from pairs.

    Hints and noise are drawn from the batch's own seed: see `gan_core.games.paired`.
    """

    def __init__(self, recipe: Recipe, data: Mapping[str, DataSet], device: torch.device) -> None:
        self.recipe = recipe
        self.randomness = RngStreams(recipe.seed)
        # One seed and equally many pictures: both samplers walk in step.
        self.streams = {domain: Sampler(data[domain].pictures, recipe.seed, device) for domain in ("A", "B")}

    def draw(self) -> TranslationBatch:
        count = self.recipe.batch_size
        inputs, truths = (stream.take(count) for stream in self.streams.values())
        inputs, truths = _augment_pairs(inputs, truths, self.recipe, self.randomness["augmentation"])
        seed = int(torch.randint(2**62, (), generator=self.randomness["batch"]))
        return TranslationBatch({"A": inputs, "B": truths}, {}, seed)

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        return self.randomness.state(), {"position": self.streams["A"].position}

    def load_state(self, tensors: Mapping[str, Tensor], values: Mapping[str, Any]) -> None:
        self.randomness.load_state(tensors)
        for stream in self.streams.values():
            stream.position = int(values["position"])


def batch_source_for(recipe: Recipe, data: Mapping[str, DataSet], game: Game[Any], device: torch.device) -> BatchSource:
    """The batch source of the recipe's game.

    Args:
        recipe: Says whether the game translates, and whether it learns from pairs.
        data: By domain: `A`, and `B` for a translation.
        game: Keeps the pools that choices are drawn for.
        device: Where pictures are kept.
    """
    if recipe.is_paired:
        return PairedBatchSource(recipe, data, device)
    if isinstance(game, TranslationGame):
        return TranslationBatchSource(recipe, data, game, device)
    return AdversarialBatchSource(recipe, data["A"], device)
