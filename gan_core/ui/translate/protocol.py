"""What the Translate tab and the server say to each other."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gan_core.ui.models.protocol import DirectionChoice
from gan_core.ui.protocol import Direction, JobName, Message, Request, Response, UploadedFile

Scale = Literal["auto", "native", "trained"]
"""The size at which the network sees a picture (see `gan_core.translation.scales`)."""
Strength = Annotated[float, Field(ge=0, le=1)]
"""From 0 (the picture itself) to 1 (the whole translation)."""
View = Literal["difference", "cycle", "discriminator"]
"""The views of one translation that the server draws."""
FileKind = Literal["film", "zip", "picture"]
Share = Annotated[float, Field(ge=0, le=1)]
"""A position along a side of a picture, from 0 (left or top) to 1."""
Level = Annotated[int, Field(ge=0, le=255)]
Seed = Annotated[int, Field(ge=0, le=2**53 - 1)]
"""Of the noise of a translation; whole in JavaScript, too."""
MOST_HINTS = 300
"""As in `gan_core.translation.hints`, which a page that is only looked at need not import."""
MOST_COLOURINGS = 8


class ExampleSource(Message):
    """One of our example pictures."""

    example: str
    """Its `id`."""


class UploadSource(UploadedFile):
    """A picture that the page has uploaded, or one in an uploaded zip."""

    entry: str | None = None
    """Path of the picture in the zip."""


Source = ExampleSource | UploadSource

# Translators and examples -------------------------------------------------------------------------------------------


class TranslatorListRequest(Request):
    """Asks for the translators and the examples."""

    version: str | None = None
    """Of the list that the page has already."""


class DomainNames(Message):
    """What the two kinds of pictures of a translator are called."""

    A: str
    B: str


class ListedTranslator(Message):
    """A translator that can be chosen."""

    id: str
    """Its name, as `load_model` takes it."""
    group: str
    """Heading under which it is listed."""
    line: str
    """Its title, and the size that it was trained at, in words."""
    size: int
    """Side of the pictures that it was trained on; 0 where that is not known."""
    domains: DomainNames
    directions: list[DirectionChoice]
    discriminators: list[Literal["A", "B"]]
    """The domains whose discriminator came with the model."""
    hints: bool
    """Whether it takes colour hints."""
    noise: int
    """Channels of noise that it takes; with some, each seed gives another translation."""


class ExamplePicture(Message):
    """One of our pictures, to begin with."""

    id: str
    domain: str
    """The kind of picture that it is, such as `summer`."""
    title: str
    picture: str
    """A small version, as a data URL."""


class TranslatorListResponse(Response):
    """The translators and examples; only the version where the page has this one already."""

    version: str
    models: list[ListedTranslator] = Field(default=[])
    examples: list[ExamplePicture] = Field(default=[])


# One picture --------------------------------------------------------------------------------------------------------


class TranslatorRequest(Request):
    """Names a translator, and how it is used."""

    model: str
    direction: Direction
    scale: Scale = "auto"


class ColourHint(Message):
    """A colour that a place of the translation is to take."""

    x: Share
    y: Share
    colour: Annotated[tuple[Level, Level, Level], Field(strict=False)]
    """Red, green and blue."""
    radius: Share | None = None
    """Half the side of the coloured square, as a share of the picture's shorter side; None for the usual one."""


class HintedRequest(TranslatorRequest):
    """Names a translator, and the colours that are asked for."""

    hints: list[ColourHint] = Field(default=[], max_length=MOST_HINTS)


class SeededRequest(HintedRequest):
    """Names a translator, colours, and one of its results."""

    seed: Seed | None = None
    """Of the noise; None for the mean answer."""


class SmallPictureRequest(SeededRequest):
    """Translates a small picture that comes in the request itself."""

    picture: str
    """As a data URL: a sketch, a frame of the camera, or a reduced photograph."""


class SmallPictureResponse(Response):
    """A small translation."""

    after: str
    """As a data URL."""
    milliseconds: float
    """That the network took."""


class TranslationRequest(SeededRequest):
    """Names a picture and how it is translated."""

    source: Source
    job: JobName | None = None


