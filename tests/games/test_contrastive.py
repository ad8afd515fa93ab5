"""The contrastive game: its loss against closed forms, its gradients against finite differences in float64."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.functional import cross_entropy, normalize

from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.games import ContrastiveGame, TranslationBatch
from gan_core.games.contrastive import patch_contrast
from gan_core.networks.heads import build_heads
from gan_core.networks.patch import PatchDiscriminator
from gan_core.networks.resnet import ResnetGenerator
from gan_core.objectives import objectives
from gan_core.penalties import penalties
from gan_core.recipes import Recipe

EXACT = Arithmetic(torch.device("cpu"), bfloat16=False, threads=1)
TEMPERATURE, PATCHES, TAPS = 0.07, 7, (0, 4, 7, 10, 11)
STRAIGHT, MIRRORED = 0, 1
"""Seeds of batches whose coin falls so."""


def test_orthonormal_features_have_the_least_loss_and_strangers_the_most() -> None:
    keys = torch.eye(16, dtype=torch.float64)[None]
    least = math.log1p(15 * math.exp(-1 / TEMPERATURE))
    assert patch_contrast(keys, keys, TEMPERATURE).item() == pytest.approx(least, rel=1e-9)
    strangers = keys.roll(1, dims=1)  # every patch looks like its neighbour
    assert patch_contrast(strangers, keys, TEMPERATURE).item() == pytest.approx(1 / TEMPERATURE + least, rel=1e-9)


@pytest.mark.parametrize("patches", [2, 50])
def test_features_that_tell_nothing_apart_cost_the_logarithm_of_their_number(patches: int) -> None:
    same = normalize(torch.ones(3, patches, 5, dtype=torch.float64), dim=-1)
    assert patch_contrast(same, same, TEMPERATURE).item() == pytest.approx(math.log(patches), rel=1e-12)


def test_patches_of_another_picture_are_no_negatives() -> None:
    draws = torch.Generator().manual_seed(0)
    queries, keys = (normalize(torch.randn(2, 6, 4, generator=draws), dim=-1) for _ in range(2))
    alone = [patch_contrast(queries[n : n + 1], keys[n : n + 1], 0.5).item() for n in range(2)]
    assert patch_contrast(queries, keys, 0.5).item() == pytest.approx(sum(alone) / 2)


def make(seed: int = STRAIGHT, **options: Any) -> tuple[ContrastiveGame, TranslationBatch]:
    torch.manual_seed(3)
    translator = ResnetGenerator(channels=1, width=2, blocks=2)
    makers = {"AtoB": translator, "heads": build_heads(translator)}
    judge = PatchDiscriminator(size=12, channels=1, width=2, layers=1)
    for network in (*makers.values(), judge):
        network.double()
        for parameter in network.parameters():  # first weights of 0.02 would leave hardly anything to measure
            torch.nn.init.normal_(parameter, 0.0, 0.3)
    least_squares = objectives.build("least-squares", generator_factor=1.0)
    objective, penalty = options.pop("objective", least_squares), options.pop("penalty", None)
    game = ContrastiveGame(makers, {"B": judge}, objective, penalty, EXACT, **{"patches": PATCHES, **options})
    draws = torch.Generator().manual_seed(1)
    real = {name: torch.rand(2, 1, 12, 12, generator=draws, dtype=torch.float64) * 2 - 1 for name in "AB"}
    return game, TranslationBatch(real, {}, seed)


def test_the_seeds_of_this_file_toss_both_sides_of_the_coin() -> None:
    assert [TranslationBatch({}, {}, seed).coin("flip") for seed in (STRAIGHT, MIRRORED)] == [False, True]


Values = dict[str, Tensor]


def restated(game: ContrastiveGame, values: Values, fixed: Values, batch: TranslationBatch, mirror: bool) -> Tensor:
    """The generator's loss once more, layer by layer, with the keys of the parameters `fixed`."""
    translator, heads = (game.players["generator"].get_submodule(f"members.{name}") for name in ("AtoB", "heads"))

    def turned(pictures: Tensor) -> Tensor:
        return pictures.flip(3) if mirror else pictures

    def run(module: nn.Module, place: str, at: Values, inputs: Tensor) -> Tensor:
        """`module`, whose parameters stand at `place` among those of the player, with the values `at`."""
        own = {key.removeprefix(place): value for key, value in at.items() if key.startswith(place)}
        return functional_call(module, own, (inputs,))

    def features(maps: Tensor, at: Values) -> list[Tensor]:
        found = []
        for index, layer in enumerate(translator.get_submodule("model").children()):
            maps = run(layer, f"members.AtoB.model.{index}.", at, maps)
            if index in TAPS:
                found.append(maps.clone())
        return found

    def compared(domain: str) -> Tensor:
        pictures = batch.real[domain]
        made = run(translator, "members.AtoB.", values, turned(pictures))
        if game.flip_features:  # as the authors: what is read of the mirrored translation is mirrored
            read = [turned(each) for each in features(made, values)]
        else:
            read = features(turned(made), values)
        terms = []
        for layer, (new, old) in enumerate(zip(read, features(pictures, fixed), strict=True)):
            places = batch.places(f"patches of {domain} {layer}", PATCHES, new[0, 0].numel(), torch.device("cpu"))
            head, where = heads.get_submodule(f"layers.{layer}"), f"members.heads.layers.{layer}."
            for one, other in zip(new.flatten(2), old.flatten(2), strict=True):
                query = normalize(run(head, where, values, one[:, places].T), dim=1)
                key = normalize(run(head, where, fixed, other[:, places].T), dim=1)
                terms.append(cross_entropy(query @ key.T / TEMPERATURE, torch.arange(len(places))))
        return torch.stack(terms).mean()

    made = run(translator, "members.AtoB.", values, turned(batch.real["A"]))
    adversarial = (game.players["discriminator"](made) - 1).square().mean()
    contrast = (compared("A") + compared("B")) / 2 if game.identity else compared("A")
    return game.adversarial_weight * adversarial + game.contrast_weight * contrast


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"identity": True, "contrast_weight": 1.0},
        {"flip": False},
        {"flip_features": True},
        {"flip_features": True, "identity": True},
    ],
)
@pytest.mark.parametrize("seed", [STRAIGHT, MIRRORED])
def test_the_generators_gradient_is_that_of_the_loss_with_constant_keys(seed: int, options: dict[str, Any]) -> None:
    game, batch = make(seed, **options)
    position = game.position()
    start = {name: value.detach().clone() for name, value in position["generator"].items()}
    mirror = seed == MIRRORED and options.get("flip", True)
    loss = game.loss("generator", position, batch)
    assert loss.item() == pytest.approx(restated(game, start, start, batch, mirror).item(), rel=1e-9)
    gradient = torch.autograd.grad(loss, list(position["generator"].values()))
    draws = torch.Generator().manual_seed(5)
    for member in ("AtoB", "heads"):  # each along a direction of its own
        way = {
            name: torch.randn(value.shape, generator=draws, dtype=value.dtype) * (member in name)
            for name, value in start.items()
        }
        slope = sum(float((g * w).sum()) for g, w in zip(gradient, way.values(), strict=True))
        step = 1e-6
        there, back = ({name: v + sign * step * way[name] for name, v in start.items()} for sign in (1, -1))
        rise = restated(game, there, start, batch, mirror) - restated(game, back, start, batch, mirror)
        assert slope == pytest.approx(rise.item() / (2 * step), rel=1e-4)
        assert abs(slope) > 1e-3


