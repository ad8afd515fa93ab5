"""The famous failures fail as their sentences say."""

import itertools

import numpy as np

from gan_core.plane.presets import PRESETS
from gan_core.plane.training import PlaneTraining
from gan_core.plane.view import PlaneObserver, View


def views(name: str, *steps: int) -> list[View]:
    """What is to be seen of a named game after each of these steps."""
    training, watcher, found = PlaneTraining(PRESETS[name].settings), PlaneObserver(0), []
    for step in steps:
        training.train(step - training.step)
        found.append(watcher.view(training, layers=frozenset({"arrows"})))
    assert not training.diverged
    return found


def push(view: View) -> float:
    assert view.arrows is not None
    return float(np.median(np.linalg.norm(view.arrows, axis=1)))


def test_the_vanishing_gradient_vanishes_and_nothing_moves() -> None:
    early, late = views("vanishing", 10, 150)
    assert push(late) < push(early) / 20
    assert np.linalg.norm(late.fakes.mean(0) - early.fakes.mean(0)) < 0.3
    assert late.covered == 0


def test_mode_collapse_keeps_the_points_together_and_rushes_them_about() -> None:
    seen = views("collapse", 200, 300, 400)
    assert all(view.covered is not None and view.covered <= 1 for view in seen)
    # The ring's own spread is 1.4 in each direction.
    assert np.median([view.fakes.std(0).mean() for view in seen]) < 0.7
    assert np.linalg.norm(seen[1].fakes.mean(0) - seen[0].fakes.mean(0)) > 1


def test_going_in_circles_never_arrives() -> None:
    seen = views("rotation", 100, 150, 250, 300)
    assert all(view.covered is not None and view.covered <= 2 for view in seen)
    middles = [view.fakes.mean(0) for view in seen]
    assert all(np.linalg.norm(one - other) > 1 for one, other in itertools.pairwise(middles))
