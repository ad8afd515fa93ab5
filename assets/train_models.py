"""Trains the models in `pretrained/`, one command each: `python assets/train_models.py NAME`; without NAME, lists them.

A run lies outside the repository and can be stopped (Ctrl-C saves) and gone on with by the same command. When it ends,
the run's best model is measured on held-out pictures beside the shipped file, and takes its place only where it is
better.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

import results_table
from shipped_models import LARGEST, MODELS, REPOSITORY, ShippedModel, model_named, source

from gan_core.cards import Card
from gan_core.errors import InputError

if TYPE_CHECKING:
    from gan_core.metrics.evaluator import Measurement
    from gan_core.runs import RunFolder
    from gan_core.training.evaluation import Evaluation

MOMENTS = 26
"""Steps of a history, where as many fit into `LARGEST` bytes."""
FEWEST_MOMENTS = 4


@dataclass(frozen=True)
class Verdict:
    """Whether a model takes the place of the shipped one, and why."""

    ships: bool
    why: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, measure and perhaps ship one model; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.name is None:
            _list()
            return 0
        model = model_named(options.name)
        folder = Path(options.runs)
        if not options.only_measure:
            code = train(model, folder, options.minutes, options.start, options.pictures, options.device)
            if code:
                return code
        return ship(model, folder / model.name, options)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("name", nargs="?", help=f"one of {', '.join(MODELS)}")
    parser.add_argument(
        "--minutes", type=float, help="of training by this command (default: what the model is made for)"
    )
    parser.add_argument("--from", dest="start", metavar="MODEL|runs/NAME", help="begin with these weights")
    parser.add_argument("--pictures", metavar="FOLDER", help="with the pictures of other people (default: shared/data)")
    parser.add_argument("--runs", default=str(REPOSITORY.parent / "shipped-runs"), help="where the run lies")
    parser.add_argument("--out", default=str(REPOSITORY / "pretrained"), help="where the shipped files lie")
    parser.add_argument(
        "--only-measure", action="store_true", help="measure and ship what the run has, without training"
    )
    parser.add_argument("--keep", action="store_true", help="measure only: leave the shipped file as it is")
    parser.add_argument("--count", type=int, help="pictures that are measured (default: as `evaluate` does)")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    return parser


def _list() -> None:
    for model in MODELS.values():
        data = " and ".join(filter(None, (model.data, model.data_b)))
        print(f"{model.name:18} {model.recipe} on {data}, {model.minutes:g} minutes: {model.title}")


# -- training ----------------------------------------------------------------------------------------------------------


def train(
    model: ShippedModel, runs: Path, minutes: float | None, start: str | None, pictures: str | None, device: str
) -> int:
    """Begin the model's run in `runs`, or go on with it; return the exit code."""
    from gan_core.cli import main as shell
    from gan_core.runs import RunFolder

    place = runs / model.name
    more = model.minutes if minutes is None else minutes
    if (place / "recipe.json").exists():
        if start is not None:
            raise InputError(f"{place} has begun already; --from belongs to a new run. Move the folder away first.")
        run = RunFolder(place)
        if run.recipe().steps is not None and run.status().state == "finished":
            return 0  # it has made its steps, and is measured again
        total = run.status().seconds / 60 + more
        return shell(["train", "--resume", str(place), "--minutes", f"{total:.2f}", "--device", device])
    runs.mkdir(parents=True, exist_ok=True)
    limits = ["--minutes", f"{more:g}", *(["--steps", str(model.steps)] if model.steps is not None else [])]
    begun_from = ["--from", start] if start is not None else []
    return shell([*command(model, pictures), *limits, *begun_from, "--out", str(place), "--device", device])


def command(model: ShippedModel, pictures: str | None = None) -> list[str]:
    """The shell's words that begin the model's run, without its length and its place."""
    words = ["train", model.recipe, "--data", str(source(model.data, pictures))]
    if model.data_b is not None:
        words += ["--data-b", str(source(model.data_b, pictures))]
    if model.pairs is not None:
        words += ["--pairs", model.pairs]
    elif model.is_translator and model.recipe == "pix2pix":
        words += ["--pairs", "equal-names"]
    if model.settings:
        words += ["--set", *(f"{key}={_word(value)}" for key, value in model.settings.items())]
    return words


def _word(value: object) -> str:
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


# -- measuring and shipping --------------------------------------------------------------------------------------------


