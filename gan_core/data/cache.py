"""Pictures that took long to make, kept on disk between starts."""

from __future__ import annotations

from collections.abc import Callable

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from gan_core.files import cache_folder, write_atomically


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
