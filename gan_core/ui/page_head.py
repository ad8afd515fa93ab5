"""The head of the page: what a link to it shows elsewhere, and the modules that it begins with.

Messengers and search engines read a page without running its scripts, and gradio offers no setting for these tags: ours
take the place of those that gradio's template has for itself. Pictures are left out: they would have to be named by an
address that others can reach. The first modules are named after gradio's `base`, to which their addresses are relative.
"""

from __future__ import annotations

import re
from html import escape

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gan_core.ui import frontend

TITLE = "GAN Workbench"
DESCRIPTION = "Train small GANs on your own machine and watch them learn, slide through their latent space, translate your pictures."
OTHERS = re.compile(rb"<meta\s+(?:property|name)=\"(?:og|twitter):[^\"]*\"[^>]*?/?>\s*")


def own_tags() -> bytes:
    """The tags of this page."""
    tags = {
        "og:title": TITLE,
        "og:site_name": TITLE,
        "og:type": "website",
        "og:description": DESCRIPTION,
        "description": DESCRIPTION,
        "twitter:card": "summary",
        "twitter:title": TITLE,
        "twitter:description": DESCRIPTION,
    }
    lines = []
    for name, content in tags.items():
        key = "property" if name.startswith("og:") else "name"
        lines.append(f'<meta {key}="{name}" content="{escape(content)}" />')
    return "\n".join(lines).encode()


def with_own_tags(page: bytes) -> bytes:
    """An HTML page with our tags in the place of all `og:` and `twitter:` ones; without a head it stays as it is."""
    start, head, rest = page.partition(b"<head>")
    if not head:
        return page
    inside, end, body = rest.partition(b"</head>")
    modules = frontend.preloads().encode()
    return start + head + b"\n" + own_tags() + b"\n" + OTHERS.sub(b"", inside) + modules + end + body


class PageHead:
    """ASGI middleware, the innermost one: what it changes is not compressed yet."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or "/gradio_api/" in scope["path"]:
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        parts: list[bytes] = []

        async def change(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_page(message):
                start = message
                return
            if start is None or message["type"] != "http.response.body":
                await send(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            page = with_own_tags(b"".join(parts))
            headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
            await send({**start, "headers": [*headers, (b"content-length", str(len(page)).encode())]})
            await send({"type": "http.response.body", "body": page})

        await self.app(scope, receive, change)


def _is_page(message: Message) -> bool:
    return any(
        name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in message.get("headers", [])
    )
