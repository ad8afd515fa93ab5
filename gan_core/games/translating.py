"""What the games of translators have in common: unpaired pictures of two domains, translators and discriminators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor

from gan_core.games.game import Batch, Game, PlayerGroup
from gan_core.games.pool import ImagePool, PoolChoice
from gan_core.parts import Option

DOMAINS = ("A", "B")
TRANSLATORS = {"AtoB": ("A", "B"), "BtoA": ("B", "A")}
"""From which domain to which."""
ADVERSARIAL_WEIGHT = Option(
    label="Weight, looks real", help="How much it counts that translations look real.", minimum=0
)


class TranslationBatch(Batch):
    """Real samples of both domains (N, ...), pictures in [-1, 1], and the pools' choices for the fakes of each."""

    def __init__(self, real: Mapping[str, Tensor], choices: Mapping[str, Sequence[PoolChoice]], seed: int = 0) -> None:
        super().__init__(seed)
        self.real = real
        self.choices = choices


class TranslationGame(Game[TranslationBatch]):
    """A game whose generators translate pictures of one domain into the other."""

    translators: PlayerGroup
    """The translators by direction, as one player or two."""
    pools: Mapping[str, ImagePool]
    """Pools of earlier translations by the domain that they land in; empty in a game that keeps none."""
