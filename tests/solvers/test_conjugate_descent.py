"""One player's exact steps along conjugate directions."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from gan_core.errors import InputError
from gan_core.games import Batch, Game, Position
from gan_core.optimizers.conjugate import RULES
from gan_core.recipes import Part
from gan_core.solvers import solvers
from tests.solvers.toys import EXACT, Bowl, Point, follow, optimizers_of, scalar, state_of

CURVATURES = (0.3, 1.0, 4.0)


class Well(Game[Batch]):
    """f(x) = x^4 - x^2, which curves downwards around 0."""

    def __init__(self, start: float) -> None:
        super().__init__({"x": Point([start])}, EXACT)

    def loss(self, player: str, position: Position, batch: Batch) -> Tensor:
        x = position["x"]["at"]
        return (x**4 - x**2).sum()


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule != "gd"])
def test_it_ends_after_as_many_steps_as_there_are_numbers(rule: str) -> None:
    ends = follow(Bowl(CURVATURES), solvers.build("conjugate-descent", rule=rule), 1.0, 3)
    assert ends[2].norm() > 1e-2
    assert ends[3].norm() < 1e-13


def test_without_conjugacy_it_is_steepest_descent_to_the_lowest_point_of_a_line() -> None:
    solver, place = solvers.build("conjugate-descent", rule="gd"), torch.ones(3, dtype=torch.float64)
    curvatures = torch.tensor(CURVATURES, dtype=torch.float64)
    for found in follow(Bowl(CURVATURES), solver, 1.0, 4)[1:]:
        slope = curvatures * place
        place = place - (slope @ slope) / (slope @ (curvatures * slope)) * slope
        torch.testing.assert_close(found, place, rtol=1e-12, atol=0)


def test_elsewhere_its_first_step_is_newtons_and_downward_curvature_is_refused() -> None:
    well, solver = Well(1.0), solvers.build("conjugate-descent")
    solver.step(well, optimizers_of(well, 1.0), Batch)
    assert state_of(well).item() == pytest.approx(1 - 2 / 10)  # (4x^3 - 2x) / (12x^2 - 2)
    well = Well(0.1)
    with pytest.raises(InputError, match=r"curves upwards; along its direction the curvature is -0\.0"):
        solvers.build("conjugate-descent").step(well, optimizers_of(well, 1.0), Batch)


def test_its_memory_goes_into_a_checkpoint_and_back() -> None:
    game, first, second = Bowl(CURVATURES), solvers.build("conjugate-descent"), solvers.build("conjugate-descent")
    optimizers = optimizers_of(game, 1.0)
    first.step(game, optimizers, Batch)
    second.load_state(first.state())
    for _ in range(2):
        second.step(game, optimizers, Batch)
    assert state_of(game).norm() < 1e-13


def test_it_is_for_one_player_and_plain_descent() -> None:
    two, one = scalar(1.0), Bowl(CURVATURES)
    with pytest.raises(InputError, match="one player"):
        solvers.build("conjugate-descent").check(two, optimizers_of(two, 1.0))
    with pytest.raises(InputError, match="sgd without momentum there, not Adam"):
        solvers.build("conjugate-descent").check(one, optimizers_of(one, 1.0, Part("adam")))
