"""Plugins: named by a person, kept by name and digest in runs and models, asked for in a sentence where they are missing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gan_core.cards import Card
from gan_core.cli import main
from gan_core.errors import InputError
from gan_core.parts import KINDS, load_plugin, plugins, registry
from gan_core.parts.sources import digest_of_file
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder
from gan_core.ui.launch import Options, load_plugins

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"
SMALL = ["size=32", "batch_size=4", "latent_dim=3"]
NARROW = ["generator.width=2", "discriminator.width=2"]
OBJECTIVE = """
from gan_core import register
from gan_core.objectives import hinge

@register.objective("mine")
def mine(margin: float = 1.0):
    return hinge()
"""

pytestmark = pytest.mark.usefixtures("own_parts", "coarse")


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Runs one command in an empty folder; what it loads is forgotten before the next one, as in a new process."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GAN_WORKBENCH_RUNS", str(tmp_path / "runs"))

    def run(*arguments: object) -> Answer:
        for plugin in list(plugins._files.values()):
            plugins._forget(plugin)
        plugins._files.clear()
        return Answer(main([str(argument) for argument in arguments]), *capsys.readouterr())

    return run


def written(folder: Path, text: str, name: str = "mine.py") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


# -- the documented examples -------------------------------------------------------------------------------------------

EXAMPLE_RUNS: dict[str, list[str]] = {
    "objective.py": ["objective=squared-hinge", "objective.margin=0.5", *NARROW],
    "penalty.py": ["penalty=drift", "penalty.weight=0.01", *NARROW],
    "networks.py": ["generator=flat", "discriminator=flat", "generator.hidden=8"],
    "solver.py": ["solver=patient", "solver.every=2", *NARROW],
    "dataset.py": ["data=stripes", *NARROW],
    "metric.py": [*NARROW],
}


def test_every_example_is_tried_and_says_how_it_is_used() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} == set(EXAMPLE_RUNS)
    for path in EXAMPLES.glob("*.py"):
        assert "python -m gan_core" in path.read_text(encoding="utf-8").split('"""')[1]


@pytest.mark.parametrize("example", EXAMPLE_RUNS)
def test_an_example_is_trained_resumed_and_sampled_through_the_shell(
    example: str, shell: Callable[..., Answer], tmp_path: Path
) -> None:
    plugin = ["--plugin", EXAMPLES / example]
    settings = ["--set", *SMALL, *EXAMPLE_RUNS[example]]
    assert shell("train", "dcgan", "--steps", 2, "--out", "runs/it", *plugin, *settings).code == 0
    assert shell("train", "--resume", "runs/it", "--steps", 3, *plugin).code == 0
    run = RunFolder(tmp_path / "runs" / "it")
    assert run.status().step == 3
    named = {} if example == "metric.py" else {example: digest_of_file(EXAMPLES / example)}
    assert dict(run.recipe().plugins) == named
    assert shell("sample", "runs/it", "--count", 2, "--out", "sheet.png", *plugin).code == 0
    assert (tmp_path / "sheet.png").is_file()


def test_the_metric_of_the_example_is_measured(shell: Callable[..., Answer]) -> None:
    assert shell("train", "dcgan", "--steps", 1, "--out", "runs/it", "--set", *SMALL, *NARROW).code == 0
    found = shell("evaluate", "runs/it", "--count", 8, "--json", "--plugin", EXAMPLES / "metric.py")
    measured = {each["name"]: each for each in json.loads(found.out)["measurements"]}
    assert measured["mean-picture"]["reference_level"] is not None
    assert measured["mean-picture"]["value"] > measured["mean-picture"]["reference_level"]


# -- what runs and models keep -----------------------------------------------------------------------------------------


@pytest.fixture
def mine(shell: Callable[..., Answer], tmp_path: Path) -> Path:
    """A plugin with an objective, and a run `runs/it` that was made with it."""
    path = written(tmp_path, OBJECTIVE)
    settings = ["--set", *SMALL, *NARROW, "objective=mine"]
    assert shell("train", "dcgan", "--steps", 2, "--out", "runs/it", "--plugin", path, *settings).code == 0
    return path


def test_a_run_names_its_plugin_and_keeps_its_digest_but_no_path(mine: Path) -> None:
    text = (mine.parent / "runs" / "it" / "recipe.json").read_text(encoding="utf-8")
    assert json.loads(text)["plugins"] == {"mine.py": digest_of_file(mine)}
    assert str(mine.parent) not in json.dumps(json.loads(text)["plugins"])


