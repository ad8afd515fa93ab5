"""From the folders that pictures lie in to their classes, and why there are none where one would expect some."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from gan_core.data.files import part_of
from gan_core.data.left_out import NO_CLASS, STRAY

STRAY_SHARE = 0.25
"""Largest share of pictures beside class folders that are taken for strays; more of them, and the folders are no
classes."""


@dataclass(frozen=True)
class Layout:
    """The classes that the folders of a data set give."""

    class_of: Mapping[PurePosixPath, str] = field(default_factory=dict)
    """The class of every picture that is used; empty where there are no classes."""
    strays: Mapping[PurePosixPath, str] = field(default_factory=dict)
    """Pictures that are left out so that the others have classes, and the kind of `left_out` that they are."""
    why_none: str = ""
    """What keeps folders from being classes, as a whole sentence; empty where there are classes, or no such folders."""


def part(path: PurePosixPath) -> tuple[bool, str | None] | None:
    """(held out?, domain) as the first folder's name says, or None."""
    return part_of(path.parts[0]) if len(path.parts) > 1 else None


def class_folder(path: PurePosixPath) -> str | None:
    """The folder that names a picture's class: its first one that is no part of a data set; else its domain."""
    found = part(path)
    folders = path.parts[:-1] if found is None else path.parts[1:-1]
    if folders:
        return folders[0]
    return found[1] if found is not None else None


def without_wrapper(paths: Sequence[PurePosixPath]) -> dict[PurePosixPath, PurePosixPath]:
    """The paths, without a folder that wraps all pictures but a few that lie beside it.

    (Listing unwraps the others.)
    """
    inner = [path for path in paths if len(path.parts) > 1]
    first = {path.parts[0] for path in inner}
    few = len(paths) - len(inner) <= STRAY_SHARE * len(paths)
    if inner and few and len(inner) < len(paths) and len(first) == 1 and part_of(next(iter(first))) is None:
        shorter = {path: PurePosixPath(*path.parts[1:]) if len(path.parts) > 1 else path for path in paths}
        # A picture that lies directly in the wrapper would then stand beside the strays: there are no classes to save.
        if all(len(shorter[path].parts) > 1 for path in inner):
            return shorter
    return {path: path for path in paths}


def class_layout(paths: Collection[PurePosixPath]) -> Layout:
    """The classes that the folders of all pictures give, at least two, or the reason why not.

    Every picture needs one. Left out for that are a few pictures beside the class folders, and the held-out ones of a
    set whose `test` has no class folders (as those of competitions have) while its `train` has.
    """
    folders = {path: class_folder(path) for path in paths}
    names = {name for name in folders.values() if name is not None}
    if len(names) < 2:
        return Layout()
    only_parts = all(part(path) is not None for path in paths if len(path.parts) > 1)
    strays: dict[PurePosixPath, str] = {}
    beside: list[PurePosixPath] = []
    for path in sorted(path for path, name in folders.items() if name is None):
        found = part(path)
        if found is None or (only_parts and not found[0]):
            beside.append(path)
        elif only_parts:
            strays[path] = NO_CLASS
        else:
            folder = path.parts[0]
            return Layout(why_none=f"The folder {folder!r} beside {_some(names)} is read as a part of the data set, not as a class: rename it, or put every class folder into 'train' and 'test'.")  # fmt: skip
    if len(beside) > STRAY_SHARE * len(folders):
        pictures = f"{len(beside):,} pictures lie" if len(beside) > 1 else "1 picture lies"
        return Layout(why_none=f"{pictures} beside the folders {_some(names)}, such as {beside[0]}: put each into a class folder, or take them away.")  # fmt: skip
    strays |= dict.fromkeys(beside, STRAY)
    return Layout({path: name for path, name in folders.items() if name is not None}, strays)


def lone(layout: Layout) -> list[str]:
    """Classes with only one picture."""
    return sorted(name for name, count in Counter(layout.class_of.values()).items() if count == 1)


def _some(names: Collection[str]) -> str:
    shown = [repr(name) for name in sorted(names)[:3]]
    return ", ".join(shown) + (" …" if len(names) > 3 else "")
