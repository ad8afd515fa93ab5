"""`check-data` and `estimate`: what to know before a training is started."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from gan_core.cli.output import complain, path_name, positive, print_json, print_table, visible, whole
from gan_core.cli.training import add_pairs, kind_of_pairs
from gan_core.recipes import Recipe

if TYPE_CHECKING:
    from gan_core.data.tables import Table

MARKS = {"problem": "!!", "advice": "! ", "good": "ok"}


def add_commands(commands: Any) -> None:
    """Add `check-data` and `estimate` to `commands`, argparse's subparsers."""
    parser = commands.add_parser(
        "check-data",
        help="look at pictures before learning from them",
        description="Look at the pictures of one data set, or of the two of a translation, before learning from them.",
        allow_abbrev=False,
    )
    place = "NAME|FOLDER|ZIP"
    parser.add_argument("a", type=path_name, metavar="A", help=f"{place}; alone also one that holds trainA and trainB")
    parser.add_argument("b", type=path_name, metavar="B", nargs="?", help=f"{place} of the other kind")
    add_pairs(parser)
    usual = Recipe.named("cyclegan").size
    parser.add_argument("--size", type=whole(8, 1024), default=usual, help=f"side to learn at (default: {usual})")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.set_defaults(run=check_data)

    parser = commands.add_parser(
        "estimate",
        help="say how long a training will take here",
        description="Say how long a training will take on this machine: a few real steps are made and timed, unless "
        "that, or a run like it, was done before.",
        allow_abbrev=False,
    )
    parser.add_argument("recipe", type=path_name, metavar="RECIPE", help="name of a recipe, or a JSON file")
    parser.add_argument(
        "--set", nargs="+", action="extend", default=[], metavar="KEY=VALUE", help="change settings of the recipe"
    )
    parser.add_argument("--steps", type=whole(1, 2**53), help="total steps of the run")
    parser.add_argument("--minutes", type=positive, help="total minutes of training")
    parser.add_argument(
        "--from", dest="start_from", type=path_name, metavar="MODEL|runs/NAME[@STEP]", help="start from these weights"
    )
    parser.add_argument("--again", action="store_true", help="measure even if that was done before")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    parser.set_defaults(run=estimate)


def check_data(options: argparse.Namespace) -> int:
    """Print whether the pictures are fit for training; return the exit code."""
    from gan_core.data.checking import check

    kind = kind_of_pairs(options.pairs)
    found = check(options.a, options.b, size=options.size, paired=options.pairs is not None, kind=kind)
    if options.json:
        print_json(found.to_json())
        return 0
    for finding in found.findings:
        print(f"{MARKS[finding.grade]} {visible(finding.sentence)}")
        if finding.advice:
            print(f"   {finding.advice}")
        if finding.files:
            print(f"   such as {visible(', '.join(finding.files))}")
    for key, table in found.tables.items():
        _print_table(key, table)
    print(visible(found.sentence))
    return 0


def _print_table(domain: str, table: Table) -> None:
    """Print the columns of the table beside the pictures, and what was passed over there."""
    if table.columns:
        print(f"Table beside the pictures{f' of {domain}' if domain else ''} (--class-column NAME takes its classes):")
        described = [column.to_json() for column in table.columns.values()]
        rows = [
            (
                visible(each["name"][:40]),
                each["kind"],
                each["pictures"],
                each["values"],
                "yes" if each["classes"] else "no",
                visible(", ".join(f"{one['value'][:20]} ({one['count']:,})" for one in each["common"][:3])),
            )
            for each in described
        ]
        print_table(rows, ("column", "kind", "pictures", "values", "classes", "most frequent"))
    for note in table.notes:
        print(visible(note))


def estimate(options: argparse.Namespace) -> int:
    """Print how long a training will take on this machine; return the exit code."""
    from gan_core import devices
    from gan_core.assembly import check_parts
    from gan_core.cli.training import chosen_recipe, fitted_recipe, settings
    from gan_core.runs import list_runs
    from gan_core.training.estimate import Estimate, known_speed, timing_probe

    recipe = chosen_recipe(options.recipe).with_settings(settings(options.set))
    recipe = fitted_recipe(recipe.with_request(steps=options.steps, minutes=options.minutes), options)
    check_parts(recipe)
    device = devices.choose(options.device)
    speed = None if options.again else known_speed(recipe, device)
    others = [run.name for run in list_runs() if run.status().is_active] if speed is None else []
    found = Estimate(recipe, speed or timing_probe(recipe, device))
    if options.json:
        print_json({**found.to_json(), "shared_with": others})
        return 0
    print(f"{found.sentence}.")
    if others:
        complain(f"{', '.join(others)} trained meanwhile: both share this machine, alone it is faster.")
    elif found.speed.busy:
        complain("The machine was busy with other work when this was measured; on a quiet one it is faster.")
    return 0
