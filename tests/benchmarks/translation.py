"""Translation against plain float32 eager of the same networks: training step, full picture, preview, bands.

    python -m tests.benchmarks.translation [step picture preview bands] [--size 256] [--blocks 9] [--width 64]
                                           [--rounds 3] [--threads 1] [--cpu-time]

All ways of one line take turns in one run, so the ratios hold on a busy machine too; the seconds do not. With `--cpu-time`
(and one thread) it is the processor's seconds that count, which others' work lengthens much less.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn.functional import l1_loss, mse_loss

from gan_core import networks
from gan_core.benchmarks import take_turns
from gan_core.cards import Card
from gan_core.data import DataSet
from gan_core.devices import Arithmetic
from gan_core.models import load_model
from gan_core.recipes import Recipe
from gan_core.training.trainer import Trainer
from gan_core.translation import Translator, tiling
from gan_core.translation.padding import Padded

CPU = torch.device("cpu")


def plain(network: nn.Module) -> nn.Module:
    """`network` with torch's own instance normalisation, as it stands in the original code base."""
    for name, child in network.named_children():
        if isinstance(child, nn.InstanceNorm2d):
            setattr(network, name, nn.InstanceNorm2d(child.num_features))
        else:
            plain(child)
    return network


class PlainCycle:
    """One step of CycleGAN as its authors' code takes it: float32, default layout, default Adam, losses read."""

    def __init__(self, recipe: Recipe, reals: dict[str, Tensor]) -> None:
        torch.manual_seed(0)
        self.makers = {name: plain(networks.build_translator(recipe, 3)) for name in ("AtoB", "BtoA")}
        self.judges = {name: plain(networks.build_discriminator(recipe, 3)) for name in ("A", "B")}
        self.optimizers = [
            torch.optim.Adam(
                itertools.chain(*(each.parameters() for each in team.values())), lr=2e-4, betas=(0.5, 0.999)
            )
            for team in (self.makers, self.judges)
        ]
        self.reals = {name: pictures.float() / 127.5 - 1 for name, pictures in reals.items()}

    def step(self) -> list[float]:
        real_a, real_b = self.reals["A"], self.reals["B"]
        fake_b, fake_a = self.makers["AtoB"](real_a), self.makers["BtoA"](real_b)
        cycle = l1_loss(self.makers["BtoA"](fake_b), real_a) + l1_loss(self.makers["AtoB"](fake_a), real_b)
        for judge in self.judges.values():
            judge.requires_grad_(False)
        scores = [self.judges["B"](fake_b), self.judges["A"](fake_a)]
        loss = sum((mse_loss(each, torch.ones_like(each)) for each in scores), 10 * cycle)
        self.optimizers[0].zero_grad()
        loss.backward()
        self.optimizers[0].step()
        for judge in self.judges.values():
            judge.requires_grad_(True)
        self.optimizers[1].zero_grad()
        losses = [loss.item()]
        for name, real, fake in (("A", real_a, fake_a), ("B", real_b, fake_b)):
            good, bad = self.judges[name](real), self.judges[name](fake.detach())
            judged = (mse_loss(good, torch.ones_like(good)) + mse_loss(bad, torch.zeros_like(bad))) / 2
            judged.backward()
            losses.append(judged.item())
        self.optimizers[1].step()
        return losses


def step(chosen: argparse.Namespace, turns: Callable[..., dict[str, float]]) -> dict[str, Any]:
    """The training step of CycleGAN with the networks of the paper."""
    recipe = Recipe.named("cyclegan").with_settings(
        {
            "size": chosen.size,
            "generator.width": chosen.width,
            "generator.blocks": chosen.blocks,
            "generator.upsampling": "transposed",
            "discriminator.width": chosen.width,
            "augmentation": "[]",
        }
    )
    random = torch.Generator().manual_seed(0)
    shape = (8, 3, chosen.size, chosen.size)
    pictures = {name: torch.randint(0, 256, shape, dtype=torch.uint8, generator=random) for name in ("A", "B")}
    data = {name: DataSet(name, each, each[:4]) for name, each in pictures.items()}
    reals = {name: each[: recipe.batch_size] for name, each in pictures.items()}
    ways = {
        "ours": Trainer(recipe, data, CPU, Arithmetic(CPU, True, chosen.threads)).step,
        "ours in float32": Trainer(recipe, data, CPU, Arithmetic(CPU, False, chosen.threads)).step,
        "plain": PlainCycle(recipe, reals).step,
    }
    return turns(ways)


