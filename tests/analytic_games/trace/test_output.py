"""What the command prints: divergence, tables, and one sentence for wrong input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gan_core.cli import main
from tests.analytic_games.trace.command import BILINEAR, LINE, Run


def test_divergence_is_valid_json(run: Run) -> None:
    result = run(BILINEAR, "simultaneous", 9, 400, "cg", rule="fr")
    at = result["diverged_at"]
    assert len(result["states"]) == 401
    assert None in (*result["states"][at]["x"], *result["states"][at]["y"])
    assert None not in (*result["states"][at - 1]["x"], *result["states"][at - 1]["y"])
    assert result["states"][-1] == {"x": [None], "y": [None]}
    assert len(result["betas"]) == 400


def test_without_json_it_is_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "g.json"
    path.write_text(json.dumps(BILINEAR))
    command = ["trace", str(path), "--solver", "alternating", "--optimizer", "cg", "--option", "rule=fr"]
    assert main([*command, "--step-size", "0.2", "--steps", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["step", "x", "y", "beta"]
    assert len(lines) == 4
    assert lines[2].split()[:3] == ["1", "0.8", "1.16"]


D: dict[str, Any] = {"kind": "dirac", "theta": 1, "psi": 1, "objective": "minimax"}
WRONG: list[tuple[str, dict[str, Any], str, list[str], str]] = [
    ("solver", BILINEAR, "sideways", [], "There is no solver named 'sideways'"),
    ("optimizer", BILINEAR, "alternating", ["--optimizer", "magic"], "There is no optimizer named 'magic'"),
    ("option", BILINEAR, "sga", ["--option", "gama=1"], "the solver sga has lambda, align, the optimizer sgd has momentum"),
    ("rate", BILINEAR, "sga", ["--option", "learning_rate=1"], "no option named 'learning_rate'"),
    ("pair", BILINEAR, "sga", ["--option", "align"], "key=value"),
    ("twice", BILINEAR, "sga", ["--option", "align=true", "--option", "align=false"], "twice"),
    ("alias", BILINEAR, "sga", ["--option", "lambda=1", "--option", "strength=2"], "strength is given twice"),
    ("order", BILINEAR, "alternating", ["--option", "order=zz"], "xy or yx"),
    ("type", BILINEAR, "consensus", ["--option", "gamma=big"], "gamma is a number"),
    ("kind", {"kind": "chess"}, "sga", [], "There is no kind of game named 'chess'"),
    ("no kind", {"P": 1}, "sga", [], "quadratic"),
    ("objective", {**D, "objective": "fun"}, "sga", [], "There is no objective named 'fun'"),
    ("penalty", {**D, "penalty": "fine"}, "sga", [], "There is no penalty named 'fine'"),
    ("no objective", {**D, "objective": None}, "sga", [], "objective of the game dirac is a name"),
    ("two weights", {**D, "objective": "coupled", "weight": 0.1, "lambda": 0.2}, "sga", [], "lambda of coupled is given twice"),
    ("huge", {**D, "psi": 10**400}, "sga", [], "psi of the game dirac is a finite number"),
    ("gamma", {**D, "gamma": 1}, "sga", [], "there is no penalty"),
    ("hs", BILINEAR, "alternating", ["--optimizer", "cg", "--option", "rule=hs"], "hs is not defined for a player of one"),
    ("shape", {**BILINEAR, "A": [[1, 2]]}, "sga", [], "A is a matrix of 1 x 1"),
    ("ragged", {**BILINEAR, "A": [[1, 2], [1]]}, "sga", [], "A is a list of rows"),
    ("infinite", {**BILINEAR, "x": [1e999]}, "sga", [], "x holds finite numbers only"),
    ("word", {**BILINEAR, "y": ["1"]}, "sga", [], "y is a list of numbers"),
    ("empty", {**BILINEAR, "y": []}, "sga", [], "y is a list of one or more numbers"),
    ("missing", {"kind": "quadratic", "P": [[1]]}, "sga", [], "needs A"),
    ("extra", {**BILINEAR, "B": [[1]]}, "sga", [], "no field of the game 'quadratic' named 'B'"),
    ("rows", {**LINE, "y": [1]}, "simultaneous", [], "X has one row for each number of y"),
    ("no rows", {**LINE, "X": [1, 2, 3, 4, 5]}, "simultaneous", [], "X is a matrix of numbers here, not of the shape (5,)"),
    ("theta", {**D, "theta": "1"}, "sga", [], "theta of the game dirac is a finite number"),
    ("ridge", BILINEAR, "follow-the-ridge", [], "follow-the-ridge needs a second derivative"),
    ("cooperative", {**D, "objective": "coupled", "weight": 1}, "sga", [], "below 1"),
    ("beyond cooperative", {**D, "objective": "coupled", "lambda": 1.5}, "sga", [], "below 1, not 1.5"),
    ("contrastive", {**D, "objective": "coupled", "mode": "contrastive"}, "sga", [], "penalty bounds the discriminator"),
    ("players", BILINEAR, "conjugate-descent", [], "one player"),
    ("closed", BILINEAR, "competitive", ["--optimizer", "adam"], "competitive makes the step"),
    ("steps", BILINEAR, "sga", ["--steps", "0"], "whole number from 1"),
    ("step size", BILINEAR, "sga", ["--step-size", "0"], "a number above 0"),
    ("no step size", BILINEAR, "sga", ["--step-size", "nan"], "a number above 0"),
]  # fmt: skip


@pytest.mark.parametrize(("game", "solver", "more", "words"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_wrong_input_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], game: Any, solver: str, more: list[str], words: str
) -> None:
    path = tmp_path / "g.json"
    path.write_text(json.dumps(game))
    assert main(["trace", str(path), "--solver", solver, "--step-size", "0.1", "--steps", "3", *more]) == 2
    printed = capsys.readouterr()
    assert words in printed.err
    assert len(printed.err.splitlines()) == 1
    assert printed.out == ""


def test_an_unreadable_game_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "g.json"
    for text in (None, "{", "[" * 100_000):
        if text is not None:
            path.write_text(text)
        assert main(["trace", str(path), "--solver", "sga", "--step-size", "1", "--steps", "1"]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
