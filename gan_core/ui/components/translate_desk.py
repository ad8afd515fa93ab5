"""The server's half of the Translate tab.

Every server function takes one object from the browser and answers with one. A *source* in it is `{"example": id}`, or
`{"path", "name"}` of an uploaded file, with `"entry"` for one picture of an uploaded zip.
"""

import functools
import hashlib
import json
import secrets
import shutil
import threading
import time
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradio.utils import get_upload_folder

from gan_core.errors import InputError
from gan_core.registry import unknown
from gan_core.ui.context import Context
from gan_core.ui.examples import EXAMPLES, domain_of, example_files

if TYPE_CHECKING:
    import numpy as np

    from gan_core.images import Picture
    from gan_core.store import ModelEntry
    from gan_core.translation import Translator

SHOWN_SIDE = 1600
"""Longest side of what travels to the screen; the file to download has every pixel."""
PREVIEW_SIDE = 128
THUMB_SIDE = 112
SHELF_BYTES = 2_000_000_000
MOST_FILES = 2000
UPLOAD_SECONDS = 5.0


class Desk:
    """Decodes, translates and hands out files for all pages of one app."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._working = threading.Lock()
        self._shelf = Shelf()

    # What there is ------------------------------------------------------------------------------------------------

    def offer(self, wish: Any = None) -> dict[str, Any]:
        """Translators (shipped ones first, then those of runs) and our example pictures.

        A page that has this `version` of the list already gets nothing else.
        """
        models = [describe(entry) for entry in self._context.models("translator")]
        version = hashlib.sha256(json.dumps(models).encode()).hexdigest()
        if (wish or {}).get("version") == version:
            return {"version": version}
        return {"version": version, "models": models, "examples": list(_examples()) if models else []}

    # One picture --------------------------------------------------------------------------------------------------

    def preview(self, wish: dict[str, Any]) -> dict[str, Any]:
        """The picture as it was read, and a small translation of it at once."""
        translator = self._translator(wish)
        picture = _decode(*_source(wish))
        height, width = picture.rgb.shape[:2]
        small = _within(picture.composited(), PREVIEW_SIDE)
        with self._context.model_lock:
            after = translator.preview(small, wish["direction"], side=PREVIEW_SIDE)
        return {
            "width": width,
            "height": height,
            "before": _shown(picture.rgb, picture.alpha),
            "after": _shown(after, None if picture.alpha is None else _within(picture.alpha, max(after.shape[:2]))),
        }

    def translate(self, wish: dict[str, Any]) -> dict[str, Any]:
        """The whole translation: what to show, what to say about it, and where its file can be fetched."""
        from gan_core.translation import translate_file

        translator = self._translator(wish)
        source, name = _source(wish)
        direction = wish["direction"]
        with self._working:
            made = translate_file(
                translator, source, direction, name=name, scale=wish.get("scale", "auto"), cycle=bool(wish.get("cycle"))
            )
        last = made.cycle or made.translation
        height, width = last.rgb.shape[:2]
        seconds = made.translation.seconds + (made.cycle.seconds if made.cycle else 0.0)
        notes = list(made.notes)
        if made.cycle:
            notes.append(
                f"There and back it differs from the original by {_difference(made)} of 255 levels on average."
            )
        return {
            "after": _shown(last.rgb, made.source.alpha),
            "name": made.name,
            "url": self._shelf.put(made.name, made.data),
            "line": f"{width} x {height} pixels, own size kept · {_seconds(seconds)} "
            f"on {translator.arithmetic(direction).describe()}",
            "notes": notes,
        }

    # Many pictures ------------------------------------------------------------------------------------------------

    def expand(self, wish: dict[str, Any]) -> dict[str, Any]:
        """The pictures in an uploaded zip, by the names they have there."""
        from gan_core.data.files import list_files

        files = list_files(_uploaded(str(wish["path"])))
        if not files:
            raise InputError(
                f"{wish.get('name', 'The zip')} holds no pictures: PNG, JPEG, WebP and the like are needed."
            )
        if len(files) > MOST_FILES:
            raise InputError(f"{len(files)} pictures at once are too many here: up to {MOST_FILES} are accepted.")
        return {"entries": [str(file.path) for file in files]}

    def pack(self, wish: dict[str, Any]) -> dict[str, Any]:
        """One zip of the results that `translate` left, named as their sources; equal names get a number."""
        urls = [str(url) for url in wish["urls"]][:MOST_FILES]
        buffer_name = "translated.zip"
        names: set[str] = set()
        draft = self._shelf.path(buffer_name)
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as archive:  # pictures are compressed already
            for url, inside in zip(urls, [*wish.get("names", []), *[None] * len(urls)], strict=False):
                path = self._shelf.find(url)
                archive.write(path, _free_name(_inside(inside, path.name), names))
        return {"url": self._shelf.address(draft), "name": buffer_name}

    # The endpoint -------------------------------------------------------------------------------------------------

    def endpoint(self, picture: str | None, model: str, direction: str) -> str:
        """Translate one picture file: the path of a file of the same name, format and size.

        Raises InputError for a missing or unreadable picture and for an unknown model or direction.
        """
        from gan_core.translation import translate_file

        if not picture:
            raise InputError("A picture file is needed: PNG, JPEG, WebP, GIF, BMP and TIFF pictures are accepted.")
        translator = self._translator({"model": model})
        with self._working:
            made = translate_file(translator, Path(picture), direction or "AtoB")
        path = self._shelf.path(made.name)
        path.write_bytes(made.data)
        return str(path)

    def _translator(self, wish: dict[str, Any]) -> "Translator":
        from gan_core.translation import Translator

        name = str(wish.get("model", ""))
        model = self._context.model(name)
        if not isinstance(model, Translator):
            known = [entry.name for entry in self._context.models("translator")]
            raise InputError(unknown("translator", name, known))
        return model


class Shelf:
    """Results that a browser may fetch, in the folder that gradio serves (behind its login); the oldest give way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: OrderedDict[str, Path] = OrderedDict()

    def put(self, name: str, data: bytes) -> str:
        """Write a file and return its address, relative to the page."""
        path = self.path(name)
        path.write_bytes(data)
        return self.address(path)

    def path(self, name: str) -> Path:
        """Where a new file called `name` may be written; nobody can guess the place."""
        with self._lock:
            held = [(key, path.stat().st_size if path.exists() else 0) for key, path in self._files.items()]
            total = sum(size for _, size in held)
            for key, size in held:
                if total <= SHELF_BYTES:
                    break
                shutil.rmtree(self._files.pop(key).parent, ignore_errors=True)
                total -= size
            key = secrets.token_hex(16)
            path = Path(get_upload_folder()) / "translated" / key / name
            path.parent.mkdir(parents=True)
            self._files[key] = path
            return path

    def address(self, path: Path) -> str:
        return f"gradio_api/file={path.as_posix()}"

    def find(self, url: str) -> Path:
        """The file behind an address that this shelf gave out."""
        with self._lock:
            for path in self._files.values():
                if self.address(path) == url and path.exists():
                    return path
        raise InputError("One of the results is not kept any more; translate those pictures again.")


