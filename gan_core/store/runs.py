"""Runs on disk. The run folder is the whole protocol between whoever trains and whoever watches."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gan_core.errors import InputError
from gan_core.files import write_json
from gan_core.recipes import Recipe
from gan_core.store.processes import is_running, started

ACTIVE = ("starting", "running", "paused")
ENDED = ("finished", "stopped", "failed", "interrupted")
WISHES = ("pause", "resume", "stop", "save")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,79}")
SILENCE = 30.0
"""Seconds without a heartbeat after which a starting run without a lock counts as interrupted."""


@dataclass
class Status:
    """What a run says of itself; rewritten about twice a second while it trains."""

    state: str = "starting"
    """starting, running, paused, finished, stopped, failed; readers also see `interrupted`: its process is gone."""
    reason: str | None = None
    """In words: why it ended, or what it is doing while starting."""
    step: int = 0
    steps: int | None = None
    """Total steps asked for; None without such a limit."""
    images: int = 0
    seconds: float = 0.0
    """Training time in all, pauses left out."""
    seconds_left: float | None = None
    images_per_second: float = 0.0
    preview_share: float = 0.0
    """Share of the wall time spent on showing, 0 to 1."""
    device: str = ""
    """In words, for the screen."""
    parameters: int = 0
    """Of the generator, or of both translators."""
    live_step: int = 0
    """The step that the live weights are of."""
    pid: int = 0
    heartbeat: float = 0.0
    """Unix time of this writing."""

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Status:
        known = {field.name for field in dataclasses.fields(cls)}
        return cls(**{key: value for key, value in values.items() if key in known})

    @property
    def is_active(self) -> bool:
        """Whether a process is working on the run, or about to."""
        return self.state in ACTIVE


@dataclass(frozen=True)
class Keyframe:
    """One kept moment of a run."""

    step: int
    picture: Path
    weights: Path | None
    """A model file, unless it was thinned out."""


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
            if not NAME.fullmatch(name):
                raise InputError(f"A run's name is 1 to 80 letters, digits, dots, spaces, - or _; not {name!r}.")
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

    def recipe(self) -> Recipe:
        """What was asked. Raises InputError if the file is missing or cannot be read."""
        return Recipe.from_file(self.path / "recipe.json")

    def born(self) -> float:
        """Unix time at which the run was created; 0 if that is not known."""
        return float((_read_json(self.path / "born.json") or {"time": 0.0})["time"])

    def delete(self) -> None:
        """Remove the run and everything in it. Raises InputError while it is being trained."""
        self.check_idle()
        shutil.rmtree(self.live_folder, ignore_errors=True)
        shutil.rmtree(self.path, ignore_errors=True)

    # -- what the trainer writes -------------------------------------------------------------------------------------

    def write_status(self, status: Status) -> None:
        write_json(self.path / "status.json", dataclasses.asdict(status), durable=False)

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
        """Hold the run for this process. Raises InputError if another living process holds it."""
        path = self.path / "lock"
        mine = json.dumps({"pid": os.getpid(), "started": started(os.getpid())})
        # Written whole under another name, then linked: the lock never exists without its content.
        draft = path.with_name(f".lock.{os.getpid()}")
        draft.write_text(mine)
        try:
            if self._lock_owner() is None:
                path.unlink(missing_ok=True)  # left behind by a process that is gone
            try:
                os.link(draft, path)
            except FileExistsError:
                raise InputError(f"The run {self.name} is being trained by process {self._lock_owner()}.") from None
        finally:
            draft.unlink(missing_ok=True)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)

    def _lock_owner(self) -> int | None:
        """The living process that holds the run."""
        held = _read_json(self.path / "lock")
        if held is None or not is_running(int(held.get("pid", 0)), held.get("started")):
            return None
        return int(held["pid"])

    # -- what viewers read -------------------------------------------------------------------------------------------

    def status(self) -> Status:
        """The newest status; a run whose process is gone without a word is `interrupted`."""
        status = Status.from_json(_read_json(self.path / "status.json") or {})
        if status.is_active and not self.is_alive(status):
            status.state = "interrupted"
            status.reason = "Its process ended without a word; it can be resumed from the last checkpoint."
        return status

    def is_alive(self, status: Status | None = None) -> bool:
        """Whether a living process works on the run or has just been told to."""
        if self._lock_owner() is not None:
            return True
        status = status or Status.from_json(_read_json(self.path / "status.json") or {})
        return status.state == "starting" and time.time() - status.heartbeat < SILENCE

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
        for picture in sorted((self.path / "keyframes").glob("[0-9]*.jpg")):
            weights = picture.with_suffix(".safetensors")
            found.append(Keyframe(int(picture.stem), picture, weights if weights.exists() else None))
        return found

    def log_tail(self, lines: int = 40) -> str:
        """The last lines that the worker printed."""
        try:
            text = (self.path / "log.txt").read_text(errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    @property
    def model(self) -> Path:
        """The averaged networks as of the last checkpoint or the end."""
        return self.path / "model.safetensors"

    @property
    def live_folder(self) -> Path:
        """Where what is replaced every second lies: in memory if this system has such a folder."""
        memory = Path("/dev/shm")
        if not os.access(memory, os.W_OK):
            return self.path
        user = os.getuid() if hasattr(os, "getuid") else 0
        digest = hashlib.sha256(str(self.path.resolve()).encode()).hexdigest()[:16]
        return memory / f"gan-workbench-{user}" / digest

    @property
    def live_picture(self) -> Path:
        return self.live_folder / "live.jpg"

    @property
    def live_weights(self) -> Path:
        """A model file with the newest averaged weights in half precision."""
        return self.live_folder / "live.safetensors"

    # -- wishes ------------------------------------------------------------------------------------------------------

    def wish(self, wish: str) -> int:
        """Ask whoever trains the run to pause, resume, stop or save. Returns the wish's number."""
        if wish not in WISHES:
            raise InputError(f"A run can be asked to {', '.join(WISHES)}; not to {wish!r}.")
        sequence = (self.control() or {"sequence": 0})["sequence"] + 1
        write_json(self.path / "control.json", {"sequence": sequence, "wish": wish}, durable=False)
        return sequence

    def control(self) -> dict[str, Any] | None:
        """The newest wish, with its number."""
        control = _read_json(self.path / "control.json")
        if control is None or not isinstance(control.get("sequence"), int) or control.get("wish") not in WISHES:
            return None
        return control


