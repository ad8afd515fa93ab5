from __future__ import annotations

import inspect
import json
from pathlib import Path

import pytest

from gan_core.assembly import check_parts
from gan_core.errors import InputError
from gan_core.games import games
from gan_core.objectives import objectives
from gan_core.recipes import PRESETS, Part, Recipe


def test_recipe_files_from_before_mean_what_they_meant() -> None:
    """Presets follow the references by options whose defaults are what there was before; a recipe file is stored whole."""
    new = ("schedule", "stop_average_change")
    for preset in PRESETS.values():
        values = {key: value for key, value in preset.to_json().items() if key not in new}
        values["game"] = {
            key: value for key, value in values["game"].items() if key not in ("pool_one_by_one", "flip_features")
        }
        values["objective"] = {
            key: value for key, value in values["objective"].items() if key != "discriminator_factor"
        }
        old = Recipe.from_json(values)
        assert (old.schedule, old.stop_average_change) == ("constant", None)
        assert [old.rate_factor(step, 1e9) for step in (0, 10**6)] == [1.0, 1.0]
    defaults = {"pool_one_by_one": False, "flip_features": False, "discriminator_factor": 1.0}
    parts = (games["cycle"], games["contrastive"], objectives["non-saturating"])
    for part, (name, value) in zip(parts, defaults.items(), strict=True):
        assert inspect.signature(part).parameters[name].default == value


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"schedule": "cosine"}, "schedule is constant or linear, not 'cosine'"),
        ({"schedule": "linear", "decay_start": "5", "decay_steps": "5"}, "set one of them"),
    ],
)
def test_a_schedule_that_is_none_is_refused(changes: dict[str, str], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        Recipe.named("cyclegan").with_settings(changes)
    assert Recipe.named("cyclegan").with_settings({"schedule": "linear"}).schedule == "linear"


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_built_and_survives_json(name: str) -> None:
    recipe = Recipe.named(name)
    check_parts(recipe)
    assert Recipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe


def test_an_unknown_preset_names_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean 'dcgan'"):
        Recipe.named("dcgn")


def test_settings_are_text_or_values_and_parts_come_before_their_options() -> None:
    recipe = Recipe.named("dcgan").with_settings(
        {"penalty.gamma": "2", "penalty": "r2", "size": "64", "seed": 7, "minutes": "null", "data": "64"}
    )
    assert recipe.penalty == Part("r2", {"gamma": 2})
    assert (recipe.size, recipe.seed, recipe.minutes, recipe.data) == (64, 7, None, "64")


@pytest.mark.parametrize(
    ("text", "names"),
    [("flip", ("flip",)), ("flip, crop", ("flip", "crop")), ('["flip", "colour"]', ("flip", "colour")), ("", ())],
)
def test_augmentations_are_named_with_commas_between(text: str, names: tuple[str, ...]) -> None:
    assert Recipe.named("dcgan-2016").with_settings({"augmentation": text}).augmentation == names


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"width": "3"}, "setting of a recipe"),
        ({"schema": "2"}, "setting of a recipe"),
        ({"size": "2.5"}, "size is a whole number"),
        ({"size": "4"}, "8 to 1024"),
        ({"seed": "-1"}, "seed is a whole number"),
        ({"minutes": "NaN"}, "minutes is a number or null"),
        ({"minutes": "Infinity"}, "minutes is a number or null"),
        ({"minutes": "1" + "0" * 400}, "minutes is a number or null"),
        ({"decay_start": "-5", "decay_steps": "5"}, "decay_start is 0 or more"),
        ({"decay_steps": "-5"}, "decay_steps is 0 or more"),
        ({"decay_start": "5"}, "needs decay_steps"),
        ({"size.x": "1"}, "has no options"),
        ({"deterministic": "1"}, "deterministic is true or false"),
        ({"augmentation": "[1]"}, "augmentation is a list of words"),
        ({"penalty": "5"}, "name or an object"),
    ],
)
def test_wrong_settings_are_refused_in_a_sentence(settings: dict[str, str], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        Recipe.named("dcgan").with_settings(settings)


def test_new_data_replace_both_domains() -> None:
    recipe = Recipe.named("cyclegan")
    pair = recipe.with_request(data="pair")
    assert (pair.data, pair.data_b) == ("pair", None)
    both = recipe.with_request(data="a", data_b="b")
    assert (both.data, both.data_b) == ("a", "b")
    second = recipe.with_request(data_b="b")
    assert (second.data, second.data_b) == (recipe.data, "b")
    assert recipe.with_request() == recipe


def test_either_limit_replaces_both() -> None:
    recipe = Recipe.named("dcgan").replace(steps=5, minutes=2.0)
    assert recipe.with_request(steps=9) == recipe.replace(steps=9, minutes=None)
    assert recipe.with_request(minutes=1.0) == recipe.replace(steps=None, minutes=1.0)
    assert recipe.with_request(steps=9, minutes=1.0, seed=3) == recipe.replace(steps=9, minutes=1.0, seed=3)


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_text(json.dumps(Recipe.named("gan").to_json()))
    assert Recipe.from_file(path) == Recipe.named("gan")
    for text, sentence in (
        ("{", "not a readable recipe"),
        ("[" * 100_000, "not a readable recipe"),
        ("[]", "a JSON object is needed"),
        ("{}", "needs a name"),
        ('{"schema": 99}', "this version reads schema"),
    ):
        path.write_text(text)
        with pytest.raises(InputError, match=sentence):
            Recipe.from_file(path)
    with pytest.raises(InputError, match="not a readable recipe"):
        Recipe.from_file(tmp_path / "none.json")


def test_differences_leave_the_length_out() -> None:
    recipe = Recipe.named("dcgan").replace(size=32)
    assert recipe.differences(recipe.replace(steps=1, minutes=1.0)) == []
    assert recipe.differences(recipe.replace(size=64)) == ["size: 32 -> 64"]


def test_pairs_are_made_in_a_way_that_there_is() -> None:
    recipe = Recipe(name="a")
    assert recipe.pairs is None
    assert recipe.with_settings({"pairs": "edges"}).pairs == "edges"
    assert recipe.with_settings({"pairs": "edges"}).with_settings({"pairs": "none"}).pairs is None
    with pytest.raises(InputError, match=r"pairs says how pairs are made, edges, grey, .* not 'outlines'"):
        recipe.replace(pairs="outlines")
