"""Solvers that use second derivatives against their closed forms (ALGORITHMS 2.1)."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from gan_core.errors import InputError
from gan_core.games import Batch
from gan_core.recipes import Part
from gan_core.solvers import Solver, solvers
from gan_core.solvers.derivatives import (
    dot,
    gradient,
    linear_conjugate_gradient,
    product,
    transposed_product,
)
from tests.solvers.toys import (
    Bowl,
    Toy,
    follow,
    optimizers_of,
    place,
    quadratic,
    radius,
    scalar,
    state_of,
    step_matrix,
)

STEPS = [0.05, 0.1, 0.2, 0.37, 0.5, 0.9]
CURVATURES = [0.0, 0.1, 0.5, 1.3]
SIZES = (3, 2)


def random_matrices(seed: int, sizes: tuple[int, int] = SIZES) -> tuple[Tensor, Tensor, Tensor]:
    """P and Q symmetric positive definite, A whatever."""
    generator = torch.Generator().manual_seed(seed)
    p, q = (torch.randn(n, n, generator=generator, dtype=torch.float64) for n in sizes)
    a = torch.randn(*sizes, generator=generator, dtype=torch.float64)
    return p @ p.T + 0.3 * torch.eye(sizes[0]), a, q @ q.T + 0.3 * torch.eye(sizes[1])


def jacobian(p: Tensor, a: Tensor, q: Tensor) -> Tensor:
    """Of (f_x, -f_y)."""
    return torch.cat([torch.cat([p, a], 1), torch.cat([-a.T, q], 1)])


@pytest.mark.parametrize("h", STEPS)
@pytest.mark.parametrize("a", CURVATURES)
@pytest.mark.parametrize("gamma", [0.1, 0.5, 1.0])
def test_consensus(a: float, h: float, gamma: float) -> None:
    expected = abs(1 - h * (complex(a, 1) + gamma * (1 + a * a)))
    assert radius(step_matrix(scalar(a), "consensus", h, gamma=gamma)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("h", STEPS)
@pytest.mark.parametrize("a", CURVATURES)
@pytest.mark.parametrize("weight", [0.5, 1.0])
def test_symplectic_adjustment(a: float, h: float, weight: float) -> None:
    expected = math.sqrt((1 - h * (a + weight)) ** 2 + h * h * (1 - a * weight) ** 2)
    found = radius(step_matrix(scalar(a), "sga", h, strength=weight, align=False))
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", ["consensus", "sga"])
def test_corrections_of_any_quadratic_game(name: str) -> None:
    p, a, q = random_matrices(1)
    j, h, eye = jacobian(p, a, q), 0.07, torch.eye(sum(SIZES), dtype=torch.float64)
    if name == "consensus":
        found = step_matrix(quadratic(p, a, q), name, h, gamma=0.3)
        expected = eye - h * (j + 0.3 * j.T @ j)
    else:
        found = step_matrix(quadratic(p, a, q), name, h, strength=0.6, align=False)
        expected = eye - h * (j + 0.6 * (j - j.T).T @ j / 2)
    assert torch.allclose(found, expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("stable", [True, False])
def test_alignment_chooses_the_sign(stable: bool) -> None:
    """f = ± a/2 (x^2 - y^2) + xy: towards the saddle where it is stable, away from it where it is not."""
    a, strength, h = 3.0 if stable else -3.0, 1.0, 0.1
    game = scalar(a)
    j = torch.tensor([[a, 1], [-1, a]], dtype=torch.float64)
    start = torch.tensor([0.7, -1.9], dtype=torch.float64)
    place(game, start)
    field = j @ start
    adjustment = (j - j.T).T @ field / 2
    sign = torch.sign((field @ j.T @ field) * (adjustment @ j.T @ field) / 2 + 0.1)
    assert sign == (1 if stable else -1)
    _, end = follow(game, solvers.build("sga", strength=strength), h, 1)
    assert torch.allclose(end, start - h * (field + sign * strength * adjustment), rtol=1e-13)


@pytest.mark.parametrize("h", [*STEPS, 3.0])
@pytest.mark.parametrize("a", CURVATURES)
def test_competitive_on_two_numbers(a: float, h: float) -> None:
    """dx = -h (f_x + h f_y) / (1 + h^2), dy = h (f_y - h f_x) / (1 + h^2), with f_x = ax + y and f_y = x - ay."""
    f = torch.tensor([[a, 1], [1, -a]], dtype=torch.float64)
    turn = torch.tensor([[-1, -h], [-h, 1]], dtype=torch.float64)
    expected = torch.eye(2, dtype=torch.float64) + h / (1 + h * h) * turn @ f
    found = step_matrix(scalar(a), "competitive", h)
    assert torch.allclose(found, expected, rtol=0, atol=1e-14)
    if a == 0:
        assert radius(found) == pytest.approx(1 / math.sqrt(1 + h * h), rel=1e-12)


@pytest.mark.parametrize(("a", "rho"), [(0.5, 0.8825226), (0.1, 0.9609691)])
def test_the_table_of_competitive_rates(a: float, rho: float) -> None:
    assert radius(step_matrix(scalar(a), "competitive", 0.2)) == pytest.approx(rho, abs=5e-8)


@pytest.mark.parametrize("h", [0.2, 1.0, 10.0])
def test_competitive_in_ten_dimensions(h: float) -> None:
    """On x'Ay every singular value s of A is shrunk by 1/(1 + h^2 s^2), and the step is that of (I + hJ)^-1."""
    generator = torch.Generator().manual_seed(3)
    a = torch.randn(10, 10, generator=generator, dtype=torch.float64)
    zero = torch.zeros(10, 10, dtype=torch.float64)
    found = step_matrix(quadratic(zero, a, zero), "competitive", h)
    inverse = torch.linalg.inv(torch.eye(20, dtype=torch.float64) + h * jacobian(zero, a, zero))
    assert torch.allclose(found, inverse, rtol=0, atol=1e-11)
    squares = torch.linalg.eigvals(found).abs().square().sort().values
    expected = 1 / (1 + h * h * torch.linalg.svdvals(a) ** 2)
    assert torch.allclose(squares, expected.repeat(2).sort().values, rtol=1e-9, atol=0)


