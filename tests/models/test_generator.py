import dataclasses

import numpy as np
import pytest
import torch

from gan_core import networks
from gan_core.cards import Card
from gan_core.errors import InputError
from gan_core.models.generator import GeneratorModel, latents_for_seed


def card(network: torch.nn.Module, **changes) -> Card:
    values = {"name": "tiny", "kind": "generator", "network": networks.describe(network), "size": 32, "channels": 1}
    return Card(**{**values, **changes})


@pytest.fixture
def model(tiny_recipe) -> GeneratorModel:
    torch.manual_seed(0)
    network = networks.build_generator(tiny_recipe, 1)
    return GeneratorModel(network, card(network))


def test_sample_is_repeatable_and_the_seed_matters(model):
    first = model.sample(5, seed=3)
    assert first.shape == (5, 32, 32, 3)
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(first, model.sample(5, seed=3))
    assert (first != model.sample(5, seed=4)).any()


def test_a_longer_sample_begins_with_the_shorter(model):
    np.testing.assert_array_equal(model.sample(70, seed=1)[:3], model.sample(3, seed=1))


@pytest.mark.parametrize("dim", [4, 100])
def test_the_first_latents_of_a_longer_list_are_those_of_a_shorter(dim):
    assert torch.equal(latents_for_seed(7, 5, dim)[:1], latents_for_seed(7, 1, dim))


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_impossible_seeds(seed):
    with pytest.raises(InputError, match="seed"):
        latents_for_seed(seed, 1, 4)


def test_the_network_is_ready_to_use(model):
    assert not model.network.training
    assert all(not parameter.requires_grad for parameter in model.network.parameters())


@pytest.mark.parametrize(
    ("latents", "sentence"),
    [
        (torch.zeros(2, 5), "has 4 numbers, not 5"),
        (torch.zeros(4), "has 4 numbers"),
        (torch.tensor([[0.0, float("nan"), 0, 0]]), "finite"),
        (torch.tensor([[0.0, float("inf"), 0, 0]]), "finite"),
    ],
)
def test_latents_that_do_not_fit(model, latents, sentence):
    with pytest.raises(InputError, match=sentence):
        model.render(latents)


def test_no_pictures(model):
    with pytest.raises(InputError, match="At least one"):
        model.sample(0)


def test_card_survives_json(model):
    full = model.card.replace(notes=("small",), metrics={"mmd": {"value": 0.1}}, domains={"A": "summer"}, steps=7)
    assert Card.from_json(full.to_json()) == full
    assert Card.from_json({**full.to_json(), "from_the_future": 1}) == full


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"schema": 2}, "schema 2"),
        ({"schema": None}, "schema None"),
        ({"kind": "pickle"}, "'pickle'"),
        ({"network": "dcgan"}, "network"),
        ({"size": "large"}, "size"),
        ({"size": True}, "size"),
        ({"notes": 5}, "notes"),
        ({"licence": None}, "licence"),
        ({"training_seconds": "long"}, "training_seconds"),
    ],
)
def test_damaged_cards(model, change, sentence):
    with pytest.raises(InputError, match=sentence):
        Card.from_json({**model.card.to_json(), **change})


def test_incomplete_card(model):
    values = model.card.to_json()
    del values["channels"]
    with pytest.raises(InputError, match="does not say its channels"):
        Card.from_json(values)


def test_cards_cannot_be_changed(model):
    with pytest.raises(dataclasses.FrozenInstanceError):
        model.card.name = "other"


@pytest.fixture
def conditional(tiny_recipe) -> GeneratorModel:
    torch.manual_seed(0)
    network = networks.build_generator(tiny_recipe, 1, classes=3)
    return GeneratorModel(network, card(network, classes=("cat", "Dog", "2")))


def test_a_class_is_drawn_by_name_or_index(conditional):
    cat, dog, last = (conditional.sample(3, seed=1, label=index) for index in range(3))
    np.testing.assert_array_equal(conditional.sample(3, seed=1, label="cat"), cat)
    np.testing.assert_array_equal(conditional.sample(3, seed=1, label="dog"), dog)
    np.testing.assert_array_equal(conditional.sample(3, seed=1, label="1"), dog)
    np.testing.assert_array_equal(conditional.sample(3, seed=1, label="2"), last)  # a name wins over an index
    assert (cat != dog).any()


def test_a_class_named_by_macos_is_found_by_what_a_keyboard_writes(tiny_recipe):
    network = networks.build_generator(tiny_recipe, 1, classes=2)
    model = GeneratorModel(network, card(network, classes=("Birnen", "A\u0308pfel")))
    assert model.label("\u00c4pfel") == model.label("\u00e4pfel") == model.label("A\u0308pfel") == 1


