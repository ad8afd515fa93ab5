"""Requests to server functions made from their models: right ones at random, and wrong ones of all kinds."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gan_core.ui.protocol import Signature

Schema = Mapping[str, Any]

ALIEN: tuple[Any, ...] = (None, True, 7, 1.5, "x", [], [None], {}, {"x": 1})
"""One value of each kind."""
TEXTS = (
    *("", "x", "a name", "small", "café", "../x", "ü" * 70, "a" * 300, "0123456789abcdef", "ada-0000-0000-0000"),
    *("A", "own", "none", "/nowhere", "glyphs", "scenes-summer", "ring", "drawn", "dcgan", "cyclegan", "wgan-gp"),
    *("hinge", "adam", "sgd", "simultaneous", "bilinear", "dcgan-glyphs-001", "runs/dcgan-glyphs-001"),
    *("live:dcgan-glyphs-001", "uploads/x"),
)
"""Names that there are, and texts that name nothing."""
KEYS = (
    *("size", "seed", "steps", "objective", "penalty.gamma", "generator.width", "augmentation", "name", "strokes"),
    *("x", "", "../x", "ü" * 70),
)
"""Of objects with free keys."""
WHOLE_NUMBERS = (-1, 0, 1, 2, 3, 5, 7, 12, 64, 100, 1000, 2**31, 2**32, 2**53, 2**62)
NUMBERS = (*WHOLE_NUMBERS, 0.04, 0.5, 1.0, 1.5, -0.5, 1e-9, 1e12, -1e12)
ANYTHING = (*ALIEN, *TEXTS, -1, 64, 1e9, ["flip"], {"name": "adam"}, {"name": ["x"]}, [[0, 0], [1, 1]])
"""For fields of any type."""
MOST_ITEMS, MOST_DEPTH = 3, 5
KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}


class RequestFields:
    """All places of the request model of one server function, with values that fit and values that do not."""

    def __init__(self, signature: Signature) -> None:
        self.root = signature.request.model_json_schema()

    def plain(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            schema = self.root["$defs"][schema["$ref"].rpartition("/")[2]]
        return schema

    def branches(self, schema: Schema) -> list[Schema]:
        """The schemas of which one has to hold."""
        schema = self.plain(schema)
        several = schema.get("anyOf") or schema.get("oneOf")
        return [each for branch in several for each in self.branches(branch)] if several else [schema]

    def fitting(self, schema: Schema) -> Any:
        """The simplest value that fits: only what is required, lists as short as they may be."""
        schema = self.branches(schema)[0]
        if "const" in schema or "enum" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        match schema.get("type"):
            case "string":
                return "x"
            case "boolean":
                return False
            case "integer" | "number":
                low = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
                high = schema.get("maximum", schema.get("exclusiveMaximum", low + 2) - 1)
                return low if low <= high else (schema.get("exclusiveMinimum", low) + schema.get("maximum", high)) / 2
            case "array":
                if "prefixItems" in schema:
                    return [self.fitting(each) for each in schema["prefixItems"]]
                return [self.fitting(schema.get("items", {})) for _ in range(schema.get("minItems", 0))]
            case "object":
                return {name: self.fitting(schema["properties"][name]) for name in schema.get("required", ())}
        return None

    def fits(self, schema: Schema, value: Any) -> bool:
        """Whether the value is of a type that the schema takes, whatever its limits."""
        return any(is_of_kind(branch, value) for branch in self.branches(schema))

    def places(self, schema: Schema, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
        """The objects inside a request and their fields, as (path, schema); a list has one item, an object one key."""
        for branch in self.branches(schema):
            if branch.get("type") == "object" and "properties" in branch:
                yield path, branch
                tag = {name: each["const"] for name, each in branch["properties"].items() if "const" in each}
                for name, field in branch["properties"].items():
                    yield from self.places(field, (*path, (name, {**self.fitting(branch), **tag})))
            elif branch.get("type") == "array" and isinstance(branch.get("items"), Mapping):
                yield from self.places(branch["items"], (*path, (0, [])))
            elif branch.get("type") == "object" and isinstance(branch.get("additionalProperties"), Mapping):
                yield from self.places(branch["additionalProperties"], (*path, ("key", {})))

    def within(self, path: tuple[Any, ...], value: Any) -> Any:
        """A request that has `value` at `path`, and fits everywhere else."""
        for key, around in reversed(path):
            value = [value] if isinstance(around, list) else {**around, key: value}
        return value

    def wrong(self) -> Iterator[tuple[Any, str]]:
        """Requests that do not fit, and what the sentence has to name."""
        for path, schema in self.places(self.root):
            fitting = self.fitting(schema)
            yield self.within(path, {**fitting, "surplus": 1}), "'surplus'"
            for name in schema.get("required", ()):
                rest = {key: value for key, value in fitting.items() if key != name}
                yield self.within(path, rest), name
            for name, field in schema["properties"].items():
                for value in ALIEN:
                    if not self.fits(field, value):
                        yield self.within(path, {**fitting, name: value}), name


class RandomRequests(RequestFields):
    """Requests to one server function that fit, of all shapes that the model takes.

    Args:
        signature: of the function.
        seed: the same one makes the same requests.
        values: by the name of a field, values that are tried more often than others; by `*`, keys of objects.
    """

    def __init__(self, signature: Signature, seed: int, values: Mapping[str, Sequence[Any]] = {}) -> None:
        super().__init__(signature)
        self._random = random.Random(f"{signature.name} {seed}")
        self._values = values

    def next(self) -> Any:
        """Another request."""
        return self._any_of(self.root)

    def _any_of(self, schema: Schema, depth: int = 0) -> Any:
        """A value that fits; deep inside the simplest kinds and only what is required, as models may hold themselves."""
        branches = self.branches(schema)
        simple = [each for each in branches if each.get("type") not in ("object", "array")]
        schema = self._random.choice(simple if simple and depth > MOST_DEPTH else branches)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._random.choice(schema["enum"])
        match schema.get("type"):
            case "string":
                return self._random.choice(TEXTS)[: schema.get("maxLength")]
            case "boolean":
                return self._random.random() < 0.5
            case "integer":
                return self._number(schema, WHOLE_NUMBERS)
            case "number":
                return self._number(schema, NUMBERS)
            case "array":
                return self._list(schema, depth)
            case "object" if "properties" in schema or schema.get("additionalProperties") is False:
                return self._object(schema, depth)
            case "object":
                values = schema.get("additionalProperties")
                inner = values if isinstance(values, Mapping) else {}
                keys = self._random.sample(self._values.get("*", KEYS), self._random.randint(0, MOST_ITEMS))
                return {key: self._any_of(inner, depth + 1) for key in keys}
            case "null":
                return None
        return self._random.choice(ANYTHING)

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for name, field in schema.get("properties", {}).items():
            optional = name not in schema.get("required", ())
            if optional and (depth > MOST_DEPTH or self._random.random() >= 0.65):
                continue
            known = [value for value in self._values.get(name, ()) if self._proposed(field, value)]
            likely = known and self._random.random() < 0.8
            fields[name] = self._random.choice(known) if likely else self._any_of(field, depth + 1)
        return fields

    def _list(self, schema: Schema, depth: int) -> list[Any]:
        if "prefixItems" in schema:
            return [self._any_of(item, depth + 1) for item in schema["prefixItems"]]
        least = schema.get("minItems", 0)
        most = least if depth > MOST_DEPTH else max(least, min(MOST_ITEMS, schema.get("maxItems", MOST_ITEMS)))
        count = self._random.randint(least, most)
        return [self._any_of(schema.get("items", {}), depth + 1) for _ in range(count)]

    def _number(self, schema: Schema, numbers: Sequence[float]) -> float:
        ends = [schema[name] for name in ("minimum", "maximum") if name in schema]
        return self._random.choice([*ends, *(number for number in numbers if is_within(schema, number))])

    def _proposed(self, schema: Schema, value: Any) -> bool:
        """Whether a value that is proposed for a field of this name is one that it takes, and no choice of its own."""
        free = [branch for branch in self.branches(schema) if "enum" not in branch]
        return any(is_of_kind(branch, value) and is_within(branch, value) for branch in free)


def is_of_kind(branch: Schema, value: Any) -> bool:
    """Whether a value is of the type of a schema without alternatives; true is no number."""
    kind = branch.get("type")
    if kind is None:
        return "enum" not in branch and "const" not in branch
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, KINDS.get(kind, ()))


def is_within(schema: Schema, value: Any) -> bool:
    """Whether a number is within the limits of a schema."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return True
    return (
        schema.get("minimum", value) <= value <= schema.get("maximum", value)
        and not value <= schema.get("exclusiveMinimum", value - 1)
        and not value >= schema.get("exclusiveMaximum", value + 1)
    )
