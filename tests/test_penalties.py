from __future__ import annotations

import pytest
import torch
from torch import nn

from gan_core.errors import InputError
from gan_core.penalties import Judged, penalties


def judged(discriminator: nn.Module) -> Judged:
    draws = torch.Generator().manual_seed(0)
    real = torch.randn(5, 3, generator=draws, dtype=torch.float64).requires_grad_()
    fake = torch.randn(5, 3, generator=draws, dtype=torch.float64).requires_grad_()
    return Judged(
        discriminator, real, discriminator(real), fake, discriminator(fake), lambda: torch.rand(5, generator=draws)
    )


def test_of_a_linear_discriminator_it_is_the_weights_norm() -> None:
    """D(x) = w.x has the gradient w everywhere: gamma/2 |w|^2, whose gradient by w is gamma w."""
    torch.manual_seed(0)
    linear = nn.Linear(3, 1).double()
    for name in ("r1", "r2"):
        value = penalties.build(name, gamma=3.0).loss(judged(linear))
        assert value.item() == pytest.approx(1.5 * linear.weight.square().sum().item())
        (gradient,) = torch.autograd.grad(value, linear.weight)
        torch.testing.assert_close(gradient, 3.0 * linear.weight.detach())


def test_parameter_gradients_against_finite_differences() -> None:
    """Through BatchNorm in training mode too, where a score depends on its whole batch."""
    torch.manual_seed(1)
    network = nn.Sequential(nn.Linear(3, 6), nn.BatchNorm1d(6), nn.Tanh(), nn.Linear(6, 1)).double()
    penalty = penalties.build("r1").loss
    weight = network[0].weight
    (gradient,) = torch.autograd.grad(penalty(judged(network)), weight)
    step = 1e-6
    values = []
    for sign in (1, -1):
        with torch.no_grad():
            weight[2, 1] += sign * step
        values.append(penalty(judged(network)).item())
        with torch.no_grad():
            weight[2, 1] -= sign * step
    assert gradient[2, 1].abs() > 1e-4
    assert gradient[2, 1].item() == pytest.approx((values[0] - values[1]) / (2 * step), rel=1e-4)


def test_a_negative_weight_is_refused() -> None:
    with pytest.raises(InputError, match="0 or more"):
        penalties.build("r1", gamma=-1.0)
