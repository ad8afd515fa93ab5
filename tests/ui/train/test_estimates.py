"""The estimate above Start, and what a machine is offered first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gan_core.assembly import check_parts
from gan_core.recipes import Recipe
from gan_core.training import estimate
from gan_core.training.estimate import Speed
from gan_core.ui.context import Context
from gan_core.ui.protocol import call
from gan_core.ui.train import estimates
from gan_core.ui.train.estimates import SIDES, WIDTHS, Estimates, scale_settings, scales, translations
from tests.ui.fake_run import fake_run

FORM = {"recipe": "cyclegan", "settings": {}, "how": "Steps", "number": 20_000}


class FakeTrials:
    def __init__(self) -> None:
        self.asked: list[Recipe] = []
        self.refused: str | None = None

    def ask(self, recipe: Recipe) -> None:
        self.asked.append(recipe)

    def refusal(self, recipe: Recipe) -> str | None:
        return self.refused

    def stop(self, rest: float = 0.0) -> None:
        pass


@pytest.fixture
def trials() -> FakeTrials:
    return FakeTrials()


@pytest.fixture
def server(tmp_path: Path, trials: FakeTrials) -> Estimates:
    context = Context(tmp_path / "runs", "cpu")
    context.trainings._timing_probes = trials  # type: ignore[assignment]
    return Estimates(context.runs, context.models, context.trainings, context.settings)


def measured(monkeypatch: pytest.MonkeyPatch, speeds: dict[tuple[int, int], float], *, busy: bool = False) -> None:
    """Steps a second by size and width; what is not there was never measured."""

    def known(recipe: Recipe, *_: Any) -> Speed | None:
        pace_ = speeds.get((recipe.size, int(recipe.generator.options["width"])))
        return Speed(pace_, "trial", 3.0, busy, "") if pace_ else None

    monkeypatch.setattr(estimate, "known_speed", known)


def test_an_estimate_is_measured_when_that_is_allowed(
    server: Estimates, trials: FakeTrials, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(monkeypatch, {})
    assert call(server.estimate, {**FORM, "measure": False}) == {
        "rest": "Measuring how fast this machine is …",
        "pending": True,
    }
    assert trials.asked == []
    call(server.estimate, {**FORM, "measure": True})
    assert trials.asked[0].steps == 20_000
    measured(monkeypatch, {(64, 32): 2.6})
    told = call(server.estimate, FORM)
    assert told["short"] == "About 2 h 10 min for 20,000 steps at 64 px on this machine"
    assert told["rest"] == "(measured: 2.6 steps/s in a trial of 3 s)."
    measured(monkeypatch, {(64, 32): 2.6}, busy=True)
    assert "alone it is faster" in call(server.estimate, FORM)["rest"]


def test_nothing_is_measured_beside_a_training_unless_asked_for(
    server: Estimates, trials: FakeTrials, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(monkeypatch, {})
    run = fake_run(server.runs.root, "starting", name="going")
    told = call(server.estimate, {**FORM, "measure": True})
    assert told == {"rest": f"How long it takes is measured when {run.name} has ended.", "offer": True}
    assert trials.asked == []
    call(server.estimate, {**FORM, "measure": True, "anyway": True})
    assert len(trials.asked) == 1
    measured(monkeypatch, {(64, 32): 2.6})
    assert "going is training: both would share this machine" in call(server.estimate, FORM)["rest"]
    assert call(server.suggest, {"recipe": "cyclegan"})["side"] == 64, "what is known already may be used"


def test_what_is_still_typed_or_cannot_be_trained_gets_no_number(
    server: Estimates, trials: FakeTrials, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(monkeypatch, {})
    for wrong in ({"number": None}, {"settings": {"size": 3}}, {"recipe": "none"}):
        assert call(server.estimate, {**FORM, "measure": True, **wrong}) == {}
    trials.refused = "This does not fit."
    assert call(server.estimate, {**FORM, "measure": True}) == {"rest": "This does not fit."}


@pytest.mark.parametrize(
    ("speeds", "found"),
    [
        ({(64, 32): 1.0}, (64, "light")),
        ({(64, 32): 5.0}, (64, "medium")),
        ({(64, 32): 50.0, (128, 32): 12.0}, (128, "medium")),
        ({(64, 32): 50.0, (128, 32): 1.0}, (64, "medium")),
        ({(64, 32): 900.0, (128, 32): 300.0, (256, 64): 8.0}, (256, "full")),
    ],
)
def test_the_largest_that_takes_a_reasonable_time(
    server: Estimates, monkeypatch: pytest.MonkeyPatch, speeds: dict, found: tuple[int, str]
) -> None:
    measured(monkeypatch, speeds)
    told = call(server.suggest, {"recipe": "cyclegan"})
    assert (told["side"], told["width"]) == found
    assert f"{found[0]} px and {found[1]} networks" in told["sentence"]


def test_a_guess_is_measured_before_it_is_offered(
    server: Estimates, trials: FakeTrials, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(monkeypatch, {})
    assert call(server.suggest, {"recipe": "fastcut"})["pending"]
    measured(monkeypatch, {(64, 32): 50.0})
    assert call(server.suggest, {"recipe": "fastcut"})["pending"]
    assert [recipe.size for recipe in trials.asked] == [64, 128]
    trials.refused = "Too large."
    assert call(server.suggest, {"recipe": "fastcut"})["side"] == 64


def test_every_size_and_width_can_be_trained() -> None:
    assert translations() == ["cyclegan", "fastcut"]
    for name in translations():
        preset = Recipe.named(name)
        assert preset.with_settings(scale_settings(64, "medium")) == preset
        for side, *_ in SIDES:
            for width, *_ in WIDTHS:
                check_parts(preset.with_settings(scales()["settings"][f"{side}-{width}"]))
    assert set(estimates.LADDER) <= {(side, width) for side, *_ in SIDES for width, *_ in WIDTHS}
