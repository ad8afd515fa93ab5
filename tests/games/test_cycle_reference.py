"""CycleGAN step by step as its paper and authors play it, told again without this project's games and solvers."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import pytest
import torch
from torch import Tensor, nn

from gan_core.devices import Arithmetic
from gan_core.games import CycleGame, PoolChoice, TranslationBatch
from gan_core.games.pool import ImagePool
from gan_core.networks.patch import PatchDiscriminator
from gan_core.networks.resnet import ResnetGenerator
from gan_core.objectives import objectives
from gan_core.recipes import Part, Recipe
from gan_core.solvers import solvers

EXACT = Arithmetic(torch.device("cpu"), bfloat16=False, threads=1)
STEPS, BATCH, POOL = 20, 2, 3


class Pool:
    """The authors' image pool (Shrivastava et al. 2017): pictures one by one, with the draws given."""

    def __init__(self) -> None:
        self.pictures: list[Tensor] = []

    def query(self, fakes: Tensor, choices: Sequence[PoolChoice]) -> Tensor:
        shown = []
        for fake, choice in zip(fakes.detach().split(1), choices, strict=True):
            if len(self.pictures) < POOL:
                self.pictures.append(fake)
                shown.append(fake)
            elif choice.show_stored:
                assert choice.slot is not None
                shown.append(self.pictures[choice.slot])
                self.pictures[choice.slot] = fake
            else:
                shown.append(fake)
        return torch.cat(shown)


def networks() -> dict[str, nn.Module]:
    torch.manual_seed(0)
    made: dict[str, nn.Module] = {name: ResnetGenerator(channels=1, width=2, blocks=1) for name in ("AtoB", "BtoA")}
    made |= {name: PatchDiscriminator(size=16, channels=1, width=2, layers=1) for name in "AB"}
    for network in made.values():
        network.double()
        for parameter in network.parameters():
            nn.init.normal_(parameter, 0.0, 0.3)
    return made


def restated(parts: dict[str, nn.Module], batches: list[TranslationBatch], rate: float) -> None:
    """Zhu et al. 2017, section 4, in the order of the authors' `optimize_parameters`."""
    there, back, judge_a, judge_b = (parts[name] for name in ("AtoB", "BtoA", "A", "B"))
    makers = [*there.parameters(), *back.parameters()]
    judges = [*judge_a.parameters(), *judge_b.parameters()]
    of_makers = torch.optim.Adam(makers, lr=rate, betas=(0.5, 0.999))
    of_judges = torch.optim.Adam(judges, lr=rate, betas=(0.5, 0.999))
    pools = {"A": Pool(), "B": Pool()}
    for batch in batches:
        a, b = batch.real["A"], batch.real["B"]
        fake_b, fake_a = there(a), back(b)  # computed once
        loss = (judge_b(fake_b) - 1).square().mean() + (judge_a(fake_a) - 1).square().mean()
        loss = loss + 10 * ((back(fake_b) - a).abs().mean() + (there(fake_a) - b).abs().mean())
        loss = loss + 5 * ((there(b) - b).abs().mean() + (back(a) - a).abs().mean())
        of_makers.zero_grad()
        loss.backward()
        of_makers.step()
        of_judges.zero_grad()
        for domain, judge, real, fake in (("A", judge_a, a, fake_a), ("B", judge_b, b, fake_b)):
            shown = pools[domain].query(fake, batch.choices[domain])
            loss = ((judge(real) - 1).square().mean() + judge(shown).square().mean()) * 0.5
            loss.backward()
        of_judges.step()


