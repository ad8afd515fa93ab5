"""`race`: the same data, seeds and budget under several recipes; one table at the end."""

from __future__ import annotations

import argparse
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gan_core.cli.output import (
    complain,
    path_name,
    positive,
    print_json,
    print_table,
    progress_bar,
    whole,
    write_output,
)
from gan_core.errors import InputError

if TYPE_CHECKING:
    from gan_core.compare import ComparisonFolder
    from gan_core.compare.folder import Trial
    from gan_core.runs import Status

SECONDS = 90


def add_commands(commands: object) -> None:
    """Add `race` to `commands`, argparse's subparsers."""
    parser = commands.add_parser(  # pyright: ignore[reportAttributeAccessIssue]
        "race",
        help="train several recipes on the same data under the same budget, and compare them",
        description="Train several recipes on the same data, seeds and budget. The trials take turns of under a second in "
        "one process on one thread, so that whatever else the machine does hits all of them alike; each has its own clock. "
        "Every trial is an ordinary run beside the comparison. Ctrl-C stops and saves; --resume goes on.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "recipes", type=path_name, nargs="*", metavar="[LABEL=]RECIPE", help="names of recipes, or JSON files"
    )
    parser.add_argument("--data", type=path_name, metavar="NAME|FOLDER|ZIP", help="what all of them learn from")
    parser.add_argument("--seeds", metavar="0,1,2", help="seeds that every recipe is trained with (0,1,2)")
    limit = parser.add_mutually_exclusive_group()
    limit.add_argument("--minutes", type=positive, help=f"for each trial, on its own clock ({SECONDS / 60:g})")
    limit.add_argument("--steps", type=whole(1, 2**53), help="for each trial, instead of minutes")
    parser.add_argument("--clock", help="processor (CPU time; the default on a CPU) or wall (the default on a GPU)")
    parser.add_argument("--samples", type=whole(100, 50_000), help="pictures a trial is measured by (2000)")
    parser.add_argument(
        "--set",
        nargs="+",
        action="extend",
        default=[],
        metavar="[LABEL:]KEY=VALUE",
        help="change a setting of all recipes, or of one",
    )
    parser.add_argument(
        "--out",
        type=path_name,
        metavar="runs/NAME",
        help="folder of the new comparison; its trials are NAME.LABEL.SEED",
    )
    parser.add_argument("--resume", type=path_name, metavar="runs/NAME", help="go on with this comparison")
    parser.add_argument("--device", help="auto, cpu, cuda or mps")
    parser.add_argument("--markdown", type=path_name, metavar="FILE", help="write the table here too")
    parser.add_argument("--json", action="store_true", help="print race.json with its standings")
    parser.set_defaults(run=compare)


def compare(options: argparse.Namespace) -> int:
    """Run or resume a comparison and print its table; return the exit code, 1 where it failed."""
    from gan_core.compare import markdown, standings
    from gan_core.compare.running import run_comparison
    from gan_core.compare.table import cells, notes

    folder = _to_resume(options) if options.resume else _new(options)
    complain(f"Comparing in {folder.path}")
    with progress_bar(1.0, unit="comparison", bar_format="{l_bar}{bar}| {elapsed}, {remaining} left {postfix}") as bar:

        def show(status: Status, trials: list[Trial]) -> None:
            bar.n = status.seconds
            ended = sum(trial.state in ("finished", "failed") for trial in trials)
            with suppress(OSError):  # a terminal that was closed: the comparison has still to be saved
                bar.set_postfix_str(status.reason or f"{ended} of {len(trials)} trials done")

        status = run_comparison(folder, show)
    if status.state == "failed":
        complain(status.reason or "The comparison failed.")
        return 1
    values = folder.values()
    values["standings"] = standings(values)
    text = markdown(values)
    (folder.path / "race.md").write_text(text, encoding="utf-8")
    if options.markdown:
        write_output(Path(options.markdown), text.encode())
    if options.json:
        print_json(values)
    else:
        headings, rows = cells(values)
        print_table(rows, headings)
        print("\n".join(notes(values)))
    if status.state == "stopped":
        from gan_core.parts.plugins import shell_arguments

        complain(f"Go on with: python -m gan_core race --resume {folder.path}{shell_arguments()}")
    return 0


def _new(options: argparse.Namespace) -> ComparisonFolder:
    from gan_core import devices
    from gan_core.compare import BenchmarkConfig, ComparisonFolder, candidate_from, plan
    from gan_core.data import lasting
    from gan_core.runs import default_root, place_of

    device = options.device or "auto"
    kind = devices.choose(device).type
    minutes = SECONDS / 60 if options.minutes is None and options.steps is None else options.minutes
    terms = BenchmarkConfig(
        seeds=_seeds(options.seeds or "0,1,2"),
        minutes=minutes,
        steps=options.steps,
        clock=options.clock or ("processor" if kind == "cpu" else "wall"),
        device=device,
        samples=options.samples or BenchmarkConfig.samples,
    )
    settings, own = _settings(options.set)
    planned = plan(
        [candidate_from(text) for text in options.recipes],
        terms,
        data=lasting(options.data),
        settings=settings,
        own_settings=own,
    )
    root, name = place_of(options.out) if options.out else (default_root(), None)
    try:
        return ComparisonFolder.begin(root, planned, name)
    except OSError as error:
        raise InputError(f"No comparison can be made in {root}: {error.strerror or error}.") from error


def _to_resume(options: argparse.Namespace) -> ComparisonFolder:
    from gan_core.compare import find_comparison

    fixed = ("recipes", "data", "seeds", "minutes", "steps", "clock", "samples", "set", "out", "device")
    if any(getattr(options, name) for name in fixed):
        raise InputError("A comparison that goes on keeps its recipes, data, seeds and budget; give --resume alone.")
    folder = find_comparison(options.resume)
    folder.check_idle()
    return folder


def _seeds(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"--seeds takes whole numbers like 0,1,2, not {text!r}.") from None


def _settings(pairs: list[str]) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Settings of all recipes, and those of single ones by label."""
    common: dict[str, str] = {}
    own: dict[str, dict[str, str]] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        label, colon, rest = key.partition(":")
        if not equals or not key or (colon and not (label and rest)):
            raise InputError(f"--set takes settings like size=64 or LABEL:penalty.gamma=1, not {pair!r}.")
        if colon:
            own.setdefault(label, {})[rest] = value
        else:
            common[key] = value
    return common, own
