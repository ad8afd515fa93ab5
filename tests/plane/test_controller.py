"""Wishes of a visitor and what is answered."""

import base64
import json

import numpy as np
import pytest

from gan_core.errors import InputError
from gan_core.plane import controller as module
from gan_core.plane.controller import PATIENCE, PlaneController, packed
from gan_core.plane.presets import PRESETS


class Clock:
    """A clock that a test moves."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def controller(clock: Clock) -> PlaneController:
    controller = PlaneController(clock)
    controller.answer({"do": "open", "settings": {"batch_size": 16}})
    return controller


def test_every_answer_is_json_with_all_there_is_to_see(controller: PlaneController) -> None:
    answer = controller.answer({"do": "open", "settings": {"batch_size": 16}})
    json.dumps(answer, allow_nan=False)
    assert {"fakes", "real", "map", "arrows", "net", "latents", "latent_net"} <= answer.keys()
    assert answer["numbers"]["kl"] > answer["numbers"]["kl_reference"] > 0
    observed = controller.answer({"do": "observe", "layers": []})
    assert observed["map"] is observed["arrows"] is observed["net"] is None
    assert "real" not in observed


def test_it_trains_while_a_page_shows_it_and_sleeps_otherwise(controller: PlaneController, clock: Clock) -> None:
    assert controller.work() > 60
    assert controller.answer({"do": "play"})["playing"]
    assert controller.work() == 0
    assert controller.answer({"do": "observe"})["step"] == 1
    clock.now += 2 * PATIENCE
    assert controller.work() > 60
    assert controller.answer({"do": "observe"})["step"] == 1
    assert controller.work() == 0  # a page is back
    controller.answer({"do": "play", "playing": False})
    assert controller.work() > 60


def test_a_speed_is_kept(controller: PlaneController, clock: Clock) -> None:
    controller.answer({"do": "play", "speed": 10})
    done = 0
    for _ in range(50):  # half a second
        controller.answer({"do": "observe", "layers": []})
        while controller.work() == 0:
            done += 1
        clock.now += 0.01
    assert 4 <= done <= 6


def test_steps_of_one_player_or_both_and_rewind(controller: PlaneController) -> None:
    for step, player in enumerate(("generator", "discriminator", "both"), 1):
        answer = controller.answer({"do": "step", "player": player})
        assert (answer["step"], answer["playing"]) == (step, False)
    back = controller.answer({"do": "rewind", "step": 1})
    assert back["step"] == 1
    assert max(back["moments"]) > 1  # later ones can still be looked at
    assert controller.answer({"do": "step"})["step"] == 2


def test_slow_motion_goes_round(controller: PlaneController) -> None:
    stages = [controller.answer({"do": "stage"}) for _ in range(9)]
    assert [answer["stage"]["number"] for answer in stages] == [1, 2, 3, 4, 5, 6, 7, 8, 1]
    assert [answer["step"] for answer in stages] == [1] * 8 + [2]
    assert [number for number, answer in enumerate(stages, 1) if "arrows" in answer["stage"]] == [7]
    assert "stage" not in controller.answer({"do": "play"})


def test_settings_change_under_way_and_a_seed_begins_anew(controller: PlaneController) -> None:
    controller.answer({"do": "step"})
    answer = controller.answer({"do": "change", "settings": {"distribution": "drawn", "strokes": [[[0, 0], [1, 0]]]}})
    assert (answer["step"], answer["numbers"]["modes"]) == (1, 2)
    assert "real" in answer
    assert answer["settings"]["strokes"] == (((0.0, 0.0), (1.0, 0.0)),)
    assert controller.answer({"do": "change", "settings": {"seed": 4}})["step"] == 0


def test_a_page_that_is_loaded_again_finds_its_training_at_rest(controller: PlaneController) -> None:
    controller.answer({"do": "step"})
    controller.answer({"do": "play"})
    answer = controller.answer({"do": "resume"})
    assert (answer["step"], answer["playing"]) == (1, False)
    assert {"latents", "latent_net", "real"} <= set(answer)
    assert answer["settings"]["batch_size"] == 16


def test_a_solver_for_zero_sum_games_gets_one_and_says_all_that_changed(controller: PlaneController) -> None:
    answer = controller.answer({"do": "change", "settings": {"batch_size": 16, "solver": "competitive"}})
    assert "objective minimax" in answer["note"]
    assert answer["settings"]["objective"]["name"] == "minimax"
    assert answer["settings"]["solver"]["name"] == "competitive"


def test_a_solver_that_steps_by_itself_gets_plain_descent_and_says_so(controller: PlaneController) -> None:
    answer = controller.answer({"do": "change", "settings": {"batch_size": 16, "solver": "sgg"}})
    assert "changed for you" in answer["note"]
    assert answer["settings"]["discriminator_optimizer"]["name"] == "sgd"
    assert answer["settings"]["generator_optimizer"]["name"] == "adam"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"do": "step", "player": "both of them"}, "generator or the discriminator"),
        ({"do": "change", "settings": {"objective": "wasserstein", "penalty": None}}, "penalty"),
    ],
)
def test_wrong_requests_are_refused_and_the_training_goes_on(controller: PlaneController, wrong, sentence) -> None:
    with pytest.raises(InputError, match=sentence):
        controller.answer(wrong)
    assert controller.answer({"do": "step"})["step"] == 1


def test_it_is_opened_first() -> None:
    with pytest.raises(InputError, match="opened"):
        PlaneController().answer({"do": "observe"})


def test_choices_name_every_part_with_a_sentence_and_every_preset_opens() -> None:
    choices = json.loads(json.dumps(PlaneController().answer({"do": "choices"}), allow_nan=False))
    for kind, parts in choices["parts"].items():
        for part in parts:
            assert part["summary"], (kind, part["name"])
            assert all(option["label"] for option in part["options"])
    assert {preset["name"] for preset in choices["presets"]} == set(PRESETS)
    for preset in choices["presets"]:
        assert (
            PlaneController().answer({"do": "open", "settings": {**preset["settings"], "batch_size": 8}})["step"] == 0
        )


def test_words_that_an_option_takes_are_taken() -> None:
    choices = PlaneController().answer({"do": "choices"})
    for kind, name in (("solver", "solver"), ("optimizer", "discriminator_optimizer"), ("objective", "objective")):
        for part in choices["parts"][kind]:
            for option in part["options"]:
                assert option["type"] != "str" or option["choices"], (part["name"], option["name"])
                for word in option["choices"]:
                    chosen = {"batch_size": 8, name: {"name": part["name"], option["name"]: word}}
                    if kind != "solver":
                        chosen["solver"] = "simultaneous"
                    assert PlaneController().answer({"do": "open", "settings": chosen})["step"] == 0


def test_places_are_packed_and_clamped() -> None:
    text = packed(np.array([[0.0, module.VIEW], [-99.0, np.nan]]))
    values = np.frombuffer(base64.b64decode(text), "<i2") / 32767 * 2 * module.VIEW
    assert values == pytest.approx([0, module.VIEW, -2 * module.VIEW, 0], abs=1e-3)
