from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.models import load_model
from gan_core.recipes import Part, Recipe
from gan_core.runs import RunFolder
from gan_core.runs.keyframes import is_keyframe
from gan_core.training import session, train
from gan_core.training.artifacts import NotFiniteError
from gan_core.training.budget import Budget
from gan_core.training.callbacks import Progress
from gan_core.training.loop import TrainingLoop
from gan_core.training.trainer import Trainer


def run(recipe: Recipe, root: Path, data: dict[str, DataSet], name: str = "run") -> RunFolder:
    folder = session.create(recipe, root, name)
    session.run_training(folder, "cpu", data=data)
    return folder


def newest(folder: RunFolder) -> dict[str, torch.Tensor]:
    return safetensors.torch.load_file(max((folder.path / "checkpoints").glob("[0-9]*.safetensors")))


def test_a_run_tells_everything_through_its_folder(
    tmp_path: Path, tiny_recipe: Recipe, tiny_data: dict[str, DataSet]
) -> None:
    folder = run(tiny_recipe, tmp_path, tiny_data)
    status = folder.status()
    assert (status.state, status.step, status.images) == ("finished", 6, 24)
    events, _ = folder.events()
    kinds = {event["kind"] for event in events}
    assert {"state", "progress", "keyframe", "checkpoint"} <= kinds
    progress = next(event for event in events if event["kind"] == "progress")
    assert set(progress["losses"]) == {"generator", "discriminator"}
    assert set(progress["scores"]) == {"real", "fake"}
    assert [keyframe.step for keyframe in folder.keyframes()][:1] == [1]
    assert folder.keyframes()[-1].step == 6
    assert load_model(folder.path, "cpu").sample(3, seed=1).shape == (3, 32, 32, 3)
    model = load_model(folder.path, "cpu")
    assert model.card.steps == 6
    assert model.card.licence == "your own"
    assert folder.live_picture == folder.path / "live.jpg"
    assert folder.live_picture.exists()
    assert not folder.live_weights.exists()
    assert (folder.path / "real.jpg").exists()
    assert not (folder.path / "lock").exists()


