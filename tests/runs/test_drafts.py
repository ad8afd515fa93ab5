"""A12: what a killed process left half-written goes with the next start of the run or the app."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gan_core.files import ABANDONED, draft_beside, drafts_in
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder
from gan_core.runs.drafts import SHARED_AGE, sweep, sweep_all
from gan_core.runs.lock import RunLock
from gan_core.ui.context import Context


@pytest.fixture(scope="module")
def gone() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def draft(folder: Path, pid: int, name: str = "model.safetensors", age: float = 0.0) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f".{name}.{pid}-1234"
    path.write_bytes(b"half of it")
    written = time.time() - age
    os.utime(path, (written, written))
    return path


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path, Recipe.named("dcgan"), "run")


def test_the_next_start_of_a_run_sweeps_its_folders(run: RunFolder, gone: int) -> None:
    dead = [draft(run.path / place, gone) for place in ("", "checkpoints", "keyframes", "own", "kept")]
    mine = draft(run.path, os.getpid(), "status.json")
    with run.lock():
        assert [path for path in dead if path.exists()] == []
        assert mine.exists(), "another thread of this process is writing it"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells when a process began")
def test_a_number_that_was_used_again_protects_no_draft(run: RunFolder) -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        old, fresh = draft(run.path, process.pid, age=600.0), draft(run.path, process.pid, "status.json")
        assert sweep(run.path) == [old]
        assert fresh.exists()
    finally:
        process.communicate(b"\n")


def test_the_next_start_of_the_app_sweeps_everything(run: RunFolder, tmp_path: Path, gone: int) -> None:
    cache = Path(os.environ["GAN_WORKBENCH_CACHE"])
    swept = [
        draft(run.path / "checkpoints", gone),
        draft(tmp_path / "race-001", gone, "race.json"),
        draft(tmp_path / "models", gone, age=SHARED_AGE + 5),
        draft(tmp_path / "kept" / "glyphs", gone, "paths.json", age=SHARED_AGE + 5),
        draft(cache / "pictures", gone, age=SHARED_AGE + 5),
    ]
    fresh = draft(tmp_path / "models", gone, "b.safetensors")
    Context(tmp_path).sweep_drafts()
    deadline = time.monotonic() + 20
    while any(path.exists() for path in swept) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [path for path in swept if path.exists()] == []
    assert fresh.exists(), "another machine may be writing it"


def test_a_training_elsewhere_keeps_its_drafts(run: RunFolder, tmp_path: Path, gone: int) -> None:
    writing = draft(run.path / "checkpoints", gone)
    text = '{"pid": 5, "started": "1", "machine": "elsewhere 1", "path": "/elsewhere/run"}'
    (run.path / "lock").write_text(text)
    sweep_all(tmp_path)
    assert writing.exists()
    os.utime(writing, (time.time() - ABANDONED - 5,) * 2)
    sweep_all(tmp_path)
    assert not writing.exists()


def test_a_training_here_keeps_its_drafts(run: RunFolder, tmp_path: Path, gone: int) -> None:
    with RunLock(run.path).held():
        writing = draft(run.path / "checkpoints", gone)
        sweep_all(tmp_path)
        assert writing.exists()


def test_what_only_looks_alike_stays(run: RunFolder, tmp_path: Path) -> None:
    kept = [run.path / ".hidden", run.path / "model.safetensors.5-6", run.path / ".a.b-1", run.path / ".x.5-"]
    for path in kept:
        path.touch()
    sweep_all(tmp_path)
    assert all(path.exists() for path in kept)
    assert drafts_in(run.path) == []


def test_a_film_begun_again_sweeps_its_own_draft(tmp_path: Path, gone: int) -> None:
    old = draft(tmp_path, gone, "walk.mp4", age=ABANDONED + 5)
    other = draft(tmp_path, gone, "other.mp4", age=ABANDONED + 5)
    with draft_beside(tmp_path / "walk.mp4") as place:
        place.write_bytes(b"film")
    assert not old.exists()
    assert other.exists()
