"""Zero-sum games given by a function f(x, y), which x minimises and y maximises, in double precision."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.games.game import Batch, Game, Position

EXACT = Arithmetic(torch.device("cpu"), bfloat16=False, threads=1)
"""Double precision on the CPU, for games with known answers."""

Numbers = Sequence[float] | Tensor
Rows = Sequence[Sequence[float]] | Tensor


class Point(nn.Module):
    """A player that is nothing but the numbers `at`, float64 (n,)."""

    def __init__(self, at: Tensor) -> None:
        super().__init__()
        self.at = nn.Parameter(at.detach().clone())


class FunctionGame(Game[Batch]):
    """f(x, y) -> scalar for x (n,) and y (m,), float64, from given starts; f is smooth and made of torch operations."""

    def __init__(self, f: Callable[[Tensor, Tensor], Tensor], x: Numbers, y: Numbers) -> None:
        """Raises InputError unless `x` and `y` are lists of finite numbers."""
        super().__init__({"x": Point(vector("x", x)), "y": Point(vector("y", y))}, EXACT)
        self.f = f

    @property
    def zero_sum(self) -> bool:
        """True: the losses are f and -f."""
        return True

    def loss(self, player: str, position: Position, batch: Batch) -> Tensor:
        value = self.f(position["x"]["at"], position["y"]["at"])
        return value if player == "x" else -value


class QuadraticGame(FunctionGame):
    """f(x, y) = x'Px/2 + x'Ay - y'Qy/2 with P (n, n), A (n, m), Q (m, m).

    Of P and Q only the symmetric parts count. Raises InputError for other shapes and for numbers that are not finite.
    """

    def __init__(self, P: Rows, A: Rows, Q: Rows, x: Numbers, y: Numbers) -> None:  # noqa: N803 (as in the formula)
        first, second = vector("x", x), vector("y", y)
        n, m = len(first), len(second)
        own, mixed, other = matrix("P", P, (n, n)), matrix("A", A, (n, m)), matrix("Q", Q, (m, m))
        super().__init__(lambda x, y: x @ (own @ x) / 2 + x @ (mixed @ y) - y @ (other @ y) / 2, first, second)


def vector(name: str, values: Numbers) -> Tensor:
    """`values` as float64 (n,), n >= 1; InputError for anything else."""
    found = _tensor(name, "a list of numbers", values)
    if found.ndim != 1 or not len(found):
        raise InputError(f"{name} is a list of one or more numbers, not of the shape {tuple(found.shape)}.")
    return found


def matrix(name: str, values: Rows, size: tuple[int, int] | None = None) -> Tensor:
    """`values` as float64 (rows, columns), of that `size` if one is given; InputError for anything else."""
    found = _tensor(name, "a list of rows of equally many numbers", values)
    if found.ndim != 2 or not found.numel() or (size is not None and tuple(found.shape) != size):
        of = "" if size is None else f" {size[0]} x {size[1]}"
        raise InputError(f"{name} is a matrix of{of} numbers here, not of the shape {tuple(found.shape)}.")
    return found


def _tensor(name: str, what: str, values: Numbers | Rows) -> Tensor:
    if not isinstance(values, Tensor):
        numbers = [value for row in _rows(name, what, values) for value in row]
        if any(isinstance(value, bool) or not isinstance(value, (int, float)) for value in numbers):
            raise InputError(f"{name} is {what}; {values!r} is not.")
    try:
        found = torch.as_tensor(values, dtype=torch.float64)
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        raise InputError(f"{name} is {what}; {values!r} is not.") from error
    if not found.isfinite().all():
        raise InputError(f"{name} holds finite numbers only; {values!r} does not.")
    return found


def _rows(name: str, what: str, values: object) -> list[Sequence[object]]:
    if not isinstance(values, (list, tuple)):
        raise InputError(f"{name} is {what}, not {values!r}.")
    return [value if isinstance(value, (list, tuple)) else [value] for value in values]
