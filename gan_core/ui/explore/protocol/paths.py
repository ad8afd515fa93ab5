"""What the Path panel and the server say to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from gan_core.ui.explore.protocol import GeneratorRequest, Latent, MomentRequest
from gan_core.ui.protocol import JobName, Message, Response

if TYPE_CHECKING:
    from gan_core.latents.paths import LatentPath

MOST_STOPS_DRAWN = 24
"""Pictures of stops that one request asks for."""


class PathStop(Message):
    """One picture that a path visits, as data."""

    latent: Latent = Field(validation_alias="place", serialization_alias="place")
    seconds: float = 2.0
    """To the next stop."""
    easing: str = "linear"
    z: list[float] = Field(default=[])
    """The numbers of the latent when the path was kept."""


class PathData(Message):
    """A path, as `gan_core.latents.paths.LatentPath` reads and writes it."""

    schema_version: int = Field(validation_alias="schema", serialization_alias="schema")
    stops: list[PathStop]
    interpolation: Literal["slerp", "lerp", "spline"] = Field(
        default="slerp", validation_alias="way", serialization_alias="way"
    )
    loop: bool = False
    steady: bool = False
    """Whether the picture is to change equally fast all along."""
    fps: int = 25

    def path(self) -> LatentPath:
        """The path to compute with.

        Raises:
            InputError: for numbers outside their limits, and for an unknown easing.
        """
        from gan_core.latents.paths import LatentPath

        return LatentPath.from_json(self.model_dump(by_alias=True, exclude_unset=True))

    @classmethod
    def of(cls, path: LatentPath) -> PathData:
        """A path as it travels."""
        return cls.model_validate(path.to_json())


class PathRequest(MomentRequest):
    """A request about a path in a model."""

    path: PathData


class PathStopsRequest(MomentRequest):
    """Asks for the pictures of stops."""

    stops: list[PathStop] = Field(min_length=1, max_length=MOST_STOPS_DRAWN)


class PathStopsResponse(Response):
    """The pictures of stops."""

    pictures: list[str]
    version: str


class PathCourseRequest(PathRequest):
    """Asks where the film of a path is from moment to moment."""

    job: JobName | None = None


class PathSpeed(Message):
    """How fast the picture changes along a path, in grey levels a second."""

    before: list[float]
    """As the path is timed by its stops."""
    after: list[float]
    """At steady speed."""
    spread: float | None
    """How far from the mean a step still is, as a share; None where nothing moves."""


class PathCourseResponse(Response):
    """Where the film of a path is from moment to moment."""

    frames: int
    seconds: float
    version: str
    speed: PathSpeed | None = None
    """Of a steady path; missing for others."""
    points: list[list[float]]
    """Latents at even times."""
    classes: list[tuple[int, int | None, float]] | None
    """What is drawn at each of them: class, second class, and how far from the one to the other."""
    cuts: list[int]
    """After which points the picture jumps."""
    stops: list[float]
    """Seconds at which the stops are reached."""


class PathFilmRequest(PathRequest):
    """Asks for a path as a file."""

    kind: Literal["mp4", "gif", "webp", "strip"]
    scale: int = Field(default=1, ge=1, le=64)
    """How often every pixel is repeated."""
    pictures: int = 20
    """Of a strip."""
    job: JobName | None = None


class PathFilmResponse(Response):
    """A path as a file."""

    url: str
    name: str
    kind: str
    """Its ending."""
    words: str


class SavePathRequest(PathRequest):
    """Keeps a path under a name."""

    name: str


class SavedPathRequest(GeneratorRequest):
    """Names a kept path of a model."""

    name: str


class SavedPath(Message):
    """A path that is kept with a model."""

    name: str
    path: PathData
    step: int | None = None
    picture: str
    """Of its first stop, as a data URL."""


class SavedPathsResponse(Response):
    """The paths kept with a model, oldest first."""

    paths: list[SavedPath]


class FilmPathResponse(Response):
    """The path of a film, and where it belongs."""

    path: PathData
    model: str | None
    """None where its model is not here."""
    step: int | None
    words: str
