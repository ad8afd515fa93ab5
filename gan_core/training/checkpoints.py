"""Checkpoints: everything needed to go on bit for bit, in one safetensors file each, with a checksum of all of it."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gan_core import tensor_files
from gan_core.errors import DamagedFileError, InputError
from gan_core.files import write_atomically
from gan_core.records import Count, Seconds, from_json
from gan_core.runs.folder_names import steps_in

KEEP = 2
BEST = "best.safetensors"
HEADER = "checkpoint"
"""The header's key under which a checkpoint's values lie, as JSON."""

Loaded = tuple[dict[str, Tensor], dict[str, Any]]


@dataclass
class _Arithmetic:
    device: str = ""
    bfloat16: bool = False
    threads: Count = 1


@dataclass
class _Values:
    """What a checkpoint says beside its tensors, as far as it is read before anything is trained."""

    step: Count = 0
    images: Count = 0
    seconds: Seconds = 0.0
    recipe: dict[str, Any] = field(default_factory=dict[str, Any])
    data: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    arithmetic: _Arithmetic = field(default_factory=_Arithmetic)
    feed: dict[str, Any] = field(default_factory=dict[str, Any])


def save(folder: Path, tensors: dict[str, Tensor], values: dict[str, Any]) -> Path:
    """Write `folder`/STEP.safetensors, read it back, and only then drop older ones, of which the newest good one stays.

    Never a half-written file. Those of a later step, which a run has left behind that goes on from an earlier one,
    stay: see `drop_abandoned`.
    """
    path = folder / f"{values['step']:08d}.safetensors"
    _write(path, tensors, values)
    good = 1
    for old in reversed([old for old in saved(folder) if int(old.stem) < values["step"]]):
        if good < KEEP and is_good(old):
            good += 1
        else:
            old.unlink(missing_ok=True)
    return path


def is_good(path: Path) -> bool:
    """Whether the checkpoint holds what was written.

    Raises:
        OSError: where it cannot be read.
    """
    try:
        tensor_files.verify(path)
    except DamagedFileError:
        return False
    return True


def save_best(folder: Path, tensors: dict[str, Tensor], values: dict[str, Any]) -> Path:
    """Write `folder`/best.safetensors, beside the newest two and never taken for one of them."""
    path = folder / BEST
    _write(path, tensors, values)
    return path


def _write(path: Path, tensors: dict[str, Tensor], values: dict[str, Any]) -> None:
    # The run's folder itself is not made: where it has been moved or deleted, the training must not begin another one.
    path.parent.mkdir(exist_ok=True)
    data = tensor_files.serialized(tensors, {HEADER: json.dumps(values)}, covered=(HEADER,))
    write_atomically(path, data, check=tensor_files.verify_written)


def saved(folder: Path) -> list[Path]:
    """The checkpoints in `folder`, oldest first; none if there is no such folder.

    Raises:
        OSError: where the folder cannot be read.
    """
    return [folder / name for _, name in sorted(steps_in(folder, ".safetensors").items())]


def load(path: Path) -> Loaded:
    """Read one checkpoint whole.

    Raises:
        OSError: where it cannot be read.
        DamagedFileError: if it does not hold what was written.
    """
    tensors, metadata = tensor_files.read(path)
    return tensors, _values(metadata, path)


def values_of(path: Path) -> dict[str, Any]:
    """What one checkpoint says of itself; its tensors are left alone.

    Raises:
        OSError: where it cannot be read.
        DamagedFileError: for what is no checkpoint, and for one with a damaged header.
    """
    return _values(tensor_files.read_header(path).metadata, path)


def newest_values(folder: Path) -> dict[str, Any]:
    """What the newest checkpoint with a sound header says of itself (step, images, seconds, ...); empty without one.

    Tensors are left alone, so it can be asked often; `newest_good` is for what hangs on the answer.
    """
    with contextlib.suppress(OSError):
        for path in _candidates(folder):
            with contextlib.suppress(OSError, DamagedFileError):
                return _values(tensor_files.read_header(path).metadata, path)
    return {}


def newest_good(folder: Path) -> dict[str, Any]:
    """The same of the newest checkpoint that is sound to its last bit: the one that `load_newest` would go on from.

    Raises InputError like `load_newest`; empty if there is none.
    """
    return _first_good(folder, lambda path: _values(tensor_files.verify(path).metadata, path), None) or {}


def load_newest(folder: Path, warn: Callable[[str], None] | None = None) -> Loaded | None:
    """The newest checkpoint that is what was written; None if there is none at all.

    One that is damaged is passed over, and `warn` told so in a sentence. Raises InputError where there is one that
    cannot be read now (which may pass: an older one would throw steps away), and where all are damaged. Deletes
    nothing.
    """
    return _first_good(folder, load, warn)


def drop_abandoned(folder: Path, step: int) -> None:
    """Drop checkpoints of steps after `step`, where the newest one has been written: damaged, and left behind."""
    for path in saved(folder):
        if int(path.stem) > step:
            path.unlink(missing_ok=True)


def _candidates(folder: Path) -> list[Path]:
    """What can be gone on from, the newest first. The best may be older than the others, and better than beginning
    anew."""
    return [*reversed(saved(folder)), *([folder / BEST] if os.path.lexists(folder / BEST) else [])]


def _first_good(folder: Path, read: Callable[[Path], Any], warn: Callable[[str], None] | None) -> Any:
    damaged: list[str] = []
    try:
        for path in _candidates(folder):
            try:
                found = read(path)
            except DamagedFileError as error:
                damaged.append(str(error).rstrip("."))
                continue
            if warn is not None and (damaged or path.name == BEST):
                why = (
                    f"The newest checkpoint cannot be used ({'; '.join(damaged)})"
                    if damaged
                    else "No newer one is left"
                )
                warn(f"{why}: going on from {path.name} instead.")
            return found
    except OSError as error:
        raise InputError(
            f"The run {folder.parent.name} has checkpoints that cannot be read now ({error.strerror or error}: "
            f"{error.filename or folder}); nothing was changed. Try again when the disk answers."
        ) from error
    if damaged:
        raise InputError(
            f"All checkpoints of {folder.parent.name} are damaged ({'; '.join(damaged)}); nothing was changed. "
            f"Put back a copy, or remove {folder} to begin at step 0."
        )
    return None


def _values(metadata: dict[str, str], path: Path) -> dict[str, Any]:
    """A checkpoint's values, of which those are as they should be that are read before anything is trained."""
    try:
        values = json.loads(metadata[HEADER])
    except (LookupError, ValueError, RecursionError) as error:
        raise DamagedFileError(f"{path.name} is damaged: it does not say what it is a checkpoint of.") from error
    wrong = from_json(_Values, values).wrong
    if wrong is not None or "step" not in values:
        raise DamagedFileError(f"{path.name} is damaged: {wrong or 'it does not say its step'}.")
    return values


def all_finite(tensors: dict[str, Tensor]) -> bool:
    """Whether every floating-point number in `tensors` is finite."""
    return all(bool(torch.isfinite(value).all()) for value in tensors.values() if value.is_floating_point())
