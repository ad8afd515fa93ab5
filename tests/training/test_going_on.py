"""Ends that come early or go wrong, and what a run that goes on makes of them."""

from __future__ import annotations

import dataclasses
import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.models import load_model
from gan_core.models.generator import latents_for_seed
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder
from gan_core.runs.folder import Status
from gan_core.training import artifacts, checkpoints, loop, session
from gan_core.training.artifacts import ArtifactWriter
from gan_core.training.identity import digest
from gan_core.training.preview import Preview
from gan_core.training.run import TrainingRun
from gan_core.training.trainer import Trainer
from tests.conftest import noise_set

Data = dict[str, DataSet]


@pytest.fixture
def short(tmp_path: Path, tiny_recipe: Recipe, tiny_data: Data) -> RunFolder:
    """A run that has made its 3 steps."""
    folder = session.create(tiny_recipe.replace(steps=3), tmp_path, "short")
    session.run_training(folder, "cpu", data=tiny_data)
    return folder


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def kinds(folder: RunFolder) -> list[str]:
    return [event["kind"] for event in folder.events()[0]]


# ---- stopping early --------------------------------------------------------------------------------------------------


def test_a_stop_between_hand_over_and_worker_is_heard(tmp_path: Path, tiny_recipe: Recipe, tiny_data: Data) -> None:
    folder = session.create(tiny_recipe, tmp_path, "early")
    folder.request("stop")
    status = session.run_training(folder, "cpu", data=tiny_data)
    assert (status.state, status.reason, status.step) == ("stopped", "Stopped by hand.", 0)
    assert "running" not in [event.get("state") for event in folder.events()[0]]
    session.extend(folder)
    assert session.run_training(folder, "cpu", data=tiny_data).state == "finished"


