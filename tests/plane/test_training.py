"""A GAN of points, trained for as long as somebody looks."""

import numpy as np
import pytest
import torch

from gan_core.errors import InputError
from gan_core.objectives import objectives
from gan_core.penalties import penalties
from gan_core.plane.settings import PlaneSettings
from gan_core.plane.training import PlaneTraining
from gan_core.plane.view import PlaneObserver
from gan_core.recipes import Part
from tests.plane.toys import SGD, SOLVERS, playing, small, weights


def test_it_learns_where_the_modes_are() -> None:
    training, watcher = PlaneTraining(PlaneSettings(distribution="blobs")), PlaneObserver(0)
    before = watcher.divergence(training)
    training.train(250)
    view, after = watcher.view(training, cells=8), watcher.divergence(training)
    assert view.good is not None
    assert view.good > 0.6
    assert view.covered == 2
    assert after.kl < before.kl / 2
    assert after.js < before.js / 2


def test_the_same_seed_is_the_same_training_whatever_else_is_drawn_or_looked_at() -> None:
    found = []
    for noise in (0, 1):
        torch.manual_seed(noise)
        training = small(PlaneSettings(seed=3, penalty=Part("spectral-norm")), 3)
        if noise:
            watcher = PlaneObserver(7)
            watcher.view(training, cells=4)
            watcher.divergence(training)
        training.train(2)
        found.append(weights(training))
    assert torch.equal(*found)


@pytest.mark.parametrize("objective", list(objectives))
@pytest.mark.parametrize("penalty", [None, "r1"])
def test_every_objective_can_be_changed_to_under_way(objective: str, penalty: str | None) -> None:
    training = small(steps=1)
    wanted = training.settings.replace(objective=Part(objective), penalty=Part(penalty) if penalty else None)
    if objective == "wasserstein" and penalty is None:
        with pytest.raises(InputError, match="penalty"):
            training.change(wanted)
        wanted = training.settings
    else:
        training.change(wanted)
    assert training.settings == wanted
    assert training.train(2) == 2


@pytest.mark.parametrize("penalty", list(penalties))
def test_every_penalty_can_be_changed_to_and_from_and_the_networks_stay(penalty: str) -> None:
    training, watcher = small(steps=3), PlaneObserver(0)
    before = watcher.view(training, cells=6)
    training.change(training.settings.replace(penalty=Part(penalty)))
    training.train(1)
    middle = watcher.view(training, cells=6).score_map
    training.change(training.settings.replace(penalty=None))
    assert np.allclose(watcher.view(training, cells=6).score_map, middle, atol=1e-5)
    assert np.allclose(before.fakes, watcher.view(training).fakes, atol=0.5)
    assert training.train(1) == 1


@pytest.mark.parametrize("solver", SOLVERS)
def test_every_solver_plays_and_goes_back_exactly(solver: str) -> None:
    training = small(playing(solver), 2)
    training.train(3)
    expected = weights(training)
    training.rewind(2)
    assert training.step == 2
    training.train(3)
    assert torch.equal(weights(training), expected)


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "momentum", "rmsprop", "cg"])
def test_every_optimizer_goes_back_exactly_and_into_another_future(optimizer: str) -> None:
    part = Part(optimizer, {"learning_rate": 0.01})
    training = small(PlaneSettings(batch_size=16, generator_optimizer=part, discriminator_optimizer=part), 7)
    assert training.history.steps() == [0, 1, 2, 4, 7]
    training.train(5)
    expected = weights(training)
    training.rewind(8)
    assert training.step == 7
    training.train(5)
    assert torch.equal(weights(training), expected)
    training.rewind(4)
    training.change(training.settings.replace(penalty=None))
    training.train(1)
    assert training.history.steps() == [0, 1, 2, 4]
    training.rewind(2)
    assert training.settings.penalty is not None  # the settings of then


def test_a_rate_changes_without_a_loss_of_memory_and_another_kind_begins_anew() -> None:
    training = small(steps=3)
    rate = Part("adam", {**training.settings.generator_optimizer.options, "learning_rate": 0.5})
    training.change(training.settings.replace(generator_optimizer=rate))
    optimizer = training.optimizers["generator"]
    assert optimizer.state
    assert [group["lr"] for group in optimizer.param_groups] == [0.5]
    training.change(training.settings.replace(generator_optimizer=SGD))
    assert not training.optimizers["generator"].state
    assert training.optimizers["discriminator"].state


@pytest.mark.parametrize(("player", "other"), [("generator", "discriminator"), ("discriminator", "generator")])
def test_a_step_of_one_player_leaves_the_other_where_it_is(player: str, other: str) -> None:
    training = small()
    before = {
        name: [value.clone() for value in network.parameters()] for name, network in training.game.players.items()
    }
    training.train_one(player)
    after = training.game.position()
    assert all(torch.equal(*pair) for pair in zip(before[other], after[other].values(), strict=True))
    assert not all(torch.equal(*pair) for pair in zip(before[player], after[player].values(), strict=True))
    assert set(training.losses()) == {player}
    with pytest.raises(InputError, match="generator or the discriminator"):
        training.train_one("both")


def test_what_is_not_defined_is_refused_and_the_old_settings_go_on() -> None:
    training = small(steps=1)
    before = training.settings
    with pytest.raises(InputError, match="makes the step"):
        training.change(before.replace(solver=Part("follow-the-ridge")))
    with pytest.raises(InputError, match="Another seed"):
        training.change(before.replace(seed=1))
    assert training.settings == before
    assert training.train(1) == 1


def test_divergence_is_noticed_has_a_finite_view_and_one_can_go_back() -> None:
    rate = Part("sgd", {"learning_rate": 10.0})
    settings = PlaneSettings(
        batch_size=16, generator_optimizer=rate, discriminator_optimizer=rate, penalty=Part("r1", {"gamma": 100.0})
    )
    training, watcher = small(settings), PlaneObserver(0)
    for _ in range(20):
        training.train(10)
        view = watcher.view(training, cells=4)
    assert training.diverged
    assert training.train(10) == 0
    assert view.score_map is not None
    assert view.arrows is not None
    assert all(np.isfinite(part).all() for part in (view.fakes, view.score_map, view.arrows))
    assert np.isfinite([watcher.divergence(training).kl, watcher.divergence(training).js]).all()
    assert all(np.isfinite(list(training.losses().values())))
    training.rewind(0)
    assert not training.diverged
    assert training.train(1) == 1
