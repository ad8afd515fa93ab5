"""The fast arithmetic learns what the exact one learns: from the same weights and batch the same losses and directions.

The bounds are what rounding to bfloat16 does to these networks: losses within 1 %, and the mean gradient of six batches at
a cosine of 0.98 for discriminators and heads, of 0.85 for translators. Translators stray more because rounding adds up
over twice as many layers, under normalisations that take means away. It is noise and no bias: with more batches
their cosine rises, while the gradients of two batches have next to nothing in common.
`tests/benchmarks/training_arithmetic.py` measures all of that at any size, and what is learned after thousands of steps.
"""

from __future__ import annotations

import pytest
import torch

from gan_core.data import DataSet
from gan_core.data.scenes.sources import draw
from gan_core.recipes import Recipe
from gan_core.training.trainer import Trainer
from tests.benchmarks.training_arithmetic import CPU, FLOAT32, compare


@pytest.fixture(scope="module")
def scenes() -> dict[str, DataSet]:
    pictures = {"A": draw(900_000, 4, False, 32), "B": draw(900_100, 4, True, 32)}
    return {domain: DataSet(domain, few, few) for domain, few in pictures.items()}


@pytest.mark.parametrize("name", ["cyclegan", "fastcut"])
def test_losses_and_gradients_agree(name: str, scenes: dict[str, DataSet]) -> None:
    widths = {"generator.width": 8, "generator.blocks": 2, "discriminator.width": 8}
    torch.set_num_threads(1)
    trainer = Trainer(Recipe.named(name).with_settings({"size": 32, **widths}), scenes, CPU, FLOAT32)
    found = compare(trainer, batches=6)
    assert 0 < max(found["loss"].values()) < 0.01, found
    for network, cosine in found["cosine of means"].items():
        translator = network in ("AtoB", "BtoA")
        assert 1 > cosine > (0.85 if translator else 0.98), found
        assert not translator or cosine > found["cosine"][network], found
        assert not translator or abs(found["cosine of two batches"][network]) < 0.3, found
