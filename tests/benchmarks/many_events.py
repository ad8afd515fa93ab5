"""How long, and with how much memory, a million events are opened: by the page's first poll, by Explore's curves and by
the shell's list of runs. `python -m tests.benchmarks.many_events [EVENTS]`."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from gan_core.cli import main
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder, Status
from gan_core.runs.curves import curves, thinned
from gan_core.ui.context import Context
from gan_core.ui.protocol import call
from gan_core.ui.train.live_run import LiveRun


def write_events(run: RunFolder, count: int) -> None:
    """As a training writes them: mostly progress, a metric and a checkpoint now and then."""
    with (run.path / "events.jsonl").open("w") as file:
        for step in range(1, count + 1):
            numbers = {
                "images": 64 * step,
                "seconds": 1.1 * step,
                "images_per_second": 1234.56,
                "preview_share": 0.0312,
            }
            values = {"losses": {"generator": 1.23456, "discriminator": 0.98765}, "scores": {"real": 0.6, "fake": -0.4}}
            events = [{"kind": "progress", "step": step, **numbers, **values}]
            if step % 5_000 == 0:
                events.append({"kind": "checkpoint", "step": step})
            if step % 20_000 == 0:
                events.append({"kind": "metric", "step": step, "name": "sliced-wasserstein", "value": 9.0})
            file.writelines(json.dumps(event, separators=(",", ":")) + "\n" for event in events)


def measured(name: str, work: Callable[[], object]) -> None:
    """Print seconds (more than those of the processor on a busy machine), without the counting of memory, and then the most memory that Python objects took."""
    work()  # imports
    start, computing = time.perf_counter(), time.process_time()
    work()
    seconds, computed = time.perf_counter() - start, time.process_time() - computing
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"{name:32} {seconds:6.2f} s ({computed:.2f} s of processor time) {most / 2**20:6.1f} MiB")


def run(count: int) -> None:
    with tempfile.TemporaryDirectory() as root:
        folder = RunFolder.create(Path(root), Recipe.named("dcgan"), "long")
        write_events(folder, count)
        folder.write_status(Status(state="finished", step=count))
        print(f"{count:,} events, {(folder.path / 'events.jsonl').stat().st_size / 2**20:.0f} MiB")
        context = Context(root, "cpu")
        measured("first poll of the page", lambda: call(LiveRun(context.runs, context.trainings).poll, {"run": "long"}))
        measured("curves of Explore", lambda: thinned(curves(folder.events()[0])))

        def listing() -> None:
            with contextlib.redirect_stdout(io.StringIO()):
                main(["runs", "--json", "--runs", root])

        measured("runs --json", listing)


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
