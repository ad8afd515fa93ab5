"""Files that a person drops into the page: found again by their path, and kept beside the runs where a run needs them."""

from __future__ import annotations

import hashlib
import re
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gradio.utils import get_upload_folder

from gan_core.errors import InputError
from gan_core.store.runs import UPLOADS as FOLDER
from gan_core.ui.context import Context
from gan_core.ui.quota import USES

UNUSED_SECONDS = 24 * 3600
UPLOAD_SECONDS = 5.0


def uploaded(path: Any, many: str = "pictures", use: str = "translated", one: str = "picture") -> Path:
    """A file that a page uploaded; the words are for refusals. Nothing else here can be named, whatever a browser sends."""
    folder, file = Path(get_upload_folder()).resolve(), Path(str(path or "")).resolve()
    if not path or not file.is_relative_to(folder):
        raise InputError(f"Only {many} that were dropped here can be {use}: drop the {one} first.")
    deadline = time.monotonic() + UPLOAD_SECONDS  # gradio moves a large file into place after it has answered
    while not file.is_file() and time.monotonic() < deadline:
        time.sleep(0.05)
    if not file.is_file():
        raise InputError(f"The {one} is not kept any more: drop it again.")
    USES.mark(file)
    return file


def keep_upload(context: Context, files: Sequence[str]) -> str:
    """Store uploaded files and return what `gan_core.data.load` reads: a zip, or a folder of the pictures.

    The same files land in the same place again. Raises InputError for none, and for a zip beside other files.
    """
    paths = [Path(file) for file in files]
    for path in paths:
        USES.mark(path.resolve())
    if not paths:
        raise InputError("Drop a zip, or several pictures, first.")
    zips = [path for path in paths if path.suffix.lower() == ".zip"]
    if zips and len(paths) > 1:
        raise InputError("Drop either one zip or pictures, not both.")
    digest = hashlib.sha256()
    for path in sorted(paths, key=lambda path: path.name):
        digest.update(path.name.encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    stem = re.sub(r"[^A-Za-z0-9]+", "-", paths[0].stem).strip("-")[:40] or "pictures"
    place = context.runs_root / FOLDER / f"{stem}-{digest.hexdigest()[:10]}"
    kept = place / f"{stem}.zip" if zips else place
    if not kept.exists():
        draft = place.with_name(f".{place.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        for number, path in enumerate(paths):
            name = kept.name if zips else f"{number:05d}-{path.name}"
            shutil.copyfile(path, draft / name)
        draft.rename(place)
    return str(kept.resolve())


def forget_unused(context: Context) -> None:
    """Remove uploads older than a day that no run learns from."""
    used: set[str] = set()
    for run in context.runs():
        recipe = run.recipe()
        used |= {data for data in (recipe.data, recipe.data_b) if data}
    for place in (context.runs_root / FOLDER).glob("*"):
        inside = str(place.resolve())
        if time.time() - place.stat().st_mtime > UNUSED_SECONDS and not any(data.startswith(inside) for data in used):
            shutil.rmtree(place, ignore_errors=True)
