"""The Train tab: what, how and for how long on the left; the training as it happens on the right."""

import functools
from collections.abc import Iterator
from typing import Any

import gradio as gr
from gradio.context import Context as Building
from gradio.events import api

from gan_core.errors import InputError
from gan_core.recipes import PRESETS, Recipe
from gan_core.ui import frontend
from gan_core.ui.app_settings import AppSettings
from gan_core.ui.model_store import ModelStore
from gan_core.ui.protocol import server_function
from gan_core.ui.run_library import RunLibrary
from gan_core.ui.train import part_options, recipe_form
from gan_core.ui.train.comparison import ComparisonController, comparison_panel
from gan_core.ui.train.data_check import checked
from gan_core.ui.train.data_slot import DataSlot, choices, data_slot, holds_pairs, pending, preview_of
from gan_core.ui.train.estimates import Estimates, scales, translations
from gan_core.ui.train.fetches import Fetches
from gan_core.ui.train.live_run import LiveRun, train_live
from gan_core.ui.train.picture_sets import PictureSets, is_set
from gan_core.ui.train.probe_images import ProbeImageController
from gan_core.ui.train.protocol import (
    SettingsOfferResponse,
    SettingsRequest,
    SettingsResponse,
    StartRequest,
    StartResponse,
)
from gan_core.ui.train.start_model import StartModels, start_text
from gan_core.ui.trainings import Trainings
from gan_core.ui.uploads import forget_unused

FIRST = "dcgan"
LIVE: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
FOLLOWS: dict[str, Any] = {
    "show_progress": "hidden", "api_visibility": "private", "concurrency_id": "data", "concurrency_limit": None,
}  # fmt: skip
"""Previews and checks are quick, and run at once for any number of visitors."""

PROPOSED = {
    name: {
        "data": preset.data,
        "data_b": preset.data_b,
        "translates": preset.is_translation,
        "paired": preset.is_paired,
    }
    for name, preset in PRESETS.items()
}
FORM_MODULE = "train/form.js"
"""The functions by which gradio's fields take part in the form, in the browser: nothing typed meanwhile is lost."""
FORM = "(recipe, how, number, settings, start_from) => ({ recipe, how, number, settings, start_from })"
PRESSED = """(recipe, how, number, data, folder, data_b, folder_b, settings, probe_images, start_from) => ({
  form: { recipe, how, number, data, folder, data_b, folder_b, settings, probe_images, start_from },
  at: performance.now(),
})"""
"""In the browser: the whole form as it is at the press of Start, which the script of `start.js` then sends by itself,
so that it hears of whatever goes wrong."""

DEFAULTS = {
    "recipe": FIRST, "how": "Minutes", "number": recipe_form.minutes()[FIRST], "settings": {},
    "data": Recipe.named(FIRST).data, "data_b": "scenes-winter", "folder": "", "folder_b": "",
    "start_from": "",
}  # fmt: skip
"""What the form begins with, and "Reset to defaults" goes back to."""
REST = 20.0
"""Seconds after Start in which nothing is measured: the first pictures come first."""


