"""The translators that there are, in the words that the page shows."""

import hashlib
import json
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.parts import unknown
from gan_core.ui.context import Context
from gan_core.ui.translate.sources import examples

if TYPE_CHECKING:
    from gan_core.models import ModelEntry
    from gan_core.translation import Translator

GROUPS = {"pretrained": "Shipped", "imported": "Imported", "run": "Own runs"}


def offer(context: Context, version: Any = None) -> dict[str, Any]:
    """Translators (shipped ones first, then those of runs) and our example pictures.

    A page that has this `version` of the list already gets nothing else.
    """
    models = [describe(entry) for entry in context.models("translator")]
    now = hashlib.sha256(json.dumps(models).encode()).hexdigest()
    if version == now:
        return {"version": now}
    return {"version": now, "models": models, "examples": list(examples()) if models else []}


def describe(entry: "ModelEntry") -> dict[str, Any]:
    """A translator for the list: its name, a line about it, and its directions in the words of its card."""
    card, known = entry.card, entry.header.parts
    first, second = domains(entry.name, card.domains)
    parts = [card.title, f"trained at {card.size} x {card.size}" if card.size else ""]
    both = {"AtoB": f"{first} → {second}", "BtoA": f"{second} → {first}"}
    directions = [name for name in both if name in known]
    return {
        "id": entry.name,
        "group": GROUPS.get(entry.origin, "Own runs"),
        "line": " · ".join(part for part in parts if part),
        "size": card.size,
        "domains": {"A": first, "B": second},
        "directions": [{"id": name, "label": both[name]} for name in directions],
        "judges": sorted(name.removeprefix("judge.") for name in known if name.startswith("judge.")),
    }


def domains(name: str, named: Any) -> tuple[str, str]:
    """What the two kinds of pictures are called: by the card, else by a name such as `doodle-to-emoji`."""
    if named.get("A") and named.get("B"):
        return str(named["A"]), str(named["B"])
    stem = name.removeprefix("runs/").removeprefix("imported/")
    for middle in ("-to-", "2", "-"):
        left, found, right = stem.partition(middle)
        if found and left.isalpha() and right.isalpha():
            return left, right
    return "A", "B"


def translator_of(context: Context, wish: dict[str, Any]) -> "Translator":
    """The translator that a wish names. Raises InputError when there is none of that name."""
    from gan_core.translation import Translator

    name = str(wish.get("model", ""))
    model = context.model(name)
    if not isinstance(model, Translator):
        raise InputError(unknown("translator", name, [entry.name for entry in context.models("translator")]))
    return model
