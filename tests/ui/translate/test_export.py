"""The same function elsewhere: the snippet runs, the endpoint answers over HTTP as it is documented."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import gradio as gr
import httpx
import numpy as np
import pytest
import torch
from gradio_client import Client, handle_file
from PIL import Image
from torch import nn

from gan_core.cards import Card
from gan_core.errors import InputError
from gan_core.models import save_model
from gan_core.networks import describe
from gan_core.translation import Translator
from gan_core.ui.app_settings import AppSettings
from gan_core.ui.model_store import ModelStore
from gan_core.ui.protocol import call
from gan_core.ui.translate.tab import build_translate_tab
from tests.translation.toy_translators import EXACT, resnet
from tests.ui.translate.conftest import FakeStore, Page, fetched, noise

# Gradio leaves event loops and sockets of its pages to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed", "ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Collect what gradio left behind while warnings are ignored."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def card_of(network: nn.Module) -> Card:
    return Card(name="cat-to-dog", kind="translator", network=describe(network), size=32, channels=3)


def test_the_snippet_runs_as_it_stands(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = resnet()
    folder = tmp_path / "runs" / "models"
    folder.mkdir(parents=True)
    save_model(folder / "cat-to-dog.safetensors", {"AtoB": network}, card_of(network))
    page = Page(ModelStore(tmp_path / "runs", "cpu"))
    code = call(page.exports.snippet, {"model": "cat-to-dog", "direction": "AtoB", "scale": "native"})["code"]
    assert len(code.splitlines()) == 3
    Image.fromarray(noise(20, 30)).save(tmp_path / "picture.png")
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=tmp_path, check=True)
    with Image.open(tmp_path / "translated.png") as image:
        assert image.size == (30, 20)


def test_a_shipped_model_is_named_and_an_unknown_one_refused(page: Page) -> None:
    assert "load_model('negative')" in call(page.exports.snippet, {"model": "negative", "direction": "AtoB"})["code"]
    with pytest.raises(InputError, match="nobody"):
        call(page.exports.snippet, {"model": "nobody", "direction": "AtoB"})


def test_the_endpoint_answers_a_client_and_documents_itself(tmp_path: Path) -> None:
    with gr.Blocks(analytics_enabled=False) as demo:
        build_translate_tab(cast(Any, FakeStore()), AppSettings())
    _, address, _ = demo.launch(prevent_thread_lock=True, quiet=True)
    try:
        client = Client(address, verbose=False, download_files=str(tmp_path / "got"))
        described = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
        assert list(described) == ["/translate", "/translate_with_hints"]
        names = [each["parameter_name"] for each in described["/translate"]["parameters"]]
        assert names == ["picture", "model", "direction", "scale", "strength"]
        Image.fromarray(noise(30, 50)).save(tmp_path / "photo.png")
        own = handle_file(tmp_path / "photo.png")
        with Image.open(client.predict(own, "negative", scale="native", api_name="/translate")) as file:
            assert (file.format, Path(file.filename).name) == ("PNG", "photo.png")
            assert np.array_equal(np.asarray(file), 255 - noise(30, 50))
        odd = 'it\'s "so"\t' + "x" * 180 + ".png"
        assert _named_over_http(f"{address}gradio_api", tmp_path / "photo.png", odd) == odd
        half = client.predict(own, "negative", "BtoA", "native", 0.5, api_name="/translate")
        with Image.open(half) as file:
            assert np.abs(np.asarray(file).astype(int) - 127.5).max() <= 0.5
        with pytest.raises(Exception, match="takes no colour hints"):
            client.predict(own, "negative", hints=[[1, 2, "#ff0000"]], api_name="/translate_with_hints")
        with pytest.raises(Exception, match="takes no noise"):
            client.predict(own, "negative", seed=1, api_name="/translate_with_hints")
        with Image.open(client.predict(own, "negative", scale="native", api_name="/translate_with_hints")) as file:
            assert np.array_equal(np.asarray(file), 255 - noise(30, 50))
        with pytest.raises(Exception, match="nobody"):
            client.predict(own, "nobody", api_name="/translate")
        client.close()
    finally:
        demo.close(verbose=False)


def _named_over_http(api: str, file: Path, name: str) -> str:
    """The name of what the endpoint makes of a file that is sent as `name`, without gradio's client in between."""
    sent = httpx.post(f"{api}/upload", files={"files": (file.name, file.read_bytes())}, timeout=60).json()[0]
    picture = {"path": sent, "orig_name": name, "meta": {"_type": "gradio.FileData"}}
    asked = {"data": [picture, "negative", "AtoB", "native", 1]}
    wanted = httpx.post(f"{api}/call/translate", json=asked, timeout=60).json()
    reply = httpx.get(f"{api}/call/translate/{wanted['event_id']}", timeout=60).text
    assert "event: complete" in reply, reply
    return Path(json.loads(reply.partition("data: ")[2].partition("\n")[0])[0]["path"]).name


def test_the_endpoint_refuses_in_a_sentence(page: Page, tmp_path: Path) -> None:
    Image.fromarray(noise(30, 50)).save(tmp_path / "photo.jpg")
    with Image.open(page.exports.endpoint(str(tmp_path / "photo.jpg"), "negative", "", "", None)) as file:
        assert (file.format, file.size, Path(file.filename).name) == ("JPEG", (50, 30), "photo.jpg")
    odd = 'it\'s "so"\t' + "x" * 180 + ".jpg"
    answer = page.exports.endpoint(str(tmp_path / "photo.jpg"), "negative", "", "", None, name=odd)
    assert Path(answer).name == odd
    for arguments, words in (
        ((None, "negative", "AtoB", "auto", 1), "picture file is needed"),
        ((str(tmp_path / "photo.jpg"), "negative", "sideways", "auto", 1), "sideways"),
        ((str(tmp_path / "photo.jpg"), "negative", "AtoB", "huge", 1), "huge"),
        ((str(tmp_path / "photo.jpg"), "negative", "AtoB", "auto", 3), "from 0 to 1"),
    ):
        with pytest.raises(InputError, match=words):
            page.exports.endpoint(*arguments)


def test_a_direction_becomes_an_onnx_file_with_its_parity(page: Page, store: FakeStore) -> None:
    store.translator = Translator({"AtoB": resnet()}, card_of(resnet()), arithmetic=EXACT)
    answer = call(page.exports.onnx, {"name": "negative", "direction": "AtoB"})
    assert answer["name"] == "negative-AtoB.onnx"
    assert "largest difference" in answer["line"]
    assert fetched(answer).stat().st_size > 1000
    with pytest.raises(InputError, match="sideways"):
        call(page.exports.onnx, {"name": "negative", "direction": "sideways"})
