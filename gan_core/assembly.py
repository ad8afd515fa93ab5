"""The only place where parts become something that can be trained: players, game, optimizers, solver.

Trainings on pictures, the plane of the Lab, the analytic games and the comparisons all build what they train here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from gan_core import devices, networks
from gan_core.data import DataSet
from gan_core.data.augmentation import INPUT_ALONE, augmentations
from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.games import Batch, Game, games
from gan_core.games.translating import DOMAINS, TRANSLATORS
from gan_core.networks.matching import layers_of
from gan_core.objectives import Objective, objectives
from gan_core.optimizers import build_optimizer
from gan_core.parts import PartInfo
from gan_core.penalties import Penalty, penalties
from gan_core.recipes import Part, Recipe
from gan_core.solvers import Solver, apply_gradient, gradients, solvers
from gan_core.solvers.solver import detach_parameters

Optimizers = dict[str, torch.optim.Optimizer]

ANY_CLASSES = 2
"""Number of classes that a conditional recipe is checked with before its data are known."""
OPTIMIZER_OF = {
    "generator": "generator_optimizer",
    "generators": "generator_optimizer",
    "discriminator": "discriminator_optimizer",
    "discriminators": "discriminator_optimizer",
    "AtoB": "generator_optimizer",
    "BtoA": "generator_optimizer",
    "A": "discriminator_optimizer",
    "B": "discriminator_optimizer",
}
"""The setting that holds the optimizer of each player."""
DISCRIMINATORS = ("discriminator", *DOMAINS)
"""Names that discriminators have among a recipe's networks."""


class PartChoices(Protocol):
    """What says which parts are put together: a `Recipe`, or the settings of the plane."""

    @property
    def game(self) -> Part:
        """Which networks are the players, and what each one minimises."""
        ...

    @property
    def objective(self) -> Part:
        """The adversarial losses."""
        ...

    @property
    def penalty(self) -> Part | None:
        """What is added to the discriminator's loss; None for nothing."""
        ...

    @property
    def solver(self) -> Part:
        """In which order and from which gradients the players move."""
        ...

    @property
    def generator_optimizer(self) -> Part:
        """How the generators turn their gradient into a step."""
        ...

    @property
    def discriminator_optimizer(self) -> Part:
        """How the discriminators turn their gradient into a step."""
        ...


@dataclass(frozen=True)
class Assembly:
    """A game, the optimizers of its players, and the solver that moves them."""

    game: Game[Any]
    optimizers: Optimizers
    """By player."""
    solver: Solver
    networks: Mapping[str, nn.Module] = field(default_factory=dict[str, nn.Module])
    """The recipe's networks by name; a player of the game may hold several of them."""
    classes: tuple[str, ...] = ()
    """Names of the classes that the networks are given; none in an unconditional game."""

    def step(self, draw: Callable[[], Batch]) -> dict[str, Tensor]:
        """One step of the solver on batches from `draw`.

        Returns:
            Every player's loss, a scalar on the device.
        """
        return self.solver.step(self.game, self.optimizers, draw)

    def step_player(self, player: str, batch: Batch) -> Tensor:
        """One step of `player` alone, with its own optimizer, while the others stand still.

        Returns:
            The player's loss before the step, a detached scalar.
        """
        position = {
            name: values if name == player else detach_parameters(values)
            for name, values in self.game.position().items()
        }
        loss, gradient = gradients(self.game, player, position, batch)
        apply_gradient(self.game, self.optimizers, player, gradient)
        self.game.commit(batch)
        return loss.detach()


def assemble(
    recipe: Recipe, data: Mapping[str, DataSet], device: torch.device, arithmetic: Arithmetic | None = None
) -> Assembly:
    """Build everything that the recipe trains on `data`, with fresh weights, on `device`.

    Args:
        recipe: Names the parts and their options; its seed decides the first weights.
        data: By domain: `A`, and `B` for a translation. Gives the channels and the classes.
        device: Where the networks live.
        arithmetic: Number format and thread count; None lets the self-test of this machine choose them.

    Raises:
        InputError: for parts that do not exist or do not fit together, and for a conditional recipe without classes.
    """
    pictures = data["A"].pictures
    classes = data["A"].classes if training_labels(recipe, data["A"]) is not None else ()
    # Initialisation draws from torch's global generator: seeded here, and used nowhere afterwards.
    torch.manual_seed(recipe.seed)
    players = build_players(recipe, recipe.channels or pictures.shape[1], len(classes))
    for network in players.values():
        devices.channels_last(network.to(device)).train()
    if arithmetic is None:
        arithmetic = _settle(recipe, players, pictures[:1], device, conditional=bool(classes))
    if device.type == "cpu":
        torch.set_num_threads(arithmetic.threads)
    return dataclasses.replace(assemble_players(recipe, players, arithmetic), networks=players, classes=classes)


