"""Pictures of places: the big one, strips to choose from, and what lies along a way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.ui.explore.controller import LIVE, ExploreController, LatentView
from gan_core.ui.threads import one_thread

if TYPE_CHECKING:
    import numpy as np

    from gan_core.latents.spec import LatentSpec
    from gan_core.models.generator import GeneratorModel

STRIP = 8
MOST_CLASSES = 16
"""Classes that a strip shows beside each other."""
NEIGHBOUR_ANGLE = 0.6
WIDEST_ANGLE = 1.5
"""Radians: at pi / 2 a neighbour has nothing left of where it started."""
WAY_POINTS = 33
LARGEST_EXACT = 64
"""Up to this side a picture travels exactly (it is enlarged so far that JPEG's blocks would show); above, as JPEG."""


class DrawingPanel:
    """Every public method takes one object from the browser and answers with one."""

    def __init__(self, desk: ExploreController) -> None:
        self._desk = desk

    def draw(self, wish: Any) -> dict[str, Any]:
        """One picture. `known` is the version that the browser already shows: the same one is not drawn again."""
        look = self._desk.look(wish)
        answer: dict[str, Any] = {"seq": wish.get("seq"), "version": look.version}
        if wish.get("known") == look.version:
            return answer | {"same": True}
        picture = self._desk.draw(look)
        answer |= {
            "picture": as_url(picture),
            "side": picture.shape[0],
            "norm": round(float(look.latent.norm()), 2),
        }
        if look.step is not None or look.name.startswith(LIVE):
            answer["step"] = look.model.card.steps if look.step is None else look.step
        if wish.get("numbers"):
            answer["numbers"] = [round(number, 5) for number in look.latent.tolist()]
        return answer

    def strip(self, wish: Any) -> dict[str, Any]:
        """Pictures to choose from; `kind` is `seeds`, `path`, `corners`, `neighbours` or `classes`."""
        look = self._desk.look(wish)
        kind, start = wish.get("kind"), wish.get("start", 0)
        if isinstance(start, bool) or not isinstance(start, int) or start < 0:
            raise InputError(f"A strip starts at a seed, a whole number from 0, not {start!r}.")
        labels, places = self._strip(
            look.place, str(kind), start, wish.get("angle", NEIGHBOUR_ANGLE), look.model.classes
        )
        if not labels:
            raise InputError(f"{look.name} draws pictures of one kind: it has no classes to choose from.")
        pictures = self._desk.render(look.model, *self._desk.latents(look, places))
        return {
            "kind": kind,
            "pictures": [as_url(picture) for picture in pictures],
            "labels": labels,
            "version": look.version,
        }

    def _strip(
        self, place: LatentSpec, kind: str, start: int, angle: Any, classes: tuple[str, ...]
    ) -> tuple[list[Any], list[LatentSpec]]:
        """What each picture of a strip is called by, and its place."""
        from gan_core.latents.spec import LARGEST_SEED

        if kind == "seeds":
            seeds = [(start + index) % (LARGEST_SEED + 1) for index in range(STRIP)]
            return seeds, [replace(place, kind="seed", seed=seed, moves=()) for seed in seeds]
        if kind == "path":
            shares = [index / (STRIP - 1) for index in range(STRIP)]
            return shares, [replace(place, kind="path", t=share) for share in shares]
        if kind == "corners":
            edges = [(x, y) for y in (0.0, 1.0) for x in (0.0, 1.0)]
            return list(range(4)), [replace(place, kind="pad", x=x, y=y) for x, y in edges]
        if kind == "neighbours":
            if isinstance(angle, bool) or not isinstance(angle, (int, float)) or not 0 < angle <= WIDEST_ANGLE:
                raise InputError(f"A step to a neighbour is an angle up to {WIDEST_ANGLE} radians, not {angle!r}.")
            moves = [[(start + index) % (LARGEST_SEED + 1), angle] for index in range(STRIP)]
            return moves, [replace(place, moves=(*place.moves, (seed, angle))) for seed, angle in moves]
        if kind == "classes":
            labels = list(range(min(MOST_CLASSES, len(classes))))
            return labels, [replace(place, label=label, towards=None, mix=0.0) for label in labels]
        raise InputError(f"A strip shows seeds, path, corners, neighbours or classes, not {kind!r}.")

    def way(self, wish: Any) -> dict[str, Any]:
        """What lerp and slerp meet between the two ends of a path: the length of z, and what the discriminator says.

        `scores` are logits; they are missing where the model's file does not hold its discriminator. `judge_step` says
        of when that is, where it is not of the moment that is drawn: key frames and live weights come without one.
        """
        import torch

        look = self._desk.look(wish)
        if look.place.kind != "path":
            raise InputError("Only on the way between two seeds is there something to compare.")
        shares = [index / (WAY_POINTS - 1) for index in range(WAY_POINTS)]
        answer: dict[str, Any] = {"shares": shares, "typical": round(look.model.latent_dim**0.5, 2)}
        judge = self._judge(look)
        if judge is not None and judge is not look.model:
            answer["judge_step"] = judge.card.steps
        for way in ("slerp", "lerp"):
            places = [replace(look.place, way=way, t=share) for share in shares]
            latents, weights = self._desk.latents(look, places)
            answer[way] = {"norms": [round(norm, 3) for norm in latents.norm(dim=1).tolist()]}
            if judge is not None:
                scores = []
                for part in torch.arange(WAY_POINTS).split(4):
                    with self._desk.context.model_lock.patient(), one_thread():
                        labels = None if weights is None else weights[part]
                        scores += judge.scores(latents[part], labels).tolist()
                answer[way]["scores"] = [round(score, 3) for score in scores]
        return answer

    def _judge(self, look: LatentView) -> GeneratorModel | None:
        """The generator of a look with a discriminator, and the card of that; None where none is known.

        That of its own file, else of the newest state, else of the last one that its run has saved.
        """
        from gan_core.models.generator import GeneratorModel

        if look.model.discriminator is not None:
            return look.model
        run = self._desk.run(look.name)
        saved = self._desk.model(look.name)[0] if look.step is not None else None
        if (saved is None or saved.discriminator is None) and run is not None and run.model.exists():
            saved = self._desk.context.model_file(run.model)
        if (
            not isinstance(saved, GeneratorModel)
            or saved.discriminator is None
            or saved.latent_dim != look.model.latent_dim
        ):
            return None
        return GeneratorModel(look.model.network, saved.card, look.model.device, saved.discriminator)


def as_url(picture: np.ndarray, *, kept: bool = False) -> str:
    """A picture (H, W, 3) as an address that needs no second request: quickly, or small because it is `kept` in a file."""
    from gan_core.images import data_url, encode_bmp, encode_jpeg, encode_png

    if max(picture.shape[:2]) > LARGEST_EXACT:
        return data_url(encode_jpeg(picture, quality=90), "image/jpeg")
    if kept:
        return data_url(encode_png(picture), "image/png")
    return data_url(encode_bmp(picture), "image/bmp")
