"""A run from its folder: create it, let it go on for longer, train it in this process."""

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
from gan_core.errors import InputError
from gan_core.paths import title_of
from gan_core.recipes import Recipe
from gan_core.runs import queue
from gan_core.runs.folder import RunFolder, Status
from gan_core.signals import stopping_on_signals
from gan_core.training import checkpoints
from gan_core.training.artifacts import NotFiniteError
from gan_core.training.endings import is_of_the_disk, is_told, reason_for
from gan_core.training.estimate import learn_from_run
from gan_core.training.identity import check_data
from gan_core.training.run import Stopped, TrainingRun
from gan_core.training.start_weights import create_run

OnEvent = Callable[[dict[str, Any]], None]


def load_data(
    recipe: Recipe, progress: Callable[[int, int], None] | None = None, *, earlier: bool = False
) -> dict[str, DataSet]:
    """The recipe's data by domain: `A`, and `B` for a translation.

    Args:
        recipe: Names the data, the size and the channels.
        progress: Called with (done, total) pictures, or `Bytes` of a download.
        earlier: Take folders and zips as version 1 did, for runs that it began.

    Raises:
        InputError: for data that cannot be used.
    """
    options: dict[str, Any] = {
        "size": recipe.size,
        "channels": recipe.channels,
        "seed": recipe.seed,
        "earlier": earlier,
        "progress": progress,
    }
    if recipe.is_paired:
        del options["earlier"]  # version 1 knew no pairs
        pair = data_sets.load_paired(recipe.data, recipe.data_b, kind=recipe.pairs, **options)
        return dict(zip(("A", "B"), pair, strict=True))
    if recipe.is_translation:
        pair = data_sets.load_pair(recipe.data, recipe.data_b, **options)
        return dict(zip(("A", "B"), pair, strict=True))
    if recipe.data_b is not None:
        raise InputError(f"The recipe {recipe.name!r} learns from one data set; leave data_b out.")
    return {"A": data_sets.load(recipe.data, class_column=recipe.class_column, **options)}


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

    What can be refused is refused here, before anything is trained: unknown parts, networks that do not fit the size,
    weights to start from of which nothing fits. The run keeps a copy of those.
    Data that turn out unreadable end the run with a sentence.
    """
    check_parts(recipe)
    if recipe.is_paired:
        data_sets.check_pairs(recipe.data, recipe.data_b, recipe.pairs)
    return create_run(Path(root), data_sets.with_lasting_data(recipe).with_plugins(), name)


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
    """Prepare an idle run to go on, for longer if asked to.

    Larger limits hold once the run has really gone on; until then `run_training` takes them back if it cannot.

    Args:
        folder: The run.
        steps: Its new total number of steps; None keeps the limit.
        minutes: Its new total training time; None keeps the limit.

    Raises:
        InputError: for limits that are not larger than what was trained, and where a plugin is missing or has changed.
    """
    saved = checkpoints.newest_good(folder.path / "checkpoints")
    folder.forget_requests()
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
    """Train the run in `folder` until its recipe is fulfilled or it is asked to stop; returns its last status.

    Goes on from the newest checkpoint if there is one. An interrupt, a termination signal or a closed terminal asks it
    to stop and save. A failure is written to the run's status in words. A failing disk and too little memory are only
    told there; everything else is raised as well.
    """
    try:
        with folder.lock():
            queue.dequeue(folder.path)  # another process than the app that put it in line may train it
            return _run_locked(TrainingRun(folder, on_event), device, data)
    except OSError as error:
        if not is_of_the_disk(error):
            raise
        return _never_begun(folder, error)


def _run_locked(run: TrainingRun, device: str, data: Mapping[str, DataSet] | None) -> Status:
    """Train in a folder that this process has locked."""
    folder = run.folder
    try:
        with stopping_on_signals(run.ask_to_stop):
            _train(run, devices.choose(device), data)
    except Stopped as stopped:
        with suppress(OSError):
            folder.keep_limits()
        run.reporter.end("stopped", str(stopped))
    except NotFiniteError as error:
        raise NotFiniteError(run.fail(error)) from error
    except BaseException as error:
        run.fail(error)
        if not is_told(error):
            raise
    finally:
        with suppress(OSError, InputError):
            folder.restore_limits()
    return run.status


def _train(run: TrainingRun, device: torch.device, data: Mapping[str, DataSet] | None) -> None:
    folder, recipe = run.folder, run.folder.recipe()
    recipe.check_plugins(f"The run {folder.name}", exact=True)

    def load(saved: Mapping[str, Any]) -> Mapping[str, DataSet]:
        if not saved and (kept := folder.keyframes()):
            run.notes.append(
                f"No checkpoint is left, though the run had been at step {kept[-1].step}: it begins at step 0 again."
            )
        loaded = dict(data) if data else known_data(recipe, saved, run.preparing_data)
        run.raise_if_stopped()
        return loaded

    run.prepare(f"Loading {title_of(recipe.data)}.", load, device)
    folder.keep_limits()
    run.start()
    before = run.trainer.step_count
    state = run.loop.run()
    assert state is not None
    learn_from_run(run.trainer, run.trainer.step_count - before, run.budget.session_seconds())
    run.close(state)


def _never_begun(folder: RunFolder, error: OSError) -> Status:
    """The folder takes no lock: say why, where that can be written and no other process trains there."""
    status = folder.status()
    alone, reason = not status.is_active, reason_for(error, folder)
    status.state, status.reason = "failed", reason
    with suppress(OSError):
        if alone:
            folder.write_last_words(status)
    return status
