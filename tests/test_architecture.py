"""The layers of the architecture, checked: imports go only downwards, and `ui` alone imports gradio."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "gan_core"

LAYERS: tuple[tuple[str, ...], ...] = (
    ("version", "dependencies", "errors", "files", "signals"),
    ("paths", "records", "json_files", "file_cache", "reference_levels", "fetching"),
    ("tensor_files", "parts"),
    ("cards", "devices", "images", "recipes"),
    ("networks", "objectives", "penalties", "optimizers", "data"),
    ("games",),
    ("solvers",),
    ("assembly",),
    ("analytic_games", "translation", "runs"),
    ("models",),
    ("metrics",),
    ("training", "plane"),
    ("latents", "projection", "memorization", "compare"),
    ("benchmarks",),
    ("cli",),
    ("__main__",),
    ("ui",),
)
"""From the ground up. Packages of one layer do not import each other."""

LEVEL_OF = {package: level for level, packages in enumerate(LAYERS) for package in packages}


def package_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def imported(path: Path) -> list[str]:
    """Every module that the file imports, anywhere in it, lazily or for types alone."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the layer they lead to"
            module = node.module or ""
            # `from gan_core import data` names the package in the alias.
            found += (f"{module}.{alias.name}" for alias in node.names) if module == "gan_core" else [module]
    return found


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_downwards(path: Path) -> None:
    package = package_of(path)
    assert package in LEVEL_OF, f"{package} has no layer yet: give it one in LAYERS"
    for module in imported(path):
        if module == "gan_core" or not module.startswith("gan_core."):
            continue
        other = module.split(".")[1]
        if other in ("__version__", package):
            continue
        assert LEVEL_OF[other] < LEVEL_OF[package], (
            f"{package} may not import {other}: it is in the same layer or above"
        )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_gradio_is_imported_by_ui_alone(path: Path) -> None:
    if package_of(path) != "ui":
        assert not any(module.split(".")[0].startswith("gradio") for module in imported(path))


def test_only_what_is_planned_lies_at_the_top() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and (path.name == ".ci" or path.name[0] != ".")}
    made = {"build", "runs", "gan_workbench.egg-info", "__pycache__"}
    assert folders - made == {"gan_core", "pretrained", "tests", "assets", "docs", ".ci"}


def test_weights_are_small_enough_to_clone_and_never_pickled() -> None:
    for path in (ROOT / "pretrained").iterdir():
        assert path.suffix in (".safetensors", ".md"), path.name
        assert path.stat().st_size < 12 * 2**20, path.name
