"""The game of Goodfellow et al. 2014: a generator against a discriminator."""

from __future__ import annotations

from torch import Tensor, nn

from gan_core.devices import Arithmetic
from gan_core.games.game import Batch, Game, Position, games
from gan_core.objectives import Objective
from gan_core.penalties import Judged, Penalty


class AdversarialBatch(Batch):
    """Real samples (N, ...) and as many latents (N, latent_dim)."""

    def __init__(self, real: Tensor, latents: Tensor) -> None:
        super().__init__()
        self.real = real
        self.latents = latents


@games.register("adversarial")
class AdversarialGame(Game[AdversarialBatch]):
    """Players `generator`: latents -> samples, and `discriminator`: samples -> scores."""

    def __init__(
        self,
        generator: nn.Module,
        discriminator: nn.Module,
        objective: Objective,
        penalty: Penalty | None,
        arithmetic: Arithmetic,
        /,
    ) -> None:
        super().__init__({"generator": generator, "discriminator": discriminator}, arithmetic)
        self.objective = objective
        self.penalty = penalty

    def loss(self, player: str, position: Position, batch: AdversarialBatch) -> Tensor:
        return (
            self._generator_loss(position, batch)
            if player == "generator"
            else self._discriminator_loss(position, batch)
        )

    def _fakes(self, position: Position, batch: AdversarialBatch) -> Tensor:
        def generate() -> Tensor:
            return self.caller("generator", position, batch, keep=True)(batch.latents)

        return batch.once("fakes", position["generator"], generate)

    def _generator_loss(self, position: Position, batch: AdversarialBatch) -> Tensor:
        discriminator = self.caller("discriminator", position, batch, keep=False)
        return self.objective.generator(discriminator(self._fakes(position, batch)))

    def _discriminator_loss(self, position: Position, batch: AdversarialBatch) -> Tensor:
        real, fake = batch.real, self._fakes(position, batch)
        if self.penalty is not None:
            real = real.detach().requires_grad_()
            fake = fake if fake.requires_grad else fake.detach().requires_grad_()
        discriminator = self.caller("discriminator", position, batch, keep=True)
        # Two passes, not one over both: through BatchNorm a joint batch would let the discriminator tell real from
        # fake by the mixture's statistics, which is another game.
        real_scores, fake_scores = discriminator(real), discriminator(fake)
        loss = self.objective.discriminator(real_scores, fake_scores)
        self.statistics["real"] = real_scores.detach().mean()
        self.statistics["fake"] = fake_scores.detach().mean()
        if self.penalty is None:
            return loss
        penalty = self.penalty(Judged(discriminator, real, real_scores, fake, fake_scores))
        self.statistics["penalty"] = penalty.detach()
        return loss + penalty
