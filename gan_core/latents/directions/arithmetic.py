"""Arithmetic with names: `smile - neutral + 0.5*"left turn"`, of directions and of favourites."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from gan_core.errors import InputError
from gan_core.latents.directions.vectors import unit

LONGEST = 500
NUMBER = re.compile(r"\d+\.?\d*|\.\d+")
WORD = re.compile(r"[^\s+*()\"'−×-]+")
SAME = 1e-6


@dataclass(frozen=True)
class Outcome:
    """The result of an expression."""

    kind: str
    """`place`, a latent, or `direction`, a unit vector."""
    vector: Tensor
    """float32 (latent_dim,)."""


def calculate(text: str, directions: Mapping[str, Tensor], places: Mapping[str, Tensor]) -> Outcome:
    """The value of `text`: names with +, -, numbers times names, and parentheses; names with spaces may be quoted.

    Places are points and directions are arrows, and the sum is what it is in geometry: where the places' weights add up
    to 1 (`A - B + C`, or `A + 2*slant`) it is a place, where they add up to 0 (`A - B`, or only directions) it is a
    direction, of which the length does not matter. Everything else is neither. Names are looked up as they are written,
    then without regard to case; a name of both kinds is asked for as `direction:NAME` or `place:NAME`.

    Raises InputError with the position of what is wrong, counted from 1.
    """
    if not isinstance(text, str) or not text.strip():
        raise InputError("Write names with + and - between them, such as A - B + C.")
    if len(text) > LONGEST:
        raise InputError(f"An expression has at most {LONGEST} characters, not {len(text)}.")
    terms = _Reader(text, directions, places).read()
    weights = {
        kind: [weight for (found, _), weight in terms.items() if found == kind] for kind in ("place", "direction")
    }
    total = sum(weights["place"])
    vectors = (weight * (places if kind == "place" else directions)[name] for (kind, name), weight in terms.items())
    value = torch.stack([vector.double() for vector in vectors]).sum(0)
    if abs(total - 1) < SAME and weights["place"]:
        return Outcome("place", value.float())
    if abs(total) < SAME:
        if float(value.norm()) < SAME:
            raise InputError(f"{text.strip()} cancels out: nothing is left of it.")
        return Outcome("direction", unit(value, text.strip()))
    raise InputError(
        f"The places' weights add up to {total:g}: make it 1 for a place (such as A - B + C) or 0 for a direction (A - B)."
    )


Term = dict[tuple[str, str], float]


class _Reader:
    """Recursive descent over one expression: sum = term (+|- term)*, term = [+|-] [number *] (name | (sum)) [*
    number]."""

    def __init__(self, text: str, directions: Iterable[str], places: Iterable[str]) -> None:
        self.text, self.at = text, 0
        self.known = {"direction": list(directions), "place": list(places)}
        names = {name for known in self.known.values() for name in known}
        self.names = sorted(names | {f"{kind}:{name}" for kind, known in self.known.items() for name in known}, key=len)

    def read(self) -> Term:
        value = self._sum()
        if self._next():
            raise self._wrong("+ or - was expected here")
        return value

    def _sum(self) -> Term:
        value = self._term()
        while (sign := self._next()) in ("+", "-", "−") and sign:
            self.at += 1
            value = _added(value, self._term(), 1.0 if sign == "+" else -1.0)
        return value

    def _term(self) -> Term:
        sign = self._next()
        if sign and sign in "+-−":
            self.at += 1
            return _added({}, self._term(), 1.0 if sign == "+" else -1.0)
        weight = self._number(before=True)
        if self._next() == "(":
            opened, self.at = self.at, self.at + 1
            value = self._sum()
            if self._next() != ")":
                self.at = opened
                raise self._wrong("this parenthesis is not closed")
            self.at += 1
        else:
            value = {self._name(): 1.0}
        return _added({}, value, weight * self._number(before=False))

    def _number(self, before: bool) -> float:
        """The number of `0.5*` or of `*0.5`; 1 where there is none. A name may begin with a digit."""
        self._next()
        pattern = rf"({NUMBER.pattern})\s*[*×]" if before else rf"[*×]\s*({NUMBER.pattern})"
        found = re.compile(pattern).match(self.text, self.at)
        if found is None:
            if not before and self._next() in ("*", "×"):
                raise self._wrong("a number was expected after *")
            return 1.0
        self.at = found.end()
        return float(found[1])

    def _name(self) -> tuple[str, str]:
        start = self._next()
        if not start or start in ")*×":
            raise self._wrong("a name was expected here")
        if start in "\"'":
            end = self.text.find(start, self.at + 1)
            if end < 0:
                raise self._wrong("this quotation mark is not closed")
            written, after = self.text[self.at + 1 : end], end + 1
        else:
            written = self._longest_known() or self._word()
            after = self.at + len(written)
        found = self._resolve(written)
        self.at = after
        return found

    def _longest_known(self) -> str:
        """The longest known name that stands here: `left-right` is one name where there is such a one."""
        rest = self.text[self.at :]
        for name in reversed(self.names):
            end = len(name)
            if rest[:end].casefold() == name.casefold() and not rest[end : end + 1].isalnum():
                return rest[:end]
        return ""

    def _word(self) -> str:
        found = WORD.match(self.text, self.at)
        return found[0] if found else self.text[self.at]

    def _resolve(self, written: str) -> tuple[str, str]:
        kind, _, rest = written.partition(":")
        kinds, name = ((kind,), rest) if kind in self.known and rest else (tuple(self.known), written)
        for same in (str, str.casefold):
            found = [(kind, known) for kind in kinds for known in self.known[kind] if same(known) == same(name)]
            if len(found) == 1:
                return found[0]
            if found:
                choices = " or ".join(f"{kind}:{known}" for kind, known in found)
                raise self._wrong(f"{written!r} could be several: write {choices}")
        every = {name.casefold(): name for known in self.known.values() for name in known}
        close = [every[name] for name in difflib.get_close_matches(written.casefold(), every, n=3)]
        hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
        raise self._wrong(f"there is no direction or favourite named {written[:60]!r}{hint}")

    def _next(self) -> str:
        """The next character that is no space, at which the reader then stands; empty at the end."""
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.text[self.at : self.at + 1]

    def _wrong(self, what: str) -> InputError:
        return InputError(f"At character {self.at + 1}: {what}" + ("" if what.endswith("?") else "."))


def _added(first: Term, second: Term, weight: float) -> Term:
    keys = dict.fromkeys([*first, *second])
    return {key: first.get(key, 0.0) + weight * second.get(key, 0.0) for key in keys}
