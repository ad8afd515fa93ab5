"""Benchmarks of this machine, each against the plain way of doing the same, interleaved in one run.

Seconds differ from machine to machine and from hour to hour; ratios of interleaved runs do not.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from gan_core import devices, networks
from gan_core.cards import Card
from gan_core.data import DataSet
from gan_core.models.generator import latents_for_seed
from gan_core.recipes import Part, Recipe
from gan_core.training.trainer import Trainer
from gan_core.translation.translator import Translator

Say = Callable[[str], None]


def run(say: Say = print, device: str = "auto") -> dict[str, Any]:
    """Every measurement that takes less than two minutes, as one JSON object.

    Args:
        say: Called with one line before each measurement.
        device: `auto`, `cpu`, `cuda` or `mps`.

    Returns:
        `device`, `torch` (its version), and one object of seconds, rates and ratios for each measurement.

    Raises:
        InputError: for a device that this machine does not have.
    """
    chosen = devices.choose(device)
    results: dict[str, Any] = {"device": devices.describe(chosen), "torch": torch.__version__}
    for name, measure in (
        ("training_step", training_step),
        ("translation", translation),
        ("latent_to_picture", latent_to_picture),
        ("first_picture", first_picture),
    ):
        say(f"Measuring {name.replace('_', ' ')} ...")
        results[name] = measure(chosen)
    return results


def take_turns(
    ways: dict[str, Callable[[], object]],
    device: torch.device,
    rounds: int = 5,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, float]:
    """Median seconds of each variant, measured in alternation after one warm-up call each.

    Args:
        ways: What is timed, by name; called without arguments.
        device: A CUDA device is synchronised before the clock is read.
        rounds: Timed calls of each variant.
        clock: Seconds of a monotonic clock.
    """
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for round_ in range(rounds + 1):
        for name, way in ways.items():
            start = clock()
            way()
            if device.type == "cuda":
                torch.cuda.synchronize()
            if round_:
                seconds[name].append(clock() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}


def training_step(device: torch.device) -> dict[str, Any]:
    """A 64-px DCGAN step (batch 64, width 64, latent 100) against the plain float32 loop of the textbook."""
    recipe = Recipe.named("dcgan").replace(
        size=64, channels=3, generator=Part("dcgan", {"width": 64}), discriminator=Part("dcgan", {"width": 64})
    )
    pictures = torch.randint(0, 256, (256, 3, 64, 64), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    data = {"A": DataSet("noise", pictures, pictures[:8])}
    trainer = Trainer(recipe, data, device)
    plain = PlainLoop(recipe, pictures, device)

    def several(step: Callable[[], object], count: int = 4) -> Callable[[], object]:
        return lambda: [step() for _ in range(count)]

    seconds = take_turns({"ours": several(trainer.step), "plain": several(plain.step)}, device)
    return {
        "images_per_second": round(4 * recipe.batch_size / seconds["ours"], 1),
        "plain_images_per_second": round(4 * recipe.batch_size / seconds["plain"], 1),
        "ratio": round(seconds["plain"] / seconds["ours"], 2),
        "arithmetic": trainer.arithmetic.describe(),
    }


class PlainLoop:
    """The DCGAN loop as tutorials write it: float32, default layout, default Adam, a loss read at every step."""

    def __init__(self, recipe: Recipe, pictures: Tensor, device: torch.device) -> None:
        torch.manual_seed(0)
        self.generator = networks.build_generator(recipe, 3).to(device)
        self.discriminator = networks.build_discriminator(recipe, 3).to(device)
        self.criterion = nn.BCEWithLogitsLoss()
        self.optimizers = [
            torch.optim.Adam(network.parameters(), lr=2e-4, betas=(0.5, 0.999))
            for network in (self.discriminator, self.generator)
        ]
        self.real = (pictures[: recipe.batch_size].float() / 127.5 - 1).to(device)
        self.latent_dim = recipe.latent_dim
        self.device = device

    def step(self) -> tuple[float, float]:
        """Update the discriminator, then the generator, on the same batch of real pictures.

        Returns:
            Loss of the discriminator and loss of the generator, read from the device as floats.
        """
        ones = torch.ones(len(self.real), device=self.device)
        latents = torch.randn(len(self.real), self.latent_dim, device=self.device)
        self.discriminator.zero_grad()
        loss_real = self.criterion(self.discriminator(self.real), ones)
        loss_real.backward()
        fake = self.generator(latents)
        loss_fake = self.criterion(self.discriminator(fake.detach()), torch.zeros_like(ones))
        loss_fake.backward()
        self.optimizers[0].step()
        self.generator.zero_grad()
        loss = self.criterion(self.discriminator(fake), ones)
        loss.backward()
        self.optimizers[1].step()
        return (loss_real + loss_fake).item(), loss.item()


def translation(device: torch.device) -> dict[str, Any]:
    """A 256 x 256 picture through a ResNet of 9 blocks, width 64, against the plain float32 network."""
    torch.manual_seed(0)
    network = networks.rebuild("translator", {"name": "resnet", "channels": 3, "width": 64, "blocks": 9})
    card = Card(name="benchmark", kind="translator", network=networks.describe(network), size=256, channels=3)
    translator = Translator({"AtoB": network}, card, device)
    picture = torch.randint(0, 256, (256, 256, 3), dtype=torch.uint8).numpy()
    plain_network = networks.rebuild("translator", networks.describe(network)).to(device).eval()
    inputs = (torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 127.5 - 1).to(device)

    @torch.inference_mode()
    def plain() -> Tensor:
        return ((plain_network(inputs) + 1) * 127.5).round().to(torch.uint8).cpu()

    seconds = take_turns({"ours": lambda: translator.translate_array(picture, "AtoB"), "plain": plain}, device)
    return {
        "milliseconds": round(1000 * seconds["ours"], 1),
        "plain_milliseconds": round(1000 * seconds["plain"], 1),
        "ratio": round(seconds["plain"] / seconds["ours"], 2),
    }


def latent_to_picture(device: torch.device) -> dict[str, Any]:
    """One latent through a 64-px DCGAN of width 64, one thread as in the app: the model's share of a slider's delay."""
    from gan_core.models.generator import GeneratorModel

    recipe = Recipe.named("dcgan").replace(size=64, channels=3, generator=Part("dcgan", {"width": 64}))
    network = networks.build_generator(recipe, 3)
    card = Card(name="benchmark", kind="generator", network=networks.describe(network), size=64, channels=3)
    model = GeneratorModel(network, card, device)
    latents = latents_for_seed(0, 1, recipe.latent_dim)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    seconds = take_turns({"one": lambda: model.render(latents)}, device, rounds=30)
    torch.set_num_threads(threads)
    return {"milliseconds": round(1000 * seconds["one"], 2)}


def first_picture(device: torch.device, settle: float = 12.0) -> dict[str, Any]:
    """Seconds from Start in the app to a picture drawn after at least one step: with a warm worker, and without.

    Only the app's own share: the browser adds its poll, at most a third of a second.
    """
    from gan_core.training.launcher import Launcher

    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as root:
        for name, wait in (("cold", 0.0), ("warm", settle)):
            launcher = Launcher(Path(root) / name, device.type)
            if wait:
                launcher.warm()
                time.sleep(wait)
            start = time.perf_counter()
            run = launcher.start(Recipe.named("dcgan"))
            while run.status().live_step < 1 and time.perf_counter() - start < 60:
                time.sleep(0.02)
            found[f"{name}_seconds"] = round(time.perf_counter() - start, 2)
            run.request("stop")
            launcher.shutdown()
    return found
