"""Generators that others trained, from a file of theirs: what is in it, recognised, cleaned, loaded strictly.

A file may hold one generator or a whole training (nested dictionaries, discriminators, optimizers), under any prefixes
(`module.`, `_orig_mod.`, `netG_A.` and so on). Where two generators translate there and back, both are taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gan_core.errors import InputError
from gan_core.translation.architecture_detection import (
    Recognised,
    Weights,
    built,
    first_layers,
    listed,
    owned,
    recognise,
)
from gan_core.translation.directions import by_direction, direction_of, file_way, label_of, translates
from gan_core.translation.families import family_of
from gan_core.translation.folding import settled
from gan_core.translation.weight_files import read_tensors

if TYPE_CHECKING:
    from torch import nn

    from gan_core.cards import Card

MOST_CHANNELS = 16
"""Of a picture; a first convolution that reads more reads a latent vector."""
UNKNOWN = "weights of an unknown kind"
UNKNOWN_LICENCE = "unknown: as stated by the person who trained the weights"


@dataclass(frozen=True, eq=False)
class ThirdPartyWeights:
    """What a file of others holds."""

    networks: Mapping[str, nn.Module]
    """`AtoB`, `BtoA` or both: float32, in evaluation mode."""
    sentence: str
    """What it is and what was changed, for people."""
    card: Card


@dataclass(frozen=True)
class _Found:
    """One generator of a file."""

    label: str
    """Its name in the file, such as `netG_A`; empty where the file is the generator."""
    where: str
    """Its whole place in the file, which tells two of one name apart."""
    prefix: str
    """What was stripped from its keys."""
    recognised: Recognised


def read_third_party(
    path: Path | str,
    *,
    name: str | None = None,
    direction: str | None = None,
    domains: tuple[str, str] | None = None,
    back: Path | str | None = None,
) -> ThirdPartyWeights:
    """Read the generator, or the two of a CycleGAN, from a `.pth`, `.pt` or `.safetensors` file; no code in it is run.

    Args:
        path: the file.
        name: of the model; None for the file's.
        direction: `AtoB` or `BtoA`: what a lone generator does, or which of two to take; or the name that one of
            several has in the file. None: as the name says (`G_B` is BtoA), else AtoB; of two both.
        domains: names of A and B; None: as the file's name says (`horse2zebra`), else A and B.
        back: a second file with the generator of the other direction.

    Raises:
        InputError: for a file that holds no generator that is known here, saying what it holds instead.
    """
    path = Path(path)
    found = by_direction(_generators(path), path, direction)
    if back is not None:
        (forward, generator), *more = found.items()
        other = "BtoA" if forward == "AtoB" else "AtoB"
        if more:
            raise InputError(f"{path.name} holds both directions already; give it alone.")
        found = {forward: generator, **by_direction(_generators(Path(back)), Path(back), other)}
    descriptions = [generator.recognised.network for generator in found.values()]
    if descriptions[0] != descriptions[-1]:
        words = " and one ".join(generator.recognised.words for generator in found.values())
        raise InputError(f"The two directions are different networks, one {words}: import them as two models.")
    sentence = _sentence(found)
    networks = {key: _filled(found[key].recognised, path.name) for key in ("AtoB", "BtoA") if key in found}
    card = _card(path, name or model_name(path), found, domains or _domains(path, found), sentence)
    return ThirdPartyWeights(networks, sentence, card)


def model_name(path: Path) -> str:
    """The name that a model gets from its file: `horse2zebra.pth` becomes `horse2zebra`.

    What the original names alike in every experiment (`latest_net_G_A.pth`) is called after its folder.
    """
    stem = path.stem
    if re.fullmatch(r"(latest|best|\d+)_net_G(_[AB])?", stem) and translates(path.parent.name):
        stem = f"{path.parent.name}-{stem.rpartition('net_')[2]}".removesuffix("-G")
    return re.sub(r"[^A-Za-z0-9._]+", "-", stem).strip("-._")[:60] or "imported"


def imported_title(domains: tuple[str, str], directions: Collection[str]) -> str:
    """The title of an imported model, such as `Horse to zebra, imported`."""
    first, second = domains if "AtoB" in directions else domains[::-1]
    words = f"{first} and {second}, there and back" if len(directions) == 2 else f"{first} to {second}"
    return f"{words[:1].upper()}{words[1:]}, imported"


def _generators(path: Path) -> list[_Found]:
    """All generators of a file. Raises InputError if there is none, listing what it holds."""
    found: list[_Found] = []
    others: list[str] = []
    for place, stored in read_tensors(path).items():
        weights, changes = settled(stored)
        left = dict(weights)
        for before, kind in first_layers(weights):
            inside = {"resnet": "model.", "unet": "model.model." if before.endswith("model.model.") else "model."}
            prefix = before.removesuffix(inside.get(kind, ""))
            scope = prefix.removesuffix("encoder.")  # joliGEN's first half looks like a generator of its own
            family = family_of(key for key in weights if key.startswith(scope))
            own = {key[len(before) :]: left.pop(key) for key in list(owned(left, before, kind))}
            if family is not None:
                others.append(family)
                continue
            parts = (*place, *prefix.split("."))
            recognised = recognise(own, kind, path.name)
            recognised = replace(recognised, changes=(*changes, *recognised.changes))
            found.append(_Found(label_of(parts), ".".join(filter(None, parts)), prefix, recognised))
            strangers = {key: value for key, value in left.items() if key.startswith(prefix)}
            if strangers and not _others(strangers):
                raise InputError(
                    f"{path.name} holds weights that no known generator has beside those of one: {listed(strangers)}."
                )
        if left:
            others += _others(left) or [f"{UNKNOWN} ({listed(left)})"]
    if not found:
        named = [what for what in others if not what.startswith(UNKNOWN)]
        what = " and ".join(list(dict.fromkeys(named or others))[:3])
        raise InputError(
            f"{path.name} holds no generator that is known here but {what}; "
            "ResNet and U-Net generators of CycleGAN, pix2pix, CUT and PyTorch-GAN are."
        )
    return found


def _others(weights: Weights) -> list[str]:
    """What weights that are no generator's belong to; empty where it is unknown."""
    first = next((value for value in weights.values() if value.dim() == 4), None)
    family = family_of(weights, draws=first is not None and first.shape[1] > MOST_CHANNELS)
    if family is not None:
        return [family]
    kinds: dict[str, None] = {}
    for key, value in weights.items():
        kernel = tuple(value.shape[2:]) if value.dim() == 4 else ()
        if re.search(r"(^|\.)(model\.[01]|net\.0|scale\d_layer0\.0)\.weight$", key) and kernel in ((4, 4), (1, 1)):
            kinds["a discriminator"] = None
        elif re.search(r"(^|\.)mlp_\d+\.\d+\.weight$", key):
            kinds["the feature network F of CUT"] = None
        elif re.search(r"(^|\.)(exp_avg|exp_avg_sq|momentum_buffer)$", key):
            kinds["the state of an optimizer"] = None
    return list(kinds)


