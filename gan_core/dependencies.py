"""Which of the libraries that this program needs are not installed, found without importing them."""

from __future__ import annotations

import importlib.util

MODULES = {
    "av": "av",
    "filelock": "filelock",
    "gradio": "gradio",
    "numpy": "numpy",
    "pillow": "PIL",
    "pillow-heif": "pillow_heif",
    "platformdirs": "platformdirs",
    "psutil": "psutil",
    "pydantic": "pydantic",
    "safetensors": "safetensors",
    "scipy": "scipy",
    "torch": "torch",
    "torchvision": "torchvision",
    "tqdm": "tqdm",
}
"""By the names that pip knows (those of pyproject.toml and requirements.txt), the modules that are imported."""


def missing() -> list[str]:
    """Names, as pip knows them, of what has to be installed first."""
    return [name for name, module in MODULES.items() if not _is_there(module)]


def sentence(names: list[str]) -> str:
    """The shell's message about `missing` libraries."""
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    verb = "is" if len(names) == 1 else "are"
    return f"{listed} {verb} not installed for this Python; run: python -m pip install -r requirements.txt"


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):  # half-removed, or blocked
        return False
