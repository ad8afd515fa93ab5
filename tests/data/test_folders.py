"""Folders and zips of pictures: what is kept apart, what is refused."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from gan_core import data
from gan_core.errors import InputError


def picture(number: int, size: tuple[int, int] = (20, 16), mode: str = "RGB") -> bytes:
    """A PNG that is different for each number."""
    rng = np.random.default_rng(number)
    noise = Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)).convert(mode)
    buffer = io.BytesIO()
    noise.save(buffer, "PNG")
    return buffer.getvalue()


def fill(root: Path, names: list[str], start: int = 0, mode: str = "RGB") -> Path:
    for number, name in enumerate(names, start):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(picture(number, (20 + number % 3, 16), mode))
    return root


def zipped(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def keys(pictures: torch.Tensor) -> set[bytes]:
    return {each.numpy().tobytes() for each in pictures}


def test_a_plain_folder_holds_out_a_tenth_by_content(tmp_path: Path) -> None:
    fill(tmp_path / "a", [f"{n}.png" for n in range(60)])
    first = data.load(tmp_path / "a", size=8)
    assert first.pictures.shape[1:] == (3, 8, 8)
    assert first.name == "a"
    assert first.labels is None
    assert 1 <= len(first.held_out) <= 14
    assert len(first.pictures) + len(first.held_out) == 60
    fill(tmp_path / "b", [f"other-{59 - n}.png" for n in range(60)])  # the same contents under other names
    second = data.load(tmp_path / "b", size=8)
    assert keys(second.held_out) == keys(first.held_out)
    fill(tmp_path / "a", [f"copy-{n}.png" for n in range(60)])
    twice = data.load(tmp_path / "a", size=8)
    assert not keys(twice.held_out) & keys(twice.pictures), "copies stay on one side"


def test_four_pictures_are_enough(tmp_path: Path) -> None:
    small = data.load(fill(tmp_path, [f"{n}.png" for n in range(4)]), size=8)
    assert len(small.pictures) == 3
    assert len(small.held_out) == 1


@pytest.mark.parametrize(
    ("count", "words"), [(0, "no picture"), (1, "only 1 different picture that"), (3, "only 3 different pictures")]
)
def test_too_few_pictures_are_refused(tmp_path: Path, count: int, words: str) -> None:
    fill(tmp_path, [f"{n}.png" for n in range(count)])
    (tmp_path / "notes.txt").write_text("not a picture, and not named like one")
    with pytest.raises(InputError, match=words):
        data.load(tmp_path, size=8)


def test_named_parts_and_classes_are_kept(tmp_path: Path) -> None:
    fill(tmp_path, [f"set/train/{c}/{n}.png" for c in ("cat", "dog") for n in range(5)])
    fill(tmp_path, [f"set/validation/{c}/{n}.png" for c in ("cat", "dog") for n in range(2)], start=50)
    (tmp_path / "set/train/cat/leak.png").write_bytes(picture(50, (22, 16)))
    loaded = data.load(tmp_path, size=8)
    assert len(loaded.pictures) == 10
    assert len(loaded.held_out) == 4
    assert loaded.classes == ("cat", "dog")
    assert loaded.labels is not None
    assert loaded.labels.tolist() == [0] * 5 + [1] * 5
    assert loaded.labels.dtype == torch.int64
    assert loaded.held_out_labels is not None
    assert loaded.held_out_labels.tolist() == [0, 0, 1, 1]
    assert loaded.notes == ("1 picture for training is also among the held-out ones and was left out.",)


def test_unreadable_files_are_skipped_and_named(tmp_path: Path) -> None:
    fill(tmp_path, [f"{n}.png" for n in range(8)])
    for name in ("x1.png", "x2.jpg", "x3.gif", "x4.png", "x5.png"):
        (tmp_path / name).write_text("text")
    (tmp_path / ".hidden.png").write_text("ignored silently")
    loaded = data.load(tmp_path, size=8)
    assert len(loaded.pictures) + len(loaded.held_out) == 8
    assert loaded.notes[0] == "5 files left out: 5 damaged."
    assert loaded.notes[1].startswith("x1.png is not a picture")
    assert len(loaded.notes) == 4, "three are named, all are counted"


def test_any_mix_of_modes_is_accepted_and_grey_is_noticed(tmp_path: Path) -> None:
    grey = fill(tmp_path / "grey", [f"{n}.png" for n in range(5)], mode="L")
    assert data.load(grey, size=8).channels == 1
    assert data.load(grey, size=8, channels=3).channels == 3
    fill(grey, ["c.png"], start=90)
    assert data.load(grey, size=8).channels == 3
    assert data.load(grey, size=8, channels=1).channels == 1
    fill(grey, ["d.png"], start=91, mode="RGBA")
    fill(grey, ["e.png"], start=92, mode="1")
    assert len(keys(data.load(grey, size=8).pictures)) > 5


def test_transparency_is_laid_on_white(tmp_path: Path) -> None:
    for number in range(4):
        Image.new("RGBA", (9 + number, 9), (0, 0, 0, 0)).save(tmp_path / f"{number}.png")
    assert (data.load(tmp_path, size=8).pictures == 255).all()


def test_progress_is_reported(tmp_path: Path) -> None:
    reports: list[tuple[int, int]] = []
    fill(tmp_path, [f"{n}.png" for n in range(6)])
    data.load(tmp_path, size=8, progress=lambda done, total: reports.append((done, total)))
    assert reports == [(6, 6)]


def test_a_zip_is_read_like_its_folder(tmp_path: Path) -> None:
    names = [f"set/{c}/{n}.png" for c in ("x", "y") for n in range(6)]
    folder = data.load(fill(tmp_path / "f", names), size=8)
    entries = {name: (tmp_path / "f" / name).read_bytes() for name in names}
    entries["__MACOSX/set/._0.png"] = b"resource fork"
    archive = data.load(zipped(tmp_path / "set.zip", entries), size=8)
    assert torch.equal(folder.pictures, archive.pictures)
    assert torch.equal(folder.held_out, archive.held_out)
    assert archive.classes == ("x", "y")
    assert archive.notes == ()
    assert {path.name for path in tmp_path.iterdir()} == {"f", "set.zip"}, "nothing is unpacked to disk"


FOUR = {f"{n}.png": picture(n) for n in range(4)}


@pytest.mark.parametrize("name", ["../x.png", "a/../../x.png", "/x.png", "C:/x.png", "..\\x.png"])
def test_names_outside_a_zip_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="a name outside the zip"):
        data.load(zipped(tmp_path / "z.zip", {**FOUR, name: picture(9)}), size=8)


def test_links_passwords_and_bombs_in_a_zip_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(InputError, match="symbolic link"):
        data.load(tmp_path / "link.zip", size=8)
    with pytest.raises(InputError, match="times its size: up to 100 times"):
        data.load(zipped(tmp_path / "bomb.zip", {**FOUR, "bomb.png": bytes(2_000_000)}), size=8)
    with pytest.raises(InputError, match="times its size: up to 100 times"):
        data.load(zipped(tmp_path / "many.zip", {f"{n}.png": bytes(90_000) for n in range(50)}), size=8)
    locked = bytearray(zipped(tmp_path / "locked.zip", FOUR).read_bytes())
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(locked)
    with pytest.raises(InputError, match="password"):
        data.load(tmp_path / "locked.zip", size=8)


def test_damaged_zips_are_refused_or_lose_only_the_damaged_picture(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "z.zip", {f"{n}.png": picture(n) for n in range(8)}).read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="neither a folder nor a readable zip"):
        data.load(tmp_path / "cut.zip", size=8)
    spoilt = bytearray(whole)
    spoilt[200:260] = bytes(60)
    (tmp_path / "spoilt.zip").write_bytes(spoilt)
    loaded = data.load(tmp_path / "spoilt.zip", size=8)
    assert len(loaded.pictures) + len(loaded.held_out) == 7
    assert loaded.notes == ("1 file left out: 1 damaged.", "0.png is damaged inside the zip.")


def test_too_much_memory_is_refused_before_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gan_core.data.dataset.MAX_TENSOR_BYTES", 1000)
    with pytest.raises(InputError, match="holds 6 pictures: at 8 x 8 pixels up to 5 are accepted"):
        data.load(fill(tmp_path, [f"{n}.png" for n in range(6)]), size=8)


def test_a_pair_folder_gives_two_domains_in_step(tmp_path: Path) -> None:
    names = [
        f"pair/{part}{side}/{n}.png"
        for side in "AB"
        for part, count in (("train", 5), ("test", 3))
        for n in range(count)
    ]
    fill(tmp_path, names)
    a, b = data.load_pair(tmp_path, None, size=8)
    assert len(a.pictures) == len(b.pictures) == 5
    assert len(a.held_out) == len(b.held_out) == 3
    assert not keys(a.pictures) & keys(b.pictures)
    both = data.load(tmp_path, size=8)
    assert both.classes == ("A", "B")
    assert len(both.pictures) == 10


def test_two_places_make_a_pair_with_equal_channels(tmp_path: Path) -> None:
    grey = fill(tmp_path / "grey", [f"{n}.png" for n in range(5)], mode="L")
    colour = fill(tmp_path / "colour", [f"{n}.png" for n in range(5)])
    a, b = data.load_pair(grey, colour, size=8)
    assert a.channels == b.channels == 3


def test_one_domain_is_not_a_pair(tmp_path: Path) -> None:
    fill(tmp_path, [f"{n}.png" for n in range(5)])
    with pytest.raises(InputError, match="trainA and trainB"):
        data.load_pair(tmp_path, None, size=8)
    with pytest.raises(InputError, match="'glyphs' is one domain"):
        data.load_pair("glyphs", None, size=8)
