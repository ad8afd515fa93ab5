"""Finding runs: by name, by the path of a run folder or of a file in it, and all runs below a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from gan_core.errors import InputError
from gan_core.parts import unknown
from gan_core.paths import exists, expanded, is_file
from gan_core.runs.folder import RunFolder
from gan_core.runs.folder_names import files_below, is_reserved

RECIPE = "recipe.json"
BEST = "best"
CHECKPOINTS = "checkpoints"


def run_folder_of(name: str | Path) -> Path | None:
    """The folder of the run at the path `name`, at `RUN/best`, or in which the file `name` lies; None where none is.

    Raises:
        InputError: for a path that may not be read.
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
    """A name of a run or model without slashes at its end, as lists show it."""
    return str(name).rstrip("/\\") or str(name)


def shown_source(source: str) -> str:
    """What a training starts from (`Recipe.start_from`) in a sentence: a name as it is, of a path the last part."""
    path = Path(source)
    if not path.is_absolute():
        return source
    return "/".join(path.parts[-2:]) if path.name.partition("@")[0] == BEST else path.name


def default_root() -> Path:
    """The folder of runs: $GAN_WORKBENCH_RUNS, else ./runs."""
    return expanded(os.environ.get("GAN_WORKBENCH_RUNS", "runs"))


def list_runs(root: Path | str | None = None) -> list[RunFolder]:
    """The runs below `root` (None: the default folder), newest first, without folders that are no runs."""
    found: list[tuple[float, RunFolder]] = []
    for folder in _candidates(root):
        with suppress(InputError, OSError):
            folder.recipe()
            found.append((folder.born(), folder))
    found.sort(key=lambda entry: (entry[0], entry[1].name), reverse=True)
    return [folder for _, folder in found]


def damaged_runs(root: Path | str | None = None) -> dict[str, str]:
    """By name, what is wrong with those folders below `root` that `list_runs` passes over though they hold a recipe."""
    found: dict[str, str] = {}
    for folder in _candidates(root):
        try:
            folder.recipe()
        except InputError as error:
            found[folder.name] = str(error)
        except OSError as error:
            found[folder.name] = f"The recipe of {folder.name} cannot be read ({error.strerror or error})."
    return found


def _candidates(root: Path | str | None) -> Iterator[RunFolder]:
    root = Path(root) if root is not None else default_root()
    for recipe in files_below(root, "recipe.json"):
        folder = RunFolder(recipe.parent)
        if not is_reserved(folder.name) and os.path.isfile(recipe):  # a pipe of that name would be waited for
            yield folder


def find_run(name: str | Path, root: Path | str | None = None) -> RunFolder:
    """The run that a path or a name means.

    Args:
        name: `NAME` or `runs/NAME` below `root`, the path of a run folder, or of a file in it.
        root: The folder of runs; None for the default one.

    Returns:
        The run, whose recipe exists.

    Raises:
        InputError: for an unknown name.
    """
    if (folder := run_folder_of(name)) is not None:
        return RunFolder(folder)
    runs = {run.name: run for run in list_runs(root)}
    plain = plain_name(name).removeprefix("runs/").removesuffix("/best")
    if plain not in runs:
        raise InputError(unknown("run", str(name), runs))
    return runs[plain]


def place_of(name: str | Path, root: Path | str | None = None) -> tuple[Path, str]:
    """Where a new run is to be made.

    Args:
        name: A path, or `NAME` or `runs/NAME` for a name below `root`.
        root: The folder of runs; None for the default one.

    Returns:
        The folder of runs, and the run's name.
    """
    path = expanded(name)
    if path.parent in (Path("."), Path("runs")) and not path.is_absolute():
        return (Path(root) if root is not None else default_root()), path.name
    return path.parent, path.name
