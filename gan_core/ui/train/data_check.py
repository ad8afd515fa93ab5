"""The check of the chosen pictures on the Train tab, shown below the choice while the rest of the page goes on."""

from collections.abc import Iterator
from typing import Any

import gradio as gr

from gan_core.errors import InputError
from gan_core.recipes import Recipe
from gan_core.ui.dispatch import sentence_of
from gan_core.ui.train.data_slot import DataSlot, holds_pairs
from gan_core.ui.train.picture_sets import is_set
from gan_core.ui.train.recipe_form import OWN


def checked(
    slots: tuple[DataSlot, DataSlot],
    name: str,
    settings: dict[str, Any] | None,
    shown: Any,
    values: tuple[Any, ...],
    kind: str | None = None,
) -> Iterator[Any]:
    """Updates of the component: first that the check is running, then its findings; empty where nothing is chosen.

    Pictures are checked where some are the user's own: named sets are in order. `shown` is what the component shows
    now; for the same pictures, size and kind of pairs (of a recipe that learns from them) it stays.
    """
    from gan_core import data
    from gan_core.data.checking import check

    recipe = Recipe.named(name)
    first, second = values[:3], values[3:6]
    own = [each[0] == OWN or is_set(each[0]) for each in ((first, second) if recipe.is_translation else (first,))]
    if not any(own):
        yield {}
        return
    try:
        place = slots[0].source(*first)
        alone = kind is not None or holds_pairs(place) if recipe.is_paired else data.holds_both(place)
        other = slots[1].source(*second) if recipe.is_translation and not alone else None
    except InputError:  # nothing dropped yet: the slot says so
        yield {}
        return
    known = [each for each in (place, other) if each is not None and each in data.SOURCES]
    remotes = [data.SOURCES[each].remote for each in known]
    if any(remote is not None and not remote.is_here() for remote in remotes):  # looked at again when it is
        yield {}
        return
    size = (settings or {}).get("size", recipe.size)
    subject = [place, other, size, *([kind] if recipe.is_paired else [])]
    if isinstance(shown, dict) and shown.get("of") == subject:
        yield gr.skip()
        return
    yield {"pending": True}
    try:
        if not isinstance(size, int):
            raise InputError(f"size is a whole number, not {size!r}.")
        yield {"of": subject, **check(place, other, size=size, paired=recipe.is_paired, kind=kind).to_json()}
    except Exception as error:  # noqa: BLE001 - the check never breaks the page
        # The strip of that slot says why its pictures cannot be read: saying it twice would only look like two problems.
        yield {} if isinstance(error, InputError) and any(own) else {"error": sentence_of(error)}
