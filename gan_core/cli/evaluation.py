"""`evaluate`: how far a model is from real pictures, each number with its reference level and spread."""

from __future__ import annotations

import argparse
import dataclasses
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_core.cli.output import SEED, as_sentence, path_name, print_json, print_table, progress_bar, whole
from gan_core.cli.training import add_pairs
from gan_core.errors import InputError
from gan_core.parts import unknown
from gan_core.reference_levels import CANNOT_BE_TOLD, CAUTION, told

if TYPE_CHECKING:
    from gan_core.runs import RunFolder
    from gan_core.training.evaluation import Evaluation


def add_commands(commands: Any) -> None:
    """Add `evaluate` to `commands`, argparse's subparsers."""
    text = "measure a model or a run against real pictures"
    parser = commands.add_parser("evaluate", help=text, description=as_sentence(text), allow_abbrev=False)
    parser.add_argument(
        "model",
        nargs="?",
        type=path_name,
        metavar="MODEL|runs/NAME",
        help="a name that `models` lists, a file, or a run",
    )
    parser.add_argument(
        "--features",
        type=path_name,
        metavar="FILE.npz",
        help="compare given features instead of a model's pictures: arrays real (N x D) and fake (M x D)",
    )
    parser.add_argument("--metrics", metavar="NAME,...", help="only these; `parts metric` lists them (default: all)")
    parser.add_argument(
        "--data", type=path_name, metavar="NAME|FOLDER|ZIP", help="what to compare with (default: what it learned from)"
    )
    parser.add_argument("--data-b", type=path_name, metavar="NAME|FOLDER|ZIP", help="domain B, for a translator")
    add_pairs(parser)
    parser.add_argument(
        "--count", type=whole(2, 50_000), help="pictures in each draw (default: 2000, of a translator 150)"
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="compare with all pictures of --data, a folder or zip that no training has seen, not with its held-out part",
    )
    parser.add_argument(
        "--write-card",
        action="store_true",
        help="write the numbers with their baselines on the card in the model's file",
    )
    parser.add_argument("--seed", type=SEED, default=0, help="of the first draw (default: 0)")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    parser.set_defaults(run=evaluate)


def evaluate(options: argparse.Namespace) -> int:
    """Measure a model, a run or given features against real ones and print the values; return the exit code.

    Raises:
        InputError: where neither or both of a model and features are named, or a metric that there is not.
    """
    if options.features is not None:
        return _evaluate_features(options)
    if options.write_card and options.metrics is not None:
        raise InputError("A card holds all metrics: --write-card and --metrics do not go together.")
    if options.model is None:
        raise InputError("Name a model or a run to evaluate, or a file of features with --features.")
    from gan_core.models import load_model

    run = _run(options.model)
    if options.write_card and run is not None and run.status().is_active:
        raise InputError(f"The run {run.name} is being trained and writes its card itself; wait until it has ended.")
    model = load_model(options.model, options.device)
    from gan_core.training import evaluation

    with progress_bar(None, unit="step", leave=False) as bar:

        def progress(done: int, total: int) -> None:
            bar.total, bar.n = total, done
            bar.refresh()

        found = evaluation.evaluate(
            model,
            options.model,
            data=options.data,
            data_b=options.data_b,
            pairs=options.pairs,
            run=run,
            count=options.count,
            seed=options.seed,
            whole=options.all,
            progress=progress,
        )
    if options.write_card:
        _write_card(options.model, found)
    if options.metrics is not None:
        names = [each.name for each in found.measurements]
        chosen = _chosen(options.metrics, [_stem(name) for name in names])
        kept = [each for each in found.measurements if _stem(each.name) in chosen]
        found = dataclasses.replace(found, measurements=type(found.measurements)(kept))
    if options.json:
        print_json(found.to_json())
    else:
        _print(found)
    return 0


def _write_card(name: str, found: Evaluation) -> None:
    """Put what was measured on the card in the model's file.

    Raises:
        InputError: for a file that is damaged.
    """
    from gan_core.models.files import find_model, read_card, write_card

    path = find_model(name)
    card = read_card(path)
    write_card(path, card.replace(metrics=found.to_card(card.metrics)))


