"""How long a training will take: measured once, remembered, replaced by what a run really did."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from gan_core import devices
from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.recipes import Recipe
from gan_core.training import estimate, session
from gan_core.training import timing_probes as trials_module
from gan_core.training.estimate import Estimate, Speed, duration, known_speed, learn_from_run, timing_probe
from gan_core.training.timing_probes import TimingProbes
from gan_core.training.trainer import Trainer

CPU = torch.device("cpu")
MEASURED = Speed(2.6, "trial", 3.0, False, "CPU, 1 thread, float32")


@pytest.fixture(autouse=True)
def quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of its own, and a machine that has nothing else to do."""
    monkeypatch.setenv("GAN_WORKBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(devices, "is_busy", lambda: False)


def test_a_trial_makes_real_steps_and_is_remembered(tiny_cycle: Recipe) -> None:
    assert known_speed(tiny_cycle, CPU) is None
    speed = timing_probe(tiny_cycle, CPU, seconds=0.05)
    assert speed.steps_per_second > 0
    assert speed.source == "trial"
    assert known_speed(tiny_cycle, CPU) == speed


def test_what_does_not_change_the_time_shares_a_measurement(tiny_cycle: Recipe) -> None:
    speed = timing_probe(tiny_cycle, CPU, seconds=0.0)
    same = tiny_cycle.replace(name="other", data="elsewhere", steps=7, minutes=3.0, seed=5, ema_half_life=9)
    same = same.with_settings({"generator_optimizer.learning_rate": 0.5})
    assert known_speed(same, CPU) == speed
    for change in ({"size": 24}, {"generator.width": 3}, {"batch_size": 2}, {"augmentation": []}, {"solver": "sgg"}):
        assert known_speed(tiny_cycle.with_settings(change), CPU) is None, change
    assert known_speed(tiny_cycle, CPU, threads=torch.get_num_threads() + 1) is None


def test_a_run_knows_better_than_a_trial(tiny_recipe: Recipe, tiny_data: dict[str, DataSet]) -> None:
    guess = timing_probe(tiny_recipe, CPU, seconds=0.0)
    trainer = Trainer(tiny_recipe, tiny_data, CPU)
    learn_from_run(trainer, steps=5, seconds=60.0)
    learn_from_run(trainer, steps=500, seconds=1.0)
    assert known_speed(tiny_recipe, CPU) == guess, "too short to tell"
    learn_from_run(trainer, steps=300, seconds=60.0)
    known = known_speed(tiny_recipe, CPU)
    assert known is not None
    assert (known.source, known.steps_per_second) == ("run", 5.0)
    timing_probe(tiny_recipe, CPU, seconds=0.0)
    assert known_speed(tiny_recipe, CPU) == known


def test_a_finished_training_leaves_its_speed(
    tiny_recipe: Recipe, tiny_data: dict[str, DataSet], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimate, "LONG_ENOUGH", (0.0, 3))
    folder = session.create(tiny_recipe, tmp_path, "run")
    session.run_training(folder, "cpu", data=tiny_data)
    known = known_speed(tiny_recipe, CPU)
    assert known is not None
    assert known.source == "run"


def test_a_trial_on_a_busy_machine_is_repeated_on_a_quiet_one(
    tiny_cycle: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "is_busy", lambda: True)
    speed = timing_probe(tiny_cycle, CPU, seconds=0.0)
    assert known_speed(tiny_cycle, CPU) == speed
    monkeypatch.setattr(devices, "is_busy", lambda: False)
    assert known_speed(tiny_cycle, CPU) is None


def test_a_conditional_recipe_can_be_tried(tiny_recipe: Recipe) -> None:
    assert timing_probe(tiny_recipe.replace(conditional=True), CPU, seconds=0.0).steps_per_second > 0


def test_a_damaged_memory_is_none(tiny_cycle: Recipe, tmp_path: Path) -> None:
    timing_probe(tiny_cycle, CPU, seconds=0.0)
    for content in ("{", "[1]", '{"x": 3}'):
        (tmp_path / "cache" / "speeds.json").write_text(content)
        assert known_speed(tiny_cycle, CPU) is None


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (
            {"steps": 20_000, "minutes": None},
            "About 2 h 10 min for 20,000 steps at 64 px on this machine (measured: 2.6 steps/s in a trial of 3 s)",
        ),
        (
            {"steps": None, "minutes": 30.0},
            "About 4,700 steps in 30 min at 64 px on this machine (measured: 2.6 steps/s in a trial of 3 s)",
        ),
        (
            {"steps": None, "minutes": None},
            "About 9,400 steps an hour at 64 px on this machine (measured: 2.6 steps/s in a trial of 3 s)",
        ),
        (
            {"steps": 100, "minutes": 30.0},
            "About 38 s for 100 steps at 64 px on this machine (measured: 2.6 steps/s in a trial of 3 s)",
        ),
    ],
)
def test_the_sentence(limits: dict, sentence: str) -> None:
    assert Estimate(Recipe.named("cyclegan").replace(**limits), MEASURED).sentence == sentence


