"""One visitor's training as the page controls it: requests in, JSON responses out, independent of processes."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gan_core.errors import InputError
from gan_core.plane.choices import choices
from gan_core.plane.distributions import VIEW
from gan_core.plane.settings import PlaneSettings
from gan_core.plane.slow_motion import STAGES, SlowMotion
from gan_core.plane.training import PlaneTraining
from gan_core.plane.view import LAYERS, PlaneObserver, View
from gan_core.recipes import Part
from gan_core.solvers import solvers

SHOWN = 600
"""Points of each kind that are drawn."""
CELLS = 44
CADENCE = 0.5
"""Seconds between two measurements of divergence while it plays: each costs about as much as three steps."""
PATIENCE = 0.6
"""Seconds after the last request until no page counts as showing the training, and it sleeps."""
PLAIN = Part("sgd", {"learning_rate": 0.05})


class PlaneController:
    """Answers requests, `{"do": name, ...}`; between them `work` trains on while it plays and a page shows it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.training: PlaneTraining | None = None
        self.playing = False
        self.speed: float | None = None
        """Steps a second; None for as fast as it goes."""
        self._slow: SlowMotion | None = None
        self._stage = 0
        self._due = 0.0
        self._asked = self._measured = -1e9
        self._measure: dict[str, float] = {}
        self._shown_target: object = None
        self._note = ""
        self._handlers: dict[str, Callable[[Mapping[str, Any]], None]] = {
            "observe": lambda _: None,
            "open": self._open,
            "resume": self._resume,
            "play": self._play,
            "step": self._step,
            "stage": self._next_stage,
            "change": self._change,
            "rewind": self._rewind,
        }

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do what `request` asks for, and describe what is to be drawn.

        Args:
            request: `do`, one of "choices", "observe", "open", "resume", "play", "step", "stage", "change" and "rewind", with
                what the handler reads; `layers`, those of `view.LAYERS` that are wanted, all where it names none.

        Raises:
            InputError: for one that cannot be fulfilled.
        """
        action = request["do"]
        if action == "choices":
            return choices()
        if self.training is None and action != "open":
            raise InputError("This Lab has not been opened yet; reload the page.")
        self._asked, self._note = self._clock(), ""
        self._handlers[action](request)
        layers = LAYERS & set(request.get("layers", LAYERS))
        return self._picture(layers, fresh=action in ("open", "resume"), exact=action not in ("observe", "play"))

    @property
    def awake(self) -> bool:
        """Whether there is something to train, and a page has asked for it lately."""
        looked_at = self._clock() - self._asked < PATIENCE
        return self.playing and looked_at and self.training is not None and not self.training.diverged

    def work(self) -> float:
        """Train for one step if it is time.

        Returns:
            For how many seconds there is nothing to do.
        """
        if not self.awake or self.training is None:
            return 3600.0
        now = self._clock()
        if now < self._due:
            return self._due - now
        if self.speed is not None:
            self._due = max(self._due, now - 1 / self.speed) + 1 / self.speed
        try:
            self.training.train(1)
        except InputError as error:
            self.playing, self._note = False, str(error)
        return 0.0

    # Requests -----------------------------------------------------------------------------------------------------

    def _open(self, request: Mapping[str, Any]) -> None:
        """A new training under the settings given: also for another seed and for beginning again."""
        settings = PlaneSettings.from_json(request.get("settings", {}))
        self.training = _fitting(settings, PlaneTraining, self._notify)
        self._watcher = PlaneObserver(settings.seed)
        self._slow, self._stage, self._measured, self._measure = None, 0, -1e9, {}

    def _resume(self, request: Mapping[str, Any]) -> None:
        """Show the training to a page that was loaded again; it is paused until Play is pressed."""
        self.playing, self._slow, self._stage, self._measured = False, None, 0, -1e9

    def _play(self, request: Mapping[str, Any]) -> None:
        self.speed, self._due = request.get("speed"), 0.0
        self.playing = request.get("playing", True)
        self._slow, self._stage = None, 0

    def _step(self, request: Mapping[str, Any]) -> None:
        assert self.training is not None
        self.playing, self._slow, self._stage = False, None, 0
        player = request.get("player", "both")
        if player == "both":
            self.training.train(1)
        else:
            self.training.train_one(player)

    def _next_stage(self, request: Mapping[str, Any]) -> None:
        """The next stage of a step in slow motion; after the last one the first one of the next step."""
        assert self.training is not None
        self.playing = False
        if self.training.diverged:
            return
        if self._slow is None or self._stage >= STAGES:
            self._slow, self._stage = SlowMotion(self.training), 0
        self._stage += 1

    def _change(self, request: Mapping[str, Any]) -> None:
        assert self.training is not None
        training, settings = self.training, PlaneSettings.from_json(request.get("settings", {}))
        self._slow, self._stage, self._measured = None, 0, -1e9
        if settings.seed != training.settings.seed:
            self._open(request)
        else:
            _fitting(settings, training.change, self._notify)

    def _rewind(self, request: Mapping[str, Any]) -> None:
        assert self.training is not None
        self.playing, self._slow, self._stage, self._measured = False, None, 0, -1e9
        self.training.rewind(request["step"])

    def _notify(self, note: str) -> None:
        self._note = note

    # Answers ------------------------------------------------------------------------------------------------------

    def _picture(self, layers: frozenset[str], *, fresh: bool, exact: bool) -> dict[str, Any]:
        training, watcher = self.training, self._watcher
        assert training is not None
        target = training.settings.target
        stage = self._slow.stage(self._stage) if self._slow is not None else None
        view = watcher.view(training, cells=CELLS, layers=layers)
        losses = training.losses()
        if exact or self._clock() - self._measured >= CADENCE:
            divergence, level = watcher.divergence(training), watcher.reference_level(target)
            self._measured = self._clock()
            self._measure = {
                "kl": divergence.kl,
                "js": divergence.js,
                "kl_reference": level.kl,
                "js_reference": level.js,
            }
        answer = {
            "step": training.step,
            "playing": self.playing,
            "diverged": training.diverged,
            "note": self._note,
            "settings": training.settings.to_json() if exact else None,
            "moments": training.history.steps(),
            "losses": losses,
            "numbers": {**self._measure, "covered": view.covered, "modes": target.modes, "good": view.good},
            "outside": view.outside,
            "scores": training.game.objective.scores,
            "warning": training.game.objective.negative_control,
            **_packed(view),
        }
        if fresh:
            answer["latents"] = packed(watcher.latents[:SHOWN].numpy())
            answer["latent_net"] = packed(watcher.net.reshape(-1, 2).numpy())
        if fresh or target is not self._shown_target:
            answer["real"] = packed(watcher.real(target)[:SHOWN])
            self._shown_target = target
        if stage is not None:
            answer["stage"] = self._stage_answer(stage, layers)
        return answer

    def _stage_answer(self, stage: Any, layers: frozenset[str]) -> dict[str, Any]:
        """A stage of slow motion: it brings its own points and map, as they stand at that stage."""
        assert self._slow is not None
        answer = {
            "number": stage.number,
            "player": stage.player,
            "kind": stage.kind,
            "numbers": {name: value if np.isfinite(value) else None for name, value in stage.numbers.items()},
            "moves": self._slow.moves,
            "answers": self._slow.answers,
            "order": list(self._slow.order),
            "fakes": packed(stage.fakes.numpy()),
            "real": packed(self._slow.real.numpy()),
        }
        if "map" in layers:
            answer["map"] = _packed_map(self._watcher.score_map(stage.game, CELLS))
        if stage.arrows is not None:
            answer["arrows"] = packed(stage.arrows.numpy(), 16.0)
        return answer


def _fitting(settings: PlaneSettings, use: Callable[[PlaneSettings], Any], notify: Callable[[str], None]) -> Any:
    """`use(settings)`; where a solver that makes the step itself refuses, with what such solvers ask for.

    That is plain descent instead of another optimizer, or a zero-sum objective; `notify` is called with the reason and
    with all that was changed.

    Raises:
        InputError: the first one, if no such change helps.
    """
    try:
        return use(settings)
    except InputError as error:
        refused = error
    if getattr(solvers[settings.solver.name], "first_order", True):
        raise refused
    one, other = {"discriminator_optimizer": PLAIN}, {"generator_optimizer": PLAIN}
    zero_sum = {"objective": Part("minimax")}
    for changes in (one, other, {**one, **other}, zero_sum, {**zero_sum, **one, **other}):
        try:
            used = use(settings.replace(**changes))
        except InputError:
            continue
        now = ", ".join(f"{name.replace('_', ' ')} {part.name}" for name, part in changes.items())
        notify(f"{refused} So this was changed for you: {now}.")
        return used
    raise refused


def _packed(view: View) -> dict[str, Any]:
    return {
        "fakes": packed(view.fakes[:SHOWN]),
        "map": None if view.score_map is None else _packed_map(view.score_map),
        "arrows": None if view.arrows is None else packed(view.arrows, 16.0),
        "net": None if view.net is None else packed(view.net.reshape(-1, 2)),
    }


def packed(points: np.ndarray, half_side: float = 2 * VIEW) -> str:
    """Pairs (N, 2) as base64 of little-endian int16: 32767 stands for `half_side`, at which they are clamped.

    Twice the view, so that points a little outside it still move as they do.
    """
    shares = (np.nan_to_num(points) / half_side).clip(-1, 1)
    return base64.b64encode((shares * 32767).round().astype("<i2").tobytes()).decode()


def _packed_map(score_map: np.ndarray) -> str:
    return base64.b64encode((score_map * 255).round().astype(np.uint8).tobytes()).decode()
