"""SGG's inner maximisation (ALGORITHMS 2.4 and 5)."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from torch import Tensor

from gan_core.games import Batch
from gan_core.recipes import Part
from gan_core.solvers import solvers
from gan_core.solvers.sgg import SGG
from tests.solvers.toys import Toy, follow, optimizers_of, quadratic, radius, scalar, state_of, step_matrix


def bowl_for_the_judge(size: int, seed: int, condition: float) -> tuple[Toy, Tensor]:
    """A quadratic game and the judge's best answer to where the other stands."""
    generator = torch.Generator().manual_seed(seed)
    turn, _ = torch.linalg.qr(torch.randn(size, size, generator=generator, dtype=torch.float64))
    q = turn @ torch.diag(torch.linspace(1, condition, size, dtype=torch.float64)) @ turn.T
    a = torch.randn(2, size, generator=generator, dtype=torch.float64)
    game = quadratic(torch.eye(2, dtype=torch.float64), a, q)
    return game, torch.linalg.solve(q, a.T @ state_of(game)[:2])


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("seed", range(4))
def test_as_many_steps_as_dimensions_reach_the_maximum(size: int, seed: int) -> None:
    game, best = bowl_for_the_judge(size, seed, 10.0)
    _, end = follow(game, solvers.build("sgg", k=size), 0.01, 1)
    assert (end[2:] - best).abs().max() < 1e-10
    if size > 1:  # which ascent with the same number of steps at the best of all fixed lengths, 2/(1 + 10), does not
        game, _ = bowl_for_the_judge(size, seed, 10.0)
        state = state_of(game).clone()
        for _ in range(size):
            slope = torch.func.grad(lambda y, at=state: -game.value(at[:2], y))(state[2:])
            state = torch.cat([state[:2], state[2:] - 2 / 11 * slope])
        assert (state[2:] - best).abs().max() > 1e-4


@pytest.mark.parametrize(("a", "h"), [(0.5, 0.2), (0.5, 0.1), (2.0, 0.3)])
def test_one_outer_step_of_a_quadratic_game(a: float, h: float) -> None:
    """x' = (1 - h (a + 1/a)) x once y stands at its best, x/a: half where simultaneous play has .92."""
    found = step_matrix(scalar(a), "sgg", h, k=1)
    expected = torch.tensor([[1 - h * (a + 1 / a), 0], [1 / a, 0]], dtype=torch.float64)
    assert torch.allclose(found, expected, rtol=0, atol=1e-13)
    if (a, h) == (0.5, 0.2):
        assert radius(found) == pytest.approx(0.5, rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_the_judges_loss_never_grows(seed: int) -> None:
    """On a function with many maxima and saddles, where first trials overshoot and curvature changes its sign."""
    generator = torch.Generator().manual_seed(seed)
    w = 3 * torch.randn(6, 6, generator=generator, dtype=torch.float64)
    game = Toy(lambda x, y: ((w @ y).sin() * (1 + x.sum())).sum() - 0.05 * (y**4).sum(), (2, 6))
    solver: SGG = solvers.build("sgg", k=20)
    batch, before = Batch(), None
    optimizers = optimizers_of(game, 0.01)
    for _ in range(3):
        before = game.loss("y", game.position(), batch).item()
        losses = solver.step(game, optimizers, lambda: batch)
        assert losses["y"].item() == solver.inner_losses[0] == before
        assert len(solver.inner_losses) > 3
        assert all(after <= now + 1e-14 * abs(now) for now, after in pairwise(solver.inner_losses))
        assert solver.inner_losses[-1] < solver.inner_losses[0]
        assert all(0 <= beta <= 1 for beta in solver.betas)


def test_the_makers_optimizer_may_be_any() -> None:
    game = scalar(0.5)
    optimizers = {"x": optimizers_of(game, 0.1, Part("adam"))["x"], "y": optimizers_of(game, 0.1)["y"]}
    solvers.build("sgg").step(game, optimizers, Batch)
    assert state_of(game)[1].item() == pytest.approx(2.0)  # y = x / a
    assert state_of(game)[0].item() == pytest.approx(0.9)  # Adam's first step is as long as its rate


def test_a_judge_at_its_best_stays_there() -> None:
    game = Toy(lambda x, y: (x * x).sum() - (y - 1).square().sum())
    states = follow(game, solvers.build("sgg"), 0.1, 3)
    assert [state[1].item() for state in states] == [1.0] * 4
