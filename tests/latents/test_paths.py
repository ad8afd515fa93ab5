"""Paths as data: they come back from their files, close exactly, and keep their times."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import numpy as np
import pytest
import torch

from gan_core.errors import InputError
from gan_core.latents.easings import easings
from gan_core.latents.interpolation import slerp
from gan_core.latents.paths import STOP_INTERPOLATIONS, LatentPath, Waypoint
from gan_core.latents.spec import LatentSpec

DIM = 32


def journey(*seeds: int, **options: Any) -> LatentPath:
    each = {name: options.pop(name) for name in ("seconds", "easing") if name in options}
    return LatentPath(stops=tuple(Waypoint(place=LatentSpec(seed=seed), **each) for seed in seeds), **options)


def way(path: LatentPath, count: int | None = None) -> torch.Tensor:
    return path.course(DIM, {}).at(path.positions(count))[0]


RICH = LatentPath(
    stops=(
        Waypoint(
            place=LatentSpec(seed=7, amounts={"sefa/1": 1.5}), seconds=0.75, easing="ease-in-out", z=(0.25,) * DIM
        ),
        Waypoint(place=LatentSpec(kind="pad", x=0.25, label=1, towards=2, mix=0.5), easing="hold"),
        Waypoint(place=LatentSpec(kind="vector", vector=(0.5,) * DIM)),
    ),
    interpolation="spline",
    loop=True,
    steady=True,
    fps=30,
)


def test_a_path_comes_back_from_its_file():
    assert LatentPath.from_json(json.loads(json.dumps(RICH.to_json()))) == RICH
    plain = {"schema": 1, "stops": [{"place": {"kind": "seed", "seed": 3}}]}
    assert LatentPath.from_json(plain) == journey(3)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (None, "A path is an object with a list of stops"),
        ({"schema": 1}, "A path is an object with a list of stops"),
        ({"schema": 2}, "schema 2; this version reads schema 1"),
        ({"stops": []}, "1 to 200 stops, not 0"),
        ({"stops": [{"place": {}}] * 201}, "1 to 200 stops, not 201"),
        ({"stops": [5]}, "Stop 1 of the path is no object"),
        ({"stops": [{"place": {}}, {}]}, "A latent is described by an object"),
        (
            {"stops": [{"place": {}, "second": 1}]},
            "no entry of stop 1 of the path named 'second'. Did you mean 'seconds'",
        ),
        ({"stops": [{"place": {}, "seconds": 0}]}, "From stop 1 to the next it takes up to 10000 seconds, not 0"),
        ({"stops": [{"place": {}, "seconds": math.nan}]}, "From stop 1"),
        ({"stops": [{"place": {}, "easing": "bounce"}]}, "There is no easing named 'bounce'"),
        ({"stops": [{"place": {}, "easing": ["hold"]}]}, "There is no easing named"),
        ({"stops": [{"place": {}, "z": [1, "2"]}]}, "numbers of stop 1 are no list of numbers"),
        ({"stops": [{"place": {}, "z": [1e9]}]}, "Every number of a latent"),
        ({"stops": [{"place": {"kind": "seed", "seed": -1}}]}, "A seed is a whole number"),
        ({"way": "straight"}, "no interpolation of a path named 'straight'"),
        ({"way": ["slerp"]}, "no interpolation of a path"),
        ({"fps": 0}, "1 to 60 frames a second"),
        ({"fps": True}, "1 to 60 frames a second"),
        ({"loop": 1}, "loop of a path is true or false"),
        ({"easing": "linear"}, "no entry of a path named 'easing'"),
    ],
)
def test_wrong_paths_are_sentences(wrong, sentence):
    value = wrong if wrong is None or wrong == {"schema": 1} else {"schema": 1, "stops": [{"place": {}}], **wrong}
    with pytest.raises(InputError, match=sentence):
        LatentPath.from_json(value)


@pytest.mark.parametrize("mode", list(STOP_INTERPOLATIONS))
def test_every_stop_is_a_frame_to_the_last_digit(mode):
    path = journey(1, 2, 3, seconds=1, interpolation=mode, fps=4)
    frames = way(path)
    assert frames.shape == (9, DIM)
    assert frames.dtype == torch.float32
    for frame, seed in ((0, 1), (4, 2), (8, 3)):
        assert torch.equal(frames[frame], LatentSpec(seed=seed).latent(DIM))


@pytest.mark.parametrize("mode", list(STOP_INTERPOLATIONS))
@pytest.mark.parametrize("seeds", [(1, 2), (1, 2, 3), (1, 2, 3, 4, 5)])
def test_loops_close_without_showing_the_start_twice(mode, seeds):
    path = journey(*seeds, seconds=1, interpolation=mode, loop=True, fps=50)
    frames = way(path)
    assert len(frames) == 50 * len(seeds)
    around = torch.cat([frames, frames[:1]])
    for number, seed in enumerate(seeds):
        assert torch.equal(frames[50 * number], LatentSpec(seed=seed).latent(DIM))
    steps = (around[1:] - around[:-1]).norm(dim=1)
    assert float(steps.max()) < 2 * float(steps.mean()), "there is a jump somewhere"
    ends = path.course(DIM, {}).at(np.array([0.0, len(seeds)]))[0]
    assert torch.equal(ends[0], ends[1])


def test_slerp_over_stops_is_slerp_between_them():
    frames = way(journey(1, 2, 3, seconds=1, loop=True, fps=4))
    torch.testing.assert_close(frames[11], slerp(LatentSpec(seed=3).latent(DIM), LatentSpec(seed=1).latent(DIM), 0.75))


def test_the_spline_has_no_corner_at_a_stop_and_slerp_has():
    def turns(mode: str) -> list[float]:
        course = journey(1, 2, 3, 4, interpolation=mode, loop=True).course(DIM, {})
        found = []
        for stop in (1, 2, 3, 4):
            before, at, after = course.at(np.array([stop - 1e-3, stop, (stop + 1e-3) % 4]))[0].double()
            found.append(float(torch.nn.functional.cosine_similarity(at - before, after - at, dim=0)))
        return found

    assert min(turns("spline")) > 0.999
    assert max(turns("slerp")) < 0.9


def test_the_spline_stays_where_latents_lie_and_between_two_stops_is_slerp():
    path = journey(1, 2, 3, 4, interpolation="spline", loop=True)
    lengths, stops = way(path, 200).norm(dim=1), path.course(DIM, {}).latents.norm(dim=1)
    slack = 0.2 * float(stops.max() - stops.min())
    assert float(stops.min()) - slack < float(lengths.min()) <= float(lengths.max()) < float(stops.max()) + slack
    torch.testing.assert_close(
        way(journey(1, 2, interpolation="spline"), 9), way(journey(1, 2), 9), rtol=1e-4, atol=1e-4
    )


@pytest.mark.parametrize("loop", [True, False])
def test_the_spline_stands_hard_stops(loop):
    z = LatentSpec(seed=1).latent(DIM)
    hard = [z, z, -z, torch.zeros(DIM), 1e-3 * z, 3 * z]
    places = tuple(Waypoint(place=LatentSpec(kind="vector", vector=tuple(each.tolist()))) for each in hard)
    frames = way(LatentPath(stops=places, interpolation="spline", loop=loop), 600)
    assert torch.isfinite(frames).all()
    steps = (frames[1:] - frames[:-1]).norm(dim=1)
    assert float(steps.max()) < 0.2 * float(z.norm())


def test_one_stop_stands_still():
    for loop in (True, False):
        path = journey(5, seconds=2, loop=loop, fps=10)
        frames = way(path)
        assert frames.shape == (20, DIM)
        assert torch.equal(frames, frames[:1].expand(20, -1))


def test_legs_take_their_seconds_and_their_easings():
    path = LatentPath(
        stops=tuple(
            Waypoint(place=LatentSpec(seed=seed), seconds=seconds, easing=easing)
            for seed, seconds, easing in ((1, 1, "ease-in-out"), (2, 2, "hold"), (3, 1, "linear"), (4, 9, "linear"))
        ),
        fps=4,
    )
    assert path.seconds == 4
    np.testing.assert_allclose(
        path.positions(), [0, 5 / 32, 0.5, 27 / 32, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2.25, 2.5, 2.75, 3], atol=1e-12
    )


@pytest.mark.parametrize("name", list(easings))
def test_easings_never_turn_back(name):
    values = easings[name](np.linspace(0, 1, 101))
    assert values[0] == 0
    assert (np.diff(values) >= 0).all()
    assert values[-1] == (0 if name == "hold" else 1)


def test_there_and_back_has_a_frame_on_the_turn():
    path = journey(1, 2, seconds=0.5, loop=True, fps=15)
    assert path.frames() % 2 == 0
    assert 1.0 in path.positions()


def test_too_many_frames_are_a_sentence():
    with pytest.raises(InputError, match="18,001 frames; up to 10,000"):
        journey(1, 2, seconds=300, fps=60).frames()


def test_classes_are_mixed_from_stop_to_stop():
    stops = tuple(Waypoint(place=LatentSpec(seed=1, label=label)) for label in (0, 2))
    latents, weights = LatentPath(stops=stops).course(DIM, {}, 3).at(np.array([0, 0.25, 1]))
    assert weights is not None
    torch.testing.assert_close(weights, torch.tensor([[1, 0, 0], [0.75, 0, 0.25], [0, 0, 1]]))
    assert torch.equal(latents, latents[:1].expand(3, -1))
    assert LatentPath(stops=stops).course(DIM, {}).at(np.zeros(1))[1] is None
    with pytest.raises(InputError, match="there is no class 2"):
        LatentPath(stops=stops).course(DIM, {}, 2)


def test_numbers_are_kept_of_places_that_lean_on_directions():
    direction = torch.eye(DIM)[0]
    leaning = LatentSpec(seed=1, amounts={"saved/mine": 2.0})
    pinned = LatentSpec(kind="path", ends=(3, leaning), t=0.5)
    path = LatentPath(stops=tuple(Waypoint(place=place) for place in (LatentSpec(seed=1), leaning, pinned)))
    kept = LatentPath.from_json(path.kept(DIM, {"saved/mine": direction}).to_json())
    assert [len(stop.z) for stop in kept.stops] == [0, DIM, DIM]
    assert [stop.place for stop in kept.stops] == [stop.place for stop in path.stops]
    expected = path.course(DIM, {"saved/mine": direction}).latents
    torch.testing.assert_close(kept.course(DIM, {}).latents, expected, rtol=0, atol=1e-5)
    with pytest.raises(InputError, match="no direction called 'saved/mine'"):
        path.course(DIM, {})
    other = dataclasses.replace(kept, stops=kept.stops[:1]).course(8, {})  # seeds are at home in any model
    assert other.latents.shape == (1, 8)
