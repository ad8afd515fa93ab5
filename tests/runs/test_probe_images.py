"""A person's own pictures beside a run."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gan_core.errors import InputError
from gan_core.runs.probe_images import LONGEST, ProbeImages


def file(width: int, height: int, mode: str = "RGB", kind: str = "PNG") -> bytes:
    pixels = np.random.default_rng(width).integers(0, 256, (height, width, 4), dtype=np.uint8)
    image = Image.fromarray(pixels).convert(mode)
    if mode == "I;16":
        image = Image.fromarray(pixels[..., :2].copy().view("<u2")[..., 0])
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


@pytest.fixture
def own(tmp_path: Path) -> ProbeImages:
    return ProbeImages(tmp_path / "own")


def test_pictures_are_kept_whole_and_small_ones_as_they_are(own: ProbeImages) -> None:
    assert own.all() == []
    own.add(file(1000, 500), "wide.png")
    own.add(file(40, 30, kind="JPEG"), "small.jpg", "B")
    assert [(each.number, each.domain, each.read().shape) for each in own.all()] == [
        (1, "A", (LONGEST // 2, LONGEST, 3)),
        (2, "B", (30, 40, 3)),
    ]


def test_the_other_kind_removed_and_numbers_never_used_again(own: ProbeImages) -> None:
    for _ in range(2):
        own.add(file(20, 20), "a.png")
    versions = {own.version()}
    own.turn(2, "B")
    versions.add(own.version())
    assert [(each.number, each.domain) for each in own.all()] == [(1, "A"), (2, "B")]
    own.remove(2)
    versions.add(own.version())
    assert own.add(file(20, 20), "a.png")[0].number == 3
    versions.add(own.version())
    assert len(versions) == 4
    for wrong in (lambda: own.remove(2), lambda: own.turn(9, "A"), lambda: own.turn(1, "C")):
        with pytest.raises(InputError):
            wrong()


def test_four_at_most(own: ProbeImages) -> None:
    for _ in range(4):
        own.add(file(20, 20), "a.png")
    with pytest.raises(InputError, match="remove one first"):
        own.add(file(20, 20), "a.png")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"no picture", "is not a picture"),
        (file(20_000, 3), r"20,000 x 3 pixels: at least 16 x 16 are needed"),
        (file(400, 20), "more than 8 times as long as wide"),
        (file(1, 1), "at least 16 x 16"),
        (file(50, 50)[:200], "damaged"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_lost(own: ProbeImages, data: bytes, sentence: str) -> None:
    own.add(file(20, 20), "a.png")
    with pytest.raises(InputError, match=sentence):
        own.add(data, "bad.png")
    assert [each.number for each in own.all()] == [1]


def test_transparency_and_sixteen_bits(own: ProbeImages) -> None:
    clear = np.zeros((20, 20, 4), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(clear).save(buffer, "PNG")
    picture, notes = own.add(buffer.getvalue(), "clear.png")
    assert (picture.read() == 255).all()
    assert any("see-through" in note for note in notes)
    deep, _ = own.add(file(20, 20, "I;16"), "deep.png")
    assert deep.read().shape == (20, 20, 3)
    assert len(np.unique(deep.read())) > 50


def test_those_chosen_before_start_are_handed_over(own: ProbeImages, tmp_path: Path) -> None:
    before = ProbeImages(tmp_path / "before")
    for domain in "ABAB":
        before.add(file(20, 20), "a.png", domain)
    own.add(file(20, 20), "a.png")
    own.take(before)
    assert [each.domain for each in own.all()] == ["A", "A", "B", "A"]
    assert before.all() == []
