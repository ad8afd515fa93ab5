"""Seconds of one training step of several recipes, taken in turns, and their ratio to the first.

python -m tests.benchmarks.recipe_step cyclegan fastcut [--rounds 20] [--set KEY=VALUE ...] [--bfloat16] [--threads 1]
"""

from __future__ import annotations

import argparse
import json
import os

import torch

from gan_core.benchmarks import take_turns
from gan_core.devices import Arithmetic
from gan_core.recipes import Recipe
from gan_core.training.session import load_data
from gan_core.training.trainer import Trainer

CPU = torch.device("cpu")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipes", nargs="+")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--bfloat16", action="store_true")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    chosen = parser.parse_args()
    settings = dict(setting.split("=", 1) for setting in chosen.set)
    arithmetic = Arithmetic(CPU, chosen.bfloat16, chosen.threads)
    steps = {}
    for name in chosen.recipes:
        recipe = Recipe.named(name).with_settings(settings)
        steps[name] = Trainer(recipe, load_data(recipe), CPU, arithmetic).step
    seconds = take_turns(steps, CPU, chosen.rounds)
    first = seconds[chosen.recipes[0]]
    found = {name: {"seconds": round(value, 4), "ratio": round(value / first, 3)} for name, value in seconds.items()}
    print(json.dumps({"arithmetic": arithmetic.describe(), "settings": settings, "steps": found}, indent=2))


if __name__ == "__main__":
    main()