def test_a_key_frame_that_cannot_be_afforded_is_made_up_for(
    tmp_path: Path, tiny_recipe: Recipe, tiny_data: dict[str, DataSet], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = [0]
    on_step = Progress.on_step  # the first that a step calls

    def counted(self: Progress, loop: TrainingLoop, values: Any) -> None:
        done[0] = loop.trainer.step_count
        on_step(self, loop, values)

    monkeypatch.setattr(Progress, "on_step", counted)
    monkeypatch.setattr(Budget, "affords", lambda self: done[0] == 13)
    assert not is_keyframe(13)
    folder = run(tiny_recipe.replace(steps=14), tmp_path, tiny_data)
    assert [keyframe.step for keyframe in folder.keyframes()] == [1, 13, 14]


def test_a_translation_run_exports_both_directions(
    tmp_path: Path, tiny_cycle: Recipe, tiny_pair: dict[str, DataSet]
) -> None:
    folder = run(tiny_cycle, tmp_path, tiny_pair)
    translator = load_model(folder.path, "cpu")
    assert set(translator.networks) == {"AtoB", "BtoA"}  # pyright: ignore[reportAttributeAccessIssue]
    progress = next(event for event in folder.events()[0] if event["kind"] == "progress")
    assert {"cycle", "identity", "adversarial"} <= set(progress["losses"])


SCRIPT = """
import json, sys
from pathlib import Path
from tests.conftest import noise_set
from gan_core.runs import RunFolder
from gan_core.training import session
for path in sys.argv[1:]:
    folder = RunFolder(Path(path))
    translation = folder.recipe().is_translation
    data = {"A": noise_set(3, 16), "B": noise_set(3, 16, seed=1)} if translation else {"A": noise_set(1, 32)}
    session.run_training(folder, "cpu", data=data)
"""


def test_a_one_way_translation_run_exports_its_direction(
    tmp_path: Path, tiny_fastcut: Recipe, tiny_pair: dict[str, DataSet]
) -> None:
    folder = run(tiny_fastcut, tmp_path, tiny_pair)
    translator = load_model(folder.path, "cpu")
    assert set(translator.networks) == {"AtoB"}  # pyright: ignore[reportAttributeAccessIssue]
    assert translator.card.domains == {"A": "noise", "B": "noise"}
    progress = next(event for event in folder.events()[0] if event["kind"] == "progress")
    assert {"contrast", "identity", "adversarial"} <= set(progress["losses"])
    assert set(progress["scores"]) == {"real", "fake"}


def test_going_on_in_a_new_process_is_exact(
    tmp_path: Path,
    tiny_recipe: Recipe,
    tiny_cycle: Recipe,
    tiny_fastcut: Recipe,
    tiny_data: dict[str, DataSet],
    tiny_pair: dict[str, DataSet],
) -> None:
    """3 steps, save, a new process, 3 more: bit for bit what 6 steps give, the machine's own arithmetic included."""
    wholes, halves = [], []
    for recipe in (tiny_recipe, tiny_cycle, tiny_fastcut):
        data = tiny_pair if recipe.is_translation else tiny_data
        wholes.append(run(recipe, tmp_path, data, f"{recipe.name}-whole"))
        halves.append(run(recipe.replace(steps=3), tmp_path, data, f"{recipe.name}-half"))
        session.extend(halves[-1], steps=6)
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", SCRIPT, *(str(half.path) for half in halves)]
    subprocess.run(command, cwd=root, check=True, timeout=120)
    for whole, half in zip(wholes, halves, strict=True):
        expected, found = newest(whole), newest(half)
        assert half.status().step == 6
        assert expected.keys() == found.keys()
        assert [name for name in expected if not torch.equal(expected[name], found[name])] == [], half.name


def test_pause_resume_and_stop_through_the_control_file(
    tmp_path: Path, tiny_recipe: Recipe, tiny_data: dict[str, DataSet]
) -> None:
    folder = session.create(tiny_recipe.replace(steps=None), tmp_path, "endless")
    thread = threading.Thread(target=session.run_training, args=(folder, "cpu"), kwargs={"data": tiny_data})
    thread.start()

    def wait(state: str) -> None:
        deadline = time.monotonic() + 30
        while folder.status().state != state:
            assert time.monotonic() < deadline, folder.status()
            time.sleep(0.02)

    wait("running")
    folder.request("pause")
    wait("paused")
    step = folder.status().step
    time.sleep(0.3)
    assert folder.status().step == step
    with pytest.raises(InputError, match="being trained"):
        folder.delete()
    folder.request("resume")
    wait("running")
    folder.request("stop")
    thread.join(30)
    status = folder.status()
    assert status.state == "stopped"
    assert status.step > step
    assert folder.saved_step() == status.step
    folder.delete()
    assert not folder.path.exists()
    assert not folder.live_picture.exists()


def test_a_second_trainer_in_one_folder_is_refused(tmp_path: Path, tiny_recipe: Recipe) -> None:
    folder = session.create(tiny_recipe, tmp_path, "mine")
    with folder.lock(), pytest.raises(InputError, match="being trained by process"), folder.lock():
        pass


def test_what_blows_up_is_named_and_the_last_good_state_stays(
    tmp_path: Path, tiny_recipe: Recipe, tiny_data: dict[str, DataSet], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = run(tiny_recipe.replace(steps=2), tmp_path, tiny_data)
    good = folder.model.read_bytes()
    session.extend(folder, steps=40)
    step = Trainer.step

    def blow_up(trainer: Trainer) -> dict[str, torch.Tensor]:
        values = step(trainer)
        if trainer.step_count == 5:
            next(trainer.average.network.parameters()).data[0] = float("nan")  # the losses do not know yet
        return values

    monkeypatch.setattr(Trainer, "step", blow_up)
    events: list[dict[str, object]] = []
    with pytest.raises(NotFiniteError, match=r"an averaged weight\. The last good state is step 2"):
        session.run_training(folder, "cpu", events.append, tiny_data)
    status = folder.status()
    assert status.state == "failed"
    assert "step 2" in (status.reason or "")
    assert not [event for event in events if event["kind"] == "warning"]  # told once, by the error
    assert folder.model.read_bytes() == good
    assert not folder.live_picture.exists()
    assert folder.keyframes()[-1].step == 4
    assert all(torch.isfinite(value).all() for value in newest(folder).values() if value.is_floating_point())


def test_only_larger_limits_extend_a_run(tmp_path: Path, tiny_recipe: Recipe) -> None:
    folder = session.create(tiny_recipe, tmp_path, "short")
    with pytest.raises(InputError, match="larger"):
        session.extend(folder, steps=3)
    session.extend(folder, steps=9)
    assert folder.recipe().steps == 9


def test_unreadable_data_end_the_run_with_a_sentence(tmp_path: Path, tiny_recipe: Recipe) -> None:
    folder = session.create(tiny_recipe.replace(data=str(tmp_path / "nothing")), tmp_path, "lost")
    with pytest.raises(InputError):
        session.run_training(folder, "cpu")
    assert folder.status().state == "failed"
    assert folder.status().reason


def test_train_yields_events_and_leaving_early_stops_and_saves(tmp_path: Path) -> None:
    recipe = Recipe.named("gan").replace(
        generator=Part("mlp784", {"hidden": 8}), discriminator=Part("mlp784", {"hidden": 8})
    )
    seen = []
    for event in train(recipe, steps=100_000, out=tmp_path / "early"):
        seen.append(event["kind"])
        if event["kind"] == "progress":
            break
    folder = RunFolder(tmp_path / "early")
    assert seen[0] == "run"
    assert folder.status().state == "stopped"
    assert folder.model.exists()
