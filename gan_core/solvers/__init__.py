"""Solvers: in which order, from which gradients and at which points the players move."""

from gan_core.solvers import (  # noqa: F401  (each enters its solvers into the registry)
    alternating,
    competitive,
    conjugate_descent,
    consensus_sga,
    extragradient,
    follow_the_ridge,
    lookahead,
    sgg,
    simultaneous,
    unrolled,
)
from gan_core.solvers.solver import Optimizers, Solver, apply_gradient, gradients, solvers

__all__ = ["Optimizers", "Solver", "apply_gradient", "gradients", "solvers"]
