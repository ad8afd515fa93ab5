"""Files that a person drops into the page: found again by their path, and kept beside the runs where a run needs
them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from gradio.utils import get_upload_folder

from gan_core.errors import InputError
from gan_core.runs.drafts import DRAFT_FOLDER
from gan_core.runs.folder import UPLOADS as FOLDER
from gan_core.ui.app_settings import AppSettings
from gan_core.ui.quota import USES, in_words, quota_bytes
from gan_core.ui.run_library import RunLibrary

RECENT_SECONDS = 10 * 60
UNUSED_SECONDS = 24 * 3600
UPLOAD_SECONDS = 5.0


def uploaded(path: Any, many: str = "pictures", use: str = "translated", one: str = "picture") -> Path:
    """The path of a file that a page uploaded; no other file can be named.

    Args:
        path: As the browser sent it.
        many: What such files are called in error messages.
        use: What is done with them.
        one: What one such file is called.

    Raises:
        InputError: for any other path, and for a file that does not arrive.
    """
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


def keep_upload(runs: RunLibrary, files: Sequence[str], names: Sequence[str] | None = None) -> str:
    """Store uploaded files and return what `gan_core.data.load` reads: a zip, or a folder of the pictures.

    `names` are those that the files had where they come from, with their folders, which stay as they are: they say
    which class or kind a picture is. The same files land in the same place again. Raises InputError for none, and for a
    zip beside other files.
    """
    from gan_core.data.files import is_table

    paths = [Path(file) for file in files]
    inner = [_inner(name) for name in names] if names else [PurePosixPath(path.name) for path in paths]
    for path in paths:
        USES.mark(path.resolve())
    if not paths:
        raise InputError("Drop a zip, or several pictures, first.")
    zips = [path for path in paths if path.suffix.lower() == ".zip"]
    if zips and len(paths) > 1:
        raise InputError("Drop either one zip or pictures, not both.")
    digest = hashlib.sha256()
    for name, path in sorted(zip(inner, paths, strict=True)):
        digest.update(str(name).encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    first = next((name for name in inner if not is_table(str(name))), inner[0])
    called = first.parts[0] if len(first.parts) > 1 else first.stem
    stem = re.sub(r"[^A-Za-z0-9]+", "-", called).strip("-")[:40] or "pictures"
    place = runs.root / FOLDER / f"{stem}-{digest.hexdigest()[:10]}"
    kept = place / f"{stem}.zip" if zips else place
    if not kept.exists():
        try:
            _make_room(runs, sum(path.stat().st_size for path in paths))
            place.parent.mkdir(parents=True, exist_ok=True)
            # A draft of its own: two pages may drop the same pictures at once.
            with tempfile.TemporaryDirectory(
                prefix=DRAFT_FOLDER, dir=place.parent, ignore_cleanup_errors=True
            ) as draft:
                inside = Path(draft) / place.name
                inside.mkdir()
                # A table names the pictures: where there is one they keep their names.
                named = any(is_table(str(name)) for name in inner) and len(set(inner)) == len(inner)
                for number, (name, path) in enumerate(zip(inner, paths, strict=True)):
                    numbered = name if named else name.with_name(f"{number:05d}-{name.name}")
                    to = inside / (kept.name if zips else numbered)
                    to.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, to)
                try:
                    inside.rename(place)
                except OSError:
                    if not kept.exists():  # else another page was faster
                        raise
        except OSError as error:
            raise InputError(f"The pictures cannot be kept beside the runs: {error.strerror or error}.") from error
    return str(kept.resolve())


def _inner(name: str) -> PurePosixPath:
    """The name that a file had in its folder, without what could lead out of it, short enough for any disk."""
    parts = [part for part in name.replace("\\", "/").split("/") if part.strip(". \0")]
    clean = [re.sub(r'[\0-\x1f<>:"|?*]', "_", part)[-100:] for part in parts[-8:]]
    return PurePosixPath(*clean) if clean else PurePosixPath("picture")


def is_used(runs: RunLibrary, place: Path) -> str:
    """The name of a run that learns from what was kept at `place`; empty if there is none."""
    for run in runs.all():
        recipe = run.recipe()
        if any(data and Path(data).is_relative_to(place.resolve()) for data in (recipe.data, recipe.data_b)):
            return run.name
    return ""


def forget_unused(runs: RunLibrary, settings: AppSettings) -> None:
    """Remove uploads older than a day that no run uses; on a local app they stay until they are removed by hand."""
    if settings.local:
        return
    for place in _unused(runs):
        with contextlib.suppress(OSError):
            if time.time() - place.stat().st_mtime > UNUSED_SECONDS:
                shutil.rmtree(place, ignore_errors=True)


def _make_room(runs: RunLibrary, size: int) -> None:
    """Remove the oldest kept uploads that no run uses until `size` bytes more are within the quota of uploads.

    Those of the last minutes stay, as a training with them may be about to start.

    Raises:
        InputError: where that is not enough.
    """
    limit, now = quota_bytes(), time.time()
    unused = sorted(_unused(runs), key=lambda place: place.stat().st_mtime)
    sizes = {place: sum(file.stat().st_size for file in place.rglob("*") if file.is_file()) for place in unused}
    for place in unused:
        if sum(sizes.values()) + size <= limit:
            return
        if now - place.stat().st_mtime > RECENT_SECONDS:
            shutil.rmtree(place, ignore_errors=True)
            sizes[place] = 0
    if sum(sizes.values()) + size > limit:
        raise InputError(
            f"There is no room for these pictures: those that no training uses may take {in_words(limit)} in all; "
            "try again in some minutes, or drop fewer."
        )


def _unused(runs: RunLibrary) -> list[Path]:
    """Kept uploads that no run learns from."""
    used: set[str] = set()
    for run in runs.all():
        recipe = run.recipe()
        used |= {data for data in (recipe.data, recipe.data_b) if data}
    folder = runs.root / FOLDER
    places = [folder / name for name in os.listdir(folder)] if os.path.isdir(folder) else []
    return [
        place
        for place in places
        if place.name[0] != "." and not any(Path(data).is_relative_to(place.resolve()) for data in used)
    ]
