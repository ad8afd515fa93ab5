"""The history of a model in one file beside it: its weights at many steps of its training, in half precision.

`NAME.history.safetensors` beside `NAME.safetensors` holds the tensors `STEP/generator.layer.weight`, ...; the header
holds the model's card, what the card said at every step, and the curves of the training. No model by itself: it carries no `card`.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.files import write_atomically
from gan_core.store.curves import Point, curves, thinned
from gan_core.store.keyframes import spread
from gan_core.store.runs import RunFolder

if TYPE_CHECKING:
    from torch import Tensor

    from gan_core.models import Card

SUFFIX = ".history.safetensors"
SCHEMA = 1
HEADER_LIMIT = 16 * 2**20
CURVE_POINTS = 200
"""Of one curve."""
OF_THE_STEP = ("steps", "images", "training_seconds")
"""What of a card is another at every step."""
OF_THE_TRAINING = ("network", "data", "seed", "recipe")
"""What of a card tells one training from another."""


def beside(model: Path) -> Path:
    """Where the history of the model file `model` lies, if it has one."""
    return model.with_name(model.stem + SUFFIX)


class PackedHistory:
    """One such file. Only its header is read until a step is asked for, and then only that step's weights."""

    def __init__(self, path: Path) -> None:
        """Raises InputError for a file that is none or is cut short."""
        self.path = path
        self.version = 0
        """The file's modification time in ns."""
        damaged = f"{path.name} is no history of a model or is cut short; a history is packed from a run's key frames."
        try:
            status = path.stat()
            with path.open("rb") as file:
                first = file.read(8)
                length = struct.unpack("<Q", first)[0] if len(first) == 8 else 0
                if not 2 <= length <= min(status.st_size, HEADER_LIMIT):
                    raise InputError(damaged)
                header = json.loads(file.read(length))
            told = json.loads(header.pop("__metadata__")["history"])
            self._tensors: dict[str, Any] = header
            self._start = 8 + length
            self._moments = {int(step): dict(values) for step, values in told["moments"].items()}
            self.values: dict[str, Any] = dict(told["card"])
            """The card of the model as JSON."""
            self.curves: list[Point] = list(told.get("curves", ()))
            """What the training told of itself (see `store.curves`)."""
            end = max(entry["data_offsets"][1] for entry in header.values())
            if told["schema"] != SCHEMA or status.st_size < self._start + end:
                raise InputError(damaged)
        except OSError as error:
            raise InputError(f"{path.name} cannot be read: {error.strerror}.") from error
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise error if isinstance(error, InputError) else InputError(damaged) from error
        self.version = status.st_mtime_ns

    def steps(self) -> list[int]:
        """Ascending."""
        return sorted(self._moments)

    def check_of(self, values: dict[str, Any], name: str) -> None:
        """Raise InputError unless this is the training of the model `name` whose card is `values`."""
        if any(self.values.get(key) != values.get(key) for key in OF_THE_TRAINING):
            raise InputError(f"The history beside {name} is of another training; pack it from the run of this model.")

    def read(self, step: int) -> tuple[Card, dict[str, Tensor]]:
        """The model's card as of `step` (one of `steps`) and the weights of then, as they are in the file.

        Raises InputError if the file has gone or been replaced by something else meanwhile.
        """
        import safetensors
        import safetensors.torch

        from gan_core.models import Card

        prefix = f"{step}/"
        header: dict[str, Any] = {}
        parts: list[bytes] = []
        length = 0
        try:
            # In the order of the file: what `safetensors` packs has no gaps, and neither has what is cut out here.
            with self.path.open("rb") as file:
                for name, entry in sorted(self._tensors.items(), key=lambda item: item[1]["data_offsets"]):
                    if not name.startswith(prefix):
                        continue
                    begin, end = entry["data_offsets"]
                    file.seek(self._start + begin)
                    parts.append(file.read(end - begin))
                    header[name.removeprefix(prefix)] = {**entry, "data_offsets": [length, length + end - begin]}
                    length += end - begin
            text = json.dumps(header).encode()
            tensors = safetensors.torch.load(struct.pack("<Q", len(text)) + text + b"".join(parts))
        except OSError as error:
            raise InputError(f"{self.path.name} cannot be read: {error.strerror}.") from error
        except (ValueError, safetensors.SafetensorError) as error:
            raise InputError(f"{self.path.name} is damaged at step {step} and cannot be read ({error}).") from error
        return Card.from_json({**self.values, **self._moments[step]}), tensors


def pack(run: RunFolder, steps: Sequence[int] | int, path: Path | str) -> list[int]:
    """Write the weights that `run` kept at `steps` into one history file at `path`; returns the steps.

    A number instead of a list chooses that many of them, evenly spread in log-time. Raises InputError for a step of
    which no weights are kept, and for a run that kept none or has no model yet.
    """
    import safetensors.torch

    from gan_core.store.models import read_card, stored_tensors

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
        card = read_card(file)
        moments[str(step)] = {key: getattr(card, key) for key in OF_THE_STEP}
        tensors |= {f"{step}/{name}": value for name, value in stored_tensors(file).items()}
    values = read_card(run.model).replace(metrics={}, judge={}).to_json()
    told = {
        "schema": SCHEMA,
        "card": values,
        "moments": moments,
        "curves": thinned(curves(run.events()[0]), CURVE_POINTS),
    }
    write_atomically(Path(path), safetensors.torch.save(tensors, {"history": json.dumps(told)}))
    return chosen
