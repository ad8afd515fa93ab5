"""The plan of a comparison: its recipes by label, and the settings that are the same for all of them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gan_core.data.recipe_files import chosen_recipe
from gan_core.errors import InputError
from gan_core.recipes import PRESETS, WORDS, Recipe

LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _+-]{0,31}")
CLOCKS = ("processor", "wall")
MOST_TRIALS = 200
OF_THE_COMPARISON = ("data", "data_b", "seed", "steps", "minutes", *WORDS)
"""Settings in which recipes may differ without that being what they are compared for."""


@dataclass(frozen=True)
class Candidate:
    """A recipe in a comparison, with a label that is part of its runs' names."""

    label: str
    recipe: Recipe

    def __post_init__(self) -> None:
        if not LABEL.fullmatch(self.label):
            raise InputError(f"A label is 1 to 32 letters a to z, digits, spaces, -, + or _; not {self.label!r}.")


@dataclass(frozen=True, kw_only=True)
class BenchmarkConfig:
    """The settings that are the same for every trial: seeds, budget, clock and sample size."""

    seeds: tuple[int, ...] = (0, 1, 2)
    minutes: float | None = None
    """For each trial, on its own clock; None if `steps` ends the comparison."""
    steps: int | None = None
    clock: str = "processor"
    """`processor` counts what the machine computed for a trial and is fair beside other programs; `wall` counts the
    time of its turns, which a GPU needs."""
    device: str = "auto"
    samples: int = 2_000
    """Pictures that are drawn of a trial to measure it."""

    def __post_init__(self) -> None:
        def check(ok: bool, sentence: str) -> None:
            if not ok:
                raise InputError(sentence)

        check(len(self.seeds) > 0, "A comparison needs at least one seed.")
        check(len(set(self.seeds)) == len(self.seeds), f"Every seed is used once, not {list(self.seeds)}.")
        check(all(0 <= s < 2**63 for s in self.seeds), "A seed is a whole number from 0 to 2^63 - 1.")
        check(
            (self.minutes is None) != (self.steps is None), "A comparison is limited by minutes or by steps: give one."
        )
        check(self.minutes is None or self.minutes > 0, f"minutes is more than 0, not {self.minutes}.")
        check(self.steps is None or self.steps >= 1, f"steps is at least 1, not {self.steps}.")
        check(self.clock in CLOCKS, f"The clock of a comparison is {' or '.join(CLOCKS)}, not {self.clock!r}.")
        check(100 <= self.samples <= 50_000, f"samples is 100 to 50,000 pictures, not {self.samples}.")

    def to_json(self) -> dict[str, Any]:
        """The object that `from_json` reads."""
        return {**dataclasses.asdict(self), "seeds": list(self.seeds)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> BenchmarkConfig:
        """The settings in `values`, as `to_json` returns them."""
        return cls(**{**values, "seeds": tuple(values["seeds"])})


@dataclass(frozen=True)
class ComparisonPlan:
    """A checked comparison: at least two entries on one data set."""

    entries: tuple[Candidate, ...]
    terms: BenchmarkConfig

    @property
    def data(self) -> str:
        """The data set of all entries."""
        return self.entries[0].recipe.data

    def recipe(self, entry: Candidate, seed: int) -> Recipe:
        """The recipe of one trial: the entry's, with the seed and the budget of the comparison."""
        return entry.recipe.replace(seed=seed, steps=self.terms.steps, minutes=self.terms.minutes)

    def differences(self, entry: Candidate) -> list[str]:
        """What differs from the first entry, one readable line each."""
        first = self.entries[0].recipe
        return [] if entry is self.entries[0] else first.differences(entry.recipe, ignoring=OF_THE_COMPARISON)


def candidate_from(text: str) -> Candidate:
    """An entry from `text`: `RECIPE` or `LABEL=RECIPE`; the default label of a file is its name without `.json`.

    Raises:
        InputError: for an unknown recipe, and for a file that is none.
    """
    label, equals, name = text.partition("=")
    if not equals:
        label, name = (Path(text).stem if text not in PRESETS and text.lower().endswith(".json") else text), text
    return Candidate(label, chosen_recipe(name))


def plan(
    entries: Sequence[Candidate],
    terms: BenchmarkConfig,
    *,
    data: str | None = None,
    settings: Mapping[str, str] | None = None,
    own_settings: Mapping[str, Mapping[str, str]] | None = None,
) -> ComparisonPlan:
    """Check a comparison and settle its recipes.

    Args:
        entries: Two or more recipes with different labels.
        terms: Seeds, budget, clock and sample size.
        data: A data set for all entries; None: their own, which has to be the same.
        settings: Changed in all entries, as in `Recipe.with_settings`.
        own_settings: Changed afterwards, by label.

    Returns:
        The plan.

    Raises:
        InputError: for what cannot be compared: one entry alone, two of one label, several data sets, translations,
            parts that do not exist or do not fit together.
    """
    from gan_core.assembly import check_parts  # imports torch
    from gan_core.training.start_weights import fitted, start_weights

    labels = [entry.label for entry in entries]
    for label in own_settings or {}:
        if label not in labels:
            raise InputError(f"No recipe of this comparison is called {label!r}; they are {', '.join(labels)}.")
    if len(entries) < 2:
        raise InputError("A comparison needs at least two recipes.")
    for label in labels:
        if labels.count(label) > 1:
            raise InputError(
                f"Two recipes of a comparison are called {label!r}; name them apart: FIRST={label} SECOND={label}."
            )
    if len(entries) * len(terms.seeds) > MOST_TRIALS:
        raise InputError(f"A comparison has at most {MOST_TRIALS} trials, not {len(entries) * len(terms.seeds)}.")
    made: list[Candidate] = []
    for entry in entries:
        changed = {**(settings or {}), **(own_settings or {}).get(entry.label, {})}
        recipe = entry.recipe.with_settings(changed)
        if data is not None:
            recipe = recipe.with_request(data=data)
        if recipe.is_translation:
            raise InputError(f"{entry.label} translates pictures; only generators of new pictures can be compared.")
        try:
            recipe, _ = fitted(recipe, explicit=changed)
            check_parts(recipe)
            start_weights(recipe)
        except InputError as error:
            raise InputError(f"{entry.label}: {error}") from error
        made.append(Candidate(entry.label, recipe.with_plugins()))
    sets = list(dict.fromkeys(entry.recipe.data for entry in made))
    if len(sets) > 1:
        raise InputError(
            f"All recipes of a comparison learn from one data set, not {', '.join(sets)}; name it with --data."
        )
    return ComparisonPlan(tuple(made), terms)
