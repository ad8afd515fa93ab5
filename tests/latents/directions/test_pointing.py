"""Directions by pointing at pictures."""

import pytest
import torch

from gan_core.errors import InputError
from gan_core.latents.directions.pointing import METHODS, RIDGE, logistic, point, view_of
from gan_core.networks import generators


def draw(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def marked(planted: torch.Tensor, seed: int, count: int = 64, each: int = 20) -> tuple[torch.Tensor, torch.Tensor]:
    """The latents that lie farthest along `planted` and the least far, as a person would choose them."""
    latents = draw(seed, count, len(planted))
    order = (latents @ planted).argsort()
    return latents[order[-each:]], latents[order[:each]]


@pytest.mark.parametrize("method", METHODS)
def test_a_planted_direction_is_recovered(method) -> None:
    """40 marks in 16 dimensions: the cosine is 0.92 on average; 0.8 is more than five standard deviations below."""
    planted = draw(1, 16)
    planted = planted / planted.norm()
    cosines = torch.stack([point(*marked(planted, seed), method=method).direction @ planted for seed in range(20)])
    assert float(cosines.min()) > 0.8
    pointed = point(*marked(planted, 0), method=method)
    assert abs(float(pointed.direction.norm()) - 1) < 1e-6
    assert pointed.marks == 40
    assert pointed.right >= 34


def test_marks_at_random_are_told_right_half_of_the_time() -> None:
    rights = [point(draw(seed, 20, 30), draw(seed + 100, 20, 30)).right for seed in range(10)]
    assert 14 < sum(rights) / 10 < 26


def test_a_generators_view_helps_where_it_sees_little() -> None:
    """Of 40 coordinates the first layer sees 3; 8 marks find a direction among them."""
    torch.manual_seed(0)
    network = generators.build("mlp784", latent_dim=40, size=28, channels=1)
    with torch.no_grad():
        network.model[0].weight[:, 3:] *= 0.01
    planted = torch.zeros(40)
    planted[:3] = draw(2, 3)
    planted /= planted.norm()
    more, less = marked(planted, 5, count=32, each=4)
    view = view_of(network, 40)
    assert view is not None
    assert float(point(more, less).direction @ planted) < 0.7
    assert float(point(more, less, view).direction @ planted) > 0.85
    values = torch.linalg.eigvalsh(view.double())
    assert abs(float(values.square().mean()) - 1) < 1e-4
    seen = torch.linalg.svd(network.model[0].weight.detach().T)[0][:, 0]
    assert abs(float(seen @ torch.linalg.eigh(view).eigenvectors[:, -1])) > 0.999
    assert view_of(torch.nn.Identity(), 40) is None


def test_logistic_regression_is_at_its_minimum() -> None:
    """There the slope is zero in every weight and in the offset, which is found by bisection."""
    rows, sides = draw(0, 12, 30).double(), torch.tensor([1.0, 1.0, 0.0] * 4).double()
    weights = logistic(rows, sides)
    centred = rows - rows.mean(0)
    low, high = -50.0, 50.0
    for _ in range(80):
        offset = (low + high) / 2
        expected = torch.sigmoid(centred @ weights + offset)
        low, high = (low, offset) if float(expected.sum()) > float(sides.sum()) else (offset, high)
    assert float((centred.T @ (expected - sides) + RIDGE * weights).norm()) < 1e-6


def test_one_mark_on_each_side_is_enough_and_the_way_between_them() -> None:
    one, two = draw(1, 1, 6), draw(2, 1, 6)
    way = (one - two)[0] / (one - two).norm()
    for method in METHODS:
        assert torch.allclose(point(one, two, method=method).direction, way, atol=1e-5)


def test_wrong_marks_get_a_sentence() -> None:
    some, none = draw(0, 3, 5), torch.empty(0, 5)
    with pytest.raises(InputError, match='Mark at least one picture "less"'):
        point(some, none)
    with pytest.raises(InputError, match='Mark at least one picture "more"'):
        point(none, some)
    with pytest.raises(InputError, match="the same on average"):
        point(some, some)
    with pytest.raises(InputError, match="At most 200"):
        point(draw(1, 201, 5), some)
    with pytest.raises(InputError, match="not one of the same model"):
        point(some, draw(1, 3, 6))
    with pytest.raises(InputError, match="logistic, means"):
        point(some, draw(1, 3, 5), method="guess")
