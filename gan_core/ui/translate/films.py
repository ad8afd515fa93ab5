"""A short film in, the same film out, translated."""

from pathlib import Path

from gan_core.errors import InputError
from gan_core.ui.downloads import DownloadFolder
from gan_core.ui.jobs import Jobs
from gan_core.ui.model_store import ModelStore
from gan_core.ui.protocol import CancelledResponse, server_function
from gan_core.ui.translate.encoding import seconds_in_words
from gan_core.ui.translate.protocol import FilmTranslationRequest, FilmTranslationResponse
from gan_core.ui.translate.sources import first_bytes
from gan_core.ui.translate.translators import translator_of
from gan_core.ui.uploads import uploaded


class Films:
    """The server function of a film."""

    def __init__(self, store: ModelStore, jobs: Jobs, downloads: DownloadFolder) -> None:
        self._store, self._jobs, self._downloads = store, jobs, downloads

    @server_function
    def film(self, request: FilmTranslationRequest) -> FilmTranslationResponse | CancelledResponse:
        """Translate every frame of a film.

        Returns the addresses of the result and of its source.

        Raises:
            InputError: for a file that is no film, and for one that is too long or too large.
        """
        import time

        from gan_core.images import is_film
        from gan_core.images.film_reading import ACCEPTED
        from gan_core.translation.video import translate_video

        translator = translator_of(self._store, request.model)
        source = uploaded(request.source.path)
        name = Path(request.source.name or source.name).name
        if not is_film(name, first_bytes(source)):
            raise InputError(f"{name} is no film: {ACCEPTED}.")
        job, start = self._jobs.job(request.job), time.perf_counter()
        target = self._downloads.path(Path(name).with_suffix(".mp4").name)
        with self._jobs.working(job):
            report = translate_video(
                translator,
                source,
                target,
                request.direction,
                name=name,
                scale=request.scale,
                smoothing=request.smoothing,
                progress=job.progress,
            )
        spent = time.perf_counter() - start
        return FilmTranslationResponse(
            url=self._downloads.address(target),
            before=self._downloads.address(source),
            name=target.name,
            width=report.width,
            height=report.height,
            line=f"{report.frames} frames of {report.width} x {report.height} pixels, "
            f"{report.seconds:.1f} s of film in {seconds_in_words(spent)}",
            notes=list(report.notes),
        )
