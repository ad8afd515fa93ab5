"""Layers that torch can differentiate as often as solvers ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from gan_core.devices import at_least_float32


class Smooth(TorchFunctionMode):
    """Inside, layers whose derivatives torch does not know beyond the second (2.15) are computed otherwise.

    - 2-D convolutions without `output_padding`: a transposed convolution with it cannot be differentiated twice, and
      every strided one that does not use up its input (7 pixels, kernel 4, stride 2) has such a derivative. The input
      is padded and cut to what is used; the output of a transposed convolution is cut out of the full one.
    - GroupNorm, and BatchNorm and InstanceNorm in training mode, from means and variances, their running statistics
      included.

    The numbers are the same but for rounding.
    """

    def __torch_function__(self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None) -> Any:
        compute = _OTHERWISE[func] if func in _OTHERWISE else func  # noqa: SIM401  (a function may be None to pyright)
        return compute(*args, **(kwargs or {}))


def _pair(value: Any) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else (value[0], value[-1])


def _fitting(
    input: Tensor,  # noqa: A002  (torch's own names, by which it may be called)
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Tensor:
    if isinstance(padding, str):
        return torch.conv2d(input, weight, bias, stride, padding, dilation, groups)
    sides: list[int] = []  # of the last dimension first, as `pad` wants them
    for axis in (1, 0):
        before, step = _pair(padding)[axis], _pair(stride)[axis]
        extent = _pair(dilation)[axis] * (weight.shape[2 + axis] - 1) + 1
        unused = (input.shape[-2 + axis] + 2 * before - extent) % step
        sides += [before, before - unused]
    if sides[0] == sides[1] and sides[2] == sides[3]:
        return torch.conv2d(input, weight, bias, stride, padding, dilation, groups)
    return torch.conv2d(functional.pad(input, sides), weight, bias, stride, 0, dilation, groups)


def _cut_out(
    input: Tensor,  # noqa: A002
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Tensor:
    if not any(_pair(output_padding)):
        return torch.conv_transpose2d(input, weight, bias, stride, padding, 0, groups, dilation)
    full = torch.conv_transpose2d(input, weight, None, stride, 0, 0, groups, dilation)
    cut = [-side for a in (1, 0) for side in (_pair(padding)[a], _pair(padding)[a] - _pair(output_padding)[a])]
    output = functional.pad(full, cut)
    return output if bias is None else output + bias.view(-1, 1, 1)


def _batch_norm(
    input: Tensor,  # noqa: A002
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not training:
        return functional.batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps)
    output, mean, variance = _standardised(input, [0, *range(2, input.ndim)], eps)
    if running_mean is not None and running_var is not None:
        count = input.numel() // input.shape[1]
        with torch.no_grad():
            running_mean.lerp_(mean.flatten().to(running_mean.dtype), momentum)
            running_var.lerp_((variance.flatten() * count / max(count - 1, 1)).to(running_var.dtype), momentum)
    return _scaled(output, weight, bias).to(input.dtype)


def _instance_norm(
    input: Tensor,  # noqa: A002
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    if not use_input_stats or running_mean is not None:
        return functional.instance_norm(input, running_mean, running_var, weight, bias, use_input_stats, momentum, eps)
    return _scaled(_standardised(input, list(range(2, input.ndim)), eps)[0], weight, bias).to(input.dtype)


def _group_norm(
    input: Tensor,  # noqa: A002
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    grouped = input.reshape(input.shape[0], num_groups, -1)
    output = _standardised(grouped, [2], eps)[0].reshape(input.shape)
    return _scaled(output, weight, bias).to(input.dtype)


def _standardised(samples: Tensor, dims: list[int], eps: float) -> tuple[Tensor, Tensor, Tensor]:
    """`samples` with mean 0 and variance 1 over `dims`; the mean; the variance."""
    exact = at_least_float32(samples)
    mean = exact.mean(dims, keepdim=True)
    variance = (exact - mean).square().mean(dims, keepdim=True)
    return (exact - mean) * (variance + eps).rsqrt(), mean, variance


def _scaled(samples: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
    shape = (-1, *[1] * (samples.ndim - 2))
    scaled = samples if weight is None else samples * weight.view(shape)
    return scaled if bias is None else scaled + bias.view(shape)


_OTHERWISE: dict[Any, Callable[..., Tensor]] = {
    torch.conv2d: _fitting,
    torch.conv_transpose2d: _cut_out,
    functional.batch_norm: _batch_norm,
    functional.instance_norm: _instance_norm,
    functional.group_norm: _group_norm,
}
