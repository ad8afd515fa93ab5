"""Trainings so small that a test of them takes a moment."""

import torch

from gan_core.plane.choices import choices
from gan_core.plane.settings import PlaneSettings
from gan_core.plane.training import PlaneTraining
from gan_core.recipes import Part

SGD = Part("sgd", {"learning_rate": 0.02})
SOLVERS = [part["name"] for part in choices()["parts"]["solver"]]
"""All that two players can play."""


def small(settings: PlaneSettings | None = None, steps: int = 0) -> PlaneTraining:
    """A training with eight hidden units and batches of 16, some steps old."""
    training = PlaneTraining(settings or PlaneSettings(batch_size=16), hidden=8)
    training.train(steps)
    return training


def playing(solver: str) -> PlaneSettings:
    """Settings that every solver accepts: a zero-sum game and plain descent."""
    return PlaneSettings(
        batch_size=8,
        objective=Part("minimax"),
        solver=Part(solver),
        generator_optimizer=SGD,
        discriminator_optimizer=SGD,
    )


def weights(training: PlaneTraining) -> torch.Tensor:
    """All parameters of both players in one row."""
    players = training.game.players.values()
    return torch.cat([value.detach().flatten() for player in players for value in player.parameters()])
