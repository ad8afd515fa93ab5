"""A part of every kind with a name and nothing else: offered in the form, the Lab and the shell, trained and resumed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from gan_core import register
from gan_core.analytic_games.plane_games import dirac_objectives, dirac_penalties, game_named
from gan_core.analytic_games.solver_configs import config_named, configs
from gan_core.analytic_games.trajectories import trajectories
from gan_core.cli import main
from gan_core.data import DataSet
from gan_core.games import AdversarialGame, CycleGame
from gan_core.metrics.evaluator import Evaluator
from gan_core.models import load_model
from gan_core.objectives import Objective
from gan_core.parts import KINDS
from gan_core.penalties import Penalty
from gan_core.plane.choices import choices
from gan_core.plane.settings import PlaneSettings
from gan_core.plane.training import PlaneTraining
from gan_core.recipes import Part, Recipe
from gan_core.runs import find_run
from gan_core.solvers import Solver, apply_gradient, gradients
from gan_core.ui.protocol import to_json
from gan_core.ui.train import part_options, recipe_form

PICTURES = ("objective", "penalty", "solver", "optimizer", "generator", "discriminator", "game", "initialisation")
"""What one training on pictures may hold at once, beside its data and augmentations."""


@pytest.fixture(autouse=True)
def bare(own_parts: None) -> Iterator[None]:
    """Parts called `bare` with no title, no sentence and no option's words."""

    @register.objective("bare")
    def objective(factor=2.0):
        return Objective(
            discriminator=lambda real, fake: factor * (fake.square().mean() + (1 - real).square().mean()),
            generator=lambda fake, _: (1 - fake).square().mean(),
        )

    @register.penalty("bare")
    def penalty(weight=0.1, word: str = "some"):
        return Penalty(loss=lambda judged: weight * judged.real_scores.square().mean())

    @register.solver("bare")
    class Bare(Solver):
        def play(self, game, optimizers, draw):
            batch, position = draw(), game.position()
            taken = {player: gradients(game, player, position, batch) for player in game.players}
            for player, (_, gradient) in taken.items():
                apply_gradient(game, optimizers, player, gradient)
            game.commit(batch)
            return {player: loss for player, (loss, _) in taken.items()}

    @register.optimizer("bare")
    def optimizer(parameters, learning_rate=0.01):
        return torch.optim.SGD(parameters, lr=learning_rate)

    @register.generator("bare")
    def generator(latent_dim, size, channels):
        layers = nn.Linear(latent_dim, channels * size * size), nn.Tanh(), nn.Unflatten(1, (channels, size, size))
        return nn.Sequential(*layers)

    @register.discriminator("bare")
    class BareDiscriminator(nn.Module):
        def __init__(self, size, channels, hidden=3):
            super().__init__()
            self.hidden = nn.Conv2d(channels, int(hidden), 4, 4)
            self.last = nn.Conv2d(int(hidden), 1, 1)

        def forward(self, pictures):
            return self.last(self.hidden(pictures).relu()).mean((1, 2, 3))

    @register.translator("bare")
    def translator(channels, out_channels):
        return nn.Sequential(nn.Conv2d(channels, out_channels or channels, 1), nn.Tanh())

    register.game("bare")(type("Bare", (AdversarialGame,), {}))
    register.game("bare-cycle", tags=("AtoB", "BtoA"))(type("BareCycle", (CycleGame,), {}))

    @register.dataset("bare")
    def dataset(size):
        pictures = torch.randint(0, 256, (12, 3, size, size), dtype=torch.uint8, generator=torch.Generator())
        return DataSet("", pictures[:8], pictures[8:])

    register.metric("bare")(lambda generated, real: float(generated.float().mean() - real.float().mean()))
    register.augmentation("bare")(lambda pictures, generator: pictures.flip(-1))

    @register.initialisation("bare")
    def initialisation(network, deviation=0.5):
        with torch.no_grad():
            for parameter in network.parameters():
                parameter.normal_(0, deviation)

    assert (Bare.name, BareDiscriminator.__name__) == ("bare", "BareDiscriminator")
    return


def recipe(**changes: object) -> Recipe:
    part = Part("bare")
    values = {"generator_optimizer" if kind == "optimizer" else kind: part for kind in PICTURES}
    values["discriminator_optimizer"] = part
    chosen = {**values, "data": "bare", "augmentation": ("bare",), "size": 16, "latent_dim": 3, "batch_size": 4}
    return Recipe.named("dcgan").replace(**{**chosen, "steps": 2, **changes})


def test_there_is_a_bare_part_of_every_kind() -> None:
    assert all("bare" in registry for registry in KINDS.values())


def test_it_describes_itself_from_nothing() -> None:
    for registry in KINDS.values():
        info = registry.info("bare")
        assert info.title == "Bare"
        assert info.summary == "Registered by test_bare_parts.py."
    assert KINDS["penalty"].info("bare").options["weight"].label == "Weight"


