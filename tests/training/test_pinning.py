"""Weights of key frames: thinned within the budget, kept where somebody pinned them, asked for while it trains."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from gan_core.data import DataSet
from gan_core.models import load_model
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder
from gan_core.training import artifacts, loop, session
from gan_core.training.callbacks import Progress
from gan_core.training.loop import TrainingLoop

Data = dict[str, DataSet]


def with_weights(folder: RunFolder) -> list[int]:
    return [keyframe.step for keyframe in folder.keyframes() if keyframe.weights is not None]


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step can afford its key frame, and sees what is asked for."""
    monkeypatch.setattr(loop, "TICK", 0.0)
    monkeypatch.setattr("gan_core.training.budget.Budget.affords", lambda self: True)


def at_step(monkeypatch: pytest.MonkeyPatch, step: int, act: Any) -> None:
    """Let `act` happen right before step `step` is recorded."""
    on_step = Progress.on_step  # the first that a step calls

    def acting(self: Progress, loop: TrainingLoop, values: Any) -> None:
        if loop.trainer.step_count == step:
            act()
        on_step(self, loop, values)

    monkeypatch.setattr(Progress, "on_step", acting)


def test_thinning_stays_in_the_budget_and_passes_pins_over(
    tmp_path: Path, tiny_recipe: Recipe, tiny_data: Data, monkeypatch: pytest.MonkeyPatch, eager: None
) -> None:
    folder = session.create(tiny_recipe.replace(steps=2), tmp_path, "thin")
    session.run_training(folder, "cpu", data=tiny_data)
    size = (folder.path / "keyframes" / "00000002.safetensors").stat().st_size
    monkeypatch.setattr(artifacts, "WEIGHTS_BUDGET", 5 * size + size // 2)
    folder.pins.pin(2)
    at_step(monkeypatch, 8, lambda: folder.pins.pin(7))
    session.extend(folder, steps=22)
    session.run_training(folder, "cpu", data=tiny_data)
    kept = with_weights(folder)
    assert (len(kept), kept[0], kept[-1]) == (5, 1, 22)
    assert {2, 7} <= set(kept)
    assert [keyframe.step for keyframe in folder.keyframes()] == [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 22]


def test_the_moment_going_on_now_is_pinned(
    tmp_path: Path, tiny_recipe: Recipe, tiny_data: Data, monkeypatch: pytest.MonkeyPatch, eager: None
) -> None:
    folder = session.create(tiny_recipe.replace(steps=14), tmp_path, "now")
    at_step(monkeypatch, 13, lambda: folder.pins.ask("here"))  # no key frame by itself
    session.run_training(folder, "cpu", data=tiny_data)
    assert [(pin.step, pin.name) for pin in folder.pins.all()] == [(13, "here")]
    assert load_model(folder.path / "keyframes" / "00000013.safetensors", "cpu").card.steps == 13
    assert {"kind": "keyframe", "step": 13} in [
        {key: event[key] for key in ("kind", "step")} for event in folder.events()[0] if event["kind"] == "keyframe"
    ]


def test_a_paused_run_and_one_that_is_ending_keep_their_moment(
    tmp_path: Path, tiny_recipe: Recipe, tiny_data: Data, eager: None
) -> None:
    folder = session.create(tiny_recipe.replace(steps=None), tmp_path, "paused")
    folder.request("pause")
    thread = threading.Thread(target=session.run_training, args=(folder, "cpu"), kwargs={"data": tiny_data})
    thread.start()

    def wait(what: Any) -> None:
        deadline = time.monotonic() + 30
        while not what():
            assert time.monotonic() < deadline, folder.status()
            time.sleep(0.02)

    wait(lambda: folder.status().state == "paused")
    folder.pins.ask()
    wait(lambda: folder.pins.all())
    assert folder.pins.steps() == {folder.status().step}
    folder.pins.ask("end")
    folder.request("stop")
    thread.join(30)
    assert not folder.pins.asked
    assert folder.pins.all()[-1].name == "end"


def test_pins_survive_a_training_that_goes_on_from_before_them(
    tmp_path: Path, tiny_recipe: Recipe, tiny_data: Data, monkeypatch: pytest.MonkeyPatch, eager: None
) -> None:
    """Killed at step 9 after a pin at 9, the newest checkpoint being of step 3."""
    folder = session.create(tiny_recipe.replace(steps=3), tmp_path, "again")
    session.run_training(folder, "cpu", data=tiny_data)
    folder.pins.pin(2)
    for step in (8, 9):
        for suffix in (".jpg", ".safetensors"):
            (folder.path / "keyframes" / f"{step:08d}{suffix}").write_bytes(b"of the earlier try")
    folder.pins.pin(9, "mine")
    session.extend(folder, steps=4)
    session.run_training(folder, "cpu", data=tiny_data)
    assert with_weights(folder) == [1, 2, 3, 4, 9]
    folder.pins.ask()  # nobody trains: meant for nobody
    session.extend(folder, steps=10)
    session.run_training(folder, "cpu", data=tiny_data)
    assert [(pin.step, pin.name) for pin in folder.pins.all()] == [(2, ""), (9, "mine")]
    assert load_model(folder.path / "keyframes" / "00000009.safetensors", "cpu").card.steps == 9  # kept anew
