from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from gan_core.errors import InputError
from gan_core.objectives import objectives
from gan_core.recipes import Part, Recipe

REAL, FAKE = torch.tensor([2.0, -1.0]), torch.tensor([0.5, -3.0])
DRAWS = torch.Generator().manual_seed(0)
MANY_REAL = 3 * torch.randn(200, generator=DRAWS, dtype=torch.float64)
MANY_FAKE = 3 * torch.randn(200, generator=DRAWS, dtype=torch.float64)
LOGITS = torch.linspace(-12, 12, 97, dtype=torch.float64)


def log_sigmoid(value: float) -> float:
    return -math.log1p(math.exp(-value))


def goodfellows_value(real: Tensor, fake: Tensor) -> Tensor:
    """V, written with logarithms of probabilities, for scores where these can be trusted."""
    return real.sigmoid().log().mean() + (1 - fake.sigmoid()).log().mean()


def coupling(real: Tensor, fake: Tensor) -> Tensor:
    """Article 001's C = L_CoD."""
    return (1 - real.sigmoid()).log().mean() + fake.sigmoid().log().mean()


def slope(loss: Callable[[Tensor], Tensor], at: Tensor) -> Tensor:
    """d loss / d score for every score by itself."""
    scores = at.clone().requires_grad_()
    return torch.autograd.grad(torch.stack([loss(score[None]) for score in scores]).sum(), scores)[0]


def test_logistic_losses_are_goodfellows_value() -> None:
    value = sum(log_sigmoid(s) for s in REAL.tolist()) / 2 + sum(log_sigmoid(-s) for s in FAKE.tolist()) / 2
    for name in ("minimax", "non-saturating"):
        assert objectives.build(name).discriminator(REAL, FAKE).item() == pytest.approx(-value, rel=1e-6)
    minimax = sum(log_sigmoid(-s) for s in FAKE.tolist()) / 2
    assert objectives.build("minimax").generator(FAKE, None).item() == pytest.approx(minimax, rel=1e-6)
    non_saturating = -sum(log_sigmoid(s) for s in FAKE.tolist()) / 2
    assert objectives.build("non-saturating").generator(FAKE, None).item() == pytest.approx(non_saturating, rel=1e-6)


def test_the_discriminators_loss_can_be_halved_as_naganumas_is() -> None:
    """0.5 (BCE(D(x), 1) + BCE(D(G(z)), 0)), told again with torch's own cross entropy."""
    expected = 0.5 * (cross_entropy(REAL, torch.ones(2)) + cross_entropy(FAKE, torch.zeros(2)))
    halved = objectives.build("non-saturating", discriminator_factor=0.5)
    assert halved.discriminator(REAL, FAKE).item() == pytest.approx(expected.item(), rel=1e-6)
    assert halved.generator(FAKE, None) == objectives.build("non-saturating").generator(FAKE, None)
    assert Recipe.named("cggan").objective == Part("non-saturating", {"discriminator_factor": 0.5})
    with pytest.raises(InputError, match="discriminator_factor is more than 0"):
        objectives.build("non-saturating", discriminator_factor=0.0)


def test_least_squares_targets_and_factor_are_parameters() -> None:
    loss = objectives.build("least-squares", fake_target=-1.0, real_target=1.0, generator_target=0.0)
    assert loss.discriminator(REAL, FAKE).item() == pytest.approx((1 + 4) / 4 + (1.5**2 + 4) / 4)
    assert loss.generator(FAKE, None).item() == pytest.approx((0.25 + 9) / 4)
    assert loss.targets == (-1.0, 1.0)
    whole = objectives.build("least-squares", generator_factor=1.0)
    assert whole.generator(FAKE, None).item() == pytest.approx((0.25 + 16) / 2)


def test_least_absolute_by_hand() -> None:
    loss = objectives.build("least-absolute")
    assert loss.discriminator(REAL, FAKE).item() == pytest.approx(((1 + 2) / 2 + (0.5 + 3) / 2) / 2)
    assert loss.generator(FAKE, None).item() == pytest.approx((0.5 + 4) / 4)


def test_wasserstein_is_the_difference_of_the_means() -> None:
    loss = objectives.build("wasserstein")
    assert loss.discriminator(REAL, FAKE).item() == pytest.approx(-1.25 - 0.5)
    assert loss.generator(FAKE, None).item() == pytest.approx(1.25)
    assert loss.zero_sum
    assert loss.needs_bound is not None


def test_hinge_by_hand() -> None:
    loss = objectives.build("hinge")
    assert loss.discriminator(REAL, FAKE).item() == pytest.approx((0 + 2) / 2 + (1.5 + 0) / 2)
    assert loss.generator(FAKE, None).item() == pytest.approx(1.25)


