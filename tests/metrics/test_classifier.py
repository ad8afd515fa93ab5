from __future__ import annotations

import pytest
import torch

from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.metrics.classifier import classifier_for


@pytest.fixture
def bars() -> DataSet:
    """Three classes: a bright bar at the left, in the middle or at the right, on noise."""
    draws = torch.Generator().manual_seed(0)
    labels = torch.randint(3, (1300,), generator=draws)
    pictures = torch.randint(0, 60, (1300, 1, 16, 16), dtype=torch.uint8, generator=draws)
    for picture, label in zip(pictures, labels, strict=True):
        picture[:, :, 5 * int(label) + 1 : 5 * int(label) + 4] += 180
    names = ("left", "middle", "right")
    return DataSet("bars", pictures[:1000], pictures[1000:], labels[:1000], labels[1000:], classes=names)


def test_it_learns_and_judges_and_is_kept(bars: DataSet) -> None:
    told: list[int] = []
    network, accuracy = classifier_for(bars, progress=lambda done, _: told.append(done))
    assert accuracy > 0.98
    assert told
    real = network.judge(bars.held_out)
    assert real.classes == 3
    assert real.confident > 0.9
    one_class = network.judge(bars.pictures[bars.labels == 1][:50])
    assert one_class.classes == 1
    told.clear()
    again, same = classifier_for(bars, progress=lambda done, _: told.append(done))
    assert not told
    assert same == accuracy
    assert again.judge(bars.held_out) == real


def test_without_labels_there_is_nothing_to_tell_apart(bars: DataSet) -> None:
    with pytest.raises(InputError, match="no labels"):
        classifier_for(DataSet("plain", bars.pictures, bars.held_out))
