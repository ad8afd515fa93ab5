"""The Translate tab: a picture in, the same picture out, translated."""

import gradio as gr

from gan_core.errors import InputError
from gan_core.ui.components import live_html
from gan_core.ui.components.translate_desk import Desk
from gan_core.ui.context import Context


def build_translate_tab(context: Context) -> None:
    """Lay the tab out in the Blocks that is being built, and announce the `translate` endpoint."""
    desk = Desk(context)
    live_html("translate", server_functions=[desk.offer, desk.preview, desk.translate, desk.expand, desk.pack])

    def translate(picture: str | None, model: str, direction: str) -> str:
        """Translate one picture file and get a file of the same name, format and size.

        Args:
            picture: a PNG, JPEG, WebP, GIF, BMP or TIFF file.
            model: name of a translator, as `python -m gan_core models` lists them.
            direction: AtoB or BtoA.
        """
        try:
            return desk.endpoint(picture, model, direction)
        except InputError as error:
            raise gr.Error(str(error), print_exception=False) from error

    with gr.Group(visible=False):  # nothing to see: these give the endpoint its argument types
        picture = gr.File(label="picture", type="filepath")
        model = gr.Textbox(label="model")
        direction = gr.Textbox("AtoB", label="direction")
        result = gr.File(label="translated")
        gr.Button("translate").click(
            translate, [picture, model, direction], result, api_name="translate", concurrency_id="translate"
        )
