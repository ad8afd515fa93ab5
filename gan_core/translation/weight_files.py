"""Opening other people's weight files without ever running what is in them.

A `.pth` file is a pickle, and a pickle may hold code. It is read by torch with `weights_only=True`, which knows tensors
and plain containers and refuses everything else. What was refused is then named by listing the pickle's instructions,
which runs none of them.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import mmap
import pickletools
import re
import struct
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError

if TYPE_CHECKING:
    from torch import Tensor

LARGEST = 2 * 2**30
"""Bytes of the largest file that is read; a generator has about 50 to 220 million, a whole checkpoint about a
billion."""
LARGEST_PICKLE = 64 * 2**20
DEEPEST = 8
MOST_TENSORS = 20_000
ACCEPTED = "weights are accepted as .pth or .pt files of a state_dict, or as .safetensors"

MAGIC = b"l\xfc\x9cF\xf9 j\xa8P\x19"
"""In the first bytes of a file that torch.save wrote before version 1.6."""
OLDEST = (b"sys_info", b"pickle", b"tensors", b"storages")
"""One of these comes first in the tar archive that torch.save wrote before 2017."""
KINDS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG", "a PNG picture"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"GIF8", "a GIF picture"),
    (0, b"%PDF", "a PDF document"),
    (0, b"\x89HDF", "an HDF5 file (Keras or TensorFlow)"),
    (0, b"\x1f\x8b", "a gzip archive: unpack it and bring the .pth file inside"),
    (257, b"ustar", "a tar archive: unpack it and bring the .pth file inside"),
    (0, b"Rar!", "a RAR archive: unpack it and bring the .pth file inside"),
    (0, b"version https://git-lfs", "a pointer of Git LFS: fetch the file itself with `git lfs pull`"),
    (0, b"<", "a web page, as a download that went wrong leaves behind"),
)
RUNS_CODE = re.compile(
    r"(os|posix|nt|subprocess|sys|shutil|socket|runpy|importlib|ctypes|pty|webbrowser|urllib\.\w+)\..*"
    r"|(builtins|__builtin__)\.(eval|exec|execfile|compile|open|getattr|setattr|__import__|input|apply)"
)
HARMLESS = re.compile(
    r"collections\.OrderedDict|torch\._utils\._rebuild\w+|torch(\.cuda)?\.\w+Storage|torch\.(Size|device|\w+\d+)"
    r"|(builtins|__builtin__)\.(set|dict|list|tuple|int|float|complex|bytearray)|_codecs\.encode"
)

Tensors = dict[tuple[str, ...], dict[str, "Tensor"]]
"""Where in the file's nested dictionaries a dictionary of tensors lies -> its tensors by key."""


def read_tensors(path: Path) -> Tensors:
    """Every tensor of a `.pth`, `.pt` or `.safetensors` file, on the CPU, by the dictionary that holds it.

    Raises InputError for everything else: no file, another kind of file, one cut short, one that holds code.
    """
    value = _safetensors(path) if _looked_at(path) == "safetensors" else _unpickled(path)
    found: Tensors = {}
    for place, key, tensor in itertools.islice(_walk(value, ()), MOST_TENSORS + 1):
        found.setdefault(place, {})[key] = tensor
    if sum(map(len, found.values())) > MOST_TENSORS:
        raise InputError(f"{path.name} holds more than {MOST_TENSORS:,} tensors, which no generator does.")
    if not found:
        kind = type(value).__name__
        what = (
            "no weights of a network" if isinstance(value, Mapping) else f"one {kind} and not a network's named weights"
        )
        raise InputError(f"{path.name} holds {what}; {ACCEPTED}.")
    return found


def fault(value: Tensor) -> str | None:
    """Why a tensor from a file cannot be computed with, as the end of a sentence; None where it can."""
    import torch

    if value.is_meta:
        return "has a shape but no numbers (it was on the meta device when it was saved)"
    if value.layout != torch.strided:
        return "is stored as a sparse tensor; save it with to_dense()"
    if not value.is_floating_point() or value.is_quantized:
        kind = str(value.dtype).removeprefix("torch.")
        return f"is stored as {kind} numbers; weights are float32, float16 or the like"
    # A tensor may claim to be larger than the numbers stored for it, and would fill the memory when copied.
    if value.numel() * value.element_size() > value.untyped_storage().nbytes():
        return "claims more numbers than the file holds, and is refused"
    return None


def _walk(value: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str, Tensor]]:
    from torch import Tensor

    if len(place) > DEEPEST:
        return
    if isinstance(value, Mapping):
        items = [(str(key), part) for key, part in value.items()]
    elif isinstance(value, (list, tuple)):
        items = [(str(number), part) for number, part in enumerate(value)]
    else:
        return
    for key, part in items:
        if isinstance(part, Tensor):
            yield place, key, part
        else:
            yield from _walk(part, (*place, key))


