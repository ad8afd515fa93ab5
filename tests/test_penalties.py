from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call

from gan_core.errors import InputError
from gan_core.penalties import DiscriminatorPass, penalties

GRADIENT_PENALTIES: list[tuple[str, dict[str, Any]]] = [
    ("r1", {"gamma": 0.7}),
    ("r2", {"gamma": 0.7}),
    ("r1-r2", {"gamma": 0.7}),
    ("wgan-gp", {"weight": 3.0, "target": 0.2}),
    ("wgan-gp", {"weight": 3.0, "target": 0.2, "one_sided": True}),
]


def judged(discriminator: nn.Module) -> DiscriminatorPass:
    draws = torch.Generator().manual_seed(0)
    real = torch.randn(5, 3, generator=draws, dtype=torch.float64).requires_grad_()
    fake = torch.randn(5, 3, generator=draws, dtype=torch.float64).requires_grad_()
    shares = torch.rand(5, generator=draws)
    return DiscriminatorPass(discriminator, real, discriminator(real), fake, discriminator(fake), lambda: shares)


def linear(*weights: float) -> nn.Linear:
    """D(x) = w.x + 1, whose slope is w everywhere."""
    network = nn.Linear(len(weights), 1).double()
    with torch.no_grad():
        network.weight.copy_(torch.tensor([weights]))
        network.bias.fill_(1.0)
    return network


def value(name: str, network: nn.Module, **options: Any) -> Tensor:
    loss = penalties.build(name, **options).loss
    assert loss is not None
    return loss(judged(network))


@pytest.mark.parametrize(("name", "times"), [("r1", 1.5), ("r2", 1.5), ("r1-r2", 3.0)])
def test_of_a_linear_discriminator_it_is_the_weights_norm(name: str, times: float) -> None:
    """gamma/2 |w|^2, whose gradient by w is gamma w; of both together, twice as much."""
    network = linear(2.0, -1.0, 2.0)
    penalty = value(name, network, gamma=3.0)
    assert penalty.item() == pytest.approx(times * 9)
    (gradient,) = torch.autograd.grad(penalty, network.weight)
    torch.testing.assert_close(gradient, 2 * times * network.weight.detach())


@pytest.mark.parametrize(
    ("weights", "options", "expected", "along"),
    [
        ((2.0, -1.0, 2.0), {}, 10 * (3 - 1) ** 2, 10 * 2 * (3 - 1)),
        ((2.0, -1.0, 2.0), {"weight": 2.0, "target": 5.0}, 2 * (3 - 5) ** 2, 2 * 2 * (3 - 5)),
        ((2.0, -1.0, 2.0), {"target": 5.0, "one_sided": True}, 0.0, 0.0),
        ((2.0, -1.0, 2.0), {"one_sided": True}, 10 * (3 - 1) ** 2, 10 * 2 * (3 - 1)),
        ((0.0, 0.0, 0.0), {}, 10.0, 0.0),
    ],
)
def test_wgan_gp_of_a_linear_discriminator(
    weights: tuple[float, ...], options: dict[str, Any], expected: float, along: float
) -> None:
    """weight (|w| - target)^2, whose gradient lies along w; a flat discriminator has a value and no gradient."""
    network = linear(*weights)
    penalty = value("wgan-gp", network, **options)
    assert penalty.item() == pytest.approx(expected)
    (gradient,) = torch.autograd.grad(penalty, network.weight)
    direction = torch.tensor([weights], dtype=torch.float64) / max(sum(w * w for w in weights) ** 0.5, 1)
    torch.testing.assert_close(gradient, along * direction)


def test_wgan_gp_looks_between_real_and_generated_samples() -> None:
    seen: list[Tensor] = []
    pair = judged(linear(1.0, 0.0, 0.0))

    def discriminator(samples: Tensor) -> Tensor:
        seen.append(samples.detach())
        return samples.sum(1)

    loss = penalties.build("wgan-gp").loss
    assert loss is not None
    loss(DiscriminatorPass(discriminator, pair.real, pair.real_scores, pair.fake, pair.fake_scores, pair.mix))
    share = pair.mix().double()[:, None]
    torch.testing.assert_close(seen[0], (share * pair.real + (1 - share) * pair.fake).detach())


@pytest.mark.parametrize(("name", "options"), GRADIENT_PENALTIES)
@pytest.mark.parametrize("batch_norm", [False, True])
def test_parameter_gradients_against_finite_differences(name: str, options: dict[str, Any], batch_norm: bool) -> None:
    """Through BatchNorm in training mode too, where a score depends on its whole batch."""
    torch.manual_seed(1)
    middle = nn.BatchNorm1d(6) if batch_norm else nn.Identity()
    network = nn.Sequential(nn.Linear(3, 6), middle, nn.Tanh(), nn.Linear(6, 1)).double()
    for weight in (network[0].weight, network[3].weight):
        (gradient,) = torch.autograd.grad(value(name, network, **options), weight)
        place = tuple(int(index) for index in torch.unravel_index(gradient.abs().argmax(), gradient.shape))
        step = 1e-6
        values = []
        for sign in (1, -1):
            with torch.no_grad():
                weight[place] += sign * step
            values.append(value(name, network, **options).item())
            with torch.no_grad():
                weight[place] -= sign * step
        assert gradient[place].abs() > 1e-4
        assert gradient[place].item() == pytest.approx((values[0] - values[1]) / (2 * step), rel=1e-5)


