"""The game of CUT and FastCUT (Park et al., ECCV 2020): one translator, held to its input patch by patch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from gan_core.devices import Arithmetic
from gan_core.games.discriminator_loss import discriminator_loss
from gan_core.games.game import PlayerGroup, Position
from gan_core.games.translating import TranslationBatch, TranslationGame, translation_options
from gan_core.objectives import Objective
from gan_core.parts import Option, register
from gan_core.penalties import Penalty

Features = Sequence[Tensor]
"""Maps (N, C, h, w), one for each layer that is read."""


def patch_contrast(queries: Tensor, keys: Tensor, temperature: float) -> Tensor:
    """InfoNCE of patches (eq. 2): how surely each query finds its own key among the keys of the same picture.

    -mean log softmax_j(<q_i, k_j> / temperature) at j = i, over rows i and pictures; queries and keys (N, P, K) are of
    length 1 in K. log P where nothing tells patches apart, and log(1 + (P - 1) exp(-1 / temperature)) at best where all
    keys are orthogonal.
    """
    logits = queries @ keys.transpose(1, 2) / temperature
    count, patches, _ = logits.shape
    own = torch.arange(patches, device=logits.device).expand(count, patches)
    return cross_entropy(logits.flatten(0, 1), own.flatten())


@register.game(
    "contrastive",
    title="Contrastive (CUT)",
    summary="One translator, whose patches must remember where they came from, against a discriminator.",
    tags=("AtoB", "patch-heads"),
    options=translation_options(
        {
            "contrast_weight": Option(
                label="Weight, patches",
                help="How much it counts that each patch resembles its origin more than the rest; lower if hardly anything "
                "changes.",
                minimum=0,
            ),
            "identity": Option(
                label="Keep what fits",
                help="Pictures already of the wanted kind must be recognised too (CUT instead of FastCUT).",
            ),
            "flip": Option(label="Mirror", help="Half of the time the picture is mirrored before it is translated."),
            "flip_features": Option(
                label="Mirror back inside",
                help="What is mirrored back is what the network sees in the translation, as the authors do, not the "
                "translation.",
            ),
            "patches": Option(
                label="Patches", help="Places of a picture that are compared in a step.", minimum=2, maximum=4096
            ),
            "temperature": Option(
                label="Temperature", help="How sharply the right patch must stand out; lower is stricter.", above=0
            ),
        }
    ),
)
class ContrastiveGame(TranslationGame):
    """Players `generator` (members AtoB, and heads: the networks F that read features) and `discriminator` (of B).

    The generator minimises  gamma adv(D(AtoB(a))) + lambda C(a, AtoB(a)), where C asks that every patch of the
    translation be recognised, by features of the translator's own first half, as the patch of the same place of its
    input among `patches` patches of that input: the mean of `patch_contrast` over layers (eq. 3). The discriminator
    minimises the objective's loss on b and AtoB(a).

    The keys, features of the input, are constants: the gradient reaches the translator and the heads through the
    features of the translation alone, as in the authors' code (`feat_k.detach()` in PatchNCELoss). With both sides
    free, the translator could agree with itself by making its features of real pictures easy to find again, which
    says nothing about what it draws.

    With `flip` the input is mirrored half of the time (flip-equivariance: FastCUT's augmentation). What is mirrored
    back before the comparison is the features of the translation with `flip_features`, as in the authors' code, and the
    translation itself without, which is not the same: convolutions of stride 2 begin at one side. `identity` adds C(b,
    AtoB(b)), both with half of lambda: CUT, which takes no flip.

    CUT's lambda is 1, FastCUT's 10. Beware of the latter: copying its input is what C likes best, and under so much of
    it a translator may hardly change its pictures (reported of the authors' code, and seen here: see the preset).
    """

    kind = "contrastive"

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
        contrast_weight: float = 1.0,
        identity: bool = False,
        flip: bool = True,
        flip_features: bool = False,
        patches: int = 256,
        temperature: float = 0.07,
        diffaugment: str = "none",
    ) -> None:
        """`penalty.prepare` has been applied to the discriminator before, since it comes before its optimizer.

        Args:
            translators: `AtoB` and its `heads`.
            discriminators: `B`.
            adversarial_weight: gamma.
            contrast_weight: lambda.
            identity: Whether C(b, AtoB(b)) is added.
            flip: Whether the input is mirrored half of the time.
            flip_features: Whether features are mirrored back, instead of the translation.
            patches: Number of places whose features are compared.
            temperature: Divides the similarities.
            diffaugment: One of `discriminator_augment.DIFFAUGMENTS`.

        Raises:
            InputError: for an objective with a joint loss, and for one that needs a penalty without it.
        """
        network: Any = translators["AtoB"]
        players = {"generator": PlayerGroup(**translators), "discriminator": discriminators["B"]}
        super().__init__(players, objective, penalty, arithmetic, adversarial_weight, diffaugment)
        self.translators = PlayerGroup(AtoB=network)
        self.pools = {}
        self.contrast_weight = contrast_weight
        self.identity = identity
        self.flip = flip
        self.flip_features = flip_features
        self.patches = patches
        self.temperature = temperature
        self._taps = tuple(network.taps)
        self._last = network.last

    def loss(self, player: str, position: Position, batch: TranslationBatch) -> Tensor:
        if player == "generator":
            return self._generator_loss(position, batch)
        return self._discriminator_loss(position, batch)

    def _mirrored(self, pictures: Tensor, batch: TranslationBatch) -> Tensor:
        """`pictures`, mirrored left and right if this batch is; twice is as it was."""
        return pictures.flip(-1) if self.flip and batch.coin("flip") else pictures

    def _translated(self, domain: str, position: Position, batch: TranslationBatch) -> tuple[Tensor, Features]:
        """What the translator makes of the (mirrored) pictures of `domain`, and its features on the way there."""

        def translate() -> tuple[Tensor, Features]:
            call = self.caller("generator", position, batch, keep=domain == "A")
            pictures = self._mirrored(batch.real[domain], batch)
            *features, made = call("AtoB", pictures, (*self._taps, self._last), ask="features")
            return made, features

        return batch.once(f"made of {domain}", position["generator"], translate)

    def _contrast(self, domain: str, position: Position, batch: TranslationBatch) -> Tensor:
        """C: how much of what is where in the pictures of `domain` cannot be found again in their translations."""
        call = self.caller("generator", position, batch, keep=False)
        made, features = self._translated(domain, position, batch)
        if self.flip_features:
            found = [self._mirrored(each, batch) for each in call("AtoB", made, self._taps, ask="features")]
        else:
            found = call("AtoB", self._mirrored(made, batch), self._taps, ask="features")
        pictures = batch.real[domain]
        with torch.no_grad():
            if self._mirrored(pictures, batch) is not pictures:  # what was read on the way is mirrored
                features = call("AtoB", pictures, self._taps, ask="features")
            keys = call("heads", *self._chosen(domain, [each.detach() for each in features], batch))
        queries = call("heads", *self._chosen(domain, found, batch))
        terms = [
            patch_contrast(normalize(query, dim=-1), normalize(key, dim=-1), self.temperature)
            for query, key in zip(queries, keys, strict=True)
        ]
        return torch.stack(terms).mean()

    def _chosen(self, domain: str, features: Features, batch: TranslationBatch) -> list[Tensor]:
        """The features (N, P, C) of each layer at random places, the same for queries and keys."""
        chosen: list[Tensor] = []
        for layer, maps in enumerate(features):
            total = maps.shape[2] * maps.shape[3]
            places = batch.places(f"patches of {domain} {layer}", self.patches, total, maps.device)
            chosen.append(maps.permute(0, 2, 3, 1).flatten(1, 2)[:, places])
        return chosen

    def _generator_loss(self, position: Position, batch: TranslationBatch) -> Tensor:
        discriminator = self.caller("discriminator", position, batch, keep=False)
        fakes, _ = self._translated("A", position, batch)
        real_scores = discriminator(self.seen(batch.real["B"], batch, "real")) if self.objective.paired else None
        adversarial = self.objective.generator(discriminator(self.seen(fakes, batch, "fake")), real_scores)
        contrast = self._contrast("A", position, batch)
        self.statistics["adversarial"] = adversarial.detach()
        self.statistics["contrast"] = contrast.detach()
        if self.identity:
            same = self._contrast("B", position, batch)
            self.statistics["identity"] = same.detach()
            contrast = (contrast + same) / 2
        return self.adversarial_weight * adversarial + self.contrast_weight * contrast

    def _discriminator_loss(self, position: Position, batch: TranslationBatch) -> Tensor:
        discriminator = self.caller("discriminator", position, batch, keep=True)
        fakes, _ = self._translated("A", position, batch)
        real = self.seen(batch.real["B"], batch, "real")
        fake = self.seen(fakes, batch, "fake")
        loss, statistics = discriminator_loss(
            self.objective, self.penalty, batch, real, fake, discriminator, discriminator
        )
        self.statistics |= statistics
        return loss
