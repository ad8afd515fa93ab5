"""Uploads: how much in all, and that what nobody uses goes by itself."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import gradio as gr
import httpx
import pytest
from PIL import Image
from starlette.datastructures import Headers

from gan_core.errors import InputError
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder
from gan_core.runs.drafts import SHARED_AGE, sweep_draft_folders
from gan_core.ui import quota, temporary, uploads
from gan_core.ui.context import Context
from gan_core.ui.launch import SESSIONS, guarded_launch
from gan_core.ui.quota import CUT_OFF_SECONDS, KEPT_SECONDS, UNUSED_SECONDS, Uses, quota_bytes, sweep

pytestmark = pytest.mark.filterwarnings("ignore:unclosed", "ignore::pytest.PytestUnraisableExceptionWarning")
ROOT = Path(__file__).parents[2]
LIMIT = 100_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("uploads")


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[Any]:
    """An empty page with a small quota."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(folder))
        patch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
        patch.setenv(quota.VARIABLE, str(LIMIT))
        with gr.Blocks(analytics_enabled=False) as made:
            gr.HTML("")
        guarded_launch(made, made.launch, quiet=True, prevent_thread_lock=True)
        yield made
        made.close(verbose=False)


@pytest.fixture
def client(demo: Any, folder: Path) -> Iterator[httpx.Client]:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    with httpx.Client(base_url=demo.local_url, trust_env=False, timeout=30) as client:
        yield client


def send(client: httpx.Client, size: int, letter: bytes = b"a") -> httpx.Response:
    return client.post("/gradio_api/upload", files={"files": ("a.bin", letter * size)})


