"""A1 and A3: a checkpoint that cannot be read is never taken for none, and nothing is deleted that was not replaced."""

from __future__ import annotations

import builtins
import contextlib
import errno
import io
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from gan_core import tensor_files
from gan_core.cli import main
from gan_core.data import DataSet
from gan_core.errors import DamagedFileError, InputError
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder
from gan_core.runs.folder import Status
from gan_core.training import checkpoints, session

pytestmark = pytest.mark.usefixtures("coarse")

Data = dict[str, DataSet]


@pytest.fixture(scope="module")
def original() -> list[Path]:
    """Where the first test has trained the run that all of them begin with."""
    return []


@pytest.fixture
def run(
    tmp_path: Path, original: list[Path], tmp_path_factory: pytest.TempPathFactory, tiny_recipe: Recipe, tiny_data: Data
) -> RunFolder:
    """Killed after its 6 steps, with checkpoints of steps 3 and 5, keyframes up to 6, a best state and a pin."""
    if not original:
        original.append(trained(tmp_path_factory.mktemp("original"), tiny_recipe, tiny_data).path)
    return RunFolder(shutil.copytree(original[0], tmp_path / "killed"))


def trained(root: Path, recipe: Recipe, data: Data) -> RunFolder:
    folder = session.create(recipe.replace(steps=3), root, "killed")
    session.run_training(folder, "cpu", data=data)
    first = folder.path / "checkpoints" / "00000003.safetensors"
    aside = first.read_bytes()
    for steps in (5, 6):
        session.extend(folder, steps=steps)
        session.run_training(folder, "cpu", data=data)
    first.write_bytes(aside)
    for name in ("00000006.safetensors", "00000005.safetensors"):
        assert (folder.path / "checkpoints" / name).exists()
    shutil.copy(folder.path / "checkpoints" / "00000006.safetensors", folder.best_checkpoint)
    shutil.copy(folder.model, folder.best_model)
    folder.pins.pin(6)
    (folder.path / "checkpoints" / "00000006.safetensors").unlink()
    status = folder.status()
    status.state = "running"
    folder.write_status(status)
    return folder


def contents(folder: RunFolder) -> dict[str, bytes]:
    """What a person would miss: checkpoints, keyframes, pins, models, events, recipe."""
    kept = [*folder.path.glob("checkpoints/*.safetensors"), *folder.path.glob("keyframes/*"), folder.model]
    kept += [folder.best_model, folder.path / "recipe.json"]
    return {str(path.relative_to(folder.path)): path.read_bytes() for path in kept if path.name[0] != "."}


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-3] ^= 4
    path.write_bytes(content)


def newest(folder: RunFolder) -> Path:
    return checkpoints.saved(folder.path / "checkpoints")[-1]


# ---- A3: the step that counts ----------------------------------------------------------------------------------------


def test_what_counts_is_the_newest_good_checkpoint(run: RunFolder, tiny_data: Data) -> None:
    status = run.status()
    assert (status.state, status.step, status.steps) == ("interrupted", 5, 6)
    assert "checkpoint at step 5" in (status.reason or "")
    assert session.run_training(run, "cpu", data=tiny_data).step == 6
    assert newest(run).stem == "00000006"


