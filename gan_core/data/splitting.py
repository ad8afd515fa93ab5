"""Which pictures are trained on, which are held out, and the class of each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from gan_core.data.classes import Layout, class_folder, class_layout, part
from gan_core.data.left_out import LOCKED_FOLDER, NO_TRAINING, NO_VALUE, TROUBLE, LeftOut

HELD_OUT_SHARE = 0.1
NO_TWO = "There are no classes: no value of that column has more than one picture of its own."


@dataclass(frozen=True, eq=False)
class Loaded:
    """One usable picture."""

    path: PurePosixPath
    """Where it lies inside the folder or zip, without folders that wrap everything."""
    digest: bytes
    """Hash of the file's bytes: equal files never stand on both sides of a split."""
    pixels: np.ndarray
    """uint8 (size, size, 3)."""
    value: str | None = None
    """Its class by a column of the table beside it, where that gives the classes; None: its folder does."""
    source: PurePosixPath | None = None
    """Where it was listed: what a table's row names; None: at `path`."""
    stored: tuple[int, int] = (0, 0)
    """Width and height of the file's picture, upright."""

    @property
    def kind(self) -> str | None:
        """The name of its class."""
        return self.value if self.value is not None else class_folder(self.path)


@dataclass(frozen=True)
class Split:
    """Training and held-out pictures, and the classes."""

    training: list[Loaded]
    held_out: list[Loaded]
    classes: tuple[str, ...]
    """Sorted; empty where there are none."""
    why_none: str
    notes: list[str]

    def numbers(self, pictures: list[Loaded]) -> list[int]:
        """An index into `classes` for each of `pictures`."""
        return [self.classes.index(str(picture.kind)) for picture in pictures]


def split(pictures: list[Loaded], left_out: LeftOut, *, by_table: bool = False) -> Split:
    """Part `pictures`; those that cannot be used in their place are added to `left_out`.

    Pictures in folders called `validation`, `val` or `test` are the held-out ones; without such folders about a tenth,
    chosen by a hash of their bytes. Every class keeps a picture to learn from, or is left out. With `by_table` the
    classes are the pictures' `value`, and those without one are left out.
    """
    if by_table:
        named = {picture.path: picture.value for picture in pictures if picture.value is not None}
        layout = Layout(named, {picture.path: NO_VALUE for picture in pictures if picture.value is None})
    else:
        layout = class_layout([picture.path for picture in pictures])
    for path, kind in layout.strays.items():
        left_out.add(kind, path)
    used = [picture for picture in pictures if picture.path not in layout.strays]
    training, held_out, repeated = named_parts(used)
    notes = _repeated_note(repeated)
    why_none = layout.why_none
    if held_out and layout.class_of:
        held_out, gone = _of_known_classes(training, held_out, left_out)
        notes += [f"The class {name!r} has no picture to learn from and is left out." for name in gone]
    if not held_out:  # no such folders, or nothing usable in them
        alone = bool(layout.class_of) and not _spare(used_classes(training))
        if alone:
            why_none = (
                NO_TWO if by_table else "There are no classes: no class folder holds more than one picture of its own."
            )
        training, held_out = by_content(training, layout if not alone else Layout())
        names = set() if alone or not layout.class_of else set(used_classes(training))
    else:
        names = set(used_classes(training)) if layout.class_of else set()
    if len(names) == 1:
        what = "class" if by_table else "class folder"
        why_none = f"There are no classes: only the {what} {next(iter(names))!r} has pictures to learn from."
        names = set()
    vanished = [] if by_table else _vanished(left_out, set(used_classes(used)))
    if names:
        notes += [f"The class folder {name!r} holds no picture that can be read." for name in vanished]
    elif vanished and not why_none and len(used_classes(used)) == 1:
        why_none = f"There are no classes: the class folder {vanished[0]!r} holds no picture that can be read."
    return Split(training, held_out, tuple(sorted(names)), why_none, [*notes, *([why_none] if why_none else [])])


