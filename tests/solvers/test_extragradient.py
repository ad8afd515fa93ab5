"""Extragradient and optimistic play against their closed forms (ALGORITHMS 2.1)."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gan_core.errors import InputError
from gan_core.games import Batch
from gan_core.recipes import Part
from gan_core.solvers import solvers
from tests.solvers.toys import (
    Bowl,
    follow,
    optimizers_of,
    place,
    radius,
    recurrence_error,
    scalar,
    state_of,
    step_matrix,
)

STEPS = [0.05, 0.1, 0.2, 0.37, 0.5, 0.9]
CURVATURES = [0.0, 0.1, 0.5, 1.3]


@pytest.mark.parametrize("h", STEPS)
@pytest.mark.parametrize("a", CURVATURES)
def test_extragradient(a: float, h: float) -> None:
    mu = complex(a, 1)
    assert radius(step_matrix(scalar(a), "extragradient", h)) == pytest.approx(abs(1 - h * mu + (h * mu) ** 2), 1e-12)


@pytest.mark.parametrize(("look", "h"), [(0.5, 0.4), (2.0, 0.5), (4.0, 0.5)])
def test_extragradient_with_another_look(look: float, h: float) -> None:
    """Steps g = look h and e = h: rho^2 = (1 - ge)^2 + e^2; g = 1/e is best, rho = e."""
    expected = np.sqrt((1 - look * h * h) ** 2 + h * h)
    assert radius(step_matrix(scalar(0), "extragradient", h, look=look)) == pytest.approx(expected, rel=1e-12)


def optimistic_polynomial(a: float, h: float) -> list[float]:
    """(l^2 - (1 - 2h mu) l - h mu) and its conjugate, multiplied out."""
    factors = [np.array([1, -(1 - 2 * h * mu), -h * mu]) for mu in (complex(a, 1), complex(a, -1))]
    return list(np.polymul(*factors).real)


@pytest.mark.parametrize("h", STEPS)
@pytest.mark.parametrize("a", CURVATURES)
def test_optimistic(a: float, h: float) -> None:
    states = follow(scalar(a), solvers.build("optimistic"), h, 12)
    assert recurrence_error(states, optimistic_polynomial(a, h)) < 1e-13


@pytest.mark.parametrize(
    ("a", "h", "rate"), [(0, 0.1, 0.9949362), (0, 0.2, 0.9789063), (0.5, 0.2, 0.8850922), (0.1, 0.2, 0.9580658)]
)
def test_the_table_of_optimistic_rates(a: float, h: float, rate: float) -> None:
    assert max(abs(np.roots(optimistic_polynomial(a, h)))) == pytest.approx(rate, abs=5e-8)


@pytest.mark.parametrize(("h", "rate"), [(0.1, 0.9900010), (0.2, 0.9600692), (0.5, 0.7718445)])
def test_optimistic_in_turn(h: float, rate: float) -> None:
    """x' = x - h (2 y - y_), y' = y + h (2 x' - x): the polynomial is (l^2 - l)^2 + h^2 l (2 l - 1)^2."""
    polynomial = np.polyadd(
        np.polymul([1, -1, 0], [1, -1, 0]), h * h * np.polymul([1, 0], np.polymul([2, -1], [2, -1]))
    )
    states = follow(scalar(0), solvers.build("optimistic", order="generator-first"), h, 12)
    assert recurrence_error(states, list(polynomial)) < 1e-13
    assert max(abs(np.roots(polynomial))) == pytest.approx(rate, abs=5e-8)


def test_the_first_optimistic_step_is_plain() -> None:
    _, first = follow(scalar(0.3), solvers.build("optimistic"), 0.1, 1)
    _, plain = follow(scalar(0.3), solvers.build("simultaneous"), 0.1, 1)
    assert torch.equal(first, plain)


@pytest.mark.parametrize(("name", "stable", "unstable"), [("extragradient", 0.99, 1.01), ("optimistic", 0.66, 0.67)])
def test_one_player_alone_is_stable_up_to_a_limit_of_its_own(name: str, stable: float, unstable: float) -> None:
    """Pure minimisation, c = h * curvature: extragradient c < 1, optimistic c < 2/3."""
    for h, shrinks in ((stable, True), (unstable, False)):
        *_, last = follow(Bowl([1.0]), solvers.build(name), h, 2000)
        assert (last.abs().item() < 1) == shrinks


@pytest.mark.parametrize("name", ["adam", "momentum", "cg", "rmsprop"])
def test_a_look_ahead_leaves_the_optimizer_as_it_was(name: str) -> None:
    """By hand: look with a copy of the optimizer, then step with the optimizer itself, from where one was."""
    game, by_hand = scalar(0.3), scalar(0.3)
    part = Part(name)
    states = follow(game, solvers.build("extragradient"), 0.05, 4, part)
    optimizers = optimizers_of(by_hand, 0.05, part)
    field = torch.tensor([[0.3, 1.0], [-1.0, 0.3]], dtype=torch.float64)

    def advance(gradient: torch.Tensor) -> None:
        for value, (player, network) in zip(gradient, by_hand.players.items(), strict=True):
            for parameter in network.parameters():
                parameter.grad = value.reshape(1).clone()
            optimizers[player].step()

    for expected in states[1:]:
        start = state_of(by_hand).clone()
        saved = {player: optimizer.state_dict() for player, optimizer in optimizers.items()}
        saved = torch.utils._pytree.tree_map(lambda v: v.clone() if isinstance(v, torch.Tensor) else v, saved)
        advance(field @ start)
        ahead = state_of(by_hand).clone()
        for player, optimizer in optimizers.items():
            optimizer.load_state_dict(saved[player])
        place(by_hand, start)
        advance(field @ ahead)
        assert torch.allclose(state_of(by_hand), expected, rtol=1e-13, atol=0)


def test_adam_counts_one_step_an_extragradient_step() -> None:
    game, solver = scalar(0.3), solvers.build("extragradient")
    optimizers = optimizers_of(game, 0.05, Part("adam"))
    for _ in range(3):
        solver.step(game, optimizers, Batch)
    assert {float(memory["step"]) for o in optimizers.values() for memory in o.state.values()} == {3.0}


def test_a_batch_of_its_own_for_the_look_ahead() -> None:
    drawn: list[Batch] = []

    def draw() -> Batch:
        drawn.append(Batch())
        return drawn[-1]

    for batches, count in (("shared", 1), ("disjoint", 2)):
        drawn.clear()
        game = scalar(0)
        solvers.build("extragradient", batches=batches).step(game, optimizers_of(game, 0.1), draw)
        assert len(drawn) == count


@pytest.mark.parametrize(
    ("name", "options"),
    [("extragradient", {"look": 0.0}), ("extragradient", {"batches": "blocks"}), ("optimistic", {"order": "xy"})],
)
def test_wrong_options_are_answered_in_a_sentence(name: str, options: dict[str, object]) -> None:
    with pytest.raises(InputError):
        solvers.build(name, **options)
