"""When a training has converged: its averaged weights stay where they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from gan_core.recipes import Recipe

ADAPTIVE = ("adam", "rmsprop")
"""Optimizers whose steps are about as long as the learning rate, whatever the size of the gradient."""


class EMAChange:
    """How far averaged weights move while `window` images are seen, as a share of their norm.

    A single step of an optimizer like Adam at a constant rate always moves the weights by about the rate, however near
    they are to a solution: what it wanders around is where the average of the weights rests. So convergence (article 003:
    "until the parameters converge") is measured on the average, from one multiple of `window` images to the next:
    |average now - average then| / |average then|. The moments are fixed by the count of images and not by a clock, so a
    resumed run ends where an uninterrupted one does.
    """

    def __init__(self, average: nn.Module, window: int) -> None:
        """`average` is the network of the averaged weights; only its parameters count."""
        self.average = average
        self.window = window
        self.share: float | None = None
        """The change over the latest whole window; None before there is one."""
        self._windows = 0
        self._before: list[Tensor] | None = None

    @torch.no_grad()
    def update(self, images: int) -> None:
        """Account for `images` seen in all; waits for the device once a window."""
        if images // self.window <= self._windows:
            return
        self._windows = images // self.window
        now = [parameter.detach().clone() for parameter in self.average.parameters()]
        if self._before is not None:
            moved = torch._foreach_norm(torch._foreach_sub(now, self._before))  # pyright: ignore[reportPrivateImportUsage]
            length = torch._foreach_norm(self._before)  # pyright: ignore[reportPrivateImportUsage]
            self.share = float(torch.stack(list(moved)).norm() / torch.stack(list(length)).norm().clamp_min(1e-30))
        self._before = now

    def state(self) -> dict[str, Tensor]:
        """Tensors by name, for a checkpoint."""
        before = {f"before.{index}": value for index, value in enumerate(self._before or ())}
        share = {} if self.share is None else {"share": torch.tensor(self.share, dtype=torch.float64)}
        return {"windows": torch.tensor(self._windows), **share, **before}

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Take back what `state` gave; an empty one, of a run that had no such rule before, begins a window."""
        self._windows = int(state.get("windows", torch.tensor(0)))
        self.share = float(state["share"]) if "share" in state else None
        before = [state.get(f"before.{index}") for index, _ in enumerate(self.average.parameters())]
        self._before = [
            torch.empty_like(parameter).copy_(value)
            for parameter, value in zip(self.average.parameters(), before, strict=True)
            if value is not None
        ] or None


def never_met(recipe: Recipe) -> str | None:
    """Why the recipe's `stop_change` cannot come true, in a sentence; None where it can, or where there is none."""
    if recipe.stop_change is None or recipe.decay_start is not None or recipe.schedule != "constant":
        return None
    for part in (recipe.generator_optimizer, recipe.discriminator_optimizer):
        rate = part.options.get("learning_rate")
        constant = part.options.get("rate", "constant") == "constant"
        adaptive = part.name in ADAPTIVE or part.options.get("preconditioner") == "adam"
        if adaptive and constant and isinstance(rate, (int, float)) and recipe.stop_change < rate / 10:
            return (
                f"stop_change={recipe.stop_change:g} will hardly be met: {part.name} at a constant rate of {rate:g} moves the "
                "weights by more in every step. Set stop_average_change (such as 0.01), or let the rates fall."
            )
    return None
