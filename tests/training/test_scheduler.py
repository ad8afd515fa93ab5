"""At most so many trainings at once: who waits, who is next, and what survives a restart. Nothing is trained here."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gan_core.errors import InputError
from gan_core.recipes import Recipe
from gan_core.runs.folder import RunFolder, Status
from gan_core.runs.owners import add_owner, digest_of
from gan_core.runs.processes import started
from gan_core.runs.queue import is_queued
from gan_core.training import scheduler as module
from gan_core.training.scheduler import TrainingQueue, usual_places

ADA, BOB = "ada-0000-0000-0000", "bob-0000-0000-0000"


class Machine:
    """A queue whose trainings are lock files of this process: they go on until they are ended."""

    def __init__(self, root: Path, places: int = 1, *, shared: bool = False, turn: float = 900.0) -> None:
        self.root = root
        self.queue = TrainingQueue(root, places, shared=shared, turn=turn)
        self.queue.starters |= {"run": self.begin, "comparison": self.begin}
        self.order: list[str] = []

    def begin(self, folder: RunFolder) -> None:
        self.order.append(folder.name)
        values = {"pid": os.getpid(), "started": started(os.getpid())}
        (folder.path / "lock").write_text(json.dumps(values))
        folder.write_status(Status(state="running", step=3, pid=os.getpid(), heartbeat=time.time()))

    def end(self, name: str, state: str = "finished") -> None:
        (self.root / name / "lock").unlink()
        folder = RunFolder(self.root / name)
        folder.write_status(Status(state=state, step=9))
        self.queue.dispatch()

    def ask(self, name: str, mark: str = ADA) -> RunFolder:
        self.queue.check(digest_of(mark))
        folder = RunFolder.create(self.root, Recipe.named("dcgan"), name)
        add_owner(folder.path, mark)
        self.queue.submit(folder, digest_of(mark))
        return folder

    def states(self) -> dict[str, str]:
        return {path.parent.name: RunFolder(path.parent).status().state for path in self.root.glob("*/recipe.json")}


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.queue.close()


def test_the_next_one_waits_and_starts_by_itself(machine: Machine) -> None:
    first, second = machine.ask("first"), machine.ask("second")
    assert machine.states() == {"first": "running", "second": "waiting"}
    assert not is_queued(first.path)
    assert is_queued(second.path)
    where = machine.queue.where("second")
    assert where is not None
    assert (where.position, where.of, where.before) == (1, 1, ("first",))
    assert machine.queue.where("first") is None
    assert not machine.queue.has_room()
    machine.end("first")
    assert machine.states() == {"first": "finished", "second": "running"}


def test_as_many_at_once_as_are_allowed(tmp_path: Path) -> None:
    machine = Machine(tmp_path, places=2)
    for name in ("a", "b", "c"):
        machine.ask(name)
    assert machine.order == ["a", "b"]
    machine.end("b", "failed")
    assert machine.order == ["a", "b", "c"]
    machine.queue.close()


def test_a_training_of_the_shell_takes_a_place_and_a_trial_does_not(machine: Machine) -> None:
    shell = RunFolder.create(machine.root, Recipe.named("dcgan"), "shell")
    machine.begin(shell)
    machine.ask("mine")
    assert machine.states()["mine"] == "waiting"
    (shell.path / "racer.json").write_text(
        '{"race": "race-001"}'
    )  # it counts with its comparison, which holds a lock itself
    machine.queue.dispatch()
    assert machine.states()["mine"] == "running"


def test_a_link_to_a_run_is_no_second_training(tmp_path: Path) -> None:
    machine = Machine(tmp_path, places=2)
    first = machine.ask("first")
    (tmp_path / "link").symlink_to(first.path, target_is_directory=True)
    assert len(machine.queue.going()) == 1
    machine.ask("second", BOB)
    assert machine.order == ["first", "second"]
    machine.queue.close()


def test_a_folder_that_takes_no_change_holds_nobody_up(machine: Machine) -> None:
    """A ticket that cannot be taken away, such as one in a folder that has become another user's."""
    machine.ask("first")
    stuck = machine.ask("stuck", BOB)
    machine.ask("next")
    (stuck.path / "queued.json").unlink()
    (stuck.path / "queued.json").mkdir()
    machine.end("first")
    assert machine.order == ["first", "next"]
    assert machine.states()["stuck"] == "waiting"
    (stuck.path / "queued.json").rmdir()


def test_one_that_cannot_begin_does_not_cost_the_next_one_its_turn(machine: Machine) -> None:
    begin = machine.begin

    def refusing(folder: RunFolder) -> None:
        if folder.name == "odd":
            shutil.rmtree(folder.path)
            raise OSError("it went away")
        begin(folder)

    machine.queue.starters["run"] = refusing
    for name in ("first", "odd", "next"):
        machine.ask(name)
    machine.end("first")
    assert machine.order == ["first", "next"]


def test_owners_take_turns(machine: Machine) -> None:
    for name in ("a1", "a2", "a3"):
        machine.ask(name, ADA)
    machine.ask("b1", BOB)
    where = machine.queue.where("b1")
    assert where is not None
    assert where.position == 1
    for name in ("a1", "b1", "a2"):
        machine.end(name)
    assert machine.order == ["a1", "b1", "a2", "a3"]


