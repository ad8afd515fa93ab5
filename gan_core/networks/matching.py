"""Weights of one network for another: by name and shape, and by what the layers allow where a shape differs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from gan_core.networks.attention import BetweenStages

ORIGINAL = ".parametrizations.weight.original"
"""Where a spectrally normalised layer keeps its weight; its singular vectors lie beside it."""
SINGULAR = (".parametrizations.weight.0._u", ".parametrizations.weight.0._v")
NUMBER = re.compile(r"(?:^|\.)(\d+)(?=\.|$)")
MIXING = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
"""Layers that multiply by a matrix of weights: what a network has learned lies in them."""
Role = Literal["generator", "translator", "discriminator", "heads"]
SETTLING = 30
"""Power iterations that find the singular vectors of a weight from those of another."""
HINTS = 4
"""Extra channels of a translator that gets hints: three of their colour, and where they are."""


@dataclass(frozen=True)
class Ends:
    """What two networks see and draw, where that may differ."""

    channels: tuple[int, int] = (3, 3)
    """Of the pictures, there and here."""
    classes: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    """Names of the classes, there and here."""


@dataclass
class Match:
    """What of one network's weights another one takes."""

    tensors: dict[str, Tensor] = field(default_factory=dict[str, Tensor])
    """By name in the network that takes them, each in the shape that it has there."""
    whole: list[str] = field(default_factory=list[str])
    """Layers that are taken as they are."""
    partly: dict[str, str] = field(default_factory=dict[str, str])
    """Layers that are taken in part, with what of them is another."""
    fresh: list[str] = field(default_factory=list[str])
    """Layers that keep their own weights."""
    first: str = ""
    """The layer that is applied first, and the last one."""
    last: str = ""
    learned: int = 0
    """Layers among those taken that multiply by weights, tables of classes not counted."""

    @property
    def layers(self) -> int:
        """Number of layers that have weights."""
        return len(self.whole) + len(self.partly) + len(self.fresh)


def match(target: nn.Module, source: Mapping[str, Tensor], ends: Ends, role: Role) -> Match:
    """Find the weights in `source` that fit the layers of `target`.

    A layer is taken where all of its shapes are equal. Where a sequence of layers is longer or shorter, its layers are
    counted from the picture: from the end in a generator, else from the beginning and then from the end. Where the
    pictures have other channels, the first and the last layer are changed so that a grey picture is the same in both.
    Rows of a table of classes go by the names of the classes; a new class begins as the mean of all. Of a first layer
    that sees latents, those numbers are taken that both have.

    Args:
        target: Its own values stay where nothing is taken; on the meta device only shapes are looked at.
        source: The state of another network, on the device of `target`.
        ends: Channels and classes of both.
        role: What `target` is: a generator draws pictures from latents, a translator from pictures, a discriminator
            only sees them.

    Returns:
        The match; `target` is not changed.
    """
    return _Matching(target, source, ends, role).result()


@torch.no_grad()
def load(target: nn.Module, found: Match) -> None:
    """Put the weights of `found` into `target`, in place.

    The singular vectors of a spectrally normalised layer are found anew where they were not taken with its weight.
    """
    state = target.state_dict(keep_vars=True)
    for name, value in found.tensors.items():
        state[name].copy_(value)
    for layer, module in target.named_modules():
        if parametrize.is_parametrized(module, "weight") and f"{layer}{ORIGINAL}" in found.tensors:
            if all(f"{layer}{name}" in found.tensors for name in SINGULAR):
                continue
            training = module.training
            module.train()
            for _ in range(SETTLING):  # in training every use of the weight is a step of the power iteration
                _ = module.weight
            module.train(training)


def layers_of(network: nn.Module) -> list[str]:
    """Names of the layers that multiply by weights, from the one that is applied first.

    Tables of classes are none of them, and what is added between the stages of a network (attention) is left out.
    """
    added = tuple(f"{name}." for name, module in network.named_modules() if isinstance(module, BetweenStages))
    return [
        name for name, module in network.named_modules() if isinstance(module, MIXING) and not name.startswith(added)
    ]


