"""Names of run folders, and of the folders beside them."""

from __future__ import annotations

import os
import re
from pathlib import Path

from gan_core.errors import InputError

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,79}")
MODELS = "models"
"""The folder beside the runs that holds imported models."""
KEPT = "kept"
"""The folder beside the runs that holds what was kept with models that are of no run."""
UPLOADS = "uploads"
"""The folder beside the runs that holds pictures that were dropped into the page."""
LARGEST_STEP = 2**53


def check_name(name: str, what: str) -> None:
    """Raise InputError where a new `what` (run, comparison) cannot have a folder of this name beside the others."""
    if not NAME.fullmatch(name):
        raise InputError(f"A {what}'s name is 1 to 80 letters a to z, digits, dots, spaces, - or _; not {name!r}.")
    if is_reserved(name):
        raise InputError(
            f"The folder {name} is where this program keeps other things; choose another name for the {what}."
        )


def is_reserved(name: str) -> bool:
    """Whether the folder `name` beside the runs belongs to this program, and so is never listed as a run."""
    return name.casefold() in (MODELS, KEPT, UPLOADS)


def new_folder(root: Path, recipe: str, data: str) -> Path:
    """Make a folder below `root` named after a recipe and a data set, with a number."""
    words = [plain(recipe) or "run", plain(data) or "data"]
    stem = "-".join(words) if words[1] not in words[0] else words[0]
    number = 1
    while True:
        path = root / f"{stem}-{number:03d}"
        try:
            path.mkdir()
            return path
        except FileExistsError:
            number += 1


def plain(text: str) -> str:
    """Letters and digits of `text`, joined by hyphens: safe as part of a folder's name on every system."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:30].strip("-")


def steps_in(folder: Path, ending: str) -> dict[int, str]:
    """By step, the names of the files in `folder` that are called STEP and `ending`; none if there is no such folder.

    Raises OSError where it cannot be read: that there is nothing would be another answer.
    """
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.name.endswith(ending)]
    except FileNotFoundError:
        return {}
    stems = {name: name.removesuffix(ending) for name in names}
    steps = {name: int(stem) for name, stem in stems.items() if stem.isascii() and stem.isdecimal()}
    return {step: name for name, step in steps.items() if 1 <= step <= LARGEST_STEP}


def files_below(root: Path, name: str) -> list[Path]:
    """The files called `name` in the folders directly below `root`, in order; none where `root` may not be entered."""
    try:
        return sorted(root.glob(f"*/{name}"))
    except OSError:  # writers report it (see `root_folder`); readers find nothing
        return []
