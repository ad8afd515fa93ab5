"""A2: a bit that has flipped in a checkpoint, a model or a history is noticed."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
import safetensors.torch
import torch

from gan_core import tensor_files
from gan_core.errors import DamagedFileError, InputError
from gan_core.models import load_model
from gan_core.models.histories import PackedHistory, pack
from gan_core.models.importing import change_card
from gan_core.runs import RunFolder
from gan_core.training import checkpoints, session


@pytest.fixture
def tensors() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return {
        "weight": torch.randn(3, 4, generator=generator),
        "half": torch.randn(5, generator=generator).half(),
        "brain": torch.randn(2, 2, generator=generator).bfloat16(),
        "count": torch.tensor(7),
        "mask": torch.tensor([True, False]),
        "none": torch.empty(0, 3),
        "bytes": torch.arange(9, dtype=torch.uint8),
    }


def written(folder: Path, tensors: dict[str, torch.Tensor]) -> Path:
    path = folder / "a.safetensors"
    path.write_bytes(tensor_files.serialized(tensors, {"told": "yes"}, covered=("told",)))
    return path


def test_what_was_written_is_read(tmp_path: Path, tensors: dict[str, torch.Tensor]) -> None:
    path = written(tmp_path, tensors)
    found, metadata = tensor_files.read(path)
    assert metadata["told"] == "yes"
    assert found.keys() == tensors.keys()
    for name, value in tensors.items():
        assert found[name].dtype == value.dtype
        assert torch.equal(found[name], value), name
    tensor_files.verify(path)
    others = safetensors.torch.load_file(path)  # other programs read it too
    assert all(torch.equal(others[name], value) for name, value in tensors.items())


def test_every_flipped_bit_is_noticed(tmp_path: Path, tensors: dict[str, torch.Tensor]) -> None:
    path = written(tmp_path, tensors)
    whole = path.read_bytes()
    expected, _ = tensor_files.read(path)
    for position in range(len(whole)):
        changed = bytearray(whole)
        changed[position] ^= 1 << position % 8
        path.write_bytes(changed)
        try:
            found, metadata = tensor_files.read(path)
        except DamagedFileError:
            continue
        # Only blanks that pad the header, and names of metadata that mean nothing, may change.
        assert all(torch.equal(found[name], value) for name, value in expected.items()), position
        assert metadata.get("told") == "yes", position


@pytest.mark.parametrize("size", [0, 5, 8, 60, -1])
def test_a_file_that_is_cut_short_is_damaged(tmp_path: Path, tensors: dict[str, torch.Tensor], size: int) -> None:
    path = written(tmp_path, tensors)
    path.write_bytes(path.read_bytes()[:size])
    for read in (tensor_files.read, tensor_files.verify, tensor_files.read_header):
        with pytest.raises(DamagedFileError, match=r"a\.safetensors is"):
            read(path)


@pytest.mark.parametrize(("old", "new"), [("weight", "weighT"), ("F32", "I32"), ("[3,4]", "[4,3]")])
def test_names_types_and_shapes_are_covered(
    tmp_path: Path, tensors: dict[str, torch.Tensor], old: str, new: str
) -> None:
    path = written(tmp_path, tensors)
    content = path.read_bytes()
    assert old.encode() in content
    path.write_bytes(content.replace(old.encode(), new.encode(), 1))
    with pytest.raises(DamagedFileError):
        tensor_files.read(path)


def test_files_without_checksums_still_load(tmp_path: Path, tensors: dict[str, torch.Tensor]) -> None:
    path = tmp_path / "old.safetensors"
    safetensors.torch.save_file(tensors, path, {"told": "yes"})
    found, metadata = tensor_files.read(path)
    assert metadata == {"told": "yes"}
    assert all(torch.equal(found[name], value) for name, value in tensors.items())


def test_random_bytes_are_refused_with_a_sentence(tmp_path: Path, tensors: dict[str, torch.Tensor]) -> None:
    rng, whole = random.Random(0), written(tmp_path, tensors).read_bytes()
    path = tmp_path / "b.safetensors"
    for _ in range(300):
        changed = bytearray(whole)
        for _ in range(rng.randrange(1, 9)):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        path.write_bytes(changed[: rng.randrange(len(changed)) if rng.random() < 0.3 else len(changed)])
        try:
            tensor_files.read(path)
        except InputError as error:
            assert str(error).endswith(".")  # noqa: PT017 - some changes are of no account


@pytest.fixture
def run(tmp_path: Path, tiny_recipe, tiny_data) -> RunFolder:
    folder = session.create(tiny_recipe, tmp_path, "tiny")
    session.run_training(folder, "cpu", data=tiny_data)
    return folder


def flip_last(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def test_models_key_frames_and_histories_are_verified(run: RunFolder, tmp_path: Path) -> None:
    load_model(run.path)
    history = tmp_path / "tiny.history.safetensors"
    pack(run, 3, history)
    steps = PackedHistory(history).steps()
    PackedHistory(history).read(steps[0])
    for path in (run.model, run.keyframes()[-1].weights, history):
        assert path is not None
        assert tensor_files.read_header(path).digests is not None
        flip_last(path)
    with pytest.raises(InputError, match="damaged"):
        load_model(run.path)
    with pytest.raises(InputError, match="damaged"):
        load_model(run.keyframes()[-1].weights or "")
    errors = 0
    for step in steps:  # the last tensor's step alone is damaged
        try:
            PackedHistory(history).read(step)
        except InputError:
            errors += 1
    assert errors == 1


def test_a_changed_card_leaves_the_weights_verified(run: RunFolder) -> None:
    change_card(run.model, licence="CC0")
    assert load_model(run.path).card.licence == "CC0"
    assert tensor_files.verify(run.model).digests is not None


def test_a_checkpoints_values_are_covered(run: RunFolder) -> None:
    path = checkpoints.saved(run.path / "checkpoints")[-1]
    content = path.read_bytes()
    step = json.dumps(json.dumps({"step": 6})[1:-1])[1:-1].encode()
    assert step in content
    path.write_bytes(content.replace(step, step.replace(b"6", b"5")))
    with pytest.raises(DamagedFileError):
        checkpoints.load(path)
