from __future__ import annotations

import pytest
import torch

from gan_core.assembly import check_parts
from gan_core.data import DataSet
from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.recipes import Part, Recipe
from gan_core.training.trainer import Trainer

CPU = torch.device("cpu")
EXACT = Arithmetic(CPU, bfloat16=False, threads=1)


def tensors(trainer: Trainer) -> dict[str, torch.Tensor]:
    return trainer.state()[0]


def steps(trainer: Trainer, count: int) -> Trainer:
    for _ in range(count):
        trainer.step()
    return trainer


@pytest.mark.parametrize("kind", ["gan", "spectral", "cycle", "four", "fastcut"])
def test_saving_in_between_changes_no_bit(
    kind: str,
    tiny_recipe: Recipe,
    tiny_cycle: Recipe,
    tiny_fastcut: Recipe,
    tiny_data: dict[str, DataSet],
    tiny_pair: dict[str, DataSet],
) -> None:
    four = {"game.per_network_batches": True, "solver": "alternating", "solver.batches": "disjoint", "penalty": "r1"}
    recipe, data = {
        "gan": (tiny_recipe, tiny_data),
        "spectral": (tiny_recipe.with_settings({"penalty": "spectral-norm"}), tiny_data),
        "cycle": (tiny_cycle, tiny_pair),
        "four": (tiny_cycle.with_settings(four), tiny_pair),
        "fastcut": (tiny_fastcut, tiny_pair),
    }[kind]
    whole = steps(Trainer(recipe, data, CPU, EXACT), 6)
    half = steps(Trainer(recipe, data, CPU, EXACT), 3)
    torch.manual_seed(12345)  # nothing may depend on torch's global generator
    resumed = Trainer(recipe.replace(), data, CPU, EXACT)
    resumed.load_state(*half.state())
    steps(resumed, 3)
    expected, found = tensors(whole), tensors(resumed)
    assert expected.keys() == found.keys()
    assert [name for name in expected if not torch.equal(expected[name], found[name])] == []


def test_four_players_are_averaged_and_exported_as_two_translators(
    tiny_cycle: Recipe, tiny_pair: dict[str, DataSet]
) -> None:
    settings = {
        "game.per_network_batches": True,
        "solver": "alternating",
        "solver.batches": "disjoint",
        "ema_half_life": 0,
    }
    trainer = steps(Trainer(tiny_cycle.with_settings(settings), tiny_pair, CPU, EXACT), 2)
    assert trainer.feed.state()[1] == {"A": 8, "B": 8}  # two steps of four players with a picture each
    exported = trainer.exported()
    assert list(exported) == ["AtoB", "BtoA"]
    for name, network in exported.items():
        trained = dict(trainer.game.players[name].named_parameters())
        assert all(torch.equal(value, trained[key]) for key, value in network.named_parameters())


def test_a_contrastive_game_exports_one_translator_and_its_judge(
    tiny_fastcut: Recipe, tiny_pair: dict[str, DataSet]
) -> None:
    trainer = steps(Trainer(tiny_fastcut.replace(ema_half_life=0), tiny_pair, CPU, EXACT), 2)
    assert trainer.feed.state()[1] == {"A": 2, "B": 2}
    assert set(trainer.discriminators()) == {"judge.B"}
    assert list(trainer.exported()) == ["AtoB"]
    trained = dict(trainer.players["AtoB"].named_parameters())
    exported = dict(trainer.exported()["AtoB"].named_parameters())
    assert exported.keys() == trained.keys()
    assert all(torch.equal(value, trained[name]) for name, value in exported.items())
    heads = trainer.players["heads"].parameters()
    fresh = Trainer(tiny_fastcut, tiny_pair, CPU, EXACT).players["heads"].parameters()
    assert not any(torch.equal(one, other) for one, other in zip(heads, fresh, strict=True))


def test_a_contrastive_game_needs_a_network_that_shows_its_inside(tiny_fastcut: Recipe) -> None:
    with pytest.raises(InputError, match="choose generator=resnet"):
        check_parts(tiny_fastcut.replace(generator=Part("unet", {"downs": 4})))


def test_the_seed_decides_everything(tiny_recipe: Recipe, tiny_data: dict[str, DataSet]) -> None:
    one, same, other = (
        tensors(steps(Trainer(tiny_recipe.replace(seed=seed), tiny_data, CPU, EXACT), 2)) for seed in (5, 5, 6)
    )
    assert all(torch.equal(one[name], same[name]) for name in one)
    weights = [name for name in one if name.startswith("player.generator") and one[name].ndim == 4]
    assert not any(torch.equal(one[name], other[name]) for name in weights)


def test_learning_rates_fall_only_where_the_recipe_says(tiny_recipe: Recipe, tiny_data: dict[str, DataSet]) -> None:
    trainer = Trainer(tiny_recipe.replace(decay_start=2, decay_steps=4), tiny_data, CPU, EXACT)
    rates, first = [], tiny_recipe.generator_optimizer.options["learning_rate"]
    for _ in range(7):
        trainer.step()
        rates.append(trainer.optimizers["generator"].param_groups[0]["lr"] / first)
    assert rates == pytest.approx([1, 1, 1, 0.75, 0.5, 0.25, 0])


def test_a_linear_schedule_falls_in_the_second_half_of_steps(
    tiny_recipe: Recipe, tiny_data: dict[str, DataSet]
) -> None:
    trainer = Trainer(tiny_recipe.replace(schedule="linear", steps=8), tiny_data, CPU, EXACT)
    rates, first = [], tiny_recipe.generator_optimizer.options["learning_rate"]
    for _ in range(8):
        trainer.step()
        rates.append(trainer.optimizers["discriminator"].param_groups[0]["lr"] / first)
    assert rates == pytest.approx([1, 1, 1, 1, 1, 0.75, 0.5, 0.25])


