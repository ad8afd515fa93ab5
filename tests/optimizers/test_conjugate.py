"""Conjugate directions against the formulas in NumPy and the numbers of the authors' toy."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from gan_core.assembly import check_parts
from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.optimizers import build_optimizer
from gan_core.optimizers.conjugate import RULES, ConjugateGradient
from gan_core.recipes import Part, Recipe
from gan_core.training.trainer import Trainer

FORMULAS: dict[str, Callable[[Any, Any, Any], float]] = {
    "fr": lambda g, p, d: g @ g / (p @ p),
    "prp": lambda g, p, d: g @ (g - p) / (p @ p),
    "hs": lambda g, p, d: g @ (g - p) / (d @ (g - p)),
    "dy": lambda g, p, d: g @ g / (d @ (g - p)),
    "hz": lambda g, p, d: (
        g @ (g - p) / (d @ (g - p)) - 2 * ((g - p) @ (g - p)) * (g @ d) / (d @ (g - p)) ** 2
    ),
    "hs-dy": lambda g, p, d: max(0, min(FORMULAS["hs"](g, p, d), FORMULAS["dy"](g, p, d))),
    "fr-prp": lambda g, p, d: max(0, min(FORMULAS["fr"](g, p, d), FORMULAS["prp"](g, p, d))),
    "gd": lambda g, p, d: 0.0,
}  # fmt: skip


def expected(rule: str, gradients: list[Any], cap: float, scale: float, restart: str) -> tuple[list[Any], list[float]]:
    """Directions and betas by the definition."""
    directions, betas = [-gradients[0]], [0.0]
    for p, g in pairwise(gradients):
        d = directions[-1]
        beta = min(max(FORMULAS[rule](g, p, d), 0.0), cap)
        if restart == "powell" and abs(g @ p) >= 0.2 * (g @ g):
            beta = 0.0
        if restart == "descent" and (-g + scale * beta * d) @ g >= 0:
            beta = 0.0
        directions.append(-g + scale * beta * d)
        betas.append(beta)
    return directions, betas


def as_published(rule: str, g: Any, p: Any, d: Any) -> float:
    """beta as the authors' code has it: HS capped before HZ subtracts, hybrids of capped values, no lower clip but theirs."""

    def capped(name: str) -> float:
        return min(FORMULAS[name](g, p, d), 0.5)

    if rule == "hz":
        y = g - p
        return min(capped("hs") - 2 * (y @ y) * (g @ d) / (d @ y) ** 2, 0.5)
    if rule == "hs-dy":
        return max(0.0, min(capped("hs"), capped("dy")))
    if rule == "fr-prp":
        return max(0.0, min(capped("fr"), capped("prp")))
    return capped(rule)


@pytest.mark.parametrize("rule", ["fr", "hs-dy", "fr-prp", "hz", "prp"])
def test_which_rules_are_those_of_the_published_code(rule: str) -> None:
    """The docstring's word for it: fr and both hybrids are equal to it, hz and prp are not everywhere."""
    random = np.random.default_rng(0)
    apart = 0.0
    for _ in range(300):
        p, step = random.normal(size=5), random.normal(size=5)
        g, d = 0.7 * p + step, -p + 0.3 * random.normal(size=5)
        ours = min(max(FORMULAS[rule](g, p, d), 0.0), 0.5)  # the definition that the optimizer is tested against below
        apart = max(apart, abs(ours - as_published(rule, g, p, d)))
    assert apart < 1e-12 if rule in ("fr", "hs-dy", "fr-prp") else apart > 0.1
    assert ConjugateGradient.__doc__ is not None
    assert "fr, hs-dy and fr-prp are equal" in " ".join(ConjugateGradient.__doc__.split())


def walk(optimizer: torch.optim.Optimizer, parameters: list[Tensor], gradients: list[list[Any]]) -> list[list[Any]]:
    """The steps that the optimizer takes on given gradients, per parameter."""
    steps = []
    for values in gradients:
        before = [parameter.detach().clone() for parameter in parameters]
        for parameter, value in zip(parameters, values, strict=True):
            parameter.grad = torch.as_tensor(value)
        optimizer.step()
        for parameter in parameters:  # as a backward pass in place would: what is remembered must be a copy
            assert parameter.grad is not None
            parameter.grad.fill_(7.0)
        steps.append([(p.detach() - b).numpy() for p, b in zip(parameters, before, strict=True)])
    return steps


