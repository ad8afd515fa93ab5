"""From the command line to a served page. Imports gradio only after its environment is set and `--help` is answered."""

from __future__ import annotations

import argparse
import atexit
import functools
import os
import shutil
import signal
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError

if TYPE_CHECKING:
    import gradio as gr

LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
UPLOAD_LIMIT = "2gb"
STALE_SECONDS = 24 * 3600

ENVIRONMENT = {
    "GRADIO_ANALYTICS_ENABLED": "False",  # no request to any other host
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "GRADIO_ANALYTICS_MAX_EVENTS": "100",  # the table of past events is recomputed after every queued event
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000",
}


@dataclass(frozen=True)
class Options:
    """What the command line of `app.py` says."""

    host: str = "127.0.0.1"
    port: int | None = None
    share: bool = False
    auth: tuple[str, str] | None = None
    runs: str | None = None
    device: str = "auto"

    @property
    def local(self) -> bool:
        """Whether only this machine can reach the app."""
        return self.host in LOCAL_HOSTS and not self.share

    @classmethod
    def parse(cls, arguments: Sequence[str]) -> Options:
        """Read the command line; leaves with exit code 2 and a sentence when it is wrong."""
        parser = argparse.ArgumentParser(prog="app.py", description="GAN Workbench: train, explore and translate.")
        parser.add_argument(
            "--host",
            default=os.environ.get("GRADIO_SERVER_NAME", cls.host),
            help="address to listen on (default: this machine only; 0.0.0.0 lets others in)",
        )
        parser.add_argument("--port", type=int, help="port (default: the first free one from 7860 on)")
        parser.add_argument("--share", action="store_true", help="make a public link through Gradio's servers")
        parser.add_argument("--auth", metavar="USER:PASS", help="ask for this name and password")
        parser.add_argument("--runs", metavar="DIR", help="folder of the trainings (default: runs)")
        parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
        values = vars(parser.parse_args(arguments))
        if values["auth"] is not None:
            user, colon, password = values["auth"].partition(":")
            if not (user and colon and password):
                parser.error("--auth is a name and a password with a colon between them, such as ada:secret.")
            values["auth"] = (user, password)
        if values["port"] is not None and not 1 <= values["port"] <= 65535:
            parser.error(f"--port is 1 to 65535, not {values['port']}.")
        return cls(**values)


class StartUp:
    """Stop-watch of the start: seconds for each part, since this module was first asked."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = {}
        self._last = time.perf_counter()

    def mark(self, part: str) -> None:
        """End the part called `part` now."""
        now = time.perf_counter()
        self.parts[part], self._last = now - self._last, now

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.parts.items())
        return f"{sum(self.parts.values()):.1f} s ({parts})"


def prepare_environment() -> None:
    """Set what gradio reads while it is imported; what the person has set already stays."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    for name in ("NO_PROXY", "no_proxy"):  # gradio asks its own address, which no proxy knows
        hosts = [host for host in os.environ.get(name, "").split(",") if host]
        os.environ[name] = ",".join([*hosts, *(host for host in LOCAL_HOSTS[:2] if host not in hosts)])
    if "GRADIO_TEMP_DIR" not in os.environ:
        os.environ["GRADIO_TEMP_DIR"] = str(_temporary_folder())


def _temporary_folder() -> Path:
    """An empty folder for uploads and downloads, removed at the end; those of killed apps are removed now."""
    parent = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gan-workbench" / "uploads"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        for old in parent.iterdir():
            if time.time() - old.stat().st_mtime > STALE_SECONDS:
                shutil.rmtree(old, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix="app-", dir=parent))
    except OSError:  # a home folder that cannot be written, as in some containers
        folder = Path(tempfile.mkdtemp(prefix="gan-workbench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def make_demo(options: Options, start_up: StartUp | None = None) -> gr.Blocks:
    """Build the page. Starts nothing: the first page load warms up the trainer.

    However the page is launched (`python app.py`, `gradio app.py`, a Space, `demo.launch()` in a test), it gets our
    theme and settings: they are bound to its `launch`, and whoever calls that may override each.
    """
    start_up = start_up or StartUp()
    prepare_environment()
    from gan_core.ui.app import build
    from gan_core.ui.context import Context

    start_up.mark("imports")
    context = Context(options.runs, options.device, local=options.local)
    demo = build(context)
    setattr(demo, "launch", functools.partial(demo.launch, **launch_settings()))  # noqa: B010 - a method, on purpose
    setattr(demo, "context", context)  # noqa: B010
    start_up.mark("build")
    return demo


def launch_settings() -> dict[str, Any]:
    """Settings of `launch` that hold wherever the app runs."""
    from gan_core.ui import theme

    return {
        "theme": theme.theme(),
        "head": theme.head(),
        "favicon_path": str(resources.files("gan_core.ui.components") / "logo.svg"),
        "footer_links": [],
        "run_history": False,  # it would keep every live answer in the browser and cost a third of the frame rate
        "enable_monitoring": False,
        "show_error": True,
        "max_file_size": UPLOAD_LIMIT,
        "ssr_mode": False,
        "pwa": False,
    }


def serve(demo: gr.Blocks, options: Options, start_up: StartUp) -> int:
    """Serve until Ctrl-C or SIGTERM, then let this app's runs stop and save. Returns the exit code."""
    context = getattr(demo, "context")  # noqa: B009
    try:
        if options.device not in ("auto", "cpu"):
            context.device_line()  # refuse a device that is not there before the page promises it
            start_up.mark("device")
        _, address, public = demo.launch(
            server_name=options.host,
            server_port=options.port,
            share=options.share,
            auth=options.auth,
            quiet=True,
            prevent_thread_lock=True,
        )
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"The app cannot listen there: {error} Choose another --host or --port.", file=sys.stderr)
        return 2
    if address is None:  # the second run of this file by `gradio app.py`, which serves the first one's page
        return 0
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        _first_byte(address)
        start_up.mark("first byte")
        print(f"GAN Workbench is at {address}" + (f" and {public}" if public else ""), flush=True)
        print(f"Ready after {start_up}. Press Ctrl-C to end; trainings are stopped and saved.", flush=True)
        context.import_models()
        demo.block_thread()  # returns after Ctrl-C
    except KeyboardInterrupt:
        pass
    finally:
        demo.close(verbose=False)
        context.shutdown()
    return 0


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _first_byte(address: str) -> None:
    """Ask for the page once, as a browser would, so that the time printed is the time until it answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=30) as answer:
            answer.read(1)
    except OSError:
        pass  # an unusual --host cannot be reached from here; the browser may still be able to
