"""Closed forms of the rate of solvers near the solution of a two-player game.

Notation: h is the step size (one for both players), F = (f_x, -f_y) the field of the players' own gradients, J its
Jacobian at the solution with eigenvalues μ, and "rate" the spectral radius of one step's exact iteration matrix: the
factor by which the distance to the solution changes, per step, in the long run. Sources: ALGORITHMS 2.1 and 2.3
(Mescheder et al. 2018; Gidel et al. 2019; Mokhtari et al. 2020; Balduzzi et al. 2018; Schäfer & Anandkumar 2019;
Wang et al. 2020; Chavdarova et al. 2021).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Options = Mapping[str, Any]


@dataclass(frozen=True)
class Jacobian:
    """J of the field of own gradients at the solution; the first player has the first `split` coordinates."""

    matrix: Matrix
    split: int

    @property
    def eigenvalues(self) -> NDArray[np.complex128]:
        """The eigenvalues μ of J, complex (n,)."""
        return np.linalg.eigvals(self.matrix).astype(np.complex128)

    @property
    def planar(self) -> bool:
        """Whether there are two players of one coordinate each."""
        return self.matrix.shape == (2, 2) and self.split == 1

    @property
    def turn(self) -> float | None:
        """w > 0 if the field is a pure rotation, J = ±w [[0, 1], [-1, 0]] (f = wxy), else None."""
        if not self.planar:
            return None
        w = float(self.matrix[0, 1])
        pure = np.allclose(self.matrix, [[0, w], [-w, 0]], atol=1e-12)
        return abs(w) if pure and w else None

    def words(self) -> str:
        """The eigenvalues in words, for a formula in μ."""
        return "μ = " + described(self.eigenvalues)


def described(values: NDArray[np.complex128]) -> str:
    """Eigenvalues in words, conjugate pairs as one: `0.5 ± 1i`."""
    upper = sorted({(round(float(v.real), 4) + 0.0, round(abs(float(v.imag)), 4)) for v in values})
    return ", ".join(_number(real, imaginary) for real, imaginary in upper)


def _number(real: float, imaginary: float) -> str:
    if imaginary == 0:
        return f"{real:g}"
    unit = "i" if imaginary == 1 else f"{imaginary:g}i"
    return f"{real:g} ± {unit}" if real else f"±{unit}"


@dataclass(frozen=True)
class ClosedForm:
    """A rate, the formula it comes from, and the same formula with this game's numbers put in words."""

    rate: float
    formula: str


Law = Callable[[Jacobian, float, Options], ClosedForm | None]
LAWS: dict[tuple[str, str], Law] = {}
"""The closed forms by solver and optimizer."""


def law(solver: str, optimizer: str = "sgd") -> Callable[[Law], Law]:
    """Decorator that registers the closed form of `solver` with `optimizer`.

    The decorated function takes J, the step size h and the options; it returns None where its formula does not hold.
    """

    def enter(function: Law) -> Law:
        LAWS[solver, optimizer] = function
        return function

    return enter


def closed_form(
    solver: str, optimizer: str, jacobian: Jacobian, step_size: float, options: Options | None = None
) -> ClosedForm | None:
    """The predicted rate of `solver` with `optimizer`, or nothing where no closed form is known.

    `options` holds the solver's and the optimizer's own (gamma, beta, k, ...). Momentum 0 and the conjugate rule gd are
    plain gradient steps.
    """
    given = dict(options or {})
    plain = (optimizer == "momentum" and given.get("beta", 0.0) == 0) or (
        optimizer == "cg" and given.get("rule") == "gd"
    )
    entry = LAWS.get((solver, "sgd" if plain else optimizer))
    return entry(jacobian, step_size, given) if entry else None


def spectral_radius(matrix: Matrix) -> float:
    """The largest modulus of an eigenvalue."""
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def _largest(values: Any) -> float:
    return float(np.abs(np.asarray(values)).max())


def _turning(jacobian: Jacobian, text: str, general: str) -> str:
    """The formula in terms of w for a pure rotation (w = 1 left out), else the general one with its eigenvalues."""
    w = jacobian.turn
    if w is None:
        return f"{general}, {jacobian.words()}"
    if abs(w - 1) < 1e-12:
        return text.replace("w²", "").replace("w⁴", "").replace("·w", "").replace("w", "1")
    return f"{text}, w = {w:g}"


@law("simultaneous")
def simultaneous(jacobian: Jacobian, h: float, _: Options) -> ClosedForm:
    """I - hJ: the largest |1 - hμ|."""
    rate = _largest(1 - h * jacobian.eigenvalues)
    return ClosedForm(rate, _turning(jacobian, "√(1 + h²w²)", "|1 − hμ|"))


