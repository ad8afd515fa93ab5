"""Memory: distances are exact, copies are flagged, real pictures are not."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from gan_core.cards import Card
from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.memorization import neighbours
from gan_core.memorization.feature_extractors import FeatureExtractor, extractor_for, outlines
from gan_core.memorization.neighbours import NeighbourIndex, is_mirrored, training_data

PLAIN = FeatureExtractor("pixels", "every tenth pixel", lambda pictures: pictures.flatten(1)[:, ::10].float())
CARD = Card(name="toy", kind="generator", network={"name": "dcgan"}, size=16, channels=1)


def smooth(count: int, channels: int, seed: int) -> Tensor:
    """Blurred noise, full of contrast: pictures that have a shape."""
    noise = torch.rand(count, channels, 4, 4, generator=torch.Generator().manual_seed(seed))
    return (torch.nn.functional.interpolate(noise, size=(16, 16), mode="bilinear") * 255).to(torch.uint8)


def a_set(channels: int = 1, count: int = 150, held_out: int = 100) -> DataSet:
    return DataSet("toy", smooth(count, channels, 1), smooth(held_out, channels, 2))


@pytest.mark.parametrize("channels", [1, 3])
def test_neighbours_are_those_of_plain_arithmetic(channels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "CHUNK_NUMBERS", 40 * channels * 256)  # four chunks
    data = a_set(channels)
    query = smooth(2, channels, 3)
    found = NeighbourIndex(data, PLAIN).nearest(query, 5)
    for picture, result in zip(query, found, strict=True):
        apart = (data.pictures.double() - picture.double()).square().flatten(1).mean(1).sqrt()
        order = apart.argsort()[:5]
        assert [each.index for each in result.pixels] == order.tolist()
        assert [each.distance for each in result.pixels] == pytest.approx(apart[order].tolist(), rel=1e-4)
        eyed = (PLAIN.features(data.pictures) - PLAIN.features(picture[None])).norm(dim=1)
        assert [each.index for each in result.features] == eyed.argsort()[:5].tolist()
        assert result.verdict == "new"
    # A generator's pictures come as (N, H, W, 3).
    drawn = query.expand(-1, 3, -1, -1).permute(0, 2, 3, 1).numpy()
    assert NeighbourIndex(data, PLAIN).nearest(drawn, 5) == found


def test_what_is_usual_is_measured_on_held_out_pictures_and_the_rule_rarely_flags_them() -> None:
    data = a_set()
    known = NeighbourIndex(data, PLAIN)
    apart = (data.held_out[:, None].double() - data.pictures[None].double()).square().flatten(2).mean(2).sqrt()
    assert known.usual.pixels.tolist() == pytest.approx(apart.min(1).values.sort().values.tolist(), rel=1e-4)
    assert known.usual.limits()[0] == known.usual.pixels[1]  # one of 100 lies below
    assert known.usual.flagged <= 2  # either way of being flagged is met by one of 100
    result = known.nearest(data.held_out[:1])[0]
    assert result.nearer[0] == float((known.usual.pixels < result.pixels[0].distance).float().mean())


def test_training_pictures_and_near_copies_are_told_from_others() -> None:
    data = a_set()
    known = NeighbourIndex(data, PLAIN)
    own = data.pictures[7:8]
    assert known.nearest(own)[0].verdict == "same"
    assert known.nearest(own)[0].pixels[0].index == 7
    noisy = (own.int() + torch.randint(-9, 10, own.shape, generator=torch.Generator().manual_seed(0))).clamp(0, 255)
    found = known.nearest(noisy.to(torch.uint8))[0]
    assert (found.verdict, found.pixels[0].index, found.twin) == ("copy", 7, 7)
    # Near in one sense alone is said, and is no copy.
    odd = own.clone()
    odd.flatten(1)[:, ::10] = 255 - odd.flatten(1)[:, ::10]
    blind = dataclasses.replace(PLAIN, features=lambda pictures: pictures.flatten(1)[:, 5::10].float())
    assert NeighbourIndex(data, blind).nearest(odd)[0].verdict == "near"


def test_one_training_picture_that_alone_is_near_is_a_copy_though_it_is_not_very_near() -> None:
    data = a_set()
    stripes = torch.zeros(1, 16, 16, dtype=torch.uint8)
    stripes[..., ::4] = stripes[..., 1::4] = 255  # like nothing else
    data.pictures[7] = stripes
    worn = (stripes.int() + torch.randint(-120, 121, (1, 16, 16), generator=torch.Generator().manual_seed(0))).clamp(
        0, 255
    )
    known = NeighbourIndex(data, PLAIN)
    found = known.nearest(worn.to(torch.uint8)[None])[0]
    assert found.pixels[0].distance > known.usual.limits()[0]
    assert (found.verdict, found.why, found.pixels[0].index) == ("copy", "alone", 7)
    nearest, *others = (each.distance for each in known.nearest(worn.to(torch.uint8)[None], 12)[0].pixels)
    assert found.alone[0] == pytest.approx(nearest / (sum(others) / 11))


def test_a_mirrored_copy_counts_where_the_model_saw_mirrored_pictures() -> None:
    data = a_set()
    flipped = data.pictures[7:8].flip(-1)
    assert NeighbourIndex(data, PLAIN).nearest(flipped)[0].verdict == "new"
    found = NeighbourIndex(data, PLAIN, mirrored=True).nearest(flipped)[0]
    assert (found.verdict, found.pixels[0].index) == ("same", 7)
    assert is_mirrored(CARD.replace(recipe={"augmentation": ["flip"]}))
    assert not is_mirrored(CARD)


def test_where_many_held_out_pictures_have_twins_a_twin_says_nothing() -> None:
    base = a_set()
    brighter = (base.pictures[:50].int() + 8).clamp_max(255).to(torch.uint8)
    known = NeighbourIndex(dataclasses.replace(base, held_out=torch.cat([brighter, base.held_out])), PLAIN)
    assert known.usual.twins > 0.2
    another = (base.pictures[60:61].int() + 14).clamp_max(255).to(torch.uint8)
    found = known.nearest(another)[0]
    assert found.twin == 60
    assert found.verdict == "new"


def test_outlines_see_shape_and_neither_brightness_nor_contrast() -> None:
    pictures = smooth(3, 3, 5)
    seen = outlines(pictures)
    assert seen.shape == (3, 512)
    softer = (pictures.float() * 0.7 + 40).to(torch.uint8)
    apart = (outlines(softer) - seen).norm(dim=1).max()
    assert apart < 0.25 * (seen[0] - seen[1]).norm()
    stripes = torch.zeros(1, 1, 16, 16, dtype=torch.uint8)
    stripes[..., ::4] = stripes[..., 1::4] = 255
    upright, lying = outlines(stripes).view(8, -1), outlines(stripes.transpose(2, 3)).view(8, -1)
    assert upright.sum(1).argmax() == 0  # the gradient runs sideways
    assert lying.sum(1).argmax() == 4
    assert outlines(torch.full((1, 1, 16, 16), 99, dtype=torch.uint8)).abs().max() == 0


def test_the_eye_is_the_classifier_where_there_are_classes() -> None:
    data = a_set()
    extractor = extractor_for(data)
    assert extractor is not None
    assert extractor.name == "outlines"
    labels = torch.arange(150) % 2, torch.arange(100) % 2
    labelled = dataclasses.replace(data, labels=labels[0], held_out_labels=labels[1], classes=("a", "b"))
    assert extractor_for(labelled, train=False) is None  # it would have to be trained first


def test_the_data_are_those_of_the_card_or_of_a_named_place(tmp_path: Path) -> None:
    for index, picture in enumerate(smooth(20, 1, 9)):
        Image.fromarray(picture[0].numpy()).save(tmp_path / f"{index}.png")
    with pytest.raises(InputError, match=r"The pictures that toy learned from \(mine\) are not on this machine\."):
        training_data(CARD.replace(recipe={"data": "mine"}))
    with pytest.raises(InputError, match="does not say which pictures"):
        training_data(CARD)
    data = training_data(CARD.replace(recipe={"data": "mine"}), tmp_path)
    assert data.pictures.shape[1:] == (1, 16, 16)
    assert len(data.held_out) >= 1
    with pytest.raises(InputError, match="cannot be compared"):
        NeighbourIndex(data, PLAIN).nearest(np.zeros((1, 8, 8, 3), np.uint8))
