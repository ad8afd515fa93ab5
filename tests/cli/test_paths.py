"""G2, G3: whatever is wrong with a path, every command answers with one line and code 2."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from gan_core.cli import build_parser, main
from tests.cli.conftest import Shell, picture, zip_of
from tests.translation.toy_films import film

INPUTS: dict[str, list[str]] = {
    "check-data": ["check-data", "{}"],
    "check-data B": ["check-data", "glyphs", "{}"],
    "train recipe": ["train", "{}.json"],
    "train data": ["train", "dcgan", "--data", "{}", "--steps", "1"],
    "train data-b": ["train", "cyclegan", "--data", "pictures", "--data-b", "{}", "--steps", "1"],
    "train set": ["train", "dcgan", "--steps", "1", "--set", "data={}"],
    "train from": ["train", "dcgan", "--from", "{}", "--steps", "1"],
    "train resume": ["train", "--resume", "{}"],
    "estimate": ["estimate", "{}.json"],
    "sample": ["sample", "{}", "--out", "a.png"],
    "walk": ["walk", "{}", "--seeds", "1,2", "--out", "a.gif"],
    "walk path": ["walk", "digits", "--path", "{}.json", "--out", "a.gif"],
    "directions": ["directions", "{}"],
    "directions data": ["directions", "digits", "--data", "{}"],
    "time-lapse": ["time-lapse", "{}", "--out", "a.gif"],
    "translate model": ["translate", "{}", "one.png", "--out", "out"],
    "translate": ["translate", "seasons", "{}", "--out", "out"],
    "evaluate": ["evaluate", "{}"],
    "evaluate data": ["evaluate", "digits", "--data", "{}"],
    "race": ["race", "{}.json", "gan", "--data", "pictures", "--steps", "1"],
    "race data": ["race", "dcgan", "gan", "--data", "{}", "--steps", "1"],
    "race resume": ["race", "--resume", "{}"],
    "trace": ["trace", "{}.json", "--solver", "sga", "--step-size", "0.1", "--steps", "1"],
    "import-weights": ["import-weights", "{}.pth"],
    "import-weights back": ["import-weights", "one.png", "--back", "{}.pth"],
    "export-onnx": ["export-onnx", "{}", "--out", "a.onnx"],
    "parts": ["parts", "--plugin", "{}.py"],
}
"""Commands that read what `{}` names."""
OUTPUTS: dict[str, list[str]] = {
    "train": ["train", "dcgan", "--data", "pictures", "--steps", "1", "--out", "{}/run"],
    "sample": ["sample", "digits", "--count", "1", "--out", "{}/a.png"],
    "walk": ["walk", "digits", "--seeds", "1", "--frames", "2", "--out", "{}/a.gif"],
    "translate": ["translate", "seasons", "one.png", "--out", "{}/out"],
    "race": ["race", "dcgan", "gan", "--data", "pictures", "--steps", "1", "--out", "{}/comparison"],
    "import-weights": ["import-weights", "{}.pth", "--out", "{}/m.safetensors"],
    "export-onnx": ["export-onnx", "digits", "--out", "{}/a.onnx"],
}
"""Commands that write below `{}`."""
ROOTS = {"runs": ["runs", "--runs", "{}"], "models": ["models", "--runs", "{}"]}


def filled(command: list[str], path: str) -> list[str]:
    return [part.replace("{}", path) for part in command]


@pytest.fixture
def place(here: Path, digits: str, seasons: str) -> Path:
    for number in range(5):
        picture(here / "pictures" / f"{number}.png", seed=number)
    picture(here / "one.png")
    (here / "file").write_text("words")
    (here / "folder.json").mkdir()
    (here / "folder.pth").mkdir()
    (here / "folder.py").mkdir()
    (here / "folder").mkdir()
    return here


@pytest.mark.parametrize("name", INPUTS)
def test_every_command_that_reads_answers_a_bad_path_in_a_sentence(shell: Shell, place: Path, name: str) -> None:
    for path in (
        "a\0b",
        "./a\0b",
        "./" + "n" * 5000,
        "./" + "n/" * 3000 + "x",
        "file/below",
        "./nothing/there",
        "folder",
    ):
        if name.startswith("check-data") and path == "folder":
            continue  # that is what it is asked: whether there is enough in it
        answer = shell(*filled(INPUTS[name], path))
        said = [each for each in answer.complaints if not each.startswith("Comparing in ")]
        assert (answer.code, len(said)) == (2, 1), (path[:20], answer.err[:500])
        assert said[0].endswith("."), said
        assert answer.out == ""


@pytest.mark.parametrize("name", OUTPUTS)
def test_every_command_that_writes_answers_a_bad_path_in_a_sentence(shell: Shell, place: Path, name: str) -> None:
    for path in ("a\0b", "n" * 5000, "file"):
        answer = shell(*filled(OUTPUTS[name], path))
        assert (answer.code, len(answer.complaints)) == (2, 1), (path[:20], answer.err[:500])


@pytest.mark.parametrize("name", ROOTS)
def test_a_folder_of_runs_that_is_none(shell: Shell, place: Path, name: str) -> None:
    for path in ("a\0b", "file"):
        answer = shell(*filled(ROOTS[name], path))
        assert (answer.code, len(answer.complaints)) == (2, 1), answer.err


def test_every_command_is_among_those_tried() -> None:
    tried = {command[0] for table in (INPUTS, OUTPUTS, ROOTS) for command in table.values()}
    (commands,) = (action.choices for action in build_parser()._actions if action.dest == "command")
    assert commands is not None
    without_paths = {"recipes", "datasets", "catalogue", "bench"}
    assert set(commands) - tried - without_paths == set()


# -- as somebody who may not do everything -----------------------------------------------------------------------------

ORDINARY = '''
import ctypes, io, json, os, sys
from contextlib import redirect_stderr, redirect_stdout

def be_ordinary():
    """Give up what lets root into every folder, as everybody else is: the kernel then looks at the modes."""
    if os.geteuid() != 0:
        return
    if sys.platform != "linux":
        os.setuid(65534)
        return
    class Header(ctypes.Structure):
        _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]
    libc = ctypes.CDLL(None, use_errno=True)
    header, none = Header(0x20080522, 0), (ctypes.c_uint32 * 6)()
    if libc.capset(ctypes.byref(header), none):
        raise OSError(ctypes.get_errno(), "capset")

be_ordinary()
from gan_core.cli import main
answers = []
for command in json.load(sys.stdin):
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = main(command)
        except BaseException as error:
            code = repr(error)
    answers.append((code, out.getvalue(), err.getvalue()))
json.dump(answers, sys.stdout)
'''


def as_ordinary(commands: list[list[str]]) -> list[tuple[int | str, str, str]]:
    """What the shell answers somebody who is not root, in one process for all of `commands`."""
    done = subprocess.run(
        [sys.executable, "-c", ORDINARY],
        input=json.dumps(commands),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    assert done.returncode == 0, done.stderr
    return [tuple(answer) for answer in json.loads(done.stdout)]


@pytest.fixture
def locked(place: Path) -> Path:
    """A folder that may not be entered, and files that may not be read."""
    for number in range(5):
        picture(place / "some" / f"{number}.png", seed=number)
        picture(place / "some" / "sub" / f"{number}.png", seed=10 + number)
    picture(place / "some" / "mine.png", seed=30)
    content = (place / "one.png").read_bytes()
    zip_of(place / "secret.zip", {"a.png": content})
    for name in ("secret", "secret.json", "secret.pth", "secret.py", "secret.safetensors"):
        (place / name).write_bytes(content)
    (place / "closed").mkdir()
    shut = [*(place / name for name in ("closed", "some/sub", "some/mine.png", "secret.zip"))]
    shut += [place / f"secret{ending}" for ending in ("", ".json", ".pth", ".py", ".safetensors")]
    for path in shut:
        path.chmod(0)
    yield place
    for path in shut:
        path.chmod(0o700)


def test_closed_folders_and_files_are_answered_in_a_sentence(locked: Path) -> None:
    reading = [command for name, command in INPUTS.items() if name != "import-weights back"]  # its first file is none
    commands = [filled(command, path) for command in reading for path in ("closed/x", "./secret")]
    commands += [filled(command, "closed/x") for command in OUTPUTS.values()]
    commands += [filled(command, path) for command in ROOTS.values() for path in ("closed", "closed/x")]
    commands += [
        ["check-data", "closed"],
        ["check-data", "secret.zip"],
        ["sample", "secret.safetensors", "--out", "a.png"],
    ]
    commands += [
        ["translate", "seasons", "secret.zip", "--out", "out"],
        ["translate", "seasons", "closed", "--out", "out"],
    ]
    for command, (code, out, err) in zip(commands, as_ordinary(commands), strict=True):
        assert code == 2, (command, code, err)
        said = [each for each in err.splitlines() if not each.startswith("Comparing in ")]
        assert len(said) == 1, (command, err)
        if "--resume" not in command or "closed/x" in command:  # a file is no run, whoever may read it
            assert "Permission denied" in err, (command, err)
        assert out == ""


def test_a_locked_film_and_a_locked_place_for_one_are_told(locked: Path) -> None:
    for name in ("mine.mp4", "open.mp4"):
        film(locked / name)
    (locked / "mine.mp4").chmod(0)
    commands = [
        ["translate", "seasons", "mine.mp4", "--out", "out"],
        ["translate", "seasons", "open.mp4", "--out", "closed/x"],
        ["translate", "seasons", "open.mp4", "one.png", "--out", "closed"],
    ]
    reading, writing, both = as_ordinary(commands)
    assert [code for code, _, _ in (reading, writing, both)] == [2, 2, 2]
    assert "mine.mp4 may not be read (Permission denied): ask its owner, or choose another.\n" in reading[2]
    assert "Permission denied" in writing[2]
    assert "closed/open.mp4 cannot be written: Permission denied." in both[2]
    assert "closed/one.png cannot be written: Permission denied." in both[2]


def test_what_is_locked_among_pictures_is_counted(locked: Path) -> None:
    tiny = ["latent_dim=4", "generator.width=2", "discriminator.width=2", "batch_size=4", "size=32"]
    commands = [
        ["check-data", "some", "--size", "16"],
        ["check-data", "some", "--size", "16", "--json"],
        ["train", "dcgan", "--data", "some", "--steps", "1", "--out", "runs/x", "--set", *tiny],
        ["translate", "seasons", "some", "--out", "out"],
    ]
    line = "1 file and 1 folder left out: 1 locked folder, 1 locked."
    words, document, training, batch = as_ordinary(commands)
    assert line in words[1]
    assert json.loads(document[1])["left_out"][""]["kinds"] == {"locked folder": 1, "locked": 1}
    assert training[0] == 0, training[2]
    assert line in training[2]
    assert "sub may not be read (Permission denied)." in training[2]
    assert batch[0] == 2
    assert "1 folder left out: 1 locked folder." in batch[2]
    assert "mine.png may not be read (Permission denied)" in batch[2]
    assert len(list((locked / "out").rglob("*.png"))) == 5


# -- streams: C11 ------------------------------------------------------------------------------------------------------


EACH = """
import json, pathlib, sys
from gan_core.cli import main
codes = [main(command) for command in json.loads(pathlib.Path("commands.json").read_text("utf-8"))]
pathlib.Path("codes.json").write_text(json.dumps(codes))
"""


@pytest.fixture
def of_every_script(place: Path) -> list[list[str]]:
    """Commands that name files in Chinese, the last of them one that there is not."""
    for number in range(6):
        picture(place / "图片" / f"猫{number}.png", seed=number)
    (place / "图片" / "说明.txt").write_text("x")
    tiny = ["latent_dim=4", "generator.width=2", "discriminator.width=2", "batch_size=4", "size=32"]
    return [
        ["check-data", "图片", "--size", "64"],
        ["train", "dcgan", "--data", "图片", "--steps", "2", "--out", "runs/x", "--set", *tiny],
        ["sample", "猫", "--out", "a.png"],
    ]


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "utf-8", "utf-16"])
def test_names_of_every_script_are_printed_in_every_encoding(
    of_every_script: list[list[str]], encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On streams as Python makes them for `PYTHONIOENCODING`."""
    out, err = io.BytesIO(), io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding, "strict", write_through=True))
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding, "backslashreplace", write_through=True))
    assert [main(command) for command in of_every_script] == [0, 0, 2]
    assert "6 pictures" in out.getvalue().decode(encoding)
    said = err.getvalue().decode(encoding)
    assert "There is no model named" in said
    assert "Traceback" not in said