def test_without_its_plugin_a_run_is_not_resumed_and_says_which_one_is_missing(
    mine: Path, shell: Callable[..., Answer]
) -> None:
    answer = shell("train", "--resume", "runs/it", "--steps", 3)
    assert answer.code == 2
    assert answer.err == "The run it needs the plugin mine.py, which is not loaded: name it with --plugin mine.py.\n"
    assert RunFolder(mine.parent / "runs" / "it").status().step == 2


def test_a_plugin_that_has_changed_is_refused_on_resume(mine: Path, shell: Callable[..., Answer]) -> None:
    mine.write_text(OBJECTIVE + "\n# another version\n", encoding="utf-8")
    answer = shell("train", "--resume", "runs/it", "--steps", 3, "--plugin", mine)
    assert answer.code == 2
    assert "was made with another version of the plugin mine.py" in answer.err
    assert answer.err.endswith("bring that version back, or start a new run.\n")
    assert answer.err.count("\n") == 1


def test_the_same_content_under_another_name_is_the_same_plugin(mine: Path, shell: Callable[..., Answer]) -> None:
    other = written(mine.parent, OBJECTIVE, "renamed.py")
    assert shell("train", "--resume", "runs/it", "--steps", 3, "--plugin", other).code == 0


def test_a_model_needs_only_the_plugins_of_its_networks(mine: Path, shell: Callable[..., Answer]) -> None:
    assert shell("sample", "runs/it", "--out", "sheet.png", "--count", 2).code == 0  # the objective draws nothing
    answer = shell("evaluate", "runs/it", "--count", 8)  # but the run's discriminator is measured with it
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert "needs the plugin mine.py" in answer.err


def test_a_file_beside_a_run_is_never_run_by_itself(shell: Callable[..., Answer], tmp_path: Path) -> None:
    settings = ["--set", *SMALL, "generator=flat", "discriminator=flat"]
    example = EXAMPLES / "networks.py"
    assert shell("train", "dcgan", "--steps", 1, "--out", "runs/it", "--plugin", example, *settings).code == 0
    for folder in (tmp_path, tmp_path / "runs" / "it"):
        written(folder, f"open({str(tmp_path / 'ran')!r}, 'w').close()", "networks.py")
    answer = shell("sample", "runs/it", "--out", "sheet.png")
    assert answer.code == 2
    assert "needs the plugin networks.py, which is not loaded: name it with --plugin networks.py." in answer.err
    assert not (tmp_path / "ran").exists()


def test_old_recipes_and_cards_know_no_plugins() -> None:
    values = Recipe.named("dcgan").to_json()
    assert "plugins" not in values
    assert dict(Recipe.from_json(values).plugins) == {}
    card = Card(name="it", kind="generator", network={"name": "dcgan"}, size=32, channels=1).to_json()
    del card["plugins"]
    assert dict(Card.from_json(card).plugins) == {}
    with pytest.raises(InputError, match="plugins is an object of names and digests"):
        Recipe.from_json({**values, "plugins": ["mine.py"]})
    with pytest.raises(InputError, match="its plugins names texts"):
        Card.from_json({**card, "plugins": {"mine.py": 3}})


# -- bad plugins -------------------------------------------------------------------------------------------------------

BAD: dict[str, tuple[str, str]] = {
    "raises": ("import math\nmath.sqrt(-1)\n", "mine.py, line 2, cannot be loaded: math domain error."),
    "is another error": ("x = 1\n\n1 / 0\n", "mine.py, line 3, cannot be loaded: ZeroDivisionError: division by zero."),
    "ends the program": (
        "raise SystemExit(0)\n",
        "mine.py, line 1, cannot be loaded: it ends the program (SystemExit).",
    ),
    "imports nothing": ("import no_such_module\n", "mine.py, line 1, cannot be loaded: ModuleNotFoundError"),
    "is no Python": ("def mine(:\n", "mine.py, line 1, is no Python: "),
    "is empty": ("", "mine.py registers no part"),
    "takes a name": (
        OBJECTIVE.replace('"mine"', '"hinge"'),
        "line 5, cannot be loaded: The objective 'hinge' is registered",
    ),
    "twice": (
        OBJECTIVE + OBJECTIVE,
        "cannot be loaded: The objective 'mine' is registered twice. It stands in mine.py",
    ),
    "no default": (OBJECTIVE.replace(" = 1.0", ""), "The option margin of the objective 'mine' needs a default."),
    "makes nothing": (OBJECTIVE.replace("return hinge()", "pass"), "makes a NoneType, where an Objective is needed."),
    "is no function": (
        "from gan_core import register\n\nregister.objective('mine')(5)\n",
        "mine.py, line 3, cannot be loaded: The objective 'mine' is no function and no class.",
    ),
    "cannot be built": (
        OBJECTIVE.replace("return hinge()", "return undefined"),
        "The objective 'mine' of mine.py, line 7, cannot be built: NameError: name 'undefined' is not defined.",
    ),
}


