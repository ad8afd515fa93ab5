"""Conjugate gradient directions for players (Naganuma & Iiduka, AISTATS 2023, arXiv 2203.14495)."""

# torch.optim itself is made of these; only their names begin with an underscore.
# pyright: reportPrivateImportUsage=false

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch import Tensor

from gan_core.errors import InputError

Dots = Mapping[str, Tensor]
"""Products of g = this gradient, p = the previous one, y = g - p, d = the previous direction: "gg", "gy", ...;
each a tensor (1,) for a whole player or (T,) for its T tensors."""

TINY = 1e-12
"""Share of |d||y| below which d.y counts as nothing."""


def _ratio(numerator: Tensor, denominator: Tensor) -> Tensor:
    return torch.where(denominator == 0, torch.zeros_like(denominator), numerator / denominator)


def _by_dy(numerator: Tensor, dots: Dots) -> Tensor:
    """`numerator` / d.y, and 0 where d.y is nothing beside |d||y|."""
    dy = dots["dy"]
    nothing = dy.abs() <= TINY * dots["dd"].sqrt() * dots["yy"].sqrt()
    return torch.where(nothing, torch.zeros_like(dy), numerator / dy)


def _fr(dots: Dots) -> Tensor:
    return _ratio(dots["gg"], dots["pp"])


def _prp(dots: Dots) -> Tensor:
    return _ratio(dots["gy"], dots["pp"])


def _hs(dots: Dots) -> Tensor:
    return _by_dy(dots["gy"], dots)


def _dy(dots: Dots) -> Tensor:
    return _by_dy(dots["gg"], dots)


def _hz(dots: Dots) -> Tensor:
    return _hs(dots) - 2 * _by_dy(_by_dy(dots["yy"] * dots["dg"], dots), dots)


_BY_DY = {"dy", "dd", "yy"}
RULES: dict[str, tuple[Callable[[Dots], Tensor] | None, set[str]]] = {
    "gd": (None, set()),
    "fr": (_fr, {"gg", "pp"}),
    "prp": (_prp, {"gy", "pp"}),
    "hs": (_hs, {"gy", *_BY_DY}),
    "dy": (_dy, {"gg", *_BY_DY}),
    "hz": (_hz, {"gy", "dg", *_BY_DY}),
    "hs-dy": (lambda dots: torch.minimum(_hs(dots), _dy(dots)), {"gy", "gg", *_BY_DY}),
    "fr-prp": (lambda dots: torch.minimum(_fr(dots), _prp(dots)), {"gg", "gy", "pp"}),
}
"""beta before its clip, and the products that it is made of. The lower clip at 0 makes the hybrids' max(0, min(.,
.))."""

