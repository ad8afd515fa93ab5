"""The same latents at every moment of a training: a film of them, and a grid of steps x latents."""

from __future__ import annotations

import dataclasses
import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gan_core.errors import InputError
from gan_core.images import grid
from gan_core.latents.history import History
from gan_core.latents.metadata import signed
from gan_core.latents.spec import LatentSpec
from gan_core.parts import is_number, unknown

if TYPE_CHECKING:
    from torch import Tensor

    from gan_core.models.generator import GeneratorModel

SCHEMA = 1
MOST_LATENTS = 25
LONGEST = 120.0
"""Seconds of a time-lapse."""
FASTEST = 60
"""Frames a second."""
SIDE = 480
"""Pixels of a film's longer side that small pictures are enlarged to, by whole factors."""
INK, FAINT, PAPER = (20,) * 3, (205,) * 3, (255,) * 3
"""Colours of words, of the empty part of the time line, and behind them."""

Render = Callable[["GeneratorModel", "Tensor", "Tensor | None"], np.ndarray]
"""f(model, latents (N, D), class weights (N, classes) or None) -> uint8 (N, H, W, 3)."""


def _by_log(share: float, steps: Sequence[int]) -> float:
    return math.exp(math.log(steps[0]) + share * math.log(steps[-1] / steps[0]))


def _by_steps(share: float, steps: Sequence[int]) -> float:
    return steps[0] + share * (steps[-1] - steps[0])


def _by_moment(share: float, steps: Sequence[int]) -> float:
    return steps[min(int(share * len(steps)), len(steps) - 1)]


TIMINGS: dict[str, Callable[[float, Sequence[int]], float]] = {"log": _by_log, "even": _by_steps, "each": _by_moment}
"""Which step a film is at when `share` (0 to 1) of it has passed: evenly in log(step), evenly in steps, or every kept
moment equally long."""