def test_the_shell_goes_on_to_the_steps_that_were_never_saved(
    run: RunFolder, tiny_data: Data, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(session, "load_data", lambda *_: tiny_data)
    assert main(["train", "--resume", str(run.path), "--device", "cpu"]) == 0
    assert "Finished at step 6" in capsys.readouterr().out
    assert main(["train", "--resume", str(run.path), "--device", "cpu"]) == 2
    assert "has made its 6 steps" in capsys.readouterr().err


def test_a_run_killed_between_its_last_checkpoint_and_its_last_word_is_ended(run: RunFolder, tiny_data: Data) -> None:
    session.run_training(run, "cpu", data=tiny_data)
    status = run.status()
    status.state = "running"
    run.write_status(status)
    run.model.unlink()
    assert run.status().state == "interrupted"
    session.extend(run)
    assert session.run_training(run, "cpu", data=tiny_data).state == "finished"
    assert run.model.exists()


# ---- A1: damaged, or out of reach ------------------------------------------------------------------------------------


def test_a_damaged_newest_falls_back_and_says_so(
    run: RunFolder, tiny_data: Data, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(newest(run))
    before = contents(run)
    monkeypatch.setattr(session, "load_data", lambda *_: tiny_data)
    assert main(["train", "--resume", str(run.path), "--device", "cpu"]) == 0
    errors = capsys.readouterr().err
    assert "00000005.safetensors is damaged" in errors
    assert "going on from 00000003.safetensors instead" in errors
    told = [event for event in run.events()[0] if event.get("kind") in ("warning", "resumed")]
    assert told[-2] == {"kind": "resumed", "step": 3}
    assert "going on from 00000003.safetensors" in told[-1]["text"]
    assert run.status().step == 6
    assert contents(run).keys() >= before.keys() - {"checkpoints/00000005.safetensors"}


def test_the_best_is_better_than_beginning_anew(run: RunFolder) -> None:
    for path in checkpoints.saved(run.path / "checkpoints"):
        damage(path)
    said: list[str] = []
    loaded = checkpoints.load_newest(run.path / "checkpoints", said.append)
    assert loaded is not None
    assert loaded[1]["step"] == 6
    assert "best.safetensors" in said[0]


def test_the_best_alone_is_gone_on_from_too(
    run: RunFolder, tiny_data: Data, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody has removed the others, or a disk has lost them."""
    for path in checkpoints.saved(run.path / "checkpoints"):
        path.unlink()
    assert (run.status().state, run.status().step, run.saved_step()) == ("interrupted", 6, 6)
    assert checkpoints.newest_values(run.path / "checkpoints")["step"] == 6
    session.extend(run, steps=7)
    session.run_training(run, "cpu", data=tiny_data)
    told = [event for event in run.events()[0] if event.get("kind") in ("warning", "resumed")]
    assert told[-2] == {"kind": "resumed", "step": 6}
    assert told[-1]["text"] == "No newer one is left: going on from best.safetensors instead."


def test_beginning_again_without_any_checkpoint_is_said(run: RunFolder, tiny_data: Data) -> None:
    shutil.rmtree(run.path / "checkpoints")
    session.run_training(run, "cpu", data=tiny_data)
    warnings = [event["text"] for event in run.events()[0] if event.get("kind") == "warning"]
    assert warnings[-1] == "No checkpoint is left, though the run had been at step 6: it begins at step 0 again."
    assert run.status().step == 6


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_among_the_files_is_not_waited_for(run: RunFolder) -> None:
    newest = checkpoints.saved(run.path / "checkpoints")[-1]
    newest.unlink()
    os.mkfifo(newest)
    (run.path / "log.txt").unlink(missing_ok=True)
    os.mkfifo(run.path / "log.txt")
    assert run.saved_step() == 3
    assert run.log_tail() == ""
    said: list[str] = []
    loaded = checkpoints.load_newest(run.path / "checkpoints", said.append)
    assert loaded is not None
    assert loaded[1]["step"] == 3
    assert "is no regular file" in said[0]


def test_all_damaged_refuses_and_changes_nothing(run: RunFolder, tiny_data: Data) -> None:
    for path in run.path.glob("checkpoints/*.safetensors"):
        damage(path)
    before = contents(run)
    with pytest.raises(InputError, match=r"All checkpoints of killed are damaged .* nothing was changed"):
        session.extend(run)
    with pytest.raises(InputError, match="All checkpoints of killed are damaged"):
        session.run_training(run, "cpu", data=tiny_data)
    assert contents(run) == before
    assert main(["train", "--resume", str(run.path)]) == 2


@pytest.mark.parametrize("code", [errno.ESTALE, errno.EIO, errno.EACCES, errno.ENOENT, errno.ETIMEDOUT])
@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_cannot_be_read_now_refuses_and_changes_nothing(
    run: RunFolder, tiny_data: Data, monkeypatch: pytest.MonkeyPatch, code: int, what: str
) -> None:
    before = contents(run)

    def failing(real: Callable[..., Any]) -> Callable[..., Any]:
        def function(path: Any = None, *arguments: Any, **options: Any) -> Any:
            text = os.fspath(path) if isinstance(path, (str, os.PathLike)) else ""
            if text.endswith("00000005.safetensors" if what == "file" else "checkpoints"):
                raise OSError(code, os.strerror(code), text)
            return real(path, *arguments, **options)

        return function

    with monkeypatch.context() as patch:
        patch.setattr(builtins, "open", failing(builtins.open))
        patch.setattr(io, "open", failing(io.open))
        patch.setattr(os, "scandir", failing(os.scandir))
        if (what, code) == ("folder", errno.ENOENT):
            return  # that is how a folder that is not there answers
        with pytest.raises(InputError, match=r"cannot be read now .* nothing was changed"):
            session.run_training(run, "cpu", data=tiny_data)
    assert contents(run) == before
    assert run.status().state == "failed"
    assert session.run_training(run, "cpu", data=tiny_data).state == "finished"


def test_nothing_goes_before_a_newer_checkpoint_is_written(
    run: RunFolder, tiny_data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Resumed at step 3, and the disk takes no checkpoint: keyframes of the lost steps and the damaged one stay."""
    damage(newest(run))
    run.pins.unpin(6)
    before = contents(run)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "write_atomically", full)
        assert session.run_training(run, "cpu", data=tiny_data).state == "failed"
    assert contents(run).keys() == before.keys()
    assert {name: text for name, text in contents(run).items() if "checkpoints" in name} == {
        name: text for name, text in before.items() if "checkpoints" in name
    }
    assert session.run_training(run, "cpu", data=tiny_data).state == "finished"
    assert [path.stem for path in checkpoints.saved(run.path / "checkpoints")] == ["00000003", "00000006"]


def test_what_was_written_wrong_replaces_nothing(
    run: RunFolder, tiny_data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(run)
    serialized = tensor_files.serialized

    def wrong(*arguments: Any, **options: Any) -> bytes:
        return serialized(*arguments, **options)[:-1] + b"?"

    monkeypatch.setattr(tensor_files, "serialized", wrong)
    status = session.run_training(run, "cpu", data=tiny_data)
    assert (status.state, "not what can be read" in (status.reason or "")) == ("failed", True)
    assert {k: v for k, v in contents(run).items() if k[:4] != "keyf"} == {
        k: v for k, v in before.items() if k[:4] != "keyf"
    }


def test_old_checkpoints_without_checksums_still_load(run: RunFolder) -> None:
    import json

    import safetensors.torch

    path = newest(run)
    tensors, values = checkpoints.load(path)
    safetensors.torch.save_file(tensors, path, {"checkpoint": json.dumps(values)})
    loaded = checkpoints.load_newest(run.path / "checkpoints")
    assert loaded is not None
    assert loaded[1]["step"] == 5


# ---- any failure at any file operation -------------------------------------------------------------------------------


class Faults:
    """Counts the file operations of this process and lets the `at`-th fail."""

    def __init__(self, at: int, code: int) -> None:
        self.at, self.code, self.count = at, code, 0

    def install(self, patch: pytest.MonkeyPatch, root: Path) -> None:
        for module, names in (
            (os, ("open", "scandir", "listdir", "stat", "unlink", "replace", "rename", "mkdir", "write", "fsync")),
            (builtins, ("open",)),
            (io, ("open",)),
        ):
            for name in names:
                patch.setattr(module, name, self._failing(getattr(module, name), name, root))

    def _failing(self, real: Callable[..., Any], name: str, root: Path) -> Callable[..., Any]:
        def function(*arguments: Any, **options: Any) -> Any:
            first = arguments[0] if arguments else None
            mine = isinstance(first, int) or (isinstance(first, (str, Path)) and str(first).startswith(str(root)))
            if mine:
                self.count += 1
                if self.count == self.at:
                    raise OSError(self.code, os.strerror(self.code), str(first))
            return real(*arguments, **options)

        return function


def good_checkpoints(folder: RunFolder) -> set[int]:
    found: set[int] = set()
    for path in checkpoints.saved(folder.path / "checkpoints"):
        with contextlib.suppress(DamagedFileError):
            found.add(checkpoints.load(path)[1]["step"])
    return found


def test_no_failing_operation_of_a_resume_loses_anything(
    run: RunFolder, tiny_data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each operation of a resume (every third in turn, the errors in turn) fails once; then the run goes on to its end."""
    codes = (errno.EIO, errno.ESTALE, errno.EACCES, errno.ENOSPC, errno.EROFS)
    names = {name for name in contents(run) if "checkpoints" not in name}
    expected: dict[str, torch.Tensor] | None = None
    at, total = 1, 0
    while True:
        copy = tmp_path / f"fault-{at}"
        shutil.copytree(run.path, copy)
        folder = RunFolder(copy)
        faults = Faults(at, codes[at % len(codes)])
        with monkeypatch.context() as patch:
            faults.install(patch, copy)
            try:
                session.extend(folder)
                session.run_training(folder, "cpu", data=tiny_data)
            except InputError as error:
                assert str(error).endswith(".")  # noqa: PT017 - a sentence, whichever operation failed
            except OSError:
                pass  # before the training begins: the shell makes a sentence of it
        assert good_checkpoints(folder) & {5, 6}, f"operation {at} cost a checkpoint"
        assert names <= contents(folder).keys(), f"operation {at} cost {names - contents(folder).keys()}"
        assert folder.recipe().steps == 6
        session.extend(folder)
        assert session.run_training(folder, "cpu", data=tiny_data).state == "finished", at
        tensors = checkpoints.load(newest(folder))[0]
        expected = expected or tensors
        assert all(torch.equal(tensors[name], value) for name, value in expected.items())
        if faults.count < at:
            break
        shutil.rmtree(copy)
        at, total = at + 3, total + 1
    assert total > 20


def test_status_and_list_survive_the_same_faults(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    run.write_status(Status(state="running", step=6, steps=6))
    for at in range(1, 60):
        faults = Faults(at, errno.EIO)
        with monkeypatch.context() as patch:
            faults.install(patch, run.path)
            run.status()
            run.keyframes()
            run.events()
            run.pins.all()
            run.born()
        if faults.count < at:
            break
    else:
        raise AssertionError("there are more operations than were tried")
