"""Every objective with every penalty, labels, noise, feature matching and the joint move, in double precision."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.games import AdversarialBatch, AdversarialGame
from gan_core.objectives import objectives
from gan_core.penalties import penalties

EXACT = Arithmetic(torch.device("cpu"), bfloat16=False, threads=1)
PENALTIES = (None, *penalties)


class Critic(nn.Module):
    """Samples (N, 3) -> scores (N,), with the hidden features and the classes that a game may ask for."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Linear(3, 5)
        self.classes = nn.Embedding(4, 5)
        self.out = nn.Linear(5, 1)

    def forward(self, samples: Tensor, labels: Tensor | None = None, *, features: bool = False) -> Any:
        hidden = self.hidden(samples).tanh()
        scores = self.out(hidden).flatten()
        if labels is not None:
            scores = scores + (self.classes(labels) * hidden).sum(1)
        return (scores, hidden) if features else scores


class Maker(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 3))
        self.classes = nn.Embedding(4, 3)

    def forward(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        samples = self.layers(latents)
        return samples if labels is None else samples + self.classes(labels)


def make(objective: str, penalty: str | None = None, *, feature_matching: float = 0.0, **options: Any):
    torch.manual_seed(0)
    chosen = penalties.build(penalty) if penalty else None
    generator, critic = Maker().double(), Critic().double()
    if chosen is not None and chosen.prepare is not None:
        chosen.prepare(critic)
    built = objectives.build(objective, **options)
    return AdversarialGame(generator, critic, built, chosen, EXACT, feature_matching=feature_matching)


def batch(*, labelled: bool = False, seed: int = 7) -> AdversarialBatch:
    draws = torch.Generator().manual_seed(1)
    real, latents = (torch.randn(6, n, generator=draws, dtype=torch.float64) for n in (3, 2))
    labels = (torch.arange(6) % 4, (torch.arange(6) + 1) % 4) if labelled else (None, None)
    return AdversarialBatch(real, latents, *labels, seed=seed)


def mixed(game: AdversarialGame, player: str) -> None:
    """D_xy of the player's loss by both players' weights, against central differences of its own gradient."""
    position = game.position()
    other = "discriminator" if player == "generator" else "generator"
    own = list(position[player].values())[0 if player == "generator" else -1]
    theirs = list(position[other].values())[-1 if other == "discriminator" else 0]
    if player == "discriminator":
        own = next(value for name, value in position[player].items() if "hidden" in name and value.ndim == 2)
    if other == "discriminator":
        theirs = next(value for name, value in position[other].items() if "hidden" in name and value.ndim == 2)

    def gradient() -> Tensor:
        loss = game.loss(player, game.position(), batch())
        return torch.autograd.grad(loss, own, create_graph=True)[0].flatten()[1]

    (exact,) = torch.autograd.grad(gradient(), theirs)
    place = tuple(int(i) for i in torch.unravel_index(exact.abs().argmax(), exact.shape))
    step, sides = 1e-5, []
    for sign in (1, -1):
        with torch.no_grad():
            theirs[place] += sign * step
        sides.append(gradient().item())
        with torch.no_grad():
            theirs[place] -= sign * step
    assert exact[place].item() == pytest.approx((sides[0] - sides[1]) / (2 * step), rel=2e-4, abs=1e-9)
    assert exact[place].abs() > 1e-7


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("objective", list(objectives))
def test_mixed_derivatives_of_every_pair(objective: str, penalty: str | None) -> None:
    if objectives.build(objective).needs_bound and (penalty is None or not penalties.build(penalty).bounds):
        with pytest.raises(InputError, match="unless a penalty bounds"):
            make(objective, penalty)
        return
    game = make(objective, penalty)
    for player in ("generator", "discriminator"):
        mixed(game, player)


def test_contrastive_is_refused_without_a_bound() -> None:
    for penalty in (None, "instance-noise"):
        with pytest.raises(InputError, match="contrastive"):
            make("coupled", penalty, mode="contrastive")
    assert make("coupled", "r1", mode="contrastive").zero_sum


def test_feature_matching_adds_the_distance_of_mean_features() -> None:
    plain, matched = make("minimax"), make("minimax", feature_matching=3.0)
    difference = matched.loss("generator", matched.position(), batch()) - plain.loss(
        "generator", plain.position(), batch()
    )
    generator, critic = plain.players["generator"], plain.players["discriminator"]
    _, real = critic(batch().real, features=True)
    _, fake = critic(generator(batch().latents), features=True)
    distance = (real.mean(0) - fake.mean(0)).square().sum()
    assert difference.item() == pytest.approx(3 * distance.item())
    assert matched.statistics["feature_distance"].item() == pytest.approx(distance.item())
    assert plain.zero_sum
    assert not matched.zero_sum
    mixed(matched, "generator")
    with pytest.raises(InputError, match="0 or more"):
        make("minimax", feature_matching=-1.0)


def test_both_players_are_told_the_classes() -> None:
    game, labelled = make("minimax"), batch(labelled=True)
    losses = game.losses(game.position(), labelled)
    generator, critic = game.players["generator"], game.players["discriminator"]
    fake = critic(generator(labelled.latents, labelled.fake_labels), labelled.fake_labels)
    real = critic(labelled.real, labelled.labels)
    expected = objectives.build("minimax").discriminator(real, fake)
    assert losses["discriminator"].item() == pytest.approx(expected.item())
    assert losses["generator"].item() != pytest.approx(game.losses(game.position(), batch())["generator"].item())


def test_wgan_gp_judges_the_places_between_with_the_classes_too() -> None:
    game = make("wasserstein", "wgan-gp")
    game.losses(game.position(), batch())
    without = game.statistics["penalty"].item()
    game.losses(game.position(), batch(labelled=True))
    assert game.statistics["penalty"].item() != pytest.approx(without, rel=1e-3)


def test_noise_is_the_same_for_the_same_batch_and_new_for_another() -> None:
    game = make("minimax", "instance-noise")
    position = game.position()
    first = game.losses(position, batch())
    assert game.losses(position, batch()) == first
    assert game.losses(position, batch(seed=8))["discriminator"] != first["discriminator"]
    assert make("minimax").losses(position, batch())["discriminator"] != first["discriminator"]


def test_weights_are_clipped_after_the_discriminators_move_alone() -> None:
    game = make("wasserstein", "weight-clipping")
    before = [parameter.clone() for parameter in game.players["generator"].parameters()]
    game.moved("generator")
    game.moved("discriminator")
    assert max(float(p.detach().abs().max()) for p in game.players["discriminator"].parameters()) <= 0.01
    assert all(torch.equal(a, b) for a, b in zip(before, game.players["generator"].parameters(), strict=True))


def test_spectral_vectors_are_kept_once_a_step() -> None:
    game, once = make("hinge", "spectral-norm"), batch()
    before = {name: buffer.clone() for name, buffer in game.players["discriminator"].named_buffers()}
    first = game.losses(game.position(), once)
    assert game.losses(game.position(), batch()) == first
    assert all(torch.equal(b, before[n]) for n, b in game.players["discriminator"].named_buffers())
    game.commit(once)
    assert not all(torch.equal(b, before[n]) for n, b in game.players["discriminator"].named_buffers())


def test_the_split_form_has_a_joint_loss_that_moves_both() -> None:
    game = make("coupled", split=True)
    assert game.has_joint
    assert not make("coupled").has_joint
    position = game.position()
    loss = game.joint(position, batch())
    for player in position:
        weights = [value for name, value in position[player].items() if "classes" not in name]
        gradients = torch.autograd.grad(loss, weights, retain_graph=True)
        assert all(gradient.abs().max() > 0 for gradient in gradients)
