from __future__ import annotations

import math
from typing import Any

import pytest

from gan_core.errors import InputError
from gan_core.parts import Registry


@pytest.fixture
def brushes() -> Registry[Any]:
    registry: Registry[Any] = Registry("brush")

    @registry.register("round")
    def _(canvas: str, /, width: float = 1.0, hairs: int = 9, soft: bool = False, ink: str | None = None) -> Any:
        if width < 0:
            raise ValueError("Negative width.")
        return canvas, width, hairs, soft, ink

    registry.register("any")(lambda **options: options)
    return registry


def test_parts_by_name(brushes: Registry[Any]) -> None:
    assert list(brushes) == ["round", "any"]
    assert "round" in brushes
    assert brushes.build("round", "wall", width=2, soft=True, ink="red") == ("wall", 2, 9, True, "red")
    assert brushes.build("any", hairs="many") == {"hairs": "many"}
    with pytest.raises(InputError, match="Did you mean 'round'"):
        brushes["rund"]
    with pytest.raises(ValueError, match="registered twice"):
        brushes.register("any")(dict)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"width": "abc"}, "width is a number, not 'abc'"),
        ({"width": math.nan}, "width is a number, not nan"),
        ({"width": -math.inf}, "width is a number"),
        ({"width": 10**400}, "width is a number"),
        ({"width": True}, "width is a number"),
        ({"width": None}, "width is a number"),
        ({"hairs": 2.0}, "hairs is a whole number"),
        ({"hairs": [2]}, "hairs is a whole number"),
        ({"soft": 1}, "soft is true or false"),
        ({"ink": 3}, "ink is a word or null, not 3"),
        ({"widht": 3}, "no option of the brush 'round' named 'widht'. Did you mean 'width'"),
        ({"canvas": "mine"}, "no option of the brush 'round' named 'canvas'"),
        ({"self": 1}, "no option of the brush"),
        ({"width": -1}, r"cannot be built from \{'width': -1\}: Negative width\.$"),
    ],
)
def test_options_are_checked_against_the_signature(brushes: Registry[Any], options: dict, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        brushes.build("round", "wall", **options)
