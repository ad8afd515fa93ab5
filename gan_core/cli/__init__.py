"""The shell: `python -m gan_core COMMAND`, with one module for each group of commands.

Modules that take long to import are imported by the command that needs them.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from gan_core.cli import (
    advice,
    bench,
    compare,
    directions,
    evaluation,
    export,
    listing,
    parts,
    sampling,
    time_lapse,
    trace,
    training,
    translation,
    weights,
)
from gan_core.cli.output import complain, fetch_bar, path_name
from gan_core.cli.streams import PATH_ERRORS, discard_output, ready_streams, refusal
from gan_core.errors import InputError
from gan_core.version import __version__

WRONG_INPUT, FAILED, INTERRUPTED = 2, 1, 130
WITHOUT_PARTS = ("recipes", "models", "runs", "import-weights", "catalogue", "bench")
"""The commands that build no parts but those of this package."""


class Parser(argparse.ArgumentParser):
    """An argument parser that reports a wrong argument like every other wrong input: in one line."""

    def error(self, message: str) -> NoReturn:
        """Raise InputError for wrong arguments, where argparse would print its usage and exit.

        Args:
            message: argparse's sentence; a nearby name is proposed after it.
        """
        sentence = message[:1].upper() + message[1:].rstrip(".")
        raise InputError(f"{sentence}.{self._proposal(message)} `{self.prog} --help` lists what is accepted.")

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """As argparse, but unknown arguments are reported by the command that they were given to."""
        options, rest = self.parse_known_args(args, namespace)
        if rest:
            parser: Parser = getattr(options, "parser", self)
            parser.error(f"unrecognized arguments: {' '.join(rest)}")
        return options

    def _proposal(self, message: str) -> str:
        """What is meant by an option that no command has, such as --lr or --epochs."""
        if not message.startswith("unrecognized arguments: --"):
            return ""
        from gan_core.recipes.aliases import meant, plainly
        from gan_core.recipes.recipe import FIELDS

        name = message.split()[2].partition("=")[0].removeprefix("--")
        own = {plainly(option): option for action in self._actions for option in action.option_strings}
        if close := difflib.get_close_matches(plainly(name), list(own), n=1, cutoff=0.8):
            return f" Did you mean {own[close[0]]}?"
        found = meant(name, FIELDS) if "--set" in own.values() else ()
        if len(found) == 1 and f"--{found[0]}" in own.values():
            return f" Did you mean --{found[0]}?"
        return f" Did you mean --set {' '.join(f'{each}=...' for each in found)}?" if found else ""


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = Parser(
        prog="python -m gan_core",
        description="Train small GANs, draw from them, translate pictures.",
        epilog="Exit code: 0 done, 2 a wrong argument or unreadable input, 1 the work failed.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"gan_core {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    groups = (
        listing,
        parts,
        advice,
        training,
        compare,
        trace,
        sampling,
        time_lapse,
        translation,
        weights,
        export,
        directions,
        evaluation,
        bench,
    )
    for group in groups:
        group.add_commands(commands)
    for name, command in commands.choices.items():
        command.set_defaults(parser=command)
        if name not in WITHOUT_PARTS:
            command.add_argument(
                "--plugin",
                type=path_name,
                action="append",
                default=[],
                metavar="FILE.py",
                dest="plugins",
                help="a Python file that registers parts of its own (repeatable)",
            )
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 2 for wrong input (one line on stderr), 1 for failed work.

    What the system refuses is wrong input where it is about a path, and failed work otherwise, as a full disk is. Other
    errors are bugs and are raised, so that they are seen with their traceback.
    """
    ready_streams()
    try:
        options = build_parser().parse_args(argv)
        for file in getattr(options, "plugins", ()):
            from gan_core.parts import load_plugin

            load_plugin(file)
        with fetch_bar():
            code = options.run(options)
        sys.stdout.flush()  # what cannot be written is answered here, not by Python's last words
        return code
    except InputError as error:
        complain(str(error))
        return WRONG_INPUT
    except SystemExit as done:  # --help and --version
        return done.code if isinstance(done.code, int) else 0
    except KeyboardInterrupt:
        complain("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output, such as `head`, has seen enough
        discard_output()
        return FAILED
    except OSError as error:
        discard_output()
        complain(refusal(error))
        return WRONG_INPUT if error.errno in PATH_ERRORS else FAILED
    except Exception as error:
        if type(error).__name__ != "OutOfMemoryError":  # torch's, by name: it must not be imported for `--help`
            raise
        complain("The device ran out of memory: use fewer or smaller pictures, or --device cpu.")
        return FAILED
