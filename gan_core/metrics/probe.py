"""What a discriminator has learned to distinguish, and whether a conditional generator draws the requested class.

Articles 002 and 003 promise classification and conditional generation. Classification: a linear probe (Alain and Bengio
2016; DCGAN's paper, section 5.1) on the discriminator's last hidden features. Conditional generation: a classifier that
was trained on real pictures alone classifies pictures drawn class by class.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.images import to_float, to_levels
from gan_core.metrics.classifier import classifier_for
from gan_core.models.generator import GeneratorModel, latents_for_seed

BATCH = 256
RIDGE = 1e-3
"""Weight of the probe's regulariser, for features of variance 1."""
MOST_FEATURES = 2048
"""Features beyond these are projected down at random: the probe's matrix grows with their square."""
PER_CLASS = 100


@dataclass(frozen=True)
class Probe:
    """Accuracy of a linear classifier on a discriminator's features."""

    accuracy: float
    """On the held-out pictures, 0 to 1."""
    training_accuracy: float
    pixels: float
    """Accuracy on the held-out pictures of the same classifier on the pixels themselves: what no learning gives."""
    chance: float
    """Share of the most frequent class."""
    features: int
    samples: int
    """Held-out pictures."""


def probe(discriminator: nn.Module, data: DataSet) -> Probe:
    """Train a ridge classifier on the discriminator's features of the training pictures and test it on held-out ones.

    The discriminator gets no classes; its weights and mode are left as they are. Raises InputError for data without
    labels or held-out pictures, and for a discriminator without one vector of features a picture.
    """
    if data.labels is None or data.held_out_labels is None or len(data.held_out) == 0:
        raise InputError(f"The data set {data.name} has no labels or no held-out pictures; a probe needs both.")
    was_training = discriminator.training
    discriminator.eval()
    try:
        seen = [_features(discriminator, pictures) for pictures in (data.pictures, data.held_out)]
    finally:
        discriminator.train(was_training)
    plain = [pictures.flatten(1).float() for pictures in (data.pictures, data.held_out)]
    training, held_out = data.labels.cpu().long(), data.held_out_labels.cpu().long()
    own, test = _ridge(seen[0], training, seen[1], held_out)
    return Probe(
        accuracy=test,
        training_accuracy=own,
        pixels=_ridge(plain[0], training, plain[1], held_out)[1],
        chance=float(torch.bincount(held_out).max()) / len(held_out),
        features=seen[0].shape[1],
        samples=len(held_out),
    )


@torch.inference_mode()
def _features(discriminator: nn.Module, pictures: Tensor) -> Tensor:
    """float32 (N, F) on the CPU."""
    device = next(discriminator.parameters()).device
    parts = []
    for part in pictures.split(BATCH):
        try:
            answer: Any = discriminator(to_float(part.to(device)), features=True)
        except TypeError as error:
            raise InputError("This discriminator shows no features: a probe needs one vector a picture.") from error
        parts.append(answer[1].float().cpu())
    return torch.cat(parts)


@torch.inference_mode()
def _ridge(features: Tensor, labels: Tensor, others: Tensor, other_labels: Tensor) -> tuple[float, float]:
    """Accuracy on `features` (N, F), which it is fitted to in closed form, and on `others`, 0 to 1."""
    mean, scale = features.mean(0), features.std(0).clamp_min(1e-6)
    count = features.shape[1]
    mixing = None
    if count > MOST_FEATURES:
        generator = torch.Generator().manual_seed(0)
        mixing = torch.randn(count, MOST_FEATURES, generator=generator) / count**0.5

    def prepared(inputs: Tensor) -> Tensor:
        inputs = (inputs - mean) / scale
        return (inputs if mixing is None else inputs @ mixing).double()

    known, unknown = prepared(features), prepared(others)
    targets = one_hot(labels).double()
    gram = known.T @ known / len(known)
    gram.diagonal().add_(RIDGE)
    offset = targets.mean(0)
    weights = torch.linalg.solve(gram, known.T @ (targets - offset) / len(known))

    def accuracy(inputs: Tensor, wanted: Tensor) -> float:
        return float(((inputs @ weights + offset).argmax(1) == wanted).double().mean())

    return accuracy(known, labels), accuracy(unknown, other_labels)


@dataclass(frozen=True)
class ClassAccuracy:
    """How often a conditional generator draws the requested class."""

    accuracy: float
    """Share of drawn pictures that the classifier takes for the class asked for, 0 to 1."""
    by_class: dict[str, float]
    reference_level: float
    """The classifier's own accuracy on held-out real pictures: no generator can honestly be better by much."""
    chance: float
    samples: int


def class_accuracy(
    model: GeneratorModel,
    data: DataSet,
    per_class: int = PER_CLASS,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> ClassAccuracy:
    """Draw `per_class` pictures of every class and let the classifier of `data` name them.

    Raises InputError for a model without classes, for classes that are not those of `data`, and for data without
    labels.
    """
    if not model.classes:
        raise InputError(f"{model.card.name} draws pictures of one kind: there are no classes to ask for.")
    if len(model.classes) != len(data.classes):
        raise InputError(
            f"{model.card.name} knows {len(model.classes)} classes and the data set {data.name} has {len(data.classes)}."
        )
    classifier, known = classifier_for(data, progress=progress)
    by_class: dict[str, float] = {}
    for label, name in enumerate(model.classes):
        latents = latents_for_seed(seed + label, per_class, model.latent_dim)
        with torch.inference_mode():
            labels = torch.full((per_class,), label, device=model.device)
            drawn = to_levels(model.network(latents.to(model.device), labels)).cpu()
            found = torch.cat([classifier(to_float(part)).argmax(1) for part in drawn.split(BATCH)])
        by_class[name] = float((found == label).float().mean())
    return ClassAccuracy(
        accuracy=sum(by_class.values()) / len(by_class),
        by_class=by_class,
        reference_level=known,
        chance=1 / len(by_class),
        samples=per_class * len(by_class),
    )
