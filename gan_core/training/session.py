"""A run from its folder: create it, train it in this process, and let the folder tell everything to whoever looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch

from gan_core import data as data_sets
from gan_core import devices
from gan_core.assembly import check_parts
from gan_core.data import DataSet
from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.paths import title_of
from gan_core.recipes import Recipe
from gan_core.runs import queue
from gan_core.runs.folder import RunFolder, Status
from gan_core.signals import stopping_on_signals
from gan_core.training import checkpoints
from gan_core.training.endings import is_of_the_disk, is_told, reason_for
from gan_core.training.estimate import learn_from_run
from gan_core.training.identity import check_data, check_recipe
from gan_core.training.recorder import NotFiniteError, Recorder, Stopped
from gan_core.training.trainer import Trainer

OnEvent = Callable[[dict[str, Any]], None]


def load_data(
    recipe: Recipe, progress: Callable[[int, int], None] | None = None, *, earlier: bool = False
) -> dict[str, DataSet]:
    """The recipe's data by domain: `A`, and `B` for a translation. `progress` is called with (done, total).

    `earlier`: folders and zips are taken as the first version took them.
    """
    options: dict[str, Any] = {
        "size": recipe.size,
        "channels": recipe.channels,
        "seed": recipe.seed,
        "earlier": earlier,
        "progress": progress,
    }
    if recipe.is_translation:
        pair = data_sets.load_pair(recipe.data, recipe.data_b, **options)
        return dict(zip(("A", "B"), pair, strict=True))
    if recipe.data_b is not None:
        raise InputError(f"The recipe {recipe.name!r} learns from one data set; leave data_b out.")
    return {"A": data_sets.load(recipe.data, **options)}


def known_data(
    recipe: Recipe, saved: Mapping[str, Any], progress: Callable[[int, int], None] | None = None
) -> dict[str, DataSet]:
    """The pictures that the checkpoint with the values `saved` has learned from.

    Where those of today are others, the first version may have begun the run: it listed less. Raises InputError where
    neither fit.
    """
    data = load_data(recipe, progress)
    try:
        check_data(data, saved)
    except InputError:
        with suppress(InputError):
            earlier = load_data(recipe, progress, earlier=True)
            check_data(earlier, saved)
            return earlier
        raise
    return data


def create(recipe: Recipe, root: Path | str, name: str | None = None) -> RunFolder:
    """A new run folder for `recipe` below `root`.

    What can be refused is refused here, before anything is trained: unknown parts, networks that do not fit the size.
    Data that turn out unreadable end the run with a sentence.
    """
    check_parts(recipe)
    return RunFolder.create(Path(root), data_sets.with_lasting_data(recipe).with_plugins(), name)


def move_data(folder: RunFolder, data: str | None, data_b: str | None) -> dict[str, DataSet]:
    """Let an idle run find its pictures in `data` and `data_b` from now on (None: where they were), and load them.

    Raises InputError for pictures that are not those that the run has learned from.
    """
    recipe = folder.recipe()
    moved = data_sets.with_lasting_data(recipe.replace(data=data or recipe.data, data_b=data_b or recipe.data_b))
    saved = checkpoints.newest_good(folder.path / "checkpoints")
    if moved != recipe and not saved.get("data"):
        raise InputError(
            f"The run {folder.name} has kept nothing that tells whether these are its pictures "
            f"({'; '.join(recipe.differences(moved))}): start a new run."
        )
    loaded = known_data(moved, saved)
    if moved != recipe:
        folder.write_recipe(moved)
    return loaded


def extend(folder: RunFolder, steps: int | None = None, minutes: float | None = None) -> None:
    """Get an idle run ready to go on, for longer if asked to: only larger limits are accepted.

    They hold once the run has really gone on; until then `run_training` takes them back if it cannot.
    """
    saved = checkpoints.newest_good(folder.path / "checkpoints")
    folder.forget_wishes()
    folder.restore_limits()
    recipe = folder.recipe()
    recipe.check_plugins(f"The run {folder.name}", exact=True)
    changes: dict[str, Any] = {}
    trained = {"steps": saved.get("step", 0), "minutes": saved.get("seconds", 0.0) / 60}
    for key, new in (("steps", steps), ("minutes", minutes)):
        old = getattr(recipe, key)
        if new is None:
            continue
        if old is not None and new < old:
            raise InputError(f"The run {folder.name} already has {key}={old}; only a larger number is accepted.")
        if new <= trained[key]:
            raise InputError(
                f"The run {folder.name} has trained for {trained[key]:.4g} {key} already; "
                "only a larger number is accepted."
            )
        changes[key] = new
    if changes.keys() == {"steps"} and recipe.minutes is not None:
        changes["minutes"] = None  # asked for steps: an old time limit would end the run at once
    if changes.keys() == {"minutes"} and recipe.steps is not None:
        changes["steps"] = None
    if changes:
        folder.raise_limits(recipe.replace(**changes))


def run_training(
    folder: RunFolder, device: str = "auto", on_event: OnEvent | None = None, data: Mapping[str, DataSet] | None = None
) -> Status:
    """Train the run in `folder` until its recipe is fulfilled or somebody wishes it to stop; returns its last status.

    Goes on from the newest checkpoint if there is one. An interrupt, a termination signal or a closed terminal asks it
    to stop and save. A failure is written to the run's status in words. A failing disk and too little memory are only
    told there; everything else is raised as well.
    """
    try:
        with folder.lock():
            queue.dequeue(folder.path)  # whoever trains it need not be the app that put it in line
            return _held(folder, device, on_event, data)
    except OSError as error:
        if not is_of_the_disk(error):
            raise
        return _never_begun(folder, error)


def _held(folder: RunFolder, device: str, on_event: OnEvent | None, data: Mapping[str, DataSet] | None) -> Status:
    """Train in a folder that this process has locked."""
    recorder = Recorder(folder, on_event)
    try:
        with stopping_on_signals(lambda: recorder.ask_to_stop("Asked to stop by the system.")):
            _train(folder, devices.choose(device), recorder, data)
    except Stopped as stopped:
        with suppress(OSError):
            folder.keep_limits()
        recorder.end("stopped", str(stopped))
    except NotFiniteError as error:
        raise NotFiniteError(recorder.fail(error)) from error
    except BaseException as error:
        recorder.fail(error)
        if not is_told(error):
            raise
    finally:
        with suppress(OSError, InputError):
            folder.restore_limits()
    return recorder.status


def _never_begun(folder: RunFolder, error: OSError) -> Status:
    """The folder takes no lock: say why, where that can be written and nobody else is training there."""
    status = folder.status()
    alone, reason = not status.is_active, reason_for(error, folder)
    status.state, status.reason = "failed", reason
    with suppress(OSError):
        if alone:
            folder.write_last_words(status)
    return status


def _train(folder: RunFolder, device: torch.device, recorder: Recorder, data: Mapping[str, DataSet] | None) -> None:
    recipe = folder.recipe()
    recipe.check_plugins(f"The run {folder.name}", exact=True)
    recorder.starting(f"Loading {title_of(recipe.data)}.")
    saved = checkpoints.load_newest(folder.path / "checkpoints", recorder.note)
    if saved:
        check_recipe(recipe, saved[1])
    elif kept := folder.keyframes():
        recorder.note(
            f"No checkpoint is left, though the run had been at step {kept[-1].step}: it begins at step 0 again."
        )
    data = dict(data) if data else known_data(recipe, saved[1] if saved else {}, recorder.preparing)
    if saved:
        check_data(data, saved[1])
    recorder.heed_stop()
    trainer = Trainer(recipe, data, device, _arithmetic(saved, device))
    if saved:
        trainer.load_state(*saved)
    folder.keep_limits()
    recorder.open(trainer, data, seconds=saved[1]["seconds"] if saved else 0.0)
    before = trainer.step_count
    while (reason := recorder.finished()) is None:
        recorder.after_step(trainer.step())
    learn_from_run(trainer, trainer.step_count - before, recorder.budget.session_seconds())
    recorder.close(reason)


def _arithmetic(saved: tuple[Any, Mapping[str, Any]] | None, device: torch.device) -> Arithmetic | None:
    """What the run was begun with, if this is the same kind of device: the digits then stay the same."""
    if saved is None or saved[1]["arithmetic"]["device"] != device.type:
        return None
    return Arithmetic(device, saved[1]["arithmetic"]["bfloat16"], saved[1]["arithmetic"]["threads"])