class _Matching:
    """One network's layers beside those of another."""

    def __init__(self, target: nn.Module, source: Mapping[str, Tensor], ends: Ends, role: Role) -> None:
        self.ends = ends
        self.from_latents = role == "generator"
        self.draws = role in ("generator", "translator")
        self.sees = role in ("translator", "discriminator")
        self.modules = dict(target.named_modules())
        self.mine = _by_layer(target.state_dict())
        weights = {_plain(name).rpartition(".")[0] for name, _ in target.named_parameters()}
        self.mine = {layer: tensors for layer, tensors in self.mine.items() if layer in weights}
        self.theirs = _by_layer(source)
        for tensors in self.theirs.values():
            _add_effective(tensors)
        mixing = [layer for layer in layers_of(target) if layer in self.mine]
        self.first, self.last = (mixing[0], mixing[-1]) if mixing else ("", "")
        self.shifts = _shifts(self.mine, self.theirs)
        self.found = Match(first=self.first, last=self.last)

    def result(self) -> Match:
        used: set[str] = set()
        taken: dict[str, dict[str, Tensor]] = {}
        for shifted in (True, False) if self.from_latents else (False, True):
            for layer in self.mine:
                other = self._shifted(layer) if shifted else layer
                if layer in taken or other in used or other not in self.theirs or not self._may_be(layer, other):
                    continue
                values = self._layer(layer, self.theirs[other])
                if values:
                    used.add(other)
                    taken[layer] = values
        for layer in self.mine:
            self._tell(layer, taken.get(layer, {}))
        return self.found

    def _may_be(self, layer: str, other: str) -> bool:
        """The layer that sees the latents is never one that sees maps."""
        return not self.from_latents or (layer == self.first) == (other == self.first)

    def _tell(self, layer: str, values: Mapping[str, Tensor]) -> None:
        found, mine = self.found, self.mine[layer]
        if not values:
            found.fresh.append(layer)
            return
        found.tensors |= {name: values[part] for part, (name, _) in mine.items() if part in values}
        missing = [part for part in mine if part not in values and f".{part}" not in SINGULAR]
        if layer in self.found.partly:
            pass
        elif missing:
            found.partly[layer] = f"without its {missing[0].rpartition('.')[2]}"
        else:
            found.whole.append(layer)
        found.learned += isinstance(self.modules[layer], MIXING)

    def _layer(self, layer: str, theirs: Mapping[str, tuple[str, Tensor]]) -> dict[str, Tensor]:
        """The values of one layer's tensors; none where its weight does not fit."""
        values: dict[str, Tensor] = {}
        notes: list[str] = []
        for part, (_, mine) in self.mine[layer].items():
            known = theirs.get(part) or (theirs.get("weight") if f".{part}" == ORIGINAL else None)
            fitted = None if known is None else self._fitted(layer, part, mine, known[1])
            if fitted is None:
                if part in ("weight", ORIGINAL[1:]):
                    return {}
                continue
            values[part], note = fitted
            notes += [note] if note else []
        if notes:
            self.found.partly[layer] = notes[0]
            values = {part: value for part, value in values.items() if f".{part}" not in SINGULAR}
        return values

    def _fitted(self, layer: str, part: str, mine: Tensor, theirs: Tensor) -> tuple[Tensor, str] | None:
        """A tensor in the shape of `mine`, and what of it is another; None where it does not fit."""
        module = self.modules[layer]
        if isinstance(module, nn.Embedding):
            return self._table(mine, theirs) if mine.ndim == 2 else _same(mine, theirs)
        if part not in ("weight", "bias", ORIGINAL[1:]) or mine.ndim != theirs.ndim:
            return _same(mine, theirs)
        transposed = isinstance(module, nn.ConvTranspose1d | nn.ConvTranspose2d | nn.ConvTranspose3d)
        into, out = (0, 1) if transposed else (1, 0)
        if self.from_latents and layer == self.first and mine.ndim > 1:
            return self._latents(mine, theirs, into)
        channels = self.ends.channels
        value, notes = theirs, list[str]()
        if self.sees and layer == self.first and mine.ndim > 1:
            value, note = _seen(value, mine, into, *channels)
            notes += note
        if self.draws and layer == self.last:
            value, note = _drawn(value, mine, out if mine.ndim > 1 else 0, *channels)
            notes += note
        return (value, notes[0] if notes else "") if value.shape == mine.shape else None

    def _table(self, mine: Tensor, theirs: Tensor) -> tuple[Tensor, str] | None:
        """A table of classes: rows by name, new ones from the mean."""
        before, now = self.ends.classes
        if theirs.ndim != 2 or theirs.shape[1] != mine.shape[1]:
            return None
        if len(before) != len(theirs) or len(now) != len(mine):  # without names: by place
            return _same(mine, theirs)
        rows = [theirs[before.index(name)] if name in before else theirs.mean(0) for name in now]
        new = sum(name not in before for name in now)
        return torch.stack(rows), f"{new} of {len(now)} classes are new" if new else ""

    def _latents(self, mine: Tensor, theirs: Tensor, into: int) -> tuple[Tensor, str] | None:
        """The first layer of a generator: the latent's numbers first, then those of the class."""
        tables = [self._class_features(self.theirs), self._class_features(self.mine)]
        before, now = theirs.shape[into] - tables[0], mine.shape[into] - tables[1]
        rest = [size for axis, size in enumerate(mine.shape) if axis != into]
        if rest != [size for axis, size in enumerate(theirs.shape) if axis != into] or before < 1:
            return None
        value, theirs = mine.clone().movedim(into, 0), theirs.movedim(into, 0)
        shared = min(before, now)
        value[:shared] = theirs[:shared]
        with_classes = bool(tables[1]) and tables[0] == tables[1]
        if with_classes:
            value[now:] = theirs[before:]
        note = f"{now - shared} of {now} latent numbers are new" if now > shared else ""
        if tables[1] and not with_classes:
            note = note or "the classes are new"
        elif now < before or (tables[0] and not tables[1]):
            note = note or f"{shared} of {before} latent numbers" + (", without classes" if not tables[1] else "")
        return value.movedim(0, into), note

    def _class_features(self, layers: Mapping[str, Mapping[str, tuple[str, Tensor]]]) -> int:
        tensors = layers.get("embedding", {})
        known = tensors.get("weight") or tensors.get(ORIGINAL[1:])
        return 0 if known is None else known[1].shape[1]

    def _shifted(self, layer: str) -> str:
        """What the layer is called there, where the sequence that it stands in is counted from its end."""
        found = NUMBER.search(layer)
        if found is None:
            return layer
        shift = self.shifts.get(layer[: found.start(1)], 0)
        return f"{layer[: found.start(1)]}{int(found[1]) - shift}{layer[found.end(1) :]}"


