"""One process a visitor."""

import os
import time
from collections.abc import Iterator

import pytest

from gan_core.errors import InputError
from gan_core.plane.worker_pool import WorkerPool

SMALL = {"batch_size": 8}


@pytest.fixture
def visitors() -> Iterator[WorkerPool]:
    visitors = WorkerPool(most=1, idle=1000)
    yield visitors
    visitors.close()


def opened(visitors: WorkerPool) -> str:
    """The token of a visitor that has just opened a training."""
    found = visitors.ask(None, {"do": "open", "settings": SMALL})
    assert found is not None
    return found[0]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_visitor_keeps_a_process_until_another_needs_the_place(visitors: WorkerPool) -> None:
    visitors.warm()
    (pid,) = visitors.pids()
    first = opened(visitors)
    assert visitors.pids() == [pid]  # the warm one was taken
    assert visitors.ask(first, {"do": "step"})[1]["step"] == 1
    with pytest.raises(InputError, match="There is no"):
        visitors.ask(first, {"do": "change", "settings": {"solver": "none"}})
    assert visitors.ask("guessed", {"do": "observe"}) is None
    with pytest.raises(InputError, match="serves 1 visitor"):
        visitors.ask("guessed", {"do": "open", "settings": SMALL})
    visitors.idle = 0
    second = opened(visitors)
    assert second != first
    assert not alive(pid)
    assert visitors.ask(first, {"do": "observe"}) is None
    (pid,) = visitors.pids()
    os.kill(pid, 9)
    deadline = time.monotonic() + 10
    while visitors.pids() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert visitors.ask(second, {"do": "observe"}) is None
    visitors.close()
    assert visitors.pids() == []
    with pytest.raises(InputError, match="closing"):
        visitors.ask(None, {"do": "open"})


def test_a_page_that_falls_silent_loses_its_process_and_one_that_is_here_keeps_it(visitors: WorkerPool) -> None:
    visit = opened(visitors)
    (pid,) = visitors.pids()
    assert visitors.stay(visit, hidden=False)
    visitors.tidy()
    assert visitors.ask(visit, {"do": "resume"})[1]["step"] == 0
    visitors.absent = 0
    visitors.stay(visit, hidden=True)  # a hidden page says nothing more, and finds its training again
    visitors.tidy()
    assert alive(pid)
    visitors.stay(visit, hidden=False)
    visitors.tidy()
    assert not alive(pid)
    assert not visitors.stay(visit, hidden=False)
