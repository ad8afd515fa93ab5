"""All directions of a model by id."""

import threading

import pytest
import torch

from gan_core.cards import Card
from gan_core.errors import InputError
from gan_core.latents.directions import Directions, catalogue, strongest
from gan_core.latents.directions.attributes import Attribute
from gan_core.latents.directions.components import principal_components
from gan_core.latents.directions.vectors import locked
from gan_core.models.generator import GeneratorModel
from gan_core.networks import describe, generators


@pytest.fixture
def model() -> GeneratorModel:
    torch.manual_seed(0)
    network = generators.build("dcgan", latent_dim=5, size=32, channels=1, width=2)
    return GeneratorModel(network, Card(name="toy", kind="generator", network=describe(network), size=32, channels=1))


def test_ids_groups_and_vectors(model) -> None:
    directions = Directions(model, lambda: {"smile": [0, 0, 3, 0, 4], "of another model": [1.0], "~draft": [1.0] * 5})
    assert directions["saved/~draft"].tolist() == pytest.approx([5**-0.5] * 5)
    assert "saved/~draft" not in list(directions)
    assert torch.equal(directions["sefa/2"], strongest(model.network, 5, 8)[1])
    assert torch.equal(directions["pca/1"], directions.components.directions[0])
    assert torch.allclose(directions["saved/smile"], torch.tensor([0, 0, 0.6, 0, 0.8]))
    directions.learn([Attribute("slant", "drawn", (0.0, 1.0, 0.0, 0.0, 0.0), 0.5, 0.9)])
    assert torch.equal(directions["attribute/slant"], torch.eye(5)[1])
    listed = directions.list()
    assert [entry["id"] for entry in listed] == list(directions)
    assert len(listed) == len(directions)
    assert list(dict.fromkeys(entry["group"] for entry in listed)) == list(catalogue.GROUPS.values())
    assert "saved/of another model" not in list(directions)  # what does not fit is not offered
    left = directions["pca/1|sefa/2|saved/smile"]
    assert torch.equal(left, locked(directions["pca/1"], {"a": directions["sefa/2"], "b": directions["saved/smile"]}))
    for key, vector in directions.items():
        assert vector.shape == (5,), key
        assert abs(float(vector.norm()) - 1) < 1e-5


@pytest.mark.parametrize("key", ["sefa/0", "sefa/6", "sefa/x", "sefa/" + "9" * 5000, "pca/9", "nonsense", ""])
def test_an_unknown_one_names_what_there_is(model, key) -> None:
    with pytest.raises(InputError, match="sefa/1"):
        Directions(model)[key]


def test_one_of_ones_own_that_is_gone_is_said_without_a_list(model) -> None:
    directions = Directions(model)
    with pytest.raises(InputError, match="no direction of your own called 'smile'"):
        directions["sefa/1|saved/smile"]
    with pytest.raises(InputError, match="never given a name"):
        directions["saved/~abc"]


def test_a_saved_one_of_another_length_or_of_nothing_is_refused_in_a_sentence(model) -> None:
    directions = Directions(model, lambda: {"short": [1.0], "none": [0.0] * 5, "nan": [float("nan")] * 5})
    for name, words in {"short": "has 1 numbers", "none": "points nowhere", "nan": "not a finite number"}.items():
        with pytest.raises(InputError, match=words):
            directions[f"saved/{name}"]


def test_computed_once_however_many_ask(model, monkeypatch) -> None:
    calls = []

    def counted(network, latent_dim, count):
        calls.append(1)
        return strongest(network, latent_dim, count)

    monkeypatch.setattr(catalogue, "strongest", counted)
    directions = Directions(model)
    assert directions.list()
    assert not calls
    threads = [threading.Thread(target=lambda: directions["sefa/1"]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 1


def test_nobody_waits_for_another_kind(model, monkeypatch) -> None:
    begun, finish = threading.Event(), threading.Event()

    def slow(network, latent_dim, count):
        begun.set()
        assert finish.wait(10)
        return principal_components(network, latent_dim, count)

    monkeypatch.setattr(catalogue, "principal_components", slow)
    directions = Directions(model)
    thread = threading.Thread(target=lambda: directions.components)
    thread.start()
    try:
        assert begun.wait(10)
        assert directions["sefa/1"].shape == (5,)
        assert directions.list()
    finally:
        finish.set()
        thread.join()


def test_main_variations_are_listed_once_their_number_is_known(model) -> None:
    directions = Directions(model)
    assert not [key for key in directions if key.startswith("pca/")]
    count = len(directions.components.directions)
    assert [key for key in directions if key.startswith("pca/")] == [f"pca/{index + 1}" for index in range(count)]
    with pytest.raises(InputError, match="pca/1"):
        directions[f"pca/{count + 1}"]


def test_attributes_are_kept_for_the_same_weights_and_weak_ones_are_not_offered(model) -> None:
    with torch.no_grad():
        model.network.main[0].weight.mul_(2)  # the cache is shared by all tests: weights of its own
    first = Directions(model)
    with pytest.raises(InputError, match="has not been looked for"):
        first["attribute/slant"]
    found = [
        Attribute("slant", "drawn", (0.0, 1.0, 0.0, 0.0, 0.0), 0.5, 0.9),
        Attribute("mood", "drawn", (1.0, 0.0, 0.0, 0.0, 0.0), 0.05, 0.9),
        Attribute("constant", "picture", (), 1.0, None),
    ]
    first.learn(found)
    again = Directions(model)
    assert again.attributes == found
    assert [key for key in again if key.startswith("attribute/")] == ["attribute/slant"]
    with pytest.raises(InputError, match="attribute/slant"):
        again["attribute/mood"]
    with torch.no_grad():
        model.network.main[0].weight.mul_(1.01)
    assert Directions(model).attributes is None, "other weights, another model"
