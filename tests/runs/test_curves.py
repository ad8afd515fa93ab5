"""Curves of a run, from its events."""

from __future__ import annotations

import math

from gan_core.runs.curves import curves, thinned


def progress(step: int, loss: float) -> dict[str, object]:
    return {"kind": "progress", "step": step, "losses": {"generator": loss}, "scores": {}}


def test_events_become_points() -> None:
    events = [
        {"kind": "state", "step": 0},
        {"kind": "keyframe", "step": 1},
        {"kind": "progress", "step": 2, "losses": {"g": 1.5, "d": math.nan}, "scores": {"real": 2, "fake": "-"}},
        {"kind": "metric", "step": 3, "value": 7.5, "floor": 1},
        {"kind": "progress", "step": True, "losses": {"g": 1}},
        {"kind": "progress"},
    ]
    assert curves(events) == [
        {"step": 2, "kind": "losses", "values": {"g": 1.5}},
        {"step": 2, "kind": "scores", "values": {"real": 2}},
        {"step": 3, "kind": "metric", "values": {"score": 7.5, "reference_level": 1}},
    ]


def test_what_was_trained_anew_is_forgotten() -> None:
    events = [progress(step, step) for step in (1, 5, 9)] + [{"kind": "resumed", "step": 5}, progress(7, 70)]
    assert [(point["step"], point["kind"]) for point in curves(events)] == [
        (1, "losses"),
        (5, "losses"),
        (5, "resumed"),
        (7, "losses"),
    ]


def test_thinning_is_even_in_log_time_and_keeps_the_newest() -> None:
    points = curves(progress(step, step) for step in range(1, 10_001))
    kept = thinned(points, 40)
    assert 30 < len(kept) <= 42
    assert (kept[0]["step"], kept[-1]["step"]) == (1, 10_000)
    assert thinned(points[:3], 40) == points[:3]
    assert thinned([], 40) == []


def test_thinning_begins_again_where_a_training_did() -> None:
    again = curves([*(progress(step, 1) for step in (1, 2, 4, 8)), {"kind": "resumed", "step": 8}, progress(8, 2)])
    assert [point["values"].get("generator") for point in thinned(again, 4)] == [1, 1, 1, 1, None, 2]