def picture(chosen: argparse.Namespace, turns: Callable[..., dict[str, float]]) -> dict[str, Any]:
    """One picture through the default shipped translator, array to array."""
    translator = load_model("doodle-to-emoji", "cpu")
    assert isinstance(translator, Translator)
    rgb = _picture(chosen.size, chosen.size)
    network = plain(networks.rebuild("translator", translator.card.network)).eval()
    inputs = torch.from_numpy(rgb).permute(2, 0, 1)[None].float() / 127.5 - 1

    def eager() -> object:
        with torch.inference_mode():
            return network(inputs).numpy()

    translator.run(rgb)  # settles the arithmetic
    return turns({"ours": lambda: translator.run(rgb), "plain": eager})


def preview(chosen: argparse.Namespace, turns: Callable[..., dict[str, float]]) -> dict[str, Any]:
    """From the bytes of a 1200 x 900 photograph to a PNG of the preview at 128 pixels, as the server answers a drop."""
    from gan_core.images import decode, encode_png

    translator = load_model("doodle-to-emoji", "cpu")
    assert isinstance(translator, Translator)
    buffer = io.BytesIO()
    Image.fromarray(_picture(900, 1200)).save(buffer, "JPEG")

    def drop() -> object:
        return encode_png(translator.preview(decode(buffer.getvalue()).composited()))

    network = plain(networks.rebuild("translator", translator.card.network)).eval()

    def eager() -> object:
        image = Image.open(io.BytesIO(buffer.getvalue())).convert("RGB").resize((128, 96))
        inputs = torch.from_numpy(np.array(image)).permute(2, 0, 1)[None].float() / 127.5 - 1
        with torch.inference_mode():
            return network(inputs).numpy()

    return turns({"ours": drop, "plain": eager})


def bands(chosen: argparse.Namespace, turns: Callable[..., dict[str, float]]) -> dict[str, Any]:
    """A picture of 2 million pixels in bands against the same at once, both in the fastest arithmetic."""
    torch.manual_seed(0)
    network = networks.rebuild(
        "translator", {"name": "resnet", "channels": 3, "width": chosen.width, "blocks": chosen.blocks}
    )
    card = Card(name="benchmark", kind="translator", network=networks.describe(network), size=256, channels=3)
    translator = Translator({"AtoB": network}, card)
    rgb = _picture(1200, 1600)
    fast, seen = translator._fast["AtoB"], Padded.of(rgb, 4)
    plan = tiling.plan(fast.module, seen, 3, CPU)
    return turns(
        {"ours": lambda: tiling.translate(fast.module, seen, 3, CPU, plan), "plain": lambda: translator.run(rgb)}
    )


def _picture(height: int, width: int) -> np.ndarray:
    coarse = np.random.default_rng(0).integers(0, 256, (height // 50 + 1, width // 50 + 1, 3), dtype=np.uint8)
    return np.array(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC))


MEASURES = {"step": step, "picture": picture, "preview": preview, "bands": bands}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measures", nargs="*", default=list(MEASURES), metavar="MEASURE")
    for name, default in (("size", 256), ("blocks", 9), ("width", 64), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--cpu-time", action="store_true")
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    clock = time.process_time if chosen.cpu_time else time.perf_counter

    def turns(ways: dict[str, Callable[[], object]]) -> dict[str, float]:
        found = take_turns(ways, CPU, chosen.rounds, clock)
        seconds = {name: round(value, 4) for name, value in found.items()}
        return {**seconds, "ratio": round(found["plain"] / found["ours"], 2)}

    for name in chosen.measures:
        print(json.dumps({name: MEASURES[name](chosen, turns), "threads": chosen.threads}), flush=True)


if __name__ == "__main__":
    main()
