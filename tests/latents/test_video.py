import io
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageSequence

from gan_core.errors import Cancelled, InputError
from gan_core.images import grid
from gan_core.latents import video
from gan_core.latents.metadata import read_note
from gan_core.latents.video import check_video_path, encode_video, frame_time, watchable_scale, write_video


def film(count: int = 6, side: int = 16, grey: bool = False) -> np.ndarray:
    frames = np.random.default_rng(0).integers(0, 256, (count, side, side, 3), dtype=np.uint8)
    return np.repeat(frames[..., :1], 3, axis=3) if grey else frames


def read(data: bytes) -> tuple[np.ndarray, Image.Image, list[int]]:
    image = Image.open(io.BytesIO(data))
    durations, frames = [], []
    for frame in ImageSequence.Iterator(image):
        frames.append(np.asarray(frame.convert("RGB")))
        durations.append(frame.info["duration"])
    return np.stack(frames), image, durations


def test_webp_is_exact():
    frames = film()
    shown, image, durations = read(encode_video(frames, ".webp", 20))
    assert image.format == "WEBP"
    np.testing.assert_array_equal(shown, frames)
    assert durations == [50] * 6
    assert image.info["loop"] == 0


def test_large_webp_is_close():
    ramp = np.linspace(0, 255, 320, dtype=np.uint8)
    frames = np.stack(
        [np.roll(np.stack(np.broadcast_arrays(ramp, ramp[:, None], 90), axis=2), 8 * i, 0) for i in range(3)]
    )
    shown, _, _ = read(encode_video(frames.astype(np.uint8), ".webp"))
    assert np.abs(shown.astype(int) - frames).mean() < 3


def test_grey_gif_is_exact():
    frames = film(grey=True)
    shown, image, durations = read(encode_video(frames, ".gif", 25))
    assert image.format == "GIF"
    np.testing.assert_array_equal(shown, frames)
    assert durations == [40] * 6
    assert image.info["loop"] == 0


def test_small_colour_gif_is_exact():
    frames = film()  # 16 x 16 pixels have no more than 256 colours
    shown, _, _ = read(encode_video(frames, ".gif"))
    assert np.abs(shown.astype(int) - frames).max() <= 1


def test_colour_gif_is_close():
    y, x = np.mgrid[:48, :48] * 5
    frames = np.stack([np.stack([(x + 9 * i) % 240, y, 255 - x], axis=2) for i in range(4)]).astype(np.uint8)
    shown, _, _ = read(encode_video(frames, ".gif"))
    assert np.abs(shown.astype(int) - frames).mean() < 6


@pytest.mark.parametrize(("suffix", "fps", "milliseconds"), [(".gif", 30, 30), (".gif", 40, 30), (".webp", 30, 33)])
def test_a_rate_that_a_format_cannot_count_is_told(suffix, fps, milliseconds):
    assert read(encode_video(film(), suffix, fps))[2] == [milliseconds] * 6
    assert frame_time(suffix, fps) * 1000 == milliseconds
    assert frame_time(".mp4", fps) * fps == 1


def test_a_gif_that_plays_once():
    assert "loop" not in read(encode_video(film(), ".gif", loop=False))[1].info
    assert read(encode_video(film(), ".webp", loop=False))[1].info["loop"] == 1


def test_one_frame():
    assert Image.open(io.BytesIO(encode_video(film(1), ".gif"))).size == (16, 16)


def decoded(path: Path) -> tuple[list[np.ndarray], list[float]]:
    """Frames of an MP4, and the second at which each is shown."""
    with av.open(str(path)) as film_:
        frames = list(film_.decode(video=0))
    return [frame.to_ndarray(format="rgb24") for frame in frames], [float(frame.time or 0) for frame in frames]


def test_mp4_is_close_and_on_time(tmp_path):
    ramp = np.linspace(0, 255, 64, dtype=np.uint8)
    frames = np.stack(
        [np.stack(np.broadcast_arrays(np.roll(ramp, 8 * i), ramp[:, None], 90), axis=2) for i in range(5)]
    ).astype(np.uint8)
    made = write_video(tmp_path / "walk.mp4", frames, 20)
    shown, times = decoded(tmp_path / "walk.mp4")
    assert (made.frames, made.width, made.height) == (5, 64, 64)
    assert made.bytes == (tmp_path / "walk.mp4").stat().st_size
    assert times == pytest.approx([0, 0.05, 0.1, 0.15, 0.2])
    assert np.abs(np.stack(shown).astype(int) - frames).mean() < 4


def test_mp4_has_even_sides(tmp_path):
    made = write_video(tmp_path / "walk.mp4", film(2, side=15), 25)
    assert (made.width, made.height) == (16, 16)
    assert decoded(tmp_path / "walk.mp4")[0][0].shape == (16, 16, 3)


