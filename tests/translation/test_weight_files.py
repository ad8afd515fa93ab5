"""Opening files of others: nothing in them is ever run, and everything that cannot be read is answered in a sentence."""

from __future__ import annotations

import argparse
import io
import os
import pickle
import tarfile
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch

from gan_core.errors import InputError
from gan_core.translation import weight_files
from gan_core.translation.weight_files import read_tensors

WEIGHTS = {"0.weight": torch.ones(1, 1, 3, 3)}


class Payload:
    """Harmless code in a pickle: it would make a folder when opened."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.mark),)


def payload(kind: str, mark: Path) -> bytes:
    file = io.BytesIO()
    if kind == "plain pickle":
        return pickle.dumps(Payload(mark))
    if kind == "plain pickle, protocol 2":
        return pickle.dumps({"weights": Payload(mark)}, protocol=2)
    value = {**WEIGHTS, "state": Payload(mark)}
    torch.save(value, file, _use_new_zipfile_serialization=kind == "zip")
    return file.getvalue()


@pytest.mark.parametrize("kind", ["zip", "before zips", "plain pickle", "plain pickle, protocol 2"])
def test_code_is_refused_and_never_run(kind: str, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    path = tmp_path / "net.pth"
    path.write_bytes(payload(kind, mark))
    with pytest.raises(InputError, match=r"holds code that would run when it is opened \(posix.mkdir\)") as refusal:
        read_tensors(path)
    assert not mark.exists()
    assert str(refusal.value).endswith("nothing in it was run.")
    if "plain" in kind:
        pickle.loads(path.read_bytes())
        assert mark.exists()  # so the payload is a live one


@pytest.mark.parametrize("zipped", [True, False])
def test_whole_networks_and_other_objects_are_refused(zipped: bool, tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    torch.save(torch.nn.Sequential(torch.nn.Conv2d(1, 1, 3)), path, _use_new_zipfile_serialization=zipped)
    with pytest.raises(
        InputError, match=r"whole pickled network \(torch.nn.modules.container.Sequential\).*state_dict"
    ):
        read_tensors(path)
    torch.save({"opt": argparse.Namespace(a=1), **WEIGHTS}, path, _use_new_zipfile_serialization=zipped)
    with pytest.raises(InputError, match=r"beside its weights \(argparse.Namespace\).*save only the state_dict"):
        read_tensors(path)


def test_torchscript_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.pt"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.script(torch.nn.Conv2d(1, 1, 3)), path)
    with pytest.raises(InputError, match=r"TorchScript program.*save its state_dict"):
        read_tensors(path)


@pytest.mark.parametrize("zipped", [True, False])
def test_every_cut_is_noticed(zipped: bool, tmp_path: Path) -> None:
    file = io.BytesIO()
    torch.save(WEIGHTS, file, _use_new_zipfile_serialization=zipped)
    whole, path = file.getvalue(), tmp_path / "net.pth"
    for length in (1, 9, 40, len(whole) // 3, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(InputError, match=r"cut short or damaged|no weight file|did not write"):
            read_tensors(path)
    path.write_bytes(whole)
    assert torch.equal(read_tensors(path)[()]["0.weight"], WEIGHTS["0.weight"])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n rest", "a PNG picture"),
        (b"<!DOCTYPE html><html>404", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "pointer of Git LFS"),
        (b"hello", "no weight file"),
        (bytes(64), "no weight file"),
        (pickle.dumps({"a": [1, 2]}), "a pickle that torch.save did not write"),
        (b"\x10\0\0\0\0\0\0\0{nonsense, no json", "cut short or damaged"),
    ],
)
def test_files_of_another_kind(content: bytes, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    path.write_bytes(content)
    with pytest.raises(InputError, match=sentence):
        read_tensors(path)


def test_archives_of_files_are_to_be_unpacked(tmp_path: Path) -> None:
    inside = tmp_path / "latest_net_G.pth"
    torch.save(WEIGHTS, inside)
    with zipfile.ZipFile(tmp_path / "models.zip", "w") as archive:
        archive.write(inside, inside.name)
    with pytest.raises(InputError, match=r"a zip of other files \(with latest_net_G.pth\): unpack it"):
        read_tensors(tmp_path / "models.zip")
    with tarfile.open(tmp_path / "models.tar", "w") as archive:
        archive.add(inside, inside.name)
    with pytest.raises(InputError, match="a tar archive: unpack it"):
        read_tensors(tmp_path / "models.tar")


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        read_tensors(tmp_path / "nowhere.pth")


def test_large_files_are_refused_before_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "net.pth"
    torch.save(WEIGHTS, path)
    monkeypatch.setattr(weight_files, "LARGEST", 100)
    with pytest.raises(InputError, match="is not read"):
        read_tensors(path)


def test_a_zip_that_is_larger_inside_is_refused(tmp_path: Path) -> None:
    whole = tmp_path / "whole.pth"
    torch.save({"0.weight": torch.zeros(64, 64, 3, 3)}, whole)
    packed = tmp_path / "packed.pth"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for file in source.infolist():
            target.writestr(file.filename, source.read(file))
    with pytest.raises(InputError, match="packed as torch never packs"):
        read_tensors(packed)


def test_tensors_of_a_gpu_are_read_without_one(tmp_path: Path) -> None:
    """A file whose storages say that they were on a GPU, as networks saved without `.cpu()` give."""
    torch.save(WEIGHTS, tmp_path / "cpu.pth")
    with zipfile.ZipFile(tmp_path / "cpu.pth") as source, zipfile.ZipFile(tmp_path / "cuda.pth", "w") as target:
        for file in source.infolist():
            content = source.read(file)
            if file.filename.endswith("data.pkl"):
                assert b"X\x03\0\0\0cpu" in content
                content = content.replace(b"X\x03\0\0\0cpu", b"X\x06\0\0\0cuda:0")
            target.writestr(file.filename, content)
    (tensor,) = read_tensors(tmp_path / "cuda.pth")[()].values()
    assert tensor.device.type == "cpu"
    assert torch.equal(tensor, WEIGHTS["0.weight"])


def test_places_of_nested_dictionaries(tmp_path: Path) -> None:
    one, other = torch.zeros(1), torch.ones(2)
    torch.save({"epoch": 3, "nets": {"G": {"w": one}}, "list": [{"v": other}, "text"], "w": other}, tmp_path / "a.pth")
    found = read_tensors(tmp_path / "a.pth")
    assert {place: list(tensors) for place, tensors in found.items()} == {
        ("nets", "G"): ["w"],
        ("list", "0"): ["v"],
        (): ["w"],
    }


def test_a_file_is_read_by_what_is_in_it_whatever_its_ending(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    for zipped in (True, False):
        torch.save(WEIGHTS, path, _use_new_zipfile_serialization=zipped)
        assert torch.equal(read_tensors(path)[()]["0.weight"], WEIGHTS["0.weight"])


def test_a_folder_is_called_one(tmp_path: Path) -> None:
    (tmp_path / "net.pth").mkdir()
    with pytest.raises(InputError, match=r"net\.pth is a folder: name the file in it;"):
        read_tensors(tmp_path / "net.pth")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (torch.ones(2, 2, device="meta"), "has a shape but no numbers"),
        (torch.ones(2, 2).to_sparse(), "is stored as a sparse tensor"),
        (torch.ones(2, 2, dtype=torch.int8), "is stored as int8 numbers"),
    ],
)
def test_numbers_that_cannot_be_computed_with_are_told_by_what_they_are(value: torch.Tensor, words: str) -> None:
    said = weight_files.fault(value)
    assert said is not None
    assert said.startswith(words)
