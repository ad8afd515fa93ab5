"""What a folder or zip holds beside its usable pictures: counted by kind, and summed up in one line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

DAMAGED, LOCKED, LOCKED_FOLDER = "damaged", "locked", "locked folder"
BROKEN_LINK, LINKED_AGAIN, NOT_REGULAR = "broken link", "linked again", "not a regular file"
TOO_LARGE, REPEATED_NAME, STRAY = "too large", "of a name that is there twice", "beside the class folders"
PACKED = "packed in a way that is not read here"
NO_VALUE = "without a class in the table"
NO_CLASS, NO_TRAINING = "held-out without a class", "of a class without training pictures"
FOLDERS = (LOCKED_FOLDER, LINKED_AGAIN)
"""Kinds that count folders; all others count files."""
TROUBLE = (DAMAGED, LOCKED, LOCKED_FOLDER, BROKEN_LINK, NOT_REGULAR, TOO_LARGE, REPEATED_NAME, PACKED)
"""Kinds that a person may want to mend; endings such as `.txt` are simply no pictures."""
LONGEST_ENDING = 12
MOST_DETAILS = 3

# Folders and files that systems, network drives and tools put among a person's pictures, in small letters.
# Names that begin with a dot (.DS_Store, ._x, .git, .Trash-1000, .ipynb_checkpoints) are left out beside them.
SYSTEM_NAMES = frozenset(
    (
        *("__macosx", "icon\r", ".ds_store"),  # macOS
        *("$recycle.bin", "recycler", "system volume information", "found.000"),  # Windows
        *("thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini"),
        *("lost+found", "__pycache__"),  # Linux, Python
        *("@eadir", "#recycle", "#snapshot", "@recycle", "@recently-snapshot", "@sharebin", "@tmp"),  # network drives
    )
)


def is_system_name(name: str) -> bool:
    """Whether a file or folder of this name is hidden, or made by an operating system or a tool."""
    return name.startswith(".") or name.casefold() in SYSTEM_NAMES


def is_system_path(path: PurePosixPath) -> bool:
    """Whether any part of `path` is a system name (`is_system_name`)."""
    return any(is_system_name(part) for part in path.parts)


def ending_of(path: PurePosixPath) -> str:
    """The kind of a file that is no picture: its ending, such as `.txt`."""
    ending = path.suffix.lower()
    if not ending:
        return "without an ending"
    return ending if len(ending) <= LONGEST_ENDING and " " not in ending else "other"


@dataclass
class LeftOut:
    """Files and folders that are not used, by kind; filled while pictures are listed and read."""

    paths: dict[str, list[str]] = field(default_factory=dict)
    """By kind: where they lie inside the folder or zip."""
    details: list[str] = field(default_factory=list)
    """A sentence for each that could not be used although it should be a picture."""

    def add(self, kind: str, path: object, detail: str = "") -> None:
        """Count one file or folder.

        Args:
            kind: One of the kinds at the top of this module, or the ending of a file that is no picture.
            path: Where it lies inside the folder or zip.
            detail: A sentence on why it cannot be used, for what should be a picture.
        """
        self.paths.setdefault(kind, []).append(str(path))
        if detail:
            self.details.append(detail)

    def copy(self) -> LeftOut:
        """An independent copy."""
        return LeftOut({kind: list(paths) for kind, paths in self.paths.items()}, list(self.details))

    @property
    def counts(self) -> dict[str, int]:
        """Number of files and folders by kind, most first."""
        return dict(Counter({kind: len(paths) for kind, paths in self.paths.items()}).most_common())

    def __len__(self) -> int:
        return sum(map(len, self.paths.values()))

    @property
    def sentence(self) -> str:
        """`12 files left out: 10 .txt, 1 locked, 1 damaged.`; empty where nothing is left out."""
        counts = self.counts
        if not counts:
            return ""
        folders = sum(count for kind, count in counts.items() if kind in FOLDERS)
        parts = [_plural(len(self) - folders, "file")] if len(self) > folders else []
        parts += [_plural(folders, "folder")] if folders else []
        named = ", ".join(f"{count:,} {kind}" for kind, count in counts.items())
        return f"{' and '.join(parts)} left out: {named}."

    def notes(self) -> list[str]:
        """The summary, and the reasons for a few files that should have been pictures."""
        return [self.sentence, *self.details[:MOST_DETAILS]] if len(self) else []

    @property
    def is_trouble(self) -> bool:
        """Whether something is left out that a user may want to repair."""
        return any(kind in TROUBLE for kind in self.paths)

    def to_json(self) -> dict[str, Any]:
        """Total, counts by kind, summary and the first 20 details."""
        return {"total": len(self), "kinds": self.counts, "sentence": self.sentence, "details": self.details[:20]}


def _plural(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"