def ship(model: ShippedModel, place: Path, options: argparse.Namespace) -> int:
    """Measure the run's best model beside the shipped one, and let it take that one's place where it is better."""
    from gan_core.runs import RunFolder

    run = RunFolder(place)
    made = run.best_model if run.best_model.exists() else run.model
    if not made.exists():
        raise InputError(f"{place} has no model yet.")
    shipped = Path(options.out) / f"{model.name}.safetensors"
    found = measured(model, made, options)
    before = measured(model, shipped, options) if shipped.exists() else None
    _print(found, before)
    verdict = compare(model, found.measurements, None if before is None else before.measurements)
    print(verdict.why)
    if not verdict.ships or options.keep:
        return 0
    export(model, run, made, shipped, found)
    print(f"{shipped} ({shipped.stat().st_size / 2**20:.1f} MiB)")
    return 0


def measured(model: ShippedModel, path: Path, options: argparse.Namespace) -> Evaluation:
    """What `evaluate` finds of the model file `path` on the pictures that this model is judged by."""
    from gan_core.models import load_model
    from gan_core.training.evaluation import evaluate

    data, data_b = (model.data, model.data_b) if model.test is None else (model.test, None)
    given: dict[str, Any] = {"data": source(data, options.pictures), "data_b": source(data_b, options.pictures)}
    if model.pairs is not None:
        given["pairs"] = model.pairs
    return evaluate(load_model(path, options.device), path.stem, count=options.count, **given)


def compare(model: ShippedModel, new: Sequence[Measurement], old: Sequence[Measurement] | None) -> Verdict:
    """Whether the new model is better than the old one where it counts, and nowhere worse by more than the spread.

    Without an old one it ships where it beats every trivial answer.
    """
    deciding = _named(new, model.deciding)
    if deciding is None:
        return Verdict(False, f"It was not measured by {model.deciding}, which decides: the shipped file stays.")
    if old is None:
        beaten = deciding.no_better_than
        if beaten is not None:
            return Verdict(False, f"No better than {beaten} in {deciding.name}: it is not shipped.")
        return Verdict(True, f"The first model of this name; it beats every baseline in {deciding.name}.")
    before = _named(old, model.deciding)
    if before is None or before.name != deciding.name:
        return Verdict(False, f"{deciding.name} cannot be compared with the shipped file's: it stays.")
    now, then = _off(deciding), _off(before)
    if not now < then:
        return Verdict(False, f"{deciding.name}: {deciding.value:.4g}, shipped {before.value:.4g}: it stays.")
    for guard in model.guards:
        one, other = _named(new, guard), _named(old, guard)
        if one is None or other is None:
            continue
        if _off(one) > _off(other) + max(one.spread or 0.0, other.spread or 0.0):
            return Verdict(False, f"{one.name} got worse: {one.value:.4g}, shipped {other.value:.4g}: it stays.")
    return Verdict(True, f"{deciding.name}: {deciding.value:.4g}, shipped {before.value:.4g}: it takes its place.")


def _named(found: Sequence[Measurement], name: str) -> Measurement | None:
    """The measurement of that name, a feature network perhaps behind it."""
    return next((each for each in found if each.name == name or each.name.startswith(f"{name}-")), None)


def _off(measurement: Measurement) -> float:
    """How far from good: of a metric that only describes pictures, how far from what real ones give."""
    from gan_core.metrics.registry import is_distance, without_direction

    if not is_distance(without_direction(measurement.name)) and measurement.reference_level is not None:
        return abs(measurement.value - measurement.reference_level)
    return measurement.value if measurement.lower_is_better else -measurement.value


def export(model: ShippedModel, run: RunFolder, made: Path, shipped: Path, found: Evaluation) -> None:
    """Write the run's model with its card, and a generator's history beside it, to where it ships.

    Raises:
        InputError: for a file that is too large to ship.
    """
    from gan_core import tensor_files
    from gan_core.files import write_atomically
    from gan_core.models import read_card

    card = card_for(model, read_card(made), found)
    tensors, _ = tensor_files.read(made)
    if made.stat().st_size > LARGEST:
        print("Without its discriminators, which would make the file too large.")
        card = card.replace(judge={})
        tensors = {name: value for name, value in tensors.items() if not name.startswith("judge")}
    content = tensor_files.serialized(tensors, {"card": json.dumps(card.to_json())})
    if len(content) > LARGEST:
        raise InputError(
            f"{made} has {len(content) / 2**20:.1f} MiB, and a shipped file at most {LARGEST / 2**20:.0f}."
        )
    shipped.parent.mkdir(parents=True, exist_ok=True)
    if shipped.exists() and model.earlier_as is not None:
        _keep_earlier(model, card, shipped)
    write_atomically(shipped, content, check=tensor_files.verify_written)
    if not model.is_translator:
        _pack_history(run, shipped, card)
    if shipped.parent == REPOSITORY / "pretrained":
        results_table.main()


