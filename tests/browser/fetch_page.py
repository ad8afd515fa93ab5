"""The app with MNIST on a server of its own: `python -m tests.browser.fetch_page FOLDER`. The first file comes whole once
FOLDER/go is there."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path


def serve(folder: Path) -> None:
    """Print the address and stay."""
    import os

    os.environ["GRADIO_TEMP_DIR"] = str(folder / "temporary")
    os.environ["GAN_WORKBENCH_CACHE"] = str(folder / "cache")
    from torchvision import datasets

    from gan_core.ui.launch import Options, make_demo
    from tests.data.small_mnist import mirror

    with mirror() as state:
        state.stall = next(iter(state.files))
        datasets.MNIST.mirrors = [state.address]
        datasets.MNIST.resources = state.resources

        def let_go() -> None:
            while not (folder / "go").exists():
                time.sleep(0.05)
            state.go_on.set()

        threading.Thread(target=let_go, daemon=True).start()
        demo = make_demo(Options(runs=str(folder / "runs"), device="cpu"))
        _, address, _ = demo.launch(quiet=True, prevent_thread_lock=True)
        print(address, flush=True)
        demo.block_thread()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
