"""The server's half of the Explore tab."""

import base64
import gc
import io
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest
import torch
from PIL import Image

from gan_core.errors import InputError
from gan_core.models import Card
from gan_core.networks import describe, generators
from gan_core.recipes import Recipe
from gan_core.store import RunFolder, Status, load_model, save_model
from gan_core.ui.components import answering
from gan_core.ui.context import Context
from gan_core.ui.explore import Explorer, as_url, build_explore_tab


def save(path: Path, seed: int = 0, steps: int = 0, classes: tuple[str, ...] = ()) -> None:
    torch.manual_seed(seed)
    network = generators.build("dcgan", latent_dim=12, size=32, channels=1, width=2, classes=len(classes)).eval()
    card = Card(
        name=path.stem, kind="generator", network=describe(network), size=32, channels=1, steps=steps, classes=classes
    )
    save_model(path, {"generator": network}, card)


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    shipped = tmp_path / "pretrained"
    shipped.mkdir()
    monkeypatch.setenv("GAN_WORKBENCH_PRETRAINED", str(shipped))
    save(shipped / "small.safetensors")
    return Context(tmp_path / "runs", "cpu")


@pytest.fixture
def explorer(context: Context) -> Explorer:
    return Explorer(context)


@pytest.fixture
def live(context: Context) -> Iterator[RunFolder]:
    run = RunFolder.create(context.runs_root, Recipe.named("dcgan"), name="going")
    with run.lock():
        save(run.live_weights, seed=1, steps=10)
        run.write_status(Status(state="running", heartbeat=time.time()))
        yield run


def pixels(url: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))))


def draw(explorer: Explorer, **wish: Any) -> dict[str, Any]:
    return explorer.draw({"model": "small", "latent": {"seed": 5}, "seq": 1, **wish})


def test_the_picture_is_the_one_that_the_shell_draws_for_the_seed(explorer: Explorer, context: Context) -> None:
    answer = draw(explorer)
    model = load_model(context.models()[0].path, device="cpu")
    difference = pixels(answer["picture"]).astype(int) - model.sample(4, seed=5)[0]  # pyright: ignore
    assert abs(difference).max() <= 1
    assert (answer["seq"], answer["side"], answer["latent_dim"], answer["directions"]) == (1, 32, 12, 8)
    assert json.loads(json.dumps(answer)) == answer
    assert "numbers" not in answer
    assert "step" not in answer


def test_numbers_come_when_asked_for_and_give_the_picture_back(explorer: Explorer) -> None:
    answer = draw(explorer, numbers=True)
    again = draw(explorer, latent={"kind": "vector", "vector": answer["numbers"]})
    assert abs(pixels(answer["picture"]).astype(int) - pixels(again["picture"])).max() <= 1


def test_a_direction_moves_the_picture(explorer: Explorer) -> None:
    moved = draw(explorer, latent={"seed": 5, "amounts": [0, 0, 3.0]})
    assert moved["picture"] != draw(explorer)["picture"]


def test_the_version_that_is_known_is_not_drawn_again(explorer: Explorer) -> None:
    version = draw(explorer)["version"]
    assert draw(explorer, known=version)["same"] is True
    assert "picture" in draw(explorer, known="older")


@pytest.mark.parametrize("kind", ["seeds", "path", "corners", "neighbours"])
def test_strips_hold_what_their_labels_say(explorer: Explorer, kind: str) -> None:
    place = {"kind": "path", "ends": [1, 2], "t": 0.4} if kind == "path" else {"kind": "seed", "seed": 5, "scale": 0.7}
    strip = explorer.strip({"model": "small", "latent": place, "kind": kind, "start": 3})
    assert len(strip["pictures"]) == len(strip["labels"]) == (4 if kind == "corners" else 8)
    label = strip["labels"][2]
    meant = {
        "seeds": {"seed": label, "scale": 0.7},
        "path": {**place, "t": label},
        "corners": {"seed": label, "scale": 0.7},
        "neighbours": {**place, "moves": [label]},
    }[kind]
    difference = pixels(strip["pictures"][2]).astype(int) - pixels(draw(explorer, latent=meant)["picture"])
    assert abs(difference).max() <= 1


def test_a_conditional_model_draws_the_class_of_the_place(
    explorer: Explorer, context: Context, live: RunFolder
) -> None:
    """The same for weights that are still being trained."""
    save(context.runs_root.parent / "pretrained" / "pets.safetensors", classes=("cat", "dog"))
    save(live.live_weights, classes=("cat", "dog"))
    model = load_model("pets", "cpu")
    for name in ("pets", "live:going"):
        answer = draw(explorer, model=name, latent={"seed": 5, "label": 1})
        assert answer["classes"] == ["cat", "dog"]
        expected = model.sample(1, seed=5, label="dog")[0]  # pyright: ignore[reportAttributeAccessIssue]
        assert abs(pixels(answer["picture"]).astype(int) - expected).max() <= 1
    first = draw(explorer, model="pets")["picture"]
    assert first == draw(explorer, model="pets", latent={"seed": 5, "label": 0})["picture"] != answer["picture"]
    strip = explorer.strip({"model": "pets", "latent": {"seed": 5}, "kind": "classes"})
    assert strip["labels"] == [0, 1]
    assert abs(pixels(strip["pictures"][1]).astype(int) - expected).max() <= 1
    with pytest.raises(InputError, match="a number from 0 to 1, not 2"):
        draw(explorer, model="pets", latent={"seed": 5, "label": 2})


