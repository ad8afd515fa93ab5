"""Colour hints for a paired training: places of the truth whose colour a translator is told.

Their numbers follow those of public hint generators (style2paints and PaintsChainer; Zhang et al., Real-Time
User-Guided Image Colorization with Learned Deep Priors, SIGGRAPH 2017, section 3.2): often few, sometimes none, hardly
ever all.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from gan_core.images.morphology import largest_around, smallest_around

LARGEST = 9
"""Side in pixels of the largest square that a hint covers; the smallest is one pixel."""
MOST = 24
"""Most hints of a picture."""
CHROMA = 0.2
"""Difference between the channels of a pixel, of 2, from which it counts as coloured: 25 levels of 255."""
STEP = 0.25
"""Difference of a channel within 3 x 3 pixels, of 2, from which a pixel lies at a line or an edge: 32 levels of 255."""
GREYS, EDGES = 0.1, 1e-3
"""Weights of pixels without colour, and of those at lines, where a coloured one away from lines has 1."""


@dataclass(frozen=True)
class HintRates:
    """How often hints are given, and how many."""

    none: float = 0.15
    """Share of the pictures without any hint."""
    everything: float = 0.01
    """Share of the pictures whose every pixel is told."""
    stop: float = 0.25
    """The others have a geometric number of hints: after each, none follows with this probability (4 in the mean)."""


RATES = HintRates()


def coloured(pictures: Tensor) -> Tensor:
    """Where pictures (N, C, H, W) in [-1, 1] have a colour, bool (N, 1, H, W); of grey ones, where they are not white.

    Pictures of one channel have no chroma: what is darker than white by `CHROMA` counts there.
    """
    if pictures.shape[1] == 1:
        return pictures < 1 - CHROMA
    return pictures.amax(1, keepdim=True) - pictures.amin(1, keepdim=True) > CHROMA


def hint_weights(truths: Tensor) -> Tensor:
    """How likely each pixel is to be told, not normalised, float32 (N, 1, H, W): coloured ones away from lines."""
    values = truths.float()
    step = (largest_around(values, 1) - smallest_around(values, 1)).amax(1, keepdim=True)
    weights = torch.where(coloured(values), 1.0, GREYS)
    return torch.where(step > STEP, EDGES, weights)


def sample_hints(truths: Tensor, generator: torch.Generator, rates: HintRates = RATES) -> Tensor:
    """The planes of random hints on `truths`.

    Every hint is a square of 1 to `LARGEST` pixels in the one colour that the truth has in its middle, as a tap with a
    colour is. Later ones lie on earlier ones.

    Args:
        truths: Pictures (N, C, H, W) in [-1, 1], C 1 or 3.
        generator: On the CPU.
        rates: How often, and how many.

    Returns:
        (N, 4, H, W) of the type of `truths`, on its device: colour in [-1, 1], 0 where nothing is told, and a mask of 0
        and 1.
    """
    count = len(truths)
    chance = torch.rand(count, generator=generator)
    tries = torch.rand(count, generator=generator).clamp_min(1e-12)
    numbers = (tries.log() / torch.log(torch.tensor(1 - rates.stop))).floor().long().add(1).clamp(1, MOST)
    numbers[chance < rates.none] = 0
    sides = torch.randint(1, LARGEST + 1, (count, MOST), generator=generator)
    places = _places(truths, generator)
    planes = _painted(truths, places, sides, numbers)
    everything = (chance >= 1 - rates.everything).to(truths.device).view(-1, 1, 1, 1)
    colours = truths.expand(-1, 3, -1, -1)
    return torch.where(everything, torch.cat([colours, torch.ones_like(colours[:, :1])], 1), planes)


def fixed_hints(truths: Tensor, number: int, seed: int, side: int = 5) -> Tensor:
    """The planes of exactly `number` hints a picture, the same for the same seed: for measures and previews.

    Args:
        truths: Pictures (N, C, H, W) in [-1, 1].
        number: Of hints in each picture, at most `MOST`.
        seed: Chooses their places, as `sample_hints` does.
        side: Of the squares, in pixels.

    Returns:
        (N, 4, H, W), as `sample_hints`.
    """
    places = _places(truths, torch.Generator().manual_seed(seed))
    sides = torch.full(places.shape, side)
    return _painted(truths, places, sides, torch.full((len(places),), min(number, MOST)))


def _places(truths: Tensor, generator: torch.Generator) -> Tensor:
    """Pixels of each picture by their number, int64 (N, `MOST`), all different, by `hint_weights`."""
    count, _, height, width = truths.shape
    # The largest of log w + Gumbel noise are draws by weight without repetition; the noise comes from the CPU's
    # generator on every device.
    noise = torch.rand(count, height * width, generator=generator).clamp(1e-12, 1 - 1e-7).to(truths.device)
    keys = hint_weights(truths).flatten(1).log() - (-noise.log()).log()
    return keys.topk(min(MOST, height * width), dim=1).indices


def _painted(truths: Tensor, places: Tensor, sides: Tensor, numbers: Tensor) -> Tensor:
    """Squares of `sides` (N, K) pixels around the first `numbers` (N,) of `places` (N, K), in the truth's colour there.

    `sides` and `numbers` lie on the CPU: a device that computes is not waited for.
    """
    count, _, height, width = truths.shape
    most = min(int(numbers.max()), places.shape[1])
    sides, numbers = sides.to(truths.device), numbers.to(truths.device)
    colours = truths.flatten(2).expand(-1, 3, -1).gather(2, places[:, None].expand(-1, 3, -1))
    rows = torch.arange(height, device=truths.device).view(1, 1, -1, 1)
    columns = torch.arange(width, device=truths.device).view(1, 1, 1, -1)
    planes = truths.new_zeros(count, 4, height, width)
    for index in range(most):
        side, place = sides[:, index].view(-1, 1, 1, 1), places[:, index].view(-1, 1, 1, 1)
        top, left = place // width - (side - 1) // 2, place % width - (side - 1) // 2
        inside = (rows >= top) & (rows < top + side) & (columns >= left) & (columns < left + side)
        inside &= (numbers > index).view(-1, 1, 1, 1)
        hint = torch.cat([colours[:, :, index], colours.new_ones(count, 1)], 1)[:, :, None, None]
        planes = torch.where(inside, hint, planes)
    return planes
