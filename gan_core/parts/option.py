"""Options of parts: what a part says of them, what its signature and docstring say, and which values they accept."""

from __future__ import annotations

import dataclasses
import inspect
import re
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gan_core.parts.values import PLAIN, did_you_mean, is_number, listed

Choices = Sequence[str] | Callable[[], Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option of a part.

    Every field is optional: the signature and the docstring of the part fill in what is not given.
    """

    label: str = ""
    """Its name in forms."""
    help: str = ""
    """One sentence on what it does."""
    minimum: float | None = None
    """The least value that is accepted; None for no limit."""
    maximum: float | None = None
    """The largest value that is accepted; None for no limit."""
    above: float | None = None
    """A limit that values have to exceed; None for none."""
    below: float | None = None
    """A limit that values have to stay below; None for none."""
    choices: Choices = ()
    """The words that are accepted, or a function that lists them; empty for any word."""
    unlisted: Sequence[str] = ()
    """Words that are accepted too, but not offered: what only other people's files need."""
    slider: tuple[float, float, float] | None = None
    """Minimum, maximum and step of its slider in forms; None for no slider."""
    part: str = ""
    """The kind of part whose names it takes."""
    tags: Sequence[str] = ()
    """`import`: only of use for networks from other people's files."""
    name: str = ""
    """Of the parameter; filled in."""
    required: bool = False
    """Whether the signature has no default for it; filled in."""
    types: tuple[str, ...] = ()
    """Keys of `PLAIN`; empty where only the part itself can check a value."""
    default: Any = None
    """The default in the signature; filled in."""

    @property
    def type(self) -> str:
        """The first of its types: `int`, `float`, `bool` or `str`; empty if it has none of these."""
        return next((each for each in self.types if each != "None"), "")

    def words(self) -> tuple[str, ...]:
        """The choices that it offers; empty for any value."""
        return tuple(self.choices() if callable(self.choices) else self.choices)

    def limits(self) -> dict[str, float]:
        """The limits that are set, by name."""
        limits = {name: getattr(self, name) for name in ("minimum", "maximum", "above", "below")}
        return {name: limit for name, limit in limits.items() if limit is not None}

    def accepted(self) -> str:
        """What is accepted, in words: `a whole number from 1 to 512`; empty where only the part can check a value."""
        if words := self.words():
            return listed(words)
        if self.limits():
            return self._range() if self.type == "int" else f"a number, {self._range()}"
        return listed(PLAIN[each][0] for each in self.types) if self.types else ""

    def problem(self, value: Any) -> str:
        """Why `value` is not accepted, as `width is a whole number from 1 to 512, not 0`; empty if it is."""
        if self.types and not any(PLAIN[each][1](value) for each in self.types):
            whole = self.type == "int" and bool(self.limits())
            what = self._range() if whole else listed(PLAIN[each][0] for each in self.types if each != "None")
            return f"{self.name} is {what}{' or null' if 'None' in self.types else ''}, not {value!r}"
        words = (*self.words(), *self.unlisted)
        if words and isinstance(value, str) and value not in words:
            hint = did_you_mean(value, words)
            return f"{self.name} is {listed(words)}, not {value!r}{f'.{hint}' if hint else ''}"
        if isinstance(value, (int, float)) and not isinstance(value, bool) and not self._within(value):
            return f"{self.name} is {self._range()}, not {value!r}"
        return ""

    def _within(self, value: float) -> bool:
        return (
            (self.minimum is None or value >= self.minimum)
            and (self.maximum is None or value <= self.maximum)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
        )

    def _range(self) -> str:
        """The limits in words."""
        low, high = self.minimum, self.maximum
        whole = "a whole number" if self.type == "int" else ""
        if low is not None and high is not None:
            return f"{whole} from {_number(low)} to {_number(high)}" if whole else f"{_number(low)} to {_number(high)}"
        if low is not None and self.below is None:
            return f"{whole}{', ' if whole else ''}{_number(low)} or more"
        if self.above is not None and high is None and self.below is None:
            return f"{whole}{' of ' if whole else ''}more than {_number(self.above)}"
        ends = [
            *([f"at least {_number(low)}"] if low is not None else []),
            *([f"above {_number(self.above)}"] if self.above is not None else []),
            *([f"at most {_number(high)}"] if high is not None else []),
            *([f"below {_number(self.below)}"] if self.below is not None else []),
        ]
        return f"{whole}{', ' if whole and ends else ''}{' and '.join(ends)}"

    def to_json(self) -> dict[str, Any]:
        """The option as forms and `parts --json` show it."""
        return {
            "name": self.name,
            "label": self.label,
            "help": self.help,
            "type": self.type,
            "default": self.default if _is_plain(self.default) else repr(self.default),
            "choices": list(self.words()),
            **self.limits(),
        }


def _is_plain(value: Any) -> bool:
    """Whether JSON has it."""
    return value is None or isinstance(value, (bool, str)) or is_number(value)


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else f"{value:g}"


def options_of(
    factory: Callable[..., Any], said: Mapping[str, Option], given: Mapping[str, Option]
) -> dict[str, Option]:
    """The parameters of `factory` as options, in the order of its signature.

    Args:
        factory: a part.
        said: options that its registration describes.
        given: options that hold for arguments which the program itself gives, for all parts of the kind.
    """
    texts = described_arguments(factory)
    named = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return {
        each.name: completed(said.get(each.name) or given.get(each.name) or Option(), each, texts)
        for each in signature(factory).parameters.values()
        if each.kind in named
    }


def completed(option: Option, parameter: inspect.Parameter, texts: Mapping[str, str]) -> Option:
    """`option` completed from the signature's `parameter` and the docstring's `texts`."""
    kinds, words = _types_of(parameter)
    default = None if parameter.default is parameter.empty else parameter.default
    return dataclasses.replace(
        option,
        name=parameter.name,
        types=kinds,
        required=parameter.default is parameter.empty,
        default=default,
        label=option.label or readable(parameter.name),
        help=option.help or texts.get(parameter.name, ""),
        choices=option.choices or words,
    )


def signature(factory: Callable[..., Any]) -> inspect.Signature:
    """The signature, its annotations evaluated where that is possible."""
    try:
        return inspect.signature(factory, eval_str=True)
    except (NameError, AttributeError, TypeError, SyntaxError):  # names that are imported for type checkers alone
        return inspect.signature(factory)


def _types_of(parameter: inspect.Parameter) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The plain types that a parameter takes, as keys of `PLAIN`, and its words if it is a Literal of words."""
    annotation, default = parameter.annotation, parameter.default
    if annotation is parameter.empty:
        # A whole default may stand for any number: `def penalty(weight=1)`.
        kind = {bool: "bool", int: "float", float: "float", str: "str"}.get(type(default))
        return ((kind,) if kind else ()), ()
    if typing.get_origin(annotation) is typing.Literal:
        words = typing.get_args(annotation)
        return (("str",), tuple(words)) if all(isinstance(word, str) for word in words) else ((), ())
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        names = [
            "None" if each is type(None) else getattr(each, "__name__", "") for each in typing.get_args(annotation)
        ]
    else:
        names = str(getattr(annotation, "__name__", annotation)).replace(" ", "").split("|")
    return (tuple(names) if all(name in PLAIN for name in names) else ()), ()


def readable(name: str) -> str:
    """A name as a title: `r1-r2` is `R1 r2`."""
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def own_docstring(factory: Callable[..., Any]) -> str:
    """The docstring of the part itself, never that of a base class."""
    text = vars(factory).get("__doc__") if isinstance(factory, type) else getattr(factory, "__doc__", None)
    return inspect.cleandoc(text) if isinstance(text, str) else ""


def first_sentence(text: str) -> str:
    """The first sentence of a docstring, on one line, with its full stop."""
    paragraph = " ".join(text.strip().split("\n\n", 1)[0].split())
    sentence = re.split(r"(?<=[.!?]) (?=[A-Z`])", paragraph, maxsplit=1)[0]
    return sentence if not sentence or sentence[-1] in ".!?" else f"{sentence}."


def described_arguments(factory: Callable[..., Any]) -> dict[str, str]:
    """The texts of an `Args:` section by argument; of a class also those of its `__init__`."""
    texts = [own_docstring(factory)]
    if isinstance(factory, type):
        texts.append(inspect.cleandoc(getattr(factory.__init__, "__doc__", None) or ""))
    found: dict[str, str] = {}
    for text in texts:
        section = re.search(r"^Args:\n((?:[ \t]+.*\n?|\n)+)", text, re.MULTILINE)
        if section is None:
            continue
        for name, words in re.findall(
            r"^ {1,4}(\w+)(?: \([^)]*\))?:((?:.*\n?)(?:^ {5,}.*\n?|^\n)*)", section[1], re.MULTILINE
        ):
            line = " ".join(words.split())
            found[name] = line[:1].upper() + line[1:]
    return found
