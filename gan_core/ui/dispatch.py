"""How gradio calls server functions and events: odd requests are refused before, whatever is raised becomes a sentence.

Requests come from any program that can reach the app, not only from our page. What no page of ours can send (a NUL,
half a character, a number that is none) is refused before a function sees it, and so is what does not fit the
function's request model (see `gan_core.ui.protocol`). Of what a function raises:

* an `InputError` is its own sentence, and so is what a disk refuses (`OSError`) or memory that ends;
* anything else is a bug: its traceback is printed.
"""

from __future__ import annotations

import functools
import json
import logging
import math
import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.responses import Response

from gan_core.errors import Cancelled, InputError
from gan_core.json_files import is_whole
from gan_core.ui.protocol import InvalidRequestError, answer, signature_of

log = logging.getLogger(__name__)

DEPTH = 40
"""Of lists and objects inside each other; a recipe has six."""
LARGEST = 2.0**63
PACKAGE = str(Path(__file__).parents[1])
FUNCTION = "server_function"
"""Attribute of an exposed function: the one that it calls. (`__wrapped__` would make gradio inspect that one at each
call.)"""


def sentence_of(error: BaseException, what: str = "a request") -> str:
    """The sentence for the person at the page.

    Args:
        error: what `what` raised.
        what: the function or event, for the log.
    """
    if isinstance(error, InvalidRequestError):
        log.warning("%s does not take what was sent: %s", what, error)
        return str(error)
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, Cancelled):
        return "Cancelled."
    if isinstance(error, OSError):
        log.warning("%s: %s: %r", what, type(error).__name__, str(error)[:300])
        return of_the_disk(error)
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        log.warning("%s: %s", what, str(error)[:300] or type(error).__name__)
        return "There is not enough memory for this: choose fewer or smaller pictures, or a smaller model."
    traceback.print_exception(error)
    return f"That did not work: {type(error).__name__}: {error}"


def of_the_disk(error: OSError) -> str:
    """The sentence for a file or folder that the system refuses; names it without the path of this machine's disk."""
    reason = (error.strerror or str(error) or type(error).__name__).rstrip(".")
    if not isinstance(error.filename, (str, bytes)):
        return f"The app cannot read or write a file it needs: {reason}."
    name = Path(os.fsdecode(error.filename)).name or os.fsdecode(error.filename)
    return f"The app cannot read or write {name[:100]}: {reason}."


def check_values(request: Any) -> None:
    """Check JSON values before any model does.

    Raises:
        InputError: for values that JSON from a page of ours never holds, at any depth of `request`.
    """
    waiting: list[tuple[Any, int]] = [(request, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEPTH:
            raise InputError("The request is nested too deeply.")
        if isinstance(value, str):
            if "\0" in value:
                raise InputError("The request holds a NUL character, which no name or text has.")
            if not is_whole(value):
                raise InputError("The request holds half of a character.")
        elif isinstance(value, float):
            if not math.isfinite(value) or abs(value) > LARGEST:
                raise InputError("The request holds a number that is infinite, too large or none.")
        elif isinstance(value, int):
            if abs(value) > LARGEST:
                raise InputError("The request holds a number that is too large.")
        elif isinstance(value, dict):
            waiting += [(part, depth + 1) for pair in value.items() for part in pair]
        elif isinstance(value, (list, tuple)):
            waiting += [(part, depth + 1) for part in value]


def exposed(function: Callable[..., Any]) -> Callable[..., Response]:
    """A server function as gradio calls it: JSON values in, JSON text out.

    Args:
        function: marked by `server_function`. Raises TypeError otherwise.

    Returns:
        A function of its name. It never raises: whatever is wrong becomes `{"error": sentence}`. Its response is
        written here, as gradio would first copy all of it into plain values, number by number.
    """
    name = signature_of(function).name
    what = f"server function {getattr(function, '__qualname__', name)}"

    def respond(values: Any = None) -> Response:
        try:
            values = {} if values is None or values == [] else values  # what JavaScript sends for nothing at all
            check_values(values)
            text = answer(function, values).model_dump_json(by_alias=True, exclude_unset=True)
        except Exception as error:  # noqa: BLE001 - the browser must hear of anything
            text = json.dumps({"error": sentence_of(error, what)})
        return Response(text, media_type="application/json")

    respond.__name__ = name
    setattr(respond, FUNCTION, function)
    return respond


def guarded_events(process: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `Blocks.process_api`, through which every event and every call of a program goes.

    Gradio shows the message of a `gr.Error` and prints a traceback for everything else. What gradio raises itself,
    before a function of ours is called, is due to a value that a component does not have, and no bug.
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
            what = f"event {getattr(block_fn, 'api_name', None) or getattr(block_fn, 'name', '') or block_fn}"
            if isinstance(error, (InputError, Cancelled, OSError, MemoryError)) or _reached_ours(error):
                raise Error(sentence_of(error, what), print_exception=False) from error
            log.warning("%s: %s: %r", what, type(error).__name__, str(error)[:300])
            sentence = f"The app cannot use what was sent ({type(error).__name__}); reload the page and try again."
            raise Error(sentence, print_exception=False) from error

    return processed


def _reached_ours(error: BaseException) -> bool:
    """Whether a function of this package raised the error, or called what raised it."""
    frames = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
    return any(name.startswith(PACKAGE) and name != __file__ for name in frames)
