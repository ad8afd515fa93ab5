"""Projection: the latent whose picture is nearest to a given one, found by optimisation and watched while it happens.

Three parts, one after the other: *sample* many random latents, *optimize* several starts in one batch (Adam, cosine decay;
the worst are dropped on the way), and *refine* the best ones by damped Gauss-Newton steps (`levenberg`).
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from gan_core.errors import InputError
from gan_core.images import to_float, to_levels, to_uint8
from gan_core.models.generator import GeneratorModel, latents_for_seed
from gan_core.projection.gauss_newton import GaussNewtonState, gauss_newton_step, within
from gan_core.projection.search_budget import FRAME_SECONDS, SearchBudget
from gan_core.projection.targets import error_of, shape_of

Phase = Literal["sample", "optimize", "refine"]

SAMPLE_BATCH = 32
RATE, BETAS = 0.1, (0.9, 0.99)
WARM_UP = 5
SMALLEST = 8
"""Side below which the pyramid is not made smaller."""
DROPS = (0.3, 0.6)
"""Shares of the optimization after which half of the starts are dropped."""
NEGATIVE = 0.6
"""The negative of the target is suggested where its nearest random picture is nearer by this factor."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """One of the latents that are optimised in parallel."""

    latent: Tensor
    """float32 (D,), on the CPU."""
    label: int | None
    """The class that is drawn; None for a model without classes."""
    picture: np.ndarray
    """uint8 (H, W, 3)."""
    error: float
    """Root mean square difference to the target over all pixels and channels, in levels of 255."""
    active: bool = True
    """False once it was dropped."""


@dataclass(frozen=True, eq=False)
class Moment:
    """The state of a projection that is shown."""

    phase: Phase
    """`sample`, `optimize` or `refine`."""
    share: float
    """Of the work that is done, 0 to 1."""
    starts: tuple[Candidate, ...]
    """In an order that does not change once the optimization has begun."""
    negative: bool = False
    """Of a grey model: whether the target's negative would be much nearer to what it draws."""
    best: Candidate = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "best", min(self.starts, key=lambda start: start.error))


def project(
    model: GeneratorModel,
    target: np.ndarray,
    effort: SearchBudget | None = None,
    *,
    seed: int = 0,
    label: int | None = None,
) -> Iterator[Moment]:
    """Search the latent whose picture is nearest to `target`, uint8 (H, W, 3) as `targets.target_for` makes it.

    Every moment can be shown; who stops asking ends the search. Of a conditional model the classes are looked at in
    turn and every start keeps to its own; `label` keeps to one. The same seed and effort find the same latent on
    the same machine. Raises InputError for a target of another size.
    """
    effort = effort or SearchBudget()
    search = _Search(model, target, label)
    yield from search.sample(effort, seed)
    yield from search.optimize(effort)
    yield from search.refine(effort)


