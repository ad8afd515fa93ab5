"""The vanishing-gradient experiment: what is left of the generator's gradient while the discriminator learns on.

The generator stands still as it was drawn; only the discriminator is trained, on the ring of eight Gaussians. It
learns to win: what matters is whether its generator could still learn anything from it (ALGORITHMS, section 7).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import torch

from gan_core.data import points
from gan_core.devices import Arithmetic
from gan_core.games import AdversarialBatch, AdversarialGame
from gan_core.networks import discriminators, generators
from gan_core.objectives import objectives
from gan_core.optimizers import build_optimizer
from gan_core.penalties import penalties
from gan_core.recipes import Part

LATENTS = 8
EVALUATED = 2048
"""Samples, real and generated, that a point is computed on; always the same ones."""


@dataclass(frozen=True)
class VanishingPoint:
    """What is seen after some steps of the discriminator."""

    step: int
    gradient: float
    """Euclidean norm of the gradient of the generator's loss by all its parameters."""
    fake_score: float
    """Mean score of generated samples: for the cooperative coupled objective at least log(lambda)."""
    real_score: float


LINES: dict[str, tuple[Part, Part | None]] = {
    "minimax": (Part("minimax"), None),
    "non-saturating": (Part("non-saturating"), None),
    "cooperative": (Part("coupled", {"weight": 0.1}), None),
    "contrastive": (Part("coupled", {"weight": 0.1, "mode": "contrastive"}), None),
    "minimax with r1": (Part("minimax"), Part("r1", {"gamma": 0.1})),
    "non-saturating with r1": (Part("non-saturating"), Part("r1", {"gamma": 0.1})),
    "cooperative with r1": (Part("coupled", {"weight": 0.1}), Part("r1", {"gamma": 0.1})),
}
"""The settings worth comparing: objective and penalty by name."""


def vanishing(
    objective: Part,
    penalty: Part | None = None,
    *,
    steps: int = 2000,
    every: int = 20,
    seed: int = 0,
    hidden: int = 64,
    learning_rate: float = 1e-3,
) -> Iterator[VanishingPoint]:
    """A point before the first step of the discriminator, and one after every `every` of `steps` in all.

    An objective that needs a penalty may be watched without one here: that it explodes is the lesson. Raises
    InputError for unknown names and wrong options.
    """
    chosen = dataclasses.replace(objectives.build(objective.name, **objective.options), needs_bound=None)
    bound = penalties.build(penalty.name, **penalty.options) if penalty is not None else None
    with torch.random.fork_rng(devices=[]):  # fresh weights from the seed, whatever else draws in this process
        torch.manual_seed(seed)
        generator = generators.build("mlp", latent_dim=LATENTS, hidden=hidden)
        discriminator = discriminators.build("mlp", hidden=hidden)
    if bound is not None and bound.prepare is not None:
        bound.prepare(discriminator)
    game = AdversarialGame(generator, discriminator, chosen, bound, Arithmetic(torch.device("cpu"), False, 1))
    adam = Part("adam", {"learning_rate": learning_rate, "beta1": 0.0, "beta2": 0.99})
    optimizer = build_optimizer(adam, discriminator.parameters())
    draws = torch.Generator().manual_seed(seed)
    still = {name: parameter.detach() for name, parameter in generator.named_parameters()}

    def draw(count: int) -> AdversarialBatch:
        real = points.sample("ring", count, draws)
        latents = torch.randn(count, LATENTS, generator=draws)
        return AdversarialBatch(real, latents, seed=int(torch.randint(2**62, (), generator=draws)))

    watched = draw(EVALUATED)

    def look(step: int) -> VanishingPoint:
        position = game.position()
        batch = AdversarialBatch(watched.real, watched.latents, seed=watched.seed)
        loss = game.loss("generator", position, batch)
        gradients = torch.autograd.grad(loss, list(position["generator"].values()))
        norm = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(each) for each in gradients]))
        with torch.no_grad():
            fake, real = discriminator(generator(watched.latents)).mean(), discriminator(watched.real).mean()
        return VanishingPoint(step, float(norm), float(fake), float(real))

    yield look(0)
    for step in range(1, steps + 1):
        position, batch = game.position(), draw(256)
        loss = game.loss("discriminator", {**position, "generator": still}, batch)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        game.moved("discriminator")
        game.commit(batch)
        if step % every == 0:
            yield look(step)
