"""The front end: the modules under `web/`, served as files and mounted by one `gr.HTML` each.

`web/shared/mount.js` says how a component is built. Here is the half of it that Python does:

* `component` makes the `gr.HTML` from the HTML and CSS of a component, and a short script that imports its module;
* `script` is JavaScript for the `js=` of an event that calls a function of a module;
* `serve_module` answers for the modules, `/web/DIGEST/train/live.js`. The digest is of all modules together and part of
  the path: relative imports keep it, browsers keep the files for good, and another version has other addresses.

All modules are read once, at the start, so that what is served is what the digest says. They hold nothing of a person
and ask for no login, as gradio's own scripts do not; the server functions behind them do.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import gradio as gr
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from gan_core.ui.dispatch import exposed

ROUTE = "/web/{digest}/{path:path}"
FIRST = ("header/header", "train/live")
"""What the page shows first: these modules and what they import are fetched before the others."""
FOREVER = "public, max-age=31536000, immutable"
IMPORT = re.compile(r"""^(?:import|export)\b[^;]*?\bfrom\s*"(\.[^"]+)";""", re.MULTILINE)

MOUNT = """// events: %(events)s
element.dataset.mounting = "yes";
const address = new URL(%(address)s, document.baseURI).href;
import(address).then((module) => module.mount({ element, props, server, trigger, upload, watch })).catch((error) => {
  console.error(error);
  const notice = document.createElement("div");
  notice.className = "gw-notice";
  notice.dataset.kind = "error";
  notice.setAttribute("role", "alert");
  notice.textContent = "This part of the page could not be loaded. Reload the page; if that does not help, start the app again.";
  element.prepend(notice);
}).finally(() => { delete element.dataset.mounting; });
"""
"""The script of a component. It must do without any module itself: to say that one is missing is its task."""


def asset(path: str) -> Traversable:
    """A file of the front end, such as `shared/theme.css`."""
    return resources.files("gan_core.ui").joinpath("web", *path.split("/"))


def asset_text(path: str) -> str:
    """The text of a file of the front end."""
    return asset(path).read_text(encoding="utf-8")


@functools.cache
def modules() -> dict[str, bytes]:
    """Every module by its path under `web/`."""
    return dict(sorted(_scripts(asset(""), "")))


def _scripts(folder: Traversable, inside: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        path = f"{inside}{entry.name}"
        if entry.is_dir():
            found += _scripts(entry, f"{path}/")
        elif entry.name.endswith(".js"):
            found.append((path, entry.read_bytes()))
    return found


@functools.cache
def digest() -> str:
    """The version of the modules: it changes when one of them does."""
    summed = hashlib.sha256()
    for path, text in modules().items():
        summed.update(f"{path}\0{len(text)}\0".encode() + text)
    return summed.hexdigest()[:16]


def address(path: str) -> str:
    """Where a module is served, relative to the page: the app may lie behind a prefix of a proxy."""
    return f"web/{digest()}/{path}"


def imported(path: str) -> list[str]:
    """A module and all that it imports, directly or not."""
    found: list[str] = []
    waiting = [path]
    while waiting:
        current = waiting.pop()
        if current in found:
            continue
        found.append(current)
        for relative in IMPORT.findall(modules()[current].decode("utf-8")):
            waiting.append(_resolved(current, relative))
    return found


def _resolved(module: str, relative: str) -> str:
    parts = module.split("/")[:-1]
    for part in relative.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def preloads() -> str:
    """Tags for the head of the page: all modules are there when their tab is opened, so that it answers at once."""
    first = dict.fromkeys(path for name in FIRST if f"{name}.js" in modules() for path in imported(f"{name}.js"))
    later = [path for path in modules() if path not in first]
    lines = [f'<link rel="modulepreload" href="{address(path)}" />' for path in first]
    lines += [f'<link rel="modulepreload" href="{address(path)}" fetchpriority="low" />' for path in later]
    return "\n".join(lines)


async def serve_module(request: Request) -> Response:
    """Answer for one module; 404 for another version and for what is no module."""
    text = modules().get(request.path_params["path"]) if request.path_params["digest"] == digest() else None
    if text is None:
        return PlainTextResponse("There is no such module in this version of the app; reload the page.", 404)
    return Response(text, media_type="text/javascript", headers={"Cache-Control": FOREVER})


CALL = """(...values) => {
  const call = { path: %(path)s, name: %(name)s, values: [%(values)s] };
  window.dispatchEvent(new CustomEvent("gw:call", { detail: call }));
  if ("result" in call) return call.result;
  return import(new URL(%(address)s, document.baseURI).href).then((module) => module[call.name](...call.values));
}"""
"""A module that is loaded has offered its functions (see `web/shared/events.js`) and is called at once: whatever a
person does next comes after it."""


def script(path: str, function: str, *first: Any) -> str:
    """JavaScript for the `js=` of an event: calls a function of a module and gives back its value.

    Args:
        path: of the module under `web/`.
        function: one of those that it exports and offers.
        first: values that the function is given before the inputs of the event.
    """
    values = ", ".join([*map(json.dumps, first), "...values"])
    parts = {"path": json.dumps(path), "name": json.dumps(function), "values": values}
    return CALL % {**parts, "address": json.dumps(address(path))}


def literal(text: str) -> str:
    """`text` so escaped that gradio's templates (a JavaScript template string after Handlebars) give it back as is."""
    return text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${").replace("{{", "\\{{")


def component(
    name: str,
    /,
    *,
    elem_id: str | None = None,
    events: Sequence[str] = (),
    styles: Sequence[str] = (),
    pieces: Sequence[str] = (),
    markup: Mapping[str, str] | None = None,
    server_functions: Sequence[Callable[..., Any]] = (),
    value: Any = None,
    **options: Any,
) -> gr.HTML:
    """A component from `web/NAME.html`, `.css` (may be missing) and `.js`.

    Args:
        name: folder and name, such as `train/live`.
        elem_id: id of the element; without one the name with dashes.
        events: names of events that the script triggers, beside gradio's own such as `change`.
        styles: further style sheets, by name.
        pieces: further HTML files, by name, that take the place of `<!-- NAME -->` in the content.
        markup: HTML that takes the place of `<!-- KEY -->`, before the pieces do.
        server_functions: what the script may ask for, marked by `protocol.server_function`. What one raises arrives as
            `{"error": sentence}`.
        value: the component's value.
        options: for `gr.HTML`; those that it does not know become `props` of the script.
    """
    content = asset_text(f"{name}.html")
    for key, text in (markup or {}).items():
        content = content.replace(f"<!-- {key} -->", text)
    for piece in pieces:
        content = content.replace(f"<!-- {piece} -->", asset_text(f"{piece}.html"))
    sheets = [path for path in (f"{name}.css",) if asset(path).is_file()] + [f"{style}.css" for style in styles]
    return gr.HTML(  # a plain instance: gradio writes a `.pyi` file beside every subclass of a component
        value,
        html_template=literal(content),
        css_template=literal("\n".join(map(asset_text, sheets))),
        js_on_load=MOUNT % {"events": json.dumps(list(events)), "address": json.dumps(address(f"{name}.js"))},
        server_functions=[exposed(function) for function in server_functions],
        elem_id=elem_id or name.replace("/", "-"),
        apply_default_css=False,
        **options,
    )
