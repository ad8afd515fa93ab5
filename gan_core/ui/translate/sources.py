"""Where a picture comes from: an example, an upload, or an entry of an uploaded zip; never any other file.

A *source* is `{"example": id}`, or `{"path", "name"}` of an uploaded file, with `"entry"` for one picture of a zip.
"""

import base64
import binascii
import functools
from pathlib import Path
from typing import Any

from gan_core.errors import InputError
from gan_core.parts import unknown
from gan_core.ui.examples import EXAMPLES, domain_of, example_files
from gan_core.ui.translate.encoding import shown, within
from gan_core.ui.uploads import uploaded

THUMB_SIDE = 112
LARGEST_FRAME = 4_000_000
"""Characters of a picture that travels in the wish itself: a sketch, a frame of the camera, a reduced photograph."""


@functools.lru_cache(maxsize=1)
def examples() -> tuple[dict[str, Any], ...]:
    """Our pictures, as the page shows them."""
    from gan_core.images import decode

    return tuple(
        {
            "id": path.name,
            "domain": domain_of(path),
            "title": path.stem.replace("-", ", ", 1).replace("-", " "),
            "picture": shown(within(decode(path).rgb, THUMB_SIDE), None),
        }
        for path in example_files()
    )


def source_of(wish: dict[str, Any]) -> tuple[Path | bytes, str]:
    """The file (or bytes) of a wish's source, and its name. Raises InputError for what was not dropped here."""
    source = wish.get("source") or {}
    if "example" in source:
        known = {example["id"] for example in examples()}
        if source["example"] not in known:
            raise InputError(unknown("example", str(source["example"]), known))
        return EXAMPLES / source["example"], source["example"]
    path = uploaded(source.get("path"))
    name = Path(str(source.get("entry") or source.get("name") or path.name)).name
    if "entry" not in source:
        return path, name
    from gan_core.data.files import list_files

    for file in list_files(path):
        if str(file.path) == source["entry"]:
            return file.read(), name
    raise InputError(f"There is no {source['entry']} in the zip.")


def frame_bytes(url: Any) -> bytes:
    """The bytes of a small picture that travels as a data URL. Raises InputError for anything else."""
    head, comma, text = str(url or "")[: LARGEST_FRAME + 1].partition(",")
    if not comma or not head.startswith("data:image/") or len(text) + len(head) >= LARGEST_FRAME:
        raise InputError("That is no small picture: a sketch, a camera's frame or a reduced picture is expected.")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError("The picture arrived damaged; try again.") from error
