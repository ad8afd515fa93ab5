"""Results that a browser may fetch."""

import secrets
import shutil
import threading
from collections import OrderedDict
from pathlib import Path
from urllib.parse import quote

from gradio.utils import get_upload_folder

MOST_BYTES = 2_000_000_000


class DownloadFolder:
    """Files in the folder that gradio serves (behind its login); the oldest give way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: OrderedDict[str, Path] = OrderedDict()

    def put(self, name: str, data: bytes) -> str:
        """Write a file and return its address, relative to the page."""
        path = self.path(name)
        path.write_bytes(data)
        return self.address(path)

    def path(self, name: str) -> Path:
        """Where a new file called `name` (or nearly so, see `safe_name`) may be written; the path cannot be guessed."""
        from gan_core.translation.names import safe_name

        with self._lock:
            held = [(key, path.stat().st_size if path.exists() else 0) for key, path in self._files.items()]
            total = sum(size for _, size in held)
            for key, size in held:
                if total <= MOST_BYTES:
                    break
                shutil.rmtree(self._files.pop(key).parent, ignore_errors=True)
                total -= size
            key = secrets.token_hex(16)
            path = Path(get_upload_folder()) / "made" / key / safe_name(name)
            path.parent.mkdir(parents=True)
            self._files[key] = path
            return path

    def address(self, path: Path) -> str:
        """Where the page fetches it: a name may hold what an address may not."""
        return "gradio_api/file=" + quote(path.as_posix(), safe="/:")


def stem(name: str) -> str:
    """A model's name as the beginning of a file's name."""
    return "".join(letter if letter.isalnum() else "-" for letter in name)
