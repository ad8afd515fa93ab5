"""A10: whatever lies in the files of one run or comparison, it is that one's sentence: no list and no poll fails.

Every file of a run folder and of a comparison folder is filled with JSON of every type, with wrong values in single fields,
and with bytes that are no JSON, from fixed seeds.
"""

from __future__ import annotations

import copy
import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gan_core.cli import main
from gan_core.compare import BenchmarkConfig, Candidate, ComparisonFolder, list_comparisons, markdown, plan
from gan_core.compare.table import cells, notes
from gan_core.errors import InputError
from gan_core.models import list_models
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder, list_runs
from gan_core.runs import queue as line
from gan_core.runs.folder import Status
from gan_core.runs.locating import damaged_runs
from gan_core.runs.owners import owners_of
from gan_core.ui.context import Context
from gan_core.ui.dispatch import exposed
from gan_core.ui.importing import Importing
from gan_core.ui.models.table import ModelTable
from gan_core.ui.protocol import call
from gan_core.ui.train.comparison import ComparisonController
from gan_core.ui.train.live_run import LiveRun
from tests.ui.fake_run import fake_run

ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    10**400,
    float("nan"),
    float("inf"),
    "",
    "x",
    "\ud800",
    "\0",
    [],
    [[]],
    {},
    {"a": None},
    "y" * 3_000,
]
BYTES = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"5",
    b'"text"',
    b"\xff\xfe\x00",
    b"[" * 50_000,
    b"\xef\xbb\xbf{}",
    b'{"step":' + b"9" * 5_000 + b"}",
]
RUN_FILES = (
    "recipe.json",
    "status.json",
    "born.json",
    "control.json",
    "lock",
    "limits.json",
    "layout.json",
    "racer.json",
    "owner.json",
    "queued.json",
    "kept/favourites.json",
    "kept/paths.json",
    "keyframes/00000012.pin",
    "keyframes/now.pin",
    "own/last",
    "events.jsonl",
)


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    root = tmp_path / "runs"
    fake_run(root, name="odd")
    fake_run(root, name="fine")
    recipe = Recipe.named("dcgan").replace(channels=1)
    entries = [Candidate("plain", recipe), Candidate("other", recipe.replace(batch_size=8))]
    comparison = ComparisonFolder.begin(
        root, plan(entries, BenchmarkConfig(seeds=(0, 1), steps=8, device="cpu", samples=100)), "cup"
    )
    values = comparison.values()
    metric = {"key": "patches", "title": "patches", "words": "of patches", "better": "lower", "digits": 2}
    values["judging"] = {"size": 32, "channels": 1, "samples": 100, "reference": 4, "metrics": [metric]}
    values["judging"]["reference_levels"] = {"patches": 1.0}
    for trial in values["racers"]:
        moment = {"share": 0.5, "step": 4, "images": 256, "seconds": 1.0, "values": {"patches": 2.5}}
        trial |= {"state": "stopped", "moments": [moment]}
    comparison.write_values(values)
    yield root
    for run in root.glob("*"):
        shutil.rmtree(RunFolder(run).live_folder, ignore_errors=True)


def sentence(call: Callable[[], Any]) -> Any:
    """What `call` returns; an InputError is a sentence, and everything else a failure."""
    try:
        return call()
    except InputError as error:
        assert str(error).encode()  # noqa: PT017 - refused or not, it is one or the other
    return None


def asked(function: Callable[..., Any], request: dict[str, Any]) -> dict[str, Any]:
    """What the page is answered: a response or a sentence, never a bug."""
    response = json.loads(bytes(exposed(function)(request).body))
    assert "That did not work" not in response.get("error", ""), (request, response)
    return response


def read_everything(root: Path) -> None:
    """What the shell and an open page ask for."""
    context = Context(root, "cpu")
    names = [run.name for run in list_runs(root)]
    assert "fine" in names, "one odd run hides another"
    assert set(names) | set(damaged_runs(root)) >= {"fine", "odd"}
    run = RunFolder(root / "odd")
    status = run.status()
    assert json.dumps(vars(status), allow_nan=False).encode()
    assert status.state
    run.keyframes()
    run.pins.all()
    run.control()
    run.born()
    run.comparison()
    run.read_layout()
    run.own.all()
    run.log_tail()
    run.saved_step()
    owners_of(run.path)
    line.tickets(root)
    list_models(root)
    for event in run.events()[0]:
        assert isinstance(event.get("step", 0), int)
    live = LiveRun(context.runs, context.trainings)
    for name in ("odd", "fine", None):
        asked(live.poll, {"run": name})
        live.forget_list()
    answer = asked(ModelTable(context.runs, context.models, context.trainings, context.settings).listing, {})
    assert {"fine", "odd"} <= {card["name"] for card in answer["runs"]}


