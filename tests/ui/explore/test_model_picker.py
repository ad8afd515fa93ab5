"""What Explore begins with, and the way from a run's live picture to its latent."""

from __future__ import annotations

import json
import time
from typing import Any

import numpy as np
import pytest

from gan_core.errors import InputError
from gan_core.models.generator import latents_for_seed
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder, Status
from gan_core.runs.owners import add_owner
from gan_core.training.preview import fixed_latents
from gan_core.ui.context import Context
from gan_core.ui.explore.controller import ExploreController
from gan_core.ui.explore.drawing import DrawingPanel
from gan_core.ui.explore.model_picker import ModelPicker
from gan_core.ui.protocol import call
from tests.ui.explore.conftest import pixels, save


def ended(context: Context, name: str, age: float, **model: Any) -> RunFolder:
    """A finished run with a model, created `age` seconds ago."""
    run = RunFolder.create(context.runs.root, Recipe.named("dcgan"), name=name)
    save(run.model, steps=10, **model)
    run.write_status(Status(state="finished", step=10, heartbeat=time.time()))
    (run.path / "born.json").write_text(json.dumps({"time": time.time() - age}))
    return run


def test_explore_begins_with_the_shipped_model_and_then_with_the_newest_run(
    controller: ExploreController, context: Context
) -> None:
    choosing = ModelPicker(controller)
    assert call(choosing.models, {})["first"] == "small"
    ended(context, "older", age=100)
    assert call(choosing.models, {})["first"] == "runs/older"
    newer = ended(context, "newer", age=1)
    assert call(choosing.models, {})["first"] == "runs/newer"
    (newer.path / "racer.json").write_text('{"race": "race-001"}')
    assert call(choosing.models, {})["first"] == "runs/older"


def test_where_others_can_come_explore_begins_with_a_run_of_ones_own(
    controller: ExploreController, context: Context
) -> None:
    context.settings.local = False
    mine = "1234567890abcdef1234567890abcdef"
    add_owner(ended(context, "mine", age=100).path, mine)
    add_owner(ended(context, "of-another", age=1).path, mine[::-1])
    assert call(ModelPicker(controller).models, {"owner": mine})["first"] == "runs/mine"
    assert call(ModelPicker(controller).models, {})["first"] == "small"


def test_explore_begins_with_the_training_that_goes_on(controller: ExploreController, live: RunFolder) -> None:
    assert call(ModelPicker(controller).models, {})["first"] == "live:going"


@pytest.mark.parametrize("classes", [(), tuple("abc"), tuple("abcdefgh")])
def test_a_picture_of_the_live_grid_is_found_in_latent_space(
    controller: ExploreController, context: Context, classes: tuple[str, ...]
) -> None:
    run = ended(context, "mine", age=1, classes=classes)
    recipe, model = run.recipe(), controller.model("runs/mine")[0]
    fixed = fixed_latents(recipe.seed, model.latent_dim, len(classes))
    rows = len(fixed.latents) // fixed.columns
    row, column = rows - 1, 2
    request = {"model": "runs/mine", "x": (column + 0.5) / fixed.columns, "y": (row + 0.5) / rows, "step": None}
    answer = call(ModelPicker(controller).cell, request)
    number = row * fixed.columns + column
    assert answer["latent"]["vector"] == pytest.approx(fixed.latents[number].tolist())
    drawn = call(
        DrawingPanel(controller).draw, {"model": "runs/mine", "step": None, "latent": answer["latent"], "seq": 1}
    )
    label = None if fixed.labels is None else fixed.labels[number : number + 1]
    (shown,) = model.render(fixed.latents[number : number + 1], label)
    assert np.abs(pixels(drawn["picture"]) - shown.squeeze()).max() <= 1
    assert answer["latent"].get("label") == (None if label is None else int(label))
    assert f"picture {number + 1} of the grid of mine" in answer["words"]


def test_the_grid_of_a_run_is_the_one_that_sample_draws() -> None:
    fixed = fixed_latents(seed=5, latent_dim=12)
    assert (fixed.latents == latents_for_seed(5, 32, 12)).all()
    assert (fixed.cell(0.0, 0.0), fixed.cell(1.0, 1.0), fixed.cell(0.99, 0.0)) == (0, 31, 7)


@pytest.mark.parametrize(
    "change", [{"x": 1.5}, {"y": None}, {"x": True}, {"step": "x"}, {"model": "small"}, {"model": []}]
)
def test_what_is_no_place_of_a_grid_is_a_sentence(
    controller: ExploreController, context: Context, change: dict[str, Any]
) -> None:
    ended(context, "mine", age=1)
    with pytest.raises(InputError):
        call(ModelPicker(controller).cell, {"model": "runs/mine", "x": 0.5, "y": 0.5, "step": None} | change)
