from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import nn

from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.games import CycleGame, ImagePool, PoolChoice, TranslationBatch
from gan_core.objectives import Objective, objectives
from gan_core.penalties import Penalty, penalties

EXACT = Arithmetic(torch.device("cpu"), bfloat16=False, threads=1)


class Scale(nn.Module):
    """x -> factor * x, so that every loss can be written down."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(factor))

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return self.factor * pictures


def make(
    objective: Objective | None = None, penalty: Penalty | None = None, **options: Any
) -> tuple[CycleGame, TranslationBatch]:
    game = CycleGame(
        {"AtoB": Scale(2.0), "BtoA": Scale(0.25)},
        {"A": Scale(1.0), "B": Scale(3.0)},
        objective or objectives.build("least-squares", generator_factor=1.0),
        penalty,
        EXACT,
        pool_size=0,
        **options,
    )
    real = {"A": torch.full((1, 1, 2, 2), 0.5), "B": torch.full((1, 1, 2, 2), 1.0)}
    return game, TranslationBatch(real, {domain: [PoolChoice(None, False)] for domain in "AB"})


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


def test_the_distance_of_the_cycle_can_be_squared() -> None:
    game, batch = make(cycle_weight=10.0, adversarial_weight=0.0, cycle_distance="l2")
    cycle = (0.25 * 1 - 0.5) ** 2 + (2 * 0.25 - 1) ** 2
    assert game.loss("generators", game.position(), batch).item() == pytest.approx(10 * cycle)


def test_four_players_have_the_gradients_of_two() -> None:
    """Shared by one batch, AtoB, BtoA, A and B are moved as the two teams are."""
    (two, batch), (four, other) = make(identity_weight=0.5), make(identity_weight=0.5, per_network_batches=True)
    assert four.sides == (("AtoB", "BtoA"), ("A", "B"))
    assert two.sides == (("generators",), ("discriminators",))
    position, apart = two.position(), four.position()
    for team, members in (("generators", ("AtoB", "BtoA")), ("discriminators", ("A", "B"))):
        together = torch.autograd.grad(
            two.loss(team, position, batch), list(position[team].values()), retain_graph=True
        )
        alone = [torch.autograd.grad(four.loss(name, apart, other), apart[name]["factor"])[0] for name in members]
        assert [value.item() for value in together] == pytest.approx([value.item() for value in alone])


def test_a_penalty_is_added_for_both_discriminators() -> None:
    """R1 of D(x) = s x summed over four pixels: gamma/2 times 4 s^2."""
    plain, batch = make()
    game, other = make(penalty=penalties.build("r1", gamma=0.5))
    term = 0.25 * 4 * (1**2 + 3**2)
    losses = [g.loss("discriminators", g.position(), b).item() for g, b in ((plain, batch), (game, other))]
    assert losses[1] - losses[0] == pytest.approx(term)
    assert game.statistics["penalty"].item() == pytest.approx(term / 2)


def test_clipping_after_a_move_of_the_judges_alone() -> None:
    game, _ = make(penalty=penalties.build("weight-clipping", limit=0.5))
    game.moved("generators")
    game.moved("discriminators")
    values = [float(p.detach()) for player in game.players.values() for p in player.parameters()]
    assert values == [2.0, 0.25, 0.5, 0.5]


def test_printed_forms_by_hand() -> None:
    """With AtoB = 2x, BtoA = x/4, D_A = x, D_B = 3x at a = 1/2, b = 1."""

    def log(score: float) -> float:
        return -math.log1p(math.exp(-score))

    game, batch = make(form="printed-000")
    losses = game.losses(game.position(), batch)
    assert losses["generators"].item() == pytest.approx(log(-3) + 10 * (0.25 + 0.25))
    assert losses["discriminators"].item() == pytest.approx(-log(1.5) - log(-3))
    game, batch = make(form="printed-004")
    losses = game.losses(game.position(), batch)
    value = log(1) + log(-0.75)
    assert losses["generators"].item() == pytest.approx(value + 10 * (0.25 + 0.5) ** 2 + (0 + 0.25) ** 2)
    assert losses["discriminators"].item() == pytest.approx(-value)
    assert game.negative_control is not None


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"cycle_distance": "l3"}, "cycle_distance is l1 or l2, not 'l3'"),
        ({"form": "printed-001"}, "form is corrected, printed-000 or printed-004"),
        ({"objective": objectives.build("coupled", split=True)}, "split=false"),
        ({"objective": objectives.build("wasserstein")}, "unless a penalty bounds"),
    ],
)
def test_wrong_options_get_one_sentence(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        make(**options)
