"""Many pictures: each is translated into one growing zip, so that hundreds need no memory and a stop loses nothing."""

import threading
import zipfile
from collections import OrderedDict
from pathlib import Path, PurePosixPath

from gan_core.errors import InputError
from gan_core.ui.downloads import DownloadFolder
from gan_core.ui.jobs import Jobs
from gan_core.ui.model_store import ModelStore
from gan_core.ui.protocol import CancelledResponse, server_function
from gan_core.ui.translate.encoding import shown, within
from gan_core.ui.translate.protocol import (
    BatchPictureRequest,
    BatchPictureResponse,
    BatchRequest,
    BatchResponse,
    BatchZipResponse,
    FileNamesRequest,
    FileNamesResponse,
    ZipEntriesRequest,
    ZipEntriesResponse,
)
from gan_core.ui.translate.results import Result
from gan_core.ui.translate.sources import HEAD, THUMB_SIDE, first_bytes, source_of
from gan_core.ui.translate.translators import translator_of
from gan_core.ui.uploads import uploaded

MOST_FILES = 5000
MOST_BATCHES = 8
ZIP_NAME = "translated.zip"


class Batch:
    """A zip that grows by a picture at a time and can be read whenever nothing is being written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._taken: set[str] = set()
        self._lock = threading.Lock()

    def add(self, name: str, data: bytes) -> str:
        """Write a file; equal names, also those that only some disks distinguish, get a number.

        Returns:
            The name in the zip.
        """
        from gan_core.translation.names import free_name, name_key

        with (
            self._lock,
            zipfile.ZipFile(self.path, "a", zipfile.ZIP_STORED) as archive,
        ):  # pictures are compressed already
            placed = free_name(PurePosixPath(name), self._taken)
            archive.writestr(str(placed), data)
            self._taken.add(name_key(placed))
            return str(placed)

    def __len__(self) -> int:
        return len(self._taken)


class BatchTranslation:
    """The server functions of a batch."""

    def __init__(self, store: ModelStore, jobs: Jobs, downloads: DownloadFolder) -> None:
        self._store, self._jobs, self._downloads = store, jobs, downloads
        self._lock = threading.Lock()
        self._batches: OrderedDict[str, Batch] = OrderedDict()

    @server_function
    def zip_entries(self, request: ZipEntriesRequest) -> ZipEntriesResponse:
        """The pictures in an uploaded zip, by their paths there, and what is left out, in one line.

        Raises:
            InputError: for a zip without pictures, or with too many.
        """
        from gan_core.data.files import survey

        found = survey(uploaded(request.path))
        files = found.files
        if not files:
            raise InputError(f"{request.name} holds no pictures: PNG, JPEG, WebP and the like are needed.")
        if len(files) > MOST_FILES:
            raise InputError(f"{len(files)} pictures at once are too many here: up to {MOST_FILES} are accepted.")
        return ZipEntriesResponse(entries=[str(file.path) for file in files], left_out=found.left_out.sentence)

    @server_function
    def select_files(self, request: FileNamesRequest) -> FileNamesResponse:
        """Of the names of dropped files: those that can be translated, and a line about those that cannot.

        A folder holds more than pictures, and it is left out here by the rules of every folder of pictures.
        """
        from gan_core.data.files import sift
        from gan_core.images import FILM_SUFFIXES

        kept, left_out = sift(request.names, (*FILM_SUFFIXES, ".zip"))
        return FileNamesResponse(kept=kept, line=left_out.sentence)

    @server_function
    def begin(self) -> BatchResponse:
        """A new, empty batch."""
        path = self._downloads.path(ZIP_NAME)
        with self._lock:
            self._batches[path.parent.name] = Batch(path)
            while len(self._batches) > MOST_BATCHES:
                self._batches.popitem(last=False)
        return BatchResponse(batch=path.parent.name)

    @server_function
    def convert(self, request: BatchPictureRequest) -> BatchPictureResponse | CancelledResponse:
        """Translate one picture of a batch: thumbnails, and notes.

        Raises:
            InputError: for a file that cannot be used, and for a film.
        """
        from gan_core.images import is_film
        from gan_core.translation import translate_file

        batch = self._batch(request.batch)
        translator = translator_of(self._store, request.model)
        source, name = source_of(request.source)
        if is_film(name, first_bytes(source) if isinstance(source, Path) else source[:HEAD]):
            raise InputError(f"{name}: a film is translated by itself; drop it alone.")
        direction, scale = request.direction, request.scale
        job = self._jobs.job(request.job)
        with self._jobs.working(job):
            made = Result(
                translate_file(translator, source, direction, name=name, scale=scale, progress=job.progress),
                translator,
                direction,
                scale,
            )
            placed = batch.add(inside(request.inside, made.file.name), made.data(request.strength))
        alpha = made.file.source.alpha
        thumbs = [within(picture, THUMB_SIDE) for picture in (made.file.source.rgb, made.file.translation.rgb)]
        alpha = None if alpha is None else within(alpha, THUMB_SIDE)
        return BatchPictureResponse(
            name=placed,
            notes=[note for note in made.file.notes if note not in made.file.translation.notes],
            before=shown(thumbs[0], alpha),
            after=shown(thumbs[1], alpha),
        )

    @server_function
    def packed(self, request: BatchRequest) -> BatchZipResponse:
        """Address of the zip of all pictures that are done.

        Raises:
            InputError: if there are none.
        """
        batch = self._batch(request.batch)
        if not len(batch):
            raise InputError("No picture could be translated, so there is no zip.")
        return BatchZipResponse(url=self._downloads.address(batch.path), name=ZIP_NAME, count=len(batch))

    def _batch(self, name: str) -> Batch:
        with self._lock:
            batch = self._batches.get(name)
        if batch is None or not batch.path.parent.is_dir():
            raise InputError("This batch is not kept any more: drop the pictures again.")
        return batch


def inside(path: str | None, name: str) -> str:
    """Where a result lies in the zip: folders that were dropped are kept, and nothing can climb out of it."""
    parts = [part for part in PurePosixPath((path or "").replace("\\", "/")).parts[:-1] if part not in ("..", "/")]
    return "/".join([*(part for part in parts if not part.endswith(":")), name])
