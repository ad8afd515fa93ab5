"""Reference levels and moments of data sets, computed once and kept on disk for every training."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gan_core.data import DataSet
from gan_core.files import cache_folder, read_json, write_json
from gan_core.metrics.frechet import Moments
from gan_core.metrics.reference import ReferenceLevel
from gan_core.version import __version__

SAMPLE = 2**18
"""Numbers of a set of pictures that its fingerprint looks at: some milliseconds, whatever its size."""


class LevelCache:
    """Numbers of one data set in a file of the cache; if it cannot be read or written, they are computed again."""

    def __init__(self, *parts: Tensor, folder: Path | None = None) -> None:
        """For pictures (N, C, H, W), one tensor for every part that the numbers depend on."""
        found = hashlib.sha256(__version__.encode())
        for part in parts:
            values = part.detach().flatten()
            stride = max(1, len(values) // SAMPLE) | 1  # odd: over an even side all columns and rows take their turn
            found.update(f"{tuple(part.shape)} {part.dtype}".encode())
            found.update(values[::stride].cpu().contiguous().numpy().tobytes())
        folder = cache_folder() / "reference-levels" if folder is None else folder
        self.path = folder / f"{found.hexdigest()[:24]}.json"
        self._values: dict[str, Any] | None = None

    @classmethod
    def of(cls, data: DataSet, *others: DataSet) -> LevelCache:
        """The cache of a data set, identified by its training and held-out pictures."""
        return cls(*(part for each in (data, *others) for part in (each.pictures, each.held_out)))

    def level(self, key: str) -> ReferenceLevel | None:
        """The reference level that was kept under `key`; None where there is none."""
        try:
            return ReferenceLevel(**self._read()["levels"][key])
        except (LookupError, TypeError):
            return None

    def keep_level(self, key: str, level: ReferenceLevel) -> None:
        """Keep `level` under `key`, which names the data set, metric, feature network and sample size."""
        self._keep("levels", key, asdict(level))

    def moments(self, key: str) -> Moments | None:
        """Mean (D,) and covariance (D, D) of features, float64, kept under `key`; None where there are none."""
        try:
            found = self._read()["moments"][key]
            mean, covariance = (torch.tensor(found[name], dtype=torch.float64) for name in ("mean", "covariance"))
            if covariance.shape != (len(mean), len(mean)):
                return None
            return Moments(mean, covariance, int(found["samples"]))
        except (LookupError, TypeError, ValueError):
            return None

    def keep_moments(self, key: str, moments: Moments) -> None:
        """Keep `moments` under `key`; exact, as JSON holds every digit of a float64."""
        values = {"mean": moments.mean.tolist(), "covariance": moments.covariance.tolist(), "samples": moments.samples}
        self._keep("moments", key, values)

    def _read(self) -> dict[str, Any]:
        if self._values is None:
            found: Any = None
            with contextlib.suppress(OSError, ValueError):
                found = read_json(self.path)
            parts = found if isinstance(found, dict) else {}
            kept = {kind: part for kind in ("levels", "moments") if isinstance(part := parts.get(kind), dict)}
            self._values = {"levels": {}, "moments": {}, **kept}
        return self._values

    def _keep(self, kind: str, key: str, value: Any) -> None:
        self._values = None  # another training may have written meanwhile
        values = self._read()
        values[kind][key] = value
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_json(self.path, values, durable=False)
