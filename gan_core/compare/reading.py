"""race.json, read with types: unexpected content is refused with a sentence."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from gan_core.compare.plan import BenchmarkConfig
from gan_core.errors import InputError
from gan_core.files import read_json
from gan_core.records import Count, Moment, OneOf, Range, Seconds, from_json
from gan_core.runs.folder import NAME

SCHEMA = 1
TRAINING = "racing"
"""State of a trial that is being trained, as files call it."""
STATES = ("waiting", TRAINING, "finished", "stopped", "failed")


@dataclass
class _Terms:
    seeds: list[Count] = field(default_factory=list[int])
    minutes: Seconds | None = None
    steps: Count | None = None
    clock: str = "processor"
    device: str = "auto"
    samples: Count = 2_000


@dataclass
class _Entry:
    label: str = ""
    recipe: str = ""
    negative_control: bool = False
    differs: list[str] = field(default_factory=list[str])


@dataclass
class _Metric:
    key: str = ""
    title: str = ""
    words: str = ""
    better: Annotated[str, OneOf(("lower", "higher"))] = "lower"
    digits: Annotated[int, Range(0, 12)] = 2


@dataclass
class _Judging:
    size: Count = 0
    channels: Count = 0
    samples: Count = 0
    reference: Count = 0
    metrics: list[_Metric] = field(default_factory=list[_Metric])
    reference_levels: dict[str, float | None] = field(default_factory=dict[str, float | None])
    floors: dict[str, float | None] = field(default_factory=dict[str, float | None])
    """The same, as earlier versions call it."""


@dataclass
class _Moment:
    share: Seconds = 0.0
    step: Count = 0
    images: Count = 0
    seconds: Seconds = 0.0
    values: dict[str, float] = field(default_factory=dict[str, float])


@dataclass
class Trial:
    """One recipe with one seed, as race.json keeps it."""

    label: str
    seed: int
    run: str
    """Name of its run folder, beside the comparison's."""
    state: str = "waiting"
    """One of `STATES`."""
    reason: str | None = None
    moments: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """Measured on the way: step, images, seconds (own clock), values by metric; the last one is the result."""

    def to_json(self) -> dict[str, Any]:
        """The fields as race.json keeps them."""
        return vars(self)


@dataclass
class _Trial:
    label: str = ""
    seed: Count = 0
    run: str = ""
    state: Annotated[str, OneOf(STATES)] = "waiting"
    reason: str | None = None
    moments: list[_Moment] = field(default_factory=list[_Moment])


@dataclass
class _Comparison:
    schema: int = 0
    name: str = ""
    data: str = ""
    born: Moment = 0.0
    terms: _Terms = field(default_factory=_Terms)
    recipes: list[_Entry] = field(default_factory=list[_Entry])
    judging: _Judging = field(default_factory=_Judging)
    racers: list[_Trial] = field(default_factory=list[_Trial])


def read_comparison(path: Path) -> dict[str, Any]:
    """The content of the race.json at `path`.

    Raises:
        InputError: for one that this version cannot read.
    """
    try:
        values = read_json(path)
        json.dumps(values, ensure_ascii=False, allow_nan=False).encode()  # nothing that no answer could hold
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror or error}).") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path.parent} holds no comparison that this version can read.") from error
    wrong = _wrong(values)
    if wrong is not None:
        raise InputError(f"{path.parent} holds no comparison that this version can read: {wrong}.")
    for metric in values["judging"].get("metrics", ()):
        if metric["title"] == f"Fréchet{metric['key'].removeprefix('frechet')}":
            metric["title"] = "Fréchet distance"  # earlier versions put the feature network into the title
    return values


def _wrong(values: Any) -> str | None:
    """A clause that says what is wrong with a comparison's `values`; None if nothing is."""
    record = from_json(_Comparison, values)
    comparison = record.value
    if record.wrong is not None:
        return record.wrong
    if missing := [key for key in ("schema", "data", "terms", "recipes", "judging", "racers") if key not in values]:
        return f"it has no {missing[0]}"
    if comparison.schema != SCHEMA:
        return f"its schema is {comparison.schema}, not {SCHEMA}"
    try:
        terms = BenchmarkConfig.from_json(values["terms"])
    except (InputError, TypeError, LookupError) as error:
        return f"its terms are not those of a comparison ({error})".replace(").", ")")
    if {"seeds", "minutes", "steps", "clock"} - values["terms"].keys():
        return "its terms are incomplete"
    if any({"label", "seed", "run", "state", "reason", "moments"} - trial.keys() for trial in values["racers"]):
        return "a trial of it is incomplete"
    pairs = [(trial["label"], trial["seed"]) for trial in values["racers"]]
    wanted = {(entry.label, seed) for entry in comparison.recipes for seed in terms.seeds}
    if set(pairs) != wanted or len(pairs) != len(values["racers"]) or len(set(pairs)) != len(pairs):
        return "its trials are not one for each recipe and seed"
    if any(not NAME.fullmatch(trial.run) for trial in comparison.racers):
        return "a trial has a name that no run can have"
    if any({"recipe", "negative_control", "differs"} - entry.keys() for entry in values["recipes"]):
        return "a recipe of it is incomplete"
    return _wrong_numbers(values)


def _wrong_numbers(values: dict[str, Any]) -> str | None:
    judging = values["judging"]
    needed = ("key", "title", "words", "better", "digits")
    if judging and (not {"size", "samples", "reference", "metrics"} <= judging.keys()):
        return "its judging is incomplete"
    if any(set(needed) - metric.keys() for metric in judging.get("metrics", ())):
        return "a metric of it is incomplete"
    keys = {metric["key"] for metric in judging.get("metrics", ())}
    for trial in values["racers"]:
        for moment in trial["moments"]:
            if {"share", "step", "images", "seconds", "values"} - moment.keys() or not moment["values"]:
                return "a measurement of it is incomplete"
            if keys - moment["values"].keys():
                return "a measurement of it lacks a metric"
    return None
