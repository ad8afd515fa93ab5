"""One picture: a small translation at once, the whole one when ready, its file."""

from typing import Any

from gan_core.ui.context import Context
from gan_core.ui.downloads import DownloadFolder
from gan_core.ui.jobs import Jobs, cancellable
from gan_core.ui.translate.encoding import encoded, seconds_in_words, shown, within
from gan_core.ui.translate.offers import offer, translator_of
from gan_core.ui.translate.results import Results
from gan_core.ui.translate.sources import frame_bytes, source_of

PREVIEW_SIDE = 128
FRAME_SIDE = 640
"""Longest side of a sketch or a camera's frame; what is larger is reduced."""


class TranslateController:
    """Decodes, translates and hands out files for all pages of one app."""

    def __init__(self, context: Context, jobs: Jobs, results: Results, shelf: DownloadFolder) -> None:
        self._context, self._jobs, self._results, self._shelf = context, jobs, results, shelf

    def offer(self, wish: Any = None) -> dict[str, Any]:
        """What there is: translators and examples (see `offers`)."""
        return offer(self._context, (wish or {}).get("version"))

    def preview(self, wish: dict[str, Any]) -> dict[str, Any]:
        """The picture as it was read, and a small translation of it at once."""
        from gan_core.images import decode

        translator = translator_of(self._context, wish)
        source, name = source_of(wish)
        picture = decode(source, name=name)
        height, width = picture.rgb.shape[:2]
        small = within(picture.composited(), PREVIEW_SIDE)
        with self._context.model_lock:
            after = translator.preview(small, str(wish.get("direction")), side=PREVIEW_SIDE)
        return {
            "width": width,
            "height": height,
            "clear": picture.alpha is not None,
            "before": shown(picture.rgb, picture.alpha),
            "after": shown(after, None if picture.alpha is None else within(picture.alpha, max(after.shape[:2]))),
        }

    def frame(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Translate a small `picture` that comes in the wish itself: no file, nothing kept, as fast as it goes."""
        import time

        from gan_core.images import decode

        translator = translator_of(self._context, wish)
        picture = decode(frame_bytes(wish.get("picture")), name="The picture")
        small = within(picture.composited(), FRAME_SIDE)
        alpha = None if picture.alpha is None else within(picture.alpha, FRAME_SIDE)
        start = time.perf_counter()
        with self._context.model_lock:
            made = translator.run(small, str(wish.get("direction")), scale=str(wish.get("scale") or "auto"))
        return {"after": shown(made.rgb, alpha), "milliseconds": 1000 * (time.perf_counter() - start)}

    @cancellable
    def translate(self, wish: dict[str, Any]) -> dict[str, Any]:
        """The whole translation: what to show and what to say about it; `before` only if it is not `shown` already."""
        made = self._results.get(wish)
        picture, translation = made.file.source, made.file.translation
        height, width = translation.rgb.shape[:2]
        machine = made.translator.arithmetic(made.direction).describe()
        return {
            **({} if wish.get("shown") else {"before": shown(picture.rgb, picture.alpha)}),
            "after": shown(translation.rgb, picture.alpha),
            "width": width,
            "height": height,
            "clear": picture.alpha is not None,
            "name": made.file.name,
            "line": f"{width} x {height} pixels, own size kept · {seconds_in_words(translation.seconds)} on {machine}",
            "notes": list(made.file.notes),
        }

    @cancellable
    def pixels(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Picture and translation with all of their pixels, for whoever zooms in further than `SHOWN_SIDE` goes."""
        made = self._results.get(wish)
        alpha = made.file.source.alpha
        kind = "jpg" if alpha is None else "png"
        return {
            part: self._shelf.put(f"{part}.{kind}", encoded(rgb, alpha))
            for part, rgb in (("before", made.file.source.rgb), ("after", made.file.translation.rgb))
        }

    @cancellable
    def file(self, wish: dict[str, Any]) -> dict[str, Any]:
        """The result as a file of the source's name, size and format, at the `strength` (0 to 1) that is shown."""
        made = self._results.get(wish)
        return {"url": self._shelf.put(made.file.name, made.data(wish.get("strength"))), "name": made.file.name}
