"""Pairs: made of pictures, and found in folders; what is no pair is refused with a sentence."""

from __future__ import annotations

import io
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
import torch
from PIL import Image

from gan_core import data
from gan_core.data.checking import check
from gan_core.data.pairs import MADE, make
from gan_core.data.pairs.folders import domains_of, name_of, split_by_name
from gan_core.data.pairs.making import gaussian
from gan_core.data.previewing import preview_pairs
from gan_core.data.scenes import sources
from gan_core.errors import InputError
from gan_core.recipes import PAIRS
from tests.data.test_folders import fill, zipped

NAMES = [f"{number:02}.png" for number in range(40)]


def marked(level: int, size: tuple[int, int] = (16, 16)) -> bytes:
    """A plain PNG that can be told from others by its level."""
    buffer = io.BytesIO()
    Image.new("RGB", size, (level, 255 - level, 9)).save(buffer, "PNG")
    return buffer.getvalue()


def two_folders(root: Path, a: str = "lines", b: str = "colour", names: list[str] = NAMES) -> Path:
    """Pairs whose halves have the levels n and n + 100."""
    for number, name in enumerate(names):
        for folder, offset in ((a, 0), (b, 100)):
            (root / folder / name).parent.mkdir(parents=True, exist_ok=True)
            (root / folder / name).write_bytes(marked(number + offset))
    return root


def levels(pictures: torch.Tensor) -> list[int]:
    return pictures[:, 0, 0, 0].tolist()


def are_pairs(a: data.DataSet, b: data.DataSet) -> bool:
    return all(
        [level + 100 for level in levels(one)] == levels(other)
        for one, other in ((a.pictures, b.pictures), (a.held_out, b.held_out))
    )


# -- made inputs -------------------------------------------------------------------------------------------------------


def square(channels: int = 3) -> torch.Tensor:
    pictures = torch.full((1, channels, 32, 32), 255, dtype=torch.uint8)
    pictures[:, :, 8:24, 8:24] = torch.tensor([200, 40, 40][:channels], dtype=torch.uint8).view(channels, 1, 1)
    return pictures


def test_edges_are_black_lines_where_a_drawing_changes_colour() -> None:
    lines = make("edges", square())
    assert set(lines.unique().tolist()) == {0, 255}
    assert torch.equal(lines[:, 0], lines[:, 2])
    ink = lines[0, 0] == 0
    assert ink[7:9, 10:22].all()
    assert ink[10:22, 23:25].all()
    assert not ink[:5].any()
    assert not ink[12:20, 12:20].any()


def test_edges_of_one_channel_alone_are_found() -> None:
    pictures = torch.full((1, 3, 32, 32), 128, dtype=torch.uint8)
    pictures[:, 0, :, 16:], pictures[:, 1, :, 16:] = 228, 77  # equally bright, another hue
    ink = make("edges", pictures)[0, 0] == 0
    assert ink[:, 15:17].all()
    assert not ink[:, :13].any()


def test_a_picture_full_of_detail_is_not_all_black_and_a_pale_one_not_all_white() -> None:
    draws = torch.Generator().manual_seed(0)
    rough = gaussian(torch.rand(2, 3, 64, 64, generator=draws) * 255, 1.0)
    rough = ((rough - rough.amin()) / (rough.amax() - rough.amin()) * 255).to(torch.uint8)
    share = (make("edges", rough)[:, 0] == 0).float().mean((1, 2))
    assert ((share > 0.02) & (share < 0.2)).all()
    pale = torch.full((1, 3, 32, 32), 200, dtype=torch.uint8)
    pale[:, :, 8:24, 8:24] = 222
    assert (make("edges", pale)[0, 0, 7:9, 10:22] == 0).all()
    assert (make("edges", torch.full((1, 3, 32, 32), 90, dtype=torch.uint8)) == 255).all()


def test_grey_is_luma_in_every_channel() -> None:
    made = make("grey", square())
    assert made.shape == (1, 3, 32, 32)
    assert made[0, :, 12, 12].tolist() == [round(0.299 * 200 + 0.587 * 40 + 0.114 * 40)] * 3
    assert torch.equal(make("grey", square(1)), square(1))