class TranslationPreviewResponse(Response):
    """A picture, and a small translation of it."""

    width: int
    """Of the picture."""
    height: int
    transparent: bool
    """Whether something of the picture is to be seen through."""
    before: str
    """As a data URL, at most `SHOWN_SIDE` pixels long."""
    after: str


class ColouringsRequest(HintedRequest):
    """Asks for small translations of one picture that differ in their noise."""

    source: Source | None = None
    picture: str | None = None
    """As a data URL, where it is no source."""
    seeds: list[Seed] = Field(min_length=1, max_length=MOST_COLOURINGS)


class ColouringsResponse(Response):
    """Small translations, in the order of their seeds."""

    pictures: list[str]
    """As data URLs."""


class WholeTranslationRequest(TranslationRequest):
    """Asks for the whole translation."""

    before_known: bool = False
    """Whether the page has the picture already, so that it need not be sent."""


class WholeTranslationResponse(Response):
    """A whole translation, and what should be known about it."""

    before: str | None = None
    """The picture as a data URL; missing where it is known."""
    after: str
    width: int
    height: int
    transparent: bool
    name: str
    """Of the file that can be downloaded."""
    line: str
    """Its size, and the time that it took, in words."""
    notes: list[str]


class AllPixelsResponse(Response):
    """Picture and translation with all of their pixels."""

    before: str
    """Address of the picture, relative to the page."""
    after: str


class TranslationFileRequest(TranslationRequest):
    """Asks for the translation as a file."""

    strength: Strength = 1.0


class FileResponse(Response):
    """A file that can be fetched."""

    url: str
    """Relative to the page."""
    name: str


class ViewRequest(TranslationRequest):
    """Asks for a view of a translation that the server draws."""

    view: View


class ViewPane(Message):
    """One picture of a view."""

    title: str
    picture: str
    """As a data URL."""
    note: str
    """What stands under it."""


class ViewResponse(Response):
    """A view: its pictures from left to right."""

    line: str
    """The number that belongs to it, in words."""
    panes: list[ViewPane]


# Many pictures, films -----------------------------------------------------------------------------------------------


class DroppedFile(Message):
    """A dropped file before it is sent."""

    name: str = ""
    head: str = ""
    """Its first `HEAD` bytes as base64."""


class FileKindsRequest(Request):
    """Asks what dropped files are."""

    files: list[DroppedFile]


class FileKindsResponse(Response):
    """What dropped files are, in their order."""

    kinds: list[FileKind]


class FileNamesRequest(Request):
    """Asks which of these dropped files can be translated."""

    names: list[str]


class FileNamesResponse(Response):
    """The files that can be translated."""

    kept: list[str]
    line: str
    """How many are left out, in words; empty for none."""


class ZipEntriesRequest(Request):
    """Asks for the pictures in a zip that the page has uploaded."""

    path: str
    name: str = "The zip"


class ZipEntriesResponse(Response):
    """The pictures in a zip, by their paths there."""

    entries: list[str]
    left_out: str
    """How many files are left out, in words; empty for none."""


class BatchRequest(Request):
    """Names a batch."""

    batch: str


class BatchResponse(Response):
    """A new batch."""

    batch: str


class BatchPictureRequest(TranslationFileRequest):
    """Translates one picture of a batch."""

    batch: str
    inside: str | None = None
    """Path of the picture in what was dropped; its folders are kept in the zip."""


class BatchPictureResponse(Response):
    """One translated picture of a batch."""

    name: str
    """Its path in the zip."""
    notes: list[str]
    before: str
    """A thumbnail, as a data URL."""
    after: str


class BatchZipResponse(FileResponse):
    """Where the zip of a batch can be fetched."""

    count: int
    """Pictures in it."""


class FilmTranslationRequest(TranslatorRequest):
    """Translates a film."""

    source: UploadedFile
    smoothing: float = 0.0
    """Over time; the accepted range is that of `translate_video`."""
    job: JobName | None = None


class FilmTranslationResponse(FileResponse):
    """A translated film."""

    before: str
    """Address of the film that it was made from, relative to the page."""
    width: int
    height: int
    line: str
    """Its frames and the time that they took, in words."""
    notes: list[str]


# Elsewhere ----------------------------------------------------------------------------------------------------------


class CodeResponse(Response):
    """Lines of Python."""

    code: str