def assemble_players(
    choices: PartChoices,
    players: Mapping[str, nn.Module],
    arithmetic: Arithmetic,
    *,
    allow_unbounded: bool = False,
) -> Assembly:
    """Game, optimizers and solver for existing networks.

    Args:
        choices: Names the parts and their options.
        players: Networks by name, as `build_players` returns them; discriminators are prepared for the penalty already.
        arithmetic: Number format of the forward and backward passes.
        allow_unbounded: Whether the objective may be used without the penalty that it needs.

    Returns:
        The assembly, without `networks` and `classes`.

    Raises:
        InputError: for parts that do not exist or do not fit together.
    """
    game = build_game(choices, players, arithmetic, allow_unbounded=allow_unbounded)
    return Assembly(game, build_optimizers(choices, game), build_solver(choices.solver))


def check_parts(recipe: Recipe) -> None:
    """Raise InputError if the recipe's parts do not exist or do not fit together; allocates no weights."""
    recipe.check_plugins(f"The recipe {recipe.name!r}")
    if recipe.pairs is not None and not recipe.is_paired:
        raise InputError(
            f"The recipe {recipe.name!r} does not learn from pairs: leave pairs out, or choose pix2pix (game=paired)."
        )
    with torch.device("meta"):
        players = build_players(recipe, recipe.channels or 3, ANY_CLASSES if recipe.conditional else 0)
        _check_shapes(recipe, players)
        for name in players.keys() & DISCRIMINATORS:
            frozen_parameters(players[name], recipe.frozen_discriminator_layers)
    game = build_game(recipe, players, Arithmetic(torch.device("cpu"), False, 1))
    # A single number seen in the parameters' shapes: an optimizer may refuse a player by its size.
    shapes = {
        player: [torch.zeros(()).expand(parameter.shape).requires_grad_() for parameter in network.parameters()]
        for player, network in game.players.items()
    }
    build_solver(recipe.solver).check(game, build_optimizers(recipe, game, shapes))
    for name in recipe.augmentation:
        augmentations[name]
        if INPUT_ALONE in augmentations.info(name).tags and not recipe.is_paired:
            raise InputError(f"{name} changes the inputs of pairs alone: the recipe {recipe.name!r} has none.")


def frozen_parameters(discriminator: nn.Module, layers: int) -> list[nn.Parameter]:
    """The parameters of the first `layers` layers that multiply by weights, and of what stands between them.

    Raises:
        InputError: where nothing would be left to train.
    """
    if layers == 0:
        return []
    names = layers_of(discriminator)
    if layers >= len(names):
        raise InputError(
            f"The discriminator has {len(names)} layers, of which frozen_discriminator_layers leaves at least one to train: "
            f"at most {len(names) - 1}, not {layers}."
        )
    parameters = list(discriminator.named_parameters())
    end = next(i for i, (name, _) in enumerate(parameters) if name.startswith(f"{names[layers]}."))
    return [parameter for _, parameter in parameters[:end]]


