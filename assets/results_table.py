"""Writes what the cards of the shipped models say into the page of results and the README: `python
assets/results_table.py`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from shipped_models import MODELS, REPOSITORY

from gan_core.models.catalog import ModelCatalog, ModelEntry
from gan_core.reference_levels import FLAT, LINEAR, STRANGER, WITHOUT_HINTS, stored_baselines, stored_level

PAGE, README = REPOSITORY / "docs" / "pages" / "results.md", REPOSITORY / "README.md"
BEGIN, END = "<!-- written by assets/results_table.py -->", "<!-- end -->"
TRANSLATED = ("nothing done", STRANGER, FLAT)
DRAWN = (LINEAR, "guessing")


def main() -> int:
    """Rewrite the tables of both."""
    for page, text in written().items():
        page.write_text(renewed(page.read_text(encoding="utf-8"), text), encoding="utf-8")
        print(page)
    return 0


def written() -> dict[Path, str]:
    """What stands between the marks of each file."""
    return {PAGE: tables(), README: overview()}


def renewed(page: str, text: str) -> str:
    """The page with `text` between the two marks."""
    before, _, rest = page.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise SystemExit(f"A page has lost its marks {BEGIN} and {END}.")
    return f"{before}{BEGIN}\n\n{text}\n{END}{after}"


def tables() -> str:
    """A table of the shipped translators and one of the generators."""
    shipped = _shipped()
    translators = [entry for entry in shipped if entry.kind == "translator"]
    generators = [entry for entry in shipped if entry.kind == "generator"]
    hinted = [WITHOUT_HINTS] if any(entry.card.inputs.get("hints") for entry in translators) else []
    return "\n".join(
        (*_table("translator", translators, (*TRANSLATED, *hinted)), "", *_table("generator", generators, DRAWN), "")
    )


def overview() -> str:
    """A line a model: the measure that decides whether it ships, beside the best trivial answer."""
    rows = [
        "| shipped model | measure, on held-out pictures | value | real pictures | best trivial answer |",
        f"|{'---|' * 5}",
    ]
    for entry in _shipped():
        deciding = MODELS[entry.name].deciding if entry.name in MODELS else ""
        metrics = entry.card.metrics
        name = next(
            (each for each in metrics if deciding and (each == deciding or each.startswith(f"{deciding}-"))), None
        )
        if name is None:
            continue
        label, value, level, *_ = _row(entry, name, metrics[name], ())
        rows.append(f"| `{entry.name}` | {label} | {value} | {level} | {_best_baseline(metrics[name])} |")
    return "\n".join((*rows, ""))


def _best_baseline(values: Mapping[str, Any]) -> str:
    known = stored_baselines(values)
    if not known:
        return ""
    best = (min if values.get("lower_is_better", True) else max)(known, key=lambda name: known[name])
    return f"{_short(known[best])}, {best}"


def _shipped() -> list[ModelEntry]:
    return [entry for entry in ModelCatalog().entries() if entry.origin == "pretrained"]


def _table(kind: str, entries: Sequence[ModelEntry], baselines: Sequence[str]) -> Iterator[str]:
    headings = (kind, "measure", "value", "real pictures", *baselines, "samples", "")
    yield f"| {' | '.join(headings)} |"
    yield f"|{'---|' * len(headings)}"
    for entry in entries:
        first = True
        for name, values in entry.card.metrics.items():
            if not isinstance(values, Mapping):
                continue
            label = f"`{entry.name}`" if first else ""
            first = False
            yield f"| {' | '.join((label, *_row(entry, name, values, baselines)))} |"


def _row(entry: ModelEntry, name: str, values: Mapping[str, Any], baselines: Sequence[str]) -> tuple[str, ...]:
    direction, _, rest = name.partition(" ")
    domains = entry.card.domains
    ends = {"AtoB": ("A", "B"), "BtoA": ("B", "A")}.get(direction)
    way = f"{domains.get(ends[0], ends[0])} → {domains.get(ends[1], ends[1])}: " if ends else ""
    title = str(values.get("title") or (rest if ends else name))
    spread = values.get("spread")
    known = stored_baselines(values)
    beaten = values.get("no_better_than")
    return (
        f"{way}{title}",
        _short(values.get("value")) + (f" ± {spread:.2g}" if spread else ""),
        _short(stored_level(values)),
        *(_short(known.get(baseline)) for baseline in baselines),
        f"{values['samples']:,}" if values.get("samples") else "",
        f"no better than {beaten}" if beaten else "",
    )


def _short(number: float | None) -> str:
    if number is None:
        return ""
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"


if __name__ == "__main__":
    sys.exit(main())
