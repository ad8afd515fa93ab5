"""Runs a comparison: one process, one trainer at a time, the trials in short turns, so that other load hits all
alike."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Any

import torch

from gan_core import data as data_sets
from gan_core import devices
from gan_core.compare.evaluation import TrialEvaluator
from gan_core.compare.folder import ENDED, ComparisonFolder, Trial
from gan_core.compare.trials import TrialRun
from gan_core.data import DataSet
from gan_core.devices import Arithmetic
from gan_core.errors import Cancelled
from gan_core.fetching import Bytes, progress_in_words
from gan_core.recipes import Recipe
from gan_core.runs import Status, queue
from gan_core.signals import stopping_on_signals
from gan_core.training.artifacts import NotFiniteError
from gan_core.training.endings import is_of_the_disk, is_told, reason_for

AT_ONCE = 48
"""Trials that are held in memory together; more go in groups of whole seeds, all recipes of a seed side by side."""
REPORT_INTERVAL = 0.5

OnProgress = Callable[[Status, list[Trial]], None]
Load = Callable[[Recipe], DataSet]


def run_comparison(folder: ComparisonFolder, on_progress: OnProgress | None = None, load: Load | None = None) -> Status:
    """Run the comparison in `folder` to its end, or go on with it; returns its last status.

    A trial that diverges ends, the others go on. Ctrl-C, termination and the request to stop save all trials; the
    comparison then goes on from there when it is run again. `load` brings the pictures of a recipe, for tests.
    """
    try:
        with folder.lock():
            queue.dequeue(folder.path)
            comparison = _ComparisonRun(folder, on_progress, load)
            try:
                with stopping_on_signals(comparison.ask_to_stop):
                    comparison.run()
            except BaseException as error:
                comparison.fail(error)
                if not is_told(error):
                    raise
    except OSError as error:  # the folder takes no lock
        if not is_of_the_disk(error):
            raise
        return Status(state="failed", reason=reason_for(error, folder))
    return comparison.status


class _ComparisonRun:
    def __init__(self, folder: ComparisonFolder, on_progress: OnProgress | None, load: Load | None) -> None:
        self.folder = folder
        self.on_progress = on_progress
        self.load = load or self._load
        self.values = folder.values()
        self.terms = folder.terms()
        self.trials = folder.trials()
        self.status = Status(state="starting", reason="Loading the pictures.", steps=self.terms.steps)
        self.stop = False
        self.paused = False
        self._seen = 0
        self._reported = 0.0
        self._spent: dict[str, float] = {}
        """Share of its budget by run, of those that are not in memory."""
        self._arithmetic: dict[str, Arithmetic] = {}
        self._sets: dict[tuple[int, int | None, int, str | None], DataSet] = {}
        self.runners: list[TrialRun] = []

    def ask_to_stop(self) -> None:
        """Save all and end. Safe to call from a signal handler."""
        self.stop = True

    def fail(self, error: BaseException) -> None:
        """The comparison ends for `error`, and with it the trials that are in memory; run again, it goes on."""
        for runner in self.runners:
            runner.give_up(error)
        self.status.state, self.status.reason = "failed", reason_for(error, self.folder)
        if self.folder.is_here:
            with suppress(OSError):
                self._write()
            with suppress(OSError):
                self.folder.write_last_words(self.status)

    def run(self) -> None:
        torch.set_num_threads(1)
        self.report()
        for trial in self.trials:
            self.folder.recipe_of(trial).check_plugins(f"The run {trial.run}", exact=True)
        device = devices.choose(self.terms.device)
        with suppress(Cancelled):
            self._take_all(device, self._evaluator())
        ended = all(trial.state in ENDED for trial in self.trials)
        self.folder.forget_requests()
        self.report(state="finished" if ended else "stopped", reason=None if ended else "Stopped by hand.")

    def _take_all(self, device: torch.device, evaluator: TrialEvaluator) -> None:
        waiting = [trial for trial in self.trials if trial.state not in ENDED]
        for trial in self.trials:
            self._spent[trial.run] = 0.0 if trial in waiting else 1.0
        seeds = max(1, AT_ONCE // max(1, len(self.values["recipes"])))
        while waiting and not self.stop:
            chosen = list(dict.fromkeys(trial.seed for trial in waiting))[:seeds]
            group = [trial for trial in waiting if trial.seed in chosen]
            waiting = [trial for trial in waiting if trial not in group]
            with ExitStack() as held:
                self._start(group, device, held)
                self._take_turns(evaluator)

    # -- getting ready -----------------------------------------------------------------------------------------------

    def _data(self, recipe: Recipe) -> DataSet:
        key = (recipe.size, recipe.channels, recipe.seed, recipe.class_column)
        if key not in self._sets:
            found = self.load(recipe)
            # Folders hold the same pictures whatever the seed: one copy of them is enough.
            same = (other for other in self._sets.values() if _same(other, found))
            self._sets[key] = next(same, found)
        return self._sets[key]

    def _load(self, recipe: Recipe) -> DataSet:
        return data_sets.load(
            recipe.data,
            size=recipe.size,
            channels=recipe.channels,
            seed=recipe.seed,
            class_column=recipe.class_column,
            progress=self._preparing,
        )

    def _preparing(self, done: int, total: int) -> None:
        """Say how far the pictures are. Raises Cancelled if asked to stop."""
        self._handle_requests()
        if self.stop:
            raise Cancelled
        doing = "Fetching" if isinstance(total, Bytes) else "Preparing"
        self.status.reason = f"{doing} the pictures: {progress_in_words(done, total)}."
        self.report()

    def _evaluator(self) -> TrialEvaluator:
        """One evaluator for all: the pictures of the first seed, at every side that the trials see."""
        recipes = [self.folder.recipe_of(trial).replace(seed=self.terms.seeds[0]) for trial in self.trials]
        sets: dict[tuple[int, int], DataSet] = {}
        for recipe in recipes:
            data = self._data(recipe)
            sets[data.size, data.channels] = data
        self.report(reason="Getting the evaluator ready.")
        evaluator = TrialEvaluator(list(sets.values()), self.terms.samples, lambda *_: self.report())
        self.values["judging"] = evaluator.describe()
        return evaluator

    def _start(self, group: list[Trial], device: torch.device, held: ExitStack) -> None:
        self.runners = []
        for trial in group:
            self._handle_requests()
            if self.stop:
                break
            self.report(reason=f"Getting {trial.run} ready.")
            run = self.folder.run_of(trial)
            recipe = run.recipe()
            # Trials with the same networks compute in the same arithmetic, whatever a busy machine measures next.
            networks = f"{recipe.generator} {recipe.discriminator} {recipe.size} {recipe.batch_size}"
            known = self._arithmetic.get(networks)
            runner = TrialRun(trial, run, self._data(recipe), device, known, self.terms.clock)
            held.callback(runner.held.close)
            self._arithmetic.setdefault(networks, runner.trainer.arithmetic)
            self.runners.append(runner)
        self._write()

    # -- turns -------------------------------------------------------------------------------------------------------

    def _take_turns(self, evaluator: TrialEvaluator) -> None:
        self.report(state="running", reason=None)
        while self.runners:
            waiting = True
            for runner in list(self.runners):
                self._handle_requests()
                if self.stop:
                    break
                runner.requests.handle(runner.loop)
                if runner.requests.paused and runner.loop.state() is None:
                    continue
                waiting = False
                self._turn(runner, evaluator)
                self.report()
            if self.stop:
                for runner in list(self.runners):
                    self._end(runner, "stopped")
            elif waiting:
                time.sleep(0.05)
                self.report()

    def _turn(self, runner: TrialRun, evaluator: TrialEvaluator) -> None:
        due = runner.next_moment
        try:
            state = runner.turn()
            if (state == "finished" or runner.share >= due) and not runner.is_measured:
                runner.measure(evaluator)
                self._write()
            if state is not None:
                self._end(runner, state)
        except Exception as error:
            if not isinstance(error, NotFiniteError) and not devices.ran_out_of_memory(error):
                raise  # a full disk is full for all trials
            runner.fail(error)
            self._leave(runner, 1.0)

    def _end(self, runner: TrialRun, state: str) -> None:
        share = runner.share
        try:
            runner.close(state)
        except NotFiniteError as error:
            runner.fail(error)
        self._leave(runner, share if state == "stopped" else 1.0)

    def _leave(self, runner: TrialRun, share: float) -> None:
        self.runners.remove(runner)
        self._spent[runner.trial.run] = share
        self._write()

    # -- requests and status -------------------------------------------------------------------------------------------

    def _handle_requests(self) -> None:
        """Do what is asked of the whole comparison; waits here while it is paused."""
        while True:
            control = self.folder.control()
            if control is not None and control["sequence"] > self._seen:
                self._seen = control["sequence"]
                self._do(control["wish"])
            if not self.paused or self.stop:
                return
            time.sleep(0.05)
            self.report()

    def _do(self, request: str) -> None:
        if request == "stop":
            self.stop = True
        elif request == "save":
            for runner in self.runners:
                runner.requests.save(runner.loop)
        else:
            self.paused = request == "pause"
            for runner in self.runners:
                runner.requests.set_paused(self.paused)
            self.report(state="paused" if self.paused else "running")

    def report(self, **changes: Any) -> None:
        """Write the status, twice a second unless something changed."""
        if not changes and time.monotonic() < self._reported + REPORT_INTERVAL:
            return
        self._reported = time.monotonic()
        for name, value in changes.items():
            setattr(self.status, name, value)
        for runner in self.runners:
            self._spent[runner.trial.run] = runner.share
        self.status.seconds = round(sum(self._spent.values()) / max(1, len(self.trials)), 4)
        self.status.heartbeat = time.time()
        self.folder.write_status(self.status)
        if self.on_progress is not None:
            self.on_progress(self.status, self.trials)

    def _write(self) -> None:
        self.values["racers"] = [vars(trial) for trial in self.trials]
        self.folder.write_values(self.values)


def _same(one: DataSet, other: DataSet) -> bool:
    return one.pictures.shape == other.pictures.shape and torch.equal(one.pictures, other.pictures)
