"""C13: what settings are called elsewhere is understood, or what was meant is proposed."""

from __future__ import annotations

import pytest

from gan_core.assembly import check_parts
from gan_core.errors import InputError
from gan_core.parts import unknown
from gan_core.penalties import penalties
from gan_core.recipes import Recipe
from gan_core.recipes.aliases import ALIASES


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("lr", "generator_optimizer.learning_rate and discriminator_optimizer.learning_rate"),
        ("LR", "generator_optimizer.learning_rate and discriminator_optimizer.learning_rate"),
        ("g_lr", "generator_optimizer.learning_rate"),
        ("learning-rate", "generator_optimizer.learning_rate and discriminator_optimizer.learning_rate"),
        ("epochs", "steps"),
        ("n_epochs", "steps"),
        ("bs", "batch_size"),
        ("batch", "batch_size"),
        ("batchSize", "batch_size"),
        ("Batch-Size", "batch_size"),
        ("nz", "latent_dim"),
        ("z_dim", "latent_dim"),
        ("ngf", "generator.width"),
        ("ndf", "discriminator.width"),
        ("imageSize", "size"),
        ("image_size", "size"),
        ("dataroot", "data"),
        ("loss", "objective"),
        ("optimizer", "generator_optimizer and discriminator_optimizer"),
        ("manualSeed", "seed"),
        ("n_critic", "solver.n_critic"),
        ("penalti", "penalty"),
        ("SIZE", "size"),
    ],
)
def test_what_was_meant_is_proposed(name: str, meant: str) -> None:
    with pytest.raises(InputError) as caught:
        Recipe.named("dcgan").with_settings({name: "1e-3"})
    assert f"Did you mean {meant}?" in str(caught.value)


def test_every_proposal_can_be_set() -> None:
    """A proposal that is refused in its turn would be worse than none."""
    recipe = Recipe.named("dcgan")
    fields = set(recipe.to_json()) - {"schema"}
    for targets in ALIASES.values():
        for target in targets:
            head, _, option = target.partition(".")
            assert head in fields, target
            if option and target != "penalty.gamma":  # of the penalty r1; dcgan has none
                value = (
                    1
                    if option == "n_critic"
                    else "colour"
                    if option == "diffaugment"
                    else 8
                    if option == "width"
                    else 0.5
                )
                check_parts(recipe.with_settings({target: value}))


@pytest.mark.parametrize("text", ["none", "None", "NONE", "null"])
def test_none_is_nothing_where_a_setting_may_be_nothing(text: str) -> None:
    settings = {"penalty": text, "initialisation": text, "channels": text, "minutes": text, "data_b": text}
    recipe = Recipe.named("wgan-gp").with_settings(settings)
    assert recipe.penalty is None
    assert (recipe.initialisation, recipe.channels, recipe.minutes, recipe.data_b) == (None, None, None, None)
    with pytest.raises(InputError):
        Recipe.named("dcgan").with_settings({"size": text})


def test_numbers_and_constants_as_people_write_them() -> None:
    recipe = Recipe.named("dcgan").with_settings(
        {"steps": "1e4", "deterministic": "True", "generator_optimizer.learning_rate": "1e-3"}
    )
    assert (recipe.steps, recipe.deterministic) == (10_000, True)
    assert recipe.generator_optimizer.options["learning_rate"] == 1e-3
    with pytest.raises(InputError, match="steps is a whole number"):
        Recipe.named("dcgan").with_settings({"steps": "1.5"})


def test_case_and_other_names_of_parts_lead_to_proposals() -> None:
    assert "Did you mean 'r1'?" in unknown("penalty", "R1", penalties)
    assert "Did you mean 'wgan-gp'?" in unknown("penalty", "gradient_penalty", penalties)
    assert "Did you mean 'learning_rate'?" in unknown("option", "lr", ["learning_rate", "beta1"])
    assert "Did you mean 'runs/Digits-001'?" in unknown("model", "runs/digits-001", ["runs/Digits-001", "glyphs"])
