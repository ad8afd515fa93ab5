"""Any request that fits its model gets a response or a sentence, whatever its numbers and names are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest

from gan_core.images import encode_png
from gan_core.runs import RunFolder
from gan_core.ui.context import Context
from gan_core.ui.dispatch import FUNCTION
from gan_core.ui.explore import background, direction_searches, projection, time
from gan_core.ui.explore.tab import build_explore_tab
from gan_core.ui.protocol import read_request, signature_of
from tests.ui.explore.conftest import save
from tests.ui.explore.test_bookmarks import uploaded
from tests.ui.explore.test_time import past  # noqa: F401 - a fixture
from tests.ui.random_requests import RandomRequests

pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning"
)  # gradio's event loop of a page that is never launched

EACH = 30
"""Requests to every function."""
FEW = {"directions_attributes": 2, "directions_course": 4}
"""To those that take seconds."""


@pytest.fixture
def functions(
    context: Context,
    shipped: Path,
    live: RunFolder,
    past: RunFolder,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[dict[str, Callable[..., Any]]]:
    """The exposed server functions of Explore, with models of all kinds and long work made short."""
    monkeypatch.setattr(projection, "SECONDS", 0.02)
    monkeypatch.setattr(time, "PATIENCE", 0.02)
    monkeypatch.setattr(direction_searches, "FEW_SAMPLES", 16)
    monkeypatch.setattr("gan_core.latents.directions.readers.FEATURES", 20)
    save(shipped / "pets.safetensors", classes=("cat", "dog"), with_discriminator=True)
    with gr.Blocks(analytics_enabled=False) as demo:
        build_explore_tab(context.runs, context.models, context.settings)
    yield {
        function.__name__: function
        for block in demo.blocks.values()
        for function in getattr(block, "server_fns", ())
        if hasattr(function, FUNCTION)
    }
    background.end_all()


def test_every_request_gets_a_response_or_a_sentence(
    functions: dict[str, Callable[..., Any]], capfd: pytest.CaptureFixture[str]
) -> None:
    picture = uploaded("random.png", encode_png(np.zeros((40, 30, 3), np.uint8)))["path"]
    vector = {"kind": "vector", "vector": [0.5] * 12}
    curve = {"kind": "path", "ends": [1, vector], "t": 0.3}
    note = {"schema": 2, "model": "small", "step": 1, "latent": {"seed": 1}, "z": [0.5] * 12}
    path = {"schema": 1, "stops": [{"place": {"seed": 1}, "seconds": 0.2}, {"place": vector}], "fps": 5}
    values: dict[str, list[Any]] = {
        "model": ["small", "pets", "runs/past", "live:going"],
        "models": [["small", "pets", "runs/past"]],
        "step": [10, None, None, None],
        "latent": [{"seed": 3, "label": 1}, vector, curve, curve],
        "latents": [[vector, {"seed": 2}]],
        "files": [[picture]],
        "place": [{"seed": 3, "amounts": {"sefa/1": 1.5}}],
        "path": [picture, path],
        "picture": [picture],
        "schema": [1],
        "note": [note, {**note, "path": path}, {**note, "model": "gone", "z": ["x"]}, {**note, "schema": 9}],
        "ids": [["sefa/1", "pca/1|sefa/2", "saved/none"]],
        "id": ["sefa/1"],
        "text": ["Direction 1 - sefa/2", "sefa/1 +", "2*"],
        "job": [None, "mine"],
        "easing": ["hold", "ease-in"],
        "names": [["a", "b"]],
        "steps": [[10, 464]],
        "*": ["sefa/1", "saved/none", "0", "3", "99", "x"],
    }
    answered, refused = set(), 0
    for name, function in functions.items():
        signature = signature_of(getattr(function, FUNCTION))
        requests = RandomRequests(signature, seed=1, values=values)
        for _ in range(FEW.get(name, EACH)):
            request = requests.next()
            read_request(signature.request, request)
            response = json.loads(bytes(function(request).body))
            if "error" in response:
                assert response["error"].endswith((".", "?")), (name, request, response)
                assert not response["error"].startswith("That did not work"), (name, request, response)
                refused += 1
            else:
                answered.add(name)
    assert set(functions) - answered <= {"delete_favourite", "rename_favourite", "path_rename", "path_remove", "path_read", "project_progress",
                                         "project_stop", "directions_rename", "directions_remove"}  # fmt: skip
    assert refused > 50
    assert "Traceback" not in capfd.readouterr().err