def _check_shapes(recipe: Recipe, players: Mapping[str, nn.Module]) -> None:
    """Raise InputError for a plugin's network that gives another shape than its place needs, before anything is trained.

    Networks and inputs are on the meta device, which computes shapes alone.
    """
    labels = (torch.zeros(2, dtype=torch.int64),) if recipe.conditional else ()
    channels = recipe.channels or 3
    pictures = shown = torch.zeros(2, channels, recipe.size, recipe.size)
    if recipe.is_translation:
        role, registry = "translator", networks.translators
        extra = networks.extra_channels(recipe.inputs)
        given = torch.zeros(2, channels + extra, recipe.size, recipe.size)
        shown = torch.cat([pictures, pictures], 1) if _sees_inputs(recipe) else pictures
        network = players[recipe.directions[0]]
        discriminator = next(players[domain] for domain in DOMAINS if domain in players)
    else:
        role, registry, given = "generator", networks.generators, torch.zeros(2, recipe.latent_dim)
        network, discriminator = players["generator"], players["discriminator"]
    shape = _shape_of(role, registry.info(recipe.generator.name), network, (given, *labels), str(tuple(pictures.shape)))
    if shape not in (None, tuple(pictures.shape)):
        raise InputError(f"The {role} {recipe.generator.name} gives {shape}, where {tuple(pictures.shape)} is needed.")
    scores = "(2,) or (2, 1, h, w)"
    info = networks.discriminators.info(recipe.discriminator.name)
    shape = _shape_of("discriminator", info, discriminator, (shown, *labels), scores)
    if shape is not None and shape != (2,) and not (len(shape) == 4 and shape[:2] == (2, 1)):
        raise InputError(f"The discriminator {recipe.discriminator.name} gives {shape}, where {scores} is needed.")


def _shape_of(
    role: str, info: PartInfo, network: nn.Module, inputs: tuple[Tensor, ...], wanted: str
) -> tuple[int, ...] | None:
    """The shape that a plugin's network gives for `inputs`; None for a built-in one, and where it cannot be known."""
    if info.plugin is None:
        return None
    try:
        return tuple(network(*inputs).shape)
    except NotImplementedError:
        return None  # an operation without a shape rule on the meta device: the first step will tell
    except Exception as error:
        given = " and ".join(str(tuple(each.shape)) for each in inputs)
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise InputError(f"The {role} {info.name} fails on {given}, where it has to give {wanted}: {reason}") from error


def training_labels(recipe: Recipe, data: DataSet) -> Tensor | None:
    """The classes of the training pictures, int64 (N,) on the CPU, for a conditional recipe; None for another one.

    Raises InputError if the recipe needs classes and the data set has none.
    """
    if not recipe.conditional:
        return None
    if data.labels is None or len(data.classes) < 2:
        raise InputError(
            f"The recipe {recipe.name!r} tells the players the class of every picture, and the data set {data.name} has "
            "no classes: choose a labelled one, a folder with one folder for each class, or conditional=false."
            + f" {data.why_no_classes}".rstrip()
        )
    return data.labels.cpu().long()


# -- the pieces --------------------------------------------------------------------------------------------------------


def build_players(recipe: Recipe, channels: int, classes: int = 0) -> dict[str, nn.Module]:
    """The recipe's networks with fresh weights, prepared as its penalty needs them.

    Args:
        recipe: Names the networks, the game, and the penalty.
        channels: Of the pictures, 1 or 3.
        classes: Number of classes of the data set in a conditional recipe, else 0.

    Returns:
        `generator` and `discriminator`; of a translation `AtoB` and `BtoA`, `A` and `B`, or one of each and `heads`.
    """
    games[recipe.game.name]  # an unknown game is refused here
    if recipe.is_translation:
        made = {name: networks.build_translator(recipe, channels) for name in recipe.directions}
        targets = sorted(TRANSLATORS[name][1] for name in made)
        seen = channels * 2 if _sees_inputs(recipe) else channels
        discriminators = {domain: networks.build_discriminator(recipe, seen) for domain in targets}
        if "patch-heads" in games.info(recipe.game.name).tags:
            made["heads"] = networks.build_heads(made["AtoB"])
    else:
        made = {"generator": networks.build_generator(recipe, channels, classes)}
        discriminators = {"discriminator": networks.build_discriminator(recipe, channels, classes)}
    prepare(build_penalty(recipe.penalty), discriminators.values())
    return made | discriminators


def _sees_inputs(recipe: Recipe) -> bool:
    """Whether the discriminator of a paired game sees the input beside the output."""
    if not recipe.is_paired:
        return False
    chosen = recipe.game.options.get("conditional_discriminator")
    return chosen is not False and "conditional_discriminator" in games.info(recipe.game.name).parameters


