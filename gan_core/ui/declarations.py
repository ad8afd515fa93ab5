"""The types of the protocol for the scripts of the page: `python -m gan_core.ui.declarations` writes
web/shared/protocol.d.ts.

One interface for each request, response and what is inside them; for each component of the page a type that maps the
names of its server functions to both, so that a script says `component(/** @param {Context<TrainLive>} context */ ...)`
and what it asks is checked by `tsc`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from gan_core.ui.dispatch import FUNCTION
from gan_core.ui.protocol import EmptyRequest, Signature, signature_of

FILE = Path(__file__).parent / "web" / "shared" / "protocol.d.ts"
HEAD = """/**
 * The protocol between page and server, generated from the models of gan_core/ui by `python -m gan_core.ui.declarations`.
 * Do not edit.
 */"""
WIDTH = 120
PLAIN_NAME = re.compile(r"[A-Za-z_$][\w$]*")


def components(demo: Any) -> dict[str, list[Signature]]:
    """The server functions of a built page, by the ids of its components."""
    found: dict[str, list[Signature]] = {}
    for block in demo.blocks.values():
        functions = [
            getattr(exposed, FUNCTION) for exposed in getattr(block, "server_fns", ()) if hasattr(exposed, FUNCTION)
        ]
        if functions:
            found[block.elem_id] = [signature_of(function) for function in functions]
    return found


def declarations(found: Mapping[str, Iterable[Signature]]) -> str:
    """The text of `protocol.d.ts`.

    Raises:
        ValueError: where two models have the same name.
    """
    models = _models(found)
    _, schema = models_json_schema([(model, "validation") for model in models])
    definitions: dict[str, Any] = schema.get("$defs", {})
    for name in definitions:
        if "__" in name:
            raise ValueError(f"Two models of the protocol have the same name: {name}.")
    parts = [HEAD, *(_interface(name, definitions[name]) for name in sorted(definitions))]
    for element, signatures in sorted(found.items()):
        entries = sorted(_entry(each) for each in signatures)
        line = f"export type {type_name(element)} = {{ {'; '.join(entries)} }};"
        if len(line) > WIDTH:
            line = "\n".join([f"export type {type_name(element)} = {{", *(f"  {each};" for each in entries), "};"])
        parts.append(f"/** The server functions of #{element}. */\n{line}")
    return "\n".join(f"{part}\n" for part in parts)


def type_name(element: str) -> str:
    """The name of a component's type: `train-live` is `TrainLive`."""
    return "".join(word.capitalize() for word in element.split("-"))


def _models(found: Mapping[str, Iterable[Signature]]) -> list[type[BaseModel]]:
    models: dict[type[BaseModel], None] = {EmptyRequest: None}
    for signatures in found.values():
        for each in signatures:
            models |= dict.fromkeys([each.request, *each.responses])
    return list(models)


def _entry(signature: Signature) -> str:
    """What a function is sent and sends back, without the end of the line."""
    request, response = signature.request.__name__, " | ".join(each.__name__ for each in signature.responses)
    line = f"{signature.name}: {{ request: {request}; response: {response} }}"
    if len(line) + 3 <= WIDTH:
        return line
    return f"{signature.name}: {{\n    request: {request};\n    response: {response};\n  }}"


def _interface(name: str, schema: Mapping[str, Any]) -> str:
    if schema.get("type") == "object" and not schema.get("properties"):
        return f"{_comment(schema, '')}export interface {name} {{}}"
    if "properties" not in schema:
        return f"{_comment(schema, '')}export type {name} = {_type(schema)};"
    return f"{_comment(schema, '')}export interface {name} {_body(schema, '')}"


def _body(schema: Mapping[str, Any], indent: str) -> str:
    lines = ["{"]
    required = schema.get("required", ())
    for name, field in schema["properties"].items():
        key = name if PLAIN_NAME.fullmatch(name) else json.dumps(name)
        optional = "" if name in required else "?"
        line = f"{indent}  {key}{optional}: {_type(field)};"
        if len(line) > WIDTH and " | " in line:  # as prettier breaks it
            below = f"{indent}    {_type(field)};"
            branches = [f"{indent}    | {each}" for each in _type(field).split(" | ")]
            below = below if len(below) <= WIDTH else "\n".join(branches) + ";"
            line = f"{indent}  {key}{optional}:\n{below}"
        lines.append(f"{_comment(field, indent + '  ')}{line}")
    return "\n".join([*lines, f"{indent}}}"])


def _comment(schema: Mapping[str, Any], indent: str) -> str:
    text = " ".join(str(schema.get("description", "")).split()).replace("*/", "* /").replace("None", "null")
    if not text:
        return ""
    if len(indent) + len(text) + 7 <= WIDTH:
        return f"{indent}/** {text} */\n"
    lines, line = [], f"{indent} *"
    for word in text.split(" "):
        if len(line) + 1 + len(word) > WIDTH:
            lines.append(line)
            line = f"{indent} *"
        line += f" {word}"
    return "\n".join([f"{indent}/**", *lines, line, f"{indent} */", ""])


def _type(schema: Mapping[str, Any]) -> str:
    """A JSON schema as a type."""
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " | ".join(dict.fromkeys(_type(each) for each in schema[several]))
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    match schema.get("type"):
        case "string" | "boolean" | "null" as name:
            return name
        case "integer" | "number":
            return "number"
        case "array":
            if "prefixItems" in schema:
                return f"[{', '.join(_type(each) for each in schema['prefixItems'])}]"
            items = schema.get("items", {})
            item = _type(items)
            several = " | " in item and not items.keys().isdisjoint({"anyOf", "oneOf", "enum"})
            return f"({item})[]" if several else f"{item}[]"
        case "object":
            values = schema.get("additionalProperties")
            return f"Record<string, {_type(values) if isinstance(values, Mapping) else 'any'}>"
    return "any"


def current() -> str:
    """The text as it is for the page of this version."""
    from gan_core.ui.launch import prepare_environment

    prepare_environment()
    from gan_core.ui.app import build
    from gan_core.ui.context import Context

    with tempfile.TemporaryDirectory() as folder:
        context = Context(folder, "cpu")
        try:
            return declarations(components(build(context)))
        finally:
            context.shutdown()


def main() -> int:
    """Write the file, or with `--check` say whether it is current."""
    parser = argparse.ArgumentParser(
        prog="python -m gan_core.ui.declarations", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 where the file is not current")
    arguments = parser.parse_args()
    text = current()
    if arguments.check:
        is_current = FILE.is_file() and FILE.read_text(encoding="utf-8") == text
        if not is_current:
            print("protocol.d.ts is not current; run: python -m gan_core.ui.declarations", file=sys.stderr)
        return not is_current
    FILE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
