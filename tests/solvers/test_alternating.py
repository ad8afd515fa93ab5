"""Simultaneous and alternating play: closed forms (ALGORITHMS 2.1), and who sees which batch."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import Tensor

from gan_core.errors import InputError
from gan_core.games import Batch
from gan_core.recipes import Part
from gan_core.solvers import solvers
from tests.solvers.toys import (
    Bowl,
    Four,
    follow,
    optimizers_of,
    radius,
    recurrence_error,
    scalar,
    state_of,
    step_matrix,
)

STEPS = [0.05, 0.1, 0.2, 0.5, 0.9]
CURVATURES = [0.0, 0.1, 0.5, 1.3]


@pytest.mark.parametrize("step_size", STEPS)
def test_simultaneous_grows_by_exactly_one_plus_h_squared(step_size: float) -> None:
    states = follow(scalar(0), solvers.build("simultaneous"), step_size, 20)
    for now, after in pairwise(states):
        assert after.square().sum().item() == pytest.approx((1 + step_size**2) * now.square().sum().item(), rel=1e-12)


@pytest.mark.parametrize("h", STEPS)
@pytest.mark.parametrize("a", CURVATURES)
def test_simultaneous_and_alternating_with_curvature(a: float, h: float) -> None:
    found = step_matrix(scalar(a), "simultaneous", h)
    assert radius(found) == pytest.approx(math.sqrt((1 - h * a) ** 2 + h * h), rel=1e-12)
    x_moves = torch.tensor([[1 - h * a, -h], [0, 1]], dtype=torch.float64)
    y_moves = torch.tensor([[1, 0], [h, 1 - h * a]], dtype=torch.float64)
    for order, expected in (("generator-first", y_moves @ x_moves), ("discriminator-first", x_moves @ y_moves)):
        found = step_matrix(scalar(a), "alternating", h, order=order)
        assert torch.allclose(found, expected, rtol=0, atol=1e-15)
        if torch.linalg.eigvals(found).imag.any():
            assert radius(found) == pytest.approx(abs(1 - h * a), rel=1e-10)


@pytest.mark.parametrize("step_size", [0.05, 0.2, 0.9])
@pytest.mark.parametrize(("order", "sign"), [("generator-first", -1.0), ("discriminator-first", 1.0)])
def test_alternating_keeps_its_invariant(step_size: float, order: str, sign: float) -> None:
    """x^2 - h x y + y^2 when x moves first, with + when y does (ALGORITHMS 2.1)."""
    states = follow(scalar(0), solvers.build("alternating", order=order), step_size, 50)
    invariants = [(s.square().sum() + sign * step_size * s.prod()).item() for s in states]
    assert invariants == pytest.approx([invariants[0]] * len(invariants), rel=1e-12)
    bound = math.sqrt(2) * math.sqrt((2 + step_size) / (2 - step_size))
    assert max(state.norm().item() for state in states) <= bound


@pytest.mark.parametrize("h", [0.1, 0.2, 0.5])
@pytest.mark.parametrize("b", [-0.5, 0.5])
@pytest.mark.parametrize("name", ["alternating", "simultaneous"])
def test_momentum(name: str, b: float, h: float) -> None:
    """(l-1)^2 (l-b)^2 + h^2 l^3 in turn, and h^2 l^2 together."""
    tail = [h * h, 0, 0, 0] if name == "alternating" else [h * h, 0, 0]
    polynomial = np.polyadd(np.poly([1, 1, b, b]), tail)
    states = follow(scalar(0), solvers.build(name), h, 12, Part("momentum", {"beta": b}))
    assert recurrence_error(states, list(polynomial)) < 1e-12


@pytest.mark.parametrize(("curvature", "h"), [(1.0, 0.3), (2.5, 0.7)])
@pytest.mark.parametrize("name", ["simultaneous", "alternating", "optimistic", "extragradient", "lookahead"])
def test_one_player_alone_descends(name: str, curvature: float, h: float) -> None:
    c = curvature * h
    _, first, second = follow(Bowl([curvature]), solvers.build(name), h, 2)
    expected = {
        "simultaneous": (1 - c) ** 2,
        "alternating": (1 - c) ** 2,
        "lookahead": (1 - c) ** 2,
        "optimistic": (1 - c) - c * (2 * (1 - c) - 1),
        "extragradient": (1 - c + c * c) ** 2,
    }
    assert first.item() == pytest.approx(1 - c + (c * c if name == "extragradient" else 0), rel=1e-12)
    assert second.item() == pytest.approx(expected[name], rel=1e-12)


def play_four(steps: int, **options: object) -> tuple[Four, list[dict[str, Tensor]], int]:
    game, drawn = Four(), []

    def draw() -> Batch:
        drawn.append(Batch(len(drawn)))
        return drawn[-1]

    solver, optimizers = solvers.build("alternating", **options), optimizers_of(game, 0.1)
    return game, [solver.step(game, optimizers, draw) for _ in range(steps)], len(drawn)


def test_players_of_one_side_share_a_turn_and_a_batch() -> None:
    game, losses, drawn = play_four(1)
    assert game.seen == [("d1", 0), ("d2", 0), ("g1", 0), ("g2", 0)]
    assert (drawn, game.committed) == (1, [0])
    assert set(losses[0]) == set(game.players)
    # Both judges from the same point, then both makers at the judges' new one.
    assert state_of(game).tolist() == pytest.approx([1 - 0.1 * 2.4, 1 - 0.1 * 2.4, 1.2, 1.2])


def test_disjoint_batches_give_every_player_its_own() -> None:
    game, _, drawn = play_four(1, batches="disjoint", order="generator-first")
    assert game.seen == [("g1", 0), ("g2", 1), ("d1", 2), ("d2", 3)]
    assert drawn == 4
    assert game.committed == [0, 1, 2, 3]


def test_disjoint_critic_steps_are_disjoint_too() -> None:
    game, _, drawn = play_four(1, batches="disjoint", n_critic=2)
    assert game.seen == [("d1", 0), ("d2", 1), ("d1", 2), ("d2", 3), ("g1", 4), ("g2", 5)]
    assert drawn == 6


def test_blocks_move_one_side_and_then_the_other() -> None:
    solver, game = solvers.build("alternating", batches="blocks", block=2, order="generator-first"), Four()
    optimizers, moved = optimizers_of(game, 0.1), []
    for step in range(6):
        if step == 3:  # taken back from a checkpoint in the middle of a block
            state = solver.state()
            solver = solvers.build("alternating", batches="blocks", block=2, order="generator-first")
            solver.load_state(state)
        before = state_of(game).clone()
        losses = solver.step(game, optimizers, Batch)
        assert set(losses) == set(game.players)
        moved.append("".join("g" if i < 2 else "d" for i in (state_of(game) != before).nonzero().flatten().tolist()))
    assert moved == ["gg", "gg", "dd", "dd", "gg", "gg"]


@pytest.mark.parametrize(
    ("order", "end"),
    [("discriminator-first", (1 - 0.1 * 1.3, 1.3)), ("generator-first", (0.9, 1 + 3 * 0.1 * 0.9))],
)
def test_n_critic_moves_the_second_player_more_often(order: str, end: tuple[float, float]) -> None:
    drawn: list[Batch] = []

    def draw() -> Batch:
        drawn.append(Batch())
        return drawn[-1]

    game = scalar(0)
    solvers.build("alternating", n_critic=3, order=order).step(game, optimizers_of(game, 0.1), draw)
    assert len(drawn) == 3
    assert state_of(game).tolist() == pytest.approx(end)


def test_the_critics_further_steps_follow_a_generator_that_goes_first() -> None:
    game, _, drawn = play_four(1, n_critic=2, order="generator-first")
    assert game.seen == [("g1", 0), ("g2", 0), ("d1", 0), ("d2", 0), ("d1", 1), ("d2", 1)]
    assert (drawn, game.committed) == (2, [0, 1])


@pytest.mark.parametrize("options", [{"order": "sideways"}, {"n_critic": 0}, {"speed": 3}])
def test_wrong_options_are_answered_in_a_sentence(options: dict[str, object]) -> None:
    with pytest.raises(InputError):
        solvers.build("alternating", **options)


def test_an_unknown_solver_names_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean 'alternating'"):
        solvers.build("alternatin")
