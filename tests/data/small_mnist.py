"""MNIST with a few pictures, on a server of one's own: `torchvision.datasets.MNIST` in the files of its format."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np

COUNTS = {"train": 20, "t10k": 6}


def idx(values: np.ndarray) -> bytes:
    """The file format of MNIST: a magic number with the number of dimensions, their lengths, bytes."""
    head = struct.pack(">HBB", 0, 8, values.ndim) + struct.pack(f">{values.ndim}I", *values.shape)
    return gzip.compress(head + values.astype(np.uint8).tobytes(), mtime=0)


def archives() -> dict[str, bytes]:
    """The four archives, in torchvision's order."""
    random, files = np.random.default_rng(0), {}
    for part, count in COUNTS.items():
        files[f"{part}-images-idx3-ubyte.gz"] = idx(random.integers(0, 256, (count, 28, 28)))
        files[f"{part}-labels-idx1-ubyte.gz"] = idx(np.arange(count) % 10)
    return files


@dataclass
class Mirror:
    """A server of `files`, in pieces. What becomes of a request is set by name of the file."""

    files: dict[str, bytes] = field(default_factory=archives)
    address: str = ""
    asked: list[str] = field(default_factory=list[str])
    stall: str = ""
    """The file of which only the first half comes, until `go_on` is set."""
    cut: str = ""
    """The file whose connection ends in the middle."""
    missing: bool = False
    go_on: threading.Event = field(default_factory=threading.Event)

    @property
    def resources(self) -> list[tuple[str, str]]:
        return [(name, hashlib.md5(data, usedforsecurity=False).hexdigest()) for name, data in self.files.items()]

    @property
    def bytes(self) -> int:
        return sum(map(len, self.files.values()))

    def answer(self, request: Any) -> None:
        name = request.path.rpartition("/")[2]
        self.asked.append(name)
        data = self.files.get(name)
        if data is None or self.missing:
            request.send_error(404)
            return
        request.send_response(200)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        half = len(data) // 2
        request.wfile.write(data[:half])
        request.wfile.flush()
        if name == self.stall:
            self.go_on.wait(60)
        if name != self.cut:
            request.wfile.write(data[half:])


@contextmanager
def mirror() -> Iterator[Mirror]:
    """A server on a free port, for as long as the block lasts."""
    state = Mirror()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with suppress(OSError):  # whoever asked has left
                state.answer(self)

        def log_message(self, *arguments: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    state.address = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield state
    finally:
        state.go_on.set()
        server.shutdown()
        server.server_close()
        thread.join()
