"""What the panel of nearest training pictures and the server say to each other."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gan_core.ui.explore.protocol import LatentRequest, MomentRequest
from gan_core.ui.protocol import Message, Response

SAMPLES_CHECKED = 64
MOST_CHECKED = 256


class NeighboursRequest(LatentRequest):
    """Asks for the training pictures nearest to a picture: the one of the latent, or an uploaded one."""

    known: int = -1
    """The number of the reference distances that the page has."""
    picture: str | None = None
    """Path of the uploaded picture."""
    name: str = ""
    negative: bool = False
    """Whether light and dark are swapped."""


class MissingPicturesResponse(Response):
    """The training pictures are not on this machine."""

    missing: str
    """Why, in a sentence."""
    local: bool
    """Whether a folder of this machine may be named."""


class IndexingResponse(Response):
    """The training pictures are still being indexed."""

    ready: Literal[False]
    busy: bool
    words: str
    """What is being done."""
    share: float


class TrainingPicture(Message):
    """A training picture near to another picture."""

    index: int
    distance: float
    picture: str
    class_name: str = Field(validation_alias="class", serialization_alias="class")


class ReferenceDistances(Message):
    """The distances that held-out pictures have to their nearest training pictures."""

    data: str
    training: int
    held_out: int
    extractor: str = Field(validation_alias="eye", serialization_alias="eye")
    """What features are compared."""
    extractor_words: str = Field(validation_alias="eye_words", serialization_alias="eye_words")
    mirrored: bool
    pixels: list[float]
    features: list[float]
    limits: list[float]
    twins: float
    flagged: int


Verdict = Literal["same", "copy", "near", "new"]


class IndexedResponse(Response):
    """What was found in the index, and whether a better one is being made."""

    ready: Literal[True]
    busy: bool
    words: str
    share: float
    number: int
    """Of the index."""


class NeighboursResponse(IndexedResponse):
    """The training pictures nearest to a picture."""

    picture: str
    verdict: Verdict
    sentence: str
    pixels: list[TrainingPicture]
    features: list[TrainingPicture]
    twin: int | None
    """A training picture that is the same one, saved differently."""
    reference: ReferenceDistances | None = Field(default=None, validation_alias="usual", serialization_alias="usual")
    """Missing where the page has them."""


class SampleCheckRequest(MomentRequest):
    """Asks how many pictures of a model look copied."""

    count: int = Field(default=SAMPLES_CHECKED, ge=1, le=MOST_CHECKED)
    seed: int = 0


class CheckedSample(Message):
    """A picture of a model and the training picture nearest to it."""

    seed: int
    label: int | None
    picture: str
    verdict: Verdict
    of: TrainingPicture


class SampleCheckResponse(IndexedResponse):
    """How many pictures of a model look copied."""

    count: int
    copies: int
    near: int
    pixels: list[float]
    features: list[float]
    nearest: list[CheckedSample]
    sentence: str


class TrainingPicturesRequest(MomentRequest):
    """Says where the pictures are that a model learned from: a folder of this machine, or uploaded files."""

    folder: str = ""
    files: list[str] = Field(default=[])
