"""The Lab alone in an app of its own, for its browser tests and its benchmark: `python -m tests.browser.lab_page FOLDER`."""

from __future__ import annotations

import functools
import sys
from pathlib import Path

from tests.browser.pages import launch


def serve(folder: Path) -> None:
    """Print the address and stay."""
    from gan_core.ui.launch import prepare_environment

    prepare_environment()
    import gradio as gr

    from gan_core.plane.worker_pool import WorkerPool
    from gan_core.ui.lab import tab

    # One page follows another here: the place of one that was closed need not rest for a minute.
    tab.WorkerPool = functools.partial(WorkerPool, idle=0.0)
    with gr.Blocks(analytics_enabled=False, fill_width=True) as demo, gr.Tabs(), gr.Tab("Lab"):
        tab.build_lab_tab()
    launch(demo)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