def build_train_tab(
    runs: RunLibrary, models: ModelStore, trainings: Trainings, fetches: Fetches, app_settings: AppSettings
) -> None:
    """Lay the tab out and wire it; called inside a `gr.Tab` of a `gr.Blocks`."""
    page = Building.root_block
    ways = {name: recipe.directions for name, recipe in PRESETS.items() if recipe.is_translation}
    assert page is not None, "build_train_tab must be called inside a gr.Blocks"
    sets, probes, live = PictureSets(runs, app_settings), ProbeImageController(runs), LiveRun(runs, trainings)

    @server_function
    def start_training(request: StartRequest) -> StartResponse:
        """Begin the training that the form describes, and name its run."""
        name = request.recipe
        data = slots[0].source(request.data, None, request.folder)
        kind = recipe_form.with_form_settings(name, request.settings or {}).pairs
        data_b = _second_source(name, kind, data, slots[1], (request.data_b, None, request.folder_b))
        for slot, chosen_data in zip(slots, (data, data_b), strict=True):
            slot.check(chosen_data)
        recipe = recipe_form.make_recipe(
            name, data, data_b, request.how, request.number, request.settings,
            start_text(models, request.start_from), models.runs_root,
        )  # fmt: skip
        if trainings.queue.has_room():
            trainings.timing_probes.stop(rest=REST)
        watched = probes.waiting(request.probe_images) if recipe.is_translation else None
        run = trainings.launcher.start(recipe, own=watched, owner=request.owner or "", token=request.token)
        live.forget_list()
        return StartResponse(run=run.name)

    with gr.Row(elem_id="train", equal_height=False):
        with gr.Column(scale=4, min_width=300, elem_id="train-form"):
            reset = frontend.component(
                "train/form", elem_id="form-head", events=["press"], presets=list(PRESETS), defaults=DEFAULTS
            )
            slots = (
                data_slot(sets, fetches, "data", "Pictures", Recipe.named(FIRST).data),
                data_slot(sets, fetches, "data-b", "Pictures of the other kind (B)", "scenes-winter", visible="hidden"),
            )
            pairs = frontend.component(
                "train/pairs",
                elem_id="pairs-choice",
                value={},
                recipe=FIRST,
                kinds=recipe_form.kinds_of_pairs(),
                presets=recipe_form.paired_presets(),
            )
            found = frontend.component("train/data-check", elem_id="data-check")
            own = frontend.component(
                "train/probe-images",
                elem_id="own-before",
                styles=["train/probe-controls"],
                server_functions=probes.functions,
                recipe=FIRST,
                ways=ways,
            )
            gr.HTML('<h2 class="gw-step">How</h2>', apply_default_css=False)
            recipe = frontend.component(
                "train/recipes",
                elem_id="recipe",
                value=FIRST,
                groups=recipe_form.groups(),
                stem="recipe",
                name="Recipe",
            )
            begins = frontend.component(
                "train/start-model",
                elem_id="start-model",
                value="",
                server_functions=[StartModels(models).start_model],
                translates={name: preset.is_translation for name, preset in PRESETS.items()},
            )
            pace = Estimates(runs, models, trainings, app_settings)
            frontend.component(
                "train/size",
                elem_id="scale",
                server_functions=[pace.suggest],
                recipe=FIRST,
                offer=scales(),
                presets=recipe_form.presets(),
                translations=translations(),
            )
            settings = frontend.component(
                "train/settings",
                elem_id="advanced",
                value={},
                server_functions=[spec, check],
                recipe=FIRST,
                presets=recipe_form.presets(),
            )
            with gr.Column(elem_id="go"):  # stays in sight while the rest is scrolled
                with gr.Row(elem_id="length"):
                    how = gr.Radio(
                        list(recipe_form.HOW_LONG), value="Minutes", label="For how long", show_label=False, container=False, elem_id="how-long",
                        scale=3,
                    )  # fmt: skip
                    number = gr.Number(  # without a minimum: Gradio would answer the press of Start itself, with no sentence
                        recipe_form.minutes()[FIRST], label="How many", show_label=False, container=False, elem_id="length-number",
                        min_width=90, scale=1,
                    )  # fmt: skip
                estimate = frontend.component("train/estimate", elem_id="estimate", server_functions=[pace.estimate])
                bar = frontend.component(
                    "train/start", elem_id="start-bar", events=["press"], server_functions=[start_training]
                )
        with gr.Column(scale=7, min_width=320, elem_id="train-view"):
            view = train_live(live, probes, FIRST, ways)
            comparison_panel(ComparisonController(runs, trainings, app_settings))

    def show_first(recipe: Any, pairing: Any, *values: Any) -> Iterator[tuple[Any, Any]]:
        name = _preset(recipe).name
        yield pending(values[0]), gr.skip()
        shown = preview_of(slots[0], name, (values[0], values[1], values[2]), _kind(name, pairing))
        yield shown, {"preview": {"picture": shown.get("beside"), "caption": shown.get("short")}}

    def show_second(recipe: Any, *values: Any) -> Iterator[Any]:
        name = _preset(recipe).name
        if Recipe.named(name).is_translation:
            yield pending(values[0])
            yield preview_of(slots[1], name, (values[0], values[1], values[2]))
        else:
            yield gr.skip()

    def show_check(recipe: Any, settings: Any, shown: Any, pairing: Any, *values: Any) -> Iterator[Any]:
        settings = settings if isinstance(settings, dict) else {}
        name = _preset(recipe).name
        yield from checked(slots, name, settings, shown, values, _kind(name, pairing))

    def open_page(mark: Any, form: Any) -> list[Any]:
        """All data sets and those that this browser brought; chosen as they were, where they are still there."""
        forget_unused(runs, app_settings)
        listed = choices(sets, mark)
        form = form if isinstance(form, dict) else {}
        return [_chosen(listed, form.get(key)) for key in ("data", "data_b")]

    def take_set(slot: int, value: Any, *before: Any) -> list[Any]:
        """A set was brought, chosen or removed: it is in the lists of both kinds, and chosen here."""
        value = value if isinstance(value, dict) else {}
        listed = choices(sets, value.get("owner"))
        names = [name for _, name in listed]
        # Only what is meant is chosen, or what is gone replaced: another choice may be changing at this very moment.
        wanted = [
            DEFAULTS[key] if is_set(now) and now not in names else None
            for now, key in zip(before, ("data", "data_b"), strict=True)
        ]
        if value.get("name") in names:
            wanted[slot] = value["name"]
        return [_chosen(listed, name) for name in wanted]

    lengths = [how, number]
    chosen = [each for slot in slots for each in (slot.name, slot.folder)]
    bar.press(None, [recipe, *lengths, *chosen, settings, own, begins], [bar], js=PRESSED, **LIVE)  # pyright: ignore[reportAttributeAccessIssue]
    translated = gr.Checkbox(Recipe.named(FIRST).is_translation, visible="hidden")
    recipe.change(
        None,
        [recipe, translated, slots[0].name, slots[1].name],
        [slots[0].name, slots[1].name, slots[1].group, translated],
        js=frontend.script(FORM_MODULE, "picturesFor", PROPOSED),
        **LIVE,
    )
    gr.on(
        [page.load, recipe.change, how.change, number.change, settings.change, begins.change],
        None,
        [recipe, *lengths, settings, begins],
        [estimate],
        js=FORM,
        **LIVE,
    )
    recipe.change(
        None, [recipe, *lengths], [number], js=frontend.script(FORM_MODULE, "lengthFor", recipe_form.minutes()), **LIVE
    )
    how.input(_length_for, [how, recipe], [number], **LIVE)
    slots[0].strip.change(
        None, [translated, slots[0].strip], [slots[1].group], js=frontend.script(FORM_MODULE, "secondSlot"), **LIVE
    )
    # The first preview is one of the same event as all others: of two events, the one that takes longer would win.
    settled, fetched = gr.Number(visible="hidden"), gr.Number(visible="hidden")
    for slot, again in zip(slots, (settled, fetched), strict=True):  # a data set has been downloaded, or is tried again
        slot.strip.fetched(None, None, [again], js="() => Date.now()", **LIVE)  # pyright: ignore[reportAttributeAccessIssue]
    first = gr.on(
        [
            settled.change, recipe.change, pairs.change, slots[0].name.change, slots[0].folder.submit,
            slots[0].folder.blur,
        ],
        show_first, [recipe, pairs, *slots[0].inputs], [slots[0].strip, view], trigger_mode="always_last", **FOLLOWS,
    )  # fmt: skip
    second = gr.on(
        [fetched.change, recipe.change, slots[1].name.change, slots[1].folder.submit, slots[1].folder.blur],
        show_second, [recipe, *slots[1].inputs], [slots[1].strip], trigger_mode="always_last", **FOLLOWS,
    )  # fmt: skip
    checking: dict[str, Any] = {
        "fn": show_check,
        "inputs": [recipe, settings, found, pairs, *slots[0].inputs, *slots[1].inputs],
        "outputs": [found],
    }
    for strips in (first, second):  # after them: the pictures are then read, and none of the choices is missed,
        strips.then(**checking, trigger_mode="always_last", **FOLLOWS)  # not even one made during a long check
    settings.change(**checking, trigger_mode="always_last", **FOLLOWS)
    both_names = [slot.name for slot in slots]
    for index, slot in enumerate(slots):
        slot.name.change(lambda name: gr.update(visible=name == recipe_form.OWN), [slot.name], [slot.own], **LIVE)
        slot.name.input(
            None, [slot.name], None, js=frontend.script(FORM_MODULE, "openOwn", ["data", "data-b"][index]), **LIVE
        )
        slot.pictures.chosen(  # pyright: ignore[reportAttributeAccessIssue]
            functools.partial(take_set, index), [slot.pictures, *both_names], both_names, **LIVE
        )
    mark, form = gr.Textbox(visible="hidden"), gr.JSON(visible="hidden")
    folders = [slot.folder for slot in slots]
    restored = [how, number, *folders, form, settled]
    opened = page.load(open_page, [mark, form], both_names, js=frontend.script(FORM_MODULE, "kept"), **LIVE)
    opened.then(None, [*both_names, form], restored, js=frontend.script(FORM_MODULE, "restore"), **LIVE)
    reset.press(None, None, [*both_names, form], js=frontend.script(FORM_MODULE, "reset"), **LIVE).then(  # pyright: ignore[reportAttributeAccessIssue]
        None, [*both_names, form], restored, js=frontend.script(FORM_MODULE, "restore"), **LIVE
    )
    gr.on(
        [each.change for each in (recipe, *lengths, settings, *both_names, *folders, begins)],
        None,
        [recipe, *lengths, settings, *both_names, *folders, begins],
        None,
        js=frontend.script(FORM_MODULE, "keep"),
        **LIVE,
    )
    _public_endpoints(runs, trainings)


