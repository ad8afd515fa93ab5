"""The curves of a run over its steps, from its events: losses, scores, metrics."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from gan_core.reference_levels import stored_level

MOST_POINTS = 600
"""Of one curve, evenly in log-time: more than a screen shows."""

Point = dict[str, Any]
"""`{"step": int, "kind": "losses" | "scores" | "metric" | "resumed", "values": {name: number}}`. `resumed` has no
values and says that points after its step, told before, are not of this training any more."""


def curves(events: Iterable[Mapping[str, Any]]) -> list[Point]:
    """The points of the curves in `events` of a run (see `RunFolder.events`), without numbers that are not finite.

    Points of consecutive parts of the events are appended.
    """
    points: list[Point] = []
    for event in events:
        step, kind = event.get("step"), event.get("kind")
        if isinstance(step, bool) or not isinstance(step, int) or step < 1:
            continue
        if kind == "resumed":
            points = [point for point in points if point["step"] <= step]
            points.append({"step": step, "kind": "resumed", "values": {}})
        elif kind == "progress":
            points += [
                {"step": step, "kind": part, "values": _finite(event.get(part))} for part in ("losses", "scores")
            ]
        elif kind == "metric":
            values = _finite({"score": event.get("value"), "reference_level": stored_level(event)})
            points.append({"step": step, "kind": kind, "values": values})
    return [point for point in points if point["values"] or point["kind"] == "resumed"]


def thinned(points: list[Point], most: int = MOST_POINTS) -> list[Point]:
    """At most about `most` points of each kind, evenly in log-time; the newest of each, and marks, stay."""
    gap = max((math.log(point["step"]) for point in points), default=0.0) / most
    newest = {point["kind"]: index for index, point in enumerate(points)}
    last: dict[str, float] = {}
    kept: list[Point] = []
    for index, point in enumerate(points):
        kind, place = point["kind"], math.log(point["step"])
        if kind == "resumed":
            last.clear()  # steps begin again
        elif index != newest[kind] and place - last.get(kind, -math.inf) < gap:
            continue
        last[kind] = place
        kept.append(point)
    return kept


def _finite(values: Any) -> dict[str, float]:
    items = values.items() if isinstance(values, Mapping) else ()
    return {
        str(name): value
        for name, value in items
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    }
