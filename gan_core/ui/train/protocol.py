"""What the form of the Train tab and the server say to each other."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from gan_core.ui.protocol import (
    ConfirmedRequest,
    Message,
    OwnerRequest,
    PartOffer,
    Request,
    Response,
    UploadedFile,
)

Settings = dict[str, Any]
"""What differs from a recipe, by the keys of `Recipe.with_settings`."""
HowLong = Literal["Minutes", "Steps", "No limit"]
Domain = Literal["A", "B"]
Box = Annotated[tuple[int, int, int, int], Field(strict=False)]
"""Left, top, width and height in pixels."""


# The form -----------------------------------------------------------------------------------------------------------


class FormRequest(OwnerRequest):
    """The recipe that the form describes, apart from its pictures."""

    recipe: str
    """Name of a preset."""
    how: HowLong
    number: float | None = None
    """How many minutes or steps; None while nothing is typed."""
    settings: Settings | None = None
    start_from: str = ""
    """The model that the weights come from; empty where all are drawn."""


class StartRequest(FormRequest):
    """Starts the training that the form describes."""

    data: str | None = None
    """Name of a data set or a set of pictures, or `own` for a folder."""
    folder: str | None = None
    data_b: str | None = None
    """The same for domain B of a translation."""
    folder_b: str | None = None
    probe_images: str | None = None
    """Token of the pictures that were chosen to be watched."""
    token: str = ""
    """Equal for a press that is sent twice."""


class StartResponse(Response):
    """The training that was begun."""

    run: str


class EstimateRequest(FormRequest):
    """Asks how long a training will take."""

    measure: bool = False
    """Whether it may be measured where it is not known."""
    anyway: bool = False
    """Whether also beside another training."""


class EstimateResponse(Response):
    """How long a training will take; without any field where that cannot be said."""

    short: str = ""
    """The beginning of a sentence."""
    rest: str = ""
    pending: bool = False
    """Whether it is being measured now."""
    offer: bool = False
    """Whether it may be measured if asked for."""


class SizeRequest(Request):
    """Asks how large a translation this machine should try."""

    recipe: str


class SizeResponse(Response):
    """How large a translation fits this machine; without any field where that cannot be said."""

    side: int | None = None
    """Pixels."""
    width: str | None = None
    """Of the networks, in a word."""
    sentence: str = ""
    pending: bool = False
    """Whether it is being measured now."""


class StartModelRequest(Request):
    """Asks what a training that starts from a model is."""

    model: str
    """A name of the lists of models, perhaps with `@STEP`."""


class StartModelResponse(Response):
    """What a training that starts from a model is."""

    model: str
    recipe: str
    """The preset that fits it best."""
    translates: bool
    sentence: str
    """What the model is."""


class SettingOffer(Message):
    """A plain setting of a recipe."""

    key: str
    label: str
    help: str
    type: Literal["int", "float", "bool", "str"]
    choices: list[str]
    """The words that it takes; empty where it takes others."""
    elsewhere: bool = False
    """Whether it is chosen in another place of the form."""


class AugmentationOffer(Message):
    """A way to change real pictures a little."""

    name: str
    sentence: str
    paired: bool = False
    """Whether it is one for recipes that learn from pairs alone."""


class SettingsOfferResponse(Response):
    """What the form offers behind "Advanced"."""

    plain: list[SettingOffer]
    augmentations: list[AugmentationOffer]
    titles: dict[str, str]
    """Of the kinds of parts."""
    optional: dict[str, str]
    """Kinds that may be left out, and what that is called."""
    parts: dict[str, dict[str, list[PartOffer]]]
    """By game and kind."""
    paired: list[str]
    """The games that learn from pairs."""


class SettingsRequest(Request):
    """Asks whether a recipe with changed settings can be trained."""

    recipe: str
    settings: Settings


class SettingsResponse(Response):
    """Whether a recipe can be trained."""

    sentence: str
    """Why not; empty where it can."""


# Pictures -----------------------------------------------------------------------------------------------------------


class FetchRequest(Request):
    """About the download of a data set."""

    dataset: str
    page: str
    """A token of the page that asks."""


class FetchProgressResponse(Response):
    """How far a download is."""

    state: Literal["running", "done", "failed", "cancelled"]
    share: float
    """From 0 to 1; 0 where the whole is not known."""
    words: str
    reason: str
    """Why it has failed."""


class PictureSet(Message):
    """Pictures that a person brought."""

    name: str
    title: str
    count: int
    """Files; 0 for a zip."""


class PictureSetsResponse(Response):
    """The sets of pictures that this browser brought."""

    sets: list[PictureSet]


class SiftRequest(Request):
    """Asks which of the dropped files are worth sending."""

    names: list[str]
    """With the folders that they lie in."""


class SiftResponse(Response):
    """The files that are worth sending."""

    wanted: list[int]
    """Their places in the list."""
    note: str
    """About the others."""


class KeepPicturesRequest(OwnerRequest):
    """Keeps uploaded pictures as a set."""

    files: list[UploadedFile]


class KeptPicturesResponse(Response):
    """The set that pictures were kept as."""

    name: str


class RemovePicturesRequest(OwnerRequest):
    """Removes a set of pictures."""

    name: str


class ProbeRequest(ConfirmedRequest):
    """About the pictures that a translation is watched on: of a run, or chosen before Start under a token."""

    run: str | None = None
    token: str | None = None


class AddProbeRequest(ProbeRequest):
    """Adds an uploaded picture."""

    path: str
    """Where gradio keeps it."""
    name: str = ""
    domain: Domain = "A"


class ProbeDomainRequest(ProbeRequest):
    """Says of which domain a picture is."""

    number: int
    domain: Domain


class RemoveProbeRequest(ProbeRequest):
    """Removes a picture."""

    number: int


class ProbePicture(Message):
    """A picture that a translation is watched on."""

    number: int
    domain: Domain
    picture: str
    """As a data URL."""


class ProbesResponse(Response):
    """The pictures that a translation is watched on."""

    pictures: list[ProbePicture]
    notes: list[str] = Field(default=[])
    """About one that was added."""


class ProbeSheetRequest(Request):
    """Asks for the translations of those pictures."""

    run: str
    step: int | None = Field(default=None, ge=0)
    """Of a key frame; None for the newest ones."""


class ProbeViews(Message):
    """Where the views of a picture lie on a sheet."""

    number: int
    domain: Domain
    error: float | None
    """Mean difference after the way there and back, of 255; None where there is one direction only."""
    cells: dict[str, Box]
    """By view."""


class ProbeSheet(Message):
    """One image that holds the views of all pictures."""

    step: int
    picture: str
    """As a data URL."""
    pictures: list[ProbeViews]


class ProbeSheetResponse(Response):
    """The translations of the pictures."""

    sheet: ProbeSheet | None
    """None where there were none at that step."""
