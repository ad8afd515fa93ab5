"""How far training in bfloat16 strays from float32: gradients of one batch, and the held-out score after many steps.

    python -m tests.benchmarks.training_arithmetic [--recipe cyclegan|fastcut] [--size 32] [--width 8] [--blocks 3]
                                                   [--steps 2000] [--seeds 3] [--gradients-only]

One thread, at the lowest priority. Prints one JSON object a line: by player the relative difference of the loss, by network
the cosine of both gradients, alone and as the mean of many batches, with what two batches' float32 gradients have in common; then the
patch distance of every run with its reference level.

Found on 2 cores with bfloat16 instructions (cyclegan, transposed convolutions, mean of both directions after 2,000 steps, seeds
0, 1, 2): float32 6.8, 7.1, 6.1; bfloat16 8.8, 10.1, 7.3; reference level 1.8, doing nothing 62. At this size bfloat16 learned a little
less, and was slower (110 seconds of CPU time against 87).
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from gan_core.data import DataSet
from gan_core.devices import Arithmetic
from gan_core.games import Batch
from gan_core.metrics.drawing import translated_samples
from gan_core.metrics.translations import TranslationEvaluator
from gan_core.recipes import Recipe
from gan_core.training.session import load_data
from gan_core.training.trainer import Trainer

CPU = torch.device("cpu")
FLOAT32, BFLOAT16 = (Arithmetic(CPU, bfloat16, threads=1) for bfloat16 in (False, True))
HELD_OUT = 100


def losses_and_gradients(
    trainer: Trainer, batch: Batch, arithmetic: Arithmetic
) -> tuple[dict[str, float], dict[str, Tensor]]:
    """Every player's loss, and every network's gradient (length of its parameters) of its player's loss, on `batch`.

    The batch is used up: another arithmetic wants the same batch drawn again.
    """
    game, known = trainer.game, trainer.game.arithmetic
    game.arithmetic = arithmetic
    try:
        position, losses, parts = game.position(), {}, dict[str, list[Tensor]]()
        for player, at in position.items():
            loss = game.loss(player, position, batch)
            losses[player] = loss.item()
            for name, gradient in zip(at, torch.autograd.grad(loss, list(at.values())), strict=True):
                network = name.split(".")[1] if name.startswith("members.") else player
                parts.setdefault(network, []).append(gradient.flatten())
    finally:
        game.arithmetic = known
    return losses, {network: torch.cat(gradients) for network, gradients in parts.items()}


def compare(trainer: Trainer, batches: int) -> dict[str, dict[str, float]]:
    """The largest relative difference of a loss and the least cosine of a gradient over `batches`, and of the means."""
    losses: dict[str, float] = {}
    least: dict[str, float] = {}
    between: dict[str, float] = {}
    sums: dict[bool, dict[str, Tensor]] = {False: {}, True: {}}
    before: Mapping[str, Tensor] = {}
    for _ in range(batches):
        place = trainer.feed.state()
        found = {}
        for arithmetic in (FLOAT32, BFLOAT16):
            trainer.feed.load_state(*place)
            found[arithmetic.bfloat16] = losses_and_gradients(trainer, trainer.feed.draw(), arithmetic)
        for player, exact in found[False][0].items():
            losses[player] = max(losses.get(player, 0.0), abs(found[True][0][player] / exact - 1))
        for network, exact in found[False][1].items():
            least[network] = min(least.get(network, 1.0), _cosine(exact, found[True][1][network]))
            if network in before:
                between[network] = min(between.get(network, 1.0), _cosine(exact, before[network]))
            for kind, total in sums.items():
                total[network] = total.get(network, torch.zeros(())) + found[kind][1][network]
        before = found[False][1]
    together = {network: _cosine(exact, sums[True][network]) for network, exact in sums[False].items()}
    return {"loss": losses, "cosine": least, "cosine of means": together, "cosine of two batches": between}


def _cosine(one: Tensor, other: Tensor) -> float:
    return cosine_similarity(one.double(), other.double(), dim=0).item()


def score(recipe: Recipe, data: Mapping[str, DataSet], arithmetic: Arithmetic) -> dict[str, object]:
    """The patch distance of every direction after the recipe's steps."""
    trainer = Trainer(recipe, data, CPU, arithmetic)
    start = time.process_time()
    for _ in range(recipe.steps or 0):
        trainer.step()
    seconds = time.process_time() - start
    networks = trainer.exported()
    evaluator = TranslationEvaluator(data, count=HELD_OUT)
    found = evaluator.measure(lambda way, pictures: translated_samples(networks[way], pictures, CPU), recipe.directions)
    measured = {each.name: [round(each.value, 3), round(each.reference_level or 0.0, 3)] for each in found}
    return {"bfloat16": arithmetic.bfloat16, "seed": recipe.seed, "cpu_seconds": round(seconds), **measured}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", default="cyclegan")
    for name, default in (("size", 32), ("width", 8), ("blocks", 3), ("steps", 2_000), ("seeds", 3), ("batches", 16)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--gradients-only", action="store_true")
    chosen = parser.parse_args()
    os.nice(19)
    torch.set_num_threads(1)
    networks = {"generator.width": chosen.width, "generator.blocks": chosen.blocks, "discriminator.width": chosen.width}
    recipe = Recipe.named(chosen.recipe).with_settings({"size": chosen.size, "steps": chosen.steps, **networks})
    data = load_data(recipe)
    for young in (0, 100):
        trainer = Trainer(recipe, data, CPU, FLOAT32)
        for _ in range(young):
            trainer.step()
        print(json.dumps({"after": young, **compare(trainer, chosen.batches)}), flush=True)
    if chosen.gradients_only:
        return
    for seed in range(chosen.seeds):
        for arithmetic in (FLOAT32, BFLOAT16):
            print(json.dumps(score(recipe.replace(seed=seed), data, arithmetic)), flush=True)


if __name__ == "__main__":
    main()