def test_a_stop_while_pictures_are_read(
    tmp_path: Path, tiny_recipe: Recipe, tiny_data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = session.create(tiny_recipe, tmp_path, "reading")
    monkeypatch.setattr(loop, "TICK", 0.0)

    def load(_: Recipe, progress: object) -> Data:
        assert callable(progress)
        progress(1, 10)
        folder.request("stop")
        progress(2, 10)
        raise AssertionError("not stopped")

    monkeypatch.setattr(session, "load_data", load)
    assert session.run_training(folder, "cpu").state == "stopped"
    assert folder.status().reason == "Stopped by hand."


SIGNALS = """
import sys, time
from gan_core.runs import RunFolder
from gan_core.training import session
def load(recipe, progress):
    for done in range(600):
        print(time.time(), flush=True)
        time.sleep(0.05)
        if sys.argv[2] == "heeding":
            progress(done, 600)
session.load_data = load
print(session.run_training(RunFolder(sys.argv[1]), "cpu").state)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals that Windows does not have")
@pytest.mark.parametrize("kind", ["heeding", "deaf"])
def test_ctrl_c_while_pictures_are_read(kind: str, tmp_path: Path, tiny_recipe: Recipe) -> None:
    folder = session.create(tiny_recipe, tmp_path, "signals")
    command = [sys.executable, "-c", SIGNALS, str(folder.path), kind]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    assert process.stdout
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    if kind == "deaf":
        sent = time.time()
        for _ in range(2):  # two lines written after it: it has arrived, and the next one does not merge with it
            while float(process.stdout.readline()) < sent:
                pass
        process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    if kind == "heeding":
        assert (process.returncode, out.split()[-1]) == (0, "stopped")
        assert folder.status().reason == "Asked to stop by the system."
    else:
        assert process.returncode == -signal.SIGINT
        assert folder.status().state == "interrupted"


# ---- going on --------------------------------------------------------------------------------------------------------


def test_a_recipe_that_was_changed_by_hand_is_refused(short: RunFolder, tiny_data: Data) -> None:
    short.write_recipe(short.recipe().replace(batch_size=8, steps=9))
    with pytest.raises(InputError, match=r"since its checkpoint at step 3 \(batch_size: 4 -> 8\)"):
        session.run_training(short, "cpu", data=tiny_data)
    assert short.status().state == "failed"


def test_other_pictures_are_refused_and_the_limits_stay(short: RunFolder) -> None:
    session.extend(short, steps=9)
    with pytest.raises(InputError, match=r"noise are not those .* until step 3"):
        session.run_training(short, "cpu", data={"A": noise_set(1, 32, seed=5)})
    assert short.recipe().steps == 3
    assert (short.status().step, short.status().images) == (3, 12)
    with pytest.raises(InputError, match="12 then, 13 now"):
        session.run_training(short, "cpu", data={"A": noise_set(1, 32, count=13)})


def test_a_digest_sees_every_column(tiny_data: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gan_core.training.identity.SAMPLE", 1024)
    data = tiny_data["A"]
    for column in (0, 7, 31):
        pictures = data.pictures.clone()
        pictures[..., column] ^= 1
        assert digest(dataclasses.replace(data, pictures=pictures)) != digest(data)
    assert digest(dataclasses.replace(data, pictures=data.pictures.clone())) == digest(data)


def test_limits_below_what_was_trained_are_refused(short: RunFolder, tiny_data: Data) -> None:
    with pytest.raises(InputError, match="3 steps already"):
        session.extend(short, steps=3)
    with pytest.raises(InputError, match="minutes already"):
        session.extend(short, minutes=1e-6)
    session.extend(short, steps=5)
    assert session.run_training(short, "cpu", data=tiny_data).step == 5
    assert short.recipe().steps == 5


def test_what_came_after_the_checkpoint_happens_anew(short: RunFolder, tiny_data: Data) -> None:
    for step in (5, 50):
        (short.path / "keyframes" / f"{step:08d}.jpg").touch()
        (short.path / "keyframes" / f"{step:08d}.safetensors").touch()
    (short.path / "checkpoints" / "00000050.safetensors").write_bytes(b"cut short")
    short.write_status(Status(state="running"))  # killed at step 50
    assert "resumed" not in kinds(short)
    session.extend(short, steps=4)
    session.run_training(short, "cpu", data=tiny_data)
    assert [keyframe.step for keyframe in short.keyframes()] == [1, 2, 3, 4]
    assert [path.stem for path in checkpoints.saved(short.path / "checkpoints")] == ["00000003", "00000004"]
    assert {"kind": "resumed", "step": 3} in short.events()[0]


def test_the_first_checkpoint_comes_early(tmp_path: Path, tiny_recipe: Recipe, tiny_data: Data) -> None:
    """After 5 s, 30 s, and then every two minutes."""
    folder = session.create(tiny_recipe.replace(steps=None), tmp_path, "clock")
    with folder.lock():
        run = TrainingRun(folder)
        run.prepare("Loading.", lambda _: tiny_data, torch.device("cpu"))
        run.start()
        clock = 0.0
        run.budget.session_seconds = lambda: clock  # type: ignore[method-assign]
        due: list[float] = []
        for clock in sorted({*range(35), *range(35, 300, 5), 149, 269}):  # read by the budget
            run.loop._next_tick = 0.0
            before = kinds(folder).count("checkpoint")
            run.loop.run(until=lambda: True)
            if kinds(folder).count("checkpoint") > before:
                due.append(clock)
    assert due == [5, 30, 150, 270]


# ---- what goes wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("memory", [True, False])
def test_pictures_that_cannot_be_written_end_no_training(
    memory: bool, tmp_path: Path, tiny_recipe: Recipe, tiny_data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = session.create(tiny_recipe, tmp_path, "full")
    write = artifacts.write_atomically

    def no_room(path: Path, data: bytes, *, durable: bool = True) -> None:
        if path.stem == "real" or (memory and path.is_relative_to(tmp_path)):
            return write(path, data, durable=durable)
        return full()

    monkeypatch.setattr(artifacts, "write_atomically", no_room)
    status = session.run_training(folder, "cpu", data=tiny_data)
    assert status.state == "finished"
    assert folder.live_picture.exists() is memory
    assert bool(folder.keyframes()) is memory
    warnings = [event["text"] for event in folder.events()[0] if event["kind"] == "warning"]
    assert len(warnings) <= 1
    assert memory or "the training goes on" in warnings[0]


def test_a_full_disk_is_a_sentence(short: RunFolder, tiny_data: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    session.extend(short, steps=5)
    monkeypatch.setattr(checkpoints, "write_atomically", full)
    status = session.run_training(short, "cpu", data=tiny_data)
    assert (status.state, status.reason) == ("failed", "The disk is full; the last checkpoint is at step 3.")
    assert short.status().reason == status.reason


def test_a_status_that_cannot_be_written_hides_no_cause(
    short: RunFolder, tiny_data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.extend(short, steps=5)

    def mistake(_: ArtifactWriter) -> None:
        monkeypatch.setattr(RunFolder, "write_status", full)
        raise ZeroDivisionError("the cause")

    monkeypatch.setattr(ArtifactWriter, "checkpoint", mistake)
    with pytest.raises(ZeroDivisionError, match="the cause"):
        session.run_training(short, "cpu", data=tiny_data)


@pytest.mark.parametrize("saved", [True, False])
def test_too_little_memory_on_a_cpu_is_a_sentence(
    saved: bool, tmp_path: Path, short: RunFolder, tiny_recipe: Recipe, tiny_data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = short if saved else session.create(tiny_recipe, tmp_path, "large")
    if saved:
        session.extend(folder, steps=5)

    def large(_: Trainer) -> None:
        raise RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 99 bytes.")

    monkeypatch.setattr(Trainer, "step", large)
    status = session.run_training(folder, "cpu", data=tiny_data)
    end = "the last checkpoint is at step 3." if saved else "nothing was saved yet."
    assert status.state == "failed"
    assert "smaller batch_size" in (status.reason or "")
    assert (status.reason or "").endswith(end)


# ---- what is published -----------------------------------------------------------------------------------------------


def test_the_grid_can_be_drawn_again_with_the_seed_of_the_run(tiny_recipe: Recipe, tiny_data: Data) -> None:
    trainer = Trainer(tiny_recipe.replace(seed=7), tiny_data, torch.device("cpu"))
    assert torch.equal(Preview(trainer, tiny_data).latents, latents_for_seed(7, 32, tiny_recipe.latent_dim))


@pytest.mark.parametrize(
    ("licence", "expected"), [("CC BY-SA 3.0", "CC BY-SA 3.0"), ("none stated (somebody, 2009)", "your own")]
)
def test_the_licence_of_the_pictures_is_that_of_the_weights(
    licence: str, expected: str, tmp_path: Path, tiny_recipe: Recipe, tiny_data: Data
) -> None:
    folder = session.create(tiny_recipe.replace(steps=1), tmp_path, "licensed")
    data = {"A": dataclasses.replace(tiny_data["A"], licence=licence)}
    session.run_training(folder, "cpu", data=data)
    card = load_model(folder.path, "cpu").card
    assert (card.licence, card.data_licence) == (expected, licence)
