"""An objective of one's own: the squared hinge, with a margin to choose.

python -m gan_core train dcgan --plugin docs/examples/objective.py --set objective=squared-hinge objective.margin=0.5
"""

from torch import Tensor
from torch.nn.functional import relu

from gan_core import Option, register
from gan_core.objectives import Objective


@register.objective(
    "squared-hinge",
    title="Squared hinge",
    summary="The discriminator wants a margin on its own side of 0, and pays by the square for what is missing.",
    options={"margin": Option(label="Margin", help="The score that is enough.", above=0, maximum=10)},
)
def squared_hinge(margin: float = 1.0) -> Objective:
    """Scores (N,) or one a patch; both losses are means over all of them."""

    def discriminator(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        return relu(margin - real_scores).square().mean() + relu(margin + fake_scores).square().mean()

    return Objective(discriminator=discriminator, generator=lambda fake_scores, _: -fake_scores.mean(), scores="critic")
