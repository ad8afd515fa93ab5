"""CycleGAN as articles 000 and 004 print it: kept because it is known not to work.

Both are written in logarithms of probabilities. A network is called as `call(name, samples)`; samples come by domain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import softplus

Call = Callable[[str, Tensor], Tensor]
Distance = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class PrintedCycle:
    """The losses of a printed form, and what is wrong with it."""

    generators: Callable[[Call, Mapping[str, Tensor], Distance, float, float], Tensor]
    """(call, real, distance, adversarial_weight, cycle_weight) -> the loss of both translators."""
    discriminators: Callable[[Call, Mapping[str, Tensor]], dict[str, Tensor]]
    """(call, real) -> the loss of each discriminator."""
    negative_control: str


def _log(scores: Tensor) -> Tensor:
    """E log D of logits."""
    return -softplus(-scores).mean()


def _log_not(scores: Tensor) -> Tensor:
    """E log(1 - D) of logits."""
    return -softplus(scores).mean()


def _generators_000(call: Call, real: Mapping[str, Tensor], distance: Distance, gamma: float, weight: float) -> Tensor:
    """E log(1 - D(G(x))) + lambda |F(G(x)) - x| + lambda |G(F(x)) - x|: x is of domain A everywhere."""
    forth = call("AtoB", real["A"])
    back_and_forth = call("AtoB", call("BtoA", real["A"]))
    cycle = distance(call("BtoA", forth), real["A"]) + distance(back_and_forth, real["A"])
    return gamma * _log_not(call("B", forth)) + weight * cycle


def _discriminators_000(call: Call, real: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """One discriminator: E log D(x) + E log(1 - D(G(x))) is its value. The other stands still, with a gradient of 0."""
    return {
        "A": 0 * call("A", real["A"]).mean(),
        "B": -_log(call("B", real["A"])) - _log_not(call("B", call("AtoB", real["A"]))),
    }


def _generators_004(call: Call, real: Mapping[str, Tensor], distance: Distance, gamma: float, weight: float) -> Tensor:
    """E log D_X(G_AB(x)) + E log(1 - D_Y(G_BA(y))) + lambda |L_C|^2 + gamma |L_ADV|^2.

    L_ADV is, as the article says, the distance of generated to real pictures, which there are no pairs for.
    """
    fake_b, fake_a = call("AtoB", real["A"]), call("BtoA", real["B"])
    cycle = distance(call("BtoA", fake_b), real["A"]) + distance(call("AtoB", fake_a), real["B"])
    adversarial = distance(fake_b, real["B"]) + distance(fake_a, real["A"])
    value = _log(call("A", fake_b)) + _log_not(call("B", fake_a))
    return value + weight * cycle.square() + gamma * adversarial.square()


def _discriminators_004(call: Call, real: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Each maximises its term of the value; the print lets D_X alone do so, which changes nothing that matters."""
    return {
        "A": -_log(call("A", call("AtoB", real["A"]))),
        "B": -_log_not(call("B", call("BtoA", real["B"]))),
    }


PRINTED = {
    "printed-000": PrintedCycle(
        _generators_000,
        _discriminators_000,
        "Pictures of domain B appear nowhere: copying its input is the translator's best answer.",
    ),
    "printed-004": PrintedCycle(
        _generators_004,
        _discriminators_004,
        "No discriminator ever sees a real picture, so that none can tell what domain B looks like.",
    ),
}
