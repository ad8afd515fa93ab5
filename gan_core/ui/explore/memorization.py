"""Memory: the training pictures nearest to the one that is shown, beside what held-out real pictures have."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_core.errors import Cancelled, InputError
from gan_core.ui.components import failure
from gan_core.ui.explore import background
from gan_core.ui.explore.controller import ExploreController
from gan_core.ui.explore.drawing import as_url
from gan_core.ui.explore.training_pictures import of_desk
from gan_core.ui.threads import one_thread

if TYPE_CHECKING:
    import numpy as np

    from gan_core.memorization.neighbours import Neighbour, NeighbourIndex, NeighbourResult
    from gan_core.models.generator import GeneratorModel

NEIGHBOURS = 6
MANY = 64
MOST_MANY = 256
INDICES = 2
"""Data sets whose index is kept."""
TEACHING = 0.7
"""Share of the second half of the work that teaching the classifier takes; the rest is looking through its eyes."""
MOST_SEED = 2**32 - 1 - MOST_MANY


class Index:
    """The memory of one data set, made in the background: first by outlines if its classifier is still to be taught."""

    def __init__(self, make: Callable[[Index], None]) -> None:
        self.memory: NeighbourIndex | None = None
        self.number = 0
        """Grows with every better memory."""
        self.words = "Fetching the training pictures"
        self.share = 0.0
        self.error = ""
        self.ended = False
        self._make = make
        background.begin("memory", self._run)

    def _run(self) -> None:
        try:
            self._make(self)
        except Cancelled:
            raise
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of anything
            self.error = failure(error)["error"]
        finally:
            self.ended = True

    def found(self, memory: NeighbourIndex) -> None:
        self.memory = memory
        self.number += 1

    def telling(self, words: str, start: float, end: float) -> Callable[[int, int], None]:
        """A callback of (done, total) that moves the share from `start` to `end`."""
        self.words, self.share = words, start

        def tell(done: int, total: int) -> None:
            background.check()
            self.share = start + (end - start) * done / max(1, total)

        return tell


class MemorizationPanel:
    """Every public method takes one object from the browser and answers with one."""

    def __init__(self, desk: ExploreController) -> None:
        self._desk = desk
        self._pictures = of_desk(desk)
        self._lock = threading.Lock()
        self._indices: OrderedDict[tuple[Any, ...], Index] = OrderedDict()

    def functions(self) -> list[Callable[..., Any]]:
        return [self.memory_near, self.memory_many, self.memory_place]

    def memory_near(self, wish: Any) -> dict[str, Any]:
        """The training pictures nearest to the place of a wish, or to an uploaded `picture`.

        While the training pictures are still being looked through, how far that is; where they are not on this machine,
        `missing` says so. What is usual for held-out pictures is sent only where `known` is not its number.
        """
        look = self._desk.look(wish)
        index = self._index(look.name, look.model)
        if index.memory is None:
            return self._state(index)
        memory, number = index.memory, index.number
        picture = self._picture(wish, look.model)
        if picture is None:
            picture = self._desk.draw(look)
        with one_thread():
            (finding,) = memory.look(picture[None], NEIGHBOURS)
        answer = {
            **self._state(index),
            "ready": True,
            "number": number,
            "picture": as_url(picture),
            "verdict": finding.verdict,
            "sentence": sentence(finding, memory),
            "pixels": [self._shown(memory, each) for each in finding.pixels],
            "features": [self._shown(memory, each) for each in finding.features],
            "twin": finding.twin,
        }
        return answer if wish.get("known") == number else answer | {"usual": usual(memory)}

    def memory_many(self, wish: Any) -> dict[str, Any]:
        """Draw `count` pictures of the model from `seed` on and say how many of them look copied."""
        from gan_core.models.generator import latents_for_seed

        wish = wish if isinstance(wish, dict) else {}
        model, _ = self._desk.model(wish.get("model"), wish.get("step"))
        count, seed = wish.get("count", MANY), wish.get("seed", 0)
        if not isinstance(count, int) or not 1 <= count <= MOST_MANY or not isinstance(seed, int):
            raise InputError(f"From 1 to {MOST_MANY} pictures are checked, from a seed on.")
        index = self._index(str(wish["model"]), model)
        if index.memory is None:
            return self._state(index)
        memory, seeds = index.memory, [seed % MOST_SEED + number for number in range(count)]
        import torch

        latents = torch.cat([latents_for_seed(each, 1, model.latent_dim) for each in seeds])
        kinds = len(model.classes)
        labels = torch.arange(count) % kinds if kinds else None
        pictures = self._desk.render(model, latents, None if labels is None else torch.eye(kinds)[labels])
        findings = []
        for start in range(0, count, 8):  # in portions: a slider's picture may go first
            with one_thread():
                findings += memory.look(pictures[start : start + 8], 1)
        order = sorted(range(count), key=lambda each: _nearness(findings[each], memory))
        return {
            **self._state(index),
            "ready": True,
            "number": index.number,
            "count": count,
            "copies": sum(each.verdict in ("same", "copy") for each in findings),
            "near": sum(each.verdict == "near" for each in findings),
            "pixels": [round(each.pixels[0].distance, 2) for each in findings],
            "features": [round(each.features[0].distance, 4) for each in findings],
            "nearest": [
                {
                    "seed": seeds[each],
                    "label": None if labels is None else int(labels[each]),
                    "picture": as_url(pictures[each]),
                    "verdict": findings[each].verdict,
                    "of": self._shown(memory, findings[each].pixels[0]),
                }
                for each in order[:4]
            ],
            "sentence": many_sentence(findings, memory),
        }

    def memory_place(self, wish: Any) -> dict[str, Any]:
        """Compare a model with the pictures of a `folder` of this machine, or of uploaded `files`."""
        wish = wish if isinstance(wish, dict) else {}
        model, _ = self._desk.model(wish.get("model"), wish.get("step"))
        self._pictures.place(str(wish["model"]), wish)
        return self._state(self._index(str(wish["model"]), model, again=True))

    # The index ----------------------------------------------------------------------------------------------------

    def _index(self, name: str, model: GeneratorModel, again: bool = False) -> Index:
        """The index of the model's training pictures, begun if it has to be; one that failed is tried `again`."""
        from gan_core.memorization.neighbours import is_mirrored

        key = (*self._pictures.key(name, model.card), is_mirrored(model.card))
        with self._lock:
            known = self._indices.get(key)
            if known is None or (again and known.error):
                known = self._indices[key] = Index(lambda index: self._fill(index, name, model))
            self._indices.move_to_end(key)
            while len(self._indices) > INDICES:
                self._indices.popitem(last=False)
        return known

    def _fill(self, index: Index, name: str, model: GeneratorModel) -> None:
        from gan_core.memorization.feature_extractors import OUTLINES, extractor_for
        from gan_core.memorization.neighbours import NeighbourIndex, is_mirrored

        data = self._pictures.get(name, model, index.telling("Fetching the training pictures", 0.0, 0.5))
        mirrored = is_mirrored(model.card)
        eye = extractor_for(data, train=False)
        tell = index.telling("Looking through the training pictures", 0.5, 1.0)
        index.found(NeighbourIndex(data, eye or OUTLINES, mirrored=mirrored, progress=tell))
        if eye is None:
            tell = index.telling("Teaching a small network to see shapes", 0.0, TEACHING)
            eye = extractor_for(data, progress=tell)
            tell = index.telling("Looking through its eyes", TEACHING, 1.0)
            if eye is not None:
                index.found(NeighbourIndex(data, eye, mirrored=mirrored, progress=tell))

    def _state(self, index: Index) -> dict[str, Any]:
        if index.error:
            return {"missing": index.error, "local": self._desk.context.local}
        return {"ready": False, "busy": not index.ended, "words": index.words, "share": round(index.share, 3)}

    def _picture(self, wish: Any, model: GeneratorModel) -> np.ndarray | None:
        """An uploaded picture as the model could draw it; None where the wish names none."""
        if not wish.get("picture"):
            return None
        from gan_core.images import decode
        from gan_core.projection.targets import target_for
        from gan_core.ui.uploads import uploaded

        path = uploaded(wish["picture"], use="compared")
        picture = decode(path, name=Path(str(wish.get("name") or path.name)).name)
        return target_for(model, picture, negative=bool(wish.get("negative")))

    def _shown(self, memory: NeighbourIndex, neighbour: Neighbour) -> dict[str, Any]:
        data, label = memory.data, ""
        if data.labels is not None and data.classes:
            label = data.classes[int(data.labels[neighbour.index])]
        return {
            "index": neighbour.index,
            "distance": round(neighbour.distance, 4),
            "picture": as_url(memory.picture(neighbour.index)),
            "class": label,
        }


