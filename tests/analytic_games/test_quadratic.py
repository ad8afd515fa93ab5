"""Games given by a function."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from gan_core.analytic_games.quadratic import FunctionGame
from gan_core.errors import InputError
from gan_core.games import Batch


def hill(x: Tensor, y: Tensor) -> Tensor:
    """The authors' toy of conjugate gradients for GANs."""
    return ((1 + x * x) * (100 - y * y)).sum()


def test_one_function_is_both_losses_and_its_mixed_derivative_is_there() -> None:
    game = FunctionGame(hill, [2.0], [-4.0])
    losses = game.losses(game.position(), Batch())
    assert losses["x"].item() == 5 * 84
    assert losses["y"].item() == -5 * 84
    assert game.zero_sum
    x, y = (game.position()[player]["at"] for player in "xy")
    for player, sign in (("x", 1), ("y", -1)):
        (slope,) = torch.autograd.grad(losses[player], x, create_graph=True)
        (mixed,) = torch.autograd.grad(slope.sum(), y)
        assert mixed.item() == pytest.approx(sign * -4 * 2.0 * -4.0)


def test_players_start_from_copies_in_double_precision() -> None:
    start = torch.tensor([1.0, 2.0])
    game = FunctionGame(lambda x, y: x @ y, start, [3, 4])
    start.fill_(9.0)
    assert game.position()["x"]["at"].tolist() == [1, 2]
    assert game.position()["y"]["at"].dtype == torch.float64


@pytest.mark.parametrize("start", [[], [[1.0]], ["1"], [float("nan")], 3])
def test_a_start_is_a_list_of_finite_numbers(start: object) -> None:
    with pytest.raises(InputError, match=r"^y (is|holds)"):
        FunctionGame(hill, [1.0], start)  # pyright: ignore[reportArgumentType]
