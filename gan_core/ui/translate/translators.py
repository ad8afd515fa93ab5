"""The translators that there are, in the words that the page shows."""

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from gan_core.errors import InputError
from gan_core.parts import unknown
from gan_core.reference_levels import brief
from gan_core.ui.model_store import ModelStore
from gan_core.ui.models.protocol import DirectionChoice
from gan_core.ui.protocol import Direction, to_json
from gan_core.ui.translate.protocol import DomainNames, ListedTranslator, TranslatorListResponse
from gan_core.ui.translate.sources import examples

if TYPE_CHECKING:
    from gan_core.models import ModelEntry
    from gan_core.translation import Translator

GROUPS = {"pretrained": "Shipped", "imported": "Imported", "run": "Own runs"}
DISCRIMINATOR = "judge."
"""How the parameters of a discriminator begin in a model file; its domain follows."""


def list_translators(store: ModelStore, version: str | None = None) -> TranslatorListResponse:
    """Translators (shipped ones first, then those of runs) and our example pictures.

    A page that has this `version` of the list already gets nothing else.
    """
    models = [describe(entry) for entry in store.entries("translator")]
    now = hashlib.sha256(json.dumps([to_json(model) for model in models]).encode()).hexdigest()
    if version == now:
        return TranslatorListResponse(version=now)
    return TranslatorListResponse(version=now, models=models, examples=list(examples()) if models else [])


def describe(entry: "ModelEntry") -> ListedTranslator:
    """A translator for the list: its name, a line about it, and its directions in the words of its card."""
    from gan_core.translation.hints import ExtraInputs

    card, known = entry.card, entry.header.parts
    takes = ExtraInputs.of(card)
    # One that sees pictures together with what they were translated from cannot rate a picture alone.
    rates = card.judge.get("channels", card.channels) == card.channels
    first, second = domains(entry.name, card.domains)
    parts = [card.title, f"trained at {card.size} x {card.size}" if card.size else "", brief(card.metrics)]
    parts.append("takes colour hints" if takes.hints else "")
    both: dict[Direction, str] = {"AtoB": f"{first} → {second}", "BtoA": f"{second} → {first}"}
    domain_keys: tuple[Literal["A", "B"], ...] = ("A", "B")
    return ListedTranslator(
        id=entry.name,
        group=GROUPS.get(entry.origin, "Own runs"),
        line=" · ".join(part for part in parts if part),
        size=card.size,
        domains=DomainNames(A=first, B=second),
        directions=[DirectionChoice(id=name, label=label) for name, label in both.items() if name in known],
        discriminators=[key for key in domain_keys if rates and f"{DISCRIMINATOR}{key}" in known],
        hints=takes.hints,
        noise=takes.noise,
    )


def domains(name: str, named: Mapping[str, str]) -> tuple[str, str]:
    """What the two kinds of pictures are called: by the card, else by a name such as `doodle-to-emoji`."""
    if named.get("A") and named.get("B"):
        return str(named["A"]), str(named["B"])
    stem = name.removeprefix("runs/").removeprefix("imported/")
    for middle in ("-to-", "2", "-"):
        left, found, right = stem.partition(middle)
        if found and left.isalpha() and right.isalpha():
            return left, right
    return "A", "B"


def translator_of(store: ModelStore, name: str) -> "Translator":
    """The translator called `name`.

    Raises:
        InputError: when there is none of that name.
    """
    from gan_core.translation import Translator

    model = store.load(name)
    if not isinstance(model, Translator):
        raise InputError(unknown("translator", name, [entry.name for entry in store.entries("translator")]))
    return model