def used_classes(pictures: Collection[Loaded]) -> dict[str, set[bytes]]:
    """The classes of `pictures`, and the digests of those in each; pictures without one are passed over."""
    found: dict[str, set[bytes]] = {}
    for picture in pictures:
        if (name := picture.kind) is not None:
            found.setdefault(name, set()).add(picture.digest)
    return found


def named_parts(pictures: list[Loaded]) -> tuple[list[Loaded], list[Loaded], int]:
    """Training pictures, those in folders for held-out ones, and how many were left out because they are in both."""

    def is_held_out(picture: Loaded) -> bool:
        found = part(picture.path)
        return found is not None and found[0]

    named = {picture.digest for picture in pictures if is_held_out(picture)}
    if not named or all(picture.digest in named for picture in pictures):
        return pictures, [], 0
    held_out = [picture for picture in pictures if is_held_out(picture)]
    training = [picture for picture in pictures if picture.digest not in named]
    return training, held_out, len(pictures) - len(held_out) - len(training)


def _repeated_note(repeated: int) -> list[str]:
    if not repeated:
        return []
    are, were = ("picture for training is", "was") if repeated == 1 else ("pictures for training are", "were")
    return [f"{repeated} {are} also among the held-out ones and {were} left out."]


def _of_known_classes(
    training: list[Loaded], held_out: list[Loaded], left_out: LeftOut
) -> tuple[list[Loaded], list[str]]:
    """The held-out pictures of classes that are learned, and the names of the others."""
    known = {picture.kind for picture in training}
    kept = [picture for picture in held_out if picture.kind in known]
    unknown = [picture for picture in held_out if picture.kind not in known]
    for picture in unknown:
        left_out.add(NO_TRAINING, picture.path)
    return kept, sorted({str(picture.kind) for picture in unknown})


def by_content(pictures: list[Loaded], layout: Layout) -> tuple[list[Loaded], list[Loaded]]:
    """About a tenth held out, the same pictures wherever they lie; every class keeps one to learn from."""
    digests = sorted({picture.digest for picture in pictures})
    apart = {digest for digest in digests if int.from_bytes(digest[:8], "big") < HELD_OUT_SHARE * 2**64}
    if not apart or len(apart) > len(digests) / 2:  # few pictures: chance may hold out none, or nearly all
        apart = set(digests[: max(1, round(len(digests) * HELD_OUT_SHARE))])
    if layout.class_of:
        apart = _leaving_each_class_one(used_classes(pictures), apart)
    training = [picture for picture in pictures if picture.digest not in apart]
    return training, [picture for picture in pictures if picture.digest in apart]


def _leaving_each_class_one(by_class: dict[str, set[bytes]], apart: set[bytes]) -> set[bytes]:
    """`apart` without the last picture of any class, or one that can be spared instead: never empty."""
    needed: set[bytes] = set()
    for name in sorted(by_class):
        if by_class[name] <= apart - needed:
            needed.add(max(by_class[name]))
    return apart - needed or {_spare(by_class)[0]}


def _spare(by_class: dict[str, set[bytes]]) -> list[bytes]:
    """Digests, sorted, whose classes all have another one: without any, folders name pictures and not kinds of them."""
    needed = set().union(*(digests for digests in by_class.values() if len(digests) == 1))
    return sorted(set().union(*by_class.values()) - needed)


def _vanished(left_out: LeftOut, names: set[str]) -> list[str]:
    """Folders that would be classes if one of their pictures could be read."""
    spoilt = [PurePosixPath(path) for kind in TROUBLE for path in left_out.paths.get(kind, ())]
    spoilt += [PurePosixPath(path) / "picture" for path in left_out.paths.get(LOCKED_FOLDER, ())]
    return sorted({name for path in spoilt if (name := class_folder(path)) is not None} - names)
