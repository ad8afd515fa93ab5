"""What Explore and the server say to each other: latents, choosing a model, drawing, bookmarks; for each panel a
module.

A model here says of which kind each field is. What its numbers may be is checked, with a sentence for a person, where
files and the shell are read as well: by `LatentSpec.from_json`, `LatentPath.from_json` and `TimeLapse.from_json`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from pydantic import Field

from gan_core.ui.protocol import Message, OwnerRequest, Request, Response, UploadedFile

if TYPE_CHECKING:
    from gan_core.latents.spec import LatentSpec

MOST_SAMPLED = 12
"""Models whose pictures one request asks for."""
NEIGHBOUR_ANGLE = 0.6
WIDEST_ANGLE = 1.5
"""Radians: at pi / 2 a neighbour has nothing left of where it started."""

Point = Union[int, "Latent"]
"""An end of an interpolation: a seed, or a whole latent."""
Rotation = Annotated[tuple[int, float], Field(strict=False)]
"""A step to a neighbour: the seed of a random direction, and an angle in radians."""
Note = dict[str, Any]
"""The recipe inside an exported file or a link, of any version; see `gan_core.latents.metadata`."""


class Refusal(Message):
    """Why one of several things that were asked for cannot be had."""

    error: str


class Latent(Message):
    """One point of latent space, as data: what `gan_core.latents.spec.LatentSpec` reads and writes."""

    kind: Literal["seed", "path", "pad", "vector"] = "seed"
    seed: int = 0
    ends: Annotated[tuple[Point, Point], Field(strict=False)] = (0, 1)
    """The two ends of a `path`."""
    t: float = 0.0
    """How far along the path: 0 at the first end, 1 at the second."""
    corners: Annotated[tuple[Point, Point, Point, Point], Field(strict=False)] = (0, 1, 2, 3)
    """The corners of a `pad`: top left, top right, bottom left, bottom right."""
    x: float = 0.5
    y: float = 0.5
    interpolation: Literal["slerp", "lerp"] = Field(default="slerp", validation_alias="way", serialization_alias="way")
    vector: list[float] = Field(default=[])
    """The coordinates of a `vector`."""
    scale: float = 1.0
    """Truncation."""
    moves: list[Rotation] = Field(default=[])
    amounts: dict[str, float] = Field(default={})
    """How far along directions of the model, by their ids."""
    offsets: dict[str, float] = Field(default={})
    """Added to single coordinates, by their numbers from 0."""
    label: int | None = None
    towards: int | None = None
    """A second class, to draw between both."""
    mix: float = 0.0
    """How far from `label` to `towards`."""

    def spec(self) -> LatentSpec:
        """The latent to compute with.

        Raises:
            InputError: for numbers outside their limits.
        """
        from gan_core.latents.spec import LatentSpec

        return LatentSpec.from_json(self.model_dump(by_alias=True, exclude_unset=True))

    @classmethod
    def of(cls, spec: LatentSpec) -> Latent:
        """A latent as it travels: only what matters for its kind."""
        return cls.model_validate(spec.to_json())


class GeneratorRequest(Request):
    """A request about a model."""

    model: str
    """Its id in the list of models."""


class MomentRequest(GeneratorRequest):
    """A request about a model at one moment of its training."""

    step: int | None = None
    """The kept step; None for the newest weights."""


class LatentRequest(MomentRequest):
    """A request about one latent of a model."""

    latent: Latent = Latent()


# Choosing a model ---------------------------------------------------------------------------------------------------


class GeneratorsRequest(OwnerRequest):
    """Asks for the models that can be explored."""


class GeneratorChoice(Message):
    """A model of the list."""

    id: str
    label: str
    group: str
    """The heading that it stands under."""


class GeneratorsResponse(Response):
    """The models that can be explored."""

    models: list[GeneratorChoice]
    first: str
    """The one that a page which has none begins with; empty where there are no models."""


class GridCellRequest(MomentRequest):
    """Asks for the latent of a picture of a run's live grid; `step` is the moment that the grid shows."""

    x: float = Field(ge=0, le=1)
    """Share of the grid's width."""
    y: float = Field(ge=0, le=1)


class LatentResponse(Response):
    """Where to go."""

    model: str | None
    """None where the model is not here: then the open one is meant."""
    step: int | None
    latent: Latent
    words: str
    """What a person should know of it; may be empty."""


class SamplesRequest(Request):
    """Asks for a few pictures of several models."""

    models: list[str] = Field(max_length=MOST_SAMPLED)


class Samples(Message):
    """A few pictures of a model, and what it is."""

    picture: str
    """Side by side, as a data URL."""
    title: str
    words: str


class SamplesResponse(Response):
    """Pictures of the models that were asked for, by their ids."""

    samples: dict[str, Samples | Refusal]


