"""The protocol: what does not fit a request model is one sentence that names the field and says what is accepted there."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, ValidationError

from gan_core.errors import Cancelled, InputError
from gan_core.ui import declarations
from gan_core.ui.dispatch import FUNCTION, exposed
from gan_core.ui.launch import Options, make_demo
from gan_core.ui.protocol import (
    CancelledResponse,
    EmptyResponse,
    InvalidRequestError,
    Message,
    Pair,
    Request,
    Response,
    call,
    read_request,
    server_function,
    signature_of,
)
from tests.ui.fake_run import FakeLauncher, fake_run
from tests.ui.random_requests import RandomRequests, RequestFields

pytestmark = pytest.mark.filterwarnings("ignore:unclosed", "ignore::pytest.PytestUnraisableExceptionWarning")


class Point(Message):
    """A point."""

    x: float = Field(ge=0, le=1)
    label: str | None = None


class Go(Message):
    """One action."""

    do: Literal["go"]
    steps: int = Field(gt=0)


class Rest(Message):
    """Another action."""

    do: Literal["rest"]


class MoveRequest(Request):
    """A request of all kinds of fields."""

    name: str
    count: int = Field(3, ge=1, le=6)
    share: float = Field(0.5, gt=0)
    more: int | None = Field(None, ge=1)
    side: Literal["left", "right"] = "left"
    sure: bool = False
    view: Pair = (0.0, 1.0)
    points: list[Point] = Field([], max_length=2)
    by_name: dict[str, Point] = Field({})
    anything: Any = None
    either: str | int = ""
    mark: Point | Go | None = None
    action: Annotated[Go | Rest, Field(discriminator="do")] | None = None
    source: str = Field("", alias="from")
    """Where it comes from; `from` is a word of Python's."""


class MoveResponse(Response):
    """A response with a field that may be missing."""

    name: str
    words: str = ""
    numbers: tuple[float, float] = (0.0, 0.0)
    pairs: list[tuple[int, int | None]] = Field(default=[])


class Mover:
    """Server functions."""

    @server_function
    def move(self, request: MoveRequest) -> MoveResponse:
        return MoveResponse(name=f"{request.name} {request.source}".strip())

    @server_function
    def rest(self) -> EmptyResponse:
        return EmptyResponse()

    @server_function
    def long(self, request: MoveRequest) -> MoveResponse | CancelledResponse:
        if request.sure:
            raise Cancelled
        return MoveResponse(name="done", numbers=(1.0, 2.0))

    @server_function
    def wrong(self) -> MoveResponse:
        return EmptyResponse()  # pyright: ignore[reportReturnType]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({}, "name is missing: a text is needed."),
        ({"name": 7}, "name is a text, not 7."),
        ({"name": None}, "name is a text, not null."),
        ({"name": "a", "count": "3"}, "count is a whole number from 1 to 6, not '3'."),
        ({"name": "a", "count": True}, "count is a whole number from 1 to 6, not true."),
        ({"name": "a", "count": 2.5}, "count is a whole number from 1 to 6, not 2.5."),
        ({"name": "a", "count": 7}, "count is a whole number from 1 to 6, not 7."),
        ({"name": "a", "share": 0}, "share is a number above 0, not 0."),
        ({"name": "a", "more": 0}, "more is a whole number from 1 on or nothing (null), not 0."),
        ({"name": "a", "side": "up"}, "side is 'left' or 'right', not 'up'."),
        ({"name": "a", "sure": 1}, "sure is true or false, not 1."),
        ({"name": "a", "view": [0, "1"]}, "view[1] is a number, not '1'."),
        ({"name": "a", "view": [0]}, "view[1] is missing: a number is needed."),
        ({"name": "a", "points": [{"x": 1}, {}]}, "points[1].x is missing: a number from 0 to 1 is needed."),
        (
            {"name": "a", "points": [{"x": 1, "y": 2}]},
            "There is no field 'y' in points[0]: the fields there are x, label.",
        ),
        (
            {"name": "a", "points": [{"x": 1}] * 3},
            "points is a list of at most 2 values, each an object with x, label, not a list of 3.",
        ),
        ({"name": "a", "by_name": {"here": {"x": 2}}}, "by_name.here.x is a number from 0 to 1, not 2."),
        ({"name": "a", "either": [1]}, "either is a text or a whole number, not a list of 1."),
        ({"name": "a", "mark": {}}, "mark is an object with x, label or an object with do, steps or nothing (null)."),
        ({"name": "a", "mark": {"x": 1, "y": 2}}, "There is no field 'y' in mark: the fields there are x, label."),
        ({"name": "a", "mark": 1}, "mark is an object with x, label or an object with do, steps or nothing (null)"),
        ({"name": "a", "action": {}}, "action.do is 'go' or 'rest'."),
        ({"name": "a", "action": {"do": "run"}}, "action.do is 'go' or 'rest', not 'run'."),
        ({"name": "a", "action": {"do": "go", "steps": 0}}, "action.steps is a whole number above 0, not 0."),
        ({"name": "a", "source": "b"}, "There is no field 'source': the fields are name,"),
        ({"name": "a", "from": 1}, "from is a text, not 1."),
        (
            {"name": "a" * 200, "x": 1},
            "There is no field 'x': the fields are name, count, share, more, side, sure, view,",
        ),
        ({"name": ["a" * 200]}, "name is a text, not a list of 1."),
        ([], "A request is an object with named values."),
        ("name", "A request is an object with named values."),
    ],
)
def test_what_does_not_fit_is_one_sentence(wrong: Any, sentence: str) -> None:
    with pytest.raises(InvalidRequestError) as raised:
        read_request(MoveRequest, wrong)
    assert str(raised.value).startswith(sentence)


