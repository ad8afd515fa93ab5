"""Sound pixels in odd company, more bits than eight, files that lack their end: read, and said."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from gan_core.errors import InputError
from gan_core.images import decode
from tests.images.samples import encoded, gradient
from tests.images.test_colour import with_chunks


def png(values: np.ndarray, colour: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of 16 bits a sample: uint16 (H, W) or (H, W, C) of the colour type `colour`."""
    height, width = values.shape[:2]
    rows = values.astype(">u2").reshape(height, -1)
    body = zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0)),
        *chunks,
        (b"IDAT", body),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part)) for name, part in parts
    )


def ramp(highest: int) -> np.ndarray:
    """uint16 (4, 64) from 0 to `highest`."""
    return np.tile(np.linspace(0, highest, 64).round().astype(np.uint16), (4, 1))


@pytest.mark.parametrize(("bits", "said"), [(8, True), (12, True), (14, True), (16, False)])
@pytest.mark.parametrize("kind", ["png", "tiff"])
def test_bits_in_sixteen_are_scaled_by_what_they_hold_and_said(bits: int, said: bool, kind: str) -> None:
    values = ramp(2**bits - 1)
    data = png(values, 0) if kind == "png" else encoded(Image.fromarray(values), "TIFF")
    picture = decode(data, name="a")
    expected = np.rint(values * (255 / (2**bits - 1)))
    assert np.array_equal(picture.rgb[..., 0], expected)
    assert picture.was_grey
    assert picture.notes == ((f"a: its values hold {bits} bits of 16, and were read so.",) if said else ())


def test_the_file_says_how_many_bits_mean_something() -> None:
    values = ramp(1023)
    picture = decode(png(values, 0, (b"sBIT", b"\x0a")), name="a")
    assert np.array_equal(picture.rgb[..., 0], np.rint(values * (255 / 1023)))
    assert picture.notes == ("a: its values hold 10 bits of 16, and were read so.",)
    spread = decode(png(ramp(65535), 0, (b"sBIT", b"\x0c")))  # 12 bits, spread over 16 as the standard asks
    assert spread.rgb[0, -1, 0] == 255
    assert spread.notes == ()


@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
def test_twelve_bits_of_colour_in_sixteen_are_not_black(compression: str | None) -> None:
    values = np.stack([ramp(4095), ramp(4095)[:, ::-1], ramp(2000)], -1)
    expected = np.rint(values * (255 / 4095))
    for data in (png(values, 2), _tiff(values, compression)):
        picture = decode(data, name="a")
        assert np.array_equal(picture.rgb, expected)
        assert picture.notes == ("a: its values hold 12 bits of 16, and were read so.",)
    with_alpha = np.dstack([values, np.full(values.shape[:2], 65535, np.uint16)])
    picture = decode(png(with_alpha, 6))
    assert np.array_equal(picture.rgb, expected)
    assert picture.alpha is not None
    assert (picture.alpha == 255).all()


def _tiff(values: np.ndarray, compression: str | None) -> bytes:
    """A TIFF of 16 bits a channel, made of one of 8 bits and twice its width, whose tags are changed afterwards."""
    height, width = values.shape[:2]
    raw = values.astype("<u2").tobytes()
    if compression is not None:  # Adobe's deflate is as much libtiff's affair as LZW
        raw = zlib.compress(raw)
    tags = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 3, 8),
        (259, 3, 1, 1 if compression is None else 8),
        (262, 3, 1, 2),
        (273, 4, 1, 14 + 2 + 12 * 10 + 4),
        (277, 3, 1, 3),
        (278, 4, 1, height),
        (279, 4, 1, len(raw)),
        (284, 3, 1, 1),
    ]
    head = b"II*\0" + struct.pack("<I", 14) + struct.pack("<3H", 16, 16, 16)
    table = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4)
    return head + table + raw


