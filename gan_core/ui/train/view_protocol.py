"""What the views of runs and comparisons on the Train tab and the server say to each other."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gan_core.ui.protocol import ConfirmedRequest, Message, OwnerRequest, Request, Response
from gan_core.ui.train.protocol import Settings

RunState = Literal["starting", "running", "paused", "waiting", "finished", "stopped", "failed", "interrupted"]
Moment = tuple[float, float]
"""Seconds, and the value measured then."""


# A run --------------------------------------------------------------------------------------------------------------


class ProbesVersion(Message):
    """What a page knows of the pictures that a translation is watched on."""

    version: str
    sheet: str
    """When the newest translations were drawn; empty where there are none."""


class PollRequest(OwnerRequest):
    """Asks for news of a run, by the versions of what the page has."""

    run: str | None = None
    """None for one to begin with."""
    pick: bool = True
    """Whether one to begin with is wanted."""
    runs_version: str | None = None
    status_version: str | None = None
    picture_version: str | None = None
    real_version: str | None = None
    keyframes_version: str | None = None
    probes: ProbesVersion | None = None
    offset: int = Field(default=0, ge=0)
    """Bytes of events that were read."""


class ListedRun(Message):
    """A run in the list."""

    name: str
    state: RunState
    comparison: str
    """The comparison that it belongs to; empty for other runs."""
    mine: bool
    """Whether the browser that asks started it."""


class Room(Message):
    """How many trainings go on at once here."""

    places: int
    free: bool
    """Whether one more would begin at once."""


class LayoutGroup(Message):
    """One half of the columns of a sheet."""

    domain: str
    ways: list[str]
    """Directions, such as `AtoB`."""
    truth: bool = False
    """Whether the last column is what the pictures are to become."""
    hints: int = 0
    """Colour hints in each picture."""


class SheetLayout(Message):
    """How a sheet of translated pictures is laid out."""

    groups: list[LayoutGroup]
    side: int
    """Pixels of one picture."""
    rows: int
    names: dict[str, str]
    """Of the domains."""


class LiveStatus(Message):
    """How a run stands."""

    state: RunState
    reason: str | None
    """Why it is in this state."""
    line: str | None
    """Of a waiting run: where it stands."""
    step: int
    steps: int | None
    minutes: float | None
    seconds: float
    seconds_left: float | None
    images: int
    images_per_second: float
    preview_share: float
    """Share of the time that previews take."""
    device: str
    recipe: str
    translates: bool
    data: str
    size: int
    layout: SheetLayout | None
    models: list[Literal["best", "newest"]]
    """Those that were saved."""


class RunPoint(Message):
    """Losses and scores at a step, by player."""

    step: int
    losses: dict[str, float]
    scores: dict[str, float]


class BestMeasurement(Message):
    """The best model, measured again."""

    step: int
    value: float
    spread: float | None


class Measurement(Message):
    """One measurement of a run."""

    step: int
    name: str
    value: float
    spread: float | None
    reference_level: float | None
    """What real pictures give."""
    reference_spread: float | None
    samples: int | None
    words: str | None
    best: bool | None
    """Whether it was the best until then; None of runs that do not say it."""
    kept: BestMeasurement | None
    took: float | None
    """Seconds."""
    about: dict[str, float] = Field(default={})
    """What it is to be compared with, by what that is: nothing done, with colour hints."""


class RunNote(Message):
    """A warning of a run."""

    step: int = 0
    """0, or missing, where it is about none."""
    text: str
    alarm: bool = False
    """Whether it should be looked at now."""


class ProbesNews(ProbesVersion):
    """The pictures that a translation is watched on, as they are now."""

    count: int


class PollResponse(Response):
    """News of a run: what the page has already is left out."""

    run: str | None
    """The run that this is about."""
    runs: list[ListedRun] = Field(default=[])
    runs_version: str = ""
    room: Room | None = None
    gone: str | None = None
    """Why the run cannot be shown."""
    status: LiveStatus | None = None
    status_version: str = ""
    log: str | None = None
    """The last words of a trainer that has failed."""
    picture: str = ""
    """The newest one, as a data URL."""
    picture_version: str = ""
    real: str = ""
    """Real pictures."""
    real_version: str = ""
    keyframes: list[int] = Field(default=[])
    """Their steps."""
    keyframes_version: str = ""
    probes: ProbesNews | None = None
    offset: int | None = None
    """Bytes of events read by now; missing where there were no new ones."""
    points: list[RunPoint] = Field(default=[])
    measurements: list[Measurement] = Field(default=[])
    notes: list[RunNote] = Field(default=[])
    cut: int | None = None
    """The step from which on everything happens anew, in a run that was resumed."""


class RunActionRequest(ConfirmedRequest):
    """Asks something of a run; `cancel` takes a waiting one out of the line."""

    run: str
    action: Literal["pause", "resume", "stop", "save", "cancel"]


class ActionResponse(Response):
    """What was asked is told to the trainer."""

    sequence: int | None
    """Number of the request; None where the app itself has done it."""


class RunKeyframeRequest(Request):
    """Asks for the picture of a run at a step."""

    run: str
    step: int


class RunKeyframeResponse(Response):
    """The picture of a run at a step."""

    picture: str
    step: int


class RunTimeLapseRequest(Request):
    """Asks for all key frames of a run as an animation."""

    run: str


class RunTimeLapseResponse(Response):
    """An animated GIF."""

    file: str
    """As a data URL."""
    name: str


# Comparisons --------------------------------------------------------------------------------------------------------


class RecipeOffer(Message):
    """A recipe that can be compared."""

    name: str
    title: str
    control: bool
    """Whether it is a negative control."""


class ComparisonOptionsResponse(Response):
    """What can be compared, and on what."""

    recipes: list[RecipeOffer]
    data: list[str]


class ComparisonEntry(Message):
    """A recipe of a comparison."""

    label: str
    recipe: str
    settings: Settings = Field(default={})


class CompareRequest(OwnerRequest):
    """Begins a comparison."""

    entries: list[ComparisonEntry]
    data: str
    minutes: float | None
    """For each recipe and seed; None where no number was typed."""
    seeds: int | None
    """How many."""


class CompareResponse(Response):
    """The comparison that was begun."""

    comparison: str


class ComparisonActionRequest(ConfirmedRequest):
    """Asks something of a comparison; `continue` takes a stopped one up again, `cancel` is for one that waits."""

    comparison: str
    action: Literal["pause", "resume", "stop", "save", "continue", "cancel"]


class ComparisonRequest(OwnerRequest):
    """Asks how a comparison stands."""

    comparison: str | None = None
    """None for the newest."""
    seed: int | None = None
    pictures: dict[str, str] = Field(default={})
    """Versions of the pictures that the page has, by run."""


class ComparedMetric(Message):
    """What is measured in a comparison."""

    title: str
    better: str
    """`lower` or `higher`."""


class Lane(Message):
    """One recipe of a comparison: the run with the chosen seed, and the curves of all seeds."""

    label: str
    recipe: str
    control: bool
    differs: list[str]
    run: str
    state: str
    reason: str | None
    step: int
    seconds: float
    images_per_second: float
    curves: list[list[Moment]]
    picture: str = ""
    """Missing where the page has it."""
    version: str | None
    """Of the picture; None where there is none."""


class ComparisonTable(Message):
    """The values of all recipes."""

    headings: list[str]
    rows: list[list[str]]
    notes: list[str]


class ComparisonNews(Message):
    """How a comparison stands."""

    name: str
    state: RunState
    mine: bool
    reason: str | None
    share: float
    """Of its time that is over."""
    seeds: list[int]
    seed: int
    """The one that is looked at."""
    data: str
    budget: float | None
    """Seconds of each run."""
    metric: ComparedMetric | None
    reference: float | None
    """What real pictures give."""
    lanes: list[Lane]
    table: ComparisonTable | None
    """None before the first measurement."""


class ComparisonResponse(Response):
    """All comparisons, and how one of them stands."""

    names: list[str]
    comparison: ComparisonNews | None
    """None where there is none."""
