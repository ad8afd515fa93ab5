import json
import shutil
import signal
import subprocess
import sys
import time

import pytest

from gan_core.errors import InputError
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder
from gan_core.training import estimate
from tests.cli.conftest import Shell, picture

TINY = ["--set", "generator.width=2", "discriminator.width=2", "latent_dim=4", "batch_size=4", "deterministic=true"]


@pytest.fixture
def pictures(here):
    for index in range(8):
        picture(here / "pictures" / f"{index}.png", (32, 32), "L", seed=index)
    yield here / "pictures"
    for run in (here / "runs").glob("*"):
        shutil.rmtree(RunFolder(run).live_folder, ignore_errors=True)


def train(shell: Shell, *arguments: object):
    return shell("train", *arguments, "--device", "cpu")


def test_train_and_go_on(shell: Shell, here, pictures):
    answer = train(shell, "dcgan", "--data", "pictures", "--steps", 3, "--seed", 5, *TINY, "--out", "runs/mine")
    assert answer.code == 0, answer.err
    run = RunFolder(here / "runs" / "mine")
    recipe = run.recipe()
    assert (recipe.data, recipe.steps, recipe.seed, recipe.latent_dim) == (str(pictures), 3, 5, 4)
    assert run.status().state == "finished"
    assert "step 3" in answer.out
    assert answer.out.count("Training in") == 1

    assert json.loads(shell("runs", "--json").out)[0]["state"] == "finished"
    assert [entry["name"] for entry in json.loads(shell("models", "--json").out)] == [
        "runs/mine",
        "runs/mine/best",
    ]
    assert shell("sample", "runs/mine", "--count", 2, "--out", "grid.png").code == 0

    answer = train(shell, "--resume", "runs/mine", "--steps", 5)
    assert answer.code == 0, answer.err
    assert run.status().step == 5
    assert run.recipe() == recipe.replace(steps=5)


def test_what_would_make_it_another_run_is_refused(shell: Shell, here, pictures):
    run = RunFolder.create(here / "runs", Recipe.named("dcgan").replace(latent_dim=4, steps=3), "mine")
    status = run.status()
    status.state, status.step = "finished", 3
    run.write_status(status)
    before = (run.path / "recipe.json").read_bytes()
    for arguments, sentence in (
        ([], "larger --steps"),
        (["--steps", 3], "larger --steps"),
        (["--steps", 2], "larger --steps"),
        (["dcgan", "--steps", 9], f"latent_dim: 4 -> {Recipe.named('dcgan').latent_dim}"),
        (["--seed", 7, "--steps", 9], "seed: 0 -> 7"),
        (["--data", "pictures", "--steps", 9], f"data: glyphs -> {pictures}"),
        (["--set", "size=64"], "--set and --out belong to a new run"),
        (["--out", "runs/other"], "--set and --out belong to a new run"),
        (["--from", "glyphs"], "and so do --pairs and --from"),
    ):
        answer = train(shell, "--resume", "runs/mine", *arguments)
        assert answer.code == 2
        assert sentence in answer.err
        assert len(answer.complaints) == 1
        assert answer.out == ""
    assert (run.path / "recipe.json").read_bytes() == before
    with run.lock():
        assert "being trained" in train(shell, "--resume", "runs/mine", "--steps", 9).err
    assert "Known: mine" in train(shell, "--resume", "runs/min", "--steps", 9).err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Name a recipe"),
        (["dcgn"], "Did you mean 'dcgan'"),
        (["nothing.json"], "nothing.json"),
        (["dcgan", "--data", "nothing"], "no data set named 'nothing'"),
        (["dcgan", "--data", "three"], "three"),
        (["dcgan", "--data", "none"], "none"),
        (["dcgan", "--set", "size"], "--set takes settings"),
        (["dcgan", "--set", "width=3"], "setting of a recipe"),
        (["dcgan", "--set", "size=48"], "48"),
        (["dcgan", "--set", "generator=cnn"], "cnn"),
        (["gan", "--set", "channels=3"], "mlp784|channels|grey"),
        (["dcgan", "--set", "generator_optimizer.learning_rate=abc"], "learning_rate is a number, not 'abc'"),
        (["dcgan", "--set", "generator_optimizer.learning_rate=NaN"], "learning_rate is a number, not nan"),
        (["dcgan", "--set", "generator_optimizer.learning_rate=-1"], "learning_rate is above 0"),
        (["dcgan", "--set", "generator_optimizer.beta1=2"], "beta1 is at least 0 and below 1"),
        (["dcgan", "--set", "generator_optimizer.parameters=2"], "no option of the optimizer 'adam'"),
        (["gan", "--set", "penalty.gamma=abc"], "gamma is a number"),
        (["gan", "--set", "penalty.gama=1"], "Did you mean 'gamma'"),
        (["dcgan", "--set", 'solver.n_critic="x"'], "n_critic is a whole number"),
        (["dcgan", "--set", "solver.n_critic=1e9"], "n_critic is a whole number"),
        (["dcgan", "--set", "solver.n_critic=1000000000"], "n_critic is a whole number from 1 to 100"),
        (["dcgan", "--set", "objective=least-squares", "objective.fake_target=x"], "fake_target is a number"),
        (["dcgan", "--set", "game.foo=1"], "no option of the game 'adversarial' named 'foo'"),
        (["dcgan", "--set", "decay_start=-5", "decay_steps=5"], "decay_start is 0 or more"),
        (["cyclegan", "--set", "game.pool_size=NaN"], "pool_size is a whole number"),
        (["dcgan", "--device", "cpu:x"], "no device named 'cpu:x'"),
        (["dcgan", "--data-b", "pictures"], "data_b"),
        (["cyclegan", "--data", "pictures"], "trainA|two|domain"),
        (["dcgan", "--device", "abacus"], "abacus"),
        (["dcgan", "--out", "runs/..."], "name"),
        (["dcgan", "--out", "runs/kept"], "keeps other things"),
    ],
)
def test_refusals_leave_no_run_behind(shell: Shell, here, pictures, arguments, sentence):
    (here / "none").mkdir()
    for index in range(3):
        picture(here / "three" / f"{index}.png", seed=index)
    answer = shell("train", *arguments)
    assert answer.code == 2
    assert len(answer.complaints) == 1
    assert answer.out == ""
    assert any(words in answer.err for words in sentence.split("|")), answer.err
    assert not list((here / "runs").glob("*"))


