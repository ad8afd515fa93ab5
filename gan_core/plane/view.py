"""What is drawn of a training in the plane at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from gan_core.games import AdversarialBatch, AdversarialGame
from gan_core.metrics.plane import SAMPLES, Divergence, coverage, divergence, histogram
from gan_core.objectives import Objective
from gan_core.plane.distributions import VIEW, Target
from gan_core.plane.training import LATENT, PlaneTraining

SEEN = 2000
"""Generated points that modes and good samples are counted on."""
ARROWS = 150
"""Generated points whose gradient is shown."""
NET = 20
"""Cells of the latent net along each side."""
LOST = 100.0
"""A median distance from the origin at which the generator will not come back."""
REFERENCE = 8 * SAMPLES
"""Real samples that divergences are measured from: so many that their own noise hardly counts."""

Layers = frozenset[str]
LAYERS: Layers = frozenset({"map", "arrows", "net"})


@dataclass(frozen=True)
class View:
    """Arrays are float32; positions in the plane, x to the right and y upwards."""

    fakes: np.ndarray
    """(SEEN, 2), of the same latents at every step."""
    outside: float
    """Share of the generated points that lie outside the square that is looked at."""
    score_map: np.ndarray | None
    """(cells, cells) in [0, 1], rows from the top: 1 where the discriminator takes a point for real."""
    arrows: np.ndarray | None
    """(ARROWS, 2): minus the gradient of the generator's loss by each of the first points, times their number."""
    net: np.ndarray | None
    """(NET + 1, NET + 1, 2): where the net of latents goes; every cell holds the same share of the generated points."""
    covered: int | None
    good: float | None
    """Modes that are covered and share of good samples; None for a distribution without modes."""


