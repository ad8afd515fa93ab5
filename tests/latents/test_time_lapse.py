"""Films and sheets of the same latents at many moments of a training."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from gan_core.errors import InputError
from gan_core.latents.history import GeneratorCache, History
from gan_core.latents.spec import LatentSpec
from gan_core.latents.time_lapse import Film, TimeLapse, columns, enlarged, sheet, with_step
from gan_core.models.generator import GeneratorModel, latents_for_seed
from gan_core.runs import RunFolder
from tests.latents.test_history import STEPS, run

__all__ = ["run"]  # the fixture

SHOWN = [1, 10, 100, 1000]


@pytest.mark.parametrize(
    ("timing", "expected"),
    [
        ("log", [1, 1, 1, 10, 10, 10, 100, 100, 100, 1000, 1000]),
        ("even", [1, 100, 100, 100, 100, 100, 100, 100, 100, 1000, 1000]),
        ("each", [1, 1, 1, 10, 10, 100, 100, 1000, 1000, 1000, 1000]),
    ],
)
def test_every_frame_shows_what_had_been_reached(timing: str, expected: list[int]) -> None:
    lapse = TimeLapse(seconds=1, fps=10, rest=0.1, timing=timing)
    assert lapse.moments(SHOWN) == expected
    assert set(TimeLapse(timing=timing, start=5).moments(SHOWN)) == {10, 100, 1000}


def test_one_moment_is_no_film() -> None:
    for steps in ([], [5]):
        with pytest.raises(InputError, match="at least two kept moments"):
            TimeLapse().moments(steps)
    with pytest.raises(InputError, match="kept moments from step 101 on"):
        TimeLapse(start=101).moments(SHOWN)


def test_a_time_lapse_comes_back_from_its_file() -> None:
    lapse = TimeLapse(
        latents=(LatentSpec(seed=4), LatentSpec(kind="pad", x=0.25)),
        seconds=3,
        timing="each",
        start=10,
        numbers=False,
        fps=12,
    )
    assert TimeLapse.from_json(lapse.to_json()) == lapse
    assert TimeLapse.from_json({}) == TimeLapse()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ([], "A time-lapse is an object"),
        ({"schema": 9}, "A time-lapse is an object"),
        ({"latents": []}, "shows 1 to 25 latents"),
        ({"latents": [{"kind": "seed", "seed": -1}]}, "A seed is a whole number"),
        ({"seconds": 0}, "seconds of a time-lapse is a number from 0.1 to 120"),
        ({"seconds": float("nan")}, "seconds of a time-lapse"),
        ({"start": 0}, "start of a time-lapse is a step"),
        ({"fps": True}, "fps of a time-lapse"),
        ({"timing": "slow"}, "There is no timing named 'slow'. Known: each, even, log"),
        ({"numbers": 1}, "true or false"),
        ({"second": 3}, "There is no entry of a time-lapse named 'second'"),
    ],
)
def test_wrong_wishes_are_sentences(wrong: Any, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        TimeLapse.from_json(wrong)


def filmed(run: RunFolder, **options: Any) -> Film:
    lapse = TimeLapse(**{"seconds": 1, "rest": 0, "fps": 9, "timing": "each", **options})
    return lapse.film(History(run, "cpu", GeneratorCache()), latents_for_seed(3, 2, 4), None, GeneratorModel.render)


def test_a_film_shows_the_same_latents_at_every_moment(run: RunFolder) -> None:
    film = filmed(run, numbers=False)
    assert sorted(set(film.steps)) == list(STEPS)
    assert film.left_out == []
    history = History(run, "cpu", GeneratorCache())
    for frame, step in zip(film.frames, film.steps, strict=True):
        pictures = history.at(step).render(latents_for_seed(3, 2, 4))
        np.testing.assert_array_equal(frame[::7, ::7][:, :32], pictures[0])  # 66 pixels wide, so 7 times as large
        np.testing.assert_array_equal(frame[::7, ::7][:, 34:], pictures[1])


def test_the_step_stands_below_and_nowhere_else(run: RunFolder) -> None:
    bare, told = filmed(run, numbers=False), filmed(run)
    for without, frame in zip(bare.frames, told.frames, strict=True):
        np.testing.assert_array_equal(frame[: len(without)], without)
        assert 0 < (frame[len(without) :] < 128).mean() < 0.5
    assert not np.array_equal(told.frames[0][-20:], told.frames[-1][-20:])


def test_the_time_line_fills_up_in_log_time() -> None:
    black = np.zeros((100, 300, 3), np.uint8)
    ends = []
    for step in SHOWN:
        line = with_step(black, step, 1, 1000)[100:]
        ends.append(int(np.flatnonzero((line[len(line) // 2] < 128).all(-1))[-1]))
    assert np.diff(ends).tolist() == [67, 66, 67]
    assert ends[-1] == 292
    assert with_step(black[:, :28], 5, 1, 1000).shape[1] == 28  # too narrow for a line, and for words


def test_a_moment_that_cannot_be_read_is_left_out(run: RunFolder) -> None:
    (run.path / "keyframes" / "00000020.safetensors").write_bytes(b"cut short")
    film = filmed(run)
    assert film.left_out == [20]
    assert len(film.frames) == len(film.steps) == 9
    assert sorted(set(film.steps)) == [1, 5, 464]
    for step in STEPS:
        (run.path / "keyframes" / f"{step:08d}.safetensors").write_bytes(b"cut short")
    with pytest.raises(InputError, match="Step 464 of tiny cannot be shown"):
        filmed(run)


def test_a_run_that_is_deleted_meanwhile_is_a_sentence(run: RunFolder) -> None:
    def deleting(model: GeneratorModel, latents: torch.Tensor, weights: torch.Tensor | None) -> np.ndarray:
        run.delete()
        return model.render(latents)

    history = History(run, "cpu", GeneratorCache())
    with pytest.raises(InputError, match="tiny has been deleted"):
        list(columns(history, latents_for_seed(0, 1, 4), None, history.steps(), deleting))


def test_a_sheet_has_a_row_for_each_latent_and_a_column_for_each_step(run: RunFolder) -> None:
    history = History(run, "cpu", GeneratorCache())
    found = list(columns(history, latents_for_seed(0, 3, 4), None, [1, 464], GeneratorModel.render))
    assert [step for step, _ in found] == [1, 464]
    page = sheet(found, ["seed 0", "mine", "third"], side=40)
    lowest = page[-4 - 32 : -4]
    for index, (_, pictures) in enumerate(found):
        last = pictures[2]
        places = [x for x in range(page.shape[1] - 31) if np.array_equal(lowest[:, x : x + 32], last)]
        assert len(places) == 1, index
    assert enlarged(np.zeros((28, 20, 3), np.uint8), 96).shape == (84, 60, 3)
    assert enlarged(np.zeros((128, 128, 3), np.uint8), 96).shape == (128, 128, 3)