def test_competitive_with_a_rate_for_each_player() -> None:
    p, a, q = random_matrices(4)
    game, h, k = quadratic(p, a, q), 0.3, 0.8
    x, y = state_of(game).split(SIZES)
    f_x, f_y = p @ x + a @ y, a.T @ x - q @ y
    eye_x, eye_y = (torch.eye(n, dtype=torch.float64) for n in SIZES)
    dx = -h * torch.linalg.solve(eye_x + h * k * a @ a.T, f_x + k * a @ f_y)
    dy = k * torch.linalg.solve(eye_y + h * k * a.T @ a, f_y - h * a.T @ f_x)
    optimizers = {"x": optimizers_of(game, h)["x"], "y": optimizers_of(game, k)["y"]}
    solvers.build("competitive").step(game, optimizers, Batch)
    assert torch.allclose(state_of(game), torch.cat([x + dx, y + dy]), rtol=1e-12)


@pytest.mark.parametrize("h", [0.05, 0.2, 0.37])
@pytest.mark.parametrize("a", [0.1, 0.5, 1.3])
def test_follow_the_ridge(a: float, h: float) -> None:
    """Its eigenvalues are real: 1 - ha and 1 - h (a + 1/a)."""
    values = torch.linalg.eigvals(step_matrix(scalar(a), "follow-the-ridge", h))
    assert values.imag.abs().max() < 1e-9
    assert sorted(values.real.tolist()) == pytest.approx(sorted([1 - h * a, 1 - h * (a + 1 / a)]), rel=1e-9)


@pytest.mark.parametrize("h", [0.05, 0.03])
def test_only_follow_the_ridge_knows_a_local_minimax_from_what_is_none(h: float) -> None:
    """f1 has one at 0, which the others leave; f2 has none there, and the others converge to it."""
    f1 = Toy(lambda x, y: (-3 * x * x - y * y + 4 * x * y).sum())
    f2 = Toy(lambda x, y: (3 * x * x + y * y + 4 * x * y).sum())
    others = ["simultaneous", "alternating", "extragradient"]
    assert radius(step_matrix(f1, "follow-the-ridge", h)) == pytest.approx(1 - 2 * h, rel=1e-7)
    assert radius(step_matrix(f2, "follow-the-ridge", h)) == pytest.approx(1 + 2 * h, rel=1e-7)
    assert all(radius(step_matrix(f1, name, h)) > 1 for name in others)
    assert all(radius(step_matrix(f2, name, h)) < 1 for name in others)


