"""How long it will take, and how large a translation this machine should try: the server's side of both. No gradio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.recipes import PRESETS, Recipe
from gan_core.ui.context import Context
from gan_core.ui.train import recipe_form

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
    """The settings of a recipe that a size and a width stand for; nine blocks at 256 pixels and six below, as in the paper."""
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
    """Server functions; what has to be measured is measured by `Context.trials`."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def estimate(self, wish: dict[str, Any]) -> dict[str, Any]:
        """The line above Start: `short` and `rest` of a sentence, `pending` while it is being measured.

        `wish`: `recipe`, `settings`, `how` and `number` of the form; `measure` allows a trial, `anyway` one beside
        another training.
        """
        from gan_core.training.estimate import Estimate

        try:
            preset = Recipe.named(str(wish.get("recipe")))
            length = {"how": wish.get("how") or "No limit", "number": wish.get("number")}
            recipe = recipe_form.make_recipe(
                preset.name, preset.data, preset.data_b, length, wish.get("settings") or {}
            )
        except (InputError, TypeError):  # still being typed; Start says what is wrong
            return {}
        other = self.context.active_run()
        room = other is None or self.context.queue.has_room()
        speed = self._speed(recipe)
        if speed is not None:
            short, _, rest = Estimate(recipe, speed).sentence.partition(" (")
            notes = f"({rest}."
            if other is not None and room:  # where there is none, the bar below says what the next one waits for
                notes += f" {other.name} is training: both would share this machine and each be slower."
            elif speed.busy:
                notes += " The machine was busy with other work then; alone it is faster."
            return {"short": short, "rest": notes}
        if refusal := self.context.trials.refusal(recipe):
            return {"rest": refusal}
        may = room or self.context.local  # a trial is a training too: visitors start none beside the last place taken
        if other is not None and not (may and wish.get("anyway")):
            return {"rest": f"How long it takes is measured when {other.name} has ended.", "offer": may}
        if wish.get("measure"):
            self.context.trials.ask(recipe)
        return {"rest": "Measuring how fast this machine is …", "pending": True}

    def suggest(self, wish: dict[str, Any]) -> dict[str, Any]:
        """The largest translation that this machine does in reasonable time: `side`, `width` and a sentence, or `pending`.

        Climbs from the recipe itself as long as the next one, guessed from the last by its pixels and channels, still
        fits; what is guessed is then measured.
        """
        preset = Recipe.named(str(wish.get("recipe")))
        steps = preset.steps or 0
        best: tuple[int, str] | None = None
        step = LADDER.index((64, "medium"))
        while True:
            side, width = LADDER[step]
            recipe = preset.with_settings(scale_settings(side, width))
            speed = self._speed(recipe)
            if speed is None:
                if self.context.active_run() is not None or self.context.trials.refusal(recipe):
                    break
                self.context.trials.ask(recipe)
                return {"pending": True, "sentence": "Trying what this machine can do …"}
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
            return {}
        sentence = f"{best[0]} px and {best[1]} networks fit this machine; choose more if you have the time."
        return {"side": best[0], "width": best[1], "sentence": sentence}

    def _speed(self, recipe: Recipe) -> Speed | None:
        from gan_core import devices
        from gan_core.training.estimate import known_speed, worker_threads

        return known_speed(recipe, devices.choose(self.context.device), worker_threads())


def _cost(scale: tuple[int, str]) -> float:
    """Work of a step, up to a factor: pixels times the square of the channels."""
    channels = next(number for name, _, _, number in WIDTHS if name == scale[1])
    return scale[0] ** 2 * channels**2
