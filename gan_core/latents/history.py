"""A generator at the kept moments of its training: of a run, or of a model with its history beside it."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gan_core.errors import InputError
from gan_core.models.files import find_model
from gan_core.models.histories import SUFFIX, PackedHistory, beside
from gan_core.runs.folder import RunFolder
from gan_core.runs.keyframes import nearest
from gan_core.runs.locating import find_run, run_folder_of

if TYPE_CHECKING:
    from torch import Tensor

    from gan_core.cards import Card
    from gan_core.models.generator import GeneratorModel
    from gan_core.runs.curves import Point

CACHE_BYTES = 256 * 2**20
"""Bytes of loaded weights that stay in memory, of all histories together."""
BREATH = 0.004
"""Seconds between two generators loaded in the background: a picture that is drawn meanwhile goes first."""


class GeneratorCache:
    """Generators in memory; beyond `capacity` bytes the least recently used are dropped."""

    def __init__(self, capacity: int = CACHE_BYTES) -> None:
        self.capacity = capacity
        self._lock = threading.Lock()
        self._held: OrderedDict[Hashable, tuple[int, GeneratorModel]] = OrderedDict()
        self._bytes = 0

    def get(self, key: Hashable) -> GeneratorModel | None:
        """The generator kept under `key`; None where there is none."""
        with self._lock:
            held = self._held.get(key)
            if held is None:
                return None
            self._held.move_to_end(key)
            return held[1]

    def put(self, key: Hashable, model: GeneratorModel) -> None:
        """Keep `model`; one that is larger than the whole cache stays alone."""
        size = model.bytes
        with self._lock:
            before = self._held.pop(key, None)
            self._bytes += size - (before[0] if before else 0)
            self._held[key] = (size, model)
            while self._bytes > self.capacity and len(self._held) > 1:
                _, (gone, _) = self._held.popitem(last=False)
                self._bytes -= gone

    def __contains__(self, key: Hashable) -> bool:
        with self._lock:
            return key in self._held


CACHE = GeneratorCache()


def open_history(name: str | Path, device: str = "auto", runs_root: Path | str | None = None) -> History:
    """The history of the run or model called `name`, or lying at that path, as on the shell.

    Raises InputError for an unknown name and for one that has no history.
    """
    if str(name).startswith("runs/") or run_folder_of(name) is not None:
        history = History(find_run(name, runs_root), device)
    else:
        path = find_model(name, runs_root)
        history = History(path.parent if (path.parent / "recipe.json").is_file() else path, device)
    if not history.steps():
        raise InputError(history.why_empty())
    return history


class History:
    """The kept moments of one training: `history.at(464).render(...)` draws what it would have drawn at step 464.

    `source` is a run (its folder or a path to it), or a model file with a packed history beside it. Cheap to make;
    what is on disk is looked at again whenever asked, so it may be a training that goes on.
    """

    def __init__(self, source: RunFolder | Path | str, device: str = "auto", cache: GeneratorCache = CACHE) -> None:
        """Raises InputError for a model whose history is that of another training."""
        self.device = device
        self._cache = cache
        self._wanted: list[int] = []
        self._fetching: threading.Thread | None = None
        self._lock = threading.Lock()
        path = source.path if isinstance(source, RunFolder) else Path(source)
        self._packed: PackedHistory | None = None
        if path.name.endswith(".safetensors"):
            self.name = path.name.removesuffix(SUFFIX).removesuffix(".safetensors")
            self.path = path if path.name.endswith(SUFFIX) else beside(path)
            if self.path.exists():
                self._packed = PackedHistory(self.path)
                if path != self.path:
                    self._check_of(path)
        else:
            self.name, self.path = path.name, path

    def _check_of(self, model: Path) -> None:
        from gan_core.models.files import read_card

        assert self._packed is not None
        self._packed.check_of(read_card(model).to_json(), self.name)

    @property
    def is_run(self) -> bool:
        """Whether the history is that of a run, not of a model file."""
        return not self.path.name.endswith(SUFFIX)

    def steps(self) -> list[int]:
        """Steps of which weights are kept, ascending; none for a model without a history.

        Raises InputError for a run that has been deleted.
        """
        if self._packed is not None:
            return self._packed.steps()
        if not self.is_run:
            return []
        found = [path.stem for path in (self.path / "keyframes").glob("*.safetensors")]
        if not found:
            self._check_there()
        return sorted(int(stem) for stem in found if stem.isdecimal())

    def curves(self) -> list[Point]:
        """The curves of the training, as far as a packed history has them; a run has its own."""
        return self._packed.curves if self._packed is not None else []

    def nearest(self, step: float) -> int:
        """The kept step that is nearest to `step` in log-time.

        Raises:
            InputError: where none is kept.
        """
        steps = self.steps()
        if not steps:
            raise InputError(self.why_empty())
        return nearest(steps, step)

    def why_empty(self) -> str:
        """Why no moment is kept, in a sentence that says how a model with a history is made."""
        if self.is_run:
            return f"The run {self.name} has kept no weights yet; the first come with its first step."
        return f"{self.name} came without a history of its training. Every model that you train here keeps its own."

    def at(self, step: int) -> GeneratorModel:
        """The generator as it was at `step`, from memory if it was there a moment ago.

        Raises InputError for a step that is not kept (any more), for a file that is cut short and for a run that has
        been deleted.
        """
        key = self._key(step)
        model = self._cache.get(key)
        if model is None:
            model = self._load(step)
            self._cache.put(key, model)
        return model

    def newest(self) -> GeneratorModel:
        """The generator at the newest moment that can be read.

        Raises:
            InputError: where none can be read; it says what is wrong with the last one tried.
        """
        wrong = InputError(self.why_empty())
        for step in reversed(self.steps()):
            try:
                return self.at(step)
            except InputError as error:
                wrong = error
        raise wrong

    def prefetch(self, steps: Sequence[int]) -> None:
        """Load `steps`, the first first, in the background; the newest request replaces what is left of the one before.

        What is not kept or cannot be read is passed over: a request for it says so.
        """
        with self._lock:
            self._wanted = list(steps)
            if self._wanted and (self._fetching is None or not self._fetching.is_alive()):
                self._fetching = threading.Thread(target=self._fetch, name=f"history of {self.name}", daemon=True)
                self._fetching.start()

    def prefetch_around(self, step: int) -> None:
        """Load what is nearest to `step` in log-time first, as much as half of the cache holds."""
        steps = self.steps()
        if not steps:
            return
        files = [self.path] if self._packed is not None else [self._file(each) for each in steps]
        stored = sum(file.stat().st_size for file in files if file.exists()) / len(steps)
        # Stored in half precision, held in single precision.
        count = max(1, int(self._cache.capacity / 2 / max(1, 2 * stored)))
        order = sorted(steps, key=lambda kept: abs(math.log(kept / max(step, 1))))
        self.prefetch(order[:count])

    def settle(self) -> None:
        """Wait for what is being loaded in the background."""
        fetching = self._fetching
        if fetching is not None:
            fetching.join()

    def _fetch(self) -> None:
        while True:
            with self._lock:
                if not self._wanted:
                    self._fetching = None  # under the lock: the next request starts a thread of its own
                    return
                step = self._wanted.pop(0)
            try:
                if self._key(step) not in self._cache:
                    self.at(step)
                    time.sleep(BREATH)
            except InputError:
                continue

    def _key(self, step: int) -> Hashable:
        """What is asked for, its file's age included: a run that goes on from a checkpoint may make a step anew."""
        if self._packed is not None and step in self._packed.steps():
            return self.path, step, self._packed.version, self.device
        if self.is_run:
            try:
                return self.path, step, self._file(step).stat().st_mtime_ns, self.device
            except OSError:
                self._check_there()
        raise InputError(self._missing(step))

    def _file(self, step: int) -> Path:
        return self.path / "keyframes" / f"{step:08d}.safetensors"

    def _check_there(self) -> None:
        if not (self.path / "recipe.json").is_file():
            raise InputError(f"The run {self.name} has been deleted; choose another model.")

    def _missing(self, step: int) -> str:
        steps = self.steps()
        if not steps:
            return self.why_empty()
        return f"Step {step} of {self.name} is not kept; {nearest(steps, step)} is the nearest that is."

    def _load(self, step: int) -> GeneratorModel:
        from gan_core.models.files import load_model
        from gan_core.models.generator import GeneratorModel

        if self._packed is not None:
            card, tensors = self._packed.read(step)
            return _generator(card, tensors, self.path.name, self.device)
        try:
            model = load_model(self._file(step), self.device)
        except InputError as error:
            if not self._file(step).exists():
                self._check_there()
                raise InputError(self._missing(step)) from error
            raise InputError(f"Step {step} of {self.name} cannot be shown: {error}") from error
        if not isinstance(model, GeneratorModel):
            raise InputError(f"{self.name} translates pictures; choose it on the Translate tab.")
        return model


def _generator(card: Card, tensors: Mapping[str, Tensor], file: str, device: str) -> GeneratorModel:
    """The generator of a packed step, float32, ready to draw."""
    from gan_core.devices import choose
    from gan_core.models.files import check_network_plugins, filled
    from gan_core.models.generator import GeneratorModel
    from gan_core.networks import rebuild

    check_network_plugins(card, f"The model {file}")
    weights = {
        name.removeprefix("generator."): value.float() if value.is_floating_point() else value
        for name, value in tensors.items()
    }
    return GeneratorModel(filled(lambda: rebuild("generator", card.network), weights, file), card, choose(device))
