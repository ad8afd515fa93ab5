"""Which models there are: shipped, imported, and those of runs.

Only headers are read, and each only once.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gan_core.cards import Card
from gan_core.errors import InputError
from gan_core.file_cache import FileCache
from gan_core.runs.folder import MODELS
from gan_core.runs.locating import default_root, list_runs

SUFFIX = ".safetensors"
HISTORY = ".history.safetensors"
"""Of the file beside a model that holds its weights at many steps (see `store.histories`): no model itself."""
FIRST = ("faces", "doodle-to-emoji")
"""Shipped models that come before all others: pages open with them."""
HEADER_LIMIT = 16 * 2**20
LARGEST = 4 * 2**30
"""Bytes of the largest model file that is opened."""


@dataclass(frozen=True)
class Header:
    """The card of a model file, and the networks that the file holds."""

    card: Card
    parts: frozenset[str]
    """The networks that it holds weights of: `generator`, `AtoB`, `BtoA`, `judge`, `judge.A`, `judge.B`."""


@dataclass(frozen=True)
class ModelEntry:
    """A model that can be loaded by `name`."""

    name: str
    path: Path
    origin: str
    """`pretrained` (shipped), `imported` or `run`."""
    header: Header
    size: int
    """Bytes of the file."""

    @property
    def card(self) -> Card:
        """The model's card."""
        return self.header.card

    @property
    def kind(self) -> str:
        """`generator` or `translator`."""
        return self.card.kind

    @property
    def values(self) -> Mapping[str, Any]:
        """The card as JSON."""
        return self.card.to_json()

    @property
    def title(self) -> str:
        """The card's title, else the model's name."""
        return self.card.title or self.name


_HEADERS: FileCache[Header] = FileCache()


class ModelCatalog:
    """The models that can be used with one folder of runs.

    Files that have not changed on the disk are not opened again.
    """

    def __init__(self, runs_root: Path | str | None = None) -> None:
        self._runs_root = runs_root
        self._last: dict[str, ModelEntry] = {}

    def entries(self) -> list[ModelEntry]:
        """Shipped models, those of `FIRST` and then by name, then imported ones, then those of runs, newest first, each before the best of its
        run.

        An imported model whose name a shipped one has is called `imported/NAME`. Files that are none are left out, one
        by one: `problems` says why.
        """
        return self._listed()[0]

    def problems(self) -> list[str]:
        """A sentence for every file among the models that cannot be listed, and for a folder that cannot be read."""
        return self._listed()[1]

    def find(self, name: str) -> ModelEntry | None:
        """The model that `entries` lists under `name`, without listing all where it is known and has not changed."""
        known = self._last.get(name) if isinstance(name, str) else None
        if known is not None:
            with contextlib.suppress(InputError, OSError):
                if known.path.stat().st_size and read_header(known.path) is known.header:
                    return known
        return next((entry for entry in self.entries() if entry.name == name), None)

    def _listed(self) -> tuple[list[ModelEntry], list[str]]:
        found: list[ModelEntry] = []
        problems: list[str] = []
        for name, path, origin in self._places(problems):
            try:
                found.append(ModelEntry(name, path, origin, read_header(path), path.stat().st_size))
            except InputError as error:
                problems.append(f"{_where(path, origin)} is left out: {error}")
            except OSError:
                continue  # removed meanwhile
        self._last = {entry.name: entry for entry in found}
        return found, problems

    def _places(self, problems: list[str]) -> Iterator[tuple[str, Path, str]]:
        shipped: set[str] = set()
        for path in sorted(_model_files(pretrained_folder(), problems), key=_rank):
            shipped.add(path.stem)
            yield path.stem, path, "pretrained"
        for path in _model_files(imported_folder(self._runs_root), problems):
            yield f"imported/{path.stem}" if path.stem in shipped else path.stem, path, "imported"
        for run in list_runs(self._runs_root):
            for name, path in ((f"runs/{run.name}", run.model), (f"runs/{run.name}/best", run.best_model)):
                if os.path.exists(path):  # False, not an error, in a folder that may not be entered
                    yield name, path, "run"


