"""Solvers against the closed forms of bilinear and Dirac games, through the same interface that trains networks."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn

from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.games import Batch, Game, Position
from gan_core.optimizers import build_optimizer
from gan_core.recipes import Part
from gan_core.solvers import Solver, solvers

EXACT = Arithmetic(torch.device("cpu"), bfloat16=False, threads=1)


class Point(nn.Module):
    def __init__(self, value: float) -> None:
        super().__init__()
        self.at = nn.Parameter(torch.tensor(value, dtype=torch.float64))


class Bilinear(Game[Batch]):
    """f(x, y) = x y: x minimises, y maximises."""

    def __init__(self) -> None:
        super().__init__({"x": Point(1.0), "y": Point(1.0)}, EXACT)

    def loss(self, player: str, position: Position, batch: Batch) -> Tensor:
        value = position["x"]["at"] * position["y"]["at"]
        return value if player == "x" else -value


def play(solver: Solver, step_size: float, steps: int) -> list[tuple[float, float]]:
    game = Bilinear()
    optimizers = {
        player: build_optimizer(Part("sgd", {"learning_rate": step_size}), network.parameters())
        for player, network in game.players.items()
    }
    states = [(1.0, 1.0)]
    for _ in range(steps):
        solver.step(game, optimizers, Batch)
        states.append((game.players["x"].at.item(), game.players["y"].at.item()))  # type: ignore[operator,union-attr]
    return states


@pytest.mark.parametrize("step_size", [0.05, 0.2, 0.9])
def test_simultaneous_grows_by_exactly_one_plus_h_squared(step_size: float) -> None:
    states = play(solvers.build("simultaneous"), step_size, 20)
    for (x, y), (x1, y1) in pairwise(states):
        assert (x1 * x1 + y1 * y1) / (x * x + y * y) == pytest.approx(1 + step_size**2, rel=1e-12)


@pytest.mark.parametrize("step_size", [0.05, 0.2, 0.9])
@pytest.mark.parametrize(("order", "sign"), [("generator-first", -1.0), ("discriminator-first", 1.0)])
def test_alternating_keeps_its_invariant(step_size: float, order: str, sign: float) -> None:
    """x^2 - h x y + y^2 when x moves first, with + when y does (ALGORITHMS 2.1)."""
    states = play(solvers.build("alternating", order=order), step_size, 50)
    invariants = [x * x + sign * step_size * x * y + y * y for x, y in states]
    assert invariants == pytest.approx([invariants[0]] * len(invariants), rel=1e-12)
    assert max(math.hypot(*state) for state in states) <= math.sqrt(2) * math.sqrt((2 + step_size) / (2 - step_size))


def test_n_critic_moves_the_second_player_more_often() -> None:
    drawn: list[Batch] = []

    def draw() -> Batch:
        drawn.append(Batch())
        return drawn[-1]

    game = Bilinear()
    optimizers = {
        p: build_optimizer(Part("sgd", {"learning_rate": 0.1}), n.parameters()) for p, n in game.players.items()
    }
    solvers.build("alternating", n_critic=3).step(game, optimizers, draw)
    assert len(drawn) == 3
    assert game.players["y"].at.item() == pytest.approx(1.3)  # type: ignore[operator,union-attr]
    assert game.players["x"].at.item() == pytest.approx(1 - 0.1 * 1.3)  # type: ignore[operator,union-attr]


@pytest.mark.parametrize("options", [{"order": "sideways"}, {"n_critic": 0}, {"speed": 3}])
def test_wrong_options_are_answered_in_a_sentence(options: dict[str, object]) -> None:
    with pytest.raises(InputError):
        solvers.build("alternating", **options)


def test_an_unknown_solver_names_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean 'alternating'"):
        solvers.build("alternatin")