def test_the_form_offers_it_and_makes_a_recipe_of_it() -> None:
    offer = to_json(part_options.spec())
    json.dumps(offer, allow_nan=False)
    for game, settings in (("adversarial", PICTURES[:7]), ("cycle", PICTURES[:4])):
        for kind in settings:
            field = "generator_optimizer" if kind == "optimizer" else kind
            found = {part["name"]: part for part in offer["parts"][game][field]}
            assert found["bare"]["summary"], kind
    assert "bare" in {part["name"] for part in offer["parts"]["cycle"]["generator"]}
    assert "bare-cycle" in {part["name"] for part in offer["parts"]["cycle"]["game"]}
    assert "bare" in {each["name"] for each in offer["augmentations"]}
    words = next(part for part in offer["parts"]["adversarial"]["penalty"] if part["name"] == "bare")["options"]
    assert [(option["name"], option["type"], option["choices"]) for option in words] == [
        ("weight", "float", []),
        ("word", "str", []),
    ]
    settings = {"objective": "bare", "objective.factor": 3, "penalty": "bare", "penalty.word": "other", "game": "bare"}
    made = recipe_form.make_recipe("dcgan", "bare", None, "Steps", 2, settings)
    assert made.objective == Part("bare", {"factor": 3})
    assert made.penalty == Part("bare", {"word": "other"})


def test_the_lab_offers_it_and_plays_it() -> None:
    offered = choices()["parts"]
    for kind in ("objective", "penalty", "solver", "optimizer"):
        assert "bare" in {part["name"] for part in offered[kind]}, kind
    part = Part("bare")
    settings = PlaneSettings(
        objective=part, penalty=part, solver=part, generator_optimizer=part, discriminator_optimizer=part, batch_size=8
    )
    training = PlaneTraining(settings, hidden=4)
    training.train(2)
    assert training.step == 2
    assert not training.diverged


def test_the_games_with_known_answers_offer_it_and_play_it() -> None:
    assert "bare" in dirac_objectives()
    assert "bare" in dirac_penalties()
    dirac = game_named("dirac")
    game = dirac.build(dirac.chosen({"objective": "bare", "penalty": "bare", "strength": 0.2}))
    assert {"bare", "bare-optimizer"} <= {config.name for config in configs()}
    for name in ("bare", "bare-optimizer"):
        (run,) = trajectories(game, [config_named(name)], 0.1, 5, [1.0, 1.0])
        assert run.refusal == ""
        assert len(run.trajectory.points) == 6


def test_the_shell_lists_trains_samples_measures_and_resumes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["parts", "--json"]) == 0
    listed = [part for part in json.loads(capsys.readouterr().out) if part["name"] == "bare"]
    assert {part["kind"] for part in listed} == set(KINDS)
    assert main(["parts", "penalty"]) == 0
    assert "bare [test_bare_parts.py]: Bare. Registered by test_bare_parts.py." in capsys.readouterr().out
    (tmp_path / "recipe.json").write_text(json.dumps(recipe().to_json()))
    settings = ["--set", "objective.factor=1.5", "penalty.word=other"]
    assert main(["train", "recipe.json", "--out", "runs/bare", *settings]) == 0
    assert main(["train", "--resume", "runs/bare", "--steps", "3"]) == 0
    run = find_run("runs/bare")
    assert run.status().step == 3
    assert list(run.recipe().plugins) == ["test_bare_parts.py"]
    assert run.recipe().objective.options == {"factor": 1.5}
    capsys.readouterr()
    assert main(["sample", "runs/bare", "--out", "sheet.png", "--count", "2"]) == 0
    assert main(["evaluate", "runs/bare", "--count", "8", "--json"]) == 0
    found = json.loads(capsys.readouterr().out.partition("\n")[2])
    measured = next(each for each in found["measurements"] if each["name"] == "bare")
    assert measured["words"] == "registered by test_bare_parts.py"
    assert measured["reference_level"] is not None


def test_a_network_describes_itself_in_a_model_file_and_is_rebuilt(tmp_path: Path) -> None:
    from gan_core.training import session

    folder = session.create(recipe(), tmp_path, "bare")
    assert session.run_training(folder, "cpu").state == "finished"
    model = load_model(folder.model)
    described = {"name": "bare", "latent_dim": 3, "size": 16, "channels": 3}
    assert dict(model.card.network) == described
    assert dict(model.card.plugins) == dict(folder.recipe().plugins)
    assert model.sample(2).shape == (2, 16, 16, 3)  # pyright: ignore[reportAttributeAccessIssue]


def test_a_translation_of_bare_parts_is_trained_and_goes_on(tmp_path: Path) -> None:
    from gan_core.training import session

    changes = {"game": Part("bare-cycle"), "data_b": "bare", "initialisation": None, "augmentation": ()}
    made = recipe(**changes)
    assert made.directions == ("AtoB", "BtoA")
    folder = session.create(made, tmp_path, "bare")
    assert session.run_training(folder, "cpu").step == 2
    session.extend(folder, steps=3)
    assert session.run_training(folder, "cpu").step == 3
    translator = load_model(folder.model)
    assert translator.networks["AtoB"].multiple == 1  # pyright: ignore[reportAttributeAccessIssue]


def test_a_metric_has_a_reference_level_and_a_spread() -> None:
    pictures = torch.randint(0, 256, (40, 1, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    evaluator = Evaluator(DataSet("noise", pictures[:30], pictures[30:]), count=10)
    dark = evaluator.measure(lambda count, seed: torch.zeros(count, 1, 8, 8, dtype=torch.uint8))
    bare = next(each for each in dark if each.name == "bare")
    assert bare.value == pytest.approx(-float(pictures[30:].float().mean()))
    assert bare.spread == 0
    assert bare.reference_level is not None
    assert abs(bare.reference_level) < 20


def test_a_scores_tensor_is_no_objective() -> None:
    @register.objective("tensor")
    def tensor() -> Tensor:
        return torch.zeros(1)

    from gan_core.errors import InputError

    with pytest.raises(
        InputError, match=r"'tensor' \(test_bare_parts.py, line \d+\) makes a Tensor, where an Objective"
    ):
        KINDS["objective"].build("tensor")
