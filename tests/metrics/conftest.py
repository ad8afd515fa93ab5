"""Pictures that a classifier learns within a second."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from gan_core.data import DataSet
from gan_core.metrics import classifier


def bar_pictures(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Three classes on noise, uint8 (count, 1, 16, 16): a bright bar at the left, in the middle or at the right."""
    draws = torch.Generator().manual_seed(seed)
    labels = torch.randint(3, (count,), generator=draws)
    pictures = torch.randint(0, 60, (count, 1, 16, 16), dtype=torch.uint8, generator=draws)
    for picture, label in zip(pictures, labels, strict=True):
        picture[:, :, 5 * int(label) + 1 : 5 * int(label) + 4] += 180
    return pictures, labels


@pytest.fixture
def bars() -> DataSet:
    pictures, labels = bar_pictures(1300, 0)
    names = ("left", "middle", "right")
    return DataSet("bars", pictures[:1000], pictures[1000:], labels[:1000], labels[1000:], classes=names)


@pytest.fixture(autouse=True)
def short_lesson(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bars are learned in a few steps."""
    monkeypatch.setattr(classifier, "FEWEST_STEPS", 50)
