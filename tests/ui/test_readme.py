"""G4: the README's other lines: starts of the app, and blocks of Python, as they are written there.

Two kinds are not typed here. Installations need a network: `.ci/run` types the one of the tests, found in the README. And
`--host 0.0.0.0` without a login would open this machine to its network: there a local address is put behind it.
"""

from __future__ import annotations

import contextlib
import os
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from gan_core.recipes import PRESETS, Recipe
from gan_core.ui.launch import Options
from tests.ports import free_port
from tests.readme import BLOCKS, INSTALLS, README, STARTS

ROOT = README.parent
PATIENCE = 600
"""Seconds after which an app that a line started is ended, whatever it does: many processes may share this machine."""


@contextlib.contextmanager
def started(line: list[str], place: Path) -> Iterator[tuple[str, list[str]]]:
    """The app as `line` starts it, on a free port: its local address, and what it says by the time it is ready."""
    port = free_port()
    at = line.index("python")
    variables = dict(each.split("=", 1) for each in line[:at])
    arguments = line[at + 1 :]
    if "--auth" not in arguments:
        arguments += ["--host", "127.0.0.1"]
    environment = {**os.environ, **variables, "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "default"}
    environment |= {"GRADIO_TEMP_DIR": str(place / "uploads"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, *arguments, "--port", str(port), "--runs", str(place / "runs"), "--device", "cpu"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    alarm = threading.Timer(PATIENCE, process.kill)
    alarm.start()
    said: list[str] = []
    try:
        for text in process.stdout:
            said.append(text.strip())
            if text.startswith("Ready"):
                break
        else:
            pytest.fail("\n".join(said))
        yield f"http://127.0.0.1:{port}", said
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.wait() == 0
    finally:
        alarm.cancel()
        process.kill()
        process.wait()
        process.stdout.close()


def run(block: str, **given: Any) -> dict[str, Any]:
    """What the names of a block stand for once it has run, in the working folder."""
    Path("block.py").write_text(block, encoding="utf-8")
    return runpy.run_path("block.py", given)


def test_every_line_that_installs_or_starts_is_known() -> None:
    assert len(STARTS) >= 3
    assert all(" && " in line for line in INSTALLS)
    typed = {line.split(" && ")[1] for line in INSTALLS}
    assert typed == {"python app.py", "python -m pytest"}


@pytest.mark.parametrize("line", STARTS, ids=" ".join)
def test_the_app_starts_and_answers_to_its_names(line: list[str], tmp_path: Path) -> None:
    options = Options.parse(line[line.index("app.py") + 1 :])
    with (
        started(line, tmp_path) as (address, said),
        httpx.Client(base_url=address, trust_env=False, timeout=PATIENCE) as client,
    ):
        assert any(text.startswith("GAN Workbench is at http") for text in said)
        assert any("WARNING" in text for text in said) == bool(options.warning)
        assert client.get("/").status_code == 200
        assert client.get("/config").status_code == (401 if options.auth else 200)
        if options.auth:
            user, password = options.auth
            assert client.post("/login", data={"username": user, "password": password}).status_code == 200
            assert client.get("/config").status_code == 200
        for name in options.allow_hosts:
            answer = client.get("/config", headers={"Host": name})
            assert answer.status_code == 200
            if "GRADIO_ROOT_PATH" in line[0]:
                assert line[0].partition("=")[2] in answer.json()["root"]
        assert client.get("/config", headers={"Host": "evil.example"}).status_code >= 400


def test_the_block_of_a_program_runs_against_the_app_that_the_first_line_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`python app.py` takes the first free port from 7860 on, which is not known before: the block's is exchanged."""
    (install,) = (line for line in INSTALLS if "app.py" in line)
    (block,) = (block for block in BLOCKS if "gradio_client" in block)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "answers"))
    Image.new("RGB", (61, 40), (30, 120, 40)).save("holiday.jpg")
    with started(install.split(" && ")[1].split(), tmp_path) as (address, _):
        assert "http://127.0.0.1:7860" in block
        names = run(block.replace("http://127.0.0.1:7860", address))
    made = Path(names["translated"])
    assert made.name == "holiday.jpg"
    with Image.open(made) as image:
        assert (image.size, image.format) == ((61, 40), "JPEG")


@pytest.mark.usefixtures("coarse")
def test_the_block_of_python_runs(
    tmp_path: Path, tiny_recipe: Recipe, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All of it, its 500 steps too: only the recipe is a narrow one of the same name."""
    (block,) = (block for block in BLOCKS if "gradio_client" not in block)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(PRESETS, "dcgan", tiny_recipe.replace(name="dcgan", steps=None))
    names = run(block, pil_image=Image.new("RGB", (61, 40), (30, 120, 40)))
    assert names["images"].shape == (16, *names["images"].shape[1:3], 3)
    assert names["images"].dtype == "uint8"
    assert names["picture"].size == (61, 40)
    assert names["event"]["kind"]
    assert "500" in capsys.readouterr().out