def describe(entry: "ModelEntry") -> dict[str, Any]:
    """A translator for the list: its name, a line about it, and its directions in the words of its card."""
    card = entry.values
    first, second = domains(entry.name, card.get("domains") or {})
    size = card.get("size")
    parts = [str(card.get("title") or ""), f"trained at {size} x {size}" if size else ""]
    return {
        "id": entry.name,
        "group": "Shipped" if entry.origin == "pretrained" else "Own runs",
        "line": " · ".join(part for part in parts if part),
        "domains": {"A": first, "B": second},
        "directions": [
            {"id": "AtoB", "label": f"{first} → {second}"},
            {"id": "BtoA", "label": f"{second} → {first}"},
        ],
    }


def domains(name: str, named: Any) -> tuple[str, str]:
    """What the two kinds of pictures are called: by the card, else by a name such as `doodle-to-emoji`."""
    if named.get("A") and named.get("B"):
        return str(named["A"]), str(named["B"])
    stem = name.removeprefix("runs/")
    for middle in ("-to-", "2", "-"):
        left, found, right = stem.partition(middle)
        if found and left.isalpha() and right.isalpha():
            return left, right
    return "A", "B"


@functools.lru_cache(maxsize=1)
def _examples() -> tuple[dict[str, Any], ...]:
    """Our pictures, as the page shows them."""
    from gan_core.images import decode

    return tuple(
        {
            "id": path.name,
            "domain": domain_of(path),
            "title": path.stem.replace("-", ", ", 1).replace("-", " "),
            "picture": _shown(_within(decode(path).rgb, THUMB_SIDE), None),
        }
        for path in example_files()
    )


