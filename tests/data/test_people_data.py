"""Folders and zips as people have them: what is read, what is left out, and what is said of it."""

from __future__ import annotations

import os
import socket
import stat
import struct
import sys
import threading
import zipfile
import zlib
from pathlib import Path

import pytest
import torch

from gan_core import data
from gan_core.assembly import training_labels
from gan_core.data import files
from gan_core.data.checking import check
from gan_core.data.files import list_files, sift, survey
from gan_core.data.zips import entry_names
from gan_core.errors import InputError
from gan_core.images import PICTURE_SUFFIXES
from gan_core.recipes import Recipe
from tests.data.test_folders import fill, picture, zipped

LINKS = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")


def total(loaded: data.DataSet) -> int:
    return len(loaded.pictures) + len(loaded.held_out)


def line(loaded: data.DataSet) -> str:
    return next((note for note in loaded.notes if "left out:" in note), "")


# -- C1: classes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_a_class_of_one_picture_is_learned_from_and_never_held_out(tmp_path: Path, seed: int) -> None:
    fill(tmp_path, [f"{name}/{n}.png" for name in "ab" for n in range(5)], start=100 * seed)
    fill(tmp_path, ["rare/only.png"], start=100 * seed + 50)
    loaded = data.load(tmp_path, size=8)
    assert loaded.classes == ("a", "b", "rare")
    assert loaded.labels is not None
    assert set(loaded.labels.tolist()) == {0, 1, 2}
    assert len(loaded.held_out) >= 1
    recipe = Recipe.named("dcgan").replace(conditional=True)
    labels = training_labels(recipe, loaded)
    assert labels is not None
    assert (torch.bincount(labels, minlength=3) > 0).all()


def test_classes_of_one_picture_each_are_no_classes_and_that_is_said(tmp_path: Path) -> None:
    loaded = data.load(fill(tmp_path, [f"{n}/only.png" for n in range(8)]), size=8)
    assert loaded.classes == ()
    assert total(loaded) == 8
    assert "more than one picture" in loaded.why_no_classes
    with pytest.raises(InputError, match="more than one picture"):
        training_labels(Recipe.named("dcgan").replace(conditional=True), loaded)


def test_a_class_without_a_readable_picture_is_left_out_with_a_note(tmp_path: Path) -> None:
    fill(tmp_path, [f"{name}/{n}.png" for name in "ab" for n in range(5)])
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "broken.png").write_bytes(b"no picture")
    loaded = data.load(tmp_path, size=8)
    assert loaded.classes == ("a", "b")
    assert "The class folder 'c' holds no picture that can be read." in loaded.notes
    (tmp_path / "b").rename(tmp_path / ".b")  # of two classes one vanishes
    alone = data.load(tmp_path, size=8)
    assert alone.classes == ()
    assert "'c' holds no picture that can be read" in alone.why_no_classes


def test_a_class_that_is_only_held_out_is_left_out_with_a_note(tmp_path: Path) -> None:
    fill(tmp_path, [f"train/{name}/{n}.png" for name in "ab" for n in range(5)])
    fill(tmp_path, [f"val/{name}/{n}.png" for name in "abc" for n in range(2)], start=50)
    loaded = data.load(tmp_path, size=8)
    assert loaded.classes == ("a", "b")
    assert len(loaded.held_out) == 4
    assert line(loaded) == "2 files left out: 2 of a class without training pictures."
    assert "The class 'c' has no picture to learn from and is left out." in loaded.notes


@pytest.mark.parametrize(
    "names", [("train", "test"), ("train", "val"), ("Train", "validation"), ("train", "test", "val")]
)
def test_parts_with_classes_inside_are_the_split(tmp_path: Path, names: tuple[str, ...]) -> None:
    fill(tmp_path, [f"{names[0]}/{name}/{n}.png" for name in "ab" for n in range(4)])
    for index, held_out in enumerate(names[1:]):
        fill(tmp_path, [f"{held_out}/{name}/{n}.png" for name in "ab" for n in range(2)], start=50 * (index + 1))
    loaded = data.load(tmp_path, size=8)
    assert loaded.classes == ("a", "b")
    assert (len(loaded.pictures), len(loaded.held_out)) == (8, 4 * (len(names) - 1))


