"""From the command line to a served page.

gradio is imported only after its environment is set, and after `--help` is answered.
"""

from __future__ import annotations

import argparse
import functools
import os
import signal
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_core import dependencies
from gan_core.errors import InputError
from gan_core.signals import INSISTENT, stop_signals
from gan_core.ui.hosts import LOCAL_HOSTS, host_name, is_local, on_a_space

if TYPE_CHECKING:
    import gradio as gr

    from gan_core.ui.context import Context

UPLOAD_LIMIT = "2gb"
SESSIONS = 300
"""Loaded pages that gradio remembers, 0.17 MiB each; by itself it remembers 10,000, closed ones too.

The least recently used is forgotten first, and a page that is looked at asks for something every few seconds. To one
that is forgotten all the same the app is as after a restart, with which every page goes on.
"""
ALL_NAMES = "*"

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
    allow_hosts: tuple[str, ...] = ()
    max_trainings: int | None = None
    plugins: tuple[str, ...] = ()

    @property
    def local(self) -> bool:
        """Whether only this machine can reach the app."""
        return is_local(self.host) and not self.share and not self.allow_hosts

    @property
    def warning(self) -> str:
        """A warning for the terminal when others can reach the app; empty when all is well.

        A Space says nothing: it is meant for the public, and its settings decide who may see it.
        """
        if self.local or self.auth is not None or on_a_space():
            return ""
        who = "everybody with the link" if self.share else "everybody who can reach this machine"
        return (
            f"WARNING: {who} can use this app without a login, train on this machine, and stop and delete trainings; "
            "start it with --auth USER:PASS to ask for a name and a password."
        )

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
        parser.add_argument(
            "--allow-host",
            metavar="NAME",
            action="append",
            default=[],
            dest="allow_hosts",
            help="another name under which the app is reached, such as gan.example.org behind a proxy (repeatable)",
        )
        parser.add_argument("--runs", metavar="DIR", help="folder of the trainings (default: runs)")
        parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
        parser.add_argument(
            "--max-trainings",
            type=int,
            metavar="N",
            default=os.environ.get("GAN_WORKBENCH_MAX_TRAININGS") or None,
            help="trainings at once, the next ones wait in line (default: one for two cores, at most four)",
        )
        parser.add_argument(
            "--plugin",
            metavar="FILE.py",
            action="append",
            default=[],
            dest="plugins",
            help="a Python file that registers parts of its own (repeatable)",
        )
        values = vars(parser.parse_args(arguments))
        values["plugins"] = tuple(values["plugins"])
        if values["auth"] is not None:
            user, colon, password = values["auth"].partition(":")
            if not (user and colon and password):
                parser.error("--auth is a name and a password with a colon between them, such as ada:secret.")
            values["auth"] = (user, password)
        for name in values["allow_hosts"]:
            if host_name(name) is None or ALL_NAMES in name:
                parser.error(
                    f"--allow-host is a name such as gan.example.org, without http:// or a path, not {name!r}."
                )
        values["allow_hosts"] = tuple(values["allow_hosts"])
        if values["port"] is not None and not 1 <= values["port"] <= 65535:
            parser.error(f"--port is 1 to 65535, not {values['port']}.")
        if values["max_trainings"] is not None and values["max_trainings"] < 1:
            parser.error(f"--max-trainings is a whole number from 1 on, not {values['max_trainings']}.")
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


def check_installed() -> None:
    """Leave with exit code 2 and a sentence when a library is not installed: better than a page on which nothing
    works."""
    if names := dependencies.missing():
        print(dependencies.sentence(names), file=sys.stderr)
        sys.exit(2)


def load_plugins(options: Options) -> None:
    """Load the plugins that were named; leave with exit code 2 and a sentence where that cannot be."""
    if not options.plugins:
        return
    from gan_core.parts import load_plugin

    try:
        for file in options.plugins:
            load_plugin(file)
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(2)