def _chosen(listed: list[tuple[str, str]], name: Any) -> Any:
    """An update of a list of data sets, with `name` chosen if it is in the list."""
    return gr.update(choices=listed, value=name) if name in [each for _, each in listed] else gr.update(choices=listed)


def _kind(name: str, pairing: Any) -> str | None:
    """How the preset's pairs are made, as the choice of pairs says it for this preset; else as the preset does."""
    known = isinstance(pairing, dict) and pairing.get("recipe") == name and isinstance(pairing.get("kind"), str)
    return (pairing["kind"] or None) if known else Recipe.named(name).pairs


def _second_source(recipe: str, kind: str | None, first: str, slot: DataSlot, values: tuple[Any, ...]) -> str | None:
    """Where domain B comes from; None when there is none, or when the first choice holds both domains or all pairs."""
    from gan_core import data

    if Recipe.named(recipe).is_paired:
        return None if kind is not None or holds_pairs(first) else slot.source(*values)
    return slot.source(*values) if Recipe.named(recipe).is_translation and not data.holds_both(first) else None


@server_function
def spec() -> SettingsOfferResponse:
    """What the form offers behind "Advanced"."""
    return part_options.spec()


@server_function
def check(request: SettingsRequest) -> SettingsResponse:
    """Whether a recipe with changed settings can be trained: the engine's own sentence, or an empty one."""
    from gan_core.assembly import check_parts

    try:
        check_parts(recipe_form.with_form_settings(request.recipe, request.settings))
    except InputError as error:
        return SettingsResponse(sentence=str(error))
    return SettingsResponse(sentence="")


