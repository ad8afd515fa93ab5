"""`train`: from a recipe to a run, or a run that goes on."""

from __future__ import annotations

import argparse
import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gan_core.cli.output import SEED, announce, complain, path_name, positive, progress_bar, whole
from gan_core.errors import InputError
from gan_core.recipes import PAIRS, PRESETS, Recipe

if TYPE_CHECKING:
    from gan_core.data import DataSet
    from gan_core.runs import RunFolder
    from gan_core.training.session import OnEvent

EQUAL_NAMES = "equal-names"
"""The word for pairs that lie in two folders, which `Recipe.pairs` says by None."""
FROM_THE_RUN = ("data", "data_b", "seed", "steps", "minutes")
"""What a recipe named with --resume need not repeat: it comes from the run's folder."""


def add_commands(commands: Any) -> None:
    """Add `train` to `commands`, argparse's subparsers."""
    parser = commands.add_parser(
        "train",
        help="train a recipe, or go on with a run",
        description="Train a recipe, or go on with a run. Ctrl-C stops and saves.",
        epilog="The parts that --set names, with their options: python -m gan_core parts.",
        allow_abbrev=False,
    )
    parser.add_argument("recipe", type=path_name, nargs="?", metavar="RECIPE", help="name of a recipe, or a JSON file")
    parser.add_argument(
        "--data", type=path_name, metavar="NAME|FOLDER|ZIP", help="what to learn from (domain A of a translation)"
    )
    parser.add_argument("--data-b", type=path_name, metavar="NAME|FOLDER|ZIP", help="domain B of a translation")
    parser.add_argument(
        "--class-column",
        metavar="NAME",
        help="column of the table beside the pictures (metadata.csv) that gives the classes",
    )
    add_pairs(parser)
    parser.add_argument("--steps", type=whole(1, 2**53), help="total steps of the run")
    parser.add_argument("--minutes", type=positive, help="total minutes of training")
    parser.add_argument("--seed", type=SEED, help="of everything that is drawn by chance (default: the recipe's)")
    parser.add_argument(
        "--set", nargs="+", action="extend", default=[], metavar="KEY=VALUE", help="change settings of the recipe"
    )
    parser.add_argument(
        "--from",
        dest="start_from",
        type=path_name,
        metavar="MODEL|runs/NAME[@STEP]",
        help="start from these weights; the networks are the model's",
    )
    parser.add_argument("--out", type=path_name, metavar="runs/NAME", help="folder of the new run")
    parser.add_argument("--resume", type=path_name, metavar="runs/NAME", help="go on with this run")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    parser.set_defaults(run=train)


def add_pairs(parser: argparse.ArgumentParser) -> None:
    """Add `--pairs` to a command."""
    parser.add_argument(
        "--pairs",
        choices=(*PAIRS, EQUAL_NAMES),
        metavar="KIND",
        help=f"of a translation that learns from pairs: how they are made of --data ({', '.join(PAIRS)}), or "
        f"{EQUAL_NAMES} where they lie in two folders",
    )


def kind_of_pairs(word: str | None) -> str | None:
    """The kind of pairs that a word of `--pairs` stands for, as `Recipe.pairs` has it."""
    return None if word == EQUAL_NAMES else word


def train(options: argparse.Namespace) -> int:
    """Train in this process, or resume a run; return the exit code, 1 where the training failed.

    Raises:
        InputError: for a recipe, data set, device or run that cannot be used.
    """
    from gan_core.devices import choose
    from gan_core.training import checkpoints, session
    from gan_core.training.artifacts import NotFiniteError

    choose(options.device)  # refused before anything is made
    folder, data = _to_resume(options) if options.resume else (_new(options), None)
    say = functools.cache(complain)  # a failure may come as a warning first: once is enough
    try:
        with _shown(folder, say) as on_event:
            moved = {"data": data} if data is not None else {}
            status = session.run_training(folder, options.device, on_event, **moved)
    except InputError:
        with contextlib.suppress(OSError, InputError):  # what was wrong first is what is told
            if not options.resume and not checkpoints.saved(folder.path / "checkpoints"):
                folder.delete()  # it never began, and its name is free again for the next try
        raise
    except NotFiniteError as error:
        say(str(error))
        return 1
    if status.state == "failed":
        say(status.reason or "The training failed.")
        return 1
    announce(f"{status.state.capitalize()} at step {status.step} after {status.seconds:.0f} s; model: {folder.model}")
    if status.state == "stopped":
        from gan_core.parts.plugins import shell_arguments

        announce(f"Go on with: python -m gan_core train --resume {folder.path}{shell_arguments()}")
    return 0


def chosen_recipe(name: str) -> Recipe:
    """The recipe of that name, or in the JSON file of that name; paths of pictures in a file may be relative to it."""
    if name in PRESETS:  # answered without importing torch
        return PRESETS[name]
    from gan_core.data.recipe_files import chosen_recipe as chosen

    return chosen(name)


