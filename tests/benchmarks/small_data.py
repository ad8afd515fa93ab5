"""Chooses the numbers of the recipe `small-data`: candidates on the same pictures, equal time, three seeds.

python -m tests.benchmarks.small_data [--data /work/shared/data] [--sets faces clothing] [--minutes 20] [--only LABEL ...]
                                      [--set KEY=VALUE ...]

Each set is one comparison (`python -m gan_core race`) of all candidates, in turns on one thread, each on its own clock;
its table is written to docs/results/small-data-SET.md. Nothing else should run on the machine meanwhile: for six
candidates, three seeds and 20 minutes a set takes six hours. An interrupted one goes on with `race --resume`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gan_core.cli import main as shell

RESULTS = Path(__file__).parents[2] / "docs" / "results"
FOLDERS = {"faces": "faces", "clothing": "clothing"}
COMMON = ("conditional=true", "size=64", "channels=3")
CANDIDATES: dict[str, tuple[str, ...]] = {
    "small-data": (),
    "no excitation": ("generator.skip_excitation=false",),
    "attention": ("generator.attention=16", "discriminator.attention=16"),
    "no diffaugment": ("game.diffaugment=none",),
    "slower": ("generator_optimizer.learning_rate=5e-4", "discriminator_optimizer.learning_rate=5e-4"),
    "no momentum": ("generator_optimizer.beta1=0.0", "discriminator_optimizer.beta1=0.0"),
    "weak R1": ("penalty.gamma=0.1",),
    "residual": (
        "generator=residual",
        "generator.width=32",
        "generator.skip_excitation=true",
        "discriminator=residual",
        "discriminator.width=32",
    ),
    "relativistic": ("objective=relativistic", "penalty=r1-r2", "penalty.gamma=1.0"),
}
"""What each changes of the preset."""


def command(name: str, folder: Path, labels: list[str], minutes: float, more: list[str], results: Path) -> list[str]:
    """The arguments of `race` for the set `name`, whose pictures lie in `folder`."""
    settings = [f"{label}:{setting}" for label in labels for setting in CANDIDATES[label]]
    return [
        *("race", *(f"{label}=small-data" for label in labels), "--data", str(folder), "--seeds", "0,1,2"),
        *("--minutes", str(minutes), "--set", *COMMON, *settings, *more),
        *("--markdown", str(results / f"small-data-{name}.md")),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("/work/shared/data"), help="folder that holds the sets")
    parser.add_argument("--sets", nargs="+", choices=sorted(FOLDERS), default=list(FOLDERS))
    parser.add_argument("--minutes", type=float, default=20.0, help="of every trial, on its own clock")
    parser.add_argument("--only", nargs="+", choices=list(CANDIDATES), default=list(CANDIDATES), metavar="LABEL")
    parser.add_argument("--set", nargs="+", default=[], metavar="KEY=VALUE", help="of all candidates")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the tables")
    chosen = parser.parse_args()
    chosen.results.mkdir(parents=True, exist_ok=True)
    for name in chosen.sets:
        folder = chosen.data / FOLDERS[name]
        code = shell(command(name, folder, chosen.only, chosen.minutes, chosen.set, chosen.results))
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
