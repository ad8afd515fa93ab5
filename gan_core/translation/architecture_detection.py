"""Which network a dictionary of weights belongs to, from its keys and shapes alone.

The generators of the CycleGAN and pix2pix code base (2017 to 2025), of CUT and of the PyTorch-GAN collection number
their layers, so that keys tell everything but three things, which then do not matter or are said: dropout of a U-Net
(without keys, idle when translating), whether a convolution behind an enlargement follows repeated or interpolated
pixels, and whether BatchNorm's keys with biases before them belong to an InstanceNorm of early 2017.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.translation.weight_files import fault

if TYPE_CHECKING:
    from torch import Tensor, nn

Weights = dict[str, "Tensor"]
STATISTICS = ("running_mean", "running_var", "num_batches_tracked")
NORM_WORDS = {
    "instance": "instance normalisation",
    "batch": "batch normalisation",
    "none": "no normalisation",
    "instance-affine": "instance normalisation with scale and shift",
}
SHOWN = 4
"""Keys listed of an unknown network."""


@dataclass(frozen=True)
class Recognised:
    """A network that was recognised in a file of weights."""

    network: Mapping[str, Any]
    """What `gan_core.networks.rebuild` makes it from."""
    weights: Weights
    """By the key names of that network."""
    words: str
    """Such as `ResNet with 9 blocks, width 64, instance normalisation, 3 to 3 channels`."""
    changes: tuple[str, ...]
    """What was changed in the file's weights, a few words each."""
    trained_side: int
    """Side in pixels of the squares that the original trains this network on, by default."""


def first_layers(keys: Mapping[str, Tensor]) -> Iterator[tuple[str, str]]:
    """(what stands before a generator's numbered layers, `resnet` or `unet`) for each generator among `keys`."""
    for key, value in keys.items():
        match = re.fullmatch(r"((?:.*\.)?)([01])\.weight", key)
        if match is None or value.dim() != 4:
            continue
        before, number = match.groups()
        if value.shape[2:] == (7, 7) and f"{before}{int(number) + 3}.weight" in keys:
            yield before, "resnet"
        elif value.shape[2:] == (4, 4) and number == "0" and f"{before}1.model.1.weight" in keys:
            yield before, "unet"
        elif before.endswith("down1.model.") and number == "0":
            before = before.removesuffix("down1.model.")
            if f"{before}up1.model.0.weight" in keys and any(key.startswith(f"{before}final.") for key in keys):
                yield before, "unet-pytorch-gan"


def owned(keys: Mapping[str, Tensor], before: str, kind: str) -> Iterator[str]:
    """Those of `keys` that belong to the generator that `first_layers` found."""
    parts = re.compile(r"(down|up)\d+\.|final\.") if kind == "unet-pytorch-gan" else re.compile("")
    return (key for key in keys if key.startswith(before) and parts.match(key, len(before)))


def recognise(weights: Mapping[str, Tensor], kind: str, file: str) -> Recognised:
    """The network with these weights, their keys beginning with the number of a layer.

    Raises InputError for weights that are of no network of this `kind` (one of `first_layers`), naming the first key
    that does not fit.
    """
    prefix, describe = KINDS[kind]
    cleaned: Weights = {prefix + key: value for key, value in weights.items()}
    collected = kind == "resnet" and _renamed_blocks(cleaned)
    removed = _legacy_statistics(cleaned)
    for key in removed:
        del cleaned[key]
    network = describe(cleaned, bool(removed))
    if network is None:
        raise InputError(f"{file} is like no generator that is known here: it has {listed(weights)}.")
    if collected and network["channels"] != 3:
        raise InputError(
            f"{file} holds PyTorch-GAN's ResNet for pictures of {network['channels']} channels: it pads by as many pixels "
            "as it has channels, so that only one with 3 gives back pictures of the size of its input."
        )
    changes = [f"removed {len(removed)} legacy statistics"] if removed else []
    empty = built(network, file)
    added = _missing_counters(cleaned, empty)
    if added:
        changes.append(f"added {added} counters that old files lack")
    _compare(cleaned, empty, file)
    changes += _as_float32(cleaned, file)
    levels = network.get("downs") or len(network.get("features", ()))
    return Recognised(network, cleaned, _words(network, collected), tuple(changes), 2**levels if levels else 256)


def listed(weights: Mapping[str, Tensor]) -> str:
    """A few keys with their shapes, for error messages."""
    some = [f"{key} {tuple(value.shape)}" for key, value in list(weights.items())[:SHOWN]]
    more = f" and {len(weights) - SHOWN} more" if len(weights) > SHOWN else ""
    return f"{', '.join(some)}{more}"


def built(network: Mapping[str, Any], file: str) -> nn.Module:
    """The network described by `network`, without weights (meta device): nothing is allocated or drawn.

    Raises:
        InputError: for a size that cannot be built; it names `file`.
    """
    import torch

    from gan_core.networks import rebuild

    try:
        with torch.device("meta"):
            return rebuild("translator", network)
    except InputError as error:
        raise InputError(f"{file} holds a generator of a size that cannot be built here: {error}") from error


