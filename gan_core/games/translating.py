"""What the games of translators have in common: unpaired pictures of two domains, translators and discriminators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn

from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.games.discriminator_augment import DIFFAUGMENT, DiscriminatorAugment
from gan_core.games.discriminator_loss import check_bound
from gan_core.games.game import Batch, Game, PlayerGroup
from gan_core.games.pool import ImagePool, PoolChoice
from gan_core.objectives import Objective
from gan_core.parts import Option
from gan_core.penalties import Penalty

DOMAINS = ("A", "B")
TRANSLATORS = {"AtoB": ("A", "B"), "BtoA": ("B", "A")}
"""From which domain to which."""


def translation_options(options: Mapping[str, Option]) -> dict[str, Option]:
    """`options` of a game of translators among those that all of them have."""
    weight = Option(label="Weight, looks real", help="How much it counts that translations look real.", minimum=0)
    return {"adversarial_weight": weight, **options, "diffaugment": DIFFAUGMENT}


class TranslationBatch(Batch):
    """Real samples of both domains (N, ...), pictures in [-1, 1], and the pools' choices for the fakes of each."""

    def __init__(self, real: Mapping[str, Tensor], choices: Mapping[str, Sequence[PoolChoice]], seed: int = 0) -> None:
        super().__init__(seed)
        self.real = real
        self.choices = choices


class TranslationGame(Game[TranslationBatch]):
    """A game whose generators translate pictures of one domain into the other."""

    kind: ClassVar[str] = "translation"
    """What a sentence calls it."""
    translators: PlayerGroup
    """The translators by direction, as one player or two."""
    pools: Mapping[str, ImagePool]
    """Pools of earlier translations by the domain that they land in; empty in a game that keeps none."""

    def __init__(
        self,
        players: Mapping[str, nn.Module],
        objective: Objective,
        penalty: Penalty | None,
        arithmetic: Arithmetic,
        adversarial_weight: float,
        diffaugment: str,
    ) -> None:
        """Make the game with what every game of translators has.

        Raises:
            InputError: for an objective with a joint loss, and for one that needs a penalty without it.
        """
        if objective.joint is not None:
            raise InputError(f"A {self.kind} game has no third move for all players: set split=false in its objective.")
        check_bound(objective, penalty)
        super().__init__(players, arithmetic)
        self.objective = objective
        self.penalty = penalty
        self.seen = DiscriminatorAugment(penalty, diffaugment)
        self.adversarial_weight = adversarial_weight

    def moved(self, player: str) -> None:
        if player in self.sides[1] and self.penalty is not None and self.penalty.project is not None:
            with torch.no_grad():
                self.penalty.project(self.players[player].parameters())
