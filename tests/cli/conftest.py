"""Small models, pictures and a shell to try the commands with."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from gan_core import networks
from gan_core.cards import Card
from gan_core.cli import main
from gan_core.models import save_model
from gan_core.recipes import Recipe


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def complaints(self) -> list[str]:
        return self.err.splitlines()


Shell = Callable[..., Answer]


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    """Run one command in this process."""

    def run(*arguments: object) -> Answer:
        code = main([str(argument) for argument in arguments])
        return Answer(code, *capsys.readouterr())

    return run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, its own runs, and no shipped models."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GAN_WORKBENCH_RUNS")
    monkeypatch.setenv("GAN_WORKBENCH_PRETRAINED", str(tmp_path / "pretrained"))
    (tmp_path / "pretrained").mkdir()
    return tmp_path


@pytest.fixture
def digits(here: Path, tiny_recipe: Recipe) -> str:
    """The name of a shipped generator."""
    torch.manual_seed(0)
    network = networks.build_generator(tiny_recipe, 1)
    card = Card(name="digits", kind="generator", network=networks.describe(network), size=32, channels=1, steps=5)
    save_model(here / "pretrained" / "digits.safetensors", {"generator": network.eval()}, card)
    return "digits"


@pytest.fixture
def seasons(here: Path, tiny_cycle: Recipe) -> str:
    """The name of a shipped translator."""
    torch.manual_seed(0)
    pair = {name: networks.build_translator(tiny_cycle, 3).eval() for name in ("AtoB", "BtoA")}
    network = networks.describe(pair["AtoB"])
    card = Card(name="seasons", kind="translator", network=network, size=16, channels=3)
    save_model(here / "pretrained" / "seasons.safetensors", pair, card)
    return "seasons"


def picture(path: Path, size: tuple[int, int] = (20, 16), mode: str = "RGB", seed: int = 0) -> Path:
    """A file with random pixels."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 4), dtype=np.uint8)
    Image.fromarray(pixels).convert(mode).save(path)
    return path


def zip_of(path: Path, names: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in names.items():
            archive.writestr(name, data)
    return path
