"""Name, size, format and transparency of a file are those of its source."""

import io

import numpy as np
import pytest
from PIL import Image

from gan_core.errors import InputError
from gan_core.translation import Cancelled, translate_file
from tests.translation.toy_translators import inverse, noise


def file_of(kind: str, mode: str = "RGB", **options) -> bytes:
    image = Image.fromarray(noise(24, 40)).convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.fromarray(np.tile(np.array([0, 255], np.uint8), (24, 20))))
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("kind", "mode", "name"),
    [
        ("PNG", "RGB", "a.png"),
        ("PNG", "RGBA", "logo.PNG"),
        ("JPEG", "RGB", "holiday.photo.jpeg"),
        ("WEBP", "RGBA", "b.webp"),
        ("BMP", "RGB", "c.bmp"),
        ("TIFF", "RGBA", "d.tif"),
        ("GIF", "RGB", "e.gif"),
        ("PPM", "RGB", "f.ppm"),
        ("HEIF", "RGB", "IMG_0001.HEIC"),
        ("HEIF", "RGBA", "g.heif"),
        ("AVIF", "RGBA", "h.avif"),
    ],
)
def test_a_file_comes_back_as_it_was(kind, mode, name):
    result = translate_file(inverse(), file_of(kind, mode), name=name, scale="native")
    assert result.name == name
    with Image.open(io.BytesIO(result.data)) as image:
        assert (image.format, image.size) == (kind, (40, 24))
        assert image.has_transparency_data == (mode == "RGBA")


def test_an_ending_that_lies_is_mended():
    assert translate_file(inverse(), file_of("PNG"), name="really.jpg").name == "really.png"


def test_an_animation_says_that_its_first_frame_was_used():
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    result = translate_file(inverse(), buffer.getvalue(), name="two.gif")
    assert "first" in " ".join(result.notes)


def test_a_cycle_file_holds_the_way_back():
    result = translate_file(inverse(), file_of("PNG"), name="a.png", scale="native", cycle=True)
    assert result.cycle is not None
    with Image.open(io.BytesIO(result.data)) as image:
        assert np.array_equal(np.asarray(image), noise(24, 40))


def test_refusals_name_the_file(tmp_path):
    (tmp_path / "text.png").write_text("hello")
    with pytest.raises(InputError, match=r"text\.png"):
        translate_file(inverse(), tmp_path / "text.png")


def test_progress_is_told_and_may_end_the_work(tmp_path):
    Image.fromarray(noise(20, 30)).save(tmp_path / "a.png")
    told = []
    translate_file(inverse(), tmp_path / "a.png", progress=told.append)
    assert told[0] == 0
    assert told[-1] == 1

    def enough(share):
        raise Cancelled

    with pytest.raises(Cancelled):
        translate_file(inverse(), tmp_path / "a.png", progress=enough)
