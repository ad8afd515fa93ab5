"""The trainer: a recipe and its data become a game that is played step by step. It knows no files and no screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from gan_core import devices, networks
from gan_core.data import DataSet
from gan_core.data.augmentation import augmentations
from gan_core.devices import Arithmetic
from gan_core.games import Game, TranslationGame, games
from gan_core.games.translating import DOMAINS, TRANSLATORS
from gan_core.objectives import objectives
from gan_core.optimizers import build_optimizer
from gan_core.penalties import Penalty, penalties
from gan_core.recipes import Recipe
from gan_core.solvers import solvers
from gan_core.training.batch_sources import AdversarialBatchSource, BatchSource, TranslationBatchSource, check_labels
from gan_core.training.convergence import EMAChange
from gan_core.training.ema import EMA

ANY_CLASSES = 2
"""How many classes a conditional recipe is checked with before its data are known."""

OPTIMIZER_OF = {
    "generator": "generator_optimizer",
    "generators": "generator_optimizer",
    "discriminator": "discriminator_optimizer",
    "discriminators": "discriminator_optimizer",
    "AtoB": "generator_optimizer",
    "BtoA": "generator_optimizer",
    "A": "discriminator_optimizer",
    "B": "discriminator_optimizer",
}


class Trainer:
    """Everything that changes while training, and `step()` which changes it."""

    def __init__(
        self,
        recipe: Recipe,
        data: Mapping[str, DataSet],
        device: torch.device,
        arithmetic: Arithmetic | None = None,
    ) -> None:
        """`data` holds domain `A`, and `B` for a translation. Without `arithmetic` the machine's self-test decides."""
        self.recipe = recipe
        self.data = dict(data)
        self.device = device
        self.seconds: Callable[[], float] = lambda: 0.0
        """Training time so far, for rates that fall by the clock; whoever keeps the time puts its clock here."""
        self.step_count = 0
        self.images = 0
        channels = recipe.channels or data["A"].pictures.shape[1]
        # Initialisation draws from torch's global generator: seeded here, and nowhere used afterwards.
        torch.manual_seed(recipe.seed)
        self.classes: tuple[str, ...] = data["A"].classes if check_labels(recipe, data["A"]) is not None else ()
        """Names of the classes that the players are told; none in an unconditional run."""
        players = self.players = build_players(recipe, channels, len(self.classes))
        for network in players.values():
            devices.channels_last(network.to(device)).train()
        self.arithmetic = arithmetic or self._settle(players)
        if device.type == "cpu":
            torch.set_num_threads(self.arithmetic.threads)
        self.game: Game = build_game(recipe, players, self.arithmetic)
        self.generator: nn.Module = (
            self.game.translators if isinstance(self.game, TranslationGame) else players["generator"]
        )
        self.solver = solvers.build(recipe.solver.name, **recipe.solver.options)
        self.optimizers = {
            player: build_optimizer(getattr(recipe, OPTIMIZER_OF[player]), network.parameters())
            for player, network in self.game.players.items()
        }
        self.average = EMA(self.generator, recipe.ema_half_life)
        self.average_change = (
            None if recipe.stop_average_change is None else EMAChange(self.average.network, recipe.ema_half_life)
        )
        self._marked: tuple[int, list[Tensor]] | None = None
        self.feed: BatchSource = (
            TranslationBatchSource(recipe, data, self.game, device)
            if isinstance(self.game, TranslationGame)
            else AdversarialBatchSource(recipe, data["A"], device)
        )

    def _settle(self, players: Mapping[str, nn.Module]) -> Arithmetic:
        """Let the self-test try the discriminator, forwards and backwards, on pictures of the run's own shape."""
        recipe = self.recipe
        network = players.get("discriminator", players.get("AtoB"))
        assert network is not None
        convolutional = any(isinstance(module, nn.Conv2d) for module in network.modules())
        sample = self.data["A"].pictures[:1].to(self.device).float() / 127.5 - 1
        sample = sample.expand(recipe.batch_size, *sample.shape[1:])
        if sample.ndim == 4:
            sample = sample.contiguous(memory_format=torch.channels_last)
        told = (torch.zeros(recipe.batch_size, dtype=torch.int64, device=self.device),) if self.classes else ()
        buffers = {name: buffer.clone() for name, buffer in network.named_buffers()}

        def work() -> None:
            output = torch.func.functional_call(network, buffers, (sample, *told))
            torch.autograd.grad(output.float().mean(), list(network.parameters()))

        key = f"{networks.describe(network)} {tuple(sample.shape)}"
        return devices.settle(self.device, work if convolutional else None, key, deterministic=recipe.deterministic)

    def step(self) -> dict[str, Tensor]:
        """One move of every player. Returns losses and statistics as scalars on the device, unread."""
        self._decay_learning_rates()
        losses = self.solver.step(self.game, self.optimizers, self.feed.draw)
        self.step_count += 1
        self.images += self.recipe.batch_size
        self.average.update(self.generator, self.images, self.recipe.batch_size)
        if self.average_change is not None:
            self.average_change.update(self.images)
        return {**losses, **self.game.statistics}

    def mark(self) -> None:
        """Remember where the players stand, for `change` to compare with."""
        self._marked = self.step_count, [value.detach().clone() for value in self._parameters()]

    @property
    def marked_steps(self) -> int | None:
        """Steps made since `mark`; None if there is no mark."""
        return None if self._marked is None else self.step_count - self._marked[0]

    @torch.no_grad()
    def change(self) -> float:
        """|theta - marked theta| / |marked theta| over all players' parameters, a step; takes the mark away.

        Waits for the device: for looks on a time budget, not for every step.
        """
        assert self._marked is not None
        step, before = self._marked
        self._marked = None
        moved = torch._foreach_norm(torch._foreach_sub(self._parameters(), before))  # pyright: ignore[reportPrivateImportUsage]
        length = torch._foreach_norm(before)  # pyright: ignore[reportPrivateImportUsage]
        share = torch.stack(list(moved)).norm() / torch.stack(list(length)).norm().clamp_min(1e-30)
        return float(share) / max(1, self.step_count - step)

    def _parameters(self) -> list[Tensor]:
        return [parameter.detach() for network in self.game.players.values() for parameter in network.parameters()]

    def _decay_learning_rates(self) -> None:
        factor = self.recipe.rate_factor(self.step_count, self.seconds())
        for optimizer in self.optimizers.values():
            for group in optimizer.param_groups:
                group["lr"] = group["initial_lr"] * factor

    def exported(self) -> dict[str, nn.Module]:
        """The averaged networks that a model file holds: `generator`, or the recipe's directions, `AtoB` and `BtoA`."""
        if isinstance(self.game, TranslationGame):
            members = self.average.network.get_submodule("members")
            return dict(members.named_children())
        return {"generator": self.average.network}

    def judges(self) -> dict[str, nn.Module]:
        """The discriminators as a model file holds them: `judge`, or of a translation `judge.A` and `judge.B`.

        None where a penalty has changed how their weights are stored: a card could not describe them.
        """
        names = {"A": "judge.A", "B": "judge.B"} if self.recipe.is_translation else {"discriminator": "judge"}
        found = {label: self.players[name] for name, label in names.items() if name in self.players}
        layers = (layer for network in found.values() for layer in network.modules())
        return {} if any(parametrize.is_parametrized(layer) for layer in layers) else found

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """Everything needed to go on bit for bit: tensors by name, and values that JSON can hold."""
        tensors: dict[str, Tensor] = {}
        for player, network in self.game.players.items():
            tensors |= {f"player.{player}.{name}": value for name, value in network.state_dict().items()}
        tensors |= {f"average.{name}": value for name, value in self.average.network.state_dict().items()}
        for player, optimizer in self.optimizers.items():
            for index, slots in optimizer.state_dict()["state"].items():
                tensors |= {f"optimizer.{player}.{index}.{slot}": torch.as_tensor(v) for slot, v in slots.items()}
        tensors |= {f"game.{name}": value for name, value in self.game.state().items()}
        tensors |= {f"solver.{name}": value for name, value in self.solver.state().items()}
        if self.average_change is not None:
            tensors |= {f"average_change.{name}": value for name, value in self.average_change.state().items()}
        random, position = self.feed.state()
        tensors |= {f"feed.{name}": value for name, value in random.items()}
        values = {"step": self.step_count, "images": self.images, "feed": position}
        return {name: value.detach().cpu().contiguous() for name, value in tensors.items()}, values

    def load_state(self, tensors: Mapping[str, Tensor], values: Mapping[str, Any]) -> None:
        """Take back what `state` gave; strict, so that nothing is silently left as it was."""

        def part(prefix: str) -> dict[str, Tensor]:
            return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}

        for player, network in self.game.players.items():
            network.load_state_dict(part(f"player.{player}."))
            optimizer = self.optimizers[player]
            slots: dict[int, dict[str, Tensor]] = {}
            for name, value in part(f"optimizer.{player}.").items():
                index, slot = name.split(".", 1)
                slots.setdefault(int(index), {})[slot] = value
            for index, parameter in enumerate(network.parameters()):
                # Fused optimizers walk parameters and slots by memory, so both need one layout.
                for slot, value in slots.get(index, {}).items():
                    if value.shape == parameter.shape:
                        slots[index][slot] = torch.empty_like(parameter).copy_(value)
            optimizer.load_state_dict({"state": slots, "param_groups": optimizer.state_dict()["param_groups"]})
        self.average.network.load_state_dict(part("average."))
        self.game.load_state({name: value.to(self.device) for name, value in part("game.").items()})
        self.solver.load_state({name: value.to(self.device) for name, value in part("solver.").items()})
        if self.average_change is not None:
            self.average_change.load_state(part("average_change."))
        self.feed.load_state(part("feed."), values["feed"])
        self.step_count, self.images = int(values["step"]), int(values["images"])


