"""The solver configurations that the panel compares: every registered solver and optimizer, and some settings of
them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from gan_core.analytic_games.runner import SolverSettings
from gan_core.analytic_games.trajectories import LINEAR
from gan_core.errors import InputError
from gan_core.optimizers import optimizers
from gan_core.parts import PartInfo, is_number, unknown
from gan_core.recipes import Part
from gan_core.solvers import solvers


@dataclass(frozen=True)
class Parameter:
    """One number of a configuration that a user can vary."""

    option: str
    label: str
    low: float
    high: float
    step: float
    value: float
    of_solver: bool = True

    @property
    def whole(self) -> bool:
        """Whether its values are whole numbers."""
        return self.step >= 1


@dataclass(frozen=True)
class SolverConfig:
    """A solver with an optimizer and their settings, as the panel lists it, with what a step of it costs."""

    name: str
    title: str
    words: str
    settings: SolverSettings
    cost: str = "one gradient a player"
    parameter: Parameter | None = None
    single_player: bool = False
    """Whether it also makes sense for a single player."""
    two_players: bool = True
    """Whether it makes sense for two players."""


SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "alternating": {"order": "generator-first"},
    "consensus": {"gamma": 0.5},
    "sga": {"strength": 0.5, "align": False},
    "lookahead": {"inner": "simultaneous"},
}
OPTIMIZER_SETTINGS: Mapping[str, Mapping[str, Any]] = {"adam": {"beta1": 0.5, "beta2": 0.9}}
"""What shows a part best on games of one or two numbers: the first player begins, and every step is one fixed
matrix."""
CURVED = (
    "Helps along a curved valley; where two gradients in a row point the same way beta is 0 and the step a plain one."
)
PRP, FIRST = {"rule": "prp", "restart": "descent"}, SETTINGS["alternating"]


def configs() -> list[SolverConfig]:
    """All configurations in the order in which they are shown; those of plugins too."""
    of_solvers = [_of_solver(info) for info in solvers.infos(without=("one-player",))]
    chosen = [*of_solvers, *_conjugate(), *_momentum()]
    named = {config.settings.optimizer for config in chosen}
    rest = [_of_optimizer(info) for info in optimizers.infos() if info.name not in named]
    return [*chosen, *rest, *_alone()]


def _of_solver(info: PartInfo) -> SolverConfig:
    settings = SETTINGS.get(info.name, {})
    parameter = _parameter(info, settings, of_solver=True)
    chosen = {**({parameter.option: parameter.value} if parameter else {}), **settings}
    words = " ".join(filter(None, [info.summary, info.details.get("on_a_rotation")]))
    cost = info.details.get("cost") or SolverConfig.cost
    return SolverConfig(info.name, info.title, words, SolverSettings(info.name, "sgd", chosen), cost, parameter)


def _of_optimizer(info: PartInfo) -> SolverConfig:
    name = info.name if info.name not in solvers else f"{info.name}-optimizer"
    played = SolverSettings("alternating", info.name, FIRST, OPTIMIZER_SETTINGS.get(info.name, {}))
    return SolverConfig(name, info.title, f"Alternating. {info.summary}", played)


def _conjugate() -> list[SolverConfig]:
    """Conjugate directions for one player or both."""
    info = optimizers.info("cg")
    rules = {
        "prp": f"PRP+, for both players. {CURVED}",
        "fr": "Fletcher-Reeves. Beta sits at its cap of one half nearly always, which is momentum one half: it feeds a rotation.",
        "dy": "Dai-Yuan. Its beta sits at the cap on a rotation too.",
        "hs": "Hestenes-Stiefel. Not defined for a player of a single number: every second direction would be 0.",
    }
    alternating = [
        SolverConfig(
            f"cg-{rule}",
            f"{info.title}, {words.partition('.')[0].partition(',')[0]}",
            f"Alternating, rule {words}",
            SolverSettings("alternating", "cg", FIRST, {"rule": rule, "restart": "descent"}),
        )
        for rule, words in rules.items()
    ]
    together = f"Both players step at once along conjugate directions, rule PRP+ (article 000). {CURVED}"
    second = f"The first player steps plainly, then the second along a conjugate direction, rule PRP+ (article 003). {CURVED}"
    mixed = SolverSettings("alternating", "sgd", FIRST, {}, Part("cg", PRP))
    return [
        SolverConfig("gcdg", "GCDG: both conjugate, at once", together, SolverSettings("simultaneous", "cg", {}, PRP)),
        SolverConfig("gda", "GDA: second player conjugate", second, mixed),
        *alternating,
    ]


def _momentum() -> list[SolverConfig]:
    """Momentum of both signs."""
    info = optimizers.info("momentum")
    parameter = _parameter(info, {}, of_solver=False)
    assert parameter is not None
    return [
        SolverConfig(
            name,
            title,
            f"Alternating. {info.summary}",
            SolverSettings("alternating", "momentum", FIRST, {"beta": beta}),
            parameter=replace(parameter, value=beta),
        )
        for name, title, beta in (
            ("momentum", info.title, 0.5),
            ("negative-momentum", "Negative momentum", -0.5),
        )
    ]


def _alone() -> list[SolverConfig]:
    """What a single player can do."""
    linear, plain = solvers.info("conjugate-descent"), "one gradient"
    momentum = next(config for config in _momentum() if config.name == "momentum")
    assert momentum.parameter is not None
    steps = {
        "descent": ("Gradient descent (linreg-gd)", "sgd", {}, None),
        "heavy-ball": (momentum.title, "momentum", {"beta": 0.8}, replace(momentum.parameter, value=0.8)),
        "conjugate-steps": ("Conjugate directions, fixed step", "cg", PRP, None),
        "descent-adam": (optimizers.info("adam").title, "adam", {"beta1": 0.9, "beta2": 0.9}, None),
    }
    descents = [
        SolverConfig(
            name,
            title,
            optimizers.info(optimizer).summary,
            SolverSettings("simultaneous", optimizer, {}, options),
            plain,
            parameter,
            single_player=True,
            two_players=False,
        )
        for name, (title, optimizer, options, parameter) in steps.items()
    ]
    exact = SolverConfig(
        "linear-cg",
        f"{linear.title} (linreg-cg)",
        f"{linear.summary} The step size is not used.",
        SolverSettings(LINEAR),
        linear.details["cost"],
        single_player=True,
        two_players=False,
    )
    return [descents[0], exact, *descents[1:]]


def _parameter(info: PartInfo, settings: Mapping[str, Any], *, of_solver: bool) -> Parameter | None:
    """The first option of a part that has a range worth trying."""
    for option in info.options.values():
        if option.slider is not None:
            low, high, step = option.slider
            value = settings.get(option.name, option.default)
            return Parameter(option.name, option.label, low, high, step, value, of_solver)
    return None


def config_named(name: Any, value: Any = None) -> SolverSettings:
    """The settings of the configuration `name`, its parameter at `value` if one is given.

    Raises:
        InputError: for an unknown name, and for a value out of the parameter's range.
    """
    known = {config.name: config for config in configs()}
    if name not in known:
        raise InputError(unknown("way to play", str(name), known))
    settings, parameter = known[name].settings, known[name].parameter
    if value is None or parameter is None:
        return settings
    in_range = is_number(value) and parameter.low <= value <= parameter.high
    if not in_range or (parameter.whole and value != int(value)):
        what = "a whole number from" if parameter.whole else "from"
        allowed = f"{what} {parameter.low:g} to {parameter.high:g}"
        raise InputError(f"{parameter.label} of {known[name].title} is {allowed}, not {value!r}.")
    changed = {parameter.option: int(value) if parameter.whole else float(value)}
    if parameter.of_solver:
        return replace(settings, solver_options={**settings.solver_options, **changed})
    return replace(settings, optimizer_options={**settings.optimizer_options, **changed})
