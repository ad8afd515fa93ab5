"""Small games described in JSON: quadratic, dirac, least-squares."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gan_core.analytic_games.dirac import DiracGame
from gan_core.analytic_games.quadratic import QuadraticGame
from gan_core.analytic_games.regression import LeastSquaresGame
from gan_core.errors import InputError
from gan_core.games.game import Batch, Game
from gan_core.objectives import objectives
from gan_core.parts import Registry, is_number, unknown
from gan_core.penalties import penalties
from gan_core.recipes import Part

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class AnalyticGame:
    """A deterministic game in double precision; its first player is called x, its second one y."""

    game: Game[Any]
    draw: Callable[[], Batch]

    @property
    def parameters(self) -> list[Tensor]:
        """All players' parameters, the first player's first."""
        return [parameter for network in self.game.players.values() for parameter in network.parameters()]

    @property
    def size(self) -> int:
        """Number of coordinates of all players together, n."""
        return sum(parameter.numel() for parameter in self.parameters)

    @property
    def point(self) -> Vector:
        """All players' coordinates, (n,); a copy."""
        return flatten(self.parameters)

    def move_to(self, point: Vector) -> None:
        """Set the players to `point` (n,), the first player's coordinates first."""
        write_flat(self.parameters, point)


def flatten(tensors: Sequence[Tensor]) -> Vector:
    """The numbers of `tensors` in one vector, a copy."""
    return np.concatenate([tensor.detach().reshape(-1).numpy().copy() for tensor in tensors])


@torch.no_grad()
def write_flat(tensors: Sequence[Tensor], vector: Vector) -> None:
    """Write the numbers of `vector` into `tensors`: the inverse of `flatten`."""
    start = 0
    for tensor in tensors:
        tensor.copy_(torch.from_numpy(vector[start : start + tensor.numel()].copy()).view_as(tensor))
        start += tensor.numel()


game_kinds: Registry[Callable[[Mapping[str, Any]], AnalyticGame]] = Registry("kind of game", configurable=False)
"""Each takes the description's fields, `kind` left out."""


def read_game(description: Any) -> AnalyticGame:
    """The game that a JSON object describes; InputError, in one sentence, for what cannot be one."""
    if not isinstance(description, Mapping) or not isinstance(description.get("kind"), str):
        raise InputError(f"A game is a JSON object with a kind: {', '.join(sorted(game_kinds))}.")
    fields = {name: value for name, value in description.items() if name != "kind"}
    return game_kinds[description["kind"]](fields)


@game_kinds.register("quadratic")
def _quadratic(fields: Mapping[str, Any]) -> AnalyticGame:
    _check_fields("quadratic", fields, ("P", "A", "Q", "x", "y"))
    return AnalyticGame(QuadraticGame(**fields), Batch)


@game_kinds.register("least-squares")
def _least_squares(fields: Mapping[str, Any]) -> AnalyticGame:
    _check_fields("least-squares", fields, ("X", "y", "theta"))
    return AnalyticGame(LeastSquaresGame(**fields), Batch)


@game_kinds.register("dirac")
def _dirac(fields: Mapping[str, Any]) -> AnalyticGame:
    """`objective` and `penalty` are names or objects with a name; any further field is an option of one of them."""
    _check_fields("dirac", fields, ("theta", "psi", "objective"), open_ended=True)
    for name in ("theta", "psi"):
        if not is_number(fields[name]):
            raise InputError(f"{name} of the game dirac is a finite number, not {fields[name]!r}.")
    named = fields.get("penalty")
    penalty = None if named in (None, "none") else _part("penalty", named)
    objective = _part("objective", fields["objective"])
    known = {"objective": _options(objectives[objective["name"]])}
    if penalty is not None:
        known["penalty"] = _options(penalties[penalty["name"]])
    for option, value in fields.items():
        if option in ("theta", "psi", "objective", "penalty"):
            continue
        # The literature's lambda is no name that Python could give an option.
        name = "weight" if option == "lambda" else option
        if name in known.get("penalty", ()) and not (option == "lambda" and name in known["objective"]):
            assert penalty is not None
            _set(penalty, name, value, option)
        elif name in known["objective"]:
            _set(objective, name, value, option)
        elif not (option == "gamma" and penalty is None and value in (None, 0)):
            raise InputError(_stranger(option, objective["name"], penalty, known))
    tame = None if penalty is None else Part.from_json(penalty)
    game = DiracGame(fields["theta"], fields["psi"], Part.from_json(objective), tame)
    return AnalyticGame(game, game.draw)


def _part(kind: str, value: Any) -> dict[str, Any]:
    """The objective or penalty that a field names, with the options that it came with."""
    if not isinstance(value, str) and not (isinstance(value, Mapping) and isinstance(value.get("name"), str)):
        raise InputError(f"{kind} of the game dirac is a name or an object with a name, not {value!r}.")
    return Part.from_json(value).to_json()


def _set(part: dict[str, Any], name: str, value: Any, written: str) -> None:
    if name in part:
        raise InputError(f"{written} of {part['name']} is given twice in the game dirac.")
    part[name] = value


def _stranger(option: str, objective: str, penalty: Mapping[str, Any] | None, known: Mapping[str, list[str]]) -> str:
    def has(what: str, name: str) -> str:
        return f"{what} {name} has {', '.join(known[what]) or 'no options'}"

    beside = has("penalty", penalty["name"]) if penalty is not None else "there is no penalty"
    return f"The game dirac has no field {option!r}: {has('objective', objective)}, {beside}."


def _options(part: Callable[..., Any]) -> list[str]:
    return list(inspect.signature(part).parameters)


def _check_fields(kind: str, fields: Mapping[str, Any], needed: tuple[str, ...], *, open_ended: bool = False) -> None:
    for name in needed:
        if name not in fields:
            raise InputError(f"The game {kind} needs {name}; it has {', '.join(needed)}.")
    for name in fields:
        if not open_ended and name not in needed:
            raise InputError(unknown(f"field of the game {kind!r}", name, needed))