def _source(wish: dict[str, Any]) -> tuple[Path | bytes, str]:
    """The file (or bytes) of a wish, and its name."""
    source = wish.get("source") or {}
    if "example" in source:
        known = {example["id"] for example in _examples()}
        if source["example"] not in known:
            raise InputError(unknown("example", str(source["example"]), known))
        return EXAMPLES / source["example"], source["example"]
    path = _uploaded(str(source.get("path", "")))
    name = Path(str(source.get("entry") or source.get("name") or path.name)).name
    if "entry" not in source:
        return path, name
    from gan_core.data.files import list_files

    for file in list_files(path):
        if str(file.path) == source["entry"]:
            return file.read(), name
    raise InputError(f"There is no {source['entry']} in the zip.")


def _uploaded(path: str) -> Path:
    """A file that a page uploaded. Nothing else on this machine can be named, whatever a browser sends."""
    folder, file = Path(get_upload_folder()).resolve(), Path(path).resolve()
    if not path or not file.is_relative_to(folder):
        raise InputError("Only pictures that were dropped here can be translated: drop the picture first.")
    deadline = time.monotonic() + UPLOAD_SECONDS  # gradio moves a large file into place after it has answered
    while not file.is_file() and time.monotonic() < deadline:
        time.sleep(0.05)
    if not file.is_file():
        raise InputError("The picture is not kept any more: drop it again.")
    return file


def _decode(source: Path | bytes, name: str) -> "Picture":
    from gan_core.images import decode

    return decode(source, name=name)


def _within(picture: "np.ndarray", side: int) -> "np.ndarray":
    """A picture (H, W) or (H, W, 3), reduced to at most `side` pixels."""
    import numpy as np
    from PIL import Image

    height, width = picture.shape[:2]
    if max(height, width) <= side:
        return picture
    factor = side / max(height, width)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0))


def _shown(rgb: "np.ndarray", alpha: "np.ndarray | None") -> str:
    """A picture for the screen: JPEG, or PNG where transparency must be seen."""
    import numpy as np

    from gan_core.images import data_url, encode_jpeg, encode_png

    rgb = _within(rgb, SHOWN_SIDE)
    if alpha is None:
        return data_url(encode_jpeg(rgb, quality=92), "image/jpeg")
    return data_url(encode_png(np.dstack([rgb, _within(alpha, SHOWN_SIDE)])), "image/png")


def _difference(made: Any) -> str:
    import numpy as np

    return f"{np.abs(made.cycle.rgb.astype(np.int16) - made.source.composited()).mean():.1f}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"


def _inside(name: Any, fallback: str) -> str:
    """The path of a result in the zip: folders of a dropped zip are kept, and nothing can climb out of it."""
    parts = [part for part in Path(str(name or "")).parts[:-1] if part not in ("..", "/", "\\")]
    return "/".join([*parts, fallback])


def _free_name(name: str, taken: set[str]) -> str:
    path, number = Path(name), 2
    while name in taken:
        name = path.with_stem(f"{path.stem}-{number}").as_posix()
        number += 1
    taken.add(name)
    return name
