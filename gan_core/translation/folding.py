"""Weights as inference computes with them: what only training needs is folded in or removed.

Spectral normalisation (Miyato et al. 2018) and weight normalisation (Salimans and Kingma 2016) store a weight in parts,
in an older form (`weight_orig`, `weight_u`, `weight_v`; `weight_g`, `weight_v`) and in that of torch's
parametrizations. In evaluation mode the parts no longer change, so that the weight they make is one tensor, computed
here as torch does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from gan_core.translation.weight_files import fault

if TYPE_CHECKING:
    from torch import Tensor

COUNTERS = ("total_ops", "total_params", "n_averaged", "initted", "step", "num_updates", "decay", "__flops__")
"""One number each, in no computation: of thop, torch's and others' averaging."""
TRANSPOSED = re.compile(r"(?<!conv_block\.)(?:^|(?<=\.))(?:up\d+\.model\.0|model\.[35])\.$")
"""Where the known U-Nets have transposed convolutions that may be square: torch normalises those over their second
axis."""


def settled(weights: Mapping[str, Tensor]) -> tuple[dict[str, Tensor], list[str]]:
    """The weights by the keys of a plain network, and what was done, a few words each.

    Parts that do not fit each other are left as they are; the network then lacks that weight.
    """
    kept = dict(weights)
    counters = [key for key, value in kept.items() if key.rpartition(".")[2] in COUNTERS and value.numel() == 1]
    for key in counters:
        del kept[key]
    counts = {"spectral": 0, "weight": 0}
    for key in list(kept):
        for pattern, (kind, fold) in FORMS.items():
            match = pattern.fullmatch(key)
            if match is not None and fold(kept, match["before"], match["name"]):
                counts[kind] += 1
    changes = [
        f"folded the {kind} normalisation of {count} layer{'s' if count != 1 else ''} into the weights"
        for kind, count in counts.items()
        if count
    ]
    if counters:
        changes.append(f"removed {len(counters)} counter{'s' if len(counters) != 1 else ''}")
    return kept, changes


def _sound(weights: Mapping[str, Tensor], keys: tuple[str, ...]) -> list[Tensor] | None:
    """The tensors called `keys`, in float32 at least; None unless all are there and can be computed with."""
    found = [weights.get(key) for key in keys]
    tensors = [value for key, value in zip(keys, found, strict=True) if value is not None and fault(value) is None]
    if len(tensors) < len(keys):
        return None
    import torch

    return [value.detach().to(torch.promote_types(value.dtype, torch.float32)) for value in tensors]


def _spectral(weights: dict[str, Tensor], keys: tuple[str, str, str], target: str) -> bool:
    """W / (u' W v), the weight as a matrix whose rows are its output channels."""
    parts = _sound(weights, keys)
    if parts is None:
        return False
    weight, u, v = parts
    axes = [
        axis
        for axis in (0, 1)
        if weight.dim() > axis and u.numel() == weight.shape[axis] and u.numel() * v.numel() == weight.numel()
    ]
    if not axes:
        return False
    before = target.rpartition(".")[0] + "."
    axis = 1 if len(axes) == 2 and TRANSPOSED.search(before) else axes[0]
    matrix = weight.movedim(axis, 0).flatten(1) if weight.dim() > 1 else weight[:, None]
    sigma = u.flatten().to(weight.dtype) @ (matrix @ v.flatten().to(weight.dtype))
    for key in keys:
        del weights[key]
    weights[target] = weight / sigma
    return True


def _old_spectral(weights: dict[str, Tensor], before: str, name: str) -> bool:
    keys = tuple(f"{before}{name}_{part}" for part in ("orig", "u", "v"))
    target = f"{before}{name}"
    if target in weights and f"{target}_u" in weights:
        for key in keys:  # torch 0.4 kept the weight it computed with as well
            weights.pop(key, None)
        return True
    return target not in weights and _spectral(weights, (keys[0], keys[1], keys[2]), target)


def _new_spectral(weights: dict[str, Tensor], before: str, name: str) -> bool:
    place = f"{before}parametrizations.{name}."
    keys = (f"{place}original", f"{place}0._u", f"{place}0._v")
    alone = {key for key in weights if key.startswith(place)} == set(keys)  # no further parametrization
    return alone and _spectral(weights, keys, f"{before}{name}")


def _weight_norm(weights: dict[str, Tensor], keys: tuple[str, str], target: str) -> bool:
    """g v / |v|, the norm over all axes along which g has one number."""
    parts = _sound(weights, keys)
    if parts is None or target in weights:
        return False
    size, direction = parts
    if size.dim() not in (0, direction.dim()) or any(
        mine not in (1, theirs) for mine, theirs in zip(size.shape, direction.shape, strict=False)
    ):
        return False
    axes = [axis for axis in range(direction.dim()) if size.dim() == 0 or size.shape[axis] == 1]
    for key in keys:
        del weights[key]
    length = direction.square().sum(axes, keepdim=True).sqrt() if axes else direction.abs()
    weights[target] = direction * (size / length)
    return True


def _old_weight_norm(weights: dict[str, Tensor], before: str, name: str) -> bool:
    return _weight_norm(weights, (f"{before}{name}_g", f"{before}{name}_v"), f"{before}{name}")


def _new_weight_norm(weights: dict[str, Tensor], before: str, name: str) -> bool:
    place = f"{before}parametrizations.{name}."
    keys = (f"{place}original0", f"{place}original1")
    alone = {key for key in weights if key.startswith(place)} == set(keys)
    return alone and _weight_norm(weights, keys, f"{before}{name}")


FORMS: dict[re.Pattern[str], tuple[str, Callable[[dict[str, Tensor], str, str], bool]]] = {
    re.compile(r"(?P<before>(?:.*\.)?)(?P<name>\w+)_orig"): ("spectral", _old_spectral),
    re.compile(r"(?P<before>(?:.*\.)?)parametrizations\.(?P<name>\w+)\.original"): ("spectral", _new_spectral),
    re.compile(r"(?P<before>(?:.*\.)?)(?P<name>\w+)_g"): ("weight", _old_weight_norm),
    re.compile(r"(?P<before>(?:.*\.)?)parametrizations\.(?P<name>\w+)\.original0"): ("weight", _new_weight_norm),
}
"""By the key of a weight's first part."""