@dataclass
class PlaneObserver:
    """Computes what is drawn of a training without changing it: its random streams are its own."""

    seed: int
    _real: dict[Target, tuple[Tensor, Tensor, Divergence]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        generator = torch.Generator().manual_seed(self.seed + 1)
        self.latents = torch.randn(SEEN, LATENT, generator=generator)
        self.net = latent_net(NET)
        self._shown = generator.get_state()

    def real(self, target: Target) -> np.ndarray:
        """Real points to draw, (SEEN, 2), the same in every call."""
        return self._known(target)[0].numpy()

    def reference_level(self, target: Target) -> Divergence:
        """The divergence of as many real samples: no generator can honestly be better."""
        return self._known(target)[2]

    def _known(self, target: Target) -> tuple[Tensor, Tensor, Divergence]:
        if target not in self._real:
            generator = torch.Generator()
            generator.set_state(self._shown)
            sample = target.distribution.sample
            real, again = sample(REFERENCE, generator), sample(SAMPLES, generator)
            counts = histogram(real, VIEW) * (SAMPLES / REFERENCE)
            level = divergence(counts, histogram(again, VIEW))
            self._real = {target: (real[:SEEN].clone(), counts, level)}  # the last one only: a drawing may be large
        return self._real[target]

    def divergence(self, training: PlaneTraining) -> Divergence:
        """Divergence of `SAMPLES` generated points from the real ones, on latents of its own."""
        generator = torch.Generator().manual_seed(self.seed + 2)
        latents = torch.randn(SAMPLES, LATENT, generator=generator)
        points = quiet(training.game, "generator", latents)
        return divergence(self._known(training.settings.target)[1], histogram(points, VIEW))

    def view(self, training: PlaneTraining, *, cells: int = 44, layers: Layers = LAYERS) -> View:
        """Everything that is drawn of `training`; marks it as diverged if its points are lost.

        Args:
            training: Its players are not changed.
            cells: Of the map, along each side.
            layers: What to compute of `LAYERS`; the others are None in the result.
        """
        game, target = training.game, training.settings.target
        fakes = quiet(game, "generator", self.latents)
        net = quiet(game, "generator", self.net.reshape(-1, LATENT)) if "net" in layers else None
        if not bool(fakes.isfinite().all()) or float(fakes.norm(dim=1).median()) > LOST:
            training.diverged = True
        covered = good = None
        if target.distribution.centres is not None:
            covered, good = coverage(fakes, target.distribution.centres, target.distribution.deviation, target.groups)
        return View(
            fakes=_finite(fakes),
            outside=float((~(fakes.abs() <= VIEW).all(1)).float().mean()),
            score_map=self.score_map(game, cells) if "map" in layers else None,
            arrows=self.arrows(game, fakes[:ARROWS], target) if "arrows" in layers else None,
            net=None if net is None else _finite(net).reshape(NET + 1, NET + 1, 2),
            covered=covered,
            good=good,
        )

    def score_map(self, game: AdversarialGame, cells: int) -> np.ndarray:
        """The discriminator's scores over the view, (cells, cells) in [0, 1], as `as_scores` scales them."""
        scores = quiet(game, "discriminator", cell_centres(cells))
        return _finite(as_scores(scores, game.objective), 0.5).reshape(cells, cells)

    def arrows(self, game: AdversarialGame, fakes: Tensor, target: Target) -> np.ndarray:
        """Where the generator's loss in use would push each of `fakes` (N, 2): -N dL/dx, without moving anything.

        Through the game's own loss, so every objective is right, those included that pair each generated sample with a
        real one. A term that both players descend together afterwards (`Objective.joint`) is not part of it.
        """
        samples = fakes.detach().nan_to_num(0, 1e6, -1e6).requires_grad_()
        real = self._known(target)[0][: len(samples)].to(samples.dtype)
        batch = AdversarialBatch(real, self.latents[: len(samples)], seed=self.seed)
        position = game.position()
        batch.once("fakes", position["generator"], lambda: samples)  # these points instead of newly generated ones
        statistics = dict(game.statistics)
        (gradient,) = torch.autograd.grad(game.loss("generator", position, batch), samples)
        game.statistics = statistics
        return _finite(-len(samples) * gradient)


@torch.no_grad()
def quiet(game: AdversarialGame, player: str, inputs: Tensor) -> Tensor:
    """The output of the player's network for `inputs`, without any change, even of spectral normalisation's vectors."""
    return game.caller(player, game.position(), AdversarialBatch(inputs, inputs), keep=False)(inputs)


def as_scores(scores: Tensor, objective: Objective) -> Tensor:
    """Scores over the view as numbers in [0, 1], 1 for real: what that means depends on what a score is.

    Log-odds become probabilities. Scores with targets are placed between the two. A critic's heights have no scale of
    their own: they are centred on their median and divided by the range of the middle 90 % of the view.
    """
    if objective.scores == "logit":
        return scores.sigmoid()
    if objective.scores == "target":
        fake, real = objective.targets
        return ((scores - fake) / (real - fake)).clamp(0, 1)
    finite = scores.nan_to_num(0, 1e6, -1e6)
    low, middle, high = finite.quantile(torch.tensor([0.05, 0.5, 0.95]))
    return (0.5 + (finite - middle) / (2 * torch.maximum(high - middle, middle - low) + 1e-12)).clamp(0, 1)


MEANING: Mapping[str, str] = {
    "logit": "How probable it is, in the discriminator's opinion, that a point there is real.",
    "target": "Where the discriminator's score lies between its two targets, generated and real.",
    "critic": "The critic's score, centred and scaled to the picture: only its differences mean something.",
}
"""What the map shows, by the kind of scores."""


def cell_centres(cells: int) -> Tensor:
    """Centres of `cells` x `cells` cells over the view, (cells * cells, 2), row by row from the top left."""
    line = (torch.arange(cells) + 0.5) / cells * 2 * VIEW - VIEW
    y, x = torch.meshgrid(-line, line, indexing="ij")
    return torch.stack([x.flatten(), y.flatten()], 1)


def latent_net(cells: int) -> Tensor:
    """Corners (cells + 1, cells + 1, 2) of a net over the plane of latents z ~ N(0, I).

    Its lines stand at equal steps of the normal distribution function from 1 % to 99 %, so that each of its cells holds
    the same share of all latents: where the image of a cell is small, generated points are dense.
    """
    line = torch.distributions.Normal(0.0, 1.0).icdf(torch.linspace(0.01, 0.99, cells + 1))
    return torch.stack(torch.meshgrid(line, line, indexing="ij"), 2)


def _finite(values: Tensor, nothing: float = 0.0) -> np.ndarray:
    return values.detach().nan_to_num(nothing, 1e6, -1e6).numpy()
