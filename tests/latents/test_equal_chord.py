"""Equal steps along curves that bend and turn back."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gan_core.latents.equal_chord import equal_chords


def steps(points: torch.Tensor, count: int) -> np.ndarray:
    """The lengths of the steps that are laid off."""
    ends = equal_chords(points, count)
    assert len(ends) == count + 1
    assert (ends[0], ends[-1]) == (0, len(points) - 1)
    assert (np.diff(ends) > 0).all()
    below = np.clip(np.floor(ends).astype(int), 0, len(points) - 2)
    laid = points[below] + torch.from_numpy(ends - below)[:, None] * (points[below + 1] - points[below])
    return (laid[1:] - laid[:-1]).abs().mean(1).numpy()


def test_a_straight_line_with_uneven_points():
    np.testing.assert_allclose(
        equal_chords(torch.tensor([[0.0], [1.0], [1.5], [8.0]], dtype=torch.float64), 4),
        [0, 2 + 0.5 / 6.5, 2 + 2.5 / 6.5, 2 + 4.5 / 6.5, 3],
        atol=1e-3,
    )


@pytest.mark.parametrize("count", [5, 7, 12])
def test_a_spiral(count):
    turn = torch.linspace(0, 9, 400, dtype=torch.float64)
    made = steps(torch.stack([turn * torch.cos(turn), turn * torch.sin(turn)], dim=1), count)
    np.testing.assert_allclose(made, made.mean(), rtol=0.01)


def test_at_sharp_corners_the_last_steps_make_up_for_what_does_not_fit():
    corners = torch.tensor([[0, 0, 0], [3, 0, 0], [3, 4, 0], [3, 4, 0], [3, 4, 6], [1, 1, 1]], dtype=torch.float64)
    for count in range(4, 12):
        made = steps(corners, count)
        np.testing.assert_allclose(made[:-2], made[0], rtol=0.01)
        assert made.max() < 1.01 * made[0]


def test_there_and_back():
    made = steps(torch.tensor([[0.0], [1.0], [0.0]], dtype=torch.float64), 8)
    np.testing.assert_allclose(made, made.mean(), rtol=0.02)
