"""A discriminator's scores of training, held-out and generated pictures: article 004's question to it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gan_core.objectives import Objective


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Means of a discriminator's scores and how often it is right."""

    training: float
    held_out: float
    generated: float
    """Mean score of each kind of pictures; a map of scores counts with its mean."""
    spread: float
    """Standard deviation of a single held-out picture's score: the scale on which the means differ."""
    training_taken_for_real: float
    held_out_taken_for_real: float
    generated_taken_for_real: float
    """Shares above `threshold`, 0 to 1."""
    threshold: float
    threshold_is: str
    """Where it comes from."""
    accuracy: float
    """Mean of the shares of held-out and of generated pictures that are classified rightly: 0.5 is guessing."""
    training_accuracy: float
    """The same with training pictures in the place of held-out ones."""
    gap: float
    """(training - held-out) / spread: above 0, the discriminator knows its training pictures by heart."""
    samples: tuple[int, int, int]
    """Training, held-out and generated pictures."""

    def to_json(self) -> dict[str, Any]:
        """The fields as a JSON object, numbers with six significant digits."""
        values = dataclasses.asdict(self)
        return {key: float(f"{value:.6g}") if isinstance(value, float) else value for key, value in values.items()}


def threshold_of(objective: Objective, real: Tensor, generated: Tensor) -> tuple[float, str]:
    """The score from which on a picture counts as real, and the reason for it."""
    if objective.scores == "logit":
        return 0.0, "log-odds of 0"
    if objective.scores == "target":
        return sum(objective.targets) / 2, "the middle between the two targets"
    return float(real.mean() + generated.mean()) / 2, "the middle between training and generated pictures"


def compare_scores(objective: Objective, training: Tensor, held_out: Tensor, generated: Tensor) -> Scores:
    """Summarise the scores (N,) of the three kinds of pictures; of a single held-out picture the spread is 0, and no
    gap is told."""
    threshold, why = threshold_of(objective, training, generated)
    shares = [float((scores > threshold).double().mean()) for scores in (training, held_out, generated)]
    spread = float(held_out.double().std()) if len(held_out) > 1 else 0.0
    difference = float(training.double().mean() - held_out.double().mean())
    return Scores(
        training=float(training.mean()),
        held_out=float(held_out.mean()),
        generated=float(generated.mean()),
        spread=spread,
        training_taken_for_real=shares[0],
        held_out_taken_for_real=shares[1],
        generated_taken_for_real=shares[2],
        threshold=threshold,
        threshold_is=why,
        accuracy=(shares[1] + 1 - shares[2]) / 2,
        training_accuracy=(shares[0] + 1 - shares[2]) / 2,
        gap=difference / spread if spread > 0 else 0.0,
        samples=(len(training), len(held_out), len(generated)),
    )


@torch.no_grad()
def scores_of(discriminator: Callable[[Tensor], Tensor], pictures: Tensor, batch_size: int) -> Tensor:
    """The score of each of the pictures (N, C, H, W) in [-1, 1], in batches of the size that it was trained with.

    A last, smaller batch is filled up with the first pictures: statistics of a batch must not hang on its size.
    """
    wanted = len(pictures)
    short = -wanted % batch_size
    if short:
        pictures = torch.cat([pictures, *[pictures] * (short // wanted), pictures[: short % wanted]])
    scores: list[Tensor] = []
    for part in pictures.split(batch_size):
        found = discriminator(part).float()
        scores.append(found.flatten(1).mean(1) if found.ndim > 1 else found)
    return torch.cat(scores)[:wanted].cpu()