def usual(memory: NeighbourIndex) -> dict[str, Any]:
    """What held-out pictures have, for the charts."""
    known = memory.usual
    return {
        "data": memory.data.name,
        "training": len(memory.data.pictures),
        "held_out": len(known.pixels),
        "eye": memory.eye.name,
        "eye_words": memory.eye.words,
        "mirrored": memory.mirrored,
        "pixels": [round(each, 2) for each in known.pixels.tolist()],
        "features": [round(each, 4) for each in known.features.tolist()],
        "limits": [round(each, 4) for each in known.limits()],
        "twins": round(known.twins, 4),
        "flagged": known.flagged,
    }


def sentence(finding: NeighbourResult, memory: NeighbourIndex) -> str:
    """What was found of one picture, in words that claim no more."""
    levels = finding.pixels[0].distance
    if finding.verdict == "same":
        return f"This is a training picture: it differs from one by {levels:.1f} of 255 levels, no more than saving it again."
    among = f"{len(memory.usual.pixels)} real pictures that were never learnt from"
    if finding.verdict == "copy":
        why = {
            "near": f"in pixels and in shapes it is nearer to one than nearly all of {among} are",
            "alone": f"it is much nearer to this one than to any other, in pixels and in shapes, unlike {among}",
            "twin": f"at a glance the two are the same, which hardly ever happens to {among}",
        }[finding.why]
        return f"This looks like a copy of a training picture: {why}. Look at the two beside each other."
    if finding.verdict == "near":
        senses = ("pixels", "shapes") if finding.nearer[0] < finding.nearer[1] else ("shapes", "pixels")
        return (
            f"Unusually near to a training picture in {senses[0]}, but not in {senses[1]}. "
            "That alone is no copy: a plain or soft picture is near to many."
        )
    share = round(100 * finding.nearer[0]), round(100 * finding.nearer[1])
    return (
        f"No copy: of {among}, {share[0]} % lie nearer to a training picture in pixels and {share[1]} % in shapes "
        "than this one."
    )


def many_sentence(findings: list[NeighbourResult], memory: NeighbourIndex) -> str:
    """How many of many look copied, beside how many real pictures the same rule flags."""
    copies = sum(each.verdict in ("same", "copy") for each in findings)
    known = memory.usual
    count = {0: "None", 1: "1"}.get(copies, str(copies))
    verb = "looks" if copies == 1 else "look"
    return (
        f"{count} of {len(findings)} {verb} copied. The same rule flags {known.flagged} of {len(known.pixels)} real "
        "pictures that were never learnt from."
    )


def _nearness(finding: NeighbourResult, memory: NeighbourIndex) -> tuple[bool, float]:
    """Smaller for what looks more like a copy: flagged ones first, then by the geometric mean of both distances."""
    limits = memory.usual.limits()
    both = (finding.pixels[0].distance / max(limits[0], 1e-9)) * (finding.features[0].distance / max(limits[1], 1e-9))
    return finding.verdict not in ("same", "copy"), both
