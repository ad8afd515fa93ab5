"""The directions that the first layer amplifies most."""

import pytest
import torch
from torch import nn

from gan_core.latents.directions import strongest
from gan_core.networks import generators


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_they_are_the_first_layers_left_singular_vectors_in_order(layout) -> None:
    torch.manual_seed(0)
    network = generators.build("dcgan", latent_dim=12, size=32, channels=1, width=2).to(memory_format=layout)
    weight = torch.nn.functional.normalize(network.main[0].weight.detach().flatten(1), dim=0)
    directions = strongest(network, 12, 5)
    expected, _, _ = torch.linalg.svd(weight.double(), full_matrices=False)
    assert torch.allclose((directions.double() * expected.T[:5]).sum(1).abs(), torch.ones(5).double(), atol=1e-3)
    gains = (directions @ weight).norm(dim=1)
    assert bool((gains[:-1] >= gains[1:]).all())
    assert torch.allclose(directions @ directions.T, torch.eye(5), atol=1e-5)


def test_they_are_those_of_the_authors_code() -> None:
    """Told again: columns of length 1, then the eigenvectors of W W' by falling eigenvalue (Shen and Zhou 2021)."""
    torch.manual_seed(1)
    layer = nn.Linear(6, 40)
    with torch.no_grad():
        layer.weight[:20] *= 30  # features that are merely large must not decide
        layer.weight[-1] = 0
    columns = layer.weight.detach().double().T.clone()
    for column in range(39):
        columns[:, column] /= columns[:, column].square().sum().sqrt()
    values, vectors = torch.linalg.eig(columns @ columns.T)
    order = values.real.argsort(descending=True)
    expected = vectors.real.T[order]
    found = strongest(layer, 6, 6).double()
    assert torch.allclose((found * expected).sum(1).abs(), torch.ones(6).double(), atol=1e-4)
    raw = torch.linalg.svd(layer.weight.detach().double().T)[0].T
    assert (found * raw).sum(1).abs().min() < 0.9  # so that it matters here


def test_fully_connected_networks_have_them_too_and_signs_are_settled() -> None:
    torch.manual_seed(0)
    network = generators.build("mlp", latent_dim=3, hidden=8)
    directions = strongest(network, 3, 8)
    assert directions.shape == (3, 3)
    assert bool((directions.gather(1, directions.abs().argmax(1, keepdim=True)) > 0).all())


def test_without_a_first_layer_or_with_broken_weights_they_are_the_axes() -> None:
    assert torch.equal(strongest(nn.Identity(), 4, 2), torch.eye(4)[:2])
    broken = nn.Linear(4, 3)
    nn.init.constant_(broken.weight, float("nan"))
    assert torch.equal(strongest(broken, 4, 2), torch.eye(4)[:2])


@pytest.mark.parametrize("name", ["dcgan", "mlp784"])
def test_a_conditional_network_has_directions_of_the_latent_alone(name) -> None:
    torch.manual_seed(0)
    size = {"size": 28, "channels": 1}
    network = generators.build(name, latent_dim=12, classes=3, **size)
    first = network.main[0].weight.flatten(1) if name == "dcgan" else network.model[0].weight.T
    directions = strongest(network, 12, 5)
    assert directions.shape == (5, 12)
    columns = torch.nn.functional.normalize(first[:12].detach().double(), dim=0)
    expected, _, _ = torch.linalg.svd(columns, full_matrices=False)
    assert torch.allclose((directions.double() * expected.T[:5]).sum(1).abs(), torch.ones(5).double(), atol=1e-3)
