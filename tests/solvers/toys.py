"""Games with known answers, and one step of a solver on them as a matrix."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from gan_core.devices import Arithmetic
from gan_core.games import Batch, Game, Position
from gan_core.optimizers import build_optimizer
from gan_core.recipes import Part
from gan_core.solvers import Solver, solvers

EXACT = Arithmetic(torch.device("cpu"), bfloat16=False, threads=1)
SGD = Part("sgd")


class Point(nn.Module):
    def __init__(self, values: Sequence[float] | Tensor) -> None:
        super().__init__()
        self.at = nn.Parameter(torch.as_tensor(values, dtype=torch.float64).clone())


class Toy(Game[Batch]):
    """x minimises and y maximises `value`(x, y), float64 vectors."""

    def __init__(
        self, value: Callable[[Tensor, Tensor], Tensor], sizes: tuple[int, int] = (1, 1), *, zero_sum: bool = True
    ) -> None:
        super().__init__({"x": Point(torch.ones(sizes[0])), "y": Point(torch.ones(sizes[1]))}, EXACT)
        self.value = value
        self._zero_sum = zero_sum

    @property
    def zero_sum(self) -> bool:
        return self._zero_sum

    def loss(self, player: str, position: Position, batch: Batch) -> Tensor:
        value = self.value(position["x"]["at"], position["y"]["at"])
        return value if player == "x" else -value


class Bowl(Game[Batch]):
    """One player alone: f(x) = sum of curvature * x^2 / 2."""

    def __init__(self, curvatures: Sequence[float]) -> None:
        super().__init__({"x": Point(torch.ones(len(curvatures)))}, EXACT)
        self.curvatures = torch.tensor(curvatures, dtype=torch.float64)

    def loss(self, player: str, position: Position, batch: Batch) -> Tensor:
        return (self.curvatures * position["x"]["at"] ** 2).sum() / 2


class Four(Game[Batch]):
    """Two makers and two judges, each a number; notes who was evaluated on which batch."""

    def __init__(self) -> None:
        super().__init__({name: Point([1.0]) for name in ("g1", "g2", "d1", "d2")}, EXACT)
        self.seen: list[tuple[str, int]] = []
        self.committed: list[int] = []

    @property
    def sides(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return ("g1", "g2"), ("d1", "d2")

    def loss(self, player: str, position: Position, batch: Batch) -> Tensor:
        self.seen.append((player, batch.seed))
        g, d = (sum(position[name + i]["at"].sum() for i in "12") for name in "gd")
        return g * d if player[0] == "g" else -g * d

    def commit(self, batch: Batch) -> None:
        self.committed.append(batch.seed)


def scalar(a: float) -> Toy:
    """f = a/2 x^2 + x y - a/2 y^2 on two numbers: mu = a ± i."""
    return Toy(lambda x, y: (a / 2 * x * x + x * y - a / 2 * y * y).sum())


def quadratic(p: Tensor, a: Tensor, q: Tensor) -> Toy:
    """f = x'Px/2 + x'Ay - y'Qy/2."""
    return Toy(lambda x, y: x @ p @ x / 2 + x @ a @ y - y @ q @ y / 2, (len(p), len(q)))


def place(game: Game, state: Tensor) -> None:
    """Put the players at `state`, their numbers one after the other."""
    torch.nn.utils.vector_to_parameters(state.clone(), [p for n in game.players.values() for p in n.parameters()])


def state_of(game: Game) -> Tensor:
    return torch.nn.utils.parameters_to_vector([p for n in game.players.values() for p in n.parameters()]).detach()


def optimizers_of(game: Game, rate: float, part: Part = SGD) -> dict[str, torch.optim.Optimizer]:
    return {
        player: build_optimizer(Part(part.name, {"learning_rate": rate, **part.options}), network.parameters())
        for player, network in game.players.items()
    }


def follow(game: Game, solver: Solver, rate: float, steps: int, part: Part = SGD) -> list[Tensor]:
    """Where the players stand before the first step and after each."""
    optimizers, states = optimizers_of(game, rate, part), [state_of(game).clone()]
    for _ in range(steps):
        solver.step(game, optimizers, Batch)
        states.append(state_of(game).clone())
    return states


def step_matrix(game: Game, name: str, rate: float, steps: int = 1, **options: object) -> Tensor:
    """The linear map that `steps` steps make of a state, column by column, of a solver without a memory."""
    columns = []
    for unit in torch.eye(len(state_of(game)), dtype=torch.float64):
        place(game, unit)
        columns.append(follow(game, solvers.build(name, **options), rate, steps)[-1])
    return torch.stack(columns, 1)


def radius(matrix: Tensor) -> float:
    """Spectral radius."""
    return torch.linalg.eigvals(matrix).abs().max().item()


def recurrence_error(states: Sequence[Tensor], polynomial: Sequence[float]) -> float:
    """How far a trajectory is from obeying the recurrence whose characteristic polynomial (highest power first) is
    given, relative to its size: 0 if these are the eigenvalues of the map, memory included (Cayley & Hamilton)."""
    degree = len(polynomial) - 1
    errors = [
        sum(c * states[n + degree - k] for k, c in enumerate(polynomial)).abs().max()  # type: ignore[union-attr]
        / max(state.abs().max() for state in states[n : n + degree + 1])
        for n in range(len(states) - degree)
    ]
    return max(errors).item()
