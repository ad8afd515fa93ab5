"""Games: the players (networks) and what each one minimises on a batch."""

from gan_core.games.adversarial import AdversarialBatch, AdversarialGame
from gan_core.games.cycle import CycleBatch, CycleGame
from gan_core.games.game import Batch, Game, Position, Team, games
from gan_core.games.pool import ImagePool, PoolChoice

__all__ = [
    "AdversarialBatch",
    "AdversarialGame",
    "Batch",
    "CycleBatch",
    "CycleGame",
    "Game",
    "ImagePool",
    "PoolChoice",
    "Position",
    "Team",
    "games",
]
