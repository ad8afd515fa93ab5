"""The paired game: its losses by hand on toy networks."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import max_pool2d

from gan_core.devices import Arithmetic
from gan_core.games import PairedGame, TranslationBatch
from gan_core.games.hint_sampling import coloured
from gan_core.games.paired import SMOOTH
from gan_core.objectives import objectives

EXACT = Arithmetic(torch.device("cpu"), bfloat16=False, threads=1)


class Mixed(nn.Module):
    """A weighted sum of the channels that it reads, in each of three."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.linspace(-0.4, 0.5, 3 * channels, dtype=torch.float64).view(3, channels))

    def forward(self, pictures: Tensor) -> Tensor:
        return torch.einsum("oc,nchw->nohw", self.weight, pictures)


class Scored(nn.Module):
    """The mean of each channel, weighted."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.linspace(1, 2, channels, dtype=torch.float64))

    def forward(self, pictures: Tensor) -> Tensor:
        return pictures.mean((2, 3)) @ self.weight


def make(size: int = 6, count: int = 3, **options: Any) -> tuple[PairedGame, TranslationBatch, Mixed, Scored]:
    extra = (4 if options.get("hints") else 0) + options.get("noise", 0)
    translator = Mixed(3 + extra)
    discriminator = Scored(6 if options.get("conditional_discriminator", True) else 3)
    objective = options.pop("objective", objectives.build("hinge"))
    game = PairedGame({"AtoB": translator}, {"B": discriminator}, objective, None, EXACT, **options)
    draws = torch.Generator().manual_seed(1)
    real = {name: torch.rand(count, 3, size, size, generator=draws, dtype=torch.float64) * 2 - 1 for name in "AB"}
    return game, TranslationBatch(real, {}, 5), translator, discriminator


def losses(game: PairedGame, batch: TranslationBatch) -> dict[str, Tensor]:
    return game.losses(game.position(), batch)


def test_the_generator_is_judged_by_the_truth_and_by_the_discriminator_that_sees_its_input() -> None:
    game, batch, translator, discriminator = make(adversarial_weight=0.5, l1_weight=10.0)
    a, b = batch.real["A"], batch.real["B"]
    made = translator(a)
    fake = discriminator(torch.cat([a, made], 1))
    found = losses(game, batch)
    assert found["generator"].item() == pytest.approx((10 * (made - b).abs().mean() - 0.5 * fake.mean()).item())
    real = discriminator(torch.cat([a, b], 1))
    hinge = (1 - real).clamp_min(0).mean() + (1 + fake).clamp_min(0).mean()
    assert found["discriminator"].item() == pytest.approx(hinge.item())
    assert game.statistics["l1"].item() == pytest.approx((made - b).abs().mean().item())


def test_a_discriminator_without_condition_sees_the_output_alone() -> None:
    game, batch, translator, discriminator = make(conditional_discriminator=False, l1_weight=0.0)
    assert losses(game, batch)["generator"].item() == pytest.approx(
        -discriminator(translator(batch.real["A"])).mean().item()
    )


def test_without_adversarial_weight_the_truth_is_all_that_counts() -> None:
    game, batch, translator, _ = make(adversarial_weight=0.0, l1_weight=1.0)
    difference = (translator(batch.real["A"]) - batch.real["B"]).abs().mean()
    assert losses(game, batch)["generator"].item() == pytest.approx(difference.item())


def test_coloured_pixels_of_the_truth_count_more() -> None:
    game, batch, translator, _ = make(adversarial_weight=0.0, l1_weight=1.0, colour_weight=4.0)
    batch.real["B"][:, :, :3] = 0.25  # grey
    weights = torch.where(coloured(batch.real["B"]), 4.0, 1.0)
    assert set(weights.unique().tolist()) == {1.0, 4.0}
    difference = (weights * (translator(batch.real["A"]) - batch.real["B"]).abs()).mean()
    assert losses(game, batch)["generator"].item() == pytest.approx(difference.item())


def test_hints_are_read_and_weigh_more_around_them() -> None:
    game, batch, translator, _ = make(size=30, adversarial_weight=0.0, l1_weight=1.0, hints=True, hint_weight=2.5)
    hints = game.hints_of(batch)
    assert torch.equal(hints, game.hints_of(batch))  # one and the same for every evaluation
    assert hints.shape == (3, 4, 30, 30)
    assert hints[:, 3].any()
    read = torch.cat([batch.real["A"], hints], 1)
    around = max_pool2d(hints[:, 3:], 7, 1, 3)  # a tenth of the side
    difference = ((1 + 2.5 * around) * (translator(read) - batch.real["B"]).abs()).mean()
    assert losses(game, batch)["generator"].item() == pytest.approx(difference.item())


def test_other_noise_has_to_give_another_picture() -> None:
    game, batch, translator, _ = make(count=8, adversarial_weight=0.0, l1_weight=1.0, noise=3, diversity_weight=0.7)
    noise, other = game.noise_of(batch), game.noise_of(batch, other=True)
    still = (noise == 0).all(1)
    assert 0 < int(still.sum()) < 8
    assert (other != 0).all()

    def made(z: Tensor) -> Tensor:
        return translator(torch.cat([batch.real["A"], z[:, :, None, None].expand(-1, -1, 6, 6)], 1))

    variety = (made(noise) - made(other)).abs().mean() / (noise - other).abs().mean()
    expected = (made(noise) - batch.real["B"]).abs().mean() + 0.7 / (variety + SMOOTH)
    assert losses(game, batch)["generator"].item() == pytest.approx(expected.item())
    quiet, batch, translator, _ = make(count=8, adversarial_weight=0.0, l1_weight=1.0, noise=3, diversity_weight=0.0)
    expected = (made(quiet.noise_of(batch)) - batch.real["B"]).abs().mean()
    assert losses(quiet, batch)["generator"].item() == pytest.approx(expected.item())


def test_half_of_the_pictures_have_no_noise() -> None:
    game, batch, _, _ = make(count=2000, size=1, noise=2)
    still = (game.noise_of(batch) == 0).all(1).float().mean().item()
    assert abs(still - 0.5) < 5 * 0.5 / 2000**0.5


def test_the_input_is_moved_as_the_output_is_and_keeps_its_colours() -> None:
    game, batch, _, _ = make(size=16, diffaugment="colour,translation")
    shown = game._shown(batch.real["A"], batch, "fake")  # the input as its own output
    seen, made = shown.split(3, 1)
    assert not torch.equal(seen, batch.real["A"])
    assert not torch.equal(seen, made)  # its colours were changed
    assert torch.equal((seen == 0).all(1), (made == 0).all(1))  # shifted by as much
    colours = {tuple(colour) for colour in batch.real["A"].permute(0, 2, 3, 1).flatten(0, 2).tolist()}
    assert {tuple(colour) for colour in seen.permute(0, 2, 3, 1).flatten(0, 2).tolist()} <= colours | {(0.0, 0.0, 0.0)}


def test_evaluating_twice_gives_the_same() -> None:
    game, batch, _, _ = make(size=30, hints=True, noise=2, diffaugment="translation")
    first, again = losses(game, batch), losses(game, batch)
    assert {name: value.item() for name, value in first.items()} == {
        name: value.item() for name, value in again.items()
    }
