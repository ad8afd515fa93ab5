"""Models from elsewhere: weights that a person drops into the page, and the published ones, downloaded on request.

For any tab. `Importing.import_files` takes files that the page has uploaded, saves models among the imported ones and responds
with the names under which `ModelStore.entries` lists them, so that a weight file dropped on the Translate tab can be chosen
there at once. No gradio component here.
"""

from __future__ import annotations

import filecmp
import functools
import re
import shutil
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gan_core.errors import Cancelled, InputError
from gan_core.ui.dispatch import sentence_of
from gan_core.ui.model_store import ModelStore
from gan_core.ui.models.protocol import (
    CatalogueResponse,
    ChangeRequest,
    ChangeResponse,
    DiscardRequest,
    ImportedModel,
    ImportRequest,
    ImportResponse,
    PublishedModel,
    PublishedRequest,
)
from gan_core.ui.protocol import DoneResponse, server_function
from gan_core.ui.uploads import uploaded

SUFFIXES = (".pth", ".pt", ".ckpt", ".safetensors")
MOST_FILES = 20


class Importing:
    """Server functions."""

    def __init__(self, store: ModelStore) -> None:
        self.store = store
        self._downloads: dict[str, Download] = {}
        self._lock = threading.Lock()

    @server_function
    def import_files(self, request: ImportRequest) -> ImportResponse:
        """Import dropped weight files, or model files of this program; two named G_A and G_B become one model.

        Raises:
            InputError: for no files.
        """
        paths = [uploaded(file.path, "weights", "imported", "file") for file in request.files[:MOST_FILES]]
        if not paths:
            raise InputError("Drop a .pth, .pt or .safetensors file with a generator's weights.")
        models: list[ImportedModel] = []
        refused: list[str] = []
        for path, back in _pairs(paths):
            try:
                models.append(self._listed(*self._imported(path, back)))
            except InputError as error:
                refused.append(str(error))
        if not models:
            raise InputError(refused[0] if len(refused) == 1 else " ".join(refused))
        return ImportResponse(models=models, refused=refused)

    @server_function
    def change(self, request: ChangeRequest) -> ChangeResponse:
        """Rename an imported model, and name its two domains.

        Raises:
            InputError: for a name that is taken or that a file cannot have.
        """
        from gan_core.models.catalog import read_header
        from gan_core.models.importing import change_card
        from gan_core.runs.folder import NAME
        from gan_core.translation.third_party import imported_title

        path, name = self._own(request.name), request.to.strip()
        if not NAME.fullmatch(name):
            raise InputError(
                "A model's name begins with a letter or digit; letters, digits, spaces, . _ and - may follow."
            )
        target = path.with_name(f"{name}.safetensors")
        if target != path and target.exists():
            raise InputError(f"There is a model named {name} already; choose another name.")
        domains = [word.strip()[:40] for word in request.domains]
        if len(domains) == 2 and all(domains):
            changes: dict[str, Any] = {"domains": {"A": domains[0], "B": domains[1]}}
            header = read_header(path)
            before, directions = header.card, header.parts & {"AtoB", "BtoA"}
            # The title that the import made follows; one that was given by hand stays.
            named = (before.domains.get("A", ""), before.domains.get("B", ""))
            if before.title == imported_title(named, directions):
                changes["title"] = imported_title((domains[0], domains[1]), directions)
            change_card(path, name=name, **changes)
        path.rename(target)
        return ChangeResponse(**dict(self._listed(target, "")))

    @server_function
    def discard(self, request: DiscardRequest) -> DoneResponse:
        """Delete an imported model after a confirmation by its name.

        Raises:
            InputError: for an unknown model, and without the confirmation.
        """
        path = self._own(request.name)
        if request.confirmed != request.name:
            raise InputError(f"Confirm by its name that {request.name} is to be deleted.")
        path.unlink()
        return DoneResponse(done=True)

    @server_function
    def catalogue(self) -> CatalogueResponse:
        """The published models: what they do, whose terms they are under, whether they are here or on their way."""
        from gan_core.translation.catalogue import ABOUT_BYTES, CATALOGUE, NOTE

        imported = [entry for entry in self.store.entries() if entry.origin == "imported"]
        there = {(entry.title, entry.values.get("data")): entry.name for entry in imported}
        rows: list[PublishedModel] = []
        for entry in CATALOGUE.values():
            download = self._downloads.get(entry.name)
            state: dict[str, Any] = download.state() if download else {"state": "idle"}
            model = there.get((entry.known()["title"], entry.data))
            rows.append(PublishedModel(name=entry.name, domains=entry.domains, terms=entry.terms, model=model, **state))
        return CatalogueResponse(published=rows, about=ABOUT_BYTES, note=NOTE)

    @server_function
    def fetch(self, request: PublishedRequest) -> DoneResponse:
        """Begin to download a published model, or go on with it; `catalogue` tells how far it is."""
        from gan_core.translation.catalogue import published

        entry = published(request.name)
        with self._lock:
            running = self._downloads.get(entry.name)
            if running is None or running.ended:
                self._downloads[entry.name] = Download(entry, self._keep)
        return DoneResponse(done=True)

    @server_function
    def stop(self, request: PublishedRequest) -> DoneResponse:
        """Interrupt a download; what is there is kept for the next one."""
        download = self._downloads.get(request.name)
        if download is not None:
            download.cancelled.set()
        return DoneResponse(done=True)

    def _imported(self, path: Path, back: Path | None) -> tuple[Path, str]:
        """The model file made of dropped files, and the sentence about it."""
        from gan_core.models import load_model, read_card
        from gan_core.models.importing import import_weights
        from gan_core.translation.third_party import model_name

        if path.suffix.lower() == ".safetensors":
            try:
                card = read_card(path)
            except InputError:
                card = None  # weights of others
            if card is not None:
                load_model(path, device="cpu")  # refuses what could not be used later
                return self._place(path, model_name(path), shutil.copyfile), f"A {card.kind} made by this program."
        sentence = ""

        def write(path: Path, out: Path) -> None:
            nonlocal sentence
            sentence = import_weights(path, model_name(path), out=out, back=back).sentence

        return self._place(path, model_name(path), write), sentence

    def _keep(self, path: Path, entry: Any) -> None:
        """Import a downloaded file; its weights are then in the model, and the file is not needed any more."""
        from gan_core.models.importing import import_weights

        write = functools.partial(import_weights, name=entry.name, domains=entry.domains, known=entry.known())
        self._place(path, entry.name, lambda path, out: write(path, out=out))
        path.unlink()

    def _place(self, source: Path, name: str, write: Any) -> Path:
        """Let `write(source, draft)` make a model file and put it among the imported ones under a name of its own.

        The same file brought twice is one model.
        """
        from gan_core.models.catalog import imported_folder
        from gan_core.runs.drafts import DRAFT_FOLDER

        folder = imported_folder(self.store.runs_root)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=DRAFT_FOLDER, dir=folder) as place:
                draft = Path(place) / "draft.safetensors"
                write(source, draft)
                with self._lock:
                    target, number = folder / f"{name}.safetensors", 1
                    while target.exists() and not filecmp.cmp(target, draft, shallow=False):
                        number += 1
                        target = folder / f"{name}-{number}.safetensors"
                    draft.replace(target)
        except OSError as error:
            raise InputError(f"The model cannot be kept in {folder}: {error.strerror or error}.") from error
        return target

    def _listed(self, path: Path, sentence: str) -> ImportedModel:
        for entry in self.store.entries():
            if entry.path == path:
                kind = "translator" if entry.kind == "translator" else "generator"
                return ImportedModel(name=entry.name, title=entry.title, kind=kind, sentence=sentence)
        raise InputError(f"{path.stem} was saved but cannot be listed; reload the page.")

    def _own(self, name: str) -> Path:
        """The file of an imported model; the shipped ones and those of runs are not to be changed here."""
        entry = self.store.catalog.find(name)
        if entry is not None and entry.origin == "imported":
            return entry.path
        raise InputError(f"There is no imported model named {name!r} (any more); reload the list.")


