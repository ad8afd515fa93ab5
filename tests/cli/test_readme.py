"""G4: the commands of the README, as they are written there: all are understood, and the quick ones are run."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from gan_core.cli import build_parser, main
from gan_core.cli.race import _settings as race_settings
from gan_core.cli.training import recipe_from
from gan_core.race import Terms, entry_from, plan
from gan_core.training.trainer import check_parts
from tests.cli.conftest import picture, zip_of

README = Path(__file__).parents[2] / "README.md"
COMMANDS = [
    shlex.split(line.strip(), comments=True)[3:]
    for line in README.read_text(encoding="utf-8").splitlines()
    if re.match(r" +python -m gan_core ", line)
]
LONG = ("estimate", "evaluate", "race", "bench", "export-onnx", "time-lapse")
"""What measures this machine, trains classifiers or races for minutes; their own tests run them at small sizes."""


def shown(command: list[str]) -> str:
    return " ".join(command)


def test_the_readme_has_commands() -> None:
    assert len(COMMANDS) > 15
    assert {"train", "sample", "walk", "translate", "race"} <= {command[0] for command in COMMANDS}


@pytest.mark.parametrize("command", COMMANDS, ids=shown)
def test_every_command_is_understood(command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    options = build_parser().parse_args(command)
    if command[0] in ("train", "estimate") and options.recipe:
        options.__dict__.setdefault("data", None)
        for name in ("data_b", "seed"):
            options.__dict__.setdefault(name, None)
        check_parts(recipe_from(options))
    if command[0] == "race":
        common, own = race_settings(options.set)
        terms = Terms(seeds=(0, 1, 2), minutes=options.minutes)
        planned = plan([entry_from(text) for text in options.recipes], terms, data=options.data, settings=common, own_settings=own)  # fmt: skip
        for entry in planned.entries:
            check_parts(entry.recipe)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the README's reader has: pictures, a game, and a run called `mine`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GAN_WORKBENCH_RUNS", str(tmp_path / "runs"))
    for name in ("pictures", "summer", "winter", "unseen"):
        for number in range(6):
            picture(tmp_path / "my" / name / f"{number}.png", (64, 64), seed=number + 10 * len(name))
    picture(tmp_path / "holiday.jpg", (48, 40))
    zip_of(tmp_path / "album.zip", {"a.jpg": (tmp_path / "holiday.jpg").read_bytes()})
    game = {"kind": "quadratic", "P": [[1]], "A": [[1]], "Q": [[1]], "x": [1], "y": [1]}
    (tmp_path / "game.json").write_text(json.dumps(game))
    return tmp_path


QUICK = [
    *(
        command
        for command in COMMANDS
        if command[0] in ("recipes", "check-data", "catalogue", "trace", "sample", "walk")
    ),
    *([name] for name in ("datasets", "models", "runs")),
]
QUICK = [command for command in QUICK if not any(part.startswith("runs/") for part in command)]
"""Without those on a run that was measured, which `test_names_of_runs` tries."""
TRAININGS = [command for command in COMMANDS if command[0] == "train" and "--resume" not in command]
SMALL = {"dcgan": "generator.width=2 discriminator.width=2 batch_size=4", "fastcut": "size=16 generator.width=2 generator.blocks=1 discriminator.width=2 discriminator.layers=1"}  # fmt: skip


@pytest.mark.parametrize("command", QUICK, ids=shown)
def test_quick_commands_are_run(command: list[str], desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if "--path" in command:  # the film that the command before it wrote
        assert main(["walk", "glyphs", "--seeds", "1,2", "--frames", "2", "--out", "walk.mp4"]) == 0
    if command[0] == "walk" and "--seeds" in command:
        command = [*command, "--frames", "3"]
    assert main(command) == 0, capsys.readouterr().err


@pytest.mark.parametrize("command", TRAININGS, ids=shown)
def test_trainings_begin_and_go_on(command: list[str], desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if "--minutes" in command:
        place = command.index("--minutes")
        command = command[:place] + command[place + 2 :]
    small = SMALL[command[1]].split()
    assert main([*command, "--steps", "1", "--set", *small]) == 0, capsys.readouterr().err
    (run,) = (desk / "runs").iterdir()
    assert main(["train", "--resume", str(run), "--steps", "2"]) == 0, capsys.readouterr().err
