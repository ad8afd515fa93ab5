"""One step of a training, taken apart into numbered stages with the real quantities of that very step.

The whole step is made first, by the solver in use. What is then shown stage by stage is computed from the players as
they stood before and after it, on the batch that it saw.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gan_core.games import AdversarialBatch, AdversarialGame, Position
from gan_core.plane.training import PlaneTraining
from gan_core.plane.view import quiet

TITLES = ("draw", "score", "loss", "move")
STAGES = 2 * len(TITLES)
ANSWERING = ("alternating", "sgg")
"""Solvers under which the second player answers to the first one's move; under all others both start from one point."""


@dataclass(frozen=True)
class Stage:
    """One of the eight moments of a step."""

    number: int
    """1 to 8."""
    player: str
    """Whose half of the step it is."""
    kind: str
    """One of `TITLES`."""
    numbers: Mapping[str, float]
    """Quantities of this stage, by name; see `SlowMotion.stage`."""
    game: AdversarialGame
    """The players as they stand at this stage."""
    fakes: Tensor
    """The batch's generated points (N, 2) at this stage."""
    arrows: Tensor | None
    """Minus N times the gradient of the generator's loss by each of these points, at the generator's loss stage."""
    fake_scores: Tensor | None
    real_scores: Tensor | None
    """The discriminator's scores of the batch (N,), from the stage "score" of either half on."""


class SlowMotion:
    """A step of `training` that has been made and can be shown stage by stage."""

    def __init__(self, training: PlaneTraining) -> None:
        settings = training.settings
        batches: list[AdversarialBatch] = []

        def draw() -> AdversarialBatch:
            batches.append(training.batch())
            return batches[-1]

        before = copy.deepcopy(training.game.players)
        training.advance(draw)
        self._before, self._after = before, copy.deepcopy(training.game.players)
        self._objective, self._penalty = training.game.objective, training.game.penalty
        self._arithmetic = training.game.arithmetic
        self._seen = batches[-1]
        self.moves = len(batches)
        """Batches that the solver drew: more than one where a player moves several times in a step."""
        self.answers = settings.solver.name in ANSWERING
        """Whether the second player answers to where the first one has gone."""
        generator_first = self.answers and settings.solver.options.get("order") in ("generator-first", "yx")
        self.order = ("generator", "discriminator") if generator_first else ("discriminator", "generator")

    @property
    def real(self) -> Tensor:
        """The batch's real points (N, 2)."""
        return self._seen.real

    def stage(self, number: int) -> Stage:
        """Stage 1 to 8 of the step.

        Its numbers are, by kind:

        - draw: `points` in the batch.
        - score: `real` and `fake`, the mean scores.
        - loss: `loss`, and `gradient`, the Euclidean norm of the player's gradient.
        - move: `before` and `after`, the player's loss on this batch with the other player unmoved, and `moved`, the
          Euclidean norm of the change of the parameters.
        """
        half, place = divmod(number - 1, len(TITLES))
        player, kind = self.order[half], TITLES[place]
        moved = {self.order[0]: number > 3, self.order[1]: number > 7}
        game = self._game({name: self._after[name] if moved[name] else self._before[name] for name in self._before})
        batch = self._batch()
        # Where the player looks from: it stands at its start, the other where this solver lets it see the other.
        other = self.order[1 - half]
        answered = half == 1 and self.answers
        start = self._game({player: self._before[player], other: (self._after if answered else self._before)[other]})
        numbers: dict[str, float] = {}
        arrows = fake_scores = real_scores = None
        fakes = quiet(game, "generator", batch.latents)
        if kind == "draw":
            numbers = {"points": float(len(fakes))}
        else:
            fake_scores, real_scores = quiet(game, "discriminator", fakes), quiet(game, "discriminator", batch.real)
            numbers = {"real": float(real_scores.mean()), "fake": float(fake_scores.mean())}
        if kind == "loss":
            loss, gradient, arrows = self._gradient(start, player)
            numbers |= {"loss": loss, "gradient": gradient}
        elif kind == "move":
            end = self._game({**start.players, player: self._after[player]})
            numbers |= {"before": self._loss(start, player), "after": self._loss(end, player)}
            numbers["moved"] = self._way(player)
        return Stage(number, player, kind, numbers, game, fakes, arrows, fake_scores, real_scores)

    def _game(self, players: Mapping[str, Any]) -> AdversarialGame:
        return AdversarialGame(
            players["generator"], players["discriminator"], self._objective, self._penalty, self._arithmetic
        )

    def _batch(self) -> AdversarialBatch:
        return AdversarialBatch(self._seen.real, self._seen.latents, seed=self._seen.seed)

    def _gradient(self, game: AdversarialGame, player: str) -> tuple[float, float, Tensor | None]:
        """The player's loss, the length of its gradient and, for the generator, the arrows."""
        batch, position = self._batch(), game.position()
        wanted = list(position[player].values())
        fakes: Tensor | None = None
        if player == "generator":
            made = fakes = game.caller(player, position, batch, keep=False)(batch.latents)
            batch.once("fakes", position["generator"], lambda: made)
            wanted = [*wanted, fakes]
        loss = game.loss(player, position, batch)
        gradient = list(torch.autograd.grad(loss, wanted))
        arrows = -len(batch.latents) * gradient.pop() if fakes is not None else None
        return float(loss.detach()), _length(gradient), arrows

    def _loss(self, game: AdversarialGame, player: str) -> float:
        position: Position = game.position()
        return float(game.loss(player, position, self._batch()).detach())

    def _way(self, player: str) -> float:
        pairs = zip(self._after[player].parameters(), self._before[player].parameters(), strict=True)
        return _length([after.detach() - before.detach() for after, before in pairs])


def _length(tensors: list[Tensor]) -> float:
    return float(torch.cat([tensor.flatten() for tensor in tensors]).norm())
