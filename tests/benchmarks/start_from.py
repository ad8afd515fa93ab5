"""Steps to an equal score on few pictures, from drawn weights and from those of a model.

python -m tests.benchmarks.start_from [--from MODEL | --source scenes-summer --source-steps 1500] [--data scenes-winter]
    [--pictures 300] [--recipe dcgan] [--steps 2000] [--every 100] [--set KEY=VALUE ...] [--variants scratch from frozen young]

Without --from the recipe is first trained on --source. The score is that of comparisons (`race`), of the averaged weights,
against held-out pictures; what is to be reached is the best that drawn weights reach within --steps. `young` lets the
average begin as that of a new run, which forgets the source at once; `frozen` keeps half of the discriminator's layers.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gan_core.compare.evaluation import TrialEvaluator
from gan_core.data import DataSet
from gan_core.devices import Arithmetic
from gan_core.models.generator import latents_for_seed
from gan_core.networks.matching import layers_of
from gan_core.recipes import Recipe
from gan_core.training import session, start_weights
from gan_core.training.trainer import Trainer

CPU = torch.device("cpu")
VARIANTS = ("scratch", "from", "frozen", "young")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="start_from")
    parser.add_argument("--source", default="scenes-summer")
    parser.add_argument("--source-steps", type=int, default=1500)
    parser.add_argument("--data", default="scenes-winter")
    parser.add_argument("--pictures", type=int, default=300)
    parser.add_argument("--recipe", default="dcgan")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--every", type=int, default=100)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--set", nargs="+", action="extend", default=[], metavar="KEY=VALUE")
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=["scratch", "from"])
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    settings = dict(setting.split("=", 1) for setting in chosen.set)
    torch.set_num_threads(chosen.threads)
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measured(chosen, settings, Path(folder)), indent=2))


def measured(chosen: argparse.Namespace, settings: Mapping[str, str], root: Path) -> dict[str, Any]:
    """The scores of every variant by step, and how soon each reaches the best of `scratch`."""
    recipe = Recipe.named(chosen.recipe).with_settings(settings).replace(data=chosen.data, minutes=None, steps=None)
    start_from = chosen.start_from
    if start_from is None:
        before = recipe.replace(data=chosen.source, steps=chosen.source_steps)
        session.run_training(session.create(before, root, "source"), "cpu")
        start_from = "runs/source"
    fitted, _ = start_weights.fitted(recipe, start_from, settings, root)
    data = session.load_data(fitted)["A"]
    evaluator = TrialEvaluator([data], chosen.samples)
    count = min(chosen.pictures, len(data))
    few = dataclasses.replace(
        data, pictures=data.pictures[:count], labels=None if data.labels is None else data.labels[:count]
    )
    curves: dict[str, list[tuple[int, float]]] = {}
    for variant in chosen.variants:
        print(f"{variant} ...", flush=True)
        trainer = begun(variant, fitted, few, root, chosen.threads)
        curves[variant] = curve(trainer, evaluator, chosen.steps, chosen.every)
    target = min(value for _, value in curves.get("scratch", next(iter(curves.values()))))
    return {
        "score": next(iter(evaluator.describe()["reference_levels"])),
        "reference": next(iter(evaluator.describe()["reference_levels"].values())),
        "target": target,
        "steps to it": {variant: reached(found, target) for variant, found in curves.items()},
        "curves": {variant: [(step, round(value, 4)) for step, value in found] for variant, found in curves.items()},
    }


def begun(variant: str, recipe: Recipe, data: DataSet, root: Path, threads: int) -> Trainer:
    """A trainer of one variant, before its first step."""
    arithmetic = Arithmetic(CPU, False, threads)
    if variant == "scratch":  # the same networks, with the weights of the seed
        return Trainer(recipe.replace(start_from=None), {"A": data}, CPU, arithmetic)
    folder = session.create(recipe, root, variant)
    trainer = Trainer(folder.recipe(), {"A": data}, CPU, arithmetic)
    print(start_weights.begin(trainer, folder), flush=True)
    if variant == "young":
        trainer.average.images_before = 0
    if variant == "frozen":
        layers = len(layers_of(trainer.players["discriminator"])) // 2
        trainer.recipe = trainer.recipe.replace(frozen_discriminator_layers=layers)
        trainer.freeze_discriminators()
    return trainer


def curve(trainer: Trainer, evaluator: TrialEvaluator, steps: int, every: int) -> list[tuple[int, float]]:
    """The score at step 0 and after every `every` steps."""

    @torch.inference_mode()
    def draw(count: int, seed: int) -> Tensor:
        latents = latents_for_seed(20_000 + seed, count, trainer.recipe.latent_dim)
        drawn = torch.cat([trainer.average.network(part) for part in latents.split(250)])
        return ((drawn.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)

    found: list[tuple[int, float]] = []
    began = time.perf_counter()
    shape = (trainer.data["A"].size, trainer.data["A"].channels)
    for step in range(steps + 1):
        if step % every == 0:
            found.append((step, next(iter(evaluator.measure(shape, draw).values()))))
            print(f"  step {step}: {found[-1][1]:.4f}  ({time.perf_counter() - began:.0f} s)", flush=True)
        trainer.step()
    return found


def reached(found: list[tuple[int, float]], target: float) -> float | None:
    """The step at which a curve first is at `target`, between two moments in a straight line; None where it never is."""
    for (before, high), (step, low) in zip([found[0], *found], found, strict=False):
        if low <= target:
            return step if step == before else round(before + (step - before) * (high - target) / (high - low), 1)
    return None


if __name__ == "__main__":
    main()