def recipe_from(options: argparse.Namespace) -> Recipe:
    """The recipe that the command line describes."""
    from gan_core.data import lasting

    recipe = chosen_recipe(options.recipe).with_settings(settings(options.set))
    if options.class_column is not None:
        recipe = recipe.replace(class_column=options.class_column)
    if options.pairs is not None:
        recipe = recipe.replace(pairs=kind_of_pairs(options.pairs))
    return recipe.with_request(
        data=lasting(options.data),
        data_b=lasting(options.data_b),
        steps=options.steps,
        minutes=options.minutes,
        seed=options.seed,
    )


def fitted_recipe(recipe: Recipe, options: argparse.Namespace) -> Recipe:
    """The recipe with the networks of the model that it starts from, which is said; itself without such a model."""
    if not (options.start_from or recipe.start_from):
        return recipe
    from gan_core.training.start_weights import fitted

    recipe, told = fitted(recipe, options.start_from, settings(options.set))
    if told:
        complain(told)
    return recipe


def settings(pairs: list[str]) -> dict[str, str]:
    """The settings that `--set KEY=VALUE ...` gives, values as text.

    Raises:
        InputError: if one of `pairs` is not of the form KEY=VALUE.
    """
    found: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise InputError(f"--set takes settings like size=64 or penalty.gamma=1, not {pair!r}.")
        found[key] = value
    return found


def _new(options: argparse.Namespace) -> RunFolder:
    from gan_core.runs import default_root, place_of
    from gan_core.training import session

    if options.recipe is None:
        raise InputError(f"Name a recipe to train ({', '.join(PRESETS)}, or a JSON file), or a run with --resume.")
    recipe = fitted_recipe(recipe_from(options), options)
    root, name = place_of(options.out) if options.out else (default_root(), None)
    try:
        return session.create(recipe, root, name)
    except OSError as error:
        raise InputError(f"No run can be made in {root}: {error.strerror or error}.") from error


def _to_resume(options: argparse.Namespace) -> tuple[RunFolder, Mapping[str, DataSet] | None]:
    """The run to go on with, its limits raised, and its pictures if they were said to be somewhere else.

    Raises InputError for whatever would make it another run.
    """
    from gan_core.runs import find_run
    from gan_core.training import checkpoints, session

    if options.set or options.out or options.pairs or options.start_from:
        raise InputError(
            "--set and --out belong to a new run, and so do --pairs and --from; with --resume the run keeps its recipe "
            "and its folder."
        )
    if options.class_column is not None:
        raise InputError("--class-column belongs to a new run; with --resume the run keeps its classes.")
    folder = find_run(options.resume)
    folder.check_idle()
    recipe, status = folder.recipe(), folder.status()
    ended = status.state in ("finished", "stopped")  # else its last words are still to be written
    # A killed run's status may be ahead of what it goes on from.
    step = checkpoints.newest_good(folder.path / "checkpoints").get("step", status.step if ended else 0)
    wanted = chosen_recipe(options.recipe) if options.recipe else recipe
    differences = recipe.differences(wanted, ignoring=FROM_THE_RUN)
    if options.seed is not None and options.seed != recipe.seed:
        differences.append(f"seed: {recipe.seed} -> {options.seed}")
    if differences:
        raise InputError(
            f"The run {folder.name} was made with another recipe ({'; '.join(differences)}); "
            "leave RECIPE and --seed out, or start a new run."
        )
    if recipe.steps is not None and step >= recipe.steps and ended and not (options.steps or options.minutes):
        raise InputError(f"The run {folder.name} has made its {recipe.steps} steps; give a larger --steps to go on.")
    if options.steps is not None and options.steps <= step:
        raise InputError(f"The run {folder.name} is at step {step} already; only a larger --steps is accepted.")
    moved = bool(options.data or options.data_b)
    data = session.move_data(folder, options.data, options.data_b) if moved else None
    session.extend(folder, options.steps, options.minutes)
    return folder, data


@contextmanager
def _shown(folder: RunFolder, say: Callable[[str], None]) -> Iterator[OnEvent]:
    """Show what a training tells of itself: where it goes on once it does, a bar on a terminal, and its warnings."""
    recipe = folder.recipe()
    by_steps = recipe.steps is not None or recipe.minutes is None
    total = recipe.steps if by_steps else 60 * (recipe.minutes or 0)
    before = folder.status()
    initial = before.step if by_steps else round(before.seconds)
    say_where = functools.cache(functools.partial(announce, f"Training in {folder.path}"))
    with progress_bar(total, unit="step" if by_steps else "s", initial=initial) as bar:

        def show(event: dict[str, Any]) -> None:
            with contextlib.suppress(OSError):  # a terminal that was closed: the training has still to be saved
                show_event(event)

        def show_event(event: dict[str, Any]) -> None:
            if event["kind"] == "state" and event["state"] == "running":
                bar.clear()
                say_where()  # once: a run that was paused goes on too
            elif event["kind"] == "warning":
                bar.clear()
                say(event["text"])
            elif event["kind"] == "progress":
                bar.n = event["step"] if by_steps else round(event["seconds"])
                losses = {name: f"{value:.3g}" for name, value in event.get("losses", {}).items()}
                bar.set_postfix({**losses, "images/s": f"{event.get('images_per_second', 0):.0f}"})

        yield show