def test_the_presets_order_is_the_originals() -> None:
    preset = Recipe.named("cyclegan")
    assert preset.solver == Part("simultaneous")
    parts = networks()
    theirs = copy.deepcopy(parts)
    game = CycleGame(
        {name: parts[name] for name in ("AtoB", "BtoA")},
        {name: parts[name] for name in "AB"},
        objectives.build(preset.objective.name, **preset.objective.options),
        None,
        EXACT,
        **{**preset.game.options, "pool_size": POOL, "identity_weight": 0.5},
    )
    draws = torch.Generator().manual_seed(1)
    batches: list[TranslationBatch] = []

    def draw() -> TranslationBatch:
        real = {name: torch.rand(BATCH, 1, 16, 16, generator=draws, dtype=torch.float64) * 2 - 1 for name in "AB"}
        choices = {domain: pool.choose(BATCH, draws) for domain, pool in game.pools.items()}
        batches.append(TranslationBatch(real, choices, len(batches)))
        return batches[-1]

    rate = 2e-3
    optimizers = {
        player: torch.optim.Adam(network.parameters(), lr=rate, betas=(0.5, 0.999))
        for player, network in game.players.items()
    }
    solver = solvers.build(preset.solver.name)
    for _ in range(STEPS):
        solver.step(game, optimizers, draw)
    assert any(choice.show_stored for batch in batches for choice in batch.choices["A"])
    restated(theirs, batches, rate)
    for name, network in parts.items():
        for mine, right in zip(network.parameters(), theirs[name].parameters(), strict=True):
            torch.testing.assert_close(mine, right, atol=1e-12, rtol=0)


def test_turns_are_another_game() -> None:
    """What the preset did before: the discriminators move first, and the generators see them moved."""
    parts, theirs = networks(), networks()
    game = CycleGame(
        {name: parts[name] for name in ("AtoB", "BtoA")},
        {name: parts[name] for name in "AB"},
        objectives.build("least-squares", generator_factor=1.0),
        None,
        EXACT,
        pool_size=0,
        identity_weight=0.5,
    )
    real = {name: torch.zeros(1, 1, 16, 16, dtype=torch.float64) + 0.1 for name in "AB"}
    batch = TranslationBatch(real, {name: [PoolChoice(None, False)] for name in "AB"}, 0)
    optimizers = {
        player: torch.optim.Adam(network.parameters(), lr=2e-3, betas=(0.5, 0.999))
        for player, network in game.players.items()
    }
    for _ in range(3):
        solvers.build("alternating").step(game, optimizers, lambda: TranslationBatch(real, batch.choices, 0))
    restated(theirs, [batch] * 3, 2e-3)
    pairs = zip(parts["AtoB"].parameters(), theirs["AtoB"].parameters(), strict=True)
    assert max(float((mine - right).abs().max().detach()) for mine, right in pairs) > 1e-6


@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_pool_takes_the_pictures_of_a_batch_one_by_one(size: int) -> None:
    """Batches larger than the pool too: filled first, then every picture swaps with what is there by then."""
    pool, draws = ImagePool(size, one_by_one=True), torch.Generator().manual_seed(0)
    stored: list[float] = []
    for number in range(40):
        fakes = torch.arange(4.0).view(4, 1, 1, 1) + 10 * number
        choices = pool.choose(4, draws)
        expected = []
        for fake, choice in zip(fakes.flatten().tolist(), choices, strict=True):
            if len(stored) < size:
                assert not choice.show_stored
                stored.append(fake)
                expected.append(fake)
            elif choice.show_stored:
                assert choice.slot is not None
                expected.append(stored[choice.slot])
                stored[choice.slot] = fake
            else:
                expected.append(fake)
        shown = pool.shown(fakes, choices).flatten().tolist()
        pool.store(fakes, choices)
        assert shown == expected
        assert [picture.item() for picture in pool.pictures] == stored
        old = [value for value in shown if value < 10 * number]
        assert len(old) == len(set(old))  # no picture from before the batch is judged twice


def test_pictures_of_one_batch_draw_as_before() -> None:
    """Runs from before the option go on with the draws that they always had."""
    told: list[list[float]] = []
    for one_by_one in (False, True):
        pool, draws = ImagePool(3, one_by_one), torch.Generator().manual_seed(0)
        found: list[float] = []
        for number in range(30):
            fakes = torch.full((1, 1, 1, 1), float(number))
            choices = pool.choose(1, draws)
            found.append(pool.shown(fakes, choices).item())
            pool.store(fakes, choices)
        told.append(found)
    assert told[0] == told[1]
