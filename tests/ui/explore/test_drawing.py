"""The big picture, strips to choose from, and what lies along a way."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from gan_core.errors import InputError
from gan_core.latents.spec import LARGEST_SEED
from gan_core.models import load_model
from gan_core.models.generator import GeneratorModel
from gan_core.models.histories import pack
from gan_core.runs import RunFolder
from gan_core.ui.explore.controller import ExploreController
from gan_core.ui.explore.drawing import CURVE_POINTS, DrawingPanel
from gan_core.ui.protocol import call
from tests.ui.explore.conftest import pixels, save


@pytest.fixture
def drawing(controller: ExploreController) -> DrawingPanel:
    return DrawingPanel(controller)


def draw(drawing: DrawingPanel, **request: Any) -> dict[str, Any]:
    return call(drawing.draw, {"model": "small", "latent": {"seed": 5}, "seq": 1, **request})


def loaded(name: str | Path) -> GeneratorModel:
    model = load_model(name, "cpu")
    assert isinstance(model, GeneratorModel)
    return model


def test_the_picture_is_the_one_that_the_shell_draws_for_the_seed(drawing: DrawingPanel, shipped: Path) -> None:
    answer = draw(drawing)
    model = loaded(shipped / "small.safetensors")
    assert abs(pixels(answer["picture"]) - model.sample(4, seed=5)[0]).max() <= 1
    assert (answer["seq"], answer["side"]) == (1, 32)
    assert json.loads(json.dumps(answer)) == answer
    assert "numbers" not in answer
    assert "step" not in answer


def test_numbers_come_when_asked_for_and_give_the_picture_back(drawing: DrawingPanel) -> None:
    answer = draw(drawing, numbers=True)
    again = draw(drawing, latent={"kind": "vector", "vector": answer["numbers"]})
    assert abs(pixels(answer["picture"]) - pixels(again["picture"])).max() <= 1


def test_a_direction_moves_the_picture(drawing: DrawingPanel) -> None:
    moved = draw(drawing, latent={"seed": 5, "amounts": {"sefa/3": 3.0}})
    assert moved["picture"] != draw(drawing)["picture"]


def test_the_version_that_is_known_is_not_drawn_again(drawing: DrawingPanel, live: RunFolder) -> None:
    first = draw(drawing, model="live:going")
    assert first["step"] == 10
    assert draw(drawing, model="live:going", known=first["version"])["same"] is True
    assert "picture" in draw(drawing, model="live:going", known="older")


PINNED = {"kind": "vector", "vector": [0.5] * 12}


@pytest.mark.parametrize("kind", ["seeds", "path", "corners", "neighbours"])
def test_strips_hold_what_their_labels_say(drawing: DrawingPanel, kind: str) -> None:
    place: dict[str, Any] = {
        "path": {"kind": "path", "ends": [1, PINNED], "t": 0.4},
        "corners": {"kind": "pad", "corners": [3, 4, PINNED, 6], "scale": 0.7},
    }.get(kind, {"kind": "seed", "seed": 5, "scale": 0.7})
    strip = call(drawing.strip, {"model": "small", "latent": place, "kind": kind, "start": 3, "angle": 0.4})
    assert len(strip["pictures"]) == len(strip["labels"]) == (4 if kind == "corners" else 8)
    label = strip["labels"][2]
    meant = {
        "seeds": {"seed": label, "scale": 0.7},
        "path": {**place, "t": label},
        "corners": {**PINNED, "scale": 0.7},
        "neighbours": {**place, "moves": [label]},
    }[kind]
    assert kind != "neighbours" or label[1] == 0.4
    assert abs(pixels(strip["pictures"][2]) - pixels(draw(drawing, latent=meant)["picture"])).max() <= 1


def test_after_the_last_seed_comes_the_first(drawing: DrawingPanel) -> None:
    strip = call(drawing.strip, {"model": "small", "latent": {}, "kind": "seeds", "start": LARGEST_SEED - 1})
    assert strip["labels"] == [LARGEST_SEED - 1, LARGEST_SEED, 0, 1, 2, 3, 4, 5]


def test_a_conditional_model_draws_the_class_of_the_place(
    drawing: DrawingPanel, shipped: Path, live: RunFolder
) -> None:
    """The same for weights that are still being trained, and between two classes."""
    save(shipped / "pets.safetensors", classes=("cat", "dog"))
    save(live.live_weights, classes=("cat", "dog"))
    model = loaded("pets")
    expected = model.sample(1, seed=5, label="dog")[0]
    for name in ("pets", "live:going"):
        for latent in ({"seed": 5, "label": 1}, {"seed": 5, "label": 0, "towards": 1, "mix": 1}):
            answer = draw(drawing, model=name, latent=latent)
            assert abs(pixels(answer["picture"]) - expected).max() <= 1
    first = draw(drawing, model="pets")["picture"]
    assert first == draw(drawing, model="pets", latent={"seed": 5, "label": 0})["picture"] != answer["picture"]
    between = draw(drawing, model="pets", latent={"seed": 5, "label": 0, "towards": 1, "mix": 0.5})["picture"]
    assert between not in (first, answer["picture"])
    strip = call(drawing.strip, {"model": "pets", "latent": {"seed": 5}, "kind": "classes"})
    assert strip["labels"] == [0, 1]
    assert abs(pixels(strip["pictures"][1]) - expected).max() <= 1
    with pytest.raises(InputError, match="no class 2"):
        draw(drawing, model="pets", latent={"seed": 5, "label": 2})


def test_other_models_are_told_no_class(drawing: DrawingPanel) -> None:
    assert draw(drawing, latent={"seed": 5, "label": 3})["picture"] == draw(drawing)["picture"]
    with pytest.raises(InputError, match="no classes to choose from"):
        call(drawing.strip, {"model": "small", "latent": {"seed": 5}, "kind": "classes"})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "rows"}, "kind is 'seeds', 'path', 'corners', 'neighbours' or 'classes', not 'rows'."),
        ({"start": -1}, "start is a whole number from 0 on, not -1."),
        ({"start": 1.5}, "start is a whole number from 0 on, not 1.5."),
        ({"start": True}, "start is a whole number from 0 on, not true."),
        ({"kind": "neighbours", "angle": 4}, "angle is a number above 0 and at most 1.5, not 4."),
    ],
)
def test_wrong_strips_are_refused(drawing: DrawingPanel, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        call(drawing.strip, {"model": "small", "latent": {}, "kind": "seeds", "start": 0, **changes})


def test_lerp_dips_where_slerp_does_not_and_both_agree_at_the_ends(drawing: DrawingPanel, shipped: Path) -> None:
    save(shipped / "scored.safetensors", with_discriminator=True)
    request = {"latent": {"kind": "path", "ends": [1, 2], "t": 0.3}}
    found = call(drawing.interpolations, {**request, "model": "scored"})
    slerp, lerp = found["slerp"], found["lerp"]
    assert len(found["shares"]) == len(slerp["norms"]) == len(lerp["scores"]) == CURVE_POINTS
    low, high = sorted((slerp["norms"][0], slerp["norms"][-1]))
    assert low - 1e-3 <= min(slerp["norms"]) <= max(slerp["norms"]) <= high + 1e-3
    assert min(lerp["norms"]) < 0.9 * low
    for key in ("norms", "scores"):
        assert [slerp[key][i] for i in (0, -1)] == pytest.approx([lerp[key][i] for i in (0, -1)], abs=2e-3)
    assert "scores" not in call(drawing.interpolations, {**request, "model": "small"})["lerp"]
    with pytest.raises(InputError, match="between two seeds"):
        call(drawing.interpolations, {"model": "small", "latent": {"seed": 1}})


def test_a_training_is_scored_by_the_discriminator_of_its_last_saved_state(
    drawing: DrawingPanel, live: RunFolder
) -> None:
    request = {"model": "live:going", "latent": {"kind": "path", "ends": [1, 2], "t": 0.3}}
    assert "scores" not in call(drawing.interpolations, request)["slerp"]
    save(live.model, seed=3, with_discriminator=True, steps=40)
    found = call(drawing.interpolations, request)
    assert len(found["slerp"]["scores"]) == CURVE_POINTS
    assert found["judge_step"] == 40


def test_an_earlier_step_is_scored_by_the_newest_discriminator(
    drawing: DrawingPanel, live: RunFolder, shipped: Path
) -> None:
    (live.path / "keyframes").mkdir(exist_ok=True)
    for step in (1, 3):
        save(live.path / "keyframes" / f"{step:08d}.safetensors", seed=step, steps=step)
        (live.path / "keyframes" / f"{step:08d}.jpg").touch()
    save(live.model, seed=4, with_discriminator=True, steps=40)
    shutil.copy(live.model, shipped / "scored.safetensors")
    pack(live, [1, 3], shipped / "scored.history.safetensors")
    latent = {"kind": "path", "ends": [1, 2], "t": 0.3}
    newest = call(drawing.interpolations, {"model": "scored", "latent": latent})
    assert "judge_step" not in newest
    for name in ("scored", "runs/going", "live:going"):
        found = call(drawing.interpolations, {"model": name, "step": 3, "latent": latent})
        assert found["judge_step"] == 40
        assert found["slerp"]["scores"] != newest["slerp"]["scores"]
