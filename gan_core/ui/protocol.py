"""The protocol between page and server: one request model and one response model for each server function.

A server function is a function or method that is marked and annotated:

    class RunNewsRequest(Request):
        run: str | None = None
        \"\"\"Name of the run; None for the newest run.\"\"\"

    @server_function
    def poll(self, request: RunNewsRequest) -> RunNewsResponse: ...

The models of a tab stand in its `protocol.py`; those here are shared. `gan_core.ui.dispatch` lets gradio call the functions,
and `gan_core.ui.declarations` writes their types for the scripts of the page into `web/shared/protocol.d.ts`.

A field with a default may be missing: of a request, the default holds; of a response, only fields that were given are sent.
"""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gan_core.errors import Cancelled, InputError

SHOWN = 60
"""Characters of a wrong value that a sentence repeats at most."""
MARK = "__server_function__"

F = TypeVar("F", bound=Callable[..., Any])

Pair = Annotated[tuple[float, float], Field(strict=False)]
"""Two numbers; JSON has lists only, which a strict tuple would refuse."""
Direction = typing.Literal["AtoB", "BtoA"]
"""Of a translator."""


class Message(BaseModel):
    """Base class of requests and responses.

    Text is not accepted for a number, nor a number for text; fields that a model does not have are refused.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True, validate_by_name=True
    )


class Request(Message):
    """What a server function is sent."""


class Response(Message):
    """What a server function sends back."""


class EmptyRequest(Request):
    """Nothing is asked for in particular."""


class EmptyResponse(Response):
    """Nothing is to be said."""


class DoneResponse(Response):
    """What was asked for is done."""

    done: bool


class CancelledResponse(Response):
    """The job of the request was cancelled."""

    cancelled: typing.Literal[True]


JobName = Annotated[str, Field(max_length=64)]
"""Name that a page gave a piece of work, by which its progress can be asked for and it can be cancelled."""


class JobRequest(Request):
    """A request about a piece of work (see `gan_core.ui.jobs`)."""

    job: JobName


class JobResponse(Response):
    """How far a piece of work is."""

    share: float
    """From 0 to 1."""


class OwnerRequest(Request):
    """A request of a browser that may own runs (see `gan_core.ui.ownership`)."""

    owner: str | None = None
    """The browser's mark, by which its own runs are known; a program has none."""


class ConfirmedRequest(OwnerRequest):
    """A request that changes a run, for which the browser must own it or repeat its name."""

    confirmed: str | None = None
    """Name of the run, where a person was asked about it."""


class UploadedFile(Message):
    """A file that the page has uploaded."""

    path: str
    """Where gradio keeps it."""
    name: str = ""
    """What it is called where it comes from; empty for the name that gradio gave it."""


class PartOption(Message):
    """An option of a part."""

    name: str
    label: str
    help: str
    type: str
    """`int`, `float`, `bool` or `str`."""
    default: Any
    choices: list[str]
    """The words that it takes; empty where it takes others."""
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    below: float | None = None


class PartOffer(Message):
    """A part that can be chosen, such as an objective or an optimizer."""

    name: str
    title: str
    summary: str
    options: list[PartOption]
    warning: str | None = None
    """Why it is a negative control."""


class DeviceResponse(Response):
    """What the app computes on."""

    text: str
    """In words, such as `CPU, 2 threads, bfloat16`."""


class InvalidRequestError(InputError):
    """A request that does not fit its model."""


@dataclass(frozen=True)
class Signature:
    """What a server function takes and gives."""

    function: Callable[..., Any]
    """The plain function, not bound to an object."""
    request: type[Request]
    takes_request: bool
    """Whether the function has a parameter for the request; without one an empty request is accepted."""
    responses: tuple[type[Response], ...]
    """The response model; several where the function chooses between them."""

    @property
    def name(self) -> str:
        """The name by which the page calls it."""
        return self.function.__name__


def server_function(function: F) -> F:
    """Mark a function or method that the page may call; its annotations are its protocol.

    A function whose annotation allows `CancelledResponse` may raise `Cancelled`; the page then gets that response.
    """
    setattr(function, MARK, True)
    return function


def is_server_function(function: Callable[..., Any]) -> bool:
    """Whether the function was marked by `server_function`."""
    return bool(getattr(function, MARK, False))


def signature_of(function: Callable[..., Any]) -> Signature:
    """The protocol of a server function.

    Raises:
        TypeError: for a function that is not marked, or not annotated by models.
    """
    return _signature_of(getattr(function, "__func__", function), inspect.ismethod(function))


