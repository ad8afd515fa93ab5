"""The card of a model file: what the model is, in the file itself.

Cards also come from other people's files, and one that holds something odd must not stop a listing of models: every
field is checked in type, as deep as it is read. Needs no torch: a hundred cards are listed before it is imported.
"""

from __future__ import annotations

import dataclasses
import math
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gan_core.errors import InputError
from gan_core.json_files import is_whole
from gan_core.version import __version__

CARD_SCHEMA = 1
KINDS = ("generator", "translator")
LONGEST_TEXT = 20_000
"""Letters of one text of a card; a licence in full has fewer."""
MOST_ENTRIES = 10_000
"""Texts and numbers in one field of a card."""
DEPTH = 12
LARGEST = 2**63
MOST_NOISE = 64
"""Channels of noise that a translator may take."""
MEASURED = ("value", "samples", "spread", "reference_level", "reference_spread", "floor")
"""What is a number or nothing in a metric."""


def _versions() -> dict[str, str]:
    import torch  # imported already wherever a card is made

    return {"gan_core": __version__, "torch": torch.__version__, "python": platform.python_version()}


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a model is, in its own file: enough to rebuild it, to compare it and to know its terms of use."""

    name: str
    kind: str
    """`generator` or `translator`."""
    network: Mapping[str, Any]
    """`{"name": ..., **arguments}`; both directions of a translator are built from it."""
    size: int
    """Side of the pictures it was trained on, in pixels."""
    channels: int
    title: str = ""
    """One line for people."""
    data: str = ""
    data_licence: str = ""
    licence: str = "your own"
    """Of the weights. Weights trained on pictures under CC BY-SA carry that."""
    attribution: str = ""
    domains: Mapping[str, str] = field(default_factory=dict)
    """Of a translator: `{"A": "summer", "B": "winter"}`."""
    judge: Mapping[str, Any] = field(default_factory=dict)
    """Of a model whose file holds its discriminator (a translator: both) too: what it is built from, like `network`."""
    classes: tuple[str, ...] = ()
    """Of a conditional generator: the names of what it can be asked to draw, in the order of its labels."""
    plugins: Mapping[str, str] = field(default_factory=dict)
    """The plugins that its networks come from: SHA-256 by name. What else the recipe needed stands in the recipe."""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """Of a translator: what it takes besides the picture, behind the picture's channels: `{"hints": true, "noise": 8}`
    for colour hints (three channels of colour, one that says where) and eight channels of noise. Empty for nothing."""
    directions: Mapping[str, Any] = field(default_factory=dict)
    """Of a generator: directions of attributes that were found in these weights; see
    `gan_core.latents.directions.stored`."""
    recipe: Mapping[str, Any] = field(default_factory=dict)
    steps: int = 0
    images: int = 0
    training_seconds: float = 0.0
    device: str = ""
    metrics: Mapping[str, Any] = field(default_factory=dict)
    """By name: `{"value": ..., "samples": ..., "spread": ..., "reference_level": ..., "baselines": {"nothing done":
    ...}}`; `no_better_than` names the baseline that does as well, where one does. Older cards call the reference level
    `floor`, and hold baselines beside the value."""
    seed: int = 0
    precision: str = ""
    """Of the weights in the file, `float16` or `float32`; loaded models compute in float32."""
    notes: tuple[str, ...] = ()
    """What a person should know before using it: limits, known faults."""
    versions: Mapping[str, str] = field(default_factory=_versions)
    schema: int = CARD_SCHEMA

    def to_json(self) -> dict[str, Any]:
        """The card as the JSON object that `from_json` reads."""
        return dataclasses.asdict(self)

    def brief(self) -> dict[str, Any]:
        """What a picture says of the model that drew it: enough to know which one it was and to train it again."""
        return {"name": self.name, "data": self.data, "steps": self.steps, "recipe": dict(self.recipe)}

    def replace(self, **changes: Any) -> Card:
        """A copy with the fields in `changes` replaced."""
        return dataclasses.replace(self, **changes)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Card:
        """Read a card from `values`, the JSON object in a model file's header; fields of a later version are ignored.

        Raises:
            InputError: if the schema is unknown, a field is missing or of another type, or the kind is unknown.
        """
        if values.get("schema") != CARD_SCHEMA:
            raise InputError(
                f"The model's card has schema {_shown(values.get('schema'))}; this version reads schema {CARD_SCHEMA}."
            )
        arguments: dict[str, Any] = {"versions": {}}
        for item in dataclasses.fields(cls):
            if item.name in values:
                arguments[item.name] = _checked(item.name, str(item.type), values[item.name])
            elif item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING:
                raise InputError(f"The model's card is incomplete: it does not say its {item.name}.")
        card = cls(**arguments)
        if card.kind not in KINDS:
            raise InputError(f"A model is a {' or a '.join(KINDS)}; the card says {_shown(card.kind)}.")
        return card


def _checked(name: str, kind: str, value: Any) -> Any:
    """A value of a card, if it is what its field declares. Raises InputError."""
    reason = _kind_problem(kind, value) or _plain_problem(value) or FURTHER.get(name, _nothing)(value)
    if reason:
        raise InputError(f"The model's card is damaged: its {name} {reason}, not {_shown(value)}.")
    return tuple(value) if kind.startswith("tuple") else value


def _kind_problem(kind: str, value: Any) -> str:
    if kind.startswith("tuple"):
        fits = isinstance(value, (list, tuple)) and all(isinstance(text, str) for text in value)
        return "" if fits else "is a list of texts"
    if isinstance(value, bool):
        return "is no yes or no"
    if kind == "str":
        return "" if isinstance(value, str) else "is a text"
    if kind == "int":
        return "" if isinstance(value, int) and 0 <= value < LARGEST else "is a whole number from 0"
    if kind == "float":
        return "" if _is_number(value) and value >= 0 else "is a number from 0"
    return "" if isinstance(value, Mapping) else "is an object"


def _plain_problem(value: Any) -> str:
    """What keeps `value` from being plain JSON of a sensible size, which every page and shell can show."""
    waiting, seen = [(value, 0)], 0
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if depth > DEPTH or seen > MOST_ENTRIES:
            return "is shorter and less nested"
        if isinstance(part, str):
            if not is_whole(part):
                return "has whole characters"
            if len(part) > LONGEST_TEXT or "\0" in part:
                return f"has texts of at most {LONGEST_TEXT:,} letters"
        elif isinstance(part, Mapping):
            if not all(isinstance(key, str) for key in part):
                return "has names that are texts"
            waiting += [(inner, depth + 1) for pair in part.items() for inner in pair]
        elif isinstance(part, (list, tuple)):
            waiting += [(inner, depth + 1) for inner in part]
        elif part is not None and not isinstance(part, bool) and not _is_number(part):
            return "has finite numbers"
    return ""


def _nothing(value: Any) -> str:
    return ""


def _texts(value: Mapping[str, Any]) -> str:
    return "" if all(isinstance(text, str) for text in value.values()) else "names texts"


def _described(value: Mapping[str, Any]) -> str:
    return "" if not value or isinstance(value.get("name"), str) else "says its name"


def _measured(value: Mapping[str, Any]) -> str:
    for metric in value.values():
        numbers = [metric.get(key) for key in MEASURED] if isinstance(metric, Mapping) else [metric]
        baselines = metric.get("baselines", {}) if isinstance(metric, Mapping) else {}
        if not isinstance(baselines, Mapping):
            return "have baselines by name"
        numbers += baselines.values()
        if any(number is not None and not _is_number(number) for number in numbers):
            return "are numbers"
    return ""


def _inputs(value: Mapping[str, Any]) -> str:
    hints, noise = value.get("hints", False), value.get("noise", 0)
    if not isinstance(hints, bool):
        return "say of hints true or false"
    fits = isinstance(noise, int) and not isinstance(noise, bool) and 0 <= noise <= MOST_NOISE
    return "" if fits else f"have 0 to {MOST_NOISE} channels of noise"


def _size(value: int) -> str:
    return "" if value <= 2**16 else "is a number of pixels"


def _channels(value: int) -> str:
    return "" if 1 <= value <= 16 else "is a number from 1 to 16"


FURTHER: dict[str, Callable[[Any], str]] = {
    "domains": _texts,
    "versions": _texts,
    "plugins": _texts,
    "network": _described,
    "inputs": _inputs,
    "judge": _described,
    "metrics": _measured,
    "size": _size,
    "channels": _channels,
}
"""What a field's type does not say."""


def _is_number(value: Any) -> bool:
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and abs(value) < LARGEST
        and math.isfinite(value)
    )


def _shown(value: Any) -> str:
    """`value` in a sentence, whatever it is."""
    return ascii(value)[:60] if _plain_problem(value) == "" else "what it says"
