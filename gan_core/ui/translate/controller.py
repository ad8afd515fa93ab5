"""One picture: a small translation at once, the whole one when ready, its file."""

from gan_core.ui.downloads import DownloadFolder
from gan_core.ui.model_store import ModelStore
from gan_core.ui.protocol import CancelledResponse, server_function
from gan_core.ui.translate.encoding import encoded, is_transparent, seconds_in_words, shown, within
from gan_core.ui.translate.hinting import hints_of
from gan_core.ui.translate.protocol import (
    AllPixelsResponse,
    ColouringsRequest,
    ColouringsResponse,
    FileResponse,
    SmallPictureRequest,
    SmallPictureResponse,
    TranslationFileRequest,
    TranslationPreviewResponse,
    TranslationRequest,
    TranslatorListRequest,
    TranslatorListResponse,
    WholeTranslationRequest,
    WholeTranslationResponse,
)
from gan_core.ui.translate.results import Results
from gan_core.ui.translate.sources import frame_bytes, source_of
from gan_core.ui.translate.translators import list_translators, translator_of

PREVIEW_SIDE = 128
FRAME_SIDE = 640
"""Longest side of a sketch or a camera's frame; what is larger is reduced."""


class TranslateController:
    """Decodes, translates and hands out files for all pages of one app."""

    def __init__(self, store: ModelStore, results: Results, downloads: DownloadFolder) -> None:
        self._store, self._results, self._downloads = store, results, downloads

    @server_function
    def translators(self, request: TranslatorListRequest) -> TranslatorListResponse:
        """The translators and examples that there are."""
        return list_translators(self._store, request.version)

    @server_function
    def preview(self, request: TranslationRequest) -> TranslationPreviewResponse:
        """The picture as it was read, and a small translation of it at once."""
        from gan_core.images import decode

        translator = translator_of(self._store, request.model)
        source, name = source_of(request.source)
        picture = decode(source, name=name)
        height, width = picture.rgb.shape[:2]
        small = within(picture.composited(), PREVIEW_SIDE)
        with self._store.drawing:
            hints = hints_of(request.hints, small)
            after = translator.preview(small, request.direction, side=PREVIEW_SIDE, hints=hints, seed=request.seed)
        return TranslationPreviewResponse(
            width=width,
            height=height,
            transparent=is_transparent(picture.alpha),
            before=shown(picture.rgb, picture.alpha),
            after=shown(after, None if picture.alpha is None else within(picture.alpha, max(after.shape[:2]))),
        )

    @server_function
    def frame(self, request: SmallPictureRequest) -> SmallPictureResponse:
        """Translate a small picture that comes in the request itself: no file, nothing kept, as fast as possible."""
        import time

        from gan_core.images import decode

        translator = translator_of(self._store, request.model)
        picture = decode(frame_bytes(request.picture), name="The picture")
        small = within(picture.composited(), FRAME_SIDE)
        alpha = None if picture.alpha is None else within(picture.alpha, FRAME_SIDE)
        start = time.perf_counter()
        with self._store.drawing:
            hints = hints_of(request.hints, small)
            made = translator.run(small, request.direction, scale=request.scale, hints=hints, seed=request.seed)
        return SmallPictureResponse(after=shown(made.rgb, alpha), milliseconds=1000 * (time.perf_counter() - start))

    @server_function
    def colourings(self, request: ColouringsRequest) -> ColouringsResponse:
        """Small translations of one picture that differ in their noise, to choose one of them.

        Raises:
            InputError: for a model without noise, and for a request without a picture.
        """
        from gan_core.errors import InputError
        from gan_core.images import decode

        translator = translator_of(self._store, request.model)
        if request.source is not None:
            source, name = source_of(request.source)
        elif request.picture is not None:
            source, name = frame_bytes(request.picture), "The picture"
        else:
            raise InputError("A picture is needed: source or picture.")
        picture = decode(source, name=name)
        small = within(picture.composited(), PREVIEW_SIDE)
        hints, alpha = hints_of(request.hints, small), picture.alpha
        made: list[str] = []
        for seed in request.seeds:
            with self._store.drawing:
                result = translator.run(small, request.direction, scale=request.scale, hints=hints, seed=seed)
            made.append(shown(result.rgb, None if alpha is None else within(alpha, PREVIEW_SIDE)))
        return ColouringsResponse(pictures=made)

    @server_function
    def translate(self, request: WholeTranslationRequest) -> WholeTranslationResponse | CancelledResponse:
        """The whole translation: what to show and what to say about it."""
        made = self._results.get(request)
        picture, translation = made.file.source, made.file.translation
        height, width = translation.rgb.shape[:2]
        machine = made.translator.arithmetic(made.direction).describe()
        before = {} if request.before_known else {"before": shown(picture.rgb, picture.alpha)}
        return WholeTranslationResponse(
            **before,
            after=shown(translation.rgb, picture.alpha),
            width=width,
            height=height,
            transparent=is_transparent(picture.alpha),
            name=made.file.name,
            line=f"{width} x {height} pixels, own size kept · {seconds_in_words(translation.seconds)} on {machine}",
            notes=list(made.file.notes),
        )

    @server_function
    def pixels(self, request: TranslationRequest) -> AllPixelsResponse | CancelledResponse:
        """Picture and translation with all of their pixels, for a zoom that goes further than `SHOWN_SIDE`."""
        made = self._results.get(request)
        alpha = made.file.source.alpha
        kind = "jpg" if alpha is None else "png"
        return AllPixelsResponse(
            before=self._downloads.put(f"before.{kind}", encoded(made.file.source.rgb, alpha)),
            after=self._downloads.put(f"after.{kind}", encoded(made.file.translation.rgb, alpha)),
        )

    @server_function
    def file(self, request: TranslationFileRequest) -> FileResponse | CancelledResponse:
        """The result as a file of the source's name, size and format, at the strength that is shown."""
        made = self._results.get(request)
        return FileResponse(url=self._downloads.put(made.file.name, made.data(request.strength)), name=made.file.name)