def _looked_at(path: Path) -> str:
    """`zip`, `pickle` (torch before 1.6) or `safetensors`, from the first bytes; InputError for what is none of
    them."""
    try:
        if path.exists() and not path.is_file():
            what = "a folder: name the file in it" if path.is_dir() else "no file that can be read"
            raise InputError(f"{path} is {what}; {ACCEPTED}.")
        if not path.exists():
            raise InputError(f"There is no file {path}; {ACCEPTED}.")
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    if not size:
        raise InputError(f"{path.name} is empty; {ACCEPTED}.")
    if size > LARGEST:
        raise InputError(
            f"{path.name} has {size / 2**30:.1f} GiB and is not read: weights of up to {LARGEST / 2**30:.0f} GiB are."
        )
    if head[:2] == b"PK":
        _check_zip(path)
        return "zip"
    if head[8:9] == b"{" and 2 <= struct.unpack("<Q", head[:8])[0] <= LARGEST:
        return "safetensors"
    if MAGIC in head[:32]:
        return "pickle"
    if head[257:262] == b"ustar" and head[:100].rstrip(b"\0") in OLDEST:
        raise InputError(
            f"{path.name} was saved by a torch before version 0.1.10, in a form that is not read any more: "
            "load it with a torch of 2017 to 2023 and save it again."
        )
    if head[:1] == b"\x80" and head[1:2] <= b"\x05":
        raise InputError(_refusal(path))
    for offset, first, kind in KINDS:
        if head[offset:].startswith(first):
            raise InputError(f"{path.name} is {kind}; {ACCEPTED}.")
    raise InputError(f"{path.name} is no weight file, or its beginning is damaged; {ACCEPTED}.")


def _check_zip(path: Path) -> None:
    """Raise InputError unless the zip is one that torch.save wrote, all of it there and not larger than it seems."""
    try:
        with zipfile.ZipFile(path) as archive:
            files = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, struct.error) as error:
        raise InputError(f"{path.name} is cut short or damaged: fetch it again, or save it again.") from error
    names = [file.filename for file in files]
    if any(name.endswith("/constants.pkl") or "/code/" in name for name in names):
        raise InputError(
            f"{path.name} is a TorchScript program, which would run when opened, and is refused: "
            "load it where it was made and save its state_dict() with torch.save."
        )
    pickles = [file for file in files if file.filename.endswith("data.pkl")]
    if len(pickles) != 1:
        inside = f" (with {', '.join(names[:3])})" if names else ""
        raise InputError(f"{path.name} is a zip of other files{inside}: unpack it and bring the .pth file inside.")
    # torch writes its zips without compression: one that is larger inside than outside was made to fill the memory.
    if sum(file.file_size for file in files) > path.stat().st_size or pickles[0].file_size > LARGEST_PICKLE:
        raise InputError(f"{path.name} is packed as torch never packs a file, and is refused; save it with torch.save.")


def _unpickled(path: Path) -> Any:
    import pickle

    import torch

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch's remarks on old files are not for the person who brings one
            with path.open("rb") as file:  # by its path torch would go by its ending, which may be wrong
                return torch.load(file, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, KeyError, AttributeError, IndexError, TypeError) as error:
        raise InputError(_refusal(path)) from error
    except Exception as error:  # a damaged file leads torch into errors of every kind
        raise InputError(f"{path.name} is cut short or damaged: fetch it again, or save it again.") from error


def _safetensors(path: Path) -> Mapping[str, Tensor]:
    import safetensors
    import safetensors.torch

    try:
        return safetensors.torch.load(path.read_bytes())
    except (OSError, ValueError, KeyError, safetensors.SafetensorError) as error:
        raise InputError(f"{path.name} is cut short or damaged: fetch it again, or save it again.") from error


def _refusal(path: Path) -> str:
    """Why a pickle was refused, in one sentence."""
    strangers = [name for name in _names(path) if not HARMLESS.fullmatch(name)]
    code = [name for name in strangers if RUNS_CODE.fullmatch(name)]
    if code:
        return (
            f"{path.name} holds code that would run when it is opened ({code[0]}); it is refused, "
            "and nothing in it was run."
        )
    save = "save its state_dict() with torch.save instead"
    modules = [name for name in strangers if name.startswith(("torch.nn.modules", "__main__")) or "network" in name]
    if modules:
        return (
            f"{path.name} holds a whole pickled network ({modules[0]}), which only its own code can open; it is refused, "
            f"and nothing in it was run: {save}."
        )
    if strangers:
        return (
            f"{path.name} holds Python objects beside its weights ({strangers[0]}); it is refused, and nothing in it "
            f"was run: {save.replace('its', 'only the')}."
        )
    return f"{path.name} is a pickle that torch.save did not write, or is damaged; {ACCEPTED}."


def _names(path: Path) -> list[str]:
    """The functions and classes that the pickle asks for, in order. Its instructions are listed, not followed."""
    found: list[str] = []
    with contextlib.suppress(Exception):  # what was found before the damage is reported
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                inside = next(name for name in archive.namelist() if name.endswith("data.pkl"))
                _list(io.BytesIO(archive.read(inside)), found)
        else:
            # Mapped, because a damaged length would make an ordinary file ask for all the memory there is.
            with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                for _ in range(4):  # an old file is four pickles: its magic number, a version, the machine, the weights
                    _list(content, found)
    return found


def _list(file: Any, found: list[str]) -> None:
    words: list[str] = []  # a newer pickle puts the two parts of a name on its stack before it asks for it
    for opcode, argument, _ in pickletools.genops(file):
        if opcode.name == "GLOBAL":
            found.append(str(argument).replace(" ", "."))
        elif opcode.name == "STACK_GLOBAL":
            found.append(".".join(words[-2:]))
        elif isinstance(argument, str):
            words.append(argument)
