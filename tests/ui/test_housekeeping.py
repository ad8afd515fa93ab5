"""What the server does once a minute."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path

import anyio
import pytest

from gan_core.ui import housekeeping
from gan_core.ui.housekeeping import every_minute, release_freed_memory

BLOCK, COUNT = 64 * 1024, 2000
"""Bytes below the least size that gets a mapping of its own, so that every block comes from a heap."""


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_freed_memory_goes_back_to_the_system() -> None:
    if not release_freed_memory():
        pytest.skip("this C library returns memory by itself")
    blocks = [bytearray(os.urandom(16)) * (BLOCK // 16) for _ in range(COUNT)]
    kept = blocks[9::10]  # between the freed ones, so that no heap can shrink at its end
    before = resident_bytes()
    del blocks
    release_freed_memory()
    assert before - resident_bytes() > 0.8 * BLOCK * (COUNT - len(kept))


def test_tasks_are_done_again_and_again_also_after_one_failed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(housekeeping, "MINUTE", 0.001)
    done, thrice = [], threading.Event()

    def fails() -> None:
        raise RuntimeError("not now")

    def counts() -> None:
        done.append(threading.current_thread())
        if len(done) == 3:
            thrice.set()

    async def serve() -> None:
        async with every_minute(fails, counts):
            await anyio.to_thread.run_sync(thrice.wait, 30)

    with caplog.at_level(logging.ERROR):
        anyio.run(serve)
    assert thrice.is_set()
    assert "not now" in caplog.text
    done[0].join(30)
    assert not done[0].is_alive(), "it ends with the server"