def build_players(recipe: Recipe, channels: int, classes: int = 0) -> dict[str, nn.Module]:
    """The recipe's networks with fresh weights, as its penalty wants them.

    `generator` and `discriminator`; of a translation `AtoB` and `BtoA`, `A` and `B`, or one of each and `heads`.

    `classes` is how many the data set has, in a conditional recipe.
    """
    games[recipe.game.name]  # an unknown game is refused here
    if recipe.is_translation:
        made = {name: networks.build_translator(recipe, channels) for name in recipe.directions}
        landing = sorted(TRANSLATORS[name][1] for name in made)
        judges = {domain: networks.build_discriminator(recipe, channels) for domain in landing}
        if recipe.game.name == "contrastive":
            made["heads"] = networks.build_heads(made["AtoB"])
    else:
        made = {"generator": networks.build_generator(recipe, channels, classes)}
        judges = {"discriminator": networks.build_discriminator(recipe, channels, classes)}
    penalty = build_penalty(recipe)
    if penalty is not None and penalty.prepare is not None:
        for discriminator in judges.values():
            penalty.prepare(discriminator)
    return made | judges


def build_penalty(recipe: Recipe) -> Penalty | None:
    """The recipe's penalty; None if it has none."""
    return penalties.build(recipe.penalty.name, **recipe.penalty.options) if recipe.penalty else None