@functools.cache
def _signature_of(function: Callable[..., Any], bound: bool) -> Signature:
    name = getattr(function, "__qualname__", repr(function))
    if not is_server_function(function):
        raise TypeError(f"{name} is no server function: mark it by @server_function.")
    hints = typing.get_type_hints(function)
    returned = hints.pop("return", None)
    parameters = list(inspect.signature(function).parameters)[bound:]
    requests: list[Any] = [hints.get(parameter) for parameter in parameters]
    union = isinstance(returned, types.UnionType) or typing.get_origin(returned) is typing.Union
    responses: list[Any] = list(typing.get_args(returned)) if union else [returned]
    if len(requests) > 1 or not all(_is_model(each, Request) for each in requests):
        raise TypeError(f"{name} takes one request model.")
    if not all(_is_model(each, Response) for each in responses):
        raise TypeError(f"{name} returns a response model.")
    return Signature(function, requests[0] if requests else EmptyRequest, bool(requests), tuple(responses))


def _is_model(annotation: Any, base: type[Message]) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, base)


def read_request(model: type[Request], values: object) -> Request:
    """The request that JSON values describe.

    Raises:
        InvalidRequestError: a field is missing, surplus or of another type; the sentence names it and says what is accepted.
    """
    if not isinstance(values, Mapping):
        raise InvalidRequestError("A request is an object with named values.")
    try:
        return model.model_validate(values, by_alias=True, by_name=False)
    except ValidationError as error:
        raise InvalidRequestError(sentence_of(error, model)) from error


def answer(function: Callable[..., Any], values: object) -> Response:
    """Call a server function with the JSON values of a request.

    Raises:
        InvalidRequestError: the values do not fit its request model.
        TypeError: the function returns something else than it is annotated with.
    """
    signature = signature_of(function)
    request = read_request(signature.request, values)
    try:
        response = function(request) if signature.takes_request else function()
    except Cancelled:
        if CancelledResponse not in signature.responses:
            raise
        return CancelledResponse(cancelled=True)
    if not isinstance(response, signature.responses):
        raise TypeError(f"{signature.name} returned {type(response).__name__}, which it is not annotated with.")
    return response


def call(function: Callable[..., Any], values: object) -> dict[str, Any]:
    """As `answer`, with the response as the JSON object that the page gets."""
    return to_json(answer(function, values))


def to_json(message: Message) -> dict[str, Any]:
    """A message as a JSON object: the fields that were given, by their names on the wire."""
    return message.model_dump(mode="json", by_alias=True, exclude_unset=True)


# Sentences ----------------------------------------------------------------------------------------------------------


def sentence_of(error: ValidationError, model: type[Message]) -> str:
    """What is wrong with the first field that does not fit, and what is accepted there."""
    schema = _schema_of(model)
    errors = error.errors(include_url=False)
    first = errors[0]
    path, expected, beyond = _follow(schema, first["loc"], schema)
    if beyond > 1:  # inside one branch of a union, while another one may be meant
        inside = [each for each in errors if each["loc"][:-beyond] == first["loc"][:-beyond]]
        return _sentence_of_union(path, expected, inside, len(first["loc"]) - beyond, schema)
    kind, given = first["type"], first["input"]
    if kind == "extra_forbidden":
        *parents, name = first["loc"]
        path, parent, _ = _follow(schema, parents, schema)
        return _surplus_sentence(name, path, _plain(parent, schema))
    if kind == "missing":
        return f"{path or 'A value'} is missing: {words(expected, schema)} is needed."
    if kind.startswith("union_tag"):
        discriminator = first.get("ctx", {}).get("discriminator", "").strip("'")
        tags = list(_plain(expected, schema).get("discriminator", {}).get("mapping", {}))
        field = f"{path}.{discriminator}" if path else discriminator
        told = (
            f", not {_shown(given.get(discriminator))}" if isinstance(given, Mapping) and discriminator in given else ""
        )
        return f"{field} is {_one_of(tags)}{told}."
    if kind == "value_error":
        return str(first.get("ctx", {}).get("error", first["msg"]))
    return f"{path or 'A request'} is {words(expected, schema)}, not {_shown(given)}."


def _surplus_sentence(name: Any, path: str, parent: Mapping[str, Any]) -> str:
    inside = f" in {path}" if path else ""
    known = ", ".join(parent.get("properties", {}))
    accepted = f"the fields {inside and 'there '}are {known}" if known else "none is accepted"
    return f"There is no field {_shown(name)}{inside}: {accepted}."


