"""What every discriminator minimises, whatever game it plays in."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from gan_core.devices import at_least_float32
from gan_core.errors import InputError
from gan_core.games.game import Batch
from gan_core.objectives import Objective
from gan_core.penalties import DiscriminatorPass, Penalty


def check_bound(objective: Objective, penalty: Penalty | None) -> None:
    """Raise InputError if the objective needs a penalty that bounds the discriminator, and there is none."""
    if objective.needs_bound is not None and (penalty is None or not penalty.bounds):
        raise InputError(objective.needs_bound)


def discriminator_loss(
    objective: Objective,
    penalty: Penalty | None,
    batch: Batch,
    real: Tensor,
    fake: Tensor,
    of_real: Callable[[Tensor], Tensor],
    of_fake: Callable[[Tensor], Tensor],
    name: str = "",
) -> tuple[Tensor, dict[str, Tensor]]:
    """The discriminator's loss with its penalty, and detached scalars: mean scores `real` and `fake`, and `penalty`.

    `of_real` and `of_fake` are the discriminator as a function of samples, with their classes in a conditional game.
    Two passes, not one over both: through BatchNorm a joint batch would let the discriminator tell real from fake by
    the mixture's statistics, which is another game. `name` keeps the draws of two discriminators apart.
    """
    term = penalty.loss if penalty is not None else None
    if term is not None:
        real = real.detach().requires_grad_()
        # A node of its own: where a solver foresees steps, the parameters depend on `fake` too, and the penalty's slope
        # is by the sample alone.
        fake = fake.view_as(fake) if fake.requires_grad else fake.detach().requires_grad_()
    real_scores, fake_scores = of_real(real), of_fake(fake)
    loss = objective.discriminator(real_scores, fake_scores)
    statistics = {"real": real_scores.detach().mean(), "fake": fake_scores.detach().mean()}
    if term is None:
        return loss, statistics

    def mix() -> Tensor:
        return batch.uniform(f"{name}mix", len(real), at_least_float32(real))

    penalised = term(DiscriminatorPass(of_real, real, real_scores, fake, fake_scores, mix))
    return loss + penalised, statistics | {"penalty": penalised.detach()}
