"""A11: a terminal that is closed asks a training, a comparison and the app to save and end, as a termination does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gan_core import signals
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder, Status
from gan_core.training import checkpoints, session
from tests.ports import free_port

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGHUP")

HERE = Path(__file__).parents[2]
TRAINING = """
import sys, torch
from gan_core.cli import main
from gan_core.training import session
from gan_core.compare import running
from tests.conftest import noise_set
data = {"A": noise_set(1, 32)}
session.load_data = lambda *_: data
assert running._ComparisonRun._load
running._ComparisonRun._load = lambda *_: data["A"]
print("begun", flush=True)
sys.exit(main(sys.argv[1:]))
"""


def waited(holds: Callable[[], bool], process: subprocess.Popen[bytes], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert process.poll() is None, f"the process ended early with {process.returncode}"
        assert time.monotonic() < deadline, "it does not begin"
        time.sleep(0.02)


def begun(arguments: list[str], folder: RunFolder, **options: object) -> subprocess.Popen[bytes]:
    """A training that has made its first step."""
    process: subprocess.Popen[bytes] = subprocess.Popen(
        [sys.executable, "-c", TRAINING, *arguments],
        cwd=HERE,
        **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options},  # type: ignore[call-overload]
    )
    waited(lambda: folder.status().state == "running" and folder.status().step > 0, process)
    return process


@pytest.fixture(autouse=True)
def listening() -> Iterator[None]:
    """Processes that are started here end at a SIGHUP, also where nohup started the tests."""
    handler = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, handler)


@pytest.fixture
def run(tmp_path: Path, tiny_recipe: Recipe) -> RunFolder:
    folder = session.create(tiny_recipe.replace(steps=None, minutes=60), tmp_path, "run")
    folder.write_status(Status(state="stopped"))
    return folder


def test_a_closed_terminal_saves_and_ends(run: RunFolder) -> None:
    """Both the system and the shell send the signal: the second one must not end what saves."""
    process = begun(["train", "--resume", str(run.path), "--device", "cpu"], run)
    for _ in range(3):
        process.send_signal(signal.SIGHUP)
        time.sleep(0.01)
    assert process.wait(60) == 0
    status = run.status()
    assert (status.state, status.reason) == ("stopped", "Asked to stop by the system.")
    assert checkpoints.newest_good(run.path / "checkpoints")["step"] == status.step > 0


def test_a_terminal_that_is_gone_takes_no_words_and_stops_nothing(run: RunFolder) -> None:
    """After it was closed every word printed to it is an error of the system; the training is still to be saved."""
    import pty

    master, slave = pty.openpty()
    options = {"stdin": slave, "stdout": slave, "stderr": slave, "start_new_session": True}
    process = begun(["train", "--resume", str(run.path), "--device", "cpu"], run, **options)
    os.close(slave)
    os.close(master)
    process.send_signal(signal.SIGHUP)
    process.wait(60)
    status = run.status()
    assert (status.state, status.reason) == ("stopped", "Asked to stop by the system.")
    assert checkpoints.newest_good(run.path / "checkpoints")["step"] == status.step


def test_nohup_goes_on(run: RunFolder) -> None:
    handler = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        process = begun(["train", "--resume", str(run.path), "--device", "cpu"], run)
    finally:
        signal.signal(signal.SIGHUP, handler)
    process.send_signal(signal.SIGHUP)
    step = run.status().step
    waited(lambda: run.status().step > step, process)
    process.terminate()
    assert process.wait(60) == 0
    assert run.status().state == "stopped"


def test_a_comparison_saves_and_ends(tmp_path: Path, tiny_recipe: Recipe) -> None:
    from tests.compare.test_running import begin

    comparison = begin(tmp_path, tiny_recipe, steps=100_000)
    comparison.write_status(Status(state="stopped"))
    trial = comparison.run_of(comparison.trials()[0])
    process = begun(["race", "--resume", str(comparison.path)], trial)
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGHUP)
    assert process.wait(90) == 0
    assert comparison.status().state == "stopped"
    assert {trial.state for trial in comparison.trials()} == {"stopped"}
    assert checkpoints.newest_good(trial.path / "checkpoints")["step"] == trial.status().step > 0


def test_the_app_ends_and_takes_its_temporary_folder_along(tmp_path: Path) -> None:
    port = free_port()
    cache = tmp_path / "cache"
    environment = {key: value for key, value in os.environ.items() if key != "GRADIO_TEMP_DIR"}
    process = subprocess.Popen(
        [sys.executable, "app.py", "--port", str(port), "--runs", str(tmp_path / "runs")],
        cwd=HERE,
        env={**environment, "XDG_CACHE_HOME": str(cache)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    said = b""
    while b"Ready" not in said:
        line = process.stdout.readline()
        assert line, said.decode()
        said += line
    assert list(cache.glob("gan-workbench/uploads/app-*"))
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert not list(cache.glob("gan-workbench/uploads/app-*"))


def test_a_closed_console_of_windows_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signals.signal, "SIGBREAK", signal.SIGUSR1, raising=False)
    asked: list[int] = []
    with signals.stopping_on_signals(lambda: asked.append(1)):
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGUSR1)
        os.kill(os.getpid(), signal.SIGHUP)
        os.kill(os.getpid(), signal.SIGTERM)
    assert asked == [1] * 4
    assert signal.getsignal(signal.SIGUSR1) is signal.SIG_DFL
