"""The table of a comparison: every seed's value, mean and spread, and which differences are larger than the spread."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from gan_core.reference_levels import CAUTION, stored_levels

FEW = 6
"""Pairs that a sentence can name."""
ENDED = ("finished", "failed")
"""States of a trial that has spent its budget, or cannot."""


def standings(values: Mapping[str, Any]) -> dict[str, Any]:
    """What race.json's `values` amount to, as JSON can hold it.

    `recipes`: one row each, the best first by the first metric: its values by seed, mean and spread (largest minus
    smallest) of every metric, steps, images a second of its own clock. `differences`: pairs whose means lie further
    apart than the larger spread of the two; `undecided`: the other pairs. Trials that blew up have no value and are
    named.
    """
    metrics = values["judging"].get("metrics", [])
    count = _compared(values["racers"])
    rows = [_row(entry, values["racers"], count, metrics) for entry in values["recipes"]]
    if not metrics:
        return {"metric": None, "recipes": rows, "differences": [], "undecided": []}
    first = metrics[0]
    sign = 1 if first["better"] == "lower" else -1

    def rank(row: Mapping[str, Any]) -> tuple[bool, float]:
        mean = row["metrics"][first["key"]]["mean"]
        return mean is None, 0.0 if mean is None else sign * mean

    rows.sort(key=rank)
    differences: list[dict[str, Any]] = []
    undecided: list[list[str]] = []
    for better, worse in combinations(rows, 2):
        one, other = better["metrics"][first["key"]], worse["metrics"][first["key"]]
        if one["spread"] is None or other["spread"] is None:
            undecided.append([better["label"], worse["label"]])
            continue
        gap, spread = abs(one["mean"] - other["mean"]), max(one["spread"], other["spread"])
        if gap > spread:
            differences.append({"better": better["label"], "worse": worse["label"], "by": gap, "spread": spread})
        else:
            undecided.append([better["label"], worse["label"]])
    return {"metric": first["key"], "recipes": rows, "differences": differences, "undecided": undecided}


def _row(
    entry: Mapping[str, Any], trials: list[dict[str, Any]], count: int | None, metrics: list[dict[str, Any]]
) -> dict[str, Any]:
    mine = [trial for trial in trials if trial["label"] == entry["label"]]
    last = {r["seed"]: r["moments"][:count][-1] for r in mine if r["moments"][:count] and r["state"] != "failed"}
    summaries: dict[str, Any] = {}
    for metric in metrics:
        by_seed = {str(seed): moment["values"][metric["key"]] for seed, moment in last.items()}
        found = list(by_seed.values())
        summaries[metric["key"]] = {
            "seeds": by_seed,
            "mean": sum(found) / len(found) if found else None,
            "spread": max(found) - min(found) if len(found) > 1 else None,
        }
    seconds = sum(moment["seconds"] for moment in last.values())
    return {
        **entry,
        "metrics": summaries,
        "steps": [moment["step"] for moment in last.values()],
        "images_per_second": sum(m["images"] for m in last.values()) / seconds if seconds else None,
        "failed": {str(trial["seed"]): trial["reason"] for trial in mine if trial["state"] == "failed"},
    }


def _compared(trials: list[dict[str, Any]]) -> int | None:
    """How many moments of each trial count: while some are still trained, no more than all of these have behind them."""
    return min((len(trial["moments"]) for trial in trials if trial["state"] not in ENDED), default=None)


def cells(values: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of the table of race.json's `values`, as text."""
    table = standings(values)
    judging = values["judging"]
    metrics = judging.get("metrics", [])
    levels = stored_levels(judging)
    headings = ["recipe"]
    for metric in metrics:
        level = levels.get(metric["key"])
        note = f" (real {level:.{metric['digits']}f})" if level is not None else ""
        headings.append(f"{metric['title']}{note}")
    seeds = values["terms"]["seeds"]
    if metrics:
        headings.append("seeds " + ", ".join(map(str, seeds)))
    headings += ["steps", "images/s"]
    rows: list[list[str]] = []
    for row in table["recipes"]:
        name = f"{row['label']} (negative control)" if row["negative_control"] else row["label"]
        line = [name]
        for metric in metrics:
            summary, digits = row["metrics"][metric["key"]], metric["digits"]
            if summary["mean"] is None:
                line.append("–")
            elif summary["spread"] is None:
                line.append(f"{summary['mean']:.{digits}f}")
            else:
                line.append(f"{summary['mean']:.{max(1, digits)}f} ± {summary['spread'] / 2:.{max(1, digits)}f}")
        if metrics:
            by_seed, digits = row["metrics"][metrics[0]["key"]]["seeds"], metrics[0]["digits"]
            line.append(", ".join(_one(row, str(seed), by_seed, digits) for seed in seeds))
        steps = row["steps"]
        line.append(
            f"{min(steps):,} to {max(steps):,}" if steps and min(steps) < max(steps) else f"{max(steps, default=0):,}"
        )
        speed = row["images_per_second"]
        line.append("–" if speed is None else f"{speed:,.0f}")
        rows.append(line)
    return headings, rows


