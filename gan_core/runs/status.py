"""The status of a run, and its keyframes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from gan_core.records import Count, OneOf, Range, Seconds, from_json

ACTIVE = ("starting", "running", "paused")
STATES = (*ACTIVE, "waiting", "finished", "stopped", "failed", "interrupted")


@dataclass
class Status:
    """The state of a run; rewritten about twice a second while it trains."""

    state: Annotated[str, OneOf(STATES)] = "starting"
    """starting, running, paused, waiting (for a place), finished, stopped, failed; readers also see `interrupted`: its
    process is gone."""
    reason: str | None = None
    """In words: why it ended, or what it is doing while starting."""
    step: Count = 0
    steps: Count | None = None
    """Total steps asked for; None without such a limit."""
    images: Count = 0
    seconds: Seconds = 0.0
    """Training time in all, pauses left out."""
    seconds_left: Seconds | None = None
    images_per_second: Seconds = 0.0
    preview_share: Annotated[float, Range(0)] = 0.0
    """Share of the wall time spent on showing, 0 to 1."""
    device: str = ""
    """In words, for the screen."""
    parameters: Count = 0
    """Of the generator, or of both translators."""
    live_step: Count = 0
    """The step that the live weights are of."""
    pid: Count = 0
    heartbeat: float = 0.0
    """Unix time of this writing."""

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Status:
        """The status that `values` describe; fields of another type keep their defaults."""
        return from_json(cls, values).value

    @property
    def is_active(self) -> bool:
        """Whether a process is working on the run, or about to."""
        return self.state in ACTIVE


@dataclass(frozen=True)
class Keyframe:
    """One kept moment of a run."""

    step: int
    picture: Path
    weights: Path | None
    """A model file, unless it was thinned out."""
