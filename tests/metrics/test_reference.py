"""The reference level and its spread (B4)."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from gan_core.metrics.reference import levels_of_halves, reference_levels


def test_draws_are_disjoint_where_there_are_enough_pictures() -> None:
    seen: list[Tensor] = []

    def look(chosen: Tensor, draw: int) -> dict[str, float]:
        seen.append(chosen)
        return {"d": float(draw)}

    level = reference_levels(look, 50, 10, draws=4)["d"]
    assert len(torch.cat(seen).unique()) == 40
    assert (level.value, level.draws, level.over) == (1.5, 4, "disjoint")
    assert level.spread == pytest.approx(torch.arange(4.0).std().item())
    assert level.to_json(10)["reference_samples"] == 10


def test_too_few_pictures_for_that_are_drawn_again_and_the_spread_is_not_nothing() -> None:
    values = torch.randn(30, generator=torch.Generator().manual_seed(1))

    def look(chosen: Tensor, draw: int) -> dict[str, float]:
        return {"d": float(values[chosen].mean())}

    level = reference_levels(look, 30, 30, draws=5)["d"]
    assert level.value == pytest.approx(float(values.mean()), abs=1e-6)  # the same 30 pictures each time
    assert level.over == "bootstrap"
    assert level.spread is not None
    assert 0.05 < level.spread < 0.5  # about 1 / sqrt(30)


def test_halves_share_no_picture() -> None:
    def compare(one: Tensor, other: Tensor, draw: int) -> dict[str, float]:
        assert len(one) == len(other) == 7
        assert not set(one.tolist()) & set(other.tolist())
        return {"d": float(draw)}

    assert levels_of_halves(compare, 15, draws=3)["d"].over == "halves"
    with pytest.raises(ValueError, match="cannot be made"):
        levels_of_halves(compare, 1)
    with pytest.raises(ValueError, match="cannot be made"):
        reference_levels(lambda chosen, draw: {"d": 0.0}, 3, 4)
