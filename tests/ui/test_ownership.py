"""Runs belong to the browser that started them: what others may see, and what they may do only by name."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gan_core.errors import InputError
from gan_core.recipes import Recipe
from gan_core.runs.folder import RunFolder, Status
from gan_core.runs.owners import add_owner
from gan_core.runs.queue import enqueue
from gan_core.training.launcher import Launcher
from gan_core.ui.context import Context
from gan_core.ui.models.table import ModelTable
from gan_core.ui.protocol import call
from gan_core.ui.train.live_run import LiveRun
from gan_core.ui.train.probe_images import ProbeImageController
from gan_core.ui.train.run_list import RunList
from tests.ui.fake_run import FakeLauncher, fake_run

ADA, BOB = "ada-0000-0000-0000", "bob-0000-0000-0000"


@pytest.fixture
def context(tmp_path: Path) -> Context:
    made = Context(tmp_path / "runs", "cpu", max_trainings=1)
    launcher: Any = FakeLauncher(made.runs.root)
    made.trainings._launcher = launcher
    return made


def table(context: Context) -> ModelTable:
    return ModelTable(context.runs, context.models, context.trainings, context.settings)


def live_run(context: Context) -> LiveRun:
    return LiveRun(context.runs, context.trainings)


def run_of(context: Context, owner: str | None, state: str = "starting", name: str = "digits-3") -> RunFolder:
    run = fake_run(context.runs.root, state, name, "cyclegan")
    if owner is not None:
        add_owner(run.path, owner)
    return run


ACTIONS: dict[str, Callable[[Context, dict[str, Any]], Any]] = {
    **{
        action: lambda context, who, action=action: call(
            live_run(context).control, {"run": "digits-3", "action": action, **who}
        )
        for action in ("pause", "resume", "stop", "save", "cancel")
    },
    "delete": lambda context, who: call(table(context).delete, {"run": "digits-3", **who}),
    "train more": lambda context, who: call(table(context).resume, {"run": "digits-3", "more": 10, **who}),
    "cancel on the shelf": lambda context, who: call(table(context).cancel, {"run": "digits-3", **who}),
    "own picture added": lambda context, who: call(
        ProbeImageController(context.runs).probe_add, {"run": "digits-3", "path": "x", **who}
    ),
    "own picture turned": lambda context, who: call(
        ProbeImageController(context.runs).probe_domain, {"run": "digits-3", "number": 1, "domain": "B", **who}
    ),
    "own picture removed": lambda context, who: call(
        ProbeImageController(context.runs).probe_remove, {"run": "digits-3", "number": 1, **who}
    ),
}
STRANGERS = (
    {},
    {"owner": BOB},
    {"owner": BOB, "confirmed": "digits-4"},
)
MISTYPED = {"confirmed": {"owner": BOB, "confirmed": True}, "owner": {"owner": [ADA]}}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("owner", [ADA, None])
def test_what_others_started_is_changed_only_by_its_name(context: Context, action: str, owner: str | None) -> None:
    run = run_of(context, owner)
    before = sorted(path.name for path in run.path.rglob("*"))
    for who in STRANGERS:
        with pytest.raises(InputError, match="digits-3 was started elsewhere: confirm by its name"):
            ACTIONS[action](context, who)
    for field, who in MISTYPED.items():
        with pytest.raises(InputError, match=f"{field} is a text|digits-3 was started elsewhere"):
            ACTIONS[action](context, who)
    assert sorted(path.name for path in run.path.rglob("*")) == before
    assert run.control() is None


@pytest.mark.parametrize("who", [{"owner": ADA}, {"owner": BOB, "confirmed": "digits-3"}])
def test_who_started_a_run_or_says_its_name_may_stop_and_delete_it(context: Context, who: dict[str, Any]) -> None:
    run = run_of(context, ADA)
    assert call(live_run(context).control, {"run": run.name, "action": "stop", **who}) == {"sequence": 1}
    run.write_status(Status(state="stopped"))
    assert call(table(context).delete, {"run": run.name, **who}) == {"done": True}
    assert not run.path.exists()


def test_a_page_is_told_which_runs_are_its_own(context: Context) -> None:
    run_of(context, ADA, name="hers")
    run_of(context, None, name="of-the-shell")
    told = {entry["name"]: entry["mine"] for entry in call(live_run(context).poll, {"owner": ADA})["runs"]}
    assert told == {"hers": True, "of-the-shell": False}
    assert not any(entry["mine"] for entry in call(live_run(context).poll, {"owner": BOB})["runs"])
    assert not any(entry["mine"] for entry in call(live_run(context).poll, {})["runs"]), (
        "no mark owns what has no owner"
    )
    assert {card["name"]: card["mine"] for card in call(table(context).listing, {"owner": ADA})["runs"]} == told


def test_a_page_begins_with_its_own_run_and_stays_with_it(context: Context) -> None:
    run_of(context, ADA, "finished", "hers")
    run_of(context, BOB, "starting", "his")
    live = live_run(context)
    assert call(live.poll, {"owner": BOB})["run"] == "his"
    assert call(live.poll, {"owner": ADA})["run"] == "his", "nothing of hers goes on: she may watch"
    assert call(live.poll, {"owner": ADA, "run": "hers"})["run"] == "hers"
    assert call(live.poll, {"owner": ADA, "pick": False})["run"] is None


def test_a_waiting_run_says_where_it_stands(context: Context) -> None:
    his = run_of(context, BOB, name="his")
    run = run_of(context, ADA, "waiting", "hers")
    enqueue(run.path, "a")

    def line() -> str:
        return call(live_run(context).poll, {"owner": ADA, "run": "hers"})["status"]["line"]

    assert line() == "Waiting: 1st in line; starts when its turn comes.", "his has no process that holds it"
    with his.lock():
        assert line() == "Waiting: 1st in line; starts when his ends."
        his.write_recipe(his.recipe().replace(steps=None, minutes=None))
        assert line() == "Waiting: 1st in line; starts when his, which has no limit, is stopped."
        earlier = run_of(context, BOB, "waiting", "earlier")
        enqueue(earlier.path, "a")
        enqueue(run.path, "a")  # behind it
        assert line() == "Waiting: 2nd in line; starts when his, which has no limit, is stopped."
        assert not call(live_run(context).poll, {"owner": ADA})["room"]["free"]
    assert call(live_run(context).control, {"run": "hers", "action": "cancel", "owner": ADA}) == {"sequence": None}
    assert run.status().state == "stopped", "it had made steps: they stay"


def test_the_list_is_read_anew_only_where_files_changed(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    done, going = run_of(context, ADA, "finished", "done"), run_of(context, ADA, "starting", "going")
    runs, read = RunList(context.runs.root), []
    real = RunList._read
    monkeypatch.setattr(RunList, "_read", lambda self, path: read.append(path.name) or real(self, path))
    assert {entry.name for entry in runs.entries()} == {"done", "going"}
    read.clear()
    runs.entries()
    assert read == ["going"], "its process may end without a word"
    done.write_status(Status(state="stopped", step=77))
    assert {entry.name: entry.state for entry in runs.entries()}["done"] == "stopped"
    going.write_status(Status(state="stopped"))
    going.delete()
    assert [entry.name for entry in runs.entries()] == ["done"]
    (done.path / "recipe.json").write_text("{")
    assert runs.entries() == []


def test_what_waited_when_the_app_ended_starts_with_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = RunFolder.create(tmp_path, Recipe.named("dcgan"), "waited")
    run.write_status(Status(state="waiting"))
    enqueue(run.path, "a")
    begun: list[str] = []
    monkeypatch.setattr(Launcher, "hand_over", lambda launcher, folder: begun.append(folder.name))
    context = Context(tmp_path, "cpu", max_trainings=1)
    context.trainings.go_on_waiting()
    deadline = time.monotonic() + 30
    while not begun:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    context.shutdown()
    assert begun == ["waited"]
