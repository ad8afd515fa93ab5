"""What has to be installed: one list in three places, and a sentence where something is missing."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from gan_core import dependencies

ROOT = Path(__file__).parents[1]
BLOCKED = """
import sys, runpy
for module in sys.argv[1].split(","):
    sys.modules[module] = None
sys.argv = ["app.py", *sys.argv[2:]]
runpy.run_path("app.py", run_name="__main__")
"""


def wanted() -> list[str]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]


def name_of(requirement: str) -> str:
    return re.split(r"[<>=!~\[; ]", requirement, maxsplit=1)[0]


def test_a_space_installs_what_the_package_asks_for() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == wanted()


def test_every_dependency_is_looked_for_at_the_start() -> None:
    assert sorted(dependencies.MODULES) == sorted(map(name_of, wanted()))
    assert dependencies.missing() == []


def test_the_gradio_of_the_space_is_one_that_the_package_takes() -> None:
    front_matter = (ROOT / "README.md").read_text(encoding="utf-8").split("---")[1]
    version = re.search(r"sdk_version: (\d+)\.(\d+)", front_matter)
    lowest = re.search(r"gradio>=(\d+)\.(\d+),<(\d+)", " ".join(wanted()))
    assert version is not None
    assert lowest is not None
    major, minor, above = (int(part) for part in lowest.groups())
    assert (major, minor) <= (int(version[1]), int(version[2])) < (above, 0)
    assert "app_file: app.py" in front_matter


@pytest.mark.parametrize(("modules", "named"), [("torch", "torch is"), ("PIL,gradio", "gradio and pillow are")])
def test_a_missing_library_is_named_in_one_line(modules: str, named: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED, modules], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith(named)
    assert done.stderr.count("\n") == 1
    assert "pip install -r requirements.txt" in done.stderr
    assert done.stdout == "", "the app does not say that it is ready"


def test_help_is_there_without_any_library() -> None:
    command = [sys.executable, "-c", BLOCKED, ",".join(dependencies.MODULES.values()), "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0
    assert "--allow-host" in done.stdout
