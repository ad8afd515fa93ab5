"""A run from its folder: create it, train it in this process, and let the folder tell everything to whoever looks."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from gan_core import data as data_sets
from gan_core import devices
from gan_core.data import DataSet
from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.recipes import Recipe
from gan_core.store.runs import RunFolder, Status
from gan_core.training import checkpoints
from gan_core.training.recorder import NotFiniteError, Recorder
from gan_core.training.trainer import Trainer, check_parts

OnEvent = Callable[[dict[str, Any]], None]


def load_data(recipe: Recipe, progress: Callable[[int, int], None] | None = None) -> dict[str, DataSet]:
    """The recipe's data by domain: `A`, and `B` for a translation. `progress` is called with (done, total)."""
    options: dict[str, Any] = {
        "size": recipe.size,
        "channels": recipe.channels,
        "seed": recipe.seed,
        "progress": progress,
    }
    if recipe.is_translation:
        pair = data_sets.load_pair(recipe.data, recipe.data_b, **options)
        return dict(zip(("A", "B"), pair, strict=True))
    if recipe.data_b is not None:
        raise InputError(f"The recipe {recipe.name!r} learns from one data set; leave data_b out.")
    return {"A": data_sets.load(recipe.data, **options)}


def create(recipe: Recipe, root: Path | str, name: str | None = None) -> RunFolder:
    """A new run folder for `recipe` below `root`.

    What can be refused is refused here, before anything is trained: unknown parts, networks that do not fit the size.
    Data that turn out unreadable end the run with a sentence.
    """
    check_parts(recipe)
    return RunFolder.create(Path(root), recipe, name)


def extend(folder: RunFolder, steps: int | None = None, minutes: float | None = None) -> None:
    """Let a run go on for longer: only larger limits are accepted."""
    recipe = folder.recipe()
    changes: dict[str, Any] = {}
    for key, new in (("steps", steps), ("minutes", minutes)):
        old = getattr(recipe, key)
        if new is None:
            continue
        if old is not None and new < old:
            raise InputError(f"The run {folder.name} already has {key}={old}; only a larger number is accepted.")
        changes[key] = new
    if changes.keys() == {"steps"} and recipe.minutes is not None:
        changes["minutes"] = None  # asked for steps: an old time limit would end the run at once
    if changes.keys() == {"minutes"} and recipe.steps is not None:
        changes["steps"] = None
    if changes:
        folder.write_recipe(recipe.replace(**changes))


def run_training(
    folder: RunFolder, device: str = "auto", on_event: OnEvent | None = None, data: Mapping[str, DataSet] | None = None
) -> Status:
    """Train the run in `folder` until its recipe is fulfilled or somebody wishes it to stop; returns its last status.

    Goes on from the newest checkpoint if there is one. An interrupt or termination signal asks it to stop and save. A
    failure is written to the run's status in words before it is raised.
    """
    with folder.lock():
        recorder = Recorder(folder, on_event)
        try:
            with stop_on_signals(recorder):
                _train(folder, devices.choose(device), recorder, data)
        except (InputError, NotFiniteError) as error:
            recorder.end("failed", str(error))
            raise
        except torch.OutOfMemoryError:
            sentence = (
                "The device ran out of memory: choose a smaller batch_size, size or width, or device=cpu. "
                "The last checkpoint is safe."
            )
            recorder.end("failed", sentence)
        except BaseException as error:
            recorder.end("failed", f"{type(error).__name__}: {error}")
            raise
    return recorder.status


def _train(folder: RunFolder, device: torch.device, recorder: Recorder, data: Mapping[str, DataSet] | None) -> None:
    recipe = folder.recipe()
    recorder.starting(f"Loading {recipe.data}.")
    data = dict(data) if data else load_data(recipe, recorder.preparing)
    saved = checkpoints.load_newest(folder.path / "checkpoints")
    trainer = Trainer(recipe, data, device, _arithmetic(saved, device))
    if saved:
        trainer.load_state(*saved)
    recorder.open(trainer, data, seconds=saved[1]["seconds"] if saved else 0.0)
    while (reason := recorder.finished()) is None:
        recorder.after_step(trainer.step())
    recorder.close(reason)


def _arithmetic(saved: tuple[Any, Mapping[str, Any]] | None, device: torch.device) -> Arithmetic | None:
    """What the run was begun with, if this is the same kind of device: the digits then stay the same."""
    if saved is None or saved[1]["arithmetic"]["device"] != device.type:
        return None
    return Arithmetic(device, saved[1]["arithmetic"]["bfloat16"], saved[1]["arithmetic"]["threads"])


@contextmanager
def stop_on_signals(recorder: Recorder) -> Iterator[None]:
    """Turn Ctrl-C and termination into a wish to stop and save; only the main thread may catch signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in handlers:
        signal.signal(number, lambda *_: recorder.ask_to_stop("Asked to stop by the system."))
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
