"""The Lab alone in an app of its own, for its browser tests and its benchmark: `python tests/browser/lab_page.py FOLDER`."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


def serve(folder: Path) -> None:
    """Print the address and stay."""
    from gan_core.ui.launch import launch_settings, prepare_environment

    prepare_environment()
    import gradio as gr

    from gan_core.ui.context import Context
    from gan_core.ui.lab import build_lab_tab

    with gr.Blocks(analytics_enabled=False, fill_width=True) as demo, gr.Tabs(), gr.Tab("Lab"):
        build_lab_tab(Context(folder / "runs", "cpu"))
    _, address, _ = demo.launch(quiet=True, prevent_thread_lock=True, **launch_settings())
    print(address, flush=True)
    demo.block_thread()


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of the Lab, for as long as the block lasts."""
    command = [sys.executable, __file__, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            yield next(line.strip() for line in process.stdout if line.startswith("http"))
        finally:
            process.terminate()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    serve(Path(sys.argv[1]))