def _filled(recognised: Recognised, file: str) -> nn.Module:
    """The network with its weights, loaded strictly."""
    network = built(recognised.network, file)
    network.load_state_dict(recognised.weights, strict=True, assign=True)
    return network.eval().requires_grad_(False)


def _sentence(found: Mapping[str, _Found]) -> str:
    first = next(iter(found.values()))
    parts = [first.recognised.words]
    if len(found) == 2:
        names = [generator.label for generator in found.values()]
        parts[0] += f", both directions{f' ({names[0]} and {names[1]})' if all(names) else ''}"
    elif first.label:
        parts[0] += f", {first.label} of the file"
    changes = [change for generator in found.values() for change in generator.recognised.changes]
    stripped = [generator.prefix for generator in found.values() if generator.prefix]
    changes = [*changes, *(f"stripped {prefix} from the keys" for prefix in stripped)]
    parts += dict.fromkeys(changes)
    network = first.recognised.network
    if not {network["channels"], network["out_channels"]} <= {1, 3}:
        parts.append("pictures have 1 or 3 channels, so that it can be used from Python only")
    return "; ".join(parts) + "."


def _domains(path: Path, found: Mapping[str, _Found]) -> tuple[str, str]:
    """Names of A and B: as the generators are called in the file (`photo2monet`), else as the file or its folder is.

    A name of a file like horse2zebra tells what a lone generator does, or what its training was called.
    """
    for direction, generator in found.items():
        if (domains := translates(generator.label)) is not None:
            return domains if direction == "AtoB" else (domains[1], domains[0])
    domains = translates(path.stem) or translates(path.parent.name)
    if domains is None:
        return "A", "B"
    alone_backward = tuple(found) == ("BtoA",) and direction_of(next(iter(found.values())).label) is None
    return (domains[1], domains[0]) if alone_backward and file_way(path.stem) != "BtoA" else domains


def _card(path: Path, name: str, found: Mapping[str, _Found], domains: tuple[str, str], sentence: str) -> Card:
    from gan_core.cards import Card

    recognised = next(iter(found.values())).recognised
    notes = [f"Imported from {path.name}: {sentence}"]
    if recognised.network["name"] != "resnet":
        notes.append("A file does not tell whether a U-Net was trained with dropout; it is idle when translating.")
    if recognised.network["norm"] == "batch":
        notes.append(
            "Batch normalisation uses the statistics of the training, as evaluation mode does; pix2pix's own test "
            "script uses those of the picture unless it is called with --eval."
        )
    return Card(
        name=name,
        kind="translator",
        network=recognised.network,
        size=recognised.trained_side,
        channels=recognised.network["channels"],
        title=imported_title(domains, found),
        data="unknown",
        licence=UNKNOWN_LICENCE,
        domains=dict(zip("AB", domains, strict=True)),
        notes=tuple(notes),
    )
