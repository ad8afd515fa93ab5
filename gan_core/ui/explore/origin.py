"""Where a file that comes back was made: its model and the moment of its training, as far as they are here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gan_core.ui.explore.controller import LIVE, ExploreController


def origin(controller: ExploreController, note: Mapping[str, Any]) -> tuple[str | None, int | None, str]:
    """The model and step of a note, and a sentence if that step is gone; no model if it is not here.

    A training that has ended is found under its run's name.
    """
    name, step = str(note.get("model", "")), note.get("step")
    known = [each.id for each in controller.models()]
    model = next((each for each in (name, f"runs/{name.removeprefix(LIVE)}") if each in known), None)
    if model is None or step is None:
        return model, None, ""
    history = controller.history(model)
    kept = next((each for each in ([] if history is None else history.steps()) if each == step), None)
    if kept is None:
        return model, None, f"Step {str(step)[:20]} is not kept any more; this is the newest state."
    return model, kept, ""
