"""Games: the players (networks) and what each one minimises on a batch."""

from gan_core.games.adversarial import AdversarialBatch, AdversarialGame
from gan_core.games.contrastive import ContrastiveGame
from gan_core.games.cycle import CycleGame
from gan_core.games.game import Batch, Game, PlayerGroup, Position, games
from gan_core.games.paired import PairedGame
from gan_core.games.pool import ImagePool, PoolChoice
from gan_core.games.translating import TranslationBatch, TranslationGame

__all__ = [
    "AdversarialBatch",
    "AdversarialGame",
    "Batch",
    "ContrastiveGame",
    "CycleGame",
    "Game",
    "ImagePool",
    "PairedGame",
    "PlayerGroup",
    "PoolChoice",
    "Position",
    "TranslationBatch",
    "TranslationGame",
    "games",
]
