"""The race panel: what it offers, refuses and tells."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from gan_core.compare import ComparisonFolder, ComparisonPlan
from gan_core.compare.launcher import ComparisonLauncher
from gan_core.errors import InputError
from gan_core.recipes import PRESETS
from gan_core.runs.owners import add_owner
from gan_core.ui.context import Context
from gan_core.ui.train.comparison import ComparisonController
from gan_core.ui.train.live_run import LiveRun
from tests.ui.fake_run import picture

WISH: dict[str, Any] = {
    "entries": [
        {"label": "dcgan", "recipe": "dcgan"},
        {"label": "own", "recipe": "dcgan", "settings": {"penalty": "r1"}},
    ],
    "data": "glyphs",
    "minutes": 0.5,
    "seeds": 2,
}


@pytest.fixture
def races(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ComparisonController:
    """A panel whose races are made and never held."""

    def begin(
        launcher: ComparisonLauncher, plan: ComparisonPlan, name: str | None = None, *, owner: str = ""
    ) -> ComparisonFolder:
        folder = ComparisonFolder.begin(launcher.runs_root, plan, name)
        add_owner(folder.path, owner)
        return folder

    monkeypatch.setattr(ComparisonLauncher, "start", begin)
    return ComparisonController(Context(tmp_path / "runs", "cpu"))


def test_everything_that_draws_new_pictures_can_race(races: ComparisonController) -> None:
    offered = {known["name"]: known["control"] for known in races.options()["recipes"]}
    assert offered == {name: recipe.negative_control for name, recipe in PRESETS.items() if not recipe.is_translation}


def test_a_race_is_made_and_told(races: ComparisonController) -> None:
    assert races.poll({}) == {"races": [], "race": None}
    name = races.start(WISH)["race"]
    race = races.context.race(name)
    recipe = race.recipe_of(race.trials()[-1])
    assert (recipe.penalty and recipe.penalty.name, recipe.seed, recipe.minutes) == ("r1", 1, 0.5)
    race.run_of(race.trials()[1]).live_picture.write_bytes(picture(9))
    news = races.poll({"seed": 1})
    assert (news["race"], news["seeds"], news["seed"], news["budget"]) == (name, [0, 1], 1, 30)
    first, second = news["lanes"]
    assert base64.b64decode(first["picture"].split(",")[1]) == picture(9)
    assert second["version"] is None
    assert second["differs"] == ["penalty: None -> {'name': 'r1'}"]
    again = races.poll({"race": name, "seed": 1, "pictures": {first["run"]: first["version"]}})
    assert "picture" not in again["lanes"][0]
    assert LiveRun(races.context).poll({})["of"] is None  # trials are shown here, not as single trainings


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"entries": WISH["entries"][:1]}, "2 to 4 recipes"),
        ({"entries": [WISH["entries"][0]] * 5}, "2 to 4 recipes"),
        ({"seeds": 0}, "1 to 5 seeds"),
        ({"minutes": None}, "above 0"),
        ({"data": "nothing/here"}, "nothing"),
        ({"entries": [WISH["entries"][0], {"label": "x", "recipe": "dcgan", "settings": {"data": "/"}}]}, "no setting"),
    ],
)
def test_what_cannot_be_raced_is_refused(races: ComparisonController, change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        races.start({**WISH, **change})
    assert list(races.context.runs_root.glob("*")) == []


def test_wishes_reach_the_race_and_other_names_are_refused(races: ComparisonController) -> None:
    mine = "ada-0000-0000-0000"
    name = races.start({**WISH, "owner": mine})["race"]
    assert races.poll({"owner": mine})["mine"]
    assert not races.poll({"owner": "bob-0000-0000-0000"})["mine"]
    with pytest.raises(InputError, match=f"{name} was started elsewhere"):
        races.wish({"race": name, "wish": "stop", "owner": "bob-0000-0000-0000"})
    assert races.context.race(name).control() is None
    assert races.wish({"race": name, "wish": "stop", "owner": mine}) == {"sequence": 1}
    assert races.wish({"race": name, "wish": "pause", "confirmed": name}) == {"sequence": 2}
    for wrong in ({"race": name, "wish": "explode"}, {"race": "../x", "wish": "stop"}):
        with pytest.raises(InputError):
            races.wish({**wrong, "owner": mine})