def list_models(runs_root: Path | str | None = None) -> list[ModelEntry]:
    """The shipped and imported models and those of the runs below `runs_root` (None: the default folder of runs)."""
    return ModelCatalog(runs_root).entries()


def pretrained_folder() -> Path:
    """Folder of the shipped models: $GAN_WORKBENCH_PRETRAINED, else `pretrained` beside the package."""
    chosen = os.environ.get("GAN_WORKBENCH_PRETRAINED")
    return Path(chosen) if chosen else Path(__file__).parents[2] / "pretrained"


def imported_folder(runs_root: Path | str | None = None) -> Path:
    """Folder of the models that were made from third-party weights."""
    return Path(runs_root or default_root()) / MODELS


def read_card(path: Path | str) -> Card:
    """The card of the model file `path`.

    Raises:
        InputError: if it is no model file.
    """
    return read_header(path).card


def read_header(path: Path | str) -> Header:
    """The header of one model file, read again only when the file has changed.

    Raises:
        InputError: if it is no model file.
    """
    return _HEADERS.get(Path(path), _read_header)


def _rank(path: Path) -> int:
    """The place of a shipped model before the alphabet."""
    return FIRST.index(path.stem) if path.stem in FIRST else len(FIRST)


def _model_files(folder: Path, problems: list[str]) -> list[Path]:
    try:
        names = sorted(os.listdir(folder))
    except FileNotFoundError:
        return []
    except OSError as error:
        problems.append(f"The folder {folder.name} cannot be read: {error.strerror or error}.")
        return []
    return [folder / name for name in names if name.endswith(SUFFIX) and not name.endswith(HISTORY) and name[0] != "."]


def _where(path: Path, origin: str) -> str:
    return f"The model of the run {path.parent.name}" if origin == "run" else path.name


def _read_header(path: Path) -> Header:
    """Reads the head alone: listing a hundred models must not read their weights."""
    accepted = "a model is a .safetensors file made by this program"
    try:
        if not path.is_file():  # a pipe would be waited for without end
            raise InputError(f"{path.name} is no file; {accepted}.")
        size = path.stat().st_size
        with path.open("rb") as file:
            first = file.read(8)
            # A header's length may begin with the same two bytes; what follows it then is the header's brace.
            brace = file.peek(1)[:1] == b"{"
            if not brace and first[:2] in (b"PK", b"\x80\x02", b"\x80\x04", b"\x80\x05"):
                raise InputError(
                    f"{path.name} is a pickle, which can run code when opened, and is refused; {accepted}."
                )
            length = struct.unpack("<Q", first)[0] if len(first) == 8 else 0
            if not 2 <= length <= min(size, HEADER_LIMIT) or size > LARGEST:
                raise InputError(f"{path.name} is no model file or is cut short; {accepted}.")
            header = json.loads(file.read(length))
        tensors = {name: entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"}
        end = max((int(value) for value in tensors.values()), default=0)
        if size < 8 + length + end:
            raise InputError(f"{path.name} is cut short: {8 + length + end - size} bytes are missing at its end.")
        values = json.loads(header["__metadata__"]["card"], parse_constant=_no_number, parse_float=_finite)
        if not isinstance(values, dict) or "kind" not in values:
            raise KeyError("kind")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path.name} has no card; {accepted}.") from error
    parts = (name.split(".") for name in tensors)
    return Header(
        Card.from_json(values),
        frozenset(
            ".".join(part[:2]) if part[0] == "judge" and len(part) > 2 and part[1] in "AB" else part[0]
            for part in parts
        ),
    )


def _no_number(text: str) -> None:
    """NaN and the infinities, which JSON does not have: a metric that came out as none is no reason to hide a model."""
    return


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None
