"""The server's half of the second panel: small answers, clear refusals, experiments that go on where they were."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from gan_core.analytic_games.plane_games import GAMES
from gan_core.errors import InputError
from gan_core.ui.lab import analytic_games as dynamics_panel
from gan_core.ui.lab import vanishing_gradient as vanishing_panel
from gan_core.ui.lab.analytic_games import Dynamics
from gan_core.ui.lab.vanishing_gradient import Vanishing
from gan_core.ui.protocol import call

WISH: dict[str, Any] = {
    "game": "rotation", "options": {}, "solvers": [{"name": "simultaneous", "parameter": None}, {"name": "cg-fr"}],
    "step_size": 0.2, "steps": 60, "start": [1.0, 1.0],
}  # fmt: skip


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy this machine is, every step that was asked for is made."""
    monkeypatch.setattr(dynamics_panel, "SECONDS", math.inf)


def test_every_game_is_described_drawn_and_played_as_it_opens() -> None:
    dynamics = Dynamics()
    told = call(dynamics.games, {})
    assert [game["name"] for game in told["games"]] == [game.name for game in GAMES]
    parameters = {each["name"]: each["parameter"] for each in told["solvers"]}
    for game in told["games"]:
        options = {option["name"]: option["value"] for option in game["options"]}
        view = {axis: list(ends) for axis, ends in game["view"].items()}
        land = call(dynamics.landscape, {"game": game["name"], "options": options, "view": view})
        solvers = [
            {"name": name, "parameter": parameters[name] and parameters[name]["value"]} for name in game["solvers"]
        ]
        wish = {"game": game["name"], "options": options, "solvers": solvers, "step_size": game["step_size"]}
        answer = call(dynamics.follow, {**wish, "steps": 20, "start": list(game["start"])})
        json.dumps([land, answer], allow_nan=False)
        assert [run["verdict"] for run in answer["runs"]].count("refused") == 0
        assert all(len(run["points"][0]) == 2 for run in answer["runs"])


def test_an_answer_says_rates_betas_and_what_happens() -> None:
    dynamics = Dynamics()
    answer = call(dynamics.follow, WISH)
    plain, conjugate = answer["runs"]
    assert plain["predicted"] == pytest.approx(math.sqrt(1.04), abs=1e-12)
    assert plain["words"] == "The point spirals outwards: 1.98 % farther with each step."
    assert plain["betas"] is None
    assert len(conjugate["betas"][0]) == 60
    assert call(dynamics.follow, {**WISH, "start": [0.5, -1.0]})["runs"][0]["predicted"] == plain["predicted"]
    assert len(dynamics._predictions) == 2  # known now, not computed again
    refused = call(dynamics.follow, {**WISH, "solvers": [{"name": "follow-the-ridge"}]})["runs"][0]
    assert refused["verdict"] == "refused"
    assert "singular" in refused["words"]


def test_a_prediction_far_from_the_solution_is_not_promised() -> None:
    options = {"objective": "wasserstein", "penalty": "weight-clipping", "strength": 0.5}
    wish = {**WISH, "game": "dirac", "options": options, "solvers": [{"name": "simultaneous"}], "steps": 200}
    (run,) = call(Dynamics().follow, {**wish, "start": [1.2, 0.8]})["runs"]
    assert run["verdict"] == "circles"
    assert run["words"].endswith("The prediction is for places near the solution, and this is not one.")


def test_what_runs_away_stays_json() -> None:
    answer = call(Dynamics().follow, {**WISH, "step_size": 2.0, "steps": 500})
    json.dumps(answer, allow_nan=False)
    assert "ran away" in answer["note"]
    assert answer["runs"][0]["words"].startswith("Out of every picture after")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"game": "chess"}, "There is no game of this panel named 'chess'"),
        ({"options": []}, "options is an object, not a list"),
        ({"solvers": []}, "1 to 6 ways to play"),
        ({"solvers": [{"name": "simultaneous"}] * 7}, "1 to 6 ways to play"),
        ({"solvers": ["simultaneous"]}, r"solvers\[0\] is an object with name, parameter"),
        ({"solvers": [{"name": "consensus", "parameter": 99}]}, "Strength of Consensus is from 0.05 to 2, not 99"),
        ({"steps": 1001}, "A trajectory has 1 to 1000 steps"),
        ({"steps": True}, "steps is a whole number, not true"),
        ({"step_size": "0.1"}, "step_size is a number"),
        ({"step_size": 3}, "The step size is 0.0001 to 2"),
        ({"start": [1.0]}, "The start of this game is 2 numbers"),
        ({"start": [1.0, 1e9]}, "The start of this game is 2 numbers"),
    ],
)
def test_wrong_wishes_are_answered_in_a_sentence(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        call(Dynamics().follow, {**WISH, **wrong})


@pytest.mark.parametrize("view", [None, {"x": [0, 1]}, {"x": [1, 0], "y": [0, 1]}, {"x": [0, math.inf], "y": [0, 1]}])
def test_a_wrong_view_is_answered_in_a_sentence(view: Any) -> None:
    with pytest.raises(InputError, match=r"is a lower and an upper end|^view"):
        call(Dynamics().landscape, {"game": "rotation", "view": view})


def test_the_vanishing_gradient_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vanishing_panel, "STEPS", 2)
    monkeypatch.setattr(vanishing_panel, "EVERY", 1)
    panel = Vanishing()
    first = call(panel.watch, {"visit": None, "seed": 1, "seen": 0})
    assert first["fresh"]
    assert first["lines"]["minimax"][0][0] == 0
    answer = first
    while not answer["done"]:
        answer = call(panel.watch, {"visit": first["visit"], "seed": 1, "seen": 1})
        assert not answer["fresh"]
    answer = call(
        panel.watch, {"visit": first["visit"], "seed": 1, "seen": 1}
    )  # a fast machine is done with the first wish
    assert {len(points) for points in answer["lines"].values()} == {2}  # of three, one was seen
    assert answer["lines"]["cooperative"][-1][0] == 2
    assert call(panel.watch, {"visit": first["visit"], "seed": 2, "seen": 1})["fresh"]
    with pytest.raises(InputError, match=r"^seed is a whole number from 0 to"):
        call(panel.watch, {"seed": -1})