class _Search:
    """The state of one projection."""

    def __init__(self, model: GeneratorModel, target: np.ndarray, label: int | None) -> None:
        channels, side = shape_of(model)
        if target.shape != (side, side, 3) or target.dtype != np.uint8:
            raise InputError(f"This model draws {side} x {side} pixels; the target has {target.shape}.")
        self.model = model
        self.label = None if label is None else model.label(label)
        levels = torch.from_numpy(np.ascontiguousarray(target)).permute(2, 0, 1)[:channels].to(model.device)
        self.levels = levels
        self.target = to_float(levels)[None]
        self.negative = False
        self.parts = 1
        self.starts: list[Candidate] = []
        self.latents = torch.empty(0)
        self.labels: Tensor | None = None

    def draw(self, latents: Tensor, labels: Tensor | None) -> Tensor:
        return self.model.network(latents) if labels is None else self.model.network(latents, labels)

    def loss(self, pictures: Tensor, target: Tensor) -> Tensor:
        """(N,): mean squared difference, summed over the picture and its halvings, so that far-away shapes pull too."""
        total = (pictures - target).square().flatten(1).mean(1)
        while pictures.shape[-1] >= 2 * SMALLEST:
            pictures, target = avg_pool2d(pictures, 2), avg_pool2d(target, 2)
            total = total + (pictures - target).square().flatten(1).mean(1)
        return total

    def seen(self, pictures: Tensor, latents: Tensor, labels: Tensor | None) -> list[Candidate]:
        """Starts as they are shown, from pictures (N, C, H, W) in [-1, 1]."""
        errors = error_of(to_levels(pictures), self.levels).tolist()
        shown, kept = to_uint8(pictures), latents.detach().cpu()
        classes = [None] * len(kept) if labels is None else labels.tolist()
        return [Candidate(kept[i].clone(), classes[i], shown[i], errors[i]) for i in range(len(kept))]

    @torch.no_grad()
    def sample(self, effort: SearchBudget, seed: int) -> Iterator[Moment]:
        model, device = self.model, self.model.device
        count = max(effort.candidates, effort.starts)
        latents = latents_for_seed(seed, count, model.latent_dim)
        kinds = max(1, len(model.classes)) if self.label is None else 1
        latents[: min(kinds, count)] = 0  # the mean latent, of every class
        labels = None
        if model.classes:
            labels = torch.arange(count) % kinds if self.label is None else torch.full((count,), self.label)
            labels = labels.to(device)
        latents = latents.to(device)
        nearest = torch.empty(0, device=device)
        least, reported = [math.inf, math.inf], -math.inf
        for done in range(0, count, SAMPLE_BATCH):
            part = slice(done, done + SAMPLE_BATCH)
            pictures = self.draw(latents[part], None if labels is None else labels[part])
            nearest = torch.cat([nearest, self.loss(pictures, self.target)])
            least = [min(least[0], float(nearest.min())), min(least[1], float(self.loss(pictures, -self.target).min()))]
            chosen = _spread(nearest, None if labels is None else labels[: len(nearest)], effort.starts)
            self.latents, self.labels = latents[chosen], None if labels is None else labels[chosen]
            if time.perf_counter() - reported > FRAME_SECONDS or done + SAMPLE_BATCH >= count:
                reported = time.perf_counter()
                self.starts = self.seen(self.draw(self.latents, self.labels), self.latents, self.labels)
                self.negative = len(self.levels) == 1 and least[1] < NEGATIVE * least[0]
                yield self.moment("sample", 0.1 * min(1.0, (done + SAMPLE_BATCH) / count))

    def optimize(self, effort: SearchBudget) -> Iterator[Moment]:
        """Adam with cosine decay, each start on its own path; they share only the batch."""
        latents, labels = self.latents, self.labels
        index = list(range(len(latents)))
        first, second = torch.zeros_like(latents), torch.zeros_like(latents)
        drops = {round(share * effort.steps) for share in DROPS}
        fewest = max(1, min(effort.finalists, len(index)))
        end = 0.4 if effort.refinements else 1.0
        for step in range(effort.steps):
            with torch.enable_grad():
                free = latents.detach().requires_grad_(True)
                pictures = self.draw(free, labels)
                loss = self.loss(pictures, self.target)
                (slope,) = torch.autograd.grad(loss.sum(), free)
            for place, start in zip(index, self.seen(pictures.detach(), latents, labels), strict=True):
                self.starts[place] = start
            yield self.moment("optimize", 0.1 + (end - 0.1) * step / effort.steps)
            first = BETAS[0] * first + (1 - BETAS[0]) * slope
            second = BETAS[1] * second + (1 - BETAS[1]) * slope.square()
            rate = RATE * min(1.0, (step + 1) / WARM_UP) * 0.5 * (1 + math.cos(math.pi * step / effort.steps))
            ahead = first / (1 - BETAS[0] ** (step + 1))
            spread = (second / (1 - BETAS[1] ** (step + 1))).sqrt() + 1e-8
            latents = within(latents - rate * ahead / spread)
            if step in drops and len(index) > fewest:
                kept = loss.topk(max(fewest, len(index) // 2), largest=False).indices.sort().values
                for place in set(range(len(index))) - set(kept.tolist()):
                    self.starts[index[place]] = replace(self.starts[index[place]], active=False)
                index = [index[place] for place in kept.tolist()]
                latents, first, second = latents[kept], first[kept], second[kept]
                labels = None if labels is None else labels[kept]
        with torch.no_grad():
            ended = self.seen(self.draw(latents, labels), latents, labels)
        for place, start in zip(index, ended, strict=True):
            self.starts[place] = start
        yield self.moment("optimize", end)

    def refine(self, effort: SearchBudget) -> Iterator[Moment]:
        """Gauss-Newton from the best few, in turn; half-way the worse half of them stops."""
        if not effort.refinements:
            return
        self.parts = effort.parts
        order = sorted((each for each in range(len(self.starts)) if self.starts[each].active), key=self._error)
        running = {place: self._descent(place) for place in order[: effort.finalists]}
        for place in order[effort.finalists :]:
            self.starts[place] = replace(self.starts[place], active=False)
        for turn in range(effort.refinements):
            for done, (place, state) in enumerate(list(running.items())):
                if not state.arrived:
                    running[place] = self._descended(place, state)
                    share = (turn + (done + 1) / len(running)) / effort.refinements
                    yield self.moment("refine", 0.4 + 0.6 * share)
            if turn == effort.refinements // 2:
                for place in sorted(running, key=self._error)[(len(running) + 1) // 2 :]:
                    self.starts[place] = replace(self.starts[place], active=False)
                    del running[place]
            if all(state.arrived for state in running.values()):
                break
        yield self.moment("refine", 1.0)

    def _descent(self, place: int) -> GaussNewtonState:
        latent = self.starts[place].latent.to(self.model.device)
        with torch.no_grad():
            loss = float((self.draw(latent[None], self._label(place, 1)) - self.target).square().sum())
        return GaussNewtonState(latent, loss)

    def _descended(self, place: int, state: GaussNewtonState) -> GaussNewtonState:
        moved = gauss_newton_step(
            lambda many: self.draw(many, self._label(place, len(many))), self.target.flatten(), state, self.parts
        )
        latents = moved.latent[None]
        with torch.no_grad():
            label = self._label(place, 1)
            self.starts[place] = self.seen(self.draw(latents, label), latents, label)[0]
        return moved

    def _label(self, place: int, count: int) -> Tensor | None:
        label = self.starts[place].label
        return None if label is None else torch.full((count,), label, device=self.model.device)

    def _error(self, place: int) -> float:
        return self.starts[place].error

    def moment(self, phase: Phase, share: float) -> Moment:
        return Moment(phase, share, tuple(self.starts), self.negative)


def _spread(losses: Tensor, labels: Tensor | None, count: int) -> Tensor:
    """Indices of the `count` least of `losses` (N,), nearest first; no class has more than half of them, if others are
    there.

    A thin digit of any kind is nearest to many ones: without other classes among the candidates its own would be
    missing.
    """
    order = losses.argsort()
    if labels is None:
        return order[:count]
    rank = torch.zeros_like(order)  # of each within its class
    ordered = labels[order]
    for label in ordered.unique():
        own = ordered == label
        rank[own] = torch.arange(int(own.sum()), device=rank.device)
    first = rank < max(1, count // 2)
    return torch.cat([order[first], order[~first]])[:count]
