"""Pairs for a translation that learns from them: a picture, and what it is to be turned into."""

from gan_core.data.pairs.folders import (
    holds_equal_names,
    list_equal_names,
    load_equal_names,
    load_side_by_side,
    read_halves,
)
from gan_core.data.pairs.making import MADE, make

__all__ = [
    "MADE",
    "holds_equal_names",
    "list_equal_names",
    "load_equal_names",
    "load_side_by_side",
    "make",
    "read_halves",
]
