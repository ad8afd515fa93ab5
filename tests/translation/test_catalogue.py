"""The catalogue and its download, against a server on this machine."""

from __future__ import annotations

import errno
import http.server
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from gan_core import fetching
from gan_core.errors import InputError
from gan_core.translation import catalogue
from gan_core.translation.catalogue import CATALOGUE, DownloadError, download, published

CONTENT = bytes(range(256)) * 5000
NAME = "horse2zebra"


@dataclass
class Server:
    """What the server does, and what it was asked for."""

    address: str = ""
    cut_after: int | None = None
    """Bytes after which it drops the connection."""
    ranges: bool = True
    tag: str = '"one"'
    content: bytes = CONTENT
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    state = Server()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range", "")
            state.asked.append(asked)
            if self.path != f"/models/{NAME}.pth":
                self.send_error(404)
                return
            start, content = 0, state.content
            match = re.fullmatch(r"bytes=(\d+)-", asked)
            if match and state.ranges and self.headers.get("If-Range") == state.tag:
                start = int(match[1])
                if start >= len(content):
                    self.send_error(416)
                    return
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            else:
                self.send_response(200)
            self.send_header("ETag", state.tag)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            self.wfile.write(content[start:][: state.cut_after])

        def log_message(self, *arguments: object) -> None:
            pass

    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    state.address = f"http://127.0.0.1:{web.server_port}/models"
    monkeypatch.setenv("GAN_WORKBENCH_CATALOGUE", state.address)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield state
    web.shutdown()
    thread.join()
    web.server_close()


def test_the_eighteen_published_models() -> None:
    assert len(CATALOGUE) == 18
    assert CATALOGUE["horse2zebra"].url.endswith("/cyclegan/pretrained_models/horse2zebra.pth")
    assert CATALOGUE["style_vangogh"].domains == ("photo", "Van Gogh")
    for entry in CATALOGUE.values():
        known = entry.known()
        assert known["licence"].startswith("BSD")
        assert entry.terms in known["data_licence"]


def test_a_name_nobody_published() -> None:
    with pytest.raises(InputError, match="Did you mean 'horse2zebra'"):
        published("horse2zebras")


def test_a_download_with_progress(server: Server, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []

    def note(done: int, total: int) -> None:
        if total:  # not known while the server has not answered
            seen.append((done, total))

    path = download(NAME, tmp_path / "cache", note)
    assert path.read_bytes() == CONTENT
    assert [file.name for file in path.parent.iterdir()] == [f"{NAME}.pth"]
    assert seen[0] == (0, len(CONTENT))
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert seen == sorted(seen)
    assert download(NAME, path.parent) == path
    assert len(server.asked) == 1  # what is there is not fetched again


def test_a_cut_connection_goes_on_where_it_was_cut(server: Server, tmp_path: Path) -> None:
    server.cut_after = 700_000
    with pytest.raises(DownloadError, match=r"cut after 0\.7 of 1\.3 MB; download again to go on"):
        download(NAME, tmp_path)
    assert (tmp_path / f"{NAME}.pth.part").stat().st_size == 700_000
    assert not (tmp_path / f"{NAME}.pth").exists()
    server.cut_after = None
    seen: list[int] = []
    assert download(NAME, tmp_path, lambda done, total: seen.append(done)).read_bytes() == CONTENT
    assert server.asked == ["", "bytes=700000-"]
    assert seen[0] == 700_000


def test_cancelled_and_taken_up_again(server: Server, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done > 500_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(NAME, tmp_path, stop)
    assert download(NAME, tmp_path).read_bytes() == CONTENT
    assert server.asked[1].startswith("bytes=5")


@pytest.mark.parametrize("change", ["no ranges", "another file", "a shorter file"])
def test_a_part_that_does_not_fit_is_fetched_anew(change: str, server: Server, tmp_path: Path) -> None:
    server.cut_after = 700_000
    with pytest.raises(DownloadError):
        download(NAME, tmp_path)
    server.cut_after = None
    if change == "no ranges":
        server.ranges = False
    elif change == "another file":
        server.tag, server.content = '"two"', CONTENT[::-1]
    else:
        server.content = CONTENT[:300_000]  # the same tag, so that the server answers 416
    assert download(NAME, tmp_path).read_bytes() == server.content


def test_a_file_that_is_not_there(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"has no such file \(any more\): .*/zebra2horse\.pth"):
        download("zebra2horse", tmp_path)
    assert not list(tmp_path.iterdir())


def test_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAN_WORKBENCH_CATALOGUE", "http://127.0.0.1:1/models")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(DownloadError, match=r"127\.0\.0\.1:1 cannot be reached \(.*\): a download needs a network"):
        download(NAME, tmp_path)


def test_a_full_disk(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=1000))
        with pytest.raises(DownloadError, match=r"The disk is full: .* needs room for about 1 MB more"):
            download(NAME, tmp_path)

    def full(done: int, total: int) -> None:
        if done:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DownloadError, match="The disk is full"):
        download(NAME, tmp_path, full)


def test_a_place_that_cannot_be_written(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(DownloadError, match="cannot be kept in"):
        download(NAME, tmp_path / "file")


def test_the_same_file_twice_at_once(server: Server, tmp_path: Path) -> None:
    def again(done: int, total: int) -> None:
        with pytest.raises(InputError, match="being downloaded already"):
            download(NAME, tmp_path)

    assert download(NAME, tmp_path, again).exists()
    assert not catalogue._active


def test_a_silent_server_is_left_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a name look-up nor a connection that says nothing delays a cancellation."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("GAN_WORKBENCH_CATALOGUE", f"http://127.0.0.1:{silent.getsockname()[1]}/models")
        monkeypatch.setenv("no_proxy", "127.0.0.1")

        def stop(done: int, total: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            download(NAME, tmp_path, stop)
        monkeypatch.setattr(fetching, "TRANSFER_PATIENCE", 0.3)
        for interval in (0.01, 1.0):  # the silence is noticed by our clock first, and by the socket
            monkeypatch.setattr(fetching, "INTERVAL", interval)
            with pytest.raises(DownloadError, match="cannot be reached"):
                download(NAME, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_file_far_larger_than_any_generator(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "LARGEST", 1000)
    with pytest.raises(DownloadError, match="far more than any generator"):
        download(NAME, tmp_path)
    assert not list(tmp_path.glob("*.pth"))
