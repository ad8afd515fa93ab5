"""Main variations: principal components of an early layer, carried to latent space."""

import numpy as np
import pytest
import torch
from torch import nn

from gan_core.latents.directions.closed_form import first_weight
from gan_core.latents.directions.components import principal_axes, principal_components
from gan_core.latents.directions.vectors import with_settled_signs
from gan_core.networks import generators


def singular(network: nn.Module, latent_dim: int, count: int) -> torch.Tensor:
    """What the first layer amplifies most, its features as large as they are: its left singular vectors."""
    weight = first_weight(network, latent_dim)
    assert weight is not None
    return with_settled_signs(torch.linalg.svd(weight)[0].T[:count].contiguous())


@pytest.mark.parametrize("shape", [(200, 12), (30, 90)])
def test_axes_are_numpys_singular_vectors_up_to_sign(shape) -> None:
    rows = torch.randn(shape, generator=torch.Generator().manual_seed(0)) * torch.linspace(3, 0.5, shape[1])
    rows = (rows - rows.mean(0)).double()
    axes, variances = principal_axes(rows, 5)
    _, values, expected = np.linalg.svd(rows.numpy(), full_matrices=False)
    assert np.allclose(variances.numpy(), values[:5] ** 2 / shape[0], rtol=1e-6)
    assert np.allclose(np.abs((axes.numpy() * expected[:5]).sum(1)), 1, atol=1e-5)
    assert np.allclose(axes.numpy() @ axes.numpy().T, np.eye(5), atol=1e-10)


class Planted(nn.Module):
    """Three layers; what enters the last one is tanh(z A), and the rows of A are orthogonal and ever shorter."""

    latent_dim = 6

    def __init__(self, mixing: torch.Tensor) -> None:
        super().__init__()
        self.first, self.second, self.last = nn.Linear(6, 9), nn.Linear(9, 9), nn.Linear(9, 4)
        with torch.no_grad():
            self.first.weight.copy_(mixing.T)
            self.second.weight.copy_(torch.eye(9))
            for layer in (self.first, self.second):
                layer.bias.zero_()

    def forward(self, latents: torch.Tensor) -> torch.Tensor:
        return self.last(self.second(self.first(latents)).tanh())


def test_the_axes_of_a_nearly_linear_network_are_the_closed_form() -> None:
    torch.manual_seed(0)
    wide, _ = torch.linalg.qr(torch.randn(9, 6))
    turn, _ = torch.linalg.qr(torch.randn(6, 6))
    network = Planted(turn @ torch.diag(torch.tensor([6.0, 5, 4, 3, 2, 1]) * 1e-3) @ wide.T)
    found = principal_components(network, 6, 4)
    expected = singular(network, 6, 4)
    assert torch.allclose((found.directions * expected).sum(1), torch.ones(4), atol=1e-3)
    gains = torch.tensor([36.0, 25, 16, 9]) / 91
    assert torch.allclose(found.explained, gains, atol=1e-3)
    assert torch.allclose(found.linear, torch.ones(4), atol=1e-3)


@pytest.mark.parametrize("name", ["dcgan", "residual", "mlp784", "article-000", "article-003"])
@pytest.mark.parametrize("classes", [0, 3])
def test_every_network_has_them_and_is_left_as_it_was(name, classes) -> None:
    torch.manual_seed(0)
    sides = {"dcgan": 32, "residual": 32, "article-000": 64}
    width = {} if name == "mlp784" else {"width": 2}
    options = {"size": sides.get(name, 28), "channels": 1, **width}
    network = generators.build(name, latent_dim=5, classes=classes, **options).eval()
    before = network(torch.ones(2, 5))
    found = principal_components(network, 5, 8)
    assert 1 <= len(found.directions) <= 5
    assert found.directions.shape[1] == 5
    assert torch.allclose(found.directions.norm(dim=1), torch.ones(len(found.directions)), atol=1e-5)
    assert bool((found.explained[:-1] >= found.explained[1:] - 1e-6).all())
    assert float(found.explained.sum()) <= 1 + 1e-5
    assert torch.equal(found.directions, principal_components(network, 5, 8).directions)
    assert torch.equal(network(torch.ones(2, 5)), before)


def test_what_varies_between_classes_is_no_variation() -> None:
    """The class moves everything far, the latent a little: only the latter is found."""
    torch.manual_seed(0)
    network = generators.build("mlp784", latent_dim=4, classes=3, size=28, channels=1)
    with torch.no_grad():
        network.model[0].weight[:, 4:] *= 30
    found = principal_components(network, 4, 4)
    assert float(found.linear[0]) > 0.5


def test_a_network_of_one_layer_is_looked_at_by_its_pictures() -> None:
    class Single(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(3, 7)

        def forward(self, latents: torch.Tensor) -> torch.Tensor:
            return self.layer(latents)

    torch.manual_seed(0)
    network = Single()
    found = principal_components(network, 3, 3)
    assert torch.allclose((found.directions * singular(network, 3, 3)).sum(1), torch.ones(3), atol=1e-3)
