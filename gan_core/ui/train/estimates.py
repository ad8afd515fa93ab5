"""The duration of a training, and the size of a translation that suits this machine; independent of gradio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.recipes import PRESETS, Recipe
from gan_core.ui.app_settings import AppSettings
from gan_core.ui.model_store import ModelStore
from gan_core.ui.protocol import server_function
from gan_core.ui.run_library import RunLibrary
from gan_core.ui.train import recipe_form
from gan_core.ui.train.protocol import EstimateRequest, EstimateResponse, SizeRequest, SizeResponse
from gan_core.ui.train.start_model import start_text
from gan_core.ui.trainings import Trainings

if TYPE_CHECKING:
    from gan_core.training.estimate import Speed

SIDES = (
    (64, "64 px", "quick, small"),
    (128, "128 px", "more detail"),
    (256, "256 px", "as in the paper"),
)
WIDTHS = (
    ("light", "Light", "quickest", 16),
    ("medium", "Medium", "balanced", 32),
    ("full", "Full", "as in the paper", 64),
)
"""Channels of the first layer of the generators and the discriminators."""
LADDER = ((64, "light"), (64, "medium"), (128, "medium"), (256, "full"))
"""What a machine is offered, from the least; the recipe itself is the second."""
REASONABLE = 2 * 3600.0
"""Seconds that a translation's own steps may take for it to be what the form begins with."""


def scale_settings(side: int, width: str) -> dict[str, Any]:
    """The settings of a recipe that a size and a width stand for; nine blocks at 256 pixels and six below, as in the
    paper."""
    channels = next(number for name, _, _, number in WIDTHS if name == width)
    blocks = 9 if side >= 256 else 6
    both = {"generator.width": channels, "discriminator.width": channels}
    return {"size": side, "generator.blocks": blocks, **both}


def scales() -> dict[str, Any]:
    """Everything the choice of size and width needs to know."""
    return {
        "sides": [{"value": value, "label": label, "words": words} for value, label, words in SIDES],
        "widths": [{"value": v, "label": label, "words": words, "channels": c} for v, label, words, c in WIDTHS],
        "settings": {f"{side}-{width}": scale_settings(side, width) for side, *_ in SIDES for width, *_ in WIDTHS},
    }


def translations() -> list[str]:
    """The presets that the choice of size and width is for."""
    return [name for name, recipe in PRESETS.items() if recipe.is_translation and recipe.generator.name == "resnet"]


class Estimates:
    """Server functions; what has to be measured is measured by `Trainings.timing_probes`."""

    def __init__(self, runs: RunLibrary, models: ModelStore, trainings: Trainings, settings: AppSettings) -> None:
        self.runs, self.models, self.trainings, self.settings = runs, models, trainings, settings

    @server_function
    def estimate(self, request: EstimateRequest) -> EstimateResponse:
        """The line above Start; what is not known is measured where the request allows it."""
        from gan_core.training.estimate import Estimate

        try:
            preset = Recipe.named(request.recipe)
            recipe = recipe_form.make_recipe(
                preset.name, preset.data, preset.data_b, request.how, request.number, request.settings,
                start_text(self.models, request.start_from), self.models.runs_root,
            )  # fmt: skip
        except InputError:  # still being typed; Start says what is wrong
            return EstimateResponse()
        other = self.runs.active()
        room = other is None or self.trainings.queue.has_room()
        speed = self._speed(recipe)
        if speed is not None:
            short, _, rest = Estimate(recipe, speed).sentence.partition(" (")
            notes = f"({rest}."
            if other is not None and room:  # where there is none, the bar below says what the next one waits for
                notes += f" {other.name} is training: both would share this machine and each be slower."
            elif speed.busy:
                notes += " The machine was busy with other work then; alone it is faster."
            return EstimateResponse(short=short, rest=notes)
        if refusal := self.trainings.timing_probes.refusal(recipe):
            return EstimateResponse(rest=refusal)
        may = (
            room or self.settings.local
        )  # a timing probe is a training too: visitors start none beside the last place taken
        if other is not None and not (may and request.anyway):
            return EstimateResponse(rest=f"How long it takes is measured when {other.name} has ended.", offer=may)
        if request.measure:
            self.trainings.timing_probes.ask(recipe)
        return EstimateResponse(rest="Measuring how fast this machine is …", pending=True)

    @server_function
    def suggest(self, request: SizeRequest) -> SizeResponse:
        """The largest translation that this machine does in reasonable time.

        Climbs from the recipe itself as long as the next one, guessed from the last by its pixels and channels, still
        fits; what is guessed is then measured.
        """
        preset = Recipe.named(request.recipe)
        steps = preset.steps or 0
        best: tuple[int, str] | None = None
        step = LADDER.index((64, "medium"))
        while True:
            side, width = LADDER[step]
            recipe = preset.with_settings(scale_settings(side, width))
            speed = self._speed(recipe)
            if speed is None:
                if self.runs.active() is not None or self.trainings.timing_probes.refusal(recipe):
                    break
                self.trainings.timing_probes.ask(recipe)
                return SizeResponse(pending=True, sentence="Trying what this machine can do …")
            seconds = steps / speed.steps_per_second
            if seconds > REASONABLE:
                if best is None and step > 0:
                    best, step = LADDER[0], 0  # nothing is lighter: it need not be measured
                break
            best = LADDER[step]
            if step + 1 == len(LADDER) or seconds * _cost(LADDER[step + 1]) / _cost(best) > REASONABLE:
                break
            step += 1
        if best is None:
            return SizeResponse()
        sentence = f"{best[0]} px and {best[1]} networks fit this machine; choose more if you have the time."
        return SizeResponse(side=best[0], width=best[1], sentence=sentence)

    def _speed(self, recipe: Recipe) -> Speed | None:
        from gan_core import devices
        from gan_core.training.estimate import known_speed, worker_threads

        return known_speed(recipe, devices.choose(self.settings.device), worker_threads())


def _cost(scale: tuple[int, str]) -> float:
    """Work of a step, up to a factor: pixels times the square of the channels."""
    channels = next(number for name, _, _, number in WIDTHS if name == scale[1])
    return scale[0] ** 2 * channels**2
