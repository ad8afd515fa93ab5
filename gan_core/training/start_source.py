"""Where a training's first weights can come from: a model, a run as it stands now, or a kept step of either."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gan_core.assembly import ANY_CLASSES, build_game, build_players
from gan_core.cards import Card
from gan_core.devices import Arithmetic
from gan_core.errors import DamagedFileError, InputError
from gan_core.games import TranslationGame
from gan_core.models.catalog import read_card
from gan_core.models.files import check_network_plugins, find_model, stored_tensors
from gan_core.models.histories import PackedHistory, beside
from gan_core.paths import exists, expanded, is_file
from gan_core.recipes import Part, Recipe
from gan_core.runs.folder import RunFolder
from gan_core.runs.keyframes import nearest
from gan_core.runs.locating import BEST, CHECKPOINTS, run_folder_of
from gan_core.training import checkpoints

AVERAGE = "average."
"""How the names of averaged weights begin, where a source has both these and those that were trained."""
NETWORK_OF = {"judge": "discriminator", "judge.A": "A", "judge.B": "B"}
"""The discriminators of a model's file, by the names that a recipe's networks have."""
FROM_THE_RECIPE = ("name", "latent_dim", "size", "channels", "out_channels", "classes")
"""What describes a network and is no option of it: the recipe or its data decide it."""
SHOWN = 6
"""Kept steps that a sentence names."""


@dataclass(frozen=True)
class StartSource:
    """Weights that a training can start from, found but not yet read."""

    text: str
    """What finds them again: a name, `runs/NAME`, or a path, and perhaps `@STEP`."""
    card: Card
    """Of the model, as of the step."""
    generator: Part
    """What the generator, or each direction of a translator, is built from."""
    discriminator: Part | None
    """None where the source has no discriminator, or does not say what it is built from."""
    read: Callable[[], dict[str, Tensor]] = field(repr=False, compare=False)
    """Reads the weights: by network and name, `generator.main.0.weight`, with `average.` before averaged ones that
    are kept beside them. Raises InputError where the file is damaged."""


def find_source(text: str, runs_root: Path | str | None = None) -> StartSource:
    """Find the weights that `text` means.

    Of a run these are its newest good checkpoint, with the weights as they were trained and their average; of
    `runs/NAME/best` those of its best step. A step that no checkpoint has kept is taken from its key frame, which holds
    the average alone. Model files and the history beside one hold averages too.

    Args:
        text: The name or path of a model, `runs/NAME`, the path of a run's folder or of a checkpoint, each perhaps with
            `@STEP` behind it.
        runs_root: The folder of runs; None for the default one.

    Raises:
        InputError: for an unknown name, a file that is no model of this program, a step that was not kept, a plugin
            that is not loaded.
    """
    name, step = _split(text)
    path = expanded(name)
    if is_file(path) and path.parent.name == CHECKPOINTS and (folder := run_folder_of(path)) is not None:
        if step is not None:
            raise InputError(f"{path.name} is one checkpoint, of one step: leave @{step} out.")
        return _of_checkpoint(_lasting(text, name, step), RunFolder(folder), path)
    model = _model_of(name, runs_root)
    run = None if is_file(path) else run_folder_of(model)
    card = read_card(model)
    check_network_plugins(card, f"The model {name}")
    source = _lasting(text, name, step)
    if run is not None:
        return _of_run(source, RunFolder(run), model, step)
    if step is None:
        return _of_model(source, card, lambda: _canonical(stored_tensors(model)))
    return _of_history(source, model, card, step)


def _split(text: str) -> tuple[str, int | None]:
    """The name and the step of `NAME@STEP`."""
    name, at, step = text.rpartition("@")
    if not at or not name or not (step.isascii() and step.isdecimal()) or "\0" in text or exists(expanded(text)):
        return text, None
    return name, int(step)


def _lasting(text: str, name: str, step: int | None) -> str:
    """The same place from any working directory: the full path of what was named by a path."""
    path = expanded(name)
    if name.startswith("runs/") or "\0" in name or not (is_file(path) or run_folder_of(path)):
        return text
    return f"{path.resolve()}" + ("" if step is None else f"@{step}")


def _model_of(name: str, runs_root: Path | str | None) -> Path:
    """The model file; what cannot be one because of what made it is said with what to do instead."""
    path = find_model(name, runs_root)
    if path.suffix.lower() in (".pth", ".pt", ".ckpt", ".pkl", ".bin"):
        raise InputError(
            f"{path.name} holds weights of another program: make a model of it first, with python -m gan_core "
            "import-weights, and start from that."
        )
    return path


# Models ---------------------------------------------------------------------------------------------------------------


def _of_model(text: str, card: Card, read: Callable[[], dict[str, Tensor]]) -> StartSource:
    discriminator = _part(card.judge) if card.judge else None
    return StartSource(text, card, _part(card.network), discriminator, read)


def _part(network: Mapping[str, Any]) -> Part:
    """What a card describes a network with, as a recipe says it."""
    return Part(str(network["name"]), {key: value for key, value in network.items() if key not in FROM_THE_RECIPE})


def _canonical(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors of a model file by the names of a recipe's networks."""
    found: dict[str, Tensor] = {}
    for name, value in tensors.items():
        label = next((label for label in ("judge.A", "judge.B", "judge") if name.startswith(f"{label}.")), None)
        found[name if label is None else NETWORK_OF[label] + name.removeprefix(label)] = value
    return found


