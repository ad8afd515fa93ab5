"""Checks before a training whether a data set is fit for it: findings, each with a grade and advice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any

from gan_core import data as data_sets
from gan_core.data import pairs
from gan_core.data.audit import GRADES, Finding, of_one, of_two, plural
from gan_core.data.classes import part
from gan_core.data.dataset import check_size
from gan_core.data.files import Listing, list_files, survey
from gan_core.data.inspection import DomainInfo, inspect_dataset, inspect_files
from gan_core.data.left_out import LeftOut
from gan_core.data.tables import Table
from gan_core.errors import InputError
from gan_core.paths import title_of

SECONDS = 6.0
"""Longest look at all pictures together, decoding of the last few not counted."""
FEW_HALVES = 8
"""Pictures whose proportions tell whether they hold both halves of pairs."""
NAMED = 32
"""Pictures of a named data set that are looked at."""
NAMED_SIDE = 64
"""Side at which named data sets are looked at: what they show does not depend on it."""


@dataclass(frozen=True)
class Domain:
    """What was found out about one domain."""

    name: str
    count: int
    held_out: int
    """Pictures in a folder of their own for that (`testA`, `val`, ...), among those looked at."""
    looked_at: int
    unreadable: int
    smallest: tuple[int, int] | None
    """(width, height) of the picture with the shortest side; None for data sets made at the size asked for."""
    middle: tuple[int, int] | None
    """Median width and median height."""


@dataclass(frozen=True)
class Check:
    """The result of `check`."""

    size: int
    domains: dict[str, Domain]
    findings: tuple[Finding, ...]
    left_out: dict[str, LeftOut]
    """By domain, as a training leaves it out; what is damaged is known of the files that were looked at."""
    seconds: float
    tables: dict[str, Table] = field(default_factory=dict[str, Table])
    """By domain: the tables beside the pictures, where there are some."""

    @property
    def grade(self) -> str:
        """The worst grade of all findings."""
        return max((finding.grade for finding in self.findings), key=GRADES.index, default="good")

    @property
    def sentence(self) -> str:
        """A summary in one line."""
        problems, advices = (
            sum(finding.grade == grade for finding in self.findings) for grade in ("problem", "advice")
        )
        counts = " and ".join(f"{domain.count:,}" for domain in self.domains.values())
        left_out = "".join(
            f" {key}{': ' if key else ''}{out.sentence}" for key, out in self.left_out.items() if len(out)
        )
        if not problems and not advices:
            return f"{counts} pictures, nothing to complain about.{left_out}"
        parts = [plural(count, word) for count, word in ((problems, "problem"), (advices, "piece of advice")) if count]
        found = " and ".join(parts).replace("piece of advices", "pieces of advice")
        return f"{counts} pictures: {found}.{left_out}"

    def to_json(self) -> dict[str, Any]:
        """The check as `check-data --json` prints it; times are in seconds."""
        domains = {key: asdict(domain) for key, domain in self.domains.items()}
        findings = [asdict(finding) for finding in self.findings]
        left_out = {key: out.to_json() for key, out in self.left_out.items()}
        tables = {key: table.to_json() for key, table in self.tables.items()}
        return {"grade": self.grade, "sentence": self.sentence, "size": self.size, "domains": domains, "findings": findings, "left_out": left_out, "tables": tables, "seconds": round(self.seconds, 2)}  # fmt: skip


def check(
    data: str | Path,
    data_b: str | Path | None = None,
    *,
    size: int,
    seconds: float = SECONDS,
    paired: bool = False,
    kind: str | None = None,
) -> Check:
    """Look at the pictures of one domain or two, as they would be learned from at `size` x `size` pixels.

    `data` and `data_b` are what `load` and `load_pair` take: with `data_b`, or with a `data` that holds `trainA` and
    `trainB`, two domains are compared. Looks for about `seconds` at most; of large sets at a sample, which a finding
    says. `paired` asks whether they are pairs, or can be made into pairs of this `kind` (see `load_paired`). Raises InputError for a
    place that cannot be read at all.
    """
    check_size(size)
    start = time.monotonic()
    trouble = ""
    if paired:
        trouble = _pair_trouble(data, data_b, kind)
        seen = dict(_halves(data, data_b, seconds) if not trouble and kind is None else [("", _see(data, seconds))])
    else:
        seen = dict(_domains(data, data_b, seconds))
    findings = [finding for key, domain in seen.items() for finding in of_one(key, domain, size)]
    if paired:
        findings.append(_of_pairs(trouble, seen, kind))
    elif len(seen) == 2:
        findings += of_two(seen["A"], seen["B"])
    findings.sort(key=lambda finding: -GRADES.index(finding.grade))
    domains = {key: _facts(domain) for key, domain in seen.items()}
    left_out = {key: domain.left_out for key, domain in seen.items()}
    tables = {key: domain.table for key, domain in seen.items() if domain.table is not None}
    return Check(size, domains, tuple(findings), left_out, time.monotonic() - start, tables)


def _pair_trouble(data: str | Path, data_b: str | Path | None, kind: str | None) -> str:
    """Why the pictures are no pairs of this kind, as a sentence; empty where they are. Looks at names alone."""
    try:
        data_sets.check_pairs(data, data_b, kind)
        if kind is None:
            place_b = None if data_b is None else data_sets.place_of(data_b)
            pairs.list_equal_names(data_sets.place_of(data), place_b)
        elif kind == "side-by-side":
            for file in list_files(data_sets.place_of(data))[:FEW_HALVES]:
                pairs.read_halves(file, NAMED_SIDE)
    except InputError as error:
        return str(error)
    return ""


def _of_pairs(trouble: str, seen: dict[str, DomainInfo], kind: str | None) -> Finding:
    about = "both" if len(seen) == 2 else ""
    if trouble:
        return Finding("problem", "pairs", about, trouble, "A translation that learns from pairs cannot use them so.")
    count = next(iter(seen.values())).count
    how = "lie in pairs of equal names" if kind is None else f"make pairs of the kind {kind}"
    return Finding("good", "pairs", about, f"{count:,} pictures {how}.")


def _halves(data: str | Path, data_b: str | Path | None, seconds: float) -> Iterator[tuple[str, DomainInfo]]:
    """Both halves of pairs with equal names."""
    place_b = None if data_b is None else data_sets.place_of(data_b)
    for key, side in zip("AB", pairs.list_equal_names(data_sets.place_of(data), place_b), strict=True):
        yield key, inspect_files(side.title, Listing(list(side.files.values()), side.left_out), seconds / 2)


def _domains(data: str | Path, data_b: str | Path | None, seconds: float) -> Iterator[tuple[str, DomainInfo]]:
    """The domains by name: `A` and `B`, or one without a name."""
    if data_b is not None:
        yield "A", _see(data, seconds / 2)
        yield "B", _see(data_b, seconds / 2)
        return
    if (pair := data_sets.pair_of(str(data))) is not None:
        for key, name in zip("AB", pair, strict=True):
            yield key, _see(name, seconds / 2)
        return
    if str(data) in data_sets.SOURCES or not data_sets.holds_both(data):
        yield "", _see(data, seconds)
        return
    place = data_sets.place_of(data)
    listing = survey(place)
    for key in "AB":
        files = [file for file in listing.files if (part(file.path) or (False, None))[1] == key]
        own = replace(listing, files=files)
        if key == "B":
            own = replace(own, left_out=LeftOut(), tables=[])  # once, as loading says it
        yield key, inspect_files(f"{title_of(place)} {key}", own, seconds / 2)


def _see(source: str | Path, seconds: float) -> DomainInfo:
    known = data_sets.SOURCES.get(str(source))
    if known is not None and known.first is not None:  # a few of them show what all of them are like
        pictures, count, _ = known.first(NAMED_SIDE, 0, NAMED)
        return replace(inspect_dataset(data_sets.DataSet(known.name, pictures, pictures[:0])), count=count)
    if known is not None:
        return inspect_dataset(data_sets.load(source, size=NAMED_SIDE))
    place = data_sets.place_of(source)
    return inspect_files(title_of(place), survey(place), seconds)


def _facts(seen: DomainInfo) -> Domain:
    sizes = [look.size for look in seen.looks]
    known = bool(sizes) and not seen.drawn
    return Domain(
        name=seen.name,
        count=seen.count,
        held_out=sum(look.held_out for look in seen.looks),
        looked_at=seen.looked_at,
        unreadable=seen.unreadable,
        smallest=min(sizes, key=min) if known else None,
        middle=(int(median(width for width, _ in sizes)), int(median(height for _, height in sizes)))
        if known
        else None,
    )
