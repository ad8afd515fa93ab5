"""The colours of a season at one time of day."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from gan_core.data.scenes.canvas import Colour, Light, mix

MOONLIGHT: Light = (
    (0.155, 0.075, 0.015, 2.0),
    (0.050, 0.290, 0.030, 5.0),
    (0.070, 0.160, 0.290, 16.0),
)
"""Dim and blue: at night red fades first (the Purkinje effect)."""


@dataclass(frozen=True)
class Palette:
    """Colours that several parts of a landscape share."""

    winter: bool
    sky: tuple[Colour, Colour, Colour]
    """Top, middle, at the horizon."""
    sun: Colour
    glow: Colour
    cloud: tuple[Colour, Colour]
    """Lit and shaded."""
    mountain: tuple[Colour, Colour]
    """Lit and shaded rock."""
    mountain_snow: tuple[Colour, Colour]
    hills: tuple[tuple[Colour, Colour], ...]
    """Top and foot of each hill, far to near."""
    shadow: Colour
    """What lies on the ground beside things."""
    water: tuple[Colour, Colour]
    """Far and near."""
    snow: tuple[Colour, Colour]
    """Lit and shaded."""
    bark: tuple[Colour, Colour]
    haze: Colour
    """What far mountains fade into."""
    night: bool = False


def palette(winter: bool, mood: float) -> Palette:
    """The colours of a season; `mood` goes from a clear noon (0) to a golden, in winter a rosy, evening (1)."""
    if winter:
        return Palette(
            winter=True,
            sky=(
                mix((116, 143, 178), (104, 112, 160), mood),
                mix((170, 190, 212), (176, 166, 196), mood),
                mix((224, 231, 238), (250, 219, 203), mood),
            ),
            sun=mix((255, 250, 232), (255, 226, 186), mood),
            glow=mix((250, 244, 228), (255, 206, 170), mood),
            cloud=(mix((228, 233, 240), (238, 218, 220), mood), mix((176, 190, 208), (178, 168, 194), mood)),
            mountain=((142, 156, 180), (104, 118, 148)),
            mountain_snow=(mix((238, 243, 250), (252, 234, 228), mood), mix((176, 194, 222), (176, 172, 208), mood)),
            hills=(
                (mix((222, 230, 241), (238, 222, 226), mood), mix((196, 209, 228), (204, 196, 216), mood)),
                (mix((234, 240, 248), (246, 232, 232), mood), mix((206, 218, 235), (210, 204, 224), mood)),
                (mix((247, 250, 254), (253, 244, 242), mood), mix((212, 224, 240), (214, 210, 230), mood)),
            ),
            shadow=(112, 134, 178),
            water=(mix((206, 224, 236), (226, 214, 224), mood), mix((150, 186, 210), (152, 168, 202), mood)),
            snow=(mix((251, 253, 255), (255, 249, 246), mood), mix((186, 204, 230), (188, 188, 220), mood)),
            bark=((96, 80, 76), (66, 54, 56)),
            haze=mix((224, 231, 238), (250, 219, 203), mood),
        )
    return Palette(
        winter=False,
        sky=(
            mix((66, 148, 222), (92, 118, 190), mood),
            mix((140, 200, 240), (226, 176, 170), mood),
            mix((220, 240, 247), (255, 221, 158), mood),
        ),
        sun=mix((255, 246, 190), (255, 226, 140), mood),
        glow=mix((255, 248, 214), (255, 200, 120), mood),
        cloud=(mix((255, 255, 255), (255, 240, 222), mood), mix((196, 216, 238), (222, 178, 184), mood)),
        mountain=(mix((134, 164, 204), (170, 144, 176), mood), mix((98, 130, 178), (124, 106, 156), mood)),
        mountain_snow=((246, 249, 253), (196, 212, 236)),
        hills=(
            (mix((142, 192, 136), (176, 184, 112), mood), mix((112, 172, 120), (140, 160, 98), mood)),
            (mix((128, 192, 88), (172, 186, 76), mood), mix((84, 156, 78), (118, 148, 64), mood)),
            (mix((132, 202, 74), (176, 192, 66), mood), mix((58, 138, 58), (84, 132, 50), mood)),
        ),
        shadow=mix((20, 74, 52), (60, 66, 40), mood),
        water=(mix((154, 212, 238), (252, 200, 168), mood), mix((38, 118, 186), (76, 104, 184), mood)),
        snow=((251, 253, 255), (190, 206, 230)),
        bark=((128, 90, 60), (88, 60, 44)),
        haze=mix((220, 240, 247), (255, 221, 158), mood),
    )


def night_palette(mood: float) -> Palette:
    """The colours of a summer night, from a clear blue one (0) to one with the last of the evening at the horizon (1).

    What does not shine keeps its colours of the day: `MOONLIGHT` changes them.
    """
    return dataclasses.replace(
        palette(False, mood * 0.35),
        night=True,
        sky=(
            mix((8, 13, 40), (16, 12, 44), mood),
            mix((22, 38, 86), (44, 36, 94), mood),
            mix((62, 88, 142), (134, 92, 132), mood),
        ),
        sun=(252, 247, 224),
        glow=mix((128, 152, 214), (150, 140, 206), mood),
        cloud=(mix((104, 120, 170), (132, 112, 160), mood), mix((30, 40, 82), (42, 36, 84), mood)),
        haze=mix((220, 240, 247), (255, 225, 215), mood),
    )