def prepare_environment() -> None:
    """Set what gradio reads while it is imported; what the person has set already stays."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    for name in ("NO_PROXY", "no_proxy"):  # gradio asks its own address, which no proxy knows
        hosts = [host for host in os.environ.get(name, "").split(",") if host]
        os.environ[name] = ",".join([*hosts, *(host for host in LOCAL_HOSTS[:2] if host not in hosts)])
    if "GRADIO_TEMP_DIR" not in os.environ:
        from gan_core.ui.temporary import temporary_folder

        os.environ["GRADIO_TEMP_DIR"] = str(temporary_folder())


def make_demo(options: Options, start_up: StartUp | None = None) -> gr.Blocks:
    """Build the page without starting anything: the first page load warms up the trainer.

    However the page is launched (`python app.py`, `gradio app.py`, a Space, `demo.launch()` in a test), it gets our
    theme, settings and guard: they are bound to its `launch`, whose arguments override each setting.
    """
    start_up = start_up or StartUp()
    prepare_environment()
    from gan_core.ui.app import build
    from gan_core.ui.context import Context
    from gan_core.ui.dispatch import guarded_events

    start_up.mark("imports")
    context = Context(options.runs, options.device, local=options.local, max_trainings=options.max_trainings)
    context.sweep_drafts()
    demo = build(context)
    setattr(demo, "launch", functools.partial(guarded_launch, demo, demo.launch, options, context))  # noqa: B010
    setattr(demo, "process_api", guarded_events(demo.process_api))  # noqa: B010
    setattr(demo, "context", context)  # noqa: B010
    start_up.mark("build")
    return demo


def guarded_launch(
    demo: gr.Blocks,
    launch: Callable[..., Any],
    options: Options | None = None,
    context: Context | None = None,
    **given: Any,
) -> Any:
    """`launch` of `demo` with our settings and, in front of every route, the guard (see `gan_core.ui.security`)."""
    from gradio.utils import get_upload_folder

    from gan_core.ui.hosts import AllowedHosts
    from gan_core.ui.housekeeping import every_minute, release_freed_memory
    from gan_core.ui.quota import UploadQuota, quota_bytes, sweep
    from gan_core.ui.security import GuardedApp

    settings = {**launch_settings(), **given}
    server = settings.get("server_name") or os.environ.get("GRADIO_SERVER_NAME") or Options.host
    extra = options.allow_hosts if options is not None else ()
    if context is not None and not (is_local(server) and not settings.get("share")):
        context.settings.local = False
    folder = Path(get_upload_folder())
    hosts = AllowedHosts(server, extra, share=lambda: getattr(demo, "share_url", None))
    app_settings = dict(settings.pop("app_kwargs", None) or {})

    def sweep_uploads() -> None:
        sweep(folder, demo.upload_file_set)

    app_settings.setdefault("lifespan", lambda _: every_minute(sweep_uploads, release_freed_memory))
    app = GuardedApp(hosts, UploadQuota(folder, quota_bytes()), **app_settings)
    return launch(**settings, app_kwargs=app_settings, _app=app)


def launch_settings() -> dict[str, Any]:
    """Settings of `launch` that hold wherever the app runs."""
    from gan_core.ui import frontend, theme

    return {
        "theme": theme.theme(),
        "head": theme.head(),
        "favicon_path": str(frontend.asset("header/logo.svg")),
        "footer_links": [],
        "run_history": False,  # it would keep every live answer in the browser and cost a third of the frame rate
        "enable_monitoring": False,
        "show_error": True,
        "max_file_size": UPLOAD_LIMIT,
        "state_session_capacity": SESSIONS,
        "num_workers": 0,  # they would serve files on ports of their own, past the guard
        "ssr_mode": False,
        "pwa": False,
    }


def serve(demo: gr.Blocks, options: Options, start_up: StartUp) -> int:
    """Serve until Ctrl-C, SIGTERM or SIGHUP (a closed terminal), then let this app's runs stop and save.

    Returns:
        The exit code.
    """
    from gan_core.runs.root_folder import runs_problem
    from gan_core.ui.trainings import import_torch

    context = getattr(demo, "context")  # noqa: B009
    try:
        if problem := runs_problem(context.runs.root):  # what is shipped can be explored all the same
            print(f"WARNING: {problem}", file=sys.stderr, flush=True)
        if options.device not in ("auto", "cpu"):
            context.settings.device_line()  # refuse a device that is not there before the page promises it
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
    for number in stop_signals():
        signal.signal(number, _interrupt)
    try:
        _first_byte(address)
        start_up.mark("first byte")
        print(f"GAN Workbench is at {address}" + (f" and {public}" if public else ""), flush=True)
        if options.warning:
            print(options.warning, file=sys.stderr, flush=True)
        print(f"Ready after {start_up}. Press Ctrl-C to end; trainings are stopped and saved.", flush=True)
        threading.Thread(target=import_torch, name="import", daemon=True).start()
        context.trainings.go_on_waiting()
        demo.block_thread()  # returns after Ctrl-C
    except KeyboardInterrupt:
        pass
    finally:
        demo.close(verbose=False)
        context.shutdown()
        if count := context.trainings.waiting():
            waiting = "1 training is" if count == 1 else f"{count} trainings are"
            print(f"{waiting} waiting; the line goes on when the app is started again.", flush=True)
    return 0


def _interrupt(number: int, _: object) -> None:
    """End the app as Ctrl-C does; a closed terminal and its shell both send SIGHUP, and the second must not disturb."""
    if number not in INSISTENT:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _first_byte(address: str) -> None:
    """Ask for the page once, as a browser would, so that the time printed is the time until it answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=30) as answer:
            answer.read(1)
    except OSError:
        pass  # an unusual --host cannot be reached from here; the browser may still be able to