def read_comparisons(root: Path) -> None:
    comparisons = list_comparisons(root)
    context = Context(root, "cpu")
    panel = ComparisonController(context.runs, context.trainings, context.settings)
    asked(panel.poll, {"comparison": "cup"})
    for comparison in comparisons:
        values = sentence(comparison.values)
        if values is not None:
            cells(values)
            notes(values)
            markdown(values)
            comparison.trials()
            comparison.terms()


def written(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def one_field_wrong(values: Any, rng: random.Random) -> Any:
    """A copy of `values` in which one value somewhere, or one field more, is odd."""
    values = copy.deepcopy(values)
    place = values
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return values
        key = rng.choice(keys)
        if isinstance(place[key], (dict, list)) and place[key] and rng.random() < 0.7:
            place = place[key]
            continue
        if rng.random() < 0.15:
            del place[key]
        else:
            place[key] = rng.choice(ODD)
        return values


@pytest.mark.parametrize("name", RUN_FILES)
def test_odd_files_of_a_run(root: Path, name: str) -> None:
    rng = random.Random(name)
    path = root / "odd" / name
    before = path.read_bytes() if path.exists() else b"{}"
    for content in [*BYTES, *(json.dumps(value).encode() for value in ODD)]:
        written(path, content)
        read_everything(root)
    for _ in range(25):
        lines = before.splitlines() if name == "events.jsonl" else [before]
        found = [json.dumps(one_field_wrong(json.loads(each), rng)).encode() for each in lines if each[:1] == b"{"]
        written(path, b"\n".join(found) + b"\n")
        read_everything(root)


def test_odd_fields_of_a_status_are_told(root: Path) -> None:
    run = RunFolder(root / "odd")
    run.write_status(Status(state="finished", step=7))
    values = json.loads((run.path / "status.json").read_text())
    for name, wrong in (("step", "many"), ("seconds", -1), ("reason", ["x"]), ("images", 10**400), ("device", None)):
        (run.path / "status.json").write_text(json.dumps({**values, name: wrong}))
        status = run.status()
        assert status.state == "finished"
        assert f"status.json of odd is damaged: its {name} cannot be" in (status.reason or "")
    (run.path / "status.json").write_text(json.dumps({**values, "state": "exploded"}))
    assert run.status().state == "interrupted"
    assert "its state cannot be 'exploded'" in (run.status().reason or "")


def test_odd_comparisons(root: Path) -> None:
    rng = random.Random(0)
    path = root / "cup" / "race.json"
    before = path.read_bytes()
    read_comparisons(root)
    assert json.loads(before)["racers"]
    for content in [*BYTES, *(json.dumps(value).encode() for value in ODD)]:
        path.write_bytes(content)
        read_comparisons(root)
    for _ in range(150):
        path.write_text(json.dumps(one_field_wrong(json.loads(before), rng)))
        read_comparisons(root)
    path.write_bytes(before)
    assert [comparison.name for comparison in list_comparisons(root)] == ["cup"]


def test_a_damaged_comparison_says_so_and_can_be_deleted(root: Path) -> None:
    (root / "cup" / "race.json").write_text('{"schema": 1, "racers": 5}')
    assert main(["race", "--resume", str(root / "cup")]) == 2
    ComparisonFolder(root / "cup").write_status(Status(state="stopped"))
    ComparisonFolder(root / "cup").delete()
    assert not (root / "cup").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("name", RUN_FILES)
def test_pipes_and_folders_are_not_waited_for(root: Path, name: str) -> None:
    path = root / "odd" / name
    for make in (os.mkfifo, os.mkdir):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        path.parent.mkdir(exist_ok=True)
        make(path)
        if name != "recipe.json":
            read_everything(root)
        else:
            assert [run.name for run in list_runs(root) if run.name in ("odd", "fine")] == ["fine"]


def test_a_run_whose_recipe_is_odd_is_named_and_can_be_deleted(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "odd" / "recipe.json").write_text("[]")
    assert main(["runs", "--json", "--runs", str(root)]) == 0
    out, err = capsys.readouterr()
    assert "odd: " in err
    assert "fine" in [run["name"] for run in json.loads(out)]
    context = Context(root, "cpu")
    shelf = ModelTable(context.runs, context.models, context.trainings, context.settings)
    card = next(card for card in call(shelf.listing, {})["runs"] if card["name"] == "odd")
    assert card["rows"][0][0] == "Reason"
    assert call(LiveRun(context.runs, context.trainings).poll, {"run": "odd"})["gone"]
    assert Importing(context.models) is not None
    RunFolder(root / "odd").write_status(Status(state="failed"))
    RunFolder(root / "odd").delete()
    assert call(shelf.listing, {})["runs"]
