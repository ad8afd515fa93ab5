"""Heavy-ball momentum, negative too."""

# torch.optim itself is made of these; only their names begin with an underscore.
# pyright: reportPrivateImportUsage=false

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor


class HeavyBall(torch.optim.Optimizer):
    """w_{n+1} = w_n - h g_n + beta (w_n - w_{n-1}), with w_{-1} = w_0 (Polyak 1964).

    A negative beta damps the rotation of alternating play (Gidel et al. 2019, "Negative Momentum for Improved Game
    Dynamics"); torch's own SGD refuses one. What is remembered is the step itself, `displacement`, so a learning rate
    that changes acts on the new gradient alone. It is stable for -1 < beta < 1.
    """

    def __init__(self, parameters: Iterable[Tensor], /, learning_rate: float = 0.01, beta: float = 0.5) -> None:
        super().__init__(parameters, {"lr": learning_rate, "beta": beta})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Move every parameter that has a gradient."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            moving = [parameter for parameter in group["params"] if parameter.grad is not None]
            if not moving:
                continue
            for parameter in moving:
                if not self.state[parameter]:
                    self.state[parameter]["displacement"] = torch.zeros_like(parameter)
            displacements = [self.state[parameter]["displacement"] for parameter in moving]
            torch._foreach_mul_(displacements, group["beta"])
            torch._foreach_sub_(displacements, [p.grad for p in moving if p.grad is not None], alpha=group["lr"])
            torch._foreach_add_(moving, displacements)
        return loss
