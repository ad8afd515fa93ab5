"""Where a picture comes from: an example, an upload, or an entry of an uploaded zip; never any other file."""

import base64
import binascii
import functools
from pathlib import Path

from gan_core.errors import InputError
from gan_core.parts import unknown
from gan_core.ui.examples import EXAMPLES, domain_of, example_files
from gan_core.ui.protocol import server_function
from gan_core.ui.translate.encoding import shown, within
from gan_core.ui.translate.protocol import (
    ExamplePicture,
    ExampleSource,
    FileKind,
    FileKindsRequest,
    FileKindsResponse,
    Source,
)
from gan_core.ui.uploads import uploaded

THUMB_SIDE = 112
HEAD = 64
"""Bytes at the beginning of a file that say what it is."""
ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
"""How a zip begins; the second is that of an empty one."""
LARGEST_FRAME = 4_000_000
"""Characters of a picture that travels in a request itself: a sketch, a frame of the camera, a reduced photograph."""


@functools.lru_cache(maxsize=1)
def examples() -> tuple[ExamplePicture, ...]:
    """Our pictures, as the page shows them."""
    from gan_core.images import decode

    return tuple(
        ExamplePicture(
            id=path.name,
            domain=domain_of(path),
            title=path.stem.replace("-", ", ", 1).replace("-", " "),
            picture=shown(within(decode(path).rgb, THUMB_SIDE), None),
        )
        for path in example_files()
    )


def source_of(source: Source) -> tuple[Path | bytes, str]:
    """The file (or bytes) of a source, and its name.

    Raises:
        InputError: for what was not uploaded here.
    """
    if isinstance(source, ExampleSource):
        known = {example.id for example in examples()}
        if source.example not in known:
            raise InputError(unknown("example", source.example, known))
        return EXAMPLES / source.example, source.example
    path = uploaded(source.path)
    name = Path(source.entry or source.name or path.name).name
    if source.entry is None:
        return path, name
    from gan_core.data.files import list_files

    for file in list_files(path):
        if str(file.path) == source.entry:
            return file.read(), name
    raise InputError(f"There is no {source.entry} in the zip.")


def first_bytes(path: Path) -> bytes:
    """The bytes by which films are known (see `gan_core.images.formats`)."""
    with path.open("rb") as file:
        return file.read(HEAD)


@server_function
def kinds(request: FileKindsRequest) -> FileKindsResponse:
    """What dropped files are, determined before they are sent, by the rules of the `translate` command.

    Raises:
        InputError: for file heads that are no base64.
    """
    from gan_core.images import is_film

    def kind(name: str, head: bytes) -> FileKind:
        if name.lower().endswith(".zip") or head.startswith(ZIP_SIGNATURES):
            return "zip"
        return "film" if is_film(name, head) else "picture"

    try:
        heads = [base64.b64decode(file.head, validate=True)[:HEAD] for file in request.files]
    except (binascii.Error, ValueError) as error:
        raise InputError("The head of a file is sent as base64.") from error
    return FileKindsResponse(kinds=[kind(file.name, head) for file, head in zip(request.files, heads, strict=True)])


def frame_bytes(url: str) -> bytes:
    """The bytes of a small picture that travels as a data URL.

    Raises:
        InputError: for anything else.
    """
    head, comma, text = url[: LARGEST_FRAME + 1].partition(",")
    if not comma or not head.startswith("data:image/") or len(text) + len(head) >= LARGEST_FRAME:
        raise InputError("That is no small picture: a sketch, a camera's frame or a reduced picture is expected.")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError("The picture arrived damaged; try again.") from error
