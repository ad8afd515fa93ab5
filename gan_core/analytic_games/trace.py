"""Every point that a solver visits on a small game: the same code that trains networks, in double precision."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from gan_core.analytic_games.definitions import AnalyticGame
from gan_core.errors import InputError
from gan_core.optimizers import ConjugateGradient, build_optimizer, optimizers
from gan_core.recipes import Part
from gan_core.solvers import Solver, solvers
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
    toy: AnalyticGame, solver: str, optimizer: str, options: Mapping[str, Any], step_size: float, steps: int
) -> dict[str, Any]:
    """`{"states": [{"x": [...], "y": [...]}, ...]}`: the start and the point after each of `steps` steps.

    x is the game's first player and y its second, empty where there is none. `options` belong to the solver or to the
    optimizer, whichever has one of that name; `order` is xy (the default) or yx. Conjugate rules add `betas`, one entry
    for each step: by player the beta of its latest move, after clip and restart and before `c`; of sgg a list for y, one
    for each inner step after the first. Where a number stops being finite `diverged_at` is the index of that state, and nothing is computed
    after it. Raises InputError for wrong names, options and numbers, and where solver and game do not fit.
    """
    if not 0 < step_size < math.inf:
        raise InputError(f"The step size is a number above 0, not {step_size}.")
    if not 1 <= steps <= MOST_STEPS:
        raise InputError(f"The number of steps is 1 to {MOST_STEPS}, not {steps}.")
    for_solver, for_optimizer = _routed(solver, optimizer, options)
    player = _built(solver, for_solver)
    movers = {
        name: _optimizer(optimizer, for_optimizer, list(network.parameters()), step_size)
        for name, network in toy.game.players.items()
    }
    states, betas = [_state(toy)], []
    for step in range(1, steps + 1):
        for _ in range(player.period):
            player.step(toy.game, movers, toy.draw)
        states.append(_state(toy))
        betas.append(_betas(player, list(movers.values())))
        if any(number is None for numbers in states[-1].values() for number in numbers):
            states += [{name: [None] * len(at) for name, at in states[0].items()}] * (steps - step)
            betas += [dict.fromkeys(betas[-1])] * (steps - step)
            break
    else:
        step = None
    result: dict[str, Any] = {"states": states}
    if betas[-1]:
        result["betas"] = betas
    if step is not None:
        result["diverged_at"] = step
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


def _built(name: str, options: dict[str, Any]) -> Solver:
    """The solver; x moves first too where lookahead plays alternating inside."""
    order = options.pop("order", ORDERS["xy"]) if name == Lookahead.name else None
    solver: Solver = solvers.build(name, **options)
    if isinstance(solver, Lookahead) and isinstance(solver.inner, Alternating):
        solver.inner = Alternating(order or ORDERS["xy"])
    return solver


def _optimizer(
    name: str, options: Mapping[str, Any], parameters: list[torch.Tensor], step_size: float
) -> torch.optim.Optimizer:
    optimizer = build_optimizer(Part(name, options), parameters)
    # Put in afterwards because recipes refuse rates above 10, with which an implicit step on a toy is still right.
    for group in optimizer.param_groups:
        group["lr"] = group["initial_lr"] = step_size
    return optimizer


def _state(toy: AnalyticGame) -> dict[str, Numbers]:
    state: dict[str, Numbers] = {"x": [], "y": []}
    for name, network in zip(state, toy.game.players.values(), strict=False):
        for parameter in network.parameters():
            state[name] += _finite(parameter.detach().reshape(-1).tolist())
    return state


def _betas(solver: Solver, movers: Sequence[torch.optim.Optimizer]) -> dict[str, Any]:
    """The latest beta of each player that has one; of a solver with inner steps a list of them."""
    found: dict[str, Any] = {}
    for name, mover in zip(("x", "y"), movers, strict=False):
        if isinstance(mover, ConjugateGradient) and mover.betas is not None:
            found[name] = _finite(mover.betas.tolist())[0]
    inner = getattr(solver, "betas", None)
    if inner is not None:
        found |= {"x": _finite(inner)[0]} if len(movers) == 1 else {"y": _finite(inner)}
    return found


def _finite(numbers: Sequence[float]) -> Numbers:
    return [number if math.isfinite(number) else None for number in numbers]
