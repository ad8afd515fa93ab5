"""Bringing models from elsewhere: dropped files and published ones."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from gan_core.errors import InputError
from gan_core.models import load_model
from gan_core.translation import Translator, catalogue
from gan_core.translation.catalogue import DownloadError
from gan_core.ui.importing import Importing
from gan_core.ui.model_store import ModelStore
from gan_core.ui.protocol import call
from tests.translation.layout_table import Resnet


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "uploads"
    folder.mkdir()
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(folder))
    monkeypatch.setenv("GAN_WORKBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GAN_WORKBENCH_PRETRAINED", str(tmp_path / "pretrained"))
    return folder


@pytest.fixture
def importing(uploads: Path, tmp_path: Path) -> Importing:
    return Importing(ModelStore(tmp_path / "runs", "cpu"))


def dropped(folder: Path, name: str, seed: int = 0) -> dict[str, str]:
    """A generator's file as gradio keeps it: in a folder of its own."""
    path = folder / f"{seed:064x}" / name
    path.parent.mkdir(exist_ok=True)
    torch.save(Resnet(blocks=1, width=2).weights(seed), path)
    return {"path": str(path), "name": name}


def names(importing: Importing) -> list[str]:
    return [entry.name for entry in importing.store.entries() if entry.origin == "imported"]


def test_a_dropped_file_is_told_and_listed(importing: Importing, uploads: Path) -> None:
    answer = call(importing.import_files, {"files": [dropped(uploads, "horse2zebra.pth")]})
    assert answer["refused"] == []
    (model,) = answer["models"]
    assert model["name"] == "horse2zebra"
    assert model["sentence"].startswith("ResNet with 1 block, width 2")
    assert names(importing) == ["horse2zebra"]
    loaded = importing.store.load("horse2zebra")
    assert isinstance(loaded, Translator)
    assert dict(loaded.card.domains) == {"A": "horse", "B": "zebra"}


def test_the_same_file_twice_is_one_model_and_another_one_gets_a_number(importing: Importing, uploads: Path) -> None:
    for seed, expected in ((0, "net"), (0, "net"), (1, "net-2")):
        answer = call(importing.import_files, {"files": [dropped(uploads, "net.pth", seed)]})
        assert answer["models"][0]["name"] == expected
    assert sorted(names(importing)) == ["net", "net-2"]
    folder = importing.store.runs_root / "models"
    assert sorted(path.name for path in folder.iterdir()) == ["net-2.safetensors", "net.safetensors"]


def test_two_files_of_one_training_are_one_model(importing: Importing, uploads: Path) -> None:
    files = [dropped(uploads, f"latest_net_G_{way}.pth", seed) for seed, way in enumerate("BA")]
    answer = call(importing.import_files, {"files": [*files, dropped(uploads, "other.pth", 2)]})
    assert len(answer["models"]) == 2
    both = importing.store.load(answer["models"][0]["name"])
    assert isinstance(both, Translator)
    assert both.directions == ("AtoB", "BtoA")


@pytest.mark.parametrize(
    ("forward", "backward"),
    [("G_AB_100.pth", "G_BA_100.pth"), ("netG_A2B.pth", "netG_B2A.pth"), ("generator_AtoB.pt", "generator_BtoA.pt")],
)
def test_other_names_of_two_files_of_one_training(
    forward: str, backward: str, importing: Importing, uploads: Path
) -> None:
    answer = call(importing.import_files, {"files": [dropped(uploads, backward, 2), dropped(uploads, forward, 1)]})
    (model,) = answer["models"]
    assert "both directions" in model["sentence"]


def test_a_dropped_file_with_two_named_directions_is_one_model(importing: Importing, uploads: Path) -> None:
    path = uploads / "pair.pth"
    layout = Resnet(blocks=1, width=2)
    torch.save({"photo2monet": layout.weights(1), "monet2photo": layout.weights(2)}, path)
    (model,) = call(importing.import_files, {"files": [{"path": str(path), "name": "pair.pth"}]})["models"]
    assert model["title"] == "Photo and monet, there and back, imported"
    torch.save({"cats": layout.weights(1), "dogs": layout.weights(2)}, path)
    with pytest.raises(InputError, match=r"2 generators \(cats, dogs\)"):
        call(importing.import_files, {"files": [{"path": str(path), "name": "pair.pth"}]})


def test_model_files_of_this_program_are_taken_as_they_are(importing: Importing, uploads: Path) -> None:
    call(importing.import_files, {"files": [dropped(uploads, "net.pth")]})
    shared = uploads / "a friend's.safetensors"
    shutil.copyfile(importing.store.runs_root / "models" / "net.safetensors", shared)
    call(importing.discard, {"name": "net", "confirmed": "net"})
    answer = call(importing.import_files, {"files": [{"path": str(shared)}]})
    assert answer["models"][0]["sentence"] == "A translator made by this program."
    assert names(importing) == ["a-friend-s"]


