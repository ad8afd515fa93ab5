"""The plan of the house, checked: imports go only downwards, and one folder alone knows the screen."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "gan_core"

FLOORS: tuple[tuple[str, ...], ...] = (
    ("version", "dependencies", "errors", "files", "signals"),
    ("registry", "paths", "records", "json_files"),
    ("tensor_files",),
    ("cards", "devices", "images", "recipes"),
    ("networks", "objectives", "penalties", "optimizers", "data"),
    ("games",),
    ("solvers",),
    ("models", "trace", "dynamics"),
    ("metrics", "translation"),
    ("store",),
    ("training", "lab"),
    ("latent", "race"),
    ("benchmarks",),
    ("cli",),
    ("__main__",),
    ("ui",),
)
"""From the ground up. Rooms of one floor do not import each other."""

FLOOR_OF = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """Every module that the file imports, anywhere in it, lazily or for types alone."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the floor they lead to"
            module = node.module or ""
            # `from gan_core import data` names the room in the alias.
            yield from (f"{module}.{alias.name}" for alias in node.names) if module == "gan_core" else [module]


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_downwards(path: Path) -> None:
    room = room_of(path)
    assert room in FLOOR_OF, f"{room} has no floor yet: give it one in FLOORS"
    for module in imported(path):
        if module == "gan_core" or not module.startswith("gan_core."):
            continue
        other = module.split(".")[1]
        if other in ("__version__", room):
            continue
        assert FLOOR_OF[other] < FLOOR_OF[room], f"{room} may not import {other}: it stands on the same floor or above"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_gradio_is_imported_by_the_screen_alone(path: Path) -> None:
    if room_of(path) != "ui":
        assert not any(module.split(".")[0].startswith("gradio") for module in imported(path))


def test_only_what_is_planned_lies_at_the_top() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and (path.name == ".ci" or path.name[0] != ".")}
    made = {"build", "runs", "gan_workbench.egg-info", "__pycache__"}
    assert folders - made == {"gan_core", "pretrained", "tests", "assets", ".ci"}


def test_weights_are_small_enough_to_clone_and_never_pickled() -> None:
    for path in (ROOT / "pretrained").iterdir():
        assert path.suffix in (".safetensors", ".md"), path.name
        assert path.stat().st_size < 12 * 2**20, path.name
