"""The one exception that people are meant to read, and the one that means that they changed their mind."""


class InputError(ValueError):
    """An argument or a file that cannot be used.

    Its message is one complete sentence for the person at the keyboard: what was wrong, and what is accepted.
    The shell prints it on one line and leaves with exit code 2; the app shows it as a notice. Nothing else is
    ever shown without a traceback, so a bug is never mistaken for a wrong argument.
    """


class Cancelled(Exception):  # noqa: N818 - not an error: somebody wished it
    """Raised out of long work by a progress callback when nobody wants the result any more; nothing is left behind."""


class DamagedFileError(InputError):
    """A file that is there and can be read, but does not hold what was written into it."""
