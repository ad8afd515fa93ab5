"""The table of solvers and optimizers, and every pair of it on a real DCGAN."""

from __future__ import annotations

import pytest
import torch

from gan_core.assembly import check_parts
from gan_core.data import DataSet
from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.optimizers import optimizers
from gan_core.recipes import Part, Recipe
from gan_core.solvers import solvers
from gan_core.training.trainer import Trainer
from tests.conftest import noise_set
from tests.solvers.matrix import table, written

CPU = torch.device("cpu")
EXACT = Arithmetic(CPU, bfloat16=False, threads=1)
RATES = {"adam": 1e-3, "rmsprop": 1e-4}
CHOSEN = {"lookahead": {"k": 2}, "sgg": {"k": 2}, "unrolled": {"k": 2}}
FIRST_ORDER = [name for name in solvers if getattr(solvers[name], "first_order", False)]
CLOSED = ["competitive", "follow-the-ridge", "sgg"]


def test_the_readme_says_what_the_solvers_do() -> None:
    assert written() == table(), "run `python -m tests.solvers.matrix`"


@pytest.fixture
def grey() -> dict[str, DataSet]:
    return {"A": noise_set(1, 28)}


def recipe_for(solver: Part, generator: str, discriminator: str) -> Recipe:
    made = [Part(name, {"learning_rate": RATES.get(name, 0.01)}) for name in (generator, discriminator)]
    return Recipe.named("dcgan").replace(
        size=28, channels=1, latent_dim=4, batch_size=4,
        generator=Part("dcgan", {"width": 8}), discriminator=Part("dcgan", {"width": 8}),
        objective=Part("minimax"), penalty=Part("r1"), solver=solver, augmentation=(),
        generator_optimizer=made[0], discriminator_optimizer=made[1],
    )  # fmt: skip


def plays_and_comes_back(recipe: Recipe, data: dict[str, DataSet]) -> None:
    """Two finite steps that move both players; a third one bit for bit the same from a checkpoint."""
    check_parts(recipe)
    trainer = Trainer(recipe, data, CPU, EXACT)
    start = trainer.state()[0]
    losses = [trainer.step() for _ in range(2)]
    assert {"generator", "discriminator"} <= losses[0].keys()
    assert all(value.isfinite() for each in losses for value in each.values())
    saved, values = trainer.state()
    assert all(value.isfinite().all() for value in saved.values() if value.is_floating_point())
    for player in ("generator", "discriminator"):
        assert any(not torch.equal(start[n], saved[n]) for n in saved if n.startswith(f"player.{player}"))
    resumed = Trainer(recipe, data, CPU, EXACT)
    resumed.load_state({name: value.clone() for name, value in saved.items()}, values)
    trainer.step(), resumed.step()
    expected, found = trainer.state()[0], resumed.state()[0]
    assert expected.keys() == found.keys()
    assert [name for name in expected if not torch.equal(expected[name], found[name])] == []


@pytest.mark.parametrize("optimizer", sorted(optimizers))
@pytest.mark.parametrize("solver", FIRST_ORDER)
def test_every_first_order_solver_takes_every_optimizer(solver: str, optimizer: str, grey: dict[str, DataSet]) -> None:
    plays_and_comes_back(recipe_for(Part(solver, CHOSEN.get(solver, {})), optimizer, optimizer), grey)


@pytest.mark.parametrize(
    "solver",
    [
        *(Part(name, CHOSEN.get(name, {})) for name in CLOSED),
        Part("alternating", {"batches": "disjoint"}),
        Part("alternating", {"order": "generator-first", "n_critic": 2}),
        Part("extragradient", {"look": 0.5, "batches": "disjoint"}),
        Part("lookahead", {"k": 2, "inner": "optimistic"}),
        Part("optimistic", {"order": "discriminator-first"}),
    ],
    ids=lambda part: " ".join([part.name, *map(str, part.options.values())]),
)
def test_closed_solvers_and_options(solver: Part, grey: dict[str, DataSet]) -> None:
    plays_and_comes_back(recipe_for(solver, "sgd", "sgd"), grey)


@pytest.mark.parametrize(
    ("solver", "changes", "words"),
    [
        ("competitive", {}, "competitive makes the step of generator itself.*not Adam"),
        ("follow-the-ridge", {}, "follow-the-ridge makes the step of generator itself"),
        ("sgg", {}, "sgg makes the step of discriminator itself"),
        ("competitive", {"objective": Part("non-saturating")}, "zero-sum.*minimax"),
    ],
)
def test_a_recipe_that_does_not_fit_is_refused_without_weights(
    solver: str, changes: dict[str, Part], words: str
) -> None:
    optimizer = "sgd" if changes else "adam"
    with pytest.raises(InputError, match=words):
        check_parts(recipe_for(Part(solver), optimizer, optimizer).replace(**changes))


def plays(recipe: Recipe, data: dict[str, DataSet]) -> None:
    """Two steps, in which every player has a finite loss."""
    check_parts(recipe)
    trainer = Trainer(recipe, data, CPU, EXACT)
    for _ in range(2):
        losses = trainer.step()
        assert set(trainer.game.players) <= losses.keys()
        assert all(value.isfinite() for value in losses.values())


@pytest.mark.parametrize("solver", [*FIRST_ORDER, "sgg"])
def test_contrastive_games(solver: str, tiny_fastcut: Recipe, tiny_pair: dict[str, DataSet]) -> None:
    options = {"solver": solver, "discriminator_optimizer": "sgd", "discriminator_optimizer.learning_rate": 1e-3}
    options |= {f"solver.{key}": value for key, value in CHOSEN.get(solver, {}).items()}
    plays(tiny_fastcut.with_settings(options), tiny_pair)


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("solver", [*FIRST_ORDER, "sgg"])
def test_cycle_games_of_two_and_of_four_players(
    solver: str, apart: bool, tiny_cycle: Recipe, tiny_pair: dict[str, DataSet]
) -> None:
    recipe = tiny_cycle.replace(
        game=Part("cycle", {"per_network_batches": apart}),
        solver=Part(solver, CHOSEN.get(solver, {})),
        discriminator_optimizer=Part("sgd", {"learning_rate": 1e-3}),
    )
    plays(recipe, tiny_pair)
