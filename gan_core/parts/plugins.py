"""Plugins: files and installed packages that register parts."""

from __future__ import annotations


def load_installed() -> None:
    """Load the plugins of installed packages, once."""
