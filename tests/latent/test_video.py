import io

import numpy as np
import pytest
from PIL import Image, ImageSequence

from gan_core.errors import InputError
from gan_core.latent.video import check_video_path, encode_video, write_video


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
    ramp = np.linspace(0, 255, 160, dtype=np.uint8)
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


def test_a_gif_that_plays_once():
    assert "loop" not in read(encode_video(film(), ".gif", loop=False))[1].info
    assert read(encode_video(film(), ".webp", loop=False))[1].info["loop"] == 1


def test_one_frame():
    assert Image.open(io.BytesIO(encode_video(film(1), ".gif"))).size == (16, 16)


def test_write(tmp_path):
    path = write_video(tmp_path / "walk.GIF", film())
    with Image.open(path) as image:
        assert image.n_frames == 6  # pyright: ignore[reportAttributeAccessIssue]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["walk.mp4", "walk", "walk.png", "walk.avi"])
def test_other_endings(name):
    with pytest.raises(InputError, match=r"\.gif and \.webp are accepted\.$"):
        check_video_path(name)


@pytest.mark.parametrize(("count", "fps"), [(0, 25), (2, 0), (2, 51), (2, float("nan"))])
def test_impossible_films(count, fps):
    with pytest.raises(InputError, match="film"):
        encode_video(film(count), ".gif", fps)
