"""The history of a model in one file beside it: its weights at many steps of its training, in half precision.

`NAME.history.safetensors` beside `NAME.safetensors` holds the tensors `STEP/generator.layer.weight`, ...; the header
holds the model's card, what the card said at every step, and the curves of the training. No model by itself: it carries
no `card`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_core import tensor_files
from gan_core.errors import DamagedFileError, InputError
from gan_core.files import write_atomically
from gan_core.runs.curves import Point, curves, thinned
from gan_core.runs.folder import RunFolder
from gan_core.runs.keyframes import spread

if TYPE_CHECKING:
    from torch import Tensor

    from gan_core.cards import Card

SUFFIX = ".history.safetensors"
SCHEMA = 1
CURVE_POINTS = 200
"""Of one curve."""
OF_THE_STEP = ("steps", "images", "training_seconds")
"""What of a card is another at every step."""
OF_THE_TRAINING = ("network", "data", "seed", "recipe")
"""What of a card tells one training from another."""


def beside(model: Path) -> Path:
    """Path of the history of the model file `model`, whether it exists or not."""
    return model.with_name(model.stem + SUFFIX)


class PackedHistory:
    """A history file; only its header is read until a step is asked for, and then only that step's weights."""

    def __init__(self, path: Path) -> None:
        """Raises InputError for a file that is none or is cut short."""
        self.path = path
        self.version = 0
        """The file's modification time in ns."""
        damaged = f"{path.name} is no history of a model or is cut short; a history is packed from a run's key frames."
        try:
            self._header = tensor_files.read_header(path)
            told = json.loads(self._header.metadata["history"])
            self._moments = {int(step): dict(values) for step, values in told["moments"].items()}
            self.values: dict[str, Any] = dict(told["card"])
            """The card of the model as JSON."""
            self.curves: list[Point] = list(told.get("curves", ()))
            """What the training told of itself (see `store.curves`)."""
            if told["schema"] != SCHEMA:
                raise InputError(damaged)
            self.version = path.stat().st_mtime_ns
        except OSError as error:
            raise InputError(f"{path.name} cannot be read: {error.strerror}.") from error
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise InputError(damaged) from error

    def steps(self) -> list[int]:
        """The steps whose weights it holds, ascending."""
        return sorted(self._moments)

    def check_of(self, values: dict[str, Any], name: str) -> None:
        """Raise InputError unless this is the history of the model `name` whose card is `values`."""
        if any(self.values.get(key) != values.get(key) for key in OF_THE_TRAINING):
            raise InputError(f"The history beside {name} is of another training; pack it from the run of this model.")

    def read(self, step: int) -> tuple[Card, dict[str, Tensor]]:
        """The model's card as of `step` (one of `steps`), and the weights of that step in their stored precision.

        Raises:
            InputError: if the file has been removed or replaced meanwhile.
        """
        from gan_core.cards import Card

        prefix = f"{step}/"
        names = [name for name in self._header.entries if name.startswith(prefix)]
        try:
            tensors = tensor_files.read_some(self.path, self._header, names)
        except OSError as error:
            raise InputError(f"{self.path.name} cannot be read: {error.strerror}.") from error
        except DamagedFileError as error:
            raise InputError(f"{self.path.name} is damaged at step {step} and cannot be read ({error}).") from error
        card = Card.from_json({**self.values, **self._moments[step]})
        return card, {name.removeprefix(prefix): tensor for name, tensor in tensors.items()}


def pack(run: RunFolder, steps: Sequence[int] | int, path: Path | str, card: Card | None = None) -> list[int]:
    """Write the weights that `run` kept at `steps` into one history file at `path`; returns the steps.

    A number instead of a list chooses that many of them, evenly spread in log-time. `card` is that of the model beside
    which the history will lie, where it is not the run's own. Raises InputError for a step of which no weights are kept,
    and for a run that kept none or has no model yet.
    """
    from gan_core.models.files import read_card, stored_tensors

    kept = {keyframe.step: keyframe.weights for keyframe in run.keyframes() if keyframe.weights is not None}
    chosen = spread(sorted(kept), steps) if isinstance(steps, int) else sorted(set(steps))
    missing = [step for step in chosen if step not in kept]
    if missing or not chosen:
        what = f"at step {missing[0]}" if missing else "yet"
        raise InputError(f"The run {run.name} has kept no weights {what}.")
    tensors: dict[str, Tensor] = {}
    moments: dict[str, dict[str, Any]] = {}
    for step in chosen:
        file = kept[step]
        assert file is not None
        then = read_card(file)
        moments[str(step)] = {key: getattr(then, key) for key in OF_THE_STEP}
        tensors |= {f"{step}/{name}": value for name, value in stored_tensors(file).items()}
    values = (read_card(run.model) if card is None else card).replace(metrics={}, judge={}).to_json()
    told = {
        "schema": SCHEMA,
        "card": values,
        "moments": moments,
        "curves": thinned(curves(run.events()[0]), CURVE_POINTS),
    }
    write_atomically(Path(path), tensor_files.serialized(tensors, {"history": json.dumps(told)}, covered=("history",)))
    return chosen
