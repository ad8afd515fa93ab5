"""The target of a projection: a picture brought to a model's size and channels, and the distance of others from it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from gan_core.errors import InputError
from gan_core.images import Picture, resize_square
from gan_core.metrics.structure import WINDOW, luma, structural_similarity
from gan_core.models.generator import GeneratorModel


def target_for(model: GeneratorModel, picture: Picture, *, negative: bool = False) -> np.ndarray:
    """A picture of any size and mode as what this model could draw, uint8 (H, W, 3).

    Transparency is laid on white, the largest centred square is scaled to the model's size, a grey model gets grey;
    `negative` swaps light and dark. Raises InputError for a model that draws no square pictures.
    """
    channels, side = shape_of(model)
    square = resize_square(picture.composited(), side)
    if channels == 1:
        grey = luma(torch.from_numpy(square).permute(2, 0, 1)[None])[0, 0].round().to(torch.uint8).numpy()
        square = np.repeat(grey[..., None], 3, axis=2)
    return 255 - square if negative else square


def error_of(pictures: Tensor, target: Tensor) -> Tensor:
    """Root mean square difference of uint8 pictures (N, ...) to one target (...), float32 (N,), in levels of 255."""
    return (pictures.float() - target.float()).square().flatten(1).mean(1).sqrt()


def similarity(picture: np.ndarray, target: np.ndarray) -> float | None:
    """SSIM of two uint8 pictures (H, W, 3), 1 for equal ones; None where they are smaller than its window."""
    if min(picture.shape[:2]) < WINDOW:
        return None
    pair = [torch.from_numpy(each).permute(2, 0, 1)[None] for each in (picture, target)]
    return float(structural_similarity(pair[0], pair[1]))


def shape_of(model: GeneratorModel) -> tuple[int, int]:
    """Channels and side in pixels of the pictures that the model draws.

    Raises:
        InputError: for a model whose pictures are not square, or have other than 1 or 3 channels.
    """
    shape = tuple(getattr(model.network, "image_shape", ()))
    if len(shape) != 3 or shape[1] != shape[2] or shape[0] not in (1, 3):
        raise InputError(f"{model.card.name} draws no square pictures: there is nothing to compare a picture with.")
    return shape[0], shape[1]
