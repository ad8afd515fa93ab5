"""G4: every command of the README is run as it is written there, in a folder that has what it names.

What would take long gets options behind it that make it small (`SMALLER`), tiny runs under the README's names, and coarse
measurements (`coarse`): how good those are is tested where they live.
"""

from __future__ import annotations

import json
import shutil
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from gan_core import benchmarks
from gan_core.assembly import check_parts
from gan_core.cli import build_parser, main
from gan_core.cli.compare import _settings as comparison_settings
from gan_core.cli.training import recipe_from
from gan_core.compare import BenchmarkConfig, candidate_from, plan
from gan_core.latents.video import write_video
from gan_core.models import load_model
from gan_core.recipes import PRESETS, Part, Recipe
from gan_core.runs import RunFolder, list_runs
from tests.cli.conftest import picture, zip_of
from tests.coarse import make_coarse
from tests.readme import COMMANDS, OTHERS
from tests.translation.layout_table import Resnet

TINY = ["generator.width=2", "discriminator.width=2", "batch_size=4"]
TINY_PAIR = ["size=16", "generator.width=2", "generator.blocks=1", "discriminator.width=2", "discriminator.layers=1"]
TINY_PAIRED = ["size=16", "generator.width=2", "generator.levels=2", "discriminator.width=2", "discriminator.layers=1"]
TINY_COMPARISON = ["batch_size=4", "dcgan:generator.width=2", "dcgan:discriminator.width=2", "gcdg:generator.width=2", "gcdg:discriminator.width=2"]  # fmt: skip
SMALLER = {
    "train dcgan --from glyphs": ["--steps", "2"],
    "train dcgan --from runs/mine": ["--steps", "2", "--set", "batch_size=4"],
    "train cyclegan --from summer-winter": [
        "--steps",
        "1",
        "--set",
        "size=16",
        "discriminator.width=2",
        "discriminator.layers=1",
    ],
    "train dcgan": ["--steps", "2", "--set", *TINY],
    "train fastcut": ["--steps", "1", "--set", *TINY_PAIR],
    "train pix2pix": ["--steps", "1", "--set", *TINY_PAIRED],
    "walk glyphs --seeds": ["--frames", "3"],
    "time-lapse": ["--seconds", "0.4", "--rest", "0.1"],
    "estimate cyclegan": ["generator.width=2", "generator.blocks=1", "discriminator.width=2"],
    "evaluate glyphs": ["--count", "60"],
    "directions runs/digits": ["--count", "100"],
    "race dcgan gcdg": ["--minutes", "0.005", "--samples", "100", "--set", *TINY_COMPARISON],
}
"""What is put behind the commands that begin so. A later limit wins over an earlier one."""


def shown(command: list[str]) -> str:
    return " ".join(command)


def test_the_readme_has_commands_and_nothing_that_is_not_tried() -> None:
    assert len(COMMANDS) > 20
    assert {"train", "sample", "walk", "translate", "race", "bench"} <= {command[0] for command in COMMANDS}
    assert not OTHERS
    assert all(any(shown(command).startswith(start) for command in COMMANDS) for start in SMALLER)


