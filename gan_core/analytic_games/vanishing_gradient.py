"""The vanishing-gradient experiment: what is left of the generator's gradient while the discriminator learns on.

The generator stands still as it was drawn; only the discriminator is trained, on the ring of eight Gaussians. It
learns to win: what matters is whether its generator could still learn anything from it (ALGORITHMS, section 7).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from gan_core.assembly import assemble_players, build_penalty, build_point_players, prepare
from gan_core.data import points
from gan_core.devices import Arithmetic
from gan_core.games import AdversarialBatch
from gan_core.recipes import Part, Recipe

LATENTS = 8
EVALUATED = 2048
"""Samples, real and generated, that a point is computed on; always the same ones."""


@dataclass(frozen=True)
class VanishingPoint:
    """The measurements after some steps of the discriminator."""

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
    choices = Recipe(
        name="vanishing gradient",
        objective=objective,
        penalty=penalty,
        discriminator_optimizer=Part("adam", {"learning_rate": learning_rate, "beta1": 0.0, "beta2": 0.99}),
    )
    players = build_point_players(seed, LATENTS, hidden)
    generator, discriminator = players["generator"], players["discriminator"]
    prepare(build_penalty(penalty), [discriminator])
    assembly = assemble_players(choices, players, Arithmetic(torch.device("cpu"), False, 1), allow_unbounded=True)
    game = assembly.game
    draws = torch.Generator().manual_seed(seed)

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
        assembly.step_player("discriminator", draw(256))
        if step % every == 0:
            yield look(step)