def test_names_of_every_script_are_printed_by_a_process_that_knows_ascii_only(
    place: Path, of_every_script: list[list[str]]
) -> None:
    (place / "commands.json").write_text(json.dumps(of_every_script), "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", EACH],
        capture_output=True,
        check=False,
        timeout=300,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C.UTF-8"},
    )
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    assert json.loads((place / "codes.json").read_text()) == [0, 0, 2], done.stderr


@pytest.mark.parametrize("redirection", [">&-", "2>&-", ">&- 2>&-", "| head -0", "2>/dev/full"])
def test_a_training_outlives_its_readers(place: Path, redirection: str) -> None:
    tiny = "latent_dim=4 generator.width=2 discriminator.width=2 batch_size=4 size=32"
    command = f"train dcgan --data pictures --steps 3 --out runs/x --set {tiny}"
    done = subprocess.run(
        f"'{sys.executable}' -m gan_core {command} {redirection}",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "Traceback" not in done.stderr
    assert json.loads((place / "runs" / "x" / "status.json").read_text())["state"] == "finished"


def test_a_full_device_is_failed_work(place: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.fail("this system has no /dev/full") if sys.platform == "linux" else None
        return
    done = subprocess.run(
        f"'{sys.executable}' -m gan_core recipes --json > /dev/full",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "No space left" in done.stderr


def test_the_pictures_of_these_tests_are_pictures(place: Path) -> None:
    with Image.open(place / "one.png") as image:
        assert image.size == (20, 16)
    assert main(["check-data", "pictures", "--size", "16"]) == 0
