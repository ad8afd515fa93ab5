"""How long a training will take on this machine: measured, never guessed.

A few real steps of the very recipe on noise of the right size (a trial) say how fast it is; once a run of the same
settings has been made, its real speed is believed instead. Both are remembered by machine and by the settings that
matter.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, dataclass
from typing import Any, get_type_hints

import torch

from gan_core import devices
from gan_core.data import DataSet
from gan_core.files import cache_folder, read_json, write_json
from gan_core.recipes import Recipe
from gan_core.records import fits
from gan_core.training.budget import SHARE
from gan_core.training.measuring_plan import LATER_SHARE
from gan_core.training.trainer import Trainer

TRIAL = 3.0
"""Seconds of steps in a trial, the first step and what comes before it not counted."""
FEWEST = 2
"""Steps that a trial makes, however long they take."""
LONG_ENOUGH = 10.0, 20
"""Seconds and steps after which a run's speed is worth remembering."""
RELEVANT = (
    "game",
    "size",
    "channels",
    "latent_dim",
    "generator",
    "discriminator",
    "objective",
    "penalty",
    "conditional",
    "solver",
    "generator_optimizer",
    "discriminator_optimizer",
    "batch_size",
    "augmentation",
    "deterministic",
)
"""Fields of a recipe that a step's time depends on."""
RATES = ("learning_rate", "beta1", "beta2")
"""Options of an optimizer that it does not depend on."""
NOISE = 8
"""Pictures of noise in each domain of a trial."""
CLASSES = 10


@dataclass(frozen=True)
class Speed:
    """How fast a recipe trains here."""

    steps_per_second: float
    """Showing and measuring included, as a run's own speed is."""
    source: str
    """`trial` or `run`."""
    seconds: float
    """How long it was measured."""
    busy: bool
    """Whether the machine did much else meanwhile."""
    where: str
    """The arithmetic in words."""

    def to_json(self) -> dict[str, Any]:
        """The fields as a JSON object."""
        return asdict(self)


@dataclass(frozen=True)
class Estimate:
    """What a training of `recipe` comes to at `speed`."""

    recipe: Recipe
    speed: Speed

    @property
    def seconds(self) -> float | None:
        """Expected training time; None without a limit."""
        recipe = self.recipe
        by_steps = recipe.steps / self.speed.steps_per_second if recipe.steps is not None else None
        by_minutes = 60 * recipe.minutes if recipe.minutes is not None else None
        return min((value for value in (by_steps, by_minutes) if value is not None), default=None)

    @property
    def steps(self) -> int:
        """Steps in that time; in an hour without a limit."""
        fitting = int((3600 if self.seconds is None else self.seconds) * self.speed.steps_per_second)
        if self.recipe.minutes is not None and self.recipe.steps is not None:
            fitting = min(fitting, self.recipe.steps)
        return self.recipe.steps if self.recipe.steps is not None and self.recipe.minutes is None else fitting

    @property
    def sentence(self) -> str:
        """Without a full stop: `About 2 h 10 min for 20,000 steps at 128 px on this machine (measured: ...)`."""
        at = f"at {self.recipe.size} px on this machine"
        if self.seconds is None:
            return f"About {_round(self.steps)} steps an hour {at} ({self.measured})"
        if self.recipe.minutes is not None and self.seconds == 60 * self.recipe.minutes:
            return f"About {_round(self.steps)} steps in {duration(self.seconds)} {at} ({self.measured})"
        return f"About {duration(self.seconds)} for {self.steps:,} steps {at} ({self.measured})"

    @property
    def measured(self) -> str:
        """How the speed was measured, as a clause: `measured: 12 steps/s in a trial of 3 s`."""
        rate = self.speed.steps_per_second
        pace = (
            f"{rate:.0f} steps/s" if rate >= 10 else f"{rate:.1f} steps/s" if rate >= 1 else f"{1 / rate:.1f} s a step"
        )
        how = (
            f"in a trial of {self.speed.seconds:.0f} s" if self.speed.source == "trial" else "in your last run like it"
        )
        return f"measured: {pace} {how}"

    def to_json(self) -> dict[str, Any]:
        """The estimate as `estimate --json` prints it; times are in seconds."""
        return {
            "recipe": self.recipe.name,
            "sentence": f"{self.sentence}.",
            "seconds": None if self.seconds is None else round(self.seconds, 1),
            "steps": self.steps,
            "size": self.recipe.size,
            "measured": self.speed.to_json(),
        }


