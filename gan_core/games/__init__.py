"""Games: the players (networks) and what each one minimises on a batch."""

from gan_core.games.adversarial import AdversarialBatch, AdversarialGame
from gan_core.games.cycle import CycleBatch, CycleGame
from gan_core.games.dirac import DiracGame
from gan_core.games.game import Batch, Game, Position, Team, games
from gan_core.games.pool import ImagePool, PoolChoice
from gan_core.games.quadratic import FunctionGame, QuadraticGame
from gan_core.games.regression import LeastSquaresGame
from gan_core.games.toys import Toy, read_toy

__all__ = [
    "AdversarialBatch",
    "AdversarialGame",
    "Batch",
    "CycleBatch",
    "CycleGame",
    "DiracGame",
    "FunctionGame",
    "Game",
    "ImagePool",
    "LeastSquaresGame",
    "PoolChoice",
    "Position",
    "QuadraticGame",
    "Team",
    "Toy",
    "games",
    "read_toy",
]
