"""What tests of the Explore tab share: small models, a training going on, and the controller of an app."""

import base64
import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from gan_core.cards import Card
from gan_core.models import save_model
from gan_core.networks import describe, discriminators, generators
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder, Status
from gan_core.ui.context import Context
from gan_core.ui.explore.controller import ExploreController, LatentView
from gan_core.ui.explore.protocol import LatentRequest
from gan_core.ui.protocol import read_request


def save(
    path: Path,
    seed: int = 0,
    steps: int = 0,
    classes: tuple[str, ...] = (),
    with_discriminator: bool = False,
    data: str = "",
) -> None:
    torch.manual_seed(seed)
    network = generators.build("dcgan", latent_dim=12, size=32, channels=1, width=2, classes=len(classes)).eval()
    described = {"network": describe(network), "size": 32, "channels": 1}
    card = Card(name=path.stem, kind="generator", steps=steps, classes=classes, data=data, **described)
    networks = {"generator": network}
    if with_discriminator:
        discriminator = discriminators.build("dcgan", size=32, channels=1, width=2, classes=len(classes))
        with torch.no_grad():  # untrained, all that it says would round to nothing
            for parameter in discriminator.parameters():
                parameter.mul_(200 if parameter.ndim > 1 else 1)
        networks["judge"] = discriminator
        card = card.replace(judge=describe(discriminator))
    save_model(path, networks, card)


def pixels(url: str) -> np.ndarray:
    """The picture of a data URL, as numbers that can be subtracted."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))).astype(int)


def view(controller: ExploreController, values: dict[str, Any]) -> LatentView:
    """What a request of the page means."""
    request = read_request(LatentRequest, values)
    assert isinstance(request, LatentRequest)
    return controller.view(request)


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of shipped models, with one called `small`."""
    folder = tmp_path / "pretrained"
    folder.mkdir()
    monkeypatch.setenv("GAN_WORKBENCH_PRETRAINED", str(folder))
    save(folder / "small.safetensors")
    return folder


@pytest.fixture
def context(tmp_path: Path, shipped: Path) -> Context:
    return Context(tmp_path / "runs", "cpu")


@pytest.fixture
def controller(context: Context) -> ExploreController:
    return ExploreController(context.runs, context.models, context.settings)


@pytest.fixture
def live(context: Context) -> Iterator[RunFolder]:
    """A run that is being trained."""
    run = RunFolder.create(context.runs.root, Recipe.named("dcgan"), name="going")
    with run.lock():
        save(run.live_weights, seed=1, steps=10)
        run.write_status(Status(state="running", heartbeat=time.time()))
        yield run
