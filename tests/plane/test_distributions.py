"""Points drawn by hand."""

import pytest
import torch

from gan_core.errors import InputError
from gan_core.plane.distributions import DRAWN, drawn, target


def test_a_dot_is_one_bell_and_a_line_is_as_heavy_as_it_is_long() -> None:
    found = target(DRAWN, (((0.0, 0.0),), ((-1.0, 1.0), (1.0, 1.0))), 0.05)
    assert found.distribution.centres is not None
    on_line = found.distribution.centres[:, 1] == 1
    assert (~on_line).sum() == 1
    assert on_line.sum() == 51  # two units at one bell each 0.04
    assert found.modes == 4  # the dot, and the line in pieces of 0.8
    samples = found.distribution.sample(20_000, torch.Generator().manual_seed(0))
    assert samples[:, 1].sub(1)[samples[:, 1] > 0.5].std() == pytest.approx(0.05, rel=0.05)


def test_a_line_drawn_fast_is_the_same_as_one_drawn_slowly() -> None:
    slow = tuple((x / 100, 0.0) for x in range(101))
    fast_centres = drawn((((0.0, 0.0), (1.0, 0.0)),), 0.1).distribution.centres
    slow_centres = drawn((slow,), 0.1).distribution.centres
    assert fast_centres is not None
    assert slow_centres is not None
    assert torch.allclose(fast_centres, slow_centres, atol=1e-6)


@pytest.mark.parametrize(
    ("strokes", "deviation", "sentence"),
    [
        ((), 0.1, "Nothing is drawn"),
        (((),), 0.1, "Nothing is drawn"),
        ((((4.0, 0.0),),), 0.1, "between -3.2 and 3.2"),
        ((((float("nan"), 0.0),),), 0.1, "two numbers"),
        ((((0.0,),),), 0.1, "two numbers"),
        ("dots", 0.1, "list of strokes"),
        (((((0.0, 0.0),) * 10_001),) * 2, 0.1, "at most 200 strokes and 20000 points"),
        (tuple(((0.0, 0.0),) for _ in range(201)), 0.1, "at most 200 strokes"),
        ((((0.0, 0.0),),), 0.6, "0.02 to 0.5"),
    ],
)
def test_wrong_drawings_are_refused_in_a_sentence(strokes, deviation, sentence) -> None:
    with pytest.raises(InputError, match=sentence):
        drawn(strokes, deviation)
