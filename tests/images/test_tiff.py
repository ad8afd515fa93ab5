"""TIFF files beyond eight bits in every order of bytes and planes."""

import struct
import zlib

import numpy as np
import pytest

from gan_core.images import decode

COLOURS = np.array([[[220, 40, 10], [40, 180, 60]], [[50, 60, 200], [128, 128, 128]], [[0, 255, 0], [255, 0, 255]]])
GREYS = COLOURS[..., 0]
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB = 0, 1, 2


def tiff(values: np.ndarray, order: str, *, packed: bool, photometric: int, planes: int = 1) -> bytes:
    """A TIFF of one picture; `order` is `<` or `>`, `planes` 2 puts the colours one after another."""
    height, width = values.shape[:2]
    samples = values.shape[2] if values.ndim == 3 else 1
    values = values.astype(values.dtype.newbyteorder(order))
    layers = [values] if planes == 1 else [values[..., each] for each in range(samples)]
    strips = [np.ascontiguousarray(each).tobytes() for each in layers]
    strips = [zlib.compress(each) for each in strips] if packed else strips
    strips = [each + b"\0" * (len(each) % 2) for each in strips]
    places = [8 + sum(map(len, strips[:number])) for number in range(len(strips))]
    kind = {"u": 1, "i": 2, "f": 3}[values.dtype.kind]
    tags = [
        *[(256, "I", [width]), (257, "I", [height]), (258, "H", [values.dtype.itemsize * 8] * samples)],
        *[(259, "H", [8 if packed else 1]), (262, "H", [photometric]), (273, "I", places), (277, "H", [samples])],
        *[(278, "I", [height]), (279, "I", list(map(len, strips))), (284, "H", [planes])],
        *([(338, "H", [2])] if samples == 4 else []),
        (339, "H", [kind] * samples),
    ]
    start = 8 + sum(map(len, strips))
    table, further = struct.pack(order + "H", len(tags)), b""
    for number, letter, given in tags:
        data = struct.pack(f"{order}{len(given)}{letter}", *given)
        table += struct.pack(order + "HHI", number, {"H": 3, "I": 4}[letter], len(given))
        if len(data) <= 4:
            table += data.ljust(4, b"\0")
        else:
            table += struct.pack(order + "I", start + 2 + 12 * len(tags) + 4 + len(further))
            further += data
    head = struct.pack(order + "2sHI", b"II" if order == "<" else b"MM", 42, start)
    return head + b"".join(strips) + table + bytes(4) + further


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("planes", "top"), [(1, 65535), (2, 65535), (1, 4095)])
def test_colours_of_16_bits_are_right_however_they_are_laid_out(
    order: str, packed: bool, planes: int, top: int
) -> None:
    values = np.rint(COLOURS * (top / 255)).astype(np.uint16)
    picture = decode(tiff(values, order, packed=packed, photometric=RGB, planes=planes))
    assert np.abs(picture.rgb.astype(int) - COLOURS).max() <= 1


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("planes", [1, 2])
def test_transparency_of_16_bits_is_kept(order: str, planes: int) -> None:
    clear = np.array([[0, 51], [102, 153], [204, 255]])
    values = (np.dstack([COLOURS, clear]) * 257).astype(np.uint16)
    picture = decode(tiff(values, order, packed=False, photometric=RGB, planes=planes))
    assert picture.alpha is not None
    assert np.abs(picture.alpha.astype(int) - clear).max() <= 1
    assert np.abs(picture.rgb.astype(int) - COLOURS).max() <= 1


@pytest.mark.parametrize("packed", [False, True])
def test_greys_of_16_bits_that_count_from_white_are_no_negative(packed: bool) -> None:
    values = ((255 - GREYS) * 257).astype(np.uint16)
    picture = decode(tiff(values, "<", packed=packed, photometric=WHITE_IS_ZERO))
    assert np.array_equal(picture.rgb[..., 0], GREYS)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("kind", ["f4", "i2"])
def test_floating_point_and_signed_greys_are_read_in_their_own_byte_order(order: str, packed: bool, kind: str) -> None:
    values = (GREYS / 255).astype("f4") if kind == "f4" else (GREYS * 100 - 12_750).astype("i2")
    picture = decode(tiff(values, order, packed=packed, photometric=BLACK_IS_ZERO))
    assert np.abs(picture.rgb[..., 0].astype(int) - GREYS).max() <= 1
