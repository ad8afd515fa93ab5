"""DiffAugment: what it does to a picture, and that a game stays one fixed, differentiable function."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from gan_core.errors import InputError
from gan_core.games import Batch
from gan_core.games.discriminator_augment import CHANGES, DIFFAUGMENTS, DiscriminatorAugment
from gan_core.penalties import penalties
from gan_core.recipes import Recipe
from gan_core.training.trainer import Trainer
from tests.conftest import noise_set

ALL = "colour,translation,cutout"


def pictures(count: int = 3, height: int = 16, width: int = 24) -> Tensor:
    draws = torch.Generator().manual_seed(2)
    return torch.rand(count, 3, height, width, generator=draws, dtype=torch.float64) * 2 - 1


def given(**values: float) -> Callable[[str], Tensor]:
    """Draws that come out as chosen, for one picture."""
    return lambda what: torch.tensor([values[what]], dtype=torch.float64)


def test_a_shift_by_hand() -> None:
    """An eighth of 16 and 24 is 2 and 3: of the 5 and 7 offsets the first puts the picture down and right by so much."""
    one = pictures(1)
    shifted = CHANGES["translation"](one, given(down=0.0, across=0.0))
    assert torch.equal(shifted[..., 2:, 3:], one[..., :-2, :-3])
    assert shifted[..., :2, :].abs().max() == shifted[..., :, :3].abs().max() == 0
    assert torch.equal(CHANGES["translation"](one, given(down=0.5, across=0.5)), one)
    shifted = CHANGES["translation"](one, given(down=0.999, across=0.5))
    assert torch.equal(shifted[..., :-2, :], one[..., 2:, :])


def test_a_square_is_cut_out_where_it_was_drawn() -> None:
    one = torch.ones(1, 3, 16, 24)
    middle = CHANGES["cutout"](one, given(top=0.5, left=0.5))
    assert (middle == 0).sum() == 3 * 8 * 12
    assert middle[..., 4:12, 6:18].abs().max() == 0
    corner = CHANGES["cutout"](one, given(top=0.0, left=0.999))
    assert (corner == 0).sum() == 3 * 4 * 6
    assert corner[..., :4, 18:].abs().max() == 0


def test_colours_by_hand() -> None:
    one = pictures(1)
    assert torch.allclose(CHANGES["colour"](one, given(brightness=0.5, saturation=0.5, contrast=0.5)), one)
    brighter = CHANGES["colour"](one, given(brightness=0.75, saturation=0.5, contrast=0.5))
    assert torch.allclose(brighter, one + 0.25)
    grey = CHANGES["colour"](one, given(brightness=0.5, saturation=0.0, contrast=0.5))
    assert torch.allclose(grey, one.mean(1, keepdim=True).expand_as(one))
    flat = CHANGES["colour"](one, given(brightness=0.5, saturation=0.5, contrast=0.0))
    assert torch.allclose(flat - one.mean(), (one - one.mean()) / 2)


def test_the_gradient_is_that_of_finite_differences() -> None:
    sight, batch = DiscriminatorAugment(None, ALL), Batch(3)
    start = pictures().requires_grad_()
    weights = pictures() + 0.3
    (gradient,) = torch.autograd.grad((sight(start, batch, "fake") * weights).sum(), start)
    way, step = pictures().flip(0), 1e-6
    there, back = ((sight(start.detach() + s * step * way, batch, "fake") * weights).sum() for s in (1, -1))
    assert float((gradient * way).sum()) == pytest.approx(float(there - back) / (2 * step), rel=1e-6)


def test_a_batch_shows_the_same_again_and_every_picture_otherwise() -> None:
    sight, batch = DiscriminatorAugment(None, ALL), Batch(3)
    same = pictures(1).expand(4, -1, -1, -1)
    shown = sight(same, batch, "real")
    assert torch.equal(shown, sight(same, batch, "real"))
    assert not torch.equal(shown, sight(same, batch, "fake"))
    assert not torch.equal(shown, sight(same, Batch(4), "real"))
    assert len(shown.flatten(1).unique(dim=0)) == 4


def test_nothing_is_done_unless_asked_for() -> None:
    samples = pictures()
    assert DiscriminatorAugment(None)(samples, Batch(0), "real") is samples
    noisy = DiscriminatorAugment(penalties.build("instance-noise", deviation=0.2))(samples, Batch(0), "real")
    assert (noisy - samples).std().item() == pytest.approx(0.2, rel=0.05)


def test_wrong_wishes_get_one_sentence() -> None:
    assert len(DIFFAUGMENTS) == len(set(DIFFAUGMENTS)) == 8
    with pytest.raises(InputError, match=r"no diffaugment named 'color'\. Did you mean 'colour'"):
        DiscriminatorAugment(None, "color")
    with pytest.raises(InputError, match="changes pictures, not samples of 1 dimensions"):
        DiscriminatorAugment(None, "cutout")(torch.zeros(3, 2), Batch(0), "real")


@pytest.mark.parametrize("kind", ["gan", "cycle", "fastcut"])
def test_every_game_takes_it(kind: str, tiny_recipe: Recipe, tiny_cycle: Recipe, tiny_fastcut: Recipe) -> None:
    plain = {"gan": tiny_recipe, "cycle": tiny_cycle, "fastcut": tiny_fastcut}[kind].replace(deterministic=True)
    data = {"A": noise_set(3, plain.size), "B": noise_set(3, plain.size, seed=1)}
    recipe = plain.replace(channels=3).with_settings({"game.diffaugment": ALL})
    first, again, without = (
        {name: float(value) for name, value in Trainer(each, data, torch.device("cpu")).step().items()}
        for each in (recipe, recipe, plain.replace(channels=3))
    )
    assert first == again
    assert first["real"] != without["real"]
    assert first["fake"] != without["fake"]
