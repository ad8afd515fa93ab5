"""Option values in words, and error messages for unknown names."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeGuard

Accepts = tuple[str, Callable[[Any], bool]]


def is_number(value: Any) -> TypeGuard[float]:
    """Whether `value` is a finite number that a float can hold; True and False are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


PLAIN: dict[str, Accepts] = {
    "int": ("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool)),
    "float": ("a number", is_number),
    "bool": ("true or false", lambda value: isinstance(value, bool)),
    "str": ("a word", lambda value: isinstance(value, str)),
    "None": ("null", lambda value: value is None),
}
"""What an option of an annotated type is in words, and what it accepts; other annotations are the part's own affair."""

ELSEWHERE = {
    **dict.fromkeys(("lr", "step_size", "alpha"), ("learning_rate",)),
    **dict.fromkeys(("ngf", "ndf", "nf", "ch", "channels"), ("width",)),
    **dict.fromkeys(("b1", "betas"), ("beta1",)),
    "b2": ("beta2",),
    **dict.fromkeys(("lambda", "lambda_gp", "lambd", "coefficient"), ("weight", "gamma")),
    **dict.fromkeys(("gp", "gradient-penalty", "gradient_penalty"), ("wgan-gp",)),
    **dict.fromkeys(("sn", "spectral", "spectral_norm"), ("spectral-norm",)),
    **dict.fromkeys(("bce", "vanilla", "ns", "logistic"), ("non-saturating",)),
    **dict.fromkeys(("mse", "lsgan", "l2"), ("least-squares",)),
    **dict.fromkeys(("wgan", "w", "emd"), ("wasserstein",)),
    **dict.fromkeys(("rpgan", "rgan", "r3gan"), ("relativistic",)),
    **dict.fromkeys(("critic_steps", "d_steps", "critic_iters", "k"), ("n_critic",)),
}
"""What parts and their options are called elsewhere."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint at the name among `known` that is meant by `name`, with a space before it; empty if none is near."""
    names = sorted(known)
    by_case = {each.casefold(): each for each in names}
    close = difflib.get_close_matches(name.casefold(), list(by_case), n=1)
    meant = (
        by_case[close[0]]
        if close
        else next((each for each in ELSEWHERE.get(name.casefold(), ()) if each in names), None)
    )
    return f" Did you mean {meant!r}?" if meant else ""


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """The error message for an unknown name, with the nearest known one.

    Args:
        kind: What is named, such as `data set`.
        name: The unknown name.
        known: All names that exist.

    Returns:
        One or more sentences.
    """
    names = sorted(known)
    return f"There is no {kind} named {name!r}.{did_you_mean(name, names)} Known: {', '.join(names) or 'none'}."


def listed(words: Iterable[str]) -> str:
    """A list in words: `a, b or c`; words with a comma of their own are quoted."""
    *most, last = (repr(word) if "," in word else word for word in words)
    return f"{', '.join(most)} or {last}" if most else last