def test_mirroring_features_is_not_mirroring_the_picture_and_the_preset_does_it() -> None:
    (plain, batch), (authors, _) = make(MIRRORED), make(MIRRORED, flip_features=True)
    one, other = (game.loss("generator", game.position(), batch).item() for game in (plain, authors))
    assert abs(one - other) > 1e-4
    assert Recipe.named("fastcut").game.options["flip_features"] is True


def test_the_discriminators_gradient_and_the_way_through_it() -> None:
    game, batch = make()
    position = game.position()
    loss = game.loss("discriminator", position, batch)
    made = game.translators("AtoB", batch.real["A"])  # seed STRAIGHT: not mirrored
    judge = game.players["discriminator"]
    assert loss.item() == pytest.approx(
        ((judge(batch.real["B"]) - 1).square().mean() + judge(made).square().mean()).item() / 2
    )
    slopes = torch.autograd.grad(loss, list(position["discriminator"].values()), create_graph=True)
    mixed = torch.autograd.grad(
        torch.stack([s.sum() for s in slopes]).sum(), position["generator"]["members.AtoB.model.1.weight"]
    )
    assert mixed[0].abs().max() > 0  # the graph between the players is intact


def test_a_batch_is_one_fixed_function_and_others_look_elsewhere() -> None:
    game, batch = make()
    first, again = (game.losses(game.position(), batch) for _ in range(2))
    assert {name: value.item() for name, value in first.items()} == {
        name: value.item() for name, value in again.items()
    }
    _, other = make(seed=7)
    assert game.loss("generator", game.position(), other).item() != first["generator"].item()
    assert {"adversarial", "contrast", "real", "fake"} <= set(game.statistics)


def test_players_and_what_is_exported() -> None:
    game, _ = make()
    assert game.sides == (("generator",), ("discriminator",))
    assert set(dict(game.translators.members.items())) == {"AtoB"}
    assert any(name.startswith("members.heads.") for name in game.position()["generator"])
    assert game.pools == {}


def test_a_penalty_and_its_rules_reach_the_discriminator() -> None:
    game, batch = make(penalty=penalties.build("r1", gamma=2.0))
    game.loss("discriminator", game.position(), batch)
    assert game.statistics["penalty"] > 0
    clipped, _ = make(penalty=penalties.build("weight-clipping", limit=0.01))
    clipped.moved("generator")
    assert clipped.players["generator"].get_parameter("members.AtoB.model.1.weight").abs().max() > 0.01
    clipped.moved("discriminator")
    assert max(float(p.detach().abs().max()) for p in clipped.players["discriminator"].parameters()) <= 0.01


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"contrast_weight": -1.0}, "0 or more"),
        ({"patches": 1}, "patches is a whole number from 2 to 4096"),
        ({"temperature": 0.0}, "temperature is more than 0"),
        ({"objective": objectives.build("coupled", split=True)}, "split=false"),
        ({"objective": objectives.build("wasserstein")}, "unless a penalty bounds"),
    ],
)
def test_wrong_options_get_one_sentence(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        make(**options)