Layers = dict[str, dict[str, tuple[str, Tensor]]]
"""By layer and by what a tensor is of it: its whole name, and the tensor."""


def _plain(name: str) -> str:
    """The name that a tensor has where nothing is normalised: `main.0.weight`."""
    return name.replace(ORIGINAL, ".weight")


def _by_layer(state: Mapping[str, Tensor]) -> Layers:
    layers: Layers = {}
    for name, value in state.items():
        head, marked, tail = name.partition(".parametrizations.")
        layer, part = (head, f"parametrizations.{tail}") if marked else name.rpartition(".")[::2]
        layers.setdefault(layer, {})[part] = name, value
    return layers


def _add_effective(tensors: dict[str, tuple[str, Tensor]]) -> None:
    """Beside the original weight of a spectrally normalised layer the one that it computed with: W / (u' W v)."""
    if ORIGINAL[1:] not in tensors or "weight" in tensors:
        return
    name, weight = tensors[ORIGINAL[1:]]
    vectors = [tensors[part[1:]][1] for part in SINGULAR if part[1:] in tensors]
    if len(vectors) == 2 and vectors[0].shape[0] == weight.shape[0]:
        flat = weight.flatten(1)
        weight = weight / torch.dot(vectors[0].to(flat.dtype), flat @ vectors[1].to(flat.dtype)).clamp_min(1e-12)
    tensors["weight"] = name, weight


def _places(layers: Layers) -> Iterator[tuple[str, int]]:
    for layer in layers:
        if found := NUMBER.search(layer):
            yield layer[: found.start(1)], int(found[1])


def _shifts(mine: Layers, theirs: Layers) -> dict[str, int]:
    """By the beginning of their names, how much later a sequence's last layer comes here than there."""
    ends: list[dict[str, int]] = []
    for layers in (mine, theirs):
        last: dict[str, int] = {}
        for prefix, place in _places(layers):
            last[prefix] = max(place, last.get(prefix, 0))
        ends.append(last)
    return {prefix: place - ends[1][prefix] for prefix, place in ends[0].items() if prefix in ends[1]}


def _same(mine: Tensor, theirs: Tensor) -> tuple[Tensor, str] | None:
    return (theirs, "") if mine.shape == theirs.shape else None


def _seen(value: Tensor, mine: Tensor, axis: int, before: int, now: int) -> tuple[Tensor, list[str]]:
    """Weights of a layer that sees pictures of `now` channels, from one that saw `before`.

    What else it sees (hints, noise) comes after the picture and stays as it is in `mine`, unless both see it.
    """
    value, own = value.movedim(axis, 0), mine.movedim(axis, 0)
    if before == now and value.shape == own.shape:
        return value.movedim(0, axis), []
    if value.shape[1:] != own.shape[1:] or before > len(value) or now > len(own):
        return value.movedim(0, axis), []
    extra = [len(value) - before, len(own) - now]
    group = 1
    if len(value) % before == 0 and len(value) // before * now == len(own):  # flat pictures: channel by channel
        group, extra = len(value) // before, [0, 0]
    of_picture = value[: before * group].unflatten(0, (before, group))
    if before != now:
        of_picture = of_picture.sum(0, keepdim=True).expand(now, *of_picture.shape[1:]) / now
    parts = [of_picture.flatten(0, 1), own[now * group :].clone()]
    shared = extra[0] if extra[0] == extra[1] else HINTS if min(extra) >= HINTS else 0
    parts[1][:shared] = value[before * group :][:shared]
    changed = torch.cat(parts).movedim(0, axis)
    colours = [f"changed from {_colour(before)} to {_colour(now)} pictures"] if before != now else []
    new = ["what it sees beside the picture is new"] if extra[1] > shared else []
    return changed, [*colours, *new]


def _drawn(value: Tensor, mine: Tensor, axis: int, before: int, now: int) -> tuple[Tensor, list[str]]:
    """Weights of a layer that draws pictures of `now` channels, from one that drew `before`."""
    if before == now or value.shape[axis] % before or value.shape[axis] // before * now != mine.shape[axis]:
        return value, []
    grouped = value.movedim(axis, 0).unflatten(0, (before, -1))
    changed = grouped.mean(0, keepdim=True).expand(now, *grouped.shape[1:]).flatten(0, 1)
    return changed.movedim(0, axis), [f"changed from {_colour(before)} to {_colour(now)} pictures"]


def _colour(channels: int) -> str:
    return "grey" if channels == 1 else "colour"