def test_relativistic_compares_pairs_and_sees_differences_alone() -> None:
    loss = objectives.build("relativistic")
    assert loss.paired
    expected = (math.log1p(math.exp(0.5 - 2)) + math.log1p(math.exp(-3 + 1))) / 2
    assert loss.discriminator(REAL, FAKE).item() == pytest.approx(expected, rel=1e-6)
    assert loss.discriminator(REAL + 7, FAKE + 7).item() == pytest.approx(expected, rel=1e-6)
    assert loss.discriminator(REAL, FAKE.flip(0)).item() != pytest.approx(expected, rel=1e-2)
    assert loss.generator(FAKE, REAL).item() == pytest.approx(loss.discriminator(FAKE, REAL).item())


@pytest.mark.parametrize("weight", [0.0, 0.1, 0.5, 0.99])
def test_cooperative_is_cross_entropy_with_smoothed_labels(weight: float) -> None:
    """-V - lambda C = (1 + lambda) BCE with both labels smoothed by lambda / (1 + lambda), to 1e-12."""
    epsilon = weight / (1 + weight)
    smoothed = cross_entropy(MANY_REAL, torch.full_like(MANY_REAL, 1 - epsilon)) + cross_entropy(
        MANY_FAKE, torch.full_like(MANY_FAKE, epsilon)
    )
    loss = objectives.build("coupled", weight=weight).discriminator(MANY_REAL, MANY_FAKE)
    assert loss.item() == pytest.approx((1 + weight) * smoothed.item(), rel=1e-12)
    by_definition = -goodfellows_value(MANY_REAL, MANY_FAKE) - weight * coupling(MANY_REAL, MANY_FAKE)
    assert loss.item() == pytest.approx(by_definition.item(), rel=1e-9)


@pytest.mark.parametrize("weight", [0.0, 0.1, 0.5, 1.0, 3.0])
def test_contrastive_lies_between_gan_and_wgan(weight: float) -> None:
    """-V + lambda C = (1 - lambda) (-V) + lambda (-W), because V - C = E s_r - E s_f, to 1e-12."""
    loss = objectives.build("coupled", weight=weight, mode="contrastive")
    gan = objectives.build("minimax").discriminator(MANY_REAL, MANY_FAKE).item()
    wgan = objectives.build("wasserstein").discriminator(MANY_REAL, MANY_FAKE).item()
    between = (1 - weight) * gan + weight * wgan
    assert loss.discriminator(MANY_REAL, MANY_FAKE).item() == pytest.approx(between, rel=1e-12, abs=1e-12)
    assert loss.zero_sum
    assert (loss.needs_bound is None) == (weight == 0)


def test_v_minus_c_is_the_critic() -> None:
    contrastive = objectives.build("coupled", weight=1.0, mode="contrastive").discriminator(MANY_REAL, MANY_FAKE)
    assert -contrastive.item() == pytest.approx((MANY_REAL.mean() - MANY_FAKE.mean()).item(), rel=1e-12)


@pytest.mark.parametrize("mode", ["cooperative", "contrastive"])
@pytest.mark.parametrize("weight", [0.0, 0.1, 0.9])
def test_coupled_generator_adds_both_losses_and_never_vanishes(mode: str, weight: float) -> None:
    """E log(1 - D(G)) - lambda E log D(G); its gradient by a logit lies in [min(lambda, 1), max(lambda, 1)]."""
    coupled = objectives.build("coupled", weight=weight, mode=mode).generator
    saturating, strong = (objectives.build(name).generator(MANY_FAKE, None) for name in ("minimax", "non-saturating"))
    assert coupled(MANY_FAKE, None).item() == pytest.approx((saturating + weight * strong).item(), rel=1e-12, abs=1e-12)
    sigmoid = LOGITS.sigmoid()
    gradient = slope(lambda score: coupled(score, None), LOGITS)
    torch.testing.assert_close(gradient, -sigmoid - weight * (1 - sigmoid), rtol=1e-12, atol=1e-14)
    assert gradient.abs().min() >= weight
    assert gradient.abs().max() <= 1


@pytest.mark.parametrize("mode", ["cooperative", "contrastive"])
def test_zero_weight_is_goodfellows_game(mode: str) -> None:
    coupled, minimax = objectives.build("coupled", weight=0.0, mode=mode), objectives.build("minimax")
    assert coupled.zero_sum
    assert coupled.discriminator(REAL, FAKE).item() == minimax.discriminator(REAL, FAKE).item()
    assert coupled.generator(FAKE, None).item() == pytest.approx(minimax.generator(FAKE, None).item())


@pytest.mark.parametrize("weight", [0.1, 0.5])
@pytest.mark.parametrize("density_ratio", [1e-6, 0.3, 1.0, 5.0, 1e6])
def test_cooperative_optimum_is_bounded(weight: float, density_ratio: float) -> None:
    """Where S* = (p_r + lambda p_g) / ((1 + lambda)(p_r + p_g)) the slope is zero, and |s*| < log(1 / lambda)."""
    optimum = (density_ratio + weight) / ((1 + weight) * (density_ratio + 1))
    logit = torch.tensor([math.log(optimum / (1 - optimum))], dtype=torch.float64).requires_grad_()
    nothing = logit.new_zeros(1)
    loss = objectives.build("coupled", weight=weight).discriminator
    # Each density counts its own term; the other's, at a constant score, has no slope.
    total = density_ratio * loss(logit, nothing) + loss(nothing, logit)
    (gradient,) = torch.autograd.grad(total, logit)
    assert gradient.abs().item() < 1e-12 * (1 + density_ratio)
    assert abs(logit.item()) < math.log(1 / weight)


