"""The translators that there are, in the words that the page shows."""

import functools
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.registry import unknown
from gan_core.ui.context import Context
from gan_core.ui.translating.sources import examples

if TYPE_CHECKING:
    from gan_core.store import ModelEntry
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
    card = entry.values
    first, second = domains(entry.name, card.get("domains") or {})
    size = card.get("size")
    parts = [str(card.get("title") or ""), f"trained at {size} x {size}" if size else ""]
    known = parts_of(entry.path, entry.path.stat().st_mtime_ns) if entry.path.exists() else frozenset[str]()
    both = {"AtoB": f"{first} → {second}", "BtoA": f"{second} → {first}"}
    directions = [name for name in both if not known or name in known]
    return {
        "id": entry.name,
        "group": GROUPS.get(entry.origin, "Own runs"),
        "line": " · ".join(part for part in parts if part),
        "size": size,
        "domains": {"A": first, "B": second},
        "directions": [{"id": name, "label": both[name]} for name in directions],
        "judges": sorted(name.removeprefix("judge.") for name in known if name.startswith("judge.")),
    }


@functools.lru_cache(maxsize=256)
def parts_of(path: Path, version: int) -> frozenset[str]:
    """What a model file (as of `version`) holds: `AtoB`, `BtoA`, `judge.A`, `judge.B`; empty when it cannot be read."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "numpy") as file:
            names = [name.split(".") for name in file.keys()]  # noqa: SIM118 - no dictionary
    except (OSError, SafetensorError):
        return frozenset()
    return frozenset(".".join(parts[:2]) if parts[0] == "judge" else parts[0] for parts in names)


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
