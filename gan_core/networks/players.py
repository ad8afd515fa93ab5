"""What all generators share, and what all discriminators share: classes, and features on request."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import torch
from torch import Tensor, nn

from gan_core.networks.initialisation import draw_normal

CLASS_FEATURES = 32
"""Length of the vector that a class is for a generator: about as much of its input as the latents are."""


class Generator(nn.Module):
    """latents (N, latent_dim) -> samples (N, *image_shape); a conditional one (`classes` > 0) gets classes too.

    A class is a learned vector that stands behind the latent (Mirza and Osindero 2014, with an embedding in the place
    of a one-hot vector).
    """

    image_shape: tuple[int, ...]

    def __init__(self, latent_dim: int, classes: int) -> None:
        super().__init__()
        self.latent_dim = latent_dim
        self.classes = classes
        self.embedding = nn.Embedding(classes, CLASS_FEATURES) if classes else None
        self.inputs = latent_dim + (CLASS_FEATURES if classes else 0)
        """How many numbers the first layer sees: the latent first, then the class."""

    def forward(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """`labels`, int64 (N,), are the classes to draw; without them a conditional generator draws all in turn.

        `labels` of floating point, (N, classes), are weights: what is drawn lies between the classes, whose vectors are
        averaged with them.
        """
        if self.embedding is None:
            return self.paint(latents)
        if labels is None:
            labels = torch.arange(len(latents), device=latents.device) % self.classes
        mixed = labels.is_floating_point()
        class_vectors = (
            labels.to(self.embedding.weight.dtype) @ self.embedding.weight if mixed else self.embedding(labels)
        )
        return self.paint(torch.cat([latents, class_vectors.to(latents.dtype)], 1))

    @abstractmethod
    def paint(self, inputs: Tensor) -> Tensor:
        """Samples from the prepared inputs (N, inputs): what a subclass implements."""


class Discriminator(nn.Module):
    """samples (N, ...) -> scores (N,); a conditional one gets classes too.

    Classes enter by projection (Miyato and Koyama 2018, eq. 5): score(phi) + <embedding(class), phi>, phi being the
    last hidden features. Without classes the first term alone is answered: how real a sample looks as a picture of any
    class.
    """

    def __init__(self) -> None:
        super().__init__()
        self.classes = 0
        self.projection: nn.Embedding | None = None

    def project(self, classes: int, features: int) -> None:
        """Add the embedding of `classes` classes over `features` features; called once the layers are there."""
        self.classes = classes
        if classes:
            self.projection = nn.Embedding(classes, features)
            draw_normal(self.projection.weight, 0.0, features**-0.5)

    def forward(self, samples: Tensor, labels: Tensor | None = None, features: bool = False) -> Any:
        """Scores (N,), or with `features` (scores, last hidden features (N, F)); `labels` are int64 (N,)."""
        hidden = self.see(samples)
        scores = self.score(hidden)
        flat = hidden.flatten(1) if features or labels is not None else None
        if self.projection is not None and labels is not None and flat is not None:
            scores = scores + (self.projection(labels).to(flat.dtype) * flat).sum(1)
        return (scores, flat) if features else scores

    @abstractmethod
    def see(self, samples: Tensor) -> Tensor:
        """The last hidden features, of any shape (N, ...): what a subclass implements."""

    @abstractmethod
    def score(self, hidden: Tensor) -> Tensor:
        """Scores (N,) from the features that `see` returned."""