def test_small_pictures_are_enlarged_by_whole_factors():
    frames = film(2)
    shown, _, _ = read(encode_video(frames, ".webp", scale=3))
    np.testing.assert_array_equal(shown, frames.repeat(3, 1).repeat(3, 2))
    assert [watchable_scale(side) for side in (28, 32, 64, 128, 256, 500)] == [9, 8, 4, 2, 1, 1]


def test_a_strip_has_all_pictures_in_rows(tmp_path):
    frames = film(5)
    made = write_video(tmp_path / "walk.png", iter(frames), columns=3, note={"schema": 2})
    with Image.open(tmp_path / "walk.png") as image:
        sheet = np.asarray(image.convert("RGB"))
    assert (made.frames, made.width, made.height) == (5, 3 * 18 - 2, 2 * 18 - 2)
    np.testing.assert_array_equal(sheet, grid(frames, 3))
    assert read_note(tmp_path / "walk.png") == {"schema": 2}


def test_a_strip_of_too_many_pixels(monkeypatch, tmp_path):
    monkeypatch.setattr(video, "LARGEST_STRIP", 500)
    with pytest.raises(InputError, match="use fewer pictures"):
        write_video(tmp_path / "walk.png", film())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".mp4", ".gif", ".webp"])
def test_a_film_carries_its_note_and_still_has_all_frames(suffix, tmp_path):
    note = {"schema": 2, "path": {"stops": [1.5] * 500}}
    path = tmp_path / f"walk{suffix.upper()}"
    write_video(path, (frame for frame in film(7)), 25, note=note)
    assert read_note(path) == note
    assert len(decoded(path)[0]) == 7 if suffix == ".mp4" else len(read(path.read_bytes())[0]) == 7
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", [".mp4", ".gif", ".webp"])
def test_frames_without_change_keep_their_time(suffix, tmp_path):
    path = tmp_path / f"walk{suffix}"
    first, last = film(2)
    write_video(path, [first, last, last, last], 25)
    if suffix == ".mp4":
        assert len(decoded(path)[0]) == 4
    else:
        assert sum(read(path.read_bytes())[2]) == 160  # equal frames may be one that is shown longer


@pytest.mark.parametrize("loop", [True, False])
@pytest.mark.parametrize(("suffix", "side"), [(".mp4", 16), (".gif", 16), (".webp", 16), (".webp", 300)])
def test_a_film_in_which_nothing_moves_keeps_its_time(suffix, side, loop, tmp_path):
    """Encoders of WebP make a still of it, which is shown for no time at all."""
    path, still = tmp_path / f"rest{suffix}", np.full((side, side, 3), (200, 90, 40), np.uint8)
    made = write_video(path, [still] * 50, 25, loop=loop, note={"schema": 2, "model": "still"})
    assert made.frames == 50
    assert read_note(path) == {"schema": 2, "model": "still"}
    if suffix == ".mp4":
        assert decoded(path)[1] == pytest.approx([index / 25 for index in range(50)])
        return
    frames, image, durations = read(path.read_bytes())
    assert sum(durations) == 2000
    assert image.info.get("loop") == {".gif": {True: 0, False: None}, ".webp": {True: 0, False: 1}}[suffix][loop]
    assert np.abs(frames[0].astype(int) - still).mean() < 3


@pytest.mark.parametrize("suffix", [".mp4", ".gif", ".webp", ".png"])
def test_work_that_ends_in_the_middle_leaves_nothing(suffix, tmp_path):
    def cancelled():
        yield from film(3)
        raise Cancelled

    with pytest.raises(Cancelled):
        write_video(tmp_path / f"walk{suffix}", cancelled())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["walk", "walk.avi", "walk.jpg"])
def test_other_endings(name):
    with pytest.raises(InputError, match=r"\.mp4, \.gif, \.webp and \.png .* are accepted\.$"):
        check_video_path(name)


@pytest.mark.parametrize(
    ("count", "fps", "suffix"),
    [(0, 25, ".gif"), (2, 0, ".gif"), (2, 51, ".gif"), (2, 61, ".mp4"), (2, float("nan"), ".webp")],
)
def test_impossible_films(count, fps, suffix):
    with pytest.raises(InputError, match="film"):
        encode_video(film(count), suffix, fps)


@pytest.mark.parametrize("note", [None, {"schema": 1}], ids=["plain", "with its place"])
def test_mp4_says_its_colours_and_red_is_red(note):
    frames = np.zeros((3, 32, 32, 3), np.uint8)
    frames[..., 0] = 255
    with av.open(io.BytesIO(encode_video(frames, ".mp4", 10, note=note))) as shown:
        context = shown.streams.video[0].codec_context
        tags = [context.colorspace, context.color_range, context.color_primaries, context.color_trc]
        assert [int(tag) for tag in tags] == [1, 1, 1, 1]  # BT.709 in limited range
        for frame in shown.decode(video=0):
            luma, blue, red = (int(np.asarray(plane, dtype=np.uint8)[0]) for plane in frame.planes)
            assert (luma, blue, red) == (pytest.approx(63, abs=1), pytest.approx(102, abs=1), pytest.approx(240, abs=1))
