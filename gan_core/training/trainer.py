"""The trainer: a recipe and its data become a game that is played step by step; files and viewers are elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from gan_core.assembly import DISCRIMINATORS, assemble, frozen_parameters
from gan_core.data import DataSet
from gan_core.devices import Arithmetic
from gan_core.games import TranslationGame
from gan_core.recipes import Recipe
from gan_core.training.batch_sources import BatchSource, batch_source_for
from gan_core.training.convergence import EMAChange
from gan_core.training.ema import EMA


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
        """Training time so far, for rates that fall by the clock; a run puts its clock here."""
        self.step_count = 0
        self.images = 0
        assembly = assemble(recipe, data, device, arithmetic)
        self.game, self.solver, self.optimizers = assembly.game, assembly.solver, assembly.optimizers
        self.players, self.classes = assembly.networks, assembly.classes
        self.arithmetic = assembly.game.arithmetic
        self.generator: nn.Module = (
            self.game.translators if isinstance(self.game, TranslationGame) else self.players["generator"]
        )
        self.average = EMA(self.generator, recipe.ema_half_life)
        self.average_change = (
            None if recipe.stop_average_change is None else EMAChange(self.average.network, recipe.ema_half_life)
        )
        self._marked: tuple[int, list[Tensor]] | None = None
        self.feed: BatchSource = batch_source_for(recipe, data, self.game, device)

    def step(self) -> dict[str, Tensor]:
        """One move of every player.

        Returns:
            Losses and statistics, unread scalars on the device.
        """
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

        Waits for the device: not for every step.
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

    def discriminators(self) -> dict[str, nn.Module]:
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
        if self.average.images_before:
            values["images_before"] = self.average.images_before
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
        self.average.images_before = int(values.get("images_before", 0))

    def freeze_discriminators(self) -> None:
        """Keep the layers of the discriminators that the recipe freezes at the weights that they have now."""
        frozen = {
            id(parameter)
            for name, network in self.players.items()
            if name in DISCRIMINATORS
            for parameter in frozen_parameters(network, self.recipe.frozen_discriminator_layers)
        }
        for player, network in self.game.players.items():
            if held := [parameter for parameter in network.parameters() if id(parameter) in frozen]:
                self.game.hold(player, held)
