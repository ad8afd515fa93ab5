"""A comparison on disk: its own folder with race.json, and beside it one ordinary run folder for every trial."""

from __future__ import annotations

import contextlib
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

from gan_core.compare.plan import BenchmarkConfig, ComparisonPlan
from gan_core.compare.reading import SCHEMA, Trial, read_comparison
from gan_core.errors import InputError
from gan_core.files import write_json
from gan_core.parts import unknown
from gan_core.paths import exists, expanded, is_file
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder, Status, default_root
from gan_core.runs.folder import NAME, check_name, is_reserved
from gan_core.runs.folder_names import files_below
from gan_core.runs.locating import plain_name
from gan_core.training.start_weights import create_run

ENDED = ("finished", "failed")
"""States of a trial that a comparison which goes on does not repeat."""


class ComparisonFolder(RunFolder):
    """The folder of a comparison.

    Lock, requests, status and log are those of a run; without a recipe.json it is not listed as one.
    """

    @classmethod
    def begin(cls, root: Path, plan: ComparisonPlan, name: str | None = None) -> ComparisonFolder:
        """Make a comparison below `root`, with a run folder for every trial.

        Args:
            root: The folder of runs.
            plan: Its recipes, and what is the same for all of them.
            name: Of the folder; None chooses a free one.

        Raises:
            InputError: for a name that is taken or cannot be a folder's.
        """
        root = Path(root)
        root.mkdir(parents=True, exist_ok=True)
        name = name or _free_name(root)
        check_name(name, "comparison")
        pairs = [(entry, seed) for entry in plan.entries for seed in plan.terms.seeds]
        trials = [Trial(entry.label, seed, f"{name}.{entry.label.replace('+', '_')}.{seed}") for entry, seed in pairs]
        for trial in trials:
            if not NAME.fullmatch(trial.run) or [other.run for other in trials].count(trial.run) > 1:
                raise InputError(f"{trial.run!r} cannot be the name of a run; choose other or shorter names.")
            if (root / trial.run).exists():
                raise InputError(f"There is a run named {trial.run!r} already; choose another name for the comparison.")
        folder = cls(root / name)
        try:
            folder.path.mkdir()
        except FileExistsError:
            raise InputError(f"There is a {name!r} in {root} already; choose another name or resume it.") from None
        entries = [
            {
                "label": entry.label,
                "recipe": entry.recipe.name,
                "negative_control": entry.recipe.negative_control,
                "differs": plan.differences(entry),
            }
            for entry in plan.entries
        ]
        for trial, (entry, seed) in zip(trials, pairs, strict=True):
            run = create_run(root, plan.recipe(entry, seed), trial.run)
            write_json(run.path / "racer.json", {"race": name})
            run.write_status(Status(state="stopped", reason="Waits for its comparison.", steps=plan.terms.steps))
        values = {"schema": SCHEMA, "name": name, "data": plan.data, "born": time.time(), "terms": plan.terms.to_json()}
        write_json(
            folder.path / "race.json",
            {**values, "recipes": entries, "judging": {}, "racers": [vars(r) for r in trials]},
        )
        folder.write_status(Status(heartbeat=time.time()))
        return folder

    def values(self) -> dict[str, Any]:
        """The content of race.json.

        Raises:
            InputError: if it cannot be read.
        """
        return read_comparison(self.path / "race.json")

    def write_values(self, values: dict[str, Any]) -> None:
        """Replace race.json, atomically."""
        write_json(self.path / "race.json", values)

    def terms(self) -> BenchmarkConfig:
        """The settings that are the same for every trial."""
        return BenchmarkConfig.from_json(self.values()["terms"])

    def trials(self) -> list[Trial]:
        """All trials, in the order of the plan."""
        known = {item.name for item in fields(Trial)}
        return [
            Trial(**{key: value for key, value in trial.items() if key in known}) for trial in self.values()["racers"]
        ]

    def run_of(self, trial: Trial) -> RunFolder:
        """The run folder of a trial."""
        return RunFolder(self.path.parent / trial.run)

    def recipe_of(self, trial: Trial) -> Recipe:
        """The recipe of a trial."""
        return self.run_of(trial).recipe()

    def delete(self) -> None:
        """Remove the comparison and the runs of its trials.

        Raises:
            InputError: while it is running.
        """
        self.check_idle()
        trials: list[Trial] = []
        with contextlib.suppress(InputError):  # a damaged comparison does not say which its runs are: they stay
            trials = self.trials()
        for trial in trials:
            run = self.run_of(trial)
            if run.path.is_dir():
                run.delete()
        super().delete()


def list_comparisons(root: Path | str | None = None) -> list[ComparisonFolder]:
    """The comparisons below `root` (None: the default folder), newest first, without folders that cannot be read."""
    root = Path(root) if root is not None else default_root()
    found: list[tuple[float, ComparisonFolder]] = []
    for path in files_below(root, "race.json"):
        folder = ComparisonFolder(path.parent)
        if is_reserved(folder.name):
            continue
        with contextlib.suppress(InputError):
            found.append((float(folder.values().get("born", 0)), folder))
    return [folder for _, folder in sorted(found, key=lambda entry: (entry[0], entry[1].name), reverse=True)]


def find_comparison(name: str | Path, root: Path | str | None = None) -> ComparisonFolder:
    """The comparison that a path or a name means.

    Args:
        name: A path of its folder or of a file in it, or `NAME` or `runs/NAME` below `root`.
        root: The folder of runs; None for the default one.

    Returns:
        The folder; its race.json may be damaged.

    Raises:
        InputError: for an unknown name.
    """
    path = expanded(name)
    for folder in (path, path.parent) if exists(path) else (path,):  # or a file in it, such as race.json
        if is_file(folder / "race.json"):
            return ComparisonFolder(folder)
    comparisons = {comparison.name: comparison for comparison in list_comparisons(root)}
    plain = plain_name(name).removeprefix("runs/")
    folder = (Path(root) if root is not None else default_root()) / plain
    if NAME.fullmatch(plain) and (folder / "race.json").is_file():
        return ComparisonFolder(folder)  # what is wrong with a damaged one is said when it is read
    if plain not in comparisons:
        raise InputError(unknown("comparison", str(name), comparisons))
    return comparisons[plain]


def _free_name(root: Path) -> str:
    number = 1
    while (root / f"comparison-{number:03d}").exists():
        number += 1
    return f"comparison-{number:03d}"
