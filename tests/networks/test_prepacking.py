"""Convolutions with sorted weights: the same pictures, the same parameters, and whatever cannot be sorted is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import nn

from gan_core.networks import generators, prepacking
from gan_core.networks.prepacking import prepacked

KINDS: dict[str, dict[str, Any]] = {
    "mlp784": {"latent_dim": 5, "hidden": 8},
    "article-000": {"latent_dim": 6, "width": 2},
    "article-003": {"latent_dim": 6, "width": 2},
    "dcgan": {"latent_dim": 9, "size": 64, "channels": 3, "width": 4},
    "residual": {"latent_dim": 7, "size": 32, "channels": 3, "width": 4},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_it_draws_what_the_network_draws(kind: str, layout: torch.memory_format) -> None:
    torch.manual_seed(0)
    network = generators.build(kind, **KINDS[kind]).eval().requires_grad_(False).to(memory_format=layout)
    quick = prepacked(network)
    with torch.inference_mode():
        for count in (1, 3, 1):  # the weights were sorted for one picture; several are drawn with them too
            latents = torch.randn(count, KINDS[kind]["latent_dim"])
            torch.testing.assert_close(quick(latents), network(latents), rtol=1e-5, atol=1e-6)


CONVOLUTIONS = {
    "plain": nn.Conv2d(4, 6, 3),
    "padded, in groups, wide steps": nn.Conv2d(4, 6, 3, stride=2, padding=1, dilation=2, groups=2, bias=False),
    "one row": nn.Conv2d(4, 6, (1, 3), padding=(0, 1)),
    "transposed": nn.ConvTranspose2d(4, 6, 4, 2, 1),
    "transposed, in groups": nn.ConvTranspose2d(4, 6, 3, 2, 1, output_padding=1, groups=2, bias=False, dilation=2),
}


@pytest.mark.parametrize("kind", CONVOLUTIONS)
def test_every_argument_of_a_convolution_holds(kind: str) -> None:
    convolution = CONVOLUTIONS[kind].requires_grad_(False)
    quick = prepacked(convolution)
    assert quick is not convolution, "it was packed"
    maps = torch.randn(2, 4, 9, 10, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        torch.testing.assert_close(quick(maps), convolution(maps), rtol=1e-5, atol=1e-6)
    assert {id(each) for each in quick.parameters()} == {id(each) for each in convolution.parameters()}


def test_changed_weights_are_sorted_again() -> None:
    convolution = nn.ConvTranspose2d(4, 6, 4, 2, 1).requires_grad_(False)
    quick, maps = prepacked(convolution), torch.ones(1, 4, 5, 5)
    with torch.inference_mode():
        before = quick(maps)
    convolution.weight.mul_(2)
    with torch.inference_mode():
        assert not torch.equal(quick(maps), before)
        torch.testing.assert_close(quick(maps), convolution(maps), rtol=1e-5, atol=1e-6)


def test_a_network_made_for_inference_alone_is_drawn_too() -> None:
    with torch.inference_mode():
        convolution = nn.Conv2d(2, 2, 3)
        torch.testing.assert_close(prepacked(convolution)(maps := torch.ones(1, 2, 5, 5)), convolution(maps))


def _hooked(convolution: nn.Conv2d) -> nn.Conv2d:
    convolution.register_forward_pre_hook(lambda module, arguments: (2 * arguments[0],))
    return convolution


class Doubled(nn.Conv2d):
    """A convolution that computes something else."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:  # noqa: A002  (torch's name)
        return 2 * super().forward(input)


@pytest.mark.parametrize(
    "network",
    [
        nn.Linear(3, 3),
        Doubled(2, 2, 3),
        nn.Conv2d(2, 2, 3, padding="same"),
        nn.Conv2d(2, 2, 3, padding=1, padding_mode="reflect"),
        nn.Conv2d(2, 2, 3).to(torch.bfloat16),
        nn.Conv2d(2, 2, 3, device="meta"),
        nn.utils.parametrizations.spectral_norm(nn.Conv2d(2, 2, 3)),
        _hooked(nn.Conv2d(2, 2, 3)),
    ],
    ids=["no convolution", "subclass", "same", "reflect", "bfloat16", "another device", "spectral norm", "hook"],
)
def test_what_cannot_be_sorted_is_left_alone(network: nn.Module) -> None:
    assert prepacked(network) is network


@pytest.fixture
def asked_anew() -> Iterator[None]:
    """What is known of this build of torch is found out again, before and after."""
    prepacking._has_kernels.cache_clear()
    yield
    prepacking._has_kernels.cache_clear()


@pytest.mark.usefixtures("asked_anew")
@pytest.mark.parametrize("error", [NotImplementedError, RuntimeError, TypeError])
def test_kernels_that_fail_are_not_used(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def fail(*arguments: object) -> None:
        raise error("not on this CPU")

    monkeypatch.setattr(prepacking._Packed, "forward", fail)
    network = nn.Conv2d(2, 2, 3)
    assert prepacked(network) is network


@pytest.mark.usefixtures("asked_anew")
def test_without_onednn_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    network = nn.Conv2d(2, 2, 3)
    assert prepacked(network) is network
