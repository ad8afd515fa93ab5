"""What a run says of itself, and the moments of it that are kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ACTIVE = ("starting", "running", "paused")


@dataclass
class Status:
    """What a run says of itself; rewritten about twice a second while it trains."""

    state: str = "starting"
    """starting, running, paused, finished, stopped, failed; readers also see `interrupted`: its process is gone."""
    reason: str | None = None
    """In words: why it ended, or what it is doing while starting."""
    step: int = 0
    steps: int | None = None
    """Total steps asked for; None without such a limit."""
    images: int = 0
    seconds: float = 0.0
    """Training time in all, pauses left out."""
    seconds_left: float | None = None
    images_per_second: float = 0.0
    preview_share: float = 0.0
    """Share of the wall time spent on showing, 0 to 1."""
    device: str = ""
    """In words, for the screen."""
    parameters: int = 0
    """Of the generator, or of both translators."""
    live_step: int = 0
    """The step that the live weights are of."""
    pid: int = 0
    heartbeat: float = 0.0
    """Unix time of this writing."""

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Status:
        known = {field.name for field in dataclasses.fields(cls)}
        return cls(**{key: value for key, value in values.items() if key in known})

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
