"""Which models there are to explore, and what a request means."""

import gc
import json
import os
import shutil
import weakref
from pathlib import Path
from typing import Any

import pytest
import torch

from gan_core.errors import InputError
from gan_core.runs import RunFolder
from gan_core.ui.context import Context
from gan_core.ui.dispatch import exposed
from gan_core.ui.explore.controller import ExploreController
from gan_core.ui.explore.drawing import DrawingPanel
from gan_core.ui.model_store import MODELS_IN_MEMORY
from tests.ui.explore.conftest import save, view


def test_the_training_going_on_comes_first_and_shows_its_newest_weights(
    controller: ExploreController, live: RunFolder
) -> None:
    assert [item.id for item in controller.models()] == ["live:going", "small"]
    first, version = controller.model("live:going")
    assert first.card.steps == 10
    save(live.live_weights, seed=2, steps=20)
    os.utime(live.live_weights, ns=(1, 1))
    controller.model("live:going")
    controller._followers["live:going"].settle()
    second, newer = controller.model("live:going")
    assert second.card.steps == 20
    assert newer != version


def test_trials_come_last(controller: ExploreController, live: RunFolder) -> None:
    names = [entry.id for entry in controller.models()]
    (live.path / "racer.json").write_text('{"race": "race-001"}')
    listed = controller.models()
    assert [entry.id for entry in listed] == [*names[1:], names[0]]
    assert listed[-1].group == "Runs of comparisons"


def test_weights_cut_short_leave_the_last_ones_and_a_deleted_run_is_a_sentence(
    controller: ExploreController, live: RunFolder
) -> None:
    first, _ = controller.model("live:going")
    live.live_weights.write_bytes(live.live_weights.read_bytes()[:100])
    controller.model("live:going")
    controller._followers["live:going"].settle()
    assert controller.model("live:going")[0] is first
    live.live_weights.unlink()
    with pytest.raises(InputError, match="choose another model"):
        controller.model("live:going")
    assert [item.id for item in controller.models()] == ["small"]
    with pytest.raises(InputError, match="no model to explore named 'live:going'"):
        controller.model("live:going")


def test_a_training_that_ends_while_it_is_explored_stays_open(controller: ExploreController, live: RunFolder) -> None:
    controller.model("live:going")
    save(live.model, seed=3, steps=30)
    live.live_weights.unlink()
    assert controller.model("live:going")[0].card.steps == 30


def test_a_model_that_goes_away_while_it_is_open_is_a_sentence(controller: ExploreController, context: Context) -> None:
    controller.model("small")
    Path(context.models.entries()[0].path).unlink()
    with pytest.raises(InputError, match="not there"):
        controller.model("small")


def test_a_run_that_cannot_be_read_is_passed_over(controller: ExploreController, live: RunFolder) -> None:
    (live.path / "recipe.json").write_text("{")
    assert [item.id for item in controller.models()] == ["small"]


def test_a_kept_moment_is_drawn_with_the_directions_of_now(controller: ExploreController, live: RunFolder) -> None:
    keyframes = live.path / "keyframes"
    keyframes.mkdir()
    save(keyframes / "00000004.safetensors", seed=4, steps=4)
    assert controller.history("small") is None
    history = controller.history("live:going")
    assert history is not None
    assert history.steps() == [4]
    request = {"model": "live:going", "latent": {"seed": 1, "amounts": {"sefa/1": 2.0}}}
    now, then = view(controller, request), view(controller, {**request, "step": 4})
    assert (then.model.card.steps, then.step, then.version) == (4, 4, "step 4")
    assert torch.equal(now.latent, then.latent)
    assert (controller.draw(now) != controller.draw(then)).any()
    for step, sentence in ((5, "5"), (1.5, "whole number"), (True, "whole number")):
        with pytest.raises(InputError, match=sentence):
            view(controller, {**request, "step": step})


def test_directions_of_a_training_stay_while_its_weights_change(controller: ExploreController, live: RunFolder) -> None:
    first, _ = controller.model("live:going")
    kept = controller.directions("live:going", first)["sefa/1"]
    save(live.live_weights, seed=7, steps=20)
    os.utime(live.live_weights, ns=(1, 1))
    controller.model("live:going")
    controller._followers["live:going"].settle()
    newer, _ = controller.model("live:going")
    assert newer is not first
    assert torch.equal(controller.directions("live:going", newer)["sefa/1"], kept)


def test_directions_do_not_keep_more_models_in_memory_than_there_may_be(
    controller: ExploreController, live: RunFolder, shipped: Path
) -> None:
    training = controller.directions("live:going", controller.model("live:going")[0])
    explored = []
    for number in range(MODELS_IN_MEMORY + 3):
        save(shipped / f"model{number}.safetensors", seed=number)
        controller.models()
        view(controller, {"model": f"model{number}", "latent": {"amounts": {"sefa/1": 1.0}}})
        explored.append(weakref.ref(controller.model(f"model{number}")[0]))
    gc.collect()
    assert sum(model() is not None for model in explored) == MODELS_IN_MEMORY
    last = controller.model(f"model{MODELS_IN_MEMORY + 2}")[0]
    assert controller.directions(last.card.name, last) is controller.directions(last.card.name, last)
    assert controller.directions("live:going", controller.model("live:going")[0]) is training, (
        "a slider keeps its meaning"
    )


def test_things_are_kept_with_the_run_or_beside_the_runs(
    controller: ExploreController, context: Context, live: RunFolder
) -> None:
    assert controller.bookmarks("live:going").folder == live.path / "kept"
    assert controller.bookmarks("small").folder == context.runs.root / "kept" / "small"
    with pytest.raises(InputError, match="no model to explore"):
        controller.bookmarks("../elsewhere")


def test_what_is_kept_beside_the_runs_is_no_run(
    controller: ExploreController, context: Context, live: RunFolder
) -> None:
    """Not even with all the files of one in it."""
    kept = context.runs.root / "kept"
    shutil.copytree(live.path, kept)
    save(kept / "model.safetensors")
    controller.bookmarks("small").put("favourites", "mine", {})
    assert [each.id for each in controller.models()] == ["live:going", "small"]
    with pytest.raises(InputError, match="no run named 'kept'"):
        context.runs.find("kept")
    assert [each["name"] for each in controller.bookmarks("small").read("favourites")] == ["mine"]


def test_pictures_in_pieces_are_the_pictures_at_once(controller: ExploreController, shipped: Path) -> None:
    save(shipped / "pets.safetensors", classes=("cat", "dog"))
    model, _ = controller.model("pets")
    latents, weights = torch.randn(5, 12, generator=torch.Generator().manual_seed(0)), torch.tensor([0.25, 0.75])
    at_once = model.render(latents, weights.expand(5, -1)).astype(int)
    assert abs(controller.render(model, latents, weights) - at_once).max() <= 1


@pytest.mark.parametrize(
    "values",
    [None, [], {}, {"model": 3}, {"model": "other"}, {"model": "../small"}, {"model": "small", "latent": 7},
     {"model": "small", "latent": {"kind": "vector", "vector": [0.0] * 11}},
     {"model": "small", "latent": {"seed": 1, "amounts": {"smile": 0.5}}}, {"model": "small", "step": 3}],
)  # fmt: skip
def test_wrong_requests_reach_the_browser_as_a_sentence(controller: ExploreController, values: Any) -> None:
    answer = json.loads(bytes(exposed(DrawingPanel(controller).draw)(values).body))
    assert set(answer) == {"error"}
    assert answer["error"].endswith(".")
