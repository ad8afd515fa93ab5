"""Run folders: the only interface between the process that trains a run and its viewers."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_core import tensor_files
from gan_core.errors import DamagedFileError, InputError
from gan_core.file_cache import FileCache
from gan_core.files import open_without_waiting, write_json
from gan_core.paths import title_of
from gan_core.recipes import Recipe
from gan_core.records import read_record
from gan_core.runs.control import REQUESTS, Control
from gan_core.runs.drafts import WRITTEN_IN, sweep
from gan_core.runs.events import EventLog
from gan_core.runs.folder_names import (
    KEPT,
    MODELS,
    NAME,
    UPLOADS,
    check_name,
    is_reserved,
    new_folder,
    steps_in,
)
from gan_core.runs.live import close_live_folder, live_folder, open_live_folder
from gan_core.runs.lock import SILENCE, LockRecord, RunLock
from gan_core.runs.pins import Pins
from gan_core.runs.processes import is_running
from gan_core.runs.records import Layout, Limits, TrialRecord, read_birth
from gan_core.runs.root_folder import runs_problem
from gan_core.runs.status import Keyframe, Status

if TYPE_CHECKING:
    from gan_core.runs.probe_images import ProbeImages

__all__ = [
    "KEPT",
    "MODELS",
    "NAME",
    "REQUESTS",
    "UPLOADS",
    "Keyframe",
    "RunFolder",
    "Status",
    "check_name",
    "is_reserved",
]

LOG_TAIL = 2**16
"""Bytes of the worker's last words that are looked at."""


_RECIPES: FileCache[Recipe] = FileCache()
_BIRTHS: FileCache[float] = FileCache()
"""Of all runs that are listed again and again, by a page that is open and with every picture that a model draws."""


