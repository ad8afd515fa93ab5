"""What stands between the network and the app: one ASGI middleware, in front of every route however the app is served.

The app has no accounts by default, and a browser lets any web page send requests to this machine. So:

* a request is answered only under a name that the app is served on (see `hosts`); * another site's page may open the
app's page by a link, and nothing else: not read, not change, not embed; * a body has the type that its route takes:
pages elsewhere can send forms and plain text without asking first, but no JSON; * no answer ever allows another origin
to read it, whatever gradio's own CORS middleware says; * what a route cannot make sense of is a sentence, not a
traceback; * uploads have a quota in all.

Programs (curl, gradio_client) send neither `Origin` nor `Sec-Fetch-Site` and are told apart from pages by that.
"""

from __future__ import annotations

import functools
import logging
import re
from pathlib import Path
from typing import Any

import gradio
from gradio.route_utils import FnIndexInferError
from gradio.routes import App, ORJSONResponse
from PIL import UnidentifiedImageError
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gan_core.ui import frontend
from gan_core.ui.hosts import AllowedHosts, authority, on_a_space
from gan_core.ui.page_head import PageHead
from gan_core.ui.quota import OverQuota, UploadQuota

log = logging.getLogger(__name__)

READING = ("GET", "HEAD")
PAGES = ("", "/")
UPLOADS = ("/gradio_api/upload",)
FORMS = ("/login",)
OWN_SITES = {"same-origin", "none"}
"""Values of `Sec-Fetch-Site` for the app's own page and for an address that was typed."""
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
JSON_LIMIT = 64 * 2**20
"""Bytes of one request that is no upload: a drawing of 4,000 x 4,000 pixels as a data URL has about half of it."""
FORM_LIMIT = 2**16
ELSEWHERE = re.compile(r"/gradio_api/(proxy=.*|file[=/]\s*[A-Za-z][A-Za-z0-9+.-]+:.*)", re.DOTALL)
"""Addresses that make gradio fetch something from another host. The app asks no other host for anything."""
FILES = re.compile(r"/gradio_api/(file[=/]|stream/)")
BAD_REQUEST = (
    *(TypeError, ValueError, LookupError, AttributeError, RecursionError, OverflowError),
    FnIndexInferError,  # an event that there is not
    UnidentifiedImageError,  # the page's icon at a size of pixels: it is drawn of lines
)
"""What gradio's routes raise on a request that names what does not exist, or has another shape than they read."""

FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@functools.cache
def page_policy(shared: bool = False) -> str:
    """The page's Content-Security-Policy: everything from here, nothing from elsewhere.

    Gradio and its live components compile templates and scripts from text, hence `unsafe-eval`, and write their
    configuration and styles into the page, hence `unsafe-inline`. What is left of an injected script can send nothing
    out. A shared page loads gradio's scripts from gradio's own server.
    """
    gradios = " ".join(["", *_share_sources()]) if shared else ""
    embedding = "'self' https://huggingface.co https://*.hf.space" if on_a_space() else "'self'"
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' 'unsafe-inline' 'unsafe-eval'{gradios}",
            f"style-src 'self' 'unsafe-inline'{gradios}",
            "img-src 'self' data: blob:",
            "media-src 'self' data: blob:",
            f"font-src 'self' data:{gradios}",
            f"connect-src 'self' data: blob:{gradios}",
            "worker-src 'self' blob:",
            "frame-src 'none'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors {embedding}",
        ]
    )