def _legacy_statistics(weights: Mapping[str, Tensor]) -> list[str]:
    """Keys of running statistics that belong to normalisations without weights: those of 2018 and 2019 kept them,
    and never used them."""
    norms = {key.rpartition(".")[0] for key in weights if key.rpartition(".")[2] in STATISTICS}
    idle = [norm for norm in norms if f"{norm}.weight" not in weights]
    return [key for key in weights if key.rpartition(".")[0] in idle and key.rpartition(".")[2] in STATISTICS]


def _renamed_blocks(weights: Weights) -> bool:
    """PyTorch-GAN's ResNet calls `block` what the original calls `conv_block`: renamed, in place. Whether there were
    any."""
    theirs = re.compile(r"(model\.\d+\.)(block\.\d+\.\w+)")
    found = {key: match for key in weights if (match := theirs.fullmatch(key))}
    for key, match in found.items():
        weights[f"{match[1]}conv_{match[2]}"] = weights.pop(key)
    return bool(found)


def _norm(weights: Mapping[str, Tensor], norm: str, bias: bool, had_statistics: bool) -> str:
    """The kind of the normalisation called `norm`, from its keys and from what was before it."""
    if f"{norm}.weight" not in weights:
        # The original has biases before instance normalisation, and none where there is no normalisation.
        return "instance" if bias or had_statistics else "none"
    return "batch" if f"{norm}.running_mean" in weights else "instance-affine"


def _resnet(weights: Mapping[str, Tensor], had_statistics: bool) -> dict[str, Any] | None:
    """The description of the ResNet; None where the keys have no order that a ResNet could have."""
    layers = {int(match[1]) for key in weights if (match := re.match(r"model\.([0-9]{1,4})\.", key))}
    kernels = {n: weights[f"model.{n}.weight"] for n in sorted(layers) if f"model.{n}.weight" in weights}
    convolutions = {n: kernel for n, kernel in kernels.items() if kernel.dim() == 4}
    ends = [n for n, kernel in convolutions.items() if kernel.shape[2:] == (7, 7)]
    blocks = sorted(n for n in layers if any(key.startswith(f"model.{n}.conv_block.") for key in weights))
    inner = [n for n in convolutions if n not in ends]
    if len(ends) != 2 or len(inner) != 4:
        return None
    first, last = ends
    filters = [weights[f"model.{n}.filt"] for n in sorted(layers) if f"model.{n}.filt" in weights]
    width, channels = convolutions[first].shape[:2]
    bias = f"model.{first}.bias" in weights
    padding = "reflect" if first == 1 else "zero"
    up = convolutions[inner[2]].shape
    norm = _norm(weights, f"model.{first + 1}", bias, had_statistics)
    network: dict[str, Any] = {
        "name": "resnet",
        "channels": channels,
        "width": width,
        "blocks": len(blocks),
        "norm": norm,
        "dropout": bool(blocks) and _second_convolution(weights, blocks[0]) == {"reflect": 6, "zero": 4}[padding],
        "out_channels": convolutions[last].shape[0],
        "upsampling": "transposed" if up[0] > up[1] else "resize",
        "downsampling": "strided",
        "padding": padding,
    }
    if any(kernel.shape[2:] == (4, 4) for kernel in filters if kernel.dim() == 4):
        network["upsampling"] = "blur"
    if any(kernel.shape[2:] == (3, 3) for kernel in filters if kernel.dim() == 4):
        network["downsampling"] = "blur"
    # Without a layer for the border between the repeated pixels and the convolution, the border is zeros.
    last_before = blocks[-1] if blocks else inner[1] + (3 if network["downsampling"] == "blur" else 2)
    if network["upsampling"] == "resize" and inner[2] == last_before + 2:
        network["upsampling"] = "resize-zero"
    return _with_bias(network, bias)


def _second_convolution(weights: Mapping[str, Tensor], block: int) -> int:
    """The number that the last convolution of a residual block has in it."""
    head = f"model.{block}.conv_block."
    return max(
        (n for n in range(8) if f"{head}{n}.weight" in weights and weights[f"{head}{n}.weight"].dim() == 4), default=0
    )


def _unet(weights: Mapping[str, Tensor], had_statistics: bool) -> dict[str, Any] | None:
    downs, inner = 2, "model.model.1.model"
    while f"{inner}.3.model.1.weight" in weights:
        downs, inner = downs + 1, f"{inner}.3.model"
    first, last = weights.get("model.model.0.weight"), weights.get("model.model.3.weight")
    if first is None or last is None or last.dim() != 4:
        return None
    bias = f"{inner}.1.bias" in weights
    network = {
        "name": "unet",
        "channels": first.shape[1],
        "width": first.shape[0],
        "downs": downs,
        "norm": _norm(weights, f"{inner}.4", bias, had_statistics),
        "out_channels": last.shape[1],  # a transposed convolution: channels in, channels out
    }
    return _with_bias(network, bias)


