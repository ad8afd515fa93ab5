"""The race panel: what its script asks the server for. All state is in the race's folder and in the browser's question."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from gan_core.errors import InputError
from gan_core.paths import title_of
from gan_core.recipes import PRESETS
from gan_core.reference_levels import stored_levels
from gan_core.runs.owners import is_owner
from gan_core.ui import frontend
from gan_core.ui.context import Context
from gan_core.ui.ownership import allow, mark_of
from gan_core.ui.train.recipe_form import TITLES, with_form_settings

if TYPE_CHECKING:
    from gan_core.compare import ComparisonFolder
    from gan_core.compare.folder import Trial

FEWEST, MOST = 2, 4
MOST_SEEDS = 5


class ComparisonController:
    """Server functions of the race panel."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def options(self, _: Any = None) -> dict[str, Any]:
        """What can be raced, and on what."""
        from gan_core import data

        recipes = [
            {"name": name, "title": TITLES.get(name, name), "control": recipe.negative_control}
            for name, recipe in PRESETS.items()
            if not recipe.is_translation
        ]
        sets = [source.name for source in data.names() if source.kind != "points"]
        return {"recipes": recipes, "data": sets, "local": self.context.local}

    def start(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Begin a race: `entries` (label, recipe, settings), `data`, `minutes` for each trial, number of `seeds`."""
        from gan_core import data, devices
        from gan_core.compare import BenchmarkConfig, Candidate, list_comparisons, plan

        entries = wish.get("entries") or []
        if not FEWEST <= len(entries) <= MOST:
            raise InputError(f"Choose {FEWEST} to {MOST} recipes to race, not {len(entries)}.")
        going = next((race for race in list_comparisons(self.context.runs_root) if _is_going(race)), None)
        if going is not None:
            raise InputError(f"The race {going.name} is going on; stop it first, so that none disturbs the other.")
        seeds, minutes = wish.get("seeds"), wish.get("minutes")
        if not isinstance(seeds, int) or not 1 <= seeds <= MOST_SEEDS:
            raise InputError(f"A race has 1 to {MOST_SEEDS} seeds, not {seeds!r}.")
        if not isinstance(minutes, int | float) or not 0 < minutes <= 24 * 60:
            raise InputError(f"Minutes for each trial are above 0 and at most {24 * 60}, not {minutes!r}.")
        source = str(wish.get("data") or "")
        if not self.context.local and source not in {known.name for known in data.names()}:
            raise InputError("Choose one of the data sets by name.")
        kind = devices.choose(self.context.device).type
        terms = BenchmarkConfig(
            seeds=tuple(range(seeds)),
            minutes=float(minutes),
            clock="processor" if kind == "cpu" else "wall",
            device=self.context.device,
        )
        if not any(source == known.name for known in data.names()) and not Path(source).expanduser().exists():
            raise InputError(f"There are no pictures at {source!r}; choose a data set, or name a folder or zip.")
        made = [
            Candidate(
                str(entry.get("label")), with_form_settings(str(entry.get("recipe")), entry.get("settings") or {})
            )
            for entry in entries
        ]
        race = self.context.races.start(plan(made, terms, data=data.lasting(source)), owner=mark_of(wish))
        return {"race": race.name}

    def wish(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Ask a race to `pause`, `resume`, `stop` or `save`; `go on` takes a stopped one up again, `cancel` one that waits."""
        race, asked = self.context.race(wish["race"]), str(wish.get("wish"))
        allow(race, wish, asked)
        if asked == "go on":
            self.context.races.resume(race, owner=mark_of(wish))
            return {"race": race.name}
        if asked == "cancel":
            self.context.queue.cancel(race)
            return {"race": race.name}
        return {"sequence": race.request(asked)}

    def poll(self, wish: dict[str, Any]) -> dict[str, Any]:
        """How a race stands: `race` (None for the newest), `seed` that is looked at, `pictures` that the browser has."""
        from gan_core.compare import list_comparisons
        from gan_core.compare.table import cells, notes

        races = list_comparisons(self.context.runs_root)
        names = [race.name for race in races]
        name = wish.get("race")
        if name not in names:
            name = names[0] if names else None
        if name is None:
            return {"races": [], "race": None}
        race = self.context.race(name)
        values, status = race.values(), race.status()
        seeds = values["terms"]["seeds"]
        asked = wish.get("seed")
        seed = asked if isinstance(asked, int) and asked in seeds else seeds[0]
        trials = race.trials()
        headings, rows = cells(values)
        measured = any(trial.moments for trial in trials)
        return {
            "races": names,
            "race": name,
            "state": status.state,
            "mine": is_owner(race.path, wish.get("owner")),
            "reason": status.reason,
            "share": status.seconds,
            "seeds": seeds,
            "seed": seed,
            "data": title_of(values["data"]),
            "budget": 60 * values["terms"]["minutes"] if values["terms"]["minutes"] else None,
            "metric": (values["judging"].get("metrics") or [None])[0],
            "reference": next(iter(stored_levels(values["judging"]).values()), None),
            "lanes": [_lane(race, entry, trials, seed, wish.get("pictures") or {}) for entry in values["recipes"]],
            "table": {"headings": headings, "rows": rows, "notes": notes(values)} if measured else None,
        }


def _is_going(race: ComparisonFolder) -> bool:
    status = race.status()
    return status.is_active or status.state == "waiting"


def _lane(
    race: ComparisonFolder, entry: dict[str, Any], trials: list[Trial], seed: int, pictures: dict[str, str]
) -> dict[str, Any]:
    """One recipe: the numbers and the newest picture of its trial with `seed`, and the curves of all its seeds."""
    mine = [trial for trial in trials if trial.label == entry["label"]]
    trial = next(found for found in mine if found.seed == seed)
    run = race.run_of(trial)
    status = run.status()
    lane: dict[str, Any] = {
        "label": entry["label"],
        "recipe": entry["recipe"],
        "control": entry["negative_control"],
        "differs": entry["differs"],
        "run": trial.run,
        "state": trial.state if trial.state != "racing" else status.state,
        "reason": trial.reason,
        "step": status.step,
        "seconds": status.seconds,
        "speed": status.images_per_second,
        "curves": [
            [[moment["seconds"], next(iter(moment["values"].values()))] for moment in found.moments] for found in mine
        ],
    }
    picture = run.live_picture
    try:
        version = str(picture.stat().st_mtime_ns)
        if pictures.get(trial.run) != version:
            lane["picture"] = f"data:image/jpeg;base64,{base64.b64encode(picture.read_bytes()).decode()}"
        lane["version"] = version
    except OSError:
        lane["version"] = None  # nothing was drawn yet, or it is being moved this moment
    return lane


def race_panel(context: Context) -> gr.HTML:
    """The panel."""
    races = ComparisonController(context)
    return frontend.component(
        "train/comparison", elem_id="race", server_functions=[races.options, races.start, races.wish, races.poll]
    )
