from __future__ import annotations

import pytest
import torch

from gan_core.metrics.scores import compare_scores, scores_of
from gan_core.objectives import objectives


def test_a_discriminator_that_knows_its_training_pictures_by_heart() -> None:
    training, held_out = torch.full((10,), 3.0), torch.tensor([1.0, -1.0] * 5)
    generated = torch.tensor([-2.0] * 9 + [2.0])
    found = compare_scores(objectives.build("non-saturating"), training, held_out, generated)
    assert (found.training, found.held_out, found.generated) == pytest.approx((3.0, 0.0, -1.6))
    shares = (found.training_taken_for_real, found.held_out_taken_for_real, found.generated_taken_for_real)
    assert shares == pytest.approx((1.0, 0.5, 0.1))
    assert found.accuracy == pytest.approx(0.7)
    assert found.training_accuracy == pytest.approx(0.95)
    assert found.gap == pytest.approx(3.0 / held_out.double().std().item())
    assert found.samples == (10, 10, 10)


@pytest.mark.parametrize(("objective", "threshold"), [("non-saturating", 0.0), ("least-squares", 0.5)])
def test_what_counts_as_real_hangs_on_what_a_score_is(objective: str, threshold: float) -> None:
    found = compare_scores(objectives.build(objective), torch.ones(4), torch.arange(4.0), torch.zeros(4))
    assert found.threshold == threshold


def test_a_critic_has_no_scale_of_its_own() -> None:
    found = compare_scores(objectives.build("wasserstein"), torch.full((4,), 104.0), torch.arange(4.0), torch.zeros(4))
    assert found.threshold == 52.0
    assert "middle" in found.threshold_is


def test_every_picture_is_scored_in_a_batch_of_one_size() -> None:
    sizes: list[int] = []

    def discriminator(pictures: torch.Tensor) -> torch.Tensor:
        sizes.append(len(pictures))
        return pictures.mean(1, keepdim=True)  # a map of scores

    pictures = torch.arange(7.0).view(7, 1, 1, 1).expand(7, 1, 2, 2)
    torch.testing.assert_close(scores_of(discriminator, pictures, 4), torch.arange(7.0))
    assert sizes == [4, 4]
    assert len(scores_of(discriminator, pictures[:2], 5)) == 2


def test_a_single_held_out_picture_has_no_spread() -> None:
    found = compare_scores(objectives.build("non-saturating"), torch.ones(4), torch.zeros(1), torch.zeros(4))
    assert (found.spread, found.gap) == (0.0, 0.0)
    assert found.held_out_taken_for_real == 0.0
