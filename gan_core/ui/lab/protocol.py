"""What the Lab tab and the server say to each other."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from gan_core.ui.protocol import Message, Pair, PartOffer, Request, Response

MOST_SPEED = 1000
"""Steps a second."""
MOST_SPEED = 1000
"""Steps a second."""
Player = Literal["generator", "discriminator"]
PartSettings = dict[str, Any]
"""A part with its options: its `name`, and their values by name."""
Points = str
"""Places in the plane, as `gan_core.plane.controller.packed` writes them."""
Arrow = Annotated[tuple[float, float, float, float], Field(strict=False)]
"""Where it begins, and how far it goes."""
VanishingPoint = Annotated[tuple[int, float | None, float | None], Field(strict=False)]
"""Step, length of the gradient, mean score of generated points; None for what is not finite."""
Verdict = Literal["converges", "circles", "diverges", "arrived", "elsewhere", "refused"]
Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]


# The plane ----------------------------------------------------------------------------------------------------------


class LabSettings(Message):
    """Settings of a training in the plane, see `gan_core.plane.settings`; what is missing is as the engine begins."""

    distribution: str | None = None
    strokes: list[list[Pair]] | None = None
    """What was drawn."""
    deviation: float | None = None
    """Of the points along the strokes."""
    objective: PartSettings | None = None
    penalty: PartSettings | None = None
    """None for none."""
    solver: PartSettings | None = None
    generator_optimizer: PartSettings | None = None
    discriminator_optimizer: PartSettings | None = None
    batch_size: int | None = None
    seed: int | None = None


class OpenAction(Message):
    """Begins a training."""

    kind: Literal["open"]
    settings: LabSettings


class ResumeAction(Message):
    """Shows the training, paused, to a page that was loaded again."""

    kind: Literal["resume"]


class ObserveAction(Message):
    """Shows the training as it is."""

    kind: Literal["observe"]


class PlayAction(Message):
    """Trains on, or pauses."""

    kind: Literal["play"]
    playing: bool = True
    speed: float | None = Field(default=None, gt=0, le=MOST_SPEED)
    """Steps a second; None for as fast as it goes."""


class StepAction(Message):
    """Makes one step."""

    kind: Literal["step"]
    player: Literal["both", "generator", "discriminator"] = "both"


class StageAction(Message):
    """Shows the next stage of a step in slow motion."""

    kind: Literal["stage"]


class ChangeAction(Message):
    """Changes settings while the training goes on."""

    kind: Literal["change"]
    settings: LabSettings


class RewindAction(Message):
    """Goes back to an earlier step."""

    kind: Literal["rewind"]
    step: int = Field(ge=0)


Action = OpenAction | ResumeAction | ObserveAction | PlayAction | StepAction | StageAction | ChangeAction | RewindAction


class PlaneRequest(Request):
    """Does something with the training of a visitor, and asks for what is to be seen then."""

    visit: str | None = None
    """Token from an earlier response."""
    action: Annotated[Action, Field(discriminator="kind")]
    layers: list[Literal["map", "arrows", "net"]] = Field(default=[])
    """What is wanted beside the points."""


class PlaneNumbers(Message):
    """Measurements of a training in the plane."""

    kl: float
    js: float
    kl_reference: float
    """What as many real points give."""
    js_reference: float
    covered: int | None
    """Modes that are covered; None for a distribution without modes."""
    modes: int | None
    good: float | None
    """Share of good points."""


class PlaneStage(Message):
    """One of the eight stages of a step in slow motion; its points and its map are as they stand at that stage."""

    number: int
    player: Player
    kind: Literal["draw", "score", "loss", "move"]
    numbers: dict[str, float | None]
    """By name, see `gan_core.plane.slow_motion`."""
    moves: int
    """Batches that the solver has drawn."""
    answers: bool
    """Whether the second player sees the first one's move."""
    order: list[Player]
    fakes: Points
    real: Points
    map: str | None = None
    arrows: Points | None = None


class PlaneResponse(Response):
    """What is to be seen of a training in the plane."""

    visit: str
    step: int
    playing: bool
    diverged: bool
    note: str
    settings: LabSettings | None
    """Those that hold; None where they were not changed."""
    moments: list[int]
    """Steps that can be gone back to."""
    losses: dict[str, float | None]
    numbers: PlaneNumbers
    outside: float
    """Share of the generated points outside the view."""
    scores: str
    """What kind of number a score is."""
    warning: str | None
    """Why the objective is a negative control."""
    fakes: Points
    map: str | None
    """The discriminator's scores over the view: bytes as base64, row by row."""
    arrows: Points | None
    net: Points | None
    latents: Points | None = None
    latent_net: Points | None = None
    real: Points | None = None
    """Missing where the page has them."""
    stage: PlaneStage | None = None