def test_a_test_folder_without_classes_leaves_the_classes_of_train(tmp_path: Path) -> None:
    """As competitions hand them out: what is to be guessed has no class folders."""
    fill(tmp_path, [f"train/{name}/{n}.png" for name in "ab" for n in range(20)])
    fill(tmp_path, [f"test/{n}.png" for n in range(7)], start=50)
    loaded = data.load(tmp_path, size=8)
    assert loaded.classes == ("a", "b")
    assert total(loaded) == 40
    assert len(loaded.held_out) >= 1
    assert line(loaded) == "7 files left out: 7 held-out without a class."


def test_train_alone_with_classes_inside(tmp_path: Path) -> None:
    fill(tmp_path, [f"set/train/{name}/{n}.png" for name in "ab" for n in range(10)])
    loaded = data.load(tmp_path, size=8)
    assert loaded.classes == ("a", "b")
    assert total(loaded) == 20


# -- C2: what is left out is counted -----------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", sorted(PICTURE_SUFFIXES))
def test_every_ending_that_is_read_alone_is_found_in_folders_and_zips(tmp_path: Path, ending: str) -> None:
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / f"a{ending.upper()}").write_bytes(picture(1))
    zipped(tmp_path / "z.zip", {f"a{ending}": picture(1)})
    assert len(list_files(tmp_path / "f")) == len(list_files(tmp_path / "z.zip")) == 1


def test_what_is_left_out_is_one_line_by_kind_in_folders_and_zips(tmp_path: Path) -> None:
    content = {f"{n}.png": picture(n) for n in range(6)}
    content |= {f"note {n}.txt": b"words" for n in range(10)}
    content |= {"film.mp4": b"film", "broken.jpg": b"\xff\xd8\xff cut", "inner.zip": b"PK", "README": b"words"}
    content |= {"without": picture(7), ".DS_Store": b"x", "Thumbs.db": b"x", "desktop.ini": b"x", "._1.png": b"x"}
    (tmp_path / "f").mkdir()
    for name, data_ in content.items():
        (tmp_path / "f" / name).write_bytes(data_)
    place = zipped(tmp_path / "z.zip", content)
    expected = "14 files left out: 10 .txt, 1 .mp4, 1 .zip, 1 without an ending, 1 damaged."
    for source in (tmp_path / "f", place):
        loaded = data.load(source, size=8)
        assert total(loaded) == 7, "the one without an ending is told by its bytes"
        assert sorted(loaded.notes[0].split(": ")[1].rstrip(".").split(", ")) == sorted(
            expected.split(": ")[1].rstrip(".").split(", ")
        )
        found = check(source, size=8)
        assert found.left_out[""].sentence == loaded.notes[0]
        assert found.sentence.endswith(loaded.notes[0])
        assert found.to_json()["left_out"][""]["kinds"][".txt"] == 10
        assert found.to_json()["left_out"][""]["total"] == 14


def test_the_files_of_a_dropped_folder_go_by_the_same_rules() -> None:
    kept, left_out = sift(
        ["a/1.HEIC", "a/2.png", ".DS_Store", "a/Thumbs.db", "a/notes.txt", "a\\@eaDir\\t.jpg", "b/raw"]
    )
    assert kept == ["a/1.HEIC", "a/2.png", "b/raw"]
    assert left_out.sentence == "1 file left out: 1 .txt."
    assert sift(["x.mp4"], also=[".mp4"])[0] == ["x.mp4"]


