"""The game of Goodfellow et al. 2014: a generator against a discriminator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from gan_core.devices import Arithmetic
from gan_core.games.discriminator_augment import DIFFAUGMENT, DiscriminatorAugment
from gan_core.games.discriminator_loss import check_bound, discriminator_loss
from gan_core.games.game import Batch, Game, Position
from gan_core.objectives import Objective
from gan_core.parts import Option, register
from gan_core.penalties import Penalty


class AdversarialBatch(Batch):
    """Real samples (N, ...) and as many latents (N, latent_dim); in a conditional game the classes of both, int64
    (N,)."""

    def __init__(
        self,
        real: Tensor,
        latents: Tensor,
        labels: Tensor | None = None,
        fake_labels: Tensor | None = None,
        seed: int = 0,
    ) -> None:
        super().__init__(seed)
        self.real = real
        self.latents = latents
        self.labels = labels
        self.fake_labels = fake_labels


@register.game(
    "adversarial",
    title="Adversarial",
    summary="One generator against one discriminator.",
    options={
        "feature_matching": Option(
            label="Feature matching",
            help="How much the generator also matches what the discriminator notices; 0 is off.",
            minimum=0,
        ),
        "diffaugment": DIFFAUGMENT,
    },
)
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
        *,
        feature_matching: float = 0.0,
        diffaugment: str = "none",
    ) -> None:
        """`penalty.prepare` has been applied to the discriminator before, since it comes before its optimizer.

        Args:
            feature_matching: Weight of |E phi(x) - E phi(G(z))|^2 in the generator's loss (Salimans et al. 2016,
                section 3.1), phi being the discriminator's last hidden features: article 004's Euclidean distance.
            diffaugment: One of `discriminator_augment.DIFFAUGMENTS`.
        """
        check_bound(objective, penalty)
        super().__init__({"generator": generator, "discriminator": discriminator}, arithmetic)
        self.objective = objective
        self.penalty = penalty
        self.seen = DiscriminatorAugment(penalty, diffaugment)
        self.feature_matching = feature_matching

    @property
    def zero_sum(self) -> bool:
        return self.objective.zero_sum and self.feature_matching == 0

    def loss(self, player: str, position: Position, batch: AdversarialBatch) -> Tensor:
        return (
            self._generator_loss(position, batch)
            if player == "generator"
            else self._discriminator_loss(position, batch)
        )

    @property
    def has_joint(self) -> bool:
        return self.objective.joint is not None

    def joint(self, position: Position, batch: AdversarialBatch) -> Tensor:
        assert self.objective.joint is not None
        discriminator = self._discriminator(position, batch, keep=True)
        real, fake = self.seen(batch.real, batch, "real"), self.seen(self._fakes(position, batch), batch, "fake")
        return self.objective.joint(discriminator(real, batch.labels), discriminator(fake, batch.fake_labels))

    def moved(self, player: str) -> None:
        if player == "discriminator" and self.penalty is not None and self.penalty.project is not None:
            with torch.no_grad():
                self.penalty.project(self.players[player].parameters())

    def _fakes(self, position: Position, batch: AdversarialBatch) -> Tensor:
        def generate() -> Tensor:
            return _given(self.caller("generator", position, batch, keep=True))(batch.latents, batch.fake_labels)

        return batch.once("fakes", position["generator"], generate)

    def _discriminator(self, position: Position, batch: AdversarialBatch, *, keep: bool) -> Callable[..., Any]:
        return _given(self.caller("discriminator", position, batch, keep=keep))

    def _generator_loss(self, position: Position, batch: AdversarialBatch) -> Tensor:
        discriminator = self._discriminator(position, batch, keep=False)
        fake = self.seen(self._fakes(position, batch), batch, "fake")
        if self.feature_matching == 0:
            fake_scores = discriminator(fake, batch.fake_labels)
            real_scores = None
            if self.objective.paired:
                real_scores = discriminator(self.seen(batch.real, batch, "real"), batch.labels)
            return self.objective.generator(fake_scores, real_scores)
        real = self.seen(batch.real, batch, "real")
        fake_scores, fake_features = discriminator(fake, batch.fake_labels, features=True)
        real_scores, real_features = discriminator(real, batch.labels, features=True)
        distance = (real_features.mean(0) - fake_features.mean(0)).square().sum()
        self.statistics["feature_distance"] = distance.detach()
        loss = self.objective.generator(fake_scores, real_scores if self.objective.paired else None)
        return loss + self.feature_matching * distance

    def _discriminator_loss(self, position: Position, batch: AdversarialBatch) -> Tensor:
        real, fake = self.seen(batch.real, batch, "real"), self.seen(self._fakes(position, batch), batch, "fake")
        discriminator = self._discriminator(position, batch, keep=True)

        def of_real(samples: Tensor) -> Tensor:
            return discriminator(samples, batch.labels)

        def of_fake(samples: Tensor) -> Tensor:
            return discriminator(samples, batch.fake_labels)

        loss, statistics = discriminator_loss(self.objective, self.penalty, batch, real, fake, of_real, of_fake)
        self.statistics |= statistics
        return loss


def _given(network: Callable[..., Any]) -> Callable[..., Any]:
    """`network` as a function of (inputs, labels), the labels left out where there are none."""

    def call(inputs: Tensor, labels: Tensor | None = None, **options: Any) -> Any:
        return network(inputs, **options) if labels is None else network(inputs, labels, **options)

    return call