@pytest.mark.parametrize(
    ("name", "options", "f1", "f2"),
    [
        ("simultaneous", {}, 1.10, 0.90),
        ("alternating", {"order": "generator-first"}, 1.0817, None),
        ("extragradient", {}, 1.11, 0.91),
        ("consensus", {"gamma": 0.1}, 0.92, 0.973),
    ],
)
def test_what_the_others_do_there(name: str, options: dict[str, object], f1: float, f2: float | None) -> None:
    first = Toy(lambda x, y: (-3 * x * x - y * y + 4 * x * y).sum())
    second = Toy(lambda x, y: (3 * x * x + y * y + 4 * x * y).sum())
    assert radius(step_matrix(first, name, 0.05, **options)) == pytest.approx(f1, abs=6e-4)
    if f2 is not None:
        assert radius(step_matrix(second, name, 0.05, **options)) == pytest.approx(f2, abs=6e-4)


def test_follow_the_ridge_in_more_dimensions() -> None:
    p, a, q = random_matrices(5)
    h, (n, m) = 0.04, SIZES
    above = torch.cat([torch.eye(n, dtype=torch.float64) - h * p, -h * a], 1)
    # y' = y + h f_y + h f_yy^-1 f_yx f_x
    along = -torch.linalg.solve(q, a.T @ torch.cat([p, a], 1))
    below = torch.cat([h * a.T, torch.eye(m, dtype=torch.float64) - h * q], 1) + h * along
    found = step_matrix(quadratic(p, a, q), "follow-the-ridge", h)
    assert torch.allclose(found, torch.cat([above, below]), rtol=0, atol=1e-13)


def test_follow_the_ridge_of_a_large_player_is_close_to_exact() -> None:
    """Above 64 parameters: five damped iterations, here on a Hessian with eigenvalues of both signs."""
    generator = torch.Generator().manual_seed(6)
    a = torch.randn(3, 70, generator=generator, dtype=torch.float64)
    q = torch.diag(torch.linspace(1.0, 2.0, 70, dtype=torch.float64) * torch.tensor([1.0, -1.0] * 35))
    p, h = torch.eye(3, dtype=torch.float64), 0.1
    game = quadratic(p, a, q)
    x, y = state_of(game).split((3, 70))
    _, end = follow(game, solvers.build("follow-the-ridge"), h, 1)
    exact = -h * torch.linalg.solve(q, a.T @ (p @ x + a @ y))
    along = end[3:] - (y + h * (a.T @ x - q @ y))
    assert (along - exact).norm() / exact.norm() < 0.01


@pytest.mark.parametrize("k", [1, 3, 5])
@pytest.mark.parametrize(("h", "u"), [(0.1, 0.1), (0.2, 0.05), (0.5, 0.5)])
def test_unrolled(k: int, h: float, u: float) -> None:
    """x' = x - h (y + 2ku x), y' = y + h x: determinant 1 - 2hku + h^2, trace 2 - 2hku."""
    found = step_matrix(scalar(0), "unrolled", h, k=k, inner_rate=u)
    expected = torch.tensor([[1 - 2 * h * k * u, -h], [h, 1]], dtype=torch.float64)
    assert torch.allclose(found, expected, rtol=0, atol=1e-14)
    assert torch.linalg.det(found).item() == pytest.approx(1 - 2 * h * k * u + h * h, rel=1e-12)


@pytest.mark.parametrize(("h", "rho"), [(0.1, 0.9539392), (0.2, 0.8), (0.5, 1.3956439)])
def test_the_table_of_unrolled_rates(h: float, rho: float) -> None:
    """By default a foreseen step is as long as the judge's own."""
    assert radius(step_matrix(scalar(0), "unrolled", h, k=5)) == pytest.approx(rho, abs=1e-7)


