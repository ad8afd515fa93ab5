"""The program that trains one run: `python -m gan_core.training.worker RUN`.

It communicates through the run folder alone. With `--warm` instead of a folder it first prepares everything that takes
long (imports, the default data set), then waits for one line on standard input that names the run; so Start responds at
once.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from gan_core.parts.plugins import add_worker_option, load_from_arguments
from gan_core.runs.folder import RunFolder

if TYPE_CHECKING:
    from gan_core.runs.status import Status

NICENESS = 10
"""The app's own answers go first: a slider stays quick while both cores train."""


def main(arguments: list[str] | None = None) -> int:
    """Train the run that the arguments name; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m gan_core.training.worker", description=__doc__)
    parser.add_argument("run", nargs="?", help="the run folder")
    parser.add_argument("--warm", action="store_true", help="get ready, then read the run folder from standard input")
    parser.add_argument("--device", default="auto")
    add_worker_option(parser)
    options = parser.parse_args(arguments)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    run: str = options.run or ""
    leave_a_core()
    problem = load_from_arguments(options.plugins)
    if options.warm:
        if not problem:
            _get_ready(options.device)
        run = sys.stdin.readline().strip()
        if not run:
            return 0  # the app has ended without needing this worker
    _log_to(Path(run) / "log.txt")
    return refuse(RunFolder(Path(run)), problem) if problem else _train(run, options.device)


def refuse(folder: RunFolder, reason: str) -> int:
    """Tell the folder and the log why its training cannot begin; returns the exit code."""
    print(reason, file=sys.stderr)
    status = folder.status()
    status.state, status.reason = "failed", reason
    folder.write_last_words(status)
    return 2


def leave_a_core() -> None:
    """Train with all cores but one; why is said at `worker_threads`."""
    import torch

    from gan_core.training.estimate import worker_threads

    torch.set_num_threads(worker_threads())


def _get_ready(device: str) -> None:
    """Import what training needs, draw the default data set and play one step of the default recipe.

    Seconds that Start then does not cost: imports, the self-test of the arithmetic, the first call of every kernel.
    """
    from gan_core import devices
    from gan_core.errors import InputError
    from gan_core.recipes import Recipe
    from gan_core.training.session import load_data
    from gan_core.training.trainer import Trainer

    recipe = Recipe.named("dcgan")
    with contextlib.suppress(InputError):  # a device that is not there: the run that is started will say so
        Trainer(recipe, load_data(recipe), devices.choose(device)).step()


def _log_to(path: Path) -> None:
    """From here on everything printed, tracebacks included, is kept in the run folder."""
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(log, 1)
    os.dup2(log, 2)
    for stream in (sys.stdout, sys.stderr):  # a name that the encoding of the app's terminal lacks ends no training
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _train(run: str, device: str) -> int:
    from gan_core.training.session import run_training

    return exit_status(lambda: run_training(RunFolder(Path(run)), device))


def exit_status(hold: Callable[[], Status]) -> int:
    """0 where `hold` ends as it was to, 2 after an InputError, which is one sentence on standard error, else 1."""
    from gan_core.errors import InputError

    try:
        status = hold()
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    except Exception:  # noqa: BLE001 - the last words of a run or a comparison; they end in its log
        traceback.print_exc()
        return 1
    return 0 if status.state in ("finished", "stopped") else 1


if __name__ == "__main__":
    sys.exit(main())
