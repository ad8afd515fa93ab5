from __future__ import annotations

import json

import pytest
import torch
from torch import Tensor

from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.metrics.evaluator import CLASSES, PATCHES, SURE, Evaluator, Measurement, measure
from tests.conftest import noise_set
from tests.metrics.conftest import bar_pictures


def real(count: int, seed: int) -> Tensor:
    """As good as any generator can be: fresh pictures of the same kind."""
    return bar_pictures(count, 100 + seed)[0]


def collapsed(count: int, seed: int) -> Tensor:
    pictures, labels = bar_pictures(4 * count, 100 + seed)
    return pictures[labels == 1][:count]


def by_name(found: list[Measurement]) -> dict[str, Measurement]:
    return {each.name: each for each in found}


def test_a_perfect_generator_reaches_the_reference_level_and_a_collapsed_one_does_not(bars: DataSet) -> None:
    evaluator = Evaluator(bars, count=300, draws=3)
    assert evaluator.main.startswith("frechet-bars-")
    good, bad = by_name(evaluator.measure(real)), by_name(evaluator.measure(collapsed))
    network = evaluator.main.removeprefix("frechet-")
    names = [f"{name}-{network}" for name in ("kid", "precision", "recall", "density", "coverage")]
    assert list(good) == [evaluator.main, PATCHES, CLASSES, SURE, *names]
    assert abs(good[f"kid-{network}"].value) < abs(bad[f"kid-{network}"].value) / 10
    for name in (f"recall-{network}", f"coverage-{network}"):
        assert good[name].value > 0.8
        assert bad[name].value < 0.5
    for name in (evaluator.main, PATCHES):
        best = good[name]
        assert best.reference_level is not None
        assert best.spread is not None
        assert best.value == pytest.approx(best.reference_level, abs=4 * best.spread)
        assert bad[name].value > best.value + 10 * best.spread
        assert bad[name].reference_level == best.reference_level
    assert (good[CLASSES].value, bad[CLASSES].value) == (3, 1)
    assert good[CLASSES].reference_level == 3
    assert good[SURE].value > 0.9


def test_it_says_all_that_is_needed_to_judge_it(bars: DataSet) -> None:
    first = Evaluator(bars, count=200, draws=2, seed=5).measure(real)[0]
    assert (first.samples, first.draws, first.seed, first.reference) == (200, 2, 5, 300)
    assert first.details["dimension"] == 64
    assert first.details["its held-out accuracy"] > 0.98
    values = json.loads(json.dumps(first.to_json()))
    assert values["name"] == first.name
    assert values["value"] == pytest.approx(first.value, rel=1e-5)
    assert "fid" not in first.name.lower()


def test_two_identical_sets_are_nothing_apart(bars: DataSet) -> None:
    found = by_name(measure(lambda count, seed: bars.held_out, bars, count=300, draws=1))
    assert next(iter(found.values())).value == pytest.approx(0, abs=1e-9)
    assert found[PATCHES].spread is None


def test_the_same_seed_measures_the_same(bars: DataSet) -> None:
    assert measure(real, bars, count=200, draws=2) == measure(real, bars, count=200, draws=2)


def test_pictures_without_labels_are_measured_by_patches_alone() -> None:
    data = noise_set(3, 16)
    found = measure(lambda count, seed: noise_set(3, 16, count=count, seed=seed + 1).pictures, data, count=500)
    assert [each.name for each in found] == [PATCHES]
    assert found[0].samples == 12  # the reference level needs as many real ones, and there are no more


def test_without_training_what_needs_the_network_is_left_out(bars: DataSet) -> None:
    other = DataSet("new", 255 - bars.pictures, bars.held_out, bars.labels, bars.held_out_labels, bars.classes)
    evaluator = Evaluator(other, count=50, train=False)
    assert evaluator.classifier is None
    assert evaluator.main == PATCHES


def test_too_few_pictures_give_no_covariance(bars: DataSet) -> None:
    few = Evaluator(bars, count=100, draws=1)
    assert [each.name for each in few.measure(real)] == [PATCHES, CLASSES, SURE]


def test_what_cannot_be_measured_is_refused(bars: DataSet) -> None:
    with pytest.raises(InputError, match="At least 2 pictures"):
        Evaluator(bars, count=1)
    with pytest.raises(InputError, match="3 x 16 x 16 cannot be compared"):
        measure(lambda count, seed: torch.zeros(count, 3, 16, 16, dtype=torch.uint8), bars, count=10, draws=1)


def test_the_reference_level_has_its_own_spread_at_the_same_number_of_pictures(bars: DataSet) -> None:
    found = Evaluator(bars, count=200, draws=2).measure(real)
    for each in found[:2]:
        assert (each.reference_samples, each.reference_draws, each.reference_over) == (200, 5, "disjoint")
        assert each.reference_spread is not None
        assert each.reference_spread > 0
    values = found[0].to_json()
    assert values["reference_level"] > 0
    assert "floor" not in json.dumps(values)
    debiased = found[1].details
    assert abs(debiased["debiased"]) < 5 * debiased["debiased spread"] + 0.5


def test_with_all_pictures_held_out_halves_of_them_are_the_reference(bars: DataSet) -> None:
    whole = DataSet("bars", bars.pictures[:400], bars.pictures[:400], classes=bars.classes)
    found = Evaluator(whole, count=2_000, draws=1, spare=False).measure(real)[0]
    assert (found.samples, found.reference, found.reference_samples, found.reference_over) == (400, 400, 200, "halves")
    assert found.reference_level is not None
    assert found.reference_level > 0  # never the pictures against themselves


def test_what_is_not_finite_is_null_in_json() -> None:
    found = Measurement(
        name="d", value=float("nan"), reference_level=float("inf"), spread=None, samples=2, reference=2
    ).to_json()
    assert found["value"] is None
    assert found["reference_level"] is None
