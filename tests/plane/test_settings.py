"""Settings of the Lab as JSON."""

import math

import pytest

from gan_core.errors import InputError
from gan_core.plane.presets import PRESETS, TUNED
from gan_core.plane.settings import PlaneSettings
from gan_core.recipes import Part


def test_settings_survive_the_way_to_the_screen_and_back() -> None:
    settings = PlaneSettings(
        distribution="drawn",
        strokes=(((0.0, 1.0), (1.0, 1.0)),),
        penalty=None,
        solver=Part("alternating", {"n_critic": 2}),
    )
    assert PlaneSettings.from_json(settings.to_json()) == settings


@pytest.mark.parametrize("name", list(PRESETS))
def test_presets_are_settings_that_can_be_sent(name: str) -> None:
    assert PlaneSettings.from_json(PRESETS[name].settings.to_json()) == PRESETS[name].settings


@pytest.mark.parametrize("name", [name for name in TUNED if name != "drawn"])
def test_every_tuned_setting_is_one(name: str) -> None:
    assert PlaneSettings(distribution=name, **TUNED[name]).distribution == name


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"distribution": "rnig"}, "Did you mean 'ring'"),
        ({"distribution": 3}, "distribution of the Lab is a word"),
        ({"distribution": "drawn"}, "Nothing is drawn"),
        ({"distribution": "drawn", "strokes": [[[0, 0]]], "deviation": 9}, "0.02 to 0.5"),
        ({"deviation": math.nan}, "deviation of the Lab is a number"),
        ({"objective": "none"}, "no objective"),
        ({"objective": None}, "a name or an object"),
        ({"penalty": "r3"}, "no penalty"),
        ({"solver": {"name": "alternate"}}, "Did you mean 'alternating'"),
        ({"generator_optimizer": 1}, "a name or an object"),
        ({"batch_size": 2}, "8 to 4096"),
        ({"batch_size": 16.5}, "whole number"),
        ({"seed": 1.5}, "whole number"),
        ({"seed": -1}, "seed"),
        ({"speed": 1}, "setting of the Lab"),
        ([], "object"),
    ],
)
def test_wrong_settings_are_refused_in_a_sentence(values, sentence) -> None:
    with pytest.raises(InputError, match=sentence):
        PlaneSettings.from_json(values)