def draws(count: int, *, correlated: float = 0.6) -> list[list[Any]]:
    """Gradients of a player with a 2 x 3 and a 4 tensor, each like the one before."""
    random, found = np.random.default_rng(3), []
    last = [random.normal(size=(2, 3)), random.normal(size=4)]
    for _ in range(count):
        last = [correlated * value + random.normal(size=value.shape) for value in last]
        found.append([value.copy() for value in last])
    return found


@pytest.mark.parametrize("rule", sorted(RULES))
@pytest.mark.parametrize(("cap", "scale", "restart"), [(0.5, 1.0, "none"), (9.0, 0.75, "descent"), (9.0, 1, "powell")])
@pytest.mark.parametrize("per_tensor", [False, True])
def test_every_rule_is_its_formula(rule: str, cap: float, scale: float, restart: str, per_tensor: bool) -> None:
    gradients = draws(40)
    parameters = [torch.zeros(2, 3, dtype=torch.float64), torch.zeros(4, dtype=torch.float64)]
    optimizer = ConjugateGradient(
        [p.requires_grad_() for p in parameters],
        1.0, rule=rule, beta_max=cap, scale=scale, restart=restart, per_tensor=per_tensor,
    )  # fmt: skip
    betas: list[Any] = []
    optimizer.register_step_post_hook(lambda *_: betas.append(optimizer.betas))
    steps = walk(optimizer, parameters, [[value.copy() for value in each] for each in gradients])
    if per_tensor:
        for index in range(2):
            wanted, b = expected(rule, [each[index].ravel() for each in gradients], cap, scale, restart)
            np.testing.assert_allclose([step[index].ravel() for step in steps], wanted, rtol=1e-9, atol=1e-9)
            np.testing.assert_allclose([beta[index] for beta in betas], b, rtol=1e-9, atol=1e-12)
    else:
        flat = [np.concatenate([value.ravel() for value in each]) for each in gradients]
        wanted, b = expected(rule, flat, cap, scale, restart)
        taken = [np.concatenate([value.ravel() for value in step]) for step in steps]
        np.testing.assert_allclose(taken, wanted, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose([beta.item() for beta in betas], b, rtol=1e-9, atol=1e-12)
    if rule != "gd":
        assert any(beta.max() > 0 for beta in betas)


TOY = {
    (1e-5, "gd", 1.0): (1.0170, -3.8992),
    (1e-5, "hs-dy", 1.0): (1.0170, -3.8992),
    (1e-5, "fr", 1.0): (0.51376, -3.8507),
    (1e-5, "dy", 1.0): (0.51376, -3.8507),
    (1e-5, "fr", 0.5): (0.81075, -3.8802),
    (5e-5, "fr-prp", 1.0): (0.065207, -3.7545),
    (5e-5, "fr", 1.0): (0.0017632, -3.6074),
    (5e-3, "gd", 1.0): (0.0, -0.071726),
    (5e-3, "fr", 1.0): (0.0, -0.0010607),
    (5e-3, "fr", 0.5): (0.0, -0.018238),
}


@pytest.mark.parametrize(("rate", "rule", "scale"), list(TOY))
def test_the_authors_toy(rate: float, rule: str, scale: float) -> None:
    """min over x, max over y of (1 + x^2)(100 - y^2), x before y, 400 steps from (2, -4)."""
    x, y = (torch.tensor([value], dtype=torch.float64, requires_grad=True) for value in (2.0, -4.0))
    players = [ConjugateGradient([p], rate, rule=rule, scale=scale, restart="none") for p in (x, y)]
    for _ in range(400):
        for point, player, sign in ((x, players[0], 1), (y, players[1], -1)):
            (point.grad,) = torch.autograd.grad(sign * ((1 + x * x) * (100 - y * y)).sum(), point)
            player.step()
    wanted = TOY[rate, rule, scale]
    assert (x.item(), y.item()) == (pytest.approx(wanted[0], rel=6e-5, abs=1e-9), pytest.approx(wanted[1], rel=6e-5))


def test_plain_with_preconditioner_is_adam_without_first_moment() -> None:
    gradients = draws(30)
    shapes = [(2, 3), (4,)]
    mine, theirs = ([torch.zeros(s, dtype=torch.float64, requires_grad=True) for s in shapes] for _ in range(2))
    cg = ConjugateGradient(mine, 1e-2, rule="gd", preconditioner="adam", beta2=0.9, epsilon=1e-6)
    adam = torch.optim.Adam(theirs, lr=1e-2, betas=(0.0, 0.9), eps=1e-6)
    for optimizer, parameters in ((cg, mine), (adam, theirs)):
        walk(optimizer, parameters, [[value.copy() for value in each] for each in gradients])
    for a, b in zip(mine, theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-12, atol=1e-14)


def test_the_preconditioner_leaves_direction_and_beta_alone() -> None:
    """beta comes from raw gradients: the remembered directions are those of the plain rule."""
    found = []
    for preconditioner in ("none", "adam"):
        parameters = [torch.zeros(2, 3, dtype=torch.float64), torch.zeros(4, dtype=torch.float64)]
        optimizer = ConjugateGradient([p.requires_grad_() for p in parameters], 0.1, preconditioner=preconditioner)
        walk(optimizer, parameters, [[value.copy() for value in each] for each in draws(9)])
        found.append((optimizer.betas, *(optimizer.state[p]["direction"] for p in parameters)))
    for plain, preconditioned in zip(*found, strict=True):
        assert torch.equal(plain, preconditioned)


@pytest.mark.parametrize(("rate", "n", "share"), [("constant", 5, 1), ("inverse-sqrt", 3, 0.5), ("step", 20_000, 0.81)])
def test_rates(rate: str, n: int, share: float) -> None:
    point = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    optimizer = ConjugateGradient([point], 0.1, rule="gd", rate=rate)
    if rate != "constant":
        optimizer.state[point]["step"] = torch.tensor(n)
    point.grad = torch.ones(2, dtype=torch.float64)
    optimizer.step()
    assert point.tolist() == pytest.approx([-0.1 * share] * 2, rel=1e-12)


def test_zero_gradients_do_no_harm() -> None:
    for rule in RULES:
        point = torch.ones(3, requires_grad=True)
        optimizer = ConjugateGradient([point], 0.1, rule=rule, restart="none")
        for _ in range(3):
            point.grad = torch.zeros(3)
            optimizer.step()
        assert point.tolist() == [1, 1, 1]
        assert optimizer.betas is not None
        assert optimizer.betas.item() == 0


def test_hs_is_refused_for_one_number() -> None:
    one, five = torch.zeros(1, requires_grad=True), torch.zeros(5, requires_grad=True)
    with pytest.raises(InputError, match="hs is not defined for a player of one number"):
        build_optimizer(Part("cg", {"rule": "hs"}), [one])
    with pytest.raises(InputError, match=r"hs is not defined for a tensor of one number.*per_tensor=false"):
        build_optimizer(Part("cg", {"rule": "hs", "per_tensor": True}), [one, five])
    build_optimizer(Part("cg", {"rule": "hs"}), [one, five])
    check_parts(Recipe.named("dcgan").replace(generator_optimizer=Part("cg", {"rule": "hs"})))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"rule": "newton"}, "rule is gd, fr, prp, hs, dy, hz, hs-dy or fr-prp"),
        ({"restart": "always"}, "restart is none, descent or powell"),
        ({"beta_max": -1}, "beta_max"),
        ({"scale": 2}, "scale"),
        ({"beta2": 1.0}, "beta2"),
        ({"epsilon": 0}, "epsilon"),
        ({"rate": "cosine"}, "rate is constant, inverse-sqrt or step"),
        ({"preconditioner": "newton"}, "preconditioner is none or adam"),
        ({"learning_rate": 0}, "learning_rate"),
        ({"beta": 1}, "option"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        build_optimizer(Part("cg", options), [torch.zeros(2, requires_grad=True)])


@pytest.mark.parametrize(
    "part",
    [
        Part("cg", {"preconditioner": "adam", "rate": "inverse-sqrt", "learning_rate": 1e-3}),
        Part("cg", {"per_tensor": True, "rule": "hz"}),
        Part("momentum", {"beta": -0.5}),
    ],
    ids=lambda part: " ".join(map(str, part.options.values())),
)
def test_a_checkpoint_goes_on_bit_for_bit(part: Part, tiny_recipe: Recipe, tiny_data: dict[str, DataSet]) -> None:
    recipe = tiny_recipe.replace(generator_optimizer=part, discriminator_optimizer=part, deterministic=True)
    through, resumed = (Trainer(recipe, tiny_data, torch.device("cpu")) for _ in range(2))
    for _ in range(3):
        through.step()
    resumed.load_state(*through.state())
    for _ in range(3):
        through.step()
        resumed.step()
    ours, theirs = through.state()[0], resumed.state()[0]
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
