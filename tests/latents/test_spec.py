"""Places in latent space: what they mean, and what is refused."""

import json
import math

import pytest
import torch

from gan_core.errors import InputError
from gan_core.latents.interpolation import lerp, slerp
from gan_core.latents.spec import DEEPEST, MOST_MOVES, LatentSpec, random_rotation, seed_latent
from gan_core.models.generator import latents_for_seed


def latent(dim: int = 16, **values):
    return LatentSpec.from_json(values).latent(dim)


def test_a_seed_is_the_first_latent_that_the_shell_draws_for_it() -> None:
    for dim in (2, 16, 100):
        assert torch.equal(latent(dim, kind="seed", seed=7), latents_for_seed(7, 1, dim)[0])
        assert torch.equal(latent(dim, kind="seed", seed=7), latents_for_seed(7, 9, dim)[0])


@pytest.mark.parametrize("way", [slerp, lerp])
def test_a_path_and_the_edges_of_a_pad_follow_the_way(way) -> None:
    first, second = seed_latent(3, 16), seed_latent(4, 16)
    expected = way(first, second, 0.3)
    assert torch.allclose(latent(kind="path", ends=[3, 4], t=0.3, way=way.__name__), expected)
    edge = latent(kind="pad", corners=[3, 4, 5, 6], x=0.3, y=0, way=way.__name__)
    assert torch.allclose(edge, expected)


def test_corners_of_the_pad_are_their_seeds() -> None:
    for (x, y), seed in zip([(0, 0), (1, 0), (0, 1), (1, 1)], [3, 4, 5, 6], strict=True):
        assert torch.allclose(latent(kind="pad", corners=[3, 4, 5, 6], x=x, y=y), seed_latent(seed, 16), atol=1e-6)


def test_scale_directions_and_offsets_add_up() -> None:
    directions = {"sefa/1": torch.eye(16)[0], "smile": torch.eye(16)[1]}
    place = LatentSpec.from_json(
        {"seed": 1, "scale": 0.5, "amounts": {"sefa/1": 0, "smile": 2.0}, "offsets": {"3": -1}}
    )
    expected = 0.5 * seed_latent(1, 16)
    expected[1] += 2
    expected[3] -= 1
    assert torch.allclose(place.latent(16, directions), expected)


def test_a_place_leaves_the_seed_itself_alone() -> None:
    before = seed_latent(1, 16)
    latent(seed=1, offsets={"0": 5})
    assert torch.equal(seed_latent(1, 16), before)


def test_drifting_for_long_stays_where_latents_lie() -> None:
    moves = [(seed, 0.6) for seed in range(40)]
    assert random_rotation(seed_latent(0, 4000), moves).norm() == pytest.approx(math.sqrt(4000), rel=0.1)


def test_a_place_survives_json_and_keeps_to_what_matters() -> None:
    place = LatentSpec.from_json(
        {"kind": "path", "ends": [1, 2], "t": 0.25, "seed": 9, "moves": [[5, 0.6]], "amounts": [0.5]}
    )
    written = json.loads(json.dumps(place.to_json()))
    assert "seed" not in written
    again = LatentSpec.from_json(written)
    directions = {"sefa/1": torch.eye(16)[0]}  # what the first version's lists meant
    assert torch.equal(again.latent(16, directions), place.latent(16, directions))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"kind": "vector", "vector": [0.0] * 15}, "16 numbers; 15"),
        ({"kind": "vector", "vector": [math.nan] * 16}, "Every number"),
        ({"kind": "vector", "vector": [math.inf] * 16}, "Every number"),
        ({"kind": "vector", "vector": ["a"] * 16}, "Every number"),
        ({"kind": "vector", "vector": "abc"}, "list"),
        ({"kind": "elsewhere"}, "kind is one of"),
        ({"label": -1}, "label is the number of a class"),
        ({"label": "2"}, "label is the number of a class"),
        ({"seed": -1}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"seed": True}, "seed"),
        ({"kind": "path", "t": 1.5}, "t is a number from 0 to 1"),
        ({"kind": "path", "t": math.nan}, "t is a number"),
        ({"kind": "path", "ends": [1]}, "ends is a list of 2"),
        ({"kind": "path", "way": "bus"}, "way is one of"),
        ({"scale": 1e9}, "scale"),
        ({"moves": [[1, 0.5]] * (MOST_MOVES + 1)}, "at most"),
        ({"moves": [[1]]}, "seed and an angle"),
        ({"offsets": {"16": 1.0}}, "no number 17"),
        ({"offsets": {"-1": 1.0}}, "counted from 0"),
        ({"offsets": {"1" * 5000: 1.0}}, "counted from 0"),
        ({"offsets": {"1": None}}, "Every number"),
        ({"offsets": [1]}, "offsets is an object"),
        ({"amounts": {"smile": 1.0}}, "no direction called 'smile'"),
        ({"amounts": {"smile": math.nan}}, "Every number"),
        ({"amounts": 3}, "amounts is an object"),
        ({"mix": 2}, "mix is a number"),
        ({"kind": "path", "ends": [{"kind": "elsewhere"}, 1]}, "kind is one of"),
    ],
)
def test_wrong_places_are_refused_in_a_sentence(values, sentence) -> None:
    with pytest.raises(InputError, match=sentence):
        latent(**values)


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(InputError, match="object"):
        LatentSpec.from_json([1, 2])


def test_a_class_is_kept_with_the_place_and_moves_nothing() -> None:
    place = LatentSpec.from_json({"seed": 3, "label": 2})
    assert place.to_json()["label"] == 2
    assert "label" not in LatentSpec.from_json({"seed": 3}).to_json()
    assert torch.equal(place.latent(16), seed_latent(3, 16))


def test_ends_and_corners_may_be_places_that_were_pinned() -> None:
    moved = {"seed": 4, "moves": [[9, 0.5]], "amounts": {"smile": 1.5}}
    directions = {"smile": torch.eye(16)[2]}
    pinned = LatentSpec.from_json(moved).latent(16, directions)
    way = LatentSpec.from_json({"kind": "path", "ends": [3, moved], "t": 1})
    assert torch.allclose(way.latent(16, directions), pinned)
    pad = LatentSpec.from_json(json.loads(json.dumps({"kind": "pad", "corners": [moved, 1, 2, 3], "x": 0, "y": 0})))
    assert torch.allclose(LatentSpec.from_json(pad.to_json()).latent(16, directions), pinned)


def test_pinned_places_do_not_nest_for_ever() -> None:
    value: dict = {"seed": 1}
    for _ in range(DEEPEST):
        value = {"kind": "path", "ends": [value, 2]}
    LatentSpec.from_json(value)
    with pytest.raises(InputError, match="deep"):
        LatentSpec.from_json({"kind": "path", "ends": [value, 2]})


def test_between_two_classes_both_have_their_share() -> None:
    place = LatentSpec.from_json({"label": 1, "towards": 3, "mix": 0.25})
    assert place.class_weights(4).tolist() == [0, 0.75, 0, 0.25]
    assert LatentSpec.from_json(place.to_json()) == place
    assert LatentSpec.from_json({}).class_weights(3).tolist() == [1, 0, 0]
    assert place.class_weights(0) is None
    with pytest.raises(InputError, match="no class 3"):
        place.class_weights(3)
    assert "towards" not in LatentSpec.from_json({"label": 1, "towards": 3}).to_json()
