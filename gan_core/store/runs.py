"""Runs on disk. The run folder is the whole protocol between whoever trains and whoever watches."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.files import write_json
from gan_core.recipes import Recipe
from gan_core.registry import unknown
from gan_core.store.live import close_live_folder, live_folder, open_live_folder
from gan_core.store.pins import Pins
from gan_core.store.processes import is_running, started
from gan_core.store.status import Keyframe, Status

if TYPE_CHECKING:
    from gan_core.store.own import OwnPictures
if sys.platform != "win32":
    import fcntl

WISHES = ("pause", "resume", "stop", "save")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,79}")
MODELS = "models"
"""The folder beside the runs that holds imported models."""
KEPT = "kept"
"""The folder beside the runs that holds what was kept with models that are of no run."""
UPLOADS = "uploads"
"""The folder beside the runs that holds pictures that were dropped into the page."""
SILENCE = 30.0
"""Seconds without a heartbeat after which a starting run without a lock counts as interrupted."""
LONG_SILENCE = 600.0
"""The same for a run with a lock where the system does not tell when a process began, so that its number may be reused."""


class RunFolder:
    """One run's folder; cheap to make, reads from disk whenever asked."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.name = self.path.name

    def __repr__(self) -> str:
        return f"RunFolder({str(self.path)!r})"

    # -- making ------------------------------------------------------------------------------------------------------

    @classmethod
    def create(cls, root: Path, recipe: Recipe, name: str | None = None) -> RunFolder:
        """A new folder below `root` for `recipe`; without `name` one is made from recipe, data and a number.

        Raises InputError for a name that is taken or is no plain folder name.
        """
        root = Path(root)
        root.mkdir(parents=True, exist_ok=True)
        if name is not None:
            check_name(name, "run")
            path = root / name
            try:
                path.mkdir()
            except FileExistsError:
                raise InputError(f"There is a run named {name!r} already; choose another name or resume it.") from None
        else:
            path = _new_folder(root, recipe)
        folder = cls(path)
        write_json(path / "born.json", {"time": time.time()})
        folder.write_recipe(recipe)
        folder.write_status(Status(steps=recipe.steps, heartbeat=time.time()))
        return folder

    def write_recipe(self, recipe: Recipe) -> None:
        write_json(self.path / "recipe.json", recipe.to_json())

    def raise_limits(self, recipe: Recipe) -> None:
        """Write `recipe`, whose limits are larger; `restore_limits` takes it back until `keep_limits` is called."""
        before = self.recipe()
        write_json(self.path / "limits.json", {"steps": before.steps, "minutes": before.minutes})
        self.write_recipe(recipe)

    def keep_limits(self) -> None:
        """The run goes on: the larger limits hold."""
        (self.path / "limits.json").unlink(missing_ok=True)

    def restore_limits(self) -> None:
        """The run could not go on: the limits are what they were."""
        limits = _read_json(self.path / "limits.json")
        if limits is not None:
            self.write_recipe(self.recipe().replace(steps=limits.get("steps"), minutes=limits.get("minutes")))
            self.keep_limits()

    def recipe(self) -> Recipe:
        """What was asked. Raises InputError if the file is missing or cannot be read."""
        return Recipe.from_file(self.path / "recipe.json")

    def born(self) -> float:
        """Unix time at which the run was created; 0 if that is not known."""
        seconds = (_read_json(self.path / "born.json") or {}).get("time")
        return float(seconds) if isinstance(seconds, (int, float)) else 0.0

    def delete(self) -> None:
        """Remove the run and everything in it. Raises InputError while it is being trained."""
        self.check_idle()
        close_live_folder(self.path)
        try:
            shutil.rmtree(self.path)
        except OSError as error:
            raise InputError(f"The run {self.name} cannot be deleted: {error.strerror or error}.") from error

    # -- what the trainer writes -------------------------------------------------------------------------------------

    def write_status(self, status: Status) -> None:
        # The last word is not replaced a second later.
        write_json(self.path / "status.json", dataclasses.asdict(status), durable=not status.is_active)

    def append_event(self, event: Mapping[str, Any]) -> None:
        """Add one line to the events; one write, so that readers see whole lines even if two processes write."""
        line = json.dumps(event, separators=(",", ":")) + "\n"
        descriptor = os.open(self.path / "events.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the run for this process. Raises InputError if another living process holds it.

        While it is held, live files are in memory; afterwards the last picture is in the run folder, and the newest
        weights are those of the model.
        """
        path = self.path / "lock"
        with _alone_in(self.path):
            owner = self._lock_owner()
            if owner is not None:
                raise InputError(f"The run {self.name} is being trained by process {owner}; stop or pause it there.")
            # Replaces the lock of a process that is gone; never seen without its content.
            write_json(path, {"pid": os.getpid(), "started": started(os.getpid())})
        try:
            open_live_folder(self.path)
            yield
        finally:
            close_live_folder(self.path, self.live_picture.name)
            with suppress(OSError):
                self.live_weights.unlink(missing_ok=True)  # where there was no room in memory
            path.unlink(missing_ok=True)

    def _lock_owner(self) -> int | None:
        """The living process that holds the run."""
        held = _read_json(self.path / "lock") or {}
        pid, since = held.get("pid"), held.get("started")
        if not isinstance(pid, int) or not is_running(pid, since):
            return None
        if since is None and time.time() - _modified(self.path / "status.json") > LONG_SILENCE:
            return None
        return pid

    # -- what viewers read -------------------------------------------------------------------------------------------

    def status(self) -> Status:
        """The newest status; a run whose process is gone without a word is `interrupted`."""
        status = Status()
        for _ in range(2):  # it may have said its last word and let go between the two looks
            status = Status.from_json(_read_json(self.path / "status.json") or {})
            if not status.is_active or self.is_alive(status):
                return status
        status.state = "interrupted"
        step = self.saved_step()
        begin = "from the beginning: nothing was saved yet" if step is None else f"from its checkpoint at step {step}"
        status.reason = f"Its process ended without a word; it can be resumed {begin}."
        return status

    def saved_step(self) -> int | None:
        """The step of the newest checkpoint; None if there is none."""
        steps = [int(path.stem) for path in (self.path / "checkpoints").glob("*.safetensors") if path.stem.isdecimal()]
        return max(steps, default=None)

    def is_alive(self, status: Status | None = None) -> bool:
        """Whether a living process works on the run or has just been told to."""
        if self._lock_owner() is not None:
            return True
        status = status or Status.from_json(_read_json(self.path / "status.json") or {})
        if status.state != "starting" or time.time() - status.heartbeat > SILENCE:
            return False
        return (_read_json(self.path / "lock") or {}).get("pid") != status.pid  # else it had begun, and is gone

    def check_idle(self) -> None:
        """Raise InputError while the run is being trained."""
        if self.status().is_active:
            raise InputError(f"The run {self.name} is being trained; stop it first.")

    def events(self, after: int = 0) -> tuple[list[dict[str, Any]], int]:
        """Events from byte `after` on, and the byte to go on from. A line still being written waits for the next call."""
        try:
            with (self.path / "events.jsonl").open("rb") as file:
                file.seek(after)
                data = file.read()
        except OSError:
            return [], after
        whole = data[: data.rfind(b"\n") + 1]
        events: list[dict[str, Any]] = []
        for line in whole.splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                continue  # a line cut short by a crash of the machine
            if isinstance(event, dict):
                events.append(event)
        return events, after + len(whole)

    def keyframes(self) -> list[Keyframe]:
        """Kept moments, oldest first."""
        found: list[Keyframe] = []
        for picture in (self.path / "keyframes").glob("*.jpg"):
            if picture.stem.isdecimal():
                weights = picture.with_suffix(".safetensors")
                found.append(Keyframe(int(picture.stem), picture, weights if weights.exists() else None))
        return sorted(found, key=lambda keyframe: keyframe.step)

    def log_tail(self, lines: int = 40) -> str:
        """The last lines that the worker printed."""
        try:
            text = (self.path / "log.txt").read_text(errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    @property
    def model(self) -> Path:
        """The averaged networks as of the last checkpoint."""
        return self.path / "model.safetensors"

    @property
    def best_model(self) -> Path:
        """The averaged networks where they measured best; not there until a run has been measured."""
        return self.path / "best.safetensors"

    @property
    def best_checkpoint(self) -> Path:
        """Everything as of `best_model`, beside the newest checkpoints."""
        return self.path / "checkpoints" / "best.safetensors"

    @property
    def live_folder(self) -> Path:
        """Where what is replaced every second lies: in memory while the run trains, if this system has room for it."""
        return live_folder(self.path)

    @property
    def live_picture(self) -> Path:
        return self.live_folder / "live.jpg"

    @property
    def live_weights(self) -> Path:
        """A model file with the newest averaged weights in half precision; `model` once the run has ended."""
        return self.live_folder / "live.safetensors"

    @property
    def own(self) -> OwnPictures:
        """The pictures that a person wants to see translated while the run learns."""
        from gan_core.store.own import OwnPictures  # it decodes pictures, which listing runs need not wait for

        return OwnPictures(self.path / "own")

    @property
    def pins(self) -> Pins:
        """Moments that are never thinned out."""
        return Pins(self.path)

    @property
    def live_own(self) -> Path:
        """The newest sheet of them; the last key frame's once the run has ended."""
        return self.live_folder / "own.jpg"

    def own_at(self, step: int) -> Path:
        """The sheet of them at a key frame; not there if there were none then."""
        return self.path / "keyframes" / f"{step:08d}.own.jpg"

    @property
    def layout(self) -> Path:
        """Of a translation: how its sheets of pictures are to be read (see `training.chains`)."""
        return self.path / "layout.json"

    # -- wishes ------------------------------------------------------------------------------------------------------

    def wish(self, wish: str) -> int:
        """Ask whoever trains the run to pause, resume, stop or save. Returns the wish's number."""
        if wish not in WISHES:
            raise InputError(f"A run can be asked to {', '.join(WISHES)}; not to {wish!r}.")
        sequence = (self.control() or {"sequence": 0})["sequence"] + 1
        write_json(self.path / "control.json", {"sequence": sequence, "wish": wish})
        return sequence

    def forget_wishes(self) -> None:
        """Nothing is wished of a run that is not being trained: what comes from now on is meant for the next training."""
        with suppress(OSError):
            (self.path / "control.json").unlink(missing_ok=True)
            self.pins.forget_asking()

    def control(self) -> dict[str, Any] | None:
        """The newest wish, with its number."""
        control = _read_json(self.path / "control.json")
        if control is None or not isinstance(control.get("sequence"), int) or control.get("wish") not in WISHES:
            return None
        return control


def default_root() -> Path:
    """Where runs live unless told otherwise: $GAN_WORKBENCH_RUNS, else ./runs."""
    return Path(os.environ.get("GAN_WORKBENCH_RUNS", "runs"))


def check_name(name: str, what: str) -> None:
    """Raise InputError where a new `what` (run, race) cannot have a folder of this name beside the others."""
    if not NAME.fullmatch(name):
        raise InputError(f"A {what}'s name is 1 to 80 letters a to z, digits, dots, spaces, - or _; not {name!r}.")
    if is_reserved(name):
        raise InputError(
            f"The folder {name} is where this program keeps other things; choose another name for the {what}."
        )


def is_reserved(name: str) -> bool:
    """Whether the folder called `name` beside the runs is one of this program's own: listed as no run, whatever lies in it."""
    return name.casefold() in (MODELS, KEPT, UPLOADS)


def list_runs(root: Path | str | None = None) -> list[RunFolder]:
    """The runs below `root`, newest first; folders that are no runs are passed over."""
    root = Path(root) if root is not None else default_root()
    found: list[tuple[float, RunFolder]] = []
    for recipe in root.glob("*/recipe.json"):
        folder = RunFolder(recipe.parent)
        if is_reserved(folder.name):
            continue
        try:
            folder.recipe()
            found.append((folder.born(), folder))
        except (InputError, OSError):
            continue
    found.sort(key=lambda entry: (entry[0], entry[1].name), reverse=True)
    return [folder for _, folder in found]


def find_run(name: str | Path, root: Path | str | None = None) -> RunFolder:
    """The run at the path `name`, or called `name` or `runs/NAME` below `root`. Raises InputError if there is none."""
    path = Path(name)
    if (path / "recipe.json").is_file():
        return RunFolder(path)
    runs = {run.name: run for run in list_runs(root)}
    plain = str(name).removeprefix("runs/")
    if plain not in runs:
        raise InputError(unknown("run", str(name), runs))
    return runs[plain]


def place_of(name: str | Path, root: Path | str | None = None) -> tuple[Path, str]:
    """Root and name of a run that is to live at the path `name`; `NAME` and `runs/NAME` are names below `root`."""
    path = Path(name)
    if path.parent in (Path("."), Path("runs")) and not path.is_absolute():
        return (Path(root) if root is not None else default_root()), path.name
    return path.parent, path.name


def _new_folder(root: Path, recipe: Recipe) -> Path:
    words = [_plain(recipe.name) or "run", _plain(Path(recipe.data).stem) or "data"]
    stem = "-".join(words) if words[1] not in words[0] else words[0]
    number = 1
    while True:
        path = root / f"{stem}-{number:03d}"
        try:
            path.mkdir()
            return path
        except FileExistsError:
            number += 1


def _plain(text: str) -> str:
    """Letters and digits of `text`, joined by hyphens: safe as part of a folder's name on every system."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:30].strip("-")


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other processes from taking the same lock over at the same moment; held for an instant only.

    Some network folders know no locks, or none on what is only read; without, two takeovers within a millisecond stay
    possible.
    """
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(folder / "guard", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        values = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return values if isinstance(values, dict) else None