def test_other_models_are_told_no_class(explorer: Explorer) -> None:
    answer = draw(explorer, latent={"seed": 5, "label": 3})
    assert answer["classes"] == []
    assert answer["picture"] == draw(explorer)["picture"]
    with pytest.raises(InputError, match="no classes to choose from"):
        explorer.strip({"model": "small", "latent": {"seed": 5}, "kind": "classes"})


@pytest.mark.parametrize("changes", [{"kind": "rows"}, {"start": -1}, {"start": 1.5}, {"start": True}])
def test_wrong_strips_are_refused(explorer: Explorer, changes: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"^A strip"):
        explorer.strip({"model": "small", "latent": {}, "kind": "seeds", "start": 0, **changes})


def test_the_file_tells_where_it_comes_from(explorer: Explorer) -> None:
    answer = explorer.file({"model": "small", "latent": {"seed": 5, "offsets": {"1": 0.5}}})
    image = Image.open(io.BytesIO(base64.b64decode(answer["file"].partition(",")[2])))
    note = json.loads(image.info["gan-workbench"])
    assert note == {"model": "small", "latent": {"kind": "seed", "seed": 5, "offsets": {"1": 0.5}}}
    assert answer["name"] == "small-seed-5.png"
    assert draw(explorer, latent=note["latent"])["picture"] == as_url(np.asarray(image))


def test_the_training_going_on_comes_first_and_shows_its_newest_weights(explorer: Explorer, live: RunFolder) -> None:
    listed = explorer.models()["models"]
    assert [item["id"] for item in listed] == ["live:going", "small"]
    first = draw(explorer, model="live:going")
    assert first["step"] == 10
    save(live.live_weights, seed=2, steps=20)
    os.utime(live.live_weights, ns=(1, 1))
    draw(explorer, model="live:going")
    explorer._followers["live:going"].settle()
    second = draw(explorer, model="live:going", known=first["version"])
    assert second["step"] == 20
    assert second["picture"] != first["picture"]
    assert draw(explorer, model="live:going", known=second["version"])["same"] is True


def test_racers_come_last(explorer: Explorer, live: RunFolder) -> None:
    names = [entry["id"] for entry in explorer.models()["models"]]
    (live.path / "racer.json").write_text('{"race": "race-001"}')
    listed = explorer.models()["models"]
    assert [entry["id"] for entry in listed] == [*names[1:], names[0]]
    assert listed[-1]["group"] == "Racers"


def test_weights_cut_short_leave_the_last_picture_and_a_deleted_run_is_a_sentence(
    explorer: Explorer, live: RunFolder
) -> None:
    first = draw(explorer, model="live:going")
    live.live_weights.write_bytes(live.live_weights.read_bytes()[:100])
    draw(explorer, model="live:going")
    explorer._followers["live:going"].settle()
    assert draw(explorer, model="live:going")["picture"] == first["picture"]
    live.live_weights.unlink()
    with pytest.raises(InputError, match="choose another model"):
        draw(explorer, model="live:going")
    assert [item["id"] for item in explorer.models()["models"]] == ["small"]
    with pytest.raises(InputError, match="no model to explore named 'live:going'"):
        draw(explorer, model="live:going")


def test_a_training_that_ends_while_it_is_explored_stays_open(explorer: Explorer, live: RunFolder) -> None:
    draw(explorer, model="live:going")
    save(live.model, seed=3, steps=30)
    live.live_weights.unlink()
    assert draw(explorer, model="live:going")["step"] == 30


def test_a_model_that_goes_away_while_it_is_open_is_a_sentence(explorer: Explorer, context: Context) -> None:
    draw(explorer)
    Path(context.models()[0].path).unlink()
    with pytest.raises(InputError, match="not there"):
        draw(explorer)


def test_a_run_that_cannot_be_read_is_passed_over(explorer: Explorer, live: RunFolder) -> None:
    (live.path / "recipe.json").write_text("{")
    assert [item["id"] for item in explorer.models()["models"]] == ["small"]


@pytest.mark.parametrize(
    "wish",
    [None, [], {}, {"model": 3}, {"model": "other"}, {"model": "../small"}, {"model": "small", "latent": 7},
     {"model": "small", "latent": {"kind": "vector", "vector": [0.0] * 11}},
     {"model": "small", "latent": {"seed": 1, "amounts": [0.5] * 9}}],
)  # fmt: skip
def test_wrong_wishes_reach_the_browser_as_a_sentence(explorer: Explorer, wish: Any) -> None:
    answer = answering(explorer.draw)(wish)
    assert set(answer) == {"error"}
    assert answer["error"].endswith(".")


def test_generate_draws_what_sample_draws(explorer: Explorer, context: Context) -> None:
    picture = explorer.generate("small", 3, 4)
    assert picture.shape == (66, 66, 3)
    model = load_model(context.models()[0].path, device="cpu")
    assert abs(picture[:32, :32].astype(int) - model.sample(1, seed=3)[0]).max() <= 1  # pyright: ignore


@pytest.mark.parametrize("arguments", [("small", 0, 0), ("small", -1, 4), ("small", 0.5, 4), ("small", None, 4),
                                       ("other", 0, 4), ("small", 0, 1e9), ("small", 0, float("inf"))])  # fmt: skip
def test_generate_refuses_in_a_sentence(explorer: Explorer, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(gr.Error):
        explorer.generate(*arguments)


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # gradio leaves an event loop open when it is never launched
def test_the_tab_announces_its_endpoint(context: Context) -> None:
    with gr.Blocks(analytics_enabled=False) as demo:
        build_explore_tab(context)
    names = [each["api_name"] for each in demo.get_config_file()["dependencies"]]
    assert names == ["generate"]
    del demo
    gc.collect()
