"""Ownership of runs: a page owns those that it started, and changing another's needs a confirmation by name.

It is checked in the server, independent of the page.
"""

from __future__ import annotations

from gan_core.errors import InputError
from gan_core.runs.folder import RunFolder
from gan_core.runs.owners import is_owner
from gan_core.ui.protocol import ConfirmedRequest


def allow(folder: RunFolder, request: ConfirmedRequest, action: str) -> None:
    """Raise InputError unless the request comes from the browser that started the run, or confirms the run by its
    name."""
    if is_owner(folder.path, request.owner) or request.confirmed == folder.name:
        return
    raise InputError(f"{folder.name} was started elsewhere: confirm by its name to {action} it.")
