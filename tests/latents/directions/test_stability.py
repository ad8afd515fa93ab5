"""When directions became stable."""

import math
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from gan_core.errors import InputError
from gan_core.latents.directions.stability import floor, stability_curve, stable_since


def test_a_direction_that_turns_and_changes_its_place_in_the_row_is_followed() -> None:
    """At step s the first final direction is away by an angle, with the other sign and in second place."""
    angles = {1: 1.2, 10: 0.2, 100: 0.6, 1000: 0.3, 2000: 0.0}
    axes = torch.eye(12)

    def at(step: int) -> Any:
        return SimpleNamespace(angle=angles[step])

    def find(model: Any) -> torch.Tensor:
        turned = math.cos(model.angle) * axes[0] + math.sin(model.angle) * axes[5]
        return torch.stack([axes[1], -turned, axes[2]])

    shares: list[float] = []
    found = stability_curve(axes[:2], list(angles), at, find, progress=shares.append)
    assert torch.allclose(found.cosines[:, 0], torch.tensor([abs(math.cos(angle)) for angle in angles.values()]))
    assert torch.allclose(found.cosines[:, 1], torch.ones(5))
    assert found.matches.tolist() == [[1, 0]] * 5
    assert (found.since(0), found.since(1)) == (1000, 1)
    assert found.floor == floor(12, 3)
    assert shares == [0, 0.2, 0.4, 0.6, 0.8, 1]
    ordered = stability_curve(axes[:2], [1], at, lambda _: axes[[1, 1]], ordered=True)
    assert ordered.cosines.tolist() == [[0, 1]]
    assert ordered.floor == floor(12)


@pytest.mark.parametrize(
    ("cosines", "since"),
    [([1, 1, 1], 1), ([0.5, 0.9, 1], 5), ([0.95, 0.2, 1], None), ([0.1, 0.2, 0.3], None)],
)
def test_stable_since(cosines, since) -> None:
    assert stable_since([1, 5, 9], cosines) == since


@pytest.mark.parametrize("dim", [4, 64])
def test_the_floor_of_one_is_the_known_mean_and_of_more_is_higher(dim) -> None:
    exact = math.gamma(dim / 2) / (math.sqrt(math.pi) * math.gamma((dim + 1) / 2))
    assert abs(floor(dim) / exact - 1) < 0.04
    assert floor(dim) < floor(dim, 3) < floor(dim, 999) < 1


def test_without_kept_moments_or_with_another_length_there_is_a_sentence() -> None:
    with pytest.raises(InputError, match="No moments"):
        stability_curve(torch.eye(3), [], lambda step: None, lambda model: torch.eye(3))  # type: ignore[arg-type, return-value]
    with pytest.raises(InputError, match="another length"):
        stability_curve(torch.eye(3), [4], lambda step: None, lambda model: torch.eye(2))  # type: ignore[arg-type, return-value]
