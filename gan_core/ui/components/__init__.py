"""Live parts of the screen: a gradio HTML component made from three files that lie side by side.

`live_html("train_live", server_functions=[poll])` reads `train_live.html`, `train_live.css` and `train_live.js` of this
package. The pattern, measured fastest of all ways to a moving picture (one request, no queue, no file):

* the `.html` file is the component's first content and is written once: it is not a template, so braces, back quotes
  and dollar signs mean themselves. Pass changing things through `value` and the script's `watch("value", ...)`;
* the `.css` file is scoped to the component by nesting. Colours are the page's variables (`--gw-...`, see theme.css),
  which follow light and dark by themselves;
* the `.js` file runs once, after the content is there, with `element`, `props`, `server`, `trigger`, `upload` and
  `watch` at hand, and with the helpers of `shared.js`: `find`, `ask`, `latestWins`, `every`, `say`. That the app has
  stopped is said, and recovered from, by `connection.js` for all of them: a request goes through `ask`;
* a server function takes ONE object (several JavaScript arguments would arrive as one list) and returns JSON. What it
  raises never reaches the browser by itself, so every function is wrapped (see `gan_core.ui.answers`) and answers
  `{"error": sentence}`.

Plain instances of `gr.HTML` on purpose: gradio writes a `.pyi` file beside every *subclass* of a component.
"""

from collections.abc import Callable, Sequence
from importlib import resources
from typing import Any

import gradio as gr

from gan_core.ui.answers import responding, sentence_of
from gan_core.ui.frontend import literal


def component_file(name: str) -> str:
    """The text of a file that lies beside this module, such as `train_live.js`."""
    return resources.files(__name__).joinpath(name).read_text(encoding="utf-8")


def component_exists(name: str) -> bool:
    """Whether such a file lies beside this module."""
    return resources.files(__name__).joinpath(name).is_file()


def failure(error: Exception) -> dict[str, str]:
    """What the browser is told when a server function raises."""
    return {"error": sentence_of(error)}


def live_html(
    name: str,
    /,
    *,
    scripts: Sequence[str] = (),
    styles: Sequence[str] = (),
    pieces: Sequence[str] = (),
    server_functions: Sequence[Callable[..., Any]] = (),
    value: Any = None,
    elem_id: str | None = None,
    **options: Any,
) -> gr.HTML:
    """A live component from `name.html`, `name.css` (may be missing) and `name.js`.

    `scripts` names further `.js` files of this package that its own script builds on, `styles` further `.css` files, and
    `pieces` further `.html` files that take the place of `<!-- NAME -->` in its content.
    Further `options` go to `gr.HTML`; unknown ones become `props` of the script.
    """
    try:
        css = component_file(f"{name}.css")
    except FileNotFoundError:
        css = ""
    content = component_file(f"{name}.html")
    for piece in pieces:
        content = content.replace(f"<!-- {piece} -->", component_file(f"{piece}.html"))
    return gr.HTML(
        value,
        html_template=literal(content),
        css_template=literal("\n".join([css, *(component_file(f"{style}.css") for style in styles)])),
        js_on_load="\n".join(component_file(f"{script}.js") for script in ("connection", "shared", *scripts, name)),
        server_functions=[responding(function) for function in server_functions],
        elem_id=elem_id or name.replace("_", "-"),
        apply_default_css=False,
        **options,
    )