def timing_probe(recipe: Recipe, device: torch.device, seconds: float | None = None) -> Speed:
    """Train `recipe` for a moment on noise in this process, and remember how fast that was.

    The number of threads is torch's, as in a run of this process. Raises InputError for a recipe that cannot be
    trained.
    """
    seconds = TRIAL if seconds is None else seconds
    trainer = Trainer(recipe, _noise(recipe), device)
    _finish(trainer.step(), device)  # the first pays for allocation and kernel selection
    busy, done, start = devices.is_busy(), 0, time.perf_counter()
    while done < FEWEST or time.perf_counter() - start < seconds:
        _finish(trainer.step(), device)
        done += 1
    took = time.perf_counter() - start
    pace = done / took * (1 - SHARE - LATER_SHARE)
    speed = Speed(pace, "trial", took, busy, trainer.arithmetic.describe())
    _remember(recipe, device, trainer.arithmetic.threads, speed)
    return speed


def learn_from_run(trainer: Trainer, steps: int, seconds: float) -> None:
    """Remember the real speed of a training that made `steps` in `seconds`, if that was long enough to tell."""
    if seconds < LONG_ENOUGH[0] or steps < LONG_ENOUGH[1]:
        return
    speed = Speed(steps / seconds, "run", seconds, devices.is_busy(), trainer.arithmetic.describe())
    _remember(trainer.recipe, trainer.device, trainer.arithmetic.threads, speed)


def known_speed(recipe: Recipe, device: torch.device, threads: int | None = None) -> Speed | None:
    """What was measured before with `threads` CPU threads (torch's number without); None if nothing was.

    A trial on a busy machine is forgotten as soon as the machine is quiet.
    """
    found = _memory().get(_key(recipe, device, threads or torch.get_num_threads()))
    try:
        speed = Speed(**found) if found else None
    except TypeError:  # of another version
        return None
    if speed is not None and speed.source == "trial" and speed.busy and not devices.is_busy():
        return None
    return speed


def worker_threads() -> int:
    """CPU threads of a worker: all cores but one.

    Threads of one team wait for the slowest: with as many threads as cores, a browser that takes a slice of one core
    now and then stops them all (2 cores, page open: 20 steps a second with one thread, 1 to 13 with two).
    """
    return max(1, devices.physical_threads() - 1)


def duration(seconds: float) -> str:
    """In words, as exact as an estimate may be: `40 s`, `25 min`, `2 h 10 min`, `3 days`."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        hours, rest = divmod(round(minutes / 5) * 5, 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{round(minutes / 1440)} days"


def _round(steps: int) -> str:
    """Two digits: an estimate has no more."""
    digits = max(0, len(str(steps)) - 2)
    return f"{round(steps, -digits):,}"


def _finish(values: dict[str, torch.Tensor], device: torch.device) -> None:
    """Wait for the device: only then a step is over."""
    if device.type != "cpu":
        float(next(iter(values.values())))


def _noise(recipe: Recipe) -> dict[str, DataSet]:
    generator = torch.Generator().manual_seed(0)
    shape = (NOISE, recipe.channels or 3, recipe.size, recipe.size)
    labels = torch.arange(NOISE) % CLASSES
    classes = tuple(str(number) for number in range(CLASSES))

    def make() -> DataSet:
        pictures = torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator)
        if not recipe.conditional:
            return DataSet("noise", pictures, pictures)
        return DataSet("noise", pictures, pictures, labels, labels, classes)

    return {domain: make() for domain in (("A", "B") if recipe.is_translation else ("A",))}


def alike(first: Recipe, second: Recipe) -> bool:
    """Whether a step of one takes as long as a step of the other: what they differ in does not matter for the time."""
    return _relevant(first) == _relevant(second)


def _relevant(recipe: Recipe) -> str:
    values = {key: value for key, value in recipe.to_json().items() if key in RELEVANT}
    for part in ("generator_optimizer", "discriminator_optimizer"):
        values[part] = {key: value for key, value in values[part].items() if key not in RATES}
    return json.dumps(values, sort_keys=True)


def _key(recipe: Recipe, device: torch.device, threads: int) -> str:
    words = [_relevant(recipe), devices.describe(device), torch.__version__]
    if device.type == "cpu":
        words += [devices.cpu_name(), str(threads)]
    return hashlib.sha256("|".join(words).encode()).hexdigest()[:16]


def _memory() -> dict[str, dict[str, Any]]:
    try:
        found = read_json(cache_folder() / "speeds.json")
    except (OSError, ValueError):
        return {}
    entries = found.items() if isinstance(found, dict) else ()
    wanted = get_type_hints(Speed)

    def is_speed(value: Any) -> bool:
        return isinstance(value, dict) and all(fits(wanted[name], value.get(name)) for name in wanted)

    return {key: value for key, value in entries if is_speed(value)}


def _remember(recipe: Recipe, device: torch.device, threads: int, speed: Speed) -> None:
    key, memory = _key(recipe, device, threads), _memory()
    if speed.source == "trial" and memory.get(key, {}).get("source") == "run":
        return
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
        write_json(cache_folder() / "speeds.json", {**memory, key: speed.to_json()}, durable=False)
    except OSError:
        pass  # only costs another trial
