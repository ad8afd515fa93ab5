"""Least squares: a game of one player (the gradient descent example of article 003)."""

from __future__ import annotations

from torch import Tensor

from gan_core.analytic_games.quadratic import EXACT, Numbers, Point, Rows, matrix, vector
from gan_core.errors import InputError
from gan_core.games.game import Batch, Game, Position


class LeastSquaresGame(Game[Batch]):
    """The player `theta` (p,) minimises J = |X theta - y|^2 / (2 n) with X (n, p) and y (n,), float64.

    Raises InputError for other shapes and for numbers that are not finite.
    """

    def __init__(self, X: Rows, y: Numbers, theta: Numbers) -> None:  # noqa: N803 (as in the formula)
        start, self.y = vector("theta", theta), vector("y", y)
        self.X = matrix("X", X)
        if self.X.shape != (len(self.y), len(start)):
            raise InputError(
                f"X has one row for each number of y and one column for each of theta, {len(self.y)} x {len(start)} "
                f"here, not {self.X.shape[0]} x {self.X.shape[1]}."
            )
        super().__init__({"theta": Point(start)}, EXACT)

    @property
    def sides(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return ("theta",), ()

    def loss(self, player: str, position: Position, batch: Batch) -> Tensor:
        return (self.X @ position["theta"]["at"] - self.y).square().sum() / (2 * len(self.y))