def _one(row: Mapping[str, Any], seed: str, by_seed: Mapping[str, float], digits: int) -> str:
    if seed in by_seed:
        return f"{by_seed[seed]:.{digits}f}"
    return "blew up" if seed in row["failed"] else "–"


def _meaning(metric: Mapping[str, Any]) -> str:
    """What a metric is, and the feature network that it looked through, which its key names."""
    _, _, network = metric["key"].partition("-") if metric["key"].startswith("frechet-") else ("", "", "")
    named = f" (features: {network})" if network else ""
    return f"{metric['title']}: {metric['words']}{named}; {metric['better']} is better."


def notes(values: Mapping[str, Any]) -> list[str]:
    """The notes below the table, one sentence each."""
    table, terms, judging = standings(values), values["terms"], values["judging"]
    seeds = len(terms["seeds"])
    clock = "of processor time" if terms["clock"] == "processor" else "of its own turns"
    length = f"{terms['steps']:,} steps" if terms["steps"] else f"{60 * terms['minutes']:g} s {clock}"
    each = f"{seeds} {'seed' if seeds == 1 else 'seeds'} each."
    said = [f"Each trial had {length} on one thread; {each}"]
    if (count := _compared(values["racers"])) is not None:
        shares = [trial["moments"][:count][-1]["share"] for trial in values["racers"] if trial["moments"][:count]]
        said = [f"Unfinished: compared after {min(shares, default=0):.0%} of {length} on one thread; {each}"]
    if judging:
        said.append(
            f"Measured on {judging['samples']:,} pictures of the averaged weights at {judging['size']} px, against "
            f"{judging['reference']:,} held-out ones; ± is half the range over the seeds; real: what as many real "
            "training pictures give."
        )
        if any(metric["key"].startswith("frechet") for metric in judging["metrics"]):
            said.append(CAUTION)
        said += [_meaning(metric) for metric in judging["metrics"]]
    if table["metric"]:
        title = judging["metrics"][0]["title"]
        if seeds == 1:
            said.append("One seed has no spread: nothing here is called a difference.")
        for row in table["recipes"]:
            behind = [found["worse"] for found in table["differences"] if found["better"] == row["label"]]
            if behind:
                said.append(f"{row['label']} is better in {title}, by more than the spread, than {', '.join(behind)}.")
        if seeds > 1 and table["undecided"]:
            pairs = ", ".join(" and ".join(pair) for pair in table["undecided"])
            said.append(f"Not told apart: {pairs if len(table['undecided']) <= FEW else 'all other pairs'}.")
    for row in table["recipes"]:
        for seed, reason in row["failed"].items():
            said.append(f"{row['label']}, seed {seed}: {reason}")
    return said


def markdown(values: Mapping[str, Any]) -> str:
    """The table of race.json's `values` and its notes as Markdown."""
    headings, rows = cells(values)
    lines = [f"| {' | '.join(headings)} |", "|" + "---|" * len(headings)]
    lines += [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    said = "\n".join(f"- {note}" for note in notes(values))
    return "\n".join(lines) + f"\n\n{said}\n"