def test_a_linear_schedule_follows_the_clock_of_a_run_by_minutes(
    tiny_recipe: Recipe, tiny_data: dict[str, DataSet]
) -> None:
    recipe = tiny_recipe.replace(schedule="linear", steps=None, minutes=2.0)
    trainer = Trainer(recipe, tiny_data, CPU, EXACT)
    first, seen = recipe.generator_optimizer.options["learning_rate"], []
    for seconds in (0.0, 60.0, 90.0, 119.0, 130.0):
        trainer.seconds = lambda now=seconds: now
        trainer.step()
        seen.append(trainer.optimizers["generator"].param_groups[0]["lr"] / first)
    assert seen == pytest.approx([1, 1, 0.5, 1 / 60, 0])
    assert recipe.replace(minutes=None).rate_factor(10**6, 1e6) == 1  # a run without an end
    assert recipe.replace(steps=100).rate_factor(75, 30.0) == 0.5  # whichever end is nearer


def test_a_linear_schedule_resumes_to_the_last_bit(tiny_cycle: Recipe, tiny_pair: dict[str, DataSet]) -> None:
    """With the preset's jitter and its pool, in the middle of the fall."""
    recipe = tiny_cycle.replace(schedule="linear", steps=8, batch_size=2)
    assert recipe.augmentation == ("flip", "jitter")
    whole = steps(Trainer(recipe, tiny_pair, CPU, EXACT), 8)
    half = steps(Trainer(recipe, tiny_pair, CPU, EXACT), 5)
    resumed = Trainer(recipe, tiny_pair, CPU, EXACT)
    resumed.load_state(*half.state())
    steps(resumed, 3)
    expected, found = tensors(whole), tensors(resumed)
    assert [name for name in expected if not torch.equal(expected[name], found[name])] == []


def test_the_generator_learns_a_constant_picture() -> None:
    """A real, if small, success: all training pictures are one; after 150 steps samples are near it."""
    pictures = torch.zeros(8, 1, 28, 28, dtype=torch.uint8)
    pictures[:, :, 7:21, 7:21] = 255
    recipe = Recipe.named("gan").replace(
        generator=Part("mlp784", {"hidden": 32}),
        discriminator=Part("mlp784", {"hidden": 32}),
        batch_size=16,
        generator_optimizer=Part("adam", {"learning_rate": 2e-3, "beta1": 0.0}),
        discriminator_optimizer=Part("adam", {"learning_rate": 2e-3, "beta1": 0.0}),
    )
    trainer = Trainer(recipe, {"A": DataSet("square", pictures, pictures)}, CPU, EXACT)

    def distance() -> float:
        with torch.no_grad():
            drawn = trainer.average.network(
                torch.randn(32, recipe.latent_dim, generator=torch.Generator().manual_seed(9))
            )
        return (drawn - (pictures[:1].float() / 127.5 - 1)).abs().mean().item()

    before = distance()
    steps(trainer, 150)
    assert distance() < before / 2


@pytest.mark.parametrize(
    "changes",
    [
        {"generator": Part("dcgna")},
        {"objective": Part("least-squares", {"targets": 3})},
        {"penalty": Part("r3")},
        {"solver": Part("alternating", {"order": "both"})},
        {"generator_optimizer": Part("adam", {"speed": 1})},
        {"augmentation": ("mirror",)},
        {"game": Part("chess")},
        {"size": 40},
    ],
)
def test_parts_that_do_not_exist_or_fit_are_refused_beforehand(changes: dict[str, object], tiny_recipe: Recipe) -> None:
    with pytest.raises(InputError):
        check_parts(tiny_recipe.replace(**changes))


def test_statistics_stay_on_the_device_and_name_both_scores(
    tiny_recipe: Recipe, tiny_data: dict[str, DataSet], device: torch.device
) -> None:
    values = Trainer(tiny_recipe.replace(penalty=Part("r1")), tiny_data, device).step()
    assert set(values) == {"generator", "discriminator", "real", "fake", "penalty"}
    assert all(value.ndim == 0 and value.device.type == device.type for value in values.values())


def test_a_translation_hands_out_its_discriminators(tiny_cycle: Recipe, tiny_pair: dict[str, DataSet]) -> None:
    trainer = Trainer(tiny_cycle, tiny_pair, CPU, EXACT)
    assert set(trainer.discriminators()) == {"judge.A", "judge.B"}
    moved = {value.data_ptr() for value in trainer.game.players["discriminators"].parameters()}
    assert {value.data_ptr() for judge in trainer.discriminators().values() for value in judge.parameters()} == moved
    bound = tiny_cycle.with_settings({"penalty": "spectral-norm"})  # its weights are stored in another way
    assert Trainer(bound, tiny_pair, CPU, EXACT).discriminators() == {}


def test_a_gan_hands_out_its_discriminator_unless_its_weights_are_stored_in_another_way(
    tiny_recipe: Recipe, tiny_data: dict[str, DataSet]
) -> None:
    trainer = Trainer(tiny_recipe, tiny_data, CPU, EXACT)
    assert trainer.discriminators() == {"judge": trainer.players["discriminator"]}
    assert (
        Trainer(tiny_recipe.with_settings({"penalty": "spectral-norm"}), tiny_data, CPU, EXACT).discriminators() == {}
    )
