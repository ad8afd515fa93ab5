"""Names for interchangeable parts: networks, objectives, penalties, solvers, optimizers, data sets."""

from __future__ import annotations

import difflib
import inspect
import sys
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeGuard, TypeVar, cast

from gan_core.errors import InputError

T = TypeVar("T", bound=Callable[..., Any])
P = TypeVar("P", bound=Callable[..., Any])

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


class Registry(Generic[T]):
    """Parts of one kind by name.

    A part announces itself where it is defined; whoever builds something from a recipe asks here and nowhere else,
    so that adding a part touches one file.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._parts: dict[str, T] = {}

    def register(self, name: str) -> Callable[[P], P]:
        """Decorator that enters a part under `name`; entering a name twice is a programming error."""

        def enter(part: P) -> P:
            if name in self._parts:
                raise ValueError(f"The {self.kind} {name!r} is registered twice.")
            self._parts[name] = cast(T, part)  # as it is, a class stays that class to whoever reads its module
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

    def build(self, name: str, /, *given: Any, **options: Any) -> Any:
        """Call the part with what the program gives it and with the `options` that a person chose.

        What a part takes positional-only can only be `given`. Raises InputError for an option that the part does not
        have, of another type than its signature says, or that the part itself refuses with a ValueError or TypeError.
        """
        part = self[name]
        self._check(name, part, options)
        try:
            return part(*given, **options)
        except InputError:
            raise
        except (TypeError, ValueError) as error:
            reason = str(error).rstrip(".")
            raise InputError(f"The {self.kind} {name!r} cannot be built from {options}: {reason}.") from error

    def _check(self, name: str, part: Callable[..., Any], options: dict[str, Any]) -> None:
        parameters = inspect.signature(part).parameters.values()
        if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
            return
        known = {p.name: p for p in parameters if p.kind in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD)}
        for option, value in options.items():
            if option not in known:
                raise InputError(unknown(f"option of the {self.kind} {name!r}", option, known))
            annotation = known[option].annotation
            types = str(getattr(annotation, "__name__", annotation)).replace(" ", "").split("|")
            if all(kind in PLAIN for kind in types) and not any(PLAIN[kind][1](value) for kind in types):
                words = " or ".join(PLAIN[kind][0] for kind in types)
                raise InputError(f"The {self.kind} {name!r} cannot be built: {option} is {words}, not {value!r}.")


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


def unknown(kind: str, name: str, known: Any) -> str:
    """The sentence for a name that nobody knows, with the nearest one that somebody does."""
    names = sorted(known)
    by_case = {each.casefold(): each for each in names}
    close = difflib.get_close_matches(name.casefold(), list(by_case), n=1)
    meant = (
        by_case[close[0]]
        if close
        else next((each for each in ELSEWHERE.get(name.casefold(), ()) if each in names), None)
    )
    hint = f" Did you mean {meant!r}?" if meant else ""
    return f"There is no {kind} named {name!r}.{hint} Known: {', '.join(names) or 'none'}."
