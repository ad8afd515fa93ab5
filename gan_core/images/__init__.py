"""Pictures in and out: safe decoding, arrays and tensors, grids, encoding.

Everywhere in this project a picture is a uint8 array H x W x 3 (or N x H x W x C), a batch for a network is a
float tensor N x C x H x W in [-1, 1].
"""

from gan_core.images.arrays import grid, resize_square, to_float, to_levels, to_uint8
from gan_core.images.decoding import MAX_BYTES, MAX_PIXELS, Picture, decode
from gan_core.images.encoding import data_url, encode_bmp, encode_jpeg, encode_png
from gan_core.images.formats import FILM_SUFFIXES, PICTURE_SUFFIXES, is_film, is_film_name, is_picture_name, sniff

__all__ = [
    "FILM_SUFFIXES",
    "MAX_BYTES",
    "MAX_PIXELS",
    "PICTURE_SUFFIXES",
    "Picture",
    "data_url",
    "decode",
    "encode_bmp",
    "encode_jpeg",
    "encode_png",
    "grid",
    "is_film",
    "is_film_name",
    "is_picture_name",
    "resize_square",
    "sniff",
    "to_float",
    "to_levels",
    "to_uint8",
]
