"""What the Models and runs tab and the server say to each other."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gan_core.ui.protocol import ConfirmedRequest, Direction, Message, OwnerRequest, Request, Response, UploadedFile

Rows = list[tuple[str, str]]
"""Names and values in words, in the order shown."""
Kind = Literal["generator", "translator"]


class DirectionChoice(Message):
    """A direction that a translator knows."""

    id: Direction
    label: str
    """In words, such as `horse → zebra`."""


class ModelCard(Message):
    """A model as its card in the list shows it."""

    name: str
    """As `load_model` takes it."""
    title: str
    kind: Kind
    imported: bool
    file: str
    """Name of its file, without the ending."""
    domains: dict[str, str]
    """What a translator's two domains, `A` and `B`, are called."""
    ways: list[DirectionChoice]
    rows: Rows
    notes: list[str]


class RunCard(Message):
    """A run as its card in the list shows it."""

    name: str
    model: str | None
    """Name of its newest model; None for a run that has none yet."""
    best: str | None
    """Name of its best model."""
    kind: Kind
    state: str
    active: bool
    """Whether it is being trained now."""
    live: bool = False
    """Whether Explore can show it while it is being trained."""
    finished: bool
    mine: bool | None = None
    """Whether the browser that asks started it; missing for a run that cannot be read."""
    rows: Rows
    notes: list[str]


class ListingRequest(OwnerRequest):
    """Asks for the cards of all models and runs."""


class ListingResponse(Response):
    """All models and runs, in the order shown."""

    models: list[ModelCard]
    """Those that are shipped."""
    imported: list[ModelCard]
    runs: list[RunCard]
    problems: list[str]
    """Sentences about files and folders that cannot be used."""
    folder: str
    """Where the runs are; empty for a page on another machine."""


class ThumbnailRequest(Request):
    """Asks for a picture of what a model makes."""

    name: str
    """Of a model, or of a run with `runs/` before it."""


class ThumbnailResponse(Response):
    """A picture of a model."""

    picture: str | None
    """As a data URL; None where there is none yet."""


class RunRequest(ConfirmedRequest):
    """A request that changes a run."""

    run: str


class ResumeRequest(RunRequest):
    """Lets an ended run go on."""

    more: int | None = Field(default=None, ge=1)
    """Steps to go on by; None goes on as far as was asked before."""


class RunResponse(Response):
    """The run that a request was about."""

    run: str


class OnnxRequest(Request):
    """Asks for a model as an ONNX file."""

    name: str
    direction: Direction | None = None
    """The direction of a translator that the file is to hold."""


class OnnxResponse(Response):
    """An ONNX file."""

    url: str
    """Where it can be fetched, relative to the page."""
    name: str
    line: str
    """Its size, and how closely it follows torch, in words."""


class ImportRequest(Request):
    """Imports files that were dropped into the page."""

    files: list[UploadedFile]


class ImportedModel(Message):
    """A model after it was imported or changed."""

    name: str
    title: str
    kind: Kind
    sentence: str
    """What was recognised in its file."""


class ImportResponse(Response):
    """What became of the dropped files."""

    models: list[ImportedModel]
    refused: list[str]
    """A sentence for each file that cannot be imported."""


class ChangeRequest(Request):
    """Renames an imported model."""

    name: str
    to: str
    """Its new name."""
    domains: list[str] = Field(default=[], max_length=2)
    """What the domains A and B of a translator are called from now on."""


class ChangeResponse(ImportedModel, Response):
    """The model as it is called now."""


class DiscardRequest(ConfirmedRequest):
    """Deletes an imported model; `confirmed` repeats its name."""

    name: str


class PublishedRequest(Request):
    """Names a published model."""

    name: str


class PublishedModel(Message):
    """A published model, and how far its download is."""

    name: str
    domains: tuple[str, str]
    """It translates the first into the second."""
    terms: str
    """Whose terms the pictures that it learned from are under."""
    model: str | None
    """Its name among the imported models; None while it is not here."""
    state: Literal["idle", "loading", "failed"]
    done: int | None = None
    """Bytes that have arrived."""
    total: int | None = None
    """Bytes in all; 0 while that is not known."""
    error: str | None = None
    """Why the download has failed."""


class CatalogueResponse(Response):
    """The published models."""

    published: list[PublishedModel]
    about: int
    """Bytes of each file, about."""
    note: str
    """Whose work they are, and what one may do with it."""