class Download:
    """One download on a thread of its own."""

    def __init__(self, entry: Any, keep: Any) -> None:
        self.cancelled = threading.Event()
        self._done, self._total, self._error = 0, 0, ""
        self._thread = threading.Thread(
            target=self._run, args=(entry, keep), name=f"download {entry.name}", daemon=True
        )
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Whether the download is complete, cancelled or failed."""
        return not self._thread.is_alive()

    def state(self) -> dict[str, Any]:
        """`loading` with bytes done and in all, `failed` with a sentence, or `idle`."""
        if not self.ended:
            return {"state": "loading", "done": self._done, "total": self._total}
        return {"state": "failed", "error": self._error} if self._error else {"state": "idle"}

    def _run(self, entry: Any, keep: Any) -> None:
        from gan_core.files import cache_folder
        from gan_core.translation.catalogue import download

        try:
            keep(download(entry.name, cache_folder() / "catalogue", self._progress), entry)
        except Cancelled:
            self._error = "Interrupted; Download goes on from there."
        except Exception as error:  # noqa: BLE001 - the page that waits must hear of anything
            self._error = sentence_of(error, f"download of {entry.name}")

    def _progress(self, done: int, total: int) -> None:
        if self.cancelled.is_set():
            raise Cancelled
        self._done, self._total = done, total


def _pairs(paths: Sequence[Path]) -> list[tuple[Path, Path | None]]:
    """Every file with the one that goes back, if two of one training were dropped (`net_G_A` and `net_G_B`)."""
    by_name = {path.name: path for path in paths}
    returning = {path: by_name.get(_way_back(path.name)) for path in paths}
    taken = {path for path in returning.values() if path is not None}
    return [(path, returning[path]) for path in paths if path not in taken]


WAYS = (("A", "B"), ("AB", "BA"), ("A2B", "B2A"), ("AtoB", "BtoA"))


def _way_back(name: str) -> str:
    """The name of the file with the other direction; the empty one if the name tells nothing."""
    for forward, backward in WAYS:
        other = re.sub(rf"((?:G|gen|generator)_?){forward}(?![A-Za-z0-9])", rf"\g<1>{backward}", name)
        if other != name:
            return other
    return ""
