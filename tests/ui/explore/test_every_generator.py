"""Everything on Explore for every generator: fully connected, convolutional, residual; 28 to 128 pixels; grey, colour, conditional."""

from pathlib import Path
from typing import Any

import pytest
import torch

from gan_core.cards import Card
from gan_core.latents.paths import LatentPath
from gan_core.models import save_model
from gan_core.networks import describe, generators
from gan_core.projection.search import project
from gan_core.projection.search_budget import SearchBudget
from gan_core.ui.explore.bookmarks import BookmarksPanel
from gan_core.ui.explore.controller import ExploreController
from gan_core.ui.explore.drawing import DrawingPanel
from gan_core.ui.explore.model_picker import ModelPicker
from gan_core.ui.protocol import call
from tests.ui.explore.conftest import pixels

NETWORKS: dict[str, tuple[str, dict[str, Any]]] = {
    "mlp784": ("mlp784", {"latent_dim": 5, "hidden": 8}),
    "mlp784 with classes": ("mlp784", {"latent_dim": 5, "hidden": 8, "classes": 3}),
    "article 003": ("article-003", {"latent_dim": 6, "width": 2}),
    "article 000": ("article-000", {"latent_dim": 6, "width": 2}),
    "dcgan 28": ("dcgan", {"latent_dim": 9, "size": 28, "channels": 1, "width": 2}),
    "dcgan 64 colour": ("dcgan", {"latent_dim": 20, "size": 64, "channels": 3, "width": 2}),
    "dcgan with classes": ("dcgan", {"latent_dim": 9, "size": 32, "channels": 1, "width": 2, "classes": 3}),
    "residual 32": ("residual", {"latent_dim": 7, "size": 32, "channels": 1, "width": 4}),
    "residual 128 colour": ("residual", {"latent_dim": 7, "size": 128, "channels": 3, "width": 4}),
    "residual with classes": ("residual", {"latent_dim": 7, "size": 32, "channels": 3, "width": 4, "classes": 3}),
}


@pytest.fixture(params=NETWORKS)
def name(request: pytest.FixtureRequest, shipped: Path) -> str:
    """A model of each kind."""
    kind, arguments = NETWORKS[request.param]
    torch.manual_seed(0)
    network = generators.build(kind, **arguments).eval()
    channels, size, _ = network.image_shape
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.ndim > 1:  # as first drawn, its pictures would hardly differ
                parameter.normal_(0, 2 * parameter[0].numel() ** -0.5)
    card = Card(name="it", kind="generator", network=describe(network), size=size, channels=channels)
    save_model(shipped / "it.safetensors", {"generator": network}, card)
    return "it"


def test_it_is_drawn_moved_kept_and_found_again(controller: ExploreController, name: str) -> None:
    facts = call(ModelPicker(controller).facts, {"model": name})
    drawing, keeping = DrawingPanel(controller), BookmarksPanel(controller)
    label = {"label": 1, "towards": 2, "mix": 0.4} if facts["classes"] else {}
    request = {"model": name, "latent": {"seed": 1, "amounts": {"sefa/1": 1.0, "pca/1": -1.0}, **label}}
    answer = call(drawing.draw, {**request, "numbers": True})
    picture = pixels(answer["picture"])
    assert picture.shape[:2] == (facts["size"], facts["size"])
    assert len(answer["numbers"]) == facts["latent_dim"]
    plain = call(drawing.draw, {"model": name, "latent": {"seed": 1, **label}})
    assert abs(pixels(plain["picture"]) - picture).max() > 1
    for kind in ("seeds", "neighbours", *(["classes"] if facts["classes"] else [])):
        strip = call(drawing.strip, {**request, "kind": kind})
        assert len(set(strip["pictures"])) == len(strip["labels"])
    way = call(drawing.interpolations, {"model": name, "latent": {"kind": "path", "ends": [1, 2], **label}})
    assert min(way["lerp"]["norms"]) < min(way["slerp"]["norms"])
    note = call(keeping.save_favourite, request)["favourites"][0]
    assert call(keeping.open_note, {"note": note})["latent"] == note["latent"] == request["latent"] | {"kind": "seed"}


def test_its_own_pictures_are_searched_for_and_films_of_it_close(controller: ExploreController, name: str) -> None:
    model, _ = controller.model(name)
    label = 1 if model.classes else None
    weights = None if label is None else torch.eye(len(model.classes))[[label]]
    target = model.render(torch.randn(1, model.latent_dim, generator=torch.Generator().manual_seed(3)), weights)[0]
    effort = SearchBudget(candidates=64, starts=4, steps=12, finalists=2, refinements=9)
    *_, last = project(model, target, effort, label=label)
    first = next(project(model, target, effort, label=label))
    assert last.best.error < 0.9 * first.best.error  # untrained, some are too wild for more in so few steps

    stops = [{"place": {"seed": seed, **({"label": 1} if model.classes else {})}} for seed in (1, 2)]
    journey = LatentPath.from_json({"schema": 1, "stops": stops, "loop": True})
    course = journey.course(model.latent_dim, {}, len(model.classes))
    frames = model.render(*course.at(journey.positions(4)))
    assert frames.shape == (4, model.card.size, model.card.size, 3)
    assert (frames[0] == model.render(*course.at(journey.positions(8)))[0]).all()