def convolutional() -> nn.Sequential:
    torch.manual_seed(2)
    layers = [nn.Conv2d(2, 6, 3), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(6 * 16, 1)]
    return nn.Sequential(*layers)


def prepared(network: nn.Module) -> nn.Module:
    prepare = penalties.build("spectral-norm").prepare
    assert prepare is not None
    prepare(network)
    return network


def largest_singular_values(network: nn.Module) -> list[float]:
    layers = [module for module in network.modules() if isinstance(module, (nn.Conv2d, nn.Linear))]
    return [float(torch.linalg.matrix_norm(layer.weight.detach().flatten(1), 2)) for layer in layers]


def test_spectral_norm_brings_the_largest_singular_value_to_one() -> None:
    network = convolutional()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter *= 5
    assert min(largest_singular_values(network)) > 1.5
    prepared(network)
    for _ in range(60):
        network(torch.zeros(1, 2, 6, 6))
    assert largest_singular_values(network.eval()) == pytest.approx([1.0, 1.0], abs=1e-3)


def test_spectral_norm_iterates_once_an_evaluation_and_leaves_the_module_alone() -> None:
    """As `Game.caller` plays it: with buffers of its own, twice, with a gradient through both."""
    network = prepared(convolutional())
    before = {name: buffer.clone() for name, buffer in network.named_buffers()}
    parameters, pictures = dict(network.named_parameters()), torch.randn(3, 2, 6, 6, requires_grad=True)

    def evaluate() -> tuple[dict[str, Tensor], Tensor]:
        buffers = {name: buffer.clone() for name, buffer in network.named_buffers()}
        scores = functional_call(network, (parameters, buffers), (pictures,))
        scores = scores + functional_call(network, (parameters, buffers), (pictures * 2,))
        (slope,) = torch.autograd.grad(scores.sum(), pictures, create_graph=True)
        gradients = torch.autograd.grad(scores.sum() + slope.square().sum(), list(parameters.values()))
        return buffers, torch.cat([gradient.flatten() for gradient in gradients])

    (first, gradient), (again, same_gradient) = evaluate(), evaluate()
    assert torch.equal(gradient, same_gradient)
    assert gradient.isfinite().all()
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert all(torch.equal(buffer, before[name]) for name, buffer in network.named_buffers())
    assert not all(torch.equal(first[name], before[name]) for name in first)


def test_spectral_norm_goes_into_a_checkpoint_and_back_and_costs_no_weights_on_meta() -> None:
    network, fresh = prepared(convolutional()), convolutional()
    network(torch.zeros(1, 2, 6, 6))
    names = list(dict(network.named_parameters()))
    prepared(network)  # a second time changes nothing
    assert list(dict(network.named_parameters())) == names
    prepared(fresh).load_state_dict(network.state_dict())
    pictures = torch.randn(2, 2, 6, 6)
    assert torch.equal(network.eval()(pictures), fresh.eval()(pictures))
    with torch.device("meta"):
        assert next(prepared(convolutional()).parameters()).is_meta


def test_weight_clipping_clamps_every_parameter_in_place() -> None:
    network = linear(0.5, -0.125, -3.0)
    project = penalties.build("weight-clipping", limit=0.25).project
    assert project is not None
    with torch.no_grad():
        project(network.parameters())
    assert network.weight.tolist() == [[0.25, -0.125, -0.25]]
    assert network.bias.tolist() == [0.25]


def test_which_ones_bound_a_discriminator() -> None:
    bounding = {name for name in penalties if penalties.build(name).bounds}
    assert set(penalties) - bounding == {"instance-noise"}
    assert penalties.build("instance-noise", deviation=0.3).noise == 0.3


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("r1", {"gamma": -1.0}, "gamma .* 0 or more"),
        ("r1-r2", {"gamma": -1.0}, "gamma .* 0 or more"),
        ("wgan-gp", {"weight": -1.0}, "weight .* 0 or more"),
        ("wgan-gp", {"target": -1.0}, "target is 0 or more"),
        ("weight-clipping", {"limit": 0.0}, "more than 0"),
        ("instance-noise", {"deviation": -0.1}, "0 or more"),
        ("spectral-norm", {"gamma": 1.0}, "no option"),
    ],
)
def test_wrong_input_gets_one_sentence(name: str, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        penalties.build(name, **options)


def test_wgan_gp_refuses_batch_norm_in_the_discriminator() -> None:
    prepare = penalties.build("wgan-gp").prepare
    assert prepare is not None
    prepare(nn.Sequential(nn.Linear(2, 2), nn.LayerNorm(2)))
    with pytest.raises(InputError, match="BatchNorm"):
        prepare(nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)))
