"""What the Directions panel and the server say to each other."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gan_core.ui.explore.protocol import GeneratorRequest, Latent, LatentDirection, LatentRequest, Refusal
from gan_core.ui.protocol import JobName, Message, Response

MOST_ENDS = 16
"""Directions whose two ends one request asks for."""
FARTHEST_END = 10.0
LARGEST_START = 2**31
"""The last seed that pictures to mark begin at."""

Seed = Annotated[int, Field(ge=0, le=LARGEST_START)]


class DirectionsResponse(Response):
    """All directions of a model."""

    directions: list[LatentDirection]
    searched: bool
    """Whether attributes were looked for."""
    wanted: bool = False
    """Whether they are to be looked for unasked: a table names attributes."""
    weak: list[str]
    """Attributes of which a straight direction explains too little, in words."""
    step: int
    """The training step that the directions are of."""
    newest: int
    """The step that the model is at."""


class SavedDirectionResponse(DirectionsResponse):
    """The directions of a model after one got a name."""

    id: str
    """Of the one that was named."""


class DirectionEndsRequest(LatentRequest):
    """Asks for a picture moved along directions, to both sides."""

    ids: list[str] = Field(max_length=MOST_ENDS)
    amount: float = Field(default=3.0, gt=0, le=FARTHEST_END)


class DirectionEndsResponse(Response):
    """The picture moved by minus and plus the amount, by the ids of the directions."""

    ends: dict[str, Annotated[tuple[str, str], Field(strict=False)] | Refusal]


class SaveDirectionRequest(GeneratorRequest):
    """Keeps a direction under a name."""

    id: str
    name: str


class RenameDirectionRequest(GeneratorRequest):
    """Gives the kept direction `old` another name."""

    old: str
    name: str


class RemoveDirectionRequest(GeneratorRequest):
    """Removes the kept direction `old`."""

    old: str


class MarkingGridRequest(LatentRequest):
    """Asks for pictures to mark."""

    start: Seed = 0


class MarkingGridResponse(Response):
    """Pictures to mark."""

    seeds: list[int]
    pictures: list[str]


class MarkedRequest(LatentRequest):
    """Asks for the direction between pictures that were marked."""

    more: list[Seed]
    less: list[Seed]
    draft: str = "new"
    """What the page calls the direction until it has a name."""


class MarkedResponse(Response):
    """The direction between pictures that were marked."""

    id: str
    right: int
    """Marks that agree with the others when they are left out one by one."""
    marks: int


class CalculateRequest(GeneratorRequest):
    """Asks for what arithmetic with names of directions and favourites comes to."""

    text: str
    draft: str = "new"


class DraftDirectionResponse(Response):
    """A direction that has no name yet."""

    id: str


class CalculatedLatentResponse(Response):
    """A latent that was calculated."""

    latent: Latent


class AttributesRequest(GeneratorRequest):
    """Looks for the attributes of a model's pictures."""

    classes: bool = False
    """Whether for their classes instead of what is read in seconds."""
    job: JobName | None = None


class AttributesResponse(Response):
    """What became of the search."""

    words: str
    """What could not be looked for, and why; may be empty."""
    more: bool
    """Whether there are classes that can be looked for."""


class StabilityRequest(GeneratorRequest):
    """Asks when in a training the directions of one kind settled."""

    kind: Literal["sefa", "pca", "attribute"]
    job: JobName | None = None


class StabilityLine(Message):
    """One direction over a training."""

    name: str
    cosines: list[float]
    """|cosine| with the final direction at every step."""
    since: int | None
    """The step from which on it is the same; None where it has not settled."""


class StabilityResponse(Response):
    """When in a training the directions of one kind settled."""

    steps: list[int]
    lines: list[StabilityLine]
    baseline: float = Field(validation_alias="floor", serialization_alias="floor")
    """|cosine| of unrelated directions."""
    stable: float
    """|cosine| above which two directions count as the same."""
