"""Arithmetic with the names of directions and places."""

import pytest
import torch

from gan_core.errors import InputError
from gan_core.latents.directions.arithmetic import calculate

AXES = torch.eye(4)
DIRECTIONS = {"slant": AXES[0], "left-right": AXES[1], "left": AXES[2], "more like 3": AXES[3], "both": AXES[0]}
PLACES = {"Anna": 3 * AXES[0], "Ben": 5 * AXES[1], "my cat": AXES.sum(0), "both": AXES[3]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("slant", [1, 0, 0, 0]),
        ("-slant", [-1, 0, 0, 0]),
        ("3*slant + 4*left-right", [0.6, 0.8, 0, 0]),
        ("3 × slant − left-right*4", [0.6, -0.8, 0, 0]),
        ("3*left-4*left-right", [0, -0.8, 0.6, 0]),
        ("more like 3 - (slant - (slant))", [0, 0, 0, 1]),
        ("2*('more like 3' + \"more like 3\") - 4*slant + 4*slant", [0, 0, 0, 1]),
        ("SLANT", [1, 0, 0, 0]),
        ("direction:both", [1, 0, 0, 0]),
        ("Anna - 0.6*Ben - .4*Ben + place:both - place:both + 0*slant", [3 / 34**0.5, -5 / 34**0.5, 0, 0]),
    ],
)
def test_a_direction(text, expected) -> None:
    outcome = calculate(text, DIRECTIONS, PLACES)
    assert outcome.kind == "direction"
    assert torch.allclose(outcome.vector, torch.tensor(expected).float(), atol=1e-6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anna - Ben + my cat", [4, -4, 1, 1]),
        ("0.5*Anna + 0.5*Ben", [1.5, 2.5, 0, 0]),
        ("Anna + 2*slant", [5, 0, 0, 0]),
        ("-2*left + anna", [3, 0, -2, 0]),
        ("0.5*(Anna + Ben)", [1.5, 2.5, 0, 0]),
    ],
)
def test_a_place_where_the_weights_of_places_add_up_to_one(text, expected) -> None:
    outcome = calculate(text, DIRECTIONS, PLACES)
    assert outcome.kind == "place"
    assert torch.allclose(outcome.vector, torch.tensor(expected).float(), atol=1e-6)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Write names"),
        ("Anna + Ben", "add up to 2: make it 1"),
        ("2*Anna", "add up to 2"),
        ("slant - slant", "cancels out"),
        ("slant + slnat", "At character 9: .*did you mean 'slant'\\?$"),
        ("slant +", "At character 8: a name was expected"),
        ("slant Anna", "At character 7: \\+ or - was expected"),
        ("slant * left", "At character 7: a number was expected after"),
        ("(slant", "At character 1: this parenthesis is not closed"),
        ("slant)", "At character 6: \\+ or -"),
        ('slant + "left', "At character 9: this quotation mark is not closed"),
        ("2", "At character 1: there is no direction or favourite named '2'\\.$"),
        ("both", "At character 1: 'both' could be several: write direction:both or place:both"),
        ("* slant", "At character 1: a name was expected"),
        ("slant" * 101, "at most 500 characters"),
    ],
)
def test_what_is_wrong_is_said_with_its_position(text, words) -> None:
    with pytest.raises(InputError, match=words):
        calculate(text, DIRECTIONS, PLACES)
