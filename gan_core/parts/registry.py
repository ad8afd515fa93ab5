"""Registries of parts: what is registered, how it describes itself, and how it is built.

A part is registered where it is defined. The shell, the forms, cards and the documentation list, describe, check and
build parts through these registries, so that a new part is one definition, in this package or in a plugin.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import re
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from gan_core.errors import Cancelled, InputError
from gan_core.parts.option import Option, first_sentence, options_of, own_docstring, readable
from gan_core.parts.sources import NOTEBOOK, Plugin, origin
from gan_core.parts.values import unknown

T = TypeVar("T", bound=Callable[..., Any])
P = TypeVar("P", bound=Callable[..., Any])

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.+-]*")
"""What a part may be called: a word that a shell and a recipe take as a word."""


@dataclass(frozen=True, eq=False, kw_only=True)
class PartInfo:
    """A registered part and its description."""

    kind: str
    """`objective`, `penalty`, ...: a key of `KINDS`."""
    name: str
    """By which recipes call it."""
    factory: Callable[..., Any]
    """What was registered."""
    said_title: str = ""
    said_summary: str = ""
    said_options: Mapping[str, Option] = field(default_factory=dict)
    given: Mapping[str, Option] = field(default_factory=dict)
    """What the program itself gives to parts of its kind, by name."""
    configurable: bool = True
    """Whether it has options at all."""
    tags: frozenset[str] = frozenset()
    """What a place has to know before it offers the part: `points`, `one-player`, `import`, ..."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What parts of its kind alone have: the licence of a data set, the cost of a solver's step."""
    plugin: Plugin | None = None
    """Where it comes from; None for a part of this package."""
    line: int = 0
    """Of its registration."""

    @property
    def title(self) -> str:
        """The name that users see."""
        return self.said_title or readable(self.name)

    @property
    def description(self) -> str:
        """The part's docstring."""
        return own_docstring(self.factory)

    @property
    def summary(self) -> str:
        """One sentence on what the part does."""
        where = f"Registered by {self.plugin.name}." if self.plugin else ""
        return self.said_summary or first_sentence(self.description) or where

    @cached_property
    def parameters(self) -> dict[str, Option]:
        """All parameters by name, in the order of the signature."""
        return options_of(self.factory, self.said_options, self.given) if self.configurable else {}

    @property
    def options(self) -> dict[str, Option]:
        """The parameters that a recipe may set: all but those that the program itself gives."""
        return {
            name: option for name, option in self.parameters.items() if name not in self.given and not option.required
        }

    @property
    def where(self) -> str:
        """The name with plugin and line, for error messages."""
        return f"{self.name!r}" + (f" ({self.plugin.name}, line {self.line})" if self.plugin else "")

    def call(self, /, *positional: Any, **named: Any) -> Any:
        """Call the part with `positional` and with those of `named` that it takes.

        Raises:
            InputError: for any error in a plugin's part; it names file and line.
        """
        parameters = inspect.signature(self.factory).parameters.values()
        if not any(each.kind is each.VAR_KEYWORD for each in parameters):
            taken = [each.name for each in parameters if each.kind in (each.KEYWORD_ONLY, each.POSITIONAL_OR_KEYWORD)]
            named = {name: value for name, value in named.items() if name in taken[len(positional) :]}
        try:
            return self.factory(*positional, **named)
        except (InputError, Cancelled):
            raise
        except Exception as error:
            if self.plugin is None:
                raise  # a bug of this package, which wants its traceback
            where = f"{self.plugin.name}, line {self.line_of(error)}"
            raise InputError(f"The {self.kind} {self.name!r} of {where}, failed: {reason_of(error)}.") from error

    def line_of(self, error: Exception) -> int:
        """The last line of the plugin in the traceback of `error`; the line of the registration if there is none."""
        path = str(self.plugin.path) if self.plugin is not None else ""
        frames = traceback.extract_tb(error.__traceback__)
        return next((frame.lineno or 0 for frame in reversed(frames) if frame.filename == path), self.line)

    def to_json(self) -> dict[str, Any]:
        """The part as `parts --json` shows it."""
        return {
            "kind": self.kind,
            "name": self.name,
            "title": self.title,
            "summary": self.summary,
            "tags": sorted(self.tags),
            "plugin": self.plugin.name if self.plugin else None,
            **{key: value for key, value in self.details.items() if isinstance(value, (str, int, float, bool))},
            "options": [option.to_json() for option in self.options.values()],
        }


