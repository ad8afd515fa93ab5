"""`parts`: what recipes are made of, as every part describes itself."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from gan_core.cli.output import print_json
from gan_core.parts import KINDS, Option, PartInfo, registry


def add_commands(commands: Any) -> None:
    """Add `parts` to `commands`, argparse's subparsers."""
    kinds = ", ".join(KINDS)
    parser = commands.add_parser(
        "parts",
        help="list what recipes are made of, with all options",
        description="List the parts that recipes are made of, each with its options, their limits and what they do. An option "
        "is set with --set, as in: train dcgan --set objective=hinge penalty=r1 penalty.gamma=0.5.",
        allow_abbrev=False,
    )
    parser.add_argument("kind", nargs="?", metavar="KIND", help=f"only parts of this kind: {kinds}")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the registered parts of one kind or of all, with their options; return the exit code."""
    kinds = [registry(options.kind)] if options.kind is not None else list(KINDS.values())
    if options.json:
        print_json([info.to_json() for kind in kinds for info in kind.infos()])
        return 0
    for kind in kinds:
        print(kind.kind)
        for info in kind.infos():
            print("\n".join(_lines(info)))
    return 0


def _lines(info: PartInfo) -> Iterator[str]:
    origin = f" [{info.plugin.name}]" if info.plugin is not None else ""
    yield f"  {info.name}{origin}: {info.title}. {info.summary}"
    for option in info.options.values():
        yield f"    {option.name} ({_values(option)}): {option.label}.{f' {option.help}' if option.help else ''}"


def _values(option: Option) -> str:
    """What an option accepts, and what it is unless it is set."""
    default = "null" if option.default is None else option.default
    default = str(default).lower() if isinstance(default, bool) else default
    accepted = option.accepted()
    return f"{accepted}; by default {default}" if accepted else f"by default {default}"
