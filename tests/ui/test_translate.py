"""The server's half of the Translate tab, and its endpoint."""

import base64
import gc
import io
import json
import zipfile
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.translation import Translator
from gan_core.ui.components import translate_desk
from gan_core.ui.components.translate_desk import Desk, describe, domains
from gan_core.ui.translate import build_translate_tab

CARD = {"size": 32, "title": "Drawings to colours", "domains": {"A": "doodle", "B": "emoji"}}


class Negative(nn.Module):
    multiple = 4

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv2d(3, 3, 1, bias=False)
        with torch.no_grad():
            self.layer.weight.copy_(-torch.eye(3)[..., None, None])

    def forward(self, pictures):
        return self.layer(pictures)


class FakeContext:
    """One translator called `negative` and one generator called `noise`."""

    model_lock = nullcontext()

    def __init__(self) -> None:
        exact = Arithmetic(torch.device("cpu"), False, 1)
        networks = {"AtoB": Negative(), "BtoA": Negative()}
        self.translator = Translator(networks, SimpleNamespace(size=32), arithmetic=exact)

    def models(self, kind=None):
        return [SimpleNamespace(name="negative", kind="translator", origin="pretrained", values=CARD)]

    def model(self, name):
        if name not in ("negative", "noise"):
            raise InputError(f"There is no model named {name!r}.")
        return self.translator if name == "negative" else object()


