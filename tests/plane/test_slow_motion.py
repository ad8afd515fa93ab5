"""One step taken apart is the step that would have been made."""

import pytest
import torch

from gan_core.plane.settings import PlaneSettings
from gan_core.plane.slow_motion import STAGES, SlowMotion
from gan_core.plane.view import quiet
from gan_core.recipes import Part
from tests.plane.toys import SGD, SOLVERS, playing, small, weights


@pytest.mark.parametrize("solver", SOLVERS)
def test_it_is_the_very_step_of_the_solver(solver: str) -> None:
    plain, slow = small(playing(solver), 2), small(playing(solver), 2)
    plain.train(1)
    motion = SlowMotion(slow)
    stages = [motion.stage(number) for number in range(1, STAGES + 1)]
    assert torch.equal(weights(plain), weights(slow))
    assert slow.step == 3
    assert [stage.kind for stage in stages] == ["draw", "score", "loss", "move"] * 2
    for half in (stages[:4], stages[4:]):
        assert half[3].numbers["before"] == pytest.approx(half[2].numbers["loss"], rel=1e-5)
    assert torch.equal(stages[-1].fakes, quiet(plain.game, "generator", motion._seen.latents))


def test_the_quantities_are_those_of_the_step() -> None:
    training = small(PlaneSettings(batch_size=8, penalty=None, generator_optimizer=SGD, discriminator_optimizer=SGD))
    motion = SlowMotion(training)
    stages = {number: motion.stage(number) for number in range(1, STAGES + 1)}
    rate = SGD.options["learning_rate"]
    for loss, move in ((3, 4), (7, 8)):  # plain descent: the way is the rate times the gradient
        assert stages[move].numbers["moved"] == pytest.approx(rate * stages[loss].numbers["gradient"], rel=1e-4)
        assert stages[move].numbers["after"] < stages[move].numbers["before"]
    assert (stages[3].player, stages[7].player) == ("discriminator", "generator")
    assert stages[3].arrows is None
    arrows, before, after = stages[7].arrows, stages[7].fakes, stages[8].fakes
    assert arrows is not None
    assert float(((after - before) * arrows).sum()) > 0  # the points go where they are pushed, on the whole


def test_the_one_who_moves_first_comes_first() -> None:
    order = {"order": "generator-first"}
    motion = SlowMotion(small(PlaneSettings(batch_size=8, solver=Part("alternating", order))))
    assert motion.order == ("generator", "discriminator")
    assert motion.answers
    assert not SlowMotion(small(PlaneSettings(batch_size=8, solver=Part("simultaneous")))).answers