class LatentDirection(Message):
    """A direction of a model."""

    id: str
    name: str
    group: str
    """The heading that it stands under."""
    words: str = ""
    """How much of the pictures' variation it explains; missing where that is not known."""
    help: str = ""
    """What `words` means."""


class GeneratorResponse(Response):
    """What the panels need to know of a model."""

    model: str
    version: str
    """Of its weights: those of a training change."""
    latent_dim: int
    size: int
    """Pixels of a side."""
    channels: int
    classes: list[str]
    title: str
    data: str
    """Name of the data set that it learned from."""
    trained: int
    """Steps."""
    live: bool
    """Whether it is being trained now."""
    run: str | None
    steps: list[int]
    """The kept moments of its training."""
    directions: list[LatentDirection]


# Drawing ------------------------------------------------------------------------------------------------------------


class DrawRequest(LatentRequest):
    """Asks for one picture."""

    seq: int | None = None
    """The number of the request; the response repeats it."""
    known: str | None = None
    """The version of the weights whose picture is shown already."""
    numbers: bool = False
    """Whether the coordinates of the latent are wanted too."""


class UnchangedResponse(Response):
    """The weights are those whose picture is shown already."""

    seq: int | None
    version: str
    same: Literal[True]


class DrawResponse(Response):
    """One picture."""

    seq: int | None
    version: str
    picture: str
    """As a data URL."""
    side: int
    """Its pixels."""
    norm: float
    """Length of the latent."""
    step: int = 0
    """That it shows; missing for a model that is not trained any more, at its newest weights."""
    numbers: list[float] = Field(default=[])
    """The coordinates of the latent; missing where they were not asked for."""


class StripRequest(LatentRequest):
    """Asks for pictures to choose from."""

    kind: Literal["seeds", "path", "corners", "neighbours", "classes"]
    start: int = Field(default=0, ge=0)
    """The first seed."""
    angle: float = Field(default=NEIGHBOUR_ANGLE, gt=0, le=WIDEST_ANGLE)
    """Radians to a neighbour."""


class StripResponse(Response):
    """Pictures to choose from."""

    kind: Literal["seeds", "path", "corners", "neighbours", "classes"]
    pictures: list[str]
    labels: list[int] | list[float] | list[Rotation]
    """Of each picture its seed, its share of the path, its corner, the step to it, or its class."""
    version: str


class InterpolationCurve(Message):
    """What one kind of interpolation meets between the ends of a path."""

    norms: list[float]
    """Lengths of the latent."""
    scores: list[float] = Field(default=[])
    """Logits of the discriminator; missing where none is known."""


class InterpolationResponse(Response):
    """What slerp and lerp meet between the ends of a path."""

    shares: list[float]
    typical: float
    """Length of a latent drawn at random."""
    slerp: InterpolationCurve
    lerp: InterpolationCurve
    discriminator_step: int = Field(default=0, validation_alias="judge_step", serialization_alias="judge_step")
    """Of the discriminator; missing where it is of the moment that is drawn."""


# Bookmarks and files ------------------------------------------------------------------------------------------------


class Favourite(Message):
    """A latent that was kept under a name, with the picture that it had then."""

    name: str
    picture: str
    model: str = ""
    step: int | None = None
    latent: Latent
    z: list[float] = Field(default=[])
    """Its coordinates then."""
    class_weights: list[float] | None = Field(default=None, validation_alias="class", serialization_alias="class")
    card: dict[str, Any] = Field(default={})
    """What the model's card said of it."""
    schema_version: int = Field(default=1, validation_alias="schema", serialization_alias="schema")


class FavouritesResponse(Response):
    """The favourites of a model, oldest first."""

    favourites: list[Favourite]


class FavouriteRequest(GeneratorRequest):
    """Names one favourite of a model."""

    name: str


class RenameRequest(GeneratorRequest):
    """Gives what is kept with a model under the name `old` another one."""

    old: str
    new: str


class NoteRequest(Request):
    """Holds the note of a favourite, a link or a file."""

    note: Note


class PictureFileResponse(Response):
    """A picture to keep, with its recipe inside."""

    name: str
    file: str
    """As a data URL."""


class DroppedFileRequest(UploadedFile, Request):
    """Asks what an uploaded file is."""


class DroppedPictureResponse(Response):
    """A picture without a recipe."""

    kind: Literal["picture"]
    path: str
    name: str


class DroppedNoteResponse(Response):
    """A film or sheet of ours: of a path, or of a training."""

    kind: Literal["path", "time"]
    note: Note
    name: str


class DroppedLatentResponse(LatentResponse):
    """A picture of ours, and where it is."""

    kind: Literal["place"]
    name: str
