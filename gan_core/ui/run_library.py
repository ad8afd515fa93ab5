"""The runs and comparisons that an app shows: below one folder, found by name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gan_core.errors import InputError
from gan_core.parts import unknown
from gan_core.runs import RunFolder, default_root, list_runs
from gan_core.runs.folder import NAME, is_reserved

if TYPE_CHECKING:
    from gan_core.compare.folder import ComparisonFolder


class RunLibrary:
    """The runs and comparisons below `root`, the folder of runs; None for the default one."""

    def __init__(self, root: Path | str | None = None) -> None:
        self.root = Path(root) if root is not None else Path(default_root())

    def all(self) -> list[RunFolder]:
        """All runs, newest first."""
        return list_runs(self.root)

    def find(self, name: str) -> RunFolder:
        """The run called `name`, written with or without `runs/`.

        Raises:
            InputError: for a name that no run's folder has.
        """
        name = str(name).removeprefix("runs/")
        if not self._holds(name, "recipe.json"):
            raise InputError(unknown("run", name, [run.name for run in self.all()]))
        return RunFolder(self.root / name)

    def active(self) -> RunFolder | None:
        """The newest run that is being trained, by this app or elsewhere."""
        return next((run for run in self.all() if run.status().is_active), None)

    def comparisons(self) -> list[ComparisonFolder]:
        """All comparisons, newest first."""
        from gan_core.compare.folder import list_comparisons

        return list_comparisons(self.root)

    def comparison(self, name: str) -> ComparisonFolder:
        """The comparison called `name`.

        Raises:
            InputError: for a name that no comparison's folder has.
        """
        from gan_core.compare.folder import ComparisonFolder

        if not self._holds(name, "race.json"):
            raise InputError(unknown("comparison", name, [each.name for each in self.comparisons()]))
        return ComparisonFolder(self.root / name)

    def _holds(self, name: str, file: str) -> bool:
        """Whether `name` is a plain name, of a folder with `file` in it."""
        return bool(NAME.fullmatch(name)) and not is_reserved(name) and os.path.isfile(self.root / name / file)
