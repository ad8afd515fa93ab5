"""Why a training ended that was not meant to, in one sentence."""

from __future__ import annotations

import errno
from typing import TypeGuard

from gan_core import devices
from gan_core.errors import InputError
from gan_core.runs.folder import RunFolder

FULL = (errno.ENOSPC, errno.EDQUOT)
NOT_OF_A_DISK = (ConnectionError, ChildProcessError, ProcessLookupError, InterruptedError, BlockingIOError)
"""Errors of the system that no file gives."""


def is_of_the_disk(error: BaseException) -> TypeGuard[OSError]:
    """Whether a disk or a folder failed: full, read-only, closed, gone, on the other side of a dead network."""
    return isinstance(error, OSError) and error.errno is not None and not isinstance(error, NOT_OF_A_DISK)


def is_told(error: BaseException) -> bool:
    """Whether a sentence says all there is to say of the error; of any other, a bug perhaps, the traceback is
    wanted."""
    return is_of_the_disk(error) or devices.ran_out_of_memory(error)


def reason_for(error: BaseException, folder: RunFolder) -> str:
    """The sentence for an error that ended the training in `folder`."""
    if is_of_the_disk(error):
        if not folder.is_here:
            return (
                f"The folder of the run is no longer at {folder.path}: it was moved, renamed or deleted during the "
                "training, which has ended; what was saved is in it, and can be resumed there."
            )
        what = "The disk is full" if error.errno in FULL else f"The disk failed ({_shown(error)})"
        return f"{what}; {safe(folder)}."
    if devices.ran_out_of_memory(error):
        remedy = "choose a smaller batch_size, size or width, or device=cpu"
        return f"The device ran out of memory: {remedy}; {safe(folder)}."
    return str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"


def safe(folder: RunFolder) -> str:
    """What is not lost."""
    step = folder.saved_step()
    return "nothing was saved yet" if step is None else f"the last checkpoint is at step {step}"


def _shown(error: OSError) -> str:
    file = f": {error.filename}" if isinstance(error.filename, str) else ""
    return f"{error.strerror or error}{file}"
