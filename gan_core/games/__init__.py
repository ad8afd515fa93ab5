"""Games: the players (networks) and what each one minimises on a batch."""

from gan_core.games.adversarial import AdversarialBatch, AdversarialGame
from gan_core.games.contrastive import ContrastiveGame
from gan_core.games.cycle import CycleGame
from gan_core.games.dirac import DiracGame
from gan_core.games.game import Batch, Game, Position, Team, games
from gan_core.games.pool import ImagePool, PoolChoice
from gan_core.games.quadratic import FunctionGame, QuadraticGame
from gan_core.games.regression import LeastSquaresGame
from gan_core.games.toys import Toy, read_toy
from gan_core.games.translating import TranslationBatch, TranslationGame

__all__ = [
    "AdversarialBatch",
    "AdversarialGame",
    "Batch",
    "ContrastiveGame",
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
    "TranslationBatch",
    "TranslationGame",
    "games",
    "read_toy",
]