def test_the_list_of_parts_says_what_each_option_takes_and_what_it_is_unless_set(
    shell: Callable[..., Answer], tmp_path: Path
) -> None:
    taken = 'margin: float | None = None, form=None, kinds: Literal["none", "a", "a,b"] = "none"'
    text = "from typing import Literal\n" + OBJECTIVE.replace("margin: float = 1.0", taken)
    listed = shell("parts", "objective", "--plugin", written(tmp_path, text)).out.splitlines()
    assert "    margin (a number or null; by default null): Margin." in listed
    assert "    form (by default null): Form." in listed
    assert "    kinds (none, a or 'a,b'; by default none): Kinds." in listed


@pytest.mark.parametrize("what", BAD)
def test_a_bad_plugin_is_one_sentence_with_file_and_line_and_registers_nothing(
    what: str, shell: Callable[..., Answer], tmp_path: Path
) -> None:
    text, sentence = BAD[what]
    answer = shell("parts", "objective", "--plugin", written(tmp_path, text))
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.count("\n") == 1
    assert sentence in answer.err
    assert "mine" not in registry("objective")
    assert registry("objective").info("hinge").plugin is None


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("none.py", "The plugin none.py cannot be read: No such file or directory."),
        ("folder.py", "The plugin folder.py cannot be read: Is a directory."),
        ("weights.bin", "A plugin is a Python file whose name ends in .py, not 'weights.bin'."),
        ("zeros.py", "is no Python: "),
    ],
)
def test_what_is_no_plugin_is_refused_in_a_sentence(
    name: str, sentence: str, shell: Callable[..., Answer], tmp_path: Path
) -> None:
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "zeros.py").write_bytes(bytes(20))
    answer = shell("parts", "--plugin", name)
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert sentence in answer.err


