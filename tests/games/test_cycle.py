from __future__ import annotations

import pytest
import torch
from torch import nn

from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.games import CycleBatch, CycleGame, ImagePool, PoolChoice
from gan_core.objectives import objectives

EXACT = Arithmetic(torch.device("cpu"), bfloat16=False, threads=1)


class Scale(nn.Module):
    """x -> factor * x, so that every loss can be written down."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(factor))

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return self.factor * pictures


def make(**options: float) -> tuple[CycleGame, CycleBatch]:
    game = CycleGame(
        {"AtoB": Scale(2.0), "BtoA": Scale(0.25)},
        {"A": Scale(1.0), "B": Scale(3.0)},
        objectives.build("least-squares", generator_factor=1.0),
        None,
        EXACT,
        pool_size=0,
        **options,  # pyright: ignore[reportArgumentType]
    )
    real = {"A": torch.full((1, 1, 2, 2), 0.5), "B": torch.full((1, 1, 2, 2), 1.0)}
    return game, CycleBatch(real, {domain: [PoolChoice(None, False)] for domain in "AB"})


def test_losses_by_hand() -> None:
    game, batch = make(cycle_weight=10.0, identity_weight=0.5, adversarial_weight=2.0)
    losses = game.losses(game.position(), batch)
    # AtoB(a) = 1, judged 3; BtoA(b) = 0.25, judged 0.25.
    adversarial = (3 - 1) ** 2 + (0.25 - 1) ** 2
    cycle = abs(0.25 * 1 - 0.5) + abs(2 * 0.25 - 1)
    identity = abs(2 * 1 - 1) + abs(0.25 * 0.5 - 0.5)
    assert losses["generators"].item() == pytest.approx(2 * adversarial + 10 * cycle + 10 * 0.5 * identity)
    judged_a = ((0.5 - 1) ** 2 + 0.25**2) / 2
    judged_b = ((3 - 1) ** 2 + 3**2) / 2
    assert losses["discriminators"].item() == pytest.approx(judged_a + judged_b)


def test_the_pool_fills_then_swaps_half_of_the_time() -> None:
    pool, draws = ImagePool(3), torch.Generator().manual_seed(0)
    shown_stored = 0
    for number in range(400):
        fakes = torch.full((1, 1, 1, 1), float(number))
        choices = pool.choose(1, draws)
        shown = pool.shown(fakes, choices)
        if number < 3:
            assert shown.item() == number
        shown_stored += int(shown.item() != number)
        pool.store(fakes, choices)
    assert len(pool.pictures) == 3
    assert 160 < shown_stored < 240


def test_the_pool_changes_only_on_commit() -> None:
    game, batch = make()
    game.pools["A"].size = game.pools["B"].size = 1
    batch.choices = {domain: pool.choose(1, torch.Generator()) for domain, pool in game.pools.items()}
    game.losses(game.position(), batch)
    assert not game.pools["B"].pictures
    game.commit(batch)
    assert game.pools["B"].pictures[0].unique().tolist() == [1.0]
    other, _ = make()
    other.load_state(game.state())
    assert torch.equal(other.pools["B"].pictures[0], game.pools["B"].pictures[0])


def test_negative_weights_are_refused() -> None:
    with pytest.raises(InputError, match="0 or more"):
        make(cycle_weight=-1.0)