def test_long_values_are_not_repeated_in_full() -> None:
    with pytest.raises(InvalidRequestError) as raised:
        read_request(MoveRequest, {"name": "a", "count": "b" * 5000})
    assert len(str(raised.value)) < 200


def test_a_response_holds_the_fields_that_were_given() -> None:
    mover = Mover()
    assert call(mover.move, {"name": "a"}) == {"name": "a"}
    assert call(mover.move, {"name": "a", "from": "here"}) == {"name": "a here"}
    assert call(mover.long, {"name": "a"}) == {"name": "done", "numbers": [1.0, 2.0]}
    assert call(mover.rest, {}) == {}


def test_a_cancelled_job_is_a_response_where_the_annotation_allows_it() -> None:
    assert call(Mover().long, {"name": "a", "sure": True}) == {"cancelled": True}


def test_what_a_function_is_not_annotated_with_is_a_bug() -> None:
    with pytest.raises(TypeError, match="wrong returned EmptyResponse"):
        call(Mover().wrong, {})
    with pytest.raises(ValidationError):
        MoveResponse(name="a", word="b")  # pyright: ignore[reportCallIssue]
    with pytest.raises(ValidationError):
        MoveResponse(name=1)  # pyright: ignore[reportArgumentType]


def test_a_server_function_has_its_models() -> None:
    def unmarked(request: MoveRequest) -> MoveResponse: ...

    @server_function
    def untyped(request): ...

    @server_function
    def two(request: MoveRequest, other: MoveRequest) -> MoveResponse: ...

    @server_function
    def plain(request: MoveRequest) -> dict[str, Any]: ...

    for function, sentence in (
        (unmarked, "is no server function"),
        (untyped, "one request model"),
        (two, "one request model"),
        (plain, "a response model"),
    ):
        with pytest.raises(TypeError, match=sentence):
            signature_of(function)


def test_gradio_gets_json_text() -> None:
    respond = exposed(Mover().move)
    assert respond.__name__ == "move"
    assert json.loads(bytes(respond({"name": "ä"}).body)) == {"name": "ä"}
    assert json.loads(bytes(respond({}).body)) == {"error": "name is missing: a text is needed."}
    assert json.loads(bytes(exposed(Mover().rest)().body)) == {}


