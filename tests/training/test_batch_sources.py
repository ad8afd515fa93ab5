from __future__ import annotations

import pytest
import torch

from gan_core.assembly import build_game, build_players
from gan_core.data import DataSet
from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.recipes import Recipe
from gan_core.training.batch_sources import AdversarialBatchSource, RngStreams, Sampler, TranslationBatchSource

CPU = torch.device("cpu")


def numbered(count: int) -> torch.Tensor:
    return torch.arange(count, dtype=torch.uint8).reshape(count, 1, 1, 1)


def numbers(pictures: torch.Tensor) -> list[int]:
    return ((pictures.flatten() + 1) * 127.5).round().int().tolist()


def test_every_epoch_shows_every_picture_once_in_an_order_of_its_own() -> None:
    stream = Sampler(numbered(7), 3, CPU)
    seen = [number for _ in range(7) for number in numbers(stream.take(3))]
    epochs = [seen[start : start + 7] for start in (0, 7, 14)]
    assert all(sorted(epoch) == list(range(7)) for epoch in epochs)
    assert epochs[0] != epochs[1] != epochs[2]
    assert stream.position == 21


def test_a_position_is_all_its_state() -> None:
    one, other = Sampler(numbered(5), 1, CPU), Sampler(numbered(5), 1, CPU)
    one.take(12)  # more than two epochs in one batch
    other.position = one.position
    assert torch.equal(one.take(4), other.take(4))
    assert numbers(Sampler(numbered(50), 1, CPU).take(50)) != numbers(Sampler(numbered(50), 2, CPU).take(50))


def test_purposes_do_not_disturb_each_other() -> None:
    one, other = RngStreams(5), RngStreams(5)
    torch.rand(9, generator=other["augmentation"])
    assert torch.equal(torch.rand(3, generator=one["latents"]), torch.rand(3, generator=other["latents"]))
    assert not torch.equal(torch.rand(3, generator=one["pool"]), torch.rand(3, generator=one["latents"]))


def test_state_of_an_older_version_with_another_purpose_is_accepted() -> None:
    randomness = RngStreams(1)
    state = {**randomness.state(), "random.preview": torch.Generator().get_state()}
    wanted = torch.rand(2, generator=randomness["latents"])
    randomness.load_state(state)
    assert torch.equal(torch.rand(2, generator=randomness["latents"]), wanted)


def test_an_adversarial_feed_goes_on_where_it_was(tiny_recipe: Recipe, tiny_data: dict[str, DataSet]) -> None:
    recipe = tiny_recipe.replace(augmentation=("flip",))
    one, other = (AdversarialBatchSource(recipe, tiny_data["A"], CPU) for _ in range(2))
    for _ in range(4):
        one.draw()
    other.load_state(*one.state())
    batch, same = one.draw(), other.draw()
    assert torch.equal(batch.real, same.real)
    assert torch.equal(batch.latents, same.latents)
    assert batch.latents.shape == (recipe.batch_size, recipe.latent_dim)
    assert batch.real.shape == (recipe.batch_size, 1, 32, 32)


@pytest.mark.parametrize("seed", [0, 2**63 - 1])
def test_a_cycle_feed_goes_on_where_it_was(tiny_cycle: Recipe, tiny_pair: dict[str, DataSet], seed: int) -> None:
    recipe = tiny_cycle.replace(seed=seed)
    game = build_game(recipe, build_players(recipe, 3), Arithmetic(CPU, False, 1))
    one, other = (TranslationBatchSource(recipe, tiny_pair, game, CPU) for _ in range(2))  # pyright: ignore[reportArgumentType]
    for _ in range(5):
        one.draw()
    other.load_state(*one.state())
    batch, same = one.draw(), other.draw()
    assert all(torch.equal(batch.real[domain], same.real[domain]) for domain in ("A", "B"))
    assert batch.choices == same.choices


def labelled(count: int = 12) -> DataSet:
    """Pictures whose colour is their class, of which the last is rare."""
    labels = torch.tensor([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 2])[:count]
    pictures = labels.to(torch.uint8).reshape(-1, 1, 1, 1).expand(-1, 1, 32, 32) * 100
    return DataSet("colours", pictures.contiguous(), pictures[:4], labels, labels[:4], ("black", "grey", "white"))


def test_labels_stay_with_their_pictures(tiny_recipe: Recipe) -> None:
    feed = AdversarialBatchSource(tiny_recipe.replace(conditional=True, batch_size=5), labelled(), CPU)
    for _ in range(6):
        batch = feed.draw()
        assert batch.labels is not None
        assert ((batch.real[:, 0, 0, 0] + 1) * 127.5 / 100).round().long().tolist() == batch.labels.tolist()


def test_classes_to_draw_are_as_frequent_as_in_the_data(tiny_recipe: Recipe) -> None:
    feed = AdversarialBatchSource(tiny_recipe.replace(conditional=True, batch_size=1200), labelled(), CPU)
    batch = feed.draw()
    assert batch.fake_labels is not None
    shares = torch.bincount(batch.fake_labels, minlength=3) / 1200
    assert shares.tolist() == pytest.approx([6 / 12, 5 / 12, 1 / 12], abs=0.05)


def test_labels_leave_everything_else_as_it_was_and_go_on_where_they_were(tiny_recipe: Recipe) -> None:
    plain = AdversarialBatchSource(tiny_recipe, labelled(), CPU)
    told = [AdversarialBatchSource(tiny_recipe.replace(conditional=True), labelled(), CPU) for _ in range(2)]
    without, batch = plain.draw(), told[0].draw()
    assert without.labels is without.fake_labels is None
    assert torch.equal(without.real, batch.real)
    assert torch.equal(without.latents, batch.latents)
    told[1].load_state(*told[0].state())
    one, other = (feed.draw() for feed in told)
    assert one.labels is not None and other.labels is not None  # noqa: PT018
    assert torch.equal(one.labels, other.labels)
    assert one.fake_labels is not None and other.fake_labels is not None  # noqa: PT018
    assert torch.equal(one.fake_labels, other.fake_labels)


def test_a_conditional_recipe_needs_classes(tiny_recipe: Recipe, tiny_data: dict[str, DataSet]) -> None:
    with pytest.raises(InputError, match="the data set noise has no classes: choose a labelled one"):
        AdversarialBatchSource(tiny_recipe.replace(conditional=True), tiny_data["A"], CPU)


def test_an_older_checkpoint_without_labels_is_accepted() -> None:
    randomness = RngStreams(1)
    state = randomness.state()
    del state["random.labels"]
    randomness.load_state(state)
