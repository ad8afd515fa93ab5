"""Files written by older versions open as before: see `data_of_old_versions/README.md`."""

from __future__ import annotations

import base64
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gan_core.cli import main
from gan_core.compare import find_comparison, standings
from gan_core.models import load_model
from gan_core.runs import RunFolder, list_runs
from gan_core.training.checkpoints import load_newest
from gan_core.ui.context import Context
from gan_core.ui.explore.bookmarks import BookmarksPanel
from gan_core.ui.explore.controller import ExploreController
from gan_core.ui.explore.saved_paths import SavedPaths
from gan_core.ui.models.protocol import ListingRequest
from gan_core.ui.models.table import ModelTable
from gan_core.ui.protocol import call
from gan_core.ui.train.comparison import ComparisonController
from gan_core.ui.train.live_run import LiveRun

SAMPLES = Path(__file__).parent / "data_of_old_versions"
MODEL = "runs/old"


@pytest.fixture(params=sorted(path.stem for path in SAMPLES.glob("*.zip")), autouse=True)
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of a version, in the current folder."""
    with zipfile.ZipFile(SAMPLES / f"{request.param}.zip") as archive:
        archive.extractall(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GAN_WORKBENCH_RUNS", "runs")
    return tmp_path


@pytest.fixture
def context(folder: Path) -> Context:
    return Context(folder / "runs", "cpu")


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("L")).astype(int)


def test_a_run_is_listed_and_shown(context: Context, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "--json"]) == 0
    (old,) = [run for run in json.loads(capsys.readouterr().out) if run["name"] == "old"]
    assert (old["state"], old["step"], old["recipe"], old["data"]) == ("finished", 4, "dcgan", "pictures")
    run = RunFolder("runs/old")
    assert run.recipe().generator.to_json() == {"name": "dcgan", "width": 1}
    assert [frame.step for frame in run.keyframes()] == [2, 4]
    news = call(LiveRun(context.runs, context.trainings).poll, {"run": "old"})
    assert (news["status"]["state"], news["status"]["step"]) == ("finished", 4)
    assert [point["step"] for point in news["points"]] == [1, 4]
    assert [metric["reference_level"] for metric in news["measurements"]] == [
        30.2285,
        30.2285,
    ]  # it was called the floor
    assert news["measurements"][-1]["value"] == 75.2005
    assert news["picture"].startswith("data:image/jpeg;base64,")


def test_a_run_goes_on_from_its_checkpoint(folder: Path) -> None:
    saved = load_newest(folder / "runs" / "old" / "checkpoints")
    assert saved is not None
    assert saved[1]["step"] == 4
    assert main(["train", "--resume", "runs/old", "--steps", "6"]) == 0
    status = RunFolder("runs/old").status()
    assert (status.state, status.step, status.images) == ("finished", 6, 24)


def test_a_model_draws_what_it_drew(folder: Path) -> None:
    assert main(["sample", MODEL, "--count", "4", "--seed", "5", "--out", "again.png"]) == 0
    assert np.abs(pixels(folder / "again.png") - pixels(folder / "sample.png")).max() <= 1
    card = load_model("runs/old/model.safetensors").card
    assert (card.name, card.steps, card.size, card.data) == ("old", 4, 28, "pictures")
    assert main(["sample", "runs/old/best", "--count", "1", "--out", "best.png"]) == 0


def test_models_and_their_cards_are_listed(context: Context) -> None:
    names = {entry.name for entry in context.models.entries()}
    assert {"runs/old", "runs/old/best", "runs/cup.r1.0"} <= names
    answer = ModelTable(context.runs, context.models, context.trainings, context.settings).listing(ListingRequest())
    assert answer.problems == []
    (card,) = [card for card in answer.runs if card.name == "old"]
    assert ["Learns from", "pictures"] in [list(row) for row in card.rows]


def test_a_comparison_shows_its_table(context: Context) -> None:
    comparison = find_comparison("cup", context.runs.root)
    assert [row["label"] for row in standings(comparison.values())["recipes"]] == ["r1", "plain"]
    news = call(ComparisonController(context.runs, context.trainings, context.settings).poll, {})["comparison"]
    assert (news["name"], news["state"], news["data"]) == ("cup", "finished", "pictures")
    assert news["reference"] == pytest.approx(27.5602, abs=1e-4)
    assert [lane["label"] for lane in news["lanes"]] == ["plain", "r1"]
    assert all(len(lane["curves"][0]) == 2 for lane in news["lanes"])
    cells = " ".join(" ".join(row) for row in news["table"]["rows"])
    assert "60.33" in cells
    assert "60.32" in cells
    assert {run.name for run in list_runs(context.runs.root)} == {"old", "cup.plain.0", "cup.r1.0"}


def test_favourites_links_and_pictures_lead_back(context: Context, folder: Path, monkeypatch: Any) -> None:
    panel = BookmarksPanel(ExploreController(context.runs, context.models, context.settings))
    kept = call(panel.favourites, {"model": MODEL})["favourites"]
    assert [each["name"] for each in kept] == ["half way", "favourite 2"]
    half, other = (call(panel.open_note, {"note": each}) for each in kept)
    assert (half["model"], half["step"]) == (MODEL, None)
    assert half["latent"] == {"kind": "path", "ends": [1, 2], "t": 0.25, "way": "slerp", "scale": 0.9}
    assert (other["model"], other["step"], other["latent"]["seed"]) == (MODEL, 2, 7)

    coded = (folder / "link.txt").read_text().strip().removeprefix("#explore=")
    link = call(panel.open_note, {"note": json.loads(base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)))})
    assert {key: link[key] for key in ("model", "step", "latent")} == {
        key: other[key] for key in ("model", "step", "latent")
    }
    monkeypatch.setattr("gan_core.ui.uploads.get_upload_folder", lambda: str(folder))
    brought = call(panel.open_file, {"path": str(folder / "place.png"), "name": "place.png"})
    assert (brought["kind"], brought["model"], brought["latent"]) == ("place", MODEL, half["latent"])
    assert call(panel.open_file, {"path": str(folder / "walk.png"), "name": "walk.png"})["kind"] == "path"


def test_paths_are_read_from_their_files(context: Context, folder: Path) -> None:
    controller = ExploreController(context.runs, context.models, context.settings)
    (kept,) = call(SavedPaths(controller).path_list, {"model": MODEL})["paths"]
    assert kept["name"] == "there and back"
    assert call(SavedPaths(controller).path_read, {"note": {"model": MODEL, "path": kept["path"]}})["model"] == MODEL
    for number, source in enumerate(("path.json", "walk.png")):
        out = f"again{number}.png"
        assert main(["walk", MODEL, "--path", source, "--out", out, "--frames", "4"]) == 0
        assert np.abs(pixels(folder / out) - pixels(folder / "walk.png")).max() <= 1
