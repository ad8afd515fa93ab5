"""How the models in `pretrained/` are made: what each learns from, its recipe, whose pictures they are, what decides.

`train_models.py` trains them and `contact_sheet.py` shows them. Pictures of other people lie outside the repository: see
`pictures_folder`. What is drawn by this project needs no folder.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gan_core.errors import InputError

REPOSITORY = Path(__file__).resolve().parents[1]
LARGEST = 12 * 2**20
"""Bytes of a shipped file."""
MIT = "drawn by this project (MIT)"
OPENMOJI = (
    "All emojis designed by OpenMoji, the open-source emoji and icon project. License: CC BY-SA 4.0",
    "CC BY-SA 4.0",
)
DICEBEAR = (
    (
        "Made with DiceBear 9.4 (MIT) from: Adventurer by Lisa Wischofsky (CC BY 4.0), Lorelei by Lisa Wischofsky (CC0 1.0), "
        "Avatar Illustration System by Micah Lanier (CC BY 4.0), Open Peeps by Pablo Stanley (CC0 1.0), Personas by Draftbit "
        "(CC BY 4.0), Pixel Art by DiceBear (CC0 1.0)"
    ),
    "CC BY 4.0",
)
CLOTHES = ("clothing-dataset-small by Alexey Grigorev and contributors (CC0 1.0)", "CC0 1.0")
EMOJIS = (
    "Noto Emoji by Google (Apache-2.0); Twemoji by Twitter, Inc. and other contributors (CC BY 4.0)",
    "CC BY 4.0",
)


@dataclass(frozen=True, kw_only=True)
class ShippedModel:
    """One file in `pretrained/`."""

    name: str
    title: str
    recipe: str
    """Name of the preset."""
    data: str
    """Name of a data set, or a folder below `pictures_folder`."""
    data_b: str | None = None
    pairs: str | None = None
    """How the pairs of a paired translation are made."""
    learned_from: str
    """The pictures in words, for the card."""
    attribution: str = ""
    licence: str = "MIT"
    data_licence: str = MIT
    domains: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
    """What the recipe is told otherwise, as `--set` takes it."""
    steps: int | None = None
    """Where the run ends, however much time is left; None for no limit."""
    minutes: float
    """Of training, unless `--minutes` says otherwise."""
    test: str | None = None
    """Held-out pictures of their own; None for the part of `data` that is held out."""
    deciding: str
    """The metric by which one model is better than another, by its first word: `frechet`, `AtoB paired-l1`, ..."""
    guards: tuple[str, ...] = ()
    """Metrics in which it must not be worse by more than the spread."""
    earlier_as: str | None = None
    """The name under which a file that is replaced by one of another game stays."""
    notes: tuple[str, ...] = ()

    @property
    def is_translator(self) -> bool:
        """Whether it translates pictures."""
        return bool(self.domains)


_PAIRED = {
    "size": 128,
    "generator.levels": 6,
    "batch_size": 12,
    "augmentation": "flip,jitter,line-jitter",
    "game.hints": True,
}
_CYCLE = {
    "size": 128,
    "generator.blocks": 6,
    "discriminator.width": 48,
    "ema_half_life": 4_000,
    "schedule": "linear",
}

MODELS: dict[str, ShippedModel] = {
    model.name: model
    for model in (
        ShippedModel(
            name="glyphs",
            title="Digits drawn with Pillow's built-in font, 32 px",
            recipe="dcgan",
            data="glyphs",
            learned_from="glyphs",
            settings={"decay_start": 8_000, "decay_steps": 8_000},
            steps=16_000,
            minutes=15,
            deciding="frechet",
        ),
        ShippedModel(
            name="glyphs-by-class",
            title="Digits, the one you ask for, 32 px",
            recipe="conditional",
            data="glyphs",
            learned_from="glyphs",
            settings={"decay_start": 3_000, "decay_steps": 3_000},
            steps=6_000,
            minutes=15,
            deciding="frechet",
        ),
        ShippedModel(
            name="faces",
            title="Drawn faces in six styles, 64 px",
            recipe="conditional",
            data="faces",
            learned_from="Faces drawn with DiceBear, six styles of 1,500",
            attribution=DICEBEAR[0],
            licence=DICEBEAR[1],
            data_licence=DICEBEAR[1],
            settings={
                "size": 64,
                "channels": 3,
                "generator.width": 40,
                "discriminator.width": 40,
                "discriminator.norm": "none",
                "batch_size": 32,
                "augmentation": "flip",
                "schedule": "linear",
            },
            minutes=120,
            deciding="frechet",
            guards=("sure-share",),
        ),
        ShippedModel(
            name="clothing",
            title="Photographs of clothes, the kind you ask for, 64 px",
            recipe="small-data",
            data="clothing",
            learned_from="clothing-dataset-small, 3,068 photographs at 128 px",
            attribution=CLOTHES[0],
            licence=CLOTHES[1],
            data_licence=CLOTHES[1],
            settings={
                "channels": 3,
                "conditional": True,
                "generator.width": 48,
                "discriminator.width": 48,
                "schedule": "linear",
            },
            minutes=120,
            deciding="frechet",
        ),
        ShippedModel(
            name="sketch-to-face",
            title="Lines of a face, coloured, in the colours that you ask for",
            recipe="pix2pix",
            data="faces",
            pairs="edges",
            learned_from="Faces drawn with DiceBear and lines made of them",
            attribution=DICEBEAR[0],
            licence=DICEBEAR[1],
            data_licence=DICEBEAR[1],
            domains={"A": "sketch", "B": "face"},
            settings=_PAIRED,
            minutes=90,
            deciding="AtoB paired-l1",
        ),
        ShippedModel(
            name="doodle-to-emoji",
            title="Black line drawings, coloured, in the colours that you ask for",
            recipe="pix2pix",
            data="drawings/lines",
            data_b="drawings/colour",
            learned_from="OpenMoji 17.0: 1,841 line drawings and the same in colour",
            attribution=OPENMOJI[0],
            licence=OPENMOJI[1],
            data_licence=OPENMOJI[1],
            domains={"A": "doodle", "B": "emoji"},
            settings=_PAIRED,
            minutes=120,
            test="doodle-to-emoji",
            deciding="AtoB paired-l1",
            guards=("AtoB unevenness", "AtoB region-colour-difference"),
            earlier_as="doodle-to-emoji-unpaired",
        ),
        ShippedModel(
            name="edges-to-clothes",
            title="Outlines of clothes made into photographs",
            recipe="pix2pix",
            data="clothing",
            pairs="edges",
            learned_from="clothing-dataset-small, 3,068 photographs at 128 px, and lines made of them",
            attribution=CLOTHES[0],
            licence=CLOTHES[1],
            data_licence=CLOTHES[1],
            domains={"A": "outline", "B": "clothes"},
            settings=_PAIRED,
            minutes=90,
            deciding="AtoB paired-l1",
            guards=("AtoB patch-distance",),
        ),
        ShippedModel(
            name="summer-winter",
            title="Drawn landscapes: summer to winter, and back",
            recipe="cyclegan",
            data="scenes-summer",
            data_b="scenes-winter",
            learned_from="scenes-summer and scenes-winter, unpaired",
            domains={"A": "summer", "B": "winter"},
            settings=_CYCLE,
            steps=24_000,
            minutes=600,
            deciding="AtoB colour-difference",
            guards=("BtoA colour-difference", "AtoB patch-distance", "BtoA patch-distance"),
        ),
        ShippedModel(
            name="day-night",
            title="Drawn landscapes: day to night, and back",
            recipe="cyclegan",
            data="scenes-day",
            data_b="scenes-night",
            learned_from="scenes-day and scenes-night, unpaired",
            domains={"A": "day", "B": "night"},
            settings=_CYCLE,
            steps=24_000,
            minutes=600,
            deciding="AtoB colour-difference",
            guards=("BtoA colour-difference", "AtoB patch-distance", "BtoA patch-distance"),
        ),
        ShippedModel(
            name="noto-to-twemoji",
            title="Noto's emojis, softly shaded, in the manner of Twemoji, and back",
            recipe="cyclegan",
            data="noto-to-twemoji",
            learned_from="Noto Emoji and Twemoji, unpaired",
            attribution=EMOJIS[0],
            licence=EMOJIS[1],
            data_licence=EMOJIS[1],
            domains={"A": "noto", "B": "twemoji"},
            settings={
                "size": 64,
                "generator.blocks": 6,
                "game.identity_weight": 5.0,
                "schedule": "linear",
            },
            steps=30_000,
            minutes=240,
            deciding="AtoB colour-difference",
            guards=("AtoB paired-l1", "AtoB patch-distance", "BtoA colour-difference"),
        ),
    )
}


def model_named(name: str) -> ShippedModel:
    """The shipped model of that name.

    Raises:
        InputError: for another name.
    """
    if name not in MODELS:
        raise InputError(f"There is no shipped model {name!r}. Known: {', '.join(MODELS)}.")
    return MODELS[name]


def pictures_folder(chosen: str | None = None) -> Path:
    """The folder with other people's pictures: `chosen`, else $GAN_WORKBENCH_PICTURES, else `shared/data` beside or
    above the repository.

    Raises:
        InputError: where there is none.
    """
    named = chosen or os.environ.get("GAN_WORKBENCH_PICTURES")
    places = [Path(named)] if named else [folder / "shared" / "data" for folder in (REPOSITORY, *REPOSITORY.parents)]
    for place in places:
        if place.is_dir():
            return place
    raise InputError(
        f"There is no folder {named}." if named else "Name the folder with the pictures: --pictures FOLDER."
    )


def source(name: str | None, pictures: str | None = None) -> str | None:
    """What `--data` is given for a data set's name or a folder below the pictures' one; None stays None."""
    from gan_core.data import SOURCES

    if name is None or name in SOURCES:
        return name
    place = pictures_folder(pictures) / name
    if not place.is_dir():
        raise InputError(f"There is no folder {place}, which holds what the model learns from.")
    return str(place)
