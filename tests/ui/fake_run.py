"""A run folder as a trainer would leave it, without training, and a launcher that only remembers."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from gan_core.images import encode_jpeg
from gan_core.paths import title_of
from gan_core.recipes import Recipe
from gan_core.runs.folder import RunFolder, Status
from gan_core.runs.folder_names import new_folder
from gan_core.runs.live import open_live_folder
from gan_core.runs.owners import add_owner
from gan_core.runs.probe_images import ProbeImages

STEPS = (1, 2, 5, 10)


def picture(value: int) -> bytes:
    return encode_jpeg(np.full((16, 32, 3), value, np.uint8))


def fake_run(root: Path, state: str = "finished", name: str | None = None, recipe: str = "dcgan") -> RunFolder:
    """Ten steps of a training with four key frames, losses and a warning; its live picture included.

    It is made aside, and appears at once as what it is: a page that looks meanwhile never sees it begin.
    """
    made = Recipe.named(recipe)
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root.parent) as aside:
        run = _recorded(RunFolder.create(Path(aside), made, name or "run"), state)
        place = root / name if name else new_folder(root, made.name, Path(title_of(made.data)).stem)
        run.path.rename(place)
    run = RunFolder(place)
    open_live_folder(run.path)
    run.live_picture.write_bytes(picture(200))
    return run


def _recorded(run: RunFolder, state: str) -> RunFolder:
    (run.path / "keyframes").mkdir()
    for step in STEPS:
        (run.path / "keyframes" / f"{step:08d}.jpg").write_bytes(picture(20 * step))
        losses = {"generator": 1.0 / step, "discriminator": float("nan") if step == 2 else 0.5}
        run.append_event({"kind": "progress", "step": step, "losses": losses, "scores": {"real": 1.0, "fake": -1.0}})
    run.append_event({"kind": "warning", "step": 5, "text": "Few different pictures."})
    (run.path / "real.jpg").write_bytes(picture(7))
    (run.path / "log.txt").write_text("first\nlast words\n")
    run.write_status(
        Status(state=state, step=10, steps=10, images=640, seconds=4.0, pid=os.getpid(), heartbeat=time.time())
    )
    return run


class FakeLauncher:
    """Creates run folders, trains nothing, remembers what it was asked."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.asked: list[tuple[str, Any]] = []

    def warm(self) -> None:
        self.asked.append(("warm", None))

    def start(
        self,
        recipe: Recipe,
        name: str | None = None,
        own: ProbeImages | None = None,
        *,
        owner: str = "",
        token: str = "",
    ) -> RunFolder:
        self.asked.append(("start", recipe))
        run = RunFolder.create(self.root, recipe, name)
        add_owner(run.path, owner)
        return run

    def resume(
        self, folder: RunFolder, steps: int | None = None, minutes: float | None = None, *, owner: str = ""
    ) -> None:
        self.asked.append(("resume", (folder.name, steps, minutes)))

    def shutdown(self) -> None:
        self.asked.append(("shutdown", None))