def test_the_line_outlives_the_app(machine: Machine) -> None:
    for name in ("going", "one", "two"):
        machine.ask(name)
    machine.queue.close()
    (machine.root / "going" / "lock").unlink()
    RunFolder(machine.root / "going").write_status(Status(state="stopped"))
    again = Machine(machine.root)
    again.queue.dispatch()
    assert again.order == ["one"]
    assert again.states()["two"] == "waiting"
    again.end("one")
    assert again.order == ["one", "two"]
    again.queue.close()


def test_one_that_waits_can_be_cancelled(machine: Machine) -> None:
    machine.ask("going")
    new, old = machine.ask("new"), machine.ask("old")
    old.write_status(Status(state="waiting", step=40))
    machine.queue.cancel(new)
    assert not new.path.exists(), "it never began: nothing is lost"
    machine.queue.cancel(old)
    assert old.status().state == "stopped"
    assert old.status().step == 40
    for begun in (old, RunFolder(machine.root / "going")):
        with pytest.raises(InputError, match="does not wait"):
            machine.queue.cancel(begun)
    machine.end("going")
    assert machine.order == ["going"]


def test_nobody_fills_the_line(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_OF_ONE", 2)
    monkeypatch.setattr(module, "MOST", 3)
    for name in ("going", "one", "two"):
        machine.ask(name, ADA)
    with pytest.raises(InputError, match="2 trainings of yours wait already"):
        machine.ask("three", ADA)
    machine.ask("other", BOB)
    with pytest.raises(InputError, match="3 trainings wait already"):
        machine.ask("more", "eve-0000-0000-0000")
    assert not (machine.root / "three").exists()


def test_one_that_cannot_begin_does_not_hold_up_the_line(machine: Machine) -> None:
    machine.ask("going")
    bad = machine.ask("bad")
    machine.ask("good")

    def begin(folder: RunFolder) -> None:
        if folder.name == "bad":
            raise InputError("There is no such device.")
        machine.begin(folder)

    machine.queue.starters["run"] = begin
    machine.end("going")
    machine.queue.dispatch()
    assert machine.states()["good"] == "running"
    assert (bad.status().state, bad.status().reason) == ("failed", "There is no such device.")


def test_where_places_are_shared_nobody_keeps_one_for_ever(tmp_path: Path) -> None:
    machine = Machine(tmp_path, shared=True, turn=0.0)
    endless = machine.ask("endless", ADA)
    machine.ask("more", ADA)
    assert endless.control() is None, "its own owner waits: nobody else is kept out"
    machine.ask("others", BOB)
    control = endless.control()
    assert control is not None
    assert control["wish"] == "stop"
    assert machine.order == ["endless"]
    machine.end("endless", "stopped")
    assert machine.order == ["endless", "others"]
    assert machine.states()["endless"] == "waiting", "it goes on when it is its turn again"
    machine.end("others")
    machine.end(machine.order[-1])
    assert sorted(machine.order[2:]) == ["endless", "more"]
    machine.queue.close()


@pytest.mark.parametrize("shared", [False, True])
def test_a_place_is_kept_for_a_whole_turn_and_on_ones_own_machine_always(tmp_path: Path, shared: bool) -> None:
    machine = Machine(tmp_path, shared=shared, turn=900.0 if shared else 0.0)
    endless = machine.ask("endless", ADA)
    machine.ask("others", BOB)
    assert endless.control() is None
    machine.queue.close()


def test_a_paused_training_makes_room_for_good(tmp_path: Path) -> None:
    machine = Machine(tmp_path, shared=True, turn=0.0)
    paused = machine.ask("paused", ADA)
    paused.write_status(Status(state="paused", step=3, pid=os.getpid(), heartbeat=time.time()))
    machine.ask("others", BOB)
    assert not is_queued(paused.path)
    machine.end("paused", "stopped")
    assert machine.states() == {"paused": "stopped", "others": "running"}
    machine.queue.close()


def test_what_waits_without_anybody_looking_is_started(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK", 0.01)
    machine.ask("first")
    machine.ask("second")
    (machine.root / "first" / "lock").unlink()
    RunFolder(machine.root / "first").write_status(Status(state="finished"))
    deadline = time.monotonic() + 30
    while machine.order != ["first", "second"]:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_the_number_of_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GAN_WORKBENCH_MAX_TRAININGS", raising=False)
    for cores, places in ((1, 1), (2, 1), (4, 2), (64, 4)):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, cores=cores: set(range(cores)), raising=False)
        assert usual_places() == places
    monkeypatch.setenv("GAN_WORKBENCH_MAX_TRAININGS", "7")
    assert usual_places() == 7
    for wrong in ("0", "-1", "two", "1.5"):
        monkeypatch.setenv("GAN_WORKBENCH_MAX_TRAININGS", wrong)
        with pytest.raises(InputError, match="GAN_WORKBENCH_MAX_TRAININGS"):
            usual_places()
