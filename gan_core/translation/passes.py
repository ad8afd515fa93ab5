"""The two ways of a picture through a network: at once, and in bands when memory is short."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch

from gan_core import devices
from gan_core.errors import InputError
from gan_core.images import to_uint8
from gan_core.translation import tiling
from gan_core.translation.hints import NO_PLANES, ExtraPlanes
from gan_core.translation.inference import FastNetwork
from gan_core.translation.padding import Padded
from gan_core.translation.scales import PASS_PIXELS

Progress = Callable[[float], None]


def has_bands(network: FastNetwork) -> bool:
    """Whether `network` can translate in bands: all of its layers are known."""
    side = network.multiple
    blank = network.inputs.planes((side, side), (side, side))
    picture = Padded.of(np.zeros((side, side, 3), np.uint8), side, blank)
    try:
        tiling.plan(network.module, picture, network.channels, network.device)
    except tiling.UnknownLayer:
        return False
    return True


def too_large(network: FastNetwork, width: int, height: int) -> bool:
    """Whether a picture of this size is more than one pass takes, as the network would see it."""
    rows, columns = (-(-side // network.multiple) * network.multiple for side in (height, width))
    return rows * columns > PASS_PIXELS


def through(
    network: FastNetwork, rgb: np.ndarray, progress: Progress | None = None, extra: ExtraPlanes = NO_PLANES
) -> tuple[np.ndarray, int]:
    """A uint8 picture (h, w, 3) translated, same shape, and the number of bands that it took; 1 for all at once.

    Large pictures go in bands, and so does any picture that the memory does not hold at once; then, if need be, in
    bands of less memory. `extra` is what the network reads behind the picture, at its size. Raises InputError when even
    those are too many.
    """
    picture = Padded.of(rgb, network.multiple, extra)
    height, width = rgb.shape[:2]
    if progress is not None:
        progress(0.0)
    for way in _ways(network, picture, progress):
        try:
            return way()
        except (MemoryError, RuntimeError) as error:
            if not devices.ran_out_of_memory(error):
                raise
        # Only here, with the error and all that its frames held gone, is there memory for the next way.
        if network.device.type == "cuda":
            torch.cuda.empty_cache()
    raise InputError(
        f"The memory of {devices.describe(network.device)} is not enough to translate {width} x {height} pixels: "
        "choose the size 'as trained', a smaller picture or another device."
    )


def _ways(
    network: FastNetwork, picture: Padded, progress: Progress | None
) -> Iterator[Callable[[], tuple[np.ndarray, int]]]:
    height, width = picture.rgb.shape[:2]
    banded = has_bands(network)
    if not (banded and too_large(network, width, height)):
        yield lambda: (_at_once(network, picture, progress), 1)
    if banded:
        for working_bytes in (tiling.WORKING_BYTES, tiling.WORKING_BYTES // 16):
            yield lambda working_bytes=working_bytes: _in_bands(network, picture, progress, working_bytes)


def _at_once(network: FastNetwork, picture: Padded, progress: Progress | None) -> np.ndarray:
    return picture.cropped(to_uint8(network(picture.batch(network.channels), progress))[0])


def _in_bands(
    network: FastNetwork, picture: Padded, progress: Progress | None, working_bytes: int
) -> tuple[np.ndarray, int]:
    channels, device = network.channels, network.device
    plan = tiling.plan(network.module, picture, channels, device, working_bytes)
    free = devices.free_memory(device)
    if free is not None and plan.kept_bytes + working_bytes > free:
        raise MemoryError
    return tiling.translate(network.module, picture, channels, device, plan, progress), plan.bands
