"""Classes and features: what all generators and all discriminators share."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from gan_core.networks import discriminators, generators, rebuild
from gan_core.networks.players import CLASS_FEATURES
from tests.networks.counting import on_paper, parameters, shapes

SMALL: dict[str, dict[str, Any]] = {
    "dcgan": {"size": 28, "channels": 1, "width": 2},
    "residual": {"size": 28, "channels": 1, "width": 2},
    "mlp784": {"hidden": 6},
    "mlp": {"hidden": 6},
    "article-000": {"width": 1, "channels": 1},
    "article-003": {"width": 1},
}
LATENTS = torch.randn(4, 5, generator=torch.Generator().manual_seed(0))
every_pair = pytest.mark.parametrize("name", SMALL)


def test_every_pair_is_covered() -> None:
    assert set(SMALL) == set(generators) == set(discriminators) - {"patch", "pixel"}


@every_pair
def test_without_classes_nothing_is_added(name: str) -> None:
    for kind, extra in (("generator", {"latent_dim": 5}), ("discriminator", {})):
        network = on_paper(kind, name, **extra, **SMALL[name])
        assert not any(key.startswith(("embedding", "projection")) for key in shapes(network))


@every_pair
def test_the_class_changes_what_is_drawn(name: str) -> None:
    torch.manual_seed(1)
    network = generators.build(name, latent_dim=5, classes=3, **SMALL[name]).eval()
    again = rebuild("generator", network.description)
    again.load_state_dict(network.state_dict())
    zero, one = (network(LATENTS, torch.full((4,), label)) for label in (0, 1))
    assert not torch.allclose(zero, one)
    assert torch.equal(again.eval()(LATENTS, torch.zeros(4, dtype=torch.int64)), zero)
    assert torch.equal(network(LATENTS), network(LATENTS, torch.tensor([0, 1, 2, 0])))  # in turn


@every_pair
def test_a_score_is_projected_on_the_class(name: str) -> None:
    """Miyato and Koyama 2018, eq. 5: the score of class y is the classless score plus <v_y, phi>."""
    torch.manual_seed(1)
    network = discriminators.build(name, classes=3, **SMALL[name]).eval()
    samples = generators.build(name, latent_dim=5, **SMALL[name])(LATENTS)
    labels = torch.tensor([0, 1, 2, 2])
    scores, features = network(samples, features=True)
    assert scores.shape == (4,)
    assert features.shape == (4, network.projection.embedding_dim)
    assert torch.equal(scores, network(samples))
    expected = scores + (network.projection.weight[labels] * features).sum(1)
    torch.testing.assert_close(network(samples, labels), expected)
    assert torch.equal(network(samples, labels, features=True)[1], features)


@every_pair
def test_the_score_is_a_function_of_the_features_alone(name: str) -> None:
    """So that a probe or feature matching sees what the score is made of: linear in them, for all of these."""
    torch.manual_seed(1)
    network = discriminators.build(name, **SMALL[name]).eval()
    # Small samples and zero biases in between would hide a layer that was left out, so take many.
    samples = torch.randn(200, *generators.build(name, latent_dim=5, **SMALL[name])(LATENTS).shape[1:])
    scores, features = (each.detach().double() for each in network(samples, features=True))
    inputs = torch.cat([features, torch.ones(200, 1, dtype=torch.float64)], 1)
    if inputs.shape[1] < 150:
        found = inputs @ torch.linalg.lstsq(inputs, scores[:, None], driver="gelsd").solution
        torch.testing.assert_close(found[:, 0], scores, atol=1e-5, rtol=1e-4)
    else:
        hidden = network.see(samples)
        torch.testing.assert_close(hidden.flatten(1).double(), features)


def test_a_conditional_generator_has_one_vector_a_class() -> None:
    plain = on_paper("generator", "dcgan", latent_dim=16, size=32, width=32)
    told = on_paper("generator", "dcgan", latent_dim=16, size=32, width=32, classes=10)
    first = 128 * 4 * 4
    assert parameters(told) - parameters(plain) == 10 * CLASS_FEATURES + CLASS_FEATURES * first
