"""A13: whatever a disk does, a training ends with one sentence, a status as true as can be written, and exit code 1."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gan_core import files
from gan_core.cli import main
from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.files import drafts_in
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder
from gan_core.runs.drafts import WRITTEN_IN
from gan_core.runs.folder import Status
from gan_core.runs.probe_images import ProbeImages
from gan_core.training import session
from gan_core.training.artifacts import ArtifactWriter
from gan_core.training.trainer import Trainer
from gan_core.training.worker import exit_status

Data = dict[str, DataSet]
CODES = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.ESTALE, errno.EXDEV, errno.EIO, errno.ENOENT)


@pytest.fixture
def run(tmp_path: Path, tiny_recipe: Recipe) -> RunFolder:
    folder = session.create(tiny_recipe, tmp_path, "run")
    folder.write_status(Status(state="stopped", steps=6))
    return folder


def after_steps(monkeypatch: pytest.MonkeyPatch, count: int, do: Callable[[], object]) -> None:
    """Let `do` happen once a training has made `count` steps."""
    step = Trainer.step

    def stepping(trainer: Trainer) -> Any:
        values = step(trainer)
        if trainer.step_count == count:
            do()
        return values

    monkeypatch.setattr(Trainer, "step", stepping)


def drafts(folder: RunFolder) -> list[Path]:
    return [draft for name in ("", *WRITTEN_IN) for draft in drafts_in(folder.path / name)]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("operation", ["fsync", "replace", "open"])
def test_a_failing_disk_is_one_sentence(
    run: RunFolder, tiny_data: Data, monkeypatch: pytest.MonkeyPatch, code: int, operation: str
) -> None:
    """From the third step on, every sync (or rename, or opening of a file that is appended to) fails."""

    def fail() -> None:
        def failing(*_: object, **__: object) -> None:
            raise OSError(code, os.strerror(code), "some file")

        if operation == "replace":
            monkeypatch.setattr(files, "_replace", failing)
        else:
            monkeypatch.setattr(os, operation, failing)

    with monkeypatch.context() as patch:
        after_steps(patch, 3, fail)
        status = session.run_training(run, "cpu", data=tiny_data)
        monkeypatch.undo()
    assert status.state == "failed"
    full = code in (errno.ENOSPC, errno.EDQUOT)
    assert (status.reason or "").startswith("The disk is full;" if full else f"The disk failed ({os.strerror(code)}")
    assert (status.reason or "").endswith("nothing was saved yet.")
    assert run.status().state == "failed"
    assert run.status().reason == status.reason
    assert drafts(run) == []
    assert not (run.path / "lock").exists()


@pytest.mark.parametrize("what", ["moved", "deleted", "replaced"])
def test_a_run_folder_that_goes_while_it_trains(
    run: RunFolder, tiny_data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    replacement: list[RunFolder] = []

    def go() -> None:
        if what == "deleted":
            shutil.rmtree(run.path)
        else:
            run.path.rename(elsewhere)
        if what == "replaced":
            replacement.append(RunFolder.create(tmp_path, Recipe.named("dcgan"), "run"))

    after_steps(monkeypatch, 3, go)
    monkeypatch.setattr("gan_core.training.loop.TICK", 0.0)
    monkeypatch.setattr("gan_core.training.callbacks.PROGRESS_INTERVAL", 0.0)
    status = session.run_training(run, "cpu", data=tiny_data)
    assert status.state == "failed"
    assert "moved, renamed or deleted" in (status.reason or "")
    if what == "replaced":
        names = sorted(path.name for path in run.path.iterdir())
        assert names == ["born.json", "recipe.json", "status.json"]
        assert replacement[0].recipe() == Recipe.named("dcgan")
    else:
        assert not run.path.exists(), "the training has made a folder anew"
    if what != "deleted":
        assert RunFolder(elsewhere).recipe().name == "tiny"


def test_a_run_that_was_moved_goes_on_there(
    run: RunFolder, tiny_data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        after_steps(patch, 3, lambda: run.path.rename(tmp_path / "elsewhere"))
        session.run_training(run, "cpu", data=tiny_data)
    assert session.run_training(RunFolder(tmp_path / "elsewhere"), "cpu", data=tiny_data).state == "finished"


@pytest.mark.parametrize("name", ["guard", "lock"])
def test_a_folder_that_takes_no_lock(
    run: RunFolder, tiny_data: Data, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    opened, replaced = os.open, files._replace

    def failing(path: Any, *arguments: Any, **options: Any) -> int:
        if str(path).endswith("guard") and name == "guard":
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return opened(path, *arguments, **options)

    def replacing(temporary: Path, path: Path) -> None:
        if path.name == "lock" and name == "lock":
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        replaced(temporary, path)

    monkeypatch.setattr(os, "open", failing)
    monkeypatch.setattr(files, "_replace", replacing)
    monkeypatch.setattr(session, "load_data", lambda *_: tiny_data)
    assert main(["train", "--resume", str(run.path), "--device", "cpu"]) == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("The disk failed (Read-only file system")
    assert exit_status(lambda: session.run_training(run, "cpu", data=tiny_data)) == 1
    assert capsys.readouterr().err == ""
    assert run.status().state == "failed"


def test_a_request_that_the_disk_does_not_take(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files, "_replace", full)
    with pytest.raises(InputError, match=r"run cannot be asked to pause: .*No space left on device"):
        run.request("pause")
    assert run.control() is None
    assert drafts(run) == []


def test_a_run_that_cannot_be_made_leaves_nothing(
    tmp_path: Path, tiny_recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files, "_replace", full)
    with pytest.raises(OSError, match="No space left"):
        RunFolder.create(tmp_path / "runs", tiny_recipe)
    assert list((tmp_path / "runs").iterdir()) == []


def test_the_last_words_fit_where_the_old_ones_were(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    status = run.status()
    status.state, status.reason = "failed", "The disk is full."
    monkeypatch.setattr(files, "_replace", full)
    run.write_last_words(status)
    assert run.status() == status
    (run.path / "status.json").unlink()
    with pytest.raises(OSError, match="No such file"):
        run.write_last_words(status)


def test_a_damaged_own_picture_stops_no_training(tmp_path: Path) -> None:
    pictures = ProbeImages(tmp_path)
    (tmp_path / "1-A.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xff\xff\xff")
    with pytest.raises(OSError, match=r"1-A|cannot identify|Truncated"):
        pictures.all()[0].read()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 640 kB that fills up while it is trained on; needs root."""
    place = tmp_path / "disk"
    place.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root may mount a small disk")
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=640k", "tmpfs", str(place)], check=False)
    if made.returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_disk_without_a_free_byte(
    small_disk: Path,
    tiny_recipe: Recipe,
    tiny_data: Data,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = session.create(tiny_recipe, small_disk, "full")
    folder.write_status(Status(state="stopped", steps=6))

    def fill() -> None:
        with (small_disk / "filling").open("wb", buffering=0) as file:
            try:
                while file.write(b"\0" * 4096):
                    pass
            except OSError as error:
                assert error.errno == errno.ENOSPC  # noqa: PT017 - that it comes is what is done here
        assert shutil.disk_usage(small_disk).free == 0

    with monkeypatch.context() as patch:
        after_steps(patch, 3, fill)
        patch.setattr(session, "load_data", lambda *_: tiny_data)
        assert main(["train", "--resume", str(folder.path), "--device", "cpu"]) == 1
    assert "The disk is full; nothing was saved yet." in capsys.readouterr().err.splitlines()[-1]
    assert (folder.status().state, folder.status().reason) == ("failed", "The disk is full; nothing was saved yet.")
    assert drafts(folder) == []
    fill()
    with pytest.raises(InputError, match="No space left"):
        folder.request("pause")
    (small_disk / "filling").unlink()
    assert session.run_training(folder, "cpu", data=tiny_data).state == "finished"


def test_previews_that_cannot_be_written_are_told_once(
    run: RunFolder, tiny_data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(run.path / "live.jpg"))

    monkeypatch.setattr(ArtifactWriter, "_live", read_only)
    assert session.run_training(run, "cpu", data=tiny_data).state == "finished"
    told = [event["text"] for event in run.events()[0] if event["kind"] == "warning"]
    assert len(told) == 1
    assert "Read-only file system" in told[0]
