"""A penalty of one's own: scores are kept near 0, which stops them from drifting (Karras et al. 2018).

python -m gan_core train dcgan --plugin docs/examples/penalty.py --set penalty=drift penalty.weight=0.01
"""

from torch import Tensor

from gan_core import Option, register
from gan_core.penalties import DiscriminatorPass, Penalty


@register.penalty(
    "drift",
    title="Drift",
    summary="The discriminator pays for scores of real samples that are far from 0.",
    options={"weight": Option(label="Strength", help="How much a far score costs.", minimum=0, slider=(0, 1, 0.01))},
)
def drift(weight: float = 0.001) -> Penalty:
    """weight E D(x)^2 on real samples, added to the discriminator's loss."""

    def loss(judged: DiscriminatorPass) -> Tensor:
        return weight * judged.real_scores.square().mean()

    return Penalty(loss=loss)
