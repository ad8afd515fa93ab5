"""Moments of a training within a budget."""

from itertools import pairwise

from gan_core.plane.history import History
from tests.plane.toys import small


def test_the_past_fits_its_budget_and_keeps_its_ends() -> None:
    training = small()
    one = training.history.at(0).size
    training.train(1)
    adam = training.history.at(1).size
    assert adam > 2 * one
    training.history = History(budget=12 * adam)
    training.train(600)
    steps = training.history.steps()
    assert len(steps) <= 12
    assert steps[-1] > 560
    assert steps == sorted(set(steps))
    gaps = [after - before for before, after in pairwise(steps)]
    assert max(gaps) < 200


def test_the_moment_before_a_step_is_found() -> None:
    history = small(steps=8).history
    assert history.steps() == [0, 1, 2, 4, 7]
    assert [history.at(step).step for step in (0, 3, 6, 99)] == [0, 2, 4, 7]
