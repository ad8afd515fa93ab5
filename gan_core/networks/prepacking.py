"""Convolutions that keep their weights in the order in which a CPU's kernels read them, for drawing one picture at a
time.

On a CPU torch hands convolutions to oneDNN, which sorts the weights anew for every call. For a batch that is nothing;
for the one picture of an interactive request it is the larger half: a 64-px DCGAN of width 64 takes 6.7 ms as it is and
2.8 ms with weights sorted once (one core of an AMD EPYC, median of 300), and the pictures were the same to the last
bit.
"""

from __future__ import annotations

import copy
import functools
from typing import Any, cast

import torch
from torch import Tensor, nn

Convolution = nn.Conv2d | nn.ConvTranspose2d


def prepacked(network: nn.Module) -> nn.Module:
    """A copy of `network` with prepacked convolutions; it shares the parameters and cannot be differentiated.

    It gives the same results, and follows in-place changes of the weights that torch counts, but not those made through
    `.data`; a network that is given other tensors needs a new copy. The network itself is returned where there is
    nothing to gain: on another device, in another precision, or where this build of torch has no oneDNN.
    """
    found = {name: part for name, part in network.named_modules() if _can_be_packed(part)}
    if not found:
        return network
    shared = {id(tensor): tensor for tensor in (*network.parameters(), *network.buffers())}
    twin = copy.deepcopy(network, cast("dict[int, Any]", shared))
    for name in found:
        if not name:
            return _Packed(cast("Convolution", twin))
        twin.set_submodule(name, _Packed(cast("Convolution", twin.get_submodule(name))))
    return twin


def _can_be_packed(part: nn.Module) -> bool:
    # Exactly these, and without hooks: whatever else computes something else. A parametrized convolution is a subclass.
    return (
        type(part) in (nn.Conv2d, nn.ConvTranspose2d)
        and not (part._forward_hooks or part._forward_pre_hooks)
        and isinstance(part.padding, tuple)
        and part.padding_mode == "zeros"
        and isinstance(part.weight, Tensor)
        and part.weight.device.type == "cpu"
        and part.weight.dtype == torch.float32
        and _has_kernels()
    )


@functools.cache
def _has_kernels() -> bool:
    """Whether this build of torch has what its own compiler uses for the same purpose: the operators have no public
    name."""
    if not torch.backends.mkldnn.is_available():
        return False
    try:
        with torch.inference_mode():
            for tried in (nn.Conv2d(16, 16, 3, padding=1), nn.ConvTranspose2d(16, 16, 4, 2, 1)):
                maps = torch.zeros(1, 16, 4, 4).contiguous(memory_format=torch.channels_last)
                _Packed(tried.to(memory_format=torch.channels_last))(maps)
    except (
        AttributeError,
        NotImplementedError,
        RuntimeError,
        TypeError,
    ):  # not there, not for this CPU, or different by now
        return False
    return True


class _Packed(nn.Module):
    """A convolution (N, C, H, W) -> (N, C', H', W') whose weights are sorted at its first call, and when they
    change."""

    def __init__(self, convolution: Convolution) -> None:
        super().__init__()
        self.convolution = convolution
        self._sorted: Tensor | None = None
        self._of: tuple[int, int] | None = None
        ops, self._arguments = (
            torch.ops.mkldnn,
            (convolution.padding, convolution.stride, convolution.dilation, convolution.groups),
        )
        self._sort, self._convolve = ops._reorder_convolution_weight, ops._convolution_pointwise
        if isinstance(convolution, nn.ConvTranspose2d):
            self._sort, self._convolve = ops._reorder_convolution_transpose_weight, ops._convolution_transpose_pointwise
            self._arguments = (convolution.padding, convolution.output_padding, *self._arguments[1:])

    def forward(self, maps: Tensor) -> Tensor:
        weight, bias = self.convolution.weight, self.convolution.bias
        now = (weight.data_ptr(), 0 if weight.is_inference() else weight._version)  # those count none
        if self._of != now:
            self._sorted, self._of = self._sort(weight, *self._arguments, list(maps.shape)), now
        return self._convolve(maps, self._sorted, bias, *self._arguments, "none", [], "")
