"""A trained generator: sampling, rendering latents, and its discriminator's scores."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn

from gan_core.cards import Card
from gan_core.devices import channels_last
from gan_core.errors import InputError
from gan_core.images import to_uint8
from gan_core.networks.prepacking import prepacked
from gan_core.parts import unknown

RENDER_BATCH = 64


def latents_for_seed(seed: int, count: int, latent_dim: int) -> Tensor:
    """`count` latents z ~ N(0, I), float32 (count, latent_dim): the same on every machine and device.

    The first latents of a longer list are those of a shorter one.

    Raises:
        InputError: for a `seed` that is no whole number from 0 to 2^63 - 1.
    """
    if not 0 <= seed < 2**63:
        raise InputError(f"A seed is a whole number from 0 to 2^63 - 1, not {seed}.")
    generator = torch.Generator().manual_seed(seed)
    # Row by row: torch fills a larger tensor in blocks, so that the end of a row would depend on the rows after it.
    return torch.stack([torch.randn(latent_dim, generator=generator) for _ in range(count)])


class GeneratorModel:
    """A generator ready to use: `model.sample(16, seed=0)`.

    Args:
        network: Latents (N, latent_dim) to pictures (N, C, H, W) in [-1, 1].
        card: What the model is.
        device: Where it is computed.
        discriminator: The one that it was trained against; None where the model's file does not hold it.
    """

    def __init__(
        self, network: nn.Module, card: Card, device: torch.device | str = "cpu", discriminator: nn.Module | None = None
    ) -> None:
        self.card = card
        self.device = torch.device(device)
        # Channels-last draws a single picture a fifth faster on a CPU.
        self.network = channels_last(network.to(self.device)).eval().requires_grad_(False)
        self._quick = prepacked(self.network)
        """The same network for drawing."""
        self.latent_dim: int = int(network.latent_dim)  # pyright: ignore[reportArgumentType]
        self.discriminator = (
            None if discriminator is None else channels_last(discriminator.to(self.device)).eval().requires_grad_(False)
        )
        """The discriminator that it learnt against, where the file holds it."""

        count = int(getattr(network, "classes", 0))
        numbered = tuple(str(index) for index in range(count))
        self.classes: tuple[str, ...] = card.classes if len(card.classes) == count else numbered
        """What a conditional generator can be asked to draw; empty for one that draws of one kind only."""

    @property
    def bytes(self) -> int:
        """Upper bound of its weights' memory: those of convolutions count twice where a second copy, sorted for speed,
        is kept."""
        copies = 1 if self._quick is self.network else 2
        tensors = self.network.state_dict().values()
        return sum(each.numel() * each.element_size() * (copies if each.ndim == 4 else 1) for each in tensors)

    def label(self, name: int | str) -> int:
        """The index of a class given by its name or its index; a name takes precedence.

        Raises:
            InputError: for an unknown class.
        """
        if not self.classes:
            raise InputError(f"{self.card.name} draws pictures of one kind: it has no classes to choose from.")
        if isinstance(name, str):
            folded = [_folded(known) for known in self.classes]
            if name in self.classes or _folded(name) in folded:
                return self.classes.index(name) if name in self.classes else folded.index(_folded(name))
            if not name.isdecimal():
                raise InputError(unknown(f"class of {self.card.name}", name, self.classes))
            name = int(name)
        if isinstance(name, bool) or not isinstance(name, int) or not 0 <= name < len(self.classes):
            last = len(self.classes) - 1
            raise InputError(f"A class of {self.card.name} is a name or a number from 0 to {last}, not {name!r}.")
        return name

    def sample(self, count: int = 16, seed: int = 0, label: int | str | None = None) -> np.ndarray:
        """Generate pictures; the same for the same seed.

        Args:
            count: Number of pictures, 1 or more.
            seed: Of the latents, 0 to 2^63 - 1.
            label: The class to draw, by name or index; None: a conditional generator draws its classes in turn.

        Returns:
            uint8 (count, H, W, 3).

        Raises:
            InputError: for a count below 1, a seed out of range, and an unknown class.
        """
        if count < 1:
            raise InputError(f"At least one picture can be drawn, not {count}.")
        labels = None if label is None else torch.full((count,), self.label(label))
        return self.render(latents_for_seed(seed, count, self.latent_dim), labels)

    @torch.inference_mode()
    def render(self, latents: Tensor, labels: Tensor | None = None) -> np.ndarray:
        """Generate the pictures of given latents.

        Args:
            latents: (N, latent_dim).
            labels: Classes to draw, int64 (N,), or weights to draw between classes, float (N, classes); None: a
                conditional generator draws its classes in turn.

        Returns:
            uint8 (N, H, W, 3).

        Raises:
            InputError: for latents of another length or with numbers that are not finite, and for wrong labels.
        """
        return np.concatenate([to_uint8(batch) for batch in self.drawn(latents, labels)])

    @torch.inference_mode()
    def scores(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """The discriminator's logits for the pictures of `latents`, in evaluation mode; a higher one means more
        realistic.

        Args:
            latents: (N, latent_dim).
            labels: As in `render`; for weights between classes the discriminator is evaluated without a class.

        Returns:
            float32 (N,), on the CPU.

        Raises:
            InputError: if the model's file holds no discriminator, and as `render`.
        """
        if self.discriminator is None:
            raise InputError(f"The file of {self.card.name} does not hold the discriminator that it learnt against.")
        if labels is None and self.classes:
            labels = torch.arange(len(latents)) % len(self.classes)
        told = labels
        if labels is not None and labels.is_floating_point():  # weights: all on one class is that class
            told = labels.argmax(1) if labels.ndim == 2 and bool((labels.amax(1) == 1).all()) else None
        scores, done = [], 0
        for batch in self.drawn(latents, labels):
            part = None if told is None else told[done : done + len(batch)].to(self.device)
            scores.append(self.discriminator(batch, part).float().cpu())
            done += len(batch)
        return torch.cat(scores)

    def drawn(self, latents: Tensor, labels: Tensor | None) -> Iterator[Tensor]:
        """Generate pictures batch by batch, without gradients; for gradients, use `network`.

        Args:
            latents: (N, latent_dim).
            labels: As in `render`.

        Yields:
            (n, C, H, W) in [-1, 1], on the model's device.

        Raises:
            InputError: as `render`.
        """
        if latents.ndim != 2 or latents.shape[1] != self.latent_dim:
            raise InputError(f"A latent of this model has {self.latent_dim} numbers, not {tuple(latents.shape)[-1]}.")
        if not torch.isfinite(latents).all():
            raise InputError("A latent holds something that is not a finite number.")
        batches = latents.float().to(self.device).split(RENDER_BATCH)
        if not self.classes:
            if labels is not None:
                raise InputError(f"{self.card.name} draws pictures of one kind: it has no classes to choose from.")
            yield from (self._quick(batch) for batch in batches)
            return
        if labels is None:
            labels = torch.arange(len(latents)) % len(self.classes)
        self._check_labels(labels, len(latents))
        told = zip(batches, labels.to(self.device).split(RENDER_BATCH), strict=True)
        yield from (self._quick(batch, part) for batch, part in told)

    def _check_labels(self, labels: Tensor, count: int) -> None:
        if labels.is_floating_point():
            if labels.shape != (count, len(self.classes)) or not bool(labels.isfinite().all()):
                raise InputError(
                    f"Every picture between classes needs {len(self.classes)} weights, one for each class."
                )
        elif labels.shape != (count,) or int(labels.min()) < 0 or int(labels.max()) >= len(self.classes):
            raise InputError(f"Every picture needs one label from 0 to {len(self.classes) - 1}.")


def _folded(name: str) -> str:
    """Without case, and composed: macOS writes accents apart from their letters, keyboards do not."""
    return unicodedata.normalize("NFC", name).casefold()