def test_blur_keeps_the_mean_and_takes_the_edges() -> None:
    sharp = square()
    made = make("blur", sharp)
    assert abs(made.float().mean() - sharp.float().mean()) < 1
    assert 40 < made[0, 1, 8, 16] < 255
    assert make("blur", torch.full((1, 3, 16, 16), 77, dtype=torch.uint8)).unique().tolist() == [77]


def test_small_has_a_quarter_of_the_detail() -> None:
    draws = torch.Generator().manual_seed(0)
    pictures = torch.randint(0, 256, (1, 3, 32, 32), generator=draws).to(torch.uint8)
    made = make("small", pictures).float()
    blocks = pictures.float().unfold(2, 4, 4).unfold(3, 4, 4).mean((-2, -1))
    assert (made.unfold(2, 4, 4).unfold(3, 4, 4).mean((-2, -1)) - blocks).abs().mean() < 12
    assert (
        (made[..., 1:] - made[..., :-1]).abs().mean()
        < 15
        < (pictures.float()[..., 1:] - pictures[..., :-1]).abs().mean()
    )


@pytest.mark.parametrize("kind", MADE)
def test_made_inputs_are_the_same_again_whatever_else_is_made_with_them(kind: str) -> None:
    draws = torch.Generator().manual_seed(1)
    pictures = torch.randint(0, 256, (70, 3, 16, 16), generator=draws).to(torch.uint8)
    made = make(kind, pictures)
    assert made.dtype == torch.uint8
    assert made.shape == pictures.shape
    assert torch.equal(make(kind, pictures[66:67]), made[66:67])


# -- loading -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", MADE)
def test_pairs_are_made_of_any_folder_at_loading(tmp_path: Path, kind: str) -> None:
    fill(tmp_path, NAMES)
    a, b = data.load_paired(tmp_path, kind=kind, size=16)
    own = data.load(tmp_path, size=16)
    assert torch.equal(b.pictures, own.pictures)
    assert torch.equal(a.pictures, make(kind, own.pictures))
    assert torch.equal(a.held_out, make(kind, own.held_out))
    assert a.name == f"{tmp_path.name} ({kind})"


def test_pairs_are_made_of_a_named_set_and_of_a_zip(tmp_path: Path) -> None:
    a, b = data.load_paired("glyphs", kind="edges", size=16)
    assert a.channels == b.channels == 1
    assert len(a) == len(b)
    place = zipped(tmp_path / "own.zip", {name: marked(index * 5) for index, name in enumerate(NAMES)})
    a, b = data.load_paired(place, kind="blur", size=16, channels=1)
    assert a.channels == b.channels == 1


def test_the_seasons_of_one_place_are_a_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "TRAINING", 24)
    monkeypatch.setattr(sources, "HELD_OUT", 4)
    a, b = data.load_paired("scenes-summer", kind="season", size=16)
    assert (a.name, b.name) == ("scenes-summer", "scenes-winter")
    assert torch.equal(a.pictures, data.load("scenes-summer", size=16).pictures)
    assert not torch.equal(b.pictures, data.load("scenes-winter", size=16).pictures)  # other places
    assert torch.equal(b.held_out, data.load("scenes-winter", size=16).held_out)
    back, forth = data.load_paired("scenes-winter", kind="season", size=16)
    assert torch.equal(back.pictures, b.pictures)
    assert torch.equal(forth.pictures, a.pictures)
    inputs, seen = preview_pairs("scenes", kind="season", size=16)
    assert torch.equal(inputs, a.pictures[: len(inputs)])
    assert torch.equal(seen.pictures, b.pictures[: len(inputs)])


@pytest.mark.parametrize(("a", "b"), [("lines", "colour"), ("trainA", "trainB"), ("one", "two")])
def test_two_folders_in_one_place_are_pairs_by_name(tmp_path: Path, a: str, b: str) -> None:
    one, other = data.load_paired(two_folders(tmp_path, a, b), size=16)
    assert are_pairs(one, other)
    assert len(one) + len(one.held_out) == len(NAMES)
    assert len(one.held_out) >= 1


def test_two_places_are_pairs_by_name_whatever_the_endings(tmp_path: Path) -> None:
    two_folders(tmp_path)
    for place in list((tmp_path / "colour").iterdir()):
        place.rename(place.with_suffix(".PNG"))
    one, other = data.load_paired(tmp_path / "lines", tmp_path / "colour", size=16)
    assert are_pairs(one, other)
    entries = {f"{name}/{number}.png": marked(number + 100 * (name == "B")) for number in range(9) for name in "AB"}
    one, other = data.load_paired(zipped(tmp_path / "pairs.zip", entries), size=16)
    assert are_pairs(one, other)


