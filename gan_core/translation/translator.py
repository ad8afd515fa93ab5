"""The translator: pictures of one domain in, pictures of the other domain and of the same size out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn

from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.images import decode
from gan_core.parts import unknown
from gan_core.translation.enlarge import enlarge_with_detail, resize
from gan_core.translation.hints import AnyHint, ExtraInputs, scaled_hints
from gan_core.translation.inference import FastNetwork
from gan_core.translation.passes import Progress, has_bands, through
from gan_core.translation.scales import PASS_PIXELS, SCALES, trained_side, working_size

DIRECTIONS = ("AtoB", "BtoA")


@dataclass(frozen=True, eq=False)
class Translation:
    """One translated picture and how it came about."""

    rgb: np.ndarray
    """uint8 (H, W, 3), the size of the picture."""
    worked_at: tuple[int, int]
    """(width, height) at which the network saw the picture."""
    notes: tuple[str, ...]
    """What a person should know, one sentence each; empty when the network saw the picture as it is, at once."""
    seconds: float
    """Wall time from pixels to pixels."""


class Translator:
    """One or two networks that translate pictures between two domains, and the model's card.

    `.networks["AtoB"|"BtoA"]` and `.network` (the first direction) are the plain float32 networks in evaluation mode;
    translating uses a private copy in the fastest arithmetic that keeps the picture (see `inference`).

    Args:
        networks: By direction; pictures (N, channels, H, W) to the same shape, in [-1, 1]. Colour hints and noise, where
            the card says that they are taken, lie behind the picture's channels (see `gan_core.translation.hints`).
        card: What the model is.
        device: Where it is computed.
        arithmetic: Number format and thread count; None: chosen by a self-test of this machine.
        discriminators: By the domain (`A`, `B`) whose pictures they were trained on, where the model's file holds them.

    Raises:
        InputError: for networks of other directions, or none.
    """

    def __init__(
        self,
        networks: Mapping[str, nn.Module],
        card: Any,
        device: torch.device | str = "cpu",
        *,
        arithmetic: Arithmetic | None = None,
        discriminators: Mapping[str, nn.Module] = MappingProxyType({}),
    ) -> None:
        strangers = set(networks) - set(DIRECTIONS)
        if strangers or not networks:
            raise InputError(f"A translator has networks for AtoB, BtoA or both, not {sorted(networks) or 'none'}.")
        self.card = card
        self.device = torch.device(device)
        self.networks: Mapping[str, nn.Module] = MappingProxyType(
            {
                direction: networks[direction].to(self.device, torch.float32).eval().requires_grad_(False)
                for direction in DIRECTIONS
                if direction in networks
            }
        )
        self.discriminators: Mapping[str, nn.Module] = MappingProxyType(
            {
                name: network.to(self.device, torch.float32).eval().requires_grad_(False)
                for name, network in discriminators.items()
            }
        )
        """The discriminators that came with the model, by the domain (`A`, `B`) whose pictures they know; often
        none."""
        self.inputs = ExtraInputs.of(card)
        """What the networks take besides the picture, in the channels behind it."""
        self._fast = {
            name: FastNetwork(network, self.device, arithmetic, self.inputs) for name, network in self.networks.items()
        }

    @property
    def directions(self) -> tuple[str, ...]:
        """`AtoB`, `BtoA` or both."""
        return tuple(self.networks)

    @property
    def network(self) -> nn.Module:
        """The network of the first direction: float (N, channels, H, W) in [-1, 1] to the same shape."""
        return self.networks[self.directions[0]]

    @property
    def takes_hints(self) -> bool:
        """Whether colours can be asked for at places of the picture."""
        return self.inputs.hints

    @property
    def noise(self) -> int:
        """Channels of noise that the networks take; with some, each seed gives another result."""
        return self.inputs.noise

    @property
    def side(self) -> int:
        """Side in pixels of the square pictures that the networks were trained on."""
        return trained_side(self.card)

    def back(self, direction: str) -> str | None:
        """The direction that undoes `direction`; None when this translator has only one.

        Raises:
            InputError: for a direction that it does not have.
        """
        self._network(direction)
        other = DIRECTIONS[1 - DIRECTIONS.index(direction)]
        return other if other in self.networks else None

    def arithmetic(self, direction: str) -> Arithmetic:
        """Number format and thread count with which this machine computes `direction`.

        Raises:
            InputError: for a direction that it does not have.
        """
        return self._network(direction).arithmetic

    def run(
        self,
        rgb: np.ndarray,
        direction: str = "AtoB",
        *,
        scale: str = "native",
        hints: Sequence[AnyHint] = (),
        seed: int | None = None,
        progress: Progress | None = None,
    ) -> Translation:
        """Translate one picture.

        Args:
            rgb: uint8 (H, W, 3).
            direction: `AtoB` or `BtoA`.
            scale: At which size the network sees the picture; a key of `gan_core.translation.SCALES`.
            hints: Colours for places of the picture, `(x, y, (r, g, b))` or `(x, y, (r, g, b), radius)` in its pixels,
                or `Hint`; for a model that takes them.
            seed: Of the noise, for a model that takes some; None for the mean answer.
            progress: Called with the share of the work done, 0 to 1; it may raise to cancel.

        Returns:
            The translation at the size of `rgb`, the size at which the network saw it, notes, and seconds.

        Raises:
            InputError: for an unknown direction or scale, hints or a seed that cannot be used or that the model does not
                take, and when memory runs out.
        """
        network = self._network(direction)
        if scale not in SCALES:
            raise InputError(unknown("scale", scale, SCALES))
        start = time.perf_counter()
        height, width = rgb.shape[:2]
        size = working_size(width, height, scale, self.side)
        if scale == "native" and size != (width, height) and has_bands(network):
            size = (width, height)
        small = resize(rgb, *size)
        extra = self.inputs.planes((width, height), size, hints, seed)
        translated, bands = through(network, small, progress, extra)
        notes = [_bands_note(size, bands)] if bands > 1 else []
        if size != (width, height):
            notes.append(_size_note((width, height), size, scale))
            smaller = size[0] < width and size[1] < height and scale != "trained"
            translated = enlarge_with_detail(translated, small, rgb) if smaller else resize(translated, width, height)
        if progress is not None:
            progress(1.0)
        return Translation(translated, size, tuple(notes), time.perf_counter() - start)

    def translate(
        self,
        image: Image.Image,
        direction: str = "AtoB",
        *,
        scale: str = "native",
        as_trained: bool = False,
        hints: Sequence[AnyHint] = (),
        seed: int | None = None,
        progress: Progress | None = None,
    ) -> Image.Image:
        """Translate an image of Pillow.

        Args:
            image: Of any mode; transparent parts are laid on white for the network.
            direction: `AtoB` or `BtoA`.
            scale: As in `run`.
            as_trained: Short for `scale="trained"`.
            hints: As in `run`, in pixels of the upright picture.
            seed: As in `run`.
            progress: As in `run`.

        Returns:
            A picture of the same size, upright, with the transparency of `image` (RGBA when it has some, else RGB).

        Raises:
            InputError: for an image that cannot be used, and as `run`.
        """
        picture = decode(image)
        scale = "trained" if as_trained else scale
        result = self.run(picture.composited(), direction, scale=scale, hints=hints, seed=seed, progress=progress)
        translated = Image.fromarray(result.rgb)
        if picture.alpha is not None:
            translated.putalpha(Image.fromarray(picture.alpha))
        return translated

    def translate_array(
        self,
        rgb: np.ndarray,
        direction: str = "AtoB",
        max_side: int | None = None,
        *,
        scale: str = "native",
        hints: Sequence[AnyHint] = (),
        seed: int | None = None,
    ) -> np.ndarray:
        """Translate an array.

        Args:
            rgb: uint8 (H, W, 3).
            direction: `AtoB` or `BtoA`.
            max_side: Longest side in pixels to which the picture, and so the result, is first reduced; None: none.
            scale: As in `run`.
            hints: As in `run`, in pixels of `rgb`.
            seed: As in `run`.

        Returns:
            uint8 (H, W, 3), or smaller by `max_side`.

        Raises:
            InputError: as `run`.
        """
        reduced = _within(rgb, max_side)
        self.inputs.check(hints, seed)
        if reduced is not rgb and len(hints):
            (height, width), (to_height, to_width) = rgb.shape[:2], reduced.shape[:2]
            hints = scaled_hints(hints, (width, height), (to_width, to_height))
        return self.run(reduced, direction, scale=scale, hints=hints, seed=seed).rgb

    def preview(
        self,
        rgb: np.ndarray,
        direction: str = "AtoB",
        side: int = 128,
        *,
        hints: Sequence[AnyHint] = (),
        seed: int | None = None,
    ) -> np.ndarray:
        """Translate a reduced version, for a quick answer.

        Args:
            rgb: uint8 (H, W, 3).
            direction: `AtoB` or `BtoA`.
            side: Longest side of the result in pixels.
            hints: As in `run`, in pixels of `rgb`.
            seed: As in `run`.

        Returns:
            uint8 (h, w, 3).

        Raises:
            InputError: as `run`.
        """
        return self.translate_array(rgb, direction, max_side=side, hints=hints, seed=seed)

    def cycle(
        self,
        rgb: np.ndarray,
        direction: str = "AtoB",
        *,
        scale: str = "native",
        hints: Sequence[AnyHint] = (),
        seed: int | None = None,
        progress: Progress | None = None,
    ) -> tuple[Translation, Translation]:
        """Translate a picture, and the result back.

        Args:
            rgb: uint8 (H, W, 3).
            direction: Of the first translation.
            scale: As in `run`, for both.
            hints: As in `run`, for the first translation.
            seed: As in `run`, for both.
            progress: As in `run`, over both.

        Returns:
            The translation, and its translation back.

        Raises:
            InputError: when the translator has only one direction, and as `run`.
        """
        back = self.back(direction)
        if back is None:
            raise InputError(f"This translator knows {direction} only; a cycle needs both directions.")
        there = self.run(rgb, direction, scale=scale, hints=hints, seed=seed, progress=_half(progress, 0))
        return there, self.run(there.rgb, back, scale=scale, seed=seed, progress=_half(progress, 1))

    def _network(self, direction: str) -> FastNetwork:
        if direction not in self._fast:
            raise InputError(unknown("direction of this translator", str(direction), self._fast))
        return self._fast[direction]


def _within(rgb: np.ndarray, max_side: int | None) -> np.ndarray:
    height, width = rgb.shape[:2]
    if max_side is None or max(width, height) <= max_side:
        return rgb
    factor = max_side / max(width, height)
    return resize(rgb, max(1, round(width * factor)), max(1, round(height * factor)))


def _half(progress: Progress | None, which: int) -> Progress | None:
    return None if progress is None else lambda share: progress((which + share) / 2)


def _bands_note(size: tuple[int, int], bands: int) -> str:
    return f"Translated at {size[0]} x {size[1]} in {bands} bands, with the numbers of one pass over the whole picture."


def _size_note(own: tuple[int, int], worked: tuple[int, int], scale: str) -> str:
    reason = ""
    if scale == "native":
        reason = f" (one pass takes up to {PASS_PIXELS / 1e6:g} million pixels)"
    reduced = worked[0] < own[0] or worked[1] < own[1]
    way = "enlarged" if reduced else "reduced"
    detail = " with the fine detail of your picture" if reduced and scale != "trained" else ""
    return f"Translated at {worked[0]} x {worked[1]}{reason}, then {way} to {own[0]} x {own[1]}{detail}."
