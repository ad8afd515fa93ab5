"""The check of the data: folders with one known defect each, and clean ones."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from gan_core.data import inspection, perceptual_hash
from gan_core.data.checking import check
from gan_core.errors import InputError

SIDE = 96


def scene(seed: int, *, warm: bool = False, size: tuple[int, int] = (SIDE, SIDE)) -> Image.Image:
    """A picture of its own: a sky, a ground, a few discs, light from above."""
    random = np.random.default_rng(seed + 5000 * warm)
    colours = random.integers(0, 256, (9, 3))
    colours[:, 0 if warm else 2] = random.integers(150, 256, 9)
    picture = Image.new("RGB", (96, 96), tuple(int(value) for value in colours[0]))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, int(random.integers(20, 70)), 96, 96), tuple(int(value) for value in colours[1]))
    for colour in colours[2:]:
        x, y, r = (int(value) for value in random.integers(5, 90, 3))
        draw.ellipse((x - r // 3, y - r // 3, x + r // 3, y + r // 3), tuple(int(value) for value in colour))
    light = np.linspace(-40, 40, 96)[:, None, None] * random.uniform(0.5, 1)
    shaded = np.clip(np.asarray(picture) * 0.7 + 38 + light, 0, 255).astype(np.uint8)
    return Image.fromarray(shaded).resize(size, Image.Resampling.BILINEAR)


def fill(folder: Path, count: int, *, warm: bool = False, first: int = 0, **options: tuple[int, int]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(first, first + count):
        scene(number, warm=warm, **options).save(folder / f"{number:03d}.png")
    return folder


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    return fill(tmp_path / "cold", 40), fill(tmp_path / "warm", 40, warm=True)


def kinds(found: inspection.DomainInfo | object, grade: str | None = None) -> set[tuple[str, str]]:
    return {(each.kind, each.about) for each in found.findings if grade in (None, each.grade)}  # type: ignore[attr-defined]


def complaints(a: Path, b: Path | None = None, size: int = 32) -> set[tuple[str, str]]:
    found = check(a, b, size=size)
    return {(each.kind, each.about) for each in found.findings if each.grade != "good"} - {("few", "A"), ("few", "B")}


def test_clean_folders_have_nothing_but_their_number_against_them(pair: tuple[Path, Path]) -> None:
    found = check(*pair, size=32)
    assert kinds(found, "problem") == set()
    assert kinds(found, "advice") == {("few", "A"), ("few", "B")}
    assert found.grade == "advice"
    assert found.sentence == "40 and 40 pictures: 2 pieces of advice."
    assert (found.domains["A"].count, found.domains["A"].smallest, found.domains["B"].middle) == (
        40,
        (96, 96),
        (96, 96),
    )
    assert found.to_json()["findings"][0]["advice"]


def test_enough_pictures_are_plainly_good(tmp_path: Path) -> None:
    found = check(fill(tmp_path / "many", 210), size=32)
    assert found.grade == "good"
    assert found.sentence == "210 pictures, nothing to complain about."


@pytest.mark.parametrize(("count", "grade"), [(3, "problem"), (12, "problem"), (60, "advice")])
def test_small_sets(tmp_path: Path, count: int, grade: str) -> None:
    assert kinds(check(fill(tmp_path / "few", count), size=32), grade) == {("few", "")}


def test_copies_and_near_copies_in_one_domain(pair: tuple[Path, Path]) -> None:
    (pair[0] / "copy.png").write_bytes((pair[0] / "003.png").read_bytes())
    small = Image.open(pair[1] / "007.png").resize((64, 64))
    small.save(pair[1] / "again.jpg", quality=80)
    found = {each.kind: each for each in check(*pair, size=16).findings}
    assert (found["duplicates"].about, found["duplicates"].files) == ("A", ("003.png and copy.png",))
    assert (found["near-duplicates"].about, found["near-duplicates"].files) == ("B", ("007.png and again.jpg",))
    for index in range(6):
        (pair[0] / f"copy {index}.png").write_bytes((pair[0] / "004.png").read_bytes())
    assert ("duplicates", "A") in kinds(check(*pair, size=16), "problem")


def test_pictures_in_both_domains(pair: tuple[Path, Path]) -> None:
    (pair[1] / "stray.png").write_bytes((pair[0] / "010.png").read_bytes())
    scene(11, size=(70, 70)).save(pair[1] / "stray-small.webp", quality=90)
    (overlap,) = (each for each in check(*pair, size=16).findings if each.kind == "overlap")
    assert overlap.grade == "advice"
    assert overlap.sentence.startswith("2 pictures are in both")
    assert set(overlap.files) == {"010.png and stray.png", "011.png and stray-small.webp"}
    assert ("overlap", "both") in kinds(check(pair[0], pair[0], size=16), "problem")


def test_pictures_smaller_than_the_side_to_learn_at(pair: tuple[Path, Path]) -> None:
    scene(90, size=(20, 40)).save(pair[0] / "tiny.png")
    found = check(*pair, size=32)
    (small,) = (each for each in found.findings if each.kind == "small")
    assert (small.grade, small.about, small.files) == ("advice", "A", ("tiny.png",))
    assert small.advice == "Replace it by a larger one, or remove it."
    found = check(*pair, size=128)
    assert {("small", "A"), ("small", "B")} <= kinds(found, "problem")
    (small,) = (each for each in found.findings if (each.kind, each.about) == ("small", "A"))
    assert small.advice == "Use larger pictures, or train at 64 pixels.", "the middle one decides, not the smallest"


def test_unreadable_files(pair: tuple[Path, Path]) -> None:
    (pair[0] / "broken.png").write_bytes((pair[0] / "000.png").read_bytes()[:90])
    found = check(*pair, size=32)
    (wrong,) = (each for each in found.findings if each.kind == "unreadable")
    assert (wrong.grade, wrong.about, wrong.files) == ("advice", "A", ("broken.png",))
    for number in range(8):
        (pair[0] / f"text {number}.jpg").write_bytes(b"no picture")
    assert ("unreadable", "A") in kinds(check(*pair, size=32), "problem")


def test_very_unequal_counts(tmp_path: Path) -> None:
    a, b = fill(tmp_path / "a", 160), fill(tmp_path / "b", 32, warm=True)
    (unequal,) = (each for each in check(a, b, size=32).findings if each.kind == "unequal")
    assert "B has 32 pictures" in unequal.sentence
    assert "5 times" in unequal.sentence


def test_grey_against_colour_and_a_few_grey_ones(pair: tuple[Path, Path]) -> None:
    scene(91).convert("L").save(pair[1] / "grey.png")
    assert complaints(*pair) == {("mixed-grey", "B")}
    for path in pair[0].iterdir():
        Image.open(path).convert("L").save(path)
    assert ("grey-and-colour", "both") in complaints(*pair)


def test_one_colour_and_mask_like_pictures(pair: tuple[Path, Path], tmp_path: Path) -> None:
    Image.new("RGB", (SIDE, SIDE), (200, 30, 30)).save(pair[0] / "plain.png")
    assert complaints(*pair) == {("one-colour", "A")}
    masks = tmp_path / "masks"
    masks.mkdir()
    random = np.random.default_rng(0)
    for number in range(40):
        picture = Image.new("RGB", (SIDE, SIDE), (255, 255, 255))
        x, y = (int(value) for value in random.integers(0, 60, 2))
        ImageDraw.Draw(picture).rectangle((x, y, x + 12 + number // 2, y + 8 + 2 * (number % 9)), (20, 20, 120))
        picture.save(masks / f"{number:02d}.png")
    found = complaints(masks, pair[1])
    assert ("masks", "A") in found
    assert ("one-colour", "A") not in found
    Image.open(masks / "05.png").save(pair[1] / "mask.png")
    assert {("masks", "A"), ("masks", "B"), ("overlap", "both")} <= complaints(masks, pair[1])


def test_long_pictures(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    wide = fill(tmp_path / "wide", 40, size=(100, 50))
    assert complaints(wide, pair[1]) == {("shape", "A")}


def test_one_zip_with_both_domains_and_held_out_ones(tmp_path: Path) -> None:
    for part, warm, first in (("trainA", False, 0), ("trainB", True, 0), ("testA", False, 100), ("testB", True, 100)):
        fill(tmp_path / "set" / part, 30 if "train" in part else 5, warm=warm, first=first)
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        for path in (tmp_path / "set").rglob("*.png"):
            archive.write(path, path.relative_to(tmp_path))
    found = check(tmp_path / "both.zip", size=32)
    assert {key: (each.count, each.held_out) for key, each in found.domains.items()} == {"A": (35, 5), "B": (35, 5)}
    assert not kinds(found, "problem")


def test_large_sets_are_sampled_and_that_is_said(pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    found = check(*pair, size=32, seconds=0.0)
    assert found.domains["A"].looked_at < 40
    assert ("sample", "A") in kinds(found, "good")
    monkeypatch.setattr(inspection, "MOST", 25)
    assert check(*pair, size=32).domains["B"].looked_at == 25


def test_named_sets_are_counted_and_places_that_are_none_are_refused() -> None:
    found = check("glyphs", size=32)
    assert found.grade == "good"
    assert found.domains[""].smallest is None
    with pytest.raises(InputError, match="no folder or zip"):
        check("/nowhere/at-all", size=32)
    with pytest.raises(InputError, match="8 to 1024"):
        check("glyphs", size=4)


def test_drawings_that_differ_in_a_detail_are_not_nearly_the_same() -> None:
    """A smile and a frown: what a hash of gradients takes for one."""

    def face(start: int, end: int) -> np.ndarray:
        picture = Image.new("RGB", (128, 128), (255, 255, 255))
        draw = ImageDraw.Draw(picture)
        draw.ellipse((10, 10, 118, 118), (250, 200, 40))
        draw.pieslice((34, 50, 94, 100), start, end, (60, 30, 0))
        return np.asarray(picture)

    prints = np.stack([perceptual_hash.perceptual_hash(face(0, 180)), perceptual_hash.perceptual_hash(face(180, 360))])
    assert perceptual_hash.near_pairs(prints) == []
    again = perceptual_hash.perceptual_hash(np.asarray(Image.fromarray(face(0, 180)).resize((50, 50))))
    assert perceptual_hash.near_pairs(prints, again[None]) == [(0, 0)]