@pytest.fixture(autouse=True)
def uploads(tmp_path, monkeypatch) -> Path:
    """The folder of gradio's uploads."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    monkeypatch.setattr(translate_desk, "UPLOAD_SECONDS", 0.1)
    (tmp_path / "uploads").mkdir()
    return tmp_path / "uploads"


@pytest.fixture
def desk() -> Desk:
    return Desk(FakeContext())


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)


def drop(folder: Path, name: str = "own.png", size: tuple[int, int] = (40, 24)) -> dict:
    """A wish for an uploaded picture."""
    Image.fromarray(noise(size[1], size[0])).save(folder / name)
    return {"model": "negative", "direction": "AtoB", "scale": "native", "source": source(folder / name)}


def source(path: Path, **more) -> dict:
    return {"path": str(path), "name": path.name, **more}


def shown(url: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))


def fetched(answer: dict) -> Path:
    return Path(answer["url"].removeprefix("gradio_api/file="))


def test_the_offer_names_directions_by_their_domains(desk):
    offer = desk.offer()
    assert [each["label"] for each in offer["models"][0]["directions"]] == ["doodle → emoji", "emoji → doodle"]
    assert offer["models"][0]["line"] == "Drawings to colours · trained at 32 x 32"
    assert {"doodle", "summer", "winter"} <= {example["domain"] for example in offer["examples"]}
    json.dumps(offer)
    assert desk.offer({"version": offer["version"]}) == {"version": offer["version"]}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("cat-to-dog", ("cat", "dog")), ("runs/summer-winter", ("summer", "winter")), ("runs/first-7", ("A", "B"))],
)
def test_domains_without_a_card_come_from_the_name(name, expected):
    assert domains(name, {}) == expected
    assert describe(SimpleNamespace(name=name, origin="run", values={}))["domains"] == dict(
        zip("AB", expected, strict=True)
    )


def test_a_preview_is_small_and_the_whole_picture_has_its_own_size(desk, uploads):
    wish = drop(uploads, size=(400, 200))
    preview = desk.preview(wish)
    assert (preview["width"], preview["height"]) == (400, 200)
    assert shown(preview["before"]).size == (400, 200)
    assert shown(preview["after"]).size == (128, 64)
    whole = desk.translate(wish)
    assert shown(whole["after"]).size == (400, 200)
    assert whole["line"].startswith("400 x 200 pixels, own size kept")
    assert whole["name"] == "own.png"
    with Image.open(fetched(whole)) as file:
        assert np.array_equal(np.asarray(file), 255 - noise(200, 400))
    json.dumps([preview, whole])


def test_transparency_is_shown_and_kept(desk, uploads):
    image = Image.new("RGBA", (300, 300), (200, 30, 30, 128))
    image.save(uploads / "glass.png")
    wish = {**drop(uploads), "source": source(uploads / "glass.png")}
    assert shown(desk.preview(wish)["after"]).mode == "RGBA"
    with Image.open(fetched(desk.translate(wish))) as file:
        assert file.getchannel("A").getextrema() == (128, 128)


def test_a_cycle_tells_how_far_it_comes_back(desk, uploads):
    answer = desk.translate({**drop(uploads), "cycle": True})
    assert "0.0 of 255 levels" in answer["notes"][-1]


def test_an_example_is_translated_by_name(desk):
    answer = desk.translate({"model": "negative", "direction": "AtoB", "source": {"example": "doodle-house.png"}})
    assert answer["name"] == "doodle-house.png"
    assert "with the fine detail of your picture" in answer["notes"][0]
    with pytest.raises(InputError, match="no example"):
        desk.translate({"model": "negative", "direction": "AtoB", "source": {"example": "../draw.py"}})


def test_a_zip_is_opened_and_results_are_packed_under_their_names(desk, uploads):
    wish = drop(uploads)
    with zipfile.ZipFile(uploads / "set.zip", "w") as archive:
        for name in ("set/one/a.png", "set/two/a.png", "set/text.png"):
            archive.writestr(name, b"text" if "text" in name else (uploads / "own.png").read_bytes())
    place = source(uploads / "set.zip")
    entries = desk.expand(place)["entries"]
    assert len(entries) == 3
    made, refused = [], []
    for entry in entries:
        try:
            made.append((entry, desk.translate({**wish, "source": {**place, "entry": entry}})["url"]))
        except InputError as error:
            refused.append(str(error))
    assert len(refused) == 1
    assert "text.png" in refused[0]
    packed = desk.pack({"urls": [url for _, url in made] * 2, "names": [entry for entry, _ in made] * 2})
    with zipfile.ZipFile(fetched(packed)) as archive:
        assert archive.namelist() == ["one/a.png", "two/a.png", "one/a-2.png", "two/a-2.png"]


def test_nothing_can_climb_out_of_the_packed_zip(desk, uploads):
    url = desk.translate(drop(uploads))["url"]
    with zipfile.ZipFile(fetched(desk.pack({"urls": [url], "names": ["../../etc/own.png"]}))) as archive:
        assert archive.namelist() == ["etc/own.png"]
    with pytest.raises(InputError, match="not kept"):
        desk.pack({"urls": ["gradio_api/file=/etc/passwd"]})


@pytest.mark.parametrize("path", ["/etc/passwd", "", "../../etc/passwd"])
def test_files_that_were_not_uploaded_are_refused(desk, path):
    with pytest.raises(InputError, match="dropped"):
        desk.translate({"model": "negative", "direction": "AtoB", "source": {"path": path, "name": "a.png"}})


def test_bad_wishes_are_answered_with_a_sentence(desk, uploads):
    wish = drop(uploads)
    (uploads / "text.png").write_text("no picture")
    for change, words in (
        ({"source": source(uploads / "text.png")}, "text.png"),
        ({"source": source(uploads / "gone.png")}, "drop it again"),
        ({"model": "nobody"}, "nobody"),
        ({"model": "noise"}, "no translator"),
        ({"direction": "sideways"}, "sideways"),
    ):
        with pytest.raises(InputError, match=words):
            desk.preview({**wish, **change})


def test_the_shelf_makes_room(desk, uploads, monkeypatch):
    monkeypatch.setattr(translate_desk, "SHELF_BYTES", 1)
    first, second = desk.translate(drop(uploads)), desk.translate(drop(uploads))
    assert not fetched(first).exists()
    assert fetched(second).exists()


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # gradio leaves an event loop open when it is never launched
def test_the_endpoint_keeps_name_and_size(uploads):
    with gr.Blocks(analytics_enabled=False) as demo:
        build_translate_tab(FakeContext())
    names = [each["api_name"] for each in demo.get_config_file()["dependencies"]]
    assert names == ["translate"]
    drop(uploads, "photo.jpg", (50, 30))
    function = next(each.fn for each in demo.fns.values())
    with Image.open(function(str(uploads / "photo.jpg"), "negative", "AtoB")) as file:
        assert (file.format, file.size, Path(file.filename).name) == ("JPEG", (50, 30), "photo.jpg")
    with pytest.raises(gr.Error, match="nobody"):
        function(str(uploads / "photo.jpg"), "nobody", "AtoB")
    with pytest.raises(gr.Error, match="picture file is needed"):
        function(None, "negative", "AtoB")
    del demo, function
    gc.collect()