def test_without_a_class_all_are_drawn_in_turn_however_many(conditional):
    pictures = conditional.sample(70, seed=1)
    latents = latents_for_seed(1, 70, 4)
    np.testing.assert_array_equal(pictures[64:], conditional.render(latents[64:], torch.arange(64, 70) % 3))


def test_classes_survive_the_card(conditional):
    assert Card.from_json(conditional.card.to_json()).classes == ("cat", "Dog", "2")
    assert GeneratorModel(conditional.network, conditional.card.replace(classes=())).classes == ("0", "1", "2")


def test_classes_that_are_not_there(model, conditional):
    for label in ("cow", "3", 3, -1, True):
        with pytest.raises(InputError, match="class of tiny"):
            conditional.sample(1, label=label)
    with pytest.raises(InputError, match="no classes to choose from"):
        model.sample(1, label=0)
    with pytest.raises(InputError, match="no classes to choose from"):
        model.render(torch.zeros(1, 4), torch.zeros(1, dtype=torch.int64))
    for labels in (torch.tensor([3]), torch.tensor([0, 1])):
        with pytest.raises(InputError, match="one label from 0 to 2"):
            conditional.render(torch.zeros(1, 4), labels)


@pytest.fixture
def pets() -> GeneratorModel:
    """A conditional generator of three classes, with the discriminator that it learnt against."""
    torch.manual_seed(0)
    network = networks.generators.build("dcgan", latent_dim=6, size=32, channels=1, width=2, classes=3)
    judge = networks.discriminators.build("dcgan", size=32, channels=1, width=2, classes=3)
    with torch.no_grad():  # untrained, pictures and scores would hardly differ
        for parameter in network.parameters():
            parameter.mul_(4 if parameter.ndim > 1 else 1)
        for parameter in judge.parameters():
            parameter.mul_(20 if parameter.ndim > 1 else 1)
    return GeneratorModel(network, card(network, classes=("cat", "dog", "hen")), discriminator=judge)


def test_all_the_weight_on_one_class_draws_that_class_and_less_lies_between(pets):
    latents = latents_for_seed(0, 2, 6)
    dogs = pets.render(latents, torch.tensor([1, 1])).astype(int)
    assert abs(pets.render(latents, torch.tensor([[0.0, 1.0, 0.0]] * 2)) - dogs).max() <= 1
    hens = pets.render(latents, torch.tensor([2, 2])).astype(int)
    between = pets.render(latents, torch.tensor([[0.0, 0.5, 0.5]] * 2)).astype(int)
    assert abs(between - dogs).max() > 1
    assert abs(between - hens).max() > 1


@pytest.mark.parametrize("weights", [[[0.5, 0.5]], [[0.0, 1.0, 0.0]] * 2, [[float("nan"), 1.0, 0.0]]])
def test_wrong_class_weights(pets, weights):
    with pytest.raises(InputError, match="3 weights"):
        pets.render(latents_for_seed(0, 1, 6), torch.tensor(weights))


def test_scores_are_the_judges_of_the_pictures_that_are_drawn(pets, model):
    latents, labels = latents_for_seed(0, 70, 6), torch.arange(70) % 3
    with torch.inference_mode():
        expected = pets.discriminator(pets.network(latents, labels), labels)
        of_any_class = pets.discriminator(pets.network(latents, labels))
    assert torch.allclose(pets.scores(latents, labels), expected, atol=1e-4)
    assert torch.allclose(pets.scores(latents), expected, atol=1e-4)
    weights = torch.nn.functional.one_hot(labels, 3).float()
    assert torch.allclose(pets.scores(latents, weights), expected, atol=1e-4)
    assert (expected - of_any_class).abs().max() > 1e-2
    halves = (weights + weights.roll(1, 1)) / 2
    with torch.inference_mode():
        expected = pets.discriminator(pets.network(latents, halves))
    assert torch.allclose(pets.scores(latents, halves), expected, atol=1e-4)
    with pytest.raises(InputError, match="does not hold the discriminator"):
        model.scores(latents_for_seed(0, 1, 4))


def test_pictures_are_drawn_by_the_copy_that_is_quick(model, monkeypatch):
    monkeypatch.setattr(model, "_quick", lambda latents: torch.ones(len(latents), *model.network.image_shape))
    assert (model.sample(2) == 255).all()


def test_memory_counts_what_drawing_keeps_besides():
    network = networks.generators.build("dcgan", latent_dim=4, size=28, channels=1, width=2)
    stored = sum(each.numel() * each.element_size() for each in network.state_dict().values())
    assert stored < GeneratorModel(network, card(network)).bytes < 2 * stored
    assert GeneratorModel(network.bfloat16(), card(network)).bytes < stored, "nothing is sorted in another precision"
