from __future__ import annotations

import math

import pytest
import torch

from gan_core.analytic_games.vanishing_gradient import LINES, VanishingPoint, vanishing
from gan_core.errors import InputError
from gan_core.recipes import Part


@pytest.fixture(scope="module")
def ends() -> dict[str, list[VanishingPoint]]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    lines = ("minimax", "non-saturating", "cooperative", "contrastive")
    found = {name: list(vanishing(*LINES[name], steps=200, every=100, hidden=32, learning_rate=3e-3)) for name in lines}
    torch.set_num_threads(threads)
    return found


def test_the_gradient_vanishes_stays_or_explodes_as_predicted(ends: dict[str, list[VanishingPoint]]) -> None:
    """ALGORITHMS, section 7: minimax falls towards 0, cooperative stays, non-saturating grows, contrastive explodes."""
    gradients = {name: points[-1].gradient for name, points in ends.items()}
    started = {name: points[0].gradient for name, points in ends.items()}
    assert gradients["minimax"] < 0.5 * started["minimax"]
    assert gradients["minimax"] < gradients["cooperative"] / 3
    assert gradients["cooperative"] > started["cooperative"] / 3
    assert gradients["non-saturating"] > 10 * gradients["cooperative"]
    assert gradients["contrastive"] > 20 * gradients["cooperative"]


def test_logits_stay_within_the_bound_of_the_cooperative_form_alone(ends: dict[str, list[VanishingPoint]]) -> None:
    """-log(1 / lambda) where no real samples are: reached, and not passed; without coupling it is."""
    bound = -math.log(1 / 0.1)
    assert ends["cooperative"][-1].fake_score == pytest.approx(bound, abs=0.15)
    assert ends["minimax"][-1].fake_score < bound - 1
    assert ends["contrastive"][-1].fake_score < 4 * bound


def test_points_come_one_by_one_and_again_the_same() -> None:
    part, penalty = LINES["cooperative with r1"]
    first = list(vanishing(part, penalty, steps=4, every=2, hidden=8))
    again = vanishing(part, penalty, steps=4, every=2, hidden=8)
    assert [point.step for point in first] == [0, 2, 4]
    assert next(again) == first[0]
    assert next(again) == first[1]


def test_unknown_names_are_refused() -> None:
    with pytest.raises(InputError, match="no objective"):
        next(vanishing(Part("maximin")))
