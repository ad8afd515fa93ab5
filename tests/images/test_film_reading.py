"""Films as people have them: right colours, upright, in shape, and what cannot be kept is said."""

from __future__ import annotations

import contextlib
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from gan_core.errors import InputError
from gan_core.images.film_reading import Shown, opened_film
from gan_core.images.films import add_pictures, put_picture
from tests.images.toy_films import flash_and_beep, picture_film, transparent_film, with_matrix

COLOURS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (200, 120, 40), (255, 255, 255), (0, 0, 0), (128, 128, 128)]


def plain(colour: tuple[int, int, int], height: int = 48, width: int = 64) -> np.ndarray:
    return np.broadcast_to(np.array(colour, np.uint8), (height, width, 3)).copy()


def quarters(height: int = 48, width: int = 64) -> np.ndarray:
    """uint8 (height, width, 3): red, green, blue and white quarters."""
    colours = np.array([[(220, 30, 30), (30, 220, 30)], [(30, 30, 220), (230, 230, 230)]], np.uint8)
    return np.kron(colours, np.ones((height // 2, width // 2, 1), np.uint8))


def read(path: Path) -> tuple[list[np.ndarray], list[float], Any]:
    with opened_film(path) as film:
        shown = [piece for piece in film if isinstance(piece, Shown)]
        return [each.rgb for each in shown], [float(each.seconds) for each in shown], film


@pytest.mark.parametrize("full_range", [False, True])
@pytest.mark.parametrize("matrix", [1, 5, 9])
def test_colours_are_read_by_the_tags_of_the_film(tmp_path: Path, matrix: int, full_range: bool) -> None:
    path = picture_film(tmp_path / "a.mkv", [plain(colour) for colour in COLOURS], matrix=matrix, full_range=full_range)
    for colour, rgb in zip(COLOURS, read(path)[0], strict=True):
        assert np.abs(rgb.astype(int) - colour).max() <= 6, colour


@pytest.mark.parametrize(("height", "width", "matrix"), [(96, 128, 5), (720, 1280, 1)])
def test_untagged_films_go_by_their_size(tmp_path: Path, height: int, width: int, matrix: int) -> None:
    frames = [plain(colour, height, width) for colour in COLOURS[:3]]
    path = picture_film(tmp_path / "a.mkv", frames, matrix=matrix, tagged=False)
    for colour, rgb in zip(COLOURS, read(path)[0], strict=False):
        assert np.abs(rgb.astype(int) - colour).max() <= 6, colour


def test_what_we_write_is_tagged_and_its_red_is_red(tmp_path: Path) -> None:
    path = tmp_path / "ours.mp4"
    with av.open(str(path), "w") as made:
        stream = add_pictures(made, 64, 48, Fraction(10), crf=10)
        for number, colour in enumerate(COLOURS):
            put_picture(made, stream, plain(colour), Fraction(number, 10))
        made.mux(stream.encode())
    with av.open(str(path)) as film:
        context = film.streams.video[0].codec_context
        tags = [context.colorspace, context.color_range, context.color_primaries, context.color_trc]
        assert [int(tag) for tag in tags] == [1, 1, 1, 1]  # BT.709, limited
        # A reader of its own: the matrix of BT.709, written out, on the stored values.
        for colour, frame in zip(COLOURS, film.decode(video=0), strict=True):
            planes = [np.asarray(plane, dtype=np.uint8).astype(float)[0] for plane in frame.planes]
            y, cb, cr = (planes[0] - 16) / 219, (planes[1] - 128) / 224, (planes[2] - 128) / 224
            red, blue = y + 1.5748 * cr, y + 1.8556 * cb
            green = (y - 0.2126 * red - 0.0722 * blue) / 0.7152
            assert np.abs(np.array([red, green, blue]) * 255 - colour).max() < 5, colour
    for colour, rgb in zip(COLOURS, read(path)[0], strict=True):
        assert np.abs(rgb.astype(int) - colour).max() <= 6, colour


TURNS = {
    "as it is": ((1, 0, 0, 1), lambda rgb: rgb),
    "by 90 degrees": ((0, 1, -1, 0), lambda rgb: np.rot90(rgb, -1)),
    "by 180 degrees": ((-1, 0, 0, -1), lambda rgb: np.rot90(rgb, 2)),
    "by 270 degrees": ((0, -1, 1, 0), lambda rgb: np.rot90(rgb, 1)),
    "mirrored": ((-1, 0, 0, 1), lambda rgb: rgb[:, ::-1]),
    "upside down": ((1, 0, 0, -1), lambda rgb: rgb[::-1]),
    "transposed": ((0, 1, 1, 0), lambda rgb: rgb.transpose(1, 0, 2)),
    "transposed the other way": ((0, -1, -1, 0), lambda rgb: np.rot90(rgb, 2).transpose(1, 0, 2)),
}


@pytest.mark.parametrize("turn", TURNS)
def test_frames_are_turned_and_mirrored_as_the_film_says(tmp_path: Path, turn: str) -> None:
    matrix, expected = TURNS[turn]
    path = with_matrix(picture_film(tmp_path / "a.mp4", [quarters()] * 2), *matrix)
    rgb = read(path)[0][0]
    assert rgb.shape == expected(quarters()).shape
    assert np.abs(rgb.astype(int) - expected(quarters())).mean() < 8


@pytest.mark.parametrize(("matrix", "aspect"), [((1, 0, 0, 1), Fraction(4, 3)), ((0, 1, -1, 0), Fraction(3, 4))])
def test_pixels_that_are_not_square_are_told(tmp_path: Path, matrix: tuple[int, ...], aspect: Fraction) -> None:
    path = with_matrix(picture_film(tmp_path / "a.mp4", [quarters()] * 2, aspect=Fraction(4, 3)), *matrix)
    assert read(path)[2].pixel_aspect == aspect


@pytest.mark.parametrize(("transfer", "word"), [(16, "PQ"), (18, "HLG")])
def test_hdr_is_said(tmp_path: Path, transfer: int, word: str) -> None:
    path = picture_film(tmp_path / "hdr.mkv", [plain((90, 90, 90))] * 2, matrix=9, transfer=transfer)
    assert read(path)[2].notes == [
        f"hdr.mkv is an HDR film ({word}): its colours come out flatter than they are meant."
    ]


def test_interlaced_is_said(tmp_path: Path) -> None:
    path = picture_film(
        tmp_path / "tape.mkv",
        [quarters()] * 4,
        codec="mpeg2video",
        pixels="yuv420p",
        rate=25,
        options={"flags": "+ildct"},
    )
    notes = read(path)[2].notes
    assert len(notes) == 1
    assert "interlaced" in notes[0]


def test_times_are_those_of_the_film_where_its_rate_changes(tmp_path: Path) -> None:
    times = [Fraction(each, 100) for each in (0, 4, 8, 30, 31, 95, 100)]
    path = picture_film(tmp_path / "vfr.mp4", [quarters()] * 7, times=times)
    assert read(path)[1] == pytest.approx([float(each) for each in times], abs=1e-3)


def test_a_clock_that_begins_below_zero_begins_at_zero(tmp_path: Path) -> None:
    times = [Fraction(each, 10) for each in (-3, -2, -1, 0, 1)]
    path = picture_film(tmp_path / "early.mkv", [quarters()] * 5, times=times)
    assert read(path)[1] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4], abs=2e-3)


@pytest.mark.parametrize("first", [True, False])
def test_a_cover_is_not_taken_for_the_film(tmp_path: Path, first: bool) -> None:
    path = tmp_path / "song.mkv"
    with av.open(str(path), "w") as made:
        streams: dict[str, Any] = {}
        for codec in ("mjpeg", "libx264") if first else ("libx264", "mjpeg"):
            streams[codec] = stream = made.add_stream(codec, rate=10)
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for number in range(5):
            for codec, stream in streams.items():
                if codec == "libx264" or number == 0:
                    made.mux(stream.encode(av.VideoFrame.from_ndarray(quarters(), format="rgb24")))
        for stream in streams.values():
            made.mux(stream.encode())
    frames, _, film = read(path)
    assert len(frames) == 5
    assert film.notes == ["Left out: 1 cover picture."]


def test_further_pictures_and_subtitles_are_said(tmp_path: Path) -> None:
    path = tmp_path / "two.mkv"
    with av.open(str(path), "w") as made:
        streams = [made.add_stream("libx264", rate=10) for _ in range(2)]
        words: Any = made.add_stream("ass")
        words.codec_context.subtitle_header = (
            b"[Script Info]\nScriptType: v4.00+\n[Events]\nFormat: Layer, Start, End, Text\n"
        )
        for stream in streams:
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(3):
            for stream in streams:
                made.mux(stream.encode(av.VideoFrame.from_ndarray(quarters(), format="rgb24")))
        for stream in streams:
            made.mux(stream.encode())
        packet = av.Packet(b"0,0,Hello")
        packet.stream, packet.time_base, packet.pts, packet.dts, packet.duration = words, Fraction(1, 1000), 0, 0, 200
        made.mux(packet)
    frames, _, film = read(path)
    assert len(frames) == 3
    assert film.notes == ["Left out: 1 further picture track, 1 subtitle track."]


def test_a_film_that_ends_early_is_read_as_far_as_it_goes_and_said(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (20, 48, 64, 3), dtype=np.uint8)
    whole = picture_film(tmp_path / "whole.mkv", list(noise)).read_bytes()
    path = tmp_path / "cut.mkv"
    path.write_bytes(whole[: len(whole) * 6 // 10])
    frames, _, film = read(path)
    assert 8 <= len(frames) <= 14
    assert any("cut.mkv is cut short" in note and "of its 2.0 s are there" in note for note in film.notes)


def test_a_film_that_begins_late_on_its_clock_is_not_taken_for_a_long_one(tmp_path: Path) -> None:
    times = [Fraction(5000) + Fraction(step, 10) for step in range(4)]
    path = picture_film(tmp_path / "late.mkv", [quarters()] * 4, times=times)
    with opened_film(path) as opened:
        assert opened.frame_count() == pytest.approx(4, abs=1)
    frames, seconds, film = read(path)
    assert len(frames) == 4
    assert seconds == pytest.approx([0, 0.1, 0.2, 0.3], abs=2e-3)
    assert film.notes == []


def test_frames_larger_than_the_limit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = picture_film(tmp_path / "a.mp4", [quarters()] * 2)
    monkeypatch.setattr("gan_core.images.film_reading.MOST_PIXELS", 1000)
    with pytest.raises(InputError, match="frames of 64 x 48 pixels"):
        read(path)


def test_a_play_list_is_no_film_and_opens_no_other_file(tmp_path: Path) -> None:
    other = picture_film(tmp_path / "secret.ts", [quarters()] * 2, pixels="yuv420p")
    for text in (
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{other}\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile '{other}'\n",
    ):
        path = tmp_path / "list.mp4"
        path.write_text(text)
        with pytest.raises(InputError, match="no film"):
            read(path)


@pytest.mark.parametrize("name", ["film.mp4", "film.mkv", "film.avi", "film.ts", "film.webm"])
def test_damage_of_any_kind_ends_in_a_sentence(tmp_path: Path, name: str) -> None:
    kinds: dict[str, dict[str, Any]] = {
        "film.avi": {"video": "mjpeg", "sound": "pcm_s16le", "pixels": "yuvj420p"},
        "film.webm": {"video": "libvpx", "sound": "libopus"},
    }
    whole = flash_and_beep(tmp_path / name, **kinds.get(name, {})).read_bytes()
    dice = random.Random(name)
    for _ in range(12):
        data = bytearray(whole)
        for _ in range(dice.choice((1, 4, 30))):
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        if dice.random() < 0.4:
            del data[dice.randrange(len(data)) :]
        path = tmp_path / f"bad-{name}"
        path.write_bytes(data)
        with contextlib.suppress(InputError):  # whatever else comes out fails the test
            assert len(read(path)[0]) >= 1


@pytest.mark.parametrize(("codec", "pixels"), [("png", "rgba"), ("qtrle", "argb"), ("prores_ks", "yuva444p10le")])
def test_what_is_transparent_becomes_white_and_is_said(tmp_path: Path, codec: str, pixels: str) -> None:
    rgba = np.full((48, 64, 4), (200, 40, 60, 255), np.uint8)
    rgba[:, 32:] = 0  # transparent black
    frames, _, film = read(transparent_film(tmp_path / "clear.mov", rgba, codec, pixels))
    assert np.abs(frames[0][8:40, 4:28].astype(int) - (200, 40, 60)).max() <= 4
    assert frames[0][8:40, 36:60].min() >= 251
    assert film.notes == ["clear.mov is transparent in places, which cannot be kept in an MP4 film."]


def test_a_film_that_could_be_transparent_and_is_not_needs_no_words(tmp_path: Path) -> None:
    rgba = np.full((48, 64, 4), (200, 40, 60, 255), np.uint8)
    frames, _, film = read(transparent_film(tmp_path / "opaque.mov", rgba, "png", "rgba"))
    assert np.array_equal(frames[0], rgba[..., :3])
    assert film.notes == []


def test_transparency_beside_the_frames_of_webm_is_said(tmp_path: Path) -> None:
    rgba = np.full((48, 64, 4), (200, 40, 60, 0), np.uint8)
    _, _, film = read(transparent_film(tmp_path / "clear.webm", rgba, "libvpx-vp9", "yuva420p"))
    assert film.notes == ["clear.webm is transparent in places, which cannot be kept in an MP4 film."]
