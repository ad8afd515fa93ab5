"""Where parts come from: this package, a plugin that is being loaded, or a script or notebook that registers its
own."""

from __future__ import annotations

import contextlib
import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

PACKAGE = str(Path(__file__).parents[1])
HERE = str(Path(__file__).parent)
NOTEBOOK = "notebook"
"""What a plugin without a file is called: parts that are registered in a notebook or at a prompt."""


@dataclass(frozen=True)
class Plugin:
    """A file or an installed package that registers parts."""

    name: str
    """The file's name (`hinge.py`), the package's name, or `NOTEBOOK`."""
    digest: str = ""
    """SHA-256 of its content in hexadecimal digits; empty where there is no file to read."""
    path: Path | None = None
    """The file; None for a package and a notebook."""

    @property
    def how_to_name(self) -> str:
        """The shell's option that loads it."""
        if self.name.endswith(".py"):
            return f"name it with --plugin {self.name}"
        if self.name == NOTEBOOK:
            return "put what the notebook registers into a file and name that with --plugin FILE.py"
        return f"install the package {self.name}"


_loading: list[Plugin] = []


@contextlib.contextmanager
def loading(plugin: Plugin) -> Iterator[None]:
    """Within the block, what is registered belongs to `plugin`."""
    _loading.append(plugin)
    try:
        yield
    finally:
        _loading.remove(plugin)


def digest_of_file(path: Path) -> str:
    """SHA-256 of a file in hexadecimal digits; raises OSError."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def origin() -> tuple[Plugin | None, int]:
    """Plugin (None for this package) and line of the registration that is going on."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(HERE):
        frame = frame.f_back
    file, line = (frame.f_code.co_filename, frame.f_lineno) if frame is not None else ("", 0)
    if file.startswith(PACKAGE):
        return None, line
    if _loading:
        return _loading[-1], line
    path = Path(file)
    try:
        return Plugin(path.name, digest_of_file(path), path), line
    except OSError:
        return Plugin(NOTEBOOK), line
