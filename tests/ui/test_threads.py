"""One core inside, the usual number after; and whoever is waited for goes first."""

import threading
import time

import pytest
import torch

from gan_core.ui import threads


def test_one_core_inside_and_the_usual_number_after_even_after_a_failure() -> None:
    torch.set_num_threads(2)
    threads._usual.cache_clear()
    with threads.one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2
    with pytest.raises(ValueError, match="broken"), threads.one_thread():
        raise ValueError("broken")
    assert torch.get_num_threads() == 2
    threads._usual.cache_clear()


def test_between_two_pieces_of_long_work_whoever_is_waited_for_goes_first() -> None:
    turns, order = threads.PriorityLock(), list[str]()
    inside, go_on = threading.Event(), threading.Event()

    def long_work() -> None:
        for piece in range(3):
            with turns.patient():
                order.append(f"piece {piece}")
                if piece == 0:
                    inside.set()
                    go_on.wait(10)

    def picture(name: str) -> None:
        with turns:
            order.append(name)

    workers = [threading.Thread(target=long_work)]
    workers[0].start()
    assert inside.wait(10)
    for name in ("a picture", "another picture"):
        workers.append(threading.Thread(target=picture, args=(name,)))
        workers[-1].start()
    deadline = time.monotonic() + 10
    while turns._urgent < 2 and time.monotonic() < deadline:
        time.sleep(0.001)
    go_on.set()
    for worker in workers:
        worker.join(10)
    assert order[0] == "piece 0"
    assert set(order[1:3]) == {"a picture", "another picture"}
    assert order[3:] == ["piece 1", "piece 2"]


def test_turns_are_free_again_after_a_failure() -> None:
    turns = threads.PriorityLock()
    with pytest.raises(ValueError, match="broken"), turns:
        raise ValueError("broken")
    with pytest.raises(ValueError, match="broken"), turns.patient():
        raise ValueError("broken")
    with turns:
        assert turns._taken
