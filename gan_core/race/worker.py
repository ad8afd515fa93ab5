"""The program that holds one race: `python -m gan_core.race.worker RACE`. It talks to nobody but the race's folder."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

NICENESS = 10
"""The app's own answers go first."""


def main(arguments: list[str] | None = None) -> int:
    from gan_core.errors import InputError
    from gan_core.race.folder import RaceFolder
    from gan_core.race.running import hold

    (path,) = sys.argv[1:] if arguments is None else arguments
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    try:
        status = hold(RaceFolder(Path(path)))
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    except Exception:  # noqa: BLE001 - the last words of the race; they end in its log
        traceback.print_exc()
        return 1
    return 0 if status.state in ("finished", "stopped") else 1


if __name__ == "__main__":
    sys.exit(main())
