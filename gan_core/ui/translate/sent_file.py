"""A file that a program sends to an endpoint, with its own name."""

from typing import Any

import gradio as gr


class SentFile(gr.File):
    """Gradio keeps an upload under fewer letters than it was called by; its own name travels beside it."""

    is_template = True  # drawn as a gr.File

    def preprocess(self, payload: Any) -> Any:
        """The `path` where the file lies and the `name` that it was sent with."""
        path = super().preprocess(payload)
        return path if path is None else {"path": str(path), "name": payload.orig_name or payload.path}
