"""What a projection's error means: the same effort spent on held-out real pictures, and on the model's own.

A real picture that the model never saw says how well *any* real picture can be found in this latent space; one of its
own, which has a latent for certain, says how well the search searches.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from statistics import median
from typing import Any

import torch
from torch import Tensor

from gan_core.files import cache_folder, write_atomically
from gan_core.images import to_float, to_uint8
from gan_core.models.generator import GeneratorModel, latents_for_seed
from gan_core.projection.search import Moment, project
from gan_core.projection.search_budget import SearchBudget

HELD_OUT, OWN = 8, 3
"""Pictures of each kind."""
OWN_SEED = 2**31
"""Of the model's own pictures: no seed that a search looks at."""


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """Errors of projections with one budget, in levels of 255."""

    effort: SearchBudget
    held_out: tuple[float, ...] = ()
    own: tuple[float, ...] = ()
    total: tuple[int, int] = (HELD_OUT, OWN)
    """How many of each there will be; 0 held-out ones where the data are not on this machine."""

    @property
    def complete(self) -> bool:
        """Whether as many pictures of both kinds were projected as planned."""
        return (len(self.held_out), len(self.own)) == self.total

    def to_json(self) -> dict[str, Any]:
        """The errors, and of each kind its median, least and greatest."""
        answer: dict[str, Any] = {**dataclasses.asdict(self), "complete": self.complete}
        for kind in ("held_out", "own"):
            if errors := getattr(self, kind):
                answer[f"{kind}_summary"] = {"median": median(errors), "least": min(errors), "greatest": max(errors)}
        return answer


def measure_recovery(
    model: GeneratorModel, held_out: Tensor | None, effort: SearchBudget
) -> Iterator[tuple[Moment, Recovery]]:
    """Project held-out pictures, uint8 (M, C, H, W), and the model's own, a moment at a time, in turn of kinds.

    Without held-out pictures only its own are measured. The pictures are the same ones every time.
    """
    known = Recovery(effort=effort, total=(0 if held_out is None else min(HELD_OUT, len(held_out)), OWN))
    targets = [("own", picture) for picture in model.render(latents_for_seed(OWN_SEED, OWN, model.latent_dim))]
    if held_out is not None:
        order = torch.randperm(len(held_out), generator=torch.Generator().manual_seed(0))[:HELD_OUT]
        real = [("held_out", picture) for picture in to_uint8(to_float(held_out[order]))]
        targets = [each for pair in zip_longest(real, targets) for each in pair if each is not None]
    for kind, target in targets:
        moment = None
        for moment in project(model, target, effort):
            yield moment, known
        if moment is not None:
            known = dataclasses.replace(known, **{kind: (*getattr(known, kind), round(moment.best.error, 3))})
            yield moment, known


def remembered(model: GeneratorModel, starts: int, data: str) -> Recovery | None:
    """What was measured before of these very weights with so many starts, beside the pictures called `data`."""
    try:
        values = json.loads(_path(model, starts, data).read_text(encoding="utf-8"))
        return Recovery(
            effort=SearchBudget(**values["effort"]),
            held_out=tuple(map(float, values["held_out"])),
            own=tuple(map(float, values["own"])),
            total=(int(values["total"][0]), int(values["total"][1])),
        )
    except (OSError, ValueError, LookupError, TypeError):
        return None  # not measured yet, or damaged: it is measured anew


def remember(model: GeneratorModel, starts: int, data: str, known: Recovery) -> None:
    """Keep a complete measurement; a folder that cannot be written only costs measuring again."""
    path = _path(model, starts, data)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps(dataclasses.asdict(known)).encode())
    except OSError:
        pass


def _path(model: GeneratorModel, starts: int, data: str) -> Path:
    found = sha256(f"1 {starts} {data} {HELD_OUT} {OWN}".encode())
    for name, value in model.network.state_dict().items():
        found.update(name.encode())
        found.update(value.detach().cpu().contiguous().numpy().tobytes())
    return cache_folder() / "projections" / f"{found.hexdigest()[:24]}.json"
