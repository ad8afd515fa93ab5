"""A person's own pictures while a translation trains: translated there and back, as the Translate tab would do it.

Drawn from a copy of the averaged weights and without any random number: the training never notices.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from gan_core.cards import Card
from gan_core.runs.probe_images import ProbeImage, ProbeImages
from gan_core.training.trainer import Trainer
from gan_core.translation.translator import Translator
from gan_core.translation.views import error_map

GAP = 4
BACKGROUND = 238
QUALITY = 90
THERE = {"A": "AtoB", "B": "BtoA"}


@dataclass(frozen=True, eq=False)
class ProbeTranslation:
    """One picture and what became of it."""

    picture: ProbeImage
    views: dict[str, np.ndarray]
    """`original`, `translation`, and with a way back `back` and `error`; uint8 (H, W, 3), all of one size."""
    error: float | None
    """Mean distance between the original and what came back, in levels of 255."""


class ProbeSheets:
    """Draws the own pictures of a run: one column a picture, rows original, translation, back, cycle error."""

    def __init__(self, pictures: ProbeImages, trainer: Trainer, card: Callable[[], Card]) -> None:
        self.pictures = pictures
        self.trainer = trainer
        self._card = card
        self._drawn: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether there was a picture when they were last drawn."""
        return bool(self._drawn)

    def changed(self) -> bool:
        """Whether pictures have come, gone or become the other kind since they were last drawn."""
        return self.pictures.version() != self._drawn

    def draw(self) -> bytes | None:
        """The sheet as JPEG that says in its comment where everything lies (see `read_layout`); None without
        pictures."""
        self._drawn = self.pictures.version()
        chosen = self.pictures.all()
        if not chosen:
            return None
        trainer = self.trainer
        # Translators make copies of their networks for the fastest arithmetic: made anew, as the weights have moved.
        translator = Translator(trainer.exported(), self._card(), trainer.device, arithmetic=trainer.arithmetic)
        shown = []
        for picture in chosen:
            try:
                shown.append(_translate(translator, picture, picture.read()))
            except OSError:  # removed at this very moment
                continue
        return _sheet(shown, trainer.step_count) if shown else None


def _translate(translator: Translator, picture: ProbeImage, rgb: np.ndarray) -> ProbeTranslation:
    way = THERE[picture.domain]
    if way not in translator.directions:
        way = translator.directions[0]
    if translator.back(way) is None:
        return ProbeTranslation(
            picture, {"original": rgb, "translation": translator.run(rgb, way, scale="auto").rgb}, None
        )
    there, back = translator.cycle(rgb, way, scale="auto")
    heat, error = error_map(rgb, back.rgb)
    return ProbeTranslation(
        picture, {"original": rgb, "translation": there.rgb, "back": back.rgb, "error": heat}, error
    )


def _sheet(shown: list[ProbeTranslation], step: int) -> bytes:
    rows = max((list(each.views) for each in shown), key=len)
    height = max(each.views["original"].shape[0] for each in shown)
    width = sum(each.views["original"].shape[1] for each in shown) + GAP * (len(shown) - 1)
    sheet = np.full((len(rows) * (height + GAP) - GAP, width, 3), BACKGROUND, dtype=np.uint8)
    left, entries = 0, []
    for each in shown:
        cells: dict[str, list[int]] = {}
        for row, name in enumerate(each.views):
            high, wide = each.views[name].shape[:2]
            top = row * (height + GAP)
            sheet[top : top + high, left : left + wide] = each.views[name]
            cells[name] = [left, top, wide, high]
        error = None if each.error is None else round(each.error, 1)
        entries.append({"number": each.picture.number, "domain": each.picture.domain, "cells": cells, "error": error})
        left += each.views["original"].shape[1] + GAP
    buffer = io.BytesIO()
    comment = json.dumps({"step": step, "pictures": entries}).encode()
    Image.fromarray(sheet).save(buffer, "JPEG", quality=QUALITY, subsampling=0, comment=comment)
    return buffer.getvalue()


def read_layout(sheet: bytes) -> dict[str, Any]:
    """What lies where on a sheet of probe images.

    Returns:
        `step`, and `pictures` with `number`, `domain`, `error` and `cells` by view, each (left, top, width, height).

    Raises:
        ValueError: for another file.
    """
    with Image.open(io.BytesIO(sheet)) as image:
        return dict(json.loads(image.info.get("comment", b"")))