def _share_sources() -> list[str]:
    template = Path(gradio.__file__).parent / "templates" / "frontend" / "share.html"
    if not template.is_file():
        return []
    return sorted(set(re.findall(r"<script[^>]* src=\"(https://[^/\"]+)/", template.read_text(encoding="utf-8"))))


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """A request that is not passed on: an HTTP status and a sentence for the response."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


class Guard:
    """The ASGI middleware that refuses requests; the docstring of this module says which."""

    def __init__(self, app: ASGIApp, hosts: AllowedHosts, quota: UploadQuota) -> None:
        self.app, self.hosts, self.quota = app, hosts, quota

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            try:
                self._check_names(Headers(scope=scope), "GET", "")
            except Refused:
                await receive()
                await send({"type": "websocket.close", "code": 1008, "reason": "another origin"})
                return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers, method, path = Headers(scope=scope), scope["method"].upper(), route_path(scope)
        answered = False

        async def answer(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                self._mark(MutableHeaders(scope=message), scope, path)
            await send(message)

        try:
            self._check_names(headers, method, path)
            if ELSEWHERE.match(path):
                raise Refused(403, "This app fetches nothing from other addresses.")
            limited = self._check_body(headers, method, path)
            if limited is None:
                await self.app(scope, receive, answer)
            elif path.rstrip("/") in UPLOADS:
                async with self.quota.counted(headers, receive) as counted:
                    await self.app(scope, counted, answer)
            else:
                await self.app(scope, _at_most(limited, headers, receive), answer)
        except Refused as refusal:
            if answered:
                raise
            await self._refuse(refusal, scope, receive, answer)
        except OverQuota as full:
            if answered:
                raise
            await self._refuse(Refused(507, str(full)), scope, receive, answer)
        except ClientDisconnect:
            log.debug("%s %r: the client left before it had sent all", method, path)  # a page that was closed
        except BAD_REQUEST as error:
            if answered:
                raise
            log.warning("%s %r was not understood: %s: %s", method, path, type(error).__name__, error)
            await self._refuse(Refused(400, "The app cannot make sense of this request."), scope, receive, answer)
        except RuntimeError as error:
            if not isinstance(error.__cause__, HTTPException):
                raise
            # A stream of an event or session that there is not: its answer, which has begun, has said so.
            log.warning("%s %r: %s", method, path, error.__cause__)

    # Who asks -----------------------------------------------------------------------------------------------------

    def _check_names(self, headers: Headers, method: str, path: str) -> None:
        """Raise Refused unless the request names this app, and comes from its own page, a program or a link."""
        named = headers.getlist("host")
        asked = authority(named[0]) if len(named) == 1 else None
        if asked is None:
            raise Refused(400, "A request says in its Host header, once, which host it asks.")
        if not self.hosts.served(asked[0]):
            raise Refused(
                403,
                f"This app is not served as {asked[0][:100]}. To allow the name, start it with: "
                f"python app.py --allow-host {asked[0][:100]}",
            )
        sites = {site.strip().lower() for site in headers.getlist("sec-fetch-site")}
        origins = headers.getlist("origin")
        own = all(self._own(origin, headers) for origin in origins) and len(origins) <= 1
        foreign = not own or not sites <= OWN_SITES
        if not origins and not sites and not (method in READING and path in PAGES):
            referrer = headers.get("referer")  # browsers say `Sec-Fetch-Site` to https and to this machine only
            foreign = referrer is not None and not self._own(referrer, headers)
        if foreign and not (own and _is_link(headers, method, path)):
            raise Refused(403, "Another site's page may not use this app; open the app's own page.")

    def _own(self, address: str, headers: Headers) -> bool:
        scheme, separator, rest = address.partition("://")
        origin = scheme.lower() + separator + rest.partition("/")[0]
        return self.hosts.trusts(origin, headers["host"], headers.get("x-forwarded-host"))

    # What is sent -------------------------------------------------------------------------------------------------

    def _check_body(self, headers: Headers, method: str, path: str) -> int | None:
        """How many bytes of a body are accepted; None where there is none. Raises Refused for one of another type."""
        empty = headers.get("content-length", "0").strip() == "0" and "transfer-encoding" not in headers
        if method in (*READING, "OPTIONS") or (method not in ("POST", "PUT", "PATCH") and empty):
            return None
        kinds = headers.getlist("content-type")  # of two, who comes behind may read the other
        kind = kinds[0].partition(";")[0].strip().lower() if len(kinds) == 1 else ""
        route = path.rstrip("/")
        if route in UPLOADS:
            if kind != "multipart/form-data":
                raise Refused(415, "Files are uploaded as multipart/form-data.")
        elif route in FORMS:
            if kind not in FORM_TYPES:
                raise Refused(415, "The login is sent as a form.")
            return FORM_LIMIT
        elif kind != "application/json":
            raise Refused(415, "This address takes JSON, with the content type application/json.")
        return JSON_LIMIT

    # What is answered ---------------------------------------------------------------------------------------------

    def _mark(self, headers: MutableHeaders, scope: Scope, path: str) -> None:
        for name in [name for name in headers if name.lower().startswith("access-control-")]:
            del headers[name]
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if FILES.match(path):
            headers["Content-Security-Policy"] = FILE_POLICY  # an uploaded file never runs as a page of ours
        else:
            blocks = getattr(scope.get("app"), "blocks", None)
            headers["Content-Security-Policy"] = page_policy(bool(getattr(blocks, "share", False)))

    async def _refuse(self, refusal: Refused, scope: Scope, receive: Receive, send: Send) -> None:
        if refusal.status in (413, 507):
            await _drained(receive)  # a browser that still sends would see a broken connection instead of the sentence
        await PlainTextResponse(refusal.sentence, refusal.status)(scope, receive, send)


def route_path(scope: Scope) -> str:
    """The path as the routes see it: without the prefix under which a proxy serves the app."""
    path, root = str(scope["path"]), str(scope.get("root_path", "")).rstrip("/")
    return path[len(root) :] if root and (path == root or path.startswith(f"{root}/")) else path


def _is_link(headers: Headers, method: str, path: str) -> bool:
    """Whether the request opens the page, from a link of another site or in a frame (whose ancestors the policy
    names)."""
    kind = headers.get("sec-fetch-mode", "") == "navigate" and headers.get("sec-fetch-dest", "") not in (
        "object",
        "embed",
    )
    return kind and method in READING and path in PAGES


def _at_most(limit: int, headers: Headers, receive: Receive) -> Receive:
    """`receive`, for a body of at most `limit` bytes, whether it announces its length or not."""
    too_large = Refused(413, f"A request has at most {limit // 2**10:,} KiB; files are uploaded.")
    if headers.get("content-length", "").isdecimal() and int(headers["content-length"]) > limit:
        raise too_large
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise too_large
        return message

    return counted


async def _drained(receive: Receive) -> None:
    while True:
        message = await receive()
        if message["type"] != "http.request" or not message.get("more_body"):
            return


class GuardedApp(App):
    """Gradio's app with the guard in front of all other middleware, gradio's own CORS answers included."""

    def __init__(self, hosts: AllowedHosts, quota: UploadQuota, **settings: Any) -> None:
        settings.setdefault("default_response_class", ORJSONResponse)
        super().__init__(**settings)
        self.hosts, self.quota = hosts, quota
        self.add_route(frontend.ROUTE, frontend.serve_module, methods=["GET"], include_in_schema=False)

    def build_middleware_stack(self) -> ASGIApp:
        """Starlette's, called once, when everybody has added theirs."""
        self.user_middleware.insert(0, Middleware(Guard, hosts=self.hosts, quota=self.quota))
        self.user_middleware.append(Middleware(PageHead))
        return super().build_middleware_stack()
