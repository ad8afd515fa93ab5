"""`check-data` and `estimate`: what to know before a training is started."""

from __future__ import annotations

import argparse
from typing import Any

from gan_core.cli.output import print_json, whole
from gan_core.recipes import Recipe

MARKS = {"problem": "!!", "advice": "! ", "good": "ok"}


def add_commands(commands: Any) -> None:
    parser = commands.add_parser(
        "check-data",
        help="look at pictures before learning from them",
        description="Look at the pictures of one data set, or of the two of a translation, before learning from them.",
        allow_abbrev=False,
    )
    place = "NAME|FOLDER|ZIP"
    parser.add_argument("a", metavar="A", help=f"{place}; alone also one that holds trainA and trainB")
    parser.add_argument("b", metavar="B", nargs="?", help=f"{place} of the other kind")
    usual = Recipe.named("cyclegan").size
    parser.add_argument("--size", type=whole(8, 1024), default=usual, help=f"side to learn at (default: {usual})")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.set_defaults(run=check_data)


def check_data(options: argparse.Namespace) -> int:
    from gan_core.data.checking import check

    found = check(options.a, options.b, size=options.size)
    if options.json:
        print_json(found.to_json())
        return 0
    for finding in found.findings:
        print(f"{MARKS[finding.grade]} {finding.sentence}")
        if finding.advice:
            print(f"   {finding.advice}")
        if finding.files:
            print(f"   such as {', '.join(finding.files)}")
    print(found.sentence)
    return 0
