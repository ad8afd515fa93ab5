"""Optimizers: how one player turns its gradient into a step. Always a `torch.optim.Optimizer`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

from gan_core.errors import InputError
from gan_core.optimizers.conjugate import ConjugateGradient
from gan_core.optimizers.heavy_ball import HeavyBall
from gan_core.parts import Registry
from gan_core.recipes import Part

optimizers: Registry[Callable[..., torch.optim.Optimizer]] = Registry("optimizer")


@optimizers.register("adam")
def adam(
    parameters: Iterable[Tensor], /, learning_rate: float = 2e-4, beta1: float = 0.5, beta2: float = 0.999
) -> torch.optim.Optimizer:
    """Adam, fused: one kernel instead of a loop, three times faster on a small network's parameters.

    The betas are made floats because Adam refuses a whole 0 beside a float.
    """
    _check_rate(learning_rate)
    _check_share("beta1", beta1)
    _check_share("beta2", beta2)
    return torch.optim.Adam(parameters, lr=learning_rate, betas=(float(beta1), float(beta2)), fused=True)


@optimizers.register("sgd")
def sgd(parameters: Iterable[Tensor], /, learning_rate: float = 0.01, momentum: float = 0.0) -> torch.optim.Optimizer:
    """Stochastic gradient descent, with heavy-ball momentum if asked for."""
    _check_rate(learning_rate)
    _check_share("momentum", momentum)
    return torch.optim.SGD(parameters, lr=learning_rate, momentum=momentum)


@optimizers.register("momentum")
def momentum(parameters: Iterable[Tensor], /, learning_rate: float = 0.01, beta: float = 0.5) -> torch.optim.Optimizer:
    """Heavy-ball momentum; a negative beta damps rotation."""
    _check_rate(learning_rate)
    return HeavyBall(parameters, learning_rate, beta)


@optimizers.register("cg")
def conjugate_gradient(
    parameters: Iterable[Tensor],
    /,
    learning_rate: float = 0.01,
    rule: str = "prp",
    beta_max: float = 0.5,
    scale: float = 1.0,
    restart: str = "descent",
    per_tensor: bool = False,
    preconditioner: str = "none",
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    rate: str = "constant",
) -> torch.optim.Optimizer:
    """Conjugate gradient directions; PRP+ with beta in [0, 1/2] and descent restarts unless told otherwise."""
    _check_rate(learning_rate)
    return ConjugateGradient(
        parameters,
        learning_rate,
        rule=rule,
        beta_max=beta_max,
        scale=scale,
        restart=restart,
        per_tensor=per_tensor,
        preconditioner=preconditioner,
        beta2=beta2,
        epsilon=epsilon,
        rate=rate,
    )


@optimizers.register("rmsprop")
def rmsprop(parameters: Iterable[Tensor], /, learning_rate: float = 1e-4, alpha: float = 0.99) -> torch.optim.Optimizer:
    """RMSprop, as in the first Wasserstein GANs."""
    _check_rate(learning_rate)
    _check_share("alpha", alpha)
    return torch.optim.RMSprop(parameters, lr=learning_rate, alpha=alpha)


def build_optimizer(part: Part, parameters: Iterable[Tensor]) -> torch.optim.Optimizer:
    """The optimizer that a recipe names, over `parameters`: all of one player's, so that a rule may count them.

    Every group remembers its first learning rate under `initial_lr`, from which schedules are computed.
    """
    optimizer: torch.optim.Optimizer = optimizers.build(part.name, list(parameters), **part.options)
    for group in optimizer.param_groups:
        group["initial_lr"] = group["lr"]
    return optimizer


def _check_rate(learning_rate: float) -> None:
    if not 0 < learning_rate <= 10:
        raise InputError(f"learning_rate is above 0 and at most 10, not {learning_rate}.")


def _check_share(option: str, value: float) -> None:
    """How much of the old stays in a moving average."""
    if not 0 <= value < 1:
        raise InputError(f"{option} is at least 0 and below 1, not {value}.")