def test_unrolled_with_curvature_takes_the_total_derivative() -> None:
    """Against the derivative of L(x, y_k(x)) by finite differences of the foreseen loss."""
    p, a, q = random_matrices(7)
    game, k, u, h = quadratic(p, a, q), 4, 0.1, 0.01
    x, y = state_of(game).split(SIZES)

    def foreseen(at: Tensor) -> float:
        there = y
        for _ in range(k):
            there = there + u * (a.T @ at - q @ there)
        return (at @ p @ at / 2 + at @ a @ there - there @ q @ there / 2).item()

    units = 1e-5 * torch.eye(SIZES[0], dtype=torch.float64)
    slope = torch.tensor([(foreseen(x + e) - foreseen(x - e)) / 2e-5 for e in units], dtype=torch.float64)
    _, end = follow(game, solvers.build("unrolled", k=k, inner_rate=u), h, 1)
    assert torch.allclose(end[: SIZES[0]], x - h * slope, rtol=0, atol=1e-9)
    assert torch.allclose(end[SIZES[0] :], y + h * (a.T @ x - q @ y), rtol=1e-13)


@pytest.mark.parametrize("h", [0.1, 0.2, 0.5])
@pytest.mark.parametrize(("k", "alpha"), [(5, 0.5), (3, 0.8)])
def test_lookahead(h: float, k: int, alpha: float) -> None:
    angle = math.acos(1 - h * h / 2)
    expected = {
        "simultaneous": abs((1 - alpha) + alpha * complex(1, h) ** k),
        "alternating": abs((1 - alpha) + alpha * np.exp(1j * k * angle)),
        "extragradient": abs((1 - alpha) + alpha * (1 - h * 1j + (h * 1j) ** 2) ** k),
    }
    for inner, rho in expected.items():
        matrix = step_matrix(scalar(0), "lookahead", h, k, k=k, alpha=alpha, inner=inner)
        assert radius(matrix) == pytest.approx(rho, rel=1e-9)


@pytest.mark.parametrize(
    ("inner", "rates"),
    [
        ("simultaneous", (0.9813269, 0.9263710, 0.6474484)),
        ("alternating", (0.9688866, 0.8771809, 0.3025768)),
        ("extragradient", (0.9566061, 0.8307386, 0.2168392)),
    ],
)
def test_the_table_of_lookahead_rates(inner: str, rates: tuple[float, ...]) -> None:
    for h, rho in zip((0.1, 0.2, 0.5), rates, strict=True):
        matrix = step_matrix(scalar(0), "lookahead", h, 5, inner=inner)
        assert radius(matrix) == pytest.approx(rho, abs=6e-8)


def test_lookahead_makes_one_inner_step_a_step_and_goes_back_after_its_period() -> None:
    solver, plain = solvers.build("lookahead", k=3, alpha=0.25, inner="simultaneous"), solvers.build("simultaneous")
    assert solver.period == 3
    slow, fast = follow(scalar(0), solver, 0.2, 6), follow(scalar(0), plain, 0.2, 3)
    assert all(torch.equal(one, other) for one, other in zip(slow[:3], fast[:3], strict=True))
    assert torch.allclose(slow[3], 0.75 * fast[0] + 0.25 * fast[3], rtol=1e-14)
    assert not torch.equal(slow[3], slow[4])


