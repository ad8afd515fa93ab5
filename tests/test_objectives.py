from __future__ import annotations

import math

import pytest
import torch

from gan_core.objectives import objectives

REAL, FAKE = torch.tensor([2.0, -1.0]), torch.tensor([0.5, -3.0])


def log_sigmoid(value: float) -> float:
    return -math.log1p(math.exp(-value))


def test_logistic_losses_are_goodfellows_value() -> None:
    value = sum(log_sigmoid(s) for s in REAL.tolist()) / 2 + sum(log_sigmoid(-s) for s in FAKE.tolist()) / 2
    for name in ("minimax", "non-saturating"):
        assert objectives.build(name).discriminator(REAL, FAKE).item() == pytest.approx(-value, rel=1e-6)
    minimax = sum(log_sigmoid(-s) for s in FAKE.tolist()) / 2
    assert objectives.build("minimax").generator(FAKE, None).item() == pytest.approx(minimax, rel=1e-6)
    non_saturating = -sum(log_sigmoid(s) for s in FAKE.tolist()) / 2
    assert objectives.build("non-saturating").generator(FAKE, None).item() == pytest.approx(non_saturating, rel=1e-6)


def test_least_squares_targets_are_parameters() -> None:
    loss = objectives.build("least-squares", fake_target=-1.0, real_target=1.0, generator_target=1.0)
    assert loss.discriminator(REAL, FAKE).item() == pytest.approx((1 + 4) / 4 + (1.5**2 + 4) / 4)
    assert loss.generator(FAKE, None).item() == pytest.approx((0.25 + 16) / 2)


@pytest.mark.parametrize("name", list(objectives))
def test_far_logits_stay_finite_and_keep_a_gradient_where_they_should(name: str) -> None:
    scores = torch.tensor([-200.0, 200.0], requires_grad=True)
    objective = objectives.build(name)
    loss = objective.generator(scores, None) + objective.discriminator(scores, scores)
    (gradient,) = torch.autograd.grad(loss, scores)
    assert torch.isfinite(loss)
    assert torch.isfinite(gradient).all()


def test_minimax_saturates_and_non_saturating_does_not() -> None:
    """The reason for the second form: with a winning discriminator the first gives the generator no gradient."""
    gradients = {}
    for name in ("minimax", "non-saturating"):
        scores = torch.tensor([-30.0], requires_grad=True)
        gradients[name] = torch.autograd.grad(objectives.build(name).generator(scores, None), scores)[0].abs().item()
    assert gradients["minimax"] < 1e-12
    assert gradients["non-saturating"] == pytest.approx(1.0)
