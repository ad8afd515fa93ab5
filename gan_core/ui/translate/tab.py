"""The Translate tab: a picture in, the same picture out, translated."""

import gradio as gr

from gan_core.errors import InputError
from gan_core.ui import frontend
from gan_core.ui.app_settings import AppSettings
from gan_core.ui.downloads import DownloadFolder
from gan_core.ui.importing import Importing
from gan_core.ui.jobs import Jobs
from gan_core.ui.model_store import ModelStore
from gan_core.ui.translate.batch import BatchTranslation
from gan_core.ui.translate.comparisons import Comparisons
from gan_core.ui.translate.controller import TranslateController
from gan_core.ui.translate.export import ExportFunctions
from gan_core.ui.translate.films import Films
from gan_core.ui.translate.hinting import read_hints
from gan_core.ui.translate.results import Results
from gan_core.ui.translate.sent_file import SentFile
from gan_core.ui.translate.sources import kinds


def build_translate_tab(store: ModelStore, settings: AppSettings) -> None:
    """Lay the tab out in the Blocks that is being built, and announce the `translate` endpoint."""
    jobs, downloads = Jobs(), DownloadFolder()
    results = Results(store, jobs)
    pictures = TranslateController(store, results, downloads)
    batches = BatchTranslation(store, jobs, downloads)
    exports = ExportFunctions(store, settings, jobs, downloads)
    frontend.component(
        "translate/translate",
        elem_id="translate",
        styles=["translate/stage", "translate/tools", "translate/colouring"],
        server_functions=[
            *(
                pictures.translators,
                pictures.preview,
                pictures.frame,
                pictures.colourings,
                pictures.translate,
                pictures.file,
                pictures.pixels,
            ),
            *(jobs.job_progress, jobs.job_cancel, Comparisons(results).view, Films(store, jobs, downloads).film),
            *(batches.select_files, batches.zip_entries, batches.begin, batches.convert, batches.packed),
            *(kinds, exports.snippet, exports.onnx, Importing(store).import_files),
        ],
    )

    def translate(
        picture: dict[str, str] | None,
        model: str,
        direction: str = "AtoB",
        scale: str = "auto",
        strength: float = 1.0,
    ) -> str:
        """Translate one picture file and get a file of the same name, format and size.

        The name is the one that the file was sent with (`orig_name`); gradio's client leaves out letters such as
        quotes. It is shortened where it has more than 255 bytes.

        Args:
            picture: a PNG, JPEG, WebP, GIF, BMP, TIFF, PPM, HEIC or AVIF file of up to 100 MB and 50 million pixels.
            model: name of a translator, as `python -m gan_core models` lists them.
            direction: AtoB or BtoA.
            scale: auto (near the size that the network learned on, fine detail put back), native or trained.
            strength: from 0 (the picture itself) to 1 (the whole translation).
        """
        return translate_with_hints(picture, model, None, None, direction, scale, strength)

    def translate_with_hints(
        picture: dict[str, str] | None,
        model: str,
        hints: list[list[object]] | None = None,
        seed: int | None = None,
        direction: str = "AtoB",
        scale: str = "auto",
        strength: float = 1.0,
    ) -> str:
        """Translate one picture file by a model that takes colour hints or noise, as its card says.

        Args:
            picture: as for /translate.
            model: name of a translator.
            hints: colours for places of the picture, each [x, y, "#RRGGBB"] or [x, y, "#RRGGBB", radius] in its pixels.
            seed: of the noise, a whole number; none for the mean answer.
            direction: AtoB or BtoA.
            scale: as for /translate.
            strength: as for /translate.
        """
        try:
            path, name = (None, None) if picture is None else (picture["path"], picture["name"])
            return exports.endpoint(
                path, model, direction, scale, strength, name=name, hints=read_hints(hints), seed=seed
            )
        except InputError as error:
            raise gr.Error(str(error), print_exception=False) from error

    with gr.Group(visible=False):  # nothing to see: these give the endpoint its argument types and defaults
        inputs = [
            SentFile(label="picture", type="filepath"),
            gr.Textbox(label="model"),
            gr.Textbox("AtoB", label="direction"),
            gr.Textbox("auto", label="scale"),
            gr.Number(1.0, label="strength"),
        ]
        further = [gr.JSON(None, label="hints"), gr.Number(None, label="seed", precision=0)]
        result = gr.File(label="translated")
        gr.Button("translate").click(translate, inputs, result, api_name="translate", concurrency_id="translate")
        gr.Button("translate with hints").click(
            translate_with_hints,
            [*inputs[:2], *further, *inputs[2:]],
            result,
            api_name="translate_with_hints",
            concurrency_id="translate",
        )
