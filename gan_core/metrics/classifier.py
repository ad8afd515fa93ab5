"""A small classifier of a labelled data set: which classes a generator draws, and how clearly."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.files import cache_folder, write_atomically
from gan_core.images import to_float

EPOCHS = 4
BATCH = 100
CONFIDENT = 0.9


@dataclass(frozen=True)
class Judgement:
    """What a classifier sees in a set of pictures."""

    samples: int
    classes: int
    """Classes that at least 1 % of the pictures are taken for."""
    confident: float
    """Share of pictures whose class has a probability above `CONFIDENT`."""
    shares: tuple[float, ...]
    """Share of pictures by class."""


class Classifier(nn.Module):
    """Three strided convolutions and a mean over what is left: pictures (N, C, H, W) in [-1, 1] to logits (N, K)."""

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        widths = (channels, 32, 64, 128)
        layers: list[nn.Module] = []
        for inputs, outputs in pairwise(widths):
            layers += [nn.Conv2d(inputs, outputs, 3, 2, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
        self.features = nn.Sequential(*layers)
        self.head = nn.LazyLinear(classes)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.head(self.features(pictures).flatten(1))

    @torch.inference_mode()
    def judge(self, pictures: Tensor) -> Judgement:
        """Judge uint8 pictures (N, C, H, W)."""
        self.eval()
        logits = torch.cat([self(to_float(part)) for part in pictures.split(500)])
        probabilities, found = logits.softmax(1).max(1)
        shares = torch.bincount(found, minlength=logits.shape[1]).float() / len(pictures)
        return Judgement(
            samples=len(pictures),
            classes=int((shares >= 0.01).sum()),
            confident=float((probabilities > CONFIDENT).float().mean()),
            shares=tuple(round(share, 4) for share in shares.tolist()),
        )


def classifier_for(
    data: DataSet, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> tuple[Classifier, float]:
    """The classifier of `data` and its accuracy on the held-out pictures, 0 to 1.

    Trained once (about half a minute on two cores for 12,000 pictures of 32 px) and then kept in the cache under a
    hash of the pictures. Raises InputError for data without labels.
    """
    if data.labels is None or data.held_out_labels is None:
        raise InputError(f"The data set {data.name} has no labels; a classifier needs classes to tell apart.")
    key = sha256(f"{EPOCHS} {seed} {data.pictures.shape}".encode() + data.pictures[::97].numpy().tobytes()).hexdigest()
    path = cache_folder() / "classifiers" / f"{data.name}-{key[:12]}.safetensors"
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = Classifier(data.channels, len(data.classes))
        network(to_float(data.pictures[:2]))  # gives the last layer its size
        if (accuracy := _load(network, path)) is None:
            _train(network, data, seed, progress)
            accuracy = _accuracy(network, data)
            path.parent.mkdir(parents=True, exist_ok=True)
            weights = {name: value.contiguous() for name, value in network.state_dict().items()}
            write_atomically(path, safetensors.torch.save(weights, {"accuracy": json.dumps(accuracy)}))
    return network.eval(), accuracy


def _load(network: Classifier, path: Path) -> float | None:
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            network.load_state_dict({name: file.get_tensor(name) for name in file.keys()})  # noqa: SIM118
            return float(json.loads(file.metadata()["accuracy"]))
    except (OSError, KeyError, ValueError, RuntimeError, safetensors.SafetensorError):
        return None  # not there yet, or damaged: it is made anew


def _train(network: Classifier, data: DataSet, seed: int, progress: Callable[[int, int], None] | None) -> None:
    assert data.labels is not None
    draws = torch.Generator().manual_seed(seed)
    steps = EPOCHS * (len(data.pictures) // BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    network.train()
    for step in range(steps):
        chosen = torch.randint(len(data.pictures), (BATCH,), generator=draws)
        loss = cross_entropy(network(to_float(data.pictures[chosen])), data.labels[chosen])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        schedule.step()
        if progress is not None:
            progress(step + 1, steps)


@torch.inference_mode()
def _accuracy(network: Classifier, data: DataSet) -> float:
    assert data.held_out_labels is not None
    network.eval()
    found = torch.cat([network(to_float(part)).argmax(1) for part in data.held_out.split(500)])
    return float((found == data.held_out_labels).float().mean())
