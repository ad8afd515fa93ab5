"""The comparison panel: what it offers, refuses and tells."""

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
from gan_core.ui.protocol import call
from gan_core.ui.train.comparison import ComparisonController
from gan_core.ui.train.live_run import LiveRun
from tests.ui.fake_run import picture

REQUEST: dict[str, Any] = {
    "entries": [
        {"label": "dcgan", "recipe": "dcgan"},
        {"label": "own", "recipe": "dcgan", "settings": {"penalty": "r1"}},
    ],
    "data": "glyphs",
    "minutes": 0.5,
    "seeds": 2,
}


@pytest.fixture
def comparisons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ComparisonController:
    """A panel whose comparisons are made and never held."""

    def begin(
        launcher: ComparisonLauncher, plan: ComparisonPlan, name: str | None = None, *, owner: str = ""
    ) -> ComparisonFolder:
        folder = ComparisonFolder.begin(launcher.runs_root, plan, name)
        add_owner(folder.path, owner)
        return folder

    monkeypatch.setattr(ComparisonLauncher, "start", begin)
    context = Context(tmp_path / "runs", "cpu")
    return ComparisonController(context.runs, context.trainings, context.settings)


def test_everything_that_draws_new_pictures_can_be_compared(comparisons: ComparisonController) -> None:
    offered = {known["name"]: known["control"] for known in call(comparisons.options, {})["recipes"]}
    assert offered == {name: recipe.negative_control for name, recipe in PRESETS.items() if not recipe.is_translation}


def test_a_comparison_is_made_and_told(comparisons: ComparisonController) -> None:
    assert call(comparisons.poll, {}) == {"names": [], "comparison": None}
    name = call(comparisons.start, REQUEST)["comparison"]
    comparison = comparisons.runs.comparison(name)
    recipe = comparison.recipe_of(comparison.trials()[-1])
    assert (recipe.penalty and recipe.penalty.name, recipe.seed, recipe.minutes) == ("r1", 1, 0.5)
    comparison.run_of(comparison.trials()[1]).live_picture.write_bytes(picture(9))
    news = call(comparisons.poll, {"seed": 1})["comparison"]
    assert (news["name"], news["seeds"], news["seed"], news["budget"]) == (name, [0, 1], 1, 30)
    first, second = news["lanes"]
    assert base64.b64decode(first["picture"].split(",")[1]) == picture(9)
    assert second["version"] is None
    assert second["differs"] == ["penalty: None -> {'name': 'r1'}"]
    again = call(comparisons.poll, {"comparison": name, "seed": 1, "pictures": {first["run"]: first["version"]}})[
        "comparison"
    ]
    assert "picture" not in again["lanes"][0]
    assert (
        call(LiveRun(comparisons.runs, comparisons.trainings).poll, {})["run"] is None
    )  # trials are shown here, not as single trainings


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"entries": REQUEST["entries"][:1]}, "2 to 4 recipes"),
        ({"entries": [REQUEST["entries"][0]] * 5}, "2 to 4 recipes"),
        ({"seeds": 0}, "1 to 5 seeds"),
        ({"minutes": None}, "above 0"),
        ({"data": "nothing/here"}, "nothing"),
        (
            {"entries": [REQUEST["entries"][0], {"label": "x", "recipe": "dcgan", "settings": {"data": "/"}}]},
            "no setting",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(
    comparisons: ComparisonController, change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        call(comparisons.start, {**REQUEST, **change})
    assert list(comparisons.runs.root.glob("*")) == []


def test_actions_reach_the_comparison_and_other_names_are_refused(comparisons: ComparisonController) -> None:
    mine = "ada-0000-0000-0000"
    name = call(comparisons.start, {**REQUEST, "owner": mine})["comparison"]
    assert call(comparisons.poll, {"owner": mine})["comparison"]["mine"]
    assert not call(comparisons.poll, {"owner": "bob-0000-0000-0000"})["comparison"]["mine"]
    with pytest.raises(InputError, match=f"{name} was started elsewhere"):
        call(comparisons.control, {"comparison": name, "action": "stop", "owner": "bob-0000-0000-0000"})
    assert comparisons.runs.comparison(name).control() is None
    assert call(comparisons.control, {"comparison": name, "action": "stop", "owner": mine}) == {"sequence": 1}
    assert call(comparisons.control, {"comparison": name, "action": "pause", "confirmed": name}) == {"sequence": 2}
    for wrong in ({"comparison": name, "action": "explode"}, {"comparison": "../x", "action": "stop"}):
        with pytest.raises(InputError):
            call(comparisons.control, {**wrong, "owner": mine})
