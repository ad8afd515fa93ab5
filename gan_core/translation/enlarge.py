"""Bringing a translation that was made small back to the size of its picture, with the picture's own fine detail.

A network that learned on 128-pixel pictures reads a large picture best when that is made small first. Enlarging its
answer alone would look out of focus. What reducing took from the picture is known, though: the difference between the
picture and its small version enlarged. It is put back in the colours of the translation, by the local linear relation
between small picture and small translation (the model of the guided filter, He et al. 2013; fitting it on the small
pair and applying it to the large one is He & Sun 2015):

    result = enlarged(translated) + A * (picture - enlarged(small)),   A = Cov(translated, small) (Cov(small) + eps)^-1

over windows of 9 x 9 pixels of the small pair. Where the translation has nothing to do with the picture, A is close to
zero and nothing is added; for the identity the result is the picture itself.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

RADIUS = 4
EPSILON = 1e-3
"""Added to the covariance of colours in [0, 1]: detail fainter than about 3 % is not amplified."""
STRIP = 256
"""Rows worked on at once, so that a 50-megapixel picture needs no more than a few strips of memory."""


def resize(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    """A uint8 picture (H, W, 3) at another size, antialiased."""
    if picture.shape[:2] == (height, width):
        return picture
    return np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.LANCZOS))


def enlarge_with_detail(translated: np.ndarray, small: np.ndarray, picture: np.ndarray) -> np.ndarray:
    """`translated` (h, w, 3) at the size of `picture` (H, W, 3), with its fine detail; all uint8.

    `small` (h, w, 3) is `picture` at the size at which it was translated.
    """
    height, width = picture.shape[:2]
    relation = _local_relation(_planes(small), _planes(translated))
    base = resize(translated, width, height)
    lost = picture.astype(np.int16) - resize(small, width, height)
    result = np.empty_like(picture)
    for top in range(0, height, STRIP):
        rows = slice(top, min(top + STRIP, height))
        matrix = _enlarged_rows(relation, rows, height, width).unflatten(1, (3, 3))
        detail = torch.einsum("noihw,nihw->nohw", matrix, torch.from_numpy(lost[rows]).permute(2, 0, 1)[None].float())
        strip = torch.from_numpy(base[rows].copy()).permute(2, 0, 1)[None] + detail
        result[rows] = strip.round().clamp(0, 255).to(torch.uint8)[0].permute(1, 2, 0).numpy()
    return result


def _planes(picture: np.ndarray) -> Tensor:
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None].double() / 255


def _local_relation(source: Tensor, target: Tensor) -> Tensor:
    """The 3 x 3 matrix that best turns small changes of `source` into those of `target` (1, 3, h, w) around each pixel.

    Returns float32 (1, 9, h, w), row by row.
    """

    def mean(planes: Tensor) -> Tensor:
        return F.avg_pool2d(planes, 2 * RADIUS + 1, stride=1, padding=RADIUS, count_include_pad=False)

    def products(a: Tensor, b: Tensor) -> Tensor:
        """Local covariance, (h, w, 3, 3)."""
        flat = (a[:, :, None] * b[:, None]).flatten(1, 2)
        centred = mean(flat) - (mean(a)[:, :, None] * mean(b)[:, None]).flatten(1, 2)
        return centred[0].unflatten(0, (3, 3)).permute(2, 3, 0, 1)

    damped = products(source, source) + EPSILON * torch.eye(3, dtype=source.dtype)
    relation = torch.linalg.solve(damped, products(source, target)).transpose(-1, -2)
    planes = relation.flatten(-2).permute(2, 0, 1)[None]
    return mean(planes).float()  # averaged over the windows that see a pixel, as in the guided filter


def _enlarged_rows(planes: Tensor, rows: slice, height: int, width: int) -> Tensor:
    """Rows `rows` of `planes` (1, C, h, w) enlarged to `height` x `width` bilinearly."""
    small = planes.shape[2]
    position = (torch.arange(rows.start, rows.stop) + 0.5) * (small / height) - 0.5
    position = position.clamp(0, small - 1)
    above = position.floor().long()
    below = (above + 1).clamp(max=small - 1)
    share = (position - above)[:, None]
    picked = planes[:, :, above] * (1 - share) + planes[:, :, below] * share
    return F.interpolate(picked, size=(picked.shape[2], width), mode="bilinear", align_corners=False)
