from __future__ import annotations

from pathlib import Path

import pytest
import torch

from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.metrics import classifier
from gan_core.metrics.classifier import FEATURES, cached_classifier, classifier_for


def test_it_learns_and_judges_and_is_kept(bars: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAN_WORKBENCH_CACHE", str(tmp_path))  # whichever test needed it before, here it is learned
    told: list[int] = []
    network, accuracy = classifier_for(bars, progress=lambda done, _: told.append(done))
    assert accuracy > 0.98
    assert told
    real = network.summarize(bars.held_out)
    assert real.classes == 3
    assert real.confident > 0.9
    one_class = network.summarize(bars.pictures[bars.labels == 1][:50])
    assert one_class.classes == 1
    told.clear()
    again, same = classifier_for(bars, progress=lambda done, _: told.append(done))
    assert not told
    assert same == accuracy
    assert again.summarize(bars.held_out) == real


def test_without_labels_there_is_nothing_to_tell_apart(bars: DataSet) -> None:
    with pytest.raises(InputError, match="no labels"):
        classifier_for(DataSet("plain", bars.pictures, bars.held_out))


def test_features_do_not_depend_on_how_many_are_looked_at_at_once(bars: DataSet) -> None:
    network, _ = classifier_for(bars)
    together = network.features_of(bars.held_out)
    assert together.shape == (300, FEATURES)
    one_by_one = torch.cat([network.features_of(picture[None]) for picture in bars.held_out[:20]])
    torch.testing.assert_close(one_by_one, together[:20], rtol=1e-4, atol=1e-5)


def test_it_is_named_by_its_data_and_its_weights(bars: DataSet) -> None:
    network, accuracy = classifier_for(bars)
    assert network.name.startswith("bars-")
    assert (known := cached_classifier(bars)) is not None
    assert (known.name, known.accuracy) == (network.name, accuracy)
    other = DataSet("bars", 255 - bars.pictures, bars.held_out, bars.labels, bars.held_out_labels, bars.classes)
    assert cached_classifier(other) is None


def test_a_damaged_file_is_made_anew(bars: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAN_WORKBENCH_CACHE", str(tmp_path))
    monkeypatch.setattr(classifier, "FEWEST_STEPS", 2)
    monkeypatch.setattr(classifier, "EPOCHS", 0)
    first, _ = classifier_for(bars)
    (file,) = (tmp_path / "classifiers").iterdir()
    file.write_bytes(file.read_bytes()[:1000])
    assert cached_classifier(bars) is None
    assert classifier_for(bars)[0].name == first.name
