"""Directions of the generators in a file: by their names, by the file's name, or by the user's choice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from gan_core.errors import InputError

WRAPPERS = (
    *("module", "_orig_mod", "model", "state_dict", "params", "networks", "models", "weights", "online", "ema"),
    *("online_model", "ema_model", "model_ema", "params_ema", "state_dict_ema", "net"),
)
"""Parts of a key or of a place in a file that do not tell which network it is."""
FORWARD = ("a", "ab", "a2b", "atob", "xy", "x2y", "xtoy")
BACKWARD = ("b", "ba", "b2a", "btoa", "yx", "y2x", "ytox")
AVERAGES = ("ema", "averaged", "average", "avg", "swa")
DIRECTIONS = ("AtoB", "BtoA")


class NamedGenerator(Protocol):
    """A generator of a file."""

    @property
    def label(self) -> str:
        """Its name in the file, such as `netG_A`."""
        ...

    @property
    def where(self) -> str:
        """The dotted path to its weights in the file."""
        ...


N = TypeVar("N", bound=NamedGenerator)


def label_of(parts: Sequence[str]) -> str:
    """The name of a network from its path in the file: the last part that is no wrapper (`WRAPPERS`)."""
    telling = [part for part in parts if part and part not in WRAPPERS]
    return telling[-1] if telling else ""


def direction_of(label: str) -> str | None:
    """The direction in a network's name: `netG_A`, `G_AB`, `genA2B` and the like; None if there is none."""
    letters = re.sub(r"^(net|generator|gen|g)+(?=[_\W]|$|[A-Z])", "", core(label), flags=re.IGNORECASE)
    letters = re.sub(r"[\W_]", "", letters).lower()
    return "AtoB" if letters in FORWARD else "BtoA" if letters in BACKWARD else None


def file_way(stem: str) -> str | None:
    """The direction in a file's name: `latest_net_G_B`, `G_BA_100`, `netG_B2A`; None if there is none."""
    match = re.search(r"(?<![A-Za-z])(?:net_?)?(?:G|gen|generator)_?((?:A2?B|B2?A|AtoB|BtoA|A|B))(?![A-Za-z0-9])", stem)
    return direction_of(match[1]) if match else None


def translates(name: str) -> tuple[str, str] | None:
    """The two domains in a name such as `horse2zebra_pretrained`; not in the hexadecimal name of a temporary folder."""
    if re.fullmatch(r"[0-9a-f]{16,}", name):
        return None
    match = re.search(
        r"(?<![A-Za-z0-9])([A-Za-z]{2,})(?:2|[ -]to[ -])([A-Za-z]{2,})(?![A-Za-z0-9])", name.replace("_", " ")
    )
    return (match[1], match[2]) if match and match[1] != match[2] else None


def _words(label: str) -> list[str]:
    return re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^A-Za-z]+", label)


def core(label: str) -> str:
    """`label` without suffixes for its content or for averaging: `netG_A_ema_state_dict` is `netG_A`."""
    label = re.sub(r"[_.-](state_?dict|params|weights)$", "", label, flags=re.IGNORECASE) or label
    kept = [word for word in _words(label) if word.lower() not in AVERAGES]
    return "".join(kept).strip("_.- ") if len(kept) < len(_words(label)) else label


def averaged(generator: NamedGenerator) -> bool:
    """Whether the path of a generator in its file says that its weights are averages (EMA)."""
    return any(word.lower() in AVERAGES for part in generator.where.split(".") for word in _words(part))


def by_direction(found: Sequence[N], path: Path, wanted: str | None) -> dict[str, N]:
    """The generators by direction; `wanted` is the direction of a lone one, or which of two to take, or the name of
    one.

    Raises InputError where it is unclear which is which, listing the names in the file.
    """
    if wanted not in (None, *DIRECTIONS):
        return _named(found, path, wanted)
    found = _without_twins(found)
    if len(found) == 1:
        return {wanted or direction_of(found[0].label) or file_way(path.stem) or "AtoB": found[0]}
    pair = _pair(found, path)
    if pair is not None:
        return {direction: pair[direction] for direction in DIRECTIONS if wanted in (None, direction)}
    names = _names(found)
    raise InputError(
        f"{path.name} holds {len(found)} generators ({', '.join(names)}), and it cannot be told which translates which "
        f"way: import them one at a time on the shell, with --direction {names[0]} for example, or save the one you want alone."
    )


def _named(found: Sequence[N], path: Path, name: str) -> dict[str, N]:
    """The one generator that is called `name` in its file."""
    names = _names(found)
    chosen = [each for each, own in zip(found, names, strict=True) if name in (own, each.where)]
    if len(chosen) != 1:
        known = [own for own in names if own != NAMELESS]
        also = f", or the name of one in {path.name} ({', '.join(known)})" if known else ""
        raise InputError(f"The direction of a generator is AtoB or BtoA{also}, not {name!r}.")
    return {direction_of(chosen[0].label) or "AtoB": chosen[0]}


NAMELESS = "one without a name"


def _names(found: Sequence[NamedGenerator]) -> list[str]:
    """What tells the generators apart: their labels, or their whole places where two have one label."""
    labels = [each.label for each in found]
    if len(set(labels)) == len(labels):
        return [label or NAMELESS for label in labels]
    return [each.where or NAMELESS for each in found]


def _without_twins(found: Sequence[N]) -> list[N]:
    """The generators without those of which the file has averages too: these are what trainings show and publish."""
    averages = [each for each in found if averaged(each)]
    twins = {_plain(each) for each in averages}
    kept = [each for each in found if averaged(each) or _plain(each) not in twins]
    if len(averages) == 1 and len(kept) == 2 and _pair(kept, Path()) is None:
        return averages
    return kept


def _plain(generator: NamedGenerator) -> str:
    label = core(generator.label)
    return "" if label in WRAPPERS else label


def _pair(found: Sequence[N], path: Path) -> dict[str, N] | None:
    """Two generators by direction, if there are two and their names tell: G_A and G_B, photo2monet and monet2photo, G
    and F."""
    if len(found) != 2:
        return None
    ways = {direction_of(each.label): each for each in found}
    if set(ways) == set(DIRECTIONS):
        return {direction: ways[direction] for direction in DIRECTIONS}
    labels = {core(each.label): each for each in found}
    for forward, backward in (("G", "F"), ("generator_g", "generator_f"), ("netG", "netF")):
        if set(labels) == {forward, backward}:
            return {"AtoB": labels[forward], "BtoA": labels[backward]}
    first, second = (translates(core(each.label)) for each in found)
    if first is None or second is None or first != second[::-1]:
        return None
    # The file's name says which comes first, as in horse2zebra.pth; else the file itself does.
    there, back = found if translates(path.stem) != second else (found[1], found[0])
    return {"AtoB": there, "BtoA": back}
