"""The game of pix2pix (Isola et al. 2017): a translator that is told what its picture is to be turned into."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from gan_core.cards import MOST_NOISE
from gan_core.devices import Arithmetic
from gan_core.games.discriminator_augment import DiscriminatorAugment
from gan_core.games.discriminator_loss import discriminator_loss
from gan_core.games.game import PlayerGroup, Position
from gan_core.games.hint_sampling import coloured, sample_hints
from gan_core.games.translating import TranslationBatch, TranslationGame, translation_options
from gan_core.images.morphology import largest_around
from gan_core.networks.inputs import translator_input
from gan_core.objectives import Objective
from gan_core.parts import Option, register
from gan_core.penalties import Penalty

STILL = 0.5
"""Share of the pictures whose noise is zero: what a translator paints then is its mean answer."""
SMOOTH = 0.02
"""Keeps the mode-seeking term finite. Mao et al. have 1e-5, whose slope at the beginning, when noise changes nothing
yet, would be all that the optimizer sees."""
AROUND = 1 / 10
"""How far the weight of a hint reaches beyond it, as a share of the side."""


@register.game(
    "paired",
    title="Pairs (pix2pix)",
    summary="One translator that learns from pairs what its picture is to become, against a discriminator of both.",
    tags=("AtoB", "paired"),
    options=translation_options(
        {
            "l1_weight": Option(
                label="Weight, like the truth",
                help="How much it counts that every pixel is that of the true picture.",
                minimum=0,
            ),
            "colour_weight": Option(
                label="Weight, coloured pixels",
                help="How many times as much a coloured pixel of the truth counts as a black, grey or white one.",
                minimum=1,
                maximum=100,
            ),
            "conditional_discriminator": Option(
                label="Discriminator sees the input",
                help="It then looks at whether the picture belongs to its input, not only at whether it is real.",
            ),
            "hints": Option(
                label="Colour hints",
                help="The translator is given the colour of a few places, as a tap with a colour does.",
            ),
            "hint_weight": Option(
                label="Weight, around hints",
                help="How much more it counts to be right at and around a hint; more makes colours obey.",
                minimum=0,
                maximum=100,
            ),
            "noise": Option(
                label="Noise channels",
                help="Numbers that choose among several answers; 0 for one answer alone.",
                minimum=0,
                maximum=MOST_NOISE,
                slider=(0, 16, 1),
            ),
            "diversity_weight": Option(
                label="Weight, variety",
                help="How much it counts that other noise gives another picture (only with noise).",
                minimum=0,
            ),
        }
    ),
)
class PairedGame(TranslationGame):
    """Players `generator` (member AtoB) and `discriminator` (of B).

    The translator G reads the input a, behind it colour hints h (four channels, see `hint_sampling`) and noise z, a
    vector spread over the picture, where the game has them. It minimises

        gamma adv(D(a, G(a, h, z))) + lambda mean w |G(a, h, z) - b| + mu / (|G(a, h, z) - G(a, h, z')| / |z - z'| + s)

    with w = 1, plus `colour_weight` - 1 where the truth b is coloured, plus `hint_weight` at and around hints; the last
    term, with noise only, is that of Mao et al. (Mode Seeking GANs, CVPR 2019, eq. 4), all norms means. The
    discriminator minimises the objective's loss on (a, b) and (a, G(a, h, z)), or without the input on b and
    G(a, h, z); it is not told hints.

    z is zero for half of the pictures, so that zeros give the mean answer; z' never is.
    """

    kind = "paired"

    def __init__(
        self,
        translators: Mapping[str, nn.Module],
        discriminators: Mapping[str, nn.Module],
        objective: Objective,
        penalty: Penalty | None,
        arithmetic: Arithmetic,
        /,
        *,
        adversarial_weight: float = 1.0,
        l1_weight: float = 100.0,
        colour_weight: float = 1.0,
        conditional_discriminator: bool = True,
        hints: bool = False,
        hint_weight: float = 2.0,
        noise: int = 0,
        diversity_weight: float = 1.0,
        diffaugment: str = "none",
    ) -> None:
        """`penalty.prepare` has been applied to the discriminator before, since it comes before its optimizer.

        Args:
            translators: `AtoB`.
            discriminators: `B`; of twice the channels of a picture where it sees the input too.
            adversarial_weight: gamma.
            l1_weight: lambda.
            colour_weight: How many times as much coloured pixels of the truth count.
            conditional_discriminator: Whether the discriminator sees the input beside the output.
            hints: Whether the translator is given colour hints.
            hint_weight: What is added to the weight of pixels at and around hints.
            noise: Numbers of z.
            diversity_weight: mu.
            diffaugment: One of `discriminator_augment.DIFFAUGMENTS`; colours of outputs alone are changed, and their
                place together with the input's.

        Raises:
            InputError: for an objective with a joint loss, and for one that needs a penalty without it.
        """
        players = {"generator": PlayerGroup(**translators), "discriminator": discriminators["B"]}
        super().__init__(players, objective, penalty, arithmetic, adversarial_weight, diffaugment)
        self.translators = PlayerGroup(AtoB=translators["AtoB"])
        self.pools = {}
        self.l1_weight = l1_weight
        self.colour_weight = colour_weight
        self.conditional = conditional_discriminator
        self.hints = hints
        self.hint_weight = hint_weight
        self.noise = noise
        self._inputs = {"hints": hints, "noise": noise}
        self.diversity_weight = diversity_weight
        names = [] if diffaugment == "none" else diffaugment.split(",")
        moves = [name for name in names if name != "colour"]
        self._recoloured = DiscriminatorAugment(None, "colour" if "colour" in names else "none")
        self._moved = DiscriminatorAugment(penalty, ",".join(moves) or "none")

    def loss(self, player: str, position: Position, batch: TranslationBatch) -> Tensor:
        if player == "generator":
            return self._generator_loss(position, batch)
        return self._discriminator_loss(position, batch)

    # -- what the networks see -----------------------------------------------------------------------------------------

    def hints_of(self, batch: TranslationBatch) -> Tensor:
        """The hints of a batch, (N, 4, H, W): drawn from its truths, the same in every call."""
        return batch.drawn("hints", lambda generator: sample_hints(batch.real["B"], generator))

    def noise_of(self, batch: TranslationBatch, *, other: bool = False) -> Tensor:
        """z of a batch, (N, `noise`), zero for half of the pictures; with `other` z'."""
        like = batch.real["A"].new_empty(len(batch.real["A"]), self.noise)
        drawn = batch.normal("other noise" if other else "noise", like)
        if other:
            return drawn
        moving = batch.uniform("still", len(like), like) >= STILL
        return drawn * moving.view(-1, 1)

    def inputs_of(self, batch: TranslationBatch, noise: Tensor | None = None) -> Tensor:
        """What the translator reads, (N, C + extra, H, W): the input, its hints, and `noise` (z without)."""
        return translator_input(
            batch.real["A"],
            self._inputs,
            self.hints_of(batch) if self.hints else None,
            (self.noise_of(batch) if noise is None else noise) if self.noise else None,
        )

    def _translated(self, position: Position, batch: TranslationBatch) -> Tensor:
        def translate() -> Tensor:
            return self.caller("generator", position, batch, keep=True)("AtoB", self.inputs_of(batch))

        return batch.once("fakes", position["generator"], translate)

    def _shown(self, pictures: Tensor, batch: TranslationBatch, which: str) -> Tensor:
        """`pictures` of B as the discriminator sees them: behind their input, changed at random."""
        pictures = self._recoloured(pictures, batch, which)
        return self._moved(torch.cat([batch.real["A"], pictures], 1) if self.conditional else pictures, batch, which)

    # -- losses --------------------------------------------------------------------------------------------------------

    def weights_of(self, batch: TranslationBatch) -> Tensor:
        """w, (N, 1, H, W): how much each pixel of the truth counts."""

        def weigh(_: Any) -> Tensor:
            truths = batch.real["B"]
            weights = torch.ones_like(truths[:, :1])
            if self.colour_weight != 1:
                weights = weights + (self.colour_weight - 1) * coloured(truths)
            if self.hints and self.hint_weight > 0:
                reach = max(1, round(truths.shape[-1] * AROUND))
                weights = weights + self.hint_weight * largest_around(self.hints_of(batch)[:, 3:], reach)
            return weights

        return batch.drawn("weights", weigh)

    def _generator_loss(self, position: Position, batch: TranslationBatch) -> Tensor:
        truths, fakes = batch.real["B"], self._translated(position, batch)
        difference = (fakes - truths).abs()
        loss = self.l1_weight * (self.weights_of(batch) * difference).mean()
        self.statistics["l1"] = difference.detach().mean()
        if self.adversarial_weight > 0:
            discriminator = self.caller("discriminator", position, batch, keep=False)
            real_scores = discriminator(self._shown(truths, batch, "real")) if self.objective.paired else None
            adversarial = self.objective.generator(discriminator(self._shown(fakes, batch, "fake")), real_scores)
            self.statistics["adversarial"] = adversarial.detach()
            loss = loss + self.adversarial_weight * adversarial
        if self.noise and self.diversity_weight > 0:
            variety = self._variety(fakes, self.caller("generator", position, batch, keep=False), batch)
            self.statistics["variety"] = variety.detach()
            loss = loss + self.diversity_weight / (variety + SMOOTH)
        return loss

    def _variety(self, fakes: Tensor, call: Callable[..., Tensor], batch: TranslationBatch) -> Tensor:
        """|G(a, h, z) - G(a, h, z')| / |z - z'|, norms as means over everything."""
        noise, other = self.noise_of(batch), self.noise_of(batch, other=True)
        others = call("AtoB", self.inputs_of(batch, other))
        return (fakes - others).abs().mean() / (noise - other).abs().mean()

    def _discriminator_loss(self, position: Position, batch: TranslationBatch) -> Tensor:
        discriminator = self.caller("discriminator", position, batch, keep=True)
        fakes = self._translated(position, batch)
        real, fake = self._shown(batch.real["B"], batch, "real"), self._shown(fakes, batch, "fake")
        loss, statistics = discriminator_loss(
            self.objective, self.penalty, batch, real, fake, discriminator, discriminator
        )
        self.statistics |= statistics
        return loss
