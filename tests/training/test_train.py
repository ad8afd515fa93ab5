from __future__ import annotations

from pathlib import Path

import pytest

from gan_core.errors import InputError
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder
from gan_core.training import session, train


def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *arguments: object, **named: object) -> Recipe:
    """The recipe that `train` would train."""
    monkeypatch.setattr(session, "run_training", lambda *_: None)
    list(train(*arguments, **named, out=tmp_path / "run"))  # pyright: ignore[reportArgumentType]
    return RunFolder(tmp_path / "run").recipe()


def test_a_pair_of_ones_own_replaces_both_domains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pair").mkdir()
    monkeypatch.chdir(tmp_path)
    recipe = made(tmp_path, monkeypatch, "cyclegan", "pair", 7, seed=3)
    assert (recipe.data, recipe.data_b) == (str(tmp_path / "pair"), None), "in full, to be found from everywhere"
    assert (recipe.steps, recipe.minutes, recipe.seed) == (7, None, 3)


def test_names_stay_names_and_minutes_replace_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = made(tmp_path, monkeypatch, "cyclegan", data_b="glyphs", minutes=0.5)
    assert (recipe.data, recipe.data_b) == ("scenes-summer", "glyphs")
    assert (recipe.steps, recipe.minutes) == (None, 0.5)


def test_a_recipe_that_cannot_be_trained_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Did you mean 'dcgan'"):
        next(train("dcgn"))
