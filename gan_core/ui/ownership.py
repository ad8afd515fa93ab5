"""A page owns the runs that it started: whoever changes another's run says its name first. Checked here, whatever a page shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gan_core.errors import InputError
from gan_core.runs.folder import RunFolder
from gan_core.runs.owners import is_owner


def allow(folder: RunFolder, request: Mapping[str, Any], action: str) -> None:
    """Raise InputError unless the request comes from the browser that started the run, or confirms the run by its name.

    `request` holds `owner`, the browser's mark, or `confirmed`, the name of the run that the person was asked about.
    """
    if is_owner(folder.path, request.get("owner")) or request.get("confirmed") == folder.name:
        return
    raise InputError(f"{folder.name} was started elsewhere: confirm by its name to {action} it.")


def mark_of(request: Mapping[str, Any]) -> str:
    """The browser's mark in a request; empty where it sends none, as a program does."""
    mark = request.get("owner")
    return mark if isinstance(mark, str) else ""
