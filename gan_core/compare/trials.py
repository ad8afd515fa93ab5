"""One racer at the trainer: its run folder, its clock that counts only its own turns, and its measurements."""

from __future__ import annotations

import time
from contextlib import ExitStack

import torch
from torch import Tensor

from gan_core.compare.evaluation import TrialEvaluator
from gan_core.compare.folder import Trial
from gan_core.data import DataSet
from gan_core.devices import Arithmetic
from gan_core.models.generator import latents_for_seed
from gan_core.runs.folder import RunFolder
from gan_core.training import checkpoints
from gan_core.training.identity import check_data, check_recipe
from gan_core.training.recorder import NotFiniteError, Recorder
from gan_core.training.trainer import Trainer

TURN = 0.75
"""Seconds of a turn: long enough for caches to warm up, short enough that all racers meet the same noise."""
MOMENTS = (0.0625, 0.125, 0.25, 0.5, 0.75, 1.0)
"""Shares of the budget at which a racer is measured."""
DRAW = 250
SEED = 20_000
"""Of the latents that measurements draw: the same for all racers, and not those of the grids."""


class TrialRecorder(Recorder):
    """A recorder whose pause gives the turns away instead of waiting, because the other racers go on."""

    paused = False

    def look(self) -> None:
        """Hear a wish that came between two turns."""
        self._obey()

    def _obey(self) -> None:
        wish = self._new_wish()
        if wish in ("pause", "resume"):
            self.set_paused(wish == "pause")
        elif wish == "stop":
            self.ask_to_stop("Stopped by hand.")
        elif wish == "save":
            self.save()

    def set_paused(self, paused: bool) -> None:
        if paused != self.paused:
            self.paused = paused
            self._update(state="paused" if paused else "running")

    def save(self) -> None:
        with self.budget.spending():
            self._checkpoint()


class TrialTrainer:
    """A racer that has been let to the start. Raises InputError if its checkpoint belongs to something else."""

    def __init__(
        self,
        racer: Trial,
        folder: RunFolder,
        data: DataSet,
        device: torch.device,
        arithmetic: Arithmetic | None,
        clock: str,
    ) -> None:
        self.racer = racer
        self.folder = folder
        self.held = ExitStack()
        self.held.enter_context(folder.lock())
        self.recorder = TrialRecorder(folder, clock=time.process_time if clock == "processor" else time.perf_counter)
        try:
            self._begin(data, device, arithmetic)
        except BaseException as error:
            self.give_up(error)
            raise

    def _begin(self, data: DataSet, device: torch.device, arithmetic: Arithmetic | None) -> None:
        recipe = self.folder.recipe()
        self.folder.forget_wishes()
        self.recorder.starting("Getting ready for the race.")
        saved = checkpoints.load_newest(self.folder.path / "checkpoints", self.recorder.note)
        both = {"A": data}
        if saved:
            check_recipe(recipe, saved[1])
            check_data(both, saved[1])
            known = saved[1]["arithmetic"]
            if known["device"] == device.type:
                arithmetic = Arithmetic(device, known["bfloat16"], known["threads"])
        self.trainer = Trainer(recipe, both, device, arithmetic)
        if saved:
            self.trainer.load_state(*saved)
        # What was measured after the checkpoint belongs to steps that are made again.
        self.racer.moments = [moment for moment in self.racer.moments if moment["step"] <= self.trainer.step_count]
        self.recorder.open(self.trainer, both, seconds=saved[1]["seconds"] if saved else 0.0)
        self.recorder.budget.hold()
        self.racer.state = "racing"

    @property
    def share(self) -> float:
        """How much of its budget is spent, 0 to 1."""
        recipe = self.trainer.recipe
        if recipe.steps is not None:
            return min(1.0, self.trainer.step_count / recipe.steps)
        assert recipe.minutes is not None
        return min(1.0, self.recorder.budget.seconds() / (60 * recipe.minutes))

    @property
    def next_moment(self) -> float:
        """The share of the budget at which it is to be measured next; above 1 if there is none left."""
        return next((moment for moment in MOMENTS if moment > self._measured()), 2.0)

    @property
    def is_measured(self) -> bool:
        """Whether the latest measurement is of the step that it is at."""
        return bool(self.racer.moments) and self.racer.moments[-1]["step"] == self.trainer.step_count

    def turn(self) -> str | None:
        """Train for one turn, or until the next measurement is due. The state in which it has ended, else None.

        Raises NotFiniteError if the training has blown up.
        """
        recorder, trainer = self.recorder, self.trainer
        end = time.perf_counter() + TURN
        due = self.next_moment
        recorder.budget.go()
        try:
            while (state := recorder.finished()) is None:
                recorder.after_step(trainer.step())
                if recorder.paused or time.perf_counter() >= end or self.share >= due:
                    break
        finally:
            recorder.budget.hold()
        return state if state is not None else recorder.finished()

    def measure(self, judge: TrialEvaluator) -> None:
        """Save a checkpoint and add a moment to the racer; the clock stands still meanwhile."""
        self.recorder.save()
        data = self.trainer.data["A"]
        values = judge.measure((data.size, data.channels), self.draw)
        trainer, budget = self.trainer, self.recorder.budget
        self.racer.moments.append(
            {
                "share": round(self.share, 4),
                "step": trainer.step_count,
                "images": trainer.images,
                "seconds": round(budget.seconds(), 3),
                "values": {key: float(f"{value:.6g}") for key, value in values.items()},
            }
        )

    @torch.inference_mode()
    def draw(self, count: int, seed: int) -> Tensor:
        """`count` pictures of the averaged weights, uint8 (count, C, H, W); classes take turns if there are any."""
        trainer = self.trainer
        latents = latents_for_seed(SEED + seed, count, trainer.recipe.latent_dim).to(trainer.device)
        labels = self._labels(count)
        parts: list[Tensor] = []
        for start in range(0, count, DRAW):
            part = slice(start, start + DRAW)
            arguments = (latents[part],) if labels is None else (latents[part], labels[part])
            with trainer.arithmetic.autocast():
                drawn = trainer.average.network(*arguments).float()
            if not drawn.isfinite().all():
                raise NotFiniteError("a picture")
            parts.append(((drawn.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).cpu())
        return torch.cat(parts)

    def _labels(self, count: int) -> Tensor | None:
        if not self.trainer.recipe.conditional:
            return None
        return torch.arange(count, device=self.trainer.device) % len(self.trainer.data["A"].classes)

    def close(self, state: str) -> None:
        """It ends well: `finished` or `stopped`."""
        self.racer.state = state
        self.racer.reason = None
        self.recorder.close(state)
        self.held.close()

    def fail(self, error: BaseException) -> None:
        """It ends for `error`; the others go on."""
        self.racer.state = "failed"
        self.racer.reason = self.recorder.fail(error)
        self.held.close()

    def give_up(self, error: BaseException) -> None:
        """The race ends for `error`: the run says so, and the racer goes on with the next race."""
        self.racer.state = "stopped"
        self.racer.reason = self.recorder.fail(error)
        self.held.close()

    def _measured(self) -> float:
        return max((moment["share"] for moment in self.racer.moments), default=0.0)
