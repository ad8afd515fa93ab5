"""C12: the lock names its folder, so that a copy is free and a moved folder is still held."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from gan_core.errors import InputError
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder
from gan_core.runs.folder import Status
from gan_core.runs.lock import SILENCE, RunLock
from gan_core.runs.processes import started


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path, Recipe.named("dcgan"), "original")


def test_a_copy_of_a_run_that_is_training_is_free(run: RunFolder, tmp_path: Path) -> None:
    with run.lock():
        run.write_status(Status(state="running", step=5))
        copy = RunFolder(shutil.copytree(run.path, tmp_path / "copy"))
        assert run.status().state == "running"
        assert copy.status().state == "interrupted"
        with copy.lock():
            assert copy.is_alive()
            assert run.is_alive()
        copy.delete()
        with pytest.raises(InputError, match="being trained"):
            run.delete()


def test_a_moved_folder_is_still_held_by_its_trainer(run: RunFolder, tmp_path: Path) -> None:
    moved = RunFolder(tmp_path / "moved")
    with run.lock():
        run.write_status(Status(state="running"))
        run.path.rename(moved.path)
        assert moved.is_alive()
        assert not run.is_here
        with pytest.raises(InputError, match=f"process {os.getpid()}"), moved.lock():
            pass
    assert not moved.is_alive()


def test_the_same_folder_by_another_path_is_held(run: RunFolder, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(run.path)
    with run.lock(), pytest.raises(InputError, match="being trained"), RunFolder(tmp_path / "link").lock():
        pass


def test_a_lock_of_an_earlier_version_holds_as_before(run: RunFolder) -> None:
    (run.path / "lock").write_text(json.dumps({"pid": os.getpid(), "started": started(os.getpid())}))
    assert RunLock(run.path).owner() == os.getpid()


def test_a_training_on_another_machine_holds_as_long_as_its_heart_beats(run: RunFolder) -> None:
    values = {"pid": 2**31 - 5, "started": "1", "machine": "elsewhere 1", "path": str(run.path)}
    (run.path / "lock").write_text(json.dumps(values))
    run.write_status(Status(state="running"))
    assert run.is_alive()
    late = time.time() - SILENCE - 5
    os.utime(run.path / "status.json", (late, late))
    assert not run.is_alive()


def test_a_lock_that_could_not_be_removed_holds_nobody(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    unlink = Path.unlink

    def stuck(path: Path, missing_ok: bool = False) -> None:
        if path.name == "lock":
            raise OSError(30, "Read-only file system")
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", stuck)
        with run.lock():
            pass
    assert (run.path / "lock").exists()
    with run.lock():
        assert run.is_alive()
    assert not (run.path / "lock").exists()
