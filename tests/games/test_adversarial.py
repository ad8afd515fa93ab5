from __future__ import annotations

import pytest
import torch
from torch import nn

from gan_core.devices import Arithmetic
from gan_core.games import AdversarialBatch, AdversarialGame
from gan_core.objectives import objectives
from gan_core.penalties import penalties

EXACT = Arithmetic(torch.device("cpu"), bfloat16=False, threads=1)


class Critic(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5), nn.Tanh(), nn.Linear(5, 1))

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        return self.layers(samples).flatten()


def make(objective: str = "non-saturating", penalty: str | None = None) -> tuple[AdversarialGame, AdversarialBatch]:
    torch.manual_seed(0)
    generator = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 3))
    chosen = penalties.build(penalty) if penalty else None
    game = AdversarialGame(generator, Critic(), objectives.build(objective), chosen, EXACT)
    for network in game.players.values():
        network.double()
    draws = torch.Generator().manual_seed(1)
    batch = AdversarialBatch(
        torch.randn(6, 3, generator=draws, dtype=torch.float64), torch.randn(6, 2, generator=draws, dtype=torch.float64)
    )
    return game, batch


def test_the_mixed_derivative_is_there() -> None:
    """D_xy of the generator's loss, by its own and the discriminator's parameters, against finite differences."""
    game, batch = make()
    position = game.position()
    own, other = position["generator"]["0.weight"], position["discriminator"]["layers.0.weight"]

    def gradient() -> torch.Tensor:
        fresh = AdversarialBatch(batch.real, batch.latents)
        return torch.autograd.grad(game.loss("generator", position, fresh), own, create_graph=True)[0]

    (mixed,) = torch.autograd.grad(gradient()[0, 0], other)
    step = 1e-6
    with torch.no_grad():
        other[1, 2] += step
    above = gradient()[0, 0].item()
    with torch.no_grad():
        other[1, 2] -= 2 * step
    below = gradient()[0, 0].item()
    assert mixed[1, 2].abs() > 1e-5
    assert mixed[1, 2].item() == pytest.approx((above - below) / (2 * step), rel=1e-5)


def test_evaluating_changes_nothing_until_commit() -> None:
    game, batch = make()
    before = {name: buffer.clone() for name, buffer in game.players["generator"].named_buffers()}
    first = game.losses(game.position(), batch)
    again = game.losses(game.position(), AdversarialBatch(batch.real, batch.latents))
    assert first == again
    assert all(torch.equal(buffer, before[name]) for name, buffer in game.players["generator"].named_buffers())
    game.commit(batch)
    changed = dict(game.players["generator"].named_buffers())
    assert changed["1.num_batches_tracked"] == 1
    assert not torch.equal(changed["1.running_mean"], before["1.running_mean"])


def test_fakes_are_made_once_while_the_generator_stands_still() -> None:
    game, batch = make()
    calls: list[object] = []
    game.players["generator"].register_forward_hook(lambda *_: calls.append(None))
    position = game.position()
    game.loss("discriminator", position, batch)
    game.loss("generator", position, batch)
    assert len(calls) == 1
    game.loss("generator", {**position, "generator": dict(position["generator"])}, batch)
    assert len(calls) == 2


def test_a_player_with_constants_for_the_other_has_no_graph_through_it() -> None:
    game, batch = make(penalty="r1")
    position = game.position()
    still = {name: value.detach() for name, value in position["generator"].items()}
    loss = game.loss("discriminator", {**position, "generator": still}, batch)
    loss.backward()
    assert all(parameter.grad is None for parameter in game.players["generator"].parameters())
    assert all(parameter.grad is not None for parameter in game.players["discriminator"].parameters())
