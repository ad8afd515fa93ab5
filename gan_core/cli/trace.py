"""`trace`: every point that a solver visits on a small game with known answers."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from gan_core.cli.output import file_path, positive, print_json, print_table, whole
from gan_core.errors import InputError
from gan_core.json_files import read_json_file

EPILOG = """GAME.json is one of
  {"kind": "quadratic", "P": [[1]], "A": [[1]], "Q": [[1]], "x": [1], "y": [1]}
      f(x, y) = x'Px/2 + x'Ay - y'Qy/2; x minimises, y maximises
  {"kind": "dirac", "theta": 1, "psi": 1, "objective": "minimax", "penalty": "r1", "gamma": 0.3}
      one generated number theta, D(x) = -psi x, data at 0; penalty may be null
  {"kind": "least-squares", "X": [[1, 1], [1, 2]], "y": [1, 2], "theta": [0, 0]}
      |X theta - y|^2 / (2 n); theta is x, there is no y"""


def add_commands(commands: Any) -> None:
    """Add `trace` to `commands`, argparse's subparsers."""
    parser = commands.add_parser(
        "trace",
        help="follow a solver on a small game with known answers",
        description="List every point that a solver visits on a small game, in double precision.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("game", metavar="GAME.json", type=file_path, help="the game; its forms are below")
    parser.add_argument("--solver", required=True, metavar="NAME", help="the order of play, such as alternating")
    parser.add_argument("--optimizer", default="sgd", metavar="NAME", help="how gradients become steps (sgd)")
    parser.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="an option of the solver or the optimizer; may be repeated (order=xy is the default order of play)",
    )
    parser.add_argument("--step-size", required=True, type=positive, metavar="H", help="learning rate of both players")
    parser.add_argument("--steps", required=True, type=whole(1, 1_000_000), metavar="N", help="how many steps")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print a solver's trajectory on an analytic game; return the exit code."""
    description, given = read_json_file(options.game, "is not a readable game", finite=False), _options(options.option)

    from gan_core.analytic_games.definitions import read_game
    from gan_core.analytic_games.trace import trace

    result = trace(read_game(description), options.solver, options.optimizer, given, options.step_size, options.steps)
    if options.json:
        print_json(result)
    else:
        _print(result)
    return 0


def _options(pairs: Sequence[str]) -> dict[str, Any]:
    from gan_core.recipes import parse_value

    given: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not (key and equals):
            raise InputError(f"An option is written key=value, not {pair!r}.")
        if key in given:
            raise InputError(f"The option {key} is given twice.")
        given[key] = parse_value(value)
    return given


def _print(result: dict[str, Any]) -> None:
    betas = [None, *result.get("betas", [])]
    rows = []
    for step, state in enumerate(result["states"]):
        row = [step, _numbers(state["x"]), _numbers(state["y"])]
        if "betas" in result:
            row.append("" if betas[step] is None else "  ".join(f"{k}: {_beta(v)}" for k, v in betas[step].items()))
        rows.append(row)
    print_table(rows, ["step", "x", "y", *(["beta"] if "betas" in result else [])])
    if "diverged_at" in result:
        print(f"Diverged at step {result['diverged_at']}: a number left the range of double precision.")


def _beta(value: Any) -> str:
    return _numbers(value if isinstance(value, list) else [value])


def _numbers(values: Sequence[float | None]) -> str:
    return " ".join("-" if value is None else f"{value:.10g}" for value in values)