class PlaneGoneResponse(Response):
    """The visitor's place was given up: the page opens anew."""

    gone: Literal[True]


class VisitRequest(Request):
    """Asks what can be chosen."""

    visit: str | None = None


class DistributionOffer(Message):
    """A distribution of real points."""

    name: str
    summary: str
    thumbnail: list[Pair]
    tuned: LabSettings
    """What suits it."""


class PresetOffer(Message):
    """A named game."""

    name: str
    title: str
    summary: str
    failure: bool
    """Whether it is there to be seen failing."""
    settings: LabSettings


class LabChoicesResponse(Response):
    """What can be chosen in the plane."""

    visit: str
    view: float
    """Half the side of the plane that is shown."""
    deviations: Pair
    """The least and the most of a drawing."""
    distributions: list[DistributionOffer]
    presets: list[PresetOffer]
    parts: dict[str, list[PartOffer]]
    """By kind."""
    meaning: dict[str, str]
    """Of the map's colours, by the kind of scores."""


class StayRequest(Request):
    """Says that the page is still open."""

    visit: str
    hidden: bool = False
    """Whether it is not visible from now on."""


# Games with known answers -------------------------------------------------------------------------------------------


class GameView(Message):
    """The part of a game's plane that is shown."""

    x: Pair
    """Lower and upper end."""
    y: Pair


class ParameterOffer(Message):
    """The one number of a solver that can be set."""

    label: str
    low: float
    high: float
    step: float
    value: float


class SolverOffer(Message):
    """A solver that plays a game."""

    name: str
    title: str
    words: str
    cost: str
    players: list[int]
    """Numbers of players that it can play for."""
    parameter: ParameterOffer | None


class GameOption(Message):
    """An option of a game: a number within a range, or one of several words."""

    name: str
    label: str
    kind: Literal["range", "choice"]
    value: float | str
    low: float | None = None
    high: float | None = None
    step: float | None = None
    choices: list[tuple[str, str]] = Field(default=[])
    """Values and what they are called."""


class AnalyticGameOffer(Message):
    """A game with a known answer, and how it begins."""

    name: str
    title: str
    line: str
    words: str
    axes: list[str]
    names: list[str]
    """Of the numbers that are played for."""
    numbers: int
    """How many."""
    players: int
    printed: str | None
    """What the source article prints wrong."""
    start: list[float]
    steps: int
    step_size: float
    solvers: list[str]
    view: GameView
    options: list[GameOption]
    parameters: dict[str, float]
    """Of solvers, where the game has its own."""


class GamesResponse(Response):
    """The games with known answers, and who plays them."""

    games: list[AnalyticGameOffer]
    solvers: list[SolverOffer]


class GameRequest(Request):
    """Names a game and its options."""

    game: str
    options: dict[str, Any] = Field(default={})


class LandscapeRequest(GameRequest):
    """Asks for what lies under the trajectories."""

    view: GameView


class LandscapeResponse(Response):
    """Heights and arrows of a game; of a game of one number its curve."""

    key: str
    """Another one for another landscape."""
    solution: Pair
    curve: list[Pair] = Field(default=[])
    cells: int = 0
    """Values of each row."""
    values: list[float] = Field(default=[])
    arrows: list[Arrow] = Field(default=[])


class SolverChoice(Message):
    """A solver, and its number where it has one."""

    name: str
    parameter: float | None = None


class TrajectoriesRequest(GameRequest):
    """Asks where solvers lead from one start."""

    solvers: list[SolverChoice]
    step_size: float
    steps: int
    start: list[float]


class Trajectory(Message):
    """Where a solver leads; without places where it refuses the game."""

    name: str
    points: list[Pair] | None
    distances: list[float] | None
    """From the solution."""
    betas: list[list[float | None]] | None
    """Of conjugate directions, by player."""
    predicted: float | None
    """Rate, as the theory has it."""
    measured: float | None
    verdict: Verdict
    verdict_words: str
    words: str
    formula: str
    source: str


class TrajectoriesResponse(Response):
    """Where the solvers lead."""

    runs: list[Trajectory]
    steps: int
    drawn_solution: Pair
    note: str


# The vanishing gradient ---------------------------------------------------------------------------------------------


class WatchRequest(Request):
    """Asks for the next moments of the experiment."""

    visit: str | None = None
    """Token from an earlier response."""
    seed: Seed = 0
    seen: Seed = 0
    """Points of every line that the page has."""


class WatchResponse(Response):
    """More points of every line."""

    lines: dict[str, list[VanishingPoint]]
    done: bool
    visit: str
    fresh: bool
    """Whether the experiment begins again."""
    steps: int
