"""What the panel of searches in latent space and the server say to each other."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gan_core.ui.explore.protocol import MomentRequest
from gan_core.ui.protocol import Message, Pair, Request, Response

MOST_SEED = 2**31 - 1
"""That a search begins at."""


class ProjectionRequest(MomentRequest):
    """Begins to search the latent of a picture: an uploaded one, or one `from` the pictures of the model."""

    path: str | None = None
    """Of the uploaded picture."""
    name: str = ""
    """What it is called where it comes from."""
    source: Literal["held_out", "own"] | None = Field(default=None, validation_alias="from", serialization_alias="from")
    number: int = Field(default=0, ge=0)
    """Which one of the pictures of the model."""
    negative: bool = False
    """Whether light and dark are swapped."""
    before: str = ""
    """The search that this one takes the place of."""
    seed: int = Field(default=0, ge=0, le=MOST_SEED)
    label: int | None = None
    """The class to keep to."""
    starts: int = 8
    """How many candidates are followed."""


class ProjectionResponse(Response):
    """A search that has begun."""

    job: str
    target: str
    """What is searched for, as a data URL."""
    side: int
    notes: list[str]
    """What was done to the picture."""


class SearchRequest(Request):
    """Names a search."""

    job: str


class SearchStateRequest(SearchRequest):
    """Asks how far a search is."""

    seen: int | None = None
    """The moment that the page has."""


class ErrorSummary(Message):
    """Errors in levels of 255."""

    median: float
    least: float
    greatest: float


class Comparison(Message):
    """Errors of projections of other pictures with the same budget; nothing is known yet while `total` is 0."""

    held_out: list[float] = Field(default=[])
    """Errors on pictures that the model never saw, in levels of 255."""
    own: list[float] = Field(default=[])
    """Errors on pictures that it drew itself."""
    total: tuple[int, int] = (0, 0)
    """How many of each there will be."""
    complete: bool = False
    held_out_summary: ErrorSummary | None = None
    own_summary: ErrorSummary | None = None
    at: int | None
    """Of a training: the step that was measured."""
    missing: str
    """Why there are no held-out pictures."""
    ended: bool


class SearchResponse(Response):
    """How far a search is."""

    number: int
    """Of its newest moment."""
    ended: bool
    comparison: Comparison = Field(validation_alias="beside", serialization_alias="beside")


class SearchUnchangedResponse(SearchResponse):
    """The page has the newest moment."""

    same: Literal[True]


class SearchWaitingResponse(SearchResponse):
    """There is no moment yet."""

    waiting: Literal[True]
    working: bool
    """Whether the search has begun."""


class SearchStart(Message):
    """One of the candidates that are followed."""

    picture: str
    error: float
    active: bool
    """Whether it is still followed."""
    label: int | None
    best: bool


class SearchMomentResponse(SearchResponse):
    """The newest moment of a search."""

    phase: Literal["sample", "optimize", "refine"]
    share: float
    """Of the work that is done."""
    seconds: float
    error_levels: float
    """Of the best candidate, in levels of 255."""
    similarity: float | None
    """Structural similarity of its picture; None for pictures that are too small for it."""
    picture: str
    vector: list[float]
    label: int | None
    norm: float
    negative: bool
    """Whether the negative would be much nearer to what the model draws."""
    curve: list[Pair]
    """(seconds, least error) over the search."""
    starts: list[SearchStart]


class StoppedResponse(Response):
    """A search was ended; what it has found stays."""

    stopped: Literal[True]
