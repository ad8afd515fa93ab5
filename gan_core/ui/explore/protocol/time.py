"""What the Time panel and the server say to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from gan_core.ui.explore.protocol import GeneratorRequest, Latent
from gan_core.ui.protocol import JobName, Message, Response

if TYPE_CHECKING:
    from gan_core.latents.time_lapse import TimeLapse

MOST_ROWS = 16
MOST_COLUMNS = 40

Step = Annotated[int, Field(ge=1)]
"""Of a training."""


class PinnedMoment(Message):
    """A moment that is kept for good."""

    step: int
    name: str


class HistoryResponse(Response):
    """The kept moments of a model's training."""

    model: str
    steps: list[int]
    why: str | None
    """Why there are none."""
    pins: list[PinnedMoment]
    run: bool
    """Whether it is a run's model, whose moments can be pinned."""
    active: bool
    """Whether it is being trained now."""
    words: str
    """How much of their budget the moments take."""


class PinResponse(HistoryResponse):
    """The kept moments after one was pinned."""

    asked: bool
    """Whether a training will keep its present moment at the end of its step."""


class CurvesRequest(GeneratorRequest):
    """Asks for what a training has reported."""

    after: int = 0
    """Where the last response ended; 0 for the beginning."""


class CurvePoint(Message):
    """Values of one step; `resumed` marks a step from which the training went on anew."""

    step: int
    kind: Literal["losses", "scores", "metric", "resumed"]
    values: dict[str, float]


class CurvesResponse(Response):
    """What a training has reported."""

    points: list[CurvePoint]
    next: int
    """What to ask for after this."""


class NearRequest(GeneratorRequest):
    """Announces that the step is about to be moved from where it is."""

    step: Step | None = None


class PinRequest(NearRequest):
    """Pins a kept moment, or the present one; again to give it another name."""

    name: str | None = None


class UnpinRequest(GeneratorRequest):
    """Lets a pinned moment be thinned out again."""

    step: Step


class ColumnsRequest(GeneratorRequest):
    """Asks for kept steps evenly spread in log-time."""

    count: int = Field(default=8, ge=1, le=MOST_COLUMNS)
    start: Step = 1


class ColumnsResponse(Response):
    """Kept steps."""

    steps: list[int]


class ColumnRequest(GeneratorRequest):
    """Asks for the pictures of several latents at one step."""

    step: Step
    latents: list[Latent] = Field(min_length=1, max_length=MOST_ROWS)


class ColumnResponse(Response):
    """The pictures of several latents at one step."""

    step: int | None
    pictures: list[str]


class SheetRequest(GeneratorRequest):
    """Asks for a grid of steps and latents as one picture."""

    steps: list[Step] = Field(min_length=1)
    latents: list[Latent] = Field(min_length=1, max_length=MOST_ROWS)
    names: list[str]
    """One for each latent."""


class TimeLapseData(Message):
    """A film of a training, as `gan_core.latents.time_lapse.TimeLapse` reads and writes it."""

    schema_version: int = Field(default=1, validation_alias="schema", serialization_alias="schema")
    latents: list[Latent] = Field(default=[Latent()])
    seconds: float = 8.0
    rest: float = 1.0
    """Seconds that the last moment stays."""
    fps: float = 25
    timing: str = "log"
    start: int = 1
    """Moments before this step are left out."""
    numbers: bool = True
    """Whether the step and a time line stand below the pictures."""

    def time_lapse(self) -> TimeLapse:
        """The film to make.

        Raises:
            InputError: for numbers outside their limits, and for an unknown timing.
        """
        from gan_core.latents.time_lapse import TimeLapse

        return TimeLapse.from_json(self.model_dump(by_alias=True, exclude_unset=True))


class TimeLapseRequest(GeneratorRequest):
    """Asks for a film of a training."""

    time: TimeLapseData = TimeLapseData()
    suffix: Literal[".mp4", ".gif", ".webp"]
    job: JobName | None = None


class TimeLapseResponse(Response):
    """A film of a training."""

    url: str
    name: str
    words: str
    missing: str
    """Which moments are left out; may be empty."""
