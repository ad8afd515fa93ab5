"""Objectives: pure functions from discriminator scores to the players' losses.

Scores have any shape (one a sample, or one a patch); losses are their mean over all of them, in float32 at least.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from torch import Tensor
from torch.nn.functional import relu, softplus

from gan_core.errors import InputError
from gan_core.parts import Option, Registry, register, registry


@dataclass(frozen=True, kw_only=True)
class Objective:
    """What each player minimises, given the discriminator's scores, and what the scores mean."""

    discriminator: Callable[[Tensor, Tensor], Tensor]
    """(real_scores, fake_scores) -> scalar."""
    generator: Callable[[Tensor, Tensor | None], Tensor]
    """(fake_scores, real_scores) -> scalar; `real_scores` is None unless the objective is `paired`."""
    joint: Callable[[Tensor, Tensor], Tensor] | None = None
    """(real_scores, fake_scores) -> scalar that all players descend together in a move of its own after theirs."""
    paired: bool = False
    """Whether the generator's loss looks at the scores of real samples too."""
    zero_sum: bool = False
    """Whether the losses add up to a constant in what both players move, as solvers that use mixed derivatives ask."""
    scores: Literal["logit", "target", "critic"] = "logit"
    """What a score is: log-odds of being real, a number near one of two targets, or a height without a scale."""
    targets: tuple[float, float] = (0.0, 1.0)
    """Of scores of the kind "target": where fakes and reals should lie."""
    needs_bound: str | None = None
    """Why it cannot be played without a penalty that bounds the discriminator; None if it can."""
    negative_control: str | None = None
    """What is wrong with it, for an objective that is kept as a warning; None for one that is meant to work."""


objectives: Registry[Callable[..., Objective]] = registry("objective")


def negative_control(name: str) -> str | None:
    """What is wrong with the objective `name` as it comes; None if nothing is, or if it cannot be built at all."""
    try:
        return objectives.build(name).negative_control
    except InputError:
        return None


BOUNDS = "choose one of r1, r2, r1-r2, wgan-gp, spectral-norm and weight-clipping"


