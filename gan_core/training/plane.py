"""A GAN of points in the plane, small enough to be trained a few milliseconds at a time while somebody looks.

The game, the objectives, the penalties, the solver and the networks are those of every other training.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gan_core.data import points
from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.games import AdversarialBatch, AdversarialGame
from gan_core.networks import discriminators, generators
from gan_core.objectives import objectives
from gan_core.optimizers import build_optimizer
from gan_core.penalties import penalties
from gan_core.recipes import Part
from gan_core.registry import unknown
from gan_core.solvers import solvers

BATCH = 256
HIDDEN = 64
VIEW = 3.2
"""Half the side of the square that is looked at, around the origin."""
SEEN = 2000
"""Generated points that the numbers are counted on."""
GOOD = 3.0
"""A sample is good within so many standard deviations of a mode (98.9 % of the real ones are)."""
FAIR = 0.2
"""A mode is covered when it gets at least this part of its fair share of good samples."""
LOST = 100.0
"""A median distance from the origin at which the generator will not come back."""


@dataclass(frozen=True, kw_only=True)
class PlaneSettings:
    """What may be set; everything but the seed may change while the training goes on."""

    distribution: str = "ring"
    objective: str = "non-saturating"
    gamma: float | None = 0.1
    """Weight of the penalty R1; None for no penalty."""
    learning_rate: float = 1e-3
    seed: int = 0

    def __post_init__(self) -> None:
        if self.distribution not in points.names():
            raise InputError(unknown("distribution of points", self.distribution, points.names()))
        if self.objective not in objectives:
            raise InputError(unknown("objective", self.objective, objectives))
        if self.gamma is not None and not 0 <= self.gamma <= 1000:
            raise InputError(f"The weight gamma of the penalty is 0 to 1000, not {self.gamma}.")
        if not 0 < self.learning_rate <= 10:
            raise InputError(f"The learning rate is more than 0 and at most 10, not {self.learning_rate}.")
        if not 0 <= self.seed < 2**32:
            raise InputError(f"A seed is a whole number from 0 to {2**32 - 1}, not {self.seed}.")

    @classmethod
    def from_json(cls, values: Any) -> PlaneSettings:
        """Read settings as the screen sends them; InputError for unknown names and wrong numbers."""
        if not isinstance(values, Mapping):
            raise InputError("Settings are an object from name to value.")
        known = {item.name: item.type for item in dataclasses.fields(cls)}
        for name, value in values.items():
            if name not in known:
                raise InputError(unknown("setting of the Lab", str(name), known))
            accepted = {"str": str, "int": int}.get(str(known[name]), (int, float))
            none = value is None and "None" in str(known[name])
            if not none and (isinstance(value, bool) or not isinstance(value, accepted)):
                raise InputError(f"{name} is not {value!r}.")
        return cls(**values)


@dataclass(frozen=True)
class View:
    """What is to be seen at one moment."""

    step: int
    real: np.ndarray
    """float32 (SEEN, 2)."""
    fakes: np.ndarray
    """float32 (SEEN, 2), of the same latents at every step."""
    judgement: np.ndarray
    """float32 (cells, cells) in [0, 1], rows from the top: 1 where the discriminator takes a point for real."""
    losses: Mapping[str, float]
    """By player, averaged since the last view; empty before the first step."""
    covered: int | None
    modes: int | None
    good: float | None
    """Modes that are covered, how many there are, share of good samples; None for a distribution without modes."""


class PlaneTraining:
    """Generator and discriminator of points, with their optimizers. Not safe for several threads at once."""

    def __init__(self, settings: PlaneSettings) -> None:
        self.settings = settings
        self.step = 0
        self.diverged = False
        self._draws = torch.Generator().manual_seed(settings.seed)
        shown = torch.Generator().manual_seed(settings.seed + 1)
        with torch.random.fork_rng(devices=[]):  # fresh weights from the seed, whatever else draws in this process
            torch.manual_seed(settings.seed)
            generator = generators.build("mlp", latent_dim=2, hidden=HIDDEN)
            discriminator = discriminators.build("mlp", hidden=HIDDEN)
        self._latents = torch.randn(SEEN, 2, generator=shown)
        self._shown = shown.get_state()
        self._sums: dict[str, Tensor] = {}
        self._summed = 0
        arithmetic = Arithmetic(torch.device("cpu"), False, 1)
        self._game = AdversarialGame(generator, discriminator, objectives.build(settings.objective), None, arithmetic)
        adam = Part("adam", {"learning_rate": settings.learning_rate, "beta1": 0.0, "beta2": 0.99})
        self._optimizers = {
            name: build_optimizer(adam, player.parameters()) for name, player in self._game.players.items()
        }
        self._solver = solvers.build("alternating")
        self.change(settings)

    def change(self, settings: PlaneSettings) -> None:
        """Go on under other settings with the same networks. Another seed is another training: InputError."""
        if settings.seed != self.settings.seed:
            raise InputError("Another seed starts another training.")
        self.settings = settings
        self._game.objective = objectives.build(settings.objective)
        self._game.penalty = None if settings.gamma is None else penalties.build("r1", gamma=settings.gamma)
        for optimizer in self._optimizers.values():
            for group in optimizer.param_groups:
                group["lr"] = settings.learning_rate
        generator = torch.Generator()
        generator.set_state(self._shown)
        self._real = points.sample(settings.distribution, SEEN, generator)

    def _draw(self) -> AdversarialBatch:
        real = points.sample(self.settings.distribution, BATCH, self._draws)
        latents = torch.randn(BATCH, 2, generator=self._draws)
        return AdversarialBatch(real, latents, seed=int(torch.randint(2**62, (), generator=self._draws)))

    def train(self, steps: int, seconds: float = math.inf) -> int:
        """At most `steps` steps in about `seconds`, at least one; none once it has diverged. Returns how many."""
        end = time.perf_counter() + seconds
        done = 0
        while done < steps and not self.diverged and (done == 0 or time.perf_counter() < end):
            losses = self._solver.step(self._game, self._optimizers, self._draw)
            done += 1
            self.step += 1
            self._summed += 1
            for player, loss in losses.items():
                self._sums[player] = self._sums.get(player, torch.zeros(())) + loss
            if not all(math.isfinite(float(loss)) for loss in losses.values()):
                self.diverged = True
        return done

    @torch.no_grad()
    def view(self, cells: int = 48) -> View:
        """Look at it; `cells` is the number of cells of the discriminator's map along each side."""
        fakes = self._game.players["generator"](self._latents)
        if not bool(fakes.isfinite().all()) or float(fakes.norm(dim=1).median()) > LOST:
            self.diverged = True
        scores = self._game.players["discriminator"](cell_centres(cells)).reshape(cells, cells)
        # Least squares asks for scores of 1 and 0, the others for log-odds.
        judgement = scores if self.settings.objective == "least-squares" else scores.sigmoid()
        losses = {player: float(total) / self._summed for player, total in self._sums.items()}
        self._sums, self._summed = {}, 0
        distribution = points.get(self.settings.distribution)
        covered = modes = good = None
        if distribution.centres is not None:
            modes = len(distribution.centres)
            covered, good = coverage(fakes, distribution.centres, distribution.deviation)
        return View(
            step=self.step,
            real=self._real.numpy(),
            fakes=fakes.nan_to_num(0, 1e6, -1e6).numpy(),
            judgement=judgement.nan_to_num(0.5).clamp(0, 1).numpy(),
            losses={player: loss for player, loss in losses.items() if math.isfinite(loss)},
            covered=covered,
            modes=modes,
            good=good,
        )


def cell_centres(cells: int) -> Tensor:
    """Centres of `cells` x `cells` cells over the view, (cells * cells, 2), row by row from the top left."""
    line = (torch.arange(cells) + 0.5) / cells * 2 * VIEW - VIEW
    y, x = torch.meshgrid(-line, line, indexing="ij")
    return torch.stack([x.flatten(), y.flatten()], 1)


def coverage(samples: Tensor, centres: Tensor, deviation: float) -> tuple[int, float]:
    """How many modes `samples` (N, 2) cover, and the share of good ones among them.

    Good is within `GOOD` deviations of the nearest of `centres` (M, 2); covered is a mode with at least `FAIR` of the
    N / M good samples that would be its share. Samples that are not finite are not good.
    """
    distance, nearest = torch.cdist(samples.nan_to_num(1e6, 1e6, -1e6), centres).min(1)
    good = distance <= GOOD * deviation
    counts = torch.bincount(nearest[good], minlength=len(centres))
    return int((counts >= FAIR * len(samples) / len(centres)).sum()), float(good.float().mean())
