"""The tags that messengers and search engines read."""

from __future__ import annotations

import asyncio
from importlib import resources
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route

from gan_core.ui.page_head import TITLE, PageHead, with_own_tags

GRADIO = resources.files("gradio").joinpath("templates", "frontend", "index.html").read_bytes()


def test_gradios_tags_are_exchanged_for_ours() -> None:
    assert b'content="Gradio"' in GRADIO
    page = with_own_tags(GRADIO)
    assert page.count(b"og:title") == 1
    assert f'<meta property="og:title" content="{TITLE}" />'.encode() in page
    for other in (
        b'content="Gradio"',
        b"@Gradio",
        b"@teamGradio",
        b"gradio.app/",
        b"header-image",
        b"og:url",
        b"{url}",
    ):
        assert other not in page.partition(b"</head>")[0], other
    assert page.partition(b"<body")[2] == GRADIO.partition(b"<body")[2]


def test_a_page_without_a_head_stays_as_it_is() -> None:
    assert with_own_tags(b"<p>hello</p>") == b"<p>hello</p>"


@pytest.mark.parametrize(("path", "changed"), [("/", True), ("/gradio_api/file=mine.html", False), ("/config", False)])
def test_only_pages_of_the_app_are_changed(path: str, changed: bool) -> None:
    def answer(request: Any) -> Any:
        if request.url.path == "/config":
            return JSONResponse({"head": "<head></head>"})
        return HTMLResponse("<html><head></head><body></body></html>")

    app = PageHead(Starlette(routes=[Route("/{rest:path}", answer)]))
    sent: list[Any] = []

    async def get() -> None:
        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [], "root_path": ""}
        await app({**scope, "http_version": "1.1", "server": ("x", 80), "scheme": "http"}, receive, send)

    asyncio.run(get())
    body = b"".join(message.get("body", b"") for message in sent)
    assert (b"og:title" in body) == changed
    lengths = [int(value) for name, value in sent[0]["headers"] if name == b"content-length"]
    assert lengths == [len(body)]