def test_a_recipe_from_a_file(shell: Shell, here, pictures):
    recipe = Recipe.named("dcgan").with_settings(dict(pair.split("=") for pair in TINY[1:]))
    (here / "own.json").write_text(json.dumps(recipe.replace(name="own", data=str(pictures), steps=2).to_json()))
    answer = train(shell, "own.json")
    assert answer.code == 0, answer.err
    run = RunFolder(here / "runs" / "own-pictures-001")
    assert run.status().state == "finished"
    # A recipe that matches may be named again.
    assert train(shell, "own.json", "--resume", run.path, "--steps", 3).code == 0


def test_minutes_replace_the_recipes_steps(shell: Shell, here, pictures):
    answer = train(shell, "dcgan", "--data", "pictures", "--minutes", 0.002, *TINY, "--out", "runs/short")
    assert answer.code == 0, answer.err
    assert RunFolder(here / "runs" / "short").recipe().steps is None


def test_failed_work_is_code_1(shell: Shell, here, pictures, monkeypatch):
    from gan_core.training import session
    from gan_core.training.artifacts import NotFiniteError

    def fail(*_):
        raise NotFiniteError("Not finite at about step 7.")

    monkeypatch.setattr(session, "run_training", fail)
    answer = train(shell, "dcgan", "--data", "pictures")
    assert (answer.code, answer.err) == (1, "Not finite at about step 7.\n")

    def warn_and_fail(_, __, on_event):
        on_event({"kind": "warning", "step": 7, "text": "Not finite at about step 7."})
        fail()

    monkeypatch.setattr(session, "run_training", warn_and_fail)
    assert train(shell, "dcgan", "--data", "pictures").complaints == ["Not finite at about step 7."]

    def refuse(folder, *_):
        folder.write_status(folder.status().__class__(state="failed"))
        if folder.name == "begun":
            (folder.path / "checkpoints").mkdir()
            (folder.path / "checkpoints" / "00000007.safetensors").touch()
        raise InputError("No.")

    monkeypatch.setattr(session, "run_training", refuse)
    assert train(shell, "dcgan", "--data", "pictures", "--out", "runs/never").code == 2
    assert not (here / "runs" / "never").exists()
    assert train(shell, "dcgan", "--data", "pictures", "--out", "runs/begun").code == 2
    assert (here / "runs" / "begun" / "checkpoints").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a signal that Windows does not have")
def test_ctrl_c_stops_and_saves(here, pictures):
    arguments = ["train", "dcgan", "--data", "pictures", "--steps", "1000000", *TINY, "--out", "runs/long"]
    process = subprocess.Popen(
        [sys.executable, "-m", "gan_core", *arguments, "--device", "cpu"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    run = RunFolder(here / "runs" / "long")
    deadline = time.monotonic() + 60
    while run.status().step < 1 and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    assert "--resume" in out
    assert run.status().state == "stopped"
    assert run.model.exists()


def test_train_from_weights_says_what_it_takes(
    shell: Shell, here, pictures, digits: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(estimate, "TRIAL", 0.05)
    arguments = ["--data", "pictures", "--steps", 1, "--set", "batch_size=4", "deterministic=true"]
    answer = train(shell, "dcgan", "--from", digits, *arguments, "--out", "runs/mine")
    assert answer.code == 0, answer.err
    assert answer.complaints[0].startswith("As in digits: generator width 2")
    assert "7 of 13 layers come from digits; fresh: the discriminator." in answer.err
    run = RunFolder(here / "runs" / "mine")
    assert (run.recipe().start_from, run.recipe().latent_dim) == ("digits", 4)

    answer = train(shell, "dcgan", "--from", "runs/mine", *arguments, "generator.width=3", "--out", "runs/other")
    assert answer.code == 2
    assert "Nothing of runs/mine fits" in answer.complaints[-1]
    assert "Traceback" not in answer.err
    assert not (here / "runs" / "other").exists()
    assert shell("estimate", "dcgan", "--from", digits, "--steps", 3, "--device", "cpu", "--json").code == 0
