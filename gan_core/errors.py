"""Exceptions: `InputError` is shown to users as a sentence, `Cancelled` ends work that is no longer needed."""


class InputError(ValueError):
    """An argument or a file that cannot be used.

    The message is one complete sentence for users: what is wrong, and what is accepted. The shell prints it on one line
    and exits with code 2; the app shows it as a notice. All other exceptions are shown with a traceback, so that a bug
    is never mistaken for a wrong argument.
    """


class Cancelled(Exception):  # noqa: N818 - not an error: the caller asked for it
    """Raised out of long work by a progress callback when its result is no longer needed.

    The work that it ends leaves no files behind.
    """


class DamagedFileError(InputError):
    """A file that can be read but does not hold what was written into it."""
