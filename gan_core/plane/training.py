"""A GAN of points in the plane, small enough to be trained a few milliseconds at a time between drawings.

The game, the objectives, the penalties, the solvers, the optimizers and the networks are those of every other training.
"""

from __future__ import annotations

import copy
import dataclasses
import math
import time
from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from gan_core.assembly import (
    Assembly,
    Optimizers,
    assemble_players,
    build_penalty,
    build_point_players,
    prepare,
)
from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.games import AdversarialBatch, AdversarialGame
from gan_core.plane.history import History, Moment
from gan_core.plane.settings import PlaneSettings
from gan_core.recipes import Part
from gan_core.solvers import Solver

HIDDEN = 64
LATENT = 2
PLAYERS = ("generator", "discriminator")
ARITHMETIC = Arithmetic(torch.device("cpu"), False, 1)
"""float32 on one thread: a step of so small a game is over before another thread would have begun."""


class PlaneTraining:
    """Generator and discriminator of points, with their optimizers; not safe for several threads at once."""

    def __init__(self, settings: PlaneSettings, *, hidden: int = HIDDEN) -> None:
        self.settings = settings
        self.step = 0
        self.diverged = False
        self.history = History()
        self._draws = torch.Generator().manual_seed(settings.seed)
        self._sums: dict[str, Tensor] = {}
        self._summed = 0
        self._assembly = self._assemble(settings, build_point_players(settings.seed, LATENT, hidden), {})
        self._keep()

    @property
    def game(self) -> AdversarialGame:
        """The game as it stands now; `change` and `rewind` put another in its place."""
        game = self._assembly.game
        assert isinstance(game, AdversarialGame)
        return game

    @property
    def optimizers(self) -> Optimizers:
        """The optimizers by player."""
        return self._assembly.optimizers

    @property
    def solver(self) -> Solver:
        """The solver that moves the players."""
        return self._assembly.solver

    # Settings -----------------------------------------------------------------------------------------------------

    def change(self, settings: PlaneSettings) -> None:
        """Go on under other settings with the same networks.

        An optimizer keeps its memory unless its kind or one of its options but the rate is another. InputError, and the
        old settings go on, where the new ones do not fit together; another seed is another training.
        """
        old = self.settings
        if settings.seed != old.seed:
            raise InputError("Another seed starts another training.")
        parts = ("objective", "penalty", "solver", "generator_optimizer", "discriminator_optimizer")
        if any(getattr(settings, part) != getattr(old, part) for part in parts):
            players, kept = copy.deepcopy((self.game.players, self.optimizers))
            if settings.penalty != old.penalty:
                players, kept = self._without_rules(players, kept)
            same = {
                player: kept[player]
                for player in kept
                if _kind(getattr(settings, f"{player}_optimizer")) == _kind(getattr(old, f"{player}_optimizer"))
            }
            assembly = self._assemble(settings, players, same)
            if settings.solver == old.solver:
                assembly.solver.load_state(self.solver.state())
            self._assembly = assembly
        self.settings = settings
        self.history.forget_from(self.step)
        self._keep()

    def _assemble(
        self,
        settings: PlaneSettings,
        players: dict[str, nn.Module],
        kept: Mapping[str, torch.optim.Optimizer],
        *,
        trial: bool = True,
    ) -> Assembly:
        """Game, optimizers (new unless `kept`) and solver. A `trial` step on copies shows whether they fit together."""
        discriminator = players["discriminator"]
        if not _is_prepared(discriminator):
            with torch.random.fork_rng(devices=[]):  # the first vectors of spectral normalisation are drawn
                torch.manual_seed(settings.seed)
                prepare(build_penalty(settings.penalty), [discriminator])
        assembly = assemble_players(settings, players, ARITHMETIC)
        for player, optimizer in kept.items():
            for group, new in zip(optimizer.param_groups, assembly.optimizers[player].param_groups, strict=True):
                group["lr"] = group["initial_lr"] = new["lr"]
            assembly.optimizers[player] = optimizer
        if trial:
            trial_players, optimizers = copy.deepcopy((players, assembly.optimizers))
            attempt = dataclasses.replace(assemble_players(settings, trial_players, ARITHMETIC), optimizers=optimizers)
            draws = torch.Generator().manual_seed(settings.seed)
            attempt.step(lambda: self._batch(settings, draws))
        return assembly

    def _without_rules(
        self, players: dict[str, nn.Module], kept: Optimizers
    ) -> tuple[dict[str, nn.Module], Mapping[str, torch.optim.Optimizer]]:
        """Plain weights for a discriminator that an old penalty had prepared; its optimizer cannot follow."""
        discriminator = players["discriminator"]
        if not _is_prepared(discriminator):
            return players, kept
        for module in discriminator.modules():
            for name in list(getattr(module, "parametrizations", {})):
                parametrize.remove_parametrizations(module, name, leave_parametrized=True)
        return players, {"generator": kept["generator"]}

    # Steps --------------------------------------------------------------------------------------------------------

    def batch(self) -> AdversarialBatch:
        """The next batch of the training's own draws."""
        return self._batch(self.settings, self._draws)

    @staticmethod
    def _batch(settings: PlaneSettings, draws: torch.Generator) -> AdversarialBatch:
        real = settings.target.distribution.sample(settings.batch_size, draws)
        latents = torch.randn(settings.batch_size, LATENT, generator=draws)
        return AdversarialBatch(real, latents, seed=int(torch.randint(2**62, (), generator=draws)))

    def train(self, steps: int, seconds: float = math.inf) -> int:
        """Make at most `steps` steps in about `seconds`, at least one; none once the training has diverged.

        Returns:
            How many were made.
        """
        end = time.perf_counter() + seconds
        done = 0
        while done < steps and not self.diverged and (done == 0 or time.perf_counter() < end):
            self.advance(self.batch)
            done += 1
        return done

    def advance(self, draw: Callable[[], AdversarialBatch]) -> None:
        """One step of the solver on batches from `draw`."""
        self._count(self._assembly.step(draw))

    def train_one(self, player: str) -> None:
        """One step of one player alone, `generator` or `discriminator`, with its own optimizer; the other one does not
        move.

        Raises:
            InputError: for another player.
        """
        if player not in PLAYERS:
            raise InputError(f"A single step is one of the {' or the '.join(PLAYERS)}, not of {player!r}.")
        if self.diverged:
            return
        self._count({player: self._assembly.step_player(player, self.batch())})

    def _count(self, losses: Mapping[str, Tensor]) -> None:
        self.step += 1
        self._summed += 1
        for player, loss in losses.items():
            self._sums[player] = self._sums.get(player, torch.zeros(())) + loss
        if not all(math.isfinite(float(loss)) for loss in losses.values()):
            self.diverged = True
        elif self.history.due(self.step):
            self._keep()

    def losses(self) -> dict[str, float]:
        """By player, averaged since they were last asked for; those that are not finite are left out."""
        means = {player: float(total) / self._summed for player, total in self._sums.items()}
        self._sums, self._summed = {}, 0
        return {player: loss for player, loss in means.items() if math.isfinite(loss)}

    # Going back ---------------------------------------------------------------------------------------------------

    def _keep(self) -> None:
        players, optimizers = copy.deepcopy((self.game.players, self.optimizers))
        solver = {name: value.clone() for name, value in self.solver.state().items()}
        self.history.keep(Moment(self.step, self.settings, players, optimizers, solver, self._draws.get_state()))

    def rewind(self, step: int) -> None:
        """Stand where the training stood at the last kept moment at or before `step`, under the settings of then.

        Later moments stay to be looked at until a step is made from here.
        """
        moment = self.history.at(step)
        players, optimizers = moment.copied()
        self.settings, self.step, self.diverged = moment.settings, moment.step, False
        self._assembly = self._assemble(moment.settings, players, optimizers, trial=False)
        self.solver.load_state({name: value.clone() for name, value in moment.solver.items()})
        self._draws.set_state(moment.draws)
        self._sums, self._summed = {}, 0


def _kind(part: Part) -> tuple[str, dict[str, object]]:
    """An optimizer but for its learning rate, which may change under way."""
    return part.name, {name: value for name, value in part.options.items() if name != "learning_rate"}


def _is_prepared(module: nn.Module) -> bool:
    """Whether some weight is computed from another parameter, as under spectral normalisation."""
    return any(parametrize.is_parametrized(each) for each in module.modules())
