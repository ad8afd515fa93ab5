"""The field of the Train form that names the model to start from."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from gan_core import networks
from gan_core.cards import Card
from gan_core.errors import InputError
from gan_core.models import save_model
from gan_core.recipes import Recipe
from gan_core.ui.model_store import ModelStore
from gan_core.ui.protocol import call
from gan_core.ui.train import recipe_form
from gan_core.ui.train.start_model import StartModels, fitting_recipe, start_text


@pytest.fixture
def models(tmp_path: Path, tiny_recipe: Recipe, tiny_cycle: Recipe, monkeypatch: pytest.MonkeyPatch) -> ModelStore:
    """The models of an app with a shipped generator and a shipped translator."""
    shipped = tmp_path / "pretrained"
    shipped.mkdir()
    monkeypatch.setenv("GAN_WORKBENCH_PRETRAINED", str(shipped))
    torch.manual_seed(0)
    network = networks.build_generator(tiny_recipe, 1).eval()
    card = Card(name="digits", kind="generator", network=networks.describe(network), size=32, channels=1, steps=5)
    save_model(shipped / "digits.safetensors", {"generator": network}, card)
    pair = {name: networks.build_translator(tiny_cycle, 3).eval() for name in ("AtoB", "BtoA")}
    card = Card(name="t", kind="translator", network=networks.describe(pair["AtoB"]), size=16, channels=3)
    save_model(shipped / "seasons.safetensors", pair, card)
    return ModelStore(tmp_path / "runs", "cpu")


def test_the_field_says_what_the_model_is_and_which_recipe_fits(models: ModelStore) -> None:
    assert call(StartModels(models).start_model, {"model": "digits"}) == {
        "model": "digits",
        "recipe": "dcgan",
        "translates": False,
        "sentence": "digits · 32 px · 5 steps · without a discriminator, which begins anew.",
    }
    found = call(StartModels(models).start_model, {"model": "seasons"})
    assert (found["recipe"], found["translates"]) == ("cyclegan", True)


def test_the_models_own_recipe_is_the_fitting_one() -> None:
    card = Card(name="x", kind="generator", network={"name": "dcgan"}, size=32, channels=1)
    assert fitting_recipe(card.replace(recipe={"name": "hinge"})) == "hinge"
    assert fitting_recipe(card.replace(recipe={"name": "cyclegan"})) == "dcgan"
    assert fitting_recipe(card.replace(recipe={"name": "gda-printed"})) == "dcgan", "known not to work"
    assert fitting_recipe(card.replace(classes=("a", "b"))) == "conditional"


@pytest.mark.parametrize("name", ["nothing", "/etc/passwd", "../digits", "runs/x", "digits@", "live:x", "x" * 500])
def test_a_page_names_models_of_the_lists_only(models: ModelStore, name: str) -> None:
    with pytest.raises(InputError, match="There is no model named"):
        start_text(models, name)
    with pytest.raises(InputError, match="There is no model named"):
        call(StartModels(models).start_model, {"model": name})


def test_a_step_that_was_not_kept_is_said(models: ModelStore) -> None:
    with pytest.raises(InputError, match="has no history of its training"):
        call(StartModels(models).start_model, {"model": "digits@7"})


def test_the_form_makes_a_recipe_with_the_models_networks(models: ModelStore, tiny_recipe: Recipe) -> None:
    made = recipe_form.make_recipe("dcgan", "glyphs", None, "Steps", 9, {}, "digits", models.runs_root)
    assert (made.start_from, made.latent_dim, made.generator.options["width"]) == ("digits", 4, 2)
    chosen = {"latent_dim": 9}
    made = recipe_form.make_recipe("dcgan", "glyphs", None, "Steps", 9, chosen, "digits", models.runs_root)
    assert made.latent_dim == 9
    with pytest.raises(InputError, match="digits draws pictures and the recipe 'cyclegan' translates"):
        recipe_form.make_recipe("cyclegan", "scenes", None, "Steps", 9, {}, "digits", models.runs_root)
