"""Trials of recipes in a process of their own, so that the page stays quick: `python -m gan_core.training.timing_probes
DEVICE`.

One recipe as JSON a line on standard input, one answer a line on standard output. The process works with a worker's
niceness and threads, ends when its input ends, and is ended by `TimingProbes` after a rest.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from gan_core.errors import InputError
from gan_core.parts.plugins import add_worker_option, load_from_arguments, worker_arguments
from gan_core.recipes import Recipe

REST = 60.0
"""Seconds without a request after which the process is ended: it holds some hundred megabytes."""
PATIENCE = 5.0
"""Seconds after which a trial that is not asked for any more is cancelled, when another recipe is requested."""


class TimingProbes:
    """Measures one recipe at a time in the background; the newest request is next."""

    def __init__(self, device: str = "auto") -> None:
        self.device = device
        self._lock = threading.Condition()
        self._process: subprocess.Popen[str] | None = None
        self._requested: Recipe | None = None
        self._current: tuple[Recipe, float] | None = None
        """The recipe being measured, and when it was last asked for."""
        self._refused: dict[str, str] = {}
        self._thread: threading.Thread | None = None
        self._resting_until = 0.0

    def ask(self, recipe: Recipe) -> None:
        """Measure `recipe` as soon as possible; returns at once.

        A recipe that was asked for before and has not begun is dropped. A trial under way goes on while its recipe is
        still asked for: two callers (two parts of a page, two pages) would else cancel each other's for ever on a
        machine where one takes longer than `PATIENCE`.
        """
        from gan_core.training.estimate import alike

        with self._lock:
            now = time.monotonic()
            if now < self._resting_until:
                return
            if self._current and alike(self._current[0], recipe):
                self._current = (self._current[0], now)
                return
            self._requested = recipe
            if self._current and now - self._current[1] > PATIENCE:
                self._kill()
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="trials", daemon=True)
                self._thread.start()
            self._lock.notify()

    def refusal(self, recipe: Recipe) -> str | None:
        """Why `recipe` could not be measured; None if it was not tried or could."""
        return self._refused.get(_name(recipe))

    def stop(self, rest: float = 0.0) -> None:
        """Break off whatever is measured, and measure nothing for `rest` seconds: a training begins."""
        with self._lock:
            self._requested = None
            self._resting_until = time.monotonic() + rest
            self._kill()
            self._lock.notify()

    def _work(self) -> None:
        while True:
            with self._lock:
                if self._requested is None and not self._lock.wait_for(lambda: self._requested is not None, REST):
                    self._kill()
                    self._thread = None
                    return
                assert self._requested is not None
                recipe = self._requested
                self._requested, self._current = None, (recipe, time.monotonic())
                if self._process is None or self._process.poll() is not None:
                    self._process = _spawn(self.device)
                process = self._process
            answer = _exchange(process, recipe)
            with self._lock:
                self._current = None
                if answer is not None and "error" in answer:
                    self._refused[_name(recipe)] = answer["error"]

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            if self._current is None:  # else the thread that waits for the answer closes the pipes
                _close(process)


def _name(recipe: Recipe) -> str:
    return json.dumps(recipe.to_json())


def _spawn(device: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "gan_core.training.timing_probes", device, *worker_arguments()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,  # Ctrl-C in the terminal reaches the app, which ends this process
        cwd=Path(__file__).parents[2],
    )


def _exchange(process: subprocess.Popen[str], recipe: Recipe) -> dict[str, Any] | None:
    """The answer of one trial; None if it was broken off."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(_name(recipe) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if line:
            return json.loads(line)
    except (OSError, ValueError):
        pass
    process.kill()
    process.wait()
    _close(process)
    return None


def _close(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):  # what was still to be written goes nowhere
            if pipe is not None:
                pipe.close()


def main(arguments: list[str] | None = None) -> int:
    """Measure recipes, one JSON object a line on standard input, until it ends; return the exit code.

    An InputError is answered with its sentence.
    """
    parser = argparse.ArgumentParser(prog="python -m gan_core.training.timing_probes")
    parser.add_argument("device")
    add_worker_option(parser)
    options = parser.parse_args(arguments)
    from gan_core.training.worker import NICENESS, leave_a_core

    if hasattr(os, "nice"):
        os.nice(NICENESS)
    leave_a_core()
    from gan_core import devices
    from gan_core.training.estimate import timing_probe

    problem = load_from_arguments(options.plugins)
    for line in sys.stdin:
        try:
            if problem:
                raise InputError(problem)
            answer = timing_probe(Recipe.from_json(json.loads(line)), devices.choose(options.device)).to_json()
        except InputError as error:
            answer = {"error": str(error)}
        except (RuntimeError, MemoryError) as error:
            if not devices.ran_out_of_memory(error):
                raise
            answer = {"error": "This does not fit into the device's memory: choose a smaller size, width or batch."}
        print(json.dumps(answer), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