def taken(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


# The quota --------------------------------------------------------------------------------------------------------


def test_all_uploads_together_have_a_quota(client: httpx.Client, folder: Path) -> None:
    assert send(client, 60_000).status_code == 200
    full = send(client, 60_000, b"b")
    assert full.status_code == 507
    assert full.text.startswith("There is no room for this upload: all uploads together may take 97.7 KB")
    assert full.text.count("\n") == 0
    assert "This upload is too large" in send(client, 2 * LIMIT).text
    assert send(client, 20_000, b"c").status_code == 200
    assert taken(folder) <= LIMIT
    for path in folder.rglob("a.bin"):
        path.unlink()
    assert send(client, 60_000, b"d").status_code == 200, "room again when the old ones are gone"


def test_results_do_not_count_as_uploads(client: httpx.Client, folder: Path) -> None:
    (folder / "made" / "key").mkdir(parents=True)
    (folder / "made" / "key" / "large.mp4").write_bytes(b"x" * 2 * LIMIT)
    assert send(client, 60_000).status_code == 200


def test_an_upload_that_does_not_announce_its_length_has_the_same_quota(
    client: httpx.Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "LOOK_AGAIN", 10_000)
    begin = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.bin"\r\n\r\n'

    def pieces(count: int) -> Iterator[bytes]:
        yield begin
        for _ in range(count):
            yield b"y" * 10_000
        yield b"\r\n--x--\r\n"

    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    assert client.post("/gradio_api/upload", content=pieces(5), headers=kind).status_code == 200
    full = client.post("/gradio_api/upload", content=pieces(40), headers=kind)
    assert full.status_code == 507
    assert "all uploads together may take 97.7 KB" in full.text
    assert taken(folder) <= LIMIT + 20_000, "what came until then, which the sweep removes"


def test_two_uploads_at_once_cannot_share_the_same_room(demo: Any, client: httpx.Client) -> None:
    """The first has announced what it will send, and sent nothing yet."""
    head = f"POST /gradio_api/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: {LIMIT - 10_000}\r\n"
    with socket.create_connection(("127.0.0.1", demo.server_port), timeout=10) as first:
        first.sendall(f"{head}Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n".encode())
        deadline = time.monotonic() + 20
        while send(client, 20_000).status_code != 507:
            assert time.monotonic() < deadline
    deadline = time.monotonic() + 20
    while send(client, 60_000, b"z").status_code != 200:  # it has gone, and its room with it
        assert time.monotonic() < deadline


def test_uploads_that_are_checked_at_the_same_moment_do_not_share_the_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking through the folder takes a while: here, until the other upload has looked too, where it may."""
    guard, both = quota.UploadQuota(tmp_path, LIMIT), threading.Barrier(2)
    stored = guard.stored

    def slowly() -> int:
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(timeout=0.5)
        return stored()

    monkeypatch.setattr(guard, "stored", slowly)
    outcomes: list[str] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def upload(arrived: threading.Barrier) -> None:
        try:
            async with guard.counted(Headers({"content-length": str(60 * LIMIT // 100)}), receive):
                outcomes.append("taken")
                await anyio.to_thread.run_sync(arrived.wait)
        except quota.OverQuota:
            outcomes.append("refused")
            await anyio.to_thread.run_sync(arrived.wait)

    async def at_once() -> None:
        arrived = threading.Barrier(2, timeout=20)
        async with anyio.create_task_group() as group:
            group.start_soon(upload, arrived)
            group.start_soon(upload, arrived)

    anyio.run(at_once)
    assert sorted(outcomes) == ["refused", "taken"]
    outcomes.clear()
    anyio.run(at_once)
    assert sorted(outcomes) == ["refused", "taken"], "what was claimed is given back"


def test_pieces_without_a_length_are_counted_while_they_are_being_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "LOOK_AGAIN", 10)
    guard = quota.UploadQuota(tmp_path, LIMIT)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"y" * (6 * LIMIT // 10), "more_body": True}

    async def two() -> None:
        async with guard.counted(Headers({}), receive) as first, guard.counted(Headers({}), receive) as second:
            await first()  # not written yet
            with pytest.raises(quota.OverQuota):
                await second()
            (tmp_path / "first").write_bytes(b"y" * (3 * LIMIT // 10))

    anyio.run(two)
    guard._take(quota._Claim(), 6 * LIMIT // 10)  # both have ended: only what lies there is counted


def test_a_full_disk_is_a_sentence(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quota.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 100})())
    full = send(client, 10_000)
    assert (full.status_code, "the disk of this machine is full" in full.text) == (507, True)


def test_the_quota_is_read_from_words() -> None:
    assert [quota_bytes(text) for text in ("500mb", "2 GB", "17", "")] == [500 * 2**20, 2 * 2**30, 17, 8 * 2**30]
    for wrong in ("many", "-1", "0", "1.5gb", "5 apples"):
        with pytest.raises(InputError, match="such as 500mb"):
            quota_bytes(wrong)


# What nobody uses -------------------------------------------------------------------------------------------------


def test_cut_off_and_unused_uploads_go_within_minutes_and_used_ones_stay(tmp_path: Path) -> None:
    now, uses = time.time(), Uses()
    names = ("fresh", "unused", "used", "old")
    files = {name: tmp_path / f"hash-{name}" / f"{name}.png" for name in names}
    for file in files.values():
        file.parent.mkdir()
        file.write_bytes(b"x")
    for name in ("used", "old"):
        uses.mark(files[name])
    cut_off, arriving = tmp_path / "tmpabc", tmp_path / "tmpdef"
    for draft in (cut_off, arriving):
        draft.write_bytes(b"half")
    ours = tmp_path / "made" / "key" / "tmpfilm.mp4"
    ours.parent.mkdir(parents=True)
    ours.write_bytes(b"x")
    for path, age in (
        (files["unused"], UNUSED_SECONDS + 1),
        (files["fresh"], UNUSED_SECONDS - 30),
        (files["used"], UNUSED_SECONDS + 1),
        (files["old"], KEPT_SECONDS + 1),
        (cut_off, CUT_OFF_SECONDS + 1),
        (arriving, CUT_OFF_SECONDS - 30),
        (ours, 10 * KEPT_SECONDS),
    ):
        os.utime(path, (now - age, now - age))
    finished = {str(file) for file in files.values()}
    assert set(sweep(tmp_path, finished, now, uses)) == {files["unused"], files["old"], cut_off}
    assert not files["unused"].parent.exists(), "nor its folder"
    assert files["fresh"].exists()
    assert files["used"].exists()
    assert arriving.exists()
    assert ours.exists()
    assert UNUSED_SECONDS <= 15 * 60


def test_what_is_known_of_an_upload_goes_with_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now, uses = time.time(), Uses()
    removed, kept, moved = files = [tmp_path / name / "a.png" for name in ("removed", "kept", "moved")]
    for file in files:
        file.parent.mkdir()
        file.write_bytes(b"x")
        uses.mark(file)
    finished = {str(file) for file in files}
    moved.unlink()  # by gradio, which looks through its files once an hour
    os.utime(removed, (now - KEPT_SECONDS - 1, now - KEPT_SECONDS - 1))
    assert sweep(tmp_path, finished, now, uses) == [removed]
    assert str(removed) not in finished
    assert str(kept) in finished
    assert [file in uses for file in files] == [False, True, False]
    os.utime(kept, (now - KEPT_SECONDS - 1, now - KEPT_SECONDS - 1))

    def refused(self: Path) -> None:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refused)
        assert sweep(tmp_path, finished, now, uses) == []
    assert sweep(tmp_path, finished, now, uses) == [kept], "what could not be removed is tried again"


def test_gradio_remembers_a_bounded_number_of_pages(demo: Any, client: httpx.Client) -> None:
    """Every page that is loaded has a session of its own, which gradio keeps after the page was closed."""
    component, sessions = next(iter(demo.blocks)), demo.app.state_holder.session_data
    for number in range(SESSIONS + 5):
        call = {"session_hash": f"page{number}", "component_id": component, "fn_name": "none", "data": {}}
        client.post("/gradio_api/component_server", json=call)
    assert len(sessions) == SESSIONS
    assert "page4" not in sessions
    assert f"page{SESSIONS + 4}" in sessions


def test_what_a_page_uses_is_marked_as_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    file = tmp_path / "hash" / "a.png"
    file.parent.mkdir()
    file.write_bytes(b"x")
    long_ago = time.time() - UNUSED_SECONDS - 5
    os.utime(file, (long_ago, long_ago))
    assert uploads.uploaded(str(file)) == file
    assert sweep(tmp_path, {str(file)}) == []
    assert file.exists()


def test_a_running_app_sweeps_an_upload_that_was_cut_off(
    demo: Any, client: httpx.Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that breaks in the middle of a file leaves gradio's draft behind."""
    head = "POST /gradio_api/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50000\r\n"
    part = '--x\r\nContent-Disposition: form-data; name="files"; filename="a.bin"\r\n\r\n' + "y" * 20_000
    with socket.create_connection(("127.0.0.1", demo.server_port), timeout=10) as cut:
        cut.sendall(f"{head}Content-Type: multipart/form-data; boundary=x\r\n\r\n{part}".encode())
        deadline = time.monotonic() + 20
        while not list(folder.glob("tmp*")):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    later = time.time() + CUT_OFF_SECONDS + 60
    assert [path.parent for path in sweep(folder, demo.upload_file_set, later)] == [folder]
    assert not list(folder.glob("tmp*"))


# Apps that were killed --------------------------------------------------------------------------------------------

PROGRAM = """
import sys, time
from gan_core.ui.temporary import temporary_folder
print(temporary_folder(), flush=True)
time.sleep(600)
"""


def app(cache: Path) -> tuple[subprocess.Popen[str], Path]:
    """A process that holds a folder for uploads, and that folder."""
    env = {**os.environ, "XDG_CACHE_HOME": str(cache), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_the_folder_of_a_killed_app_goes_at_the_next_start_and_that_of_a_living_one_stays(tmp_path: Path) -> None:
    killed, left = app(tmp_path)
    living, kept = app(tmp_path)
    try:
        (left / "hash").mkdir()
        (left / "hash" / "large.zip").write_bytes(b"x" * 1000)
        killed.send_signal(signal.SIGKILL)
        killed.wait(20)
        assert left.exists()
        third, own = app(tmp_path)
        try:
            assert not left.exists()
            assert kept.exists()
            assert own.exists()
        finally:
            third.kill()
            third.communicate()
    finally:
        for process in (killed, living):
            process.kill()
            process.communicate()


def test_the_folder_of_another_machine_stays_for_a_day(tmp_path: Path) -> None:
    names = ("app-00000000-1-0-x", "app-old-style", f"app-{temporary._machine()}-999999999-1-x")
    elsewhere, before, ours = (tmp_path / name for name in names)
    for place in (elsewhere, before, ours):
        place.mkdir()
    assert temporary.sweep_folders(tmp_path) == [ours]
    for place in (elsewhere, before):
        os.utime(place, (0, 0))
    assert sorted(temporary.sweep_folders(tmp_path)) == [elsewhere, before]


def test_a_home_that_cannot_be_written_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(temporary.tempfile, "gettempdir", lambda: str(tmp_path))
    made = temporary.temporary_folder()
    assert made.is_dir()
    assert made.is_relative_to(tmp_path)


# Pictures kept beside the runs ------------------------------------------------------------------------------------


def pictures(folder: Path, tone: int, count: int = 2) -> list[str]:
    folder.mkdir()
    for number in range(count):
        Image.new("RGB", (8, 8), (tone, number, 0)).save(folder / f"{number}.png")
    return [str(path) for path in sorted(folder.iterdir())]


def test_kept_pictures_give_way_when_there_is_no_room_but_never_those_of_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = Context(tmp_path / "runs", "cpu")
    first, second = (uploads.keep_upload(context.runs, pictures(tmp_path / str(tone), tone)) for tone in (1, 2))
    RunFolder.create(context.runs.root, Recipe.named("dcgan").replace(data=second))
    size = sum(file.stat().st_size for file in Path(first).iterdir())
    monkeypatch.setenv(quota.VARIABLE, str(int(1.5 * size)))
    files = pictures(tmp_path / "3", 3)
    with pytest.raises(InputError, match="There is no room for these pictures"):
        uploads.keep_upload(context.runs, files)
    os.utime(first, (0, 0))
    third = uploads.keep_upload(context.runs, files)
    assert (Path(first).exists(), Path(second).exists(), Path(third).exists()) == (False, True, True)
    assert uploads.keep_upload(context.runs, files) == third, "the same pictures are kept once"
    assert not [path for path in Path(third).parent.iterdir() if path.name.startswith(".")]


def test_folders_of_drafts_go_when_nobody_writes_them(tmp_path: Path) -> None:
    old, new = tmp_path / ".draft-old", tmp_path / ".draft-new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "model.safetensors").write_bytes(b"x")
    past = time.time() - SHARED_AGE - 1
    for path in (old / "model.safetensors", old, new):
        os.utime(path, (past, past))
    (tmp_path / "kept").mkdir()
    assert sweep_draft_folders(tmp_path) == [old]
    assert (new / "model.safetensors").exists()