def test_folders_for_held_out_pictures_are_the_split(tmp_path: Path) -> None:
    two_folders(tmp_path / "x", "train/lines", "train/colour", NAMES[:10])
    for name, number in zip(NAMES[10:14], range(30, 34), strict=True):
        for folder, offset in (("lines", 0), ("colour", 100)):
            (tmp_path / "x" / "test" / folder).mkdir(parents=True, exist_ok=True)
            (tmp_path / "x" / "test" / folder / name).write_bytes(marked(number + offset))
    one, other = data.load_paired(tmp_path / "x", size=16)
    assert are_pairs(one, other)
    assert levels(one.held_out) == [30, 31, 32, 33]
    whole = data.load_paired(tmp_path / "x", size=16, whole=True)
    assert len(whole[0].held_out) == 14


def test_the_split_is_by_name_and_leaves_no_truth_on_both_sides(tmp_path: Path) -> None:
    first, _ = data.load_paired(two_folders(tmp_path / "a"), size=16)
    two_folders(tmp_path / "b")
    for name in NAMES:  # other pictures of the same names
        (tmp_path / "b" / "lines" / name).write_bytes(marked(250))
    second, _ = data.load_paired(tmp_path / "b", size=16)
    assert len(second.held_out) == len(first.held_out)
    kept = NAMES[levels(first.pictures)[0]]
    apart = NAMES[levels(first.held_out)[0]]
    truth = (tmp_path / "a" / "colour" / apart).read_bytes()
    (tmp_path / "a" / "colour" / kept).write_bytes(truth)
    one, other = data.load_paired(tmp_path / "a", size=16)
    assert len(one) == len(first) - 1
    assert not set(levels(other.pictures)) & set(levels(other.held_out))
    assert any("1 pair left out of the training" in note for note in one.notes)


def test_few_pairs_keep_one_apart() -> None:
    from gan_core.data.pairs.folders import Pair
    from gan_core.data.splitting import Loaded

    def pair(name: str) -> Pair:
        half = Loaded(PurePosixPath(name), name.encode(), np.zeros((1, 1, 3), np.uint8))
        return Pair(name, None, half, half)

    for count in range(4, 12):
        training, held_out = split_by_name([pair(f"{count} {number}") for number in range(count)])
        assert 1 <= len(held_out) <= count / 2
        assert len(training) + len(held_out) == count


def test_pictures_side_by_side_are_cut_into_both_halves(tmp_path: Path) -> None:
    for number in range(20):
        picture = np.zeros((16, 33, 3), np.uint8)
        picture[:, :16], picture[:, 17:] = number, number + 100
        Image.fromarray(picture).save(tmp_path / f"{number:02}.png")
    one, other = data.load_paired(tmp_path, kind="side-by-side", size=16)
    assert are_pairs(one, other)
    assert (one.name, other.name) == (f"{tmp_path.name} left", f"{tmp_path.name} right")
    inputs, seen = preview_pairs(tmp_path, kind="side-by-side", size=16)
    assert [level + 100 for level in levels(inputs)] == levels(seen.pictures)


def test_a_pair_that_cannot_be_read_is_left_out_with_a_note(tmp_path: Path) -> None:
    two_folders(tmp_path)
    (tmp_path / "colour" / NAMES[3]).write_bytes(b"no picture")
    one, other = data.load_paired(tmp_path, size=16)
    assert are_pairs(one, other)
    assert len(one) + len(one.held_out) == len(NAMES) - 1
    assert any("1 pair left out, because a picture cannot be read" in note for note in one.notes)


def test_previews_show_pairs(tmp_path: Path) -> None:
    two_folders(tmp_path)
    inputs, seen = preview_pairs(tmp_path, kind=None, size=16)
    assert [level + 100 for level in levels(inputs)] == levels(seen.pictures)
    assert seen.count == len(NAMES)
    inputs, seen = preview_pairs("glyphs", kind="edges", size=16)
    assert torch.equal(inputs, make("edges", seen.pictures))


