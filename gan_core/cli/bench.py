"""`bench`: how fast this machine is."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from gan_core.cli.output import complain, print_json


def add_commands(commands: Any) -> None:
    """Add `bench` to `commands`, argparse's subparsers."""
    parser = commands.add_parser(
        "bench",
        help="measure this machine",
        description="Measure training and translation on this machine.",
        allow_abbrev=False,
    )
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    parser.set_defaults(run=bench)


def bench(options: argparse.Namespace) -> int:
    """Measure this machine and print the figures; return the exit code."""
    from gan_core import benchmarks

    results = benchmarks.run(complain, options.device)
    if options.json:
        print_json(results)
    else:
        _print_nested(results)
    return 0


def _print_nested(values: Mapping[str, Any], indent: str = "") -> None:
    for key, value in values.items():
        if isinstance(value, Mapping):
            print(f"{indent}{key}")
            _print_nested(value, indent + "  ")
        else:
            print(f"{indent}{key}: {f'{value:.4g}' if isinstance(value, float) else value}")