def test_split_leaves_v_to_the_players_and_c_to_the_team() -> None:
    whole, split = objectives.build("coupled", weight=0.3), objectives.build("coupled", weight=0.3, split=True)
    minimax = objectives.build("minimax")
    assert whole.joint is None
    assert split.joint is not None
    assert split.zero_sum
    together = split.joint
    joint = together(MANY_REAL, MANY_FAKE)
    assert joint.item() == pytest.approx(-0.3 * coupling(MANY_REAL, MANY_FAKE).item(), rel=1e-9)
    players = split.discriminator(MANY_REAL, MANY_FAKE)
    assert players.item() == minimax.discriminator(MANY_REAL, MANY_FAKE).item()
    assert split.generator(MANY_FAKE, None).item() == minimax.generator(MANY_FAKE, None).item()
    assert (players + joint).item() == pytest.approx(whole.discriminator(MANY_REAL, MANY_FAKE).item(), rel=1e-12)
    torch.testing.assert_close(
        slope(lambda fake: split.generator(fake, None), LOGITS)
        + slope(lambda fake: together(torch.zeros_like(fake), fake), LOGITS),
        slope(lambda fake: whole.generator(fake, None), LOGITS),
        rtol=1e-12,
        atol=1e-14,
    )


def test_zero_sum_only_where_true() -> None:
    """What the discriminator's loss gains by a generated sample's score, the generator's loses; and only there."""
    options: dict[str, dict[str, Any]] = {"coupled": {"mode": "contrastive"}}
    for name in objectives:
        objective = objectives.build(name, **options.get(name, {}))
        fixed = torch.full((1,), 0.3, dtype=torch.float64)
        gained = slope(lambda fake, o=objective, f=fixed: o.discriminator(f, fake), LOGITS)
        lost = slope(lambda fake, o=objective, f=fixed: o.generator(fake, f), LOGITS)
        assert objective.zero_sum == torch.allclose(gained, -lost, rtol=1e-12, atol=1e-14), name
    assert not objectives.build("coupled").zero_sum


@pytest.mark.parametrize("weight", [0.1, 3.0])
def test_coupled_as_printed_has_one_loss_and_the_slopes_of_the_table(weight: float) -> None:
    printed = objectives.build("coupled-printed", weight=weight)
    assert printed.negative_control is not None
    nothing, sigmoid = torch.zeros(1, dtype=torch.float64), LOGITS.sigmoid()
    expected = weight - (2 + weight) * sigmoid
    for loss in (lambda s: printed.discriminator(nothing, s), lambda s: printed.generator(s, None)):
        torch.testing.assert_close(slope(loss, LOGITS), expected, rtol=1e-12, atol=1e-12)
    real = slope(lambda s: printed.discriminator(s, nothing), LOGITS)
    torch.testing.assert_close(real, -weight * sigmoid, rtol=1e-12, atol=1e-12)


def test_gda_as_printed_never_looks_at_real_samples() -> None:
    printed = objectives.build("gda-printed")
    assert printed.negative_control is not None
    assert printed.discriminator(REAL, FAKE).item() == pytest.approx((0.25 + 16) / 2)
    assert printed.generator(FAKE, None).item() == printed.discriminator(REAL, FAKE).item()
    assert slope(lambda s: printed.discriminator(s, s.detach()), LOGITS).abs().max() == 0


@pytest.mark.parametrize("name", list(objectives))
def test_far_logits_stay_finite_and_keep_a_gradient_where_they_should(name: str) -> None:
    scores = torch.tensor([-200.0, 200.0], requires_grad=True)
    objective = objectives.build(name)
    loss = objective.generator(scores, scores.flip(0)) + objective.discriminator(scores, scores)
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


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("coupled", {"weight": 1.0}, "below 1"),
        ("coupled", {"weight": -0.1}, "0 or more"),
        ("coupled", {"weight": -1.0, "mode": "contrastive"}, "0 or more"),
        ("coupled", {"mode": "friendly"}, "cooperative or contrastive"),
        ("coupled", {"mode": "contrastive", "split": True}, "cooperative mode only"),
        ("coupled", {"split": "yes"}, "true or false"),
        ("coupled-printed", {"weight": -1.0}, "0 or more"),
        ("least-squares", {"generator_factor": 0.0}, "more than 0"),
        ("wasserstien", {}, "Did you mean 'wasserstein'"),
    ],
)
def test_wrong_input_gets_one_sentence(name: str, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        objectives.build(name, **options)