def test_the_folder_that_sounds_like_what_goes_in_is_a() -> None:
    assert domains_of(["colour", "lines"]) == ("lines", "colour")
    assert domains_of(["photo", "maps"]) == ("maps", "photo")
    assert domains_of(["B", "A"]) == ("A", "B")
    assert domains_of(["two", "one"]) == ("one", "two")
    named = name_of(PurePosixPath("train/lines/deep/01.png"), with_domain=True)
    assert (named.domain, named.held_out, named.name) == ("lines", False, "deep/01")
    named = name_of(PurePosixPath("testA/01.png"), with_domain=True)
    assert (named.domain, named.held_out, named.name) == ("A", True, "01")


# -- what is no pair ---------------------------------------------------------------------------------------------------


def refusal(*places: Path | str, kind: str | None = None) -> str:
    """The sentence by which pictures are refused, in loading and (where names alone tell) before it."""
    with pytest.raises(InputError) as refused:
        data.load_paired(*places, kind=kind, size=16)
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert len(sentence) < 400
    return sentence


def test_a_picture_without_a_partner_is_named(tmp_path: Path) -> None:
    two_folders(tmp_path)
    (tmp_path / "colour" / "17.png").unlink()
    sentence = refusal(tmp_path)
    assert f"The picture 17 of {tmp_path.name} lines has no partner in {tmp_path.name} colour" in sentence
    assert "40 pictures in" in sentence
    assert "39 in" in sentence
    findings = [each for each in check(tmp_path, size=16, paired=True).findings if each.kind == "pairs"]
    assert [(each.grade, each.sentence) for each in findings] == [("problem", sentence)]
    (tmp_path / "lines" / "17.png").unlink()
    found = check(tmp_path, size=16, paired=True)
    assert [each.grade for each in found.findings if each.kind == "pairs"] == ["good"]
    assert set(found.domains) == {"A", "B"}


def test_pictures_of_other_proportions_are_no_pair(tmp_path: Path) -> None:
    two_folders(tmp_path)
    (tmp_path / "colour" / "05.png").write_bytes(marked(105, (32, 32)))  # larger is as good
    data.load_paired(tmp_path, size=16)
    (tmp_path / "colour" / "05.png").write_bytes(marked(105, (24, 16)))
    assert "The two pictures of the pair 05 do not match: 16 x 16 and 24 x 16 pixels." in refusal(tmp_path)


@pytest.mark.parametrize("folders", [(), ("a",), ("a", "b", "c")])
def test_pairs_lie_in_two_folders(tmp_path: Path, folders: tuple[str, ...]) -> None:
    for folder in folders or ("",):
        fill(tmp_path, [f"{folder}/{name}".strip("/") for name in NAMES[:6]])
    assert "holds no pairs" in refusal(tmp_path)


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    two_folders(tmp_path)
    (tmp_path / "lines" / "05.bmp").write_bytes((tmp_path / "lines" / "05.png").read_bytes())
    assert "would be the same half of one pair" in refusal(tmp_path)


def test_too_few_pairs_are_refused(tmp_path: Path) -> None:
    two_folders(tmp_path, names=NAMES[:3])
    assert "holds only 3 pairs that can be used: at least 4 are needed." in refusal(tmp_path)
    assert "only 3 different pictures" in refusal(tmp_path / "lines", kind="edges")


def test_pictures_that_are_not_wide_enough_hold_no_two_halves(tmp_path: Path) -> None:
    fill(tmp_path, NAMES[:6])
    assert "is about twice as wide as high" in refusal(tmp_path, kind="side-by-side")
    found = check(tmp_path, size=16, paired=True, kind="side-by-side")
    assert [each.grade for each in found.findings if each.kind == "pairs"] == ["problem"]


def test_what_cannot_be_made_is_refused(tmp_path: Path) -> None:
    fill(tmp_path, NAMES[:6], mode="L")
    assert "grey already" in refusal(tmp_path, kind="grey")
    assert "Pairs of the kind season are drawn" in refusal(tmp_path, kind="season")
    assert "glyphs holds no pairs" in refusal("glyphs")
    assert "leave data_b out" in refusal(tmp_path, tmp_path, kind="edges")


def test_all_kinds_of_pairs_are_true_pairs() -> None:
    assert {*MADE, "season", "side-by-side"} == set(PAIRS)
    assert data.holds_true_pairs("anywhere", paired=True)