def test_two_plugins_of_one_name_are_told_apart_by_renaming(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    load_plugin(written(tmp_path, OBJECTIVE))
    with pytest.raises(InputError, match=r"Two plugins are called mine\.py"):
        load_plugin(written(tmp_path / "other", OBJECTIVE.replace("mine", "yours")))
    assert "yours" not in registry("objective")


def test_a_plugin_that_was_changed_is_loaded_again(tmp_path: Path) -> None:
    first = load_plugin(written(tmp_path, OBJECTIVE))
    assert load_plugin(tmp_path / "mine.py") is first
    load_plugin(written(tmp_path, OBJECTIVE.replace("mine", "yours")))
    assert "mine" not in registry("objective")
    assert "yours" in registry("objective")


def test_the_app_does_not_start_with_a_bad_plugin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = Options.parse(["--plugin", str(written(tmp_path, "1 / 0\n"))])
    with pytest.raises(SystemExit) as ended:
        load_plugins(options)
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
    load_plugins(Options.parse(["--plugin", str(written(tmp_path, OBJECTIVE))]))
    assert "mine" in registry("objective")


# -- other processes, packages and notebooks ---------------------------------------------------------------------------


def test_a_worker_is_given_the_files_and_refuses_one_that_has_changed(mine: Path) -> None:
    load_plugin(mine)
    arguments = plugins.worker_arguments()
    assert arguments == ["--plugin", str(mine.resolve()), digest_of_file(mine)]
    assert plugins.load_from_arguments([arguments[1:]]) == ""
    mine.write_text(OBJECTIVE + "\n# changed\n", encoding="utf-8")
    command = [sys.executable, "-m", "gan_core.training.worker", str(mine.parent / "runs" / "it"), *arguments]
    assert subprocess.run(command, check=False, timeout=120).returncode == 2
    status = RunFolder(mine.parent / "runs" / "it").status()
    assert status.state == "failed"
    assert status.reason == (
        "The plugin mine.py has changed since it was loaded: start again what was started with it."
    )


def test_the_lab_of_another_process_knows_the_plugin(tmp_path: Path) -> None:
    from gan_core.plane.worker_pool import WorkerPool

    load_plugin(written(tmp_path, OBJECTIVE))
    visitors = WorkerPool(most=1)
    try:
        offered = visitors.ask(None, {"do": "choices"})[1]["parts"]["objective"]
    finally:
        visitors.close()
    assert "mine" in [part["name"] for part in offered]


@dataclass(frozen=True)
class _Distribution:
    name: str


@dataclass(frozen=True)
class _EntryPoint:
    """An entry point as `importlib.metadata` gives them."""

    module: str
    dist: _Distribution

    def load(self) -> Any:
        return __import__(self.module)


def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Let a package `some_parts` with that content be installed, and nothing else."""
    (tmp_path / "some_parts").mkdir()
    written(tmp_path / "some_parts", text, "__init__.py")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "some_parts", raising=False)
    entry = _EntryPoint("some_parts", _Distribution("some-parts"))
    monkeypatch.setattr(
        plugins.importlib.metadata, "entry_points", lambda group: [entry] if group == plugins.GROUP else []
    )
    monkeypatch.setattr(plugins, "_installed_loaded", False)
    monkeypatch.setattr(registry("objective"), "_loaded", False)


def test_an_installed_package_registers_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(tmp_path, monkeypatch, OBJECTIVE)
    info = registry("objective").info("mine")
    assert info.plugin is not None
    assert (info.plugin.name, info.plugin.path) == ("some-parts", None)
    assert len(info.plugin.digest) == 64
    recipe = Recipe.named("dcgan").with_settings({"objective": "mine"}).with_plugins()
    assert dict(recipe.plugins) == {"some-parts": info.plugin.digest}
    assert info.plugin.how_to_name == "install the package some-parts"


def test_an_installed_package_that_fails_is_left_out_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    installed(tmp_path, monkeypatch, OBJECTIVE + "\n1 / 0\n")
    assert "mine" not in registry("objective")
    assert "hinge" in registry("objective")
    assert [record.getMessage() for record in caplog.records] == [
        "The plugin package some-parts is left out: ZeroDivisionError: division by zero."
    ]


def test_what_a_notebook_registers_is_trained_there_and_may_be_registered_again(tmp_path: Path) -> None:
    code = f"""
from gan_core import Recipe, register, train
from gan_core.objectives import hinge
for _ in range(2):
    register.objective("cell")(lambda: hinge())
recipe = Recipe.named("dcgan").with_settings(dict(pair.split("=") for pair in {[*SMALL, *NARROW]!r}))
for event in train(recipe.with_settings({{"objective": "cell"}}), steps=1, out={str(tmp_path / "it")!r}):
    pass
"""
    subprocess.run([sys.executable, "-"], input=code, text=True, check=True, timeout=300)
    recipe = RunFolder(tmp_path / "it").recipe()
    assert dict(recipe.plugins) == {"notebook": ""}
    with pytest.raises(
        InputError, match=r"put what the notebook registers into a file and name that with --plugin FILE\.py"
    ):
        recipe.check_plugins("The run it", exact=True)


def test_the_solver_inside_another_one_counts_too(tmp_path: Path) -> None:
    load_plugin(EXAMPLES / "solver.py")
    recipe = Recipe.named("dcgan").with_settings({"solver": "lookahead", "solver.inner": "patient"})
    assert list(recipe.with_plugins().plugins) == ["solver.py"]
    assert "patient" in KINDS["solver"].info("lookahead").options["inner"].words()


NETWORKS = """
import torch
from torch import nn
from gan_core import register

@register.generator("points-only")
class PointsOnly(nn.Module):
    def __init__(self, latent_dim: int, size: int, channels: int) -> None:
        super().__init__()
        self.layer = nn.Linear(latent_dim + OFF, 3)

    def forward(self, latents):
        return self.layer(latents)

@register.discriminator("two-scores")
class TwoScores(nn.Module):
    def __init__(self, size: int, channels: int) -> None:
        super().__init__()
        self.layer = nn.Linear(channels * size * size, 2)

    def forward(self, pictures):
        return self.layer(pictures.flatten(1))
"""


@pytest.mark.parametrize(
    ("off", "changed", "sentence"),
    [
        (0, "generator=points-only", "The generator points-only gives (2, 3), where (2, 3, 32, 32) is needed."),
        (
            5,
            "generator=points-only",
            "The generator points-only fails on (2, 3), where it has to give (2, 3, 32, 32): ",
        ),
        (
            0,
            "discriminator=two-scores",
            "The discriminator two-scores gives (2, 2), where (2,) or (2, 1, h, w) is needed.",
        ),
    ],
)
def test_a_network_of_the_wrong_shape_is_refused_before_anything_is_trained(
    tmp_path: Path, shell: Callable[..., Answer], off: int, changed: str, sentence: str
) -> None:
    (tmp_path / "shapes.py").write_text(NETWORKS.replace("OFF", str(off)))
    answer = shell("train", "dcgan", "--steps", "2", "--plugin", "shapes.py", "--set", *SMALL, changed)
    assert answer.code == 2
    assert sentence in answer.err
    assert answer.err.count("\n") == 1
    assert not list((tmp_path / "runs").glob("*"))