# All of them ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    made: Any = make_demo(Options(runs=str(tmp_path_factory.mktemp("asked") / "runs"), device="cpu"))
    context = made.context
    context.trainings._launcher = FakeLauncher(context.runs.root)
    fake_run(context.runs.root)
    yield made
    context.trainings._launcher = None
    context.shutdown()


def functions(demo: Any) -> dict[str, Any]:
    """The exposed server functions of the page, by component and name."""
    return {
        f"{block.elem_id}.{function.__name__}": function
        for block in demo.blocks.values()
        for function in getattr(block, "server_fns", ())
        if hasattr(function, FUNCTION)
    }


def test_every_server_function_says_which_field_is_wrong(demo: Any, capfd: pytest.CaptureFixture[str]) -> None:
    refused = 0
    for name, function in functions(demo).items():
        fields = RequestFields(signature_of(getattr(function, FUNCTION)))
        for request, field in fields.wrong():
            response = json.loads(bytes(function(request).body))
            assert field in response.get("error", ""), (name, request, response)
            assert response["error"].endswith("."), (name, request, response)
            refused += 1
    assert refused > 200
    assert "Traceback" not in capfd.readouterr().err


def test_what_fits_is_never_refused_by_the_model(demo: Any) -> None:
    """The requests above are wrong in one place only: put right there, the model takes them."""
    for function in functions(demo).values():
        signature = signature_of(getattr(function, FUNCTION))
        fields = RequestFields(signature)
        read_request(signature.request, fields.fitting(fields.root))


def test_whatever_fits_is_answered_by_a_response_or_a_sentence(
    demo: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Well-formed requests at random, from a fixed seed, to every server function: never a bug."""

    def refuse(*arguments: Any, **options: Any) -> Any:
        raise InputError("Nothing is started in this test.")

    monkeypatch.setattr(subprocess.Popen, "__init__", refuse)
    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    monkeypatch.setattr("gan_core.latents.directions.readers.class_reader", refuse)  # it learns for half a minute
    monkeypatch.setattr("gan_core.training.timing_probes.TimingProbes.ask", lambda *_: None)  # a process in a thread
    for name, function in sorted(functions(demo).items()):
        requests = RandomRequests(signature_of(getattr(function, FUNCTION)), seed=0)
        for _ in range(20):
            request = requests.next()
            response = json.loads(bytes(function(request).body))
            assert isinstance(response, dict), (name, request)
            error = response.get("error") or ""
            assert "That did not work" not in error, (name, request, error)
        printed = capfd.readouterr().err
        assert "Traceback" not in printed, name
        assert "does not take what was sent" not in printed, name


def test_the_declarations_of_the_front_end_are_current() -> None:
    assert declarations.FILE.read_text(encoding="utf-8") == declarations.current(), (
        "run: python -m gan_core.ui.declarations"
    )


def test_two_models_of_one_name_are_refused() -> None:
    other = type("MoveRequest", (Request,), {"__module__": "elsewhere"})

    @server_function
    def second(request: Any) -> EmptyResponse: ...

    second.__annotations__ = {"request": other, "return": EmptyResponse}
    with pytest.raises(ValueError, match=r"same name: .*MoveRequest"):
        declarations.declarations({"a": [signature_of(Mover().move), signature_of(second)]})


def test_declarations_of_all_kinds_of_fields() -> None:
    text = declarations.declarations({"some-part": [signature_of(Mover().move), signature_of(Mover().long)]})
    for line in (
        "  name: string;",
        "  count?: number;",
        "  more?: number | null;",
        '  side?: "left" | "right";',
        "  view?: [number, number];",
        "  points?: Point[];",
        "  by_name?: Record<string, Point>;",
        "  anything?: any;",
        "  action?: Go | Rest | null;",
        "  from?: string;",
        "  pairs?: [number, number | null][];",
        "  /** Where it comes from; `from` is a word of Python's. */",
        "export type SomePart = {",
        "  long: { request: MoveRequest; response: MoveResponse | CancelledResponse };",
    ):
        assert f"{line}\n" in text
