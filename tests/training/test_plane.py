"""A GAN of points, trained for as long as somebody looks."""

import math

import numpy as np
import pytest
import torch

from gan_core.data import points
from gan_core.errors import InputError
from gan_core.training.plane import VIEW, PlaneSettings, PlaneTraining, cell_centres, coverage


def test_it_learns_where_the_modes_are() -> None:
    training = PlaneTraining(PlaneSettings(distribution="blobs"))
    before = training.view(8).good
    training.train(250)
    view = training.view(8)
    assert before is not None
    assert view.good is not None
    assert view.good > max(0.6, before)
    assert view.covered == view.modes == 2


def test_the_same_seed_is_the_same_training_whatever_else_is_drawn() -> None:
    views = []
    for noise in (0, 1):
        torch.manual_seed(noise)
        training = PlaneTraining(PlaneSettings(seed=3))
        training.train(3)
        training.view(4)  # looking changes nothing
        training.train(2)
        views.append(training.view(4))
    assert np.array_equal(views[0].fakes, views[1].fakes)
    assert np.array_equal(views[0].judgement, views[1].judgement)
    assert views[0].losses == views[1].losses
    assert views[0].step == 5


@pytest.mark.parametrize("objective", ["non-saturating", "minimax", "least-squares"])
@pytest.mark.parametrize("gamma", [None, 0.5])
def test_settings_change_while_it_runs(objective: str, gamma: float | None) -> None:
    training = PlaneTraining(PlaneSettings())
    training.train(2)
    training.change(PlaneSettings(objective=objective, gamma=gamma, learning_rate=1e-4, distribution="spiral"))
    training.train(2)
    view = training.view(6)
    assert (view.step, view.covered, view.good) == (4, None, None)
    assert view.judgement.shape == (6, 6)
    assert view.judgement.min() >= 0
    assert view.judgement.max() <= 1
    assert set(view.losses) == {"generator", "discriminator"}


def test_another_seed_is_another_training() -> None:
    with pytest.raises(InputError, match="Another seed"):
        PlaneTraining(PlaneSettings()).change(PlaneSettings(seed=1))


def test_a_slice_of_time_ends_it_but_never_before_one_step() -> None:
    training = PlaneTraining(PlaneSettings())
    assert training.train(1000, seconds=0.0) == 1
    assert training.train(3) == 3


def test_divergence_is_noticed_and_still_has_a_finite_view() -> None:
    training = PlaneTraining(PlaneSettings(learning_rate=10, gamma=100))
    for _ in range(20):
        training.train(10)
        view = training.view(4)
    assert training.diverged
    assert training.train(10) == 0
    assert np.isfinite(view.fakes).all()
    assert np.isfinite(view.judgement).all()
    assert all(math.isfinite(loss) for loss in view.losses.values())


def test_cells_go_row_by_row_from_the_top_left() -> None:
    centres = cell_centres(2)
    half = VIEW / 2
    assert torch.allclose(centres, torch.tensor([[-half, half], [half, half], [-half, -half], [half, -half]]))


def test_coverage_of_real_samples_of_one_mode_and_of_nonsense() -> None:
    ring = points.get("ring")
    assert ring.centres is not None
    real = ring.sample(4000, torch.Generator().manual_seed(0))
    covered, good = coverage(real, ring.centres, ring.deviation)
    assert covered == 8
    assert good == pytest.approx(0.989, abs=0.01)
    assert coverage(ring.centres[:1].repeat(100, 1), ring.centres, ring.deviation) == (1, 1.0)
    assert coverage(torch.full((10, 2), math.nan), ring.centres, ring.deviation) == (0, 0.0)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"distribution": "rnig"}, "Did you mean 'ring'"),
        ({"objective": "none"}, "no objective"),
        ({"gamma": -1}, "gamma"),
        ({"gamma": math.nan}, "gamma"),
        ({"learning_rate": 0}, "learning rate"),
        ({"learning_rate": "fast"}, "learning_rate is not"),
        ({"seed": 1.5}, "seed is not"),
        ({"seed": -1}, "seed"),
        ({"speed": 1}, "setting of the Lab"),
        ([], "object"),
    ],
)
def test_wrong_settings_are_refused_in_a_sentence(values, sentence) -> None:
    with pytest.raises(InputError, match=sentence):
        PlaneSettings.from_json(values)