def alternating_matrix(jacobian: Jacobian, h: float, first: str = "x") -> Matrix:
    """One alternating step: the first player moves by the old point, the other one by the new."""
    size, split = len(jacobian.matrix), jacobian.split
    moves = [np.eye(size), np.eye(size)]
    moves[0][:split] -= h * jacobian.matrix[:split]
    moves[1][split:] -= h * jacobian.matrix[split:]
    return moves[1] @ moves[0] if first == "x" else moves[0] @ moves[1]


@law("alternating")
def alternating(jacobian: Jacobian, h: float, options: Options) -> ClosedForm | None:
    """The second player moves by the first one's new position; see `alternating_matrix`.

    On f = wxy with h w < 2 the eigenvalues have modulus 1: the trajectory circles.
    """
    if options.get("n_critic", 1) != 1:
        return None
    matrix = alternating_matrix(jacobian, h)
    rate = spectral_radius(matrix)
    if jacobian.turn is not None:
        bounded = h * jacobian.turn < 2
        return ClosedForm(1.0 if bounded else rate, _turning(jacobian, "1 exactly, for h·w < 2", ""))
    if jacobian.planar and np.abs(np.linalg.eigvals(matrix).imag).max() > 0:
        return ClosedForm(rate, "√((1 − h·f_xx)(1 + h·f_yy)) while it turns")
    return ClosedForm(rate, "largest root of l² − (2 − h·f_xx + h·f_yy − h²·f_xy²)·l + (1 − h·f_xx)(1 + h·f_yy)")


@law("extragradient")
def extragradient(jacobian: Jacobian, h: float, options: Options) -> ClosedForm:
    """x - hF(x - look h F(x)): the largest |1 - hμ + look (hμ)^2| (Korpelevich 1976)."""
    look, mu = float(options.get("look", 1.0)), jacobian.eigenvalues
    rate = _largest(1 - h * mu + look * (h * mu) ** 2)
    if look != 1:
        return ClosedForm(rate, f"|1 − hμ + {look:g}·h²μ²|, {jacobian.words()}")
    return ClosedForm(rate, _turning(jacobian, "√(1 − h²w² + h⁴w⁴)", "|1 − hμ + h²μ²|"))


@law("optimistic")
def optimistic(jacobian: Jacobian, h: float, _: Options) -> ClosedForm:
    """x_{n+1} = x_n - 2hF(x_n) + hF(x_{n-1}): the largest root of l^2 - (1 - 2hμ)l - hμ (Daskalakis et al. 2018)."""
    roots = [np.roots([1, -(1 - 2 * h * mu), -h * mu]) for mu in jacobian.eigenvalues]
    return ClosedForm(_largest(roots), f"largest root of l² − (1 − 2hμ)l − hμ, {jacobian.words()}")


@law("consensus")
def consensus(jacobian: Jacobian, h: float, options: Options) -> ClosedForm:
    """I - h(J + gamma J'J), as the gradient of |F|^2 / 2 is J'F (Mescheder et al. 2017)."""
    gamma, j = float(options.get("gamma", 0.1)), jacobian.matrix
    rate = spectral_radius(np.eye(len(j)) - h * (j + gamma * j.T @ j))
    return ClosedForm(rate, _turning(jacobian, "√((1 − hγw²)² + h²w²)", "largest eigenvalue of I − h(J + γJᵀJ)"))


@law("sga")
def sga(jacobian: Jacobian, h: float, options: Options) -> ClosedForm | None:
    """I - h(J + strength A'J) with A = (J - J')/2 (Balduzzi et al. 2018); None with `align`, whose sign is chosen anew
    each step."""
    if options.get("align", True):
        return None  # the sign of λ is chosen anew at every step: not one matrix
    strength, j = float(options.get("strength", options.get("lambda", 1.0))), jacobian.matrix
    turning = (j - j.T) / 2
    rate = spectral_radius(np.eye(len(j)) - h * (j + strength * turning.T @ j))
    general = "largest eigenvalue of I − h(I + λAᵀ)J, A = (J − Jᵀ)/2"
    return ClosedForm(rate, _turning(jacobian, "√((1 − hλw²)² + h²w²)", general))


@law("competitive")
def competitive(jacobian: Jacobian, h: float, _: Options) -> ClosedForm:
    """I - h(I + hJ_mixed)^-1 J, J_mixed being the off-diagonal blocks of J (Schäfer & Anandkumar 2019)."""
    j, split = jacobian.matrix, jacobian.split
    mixed = np.zeros_like(j)
    mixed[:split, split:], mixed[split:, :split] = j[:split, split:], j[split:, :split]
    # Both players solve the game's bilinear model around the point: (I + h · mixed part) step = -h · gradient.
    rate = spectral_radius(np.eye(len(j)) - h * np.linalg.solve(np.eye(len(j)) + h * mixed, j))
    return ClosedForm(rate, _turning(jacobian, "1 / √(1 + h²w²)", "largest eigenvalue of I − h(I + hJ_xy)⁻¹J"))


