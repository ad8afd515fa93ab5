"""The catalogue opens a file once, notices every change, and a live picture opens none."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from gan_core import networks
from gan_core.cards import Card
from gan_core.errors import InputError
from gan_core.file_cache import FileCache
from gan_core.models import ModelCatalog, save_model
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder
from gan_core.ui.context import Context
from gan_core.ui.protocol import call

RUNS = 60
OPENED: list[str] | None = None
"""Files opened while somebody counts; audit hooks cannot be taken back, so there is one for all tests."""
COUNTING = threading.local()


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and OPENED is not None and getattr(COUNTING, "on", False):
        OPENED.append(str(arguments[0]))


sys.addaudithook(_hook)


@contextmanager
def opened() -> Iterator[list[str]]:
    """Names of the files that this thread opens within the block."""
    global OPENED
    OPENED, COUNTING.on = [], True
    try:
        yield OPENED
    finally:
        OPENED, COUNTING.on = None, False


def card(**changes: Any) -> Card:
    values = {"name": "tiny", "kind": "generator", "network": {"name": "dcgan"}, "size": 32, "channels": 1}
    return Card(**{**values, **changes})


def model_bytes(**changes: Any) -> bytes:
    return save({"generator.w": np.zeros(1, np.float32)}, {"card": json.dumps(card(**changes).to_json())})


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_recipe: Recipe) -> Path:
    """Sixty finished runs with a model each, and one shipped generator that can be drawn with."""
    (tmp_path / "pretrained").mkdir()
    monkeypatch.setenv("GAN_WORKBENCH_PRETRAINED", str(tmp_path / "pretrained"))
    network = networks.build_generator(tiny_recipe, 1)
    save_model(
        tmp_path / "pretrained" / "digits.safetensors",
        {"generator": network},
        card(network=networks.describe(network)),
    )
    content = model_bytes()
    for number in range(RUNS):
        RunFolder.create(tmp_path / "runs", tiny_recipe, f"run-{number:02d}").model.write_bytes(content)
    return tmp_path / "runs"


def test_sixty_runs_are_listed_again_without_opening_a_file(runs: Path) -> None:
    catalog = ModelCatalog(runs)
    first = [entry.name for entry in catalog.entries()]
    assert len(first) == RUNS + 1
    with opened() as files:
        assert [entry.name for entry in catalog.entries()] == first
        assert [entry.name for entry in ModelCatalog(runs).entries()] == first, "all catalogues share what was read"
        assert catalog.problems() == []
    assert files == []


def test_a_drawn_picture_opens_no_file(runs: Path) -> None:
    context = Context(runs, "cpu")
    model: Any = context.models.load("digits")
    with opened() as files:
        for _ in range(3):
            assert context.models.load("digits") is model
            model.sample(1)
    assert files == []


def test_a_slider_of_explore_opens_no_file(runs: Path) -> None:
    from gan_core.ui.explore.controller import ExploreController
    from gan_core.ui.explore.drawing import DrawingPanel

    context = Context(runs, "cpu")
    controller = ExploreController(context.runs, context.models, context.settings)
    controller.models()
    drawing = DrawingPanel(controller)
    request = {"model": "digits", "latent": {"kind": "seed", "seed": 1}}
    assert call(drawing.draw, request)["picture"]
    with opened() as files:
        for seed in (2, 3, 4):
            assert call(drawing.draw, {**request, "latent": {"kind": "seed", "seed": seed}})["picture"]
    assert files == []


def test_a_live_translation_opens_no_file(runs: Path, tiny_cycle: Recipe) -> None:
    from gan_core.images import data_url, encode_png
    from gan_core.ui.downloads import DownloadFolder
    from gan_core.ui.jobs import Jobs
    from gan_core.ui.translate.controller import TranslateController
    from gan_core.ui.translate.results import Results

    pair = {way: networks.build_translator(tiny_cycle, 3) for way in ("AtoB", "BtoA")}
    described = card(kind="translator", network=networks.describe(pair["AtoB"]), size=16, channels=3)
    save_model(runs.parent / "pretrained" / "two.safetensors", pair, described)
    context = Context(runs, "cpu")
    controller = TranslateController(context.models, Results(context.models, Jobs()), DownloadFolder())
    picture = data_url(encode_png(np.full((16, 16, 3), 90, np.uint8)), "image/png")
    request = {"model": "two", "direction": "AtoB", "picture": picture}
    call(controller.frame, request)
    with opened() as files:
        for _ in range(3):
            assert call(controller.frame, request)["after"]
    assert files == []


def test_a_model_that_was_replaced_is_never_taken_for_the_old_one(runs: Path) -> None:
    """Replaced by renaming, with the same size and the same time: only the file itself is another."""
    catalog, path = ModelCatalog(runs), runs / "run-00" / "model.safetensors"
    before = catalog.find("runs/run-00")
    assert before is not None
    status = path.stat()
    for steps in range(1, 6):
        draft = path.with_suffix(".draft")
        draft.write_bytes(model_bytes(steps=steps))
        os.utime(draft, ns=(status.st_atime_ns, status.st_mtime_ns))
        draft.replace(path)
        entry = catalog.find("runs/run-00")
        assert entry is not None
        assert entry.card.steps == steps
        assert next(each for each in catalog.entries() if each.name == "runs/run-00").card.steps == steps


def test_models_that_come_and_go_are_noticed(runs: Path) -> None:
    catalog = ModelCatalog(runs)
    assert catalog.find("runs/run-07") is not None
    (runs / "run-07" / "model.safetensors").unlink()
    assert catalog.find("runs/run-07") is None
    (runs / "run-07" / "model.safetensors").write_bytes(b"damaged")
    assert catalog.find("runs/run-07") is None
    assert len(catalog.problems()) == 1
    assert "The model of the run run-07 is left out" in catalog.problems()[0]
    (runs / "run-07" / "model.safetensors").write_bytes(model_bytes())
    assert catalog.find("runs/run-07") is not None
    assert catalog.problems() == []
    for nobody in ("nobody", "", "a\0b", "../x"):
        assert catalog.find(nobody) is None


def test_a_history_beside_a_model_and_a_draft_are_no_damaged_models(runs: Path) -> None:
    shipped = runs.parent / "pretrained"
    (shipped / "digits.history.safetensors").write_bytes(b"x")
    (shipped / ".digits.safetensors.1-2").write_bytes(b"x")
    (shipped / ".hidden.safetensors").write_bytes(b"x")
    assert ModelCatalog(runs).problems() == []


def test_a_pipe_among_the_models_is_passed_over(runs: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    (runs / "models").mkdir()
    os.mkfifo(runs / "models" / "pipe.safetensors")
    assert [sentence.partition(" is left")[0] for sentence in ModelCatalog(runs).problems()] == ["pipe.safetensors"]


def test_the_cache_keeps_refusals_and_forgets_the_oldest(tmp_path: Path) -> None:
    reads: list[str] = []

    def read(path: Path) -> str:
        reads.append(path.name)
        if path.read_text() == "bad":
            raise InputError("It is bad.")
        return path.read_text()

    cache: FileCache[str] = FileCache(limit=2)
    for name in ("a", "bad", "c"):
        (tmp_path / name).write_text(name)
    for _ in range(2):
        assert cache.get(tmp_path / "a", read) == "a"
        with pytest.raises(InputError, match="It is bad"):
            cache.get(tmp_path / "bad", read)
    assert reads == ["a", "bad"]
    assert cache.get(tmp_path / "c", read) == "c"
    assert cache.get(tmp_path / "a", read) == "a"
    assert reads == ["a", "bad", "c", "a"]
    with pytest.raises(FileNotFoundError):
        cache.get(tmp_path / "nothing", read)


def test_a_file_that_a_failing_disk_refuses_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    tries: list[int] = []

    def read(path: Path) -> str:
        tries.append(1)
        try:
            if len(tries) == 1:
                raise OSError("the share is away")
            return path.read_text()
        except OSError as error:
            raise InputError("It cannot be read.") from error

    cache: FileCache[str] = FileCache()
    with pytest.raises(InputError, match="cannot be read"):
        cache.get(tmp_path / "a", read)
    assert cache.get(tmp_path / "a", read) == "a"


def test_pages_open_with_the_models_that_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAN_WORKBENCH_PRETRAINED", str(tmp_path))
    for name in ("apples", "doodle-to-emoji", "faces", "zebras"):
        (tmp_path / f"{name}.safetensors").write_bytes(model_bytes(name=name))
    names = [entry.name for entry in ModelCatalog(tmp_path / "runs").entries()]
    assert names == ["faces", "doodle-to-emoji", "apples", "zebras"]