def test_sixteen_bits_of_colour_with_all_their_bits_keep_the_high_byte() -> None:
    values = np.stack([ramp(65535)] * 3, -1)
    picture = decode(png(values, 2))
    assert np.array_equal(picture.rgb, values >> 8)
    assert picture.notes == ()


def test_a_16_bit_value_that_stands_for_transparency_is_kept() -> None:
    grey = ramp(65535)
    picture = decode(png(grey, 0, (b"tRNS", struct.pack(">H", int(grey[0, 5])))))
    assert picture.alpha is not None
    assert np.array_equal(picture.alpha, np.where(grey == grey[0, 5], 0, 255))
    colour = np.stack([ramp(65535), ramp(60000), ramp(500)], -1)
    picture = decode(png(colour, 2, (b"tRNS", colour[0, 7].astype(">u2").tobytes())))
    assert picture.alpha is not None
    assert np.array_equal(picture.alpha, np.where((colour == colour[0, 7]).all(-1), 0, 255))


def test_few_bits_of_grey_keep_their_transparency() -> None:
    rows = b"".join(b"\0" + bytes([0x01, 0x23, 0x34, 0x5F]) for _ in range(3))  # eight pixels of four bits
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", 8, 3, 4, 0, 0, 0, 0)),
        (b"tRNS", struct.pack(">H", 3)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part)) for name, part in parts
    )
    picture = decode(data)
    assert picture.rgb[0, :, 0].tolist() == [0, 17, 34, 51, 51, 68, 85, 255]
    assert picture.alpha is not None
    assert picture.alpha[0].tolist() == [255, 255, 255, 0, 0, 255, 255, 255]


