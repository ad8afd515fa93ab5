"""How many cores the server's own torch work takes."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager


@functools.cache
def _usual() -> int:
    import torch

    return torch.get_num_threads()


@contextmanager
def one_thread() -> Iterator[None]:
    """Torch works on one core inside: for pictures of milliseconds, for which a second core costs more than it brings.

    A training beside the server keeps the other core, and nothing waits for it. Afterwards the usual number is back,
    so that a translation, which takes seconds, can use them all.
    """
    import torch

    usual = _usual()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(usual)