def _unet_pytorch_gan(weights: Mapping[str, Tensor], had_statistics: bool) -> dict[str, Any] | None:
    features: list[int] = []
    while (kernel := weights.get(f"down{len(features) + 1}.model.0.weight")) is not None and kernel.dim() == 4:
        features.append(kernel.shape[0])
    transposed = "final.0.weight" in weights
    last = weights.get("final.0.weight" if transposed else "final.2.weight")
    if len(features) < 2 or last is None or last.dim() != 4:
        return None
    return {
        "name": "unet-pytorch-gan",
        "channels": weights["down1.model.0.weight"].shape[1],
        "features": features,
        "norm": "instance-affine" if "up1.model.1.weight" in weights else "instance",
        "bias": "up1.model.0.bias" in weights,
        "last": "transposed" if transposed else "resize",
        "out_channels": last.shape[1 if transposed else 0],
    }


KINDS: dict[str, tuple[str, Callable[[Mapping[str, Tensor], bool], dict[str, Any] | None]]] = {
    "resnet": ("model.", _resnet),
    "unet": ("model.model.", _unet),
    "unet-pytorch-gan": ("", _unet_pytorch_gan),
}
"""What stands before the layers' numbers in our own network of each kind, and how the network is read from the keys."""


def _with_bias(network: dict[str, Any], bias: bool) -> dict[str, Any]:
    """Biases are described only where the file has them against the habit of the original."""
    from gan_core.networks.normalisation import needs_bias

    return network if bias == needs_bias(network["norm"]) else {**network, "bias": bias}


def _missing_counters(weights: Weights, empty: nn.Module) -> int:
    """Add the counters that BatchNorm has since 2018 (nothing reads them when translating); returns how many."""
    import torch

    missing = [key for key in empty.state_dict() if key.endswith(".num_batches_tracked") and key not in weights]
    weights.update({key: torch.tensor(0) for key in missing})
    return len(missing)


def _compare(weights: Mapping[str, Tensor], empty: nn.Module, file: str) -> None:
    """Raise InputError for the first key that is missing, too many, or of another shape."""
    wanted = {key: tuple(value.shape) for key, value in empty.state_dict().items()}
    for key, shape in wanted.items():
        if key not in weights:
            raise InputError(f"{file} lacks {key} {shape}, which the network that its other weights make needs.")
        if tuple(weights[key].shape) != shape:
            raise InputError(
                f"The weights in {file} do not fit each other: {key} has the shape {tuple(weights[key].shape)}, "
                f"and the network that the others make needs {shape}."
            )
    strangers = [key for key in weights if key not in wanted]
    if strangers:
        raise InputError(
            f"{file} holds weights that no known generator has beside those of one: "
            f"{listed({key: weights[key] for key in strangers})}."
        )


def _as_float32(weights: Weights, file: str) -> list[str]:
    """Turn what is stored otherwise into float32, in place; returns what was changed."""
    import torch

    types: set[str] = set()
    for key, value in weights.items():
        if key.endswith(".num_batches_tracked"):
            weights[key] = torch.tensor(0)  # not read when translating
            continue
        if (wrong := fault(value)) is not None:
            raise InputError(f"{key} in {file} {wrong}.")
        if value.dtype != torch.float32:
            types.add(str(value.dtype).removeprefix("torch."))
        weights[key] = value.detach().to(torch.float32, copy=True).contiguous()
        if not weights[key].isfinite().all():
            raise InputError(f"{key} in {file} holds values that are not finite: the training that made it had failed.")
    return [f"{' and '.join(sorted(types))} became float32"] if types else []


def _words(network: Mapping[str, Any], collected: bool) -> str:
    """The network in words; `collected` says that its file is laid out as the PyTorch-GAN collection does."""
    name, features = network["name"], network.get("features", ())
    if name == "resnet":
        parts = [f"ResNet with {_plural(network['blocks'], 'block')}", f"width {network['width']}"]
    elif features:
        parts = [f"PyTorch-GAN's U-Net with {_plural(len(features), 'level')}", f"width {features[0]}"]
    else:
        parts = [f"U-Net with {_plural(network['downs'], 'level')}", f"width {network['width']}"]
    parts += [NORM_WORDS[network["norm"]], f"{network['channels']} to {network['out_channels']} channels"]
    if network.get("dropout"):
        parts.append("dropout in its blocks (idle when translating)")
    antialiased = [
        words
        for key, words in (("downsampling", "reductions"), ("upsampling", "enlargements"))
        if network.get(key) == "blur"
    ]
    if antialiased:
        parts.append(f"CUT's antialiased {' and '.join(antialiased)}")
    if collected:
        parts.append("laid out as in PyTorch-GAN")
    elif network.get("upsampling", "").startswith("resize"):
        parts.append("enlarging by repeated pixels (the file does not say whether they were interpolated)")
    if network.get("padding") == "zero":
        parts.append("borders of zeros as in early 2017")
    if "bias" in network and not features:
        parts.append(f"{'with' if network['bias'] else 'without'} biases before the normalisation")
    return ", ".join(parts)


def _plural(count: int, unit: str) -> str:
    return f"{count} {unit}{'s' if count != 1 else ''}"