class RunFolder:
    """One run's folder; cheap to make, reads the files on every call."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.name = self.path.name
        self._held: LockRecord | None = None
        """The lock, once this object has held it."""

    def __repr__(self) -> str:
        return f"RunFolder({str(self.path)!r})"

    # -- making ------------------------------------------------------------------------------------------------------

    @classmethod
    def create(cls, root: Path, recipe: Recipe, name: str | None = None) -> RunFolder:
        """Make a new run folder.

        Args:
            root: The folder of runs; made where it does not exist.
            recipe: What the run will train.
            name: Of the folder; None makes one from the recipe, the data and a number.

        Raises:
            InputError: for a name that is taken or is no plain folder name.
            OSError: where the disk takes no run; nothing of it is left then.
        """
        root = Path(root)
        if problem := runs_problem(root):
            raise InputError(problem)
        root.mkdir(parents=True, exist_ok=True)
        if name is not None:
            check_name(name, "run")
            path = root / name
            try:
                path.mkdir()
            except FileExistsError:
                raise InputError(f"There is a run named {name!r} already; choose another name or resume it.") from None
        else:
            path = new_folder(root, recipe.name, Path(title_of(recipe.data)).stem)
        folder = cls(path)
        try:
            write_json(path / "born.json", {"time": time.time()})
            folder.write_recipe(recipe)
            folder.write_status(Status(steps=recipe.steps, heartbeat=time.time()))
        except OSError:
            shutil.rmtree(path, ignore_errors=True)
            raise
        return folder

    def write_recipe(self, recipe: Recipe) -> None:
        """Store the recipe, atomically."""
        write_json(self.path / "recipe.json", recipe.to_json())

    def raise_limits(self, recipe: Recipe) -> None:
        """Write `recipe`, whose limits are larger; `restore_limits` takes it back until `keep_limits` is called."""
        before = self.recipe()
        write_json(self.path / "limits.json", {"steps": before.steps, "minutes": before.minutes})
        self.write_recipe(recipe)

    def keep_limits(self) -> None:
        """Keep the larger limits, as the run goes on."""
        (self.path / "limits.json").unlink(missing_ok=True)

    def restore_limits(self) -> None:
        """Restore the earlier limits, as the run could not go on."""
        limits = read_record(Limits, self.path / "limits.json")
        if limits.there and limits.wrong is None:
            self.write_recipe(self.recipe().replace(steps=limits.value.steps, minutes=limits.value.minutes))
            self.keep_limits()

    def recipe(self) -> Recipe:
        """The recipe that the run was made with.

        Raises:
            InputError: if the file is missing or cannot be read.
        """
        return _RECIPES.get(self.path / "recipe.json", Recipe.from_file)

    def born(self) -> float:
        """Unix time at which the run was created; 0 if that is not known."""
        try:
            return _BIRTHS.get(self.path / "born.json", read_birth)
        except OSError:
            return 0.0

    def comparison(self) -> str:
        """Name of the comparison (`race`) that the run is a trial of; empty for other runs."""
        return read_record(TrialRecord, self.path / "racer.json").value.race

    def delete(self) -> None:
        """Remove the run and everything in it.

        Raises:
            InputError: while it is being trained.
        """
        self.check_idle()
        close_live_folder(self.path, None)
        try:
            shutil.rmtree(self.path)
        except OSError as error:
            raise InputError(f"The run {self.name} cannot be deleted: {error.strerror or error}.") from error

    # -- what the trainer writes -------------------------------------------------------------------------------------

    def write_status(self, status: Status) -> None:
        """Store the status, atomically; a final one is flushed to the disk."""
        # The last word is not replaced a second later.
        write_json(self.path / "status.json", dataclasses.asdict(status), durable=not status.is_active)

    def write_last_words(self, status: Status) -> None:
        """Store how the run ended, even where the disk takes no new file.

        A disk without a free byte still takes other text into the blocks of the old file.

        Raises:
            OSError: where it takes nothing at all.
        """
        try:
            self.write_status(status)
        except OSError:
            sweep(self.path, *self._folders())
            text = (json.dumps(dataclasses.asdict(status), indent=2) + "\n").encode()
            with (self.path / "status.json").open("r+b") as file:
                file.write(text)
                file.truncate()

    def append_event(self, event: Mapping[str, Any]) -> None:
        """Add one line to the events.

        Raises:
            OSError: if it cannot be written.
        """
        EventLog(self.path / "events.jsonl").append(event)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the run for this process.

        While it is held, live files are in memory; afterwards the last picture is in the run folder, and the newest
        weights are those of the model. What a killed process left half-written is removed.

        Raises:
            InputError: if another living process holds the run.
            OSError: where the folder takes no lock.
        """
        with RunLock(self.path).held() as self._held:
            sweep(self.path, *self._folders())
            live = open_live_folder(self.path)
            try:
                yield
            finally:
                if self.is_here:
                    close_live_folder(self.path, live, self.live_picture.name)
                    with suppress(OSError):
                        self.live_weights.unlink(missing_ok=True)  # where there was no space in memory
                else:
                    close_live_folder(self.path, live)

    @property
    def is_here(self) -> bool:
        """Whether the folder that was locked here is still at its path; False once it was moved or deleted."""
        return self._held is None or not RunLock(self.path).is_gone(self._held)

    def _folders(self) -> list[Path]:
        """Those in which a training writes, beside the run's own."""
        return [self.path / name for name in WRITTEN_IN]

    def _lock_owner(self) -> int | None:
        """The living process that holds the run."""
        return RunLock(self.path).owner()

    # -- what viewers read -------------------------------------------------------------------------------------------

    def status(self) -> Status:
        """The newest status; a run whose process has ended without writing one is `interrupted`, at its newest
        checkpoint.

        Where the file cannot be read or holds no status, that is its reason.
        """
        record = read_record(Status, self.path / "status.json")
        for _ in range(2):  # it may have said its last word and let go between the two looks
            record = read_record(Status, self.path / "status.json")
            if not record.value.is_active or self.is_alive(record.value):
                break
        else:
            self._interrupted(record.value)
        if record.wrong is not None and not record.value.is_active:
            damage = f"status.json of {self.name} is damaged: {record.wrong}."
            record.value.reason = f"{damage} {record.value.reason or ''}".strip()
        return record.value

    def _interrupted(self, status: Status) -> None:
        """What of `status` is true of a run whose process is gone: it will go on from its newest good checkpoint."""
        status.state, status.seconds_left = "interrupted", None
        steps = sorted(_steps_in(self.path / "checkpoints"))
        good = self.saved_step()
        if good is not None:
            status.step = good
            begin = f"it can be resumed from its checkpoint at step {good}"
        elif steps:
            begin = f"its checkpoint at step {steps[-1]} is damaged, and there is no good one"
        else:
            status.step = 0
            begin = "it can be resumed from the beginning: nothing was saved yet"
        status.reason = f"Its process ended without a word; {begin}."

    def saved_step(self) -> int | None:
        """The step of the newest checkpoint whose header is sound, of the best where no other is; None if there is
        none."""
        folder = self.path / "checkpoints"
        for step, name in sorted(_steps_in(folder).items(), reverse=True):
            with suppress(OSError, DamagedFileError):
                tensor_files.read_header(folder / name)
                return step
        with suppress(OSError, DamagedFileError, LookupError, TypeError, ValueError):
            return int(json.loads(tensor_files.read_header(self.best_checkpoint).metadata["checkpoint"])["step"])
        return None

    def is_alive(self, status: Status | None = None) -> bool:
        """Whether a living process works on the run or has just been told to."""
        if self._lock_owner() is not None:
            return True
        status = status or read_record(Status, self.path / "status.json").value
        if status.state != "starting" or time.time() - status.heartbeat > SILENCE:
            return False
        begun = RunLock(self.path).pid()
        if begun is not None and begun == status.pid:
            return False  # it had begun, and is gone
        return is_running(status.pid) if begun is not None or status.pid else True

    def check_idle(self) -> None:
        """Raise InputError while the run is being trained."""
        if self.status().is_active:
            raise InputError(f"The run {self.name} is being trained; stop it first.")

    def events(self, after: int = 0) -> tuple[list[dict[str, Any]], int]:
        """Events from byte `after` on, and the byte to go on from.

        A line still being written waits for the next call.

        Where there are very many, those that tell progress are an even choice (see `store.events`).
        """
        found = self.event_log.read(after)
        return found.events, found.offset

    @property
    def event_log(self) -> EventLog:
        """The events, and the number of lines that hold none."""
        return EventLog(self.path / "events.jsonl")

    def keyframes(self) -> list[Keyframe]:
        """The kept moments, oldest first."""
        folder = self.path / "keyframes"
        found: list[Keyframe] = []
        for step, name in sorted(_steps_in(folder, ".jpg").items()):
            picture = folder / name
            weights = picture.with_suffix(".safetensors")
            found.append(Keyframe(step, picture, weights if os.path.isfile(weights) else None))
        return found

    def log_tail(self, lines: int = 40) -> str:
        """The last lines that the worker printed."""
        try:
            with open(self.path / "log.txt", "rb", opener=open_without_waiting) as file:
                file.seek(max(0, os.fstat(file.fileno()).st_size - LOG_TAIL))
                text = file.read(LOG_TAIL).decode(errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    @property
    def model(self) -> Path:
        """Model file of the averaged networks as of the last checkpoint."""
        return self.path / "model.safetensors"

    @property
    def best_model(self) -> Path:
        """Model file of the averaged networks with the best metric; it does not exist before the first measurement."""
        return self.path / "best.safetensors"

    @property
    def best_checkpoint(self) -> Path:
        """Checkpoint of `best_model`, beside the newest checkpoints."""
        return self.path / "checkpoints" / "best.safetensors"

    @property
    def live_folder(self) -> Path:
        """Folder of the files that are replaced every second: in memory while the run trains, if there is space."""
        return live_folder(self.path)

    @property
    def live_picture(self) -> Path:
        """The newest grid of pictures, a JPEG that is replaced about once a second."""
        return self.live_folder / "live.jpg"

    @property
    def live_weights(self) -> Path:
        """A model file with the newest averaged weights in half precision; `model` once the run has ended."""
        return self.live_folder / "live.safetensors"

    @property
    def own(self) -> ProbeImages:
        """The probe images: pictures that a user wants to see translated while the run trains."""
        from gan_core.runs.probe_images import ProbeImages  # it decodes pictures, which listing runs need not wait for

        return ProbeImages(self.path / "own")

    @property
    def pins(self) -> Pins:
        """The pinned moments, which are never thinned out."""
        return Pins(self.path)

    @property
    def live_own(self) -> Path:
        """The newest sheet of translated probe images; that of the last keyframe once the run has ended."""
        return self.live_folder / "own.jpg"

    def own_at(self, step: int) -> Path:
        """The sheet of translated probe images of a keyframe; it does not exist if there were none then."""
        return self.path / "keyframes" / f"{step:08d}.own.jpg"

    @property
    def layout(self) -> Path:
        """File that describes the sheets of pictures of a translation (see `training.chains`)."""
        return self.path / "layout.json"

    def read_layout(self) -> dict[str, Any] | None:
        """The content of `layout`; None where it does not exist yet or is damaged."""
        record = read_record(Layout, self.layout)
        return dataclasses.asdict(record.value) if record.there and record.wrong is None else None

    # -- requests ----------------------------------------------------------------------------------------------------

    def request(self, request: str) -> int:
        """Ask the process that trains the run to pause, resume, stop or save.

        Returns:
            The request's number.

        Raises:
            InputError: for another request, and where the disk does not take it.
        """
        return Control(self.path).ask(request)

    def forget_requests(self) -> None:
        """Remove requests to a run that is not being trained, so that the next training does not follow them."""
        Control(self.path).forget()
        with suppress(OSError):
            self.pins.forget_asking()

    def control(self) -> dict[str, Any] | None:
        """The newest request, with its number; None where there is none."""
        return Control(self.path).newest()


def _steps_in(folder: Path, ending: str = ".safetensors") -> dict[int, str]:
    """As `steps_in`, and none where the folder cannot be read: for what is shown."""
    try:
        return steps_in(folder, ending)
    except OSError:
        return {}