def default_root() -> Path:
    """Where runs live unless told otherwise: $GAN_WORKBENCH_RUNS, else ./runs."""
    return Path(os.environ.get("GAN_WORKBENCH_RUNS", "runs"))


def list_runs(root: Path | str | None = None) -> list[RunFolder]:
    """The runs below `root`, newest first; folders that are no runs are passed over."""
    root = Path(root) if root is not None else default_root()
    found: list[tuple[float, RunFolder]] = []
    for recipe in root.glob("*/recipe.json"):
        folder = RunFolder(recipe.parent)
        try:
            folder.recipe()
            found.append((folder.born(), folder))
        except (InputError, OSError):
            continue
    found.sort(key=lambda entry: (entry[0], entry[1].name), reverse=True)
    return [folder for _, folder in found]


def _new_folder(root: Path, recipe: Recipe) -> Path:
    data = re.sub(r"[^A-Za-z0-9]+", "-", Path(recipe.data).stem).strip("-").lower() or "data"
    stem = f"{recipe.name}-{data}" if data not in recipe.name else recipe.name
    for number in range(1, 100_000):
        path = root / f"{stem}-{number:03d}"
        try:
            path.mkdir()
        except FileExistsError:
            continue
        return path
    return Path(tempfile.mkdtemp(prefix=stem, dir=root))


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        values = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return values if isinstance(values, dict) else None
