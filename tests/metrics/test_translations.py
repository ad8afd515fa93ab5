from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.metrics import patches
from gan_core.metrics.evaluator import Measurement
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
    lazy = evaluator.measure(nothing, ("AtoB",))[0]
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


def _dots(count: int, seed: int) -> Tensor:
    """Warm discs on white, one a picture, uint8 (count, 3, 48, 48)."""
    draws = torch.Generator().manual_seed(seed)
    pictures = torch.full((count, 3, 48, 48), 255, dtype=torch.uint8)
    rows, columns = torch.meshgrid(torch.arange(48), torch.arange(48), indexing="ij")
    for picture in pictures:
        x, y = torch.randint(16, 32, (2,), generator=draws)
        colour = torch.randint(20, 90, (3,), generator=draws, dtype=torch.uint8)
        colour += torch.tensor([120, 50, 0], dtype=torch.uint8)
        picture[:, (rows - y) ** 2 + (columns - x) ** 2 < 110] = colour[:, None]
        picture[:, (rows - y) ** 2 + (columns - x) ** 2 < 20] //= 2
    return pictures


def _blurred(pictures: Tensor) -> Tensor:
    return avg_pool2d(pictures.float(), 5, 1, 2, count_include_pad=False).byte()


def _saturated(pictures: Tensor) -> Tensor:
    grey = pictures.float().mean(1, keepdim=True)
    return (grey + 2 * (pictures.float() - grey)).clamp(0, 255).byte()


def _other_hue(pictures: Tensor) -> Tensor:
    return pictures[:, [1, 2, 0]]


@pytest.fixture(scope="module")
def discs() -> dict[str, DataSet]:
    """A grey, B coloured; the held-out ones are true pairs."""
    coloured, other = _dots(120, 0), _dots(120, 1)
    grey = coloured.float().mean(1, keepdim=True).expand_as(coloured).byte()
    return {"A": _side("grey", grey[:60], grey[60:]), "B": _side("coloured", other[:60], coloured[60:])}


DISTANCES = ("shown-patch-distance", "paired-l1", "paired-ssim", "colour-difference")


def _scores(discs: dict[str, DataSet], change: Callable[[Tensor], Tensor]) -> dict[str, Measurement]:
    """What the changed truths score, by metric; patches are compared in few directions."""
    truths = discs["B"].held_out
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patches, "DIRECTIONS", 8)
        found = TranslationEvaluator(discs, pairs=True).measure(lambda _, pictures: change(truths), ("AtoB",))
    return {each.name.removeprefix("AtoB "): each for each in found}


@pytest.fixture(scope="module")
def true_scores(discs: dict[str, DataSet]) -> dict[str, Measurement]:
    return _scores(discs, lambda truths: truths)


@pytest.mark.parametrize("change", [_blurred, _saturated, _other_hue])
def test_what_a_person_sees_is_seen_by_every_distance(
    discs: dict[str, DataSet], true_scores: dict[str, Measurement], change: Callable[[Tensor], Tensor]
) -> None:
    """Blur, twice the saturation and another hue each make every distance worse by more than its spread."""
    true, changed = true_scores, _scores(discs, change)
    for name in DISTANCES:
        worse = changed[name].value - true[name].value
        sign = 1 if true[name].lower_is_better else -1
        assert sign * worse > 2 * max(true[name].spread or 0, changed[name].spread or 0), name


def test_the_truth_scores_at_the_reference_level_and_every_baseline_loses_to_it(
    true_scores: dict[str, Measurement],
) -> None:
    found = true_scores
    for name in ("patch-distance", "shown-patch-distance"):
        each = found[name]
        assert each.reference_level is not None
        assert each.value < each.reference_level + 2 * (each.reference_spread or 0)
    for name in ("patch-distance", *DISTANCES):
        assert found[name].no_better_than is None
        assert found[name].baselines


def test_a_translation_that_is_no_better_than_nothing_done_is_said_to_be(discs: dict[str, DataSet]) -> None:
    greys = discs["A"].held_out
    found = _scores(discs, lambda truths: greys)
    for name in ("patch-distance", *DISTANCES):
        assert found[name].no_better_than == "nothing done", name
    assert found["patch-distance"].to_card()["no_better_than"] == "nothing done"