def test_what_cannot_be_imported_does_not_stop_the_rest(importing: Importing, uploads: Path) -> None:
    bad = uploads / "text.pth"
    bad.write_text("hello")
    answer = call(importing.import_files, {"files": [{"path": str(bad)}, dropped(uploads, "net.pth")]})
    assert [model["name"] for model in answer["models"]] == ["net"]
    assert answer["refused"][0].startswith("text.pth is no weight file")
    with pytest.raises(InputError, match=r"text\.pth is no weight file"):
        call(importing.import_files, {"files": [{"path": str(bad)}]})


def test_only_uploads_are_read(importing: Importing, tmp_path: Path) -> None:
    torch.save(Resnet(blocks=1, width=2).weights(), tmp_path / "secret.pth")
    for path in (tmp_path / "secret.pth", "uploads/../secret.pth", ""):
        with pytest.raises(InputError, match="were dropped here"):
            call(importing.import_files, {"files": [{"path": str(path)}]})
    with pytest.raises(InputError, match=r"Drop a \.pth"):
        call(importing.import_files, {"files": []})


def test_renamed_told_anew_and_deleted(importing: Importing, uploads: Path) -> None:
    call(importing.import_files, {"files": [dropped(uploads, "net.pth", 0), dropped(uploads, "other.pth", 1)]})
    call(importing.change, {"name": "net", "to": "stripes", "domains": ["horse", "zebra"]})
    assert names(importing) == ["other", "stripes"]
    card = load_model(importing.store.runs_root / "models" / "stripes.safetensors", "cpu").card
    assert (card.name, dict(card.domains)) == ("stripes", {"A": "horse", "B": "zebra"})
    assert card.title == "Horse to zebra, imported"
    with pytest.raises(InputError, match="model named other already"):
        call(importing.change, {"name": "stripes", "to": "other"})
    for name in ("../stripes", "", "a/b"):
        with pytest.raises(InputError, match="A model's name begins"):
            call(importing.change, {"name": "stripes", "to": name})
    with pytest.raises(InputError, match="Confirm by its name"):
        call(importing.discard, {"name": "stripes"})
    call(importing.discard, {"name": "stripes", "confirmed": "stripes"})
    assert names(importing) == ["other"]
    with pytest.raises(InputError, match="no imported model named 'stripes'"):
        call(importing.discard, {"name": "stripes", "confirmed": "stripes"})


def test_shipped_models_are_not_touched(importing: Importing, uploads: Path, tmp_path: Path) -> None:
    call(importing.import_files, {"files": [dropped(uploads, "net.pth")]})
    (tmp_path / "pretrained").mkdir()
    (importing.store.runs_root / "models" / "net.safetensors").rename(tmp_path / "pretrained" / "net.safetensors")
    with pytest.raises(InputError, match="no imported model"):
        call(importing.discard, {"name": "net", "confirmed": "net"})


def published(importing: Importing, name: str = "horse2zebra") -> dict[str, Any]:
    return next(item for item in call(importing.catalogue, {})["published"] if item["name"] == name)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_published_model_is_fetched_with_progress(
    importing: Importing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def download(name: str, folder: Path, progress: Any) -> Path:
        progress(10, 40)
        assert go_on.wait(20)
        folder.mkdir(parents=True)
        torch.save(Resnet(blocks=1, width=2).weights(), folder / f"{name}.pth")
        return folder / f"{name}.pth"

    monkeypatch.setattr(catalogue, "download", download)
    assert (published(importing)["state"], published(importing)["model"]) == ("idle", None)
    call(importing.fetch, {"name": "horse2zebra"})
    wait_until(lambda: published(importing).get("done") == 10)
    assert (published(importing)["state"], published(importing)["total"]) == ("loading", 40)
    go_on.set()
    wait_until(lambda: published(importing)["model"] == "horse2zebra")
    card = importing.store.load("horse2zebra").card
    assert card.licence.startswith("BSD")
    wait_until(lambda: published(importing)["state"] == "idle")
    assert not list((tmp_path / "cache" / "catalogue").iterdir())  # the weights are in the model now


def test_a_download_is_stopped_and_a_failed_one_says_why(importing: Importing, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(name: str, folder: Path, progress: Any) -> Path:
        for done in range(10**6):
            progress(done, 10**6)
            time.sleep(0.005)
        raise AssertionError("it was not stopped")

    monkeypatch.setattr(catalogue, "download", endless)
    call(importing.fetch, {"name": "horse2zebra"})
    wait_until(lambda: published(importing).get("done", 0) > 0)
    call(importing.stop, {"name": "horse2zebra"})
    wait_until(lambda: published(importing)["state"] == "failed")
    assert published(importing)["error"].startswith("Interrupted")

    def failing(name: str, folder: Path, progress: Any) -> Path:
        raise DownloadError("The server cannot be reached.")

    monkeypatch.setattr(catalogue, "download", failing)
    call(importing.fetch, {"name": "horse2zebra"})
    wait_until(lambda: published(importing).get("error") == "The server cannot be reached.")
    with pytest.raises(InputError, match="Did you mean"):
        call(importing.fetch, {"name": "horse2zebras"})


def test_a_file_of_ones_own_is_not_taken_for_the_published_one(importing: Importing, uploads: Path) -> None:
    call(importing.import_files, {"files": [dropped(uploads, "horse2zebra.pth")]})
    assert published(importing)["model"] is None
