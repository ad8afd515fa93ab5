"""The ways to play that can be compared, with the words that a learner reads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from gan_core.analytic_games.play import Moves
from gan_core.analytic_games.trajectories import LINEAR
from gan_core.errors import InputError
from gan_core.parts import is_number, unknown
from gan_core.recipes import Part


@dataclass(frozen=True)
class Parameter:
    """One number of an entry that can be turned."""

    option: str
    label: str
    low: float
    high: float
    step: float
    value: float
    of_solver: bool = True

    @property
    def whole(self) -> bool:
        return self.step >= 1


@dataclass(frozen=True)
class SolverConfig:
    """An entry with its name, its words and what a step of it costs."""

    name: str
    title: str
    words: str
    entry: Moves
    cost: str = "one gradient a player"
    knob: Parameter | None = None
    alone: bool = False
    """Whether it also makes sense for a single player."""
    together: bool = True
    """Whether it makes sense for two players."""


def _turn(optimizer: str = "sgd", second: Part | None = None, **options: Any) -> Moves:
    return Moves("alternating", optimizer, {"order": "generator-first"}, options, second)


def _conjugate(rule: str) -> Moves:
    return _turn("cg", rule=rule, restart="descent")


BETA = Parameter("beta", "β", -0.9, 0.95, 0.05, 0.5, of_solver=False)
CURVED = (
    "Helps along a curved valley; where two gradients in a row point the same way beta is 0 and the step a plain one."
)

WAYS: tuple[SolverConfig, ...] = (
    SolverConfig("simultaneous", "Simultaneous", "Both players step at once, each by its own gradient at the same point. On a rotation every step leads outwards.", Moves("simultaneous")),
    SolverConfig("alternating", "Alternating", "One player steps, then the other answers at the new point. On a rotation this circles for ever; it is what most GAN code does.", _turn()),
    SolverConfig("extragradient", "Extragradient", "Look one step ahead, then go back and step by the gradient found there.", Moves("extragradient"), "two gradients a player"),
    SolverConfig("optimistic", "Optimistic", "Step by twice this gradient minus the last one: extragradient's idea without a second gradient.", Moves("optimistic")),
    SolverConfig("consensus", "Consensus", "Both players also walk towards where both gradients are small.", Moves("consensus", "sgd", {"gamma": 0.5}), "gradients and a second-derivative product", Parameter("gamma", "γ", 0.05, 2, 0.05, 0.5)),
    SolverConfig("sga", "Symplectic adjustment", "Adds a pull that is at right angles to the turning part of the field, straight towards its centre.", Moves("sga", "sgd", {"strength": 0.5, "align": False}), "gradients and two second-derivative products", Parameter("strength", "λ", 0.05, 2, 0.05, 0.5)),
    SolverConfig("competitive", "Competitive", "Each player answers the other's answer: both solve a small linear game, by linear conjugate gradients.", Moves("competitive"), "gradients and some second-derivative products"),
    SolverConfig("lookahead", "Lookahead", "Five plain steps, then both go half of the way back. One dot is five small steps.", Moves("lookahead", "sgd", {"k": 5, "alpha": 0.5, "inner": "simultaneous"}), "five gradients a player", Parameter("k", "k", 2, 20, 1, 5)),
    SolverConfig("unrolled", "Unrolled", "The first player sees how the second would answer over the next k steps, and steps against that.", Moves("unrolled", "sgd", {"k": 5}), "a chain of k gradients", Parameter("k", "k", 1, 10, 1, 5)),
    SolverConfig("follow-the-ridge", "Follow the ridge", "The second player also corrects for what the first one's step did to its best answer. Rests only at true minimax points.", Moves("follow-the-ridge"), "gradients and a linear system"),
    SolverConfig("sgg", "SGG: inner maximum", "The second player climbs k conjugate steps with a line search before the first one moves (article 002).", Moves("sgg", "sgd", {"k": 3}), "k line searches and a gradient", Parameter("k", "k", 1, 6, 1, 3)),
    SolverConfig("momentum", "Momentum", "Alternating, with a share of the last step added to each step. Positive shares feed a rotation.", _turn("momentum", beta=0.5), knob=BETA),
    SolverConfig("negative-momentum", "Negative momentum", "Alternating, with a share of the last step taken back: it damps a rotation.", _turn("momentum", beta=-0.5), knob=replace(BETA, value=-0.5)),
    SolverConfig("gcdg", "GCDG: both conjugate, at once", "Both players step at once along conjugate directions, rule PRP+ (article 000). " + CURVED, Moves("simultaneous", "cg", {}, {"rule": "prp", "restart": "descent"})),
    SolverConfig("gda", "GDA: second player conjugate", "The first player steps plainly, then the second along a conjugate direction, rule PRP+ (article 003). " + CURVED, _turn("sgd", Part("cg", {"rule": "prp", "restart": "descent"}))),
    SolverConfig("cg-prp", "Conjugate, PRP+", "Alternating, both along conjugate directions. " + CURVED, _conjugate("prp")),
    SolverConfig("cg-fr", "Conjugate, Fletcher-Reeves", "Alternating. beta sits at its cap of one half nearly always, which is momentum one half: it feeds a rotation.", _conjugate("fr")),
    SolverConfig("cg-dy", "Conjugate, Dai-Yuan", "Alternating. Another conjugate rule with beta at its cap on a rotation.", _conjugate("dy")),
    SolverConfig("cg-hs", "Conjugate, Hestenes-Stiefel", "Alternating. Not defined for a player of a single number: every second direction would be 0.", _conjugate("hs")),
    SolverConfig("adam", "Adam", "Alternating. Steps of about the same length however small the gradient: near the solution it hovers.", _turn("adam", beta1=0.5, beta2=0.9)),
    SolverConfig("descent", "Gradient descent (linreg-gd)", "A step down the slope, its length the step size times the slope.", Moves("simultaneous"), "one gradient", alone=True, together=False),
    SolverConfig("linear-cg", "Conjugate gradients (linreg-cg)", "Each direction is free of what the earlier ones have settled, and each length is the best one: the step size is not used.", Moves(LINEAR), "one gradient and one second-derivative product", alone=True, together=False),
    SolverConfig("heavy-ball", "Momentum", "Descent that keeps a share of its last step: it rolls along narrow valleys.", Moves("simultaneous", "momentum", {}, {"beta": 0.8}), "one gradient", replace(BETA, value=0.8), alone=True, together=False),
    SolverConfig("conjugate-steps", "Conjugate directions, fixed step", "Directions as in conjugate gradients, but with the step size of descent and beta at most one half.", Moves("simultaneous", "cg", {}, {"rule": "prp", "restart": "descent"}), "one gradient", alone=True, together=False),
    SolverConfig("descent-adam", "Adam", "Steps of about the same length however small the gradient.", Moves("simultaneous", "adam", {}, {"beta1": 0.9, "beta2": 0.9}), "one gradient", alone=True, together=False),
)  # fmt: skip
"""In the order in which they are shown."""


def config_named(name: Any, knob: Any = None) -> Moves:
    """The entry of that name, with its knob turned to `knob` if one is given; InputError for what is not allowed."""
    known = {way.name: way for way in WAYS}
    if name not in known:
        raise InputError(unknown("way to play", str(name), known))
    way = known[name]
    if knob is None or way.knob is None:
        return way.entry
    turn = way.knob
    if not is_number(knob) or not turn.low <= knob <= turn.high or (turn.whole and knob != int(knob)):
        what = "a whole number from" if turn.whole else "from"
        raise InputError(f"{turn.label} of {way.title} is {what} {turn.low:g} to {turn.high:g}, not {knob!r}.")
    value = int(knob) if turn.whole else float(knob)
    if turn.of_solver:
        return replace(way.entry, solver_options={**way.entry.solver_options, turn.option: value})
    return replace(way.entry, optimizer_options={**way.entry.optimizer_options, turn.option: value})
