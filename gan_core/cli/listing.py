"""The commands `recipes`, `datasets`, `models` and `runs`."""

from __future__ import annotations

import argparse
from typing import Any

from gan_core.cli.output import Command, as_sentence, complain, path_name, print_json, print_table


def add_commands(commands: Any) -> None:
    """Add `recipes`, `datasets`, `models` and `runs` to `commands`, argparse's subparsers."""
    for name, text, run in (
        ("recipes", "list the named recipes", recipes),
        ("datasets", "list the data sets known by name", datasets),
        ("models", "list the shipped models and those of your runs", models),
        ("runs", "list the runs, newest first", runs),
    ):
        _add(commands, name, text, run)


def _add(commands: Any, name: str, text: str, run: Command) -> None:
    parser = commands.add_parser(name, help=text, description=as_sentence(text), allow_abbrev=False)
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    if name in ("models", "runs"):
        parser.add_argument("--runs", type=path_name, metavar="DIR", help="folder of the runs (default: ./runs)")
    parser.set_defaults(run=run)


def _check_root(root: str | None) -> None:
    """Raise InputError for a folder of runs that cannot be listed: that there are none would be another answer."""
    from gan_core.paths import check_folder
    from gan_core.runs import default_root

    check_folder(root or default_root())


def recipes(options: argparse.Namespace) -> int:
    """Print the named recipes; return the exit code."""
    from gan_core.recipes import PRESETS

    if options.json:
        print_json([recipe.to_json() for recipe in PRESETS.values()])
    else:
        rows = [(recipe.name, recipe.game.name, recipe.size, recipe.summary) for recipe in PRESETS.values()]
        print_table(rows, ("name", "game", "size", "summary"))
    return 0


def datasets(options: argparse.Namespace) -> int:
    """Print the data sets that are known by name; return the exit code."""
    from gan_core.data import names

    keys = ("name", "kind", "licence", "summary")
    found = [{key: getattr(source, key) for key in keys} for source in names()]
    if options.json:
        print_json(found)
    else:
        print_table([tuple(entry.values()) for entry in found], keys)
    return 0


def models(options: argparse.Namespace) -> int:
    """Print the shipped models and those of runs; return the exit code."""
    _check_root(options.runs)
    from gan_core.models import list_models

    found = list_models(options.runs)
    if options.json:
        print_json(
            [
                {"name": m.name, "kind": m.kind, "origin": m.origin, "path": str(m.path), "card": dict(m.values)}
                for m in found
            ]
        )
        return 0
    rows = [
        (m.name, m.kind, m.values.get("size"), m.values.get("steps"), m.values.get("licence"), m.title) for m in found
    ]
    print_table(rows, ("name", "kind", "size", "steps", "licence", "title"))
    return 0


def runs(options: argparse.Namespace) -> int:
    """Print the runs, newest first, and one line on stderr for each damaged one; return the exit code."""
    _check_root(options.runs)
    from gan_core.runs import list_runs
    from gan_core.runs.locating import damaged_runs

    for name, sentence in damaged_runs(options.runs).items():
        complain(f"{name}: {sentence}")
    found: list[dict[str, Any]] = []
    for run in list_runs(options.runs):
        recipe, status = run.recipe(), run.status()
        found.append(
            {
                "name": run.name,
                "path": str(run.path),
                "recipe": recipe.name,
                "data": recipe.data,
                "state": status.state,
                "reason": status.reason,
                "step": status.step,
                "steps": recipe.steps,
                "seconds": status.seconds,
                "device": status.device,
            }
        )
    if options.json:
        print_json(found)
    else:
        keys = ("name", "state", "step", "steps", "seconds", "recipe", "data")
        print_table([tuple(run[key] for key in keys) for run in found], keys)
    return 0