def test_slow_steps_and_long_times_are_said_in_fitting_units() -> None:
    slow = Estimate(Recipe.named("cyclegan"), Speed(0.2, "run", 900.0, False, ""))
    assert slow.sentence.endswith("(measured: 5.0 s a step in your last run like it)")
    assert [duration(value) for value in (0.2, 89, 91, 3600, 7250, 86_400, 400_000)] == [
        "1 s",
        "89 s",
        "2 min",
        "1 h",
        "2 h",
        "24 h",
        "5 days",
    ]


# -- in a process of their own -------------------------------------------------------------------------------------


SHORT = "from gan_core.training import estimate, timing_probes; estimate.TRIAL = 0.1; timing_probes.main()"


def spawn_short(device: str) -> subprocess.Popen[str]:
    """The process of the trials, each of which lasts a moment."""
    command = [sys.executable, "-c", SHORT, device]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def trials() -> Iterator[TimingProbes]:
    made = TimingProbes("cpu")
    yield made
    made.stop()


def wait(until: object, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not until():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_trials_in_the_background(trials: TimingProbes, tiny_cycle: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        devices, "is_busy", lambda: True
    )  # else a trial on a machine that really is busy does not count
    broken = tiny_cycle.with_settings({"generator": "unet", "size": 24})
    monkeypatch.setattr(trials_module, "_spawn", spawn_short)
    threads = estimate.worker_threads()
    trials.ask(broken)
    wait(lambda: trials.refusal(broken))
    trials.ask(tiny_cycle)
    wait(lambda: known_speed(tiny_cycle, CPU, threads))
    assert "24" in str(trials.refusal(broken))
    assert trials.refusal(tiny_cycle) is None


def test_a_trial_that_is_still_asked_for_is_not_broken_off(
    trials: TimingProbes, tiny_cycle: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "is_busy", lambda: True)
    monkeypatch.setattr(trials_module, "_spawn", spawn_short)
    monkeypatch.setattr(trials_module, "PATIENCE", 0.5)  # far less than a process takes to begin
    threads, larger = estimate.worker_threads(), tiny_cycle.with_settings({"size": 24})
    same = tiny_cycle.replace(steps=None, minutes=30.0)  # what the form asks for, beside what the choice of size does
    deadline = time.monotonic() + 60
    while not (known_speed(tiny_cycle, CPU, threads) and known_speed(larger, CPU, threads)):
        for recipe in (tiny_cycle, same, larger):
            if known_speed(recipe, CPU, threads) is None:
                trials.ask(recipe)
        assert time.monotonic() < deadline, "the askers broke off each other's trials"
        time.sleep(0.1)


def test_a_trial_that_nobody_asks_for_any_more_makes_way(
    trials: TimingProbes, tiny_cycle: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials_module, "PATIENCE", 0.3)
    trials.ask(tiny_cycle)
    wait(lambda: trials._current is not None)
    time.sleep(0.4)
    other = tiny_cycle.with_settings({"size": 24})
    trials.ask(other)
    wait(lambda: trials._current is not None and trials._current[0] == other)
    assert known_speed(tiny_cycle, CPU, estimate.worker_threads()) is None


def test_a_training_that_begins_breaks_trials_off(trials: TimingProbes, tiny_cycle: Recipe) -> None:
    trials.ask(tiny_cycle)
    trials.stop(rest=600.0)
    wait(lambda: trials._current is None)
    trials.ask(tiny_cycle)
    assert (trials._requested, trials._current) == (None, None)
    assert known_speed(tiny_cycle, CPU, estimate.worker_threads()) is None


def test_a_recipe_that_cannot_be_trained_is_refused(tiny_cycle: Recipe) -> None:
    with pytest.raises(InputError):
        timing_probe(tiny_cycle.with_settings({"generator": "unet", "size": 24}), CPU)
