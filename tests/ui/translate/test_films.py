"""Films through the page's server."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from gan_core.errors import InputError
from gan_core.ui.protocol import call
from gan_core.ui.translate.films import Films
from tests.ui.translate.conftest import Page, drop, fetched, source


def film(path: Path, frames: int = 5) -> Path:
    """A grey film whose every frame is a little lighter."""
    with av.open(str(path), "w") as made:
        stream = made.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 48, 32, "yuv420p"
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(np.full((32, 48, 3), 40 + 20 * number, np.uint8), format="rgb24")
            made.mux(stream.encode(frame))
        made.mux(stream.encode())
    return path


@pytest.fixture
def films(page: Page) -> Films:
    return Films(page.store, page.jobs, page.downloads)


def test_a_film_keeps_its_frames_and_can_be_played_beside_its_source(films: Films, page: Page, uploads: Path) -> None:
    request = {"model": "negative", "direction": "AtoB", "scale": "native", "smoothing": 0, "job": "film"}
    answer = call(films.film, {**request, "source": source(film(uploads / "grey.mov"))})
    assert (answer["name"], answer["width"], answer["height"]) == ("grey.mp4", 48, 32)
    assert answer["line"].startswith("5 frames of 48 x 32 pixels")
    assert answer["before"].endswith("grey.mov")
    with av.open(str(fetched(answer))) as made:
        means = [frame.to_ndarray(format="rgb24").mean() for frame in made.decode(video=0)]
    assert means == pytest.approx([215 - 20 * number for number in range(5)], abs=4)
    assert call(page.jobs.job_progress, {"job": "film"}) == {"share": 1.0}


def test_a_cancelled_film_leaves_nothing(films: Films, page: Page, uploads: Path) -> None:
    call(page.jobs.job_cancel, {"job": "film"})
    request = {"model": "negative", "direction": "AtoB", "job": "film", "source": source(film(uploads / "grey.mp4"))}
    assert call(films.film, request) == {"cancelled": True}
    assert not list((uploads / "translated").rglob("*.mp4"))


def test_what_is_no_film_is_refused(films: Films, uploads: Path) -> None:
    (uploads / "text.mp4").write_text("no film")
    (uploads / "text.png").write_text("no film")
    request = {"model": "negative", "direction": "AtoB"}
    for name, words in (
        ("text.mp4", "no film that can be read"),
        ("text.png", "is no film"),
        ("gone.mp4", "drop it again"),
    ):
        with pytest.raises(InputError, match=words):
            call(films.film, {**request, "source": source(uploads / name)})
    with pytest.raises(InputError, match="smoothing"):
        call(films.film, {**request, "smoothing": 1, "source": source(film(uploads / "grey.mp4"))})


def test_a_film_is_known_by_its_bytes_whatever_it_is_called(films: Films, page: Page, uploads: Path) -> None:
    film(uploads / "walk.mp4").rename(uploads / "walk.png")
    drop(uploads, "still.png")
    (uploads / "still.png").rename(uploads / "still.mp4")
    request = {"model": "negative", "direction": "AtoB", "scale": "native"}
    assert call(films.film, {**request, "source": source(uploads / "walk.png")})["name"] == "walk.mp4"
    with pytest.raises(InputError, match=r"still\.mp4 is no film"):
        call(films.film, {**request, "source": source(uploads / "still.mp4")})
    batch = call(page.batches.begin, {})["batch"]
    with pytest.raises(InputError, match=r"walk\.png: a film is translated by itself"):
        call(page.batches.convert, {**request, "batch": batch, "source": source(uploads / "walk.png")})
    assert (
        call(page.batches.convert, {**request, "batch": batch, "source": source(uploads / "still.mp4")})["notes"]
        is not None
    )
    assert call(page.batches.packed, {"batch": batch})["count"] == 1
