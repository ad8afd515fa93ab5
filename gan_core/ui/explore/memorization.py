"""The training pictures nearest to the one that is shown, compared with what held-out real pictures have."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_core.errors import Cancelled
from gan_core.ui.dispatch import sentence_of
from gan_core.ui.explore import background
from gan_core.ui.explore.controller import ExploreController
from gan_core.ui.explore.drawing import as_url
from gan_core.ui.explore.panel import Panel
from gan_core.ui.explore.protocol.memorization import (
    MOST_CHECKED,
    CheckedSample,
    IndexingResponse,
    MissingPicturesResponse,
    NeighboursRequest,
    NeighboursResponse,
    ReferenceDistances,
    SampleCheckRequest,
    SampleCheckResponse,
    TrainingPicture,
    TrainingPicturesRequest,
)
from gan_core.ui.explore.training_pictures import training_pictures_of
from gan_core.ui.protocol import server_function
from gan_core.ui.threads import one_thread

if TYPE_CHECKING:
    import numpy as np

    from gan_core.memorization.neighbours import Neighbour, NeighbourIndex, NeighbourResult
    from gan_core.models.generator import GeneratorModel

NEIGHBOURS = 6
INDICES = 2
"""Data sets whose index is kept."""
TRAINING = 0.7
"""Share of the second half of the work that training the classifier takes; the rest is computing its features."""
MOST_SEED = 2**32 - 1 - MOST_CHECKED


class IndexJob:
    """The index of one data set, made in the background: first by outlines if its classifier is still to be trained."""

    def __init__(self, make: Callable[[IndexJob], None]) -> None:
        self.index: NeighbourIndex | None = None
        self.number = 0
        """Grows with every better index."""
        self.words = "Fetching the training pictures"
        self.share = 0.0
        self.error = ""
        self.ended = False
        self._make = make
        background.begin("index of training pictures", self._run)

    def _run(self) -> None:
        try:
            self._make(self)
        except Cancelled:
            raise
        except Exception as error:  # noqa: BLE001 - the page that waits must get a sentence
            self.error = sentence_of(error, "an index of training pictures")
        finally:
            self.ended = True

    def found(self, index: NeighbourIndex) -> None:
        """Keep the finished index."""
        self.index = index
        self.number += 1

    def stage(self, words: str, start: float, end: float) -> Callable[[int, int], None]:
        """A callback of (done, total) that moves the share from `start` to `end`."""
        self.words, self.share = words, start

        def progress(done: int, total: int) -> None:
            background.check()
            self.share = start + (end - start) * done / max(1, total)

        return progress


class MemorizationPanel(Panel):
    """The server functions of nearest training pictures."""

    name, title, files = "memory", "Memory", ("memorization",)

    def __init__(self, controller: ExploreController) -> None:
        super().__init__(controller)
        self._pictures = training_pictures_of(controller)
        self._lock = threading.Lock()
        self._jobs: OrderedDict[tuple[Any, ...], IndexJob] = OrderedDict()

    def functions(self) -> list[Callable[..., Any]]:
        """The server functions of this panel."""
        return [self.memory_near, self.memory_many, self.memory_pictures]

    @server_function
    def memory_near(
        self, request: NeighboursRequest
    ) -> NeighboursResponse | IndexingResponse | MissingPicturesResponse:
        """The training pictures nearest to that of a latent, or to an uploaded picture.

        While the training pictures are still being indexed, how far that is.
        """
        view = self._controller.view(request)
        job = self._job(view.name, view.model)
        if job.error or job.index is None:
            return self._unfinished(job)
        index, number = job.index, job.number
        picture = self._picture(request, view.model)
        if picture is None:
            picture = self._controller.draw(view)
        with one_thread():
            (result,) = index.nearest(picture[None], NEIGHBOURS)
        more: dict[str, Any] = {} if request.known == number else {"reference": reference(index)}
        return NeighboursResponse(
            **_progress(job),
            ready=True,
            number=number,
            picture=as_url(picture),
            verdict=result.verdict,
            sentence=sentence(result, index),
            pixels=[_shown(index, each) for each in result.pixels],
            features=[_shown(index, each) for each in result.features],
            twin=result.twin,
            **more,
        )

    @server_function
    def memory_many(
        self, request: SampleCheckRequest
    ) -> SampleCheckResponse | IndexingResponse | MissingPicturesResponse:
        """Draw many pictures of the model and count those that look copied."""
        import torch

        from gan_core.models.generator import latents_for_seed

        model, _ = self._controller.model(request.model, request.step)
        job = self._job(request.model, model)
        if job.error or job.index is None:
            return self._unfinished(job)
        index, count = job.index, request.count
        seeds = [request.seed % MOST_SEED + number for number in range(count)]
        latents = torch.cat([latents_for_seed(each, 1, model.latent_dim) for each in seeds])
        kinds = len(model.classes)
        labels = torch.arange(count) % kinds if kinds else None
        pictures = self._controller.render(model, latents, None if labels is None else torch.eye(kinds)[labels])
        results = []
        for start in range(0, count, 8):  # in portions: a slider's picture may go first
            with one_thread():
                results += index.nearest(pictures[start : start + 8], 1)
        order = sorted(range(count), key=lambda each: _nearness(results[each], index))
        return SampleCheckResponse(
            **_progress(job),
            ready=True,
            number=job.number,
            count=count,
            copies=sum(each.verdict in ("same", "copy") for each in results),
            near=sum(each.verdict == "near" for each in results),
            pixels=[round(each.pixels[0].distance, 2) for each in results],
            features=[round(each.features[0].distance, 4) for each in results],
            nearest=[
                CheckedSample(
                    seed=seeds[each],
                    label=None if labels is None else int(labels[each]),
                    picture=as_url(pictures[each]),
                    verdict=results[each].verdict,
                    of=_shown(index, results[each].pixels[0]),
                )
                for each in order[:4]
            ],
            sentence=many_sentence(results, index),
        )

    @server_function
    def memory_pictures(self, request: TrainingPicturesRequest) -> IndexingResponse | MissingPicturesResponse:
        """Compare a model with the pictures of a folder of this machine, or of uploaded files."""
        model, _ = self._controller.model(request.model, request.step)
        self._pictures.choose(request)
        return self._unfinished(self._job(request.model, model, again=True))

    # The index ----------------------------------------------------------------------------------------------------

    def _job(self, name: str, model: GeneratorModel, again: bool = False) -> IndexJob:
        """The index of the model's training pictures, begun if it has to be; one that failed is tried `again`."""
        from gan_core.memorization.neighbours import is_mirrored

        key = (*self._pictures.key(name, model.card), is_mirrored(model.card))
        with self._lock:
            known = self._jobs.get(key)
            if known is None or (again and known.error):
                known = self._jobs[key] = IndexJob(lambda job: self._fill(job, name, model))
            self._jobs.move_to_end(key)
            while len(self._jobs) > INDICES:
                self._jobs.popitem(last=False)
        return known

    def _fill(self, job: IndexJob, name: str, model: GeneratorModel) -> None:
        from gan_core.memorization.feature_extractors import OUTLINES, extractor_for
        from gan_core.memorization.neighbours import NeighbourIndex, is_mirrored

        data = self._pictures.get(name, model, job.stage("Fetching the training pictures", 0.0, 0.5))
        mirrored = is_mirrored(model.card)
        extractor = extractor_for(data, train=False)
        progress = job.stage("Looking through the training pictures", 0.5, 1.0)
        job.found(NeighbourIndex(data, extractor or OUTLINES, mirrored=mirrored, progress=progress))
        if extractor is None:
            progress = job.stage("Training a small network to tell shapes apart", 0.0, TRAINING)
            extractor = extractor_for(data, progress=progress)
            progress = job.stage("Comparing the training pictures by it", TRAINING, 1.0)
            if extractor is not None:
                job.found(NeighbourIndex(data, extractor, mirrored=mirrored, progress=progress))

    def _unfinished(self, job: IndexJob) -> IndexingResponse | MissingPicturesResponse:
        if job.error:
            return MissingPicturesResponse(missing=job.error, local=self._controller.settings.local)
        return IndexingResponse(**_progress(job), ready=False)

    def _picture(self, request: NeighboursRequest, model: GeneratorModel) -> np.ndarray | None:
        """An uploaded picture as the model could draw it; None where the request names none."""
        if not request.picture:
            return None
        from gan_core.images import decode
        from gan_core.projection.targets import target_for
        from gan_core.ui.uploads import uploaded

        path = uploaded(request.picture, use="compared")
        picture = decode(path, name=Path(request.name or path.name).name)
        return target_for(model, picture, negative=request.negative)


