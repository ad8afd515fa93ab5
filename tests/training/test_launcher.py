from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from gan_core.errors import InputError
from gan_core.recipes import Part, Recipe
from gan_core.runs import RunFolder
from gan_core.runs.owners import is_owner
from gan_core.runs.probe_images import ProbeImages
from gan_core.training.launcher import Launcher
from gan_core.training.scheduler import TrainingQueue
from tests.cli.conftest import picture

PATIENCE = 60.0


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.fixture
def endless(tiny_recipe: Recipe, tmp_path: Path) -> Recipe:
    for index in range(8):
        picture(tmp_path / "画像" / f"{index}.png", (32, 32), "L", seed=index)
    return tiny_recipe.replace(data=str(tmp_path / "画像"), steps=None, deterministic=True)


@pytest.fixture
def launcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Launcher]:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")  # as hostile to paths as the encodings of some systems
    launcher = Launcher(tmp_path / "実行", "cpu")
    yield launcher
    launcher.shutdown()


def state(run: RunFolder) -> str:
    return run.status().state


def test_a_worker_trains_pauses_and_saves_when_the_app_ends(launcher: Launcher, endless: Recipe) -> None:
    launcher.warm()
    launcher.warm()  # one spare is enough
    spare = launcher._spare
    run = launcher.start(endless, "mine")
    assert spare is not None
    assert run.status().pid == spare.pid, "the spare worker took it"
    wait_for(lambda: run.status().step > 0 or not run.is_alive())
    run.request("pause")
    wait_for(lambda: state(run) == "paused")
    step = run.status().step
    with pytest.raises(InputError, match="being trained"):
        launcher.resume(run)
    run.request("resume")
    wait_for(lambda: run.status().step > step)
    launcher.shutdown()
    assert state(run) == "stopped"
    assert run.model.exists()
    launcher.warm()
    assert launcher._spare is None, "a closed launcher starts nothing"


def test_own_pictures_are_there_before_the_worker_is(
    launcher: Launcher, endless: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = ProbeImages(tmp_path / "before")
    Image.new("RGB", (40, 30)).save(tmp_path / "mine.png")
    own.add(tmp_path / "mine.png", "mine.png", "B")
    seen: list[tuple[str, ...]] = []
    monkeypatch.setattr(launcher, "hand_over", lambda run: seen.append(run.own.version()))
    launcher.start(endless, "mine", own)
    assert seen == [("1-B",)]
    assert own.all() == [], "another Start must not take them again"


def test_a_worker_that_ends_is_asked_how_at_once(launcher: Launcher, endless: Recipe) -> None:
    """Nobody polls here: without somebody who waits it would stay a zombie, whose number still answers."""
    run = launcher.start(endless.replace(steps=1), "short")
    pid = run.status().pid

    def gone() -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return False

    wait_for(gone)
    assert state(run) == "finished"


def test_what_cannot_be_trained_is_refused_before_a_folder_is_made(launcher: Launcher, endless: Recipe) -> None:
    with pytest.raises(InputError, match="generator"):
        launcher.start(endless.replace(generator=Part("dcgna")))
    assert not list(launcher.runs_root.glob("*"))


MARK = "ada-0000-0000-0000"


def test_the_second_training_waits_for_the_first(endless: Recipe, tmp_path: Path) -> None:
    launcher = Launcher(tmp_path / "runs", "cpu", TrainingQueue(tmp_path / "runs", 1))
    try:
        first, second = launcher.start(endless, "first"), launcher.start(endless.replace(steps=1), "second")
        assert state(second) == "waiting"
        with pytest.raises(InputError, match="waits already"):
            launcher.resume(second)
        first.request("stop")
        wait_for(lambda: state(second) == "finished")
        assert state(first) == "stopped"
    finally:
        launcher.shutdown()


def test_a_request_that_comes_twice_starts_one_training(
    launcher: Launcher, endless: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    monkeypatch.setattr(launcher, "hand_over", lambda run: begun.append(run.name))
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: launcher.start(endless, owner=MARK, token="press-1").name, range(4)))
    assert len(set(runs)) == 1
    assert begun == runs[:1]
    assert is_owner(launcher.runs_root / runs[0], MARK)
    others = [
        launcher.start(endless, owner=MARK, token="press-2").name,
        launcher.start(endless.replace(seed=9), owner=MARK, token="press-1").name,
        launcher.start(endless, owner=MARK).name,
    ]
    assert len({*runs, *others}) == 4