def _sentence_of_union(
    path: str, expected: Mapping[str, Any], errors: Sequence[Any], depth: int, root: Mapping[str, Any]
) -> str:
    """What is wrong with a value of several models: a surplus field where one of them fits but for that."""
    branches: dict[Any, list[Any]] = {}
    for each in errors:
        branches.setdefault(each["loc"][depth], []).append(each)
    for name, wrong in branches.items():
        surplus = all(each["type"] == "extra_forbidden" and len(each["loc"]) == depth + 2 for each in wrong)
        if surplus and name in root.get("$defs", {}):
            return _surplus_sentence(wrong[0]["loc"][-1], path, root["$defs"][name])
    return f"{path or 'A request'} is {words(expected, root)}."


@functools.cache
def _schema_of(model: type[Message]) -> dict[str, Any]:
    return model.model_json_schema()


def _plain(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema with its reference followed, and without `null` where that is the only alternative."""
    while True:
        if "$ref" in schema:
            schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
        elif len(others := [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]) == 1:
            schema = others[0]
        else:
            return schema


def _follow(
    schema: Mapping[str, Any], location: Sequence[str | int], root: Mapping[str, Any]
) -> tuple[str, Mapping[str, Any], int]:
    """The path to a field in words, such as `files[0].path`, its schema, and how many parts of the location are left.

    It ends where a union has several branches; what is left is then the name of a branch and the location inside it.
    """
    path = ""
    for number, part in enumerate(location):
        inner = _plain(schema, root)
        if isinstance(part, int):
            items = inner.get("prefixItems", ())
            found = items[part] if part < len(items) else inner.get("items")
            step = f"[{part}]"
        else:
            found = inner.get("properties", {}).get(part)
            step = f".{part}" if path else str(part)
            if found is None and part in (tags := inner.get("discriminator", {}).get("mapping", {})):
                found, step = {"$ref": tags[part]}, ""
            elif found is None and isinstance(inner.get("additionalProperties"), Mapping):
                found = inner["additionalProperties"]
                step = f"{step[:1] if path else ''}{str(part)[:SHOWN]}"
        if found is None:
            return path, schema, len(location) - number
        schema, path = found, path + step
    return path, schema, 0


PLURALS = {"a text": "texts", "a whole number": "whole numbers", "a number": "numbers", "true or false": "booleans"}


def words(schema: Mapping[str, Any], root: Mapping[str, Any]) -> str:
    """What a JSON schema accepts, such as `a whole number from 1 to 6`."""
    if "$ref" in schema:
        return words(_plain(schema, root), root)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(words(each, root) for each in schema[several]))
    if "const" in schema:
        return _shown(schema["const"])
    if "enum" in schema:
        return _one_of(schema["enum"])
    match schema.get("type"):
        case "null":
            return "nothing (null)"
        case "boolean":
            return "true or false"
        case "string":
            return "a text" + (f" of at most {schema['maxLength']:,} characters" if "maxLength" in schema else "")
        case "integer":
            return f"a whole number{_limits(schema)}"
        case "number":
            return f"a number{_limits(schema)}"
        case "array":
            return _list_words(schema, root)
        case "object":
            names = ", ".join(schema.get("properties", {}))
            return f"an object with {names}" if names else "an object"
    return "a value"


def _list_words(schema: Mapping[str, Any], root: Mapping[str, Any]) -> str:
    if "prefixItems" in schema:
        return f"a list of {', '.join(words(each, root) for each in schema['prefixItems'])}"
    item = words(schema.get("items", {}), root)
    plural = PLURALS.get(item) or f"values, each {item}"
    least, most = schema.get("minItems"), schema.get("maxItems")
    if least is None and most is None:
        return f"a list of {plural}"
    if most is None:
        return f"a list of at least {least} {plural}"
    return f"a list of {least} to {most} {plural}" if least else f"a list of at most {most} {plural}"


def _limits(schema: Mapping[str, Any]) -> str:
    """The limits of a number, such as ` from 1 to 6` or ` above 0 and at most 24`."""
    low, above = schema.get("minimum"), schema.get("exclusiveMinimum")
    high, below = schema.get("maximum"), schema.get("exclusiveMaximum")
    if low is not None and high is not None:
        return f" from {low} to {high}"
    parts = [
        f"{text} {limit}"
        for text, limit in (("from", low), ("above", above), ("at most", high), ("below", below))
        if limit is not None
    ]
    return f" {' and '.join(parts)}{' on' if parts == [f'from {low}'] else ''}" if parts else ""


def _one_of(values: Sequence[Any]) -> str:
    shown = [_shown(value) for value in values]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _shown(value: Any) -> str:
    """A value as a sentence repeats it; lists and objects may be large, so only their kind is named."""
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    if isinstance(value, Mapping):
        return "an object"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]} …"
