"""Settings of a whole app, which its services and tabs share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class AppSettings:
    """Settings of a whole app."""

    device: str = "auto"
    """`auto`, `cpu`, `cuda` or `mps`."""
    local: bool = True
    """Whether only this machine can reach the app; paths of the server's own disk are accepted only then."""
    max_trainings: int | None = None
    """How many trainings run at once, the others wait; None: chosen by this machine's cores."""

    def device_line(self) -> str:
        """The device in words, such as `CPU, 2 threads, bfloat16`."""
        from gan_core.devices import choose, describe

        return describe(choose(self.device))
