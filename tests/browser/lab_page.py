"""The Lab alone in an app of its own, for its browser tests and its benchmark: `python -m tests.browser.lab_page FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.browser.pages import launch


def serve(folder: Path) -> None:
    """Print the address and stay."""
    from gan_core.ui.launch import prepare_environment

    prepare_environment()
    import gradio as gr

    from gan_core.ui.context import Context
    from gan_core.ui.lab import build_lab_tab

    with gr.Blocks(analytics_enabled=False, fill_width=True) as demo, gr.Tabs(), gr.Tab("Lab"):
        build_lab_tab(Context(folder / "runs", "cpu"))
    launch(demo)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