def _evaluate_features(options: argparse.Namespace) -> int:
    """Print every metric of the features of a file; return the exit code."""
    if options.model is not None:
        raise InputError("Either a model or --features is evaluated, not both.")
    if options.write_card:
        raise InputError("Features have no card: --write-card needs a model.")
    from gan_core.metrics.features import FEATURE_METRICS, measure_features, read_features

    names = list(FEATURE_METRICS) if options.metrics is None else _chosen(options.metrics, list(FEATURE_METRICS))
    generated, real = read_features(Path(options.features))
    found = measure_features(generated, real, names, seed=options.seed)
    if options.json:
        print_json({"features": options.features, "measurements": [each.to_json() for each in found]})
        return 0
    rows = [
        (
            each.name,
            _number(each.value),
            _number(each.spread),
            _number(each.level.value),
            _number(each.level.spread),
            each.samples,
            each.words,
        )
        for each in found
    ]
    print(
        f"{options.features}: {len(generated):,} generated against {len(real):,} real, {real.shape[1]} features each."
    )
    print_table(rows, ("measurement", "value", "spread", "real halves", "spread", "samples", "what it is"))
    print(
        "Spread: standard deviation, estimated from random halves of the generated features. Real halves: what random halves of "
        "the real features give against each other."
    )
    return 0


def _chosen(wanted: str, known: Sequence[str]) -> list[str]:
    """The metrics that --metrics names; an InputError for one that is not among the `known`."""
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise InputError(unknown("metric", name, list(dict.fromkeys(known))))
    if not names:
        raise InputError("--metrics names no metric.")
    return names


def _stem(measurement: str) -> str:
    """The metric that a measurement is of, without its direction and its feature network."""
    from gan_core.metrics.registry import info_of

    return info_of(measurement.removeprefix("AtoB ").removeprefix("BtoA ")).name


def _run(name: str) -> RunFolder | None:
    """The run that `name` means; None for a model alone."""
    from gan_core.runs.locating import find_run, run_folder_of

    if not name.startswith("runs/") and run_folder_of(name) is None:
        return None
    try:
        return find_run(name)
    except InputError:
        return None


def _print(found: Evaluation) -> None:
    first = found.measurements[0]
    rows = [
        (
            each.name,
            _number(each.value),
            _number(each.spread),
            _number(each.reference_level),
            _number(each.reference_spread),
            each.samples,
            each.words,
        )
        for each in found.measurements
    ]
    print(f"{found.model} against {found.data}, {first.reference:,} held-out pictures.")
    print_table(rows, ("measurement", "value", "spread", "real pictures", "spread", "samples", "what it is"))
    for each in found.measurements:
        if each.details:
            print(f"{each.name}: " + ", ".join(_detail(key, value) for key, value in each.details.items()) + ".")
        if each.no_better_than is not None:
            print(f"{each.name}: no better than {each.no_better_than}.")
    spread = f"Spread: standard deviation over {first.draws} {first.spread_over} draws."
    levelled = next((each for each in found.measurements if each.reference_draws), None)
    if levelled is not None:
        draws = f"{levelled.reference_draws} {levelled.reference_over} draws"
        spread += (
            f" Real pictures: what as many real training pictures give, with its spread over {draws}; no lower limit."
        )
    print(spread)
    if any("sliced" in each.name or "patch" in each.name for each in found.measurements):
        print(
            "Debiased: the patch distance less what sampling alone makes; 0 in the mean for pictures that cannot be told apart."
        )
    print(CAUTION)
    if found.class_accuracy is not None:
        asked = found.class_accuracy
        print(
            f"Classes: {asked.accuracy:.1%} of {asked.samples:,} pictures show the class that was asked for "
            f"(real pictures are told apart with {asked.reference_level:.1%}, guessing {asked.chance:.1%})."
        )
    if found.probe is not None:
        seen = found.probe
        print(
            f"Linear probe: a linear classifier on the discriminator's {seen.features:,} features names the class of "
            f"{seen.accuracy:.1%} of {seen.samples:,} held-out pictures (on the pixels {seen.pixels:.1%}, "
            f"guessing {seen.chance:.1%})."
        )
    if found.scores is not None:
        scores = found.scores
        print(f"\nThe discriminator's scores, a picture counting as taken for real above {_number(scores.threshold)}:")
        kinds = (("training", scores.training, scores.training_taken_for_real, scores.samples[0]),)
        kinds += (("held-out", scores.held_out, scores.held_out_taken_for_real, scores.samples[1]),)
        kinds += (("generated", scores.generated, scores.generated_taken_for_real, scores.samples[2]),)
        rows = [(kind, _number(mean), f"{share:.1%}", samples) for kind, mean, share, samples in kinds]
        print_table(rows, ("pictures", "mean score", "taken for real", "samples"))
        print(
            f"It is right for {scores.accuracy:.1%} of held-out and generated pictures (50 % is guessing); training "
            f"pictures score {scores.gap:+.2f} standard deviations above held-out ones."
        )
    for note in found.notes:
        print(note)


def _detail(name: str, value: object) -> str:
    """One of a measurement's details in words; shares of a way in per cent."""
    if name.startswith("way to"):
        return f"{name} {told(value if isinstance(value, float) else None)}"
    return f"{name} {CANNOT_BE_TOLD if value is None else value}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}" if math.isfinite(value) else CANNOT_BE_TOLD
