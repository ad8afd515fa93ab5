"""Optimizers: how one player turns its gradient into a step; always a `torch.optim.Optimizer`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

from gan_core.optimizers.conjugate import PRECONDITIONERS, RATES, RESTARTS, RULES, ConjugateGradient
from gan_core.optimizers.heavy_ball import HeavyBall
from gan_core.parts import Option, Registry, register, registry
from gan_core.recipes import Part

optimizers: Registry[Callable[..., torch.optim.Optimizer]] = registry("optimizer")

LEARNING_RATE = Option(
    label="Learning rate",
    help="Size of the steps: too large and it falls apart, too small and it crawls.",
    above=0,
    maximum=10,
)


@register.optimizer(
    "adam",
    title="Adam",
    summary="Steps adapt to each weight by themselves; what most GANs use.",
    tags=("divides",),
    options={
        "learning_rate": LEARNING_RATE,
        "beta1": Option(
            label="Memory, direction",
            help="Share of the last direction that is kept (beta 1).",
            minimum=0,
            below=1,
            slider=(0, 0.95, 0.05),
        ),
        "beta2": Option(
            label="Memory, size", help="Share of the remembered slope sizes that is kept (beta 2).", minimum=0, below=1
        ),
    },
)
def adam(
    parameters: Iterable[Tensor], /, learning_rate: float = 2e-4, beta1: float = 0.5, beta2: float = 0.999
) -> torch.optim.Optimizer:
    """Adam, fused: one kernel instead of a loop, three times faster on a small network's parameters.

    The betas are made floats because Adam refuses a whole 0 beside a float.
    """
    return torch.optim.Adam(parameters, lr=learning_rate, betas=(float(beta1), float(beta2)), fused=True)


@register.optimizer(
    "sgd",
    title="Gradient descent (SGD)",
    summary="Plain gradient descent: every step goes straight downhill.",
    options={
        "learning_rate": LEARNING_RATE,
        "momentum": Option(label="Momentum", help="Share of the last step that is kept.", minimum=0, below=1),
    },
)
def sgd(parameters: Iterable[Tensor], /, learning_rate: float = 0.01, momentum: float = 0.0) -> torch.optim.Optimizer:
    """Stochastic gradient descent, with heavy-ball momentum if asked for."""
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=momentum)


register.optimizer(
    "momentum",
    title="Momentum",
    summary="Steps keep part of their last direction; a negative part damps circling.",
    options={
        "learning_rate": LEARNING_RATE,
        "beta": Option(
            label="Momentum",
            help="Share of the last step that is kept; may be negative.",
            above=-1,
            below=1,
            slider=(-0.9, 0.95, 0.05),
        ),
    },
)(HeavyBall)


register.optimizer(
    "cg",
    title="Conjugate gradients",
    summary="Conjugate gradient directions: each step blends the slope with the direction before.",
    tags=("divides",),
    options={
        "learning_rate": LEARNING_RATE,
        "rule": Option(
            label="Rule",
            help="Who proposed it: prp Polak-Ribière, fr Fletcher-Reeves, hs Hestenes-Stiefel, dy Dai-Yuan, hz Hager-Zhang "
            "(limited once, at the end); gd keeps nothing.",
            choices=tuple(RULES),
        ),
        "beta_max": Option(label="Most kept", help="Largest share of the last direction that may be kept.", minimum=0),
        "scale": Option(
            label="Factor kept",
            help="Factor on what the rule keeps of the last direction.",
            minimum=0,
            maximum=1,
            slider=(0, 1, 0.05),
        ),
        "restart": Option(
            label="Starts afresh",
            help="When the last direction is forgotten: if it leads uphill, by Powell's test, or never.",
            choices=RESTARTS,
        ),
        "per_tensor": Option(
            label="Layer by layer", help="Each layer has its own share instead of one for the whole network."
        ),
        "preconditioner": Option(
            label="Scaling", help="Whether steps adapt to each weight as in Adam.", choices=PRECONDITIONERS
        ),
        "beta2": Option(
            label="Memory of scaling",
            help="Share of the remembered slope sizes that is kept, with Adam's scaling.",
            minimum=0,
            below=1,
        ),
        "epsilon": Option(label="Smallest divisor", help="Keeps the scaling from dividing by zero.", above=0),
        "rate": Option(
            label="Rate over time",
            help="Whether the learning rate stays, falls slowly, or falls in stages.",
            choices=tuple(RATES),
        ),
    },
)(ConjugateGradient)


@register.optimizer(
    "rmsprop",
    title="RMSprop",
    summary="Steps are scaled to the recent size of the slope; used by the first Wasserstein GAN.",
    tags=("divides",),
    options={
        "learning_rate": LEARNING_RATE,
        "alpha": Option(label="Memory", help="Share of the remembered slope sizes that is kept.", minimum=0, below=1),
    },
)
def rmsprop(parameters: Iterable[Tensor], /, learning_rate: float = 1e-4, alpha: float = 0.99) -> torch.optim.Optimizer:
    """RMSprop, as in the first Wasserstein GANs."""
    return torch.optim.RMSprop(parameters, lr=learning_rate, alpha=alpha)


def build_optimizer(part: Part, parameters: Iterable[Tensor]) -> torch.optim.Optimizer:
    """The optimizer that a recipe names, over `parameters`: all of one player's, so that a rule may count them.

    Every group remembers its first learning rate under `initial_lr`, from which schedules are computed.
    """
    optimizer: torch.optim.Optimizer = optimizers.build(part.name, list(parameters), **part.options)
    for group in optimizer.param_groups:
        group["initial_lr"] = group["lr"]
    return optimizer
