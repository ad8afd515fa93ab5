"""Recipes inside files: they come back as they went in, and change nothing else."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageSequence
from PIL.PngImagePlugin import PngInfo

from gan_core.errors import InputError
from gan_core.latents import metadata
from gan_core.latents.metadata import check_schema, embed, read_note

NOTE = {"schema": 2, "model": "glyphs", "name": "é <&> ]]> \U0001f600", "z": [0.1 + 0.2, -1e-9, 3]}
LONG = NOTE | {"z": np.random.default_rng(1).normal(size=2000).tolist()}


def file_of(suffix: str, frames: int = 3) -> bytes:
    pictures = np.random.default_rng(0).integers(0, 256, (frames, 16, 16, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    if suffix == ".mp4":
        with av.open(buffer, "w", format="mp4") as film:
            stream = film.add_stream("libx264", rate=25)
            stream.width, stream.height, stream.pix_fmt = 16, 16, "yuv420p"
            for picture in pictures:
                film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            film.mux(stream.encode())
    else:
        first, *rest = (Image.fromarray(picture) for picture in pictures)
        several = {} if suffix == ".png" else {"save_all": True, "append_images": rest, "duration": 70}
        first.save(buffer, suffix[1:].upper(), **several)
    return buffer.getvalue()


def content(data: bytes, suffix: str) -> tuple[list[np.ndarray], list[object]]:
    """Frames, and when each is shown."""
    if suffix == ".mp4":
        with av.open(io.BytesIO(data)) as film:
            decoded = list(film.decode(video=0))
        return [frame.to_ndarray(format="rgb24") for frame in decoded], [frame.time for frame in decoded]
    with Image.open(io.BytesIO(data)) as image:
        shown = [
            (np.asarray(frame.convert("RGB")), frame.info.get("duration")) for frame in ImageSequence.Iterator(image)
        ]
    return [frame for frame, _ in shown], [duration for _, duration in shown]


@pytest.mark.parametrize(
    ("suffix", "frames"), [(".png", 1), (".gif", 1), (".gif", 3), (".webp", 1), (".webp", 3), (".mp4", 3)]
)
def test_a_note_comes_back_and_nothing_else_changes(suffix, frames, tmp_path):
    data = file_of(suffix, frames)
    assert read_note(data) is None
    for note in (NOTE, LONG):
        carrying = embed(data, suffix.upper(), note)
        path = tmp_path / "renamed.bin"  # kinds are known by their contents
        path.write_bytes(carrying)
        assert read_note(carrying) == read_note(path) == note
        before, after = content(data, suffix), content(carrying, suffix)
        np.testing.assert_array_equal(before[0], after[0])
        assert before[1] == after[1]


def test_transparency_survives():
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (8, 8, 4), dtype=np.uint8), "RGBA")
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", lossless=True, exact=True)
    data = embed(buffer.getvalue(), ".webp", NOTE)
    assert read_note(data) == NOTE
    with Image.open(io.BytesIO(data)) as image:
        np.testing.assert_array_equal(np.asarray(image), np.asarray(picture))


@pytest.mark.parametrize("suffix", [".png", ".gif", ".mp4"])
def test_files_of_others_have_none(suffix):
    buffer = io.BytesIO()
    if suffix == ".mp4":
        with av.open(buffer, "w", format="mp4") as film:
            film.metadata["comment"] = "holidays"
            stream = film.add_stream("libx264", rate=25)
            stream.width, stream.height, stream.pix_fmt = 16, 16, "yuv420p"
            film.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), format="rgb24")))
            film.mux(stream.encode())
    else:
        info = PngInfo()
        info.add_text("comment", "holidays")
        kind = {"pnginfo": info} if suffix == ".png" else {"comment": b"Created with GIMP"}
        Image.new("RGB", (4, 4)).save(buffer, suffix[1:].upper(), **kind)
    assert read_note(buffer.getvalue()) is None


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x04\0\0\0WEBP", b"\0\0\0\x18ftypisom"]
)
def test_what_is_no_picture_has_none(data):
    assert read_note(data) is None


def test_a_film_cut_short_still_tells_its_note():
    for suffix in (".png", ".gif"):
        data = embed(file_of(suffix), suffix, NOTE)
        assert read_note(data[: len(data) * 3 // 4]) == NOTE


@pytest.mark.parametrize("text", ["{", "[1, 2]", '{"z": NaN}', "[" * 100_000, '{"long": "' + "x" * 200 + '"}'])
def test_a_damaged_note_is_told(text, monkeypatch):
    monkeypatch.setattr(metadata, "MOST_CHARACTERS", 150 if "long" in text else metadata.MOST_CHARACTERS)
    info = PngInfo()
    info.add_text(metadata.KEY, text)
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4)).save(buffer, "PNG", pnginfo=info)
    with pytest.raises(InputError, match=r"^The recipe inside this file is damaged"):
        read_note(buffer.getvalue())


def test_refusals(monkeypatch, tmp_path):
    with pytest.raises(InputError, match=r"\.jpg file: \.png, \.gif"):
        embed(b"", ".jpg", NOTE)
    with pytest.raises(InputError, match=r"gone\.png cannot be read"):
        read_note(tmp_path / "gone.png")
    with pytest.raises(InputError, match="cannot be read"):
        read_note(Path(tmp_path))
    monkeypatch.setattr(metadata, "MOST_CHARACTERS", 50)
    with pytest.raises(InputError, match="use fewer stops"):
        embed(file_of(".png"), ".png", NOTE)


@pytest.mark.parametrize("schema", [3, 99, 0, -1, "2", None, 2.0, True, [2]])
def test_a_note_of_another_version_is_refused_in_a_sentence(schema):
    with pytest.raises(InputError, match="another version"):
        check_schema({"schema": schema, "model": "glyphs"})


def test_notes_of_earlier_versions_are_read():
    for note in ({}, {"schema": 1}, {"schema": 2}):
        check_schema(note)
