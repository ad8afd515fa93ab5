"""What is seen of a training."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from gan_core.games import AdversarialBatch
from gan_core.objectives import objectives
from gan_core.plane.settings import PlaneSettings
from gan_core.plane.view import ARROWS, NET, VIEW, PlaneObserver, as_scores, cell_centres, latent_net, quiet
from gan_core.recipes import Part
from tests.plane.toys import small


@pytest.mark.parametrize("objective", list(objectives))
def test_arrows_are_minus_the_gradient_of_the_loss_in_use_by_finite_differences(objective: str) -> None:
    training, watcher = small(PlaneSettings(batch_size=16, objective=Part(objective)), 3), PlaneObserver(0)
    game, target = training.game, training.settings.target
    for network in game.players.values():
        network.double()
    watcher.latents = watcher.latents.double()
    fakes = quiet(game, "generator", watcher.latents[:6])
    arrows = watcher.arrows(game, fakes, target)
    real = torch.from_numpy(watcher.real(target)[:6]).double()
    position = game.position()

    def loss(samples: torch.Tensor) -> float:
        batch = AdversarialBatch(real, watcher.latents[:6], seed=0)
        batch.once("fakes", position["generator"], lambda: samples)
        return float(game.loss("generator", position, batch).detach())

    step = 1e-6
    for index in range(6):
        for axis in range(2):
            up, down = fakes.clone(), fakes.clone()
            up[index, axis] += step
            down[index, axis] -= step
            slope = (loss(up) - loss(down)) / (2 * step)
            assert arrows[index, axis] == pytest.approx(-6 * slope, rel=1e-4, abs=1e-6)


def test_what_a_score_means_depends_on_the_objective() -> None:
    scores = torch.tensor([-2.0, 0.0, 2.0])
    assert torch.allclose(as_scores(scores, objectives.build("non-saturating")), scores.sigmoid())
    squares = objectives.build("least-squares", fake_target=-2.0, real_target=2.0)
    assert as_scores(scores, squares).tolist() == [0, 0.5, 1]
    critic = objectives.build("wasserstein")
    assert torch.allclose(as_scores(7 * scores + 100, critic), as_scores(scores, critic))
    assert as_scores(scores, critic)[1] == 0.5


def test_layers_that_are_not_asked_for_are_not_computed() -> None:
    training, watcher = small(), PlaneObserver(0)
    view = watcher.view(training, layers=frozenset())
    assert (view.score_map, view.arrows, view.net) == (None, None, None)
    view = watcher.view(training, cells=6)
    assert view.score_map is not None
    assert view.arrows is not None
    assert view.net is not None
    assert view.score_map.shape == (6, 6)
    assert view.arrows.shape == (ARROWS, 2)
    assert view.net.shape == (NET + 1, NET + 1, 2)
    assert np.allclose(view.net.reshape(-1, 2), quiet(training.game, "generator", watcher.net.reshape(-1, 2)).numpy())


def test_cells_go_row_by_row_from_the_top_left() -> None:
    centres, half = cell_centres(2), VIEW / 2
    assert torch.allclose(centres, torch.tensor([[-half, half], [half, half], [-half, -half], [half, -half]]))


def test_every_cell_of_the_net_holds_the_same_share_of_the_latents() -> None:
    line = latent_net(4)[:, 0, 0]
    latents = torch.randn(200_000, generator=torch.Generator().manual_seed(0))
    shares = torch.stack([((latents > a) & (latents <= b)).float().mean() for a, b in pairwise(line)])
    assert torch.allclose(shares, torch.full((4,), 0.98 / 4), atol=0.005)
