from __future__ import annotations

import pytest
import torch
from torch import Tensor

from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.metrics import patches
from gan_core.metrics.translations import TranslationEvaluator


def _side(name: str, training: Tensor, held_out: Tensor) -> DataSet:
    return DataSet(name, training, held_out)


@pytest.fixture
def pair() -> dict[str, DataSet]:
    """B is the negative of A; the held-out pictures are true pairs."""
    draws = torch.Generator().manual_seed(0)
    dark = torch.randint(0, 90, (80, 3, 16, 16), dtype=torch.uint8, generator=draws)
    return {
        "A": _side("dark", dark[:30], dark[60:]),
        "B": _side("bright", 255 - dark[30:60], 255 - dark[60:]),
    }


def negative(direction: str, pictures: Tensor) -> Tensor:
    return 255 - pictures


def nothing(direction: str, pictures: Tensor) -> Tensor:
    return pictures


def test_the_truth_is_at_the_reference_level_and_doing_nothing_is_not(pair: dict[str, DataSet]) -> None:
    evaluator = TranslationEvaluator(pair, pairs=True)
    there, there_paired, there_similar, there_coloured, back, *_ = evaluator.measure(negative)
    assert [there.name, there_paired.name, there_similar.name, there_coloured.name, back.name] == [
        "AtoB patch-distance",
        "AtoB paired-l1",
        "AtoB paired-ssim",
        "AtoB colour-difference",
        "BtoA patch-distance",
    ]
    assert there_similar.value == pytest.approx(1)
    assert there_similar.details["do nothing"] < 0.1
    assert not there_similar.lower_is_better
    assert there.reference_level is not None
    assert there.value < 2 * there.reference_level
    assert there.details["way to the reference level"] > 0.95
    assert there_paired.value == 0
    assert there_paired.details["do nothing"] == pytest.approx(165 / 255, abs=0.02)
    lazy = evaluator.measure(nothing)[0]
    assert lazy.value > 20 * there.value
    assert lazy.details["way to the reference level"] == pytest.approx(0, abs=0.05)
    assert lazy.spread_over == "bootstrap"


def test_without_true_pairs_or_both_directions(pair: dict[str, DataSet]) -> None:
    found = TranslationEvaluator(pair, count=5, draws=1).measure(negative, ("BtoA",))
    assert [each.name for each in found] == ["BtoA patch-distance"]
    assert (found[0].samples, found[0].spread) == (5, None)
    with pytest.raises(InputError, match="At least 2 pictures"):
        TranslationEvaluator(pair, count=1)


def test_the_lines_of_drawings_are_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patches, "DIRECTIONS", 8)  # the distance of patches, measured beside, does not matter here
    drawings = torch.full((24, 3, 64, 64), 255, dtype=torch.uint8)
    for index in range(24):
        drawings[index, :, 10 + index, 5:60] = 0
        drawings[index, :, 5:60, 20 + index] = 0
    coloured = drawings.clone()
    coloured[:, 2] = torch.minimum(coloured[:, 2], torch.tensor(40, dtype=torch.uint8))
    pair = {"A": _side("drawings", drawings[:8], drawings[16:]), "B": _side("coloured", coloured[8:16], coloured[16:])}

    def half(direction: str, pictures: Tensor) -> Tensor:
        result = pictures.clone()
        result[..., :, 32:] = 255
        return result

    evaluator = TranslationEvaluator(pair, pairs=True)
    kept = {each.name: each for each in evaluator.measure(half)}["AtoB lines-kept"]
    assert kept.value == pytest.approx(28 / 109, abs=0.01)  # of one stroke a half, of the crossing one nothing
    assert kept.details["do nothing"] == 1
    assert kept.details["a random training picture"] < 0.4


def test_what_lies_too_close_for_a_way_cannot_be_told(pair: dict[str, DataSet]) -> None:
    """A and B alike: what real pictures give is as far off as doing nothing (B3)."""
    same = {"A": pair["A"], "B": _side("dark too", pair["A"].pictures.flip(0), pair["A"].held_out)}
    for found in TranslationEvaluator(same).measure(nothing):
        assert found.details["way to the reference level"] is None


def test_the_reference_level_has_a_spread_at_the_same_numbers(pair: dict[str, DataSet]) -> None:
    found = TranslationEvaluator(pair, count=6).measure(negative, ("AtoB",))[0]
    assert (found.reference_samples, found.samples, found.reference_over) == (6, 6, "disjoint")
    assert found.reference_spread is not None
    assert found.reference_spread > 0
    assert abs(found.details["debiased"]) < 6 * found.details["debiased spread"] + 1


def test_with_all_pictures_held_out_halves_of_them_are_the_reference(pair: dict[str, DataSet]) -> None:
    evaluator = TranslationEvaluator(pair, pairs=True, spare=False)
    found = {each.name: each for each in evaluator.measure(negative, ("AtoB",))}
    patches = found["AtoB patch-distance"]
    assert (patches.reference_samples, patches.reference_over) == (10, "halves")
    assert patches.details["way to the reference level"] is None  # of other numbers: not like with like
    assert found["AtoB paired-l1"].details["a random training picture"] > 0.02  # never its own truth