def build_point_players(seed: int, latent_dim: int, hidden: int) -> dict[str, nn.Module]:
    """Fully connected players of points in the plane, with fresh weights.

    Args:
        seed: Of the weights; torch's global generator is not changed.
        latent_dim: Numbers in a latent.
        hidden: Units of each hidden layer.

    Returns:
        `generator` and `discriminator`.
    """
    with torch.random.fork_rng(devices=[]):  # whatever else draws in this process
        torch.manual_seed(seed)
        return {
            "generator": networks.generators.build("mlp", latent_dim=latent_dim, hidden=hidden),
            "discriminator": networks.discriminators.build("mlp", hidden=hidden),
        }


def build_objective(part: Part, *, allow_unbounded: bool = False) -> Objective:
    """The objective that `part` names, with its options.

    Args:
        part: Name and options of an objective.
        allow_unbounded: Whether it may be used without the penalty that it needs (`Objective.needs_bound`).

    Raises:
        InputError: for an unknown name, and for options that the objective refuses.
    """
    objective = objectives.build(part.name, **part.options)
    return dataclasses.replace(objective, needs_bound=None) if allow_unbounded else objective


def build_penalty(part: Part | None) -> Penalty | None:
    """The penalty that `part` names; None without one."""
    return None if part is None else penalties.build(part.name, **part.options)


def prepare(penalty: Penalty | None, discriminators: Iterable[nn.Module]) -> None:
    """Change the discriminators as the penalty needs it; before their optimizers are made."""
    if penalty is not None and penalty.prepare is not None:
        for discriminator in discriminators:
            penalty.prepare(discriminator)


def build_game(
    choices: PartChoices,
    players: Mapping[str, nn.Module],
    arithmetic: Arithmetic,
    *,
    allow_unbounded: bool = False,
) -> Game[Any]:
    """The game that `choices` names among `players`, whose discriminators are prepared for its penalty already."""
    objective = build_objective(choices.objective, allow_unbounded=allow_unbounded)
    if "generator" in players:
        sides = players["generator"], players["discriminator"]
    else:
        discriminators = {name: network for name, network in players.items() if name in DOMAINS}
        sides = {name: network for name, network in players.items() if name not in DOMAINS}, discriminators
    penalty = build_penalty(choices.penalty)
    return games.build(choices.game.name, *sides, objective, penalty, arithmetic, **choices.game.options)


def build_optimizers(
    choices: PartChoices, game: Game[Any], parameters: Mapping[str, list[Tensor]] | None = None
) -> Optimizers:
    """A new optimizer for every player; over `parameters` by player where they are given instead of the players'
    own."""
    return {
        player: build_optimizer(
            getattr(choices, OPTIMIZER_OF[player]), network.parameters() if parameters is None else parameters[player]
        )
        for player, network in game.players.items()
    }


def build_solver(part: Part) -> Solver:
    """The solver that `part` names."""
    return solvers.build(part.name, **part.options)


def _settle(
    recipe: Recipe, players: Mapping[str, nn.Module], picture: Tensor, device: torch.device, *, conditional: bool
) -> Arithmetic:
    """Let the self-test run a discriminator, forwards and backwards, on a batch in the run's own shape.

    `picture` is uint8 (1, C, H, W), or a point (1, 2).
    """
    network = players.get("discriminator", players.get("AtoB"))
    assert network is not None
    convolutional = any(isinstance(module, nn.Conv2d) for module in network.modules())
    sample = picture.to(device).float() / 127.5 - 1
    if "AtoB" in players and (extra := networks.extra_channels(recipe.inputs)):
        sample = torch.cat([sample, sample.new_zeros(1, extra, *sample.shape[2:])], 1)
    sample = sample.expand(recipe.batch_size, *sample.shape[1:])
    if sample.ndim == 4:
        sample = sample.contiguous(memory_format=torch.channels_last)
    labels = (torch.zeros(recipe.batch_size, dtype=torch.int64, device=device),) if conditional else ()
    buffers = {name: buffer.clone() for name, buffer in network.named_buffers()}

    def work() -> None:
        output = torch.func.functional_call(network, buffers, (sample, *labels))
        torch.autograd.grad(output.float().mean(), list(network.parameters()))

    key = f"{networks.describe(network)} {tuple(sample.shape)}"
    return devices.settle(device, work if convolutional else None, key, deterministic=recipe.deterministic)
