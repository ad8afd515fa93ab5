"""Wraps every server function and event: odd requests are refused, and whatever is raised becomes a sentence.

Requests come from any program that can reach the app, not only from our page. What no page of ours can send (a NUL,
half a character, a number that is none) is refused before a function sees it. Of what a function raises:

* an `InputError` is its own sentence, and so is what a disk refuses (`OSError`) or memory that ends; * an error of a
kind that a request of another shape causes becomes a short sentence, and one line in the log that names the place: a
bug of ours of the same kind is found by it (with GAN_WORKBENCH_DEBUG=1 by its traceback); * anything else is a bug: its
traceback is printed.
"""

from __future__ import annotations

import functools
import inspect
import logging
import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gan_core.errors import InputError
from gan_core.ui import dispatch
from gan_core.ui.dispatch import check_values, exposed
from gan_core.ui.protocol import is_server_function

log = logging.getLogger(__name__)

ODD_REQUEST = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What a function raises on a request of another shape than it reads."""


def sentence_of(error: BaseException, what: str = "a request") -> str:
    """The sentence for the page on `error`, which `what` raised; logs what a developer has to know."""
    if isinstance(error, ODD_REQUEST) and not isinstance(error, (InputError, OSError)):
        debug = error if os.environ.get("GAN_WORKBENCH_DEBUG") else None
        log.warning("%s: %s: %r at %s", what, type(error).__name__, str(error)[:300], _place(error), exc_info=debug)
        return f"The app cannot use what was sent ({type(error).__name__}); reload the page and try again."
    return dispatch.sentence_of(error, what)


def _place(error: BaseException) -> str:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "gan_core" in frame.filename]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "an unknown place"


def failure(error: Exception) -> dict[str, str]:
    """The response in place of a result."""
    return {"error": sentence_of(error)}


def responding(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a server function, which takes one object: whatever is wrong becomes an answer `{"error": sentence}`."""
    if is_server_function(function):
        return exposed(function)
    what = f"server function {getattr(function, '__qualname__', function)}"

    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def answer_later(*arguments: Any) -> Any:
            try:
                return await function(*_checked(arguments))
            except Exception as error:  # noqa: BLE001 - the browser must hear of anything
                return {"error": sentence_of(error, what)}

        return answer_later

    @functools.wraps(function)
    def answer(*arguments: Any) -> Any:
        try:
            return function(*_checked(arguments))
        except Exception as error:  # noqa: BLE001 - the browser must hear of anything
            return {"error": sentence_of(error, what)}

    return answer


def _checked(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """The one object of a request; nothing at all, which JavaScript sends as an empty list, is an empty one."""
    if not arguments:
        return arguments
    request, *rest = arguments
    if request is None or request == []:
        request = {}
    if not isinstance(request, dict):
        raise InputError("A request is an object with named values.")
    check_values(request)
    return (request, *rest)


def responding_events(process: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `Blocks.process_api`, through which every event and every call of a program goes.

    Gradio shows the message of a `gr.Error` and prints a traceback for everything else.
    """
    from gradio.exceptions import Error

    @functools.wraps(process)
    async def processed(block_fn: Any, inputs: Any, *arguments: Any, **settings: Any) -> Any:
        try:
            check_values(inputs)
            return await process(block_fn, inputs, *arguments, **settings)
        except Error as error:
            error.print_exception = False  # gradio's own ones too: a value that a component does not have is no bug
            raise
        except StopAsyncIteration:
            raise  # how gradio ends a generator
        except Exception as error:
            name = getattr(block_fn, "api_name", None) or getattr(block_fn, "name", "") or block_fn
            raise Error(sentence_of(error, f"event {name}"), print_exception=False) from error

    return processed
