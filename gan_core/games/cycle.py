"""The game of CycleGAN (Zhu et al. 2017): two translators against two discriminators, without pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import l1_loss

from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.games.game import Batch, Game, Position, Team, games
from gan_core.objectives import Objective

DOMAINS = ("A", "B")


@dataclass(frozen=True)
class PoolChoice:
    """What the pool does with one generated picture: drawn beforehand, so that a batch is one fixed function."""

    slot: int | None
    """Where the new picture is stored afterwards; None to leave the pool alone."""
    show_stored: bool
    """Whether the discriminator sees the picture that lies in `slot` instead of the new one."""


class CycleBatch(Batch):
    """Real pictures of both domains (N, C, H, W) in [-1, 1], and the pool's choices for the fakes of both."""

    def __init__(self, real: Mapping[str, Tensor], choices: Mapping[str, Sequence[PoolChoice]]) -> None:
        super().__init__()
        self.real = real
        self.choices = choices


class ImagePool:
    """The last generated pictures of one domain (Shrivastava et al. 2017).

    The discriminator sees a stored picture instead of the newest one half of the time, which damps oscillation.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.pictures: list[Tensor] = []

    def choose(self, count: int, generator: torch.Generator) -> list[PoolChoice]:
        """Draw for `count` new pictures: fill the pool first, then swap with a stored one half of the time."""
        choices: list[PoolChoice] = []
        filled = len(self.pictures)
        for _ in range(count):
            if self.size == 0:
                choices.append(PoolChoice(None, False))
            elif filled < self.size:
                choices.append(PoolChoice(filled, False))
                filled += 1
            else:
                swap = torch.rand((), generator=generator).item() < 0.5
                slot = int(torch.randint(len(self.pictures), (), generator=generator)) if self.pictures else None
                choices.append(PoolChoice(slot if swap else None, swap and slot is not None))
        return choices

    def shown(self, fakes: Tensor, choices: Sequence[PoolChoice]) -> Tensor:
        """`fakes` (N, C, H, W) with the stored pictures in place where the choices say so."""
        if not any(choice.show_stored for choice in choices):
            return fakes
        pictures = [
            self.pictures[choice.slot] if choice.show_stored and choice.slot is not None else fake
            for fake, choice in zip(fakes, choices, strict=True)
        ]
        return torch.stack(pictures)

    def store(self, fakes: Tensor, choices: Sequence[PoolChoice]) -> None:
        for fake, choice in zip(fakes.detach(), choices, strict=True):
            if choice.slot is None:
                continue
            if choice.slot == len(self.pictures):
                self.pictures.append(fake.clone())
            else:
                self.pictures[choice.slot] = fake.clone()


@games.register("cycle")
class CycleGame(Game[CycleBatch]):
    """Players `generators` (members AtoB, BtoA) and `discriminators` (members A, B; D_B judges what AtoB makes).

    Generators minimise  gamma [adv(D_B(AtoB(a))) + adv(D_A(BtoA(b)))] + lambda [|BtoA(AtoB(a)) - a|_1 +
    |AtoB(BtoA(b)) - b|_1] + lambda idt [|AtoB(b) - b|_1 + |BtoA(a) - a|_1]; each discriminator the objective's
    discriminator loss on its real pictures and on the pool's.
    """

    def __init__(
        self,
        translators: Mapping[str, nn.Module],
        discriminators: Mapping[str, nn.Module],
        objective: Objective,
        arithmetic: Arithmetic,
        /,
        *,
        adversarial_weight: float = 1.0,
        cycle_weight: float = 10.0,
        identity_weight: float = 0.0,
        pool_size: int = 50,
    ) -> None:
        if min(adversarial_weight, cycle_weight, identity_weight, pool_size) < 0:
            raise InputError("The weights of a cycle game and its pool_size are 0 or more.")
        players = {"generators": Team(**translators), "discriminators": Team(**discriminators)}
        super().__init__(players, arithmetic)
        self.objective = objective
        self.adversarial_weight = adversarial_weight
        self.cycle_weight = cycle_weight
        self.identity_weight = identity_weight
        self.pools = {domain: ImagePool(pool_size) for domain in DOMAINS}

    def loss(self, player: str, position: Position, batch: CycleBatch) -> Tensor:
        return (
            self._generators_loss(position, batch)
            if player == "generators"
            else self._discriminators_loss(position, batch)
        )

    def _fakes(self, position: Position, batch: CycleBatch) -> dict[str, Tensor]:
        """Translations by the domain that they land in."""

        def translate() -> dict[str, Tensor]:
            generators = self.caller("generators", position, batch, keep=True)
            fakes = {"B": generators("AtoB", batch.real["A"]), "A": generators("BtoA", batch.real["B"])}
            batch.pending["fakes"] = {domain: fake.detach() for domain, fake in fakes.items()}
            return fakes

        return batch.once("fakes", position["generators"], translate)

    def _generators_loss(self, position: Position, batch: CycleBatch) -> Tensor:
        fakes = self._fakes(position, batch)
        generators = self.caller("generators", position, batch, keep=False)
        discriminators = self.caller("discriminators", position, batch, keep=False)
        adversarial = sum_of(
            self.objective.generator(discriminators(domain, fakes[domain]), None) for domain in DOMAINS
        )
        cycle = l1_loss(generators("BtoA", fakes["B"]), batch.real["A"]) + l1_loss(
            generators("AtoB", fakes["A"]), batch.real["B"]
        )
        self.statistics["adversarial"] = adversarial.detach()
        self.statistics["cycle"] = cycle.detach()
        loss = self.adversarial_weight * adversarial + self.cycle_weight * cycle
        if self.identity_weight == 0:
            return loss
        identity = l1_loss(generators("AtoB", batch.real["B"]), batch.real["B"]) + l1_loss(
            generators("BtoA", batch.real["A"]), batch.real["A"]
        )
        self.statistics["identity"] = identity.detach()
        return loss + self.cycle_weight * self.identity_weight * identity

    def _discriminators_loss(self, position: Position, batch: CycleBatch) -> Tensor:
        fakes = self._fakes(position, batch)
        discriminators = self.caller("discriminators", position, batch, keep=True)
        losses: list[Tensor] = []
        scores: dict[str, list[Tensor]] = {"real": [], "fake": []}
        for domain in DOMAINS:
            real_scores = discriminators(domain, batch.real[domain])
            fake_scores = discriminators(domain, self.pools[domain].shown(fakes[domain], batch.choices[domain]))
            losses.append(self.objective.discriminator(real_scores, fake_scores))
            scores["real"].append(real_scores.detach().mean())
            scores["fake"].append(fake_scores.detach().mean())
        for name, values in scores.items():
            self.statistics[name] = sum_of(values) / len(values)
        return sum_of(losses)

    def commit(self, batch: CycleBatch) -> None:
        super().commit(batch)
        for domain, fakes in batch.pending.get("fakes", {}).items():
            self.pools[domain].store(fakes, batch.choices[domain])

    def state(self) -> dict[str, Tensor]:
        return {f"pool.{domain}": torch.stack(pool.pictures) for domain, pool in self.pools.items() if pool.pictures}

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        for domain, pool in self.pools.items():
            pool.pictures = list(state.get(f"pool.{domain}", torch.empty(0)).unbind())


def sum_of(terms: object) -> Tensor:
    """Sum of scalar tensors."""
    return torch.stack(list(terms)).sum()  # pyright: ignore[reportArgumentType, reportCallIssue]
