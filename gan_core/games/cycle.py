"""The game of CycleGAN (Zhu et al. 2017): two translators against two discriminators, without pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import l1_loss, mse_loss

from gan_core.devices import Arithmetic
from gan_core.games.discriminator_loss import discriminator_loss
from gan_core.games.game import PlayerGroup, Position
from gan_core.games.pool import ImagePool
from gan_core.games.printed_cycles import PRINTED
from gan_core.games.translating import (
    DOMAINS,
    TRANSLATORS,
    TranslationBatch,
    TranslationGame,
    translation_options,
)
from gan_core.objectives import Objective
from gan_core.parts import Option, register
from gan_core.penalties import Penalty

DISTANCES = {"l1": l1_loss, "l2": mse_loss}
FORMS = ("corrected", *PRINTED)


@register.game(
    "cycle",
    title="Cycle (CycleGAN)",
    summary="Two translators, there and back, each against a discriminator.",
    tags=("AtoB", "BtoA"),
    options=translation_options(
        {
            "cycle_weight": Option(
                label="Weight, there and back",
                help="How much it counts that the way back gives the same picture.",
                minimum=0,
            ),
            "cycle_distance": Option(
                label="Distance",
                help="How there-and-back differences count: l1 evenly, l2 large ones most.",
                choices=tuple(DISTANCES),
            ),
            "identity_weight": Option(
                label="Weight, identity",
                help="How much it counts that a picture already of the wanted kind stays as it is.",
                minimum=0,
            ),
            "pool_size": Option(
                label="Older pictures kept",
                help="The discriminators also see some of the last so many translations.",
                minimum=0,
            ),
            "pool_one_by_one": Option(
                label="Older pictures in turn",
                help="Pictures of a batch go through the store one after the other, as in the original.",
            ),
            "per_network_batches": Option(
                label="Own pictures each", help="Every network sees other pictures in a step."
            ),
            "form": Option(
                label="Form",
                help="Corrected, or as printed in article 000 or 004, which is known not to work.",
                choices=FORMS,
            ),
        }
    ),
)
class CycleGame(TranslationGame):
    """CycleGAN (Zhu et al. 2017), with players `generators` (AtoB, BtoA) and `discriminators` (A, B; one for each
    domain).

    Generators minimise  gamma [adv(D_B(AtoB(a))) + adv(D_A(BtoA(b)))] + lambda [dist(BtoA(AtoB(a)), a) +
    dist(AtoB(BtoA(b)), b)] + lambda idt [dist(AtoB(b), b) + dist(BtoA(a), a)]; each discriminator the objective's
    discriminator loss on its real samples and on the pool's. `adv` is the objective's generator loss: least-squares
    (L2), least-absolute (L1) or one of the logistic objectives (cross-entropy).

    With `per_network_batches` there are four players, AtoB, BtoA, A and B, so that a solver which draws a batch for
    every player feeds the four networks disjoint samples, as article 004 asks.
    """

    kind = "cycle"

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
        cycle_weight: float = 10.0,
        cycle_distance: str = "l1",
        identity_weight: float = 0.0,
        pool_size: int = 50,
        pool_one_by_one: bool = False,
        per_network_batches: bool = False,
        form: str = "corrected",
        diffaugment: str = "none",
    ) -> None:
        """`penalty.prepare` has been applied to the discriminators before, since it comes before their optimizer.

        Args:
            adversarial_weight: gamma.
            cycle_weight: lambda.
            cycle_distance: `l1` or `l2`, a mean over pixels: the distance of the cycle and identity terms.
            identity_weight: idt.
            pool_size: Pictures of each domain in the pool of earlier translations.
            pool_one_by_one: Whether the pool is filled and read within a batch, as in the original (`pool.ImagePool`).
            per_network_batches: Whether every network is a player of its own.
            form: An article's degenerate print, as a negative control, instead of all this.
            diffaugment: One of `discriminator_augment.DIFFAUGMENTS`.

        Raises:
            InputError: for an objective with a joint loss, and for one that needs a penalty without it.
        """
        pair, group = PlayerGroup(**translators), PlayerGroup(**discriminators)
        players = (
            {**dict(pair.members.items()), **dict(group.members.items())}
            if per_network_batches
            else {"generators": pair, "discriminators": group}
        )
        super().__init__(players, objective, penalty, arithmetic, adversarial_weight, diffaugment)
        self.translators = pair
        self._apart = per_network_batches
        self.cycle_weight = cycle_weight
        self.distance = DISTANCES[cycle_distance]
        self.identity_weight = identity_weight
        self.printed = PRINTED.get(form)
        self.negative_control = self.printed.negative_control if self.printed else objective.negative_control
        self.pools = {domain: ImagePool(pool_size, pool_one_by_one) for domain in DOMAINS}
        self._latest: dict[tuple[str, str], Tensor] = {}

    @property
    def sides(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return (tuple(TRANSLATORS), DOMAINS) if self._apart else super().sides

    def loss(self, player: str, position: Position, batch: TranslationBatch) -> Tensor:
        # Of four players each translator minimises the whole: its gradient by one of them is the same as by both.
        if player == "generators" or player in TRANSLATORS:
            return self._generators_loss(position, batch)
        return self._discriminators_loss(DOMAINS if player == "discriminators" else (player,), position, batch)

    def _networks(
        self, names: Iterable[str], position: Position, batch: TranslationBatch, *, keep: bool
    ) -> Callable[[str, Tensor], Tensor]:
        """The networks `names`, all of one side, as `call(name, samples)`."""
        if self._apart:
            calls = {name: self.caller(name, position, batch, keep=keep) for name in names}
            return lambda name, samples: calls[name](samples)
        return self.caller(
            "generators" if set(names) <= set(TRANSLATORS) else "discriminators", position, batch, keep=keep
        )

    def _fakes(self, position: Position, batch: TranslationBatch) -> dict[str, Tensor]:
        """Translations by the domain that they land in."""

        def translate(names: Iterable[str]) -> dict[str, Tensor]:
            call = self._networks(names, position, batch, keep=True)
            return {TRANSLATORS[name][1]: call(name, batch.real[TRANSLATORS[name][0]]) for name in names}

        if not self._apart:
            return batch.once("fakes", position["generators"], lambda: translate(TRANSLATORS))
        made = [batch.once(name, position[name], lambda name=name: translate((name,))) for name in TRANSLATORS]
        return {domain: fakes for each in made for domain, fakes in each.items()}

    def _generators_loss(self, position: Position, batch: TranslationBatch) -> Tensor:
        call = self._networks(TRANSLATORS, position, batch, keep=False)
        discriminators = self._networks(DOMAINS, position, batch, keep=False)
        real, distance = batch.real, self.distance
        if self.printed is not None:
            return self.printed.generators(
                _either(call, discriminators), real, distance, self.adversarial_weight, self.cycle_weight
            )
        fakes = self._fakes(position, batch)

        def adversarial_term(domain: str) -> Tensor:
            paired = self.objective.paired
            real_scores = discriminators(domain, self.seen(real[domain], batch, f"real {domain}")) if paired else None
            fake_scores = discriminators(domain, self.seen(fakes[domain], batch, f"fake {domain}"))
            return self.objective.generator(fake_scores, real_scores)

        adversarial = _sum_of(adversarial_term(domain) for domain in DOMAINS)
        cycle = distance(call("BtoA", fakes["B"]), real["A"]) + distance(call("AtoB", fakes["A"]), real["B"])
        self.statistics["adversarial"] = adversarial.detach()
        self.statistics["cycle"] = cycle.detach()
        loss = self.adversarial_weight * adversarial + self.cycle_weight * cycle
        if self.identity_weight == 0:
            return loss
        identity = distance(call("AtoB", real["B"]), real["B"]) + distance(call("BtoA", real["A"]), real["A"])
        self.statistics["identity"] = identity.detach()
        return loss + self.cycle_weight * self.identity_weight * identity

    def _discriminators_loss(self, domains: Sequence[str], position: Position, batch: TranslationBatch) -> Tensor:
        discriminators = self._networks(domains, position, batch, keep=True)
        if self.printed is not None:
            everybody = _either(
                self._networks(TRANSLATORS, position, batch, keep=False),
                self._networks(DOMAINS, position, batch, keep=False),
            )
            printed = self.printed.discriminators(everybody, batch.real)
            return _sum_of(printed[domain] for domain in domains)
        fakes, losses = self._fakes(position, batch), []
        for domain in domains:
            batch.pending.setdefault("pool", {})[domain] = fakes[domain].detach()
            real = self.seen(batch.real[domain], batch, f"real {domain}")
            shown = self.pools[domain].shown(fakes[domain], batch.choices[domain])
            fake = self.seen(shown, batch, f"fake {domain}")

            def of(samples: Tensor, domain: str = domain) -> Tensor:
                return discriminators(domain, samples)

            loss, statistics = discriminator_loss(self.objective, self.penalty, batch, real, fake, of, of, f"{domain} ")
            losses.append(loss)
            self._latest |= {(name, domain): value for name, value in statistics.items()}
        for name in {name for name, _ in self._latest}:
            values = [value for (known, _), value in self._latest.items() if known == name]
            self.statistics[name] = _sum_of(values) / len(values)
        return _sum_of(losses)

    def commit(self, batch: TranslationBatch) -> None:
        super().commit(batch)
        for domain, fakes in batch.pending.get("pool", {}).items():
            self.pools[domain].store(fakes, batch.choices[domain])

    def state(self) -> dict[str, Tensor]:
        return {f"pool.{domain}": torch.stack(pool.pictures) for domain, pool in self.pools.items() if pool.pictures}

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        for domain, pool in self.pools.items():
            pool.pictures = list(state.get(f"pool.{domain}", torch.empty(0)).unbind())


def _either(
    generators: Callable[[str, Tensor], Tensor], discriminators: Callable[[str, Tensor], Tensor]
) -> Callable[[str, Tensor], Tensor]:
    return lambda name, samples: (generators if name in TRANSLATORS else discriminators)(name, samples)


def _sum_of(terms: Iterable[Tensor]) -> Tensor:
    """Sum of scalar tensors."""
    return torch.stack(list(terms)).sum()
