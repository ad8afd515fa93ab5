"""Pictures that took long to make, kept on disk between starts."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from gan_core.files import write_atomically


def cache_folder() -> Path:
    """Where this project keeps what it can make again: `GAN_WORKBENCH_CACHE`, else the user's cache folder."""
    chosen = os.environ.get("GAN_WORKBENCH_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "gan-workbench"


def remembered(name: str, make: Callable[[], torch.Tensor]) -> torch.Tensor:
    """The tensor stored under `name` (a plain file name that says everything it depends on), made when it is not there.

    A damaged file is made again; a folder that cannot be written only costs the time of making it next time.
    """
    path = cache_folder() / f"{name}.safetensors"
    try:
        return load(path.read_bytes())["pictures"]
    except (OSError, SafetensorError, KeyError):
        pictures = make()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, save({"pictures": pictures}))
    except OSError:
        pass
    return pictures
