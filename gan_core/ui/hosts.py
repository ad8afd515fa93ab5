"""Which names the app answers to, and which pages may ask it for something.

A name that an attacker controls can be made to point at this machine (DNS rebinding): the browser then takes the other
page and this app for one origin. So a request is answered only where its `Host` is a name that the app is served on. An
address of digits cannot be rebound, and every one is a way to this app when it listens on all of them.
"""

from __future__ import annotations

import ipaddress
import os
import re
import socket
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
ALL_ADDRESSES = ("0.0.0.0", "::")
ALLOW_HOSTS_VARIABLE = "GAN_WORKBENCH_ALLOW_HOSTS"
AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/@\\?#\[\],<>\"']+)(?::([0-9]{0,5}))?")
DEFAULT_PORTS = {"http": 80, "https": 443}


def host_name(name: str) -> str | None:
    """`name` as it is compared: lower case, without the brackets of an IPv6 address; None for what is no host's
    name."""
    parsed = authority(name)
    if parsed is None and ":" in name:  # an IPv6 address, which may be given without its brackets
        parsed = authority(f"[{name}]")
    return parsed[0] if parsed else None


def authority(text: str) -> tuple[str, int | None] | None:
    """Name and port of a `Host` header or of the middle of an address; None for what is neither."""
    match = AUTHORITY.fullmatch(text)
    if match is None:
        return None
    name, port = match[1].lower().removesuffix("."), int(match[2]) if match[2] else None
    if name.startswith("["):
        try:
            name = ipaddress.IPv6Address(name[1:-1]).compressed
        except ValueError:
            return None
    try:
        name = name.encode("idna").decode() if not name.isascii() else name
    except UnicodeError:
        return None
    return (name, port) if name and (port is None or port < 2**16) else None


def is_address(name: str) -> bool:
    """Whether a host's name is an IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_local(server_name: str) -> bool:
    """Whether an app that listens on `server_name` can be reached from this machine alone."""
    return (host_name(server_name) or server_name) in LOCAL_HOSTS


def space_hosts() -> list[str]:
    """Names of the Hugging Face Space that the app runs in; none elsewhere."""
    named = [name for name in map(host_name, os.environ.get("SPACE_HOST", "").split(",")) if name]
    owner, slash, space = os.environ.get("SPACE_ID", "").partition("/")
    if slash and not named:
        named.append(re.sub(r"[^a-z0-9]+", "-", f"{owner}-{space}".lower()).strip("-") + ".hf.space")
    return named


def on_a_space() -> bool:
    """Whether the app runs in a Hugging Face Space, which is meant for the public."""
    return bool(os.environ.get("SPACE_ID") or os.environ.get("SPACE_HOST"))


class AllowedHosts:
    """The names of one served app.

    `server_name` is what it listens on; `extra` are names under which a proxy or a router makes it known
    (`--allow-host`); `share` tells the address of Gradio's share link, which is known only once it is there.
    """

    def __init__(
        self, server_name: str = "127.0.0.1", extra: Iterable[str] = (), share: Callable[[], str | None] = lambda: None
    ) -> None:
        self._share = share
        listening = host_name(server_name) or server_name
        everywhere = listening in ALL_ADDRESSES
        self.any_address = everywhere
        """Whether every address of digits is one of ours."""
        known = [*extra, *os.environ.get(ALLOW_HOSTS_VARIABLE, "").split(","), *space_hosts()]
        self.public = frozenset(name for name in map(host_name, known) if name)
        """Names that were given for this app: a proxy may serve it there and ask us under another name."""
        names = {*LOCAL_HOSTS, listening, *self.public}
        if everywhere:
            machine = socket.gethostname().lower()
            names |= {machine, f"{machine.partition('.')[0]}.local", machine.partition(".")[0]}
        self.names = frozenset(name for name in names if name)

    def served(self, name: str) -> bool:
        """Whether the app is served under this name (as `host_name` writes it)."""
        return name in self.names or (self.any_address and is_address(name)) or name == self._shared()

    def _shared(self) -> str | None:
        address = self._share()
        return host_name(urlsplit(address).netloc) if address else None

    def trusts(self, origin: str, host: str, forwarded: str | None = None) -> bool:
        """Whether a page of `origin` is this app's own, in a request whose `Host` is `host`.

        `forwarded` is the `X-Forwarded-Host` of a proxy that asks under another name. The scheme is not compared: what
        came in as https is http behind a proxy.
        """
        scheme, separator, rest = origin.partition("://")
        page = authority(rest)
        if not separator or scheme not in DEFAULT_PORTS or page is None:
            return False  # also "null": a page without an origin, such as a sandboxed frame or a file
        name, port = page[0], page[1] or DEFAULT_PORTS[scheme]
        asked, default = authority(host), DEFAULT_PORTS[scheme]
        if asked is not None and (name, port) == (asked[0], asked[1] or default):
            return True
        through = authority(forwarded.split(",")[0].strip()) if forwarded else None
        if through is not None and self.served(through[0]) and (name, port) == (through[0], through[1] or default):
            return True
        return (name in self.public or name == self._shared()) and port in (default, asked[1] if asked else default)
