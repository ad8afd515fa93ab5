"""What gradio calls: what no page sends is refused before, what is raised becomes a sentence, and a bug is printed."""

from __future__ import annotations

import asyncio
import errno
import json
from typing import Any

import gradio as gr
import pytest

from gan_core.errors import Cancelled, InputError
from gan_core.ui.dispatch import FUNCTION, check_values, exposed, guarded_events
from gan_core.ui.launch import Options, make_demo
from gan_core.ui.protocol import Request, Response, server_function
from tests.ui.fake_run import FakeLauncher, fake_run

pytestmark = pytest.mark.filterwarnings("ignore:unclosed", "ignore::pytest.PytestUnraisableExceptionWarning")

REFUSED: dict[str, Any] = {
    "NUL": "a\0b",
    "half a character": "\ud800",
    "not a number": float("nan"),
    "an infinite one": float("inf"),
    "a huge one": 10**40,
    "a huge fraction": -1e300,
    "NUL deep inside": {"a": [{"b": "\0"}]},
    "NUL in a name": {"a\0": 1},
}
BUGS: tuple[BaseException, ...] = (
    TypeError("unhashable type: 'list'"),
    KeyError("run"),
    ZeroDivisionError("division by zero"),
    RuntimeError("a bug"),
)


class AnyRequest(Request):
    """A request with a field of any kind."""

    value: Any = None


class AnyResponse(Response):
    """The same value."""

    value: Any


def asked(function: Any, request: Any) -> dict[str, Any]:
    """What the page is answered by an exposed function."""
    return json.loads(bytes(function(request).body))


def raising(error: BaseException) -> Any:
    @server_function
    def function(request: AnyRequest) -> AnyResponse:
        raise error

    return exposed(function)


@server_function
def same(request: AnyRequest) -> AnyResponse:
    return AnyResponse(value=request.value)


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("what", REFUSED)
def test_what_no_page_of_ours_sends_is_refused_before(what: str, capfd: pytest.CaptureFixture[str]) -> None:
    reached: list[Any] = []

    @server_function
    def reach(request: AnyRequest) -> AnyResponse:
        reached.append(request)
        return AnyResponse(value=None)

    assert asked(exposed(reach), {"value": REFUSED[what]})["error"].startswith("The request holds")
    assert not reached
    assert "Traceback" not in capfd.readouterr().err


def test_a_request_is_one_object_that_is_not_nested_without_end() -> None:
    function = exposed(same)
    assert asked(function, {"value": nested(30)}) == {"value": nested(30)}
    assert "nested" in asked(function, {"value": nested(100_000)})["error"]
    assert asked(function, None) == asked(function, []) == {"value": None}, "nothing at all is an empty request"
    for wrong in ("x", 1, [1], True):
        assert asked(function, wrong) == {"error": "A request is an object with named values."}
    check_values({"text": "Ünïcode 漢字 🎨", "numbers": [0, -1, 2**53, 1e15]})


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (InputError("Choose a model first."), "Choose a model first."),
        (Cancelled(), "Cancelled."),
        (
            PermissionError(errno.EACCES, "Permission denied", "/root/runs/mine/status.json"),
            "status.json: Permission denied",
        ),
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device"),
        (OSError("odd"), "odd"),
        (MemoryError(), "not enough memory"),
    ],
)
def test_every_error_of_a_request_is_one_sentence(
    error: BaseException, sentence: str, capfd: pytest.CaptureFixture[str]
) -> None:
    told = asked(raising(error), {})["error"]
    assert sentence in told
    assert told.endswith(".")
    assert "/root/runs" not in told, "a page is not told where things lie on this machine"
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: type(bug).__name__)
def test_a_bug_is_printed_with_its_traceback(bug: BaseException, capfd: pytest.CaptureFixture[str]) -> None:
    assert type(bug).__name__ in asked(raising(bug), {})["error"]
    assert "Traceback" in capfd.readouterr().err


def test_a_wrong_request_names_its_function_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    asked(exposed(same), {"values": 7})
    (record,) = caplog.records
    assert "same does not take what was sent" in record.getMessage()


# Events -------------------------------------------------------------------------------------------------------------


async def process(block_fn: Any, inputs: Any) -> Any:
    """As gradio's own, which fails before it reaches a function of ours."""
    error = inputs[0]
    if isinstance(error, BaseException):
        raise error
    return block_fn(error)


def shown(block_fn: Any, inputs: list[Any]) -> str:
    """The sentence of the `gr.Error` that an event ends with."""
    with pytest.raises(gr.Error) as raised:
        asyncio.run(guarded_events(process)(block_fn, inputs))
    assert raised.value.print_exception is False
    return str(raised.value)


def test_events_show_the_same_sentences(capfd: pytest.CaptureFixture[str]) -> None:
    assert "No." in shown(None, [InputError("No.")])
    assert "away" in shown(None, [OSError("away")])
    assert "NUL" in shown(None, ["\0"])
    assert "Not one of them" in shown(None, [gr.Error("Not one of them")])
    assert "Traceback" not in capfd.readouterr().err


def test_a_value_that_gradio_cannot_read_is_no_bug_and_what_a_function_of_ours_raises_is(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert "cannot use what was sent (ValueError)" in shown(None, [ValueError("x")])
    assert "Traceback" not in capfd.readouterr().err
    assert "That did not work: AttributeError" in shown(check_values_of_nothing, [7])
    assert "Traceback" in capfd.readouterr().err


def check_values_of_nothing(_: Any) -> Any:
    """Fails within the package, as a bug of ours does."""
    from gan_core.ui.train.recipe_form import with_form_settings

    return with_form_settings("dcgan", {7: 1})  # pyright: ignore[reportArgumentType]


def test_what_ends_a_generator_passes() -> None:
    with pytest.raises((StopAsyncIteration, RuntimeError)):
        asyncio.run(guarded_events(process)(None, [StopAsyncIteration()]))


# All of them ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made: Any = make_demo(Options(runs=str(tmp_path_factory.mktemp("asked") / "runs"), device="cpu"))
    context = made.context
    context.trainings._launcher = FakeLauncher(context.runs.root)
    fake_run(context.runs.root)
    yield made
    context.trainings._launcher = None
    context.shutdown()


def test_all_server_functions_are_typed_and_refuse_what_no_page_sends(demo: Any) -> None:
    functions = {
        f"{block.elem_id}.{name}": function
        for block in demo.blocks.values()
        for name, function in vars(block).items()
        if getattr(function, "_is_server_fn", False)
    }
    assert len(functions) > 90
    for name, function in functions.items():
        assert hasattr(function, FUNCTION), f"{name} has no request and response model"
        assert "NUL" in asked(function, {"value": "\0"})["error"], name
