"""Pictures of latents: the large one, strips to choose from, and what lies between the ends of a path."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.ui.explore.controller import LIVE, ExploreController, LatentView
from gan_core.ui.explore.protocol import (
    DrawRequest,
    DrawResponse,
    InterpolationCurve,
    InterpolationResponse,
    LatentRequest,
    StripRequest,
    StripResponse,
    UnchangedResponse,
)
from gan_core.ui.protocol import server_function
from gan_core.ui.threads import one_thread

if TYPE_CHECKING:
    import numpy as np

    from gan_core.latents.spec import LatentSpec
    from gan_core.models.generator import GeneratorModel

STRIP = 8
MOST_CLASSES = 16
"""Classes that a strip shows beside each other."""
CURVE_POINTS = 33
LARGEST_EXACT = 64
"""Up to this side a picture travels exactly (it is enlarged so far that JPEG's blocks would show); above, as JPEG."""


class DrawingPanel:
    """The server functions that draw."""

    def __init__(self, controller: ExploreController) -> None:
        self._controller = controller

    @server_function
    def draw(self, request: DrawRequest) -> DrawResponse | UnchangedResponse:
        """One picture; the version that the browser already shows is not drawn again."""
        view = self._controller.view(request)
        if request.known == view.version:
            return UnchangedResponse(seq=request.seq, version=view.version, same=True)
        picture = self._controller.draw(view)
        more: dict[str, Any] = {}
        if view.step is not None or view.name.startswith(LIVE):
            more["step"] = view.model.card.steps if view.step is None else view.step
        if request.numbers:
            more["numbers"] = [round(number, 5) for number in view.latent.tolist()]
        return DrawResponse(
            seq=request.seq,
            version=view.version,
            picture=as_url(picture),
            side=picture.shape[0],
            norm=round(float(view.latent.norm()), 2),
            **more,
        )

    @server_function
    def strip(self, request: StripRequest) -> StripResponse:
        """A strip of pictures to choose from: other seeds or classes.

        Raises:
            InputError: for classes of a model that has none.
        """
        view = self._controller.view(request)
        labels, specs = _strip(view.spec, request, len(view.model.classes))
        if not labels:
            raise InputError(f"{view.name} draws pictures of one kind: it has no classes to choose from.")
        pictures = self._controller.render(view.model, *self._controller.latents(view, specs))
        return StripResponse(
            kind=request.kind,
            pictures=[as_url(picture) for picture in pictures],
            labels=labels,
            version=view.version,
        )

    @server_function
    def interpolations(self, request: LatentRequest) -> InterpolationResponse:
        """Norms of the latents along lerp and slerp between the two ends of a path, and the discriminator's logits
        there.

        Keyframes and live weights come without a discriminator: theirs is of another step, which the response names.

        Raises:
            InputError: for a latent that does not lie between two seeds.
        """
        import torch

        view = self._controller.view(request)
        if view.spec.kind != "path":
            raise InputError("Only on the way between two seeds is there something to compare.")
        shares = [index / (CURVE_POINTS - 1) for index in range(CURVE_POINTS)]
        scorer = self._with_discriminator(view)
        more: dict[str, Any] = {}
        if scorer is not None and scorer is not view.model:
            more["discriminator_step"] = scorer.card.steps
        curves = {}
        for interpolation in ("slerp", "lerp"):
            specs = [replace(view.spec, interpolation=interpolation, t=share) for share in shares]
            latents, weights = self._controller.latents(view, specs)
            norms = [round(norm, 3) for norm in latents.norm(dim=1).tolist()]
            if scorer is None:
                curves[interpolation] = InterpolationCurve(norms=norms)
                continue
            scores: list[float] = []
            for part in torch.arange(CURVE_POINTS).split(4):
                with self._controller.store.drawing.patient(), one_thread():
                    labels = None if weights is None else weights[part]
                    scores += scorer.scores(latents[part], labels).tolist()
            curves[interpolation] = InterpolationCurve(norms=norms, scores=[round(score, 3) for score in scores])
        typical = round(view.model.latent_dim**0.5, 2)
        return InterpolationResponse(shares=shares, typical=typical, **curves, **more)

    def _with_discriminator(self, view: LatentView) -> GeneratorModel | None:
        """The generator of a view with a discriminator, and the card of that; None where none is known.

        That of its own file, else of the newest state, else of the last one that its run has saved.
        """
        from gan_core.models.generator import GeneratorModel

        if view.model.discriminator is not None:
            return view.model
        run = self._controller.run(view.name)
        saved = self._controller.model(view.name)[0] if view.step is not None else None
        if (saved is None or saved.discriminator is None) and run is not None and run.model.exists():
            saved = self._controller.store.load_file(run.model)
        if (
            not isinstance(saved, GeneratorModel)
            or saved.discriminator is None
            or saved.latent_dim != view.model.latent_dim
        ):
            return None
        return GeneratorModel(view.model.network, saved.card, view.model.device, saved.discriminator)


def _strip(spec: LatentSpec, request: StripRequest, classes: int) -> tuple[list[Any], list[LatentSpec]]:
    """The label of each picture of a strip, and its latent."""
    from gan_core.latents.spec import LARGEST_SEED

    seeds = [(request.start + index) % (LARGEST_SEED + 1) for index in range(STRIP)]
    match request.kind:
        case "seeds":
            return seeds, [replace(spec, kind="seed", seed=seed, moves=()) for seed in seeds]
        case "path":
            shares = [index / (STRIP - 1) for index in range(STRIP)]
            return shares, [replace(spec, kind="path", t=share) for share in shares]
        case "corners":
            edges = [(x, y) for y in (0.0, 1.0) for x in (0.0, 1.0)]
            return list(range(4)), [replace(spec, kind="pad", x=x, y=y) for x, y in edges]
        case "neighbours":
            moves = [(seed, request.angle) for seed in seeds]
            return moves, [replace(spec, moves=(*spec.moves, move)) for move in moves]
        case "classes":
            labels = list(range(min(MOST_CLASSES, classes)))
            return labels, [replace(spec, label=label, towards=None, mix=0.0) for label in labels]


def as_url(picture: np.ndarray, *, kept: bool = False) -> str:
    """A picture (H, W, 3) as an address that needs no second request: quickly, or small because it is `kept` in a
    file."""
    from gan_core.images import data_url, encode_bmp, encode_jpeg, encode_png

    if max(picture.shape[:2]) > LARGEST_EXACT:
        return data_url(encode_jpeg(picture, quality=90), "image/jpeg")
    if kept:
        return data_url(encode_png(picture), "image/png")
    return data_url(encode_bmp(picture), "image/bmp")
