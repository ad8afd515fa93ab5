"""How each kind of layer is computed on streams: `apply(layer, stream, passes)`.

A layer that is not listed here is answered with `UnknownLayer`, never guessed at.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial, singledispatch

import torch
import torch.nn.functional as F
from torch import nn

from gan_core.networks.antialiased import BlurDown, BlurUp
from gan_core.networks.pytorch_gan import Down, PytorchGanUnet, Up
from gan_core.networks.resnet import ResnetBlock, ResnetGenerator
from gan_core.networks.unet import OutermostBlock, SkipBlock, UnetGenerator
from gan_core.translation.tiling.passes import Passes
from gan_core.translation.tiling.streams import Bordered, Convolved, Kernel, MapRows, Stream, Upsample, Zip


class UnknownLayer(Exception):  # noqa: N818 - not an error: the picture is then translated in another way
    """The network holds a layer of which only the whole-picture form is known; its text says which."""


@singledispatch
def apply(layer: nn.Module, maps: Stream, passes: Passes) -> Stream:
    """The stream of the result of `layer` for the stream `maps`.

    Layers that need the whole map first (instance statistics) read `maps` now. `passes` counts the work and keeps maps
    that are read twice. Returns a new stream, or `maps` itself for a layer that does nothing in evaluation mode.
    """
    raise UnknownLayer(type(layer).__name__)


@apply.register
def _(layers: nn.Sequential, maps: Stream, passes: Passes) -> Stream:
    for layer in layers:
        maps = apply(layer, maps, passes)
    return maps


@apply.register(ResnetGenerator)
@apply.register(UnetGenerator)
@apply.register(OutermostBlock)
@apply.register(Down)
@apply.register(Up)
def _(network: ResnetGenerator | UnetGenerator | OutermostBlock | Down | Up, maps: Stream, passes: Passes) -> Stream:
    return apply(network.model, maps, passes)


@apply.register
def _(network: PytorchGanUnet, maps: Stream, passes: Passes) -> Stream:
    bridges: list[Stream] = []
    for down in network.downs:
        maps = apply(down, maps, passes)
        if down is not network.downs[-1]:
            maps = passes.shared(maps)
        bridges.append(maps)
    for up, bridge in zip(network.ups, reversed(bridges[:-1]), strict=True):
        risen = apply(up, maps, passes)
        maps = Zip(partial(torch.cat, dim=1), risen.shape[0] + bridge.shape[0], risen, bridge)
    return apply(network.final, maps, passes)


@apply.register
def _(block: ResnetBlock, maps: Stream, passes: Passes) -> Stream:
    before = passes.shared(passes.keep(maps))
    change = apply(block.conv_block, before, passes)
    return passes.keep(Zip(sum_of, before.shape[0], before, change))


@apply.register
def _(block: SkipBlock, maps: Stream, passes: Passes) -> Stream:
    maps = passes.shared(maps)
    inner = apply(block.model, maps, passes)
    return Zip(partial(torch.cat, dim=1), maps.shape[0] + inner.shape[0], maps, inner)


@apply.register
def _(layer: nn.Conv2d, maps: Stream, passes: Passes) -> Stream:
    if isinstance(layer.padding, str) or layer.padding_mode == "circular":
        raise UnknownLayer(f"Conv2d with padding {layer.padding} {layer.padding_mode}")
    rows, columns = _pair(layer.padding)
    padding = (rows, columns)
    if layer.padding_mode != "zeros":
        maps, padding = Bordered(maps, (columns, columns, rows, rows), layer.padding_mode), (0, 0)
    kernel = Kernel(layer.weight, layer.bias, _pair(layer.stride), padding, _pair(layer.dilation), layer.groups)
    return Convolved(maps, kernel, passes.spent)


@apply.register
def _(layer: nn.ConvTranspose2d, maps: Stream, passes: Passes) -> Stream:
    stride, padding, more = _pair(layer.stride), _pair(layer.padding), _pair(layer.output_padding)
    if _pair(layer.dilation) != (1, 1) or more[0] > padding[0] or layer.kernel_size[0] < stride[0]:
        raise UnknownLayer("ConvTranspose2d with dilation, gaps, or more output padding than padding")
    kernel = Kernel(layer.weight, layer.bias, stride, padding, groups=layer.groups, output_padding=more)
    return Upsample(maps, kernel, passes.spent)


@apply.register(nn.ReflectionPad2d)
@apply.register(nn.ReplicationPad2d)
@apply.register(nn.ZeroPad2d)
def _(layer: nn.ReflectionPad2d | nn.ReplicationPad2d | nn.ZeroPad2d, maps: Stream, passes: Passes) -> Stream:
    mode = {nn.ReflectionPad2d: "reflect", nn.ReplicationPad2d: "replicate"}.get(type(layer), "constant")
    left, right, top, bottom = layer.padding
    return Bordered(maps, (left, right, top, bottom), mode)


@apply.register
def _(layer: BlurDown, maps: Stream, passes: Passes) -> Stream:
    kernel = Kernel(layer.filt, None, stride=(2, 2), groups=maps.shape[0])
    return Convolved(Bordered(maps, (1, 1, 1, 1), "reflect"), kernel, passes.spent)


@apply.register
def _(layer: BlurUp, maps: Stream, passes: Passes) -> Stream:
    # Cropping one row and column on every side of the result is the same as one more of padding.
    kernel = Kernel(layer.filt, None, stride=(2, 2), padding=(3, 3), groups=maps.shape[0])
    return Upsample(Bordered(maps, (1, 1, 1, 1), "replicate"), kernel, passes.spent)


@apply.register
def _(layer: nn.Upsample, maps: Stream, passes: Passes) -> Stream:
    factor = layer.scale_factor
    if layer.mode != "nearest" or not isinstance(factor, (int, float)) or factor != int(factor):
        raise UnknownLayer(f"Upsample in mode {layer.mode!r}")
    return MapRows(maps, partial(F.interpolate, scale_factor=int(factor), mode="nearest"), grown=int(factor))


@apply.register
def _(norm: nn.InstanceNorm2d, maps: Stream, passes: Passes) -> Stream:
    if norm.running_mean is not None:
        return MapRows(maps, norm)
    maps, mean, variance = passes.measured(maps)
    return MapRows(
        maps,
        lambda rows: F.batch_norm(rows, mean, variance, norm.weight, norm.bias, training=False, eps=norm.eps),
    )


@apply.register
def _(layer: nn.BatchNorm2d, maps: Stream, passes: Passes) -> Stream:
    if layer.running_mean is None:
        raise UnknownLayer("BatchNorm2d without running statistics")
    return MapRows(maps, layer)


@apply.register(nn.Dropout)
@apply.register(nn.Dropout2d)
@apply.register(nn.Identity)
def _(layer: nn.Module, maps: Stream, passes: Passes) -> Stream:
    return maps


@apply.register
def _(layer: nn.ReLU, maps: Stream, passes: Passes) -> Stream:
    # Rows that an `MapRows` gives are new ones that nothing else reads: they may be changed in place.
    return MapRows(maps, partial(F.relu, inplace=isinstance(maps, MapRows)))


@apply.register
def _(layer: nn.LeakyReLU, maps: Stream, passes: Passes) -> Stream:
    return MapRows(maps, partial(F.leaky_relu, negative_slope=layer.negative_slope, inplace=isinstance(maps, MapRows)))


@apply.register
def _(layer: nn.Tanh, maps: Stream, passes: Passes) -> Stream:
    return MapRows(maps, torch.tanh)


def sum_of(maps: list[torch.Tensor]) -> torch.Tensor:
    """The sum of two maps of the same shape."""
    return maps[0] + maps[1]


def _pair(values: Sequence[int | str]) -> tuple[int, int]:
    """Rows and columns of a layer's attribute, which torch's types leave open."""
    rows, columns = values
    return int(rows), int(columns)