def _preset(name: Any) -> Recipe:
    """The preset that an event names; the value of a component is whatever a browser sends."""
    if not isinstance(name, str):
        raise InputError("Choose a recipe first.")
    return Recipe.named(name)


def _length_for(how: str, recipe: Any) -> Any:
    preset = _preset(recipe)
    if how == recipe_form.HOW_LONG[2]:
        return gr.update(visible=False)
    value = recipe_form.minutes()[preset.name] if how == "Minutes" else preset.steps
    return gr.update(visible=True, value=value)


def _public_endpoints(runs: RunLibrary, trainings: Trainings) -> None:
    """Two documented functions for programs (`gradio_client`)."""

    def train_start(
        recipe: str = FIRST, data: str = "", steps: int = 0, minutes: float = 0.0, seed: int = 0
    ) -> dict[str, str]:
        """Start a training in the background and answer at once.

        Args:
            recipe: name of a preset, such as dcgan, gan, wgan-gp or cyclegan
            data: name of a data set; empty for the recipe's own
            steps: total steps; 0 for the recipe's own, unless minutes are given
            minutes: training time; 0 for no limit
            seed: fixes all random choices
        """
        try:
            asked = Recipe.named(recipe)
            changes: dict[str, Any] = {"seed": int(seed)}
            if data:
                changes["data"] = _known_data(data)
            if steps:
                changes["steps"] = int(steps)
            if minutes:
                changes |= {"minutes": float(minutes), "steps": int(steps) or None}
            run = trainings.launcher.start(asked.replace(**changes))
        except InputError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return {"run": run.name}

    def run_status(name: str) -> dict[str, Any]:
        """How a training stands: state, step, images, seconds, seconds_left, images_per_second.

        Args:
            name: the run's name, as train_start answered
        """
        try:
            run = runs.find(name)
        except InputError as error:
            raise gr.Error(str(error), print_exception=False) from error
        status = run.status()
        keys = ("state", "reason", "step", "steps", "images", "seconds", "seconds_left", "images_per_second")
        return {"run": run.name, **{key: getattr(status, key) for key in keys}}

    api(train_start, api_name="train_start", queue=False)
    api(run_status, api_name="run_status", queue=False)


def _known_data(name: str) -> str:
    """Programs may name data sets only: paths of the server's disk are for the person who sits at it."""
    from gan_core import data
    from gan_core.parts import unknown

    names = [source.name for source in data.names()]
    if name not in names:
        raise InputError(unknown("data set", name, names))
    return name
