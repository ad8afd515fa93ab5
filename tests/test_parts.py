"""Parts: what is registered describes itself, and is checked by what it says."""

from __future__ import annotations

import math
import subprocess
import sys
from typing import Any, Literal

import pytest

from gan_core.errors import InputError
from gan_core.parts import KINDS, Option, PartInfo, Registry, registry


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
        ({"width": -1}, r"cannot be built from width=-1: Negative width\.$"),
    ],
)
def test_options_are_checked_against_the_signature(brushes: Registry[Any], options: dict, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        brushes.build("round", "wall", **options)


LIMITS: list[tuple[Option, Any, Any, str]] = [
    (Option(minimum=1, maximum=8), 1, 0, "x is a whole number from 1 to 8, not 0"),
    (Option(minimum=1, maximum=8), 8, 2.5, "x is a whole number from 1 to 8, not 2.5"),
    (Option(minimum=0), 0, -1, "x is a whole number, 0 or more, not -1"),
    (Option(above=0), 1, 0, "x is a whole number of more than 0, not 0"),
    (Option(maximum=1_000_000), 1_000_000, 1_000_001, "x is a whole number, at most 1000000, not 1000001"),
    (Option(minimum=0, maximum=0.5), 0.5, 0.6, "x is 0 to 0.5, not 0.6"),
    (Option(minimum=0), 0.0, -0.1, "x is 0 or more, not -0.1"),
    (Option(above=0), 0.1, 0.0, "x is more than 0, not 0.0"),
    (Option(above=0, maximum=10), 10.0, 0.0, "x is above 0 and at most 10, not 0.0"),
    (Option(minimum=0, below=1), 0.0, 1.0, "x is at least 0 and below 1, not 1.0"),
    (Option(above=-1, below=1), 0.5, -1.0, "x is above -1 and below 1, not -1.0"),
    (Option(choices=("l1", "l2")), "l1", "l3", "x is l1 or l2, not 'l3'"),
    (
        Option(choices=("colour", "cutout", "none")),
        "none",
        "color",
        "x is colour, cutout or none, not 'color'. Did you mean",
    ),
    (Option(choices=lambda: ["one", "two"]), "two", "3", "x is one or two, not '3'"),
]


@pytest.mark.parametrize(("option", "good", "wrong", "sentence"), LIMITS)
def test_limits_and_choices_are_checked_when_a_part_is_built(
    option: Option, good: Any, wrong: Any, sentence: str
) -> None:
    registry: Registry[Any] = Registry("part")
    kind = int if isinstance(good, int) else float if isinstance(good, float) else str

    def build(x: Any = good) -> Any:
        return x

    build.__annotations__["x"] = kind
    checked = registry.register("it", options={"x": option})(build)
    assert registry.build("it", x=good) == good
    for call in (lambda: registry.build("it", x=wrong), lambda: checked(wrong), lambda: checked(x=wrong)):
        with pytest.raises(InputError) as refused:
            call()
        assert f"The part 'it' cannot be built: {sentence}" in str(refused.value)
        assert str(refused.value)[-1] in ".?"


def test_what_nobody_says_comes_from_signature_and_docstring() -> None:
    registry: Registry[Any] = Registry("brush")

    @registry.register("flat-brush")
    class FlatBrush:
        """Paints straight edges, wider than
        they are long. Cleaned with water.

        Args:
            bristle_length: in millimetres,
                from the ferrule on.
            shape: of the tip.
        """

        def __init__(
            self,
            bristle_length: float | None = None,
            shape: Literal["square", "angled"] = "square",
            count=3,
            wet: bool = False,
            colours: tuple[str, ...] = (),
        ) -> None:
            self.shape = shape

    assert registry["flat-brush"] is FlatBrush
    info = registry.info("flat-brush")
    assert (info.title, info.summary) == ("Flat brush", "Paints straight edges, wider than they are long.")
    assert info.options["bristle_length"] == Option(
        name="bristle_length",
        label="Bristle length",
        help="In millimetres, from the ferrule on.",
        types=("float", "None"),
    )
    assert info.options["shape"].words() == ("square", "angled")
    assert {name: option.type for name, option in info.options.items()} == {
        "bristle_length": "float", "shape": "str", "count": "float", "wet": "bool", "colours": "",
    }  # fmt: skip
    with pytest.raises(InputError, match="shape is square or angled, not 'round'"):
        registry.build("flat-brush", shape="round")
    assert registry.build("flat-brush", shape="angled").shape == "angled"


def test_a_class_does_not_speak_in_the_words_of_its_base() -> None:
    class Base:
        """The base class of everything."""

    registry: Registry[Any] = Registry("thing")
    registry.register("mine")(type("Mine", (Base,), {}))
    assert registry.info("mine").summary == "Registered by test_parts.py."


WRONG: list[tuple[str, Any, dict[str, Any], str]] = [
    ("Two words", dict, {}, "begins with a letter"),
    ("3", dict, {}, "begins with a letter"),
    ("", dict, {}, "begins with a letter"),
    ("it", 5, {}, "no function and no class"),
    ("it", lambda margin: margin, {}, "option margin of the objective 'it' needs a default"),
    ("it", lambda *, margin: margin, {}, "option margin of the objective 'it' needs a default"),
    ("it", lambda: None, {"options": {"margin": Option()}}, "describes an option 'margin' that it does not take"),
    ("hinge", lambda: None, {}, "'hinge' is registered twice. It is built in"),
]


@pytest.mark.parametrize(("name", "part", "said", "sentence"), WRONG)
def test_what_no_recipe_could_use_is_refused_at_once(name: str, part: Any, said: dict, sentence: str) -> None:
    before = list(registry("objective"))
    with pytest.raises(ValueError, match=sentence):
        registry("objective").register(name, **said)(part)
    assert list(registry("objective")) == before


def test_a_network_takes_what_it_is_given() -> None:
    with pytest.raises(
        ValueError, match="'small' does not take channels: every one is given latent_dim, size, channels"
    ):
        registry("generator").register("small")(lambda latent_dim, size: None)


PARTS = [info for kind in KINDS.values() for info in kind.infos()]


def test_there_are_parts_of_every_kind() -> None:
    assert {info.kind for info in PARTS} >= {
        "objective", "penalty", "generator", "discriminator", "translator", "solver", "optimizer", "game",
        "augmentation", "initialisation",
    }  # fmt: skip


@pytest.mark.parametrize("info", PARTS, ids=lambda info: f"{info.kind} {info.name}")
def test_every_part_of_the_package_describes_itself_and_its_options(info: PartInfo) -> None:
    assert info.plugin is None
    assert info.said_title
    assert info.summary[0].isupper()
    assert info.summary[-1] in ".?"
    assert len(info.summary) <= 200
    for option in info.options.values():
        assert option.label[0].isupper(), option.name
        assert not option.types or option.help.endswith("."), option.name
        assert option.problem(option.default) == "", option.name
        if option.type == "str":
            assert option.words(), f"{option.name} is no word among some"
        if option.slider is not None:
            low, high, step = option.slider
            assert option.problem(int(low) if option.type == "int" else low) == ""
            assert option.problem(int(high) if option.type == "int" else high) == ""
            assert 0 < step < high - low


def test_register_imports_no_torch() -> None:
    code = "import sys; from gan_core import register; assert 'torch' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