RATES: dict[str, Callable[[float], float]] = {
    "constant": lambda n: 1.0,
    "inverse-sqrt": lambda n: (n + 1) ** -0.5,
    "step": lambda n: 0.9 ** (n // 10_000),
}
"""What the learning rate is multiplied with in step n = 0, 1, ... (the three of the authors' code that ran there)."""
_NEEDED = {"none": set(), "descent": {"gg", "dg"}, "powell": {"gg", "gp"}}
RESTARTS, PRECONDITIONERS = tuple(_NEEDED), ("none", "adam")


class ConjugateGradient(torch.optim.Optimizer):
    """d_n = -g_n + c beta_n d_{n-1} from d_0 = -g_0, then w += alpha_n d_n (section 1.4 of the project's ALGORITHMS).

    beta_n is the raw formula of the `rule`, from gradients as they are, clipped once to [0, beta_max]. `descent`
    starts anew from -g where d would not descend (d.g >= 0), `powell` where successive gradients are far from
    orthogonal (|g.p| >= 0.2 |g|^2; sensible on a frozen batch only). One beta serves the whole player, or each of its
    tensors has its own.

    The preconditioner `adam` divides the step, not the direction that is remembered, by Adam's second moment:
    v_n = beta2 v_{n-1} + (1 - beta2) g_n^2, w += alpha_n d_n / (sqrt(v_n / (1 - beta2^{n+1})) + epsilon). It is the
    idea of Kobayashi & Iiduka's conjugate-gradient-based Adam (2020, arXiv 2003.00231) with the coefficient of its
    first moment at 0; rule gd makes it Adam with beta1 = 0.

    Two things differ from the authors' published code: hz subtracts its term from the raw HS, where that code caps HS
    at 1/2 first; and no beta is below 0, where hs, prp, dy and hz have no lower clip there. fr, hs-dy and fr-prp are
    equal to it.

    All memory is in per-parameter tensors: `gradient` and `direction` (clones, never what lies in `.grad`),
    `second_moment` and `step`. Parameters without a gradient are left out. Raises InputError for rule hs where the
    memory is one number: there beta d = g, so every second direction is 0 and the next beta 0/0.
    """

    betas: Tensor | None = None
    """beta of the latest step, after clip and restart and before c: (1,), or (T,) per tensor; None before the first."""

    def __init__(
        self,
        parameters: Iterable[Tensor],
        /,
        learning_rate: float = 0.01,
        *,
        rule: str = "prp",
        beta_max: float = 0.5,
        scale: float = 1.0,
        restart: str = "descent",
        per_tensor: bool = False,
        preconditioner: str = "none",
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        rate: str = "constant",
    ) -> None:
        """`scale` is c, of the authors' sweeps over 0.5, 0.75 and 1."""
        chosen = {"rule": rule, "beta_max": beta_max, "scale": scale, "restart": restart, "per_tensor": per_tensor}
        chosen |= {"preconditioner": preconditioner, "beta2": beta2, "epsilon": epsilon, "rate": rate}
        super().__init__(parameters, {"lr": learning_rate, **chosen})
        if rule == "hs":
            sizes = [parameter.numel() for group in self.param_groups for parameter in group["params"]]
            whose = "a tensor" if per_tensor else "a player"
            if (min(sizes) if per_tensor else sum(sizes)) <= 1:
                raise InputError(
                    f"The conjugate rule hs is not defined for {whose} of one number (every second direction would be 0); "
                    f"choose gd, fr, prp, dy, hz, hs-dy or fr-prp{', or per_tensor=false' if per_tensor else ''}."
                )

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Move every parameter that has a gradient; nothing is read from the device."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        moving = [
            (parameter, group["lr"]) for group in self.param_groups for parameter in group["params"]
            if parameter.grad is not None
        ]  # fmt: skip
        if not moving:
            return loss
        parameters = [parameter for parameter, _ in moving]
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        directions = self._directions(parameters, gradients)
        steps, rates = self._count(parameters), RATES[self.defaults["rate"]]
        if self.defaults["preconditioner"] == "adam":
            directions = self._precondition(parameters, gradients, directions, steps)
        alphas = [lr * rates(n) for (_, lr), n in zip(moving, steps, strict=True)]
        if len(set(alphas)) == 1:
            torch._foreach_add_(parameters, directions, alpha=alphas[0])
        else:
            torch._foreach_add_(parameters, torch._foreach_mul(directions, alphas))
        return loss

    def _directions(self, parameters: list[Tensor], gradients: list[Tensor]) -> list[Tensor]:
        """The new directions, remembered with the gradients."""
        options = self.defaults
        formula, needed = RULES[options["rule"]]
        if formula is None:
            self.betas = gradients[0].new_zeros(len(gradients) if options["per_tensor"] else 1)
            return list(torch._foreach_neg(gradients))
        previous, directions = self._slots(parameters, "gradient"), self._slots(parameters, "direction")
        vectors = {"g": gradients, "p": previous, "d": directions}
        needed = needed | _NEEDED[options["restart"]]
        if any("y" in pair for pair in needed):
            vectors["y"] = list(torch._foreach_sub(gradients, previous))
        dots = {pair: _dots(vectors[pair[0]], vectors[pair[1]]) for pair in needed}
        if not options["per_tensor"]:
            dots = {pair: value.sum(0, keepdim=True) for pair, value in dots.items()}
        beta = formula(dots).clamp(0, options["beta_max"])
        if options["restart"] == "descent":  # d.g = -g.g + c beta d_old.g, known before d is made
            beta = torch.where(options["scale"] * beta * dots["dg"] >= dots["gg"], 0, beta)
        elif options["restart"] == "powell":
            beta = torch.where(dots["gp"].abs() >= 0.2 * dots["gg"], 0, beta)
        self.betas = beta
        kept = beta * options["scale"]
        if options["per_tensor"]:
            torch._foreach_mul_(directions, list(kept.unbind()))
        else:
            torch._foreach_mul_(directions, kept[0])
        torch._foreach_sub_(directions, gradients)
        torch._foreach_copy_(previous, gradients)
        return directions

    def _precondition(
        self, parameters: list[Tensor], gradients: list[Tensor], directions: list[Tensor], steps: list[int]
    ) -> list[Tensor]:
        beta2, epsilon = self.defaults["beta2"], self.defaults["epsilon"]
        moments = self._slots(parameters, "second_moment")
        torch._foreach_mul_(moments, beta2)
        torch._foreach_addcmul_(moments, gradients, gradients, 1 - beta2)
        scales = torch._foreach_sqrt(moments)
        torch._foreach_div_(scales, [(1 - beta2 ** (n + 1)) ** 0.5 for n in steps])
        torch._foreach_add_(scales, epsilon)
        return list(torch._foreach_div(directions, scales))

    def _slots(self, parameters: list[Tensor], name: str) -> list[Tensor]:
        for parameter in parameters:
            if name not in self.state[parameter]:
                self.state[parameter][name] = torch.zeros_like(parameter, memory_format=torch.preserve_format)
        return [self.state[parameter][name] for parameter in parameters]

    def _count(self, parameters: list[Tensor]) -> list[int]:
        """Which step this is for each parameter, from 0; the counts lie on the CPU, so reading them waits for
        nothing."""
        if self.defaults["rate"] == "constant" and self.defaults["preconditioner"] == "none":
            return [0] * len(parameters)
        steps: list[int] = []
        for parameter in parameters:
            memory: dict[str, Any] = self.state[parameter]
            count = memory.get("step", torch.zeros((), dtype=torch.int64))
            steps.append(int(count))
            memory["step"] = count + 1
        return steps


def _dots(left: list[Tensor], right: list[Tensor]) -> Tensor:
    """The scalar product of each pair, (T,)."""
    return torch.stack([product.sum() for product in torch._foreach_mul(left, right)])
