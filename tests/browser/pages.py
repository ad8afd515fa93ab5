"""What the browser tests share: a page served by a process of its own, and a browser page under watch."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.ports import free_port

if TYPE_CHECKING:
    import gradio as gr

ROOT = Path(__file__).parents[2]
PATIENCE = 180_000
"""Milliseconds: two cores train, serve and draw for two workers at once here."""


def launch(demo: gr.Blocks) -> None:
    """Print the address of `demo` and stay: the last line of a module for `served`."""
    from gan_core.ui.launch import guarded_launch

    _, address, _ = guarded_launch(demo, demo.launch, quiet=True, prevent_thread_lock=True)
    print(address, flush=True)
    demo.block_thread()


@contextlib.contextmanager
def served(module: str, *arguments: str) -> Iterator[str]:
    """The address that `python -m module` prints, for as long as the block lasts."""
    command = [sys.executable, "-m", module, *arguments]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.txt"
        with (
            log.open("w") as errors,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=ROOT) as process,
        ):
            assert process.stdout is not None
            try:
                address = next((line.strip() for line in process.stdout if line.startswith("http")), None)
                assert address is not None, log.read_text()
                yield address
            finally:
                process.terminate()
        check_log(log)


def check_log(log: Path) -> None:
    """Whatever the page sent has fitted the models of the protocol, and no bug of the server was printed."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    odd = [n for n, line in enumerate(lines) if "does not take what was sent" in line or line.startswith("Traceback")]
    assert not odd, "\n".join(lines[max(0, odd[0] - 3) : odd[0] + 60])


@contextlib.contextmanager
def running_app(runs: Path, *arguments: str, **environment: str) -> Iterator[str]:
    """The address of `python app.py` over the folder `runs`, on a free port, for as long as the block lasts."""
    url = f"http://127.0.0.1:{free_port()}"
    runs.parent.mkdir(parents=True, exist_ok=True)
    log = runs.parent / "log.txt"
    command = [sys.executable, "app.py", "--port", url.rpartition(":")[2], "--runs", str(runs), "--device", "cpu"]
    command += arguments
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **environment}
        )
        try:
            deadline = time.monotonic() + PATIENCE / 1000
            while True:
                try:
                    urllib.request.urlopen(url, timeout=2).read()
                    break
                except OSError:
                    assert process.poll() is None, log.read_text()
                    assert time.monotonic() < deadline, "the app does not answer"
                    time.sleep(0.2)
            yield url
        finally:
            process.terminate()
            process.wait(60)
    check_log(log)


@dataclass
class Complaints:
    """What no page may do."""

    console: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


COMPLAINTS: dict[Page, Complaints] = {}
STORED = "cookies,local_storage,indexeddb,cache_storage,service_workers"
_AT_REST: dict[tuple[Browser, str], list[BrowserContext]] = {}
"""Contexts that no test uses now, by their settings."""


def _forget(context: BrowserContext, address: str) -> None:
    """Close all pages of a context, and remove what they have stored and been allowed."""
    pages, last = context.pages, context.new_page()
    origins = {
        "/".join(url.split("/")[:3]) for url in (address, *(page.url for page in pages)) if url.startswith("http")
    }
    for page in pages:
        page.close()
    session = context.new_cdp_session(last)
    for origin in origins:
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": STORED})
    context.clear_cookies()
    context.clear_permissions()
    last.close()


@contextlib.contextmanager
def watched(
    browser: Browser, address: str, *harmless: str, path: str = "", again: bool = True, **context_settings: Any
) -> Iterator[Page]:
    """`address` + `path` for a visitor of whom nothing is stored; at the end nothing may have complained and no other host
    been asked.

    Requests that begin with one of `harmless` are not counted as another host's. Browser contexts are used again, one
    visitor after another: the app's files are in their cache then, compiled, which is half of what opening its page costs.
    Not `again` where the context itself is changed: its clock, its routes.
    """
    at_rest = _AT_REST.setdefault((browser, json.dumps(context_settings, sort_keys=True)), [])
    context = at_rest.pop() if again and at_rest else browser.new_context(**context_settings)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    complaints = COMPLAINTS[page] = Complaints()

    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.console.append(f"{message.text} ({message.location.get('url')})")

    def ask(asked: Request) -> None:
        if not asked.url.startswith((address, "data:", "blob:", *harmless)):
            complaints.foreign.append(asked.url)

    page.on("console", console)
    page.on("pageerror", lambda error: complaints.console.append(str(error)))
    page.on("request", ask)
    page.goto(address + path)
    yield page
    if again:
        _forget(context, address)
        at_rest.append(context)
    else:
        context.close()
    assert complaints.foreign == [], complaints.foreign
    assert complaints.console == [], complaints.console
