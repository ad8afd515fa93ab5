"""The same function elsewhere: three lines of Python, and the documented endpoint of the page's own server."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gan_core.errors import InputError
from gan_core.parts import unknown
from gan_core.ui.app_settings import AppSettings
from gan_core.ui.downloads import DownloadFolder
from gan_core.ui.jobs import Jobs
from gan_core.ui.model_store import ModelStore
from gan_core.ui.models.protocol import OnnxRequest, OnnxResponse
from gan_core.ui.protocol import server_function
from gan_core.ui.translate.protocol import CodeResponse, TranslatorRequest
from gan_core.ui.translate.results import Result
from gan_core.ui.translate.translators import translator_of


class ExportFunctions:
    """Server functions for the use of a model outside of this page, and the endpoint for programs."""

    def __init__(self, store: ModelStore, settings: AppSettings, jobs: Jobs, downloads: DownloadFolder) -> None:
        self._store, self._settings = store, settings
        self._jobs, self._downloads = jobs, downloads

    @server_function
    def snippet(self, request: TranslatorRequest) -> CodeResponse:
        """Three lines of Python that do what the page does now.

        Raises:
            InputError: for an unknown model.
        """
        entries = {entry.name: entry for entry in self._store.entries("translator")}
        name = request.model
        if name not in entries:
            raise InputError(unknown("translator", name, entries))
        # A shipped model has its name everywhere; others are found by their path, which only this machine has.
        is_local_file = entries[name].origin != "pretrained" and self._settings.local
        model = str(entries[name].path.resolve()) if is_local_file else name
        options = f"direction={request.direction!r}, scale={request.scale!r}"
        return CodeResponse(
            code="from PIL import Image\nfrom gan_core import load_model\n"
            f"load_model({model!r}).translate(Image.open('picture.png'), {options}).save('translated.png')"
        )

    @server_function
    def onnx(self, request: OnnxRequest) -> OnnxResponse:
        """The network of a direction as an ONNX file, with the figure of how closely onnxruntime follows torch."""
        from gan_core.models.onnx import export_onnx

        translator = translator_of(self._store, request.name)
        direction = request.direction or translator.directions[0]
        name = f"{request.name.replace('/', '-')}-{direction}.onnx"
        path = self._downloads.path(name)
        with self._jobs.working(self._jobs.job(None)):
            report = export_onnx(translator, path, direction)
        line = f"{name}, {report.size / 1e6:.1f} MB; onnxruntime against torch: {report.parity.describe()}."
        return OnnxResponse(url=self._downloads.address(path), name=name, line=line)

    def endpoint(
        self,
        picture: str | None,
        model: str,
        direction: str,
        scale: str,
        strength: float | None,
        *,
        name: str | None = None,
        hints: Sequence[Any] = (),
        seed: int | None = None,
    ) -> str:
        """Translate one picture file, called `name`: the path of a file of the same name, format and size.

        Raises InputError for a missing or unreadable picture, for an unknown model, direction or scale, and for hints and
        a seed that the model cannot use.
        """
        from gan_core.images.formats import ACCEPTED
        from gan_core.translation import translate_file

        if not picture:
            raise InputError(f"A picture file is needed: {ACCEPTED}.")
        translator = translator_of(self._store, model)
        direction, scale = direction or translator.directions[0], scale or "auto"
        with self._jobs.working(self._jobs.job(None)):
            made = Result(
                translate_file(translator, Path(picture), direction, name=name, scale=scale, hints=hints, seed=seed),
                translator,
                direction,
                scale,
            )
        path = self._downloads.path(made.file.name)
        path.write_bytes(made.data(strength))
        return str(path)