def _value(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """-V(G, D) of Goodfellow et al. 2014 on logits: -E log D(x) - E log(1 - D(G(z))).

    `softplus` of the logit, never the logarithm of a sigmoid: the latter is -inf, with no gradient, beyond 17 or so.
    """
    return softplus(-real_scores).mean() + softplus(fake_scores).mean()


def _swapped(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """-C with article 001's C = L_CoD = E log(1 - D(x)) + E log D(G(z)): V with the labels swapped."""
    return _value(-real_scores, -fake_scores)


@register.objective(
    "non-saturating",
    title="Non-saturating",
    summary="The usual loss: the generator learns strongly even while the discriminator wins.",
    options={
        "discriminator_factor": Option(
            label="Discriminator's weight", help="Factor on the discriminator's loss.", above=0, slider=(0.1, 2, 0.1)
        )
    },
)
def non_saturating(discriminator_factor: float = 1.0) -> Objective:
    """The generator minimises -E log D(G(z)): strong gradients while the discriminator still wins.

    The discriminator's loss is taken `discriminator_factor` times: 1 in Goodfellow et al., 0.5 in the code of Naganuma
    and Iiduka, which a step that follows the size of the gradient takes as half the learning rate.
    """
    return Objective(
        discriminator=lambda real_scores, fake_scores: discriminator_factor * _value(real_scores, fake_scores),
        generator=lambda fake_scores, _: softplus(-fake_scores).mean(),
    )


@register.objective(
    "minimax",
    title="Minimax",
    summary="The game of the first GAN paper: what one player wins the other loses, and while the discriminator wins the "
    "generator's gradient vanishes.",
)
def minimax() -> Objective:
    """The zero-sum game itself: the generator minimises E log(1 - D(G(z))), which saturates when D wins."""
    return Objective(
        discriminator=_value, generator=lambda fake_scores, _: -softplus(fake_scores).mean(), zero_sum=True
    )


TARGETS = {
    "fake_target": Option(label="Target, generated", help="The score that generated samples should get."),
    "real_target": Option(label="Target, real", help="The score that real samples should get."),
    "generator_target": Option(label="Generator's aim", help="The score that the generator wants for its samples."),
    "generator_factor": Option(label="Generator's weight", help="Factor on the generator's loss.", above=0),
}


@register.objective(
    "least-squares",
    title="Least squares (LSGAN)",
    summary="Scores are pulled towards target numbers; far from the target the pull is strongest.",
    options=TARGETS,
)
def least_squares(
    fake_target: float = 0.0,
    real_target: float = 1.0,
    generator_target: float = 1.0,
    generator_factor: float = 0.5,
) -> Objective:
    """LSGAN (Mao et al. 2017, eq. 2): half the mean squared distance of the scores to their targets, for both players.

    CycleGAN's generators minimise the whole distance beside their other terms: `generator_factor` = 1.
    On Dirac-GAN the targets (0, 1, 1) make the Jacobian nilpotent, so that the generator drifts away; with (-1, 1, 1)
    it is a rotation, like the other objectives'.
    """
    return _distance_to_targets(
        lambda difference: difference.square(), fake_target, real_target, generator_target, generator_factor
    )


@register.objective(
    "least-absolute",
    title="Least absolute",
    summary="Like least squares, with a pull that is equally strong at every distance.",
    options=TARGETS,
)
def least_absolute(
    fake_target: float = 0.0,
    real_target: float = 1.0,
    generator_target: float = 1.0,
    generator_factor: float = 0.5,
) -> Objective:
    """`least-squares` with absolute distances: the adversarial term L1 that article 004 allows for CycleGAN."""
    return _distance_to_targets(
        lambda difference: difference.abs(), fake_target, real_target, generator_target, generator_factor
    )


def _distance_to_targets(
    distance: Callable[[Tensor], Tensor], fake: float, real: float, generator: float, factor: float
) -> Objective:
    def discriminator(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        return (distance(real_scores - real).mean() + distance(fake_scores - fake).mean()) / 2

    return Objective(
        discriminator=discriminator,
        generator=lambda fake_scores, _: factor * distance(fake_scores - generator).mean(),
        scores="target",
        targets=(fake, real),
    )


@register.objective(
    "wasserstein",
    title="Wasserstein (WGAN)",
    summary="The critic measures how far generated samples are from real ones; it needs a penalty that bounds its slope.",
)
def wasserstein() -> Objective:
    """WGAN (Arjovsky et al. 2017): the critic maximises E D(x) - E D(G(z)), which estimates a distance if it is
    Lipschitz."""
    return Objective(
        discriminator=lambda real_scores, fake_scores: fake_scores.mean() - real_scores.mean(),
        generator=lambda fake_scores, _: -fake_scores.mean(),
        zero_sum=True,
        scores="critic",
        needs_bound=f"The wasserstein objective grows without end unless a penalty bounds the critic: {BOUNDS}.",
    )


@register.objective(
    "hinge",
    title="Hinge",
    summary="The discriminator only wants a margin between real and generated samples; those beyond it push no more.",
)
def hinge() -> Objective:
    """Hinge loss (Lim & Ye 2017; Miyato et al. 2018, eq. 16 and 17): the discriminator wants a margin of 1 on its own
    side of 0 and no more; the generator climbs the score."""
    return Objective(
        discriminator=lambda real_scores, fake_scores: relu(1 - real_scores).mean() + relu(1 + fake_scores).mean(),
        generator=lambda fake_scores, _: -fake_scores.mean(),
        scores="critic",
    )


@register.objective(
    "relativistic",
    title="Relativistic pairing",
    summary="Real and generated samples are compared in pairs: which of the two looks more real?",
)
def relativistic() -> Objective:
    """Relativistic pairing (Jolicoeur-Martineau 2019; R3GAN, Huang et al. 2024): E softplus(-(D(x) - D(G(z)))).

    Every real sample is compared with one generated sample, element by element; only differences of scores matter.
    """

    def generator(fake_scores: Tensor, real_scores: Tensor | None) -> Tensor:
        assert real_scores is not None, "a paired objective is asked with the scores of real samples"
        return softplus(real_scores - fake_scores).mean()

    return Objective(
        discriminator=lambda real_scores, fake_scores: softplus(fake_scores - real_scores).mean(),
        generator=generator,
        paired=True,
        scores="critic",
    )


MODES = ("cooperative", "contrastive")


@register.objective(
    "coupled",
    title="G-CoDG",
    summary="Each player has its own loss, and a third one ties both together.",
    options={
        "weight": Option(
            label="Weight",
            help="How much the shared loss counts (lambda in the article); below 1 if cooperative.",
            minimum=0,
            slider=(0, 1, 0.05),
        ),
        "mode": Option(
            label="Kind",
            help="Cooperative: both reduce the shared loss. Contrastive: one against the other; needs a penalty.",
            choices=MODES,
        ),
        "split": Option(
            label="Shared step apart", help="The shared loss gets a step of its own after the players' steps."
        ),
    },
)
def coupled(weight: float = 0.1, mode: str = "cooperative", split: bool = False) -> Objective:
    """G-CoDG of article 001, repaired: V coupled with C = E log(1 - D(x)) + E log D(G(z)) by `weight`, its lambda.

    The generator minimises V - lambda C: the saturating loss plus lambda times the non-saturating one, whose gradient
    by a logit s is -(S + lambda (1 - S)) with S = sigmoid(s), never smaller than min(lambda, 1).

    - cooperative: the discriminator minimises -V - lambda C, so that both players descend -lambda C. That is
      (1 + lambda) times cross-entropy with both labels smoothed by lambda / (1 + lambda); at the optimum
      |logit| < log(1 / lambda).
    - contrastive: the discriminator minimises -V + lambda C = -((1 - lambda) V + lambda W) with W = E s_r - E s_f:
      a zero-sum game between GAN (0) and WGAN (1), unbounded wherever one density is more than 1 / lambda times the
      other.

    `split` plays the cooperative `mode` as the article's step 4 says: the players play V, then all of them descend
    -lambda C together in a third move.

    Raises:
        InputError: for a `weight` of 1 or more if cooperative, and for `split` if contrastive.
    """
    if mode == "cooperative" and weight >= 1:
        raise InputError(
            "The cooperative coupled objective needs a weight lambda of at least 0 and below 1, not "
            f"{weight}: from 1 on the discriminator no longer tells real from generated."
        )
    if split and mode != "cooperative":
        raise InputError("The coupled objective can be split in its cooperative mode only: there both players share C.")
    sign = 1.0 if mode == "cooperative" else -1.0

    def generator(fake_scores: Tensor, _: Tensor | None) -> Tensor:
        return weight * softplus(-fake_scores).mean() - softplus(fake_scores).mean()

    def discriminator(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        return _value(real_scores, fake_scores) + sign * weight * _swapped(real_scores, fake_scores)

    if split:
        return Objective(
            discriminator=_value,
            generator=minimax().generator,
            joint=lambda real_scores, fake_scores: weight * _swapped(real_scores, fake_scores),
            zero_sum=True,
        )
    unbounded = mode == "contrastive" and weight > 0
    return Objective(
        discriminator=discriminator,
        generator=generator,
        zero_sum=mode == "contrastive" or weight == 0,
        scores="critic" if mode == "contrastive" and weight >= 1 else "logit",
        needs_bound=(
            f"The contrastive coupled objective grows without end unless a penalty bounds the discriminator: {BOUNDS}."
            if unbounded
            else None
        ),
    )


@register.objective(
    "coupled-printed",
    title="G-CoDG as printed",
    summary="G-CoDG exactly as its article prints it: known not to work.",
    options={"weight": Option(label="Weight", help="How much the shared loss counts.", minimum=0, slider=(0, 1, 0.05))},
)
def coupled_printed(weight: float = 0.1) -> Objective:
    """Article 001 as printed: both players minimise L_G + L_D + lambda L_CoD = 2 E log(1 - D(G(z))) + lambda C.

    The terms E log D(x) of L_G and L_D cancel.
    """
    return Objective(
        discriminator=lambda real_scores, fake_scores: (
            -2 * softplus(fake_scores).mean() - weight * _swapped(real_scores, fake_scores)
        ),
        # The same without E log(1 - D(x)), in which there is no generator.
        generator=lambda fake_scores, _: -2 * softplus(fake_scores).mean() - weight * softplus(-fake_scores).mean(),
        negative_control=(
            "Both players minimise one loss that has no lower bound and hardly looks at real data: "
            "the samples run away and nothing is learnt."
        ),
    )


@register.objective(
    "gda-printed",
    title="GDA as printed",
    summary="GDA exactly as the code of article 003 has it: known not to work.",
)
def gda_printed() -> Objective:
    """Article 003's code: both players minimise E (1 - D(G(z)))^2, D being the plain output of its last layer."""

    def loss(fake_scores: Tensor) -> Tensor:
        return (1 - fake_scores).square().mean()

    return Objective(
        # Nothing of a real sample's score enters; the product keeps it in the graph, with a gradient of zero.
        discriminator=lambda real_scores, fake_scores: loss(fake_scores) + 0 * real_scores.mean(),
        generator=lambda fake_scores, _: loss(fake_scores),
        scores="target",
        negative_control=(
            "The discriminator learns to call generated samples real and never looks at real data: "
            "its score goes to 1 for everything and nothing is learnt."
        ),
    )
