"""Server functions of the panel of comparisons; all state is in a comparison's folder and in the requests."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import gradio as gr

from gan_core.errors import InputError
from gan_core.paths import title_of
from gan_core.recipes import PRESETS
from gan_core.reference_levels import stored_levels
from gan_core.runs.owners import is_owner
from gan_core.ui import frontend
from gan_core.ui.app_settings import AppSettings
from gan_core.ui.ownership import allow
from gan_core.ui.protocol import server_function
from gan_core.ui.run_library import RunLibrary
from gan_core.ui.train.recipe_form import TITLES, with_form_settings
from gan_core.ui.train.view_protocol import (
    ActionResponse,
    ComparedMetric,
    CompareRequest,
    CompareResponse,
    ComparisonActionRequest,
    ComparisonNews,
    ComparisonOptionsResponse,
    ComparisonRequest,
    ComparisonResponse,
    ComparisonTable,
    Lane,
    RecipeOffer,
    RunState,
)
from gan_core.ui.trainings import Trainings

if TYPE_CHECKING:
    from gan_core.compare import ComparisonFolder
    from gan_core.compare.reading import Trial

FEWEST, MOST = 2, 4
MOST_SEEDS = 5
MOST_MINUTES = 24 * 60


class ComparisonController:
    """Server functions of the panel."""

    def __init__(self, runs: RunLibrary, trainings: Trainings, settings: AppSettings) -> None:
        self.runs, self.trainings, self.settings = runs, trainings, settings

    @server_function
    def options(self) -> ComparisonOptionsResponse:
        """The recipes that can be compared, and the data sets."""
        from gan_core import data

        recipes = [
            RecipeOffer(name=name, title=TITLES.get(name, name), control=recipe.negative_control)
            for name, recipe in PRESETS.items()
            if not recipe.is_translation
        ]
        sets = [source.name for source in data.names() if source.kind != "points"]
        return ComparisonOptionsResponse(recipes=recipes, data=sets)

    @server_function
    def start(self, request: CompareRequest) -> CompareResponse:
        """Begin a comparison.

        Raises:
            InputError: for too few or too many recipes, and for what cannot be compared.
        """
        from gan_core import data, devices
        from gan_core.compare import BenchmarkConfig, Candidate, plan

        if not FEWEST <= len(request.entries) <= MOST:
            raise InputError(f"Choose {FEWEST} to {MOST} recipes to compare, not {len(request.entries)}.")
        going = next((each for each in self.runs.comparisons() if _is_going(each)), None)
        if going is not None:
            raise InputError(
                f"The comparison {going.name} is going on; stop it first, so that none disturbs the other."
            )
        seeds, minutes = request.seeds, request.minutes
        if seeds is None or not 1 <= seeds <= MOST_SEEDS:
            raise InputError(f"A comparison has 1 to {MOST_SEEDS} seeds.")
        if minutes is None or not 0 < minutes <= MOST_MINUTES:
            raise InputError(f"Minutes for each trial are above 0 and at most {MOST_MINUTES}.")
        names = {known.name for known in data.names()}
        source = request.data
        if not self.settings.local and source not in names:
            raise InputError("Choose one of the data sets by name.")
        kind = devices.choose(self.settings.device).type
        terms = BenchmarkConfig(
            seeds=tuple(range(seeds)),
            minutes=float(minutes),
            clock="processor" if kind == "cpu" else "wall",
            device=self.settings.device,
        )
        if source not in names and not Path(source).expanduser().exists():
            raise InputError(f"There are no pictures at {source!r}; choose a data set, or name a folder or zip.")
        made = [Candidate(each.label, with_form_settings(each.recipe, each.settings)) for each in request.entries]
        planned = plan(made, terms, data=data.lasting(source))
        return CompareResponse(comparison=self.trainings.comparisons.start(planned, owner=request.owner or "").name)

    @server_function
    def control(self, request: ComparisonActionRequest) -> ActionResponse:
        """Pause, resume, stop, continue or cancel a comparison."""
        comparison, action = self.runs.comparison(request.comparison), request.action
        allow(comparison, request, "go on" if action == "continue" else action)
        if action == "continue":
            self.trainings.comparisons.resume(comparison, owner=request.owner or "")
            return ActionResponse(sequence=None)
        if action == "cancel":
            self.trainings.queue.cancel(comparison)
            return ActionResponse(sequence=None)
        return ActionResponse(sequence=comparison.request(action))

    @server_function
    def poll(self, request: ComparisonRequest) -> ComparisonResponse:
        """All comparisons, and the state of one of them."""
        names = [each.name for each in self.runs.comparisons()]
        name = request.comparison if request.comparison in names else next(iter(names), None)
        found = None if name is None else _news(self.runs.comparison(name), request)
        return ComparisonResponse(names=names, comparison=found)


def _news(folder: ComparisonFolder, request: ComparisonRequest) -> ComparisonNews:
    from gan_core.compare.table import cells, notes

    values, status, trials = folder.values(), folder.status(), folder.trials()
    seeds, minutes = values["terms"]["seeds"], values["terms"]["minutes"]
    seed: int = request.seed if request.seed is not None and request.seed in seeds else seeds[0]
    headings, rows = cells(values)
    measured = any(trial.moments for trial in trials)
    metric = next(iter(values["judging"].get("metrics") or ()), None)
    return ComparisonNews(
        name=folder.name,
        state=cast(RunState, status.state),
        mine=is_owner(folder.path, request.owner),
        reason=status.reason,
        share=status.seconds,
        seeds=seeds,
        seed=seed,
        data=title_of(values["data"]),
        budget=60 * minutes if minutes else None,
        metric=ComparedMetric(title=metric["title"], better=metric["better"]) if metric else None,
        reference=next(iter(stored_levels(values["judging"]).values()), None),
        lanes=[_lane(folder, entry, trials, seed, request.pictures) for entry in values["recipes"]],
        table=ComparisonTable(headings=headings, rows=rows, notes=notes(values)) if measured else None,
    )


def _is_going(folder: ComparisonFolder) -> bool:
    status = folder.status()
    return status.is_active or status.state == "waiting"


def _lane(
    folder: ComparisonFolder, entry: Mapping[str, Any], trials: list[Trial], seed: int, known: Mapping[str, str]
) -> Lane:
    """One recipe: the numbers and the newest picture of its run with `seed`, and the curves of all its seeds."""
    from gan_core.compare.reading import TRAINING

    of_recipe = [trial for trial in trials if trial.label == entry["label"]]
    trial = next(found for found in of_recipe if found.seed == seed)
    run = folder.run_of(trial)
    status = run.status()
    picture: dict[str, str] = {}
    version = None
    try:
        version = str(run.live_picture.stat().st_mtime_ns)
        if known.get(trial.run) != version:
            encoded = base64.b64encode(run.live_picture.read_bytes()).decode()
            picture = {"picture": f"data:image/jpeg;base64,{encoded}"}
    except OSError:
        version = None  # nothing was drawn yet, or it is being moved this moment
    return Lane(
        label=entry["label"],
        recipe=entry["recipe"],
        control=entry["negative_control"],
        differs=entry["differs"],
        run=trial.run,
        state=trial.state if trial.state != TRAINING else status.state,
        reason=trial.reason,
        step=status.step,
        seconds=status.seconds,
        images_per_second=status.images_per_second,
        curves=[
            [(moment["seconds"], next(iter(moment["values"].values()))) for moment in found.moments]
            for found in of_recipe
        ],
        version=version,
        **picture,
    )


def comparison_panel(controller: ComparisonController) -> gr.HTML:
    """The component of the panel."""
    functions = [controller.options, controller.start, controller.control, controller.poll]
    return frontend.component("train/comparison", elem_id="comparison-panel", server_functions=functions)
