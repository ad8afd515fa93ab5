"""A short film in, the same film out, translated."""

from pathlib import Path
from typing import Any

from gan_core.errors import InputError
from gan_core.ui.context import Context
from gan_core.ui.downloads import DownloadFolder
from gan_core.ui.jobs import Jobs, cancellable
from gan_core.ui.translate.encoding import seconds_in_words
from gan_core.ui.translate.offers import translator_of
from gan_core.ui.translate.sources import first_bytes
from gan_core.ui.uploads import uploaded


class Films:
    """The server function of a film."""

    def __init__(self, context: Context, jobs: Jobs, shelf: DownloadFolder) -> None:
        self._context, self._jobs, self._shelf = context, jobs, shelf

    @cancellable
    def film(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Translate every frame; where the film can be fetched, and where the one that it was made from."""
        import time

        from gan_core.images import is_film
        from gan_core.images.film_reading import ACCEPTED
        from gan_core.translation.video import translate_video

        translator = translator_of(self._context, wish)
        given = wish.get("source") or {}
        source = uploaded(given.get("path"))
        name = Path(str(given.get("name") or source.name)).name
        if not is_film(name, first_bytes(source)):
            raise InputError(f"{name} is no film: {ACCEPTED}.")
        direction, scale = str(wish.get("direction")), str(wish.get("scale") or "auto")
        job, start = self._jobs.job(wish.get("job")), time.perf_counter()
        target = self._shelf.path(Path(name).with_suffix(".mp4").name)
        with self._jobs.working(job):
            report = translate_video(
                translator,
                source,
                target,
                direction,
                name=name,
                scale=scale,
                smoothing=float(wish.get("smoothing") or 0),
                progress=job.progress,
            )
        spent = time.perf_counter() - start
        return {
            "url": self._shelf.address(target),
            "before": self._shelf.address(source),
            "name": target.name,
            "width": report.width,
            "height": report.height,
            "line": f"{report.frames} frames of {report.width} x {report.height} pixels, "
            f"{report.seconds:.1f} s of film in {seconds_in_words(spent)}",
            "notes": list(report.notes),
        }