def build_game(recipe: Recipe, players: Mapping[str, nn.Module], arithmetic: Arithmetic) -> Game:
    """The recipe's game among `players`."""
    objective = objectives.build(recipe.objective.name, **recipe.objective.options)
    penalty = build_penalty(recipe)
    if recipe.is_translation:
        judges = {name: network for name, network in players.items() if name in DOMAINS}
        makers = {name: network for name, network in players.items() if name not in judges}
        return games.build(recipe.game.name, makers, judges, objective, penalty, arithmetic, **recipe.game.options)
    both = players["generator"], players["discriminator"]
    return games.build(recipe.game.name, *both, objective, penalty, arithmetic, **recipe.game.options)


def check_parts(recipe: Recipe) -> None:
    """Raise InputError if the recipe's parts do not exist or do not fit together; allocates no weights."""
    with torch.device("meta"):
        players = build_players(recipe, recipe.channels or 3, ANY_CLASSES if recipe.conditional else 0)
    game = build_game(recipe, players, Arithmetic(torch.device("cpu"), False, 1))
    optimizers: dict[str, torch.optim.Optimizer] = {}
    for player, network in game.players.items():
        # One number seen in the parameters' shapes: an optimizer may refuse a player by its size.
        shapes = [torch.zeros(()).expand(parameter.shape).requires_grad_() for parameter in network.parameters()]
        optimizers[player] = build_optimizer(getattr(recipe, OPTIMIZER_OF[player]), shapes)
    solvers.build(recipe.solver.name, **recipe.solver.options).check(game, optimizers)
    for name in recipe.augmentation:
        augmentations[name]
