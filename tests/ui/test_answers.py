"""Whatever a request holds, its answer is a sentence, and the log shows no traceback for what is no bug."""

from __future__ import annotations

import asyncio
import errno
import inspect
import json
import random
import re
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from starlette.responses import Response

from gan_core.errors import Cancelled, InputError
from gan_core.ui.answers import responding, responding_events
from gan_core.ui.dispatch import FUNCTION, check_values
from gan_core.ui.launch import Options, make_demo
from tests.ui.fake_run import FakeLauncher, fake_run

pytestmark = pytest.mark.filterwarnings("ignore:unclosed", "ignore::pytest.PytestUnraisableExceptionWarning")

ODD: tuple[Any, ...] = (
    *(None, [], {}, [1], [[]], [None], {"a": 1}, {"x": [1, 2]}, "", "x", "../x", "/etc/passwd", "runs/x", "a" * 300),
    *(-1, 0, 1, 1.5, 1e18, 10**18, True, "glyphs", "summer-winter", ["glyphs"], "café", "1" * 40, {"": {}}),
)
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


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("what", REFUSED)
def test_what_no_page_of_ours_sends_is_refused_at_the_door(what: str, capfd: pytest.CaptureFixture[str]) -> None:
    reached: list[Any] = []
    answer = responding(reached.append)({"value": REFUSED[what]})
    assert answer["error"].startswith("The request holds")
    assert not reached
    assert "Traceback" not in capfd.readouterr().err


def test_a_request_is_one_object_that_is_not_nested_without_end() -> None:
    same = responding(lambda request: {"request": request})
    assert same({"a": nested(30)}) == {"request": {"a": nested(30)}}
    assert "nested" in same({"a": nested(100_000)})["error"]
    assert same(None) == same([]) == {"request": {}}, "nothing at all is an empty request"
    for wrong in ("x", 1, [1], True):
        assert same(wrong) == {"error": "A request is an object with named values."}
    check_values({"text": "Ünïcode 漢字 🎨", "numbers": [0, -1, 2**53, 1e15]})


def raising(error: BaseException) -> Callable[[Any], Any]:
    def function(_: Any) -> Any:
        raise error

    return function


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
        (TypeError("unhashable type: 'list'"), "cannot use what was sent"),
        (KeyError("run"), "cannot use what was sent"),
        (UnicodeDecodeError("utf-8", b"x", 0, 1, "odd"), "cannot use what was sent"),
        (RecursionError("too deep"), "cannot use what was sent"),
        (ZeroDivisionError("division by zero"), "cannot use what was sent"),
    ],
)
def test_every_error_of_a_request_is_one_sentence(
    error: BaseException, sentence: str, capfd: pytest.CaptureFixture[str]
) -> None:
    told = responding(raising(error))({})["error"]
    assert sentence in told
    assert told.endswith(".")
    assert "/root/runs" not in told, "a page is not told where things lie on this machine"
    assert "Traceback" not in capfd.readouterr().err


def test_a_bug_is_printed_with_its_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    assert "RuntimeError" in responding(raising(RuntimeError("a bug")))({})["error"]
    assert "Traceback" in capfd.readouterr().err


def test_an_error_of_an_odd_request_names_its_place_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    responding(lambda request: lowered(request))({"recipe": 7})
    (record,) = caplog.records
    assert "AttributeError" in record.getMessage()


def lowered(request: Any) -> Any:
    return request["recipe"].lower()


def test_functions_that_wait_answer_alike() -> None:
    async def later(request: Any) -> Any:
        return request["missing"]

    assert "cannot use" in asyncio.run(responding(later)({}))["error"]


def test_events_show_the_same_sentences() -> None:
    async def process(block_fn: Any, inputs: Any) -> Any:
        raise inputs[0]

    for error, sentence in ((InputError("No."), "No."), (ValueError("x"), "cannot use"), (OSError("away"), "away")):
        with pytest.raises(gr.Error, match=sentence) as shown:
            asyncio.run(responding_events(process)(None, [error]))
        assert shown.value.print_exception is False
    with pytest.raises(gr.Error, match="NUL"):
        asyncio.run(responding_events(process)(None, ["\0"]))


# All of them ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made: Any = make_demo(Options(runs=str(tmp_path_factory.mktemp("asked") / "runs"), device="cpu"))
    context = made.context
    context._launcher = FakeLauncher(context.runs_root)
    fake_run(context.runs_root)
    yield made
    context._launcher = None
    context.shutdown()


def server_functions(demo: Any) -> dict[str, Callable[[Any], Any]]:
    found: dict[str, Callable[[Any], Any]] = {}
    for block in demo.blocks.values():
        for name, function in vars(block).items():
            if getattr(function, "_is_server_fn", False):
                found[f"{block.elem_id}.{name}"] = function
    return found


def test_all_server_functions_pass_the_door(demo: Any) -> None:
    functions = server_functions(demo)
    assert len(functions) > 90
    for name, function in functions.items():
        assert "NUL" in asked(function, {"value": "\0"})["error"], name


def test_odd_requests_get_sentences_from_all_server_functions(
    demo: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every name that a function's module reads from a request, with every odd value; some thousand requests."""

    def alone(*arguments: Any, **options: Any) -> Any:
        raise InputError("Nothing is started in this test.")

    monkeypatch.setattr(subprocess.Popen, "__init__", alone)
    monkeypatch.setattr(urllib.request, "urlopen", alone)
    monkeypatch.setattr("gan_core.latents.directions.readers.class_reader", alone)  # it learns for half a minute
    draw, told = random.Random(0), 0
    for name, function in sorted(server_functions(demo).items()):
        if hasattr(function, FUNCTION):  # typed: see test_protocol.py
            continue
        source = Path(inspect.getsourcefile(inspect.unwrap(function)) or "").read_text(encoding="utf-8")
        keys = sorted(set(re.findall(r'(?:get\(|\[)"(\w+)"', source)))
        requests = [{}, *(dict.fromkeys(keys, value) for value in ODD)]
        requests += [{key: draw.choice(ODD) for key in keys if draw.random() < 0.8} for _ in range(10)]
        for request in requests:
            answer = asked(function, request)
            json.dumps(answer)
            if isinstance(answer, dict) and answer.get("error"):
                told += 1
                assert isinstance(answer["error"], str), (name, request)
                assert "That did not work" not in answer["error"], (name, request)
        assert "Traceback" not in capfd.readouterr().err, name
    assert told > 100


def asked(function: Callable[[Any], Any], request: Any) -> Any:
    answer = function(request)
    if isinstance(answer, Response):
        return json.loads(bytes(answer.body))
    return asyncio.run(answer) if inspect.iscoroutine(answer) else answer
