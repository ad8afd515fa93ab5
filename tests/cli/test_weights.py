"""`import-weights` and `catalogue`."""

import http.server
import json
import os
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch

from gan_core.models import load_model
from gan_core.translation import Translator
from tests.cli.conftest import Shell, picture
from tests.translation.layout_table import Resnet


@pytest.fixture
def web(here: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder that a server on this machine serves as the authors' does."""
    folder = here / "web"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    monkeypatch.setenv("GAN_WORKBENCH_CATALOGUE", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("GAN_WORKBENCH_CACHE", str(here / "cache"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield folder
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_becomes_a_model_that_translates(shell: Shell, here: Path) -> None:
    torch.save(Resnet(norm="instance-2019", blocks=9, width=4).weights(), "horse2zebra.pth")
    answer = shell("import-weights", "horse2zebra.pth", "--out", "out/zebra.safetensors")
    assert (answer.code, answer.err) == (0, "")
    first, second = answer.out.splitlines()
    assert (
        first == "ResNet with 9 blocks, width 4, instance normalisation, 3 to 3 channels; removed 69 legacy statistics."
    )
    assert second == (
        "out/zebra.safetensors: horse to zebra. "
        "Licence of the weights: unknown: as stated by the person who trained the weights."
    )
    picture(here / "a.png")
    assert shell("translate", "out/zebra.safetensors", "a.png", "--out", "translated").code == 0


def test_name_direction_domains_and_the_way_back(shell: Shell, here: Path) -> None:
    for name in ("A", "B"):
        torch.save(Resnet(blocks=1, width=2).weights(), f"latest_net_G_{name}.pth")
    answer = shell(
        *("import-weights", "latest_net_G_A.pth", "--back", "latest_net_G_B.pth"),
        *("--name", "apples", "--domains", "apple, orange", "--out", "m.safetensors"),
    )
    assert answer.code == 0
    assert "m.safetensors: apple to orange and orange to apple." in answer.out
    model = load_model("m.safetensors", "cpu")
    assert isinstance(model, Translator)
    assert (model.card.name, model.directions) == ("apples", ("AtoB", "BtoA"))
    assert shell("import-weights", "latest_net_G_A.pth", "--direction", "BtoA", "--out", "n.safetensors").code == 0
    assert load_model("n.safetensors", "cpu").directions == ("BtoA",)  # pyright: ignore[reportAttributeAccessIssue]


def test_without_a_place_it_is_listed_among_the_models(shell: Shell, here: Path) -> None:
    torch.save(Resnet(blocks=1, width=2).weights(), "horse2zebra.pth")
    assert shell("import-weights", "horse2zebra.pth").code == 0
    assert (here / "runs" / "models" / "horse2zebra.safetensors").is_file()
    listed = {entry["name"]: entry for entry in json.loads(shell("models", "--json").out)}
    assert listed["horse2zebra"]["origin"] == "imported"


def test_the_catalogue_is_listed(shell: Shell) -> None:
    found = json.loads(shell("catalogue", "--json").out)
    assert len(found) == 18
    assert all({"name", "domains", "url", "about_bytes", "licence", "data_terms"} <= entry.keys() for entry in found)
    table = shell("catalogue").out
    assert "horse2zebra" in table
    assert "about 45.6 MB" in table
    assert "terms of their own" in table


def test_a_name_of_the_catalogue_is_downloaded_once(shell: Shell, here: Path, web: Path) -> None:
    torch.save(Resnet(blocks=1, width=2).weights(), web / "horse2zebra.pth")
    answer = shell("import-weights", "horse2zebra", "--out", "m.safetensors")
    assert (answer.code, answer.err) == (0, "")
    card = load_model("m.safetensors", "cpu").card
    assert card.licence.startswith("BSD")
    assert (card.name, dict(card.domains)) == ("horse2zebra", {"A": "horse", "B": "zebra"})
    assert "ImageNet" in card.data_licence
    os.remove(web / "horse2zebra.pth")
    assert shell("import-weights", "horse2zebra", "--out", "again.safetensors").code == 0


def test_a_failed_download_is_no_wrong_argument(shell: Shell, here: Path, web: Path) -> None:
    answer = shell("import-weights", "zebra2horse", "--out", "m.safetensors")
    assert answer.code == 1
    assert len(answer.complaints) == 1
    assert "has no such file" in answer.err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nothing.pth"], "There is no file nothing.pth"),
        (["horse2zebras"], "Did you mean 'horse2zebra'?"),
        (["text.pth"], "text.pth is no weight file"),
        (["good.pth", "--out", "model.pth"], "called NAME.safetensors"),
        (["good.pth", "--domains", "horse"], "two names such as horse,zebra"),
        (["good.pth", "--domains", "horse,zebra,cow"], "two names such as horse,zebra"),
        (["good.pth", "--direction", "there"], "is AtoB or BtoA, not 'there'"),
        (["good.pth", "--back", "nothing.pth"], "There is no file nothing.pth"),
    ],
)
def test_wrong_input_is_one_line_and_exit_code_2(
    shell: Shell, here: Path, arguments: list[str], complaint: str
) -> None:
    torch.save(Resnet(blocks=1, width=2).weights(), "good.pth")
    (here / "text.pth").write_text("hello")
    out = [] if "--out" in arguments else ["--out", "m.safetensors"]
    answer = shell("import-weights", *arguments, *out)
    assert (answer.code, answer.out) == (2, "")
    assert len(answer.complaints) == 1
    assert complaint in answer.err
    assert not (here / "m.safetensors").exists()