def card_for(model: ShippedModel, card: Card, found: Evaluation) -> Card:
    """The card that ships: whose pictures it learned from, what it was measured by, and no path of this machine."""
    begun = card.recipe.get("start_from")
    recipe = {**card.recipe, "data": _shown(model.data, model), "data_b": _shown(model.data_b, model)}
    licences, credits_, notes = [model.licence], [model.attribution], [*model.notes]
    if isinstance(begun, str):  # the terms of the weights that it started from go on
        recipe["start_from"] = Path(begun).name
        licences += [term for term in card.licence.split(" / ") if term != Card.licence]
        credits_ += [card.attribution]
        notes += [note.replace(begun, Path(begun).name) for note in card.notes]
    changes: dict[str, Any] = {
        "name": model.name,
        "title": model.title,
        "data": model.learned_from,
        "data_licence": model.data_licence,
        "licence": " / ".join(dict.fromkeys(licences)),
        "attribution": "; ".join(dict.fromkeys(filter(None, credits_))),
        "recipe": recipe,
        "metrics": found.to_card({}),
        "notes": (*notes, *_limits(model, found)),
    }
    if model.domains:
        changes["domains"] = dict(model.domains)
    return card.replace(**changes)


def _shown(data: str | None, model: ShippedModel) -> str | None:
    """A data set by its name; of a folder, what it holds in words."""
    from gan_core.data import SOURCES

    return data if data is None or data in SOURCES else model.learned_from


def _limits(model: ShippedModel, found: Evaluation) -> list[str]:
    """What the measurements say against the model, in sentences."""
    said: list[str] = []
    for each in found.measurements:
        if (beaten := each.no_better_than) is not None:
            direction = each.name.partition(" ")[0]
            ends = [model.domains.get(end, "") for end in (direction[0], direction[-1])]
            way = f", {ends[0]} to {ends[1]}" if all(ends) else ""
            said.append(f"{each.to_card()['title']}{way}: no better than {beaten}.")
    return said


def _keep_earlier(model: ShippedModel, card: Card, shipped: Path) -> None:
    """The shipped file of another game stays, under its other name."""
    from gan_core.models import read_card
    from gan_core.models.files import write_card

    before = read_card(shipped)
    place = shipped.with_name(f"{model.earlier_as}.safetensors")
    if _game(before.recipe) == _game(card.recipe) or place.exists():
        return
    shutil.copyfile(shipped, place)
    write_card(place, before.replace(name=place.stem))
    print(f"The model before is of another game and stays as {place.name}.")


def _game(recipe: Any) -> str:
    game = recipe.get("game")
    return str(game.get("name")) if isinstance(game, dict) else str(game)


def _pack_history(run: RunFolder, shipped: Path, card: Card) -> None:
    """The run's kept steps beside the shipped file, as many as fit."""
    from gan_core.models import histories

    kept = [each.weights.stat().st_size for each in run.keyframes() if each.weights is not None]
    room = LARGEST // max(kept) if kept else 0
    if room < FEWEST_MOMENTS:
        print("No history: too few of its steps would fit.")
        return
    steps = histories.pack(run, min(MOMENTS, room), histories.beside(shipped), card)
    print(f"{histories.beside(shipped).name}: steps {', '.join(str(step) for step in steps)}")


def _print(found: Evaluation, before: Evaluation | None) -> None:
    from gan_core.cli.output import print_table

    earlier = {each.name: each for each in before.measurements} if before is not None else {}

    def row(each: Measurement) -> tuple[str, ...]:
        other = earlier.get(each.name)
        numbers = (each.value, other.value if other else None, each.reference_level)
        told = ("–" if number is None else f"{number:.4g}" for number in numbers)
        return (each.name, *told, json.dumps(each.baselines, ensure_ascii=False).strip("{}").replace('"', ""))

    print_table([row(each) for each in found.measurements], ("measurement", "run", "shipped", "real", "baselines"))


if __name__ == "__main__":
    sys.exit(main())
