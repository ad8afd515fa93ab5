"""The games of the panel: small enough to draw, with a solution that is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gan_core.analytic_games.definitions import AnalyticGame, read_game
from gan_core.analytic_games.quadratic import FunctionGame
from gan_core.errors import InputError
from gan_core.games import Batch
from gan_core.objectives import objectives
from gan_core.parts import is_number, unknown
from gan_core.penalties import penalties
from gan_core.recipes import Part

Chosen = Mapping[str, Any]
Range = tuple[float, float]


@dataclass(frozen=True)
class Slider:
    """A number that a user can choose between `low` and `high`."""

    name: str
    label: str
    low: float
    high: float
    step: float
    value: float


@dataclass(frozen=True)
class Choice:
    """One of some named values, with the words for each."""

    name: str
    label: str
    listed: Callable[[], Mapping[str, str]]
    """() -> the words by value; asked whenever it is shown, so that plugins are among them."""
    value: str

    @property
    def choices(self) -> list[tuple[str, str]]:
        """(value, words) of each choice."""
        return list(self.listed().items())


@dataclass(frozen=True)
class PlaneGame:
    """A game of one or two numbers, with its options and its first view."""

    name: str
    title: str
    line: str
    words: str
    build: Callable[[Chosen], AnalyticGame]
    axes: tuple[str, str]
    names: tuple[str, ...]
    start: tuple[float, ...]
    view: tuple[Range, Range]
    step_size: float
    steps: int
    ways: tuple[str, ...]
    options: tuple[Slider | Choice, ...] = ()
    solution: tuple[float, ...] = (0.0, 0.0)
    players: int = 2
    printed: str | None = None
    """What the source article prints wrong, if the game is one of theirs."""
    linear: bool = True
    """Whether every step is linear in the place, so that a predicted rate holds everywhere, not only near the
    solution."""
    parameter_values: tuple[tuple[str, float], ...] = ()
    """(configuration, value) where its parameter has another value here at first."""

    def chosen(self, options: Any) -> dict[str, Any]:
        """`options` with the defaults of the missing ones.

        Raises:
            InputError: for an option or value that the game does not have.
        """
        if not isinstance(options, dict):
            raise InputError("The options of a game are an object of names and values.")
        known = {option.name: option for option in self.options}
        for name, value in options.items():
            if name not in known:
                raise InputError(unknown(f"option of the game {self.name!r}", name, known))
            option = known[name]
            if isinstance(option, Slider):
                if not is_number(value) or not option.low <= value <= option.high:
                    raise InputError(f"{option.label} is {option.low:g} to {option.high:g}, not {value!r}.")
            elif value not in dict(option.choices):
                raise InputError(unknown(option.label.lower(), str(value), dict(option.choices)))
        return {name: options.get(name, option.value) for name, option in known.items()}


def _quadratic(p: float, a: float, q: float) -> AnalyticGame:
    return read_game({"kind": "quadratic", "P": [[p]], "A": [[a]], "Q": [[q]], "x": [0.0], "y": [0.0]})


def _ridge(chosen: Chosen) -> AnalyticGame:
    return _quadratic(-6, 4, 2) if chosen["which"] == "f1" else _quadratic(6, 4, -2)


def _valley(_: Chosen) -> AnalyticGame:
    game = FunctionGame(lambda x, y: ((1 + x * x) * (100 - y * y)).sum(), [0.0], [0.0])
    return AnalyticGame(game, Batch)


VARIANTS: Mapping[str, tuple[str, Part]] = {
    "cooperative": ("cooperative, λ = 0.1", Part("coupled", {"weight": 0.1, "mode": "cooperative"})),
    "contrastive": ("contrastive, λ = 0.1", Part("coupled", {"weight": 0.1, "mode": "contrastive"})),
    "printed": ("no game", Part("coupled-printed")),
}
"""Settings of objectives that are offered in the place of their defaults, by the name that the panel knows them by."""


def dirac_objectives() -> dict[str, tuple[str, Part]]:
    """By name the words and the part of every objective that the Dirac-GAN can be played with."""
    varied = {part.name for _, part in VARIANTS.values()}
    plain = {info.name: (info.title, Part(info.name)) for info in objectives.infos() if info.name not in varied}
    variants = {
        name: (f"{objectives.info(part.name).title}, {words}", part) for name, (words, part) in VARIANTS.items()
    }
    return plain | variants


def dirac_penalties() -> dict[str, tuple[str, str | None]]:
    """By name the words of every penalty and the option that the slider sets; `none` is none."""
    found: dict[str, tuple[str, str | None]] = {"none": ("none", None)}
    for info in penalties.infos(without=("layers",)):
        option = next((option for option in info.options.values() if option.type == "float"), None)
        label = option.label if option is not None else ""
        words = info.title if label in ("", "Strength") else f"{info.title}, strength is the {label.lower()}"
        found[info.name] = (words, option.name if option is not None else None)
    return found


def _dirac(chosen: Chosen) -> AnalyticGame:
    objective = dirac_objectives()[chosen["objective"]][1]
    description: dict[str, Any] = {"kind": "dirac", "theta": 0.0, "psi": 0.0, "objective": objective.to_json()}
    if chosen["penalty"] != "none":
        strength = dirac_penalties()[chosen["penalty"]][1]
        description["penalty"] = Part(chosen["penalty"], {strength: chosen["strength"]} if strength else {}).to_json()
    return read_game(description)


COLUMN = [1.0, 2.0, 3.0, 4.0, 5.0]
"""The data of article 003: y = x."""


def _line(_: Chosen) -> AnalyticGame:
    return read_game({"kind": "least-squares", "X": [[x] for x in COLUMN], "y": COLUMN, "theta": [0.0]})


def _line_with_bias(_: Chosen) -> AnalyticGame:
    return read_game({"kind": "least-squares", "X": [[1.0, x] for x in COLUMN], "y": COLUMN, "theta": [0.0, 0.0]})


SQUARE: tuple[Range, Range] = ((-2.5, 2.5), (-2.5, 2.5))
XY = ("x, which wants f small", "y, which wants f large")
COMPARED = ("simultaneous", "alternating", "extragradient", "optimistic", "cg-prp")
ALONE = ("descent", "heavy-ball", "linear-cg")

GAMES: tuple[PlaneGame, ...] = (
    PlaneGame(
        "rotation", "Rotation", "f = xy",
        "The simplest game without any hill to climb: x wants xy small, y wants it large. The players' slopes go round the solution in circles, so each way to play shows its character bare. Both at once: the point spirals outwards, by exactly √(1 + h²) each step. In turn: it stays on a closed curve for ever. Everything that converges here looks ahead, looks back or brakes.",
        lambda _: _quadratic(0, 1, 0), XY, ("x", "y"), (1.0, 1.0), SQUARE, 0.2, 100, COMPARED,
    ),
    PlaneGame(
        "curved", "Curved rotation", "f = a/2·x² + xy − a/2·y²",
        "The same rotation in a bowl: a is how strongly each player is drawn to its own best place. A penalty such as R1 does this to a GAN. Both at once converges as soon as h < 2a / (1 + a²); with a = 0.1 and h = 0.2 it just misses.",
        lambda chosen: _quadratic(chosen["a"], 1, chosen["a"]), XY, ("x", "y"), (1.5, 1.0), SQUARE, 0.2, 100, COMPARED,
        (Slider("a", "Curvature a", 0, 2, 0.05, 0.5),),
    ),
    PlaneGame(
        "ridge", "The ridge", "is this point a solution?",
        "Two games that only follow-the-ridge tells apart. In f1 the centre is a minimax point (the best x against y's best answer), yet the gradients lead away from it. In f2 it is none, yet the gradients lead into it: plain descent converges to an answer that is wrong.",
        _ridge, XY, ("x", "y"), (1.0, 0.6), SQUARE, 0.05, 200, ("simultaneous", "alternating", "consensus", "follow-the-ridge"),
        parameter_values=(("consensus", 0.1),),
        options=(Choice("which", "Game", lambda: {"f1": "f1 = −3x² − y² + 4xy: a solution", "f2": "f2 = 3x² + y² + 4xy: no solution"}, "f1"),),
    ),
    PlaneGame(
        "valley", "Steep and flat", "f = (1 + x²)(100 − y²)",
        "The small game on which the conjugate rules for GANs were first shown. x's valley is a hundred times steeper than y's hill, so a step size that x can bear is small for y. Conjugate directions are meant for just that: curvature, not rotation.",
        _valley, XY, ("x", "y"), (3.0, 7.0), ((-5, 5), (-10, 10)), 0.005, 300, ("simultaneous", "alternating", "momentum", "gcdg", "cg-fr"), linear=False,
    ),
    PlaneGame(
        "dirac", "Dirac-GAN", "the smallest GAN",
        "A real GAN with one number each: the generator makes the point θ, the discriminator scores a sample by ψ times it, and all real data lie at 0. Solved when both are 0. Without a penalty it turns for ever; R1 with strength γ draws it in. The printed form of G-CoDG has no resting point that holds: both run away.",
        _dirac, ("θ, the generated point", "ψ, the discriminator's slope"), ("θ", "ψ"), (1.2, 0.8), SQUARE, 0.2, 200, ("simultaneous", "alternating", "extragradient", "gda"), linear=False,
        options=(
            Choice("objective", "Objective", lambda: {name: words for name, (words, _) in dirac_objectives().items()}, "minimax"),
            Choice("penalty", "Penalty", lambda: {name: words for name, (words, _) in dirac_penalties().items()}, "r1"),
            Slider("strength", "Strength", 0.05, 2, 0.05, 0.3),
        ),
    ),
    PlaneGame(
        "line", "A line through 0", "linreg, one number",
        "No opponent, only a slope: the line y = θx is fitted to five points on y = x. With step 0.01 each step closes 11 % of the gap, so θ = 1 − 0.89ᵗ. Conjugate gradients choose the length of a step themselves and are done after one.",
        _line, ("θ, the line's slope", "J, the mean squared error over 2"), ("θ",), (0.0,), ((-0.6, 2.6), (-1.5, 15)), 0.01, 60, ALONE, solution=(1.0,), players=1,
        printed="Article 003 starts from two numbers, np.zeros(2), but its X has one column: NumPy stops with “shapes (5,1) and (2,) not aligned”. This is one way to mend it: one number.",
    ),
    PlaneGame(
        "line-with-bias", "A line with a bias", "linreg, two numbers",
        "The line y = θ₀ + θ₁x through five points on y = x: solved at (0, 1). The valley is 70 times longer than it is wide, and plain descent creeps along its floor: with step 0.01 a thousand steps are not enough. Conjugate gradients need two, one for each number. Above h = 2/11.83 = 0.169 descent diverges.",
        _line_with_bias, ("θ₀, where the line starts", "θ₁, its slope"), ("θ₀", "θ₁"), (0.0, 0.0), ((-1.2, 1.6), (-0.6, 1.8)), 0.01, 1000, ALONE, solution=(0.0, 1.0), players=1,
        printed="The other way to mend article 003: give X the missing column of ones. Its own setting, 1000 steps of 0.01, then prints (0.0474, 0.9869) and calls it the final parameters; the solution is (0, 1), and it is still 0.049 away.",
    ),
)  # fmt: skip
"""In the order in which they are shown."""


def game_named(name: Any) -> PlaneGame:
    """The game of that name; InputError for an unknown one."""
    known = {game.name: game for game in GAMES}
    if name not in known:
        raise InputError(unknown("game of this panel", str(name), known))
    return known[name]
