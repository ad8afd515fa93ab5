"""A run, a comparison and a command whose data set has to be downloaded first: told how far, and ended when asked to."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from torchvision import datasets

from gan_core.cli import main
from gan_core.compare import BenchmarkConfig, Candidate, ComparisonFolder, plan
from gan_core.compare.running import run_comparison
from gan_core.data import torchvision_sets
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder
from gan_core.training.session import run_training
from tests.data.small_mnist import Mirror, mirror

RECIPE = Recipe.named("gan").replace(data="mnist", size=28, steps=2, batch_size=4)


@pytest.fixture(autouse=True)
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """Where torchvision's MNIST is to be had in these tests."""
    monkeypatch.setenv("GAN_WORKBENCH_CACHE", str(tmp_path / "cache"))
    torchvision_sets._load.cache_clear()
    with mirror() as state:
        monkeypatch.setattr(datasets.MNIST, "mirrors", [state.address])
        monkeypatch.setattr(datasets.MNIST, "resources", state.resources)
        yield state
    torchvision_sets._load.cache_clear()


def when_fetching(folder: RunFolder | ComparisonFolder) -> threading.Thread:
    """Ask the run to stop as soon as its status says that it fetches its pictures."""
    said: list[str] = []
    pause = threading.Event()

    def watch() -> None:
        while not (folder.status().reason or "").startswith("Fetching the pictures: 0.0 of 11.6 MB"):
            pause.wait(0.02)
        said.append(folder.status().reason or "")
        folder.request("stop")

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    return thread


def test_a_run_says_how_far_its_pictures_are_and_stops_meanwhile(server: Mirror, tmp_path: Path) -> None:
    server.stall = next(iter(server.files))
    run = RunFolder.create(tmp_path, RECIPE)
    thread = when_fetching(run)
    status = run_training(run, "cpu")
    thread.join(20)
    assert (status.state, status.step) == ("stopped", 0)
    assert not list((tmp_path / "cache").rglob("*.gz"))
    server.stall = ""
    server.go_on.set()
    run.forget_requests()
    assert run_training(run, "cpu").state == "finished"


def test_a_comparison_says_so_too_and_stops_meanwhile(server: Mirror, tmp_path: Path) -> None:
    server.stall = next(iter(server.files))
    chosen = [Candidate("plain", RECIPE), Candidate("wide", RECIPE.replace(seed=1))]
    folder = ComparisonFolder.begin(
        tmp_path, plan(chosen, BenchmarkConfig(seeds=(0,), steps=2, device="cpu", samples=100)), "cup"
    )
    thread = when_fetching(folder)
    status = run_comparison(folder)
    thread.join(20)
    assert (status.state, status.reason) == ("stopped", "Stopped by hand.")
    assert not list((tmp_path / "cache").rglob("*.gz"))
    assert {trial.state for trial in folder.trials()} == {"waiting"}


def test_a_command_shows_a_bar_on_a_terminal(
    server: Mirror, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(["check-data", "mnist", "--size", "28"]) == 0
    output = capsys.readouterr()
    assert "Fetching mnist" in output.err
    assert "20 pictures" in output.out
    assert main(["check-data", "mnist", "--size", "28"]) == 0
    assert "Fetching" not in capsys.readouterr().err


def test_a_command_without_a_network_says_one_line(server: Mirror, capsys: pytest.CaptureFixture[str]) -> None:
    server.missing = True
    assert main(["check-data", "mnist"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
