"""Which solver goes with which optimizer and game, asked of the solvers themselves.

`python -m tests.solvers.matrix` writes the table into `gan_core/solvers/README.md`.
"""

from __future__ import annotations

from pathlib import Path

from gan_core.errors import InputError
from gan_core.games import Batch, Game
from gan_core.optimizers import optimizers
from gan_core.recipes import Part
from gan_core.solvers import Optimizers, Solver, solvers
from tests.solvers.toys import Bowl, Four, Toy, optimizers_of

README = Path(__file__).parents[2] / "gan_core" / "solvers" / "README.md"
BEGIN, END = "<!-- matrix: made by tests/solvers/matrix.py -->\n", "<!-- end of the matrix -->\n"


def toy(*, zero_sum: bool = True) -> Toy:
    """Two players of two numbers each, curved for both."""
    return Toy(lambda x, y: (x * x + x * y - y * y).sum(), (2, 2), zero_sum=zero_sum)


def accepts(solver: Solver, game: Game[Batch], made: Optimizers) -> bool:
    try:
        solver.check(game, made)
    except InputError:
        return False
    return True


def cell(solver: Solver, name: str) -> str:
    """Whose steps the optimizer may take."""
    if players(solver) == "1":
        alone = Bowl([1.0, 2.0])
        return "yes" if accepts(solver, alone, optimizers_of(alone, 0.1, Part(name))) else "–"
    game = toy()
    theirs, plain = optimizers_of(game, 0.1, Part(name)), optimizers_of(game, 0.1)
    maker = accepts(solver, game, {"x": theirs["x"], "y": plain["y"]})
    judge = accepts(solver, game, {"x": plain["x"], "y": theirs["y"]})
    return {(True, True): "both", (True, False): "generator", (False, True): "discriminator"}.get((maker, judge), "–")


def players(solver: Solver) -> str:
    counts = {1: Bowl([1.0, 2.0]), 2: toy(), 4: Four()}
    fits = [str(count) for count, game in counts.items() if accepts(solver, game, optimizers_of(game, 0.1))]
    return {"1 2 4": "any", "2 4": "2 or more", "2": "2", "1": "1"}[" ".join(fits)]


def table() -> str:
    names = sorted(optimizers)
    rows = [["solver", *names, "players", "game"], ["---"] * (len(names) + 3)]
    for name in solvers:
        solver = solvers.build(name)
        uneven = Bowl([1.0, 2.0]) if players(solver) == "1" else toy(zero_sum=False)
        game = "any" if accepts(solver, uneven, optimizers_of(uneven, 0.1)) else "zero-sum"
        rows.append([name, *(cell(solver, optimizer) for optimizer in names), players(solver), game])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def written() -> str:
    text = README.read_text(encoding="utf-8")
    return text[text.index(BEGIN) + len(BEGIN) : text.index(END)]


if __name__ == "__main__":
    README.write_text(README.read_text(encoding="utf-8").replace(BEGIN + written() + END, BEGIN + table() + END))