@dataclass(frozen=True, kw_only=True)
class TimeLapse:
    """A film of a training, as data: which latents, and how time passes."""

    latents: tuple[LatentSpec, ...] = (LatentSpec(),)
    """Shown beside each other, as square as can be."""
    seconds: float = 8.0
    """From the first kept moment to the last."""
    rest: float = 1.0
    """Seconds that the last one stays."""
    fps: int = 25
    timing: str = "log"
    """A name in TIMINGS."""
    start: int = 1
    """Moments before this step are left out: the first ones of many trainings show next to nothing."""
    numbers: bool = True
    """Whether the step and a time line stand below the pictures."""

    @classmethod
    def from_json(cls, value: Any) -> TimeLapse:
        """Read what the screen and files keep; every wrong entry is answered with what is accepted (InputError)."""
        if not isinstance(value, Mapping) or value.get("schema", SCHEMA) != SCHEMA:
            raise InputError('A time-lapse is an object such as {"schema": 1, "latents": [...], "seconds": 8}.')
        known = {field.name: field.default for field in dataclasses.fields(cls)}
        for name in value:
            if name not in known and name != "schema":
                raise InputError(unknown("entry of a time-lapse", str(name), known))
        values = {**known, **value}
        latents = values["latents"]
        if not isinstance(latents, Sequence) or isinstance(latents, str) or not 1 <= len(latents) <= MOST_LATENTS:
            raise InputError(f"A time-lapse shows 1 to {MOST_LATENTS} latents.")
        for name, low, high in (("seconds", 0.1, LONGEST), ("rest", 0.0, LONGEST), ("fps", 1, FASTEST)):
            if not is_number(values[name]) or not low <= values[name] <= high:
                raise InputError(f"{name} of a time-lapse is a number from {low:g} to {high:g}, not {values[name]!r}.")
        if isinstance(values["start"], bool) or not isinstance(values["start"], int) or values["start"] < 1:
            raise InputError(f"start of a time-lapse is a step, a whole number from 1, not {values['start']!r}.")
        if values["timing"] not in TIMINGS:
            raise InputError(unknown("timing", str(values["timing"]), TIMINGS))
        if not isinstance(values["numbers"], bool):
            raise InputError(f"numbers of a time-lapse is true or false, not {values['numbers']!r}.")
        return cls(
            latents=tuple(each if isinstance(each, LatentSpec) else LatentSpec.from_json(each) for each in latents),
            seconds=float(values["seconds"]),
            rest=float(values["rest"]),
            fps=round(values["fps"]),
            timing=values["timing"],
            start=values["start"],
            numbers=values["numbers"],
        )

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads."""
        latents = [place.to_json() for place in self.latents]
        return {"schema": SCHEMA, **dataclasses.asdict(self), "latents": latents}

    def moments(self, steps: Sequence[int]) -> list[int]:
        """The one of `steps` (kept, ascending) that each frame shows: the last that had been reached by then.

        Raises InputError for fewer than two: nothing would move.
        """
        steps = [step for step in steps if step >= self.start]
        if len(steps) < 2:
            since = f" from step {self.start:,} on" if self.start > 1 else ""
            raise InputError(f"A time-lapse needs at least two kept moments{since}; let the run go on a little longer.")
        count = max(2, round(self.seconds * self.fps))
        position = TIMINGS[self.timing]
        shown = []
        for frame in range(count):
            # A hair further, so that a kept step is not missed by the last digit of a logarithm.
            reached = position(frame / (count - 1), steps) * (1 + 1e-9)
            shown.append(steps[bisect_right(steps, reached) - 1])
        return shown + [steps[-1]] * round(self.rest * self.fps)

    def film(
        self,
        history: History,
        latents: Tensor,
        weights: Tensor | None,
        render: Render,
        progress: Callable[[float], object] | None = None,
    ) -> Film:
        """Render the film.

        A moment that cannot be read (any more) is left out, and the one before it stays: a training that goes on may
        thin them meanwhile.

        Args:
            history: The kept moments of the training.
            latents: (N, latent_dim), those of `self.latents`.
            weights: Of classes, (N, classes); None for a model without classes.
            render: Draws the pictures of one moment; see `Render`.
            progress: Called with the share of the work done, 0 to 1.

        Raises:
            InputError: where no moment can be read.
        """
        shown = self.moments(history.steps())
        wanted = sorted(set(shown))
        drawn: dict[int, np.ndarray] = {}
        for step, pictures in columns(history, latents, weights, wanted, render):
            drawn[step] = enlarged(grid(pictures), SIDE)
            if self.numbers:
                drawn[step] = with_step(drawn[step], step, wanted[0], wanted[-1])
            if progress is not None:
                progress((wanted.index(step) + 1) / len(wanted))
        there = sorted(drawn)
        order = [there[max(0, bisect_right(there, step) - 1)] for step in shown]
        return Film([drawn[step] for step in order], order, [step for step in wanted if step not in drawn])


def note(name: str, model: GeneratorModel, plan: TimeLapse) -> dict[str, Any]:
    """What a film or a sheet of the model called `name` says of itself; see `notes`.

    A reader that knows no time-lapse finds its first latent.
    """
    return {**signed(name, model.card), "latent": plan.latents[0].to_json(), "time": plan.to_json()}


@dataclass(frozen=True, eq=False)
class Film:
    """Frames, many of them the same array: a moment usually stands for several."""

    frames: list[np.ndarray]
    """uint8 (H, W, 3) each, all of one size."""
    steps: list[int]
    """What each frame shows."""
    left_out: list[int]
    """Steps that could not be read."""


def columns(
    history: History, latents: Tensor, weights: Tensor | None, steps: Sequence[int], render: Render
) -> Iterator[tuple[int, np.ndarray]]:
    """The pictures uint8 (N, H, W, 3) of the same `latents` at each of `steps`, with the step.

    A step that cannot be read (any more) is passed over. Raises InputError if none of them can be, or the last thing
    that was wrong if the run itself is gone.
    """
    wrong: InputError | None = None
    any_drawn = False
    for number, step in enumerate(steps):
        history.prefetch(steps[number + 1 : number + 3])
        try:
            model = history.at(step)
        except InputError as error:
            history.steps()  # a run that is gone is gone for all of them
            wrong = error
            continue
        yield step, render(model, latents, weights)
        any_drawn = True
    if wrong is not None and not any_drawn:
        raise wrong


def enlarged(picture: np.ndarray, side: int) -> np.ndarray:
    """uint8 (H, W, 3) with every pixel repeated so often that the longer side is at most `side`, once at least."""
    factor = max(1, side // max(picture.shape[:2]))
    return picture.repeat(factor, 0).repeat(factor, 1)


def with_step(picture: np.ndarray, step: int, first: int, last: int) -> np.ndarray:
    """The picture (H, W, 3) with a line below it: the step in digits, and how far that is in log-time."""
    from PIL import Image, ImageDraw

    height, width = picture.shape[:2]
    size = max(9, min(16, width // 14))
    band = 2 * round(0.9 * size)
    image = Image.new("RGB", (width, height + band), PAPER)
    image.paste(Image.fromarray(picture), (0, 0))
    pen, font = ImageDraw.Draw(image), _font(size)
    middle = height + band // 2
    pen.text((size // 2, middle), f"step {step:,}", INK, font, anchor="lm")
    left = size + round(pen.textlength(f"step {last:,}", font))
    right = width - size // 2
    if right - left > 2 * size:  # a very small picture has space for the digits alone
        share = math.log(step / first) / math.log(last / first)
        pen.rectangle((left, middle - 2, right, middle + 1), FAINT)
        pen.rectangle((left, middle - 2, left + round(share * (right - left)), middle + 1), INK)
    return np.asarray(image)


def sheet(found: Sequence[tuple[int, np.ndarray]], rows: Sequence[str], side: int = 96) -> np.ndarray:
    """A picture with one row for each latent and one column for each step, uint8 (H, W, 3).

    Args:
        found: from `columns`; pictures (N, H, W, 3).
        rows: N names, written at the left; steps are written above.
        side: pixels that cells are enlarged to at most.
    """
    from PIL import Image, ImageDraw

    cells = [[enlarged(picture, side) for picture in pictures] for _, pictures in found]
    height, width = cells[0][0].shape[:2]
    size, gap = 13, 4
    font = _font(size)
    pen = ImageDraw.Draw(Image.new("RGB", (1, 1)))
    heads = ["step", *(f"{step:,}" for step, _ in found)]
    pitch = max(width, *(round(pen.textlength(head, font)) for head in heads[1:])) + gap
    left = 3 * gap + round(max(pen.textlength(name, font) for name in [heads[0], *rows]))
    top = size + 3 * gap
    image = Image.new("RGB", (left + pitch * len(found), top + (height + gap) * len(rows)), PAPER)
    pen = ImageDraw.Draw(image)
    pen.text((left - gap, top // 2), heads[0], INK, font, anchor="rm")
    for column, pictures in enumerate(cells):
        x = left + column * pitch + (pitch - gap) // 2
        pen.text((x, top // 2), heads[column + 1], INK, font, anchor="mm")
        for row, picture in enumerate(pictures):
            image.paste(Image.fromarray(picture), (x - width // 2, top + row * (height + gap)))
    for row, name in enumerate(rows):
        pen.text((left - gap, top + row * (height + gap) + height // 2), name, INK, font, anchor="rm")
    return np.asarray(image)


def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size)
