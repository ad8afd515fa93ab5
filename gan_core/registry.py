"""Names for interchangeable parts: networks, objectives, penalties, solvers, optimizers, data sets."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from gan_core.errors import InputError

T = TypeVar("T", bound=Callable[..., Any])


class Registry(Generic[T]):
    """Parts of one kind by name.

    A part announces itself where it is defined; whoever builds something from a recipe asks here and nowhere else,
    so that adding a part touches one file.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._parts: dict[str, T] = {}

    def register(self, name: str) -> Callable[[T], T]:
        """Decorator that enters a part under `name`; entering a name twice is a programming error."""

        def enter(part: T) -> T:
            if name in self._parts:
                raise ValueError(f"The {self.kind} {name!r} is registered twice.")
            self._parts[name] = part
            return part

        return enter

    def __getitem__(self, name: str) -> T:
        if name not in self._parts:
            raise InputError(unknown(self.kind, name, self._parts))
        return self._parts[name]

    def __contains__(self, name: object) -> bool:
        return name in self._parts

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def build(self, name: str, **options: Any) -> Any:
        """Call the part with `options`; options that it does not have are answered with the ones it has."""
        part = self[name]
        try:
            return part(**options)
        except TypeError as error:
            if "argument" not in str(error):
                raise
            raise InputError(f"The {self.kind} {name!r} cannot be built from {sorted(options)}: {error}.") from error


def unknown(kind: str, name: str, known: Any) -> str:
    """The sentence for a name that nobody knows, with the nearest one that somebody does."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    return f"There is no {kind} named {name!r}.{hint} Known: {', '.join(names) or 'none'}."
