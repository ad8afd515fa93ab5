"""Ports for servers that a test or a benchmark starts."""

from __future__ import annotations

import itertools
import os
import socket

LOWEST, HIGHEST = 11_000, 32_000
"""Below those that systems give out by themselves: nobody gets one of these who has not asked for it by its number. And
above 10,080, the last that Chromium refuses to ask."""
BLOCK = 40
"""Ports that are one process's own, so that two which test at the same time do not meet."""
_TURNS = itertools.count()


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens at, and that this process has not told another server for a while."""
    blocks = (HIGHEST - LOWEST) // BLOCK
    first = LOWEST + os.getpid() % blocks * BLOCK
    for turn in itertools.islice(_TURNS, BLOCK):
        port = first + turn % BLOCK
        with socket.socket() as free:
            try:
                free.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise OSError(f"no port from {first} on is free")
