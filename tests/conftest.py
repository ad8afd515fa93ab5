"""What all tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported, here and in what tests start

import pytest
import torch

from gan_core import devices
from gan_core.data import DataSet
from gan_core.parts import KINDS, plugins
from gan_core.recipes import Part, Recipe
from tests.coarse import make_coarse


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--device", default="cpu", help="run the tests of training and drawing on this device")


@pytest.fixture(scope="session")
def device(request: pytest.FixtureRequest) -> torch.device:
    """The device that `--device` names; the CPU otherwise."""
    return devices.choose(request.config.getoption("--device"))


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test reads or writes the user's runs or cache; the cache is shared by the tests of one session."""
    base = tmp_path_factory.getbasetemp()
    monkeypatch.setenv("GAN_WORKBENCH_CACHE", str(base / "cache"))
    monkeypatch.setenv("GAN_WORKBENCH_RUNS", str(base / "runs"))
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def coarse(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is measured coarsely: see `tests.coarse`."""
    make_coarse(monkeypatch, tmp_path_factory.getbasetemp() / "coarse")


@pytest.fixture
def own_parts() -> Iterator[None]:
    """What a test registers or loads is forgotten after it."""
    before = {kind: dict(registry._parts) for kind, registry in KINDS.items() if list(registry)}
    plugins._files.clear()
    yield
    plugins._files.clear()
    for kind, parts in before.items():
        KINDS[kind]._parts = parts


@pytest.fixture
def tiny_recipe() -> Recipe:
    """A DCGAN so small that a step takes milliseconds."""
    return Recipe.named("dcgan").replace(
        name="tiny",
        channels=1,
        latent_dim=4,
        generator=Part("dcgan", {"width": 2}),
        discriminator=Part("dcgan", {"width": 2}),
        batch_size=4,
        steps=6,
    )


@pytest.fixture
def tiny_cycle() -> Recipe:
    """A CycleGAN of the same kind, with a pool that fills up and swaps within a few steps."""
    return Recipe.named("cyclegan").replace(
        name="tiny-cycle",
        game=Part("cycle", {"pool_size": 2, "identity_weight": 0.5}),
        size=16,
        generator=Part("resnet", {"width": 2, "blocks": 1}),
        discriminator=Part("patch", {"width": 2, "layers": 1}),
        steps=6,
    )


@pytest.fixture
def tiny_fastcut() -> Recipe:
    """A FastCUT of the same kind, with CUT's second term."""
    return Recipe.named("fastcut").replace(
        name="tiny-fastcut",
        game=Part("contrastive", {"patches": 8, "identity": True}),
        size=16,
        generator=Part("resnet", {"width": 2, "blocks": 1}),
        discriminator=Part("patch", {"width": 2, "layers": 1}),
        steps=6,
    )


@pytest.fixture
def tiny_paired() -> Recipe:
    """A pix2pix of the same kind, with hints and noise."""
    return Recipe.named("pix2pix").replace(
        name="tiny-paired",
        game=Part("paired", {"hints": True, "noise": 2, "colour_weight": 4.0}),
        size=16,
        generator=Part("light-unet", {"width": 4, "levels": 3}),
        discriminator=Part("patch", {"width": 2, "layers": 1, "norm": "none"}),
        batch_size=3,
        steps=6,
    )


def noise_set(channels: int, size: int, *, count: int = 12, seed: int = 0) -> DataSet:
    """Random pictures: enough to train on for a few steps."""
    generator = torch.Generator().manual_seed(seed)
    pictures = torch.randint(0, 256, (count, channels, size, size), dtype=torch.uint8, generator=generator)
    return DataSet("noise", pictures, pictures[:4])


@pytest.fixture
def tiny_data() -> dict[str, DataSet]:
    return {"A": noise_set(1, 32)}


@pytest.fixture
def tiny_pair() -> dict[str, DataSet]:
    return {"A": noise_set(3, 16), "B": noise_set(3, 16, seed=1)}
