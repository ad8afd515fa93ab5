"""A small classifier of a labelled data set: which classes a generator draws, how clearly, and features to compare
in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, cross_entropy, pad, silu

from gan_core.data import SOURCES, DataSet
from gan_core.errors import InputError
from gan_core.files import cache_folder, write_atomically
from gan_core.images import to_float
from gan_core.metrics.registry import DESCRIPTIVE
from gan_core.parts import register

BATCH = 100
EPOCHS = 4
FEWEST_STEPS = 600
"""A small data set is seen more often than `EPOCHS` times."""
SHIFT = 1 / 16
"""Pictures are moved by up to this share of their side while the classifier learns: a class does not depend on it."""
CONFIDENT = 0.9
WIDTHS = (32, 64, 128)
POOLED = 4
FEATURES = 64
"""Length of the features: few enough that the covariance of some hundred pictures has full rank."""
AT_ONCE = 500


@dataclass(frozen=True)
class ClassifierSummary:
    """Classes, confidence and features that a classifier finds in a set of pictures."""

    samples: int
    classes: int
    """Classes that at least 1 % of the pictures are taken for."""
    confident: float
    """Share of pictures whose class has a probability above `CONFIDENT`."""
    shares: tuple[float, ...]
    """Share of pictures by class."""


class Classifier(nn.Module):
    """Three strided convolutions, a mean over a 4 x 4 grid, 64 features: pictures (N, C, H, W) in [-1, 1] to logits (N,
    K)."""

    name: str = ""
    """Data set and a hash of the weights, such as `glyphs-a1b2c3`: whose features two distances must share."""
    accuracy: float = 0.0
    """Share of the held-out pictures whose class it finds, 0 to 1."""

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for inputs, outputs in pairwise((channels, *WIDTHS)):
            layers += [nn.Conv2d(inputs, outputs, 3, 2, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
        self.convolutions = nn.Sequential(*layers)
        self.hidden = nn.Linear(WIDTHS[-1] * POOLED * POOLED, FEATURES)
        self.head = nn.Linear(FEATURES, classes)

    def features(self, pictures: Tensor) -> Tensor:
        """Input of the last layer for pictures in [-1, 1]: (N, `FEATURES`)."""
        # Smooth, so that no feature dies: with a rectifier a third of them were constant.
        return silu(self.hidden(adaptive_avg_pool2d(self.convolutions(pictures), POOLED).flatten(1)))

    def forward(self, pictures: Tensor) -> Tensor:
        return self.head(self.features(pictures))

    @torch.inference_mode()
    def features_of(self, pictures: Tensor) -> Tensor:
        """The features of uint8 pictures (N, C, H, W), independent of the batch size that they are computed with."""
        self.eval()
        return torch.cat([self.features(to_float(part)) for part in pictures.split(AT_ONCE)])

    def summarize(self, pictures: Tensor) -> ClassifierSummary:
        """Classify uint8 pictures (N, C, H, W) and summarize the outcome."""
        return self.judge_features(self.features_of(pictures))

    @torch.inference_mode()
    def judge_features(self, features: Tensor) -> ClassifierSummary:
        """As `summarize`, from features that `features_of` returned."""
        logits = self.head(features)
        probabilities = logits.softmax(1)
        return ClassifierSummary(
            samples=len(features),
            classes=int(classes_found(probabilities)),
            confident=sure_share(probabilities),
            shares=tuple(round(share, 4) for share in _class_shares(probabilities).tolist()),
        )


def _class_shares(probabilities: Tensor) -> Tensor:
    """Share of the pictures that are taken for each class, (K,), from their class probabilities (N, K)."""
    return torch.bincount(probabilities.argmax(1), minlength=probabilities.shape[1]).float() / len(probabilities)


@register.metric(
    "classes-found",
    title="Classes found",
    summary="Classes that at least 1 % of the pictures belong to.",
    tags=("classes", DESCRIPTIVE),
    lower_is_better=False,
)
def classes_found(generated: Tensor, real: Tensor | None = None) -> float:
    """How many classes there are among generated pictures, from their class probabilities (N, K)."""
    return float((_class_shares(generated) >= 0.01).sum())


@register.metric(
    "sure-share",
    title="Clear pictures",
    summary="Share of pictures whose class is clear (above 90 %).",
    tags=("classes", DESCRIPTIVE),
    lower_is_better=False,
)
def sure_share(generated: Tensor, real: Tensor | None = None) -> float:
    """Share of generated pictures with a class above `CONFIDENT`, from their class probabilities (N, K)."""
    return float((generated.max(1).values > CONFIDENT).float().mean())


def classifier_for(
    data: DataSet, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> tuple[Classifier, float]:
    """The classifier of `data` and its accuracy on the held-out pictures, 0 to 1.

    Trained once (seconds to about half a minute on two cores at 32 px) and then kept in the cache. Raises InputError
    for data without labels.
    """
    if (known := cached_classifier(data, seed)) is not None:
        return known, known.accuracy
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = Classifier(data.channels, len(data.classes))
        _train(network, data, seed, progress)
    accuracy = _accuracy(network, data)
    path = _path(data, seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    weights = {name: value.contiguous() for name, value in network.state_dict().items()}
    write_atomically(path, safetensors.torch.save(weights, {"accuracy": json.dumps(accuracy)}))
    return _finished(network, data, accuracy), accuracy


def cached_classifier(data: DataSet, seed: int = 0) -> Classifier | None:
    """The classifier of `data` if it was trained before on this machine; InputError for data without labels."""
    if data.labels is None or data.held_out_labels is None:
        raise InputError(f"The data set {data.name} has no labels; a classifier needs classes to tell apart.")
    with torch.random.fork_rng(devices=[]):
        network = Classifier(data.channels, len(data.classes))
    accuracy = _load(network, _path(data, seed))
    return None if accuracy is None else _finished(network, data, accuracy)


def _path(data: DataSet, seed: int) -> Path:
    """Where the classifier of these pictures lies.

    A data set of this package is one kind of picture whatever seed it was drawn with, and is measured by one network,
    so that runs with different seeds can be compared; a folder, and the data set of a plugin, is what its pictures are.
    """
    found = sha256(f"{WIDTHS} {POOLED} {FEATURES} {EPOCHS} {FEWEST_STEPS} {SHIFT} {BATCH} {seed}".encode())
    found.update(f"{tuple(data.pictures.shape)} {data.classes}".encode())
    known = SOURCES.get(data.name)
    if known is None or known.kind == "plugin":
        assert data.labels is not None
        found.update(data.pictures.numpy().tobytes())
        found.update(data.labels.numpy().tobytes())
    return cache_folder() / "classifiers" / f"{_plain(data.name)}-{found.hexdigest()[:12]}.safetensors"


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "data"


def _finished(network: Classifier, data: DataSet, accuracy: float) -> Classifier:
    digest = sha256()
    for value in network.state_dict().values():
        digest.update(value.numpy().tobytes())
    network.name = f"{_plain(data.name)}-{digest.hexdigest()[:6]}"
    network.accuracy = accuracy
    return network.eval().requires_grad_(False)


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
    steps = max(FEWEST_STEPS, EPOCHS * (len(data.pictures) // BATCH))
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    network.train()
    for step in range(steps):
        chosen = torch.randint(len(data.pictures), (BATCH,), generator=draws)
        pictures = _shifted(to_float(data.pictures[chosen]), draws)
        loss = cross_entropy(network(pictures), data.labels[chosen])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        schedule.step()
        if progress is not None:
            progress(step + 1, steps)


def _shifted(pictures: Tensor, draws: torch.Generator) -> Tensor:
    """All pictures of a batch moved together by up to `SHIFT` of their side, edges repeated."""
    height, width = pictures.shape[2:]
    most = round(SHIFT * min(height, width))
    top, left = torch.randint(2 * most + 1, (2,), generator=draws).tolist()
    return pad(pictures, (most,) * 4, mode="replicate")[..., top : top + height, left : left + width]


@torch.inference_mode()
def _accuracy(network: Classifier, data: DataSet) -> float:
    assert data.held_out_labels is not None
    network.eval()
    found = torch.cat([network(to_float(part)).argmax(1) for part in data.held_out.split(AT_ONCE)])
    return float((found == data.held_out_labels).float().mean())
