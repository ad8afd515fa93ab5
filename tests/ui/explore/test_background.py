"""Work in the background ends with the app, and leaves torch's threads as they were."""

import threading

import torch

from gan_core.ui.explore import background


def test_work_is_done_on_one_core_and_ended_when_the_app_ends() -> None:
    before = torch.get_num_threads()
    begun, seen = threading.Event(), []

    def work(first: str) -> None:
        seen.append((first, torch.get_num_threads()))
        begun.set()
        while True:
            background.check()

    background.begin("work", work, "argument")
    assert begun.wait(10)
    background.end_all()
    assert seen == [("argument", 1)]
    assert not any(thread.name == "work" for thread in threading.enumerate())
    assert torch.get_num_threads() == before
    background.check()  # what begins afterwards may work
