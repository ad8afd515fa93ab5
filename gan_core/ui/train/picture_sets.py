"""Sets of pictures that users uploaded: kept beside the runs, listed for the browser that uploaded them, removed on
request."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from gan_core.errors import InputError
from gan_core.files import write_json
from gan_core.paths import LONGEST_TITLE, TITLES
from gan_core.runs.owners import digest_of
from gan_core.ui.app_settings import AppSettings
from gan_core.ui.protocol import OwnerRequest, server_function
from gan_core.ui.run_library import RunLibrary
from gan_core.ui.train.protocol import (
    KeepPicturesRequest,
    KeptPicturesResponse,
    PictureSet,
    PictureSetsResponse,
    RemovePicturesRequest,
    SiftRequest,
    SiftResponse,
)
from gan_core.ui.uploads import FOLDER, is_used, keep_upload, uploaded

PREFIX = f"{FOLDER}/"
"""How the name of a set begins where data sets are chosen."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,79}")


def is_set(name: object) -> bool:
    """Whether this names a set that was brought, rather than a data set or a folder."""
    return isinstance(name, str) and name.startswith(PREFIX)


class PictureSets:
    """Server functions of the part of the page that brings pictures."""

    def __init__(self, runs: RunLibrary, settings: AppSettings) -> None:
        self.runs, self.settings = runs, settings
        self.folder = runs.root / FOLDER

    def place(self, name: str) -> str:
        """The folder or zip of a set.

        Raises:
            InputError: where it is not kept (any more).
        """
        plain = name.removeprefix(PREFIX)
        place = self.folder / plain
        if not NAME.fullmatch(plain) or not place.is_dir():
            raise InputError("These pictures are not kept any more: bring them again, or choose other ones.")
        files = list(place.iterdir())
        zips = [file for file in files if file.suffix.lower() == ".zip"]
        return str((zips[0] if len(files) == len(zips) == 1 else place).resolve())

    def of(self, mark: object) -> list[dict[str, Any]]:
        """The sets that the browser with this mark uploaded, the newest first; all of them on a local app."""
        digest, found = digest_of(mark), []
        for path in (self.folder / TITLES).glob("*.json"):
            about = _read(path)
            if (self.folder / path.stem).is_dir() and (self.settings.local or digest in about["owners"]):
                found.append({"name": PREFIX + path.stem, **about})
        return sorted(found, key=lambda each: -each["time"])

    @server_function
    def sets_list(self, request: OwnerRequest) -> PictureSetsResponse:
        """The sets of this browser."""
        found = self.of(request.owner)
        return PictureSetsResponse(
            sets=[PictureSet(name=each["name"], title=each["title"], count=each["count"]) for each in found]
        )

    @server_function
    def sets_wanted(self, request: SiftRequest) -> SiftResponse:
        """The indices of those dropped files that are worth uploading.

        Raises:
            InputError: where there are none.
        """
        from gan_core.data.files import is_table, sift

        names = request.names
        if len(names) == 1 and names[0].lower().endswith(".zip"):
            return SiftResponse(wanted=[0], note="")
        tables = [name for name in names if is_table(name)]
        kept, left_out = sift(name for name in names if name not in tables)
        places = {name: index for index, name in enumerate(names)}
        if not kept:
            raise InputError("There is no picture among these files: a folder, a zip or several pictures are accepted.")
        return SiftResponse(wanted=[places[name] for name in (*kept, *tables)], note=" ".join(left_out.notes()))

    @server_function
    def sets_keep(self, request: KeepPicturesRequest) -> KeptPicturesResponse:
        """Keep uploaded files as a set."""
        from gan_core.data.files import is_table

        files = request.files
        paths = [uploaded(file.path, use="kept") for file in files]
        names = [file.name or path.name for file, path in zip(files, paths, strict=True)]
        place = Path(keep_upload(self.runs, [str(path) for path in paths], names))
        plain = (place if place.is_dir() else place.parent).name
        self._note(
            plain,
            _title(names),
            0 if place.suffix.lower() == ".zip" else sum(not is_table(name) for name in names),
            request.owner,
        )
        return KeptPicturesResponse(name=PREFIX + plain)

    @server_function
    def sets_remove(self, request: RemovePicturesRequest) -> PictureSetsResponse:
        """Remove a set of this browser's.

        Raises:
            InputError: for an unknown set, and while a run uses it, which could not go on without.
        """
        name = request.name
        if name not in [each["name"] for each in self.of(request.owner)]:
            raise InputError("There is no such set of pictures of yours (any more).")
        place = self.folder / name.removeprefix(PREFIX)
        if user := is_used(self.runs, place):
            raise InputError(f"The run {user} learns from these pictures; delete it first.")
        shutil.rmtree(place, ignore_errors=True)
        self._about(place.name).unlink(missing_ok=True)
        return self.sets_list(request)

    def _note(self, plain: str, title: str, count: int, mark: object) -> None:
        path = self._about(plain)
        path.parent.mkdir(parents=True, exist_ok=True)
        owners = dict.fromkeys([*_read(path)["owners"], *filter(None, [digest_of(mark)])])
        write_json(path, {"title": title, "count": count, "owners": list(owners), "time": time.time()})

    def _about(self, plain: str) -> Path:
        return self.folder / TITLES / f"{plain}.json"


def _title(names: Sequence[str]) -> str:
    """What a person calls them: the folder that they were dropped in, else the first file."""
    first = PurePosixPath(names[0].replace("\\", "/"))
    return (first.parts[0] if len(first.parts) > 1 else first.stem)[:LONGEST_TITLE] or "pictures"


def _read(path: Path) -> dict[str, Any]:
    """What is known of a set; without a readable file nothing but its name."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        values = None
    values = values if isinstance(values, dict) else {}
    owners, when, count = values.get("owners"), values.get("time"), values.get("count")
    return {
        "title": str(values.get("title") or path.stem),
        "count": count if isinstance(count, int) else 0,
        "owners": [str(each) for each in owners] if isinstance(owners, list) else [],
        "time": float(when) if isinstance(when, int | float) else 0.0,
    }