def test_nothing_usable_is_refused_with_what_there_is(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("words")
    with pytest.raises(InputError, match=r"no picture that can be used.*1 file left out: 1 \.txt"):
        data.load(tmp_path, size=8)


# -- C3: links ---------------------------------------------------------------------------------------------------------


@LINKS
def test_linked_folders_and_files_are_followed_without_loops(tmp_path: Path) -> None:
    outside = fill(tmp_path / "elsewhere", [f"{n}.png" for n in range(6)], start=20)
    root = fill(tmp_path / "set", [f"cats/{n}.png" for n in range(6)])
    (root / "birds").symlink_to(outside)
    (root / "cats" / "up").symlink_to("..")
    (root / "cats" / "self").symlink_to(".")
    (outside / "back").symlink_to(root / "cats")
    (root / "cats" / "linked.png").symlink_to(outside / "0.png")
    (root / "cats" / "gone.png").symlink_to(tmp_path / "nowhere.png")
    (root / "round.png").symlink_to("round.png")
    os.link(root / "cats" / "0.png", root / "cats" / "hard.png")
    listing = survey(root)
    assert [str(file.path) for file in listing.files] == [
        *(f"birds/{n}.png" for n in range(6)),
        *(f"cats/{n}.png" for n in range(6)),
        *("cats/hard.png", "cats/linked.png"),
    ]
    assert listing.left_out.counts == {"linked again": 3, "broken link": 2}
    assert data.load(root, size=8).classes == ("birds", "cats")
    alone = tmp_path / "link"
    alone.symlink_to(root)
    assert len(list_files(alone)) == 14, "the place itself may be a link"


@LINKS
def test_many_links_to_one_folder_are_read_once(tmp_path: Path) -> None:
    """Two links in each of 30 folders would be a thousand million ways to the last one."""
    previous = fill(tmp_path / "0", ["a.png", "b.png"])
    for level in range(1, 30):
        folder = tmp_path / str(level)
        folder.mkdir()
        (folder / "x").symlink_to(previous)
        (folder / "y").symlink_to(previous)
        previous = folder
    assert len(list_files(previous)) == 2


def test_a_zip_that_is_packed_in_another_way_is_no_damaged_one(tmp_path: Path) -> None:
    """Deflate64, which Windows takes for large archives; Python reads the other ones."""
    archive = zipped(tmp_path / "all.zip", {f"{n}.png": picture(n) for n in range(6)})
    content = bytearray(archive.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = content.find(signature)
        content[at + offset : at + offset + 2] = (9).to_bytes(2, "little")
    archive.write_bytes(content)
    loaded = data.load(archive, size=8)
    assert total(loaded) == 5
    assert line(loaded) == "1 file left out: 1 packed in a way that is not read here."
    assert any("pack the zip anew" in note for note in loaded.notes)


# -- C4: names in zips -------------------------------------------------------------------------------------------------


class RawName(zipfile.ZipInfo):
    """An entry whose name is written as these very bytes, without the UTF-8 flag, as old programs do."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(raw.hex())
        self.raw = raw

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's own
        return self.raw, self.flag_bits & ~0x800


def named_zip(path: Path, names: list[bytes], *, extra: list[bytes] | None = None) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for number, name in enumerate(names):
            entry = RawName(name)
            if extra is not None:
                entry.extra = extra[number]
            archive.writestr(entry, picture(number))
    return path


@pytest.mark.parametrize(
    ("encoding", "folders"),
    [
        ("utf-8", ["类别猫", "类别狗"]),
        ("gb18030", ["类别猫", "类别狗"]),
        ("gb18030", ["類別貓", "類別狗"]),
        ("gb18030", ["𠮷家", "普通"]),
        ("cp437", ["Käfer", "Vögel"]),
        ("cp437", ["für", "café"]),
        ("cp437", ["années", "été"]),
        ("utf-8", ["Käfer", "кошки"]),
    ],
)
def test_names_without_a_flag_are_read_as_they_were_meant(tmp_path: Path, encoding: str, folders: list[str]) -> None:
    names = [f"{folder}/{n}.png" for folder in folders for n in range(6)]
    place = named_zip(tmp_path / "z.zip", [name.encode(encoding) for name in names])
    assert [str(file.path) for file in list_files(place)] == sorted(names)
    assert data.load(place, size=8).classes == tuple(sorted(folders))


def test_one_archive_has_one_encoding(tmp_path: Path) -> None:
    """`caf\\xe9`-like names alone could be anything; what an archive holds beside them decides."""
    names = ["f\x81r.png".encode("latin-1"), "猫.png".encode("gb18030")]
    with zipfile.ZipFile(named_zip(tmp_path / "z.zip", names)) as archive:
        assert entry_names(archive.infolist()) == [name.decode("gb18030") for name in names]


def test_a_unicode_path_field_wins_where_it_belongs_to_the_name(tmp_path: Path) -> None:
    raw, meant = b"????.png", "猫猫.png"

    def field(crc: int) -> bytes:
        content = struct.pack("<BL", 1, crc) + meant.encode()
        return struct.pack("<HH", 0x7075, len(content)) + content

    place = named_zip(tmp_path / "z.zip", [raw, b"?.png"], extra=[field(zlib.crc32(raw)), field(12345)])
    assert {str(file.path) for file in list_files(place)} == {meant, "?.png"}


def test_backslashes_are_folders_and_the_later_of_two_equal_names_stays(tmp_path: Path) -> None:
    entries = {f"set\\{name}\\{n}.png": picture(n) for name in "ab" for n in range(6)}
    place = zipped(tmp_path / "z.zip", {**entries, "set\\a\\": b"", "set/a/0.png": picture(70)})
    assert data.load(place, size=8).classes == ("a", "b")
    listing = survey(place)
    assert listing.left_out.counts == {"of a name that is there twice": 1}
    assert next(file for file in listing.files if str(file.path) == "a/0.png").read() == picture(70)


@pytest.mark.parametrize("name", ["\\\\server\\x.png", "C:\\x.png", "a\\..\\..\\x.png", "c:x.png", "/etc/x.png"])
def test_names_outside_a_zip_are_refused_however_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="a name outside the zip"):
        list_files(zipped(tmp_path / "z.zip", {"1.png": picture(1), name: picture(2)}))


def test_a_zip64_archive_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for number in range(5):
            with archive.open(f"{number}.png", "w", force_zip64=True) as file:
                file.write(picture(number))
    assert total(data.load(tmp_path / "z.zip", size=8)) == 5


# -- C5: what keeps folders from being classes -------------------------------------------------------------------------


@pytest.mark.parametrize("wrapper", ["", "my-set/"])
def test_a_stray_picture_is_left_out_with_a_note(tmp_path: Path, wrapper: str) -> None:
    names = [f"{wrapper}{name}/{n}.png" for name in "ab" for n in range(6)]
    place = fill(tmp_path / "f", [*names, "stray.png"])
    archive = zipped(tmp_path / "z.zip", {name: (place / name).read_bytes() for name in [*names, "stray.png"]})
    for source in (place, archive):
        loaded = data.load(source, size=8)
        assert loaded.classes == ("a", "b")
        assert total(loaded) == 12
        assert line(loaded) == "1 file left out: 1 beside the class folders."
        found = check(source, size=8)
        assert found.left_out[""].sentence == line(loaded)
        assert any(each.kind == "strays" and "stray.png" in each.sentence for each in found.findings)


def test_many_pictures_beside_folders_are_kept_and_named(tmp_path: Path) -> None:
    loaded = data.load(fill(tmp_path, [f"{name}{n}.png" for name in ("a/", "b/", "") for n in range(6)]), size=8)
    assert loaded.classes == ()
    assert total(loaded) == 18
    assert "6 pictures lie beside the folders 'a', 'b', such as 0.png" in loaded.why_no_classes
    with pytest.raises(InputError, match="6 pictures lie beside"):
        training_labels(Recipe.named("dcgan").replace(conditional=True), loaded)


@pytest.mark.parametrize("name", ["test", "train", "val", "Test"])
def test_a_class_folder_called_like_a_part_is_named(tmp_path: Path, name: str) -> None:
    loaded = data.load(fill(tmp_path, [f"{each}/{n}.png" for each in ("a", "b", name) for n in range(6)]), size=8)
    assert loaded.classes == ()
    assert f"The folder {name!r} beside 'a', 'b'" in loaded.why_no_classes
    with pytest.raises(InputError, match=f"The folder {name!r}"):
        training_labels(Recipe.named("dcgan").replace(conditional=True), loaded)
    assert any(f"The folder {name!r}" in each.sentence for each in check(tmp_path, size=8).findings)


# -- C6: folders of systems --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("@eaDir", "$RECYCLE.BIN", "System Volume Information", ".Trash-1000", "lost+found", ".ipynb_checkpoints"),
        *(".git", "#recycle", "__MACOSX", ".hidden", "@Recycle", "@eadir", "__pycache__"),
    ],
)
def test_folders_of_systems_are_no_classes(tmp_path: Path, name: str) -> None:
    names = [f"{each}/{n}.png" for each in ("a", "b") for n in range(6)]
    place = fill(tmp_path / "f", [*names, f"{name}/thumb.png", f"a/{name}/thumb.png"])
    archive = zipped(tmp_path / "z.zip", {str(p.relative_to(place)): p.read_bytes() for p in place.rglob("*.png")})
    for source in (place, archive):
        loaded = data.load(source, size=8)
        assert loaded.classes == ("a", "b")
        assert total(loaded) == 12
        assert loaded.notes == ()


# -- C7: regular files only --------------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes there")
def test_pipes_and_sockets_are_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, [f"{n}.png" for n in range(5)])
    os.mkfifo(tmp_path / "pipe.png")
    os.mkfifo(tmp_path / "nameless")
    monkeypatch.chdir(tmp_path)  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.png")
        (tmp_path / "null.png").symlink_to("/dev/zero")
        loaded = data.load(tmp_path, size=8)
    assert total(loaded) == 5
    assert line(loaded) == "4 files left out: 4 not a regular file."
    assert check(tmp_path, size=8).left_out[""].sentence == line(loaded)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes there")
def test_a_file_that_has_become_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    fill(tmp_path, [f"{n}.png" for n in range(5)])
    listing = survey(tmp_path)
    (tmp_path / "0.png").unlink()
    os.mkfifo(tmp_path / "0.png")
    answers: list[str] = []

    def read() -> None:
        try:
            listing.files[0].read()
        except files.UnusableError as error:
            answers.append(error.kind)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(20)
    assert answers == ["not a regular file"]
    assert stat.S_ISFIFO(os.stat(tmp_path / "0.png").st_mode)


# -- limits ------------------------------------------------------------------------------------------------------------


def test_a_place_with_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, [f"{n}.png" for n in range(5)])
    monkeypatch.setattr(files, "MAX_ENTRIES", 4)
    with pytest.raises(InputError, match="more than 4 files"):
        list_files(tmp_path)


def test_a_file_that_is_too_large_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, [f"{n}.png" for n in range(5)])
    (tmp_path / "huge.png").write_bytes(bytes(5000))
    zipped(tmp_path / "z.zip", {f"{n}.png": picture(n) for n in range(5)} | {"huge.png": os.urandom(5000)})
    monkeypatch.setattr(files, "MAX_BYTES", 4000)
    for source in (tmp_path, tmp_path / "z.zip"):
        assert "1 too large" in line(data.load(source, size=8))


@pytest.mark.parametrize("path", ["a\0b", "x/" * 3000, "n" * 300 + ".zip"])
def test_paths_that_can_be_none_are_refused(path: str) -> None:
    with pytest.raises(InputError):
        data.load(f"./{path}", size=8)
    with pytest.raises(InputError):
        check(f"./{path}", size=8)


def test_a_file_where_a_folder_is_meant(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("words")
    for path in (tmp_path / "a.txt", tmp_path / "a.txt" / "below"):
        with pytest.raises(InputError):
            data.load(path, size=8)
