"""The note inside an exported file: model and latent or path, so that dropping the file on the page restores them.

| file | where the note lies                                       |
|------|-----------------------------------------------------------|
| PNG  | text chunk `gan-workbench`, before the pixels             |
| GIF  | comment before the first frame                            |
| WebP | XMP packet, element `gw:note`                             |
| MP4  | the tag `comment`, which players show                     |

A note is a JSON object. It is read from the file's head: no pixel is decoded, so a film cut short still has its own.
"""

from __future__ import annotations

import html
import io
import json
import re
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from PIL import Image

from gan_core.errors import InputError
from gan_core.latents import webp

if TYPE_CHECKING:
    from gan_core.cards import Card

KEY = "gan-workbench"
SCHEMA = 2
MOST_CHARACTERS = 4_000_000
"""Of one note: a path of 200 stops with 512 numbers each takes half of that."""
ACCEPTED = ".png, .gif, .webp and .mp4 files carry a recipe"
XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:gw="urn:gan-workbench:1"><gw:note>{}</gw:note></rdf:Description></rdf:RDF>'
    "</x:xmpmeta>"
)
IN_XMP = re.compile(r"<gw:note>(.*?)</gw:note>", re.DOTALL)


def embed(data: bytes, suffix: str, note: Mapping[str, Any]) -> bytes:
    """The bytes of a picture or film of the kind `suffix` (`.png`, `.gif`, `.webp`, `.mp4`) with `note` inside.

    Pixels, timing and everything else stay as they are, bit for bit. Raises InputError for other kinds of files and
    for a note that is too long.
    """
    text = as_text(note)
    kind = suffix.lower()
    if kind == ".png":
        return _in_png(data, text)
    if kind == ".gif":
        return _in_gif(data, tagged(text))
    if kind == ".webp":
        return _in_webp(data, XMP.format(html.escape(text, quote=False)))
    if kind == ".mp4":
        return _in_mp4(data, tagged(text))
    raise InputError(f"A recipe cannot be put into a {suffix or 'nameless'} file: {ACCEPTED}.")


def signed(name: str, card: Card, step: int | None = None) -> dict[str, Any]:
    """First fields of every note: the model's `name`, and the `step` of its training where it is not the newest."""
    return {"schema": SCHEMA, "model": name, "card": card.brief(), "step": step}


def check_schema(note: Mapping[str, Any]) -> None:
    """Raise InputError for a note, of a link or a file, that a later version wrote; early ones name no version."""
    schema = note.get("schema", SCHEMA)
    if isinstance(schema, bool) or not isinstance(schema, int) or not 1 <= schema <= SCHEMA:
        raise InputError(
            f"This place was written by another version of the program (schema {schema!r}); this one reads up to "
            f"schema {SCHEMA}: update it."
        )


def as_text(note: Mapping[str, Any]) -> str:
    """The note as JSON in ASCII.

    Raises:
        InputError: where it is longer than readers accept.
    """
    text = json.dumps(note, allow_nan=False, separators=(",", ":"))
    if len(text) > MOST_CHARACTERS:
        raise InputError(f"The recipe of this file has {len(text) / 1e6:.1f} million characters: use fewer stops.")
    return text


def tagged(text: str) -> str:
    """The note as a comment in a file, after the project's name."""
    return f"{KEY} {text}"


def read_note(source: bytes | Path | str) -> dict[str, Any] | None:
    """The note in a file (its bytes or its path), or None where the file has none: other people's pictures, any file.

    Raises InputError for a file that is not there, and for a note that is there but damaged or too long.
    """
    try:
        with _opened(source) as file:
            head = file.read(16)
            file.seek(0)
            text = _from_film(file) if head[4:8] == b"ftyp" else _from_picture(file)
    except OSError as error:
        raise InputError(f"{Path(str(source)).name} cannot be read ({error.strerror or error}).") from error
    if text is None:
        return None
    try:
        note = json.loads(text, parse_constant=_refuse) if len(text) <= MOST_CHARACTERS else None
    except (ValueError, RecursionError):
        note = None
    if not isinstance(note, dict):
        raise InputError("The recipe inside this file is damaged and cannot be read.")
    return note


def _opened(source: bytes | Path | str) -> Any:
    return io.BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of a recipe")


def _untagged(text: str) -> str | None:
    return text.removeprefix(f"{KEY} ") if text.startswith(f"{KEY} ") else None


def _from_picture(file: Any) -> str | None:
    """The note's text in a picture that Pillow opens, which reads no further than the head."""
    try:
        with Image.open(file, formats=("PNG", "GIF", "WEBP")) as image:
            info, kind = dict(image.info), image.format
    except Exception:  # noqa: BLE001 - readers raise almost any type on foreign files, which have no note to tell of
        return None
    if kind == "PNG":
        text = info.get(KEY)
        return str(text) if text is not None else None
    if kind == "GIF":
        return _untagged(_decoded(info.get("comment", b"")))
    found = IN_XMP.search(_decoded(info.get("xmp", b"")))
    return html.unescape(found[1]) if found else None


def _decoded(text: bytes | str) -> str:
    return text if isinstance(text, str) else text.decode("utf-8", "replace")


def _from_film(file: Any) -> str | None:
    import av
    from av.error import FFmpegError

    try:
        with av.open(file, format="mp4") as film:
            return _untagged(film.metadata.get("comment", ""))
    except (FFmpegError, ValueError):
        return None


def _in_png(data: bytes, text: str) -> bytes:
    end = 8 + 25  # signature and IHDR, the first chunk always
    body = KEY.encode() + b"\0" + text.encode("latin-1")
    chunk = struct.pack(">I", len(body)) + b"tEXt" + body + struct.pack(">I", zlib.crc32(b"tEXt" + body))
    return data[:end] + chunk + data[end:]


def _in_gif(data: bytes, text: str) -> bytes:
    flags = data[10]
    end = 13 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)  # screen descriptor and its colours
    raw = text.encode("ascii")
    parts = (raw[start : start + 255] for start in range(0, len(raw), 255))
    comment = b"\x21\xfe" + b"".join(bytes([len(part)]) + part for part in parts) + b"\0"
    return b"GIF89a" + data[6:end] + comment + data[end:]  # 87a, which stills are written as, knows no comments


def _in_webp(data: bytes, packet: str) -> bytes:
    header, chunks = webp.extended(data)
    header[0] |= webp.HAS_XMP
    return webp.packed(header, [*chunks, (b"XMP ", packet.encode())])


def _in_mp4(data: bytes, text: str) -> bytes:
    import av

    made = io.BytesIO()
    with av.open(io.BytesIO(data), "r", format="mp4") as film, av.open(made, "w", format="mp4") as copy:
        copy.metadata["comment"] = text
        streams = {stream.index: copy.add_stream_from_template(stream) for stream in film.streams}
        for packet in film.demux():
            if packet.dts is not None:  # the last packet of a stream is an empty one
                packet.stream = streams[packet.stream.index]
                copy.mux(packet)
    return made.getvalue()
