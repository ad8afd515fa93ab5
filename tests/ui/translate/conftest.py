"""A page's server with one translator whose answer is known for every pixel: the photographic negative."""

from __future__ import annotations

import base64
import io
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
from PIL import Image

from gan_core.cards import Card
from gan_core.errors import InputError
from gan_core.models.catalog import Header, ModelEntry
from gan_core.networks import build_discriminator, describe
from gan_core.recipes import Recipe
from gan_core.translation import Translator
from gan_core.ui import uploads as uploaded_files
from gan_core.ui.app_settings import AppSettings
from gan_core.ui.downloads import DownloadFolder
from gan_core.ui.jobs import Jobs
from gan_core.ui.translate.batch import BatchTranslation
from gan_core.ui.translate.comparisons import Comparisons
from gan_core.ui.translate.controller import TranslateController
from gan_core.ui.translate.export import ExportFunctions
from gan_core.ui.translate.protocol import TranslationRequest
from gan_core.ui.translate.results import Result, Results
from tests.translation.toy_translators import EXACT, Inverse

CARD = Card(
    name="negative",
    kind="translator",
    network={"name": "resnet"},
    size=32,
    channels=3,
    title="Drawings to colours",
    domains={"A": "doodle", "B": "emoji"},
)


class FakeStore:
    """One translator called `negative` and one generator called `noise`."""

    drawing = nullcontext()

    def __init__(self) -> None:
        self.translator = Translator({"AtoB": Inverse(), "BtoA": Inverse()}, SimpleNamespace(size=32), arithmetic=EXACT)

    def entries(self, kind: str | None = None) -> list[Any]:
        header = Header(CARD, frozenset({"AtoB", "BtoA"}))
        return [ModelEntry("negative", Path("negative.safetensors"), "pretrained", header, 0)]

    def load(self, name: str) -> Any:
        if name not in ("negative", "noise"):
            raise InputError(f"There is no model named {name!r}.")
        return self.translator if name == "negative" else object()

    def in_memory(self) -> list[Any]:
        return [self.translator]


class Page:
    """The server functions of the tab, as the page has them."""

    def __init__(self, store: Any) -> None:
        self.store, self.jobs, self.downloads = store, Jobs(), DownloadFolder()
        self.results = Results(store, self.jobs)
        self.controller = TranslateController(store, self.results, self.downloads)
        self.comparisons = Comparisons(self.results)
        self.batches = BatchTranslation(store, self.jobs, self.downloads)
        self.exports = ExportFunctions(store, AppSettings(), self.jobs, self.downloads)

    def made(self, request: dict[str, Any]) -> Result:
        """The translation that the JSON values of a request name."""
        return self.results.get(TranslationRequest.model_validate(request))


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of gradio's uploads."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    monkeypatch.setattr(uploaded_files, "UPLOAD_SECONDS", 0.1)
    (tmp_path / "uploads").mkdir()
    return tmp_path / "uploads"


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def page(store: FakeStore) -> Page:
    return Page(store)


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)


def drop(folder: Path, name: str = "own.png", size: tuple[int, int] = (40, 24)) -> dict[str, Any]:
    """A request for the translation of an uploaded picture."""
    Image.fromarray(noise(size[1], size[0])).save(folder / name)
    return {"model": "negative", "direction": "AtoB", "scale": "native", "source": source(folder / name)}


def source(path: Path, **more: Any) -> dict[str, Any]:
    return {"path": str(path), "name": path.name, **more}


def shown(url: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))


def fetched(answer: dict[str, Any]) -> Path:
    return Path(unquote(answer["url"].removeprefix("gradio_api/file=")))


def with_discriminators(recipe: Recipe) -> Translator:
    """A negative that came with untrained discriminators of both kinds."""
    discriminators = {name: build_discriminator(recipe, 3) for name in "AB"}
    card = Card(
        name="rated",
        kind="translator",
        network={"name": "resnet"},
        size=recipe.size,
        channels=3,
        judge=describe(discriminators["A"]),
        recipe=recipe.to_json(),
    )
    return Translator({"AtoB": Inverse(), "BtoA": Inverse()}, card, arithmetic=EXACT, discriminators=discriminators)
