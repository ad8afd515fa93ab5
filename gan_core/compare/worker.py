"""The program that runs one comparison: `python -m gan_core.compare.worker FOLDER`.

It communicates through the comparison's folder alone.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from gan_core.parts.plugins import add_worker_option, load_from_arguments
from gan_core.training.worker import NICENESS, exit_status, refuse


def main(arguments: list[str] | None = None) -> int:
    """Run the comparison that the arguments name; return the exit code."""
    from gan_core.compare.folder import ComparisonFolder
    from gan_core.compare.running import run_comparison

    parser = argparse.ArgumentParser(prog="python -m gan_core.compare.worker", description=__doc__)
    parser.add_argument("path", help="the folder of the comparison")
    add_worker_option(parser)
    options = parser.parse_args(arguments)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    folder = ComparisonFolder(Path(options.path))
    problem = load_from_arguments(options.plugins)
    return refuse(folder, problem) if problem else exit_status(lambda: run_comparison(folder))


if __name__ == "__main__":
    sys.exit(main())
