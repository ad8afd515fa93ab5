"""Any film with ordinary sound is translated with it, and the sound keeps its place."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from gan_core.translation.video import translate_video
from tests.images.toy_films import beep_after_flash, flash_and_beep
from tests.translation.toy_translators import inverse

CONTAINERS = [
    ("film.mp4", {"sound": "aac"}),
    ("film.mp4", {"sound": "ac3"}),
    ("film.mp4", {"sound": "libmp3lame"}),
    ("film.mov", {"sound": "alac"}),
    ("film.mov", {"sound": "pcm_s16be"}),
    ("film.mkv", {"sound": "aac"}),
    ("film.mkv", {"sound": "eac3"}),
    ("film.mkv", {"sound": "flac"}),
    ("film.mkv", {"sound": "libopus"}),
    ("film.mkv", {"sound": "pcm_s24le"}),
    ("film.mkv", {"sound": "mp2"}),
    ("film.webm", {"sound": "libopus", "video": "libvpx"}),
    ("film.avi", {"sound": "pcm_s16le", "video": "mjpeg", "pixels": "yuvj420p"}),
    ("film.avi", {"sound": "libmp3lame", "video": "mpeg4"}),
    ("film.ts", {"sound": "aac"}),
    ("film.m2ts", {"sound": "ac3"}),
    ("film.mpg", {"sound": "mp2", "video": "mpeg2video", "fps": 25}),
    ("film.flv", {"sound": "libmp3lame", "video": "flv", "rate": 44_100}),
    ("film.mkv", {"sound": "pcm_s16le", "rate": 12_345}),
    ("film.mkv", {"sound": "pcm_s16le", "rate": 192_000}),
    ("film.mkv", {"sound": "pcm_s16le", "layout": "5.1(side)"}),
    ("film.mkv", {"sound": "aac", "layout": "5.1"}),
    ("film.mkv", {"sound": "flac", "layout": "quad"}),
    ("film.mkv", {"sound": "pcm_s16le", "layout": "7.1"}),
]
PLACES = [
    ("film.mp4", {"sound": "aac"}),
    ("film.mov", {"sound": "pcm_s16le"}),
    ("film.mkv", {"sound": "libopus"}),
    ("film.mkv", {"sound": "pcm_s16le"}),
    ("film.ts", {"sound": "aac"}),
]
ODD = [{"sound_from": 0.5}, {"pictures_from": 0.4}, {"base": 50}, {"gap": (0.3, 0.7)}]


@pytest.mark.parametrize(
    ("name", "kind"),
    CONTAINERS,
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else value,
)
def test_sound_of_any_usual_kind_stays_beside_its_picture(tmp_path: Path, name: str, kind: dict) -> None:
    source = flash_and_beep(tmp_path / name, **kind)
    report = translate_video(inverse(), source, tmp_path / "out.mp4", scale="native", smoothing=0)
    assert report.sound
    assert report.notes == ()
    assert report.frames == 16 * kind.get("fps", 10) // 10
    assert beep_after_flash(tmp_path / "out.mp4", dark=True) == pytest.approx(beep_after_flash(source), abs=0.005)
    with av.open(str(source)) as before, av.open(str(tmp_path / "out.mp4")) as after:
        channels = [film.streams.audio[0].codec_context.channels for film in (before, after)]
        assert channels[0] == channels[1]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: next(iter(odd)))
@pytest.mark.parametrize(
    ("name", "kind"), PLACES, ids=lambda value: value["sound"] if isinstance(value, dict) else value
)
def test_offsets_and_gaps_stay(tmp_path: Path, name: str, kind: dict, odd: dict) -> None:
    source = flash_and_beep(tmp_path / name, **kind, **odd)
    report = translate_video(inverse(), source, tmp_path / "out.mp4", scale="native", smoothing=0)
    assert report.notes == ()
    assert report.seconds < 1.7, "the film begins at 0, wherever its clock began"
    assert beep_after_flash(tmp_path / "out.mp4", dark=True) == pytest.approx(beep_after_flash(source), abs=0.005)


def test_every_sound_track_is_kept_and_the_first_one_plays(tmp_path: Path) -> None:
    source = flash_and_beep(tmp_path / "two.mkv", sound=["aac", "pcm_s16le"])
    report = translate_video(inverse(), source, tmp_path / "out.mp4", scale="native", smoothing=0)
    assert report.notes == ()
    with av.open(str(tmp_path / "out.mp4")) as film:
        assert len(film.streams.audio) == 2
    for track in (0, 1):
        assert beep_after_flash(tmp_path / "out.mp4", dark=True, track=track) == pytest.approx(0, abs=0.005)


def test_more_channels_than_can_be_kept_are_mixed_to_two_and_said(tmp_path: Path) -> None:
    source = flash_and_beep(tmp_path / "many.mkv", sound="pcm_s16le", layout="6.1")
    report = translate_video(inverse(), source, tmp_path / "out.mp4", scale="native", smoothing=0)
    assert report.notes == ("The sound has 7 channels, which were mixed to two.",)
    assert beep_after_flash(tmp_path / "out.mp4", dark=True) == pytest.approx(0, abs=0.005)


def test_sound_that_no_file_can_hold_is_left_out_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gan_core.images.film_sound._can_be_copied", lambda source: False)
    monkeypatch.setattr("gan_core.images.film_sound._can_be_encoded", lambda layout, rate: False)
    source = flash_and_beep(tmp_path / "film.mp4")
    report = translate_video(inverse(), source, tmp_path / "out.mp4", scale="native", smoothing=0)
    assert not report.sound
    assert report.notes == ("The sound (aac) cannot be kept and is left out.",)
    assert report.frames == 16


def test_what_is_encoded_again_sounds_as_it_did(tmp_path: Path) -> None:
    source = flash_and_beep(tmp_path / "film.mkv", sound="pcm_s16le")
    translate_video(inverse(), source, tmp_path / "out.mp4", scale="native", smoothing=0)
    levels = []
    for path in (source, tmp_path / "out.mp4"):
        with av.open(str(path)) as film:
            converter = av.AudioResampler(format="fltp")
            pieces = [made.to_ndarray() for frame in film.decode(audio=0) for made in converter.resample(frame)]
        heard = np.concatenate(pieces, 1)[0, 40_000:44_000]  # inside the beep
        levels.append(float(heard.std()))
    assert levels[1] == pytest.approx(levels[0], rel=0.1)
    assert levels[0] > 0.3
