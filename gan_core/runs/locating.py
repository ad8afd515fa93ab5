"""From what people name to the run that they mean: its folder, or something in it."""

from __future__ import annotations

from pathlib import Path

from gan_core.paths import exists, expanded, is_file

RECIPE = "recipe.json"
BEST = "best"
CHECKPOINTS = "checkpoints"


def run_folder_of(name: str | Path) -> Path | None:
    """The folder of the run at the path `name`, at `RUN/best`, or in which the file `name` lies; None where none is.

    Raises InputError for a path that may not be looked at.
    """
    path = expanded(name)
    if is_file(path / RECIPE):
        return path
    if path.name == BEST and is_file(path.parent / RECIPE):
        return path.parent
    if not exists(path):
        return None
    for folder in (path.parent, path.parent.parent):
        if is_file(folder / RECIPE) and (folder == path.parent or path.parent.name == CHECKPOINTS):
            return folder
    return None


def plain_name(name: str | Path) -> str:
    """What a name of a run or model is listed as: without slashes at its end."""
    return str(name).rstrip("/\\") or str(name)