def _of_history(text: str, model: Path, card: Card, step: int) -> StartSource:
    """A step of the history beside a model; the discriminator is the model's, which it is not kept of."""
    path = beside(model)
    if step == card.steps:
        return _of_model(text, card, lambda: _canonical(stored_tensors(model)))
    if not is_file(path):
        raise InputError(f"The model {model.name} has no history of its training, of which step {step} would be one.")
    history = PackedHistory(path)
    history.check_of(card.to_json(), model.name)
    if step not in history.steps():
        raise _not_kept(model.stem, step, history.steps())
    there, _ = history.read(step)
    return StartSource(text, there, _part(card.network), None, lambda: _canonical(history.read(step)[1]))


def _not_kept(name: str, step: int, steps: list[int]) -> InputError:
    if not steps:
        return InputError(f"No weights of step {step} of {name} are kept; leave @{step} out.")
    near = nearest(steps, step)
    some = steps if len(steps) <= SHOWN else [*steps[: SHOWN - 1], steps[-1]]
    words = ", ".join(f"{each}" for each in some)
    return InputError(
        f"No weights of step {step} of {name} are kept; the nearest are those of step {near} "
        f"({len(steps)} steps are kept: {words})."
    )


# Runs -----------------------------------------------------------------------------------------------------------------


def _of_run(text: str, run: RunFolder, model: Path, step: int | None) -> StartSource:
    folder = run.path / CHECKPOINTS
    if step is not None:
        if (path := _checkpoint_at(run, step)) is not None:
            return _of_checkpoint(text, run, path)
        frames = {frame.step: frame.weights for frame in run.keyframes() if frame.weights is not None}
        if step not in frames:
            kept = {*frames, *(int(path.stem) for path in checkpoints.saved(folder))}
            raise _not_kept(run.name, step, sorted(kept))
        frame = frames[step]
        return _of_model(text, read_card(frame), lambda: _canonical(stored_tensors(frame)))
    if model.name == f"{BEST}.safetensors" and is_file(run.best_checkpoint):
        return _of_checkpoint(text, run, run.best_checkpoint)
    if model == run.model:
        for path in reversed(checkpoints.saved(folder)):
            with contextlib.suppress(OSError):
                if checkpoints.is_good(path):
                    return _of_checkpoint(text, run, path)
    return _of_model(text, read_card(model), lambda: _canonical(stored_tensors(model)))


def _checkpoint_at(run: RunFolder, step: int) -> Path | None:
    """The checkpoint of that step, if one is kept and sound."""
    for path in [*checkpoints.saved(run.path / CHECKPOINTS), run.best_checkpoint]:
        if is_file(path) and (path.name == run.best_checkpoint.name or int(path.stem) == step):
            with contextlib.suppress(OSError, DamagedFileError):
                if checkpoints.values_of(path)["step"] == step and checkpoints.is_good(path):
                    return path
    return None


def _of_checkpoint(text: str, run: RunFolder, path: Path) -> StartSource:
    """A checkpoint: the weights as they were trained, their average, and the discriminators."""
    if not is_file(run.model):
        raise InputError(f"The run {run.name} has no model yet; it writes one when it first saves.")
    try:
        values = checkpoints.values_of(path)
    except OSError as error:
        raise _unreadable(path, error) from error
    recipe = Recipe.from_json(values["recipe"]) if values.get("recipe") else run.recipe()
    recipe.check_plugins(f"The run {run.name}")
    card = read_card(run.model).replace(steps=int(values["step"]), images=int(values.get("images", 0)), metrics={})

    def read() -> dict[str, Tensor]:
        try:
            tensors, _ = checkpoints.load(path)
        except OSError as error:
            raise _unreadable(path, error) from error
        prefixes = _prefixes(recipe, card)
        found: dict[str, Tensor] = {}
        for name, value in tensors.items():
            prefix = next((prefix for prefix in prefixes if name.startswith(prefix)), None)
            if prefix is not None:
                found[prefixes[prefix] + name.removeprefix(prefix)] = value
        return found

    return StartSource(text, card, recipe.generator, recipe.discriminator, read)


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError(f"{path.name} cannot be read ({error.strerror or error}).")


def _prefixes(recipe: Recipe, card: Card) -> dict[str, str]:
    """How the names of each network's weights begin in a checkpoint of `recipe`, and here."""
    with torch.device("meta"):
        networks = build_players(recipe, card.channels, (len(card.classes) or ANY_CLASSES) if recipe.conditional else 0)
        game = build_game(recipe, networks, Arithmetic(torch.device("cpu"), False, 1))
    found: dict[str, str] = {}
    for player, module in game.players.items():
        for inside, part in module.named_modules():
            for name, network in networks.items():
                if part is network:
                    found[f"player.{player}.{inside}{'.' if inside else ''}"] = f"{name}."
    averaged = game.translators if isinstance(game, TranslationGame) else networks["generator"]
    for inside, part in averaged.named_modules():
        for name, network in networks.items():
            if part is network:
                found[f"average.{inside}{'.' if inside else ''}"] = f"{AVERAGE}{name}."
    return dict(sorted(found.items(), key=lambda entry: -len(entry[0])))  # the longest first
