"""Checkpoints: everything needed to go on bit for bit, in one safetensors file each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from gan_core.files import write_atomically

KEEP = 2
BEST = "best.safetensors"


def save(folder: Path, tensors: dict[str, Tensor], values: dict[str, Any]) -> Path:
    """Write `folder`/STEP.safetensors and drop all but the newest two; never a half-written file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{values['step']:08d}.safetensors"
    write_atomically(path, safetensors.torch.save(tensors, {"checkpoint": json.dumps(values)}))
    for old in saved(folder)[:-KEEP]:
        old.unlink(missing_ok=True)
    return path


def save_best(folder: Path, tensors: dict[str, Tensor], values: dict[str, Any]) -> Path:
    """Write `folder`/best.safetensors, beside the newest two and never taken for one of them."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / BEST
    write_atomically(path, safetensors.torch.save(tensors, {"checkpoint": json.dumps(values)}))
    return path


def saved(folder: Path) -> list[Path]:
    """The checkpoints in `folder`, oldest first."""
    return sorted(folder.glob("[0-9]*.safetensors"))


def load(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read one checkpoint; raises OSError, ValueError or SafetensorError if it is not whole."""
    with safetensors.safe_open(path, framework="pt") as file:
        values = json.loads((file.metadata() or {})["checkpoint"])
        return {name: file.get_tensor(name) for name in file.keys()}, values  # noqa: SIM118 - a handle, not a dict


def newest_values(folder: Path) -> dict[str, Any]:
    """What the newest readable checkpoint says of itself (step, images, seconds, ...), its tensors left alone."""
    for path in reversed(saved(folder)):
        try:
            with safetensors.safe_open(path, framework="pt") as file:
                return dict(json.loads((file.metadata() or {})["checkpoint"]))
        except (OSError, ValueError, KeyError, safetensors.SafetensorError):
            continue
    return {}


def load_newest(folder: Path) -> tuple[dict[str, Tensor], dict[str, Any]] | None:
    """The newest checkpoint that can be read whole; None if there is none."""
    for path in reversed(saved(folder)):
        try:
            return load(path)
        except (OSError, ValueError, KeyError, safetensors.SafetensorError):
            continue  # cut short by a crash of the machine: the one before it is whole
    return None


def all_finite(tensors: dict[str, Tensor]) -> bool:
    """Whether every floating-point number in `tensors` is finite."""
    return all(bool(torch.isfinite(value).all()) for value in tensors.values() if value.is_floating_point())
