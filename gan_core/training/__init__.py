"""Training: the loop, what it writes into a run folder, and the processes that it runs in."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_core.recipes import Recipe

if TYPE_CHECKING:
    from gan_core.runs.folder import RunFolder


def train(
    recipe: Recipe | str,
    data: str | Path | None = None,
    steps: int | None = None,
    *,
    data_b: str | Path | None = None,
    minutes: float | None = None,
    seed: int | None = None,
    device: str = "auto",
    out: str | Path | None = None,
    start_from: str | Path | None = None,
) -> Iterator[dict[str, Any]]:
    """Train in this process and yield the run's events as they happen.

    The app shows the run like any other. Leaving the loop early stops the training, which still saves.

    Args:
        recipe: A recipe, or the name of a preset.
        data: Name, folder or zip; None: the recipe's. For a translation it holds both domains, or `data_b` names the
            other.
        steps: Length of the training. `steps` and `minutes` together replace both limits of the recipe.
        data_b: Domain B of a translation.
        minutes: Length of the training.
        seed: Of the weights and of all random streams; None: the recipe's.
        device: `auto`, `cpu`, `cuda` or `mps`.
        out: Path of the run folder; None makes a new one below the default folder of runs.
        start_from: The model or run whose weights it starts from, `NAME`, `runs/NAME` or `runs/NAME@STEP`; None: the
            recipe's. Network settings that the recipe has as its preset has them become those of the model.

    Yields:
        The events of `events.jsonl`; the first has the kind `run` and names the folder.

    Raises:
        InputError: for a recipe, data, device or model that cannot be used.
    """
    from gan_core.data import lasting
    from gan_core.paths import expanded
    from gan_core.runs.locating import default_root
    from gan_core.training import session
    from gan_core.training.start_weights import fitted

    recipe = Recipe.named(recipe) if isinstance(recipe, str) else recipe
    recipe = recipe.with_request(data=lasting(data), data_b=lasting(data_b), steps=steps, minutes=minutes, seed=seed)
    recipe, _ = fitted(recipe, None if start_from is None else str(start_from))
    place = expanded(out) if out else None
    root, name = (place.parent, place.name) if place is not None else (default_root(), None)
    folder = session.create(recipe, root, name)
    yield {"kind": "run", "name": folder.name, "path": str(folder.path)}
    yield from _events(folder, device)


def _events(folder: RunFolder, device: str) -> Iterator[dict[str, Any]]:
    """Run the training in a thread and hand its events over; an early end is a request to stop."""
    from gan_core.training import session

    events: queue.SimpleQueue[dict[str, Any] | BaseException | None] = queue.SimpleQueue()

    def work() -> None:
        try:
            session.run_training(folder, device, events.put)
            events.put(None)
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that asked
            events.put(error)

    thread = threading.Thread(target=work, name=f"training {folder.name}")
    thread.start()
    try:
        while (event := events.get()) is not None:
            if isinstance(event, BaseException):
                raise event
            yield event
    finally:
        if thread.is_alive():
            folder.request("stop")
        thread.join()
