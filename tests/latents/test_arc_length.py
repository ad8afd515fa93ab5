"""Constant perceived speed: steps of equal length, whatever the generator does on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from gan_core.latents.arc_length import (
    TOLERANCE,
    Describe,
    constant_speed,
    describing,
    distances_between,
    features,
    uneven,
)
from gan_core.latents.paths import LatentPath, Waypoint
from gan_core.latents.spec import LatentSpec
from gan_core.models import load_model
from gan_core.models.generator import GeneratorModel

PRETRAINED = Path(__file__).parents[2] / "pretrained"


def path_of(*seeds: int, seconds: float = 2.0, **options) -> LatentPath:
    return LatentPath(stops=tuple(Waypoint(place=LatentSpec(seed=seed), seconds=seconds) for seed in seeds), **options)


def draw(latents: Tensor, weights: Tensor | None) -> Iterator[Tensor]:
    """A toy generator of 8 x 8 pixels that changes hardly at all, then all at once, and saturates like tanh."""
    mixed = latents @ torch.randn(latents.shape[1], 64, generator=torch.Generator().manual_seed(0))
    yield torch.tanh(0.5 * mixed).reshape(-1, 1, 8, 8)


def film_steps(path: LatentPath, describe: Describe, pace=None) -> np.ndarray:
    positions = path.positions(pace=pace)
    if path.closed:
        positions = np.append(positions, len(path.legs))
    return distances_between(describe(positions))


@pytest.mark.parametrize("way", ["slerp", "lerp", "spline"])
@pytest.mark.parametrize("loop", [True, False])
def test_steps_become_equally_long(way, loop):
    path = path_of(1, 2, 3, interpolation=way, loop=loop)
    course = path.course(16, {})
    describe = describing(course, draw)
    pace = constant_speed(path, course, describe)
    before, after = film_steps(path, describe), film_steps(path, describe, pace)
    assert uneven(before) > 4 * TOLERANCE
    assert uneven(after) <= TOLERANCE
    assert uneven(after) == pytest.approx(pace.spread, abs=1e-3)
    assert sum(pace.seconds) == pytest.approx(path.seconds)
    assert len(before) == len(after)
    positions = path.positions(pace=pace)
    assert positions[0] == 0
    assert (np.diff(positions) > 0).all()
    for stop in (1, 2):  # whoever chose a picture sees it
        assert np.abs(positions - stop).min() < 1e-9


def test_a_shipped_model_too():
    model = load_model(PRETRAINED / "glyphs.safetensors", "cpu")
    assert isinstance(model, GeneratorModel)
    path = path_of(1, 2, 3, loop=True)
    course = path.course(model.latent_dim, {})
    describe = describing(course, model.drawn)
    before, after = film_steps(path, describe), film_steps(path, describe, constant_speed(path, course, describe))
    assert uneven(before) > 1, "even steps in latent space are far from even to the eye"
    assert uneven(after) <= TOLERANCE


@pytest.mark.parametrize("way", ["slerp", "lerp"])
def test_few_frames_through_many_corners(way):
    path = path_of(*range(6), seconds=0.4, loop=True, fps=25, interpolation=way)
    course = path.course(16, {})
    describe = describing(course, draw)
    assert uneven(film_steps(path, describe)) > 0.5
    assert uneven(film_steps(path, describe, constant_speed(path, course, describe))) <= TOLERANCE


def test_stretches_without_any_change_are_passed_in_no_time():
    path = path_of(1, 2, 3)
    course = path.course(16, {})

    def describe(positions: np.ndarray) -> Tensor:
        moved = np.interp(positions, [0, 0.4, 1.3, 1.5, 2], [0, 10, 10, 30, 40])  # still from 0.4 to 1.3
        return torch.from_numpy(moved)[:, None]

    pace = constant_speed(path, course, describe)
    after = film_steps(path, describe, pace)
    assert uneven(after) <= TOLERANCE
    assert pace.seconds == pytest.approx([1, 3], rel=0.05)
    within = path.positions(pace=pace)
    assert ((within > 0.41) & (within < 1.29)).sum() <= 1


def test_a_picture_that_never_changes_keeps_its_times():
    path = path_of(1, 2, 3)
    pace = constant_speed(path, path.course(16, {}), lambda positions: torch.zeros(len(positions), 4))
    assert pace.seconds == (2, 2)
    np.testing.assert_allclose(path.positions(pace=pace), path.positions())
    alone = path_of(1)
    assert (
        alone.positions(pace=constant_speed(alone, alone.course(16, {}), lambda at: torch.zeros(len(at), 4))) == 0
    ).all()


def test_rests_and_cuts_keep_their_seconds():
    stops = [Waypoint(place=LatentSpec(seed=seed), seconds=2, easing=easing) for seed, easing in
             ((1, "linear"), (1, "linear"), (2, "hold"), (3, "linear"), (4, "linear"))]  # fmt: skip
    path = LatentPath(stops=tuple(stops), fps=20)
    course = path.course(16, {})
    describe = describing(course, draw)
    pace = constant_speed(path, course, describe)
    assert pace.seconds[0] == pace.seconds[2] == 2
    assert pace.seconds[1] + pace.seconds[3] == pytest.approx(4)
    positions = path.positions(pace=pace)
    steps = film_steps(path, describe, pace)
    resting, cut = positions[:-1] < 0.999, np.diff(np.floor(positions + 1e-9)) * (np.diff(positions) > 0.99)
    travelling = ~resting & ~(cut > 0) & (np.abs(positions[:-1] - 2) > 1e-9)
    assert (steps[resting] == 0).all()
    assert uneven(steps[travelling]) <= 2 * TOLERANCE  # rests and legs share a film of whole frames


def test_easings_hold_in_picture_distance():
    path = LatentPath(
        stops=(Waypoint(place=LatentSpec(seed=1), easing="ease-in-out"), Waypoint(place=LatentSpec(seed=2)))
    )
    course = path.course(16, {})
    describe = describing(course, draw)
    passed = np.cumsum(film_steps(path, describe, constant_speed(path, course, describe)))
    share = np.linspace(0, 1, 51)[1:]
    np.testing.assert_allclose(passed / passed[-1], share * share * (3 - 2 * share), atol=0.03)


def test_what_is_compared_is_blurred_and_small():
    pictures = torch.rand(2, 3, 64, 48) * 2 - 1
    assert features(pictures).shape == (2, 3 * 32 * 32)
    assert features(pictures[..., :28, :28]).shape == (2, 3 * 28 * 28)
    black, white = features(torch.full((1, 1, 28, 28), -1.0)), features(torch.ones(1, 1, 28, 28))
    assert distances_between(torch.cat([black, white])) == pytest.approx([255])
    grain = torch.ones(1, 1, 64, 64)
    grain[..., ::2, ::2] = -1
    shifted = grain.roll(1, -1)
    assert distances_between(torch.cat([features(grain), features(shifted)]))[0] < 1  # grain does not count as movement
