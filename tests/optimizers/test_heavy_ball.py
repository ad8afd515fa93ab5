"""Heavy-ball momentum against its recurrence."""

from __future__ import annotations

import pytest
import torch

from gan_core.errors import InputError
from gan_core.optimizers import build_optimizer
from gan_core.recipes import Part


@pytest.mark.parametrize("beta", [-0.5, 0.0, 0.9])
def test_the_recurrence_under_a_changing_rate(beta: float) -> None:
    point = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
    optimizer = build_optimizer(Part("momentum", {"learning_rate": 0.1, "beta": beta}), [point])
    before = now = point.detach().clone()
    for step in range(12):
        rate = optimizer.param_groups[0]["lr"] = 0.1 / (1 + step)
        point.grad = 3 * point.detach() ** 3
        before, now = now, now - rate * 3 * now**3 + beta * (now - before)
        optimizer.step()
        torch.testing.assert_close(point.detach(), now, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("beta", [-1.0, 1.0, float("nan")])
def test_beta_is_between_minus_one_and_one(beta: float) -> None:
    with pytest.raises(InputError, match="beta"):
        build_optimizer(Part("momentum", {"beta": beta}), [torch.zeros(1, requires_grad=True)])
