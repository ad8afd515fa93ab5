"""The program that holds one race: `python -m gan_core.compare.worker RACE`. It talks to nobody but the race's folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from gan_core.training.worker import NICENESS, exit_status


def main(arguments: list[str] | None = None) -> int:
    from gan_core.compare.folder import ComparisonFolder
    from gan_core.compare.running import run_comparison

    (path,) = sys.argv[1:] if arguments is None else arguments
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    return exit_status(lambda: run_comparison(ComparisonFolder(Path(path))))


if __name__ == "__main__":
    sys.exit(main())
