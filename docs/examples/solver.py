"""A solver of one's own: simultaneous steps, of which the generator makes only every second one.

python -m gan_core train dcgan --plugin docs/examples/solver.py --set solver=patient solver.every=3
"""

import torch
from torch import Tensor

from gan_core import Option, register
from gan_core.games import Game
from gan_core.solvers import Optimizers, Solver, apply_gradient, gradients


@register.solver(
    "patient",
    title="Patient",
    summary="Both players step from the same point, the generator only in some of the steps.",
    options={
        "every": Option(label="Generator's turn", help="It moves in every so many steps.", minimum=1, maximum=100)
    },
)
class Patient(Solver):
    """What it counts is in every checkpoint, so that a run that goes on is the same run."""

    def __init__(self, every: int = 2) -> None:
        self.every, self.made = every, 0

    def play(self, game: Game, optimizers: Optimizers, draw) -> dict[str, Tensor]:
        self.made += 1
        batch, position, generators = draw(), game.position(), game.sides[0]
        taken = {player: gradients(game, player, position, batch) for player in game.players}
        for player, (_, gradient) in taken.items():
            if player not in generators or self.made % self.every == 0:
                apply_gradient(game, optimizers, player, gradient)
        game.commit(batch)
        return {player: loss for player, (loss, _) in taken.items()}

    def state(self) -> dict[str, Tensor]:
        return {"made": torch.tensor(self.made)}

    def load_state(self, state) -> None:
        self.made = int(state["made"])
