"""Every point that a solver visits on a small game: the same code that trains networks, in double precision."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gan_core.analytic_games.definitions import AnalyticGame, Vector
from gan_core.analytic_games.runner import GameRunner, SolverSettings
from gan_core.errors import InputError
from gan_core.optimizers import optimizers
from gan_core.solvers import solvers
from gan_core.solvers.alternating import Alternating
from gan_core.solvers.lookahead import Lookahead

Numbers = list[float | None]
"""None for a number that is not finite, as JSON has it."""

ORDERS = {"xy": "generator-first", "yx": "discriminator-first"}
SOLVER_ALIASES = {"lambda": "strength"}
OPTIMIZER_ALIASES = {"c": "scale"}
DEFAULTS = {"cg": {"restart": "none", "preconditioner": "none"}}
"""What an optimizer is in a trace unless told otherwise: the bare rule."""
MOST_STEPS = 1_000_000


def trace(
    game: AnalyticGame, solver: str, optimizer: str, options: Mapping[str, Any], step_size: float, steps: int
) -> dict[str, Any]:
    """`{"states": [{"x": [...], "y": [...]}, ...]}`: the start and the point after each of `steps` steps.

    x is the game's first player and y its second, empty where there is none. `options` belong to the solver or to the
    optimizer, whichever has one of that name; `order` is xy (the default) or yx. Conjugate rules add `betas`, one entry
    for each step: by player the beta of its latest move, after clip and restart and before `c`; of sgg a list for y,
    one for each inner step after the first. Where a number stops being finite `diverged_at` is the index of that state,
    and nothing is computed after it.

    Raises:
        InputError: for wrong names, options and numbers, and where solver and game do not fit.
    """
    if not 0 < step_size < math.inf:
        raise InputError(f"The step size is a number above 0, not {step_size}.")
    if not 1 <= steps <= MOST_STEPS:
        raise InputError(f"The number of steps is 1 to {MOST_STEPS}, not {steps}.")
    for_solver, for_optimizer = _routed(solver, optimizer, options)
    inner_order = for_solver.pop("order", ORDERS["xy"]) if solver == Lookahead.name else None
    runner = GameRunner(game, SolverSettings(solver, optimizer, for_solver, for_optimizer), step_size)
    if inner_order and isinstance(runner.solver, Lookahead) and isinstance(runner.solver.inner, Alternating):
        runner.solver.inner = Alternating(inner_order)  # x moves first here too, unless told otherwise
    trajectory = runner.run(steps)
    made = len(trajectory.betas)
    states = [_state(game, point) for point in trajectory.points]
    states += [{name: [None] * len(at) for name, at in states[0].items()}] * (steps - made)
    betas = [_betas(*of_step) for of_step in zip(trajectory.betas, trajectory.inner_betas, strict=True)]
    result: dict[str, Any] = {"states": states}
    if betas[-1]:
        result["betas"] = betas + [dict.fromkeys(betas[-1])] * (steps - made)
    if trajectory.ending == "undefined":
        result["diverged_at"] = made
    return result


def _routed(solver: str, optimizer: str, options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The options that go to the solver, and those that go to the optimizer."""
    of_solver, of_optimizer = _known(solvers[solver], ()), _known(optimizers[optimizer], ("learning_rate",))
    if solver == Lookahead.name:
        of_solver.append("order")
    for_solver: dict[str, Any] = {}
    for_optimizer: dict[str, Any] = {}
    for option, value in options.items():
        if (name := SOLVER_ALIASES.get(option, option)) in of_solver:
            part = for_solver
        elif (name := OPTIMIZER_ALIASES.get(option, option)) in of_optimizer:
            part = for_optimizer
        else:
            raise InputError(
                f"There is no option named {option!r}: the solver {solver} has {_listed(of_solver, SOLVER_ALIASES)}, "
                f"the optimizer {optimizer} has {_listed(of_optimizer, OPTIMIZER_ALIASES)}."
            )
        if name in part:
            raise InputError(f"The option {name} is given twice, once under its other name.")
        part[name] = value
    if "order" in for_solver:
        order = for_solver["order"]
        if order not in (*ORDERS, *ORDERS.values(), "simultaneous"):
            raise InputError(f"The order of play is xy or yx, not {order!r}.")
        for_solver["order"] = ORDERS.get(order, order)
    elif solver == Alternating.name:
        for_solver["order"] = ORDERS["xy"]
    return for_solver, DEFAULTS.get(optimizer, {}) | for_optimizer


def _known(part: Callable[..., Any], hidden: Sequence[str]) -> list[str]:
    parameters = inspect.signature(part).parameters.values()
    return [p.name for p in parameters if p.kind is not p.POSITIONAL_ONLY and p.name not in hidden]


def _listed(names: Sequence[str], aliases: Mapping[str, str]) -> str:
    other = {name: alias for alias, name in aliases.items()}
    return ", ".join(other.get(name, name) for name in names) or "none"


def _state(game: AnalyticGame, point: Vector) -> dict[str, Numbers]:
    state: dict[str, Numbers] = {"x": [], "y": []}
    numbers = _finite(point.tolist())
    for name, network in zip(state, game.game.players.values(), strict=False):
        size = sum(parameter.numel() for parameter in network.parameters())
        state[name], numbers = numbers[:size], numbers[size:]
    return state


def _betas(of_players: Sequence[float | None], inner: Sequence[float] | None) -> dict[str, Any]:
    """The latest beta of each player that has one; of a solver with inner steps a list of them."""
    found: dict[str, Any] = {
        name: _finite([beta])[0] for name, beta in zip(("x", "y"), of_players, strict=False) if beta is not None
    }
    if inner is not None:
        found |= {"x": _finite(inner)[0]} if len(of_players) == 1 else {"y": _finite(inner)}
    return found


def _finite(numbers: Sequence[float]) -> Numbers:
    return [number if math.isfinite(number) else None for number in numbers]
