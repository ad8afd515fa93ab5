"""Random requests that fit their models, for tests that no request makes a server function fail."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from gan_core.ui.protocol import Signature

TEXTS = ("", "x", "a name", "small", "../x", "ü" * 70)
WHOLE_NUMBERS = (0, 1, 2, 3, 5, 12, 100, -1, 2**31, 2**32, 2**62)
NUMBERS = (0, 0.04, 0.5, 1, 1.0, 1.5, 3, -0.5, 1000, 1e12)
MOST_ITEMS, MOST_DEPTH = 3, 8


class RandomRequests:
    """Requests to one server function.

    Args:
        signature: of the function.
        seed: the same one makes the same requests.
        values: by the name of a field, values that are tried more often than others; by `*`, keys of objects.
    """

    def __init__(self, signature: Signature, seed: int, values: Mapping[str, Sequence[Any]] = {}) -> None:
        self._schema = signature.request.model_json_schema()
        self._random = random.Random(f"{signature.name} {seed}")
        self._values = values

    def next(self) -> dict[str, Any]:
        """Another request."""
        return self._object(self._schema, 0)

    def _plain(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            schema = self._schema["$defs"][schema["$ref"].rpartition("/")[2]]
        return schema

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for name, field in schema.get("properties", {}).items():
            if name in schema.get("required", ()) or self._random.random() < 0.6:
                known = [value for value in self._values.get(name, ()) if _fits(self._plain(field), value)]
                likely = known and self._random.random() < 0.8
                fields[name] = self._random.choice(known) if likely else self._value(field, depth + 1)
        return fields

    def _value(self, schema: Mapping[str, Any], depth: int) -> Any:
        schema = self._plain(schema)
        for several in ("anyOf", "oneOf"):
            if several in schema:
                simple = [
                    each for each in schema[several] if "type" in each and each["type"] not in ("object", "array")
                ]
                deep = depth > MOST_DEPTH and simple
                return self._value(self._random.choice(simple if deep else schema[several]), depth)
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
                return self._within(schema, WHOLE_NUMBERS)
            case "number":
                return self._within(schema, NUMBERS)
            case "array":
                return self._list(schema, depth)
            case "object" if "properties" in schema or schema.get("additionalProperties") is False:
                return self._object(schema, depth)
            case "object":
                keys = self._random.sample(self._values.get("*", TEXTS), self._random.randint(0, 2))
                inner = schema.get("additionalProperties")
                return {key: self._value(inner if isinstance(inner, Mapping) else {}, depth + 1) for key in keys}
        return None if schema.get("type") == "null" else self._random.choice((None, 1, "x", [], {}))

    def _within(self, schema: Mapping[str, Any], numbers: Sequence[float]) -> float:
        fitting = [number for number in numbers if _is_within(schema, number)]
        return self._random.choice(fitting or [schema.get("minimum", schema.get("maximum", 0))])

    def _list(self, schema: Mapping[str, Any], depth: int) -> list[Any]:
        if "prefixItems" in schema:
            return [self._value(item, depth + 1) for item in schema["prefixItems"]]
        least = schema.get("minItems", 0)
        most = max(least, min(MOST_ITEMS, schema.get("maxItems", MOST_ITEMS)))
        count = self._random.randint(least, most)
        return [self._value(schema.get("items", {}), depth + 1) for _ in range(count)]


def _fits(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a value that is proposed for a field of this name is of its kind."""
    kinds = {each.get("type") for each in schema.get("anyOf", (schema,))}
    kind = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return kind.get(type(value), "null") in kinds and "enum" not in schema and _is_within(schema, value)


def _is_within(schema: Mapping[str, Any], value: Any) -> bool:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return True
    return (
        schema.get("minimum", value) <= value <= schema.get("maximum", value)
        and not value <= schema.get("exclusiveMinimum", value - 1)
        and not value >= schema.get("exclusiveMaximum", value + 1)
    )