def test_mixed_derivatives_and_products_against_differences() -> None:
    """Of a game without symmetry, both players' losses: J v and J'v, where J's blocks off the diagonal are D_xy, D_yx."""
    game = Toy(lambda x, y: (x.sum() * y).sin().sum() + (x**3).sum() * (y**2).sum() / 5, SIZES)
    start = torch.linspace(-0.6, 0.9, sum(SIZES), dtype=torch.float64)

    def field(at: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        place(game, at)
        position, batch = game.position(), Batch()
        own = {player: list(values.values()) for player, values in position.items()}
        slopes = [
            slope for player in game.players for slope in gradient(game.loss(player, position, batch), own[player])
        ]
        return slopes, [parameter for player in game.players for parameter in own[player]]

    def flat(values: list[Tensor]) -> Tensor:
        return torch.cat(values).detach()

    step = 1e-6 * torch.eye(sum(SIZES), dtype=torch.float64)
    differences = torch.stack([(flat(field(start + e)[0]) - flat(field(start - e)[0])) / 2e-6 for e in step], 1)
    assert differences[0, -1].abs() > 0.05  # the players do feel each other
    assert differences[-1, 0].abs() > 0.05
    outputs, inputs = field(start)
    for unit, vector in zip(step / 1e-6, step.split(1), strict=True):
        parts = list(unit.split(SIZES))
        assert torch.allclose(flat(product(outputs, inputs, parts)), differences @ unit, atol=1e-8), vector
        assert torch.allclose(flat(transposed_product(outputs, inputs, parts)), differences.T @ unit, atol=1e-8)


def test_linear_conjugate_gradient_solves_in_as_many_products_as_there_are_unknowns() -> None:
    p, _, _ = random_matrices(8, (5, 2))
    right = torch.linspace(-1, 1, 5, dtype=torch.float64)
    products: list[int] = []

    def apply(vector: list[Tensor]) -> list[Tensor]:
        products.append(1)
        return [p @ vector[0]]

    (solution,) = linear_conjugate_gradient(apply, [right], tolerance=1e-10, limit=50)  # type: ignore[arg-type]
    assert torch.allclose(p @ solution, right, atol=1e-9)
    assert len(products) <= 6
    (nothing,) = linear_conjugate_gradient(apply, [0 * right], tolerance=1e-10, limit=50)  # type: ignore[arg-type]
    assert dot([nothing], [nothing]) == 0


def refuse(solver: Solver, game: Toy | Bowl, words: str, part: Part | None = None) -> None:
    """Before anything has moved."""
    start = state_of(game).clone()
    with pytest.raises(InputError, match=words):
        follow(game, solver, 0.1, 1, part or Part("sgd"))  # type: ignore[arg-type]
    assert torch.equal(state_of(game), start)


@pytest.mark.parametrize("name", ["consensus", "sga", "unrolled", "competitive", "follow-the-ridge", "sgg"])
def test_a_rule_for_two_refuses_one_player(name: str) -> None:
    refuse(solvers.build(name), Bowl([1.0]), f"{name} is a rule for games of 2.*this game has 1")


@pytest.mark.parametrize("name", ["competitive", "follow-the-ridge", "sgg"])
@pytest.mark.parametrize("part", [Part("adam"), Part("sgd", {"momentum": 0.5}), Part("cg")])
def test_a_closed_solver_refuses_another_optimizer(name: str, part: Part) -> None:
    refuse(solvers.build(name), scalar(0.5), f"{name} makes the step of . itself.*sgd without momentum", part)


def test_competitive_refuses_what_is_not_zero_sum_and_names_what_is() -> None:
    game = Toy(lambda x, y: (x * y).sum(), zero_sum=False)
    refuse(solvers.build("competitive"), game, "zero-sum games, and this one is not.*minimax")


def test_follow_the_ridge_refuses_a_player_without_curvature_and_one_too_large() -> None:
    refuse(solvers.build("follow-the-ridge"), scalar(0), "singular")
    flat = Toy(lambda x, y: x.sum() * y.sum(), (1, 70))
    refuse(solvers.build("follow-the-ridge"), flat, "singular")
    large = Toy(lambda x, y: x.sum() * y.sum(), (1, 1_000_001))
    refuse(solvers.build("follow-the-ridge"), large, "at most 1,000,000 parameters.*1,000,001")


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("consensus", {"gamma": -1.0}),
        ("sga", {"strength": -1.0}),
        ("unrolled", {"k": 0}),
        ("unrolled", {"inner_rate": 0.0}),
        ("lookahead", {"k": 0}),
        ("lookahead", {"alpha": 0.0}),
        ("lookahead", {"inner": "competitive"}),
        ("lookahead", {"inner": "lookahead"}),
        ("sgg", {"k": 0}),
        ("alternating", {"batches": "own"}),
        ("alternating", {"batches": "blocks", "block": 0}),
        ("alternating", {"batches": "blocks", "n_critic": 2}),
    ],
)
def test_wrong_options_are_answered_in_a_sentence(name: str, options: dict[str, object]) -> None:
    with pytest.raises(InputError):
        solvers.build(name, **options)