def _progress(job: IndexJob) -> dict[str, Any]:
    return {"busy": not job.ended, "words": job.words, "share": round(job.share, 3)}


def _shown(index: NeighbourIndex, neighbour: Neighbour) -> TrainingPicture:
    data, label = index.data, ""
    if data.labels is not None and data.classes:
        label = data.classes[int(data.labels[neighbour.index])]
    return TrainingPicture(
        index=neighbour.index,
        distance=round(neighbour.distance, 4),
        picture=as_url(index.picture(neighbour.index)),
        class_name=label,
    )


def reference(index: NeighbourIndex) -> ReferenceDistances:
    """The distances of held-out pictures, for the charts."""
    known = index.usual
    return ReferenceDistances(
        data=index.data.name,
        training=len(index.data.pictures),
        held_out=len(known.pixels),
        extractor=index.extractor.name,
        extractor_words=index.extractor.words,
        mirrored=index.mirrored,
        pixels=[round(each, 2) for each in known.pixels.tolist()],
        features=[round(each, 4) for each in known.features.tolist()],
        limits=[round(each, 4) for each in known.limits()],
        twins=round(known.twins, 4),
        flagged=known.flagged,
    )


def sentence(result: NeighbourResult, index: NeighbourIndex) -> str:
    """What was found of one picture, in words that claim no more."""
    levels = result.pixels[0].distance
    if result.verdict == "same":
        return f"This is a training picture: it differs from one by {levels:.1f} of 255 levels, no more than saving it again."
    among = f"{len(index.usual.pixels)} real pictures that were never learnt from"
    if result.verdict == "copy":
        why = {
            "near": f"in pixels and in shapes it is nearer to one than nearly all of {among} are",
            "alone": f"it is much nearer to this one than to any other, in pixels and in shapes, unlike {among}",
            "twin": f"at a glance the two are the same, which hardly ever happens to {among}",
        }[result.why]
        return f"This looks like a copy of a training picture: {why}. Look at the two beside each other."
    if result.verdict == "near":
        senses = ("pixels", "shapes") if result.nearer[0] < result.nearer[1] else ("shapes", "pixels")
        return (
            f"Unusually near to a training picture in {senses[0]}, but not in {senses[1]}. "
            "That alone is no copy: a plain or soft picture is near to many."
        )
    share = round(100 * result.nearer[0]), round(100 * result.nearer[1])
    return (
        f"No copy: of {among}, {share[0]} % lie nearer to a training picture in pixels and {share[1]} % in shapes "
        "than this one."
    )


def many_sentence(results: list[NeighbourResult], index: NeighbourIndex) -> str:
    """How many of many look copied, beside how many real pictures the same rule flags."""
    copies = sum(each.verdict in ("same", "copy") for each in results)
    known = index.usual
    count = {0: "None", 1: "1"}.get(copies, str(copies))
    verb = "looks" if copies == 1 else "look"
    return (
        f"{count} of {len(results)} {verb} copied. The same rule flags {known.flagged} of {len(known.pixels)} real "
        "pictures that were never learnt from."
    )


def _nearness(result: NeighbourResult, index: NeighbourIndex) -> tuple[bool, float]:
    """Smaller for what looks more like a copy: flagged ones first, then by the geometric mean of both distances."""
    limits = index.usual.limits()
    both = (result.pixels[0].distance / max(limits[0], 1e-9)) * (result.features[0].distance / max(limits[1], 1e-9))
    return result.verdict not in ("same", "copy"), both