@pytest.mark.parametrize("command", COMMANDS, ids=shown)
def test_every_command_is_understood(command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the sizes that are written there: recipes and their settings go together."""
    monkeypatch.chdir(tmp_path)
    options = build_parser().parse_args(command)
    if command[0] in ("train", "estimate") and options.recipe:
        options.__dict__.setdefault("data", None)
        for name in ("data_b", "seed", "pairs", "class_column"):
            options.__dict__.setdefault(name, None)
        check_parts(recipe_from(options))
    if command[0] == "race":
        common, own = comparison_settings(options.set)
        terms = BenchmarkConfig(seeds=(0, 1, 2), minutes=options.minutes)
        planned = plan([candidate_from(text) for text in options.recipes], terms, data=options.data, settings=common, own_settings=own)  # fmt: skip
        for entry in planned.entries:
            check_parts(entry.recipe)


def film(path: Path, frames: int = 3) -> None:
    rows = np.random.default_rng(0).integers(0, 256, (frames, 32, 40, 3), dtype=np.uint8)
    write_video(path, iter(rows), 10)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the README's reader has: pictures, a film, weights of elsewhere, a game, and the runs `mine` and `digits`."""
    place = tmp_path_factory.mktemp("reader")
    for name in ("lines", "coloured", "both/lines", "both/colour", "pictures", "summer", "winter", "unseen"):
        for number in range(12):
            picture(place / "my" / name / f"{number}.png", (64, 64), seed=number + 100 * len(name))
    picture(place / "holiday.jpg", (48, 40))
    zip_of(place / "album.zip", {"a.jpg": (place / "holiday.jpg").read_bytes()})
    film(place / "clip.mp4")
    game = {"kind": "quadratic", "P": [[1]], "A": [[1]], "Q": [[1]], "x": [1], "y": [1]}
    np.savez(place / "features.npz", real=np.random.default_rng(0).normal(size=(40, 4)), fake=np.zeros((40, 4)))
    (place / "game.json").write_text(json.dumps(game))
    for way in "AB":
        torch.save(Resnet(norm="instance-2019", blocks=9, width=4).weights(), place / f"latest_net_G_{way}.pth")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        make_coarse(patch, place / "cache")
        assert main(["walk", "glyphs", "--seeds", "1,2", "--frames", "2", "--out", "walk.mp4"]) == 0
        runs = [["dcgan", "--data", "my/pictures", "--steps", "2", "--out", "runs/mine", "--set", "size=32", *TINY]]
        runs += [["conditional", "--data", "glyphs", "--steps", "2", "--out", "runs/digits", "--set", *TINY]]
        for run in runs:
            assert main(["train", *run]) == 0
    return place


@pytest.fixture
def here(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, to work in."""
    place = tmp_path / "reader"
    shutil.copytree(prepared, place)
    monkeypatch.chdir(place)
    monkeypatch.setenv("GAN_WORKBENCH_RUNS", str(place / "runs"))
    make_coarse(monkeypatch, place / "cache")
    return place


def smaller(command: list[str]) -> list[str]:
    behind = next((behind for start, behind in SMALLER.items() if shown(command).startswith(start)), [])
    return [*command, *behind]


def written(command: list[str]) -> Path | None:
    """The file or folder that the command is to write."""
    return Path(command[command.index("--out") + 1]) if "--out" in command else None


@pytest.mark.parametrize("command", [each for each in COMMANDS if each[0] != "bench" and "--resume" not in each], ids=shown)  # fmt: skip
def test_every_command_is_run(command: list[str], here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if command[0] == "train" and (out := written(command)):
        shutil.rmtree(out)  # the run that it makes is there for the commands after it
    runs = len(list_runs(here / "runs"))
    assert main(smaller(command)) == 0, capsys.readouterr().err
    told = capsys.readouterr()
    if command[0] not in ("train",):
        assert told.out.strip()
    if out := written(command):
        assert out.exists()
    if command[0] in ("train", "race"):
        made = [run for run in list_runs(here / "runs") if run.name not in ("mine", "digits") or out]
        assert len(made) >= 1
        assert len(list_runs(here / "runs")) > runs
        assert {run.status().state for run in made} == {"finished"}


@pytest.mark.parametrize("name", ["recipes", "datasets", "models", "runs"])
def test_lists_are_also_json(name: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name]) == 0
    assert capsys.readouterr().out.strip()
    assert main([name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("command", [each for each in COMMANDS if "--resume" in each], ids=shown)
def test_a_run_goes_on(command: list[str], here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Towards the steps that are written there: it is asked to stop as the app asks, once it has made some."""
    run = RunFolder(here / command[command.index("--resume") + 1])
    before = run.status().step

    def stop() -> None:
        deadline = time.monotonic() + 60
        while run.status().live_step <= before and time.monotonic() < deadline:
            time.sleep(0.01)
        run.request("stop")

    asking = threading.Thread(target=stop)
    asking.start()
    code = main(command)
    asking.join()
    told = capsys.readouterr()
    assert code == 0, told.err
    assert run.recipe().steps == int(command[command.index("--steps") + 1])
    assert run.status().state == "stopped"
    assert before < run.status().step
    assert shown(command[:3]) in told.out, "how to go on is said as the README writes it"


def test_what_the_commands_make_is_what_they_are_said_to_make(here: Path) -> None:
    """A translated folder, an imported model, a run's best step: beyond the exit code."""
    for start in ("translate", "import-weights", "sample glyphs"):
        assert main(smaller(next(command for command in COMMANDS if shown(command).startswith(start)))) == 0
    with Image.open(here / "translated" / "holiday.jpg") as image:
        assert image.size == (48, 40)
    names = {path.relative_to(here / "translated").as_posix() for path in (here / "translated").rglob("*") if path.is_file()}  # fmt: skip
    assert {"holiday.jpg", "clip.mp4"} < names
    assert any(name.endswith("a.jpg") for name in names), names
    assert load_model("mine.safetensors", "cpu").card.kind == "translator"
    with Image.open(here / "grid.png") as image:
        assert image.width >= 8 * 28


def test_bench_measures_every_part(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    """Each part once, with narrow networks and few pictures, the worker not left to settle: else it takes minutes."""
    once, first_picture = benchmarks.take_turns, benchmarks.first_picture
    monkeypatch.setattr(benchmarks, "take_turns", lambda ways, device, rounds=1: once(ways, device, 1))
    monkeypatch.setattr(benchmarks, "Part", lambda name, options: Part(name, {**options, "width": 4}))
    monkeypatch.setattr(benchmarks, "first_picture", lambda device: first_picture(device, settle=0.01))
    monkeypatch.setitem(PRESETS, "dcgan", Recipe.named("dcgan").replace(data="my/pictures"))
    (command,) = (each for each in COMMANDS if each[0] == "bench")
    assert main(command) == 0, capsys.readouterr().err
    told = capsys.readouterr().out
    for part in ("training_step", "translation", "latent_to_picture", "first_picture", "ratio"):
        assert part in told
