"""Lets a run folder tell everything about a training, on a time budget, and carries wishes back."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch

from gan_core import networks
from gan_core.data import DataSet
from gan_core.files import write_atomically
from gan_core.images import encode_jpeg
from gan_core.models import Card
from gan_core.store.models import save_model
from gan_core.store.runs import RunFolder
from gan_core.training import checkpoints
from gan_core.training.budget import Budget
from gan_core.training.keyframes import is_keyframe, to_thin
from gan_core.training.preview import Preview
from gan_core.training.statistics import Statistics, not_finite
from gan_core.training.trainer import Trainer

LOOK = 0.1
"""Seconds between looks at the control file and the clock."""
TELL = 1.0
"""Seconds between events; grows with the run, so that a long one does not fill the disk."""
SAVE = 120.0
"""Seconds between checkpoints; the first comes after a quarter of it."""
WEIGHTS_BUDGET = 256 * 2**20
"""Bytes of keyframe weights a run may keep."""
TRANSLATOR_WEIGHTS = 1
"""Translators are large: pictures of every keyframe, weights of the newest."""


class NotFiniteError(ArithmeticError):
    """A loss or a score that is no number any more."""


class Recorder:
    """Everything that is written while a run trains. `after_step` is called after every step and mostly does nothing."""

    def __init__(self, folder: RunFolder, on_event: Callable[[dict[str, Any]], None] | None = None) -> None:
        self.folder = folder
        self.on_event = on_event
        self.status = folder.status()
        self.status.pid = os.getpid()
        self._stop: str | None = None
        self._seen_wish = (folder.control() or {}).get("sequence", 0)
        self._next_look = 0.0

    # -- the life of a run -------------------------------------------------------------------------------------------

    def starting(self, words: str) -> None:
        """Before there is a trainer: say what is being done."""
        recipe = self.folder.recipe()
        self._update(state="starting", reason=words, steps=recipe.steps)

    def preparing(self, done: int, total: int) -> None:
        """Say how far a data set is that is made or read now, twice a second at most."""
        if time.time() - self.status.heartbeat > 0.5:
            self._update(reason=f"Preparing the pictures: {done:,} of {total:,}.")

    def open(self, trainer: Trainer, data: Mapping[str, DataSet], seconds: float) -> None:
        """Training begins, `seconds` having been trained before."""
        self.trainer = trainer
        self.data = data
        self.recipe = trainer.recipe
        self.statistics = Statistics()
        self.preview = Preview(trainer, data)
        self.budget = Budget(seconds)
        self._first_step = trainer.step_count
        self._begin_images = trainer.images
        self._last_keyframe = trainer.step_count
        self._next_tell = self._next_live = 0.0
        self._next_save = seconds + SAVE / 4
        parameters = sum(p.numel() for p in trainer.generator.parameters())
        write_atomically(self.folder.path / "real.jpg", encode_jpeg(self.preview.real()))
        self._update(state="running", reason=None, device=trainer.arithmetic.describe(), parameters=parameters)
        self._event({"kind": "state", "state": "running", "step": trainer.step_count, "reason": None})
        for domain in data.values():
            for note in domain.notes:
                self._event({"kind": "warning", "step": trainer.step_count, "text": note})

    def finished(self) -> str | None:
        """Why the run should end now: a state and a reason in one, or None while it should go on."""
        if self._stop is not None:
            return "stopped"
        steps, minutes = self.recipe.steps, self.recipe.minutes
        if steps is not None and self.trainer.step_count >= steps:
            return "finished"
        if minutes is not None and self.budget.seconds() >= 60 * minutes:
            return "finished"
        return None

    def after_step(self, values: Mapping[str, torch.Tensor]) -> None:
        self.statistics.add(values)
        step = self.trainer.step_count
        first = step == self._first_step + 1
        if is_keyframe(step) and (first or self.budget.affords()):
            self._keyframe()
        now = time.perf_counter()
        if now < self._next_look and not first:
            return
        self._next_look = now + LOOK
        self._obey()
        seconds = self.budget.seconds()
        if first or (seconds >= self._next_tell):
            with self.budget.spending():
                self._tell()
            self._next_tell = seconds + max(TELL, seconds / 600) if seconds > 5 else seconds + TELL / 4
        if first or (seconds >= self._next_live and self.budget.affords()):
            with self.budget.spending():
                self._live(weights=first or seconds >= self._next_weights)
            self._next_live = seconds + 0.25
        if seconds >= self._next_save:
            with self.budget.spending():
                self._checkpoint()
            self._next_save = seconds + SAVE

    def close(self, state: str) -> None:
        """The run ends well: keep its last moment, its checkpoint and its model."""
        self._tell()
        self._live(weights=True)
        if self.trainer.step_count > self._last_keyframe:
            self._keyframe()
        self._checkpoint()
        self.end(state, self._stop if state == "stopped" else None)

    def end(self, state: str, reason: str | None) -> None:
        """Write the last words."""
        self._update(state=state, reason=reason, seconds_left=None)
        self._event({"kind": "state", "state": state, "step": self.status.step, "reason": reason})

    def ask_to_stop(self, reason: str) -> None:
        """Stop after the step that is being made. Safe to call from a signal handler."""
        self._stop = reason

    # -- wishes ------------------------------------------------------------------------------------------------------

    def _obey(self) -> None:
        wish = self._new_wish()
        if wish == "stop":
            self.ask_to_stop("Stopped by hand.")
        elif wish == "save":
            self._checkpoint()
        elif wish == "pause":
            self._pause()

    def _new_wish(self) -> str | None:
        control = self.folder.control()
        if control is None or control["sequence"] <= self._seen_wish:
            return None
        self._seen_wish = control["sequence"]
        return control["wish"]

    def _pause(self) -> None:
        with self.budget.pausing():
            self._tell()
            self._live(weights=True)
            self._checkpoint()
            self._update(state="paused")
            self._event({"kind": "state", "state": "paused", "step": self.trainer.step_count, "reason": None})
            while self._stop is None:
                wish = self._new_wish()
                if wish == "stop":
                    self.ask_to_stop("Stopped by hand.")
                if wish == "resume":
                    break
                time.sleep(0.05)
                if time.time() - self.status.heartbeat > 1:
                    self._update()
        self._update(state="running")
        self._event({"kind": "state", "state": "running", "step": self.trainer.step_count, "reason": None})

    # -- what is written ---------------------------------------------------------------------------------------------

    def _tell(self) -> None:
        """Numbers since the last time, into the events and the status."""
        means = self.statistics.read()
        trainer = self.trainer
        if wrong := not_finite(means):
            raise NotFiniteError(self._roll_back(wrong))
        session = self.budget.session_seconds()
        speed = (trainer.images - self._begin_images) / max(session, 1e-9)
        players = set(trainer.game.players)
        progress = {
            "step": trainer.step_count,
            "images": trainer.images,
            "seconds": round(self.budget.seconds(), 3),
            "images_per_second": round(speed, 2),
            "preview_share": round(self.budget.share(), 4),
        }
        if means:
            losses = {name: _short(value) for name, value in means.items() if name not in ("real", "fake")}
            scores = {name: _short(value) for name, value in means.items() if name in ("real", "fake")}
            assert players <= losses.keys()
            self._event({"kind": "progress", **progress, "losses": losses, "scores": scores})
        self._update(**progress, seconds_left=self._seconds_left(speed))

    def _seconds_left(self, speed: float) -> float | None:
        left: list[float] = []
        if self.recipe.steps is not None and speed > 0:
            left.append((self.recipe.steps - self.trainer.step_count) * self.recipe.batch_size / speed)
        if self.recipe.minutes is not None:
            left.append(60 * self.recipe.minutes - self.budget.seconds())
        return round(max(0.0, min(left)), 1) if left else None

    def _live(self, *, weights: bool) -> None:
        """The newest grid, and about once a second the newest weights."""
        self.folder.live_picture.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self.folder.live_picture, encode_jpeg(self.preview.draw(), quality=92), durable=False)
        if weights:
            save_model(self.folder.live_weights, self.trainer.exported(), self._card(), half=True, durable=False)
            self._next_weights = self.budget.seconds() + 1.0
            self._update(live_step=self.trainer.step_count)

    def _keyframe(self) -> None:
        trainer, folder = self.trainer, self.folder.path / "keyframes"
        folder.mkdir(exist_ok=True)
        stem = f"{trainer.step_count:08d}"
        with self.budget.spending():
            write_atomically(folder / f"{stem}.jpg", encode_jpeg(self.preview.draw(), quality=92), durable=False)
            save_model(folder / f"{stem}.safetensors", trainer.exported(), self._card(), half=True, durable=False)
            self._thin(folder)
        self._last_keyframe = trainer.step_count
        seconds = round(self.budget.seconds(), 3)
        self._event({"kind": "keyframe", "step": trainer.step_count, "seconds": seconds})

    def _thin(self, folder: Path) -> None:
        weights = sorted(folder.glob("[0-9]*.safetensors"))
        keep = (
            TRANSLATOR_WEIGHTS if self.recipe.is_translation else WEIGHTS_BUDGET // max(1, weights[-1].stat().st_size)
        )
        steps = [int(path.stem) for path in weights]
        gone = steps[:-keep] if self.recipe.is_translation else to_thin(steps, keep)
        for path in weights:
            if int(path.stem) in gone:
                path.unlink(missing_ok=True)

    def _checkpoint(self) -> None:
        trainer = self.trainer
        tensors, values = trainer.state()
        if not checkpoints.all_finite(tensors):
            raise NotFiniteError(self._roll_back(["a weight"]))
        values |= {
            "seconds": self.budget.seconds(),
            "recipe": self.recipe.to_json(),
            "arithmetic": trainer.arithmetic.to_json(),
            "torch": torch.__version__,
        }
        checkpoints.save(self.folder.path / "checkpoints", tensors, values)
        save_model(self.folder.model, trainer.exported(), self._card(), half=True)
        self._event({"kind": "checkpoint", "step": trainer.step_count})

    def _roll_back(self, wrong: list[str]) -> str:
        """The sentence for a training that blew up. The newest checkpoint was finite: it is the state to go on from."""
        saved = checkpoints.saved(self.folder.path / "checkpoints")
        step = self.trainer.step_count
        safe = f"The last good state is step {int(saved[-1].stem)}" if saved else "Nothing was saved yet"
        text = f"Not finite at about step {step}: {', '.join(wrong)}. {safe}. Try a smaller learning rate or a larger penalty."
        self._event({"kind": "warning", "step": step, "text": text})
        return text

    def _card(self) -> Card:
        trainer, recipe = self.trainer, self.recipe
        exported = trainer.exported()
        translation = recipe.is_translation
        return Card(
            name=self.folder.name,
            kind="translator" if translation else "generator",
            network=networks.describe(next(iter(exported.values()))),
            title=f"{recipe.name} on {' and '.join(domain.name for domain in self.data.values())}",
            data=" and ".join(domain.name for domain in self.data.values()),
            data_licence=" / ".join(dict.fromkeys(domain.licence for domain in self.data.values())),
            domains={key: domain.name for key, domain in self.data.items()} if translation else {},
            recipe=recipe.to_json(),
            steps=trainer.step_count,
            images=trainer.images,
            training_seconds=round(self.budget.seconds(), 1),
            device=trainer.arithmetic.describe(),
            seed=recipe.seed,
            size=recipe.size,
            channels=recipe.channels or self.data["A"].channels,
        )

    def _event(self, event: dict[str, Any]) -> None:
        self.folder.append_event(event)
        if self.on_event is not None:
            self.on_event(event)

    def _update(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self.status, name, value)
        self.status.heartbeat = time.time()
        self.folder.write_status(self.status)


def _short(value: float) -> float:
    """Six significant digits: enough for a curve, and short in the file."""
    return float(f"{value:.6g}")