@pytest.mark.parametrize(
    "mode", ["LA", "La", "PA", "RGBa", "RGBX", "YCbCr", "HSV", "LAB", "CMYK", "I;16", "I", "F", "1"]
)
def test_every_mode_in_memory_is_read(mode: str) -> None:
    if mode == "LAB":
        image = Image.new("LAB", (5, 4), (128, 128, 128))
    elif mode in ("La", "PA", "RGBa"):
        image = Image.fromarray(gradient()).convert({"La": "LA", "PA": "LA", "RGBa": "RGBA"}[mode]).convert(mode)
    elif mode == "HSV":
        image = Image.fromarray(gradient()).convert("HSV")
    else:
        image = Image.fromarray(gradient()).convert("L" if mode in ("I;16", "I", "F") else "RGB").convert(mode)
    picture = decode(image)
    assert picture.rgb.shape[2] == 3
    assert (picture.alpha is not None) == (mode in ("LA", "La", "PA", "RGBa"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_bad_exif_data_are_left_aside(kind: str) -> None:
    good = Image.Exif()
    good[0x0112] = 6
    data = encoded(Image.fromarray(gradient(48, 64)), kind, exif=good.tobytes())
    marker = data.index(b"MM\0*") if b"MM\0*" in data else data.index(b"II*\0")
    bad = bytearray(data)
    bad[marker : marker + 8] = b"notatiff"
    if kind == "PNG":
        at = bad.index(b"eXIf")
        length = int.from_bytes(bad[at - 4 : at], "big")
        bad[at + 4 + length : at + 8 + length] = zlib.crc32(bad[at : at + 4 + length]).to_bytes(4, "big")
    picture = decode(bytes(bad), name="photo")
    assert picture.rgb.shape == (48, 64, 3)
    assert picture.notes in (("photo: its EXIF data are damaged and were left aside.",), ())
    assert kind != "PNG" or picture.notes


def test_damaged_remarks_of_a_png_are_left_aside() -> None:
    data = with_chunks(encoded(Image.fromarray(gradient())), (b"tIME", b"1234567"), (b"eXIf", b"whatever it is"))
    bad = bytearray(data)
    bad[data.index(b"whatever")] ^= 1  # the checksum is wrong now
    picture = decode(bytes(bad), name="a.png")
    assert np.array_equal(picture.rgb, gradient())
    assert picture.notes == ("a.png: a damaged remark in it was left aside.",)


def test_megabytes_of_text_in_a_png_are_passed_over() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("parameters", "a forest in the morning, " * 150_000, zip=True)
    text.add_itxt("XML:com.adobe.xmp", "<x/>" * 800_000, zip=True)
    picture = decode(encoded(Image.fromarray(gradient()), pnginfo=text))
    assert np.array_equal(picture.rgb, gradient())
    assert picture.notes == ()


def test_a_profile_that_unpacks_to_gigabytes_is_left_aside() -> None:
    packer = zlib.compressobj(9)
    bomb = b"x\0\0" + b"".join(packer.compress(bytes(1_000_000)) for _ in range(50)) + packer.flush()
    picture = decode(with_chunks(encoded(Image.fromarray(gradient())), (b"iCCP", bomb)), name="a.png")
    assert np.array_equal(picture.rgb, gradient())
    assert picture.notes == ("a.png: its colour profile is too large and was left aside.",)


NOISE = np.random.default_rng(0).integers(0, 256, (96, 96, 3), dtype=np.uint8)


@pytest.mark.parametrize(("kind", "options"), [("JPEG", {}), ("PNG", {}), ("JPEG", {"progressive": True})])
def test_a_picture_that_lacks_its_last_bytes_is_read_and_said(kind: str, options: dict[str, bool]) -> None:
    whole = encoded(Image.fromarray(NOISE), kind, **options)
    sound = decode(whole).rgb
    for share, least in ((0.995, 0.8), (0.85, 0.6)):  # blocks of sixteen rows go missing at once
        picture = decode(whole[: int(share * len(whole))], name="a")
        assert len(picture.notes) == 1
        assert picture.notes[0].startswith("a is cut short; ")
        same = (np.abs(picture.rgb.astype(int) - sound) < 3).all((1, 2)).mean()
        assert same >= least or options
    if not options:
        with pytest.raises(InputError, match=r"^a is damaged or cut short"):
            decode(whole[: len(whole) // 2], name="a")


@pytest.mark.parametrize("parts", [1, 3])
def test_a_wrong_checksum_over_sound_pixels_costs_nothing(parts: int) -> None:
    body = zlib.compress(b"".join(b"\0" + row.tobytes() for row in gradient()))
    step = -(-len(body) // parts)
    made = b"\x89PNG\r\n\x1a\n" + encoded(Image.fromarray(gradient()))[8:33]
    for start in range(0, len(body), step):
        part = body[start : start + step]
        made += struct.pack(">I", len(part)) + b"IDAT" + part + b"\0\0\0\0"
    assert np.array_equal(decode(made + b"\0\0\0\0IEND\xaeB`\x82").rgb, gradient())


def test_a_header_that_claims_much_costs_nothing() -> None:
    """A damaged header of a few bytes once asked for gigabytes while its rows were made up."""
    data = bytearray(encoded(Image.fromarray(gradient())))
    data[16:24] = b"\0\0\x1f\xff" * 2
    for checksum in (bytes(data[29:33]), zlib.crc32(data[12:29]).to_bytes(4, "big")):
        data[29:33] = checksum
        with pytest.raises(InputError):
            decode(bytes(data))


def test_a_picture_opened_elsewhere_is_refused_like_a_file(tmp_path: Path) -> None:
    for kind in ("JPEG", "PNG", "TIFF", "WEBP", "GIF", "HEIF", "AVIF"):
        whole = encoded(Image.fromarray(NOISE), kind)
        for data in (whole[: len(whole) // 2], whole[: len(whole) // 2] + bytes(len(whole) // 2)):
            try:
                image = Image.open(io.BytesIO(data))
            except Exception:  # noqa: BLE001, S112 - Pillow's own answer, before we are asked
                continue
            try:
                decode(image)
            except InputError as refusal:
                assert "damaged or cut short" in str(refusal)  # noqa: PT017 - some of them are read


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_or_a_device_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path / "pipe.png", Path("/dev/zero")):
        with pytest.raises(InputError, match="is no file but a pipe or a device"):
            decode(path)
