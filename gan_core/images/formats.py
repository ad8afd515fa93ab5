"""The formats of pictures and films that are read: one list for folders, zips, Translate and the page."""

from __future__ import annotations

from pathlib import PurePath

SUFFIXES: dict[str, tuple[str, ...]] = {
    "PNG": (".png", ".apng"),
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"),  # an MPO is a JPEG with further views behind it
    "WEBP": (".webp",),
    "GIF": (".gif",),
    "BMP": (".bmp", ".dib"),
    "TIFF": (".tif", ".tiff"),
    "PPM": (".ppm", ".pgm", ".pbm", ".pnm"),
    "HEIF": (".heic", ".heif", ".hif"),
    "AVIF": (".avif",),
}
"""The formats that are read, by Pillow's names, with the file endings that they go by; the first is the usual one."""
PICTURE_SUFFIXES = frozenset(suffix for suffixes in SUFFIXES.values() for suffix in suffixes)
"""Endings of files that are read as pictures, in lower case."""
FILM_SUFFIXES = frozenset(
    (
        *(".mp4", ".m4v", ".mov", ".qt", ".3gp", ".3g2", ".mkv", ".webm", ".ogv", ".avi", ".wmv", ".flv"),
        *(".mpg", ".mpeg", ".vob", ".ts", ".mts", ".m2ts"),
    )
)
"""Endings of files that are read as films, in lower case."""
ACCEPTED = "PNG, JPEG, WebP, GIF, BMP, TIFF, HEIC and AVIF pictures are accepted"

# The "brands" of ISO base media files that hold HEVC or AV1 stills (ISO/IEC 23008-12, the AVIF specification).
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1", b"mif2")
_AVIF_BRANDS = (b"avif", b"avis")
_SIGNATURES = (
    ("PNG", b"\x89PNG\r\n\x1a\n"),
    ("JPEG", b"\xff\xd8\xff"),
    ("GIF", b"GIF87a"),
    ("GIF", b"GIF89a"),
    ("BMP", b"BM"),
    ("TIFF", b"II*\0"),
    ("TIFF", b"MM\0*"),
    ("TIFF", b"II+\0"),  # TIFF beyond 4 GB
    ("TIFF", b"MM\0+"),
    *(("PPM", b"P%d" % kind) for kind in range(1, 7)),
)


_FILM_SIGNATURES = (
    *((4, box) for box in (b"ftyp", b"moov", b"mdat", b"wide")),  # MP4, QuickTime
    *((0, head) for head in (b"\x1aE\xdf\xa3", b"FLV\x01", b"\0\0\x01\xba", b"0&\xb2u\x8ef\xcf\x11")),
    (8, b"AVI "),
)
"""Where these bytes stand in a film: Matroska and WebM, FLV, MPEG, WMV, AVI."""


def is_picture_name(name: str | PurePath) -> bool:
    """Whether the suffix of the file `name` is one of the picture formats that are read here."""
    return PurePath(name).suffix.lower() in PICTURE_SUFFIXES


def is_film_name(name: str | PurePath) -> bool:
    """Whether the suffix of the file `name` is one of the film formats that are read here."""
    return PurePath(name).suffix.lower() in FILM_SUFFIXES


def is_film(name: str | PurePath, head: bytes) -> bool:
    """Whether a file is to be read as a film.

    Args:
        name: Of the file; its suffix decides where the content does not.
        head: The first 64 bytes.

    Returns:
        False for what is read as a picture, such as an animated GIF called `.gif`.
    """
    kind = sniff(head)
    if kind is not None:
        return kind == "GIF" and is_film_name(name)  # an animation that is called a film
    return is_film_name(name) or any(head.startswith(signature, at) for at, signature in _FILM_SIGNATURES)


def sniff(head: bytes) -> str | None:
    """The format (a key of `SUFFIXES`) by the first 64 bytes of a file, `head`; None if they are of no known format.

    For files without a suffix, and for suffixes that are wrong. Whether the rest is sound, only decoding shows.
    """
    for kind, signature in _SIGNATURES:
        if head.startswith(signature):
            return None if kind == "PPM" and head[2:3] not in (b" ", b"\t", b"\r", b"\n", b"#") else kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        length = int.from_bytes(head[:4], "big")
        brands = [head[8:12], *(head[at : at + 4] for at in range(16, min(length, len(head)) - 3, 4))]
        if any(brand in _AVIF_BRANDS for brand in brands):
            return "AVIF"
        if any(brand in _HEIF_BRANDS for brand in brands):
            return "HEIF"
    return None
