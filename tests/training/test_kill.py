"""Trainings are killed at seeded moments, at random and inside writes, and lose nothing.

Every life of a training is a child that is forked from this process, in which torch is imported already: a life costs
tens of milliseconds. A child that is to die inside a write counts its calls of the system's functions and sends itself
SIGKILL at one of them, before it or half-way through it.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch

from gan_core import tensor_files
from gan_core.data import DataSet
from gan_core.files import drafts_in
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder
from gan_core.runs.drafts import WRITTEN_IN
from gan_core.training import callbacks, checkpoints, loop, session
from tests.conftest import noise_set

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

KILLS = 50
STEPS = 40
WATCHED = ("open", "write", "fsync", "replace", "rename", "unlink", "ftruncate", "mkdir")


@dataclass(frozen=True)
class Life:
    """One life of a training, and how it ended."""

    killed: bool
    step: int
    """That its status told afterwards."""


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    from gan_core.recipes import Part

    return Recipe.named("dcgan").replace(
        name="killed",
        channels=1,
        latent_dim=4,
        generator=Part("dcgan", {"width": 2}),
        discriminator=Part("dcgan", {"width": 2}),
        batch_size=4,
        steps=STEPS,
        deterministic=True,
    )


@pytest.fixture(scope="module")
def data() -> dict[str, DataSet]:
    return {"A": noise_set(1, 32)}


def train(path: Path, data: dict[str, DataSet]) -> None:
    """What a child does: train with as many writes as there can be."""
    torch.set_num_threads(1)
    loop.TICK = callbacks.PROGRESS_INTERVAL = 0.0
    callbacks.FIRST_SAVES, callbacks.SAVE_INTERVAL = (0.0, 0.0), 0.0
    session.run_training(RunFolder(path), "cpu", data=data)


def forked(work: Callable[[], None], kill_after: float | None = None) -> bool:
    """Do `work` in a child; whether it was killed. Anything but that and a good end is an error."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    if kill_after is not None:
        deadline = time.monotonic() + kill_after
        while time.monotonic() < deadline:
            ended, code = os.waitpid(child, os.WNOHANG)
            if ended:
                assert os.waitstatus_to_exitcode(code) == 0
                return False
            time.sleep(0.001)
        os.kill(child, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL), f"a training ended with {code}"
    return code != 0


def deadly(call: int, half: bool) -> None:
    """In a child: die at the `call`-th of the watched calls, `half` of a write being done."""
    count = 0

    def watched(real: Callable[..., Any], name: str) -> Callable[..., Any]:
        def function(*arguments: Any, **options: Any) -> Any:
            nonlocal count
            count += 1
            if count == call:
                if half and name == "write":
                    real(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                elif half and name == "fsync":  # what a buffered write leaves that is cut off
                    os.truncate(arguments[0], os.fstat(arguments[0]).st_size // 2)
                elif half:
                    real(*arguments, **options)
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **options)

        return function

    for name in WATCHED:
        setattr(os, name, watched(getattr(os, name), name))


@pytest.fixture(scope="module")
def whole(
    tmp_path_factory: pytest.TempPathFactory, recipe: Recipe, data: dict[str, DataSet]
) -> dict[str, torch.Tensor]:
    """The last checkpoint of a training that nobody disturbed."""
    folder = session.create(recipe, tmp_path_factory.mktemp("whole"), "whole")
    assert not forked(lambda: train(folder.path, data))
    return checkpoints.load(folder.path / "checkpoints" / f"{STEPS:08d}.safetensors")[0]


def check_between(folder: RunFolder, before: int) -> int:
    """What holds whenever a training was killed; returns the step from which it goes on."""
    saved = checkpoints.newest_good(folder.path / "checkpoints").get("step", 0)
    assert saved >= before, "a checkpoint was lost"
    status = folder.status()
    if not (folder.path / "lock").exists() and status.state == "starting":
        return saved  # killed before it began
    assert status.state in ("interrupted", "finished")
    if status.state == "interrupted":
        assert status.step == saved
        assert ("from the beginning" if not saved else f"at step {saved}") in (status.reason or "")
    for path in (folder.path / "keyframes").glob("*.safetensors"):
        tensor_files.verify(path)
    return saved


def check_end(folder: RunFolder, whole: dict[str, torch.Tensor], torn: int) -> None:
    status = folder.status()
    assert (status.state, status.step) == ("finished", STEPS)
    tensors = checkpoints.load(folder.path / "checkpoints" / f"{STEPS:08d}.safetensors")[0]
    assert tensors.keys() == whole.keys()
    for name, value in whole.items():
        assert torch.equal(tensors[name], value), name
    tensor_files.verify(folder.model)
    lines = (folder.path / "events.jsonl").read_bytes()
    assert lines.endswith(b"\n")
    assert sum(not is_json(line) for line in lines.splitlines()) <= torn, "an event was glued to half a line"
    assert [draft for place in ("", *WRITTEN_IN) for draft in drafts_in(folder.path / place)] == []
    assert not (folder.path / "lock").exists()


def is_json(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def lives(folder: RunFolder, data: dict[str, DataSet], chosen: Iterator[tuple[float | None, int, bool]]) -> int:
    """Train until the end, killed as `chosen` says, checked in between; how often it was killed."""
    kills, saved = 0, 0
    for after, call, half in chosen:

        def work(after: float | None = after, call: int = call, half: bool = half) -> None:
            if after is None:
                deadly(call, half)
            train(folder.path, data)

        if not forked(work, after):
            break
        kills += 1
        saved = check_between(folder, saved)
    forked(lambda: train(folder.path, data))
    return kills


@pytest.mark.parametrize("seed", range(5))
def test_fifty_kills_lose_nothing(
    seed: int, tmp_path: Path, recipe: Recipe, data: dict[str, DataSet], whole: dict[str, torch.Tensor]
) -> None:
    """Ten kills each: the odd ones at a random moment, the even ones inside a write."""
    rng, kills, number = random.Random(seed), 0, 0
    while kills < KILLS // 5:
        folder = session.create(recipe, tmp_path, f"run-{number}")
        wanted = KILLS // 5 - kills
        plan = [
            (None, rng.randrange(1, 400), rng.random() < 0.5) if turn % 2 else (rng.uniform(0.01, 0.4), 0, False)
            for turn in range(wanted)
        ]
        kills += lives(folder, data, iter(plan))
        check_end(folder, whole, torn=wanted)
        number += 1
        assert number < 30, "nothing is killed"


def test_every_write_of_a_short_training_may_be_its_last(
    tmp_path: Path, recipe: Recipe, data: dict[str, DataSet]
) -> None:
    """Not only seeded ones: every 17th call of the first checkpoints, key frames and words, in turn."""
    short = recipe.replace(steps=2)
    whole = session.create(short, tmp_path, "whole")
    assert not forked(lambda: train(whole.path, data))
    expected = checkpoints.load(whole.path / "checkpoints" / "00000002.safetensors")[0]
    for call in range(1, 400, 17):
        folder = session.create(short, tmp_path, f"call-{call}")

        def work(path: Path = folder.path, call: int = call) -> None:
            deadly(call, half=bool(call % 2))
            train(path, data)

        killed = forked(work)
        if not killed:
            break
        check_between(folder, 0)
        forked(lambda path=folder.path: train(path, data))
        found = checkpoints.load(folder.path / "checkpoints" / "00000002.safetensors")[0]
        assert all(torch.equal(found[name], value) for name, value in expected.items())
        assert folder.status().state == "finished"
    else:
        raise AssertionError("the training makes more calls than were tried")
