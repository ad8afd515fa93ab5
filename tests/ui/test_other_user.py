"""People who are not root: a folder for the runs that they may not write or enter is said, and the rest works."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gan_core.errors import InputError
from gan_core.models import ModelCatalog
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder, list_runs
from gan_core.runs.root_folder import runs_problem

ROOT = Path(__file__).parents[2]
NOBODY = 65534

PAGE = """
import asyncio, inspect, json, sys
from gan_core.ui.launch import Options, make_demo

demo = make_demo(Options(runs=sys.argv[1], device="cpu"))
functions = {
    (block.elem_id, name): function
    for block in demo.blocks.values() for name, function in vars(block).items() if getattr(function, "_is_server_fn", False)
}
def ask(place, name, **request):
    answer = functions[place, name](request)
    answer = asyncio.run(answer) if inspect.iscoroutine(answer) else answer
    return json.loads(answer.body) if hasattr(answer, "body") else answer

answers = {
    "translate": ask("translate", "translators"),
    "explore": ask("explore", "models"),
    "drawn": ask("explore", "draw", model="glyphs", latent={"kind": "seed", "seed": 1}),
    "kept": ask("explore", "favourites", model="glyphs"),
    "shelf": ask("shelf", "listing"),
    "poll": ask("train-live", "poll"),
}
from gan_core.recipes import Recipe
from gan_core.errors import InputError
try:
    from gan_core.training.session import create
    create(Recipe.named("dcgan").replace(steps=1), demo.context.runs.root, None)
    answers["start"] = ""
except InputError as error:
    answers["start"] = str(error)
print("ANSWERS " + json.dumps(answers))
demo.context.shutdown()
"""


@pytest.fixture(scope="module")
def python() -> str:
    """An interpreter that the other user may run, with what this project needs; skips where there is none."""
    if os.name != "posix":
        pytest.skip("this system has no such user")
    for candidate in (sys.executable, shutil.which("python3", path="/usr/bin:/usr/local/bin")):
        with contextlib.suppress(OSError):
            if candidate and not run([candidate, "-c", "import gan_core, gradio, torch"], Path("/tmp")).returncode:
                return candidate
    pytest.skip("nobody else may read this project here")


def run(command: list[str], home: Path) -> subprocess.CompletedProcess[str]:
    """Run as a user who may read this project, and write nowhere but in `home`."""
    other: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
    environment = {
        **{name: value for name, value in os.environ.items() if name != "GRADIO_TEMP_DIR"},  # this process's own
        "PYTHONPATH": os.pathsep.join([str(ROOT), sysconfig.get_paths()["purelib"]]),
        "PYTHONDONTWRITEBYTECODE": "1",
        **dict.fromkeys(("HOME", "XDG_CACHE_HOME", "GAN_WORKBENCH_CACHE"), str(home)),
    }
    return subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=150, check=False, **other
    )


@pytest.fixture
def entered() -> Iterator[Path]:
    """A folder that everybody may enter and nobody else may write to; pytest keeps others out of its own folders."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755 if os.getuid() == 0 else 0o555)
        yield place
        place.chmod(0o755)


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder that nobody else may enter."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o700 if os.getuid() == 0 else 0o000)
        yield place
        place.chmod(0o700)


@pytest.fixture
def home() -> Iterator[Path]:
    """Where the other user may write uploads and caches."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


def test_the_page_works_without_a_folder_for_runs(python: str, closed: Path, home: Path) -> None:
    done = run([python, "-c", PAGE, str(closed / "runs")], home)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("ANSWERS "))
    answers = json.loads(line.removeprefix("ANSWERS "))
    assert {"summer-winter", "doodle-to-emoji"} <= {model["id"] for model in answers["translate"]["models"]}
    assert {"glyphs", "clothing"} <= {model["id"] for model in listed(answers["explore"])}
    assert answers["drawn"]["picture"].startswith("data:image")
    assert answers["kept"] == {"favourites": []}
    assert [card["name"] for card in answers["shelf"]["models"]]
    assert answers["shelf"]["runs"] == []
    assert any("Permission denied" in sentence for sentence in answers["shelf"]["problems"])
    assert "error" not in answers["poll"]
    assert answers["start"].startswith("Nothing can be trained: the folder ")
    assert answers["start"].endswith("choose a folder of yours with --runs FOLDER.")


def listed(answer: Any) -> list[dict[str, Any]]:
    return answer["models"] if isinstance(answer, dict) else answer


@pytest.mark.parametrize("where", ["below a closed folder", "in a folder of somebody else"])
def test_the_app_says_at_its_start_that_nothing_can_be_trained(
    python: str, closed: Path, entered: Path, home: Path, where: str
) -> None:
    runs = (closed if where == "below a closed folder" else entered) / "runs"
    program = (
        "import sys; from gan_core.ui.launch import Options, StartUp, make_demo, serve\n"
        "options = Options(runs=sys.argv[1], device='cpu')\n"
        "demo = make_demo(options); demo.block_thread = lambda: None\n"
        "sys.exit(serve(demo, options, StartUp()))\n"
    )
    done = run([python, "-c", program, str(runs)], home)
    assert done.returncode == 0, done.stderr
    assert "Ready after" in done.stdout, "what is shipped works"
    (warning,) = (line for line in done.stderr.splitlines() if line.startswith("WARNING"))
    assert "Nothing can be trained" in warning
    assert str(runs) in warning
    assert "Traceback" not in done.stderr


# For any user -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["a file", "below a file", "NUL"])
def test_what_can_be_no_folder_ends_the_start_with_code_2(tmp_path: Path, kind: str) -> None:
    (tmp_path / "file").write_text("no folder")
    place = {"a file": str(tmp_path / "file"), "below a file": str(tmp_path / "file" / "a" / "runs"), "NUL": "a\0b"}[
        kind
    ]
    with pytest.raises(InputError, match="--runs FOLDER"):
        runs_problem(place)
    with pytest.raises(InputError, match="--runs FOLDER"):
        RunFolder.create(Path(place), Recipe.named("dcgan"))
    if kind == "NUL":
        return
    done = subprocess.run(
        [sys.executable, "app.py", "--runs", place, "--port", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")},
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "--runs FOLDER" in done.stderr


def test_a_folder_that_is_not_there_yet_is_fine_and_is_not_made_by_asking(tmp_path: Path) -> None:
    assert runs_problem(tmp_path / "a" / "b" / "runs") == ""
    assert runs_problem(tmp_path) == ""
    assert list(tmp_path.iterdir()) == []


def test_shipped_models_are_listed_whatever_the_folder_of_runs_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    for root in (tmp_path / "file", tmp_path / "file" / "runs", tmp_path / "nothing"):
        assert "glyphs" in [entry.name for entry in ModelCatalog(root).entries()]
        assert list_runs(root) == []


def test_a_refusing_folder_hides_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a closed folder does, for a user whom no folder refuses."""

    def refuse(self: Path, *arguments: Any) -> Any:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "glob", refuse)
    monkeypatch.setattr(Path, "is_dir", refuse)
    assert list_runs(tmp_path) == []
    assert "glyphs" in [entry.name for entry in ModelCatalog(tmp_path).entries()]
    assert "Permission denied" in runs_problem(tmp_path / "runs")
