from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gan_core.compare import markdown, standings
from gan_core.compare.evaluation import _describe
from gan_core.compare.reading import SCHEMA, read_comparison


def comparison(**values: list[float | None]) -> dict[str, Any]:
    """race.json of finished trials with these values by label; None is one that blew up."""
    trials = [
        {
            "label": label,
            "seed": seed,
            "state": "failed" if value is None else "finished",
            "reason": "Not finite." if value is None else None,
            "moments": [{"step": 10 + seed, "images": 640, "seconds": 2.0, "values": {"d": value}}] if value else [],
        }
        for label, found in values.items()
        for seed, value in enumerate(found)
    ]
    return {
        "terms": {"seeds": [0, 1, 2], "minutes": 1.5, "steps": None, "clock": "processor"},
        "judging": {
            "samples": 2000,
            "reference": 1000,
            "size": 32,
            "metrics": [{"key": "d", "title": "distance", "words": "how far", "better": "lower", "digits": 1}],
            "reference_levels": {"d": 0.5},
        },
        "recipes": [{"label": label, "negative_control": label == "bad", "differs": []} for label in values],
        "racers": trials,
    }


def test_only_what_exceeds_the_spread_is_called_a_difference() -> None:
    table = standings(comparison(near=[10.0, 12.0, 11.0], best=[9.5, 10.5, 11.0], far=[20.0, 21.0, 22.0]))
    assert [row["label"] for row in table["recipes"]] == ["best", "near", "far"]
    assert [(d["better"], d["worse"]) for d in table["differences"]] == [("best", "far"), ("near", "far")]
    assert table["undecided"] == [["best", "near"]]
    near = table["recipes"][1]
    assert near["metrics"]["d"] == {"seeds": {"0": 10.0, "1": 12.0, "2": 11.0}, "mean": 11.0, "spread": 2.0}
    assert near["images_per_second"] == 320


def test_the_markdown_names_every_seed_level_and_failure() -> None:
    text = markdown(comparison(good=[10.0, 11.0, 12.0], bad=[30.0, None, None]))
    lines = text.splitlines()
    assert lines[0] == "| recipe | distance (real 0.5) | seeds 0, 1, 2 | steps | images/s |"
    assert lines[2] == "| good | 11.0 ± 1.0 | 10.0, 11.0, 12.0 | 10 to 12 | 320 |"
    assert lines[3].startswith("| bad (negative control) | 30.0 | 30.0, blew up, blew up |")
    assert "- Not told apart: good and bad." in lines
    assert "- bad, seed 1: Not finite." in lines


def test_a_metric_has_its_title_and_its_note_names_the_feature_network() -> None:
    metric = {**_describe("frechet-glyphs-1a2b"), "digits": 1}
    assert metric["title"] == "Fréchet distance"
    values = comparison(good=[10.0, 11.0, 12.0])
    values["judging"] |= {"metrics": [metric], "reference_levels": {metric["key"]: 0.5}}
    for trial in values["racers"]:
        for moment in trial["moments"]:
            moment["values"] = {metric["key"]: moment["values"]["d"]}
    text = markdown(values)
    assert text.startswith("| recipe | Fréchet distance (real 0.5) |")
    assert "in the features of a small classifier (features: glyphs-1a2b); lower is better." in text


def test_the_title_of_earlier_versions_is_read_as_todays(tmp_path: Path) -> None:
    values = {"schema": SCHEMA, "name": "old", "data": "glyphs", "born": 1.0, **comparison(good=[10.0, 11.0, 12.0])}
    values["recipes"] = [{**entry, "recipe": "gan"} for entry in values["recipes"]]
    values["racers"] = [{**trial, "run": f"old.good.{trial['seed']}"} for trial in values["racers"]]
    for trial in values["racers"]:
        for moment in trial["moments"]:
            moment |= {"share": 1.0, "values": {"frechet-glyphs-1a2b": 3.0}}
    metric = values["judging"]["metrics"][0]
    for title, read in (("Fréchet-glyphs-1a2b", "Fréchet distance"), ("distance", "distance")):
        metric |= {"key": "frechet-glyphs-1a2b", "title": title}
        (tmp_path / "race.json").write_text(json.dumps(values))
        assert read_comparison(tmp_path / "race.json")["judging"]["metrics"][0]["title"] == read


def test_an_unfinished_comparison_compares_what_all_have_behind_them() -> None:
    values = comparison(ahead=[10.0, 11.0], behind=[20.0, 21.0], bad=[None, None])
    for trial in values["racers"]:
        for moment in trial["moments"]:
            moment["share"] = 0.25
        if trial["label"] == "ahead":
            later = {"share": 0.5, "step": 99, "images": 9900, "seconds": 4.0, "values": {"d": 1.0}}
            trial["moments"].append(later)
        if trial["state"] == "finished":
            trial["state"] = "racing"
    table = standings(values)
    assert [row["metrics"]["d"]["mean"] for row in table["recipes"]] == [10.5, 20.5, None]
    assert table["recipes"][0]["steps"] == [10, 11]
    assert "- Unfinished: compared after 25% of 90 s of processor time on one thread; 3 seeds each." in markdown(values)


def test_a_comparison_of_an_older_version_keeps_its_levels_and_a_frechet_distance_is_explained() -> None:
    values = comparison(good=[10.0, 11.0, 12.0])
    values["judging"]["floors"] = values["judging"].pop("reference_levels")
    assert "distance (real 0.5)" in markdown(values)
    assert "cannot see memorising" not in markdown(values)
    values["judging"]["metrics"][0]["key"] = "frechet-glyphs-a1b2c3"
    for trial in values["racers"]:
        for moment in trial["moments"]:
            moment["values"] = {"frechet-glyphs-a1b2c3": 1.0}
    assert "cannot see memorising" in markdown(values)
