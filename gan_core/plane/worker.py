"""The process of one visitor of the Lab: `python -m gan_core.plane.worker`.

It reads one JSON object a line from standard input and writes one line of response to standard output for each. Between
requests it trains, while it plays and a page shows it; else it sleeps. It ends when its standard input does, so with
the app.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import queue
import sys
import threading
import traceback
from typing import IO, Any

from gan_core.parts.plugins import add_worker_option, load_from_arguments

NICENESS = 5
"""The app's own answers and the drawing in the browser go first."""


def main(arguments: list[str] | None = None) -> int:
    """Answer requests until standard input ends; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m gan_core.plane.worker", description=__doc__)
    add_worker_option(parser)
    options = parser.parse_args(arguments)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    # Answers keep the real standard output; all other output goes to the app's log.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    import torch

    torch.set_num_threads(1)
    from gan_core.plane.controller import PlaneController

    requests: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(requests,), daemon=True).start()
    problem = load_from_arguments(options.plugins)
    controller, pause = PlaneController(), 0.0
    while True:
        line: str | None = ""
        with contextlib.suppress(queue.Empty):
            line = requests.get(timeout=pause) if pause > 0 else requests.get_nowait()
        if line is None:
            return 0
        if line:
            _write(answers, {"error": problem} if problem else _answer(controller, line))
        pause = controller.work()


def _read(requests: queue.SimpleQueue[str | None]) -> None:
    for line in sys.stdin:
        requests.put(line)
    requests.put(None)


def _answer(controller: Any, line: str) -> dict[str, Any]:
    from gan_core.errors import InputError

    try:
        return controller.answer(json.loads(line))
    except InputError as error:
        return {"error": str(error)}
    except Exception as error:  # noqa: BLE001 - the visitor is told, and the next request is answered
        traceback.print_exc()
        return {"error": f"That did not work: {type(error).__name__}: {error}"}


def _write(answers: IO[str], answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer, allow_nan=False) + "\n")
    answers.flush()


if __name__ == "__main__":
    sys.exit(main())
