import itertools
import struct
from pathlib import Path

import av
import numpy as np
import pytest

from gan_core.errors import InputError
from gan_core.translation.video import Smoother, translate_video
from tests.translation.toy_films import FRAMES, HEIGHT, WIDTH, film, frames_of, moving_square
from tests.translation.toy_translators import inverse, noise


def test_a_film_comes_back_translated_with_its_size_and_timing(tmp_path: Path) -> None:
    source = film(tmp_path / "walk.mp4")
    shares: list[float] = []
    report = translate_video(
        inverse(), source, tmp_path / "out.mp4", scale="native", smoothing=0, progress=shares.append
    )
    assert (report.frames, report.width, report.height, report.sound) == (FRAMES, WIDTH, HEIGHT, False)
    assert report.seconds == pytest.approx(FRAMES / 10, abs=0.01)
    before, when = frames_of(source)
    after, times = frames_of(tmp_path / "out.mp4")
    assert times == pytest.approx(when, abs=1e-3)
    for old, new in zip(before, after, strict=True):
        assert np.abs(255 - old.astype(int) - new).mean() < 4  # two lossy encodings
    assert shares[0] == 0
    assert shares[-1] == 1
    assert shares == sorted(shares)


@pytest.mark.parametrize(("suffix", "sound"), [(".mp4", "aac"), (".webm", "libopus")])
def test_the_sound_stays(tmp_path: Path, suffix: str, sound: str) -> None:
    source = film(tmp_path / f"loud{suffix}", sound=sound, codec="libx264" if suffix == ".mp4" else "libvpx-vp9")
    report = translate_video(inverse(), source, tmp_path / "out.mp4", scale="native")
    assert report.sound
    with av.open(str(tmp_path / "out.mp4")) as opened:
        pieces = [frame.to_ndarray() for frame in opened.decode(audio=0)]
    heard = np.concatenate([piece[0] for piece in pieces])
    assert len(heard) == pytest.approx(48_000, abs=4_000)
    assert heard[5_000:40_000].std() == pytest.approx(np.sqrt(0.5), abs=0.1)


def test_odd_sides_are_filled_and_said(tmp_path: Path) -> None:
    source = film(tmp_path / "odd.webm", codec="libvpx-vp9", height=49, width=63)
    report = translate_video(inverse(), source, tmp_path / "out.mp4", scale="native")
    assert "even sides" in report.notes[0]
    assert frames_of(tmp_path / "out.mp4")[0][0].shape == (50, 64, 3)


def test_smoothing_damps_flicker_where_nothing_moves_and_leaves_no_ghosts() -> None:
    still, smoother = np.full((32, 32, 3), 90, np.uint8), Smoother(0.8)
    flicker = [
        np.clip(noise(32, 32).astype(int) // 8 + 100 + 20 * (step % 2), 0, 255).astype(np.uint8) for step in range(12)
    ]
    shown = [smoother(still, each) for each in flicker]
    change = [np.abs(a.astype(int) - b).mean() for a, b in itertools.pairwise(shown[6:])]
    assert max(change) < 20 * 0.2 + 1.5  # k = 0.8 lets a fifth of a change through

    smoother = Smoother(0.8)
    for step in range(FRAMES):
        frame = moving_square(step)
        result = smoother(frame, 255 - frame)
        moved = slice(4 + 4 * step - 4, 4 + 4 * step + 16)
        assert (result[18:30, moved] == (255 - frame)[18:30, moved]).all()


def test_no_smoothing_changes_nothing() -> None:
    smoother = Smoother(0)
    for step in range(3):
        assert (smoother(moving_square(0), moving_square(step)) == moving_square(step)).all()


def test_a_cancelled_film_leaves_nothing(tmp_path: Path) -> None:
    class EnoughError(Exception):
        pass

    def stop(share: float) -> None:
        if share > 0.3:
            raise EnoughError

    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(EnoughError):
        translate_video(inverse(), film(tmp_path / "walk.mp4"), folder / "out.mp4", scale="native", progress=stop)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("kind", ["text", "sound", "cut", "empty", "picture"])
def test_what_is_no_film_is_refused_in_a_sentence(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "bad.mp4"
    if kind == "sound":
        with av.open(str(path), "w") as made:
            voice = made.add_stream("aac", rate=48_000)
            piece = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            piece.sample_rate = 48_000
            made.mux(voice.encode(piece))
            made.mux(voice.encode())
    elif kind == "cut":
        whole = film(tmp_path / "whole.mp4").read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    else:
        path.write_bytes({"text": b"just words" * 50, "empty": b"", "picture": b"\x89PNG\r\n\x1a\n"}[kind])
    with pytest.raises(InputError, match=r"no film|no pictures|damaged"):
        translate_video(inverse(), path, tmp_path / "out.mp4")
    assert not (tmp_path / "out.mp4").exists()


def test_wrong_wishes_are_refused(tmp_path: Path) -> None:
    source = film(tmp_path / "walk.mp4")
    with pytest.raises(InputError, match=r"smoothing of a film is from 0 to 0\.95"):
        translate_video(inverse(), source, tmp_path / "out.mp4", smoothing=1.0)
    with pytest.raises(InputError, match=r"written as \.mp4"):
        translate_video(inverse(), source, tmp_path / "out.avi")


def test_too_long_a_film_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gan_core.images.film_reading.MOST_FRAMES", 5)
    with pytest.raises(InputError, match="about 10 frames; up to 5"):
        translate_video(inverse(), film(tmp_path / "walk.mp4"), tmp_path / "out.mp4")


def test_a_turned_film_is_made_upright(tmp_path: Path) -> None:
    """A phone held upright writes lying frames and a matrix that says so: 90 degrees clockwise here."""
    source = film(tmp_path / "walk.mp4")
    data = bytearray(source.read_bytes())
    matrix = data.index(b"tkhd") + 44
    one = 1 << 16
    data[matrix : matrix + 36] = struct.pack(">9i", 0, one, 0, -one, 0, 0, HEIGHT * one, 0, 1 << 30)
    source.write_bytes(data)
    report = translate_video(inverse(), source, tmp_path / "out.mp4", scale="native", smoothing=0)
    assert (report.width, report.height) == (HEIGHT, WIDTH)
    shown = frames_of(tmp_path / "out.mp4")[0][0]
    assert np.abs(shown.astype(int) - (255 - np.rot90(moving_square(0), -1).astype(int))).mean() < 4