@law("unrolled")
def unrolled(jacobian: Jacobian, h: float, options: Options) -> ClosedForm | None:
    """On f = wxy, where k inner ascents of size h add 2khw²x to the first player's gradient."""
    w, k = jacobian.turn, int(options.get("k", 5))
    if w is None:
        return None
    pull = 2 * k * (h * w) ** 2
    rate = _largest(np.roots([1, pull - 2, 1 - pull + (h * w) ** 2]))
    if k * h * w < 1:
        return ClosedForm(rate, _turning(jacobian, "√(1 − 2kh²w² + h²w²)", ""))
    return ClosedForm(rate, _turning(jacobian, "largest root of l² − (2 − 2kh²w²)l + 1 − 2kh²w² + h²w²", ""))


@law("lookahead")
def lookahead(jacobian: Jacobian, h: float, options: Options) -> ClosedForm | None:
    """|1 - alpha + alpha l^k| over the eigenvalues l of a step of the inner solver (Chavdarova et al. 2021)."""
    k, alpha, inner = (
        int(options.get("k", 5)),
        float(options.get("alpha", 0.5)),
        str(options.get("inner", "simultaneous")),
    )
    mu = jacobian.eigenvalues
    fast = {
        "simultaneous": lambda: (1 - h * mu, "1 − hμ"),
        "alternating": lambda: (np.linalg.eigvals(alternating_matrix(jacobian, h)), "the alternating step's"),
        "extragradient": lambda: (1 - h * mu + (h * mu) ** 2, "1 − hμ + h²μ²"),
    }.get(inner)
    if fast is None:
        return None
    values, words = fast()
    return ClosedForm(
        _largest(1 - alpha + alpha * values**k), f"|1 − α + α·l^{k}|, l = {words}; one step here is {k} small ones"
    )


@law("follow-the-ridge")
def follow_the_ridge(jacobian: Jacobian, h: float, _: Options) -> ClosedForm | None:
    """The larger of |1 + h f_yy| and |1 - h(f_xx - f_xy^2 / f_yy)|; None where f_yy is singular (Wang et al. 2020)."""
    j, split = jacobian.matrix, jacobian.split
    own = j[split:, split:]
    if abs(np.linalg.det(own)) < 1e-12:
        return None
    # The ridge y*(x) slopes by -f_yy⁻¹ f_yx: seen along it the game is triangular.
    along = j[:split, :split] - j[:split, split:] @ np.linalg.solve(own, j[split:, :split])
    values = np.concatenate([1 - h * np.linalg.eigvals(own), 1 - h * np.linalg.eigvals(along)])
    return ClosedForm(_largest(values), "the larger of |1 + h·f_yy| and |1 − h(f_xx − f_xy²/f_yy)|")


@law("simultaneous", "momentum")
def simultaneous_momentum(jacobian: Jacobian, h: float, options: Options) -> ClosedForm:
    """x_{n+1} - x_n = β(x_n - x_{n-1}) - hμx_n along every eigenvector."""
    beta = float(options.get("beta", 0.5))
    roots = [np.roots([1, -(1 + beta) + h * mu, beta]) for mu in jacobian.eigenvalues]
    return ClosedForm(_largest(roots), f"largest root of (l − 1)(l − β) + hμl, {jacobian.words()}")


@law("alternating", "momentum")
def alternating_momentum(jacobian: Jacobian, h: float, options: Options) -> ClosedForm | None:
    """As above with the second player's recurrence one step ahead: a factor l in the product of the mixed terms."""
    if not jacobian.planar or options.get("n_critic", 1) != 1:
        return None
    j, beta = jacobian.matrix, float(options.get("beta", 0.5))
    own = [np.array([1, -(1 + beta) + h * j[i, i], beta]) for i in range(2)]
    mixed = np.array([h * h * j[0, 1] * j[1, 0], 0.0, 0.0, 0.0])
    rate = _largest(np.roots(np.polysub(np.polymul(*own), mixed)))
    w = jacobian.turn
    general = "largest root of ((l−1)(l−β) + h·f_xx·l)((l−1)(l−β) − h·f_yy·l) + h²·f_xy²·l³"
    return ClosedForm(rate, _turning(jacobian, "largest root of (l − 1)²(l − β)² + h²w²l³", "") if w else general)