class Registry(Generic[T]):
    """The parts of one kind by name."""

    def __init__(
        self,
        kind: str,
        *,
        words: str = "",
        home: str = "",
        makes: str = "",
        given: Mapping[str, Option] | None = None,
        needed: Collection[str] = (),
        positional: int = 0,
        configurable: bool = True,
        described: bool = False,
        named: bool = False,
    ) -> None:
        """
        Args:
            kind: its key in `KINDS`.
            words: what sentences call a part of this kind, where that is not the key.
            home: the module that registers the parts of this package; imported when a part is first looked up.
            makes: `module:Class` of what building a part gives, checked after it is built.
            given: what the program itself gives by name to every part of this kind, with the limits that hold for it.
            needed: those of `given` that every part has to take.
            positional: how many arguments the program gives before all others.
            configurable: whether parts have options; without, they are never called by `build`.
            described: whether what is built remembers its arguments, as a model file needs it.
            named: whether a class is told its name, as its attribute `name`.
        """
        self.kind = kind
        self.words = words or kind
        self.home = home
        self.given = dict(given or {})
        self._makes = makes
        self._needed = tuple(needed)
        self._positional = positional
        self._configurable = configurable
        self._described = described
        self._named = named
        self._parts: dict[str, PartInfo] = {}
        self._loaded = False

    # -- registering -------------------------------------------------------------------------------------------------

    def register(
        self,
        name: str,
        *,
        title: str = "",
        summary: str = "",
        options: Mapping[str, Option] | None = None,
        tags: Sequence[str] = (),
        **details: Any,
    ) -> Callable[[P], P]:
        """Decorator that registers a part under `name`; see `gan_core.register`, which plugins use.

        Args:
            name: by which recipes call the part.
            title: what users see.
            summary: one sentence.
            options: descriptions of the part's options.
            tags: which forms offer the part.
            details: what parts of this kind alone have.

        Raises:
            ValueError: for a name that is taken, for a part that no recipe could use, and for what is neither a class
                nor a function.
        """

        def enter(part: P) -> P:
            plugin, line = origin()
            if plugin is not None:
                self.load()  # a name of this package's own is then known to be taken
            info = PartInfo(
                kind=self.kind,
                name=name,
                factory=part,
                said_title=title,
                said_summary=summary,
                said_options=dict(options or {}),
                given=self.given,
                configurable=self._configurable,
                tags=frozenset(tags),
                details=details,
                plugin=plugin,
                line=line,
            )
            self._check_part(info)
            info = replace(info, factory=self._checking(info)) if self._configurable else info
            self._parts[name] = info
            return cast(P, info.factory)

        return enter

    def forget(self, plugin: Plugin) -> None:
        """Remove the parts that `plugin` has registered."""
        self._parts = {name: info for name, info in self._parts.items() if info.plugin != plugin}

    def _check_part(self, info: PartInfo) -> None:
        """Raise ValueError for a part that could never be used."""
        if not isinstance(info.name, str) or not NAME.fullmatch(info.name):
            raise ValueError(
                f"A {self.words} cannot be named {info.name!r}: a name begins with a letter a to z; letters, digits, "
                "-, +, _ and . may follow."
            )
        known = self._parts.get(info.name)
        again = info.plugin is not None and info.plugin.name == NOTEBOOK and known is not None
        if known is not None and not (again and known.plugin is not None and known.plugin.name == NOTEBOOK):
            by = f" It stands in {known.plugin.name}, line {known.line}." if known.plugin else " It is built in."
            raise ValueError(f"The {self.words} {info.name!r} is registered twice.{by} Choose another name.")
        if not callable(info.factory):
            # No TypeError: the sentence of a ValueError is shown as it is.
            raise ValueError(f"The {self.words} {info.name!r} is no function and no class.")  # noqa: TRY004
        if not self._configurable:
            return
        parameters = inspect.signature(info.factory).parameters
        anything = any(each.kind is each.VAR_KEYWORD for each in parameters.values())
        for option in info.said_options:
            if option not in parameters and not anything:
                raise ValueError(
                    f"The {self.words} {info.name!r} describes an option {option!r} that it does not take."
                )
        for needed in self._needed:
            if needed not in parameters and not anything:
                takes = ", ".join(self._needed)
                raise ValueError(f"The {self.words} {info.name!r} does not take {needed}: every one is given {takes}.")
        variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
        own = [each for each in parameters.values() if each.name not in self.given and each.kind not in variable]
        first = [each for each in own if each.kind is not each.KEYWORD_ONLY][: self._positional]
        for each in own:
            if each.default is each.empty and each not in first and each.kind is not each.POSITIONAL_ONLY:
                raise ValueError(f"The option {each.name} of the {self.words} {info.name!r} needs a default.")

    def _checking(self, info: PartInfo) -> Callable[..., Any]:
        """The part as it was registered, but that its arguments are checked, and remembered where that is needed."""
        part = info.factory

        def look_at(signature: inspect.Signature, *positional: Any, **named: Any) -> dict[str, Any]:
            try:
                bound = signature.bind(*positional, **named)
            except TypeError:
                return {}  # the call itself says what is wrong
            bound.apply_defaults()
            for option, value in bound.arguments.items():
                problem = info.parameters[option].problem(value) if option in info.parameters else ""
                if problem:
                    end = "" if problem.endswith("?") else "."
                    raise InputError(f"The {self.words} {info.name!r} cannot be built: {problem}{end}")
            arguments = dict(bound.arguments)
            for each in signature.parameters.values():
                if each.kind is each.VAR_KEYWORD:
                    arguments |= arguments.pop(each.name, {})
            return arguments

        def remember(made: Any, arguments: Mapping[str, Any]) -> None:
            if self._described:
                object.__setattr__(made, "description", {"name": info.name, **arguments})

        if not isinstance(part, type):
            signature = inspect.signature(part)

            @functools.wraps(part)
            def checked(*positional: Any, **named: Any) -> Any:
                arguments = look_at(signature, *positional, **named)
                made = part(*positional, **named)
                remember(made, arguments)
                return made

            return checked
        if self._named:
            setattr(part, "name", info.name)  # noqa: B010
        construct = part.__init__
        if construct is object.__init__:
            return part
        of_class = inspect.signature(construct)

        @functools.wraps(construct)
        def initialise(self: Any, *positional: Any, **named: Any) -> None:
            arguments = look_at(of_class, self, *positional, **named)
            construct(self, *positional, **named)
            arguments.pop(next(iter(of_class.parameters)), None)
            remember(self, arguments)

        setattr(part, "__init__", initialise)  # noqa: B010  (type checkers refuse the plain assignment)
        return part

    # -- looking up --------------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Import what registers the parts of this package, and the plugins of installed packages."""
        if self._loaded or not self.home:
            return
        module = importlib.import_module(self.home)
        if getattr(module.__spec__, "_initializing", False):
            return  # asked for while its home is being imported
        self._loaded = True
        from gan_core.parts.plugins import load_installed

        load_installed()

    def peek(self, name: str) -> PartInfo | None:
        """The part `name` if it is registered by now; imports nothing."""
        return self._parts.get(name)

    def info(self, name: str) -> PartInfo:
        """The registered part `name`.

        Raises:
            InputError: for an unknown name.
        """
        self.load()
        if name not in self._parts:
            raise InputError(unknown(self.words, name, self._parts))
        return self._parts[name]

    def infos(self, *, without: Collection[str] = ()) -> list[PartInfo]:
        """All parts, in the order of their registration, but those with a tag of `without`."""
        self.load()
        return [info for info in self._parts.values() if not info.tags & set(without)]

    def __getitem__(self, name: str) -> T:
        return cast(T, self.info(name).factory)

    def __contains__(self, name: object) -> bool:
        self.load()
        return name in self._parts

    def __iter__(self) -> Iterator[str]:
        self.load()
        return iter(self._parts)

    def __len__(self) -> int:
        self.load()
        return len(self._parts)

    # -- building ----------------------------------------------------------------------------------------------------

    def build(self, name: str, /, *given: Any, **options: Any) -> Any:
        """Call the part with what the program gives it and with the `options` that a person chose.

        What a part takes positional-only can only be `given`. Raises InputError for an option that the part does not
        have, for a value that is not within its type, limits and choices, for what the part itself refuses with a
        ValueError or TypeError, and for whatever goes wrong in a plugin's part.
        """
        info = self.info(name)
        parameters = inspect.signature(info.factory).parameters.values()
        if not any(each.kind is each.VAR_KEYWORD for each in parameters):
            known = [each.name for each in parameters if each.kind in (each.KEYWORD_ONLY, each.POSITIONAL_OR_KEYWORD)]
            for option in options:
                if option not in known:
                    raise InputError(unknown(f"option of the {self.words} {name!r}", option, known))
        try:
            made = info.factory(*given, **options)
        except (InputError, Cancelled):
            raise
        except Exception as error:
            if info.plugin is None and not isinstance(error, (TypeError, ValueError)):
                raise  # a bug of this package, which wants its traceback
            raise InputError(self._cannot_be_built(info, options, error)) from error
        wanted = self._made()
        if wanted is not None and not isinstance(made, wanted):
            article = "an" if wanted.__name__[0] in "AEIOU" else "a"
            raise InputError(
                f"The {self.words} {info.where} makes a {type(made).__name__}, where {article} {wanted.__name__} is needed."
            )
        return made

    def _made(self) -> type | None:
        module, _, name = self._makes.partition(":")
        return getattr(importlib.import_module(module), name) if name else None

    def _cannot_be_built(self, info: PartInfo, options: Mapping[str, Any], error: Exception) -> str:
        where = f" of {info.plugin.name}, line {info.line_of(error)}," if info.plugin is not None else ""
        chosen = ", ".join(f"{name}={value!r}" for name, value in options.items())
        source = f" from {chosen}" if chosen else ""
        return f"The {self.words} {info.name!r}{where} cannot be built{source}: {reason_of(error)}."


def reason_of(error: Exception) -> str:
    """The message of `error` on one line without a full stop, with its type where it is not a mere wrong value."""
    reason = " ".join(str(error).split()).rstrip(".")
    if isinstance(error, ValueError) and reason:
        return reason
    return f"{type(error).__name__}: {reason}".removesuffix(": ")
