"""Requests of the system to stop: Ctrl-C, termination, a closed terminal."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

INSISTENT = (signal.SIGINT, signal.SIGTERM)
"""Sent again, these end the process at once."""


def stop_signals() -> list[signal.Signals]:
    """The signals that ask a process to save and end.

    SIGHUP among them where it is not ignored: `nohup` ignores it so that work goes on when the terminal is closed.
    SIGBREAK on Windows, where consoles are closed with it.
    """
    found: list[signal.Signals] = [*INSISTENT]
    hang_up, close = getattr(signal, "SIGHUP", None), getattr(signal, "SIGBREAK", None)
    if hang_up is not None and signal.getsignal(hang_up) is not signal.SIG_IGN:
        found.append(hang_up)
    if close is not None:
        found.append(close)
    return found


@contextmanager
def stopping_on_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Within the block, call `stop` where the system asks this process to stop.

    A second Ctrl-C or termination ends the process at once. A second SIGHUP does not: a closed terminal and its shell
    both send one. Outside of the main thread, which alone may catch signals, nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handlers = {number: signal.getsignal(number) for number in stop_signals()}

    def handle(number: int, _: object) -> None:
        if number in INSISTENT:
            for each in INSISTENT:
                signal.signal(each, signal.SIG_DFL)
        stop()

    for number in handlers:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in handlers.items():
            if handler is not None:  # one that was not set from Python cannot be set again
                signal.signal(number, handler)
