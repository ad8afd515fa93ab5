"""What a trained generator can do, and the card that every model carries."""

from __future__ import annotations

import dataclasses
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from gan_core.devices import channels_last
from gan_core.errors import InputError
from gan_core.images import to_uint8
from gan_core.version import __version__

CARD_SCHEMA = 1
KINDS = ("generator", "translator")
RENDER_BATCH = 64


def _versions() -> dict[str, str]:
    return {"gan_core": __version__, "torch": torch.__version__, "python": platform.python_version()}


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a model is, in its own file: enough to rebuild it, to judge it and to know what one may do with it."""

    name: str
    kind: str
    """`generator` or `translator`."""
    network: Mapping[str, Any]
    """`{"name": ..., **arguments}`; both directions of a translator are built from it."""
    size: int
    """Side of the pictures it was trained on, in pixels."""
    channels: int
    title: str = ""
    """One line for people."""
    data: str = ""
    data_licence: str = ""
    licence: str = "your own"
    """Of the weights. Weights trained on pictures under CC BY-SA carry that."""
    attribution: str = ""
    domains: Mapping[str, str] = field(default_factory=dict)
    """Of a translator: `{"A": "summer", "B": "winter"}`."""
    recipe: Mapping[str, Any] = field(default_factory=dict)
    steps: int = 0
    images: int = 0
    training_seconds: float = 0.0
    device: str = ""
    metrics: Mapping[str, Any] = field(default_factory=dict)
    """By name: `{"value": ..., "samples": ..., "floor": ...}`."""
    seed: int = 0
    precision: str = ""
    """Of the weights in the file, `float16` or `float32`; loaded models compute in float32."""
    notes: tuple[str, ...] = ()
    """What a person should know before using it: limits, known faults."""
    versions: Mapping[str, str] = field(default_factory=_versions)
    schema: int = CARD_SCHEMA

    def to_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    def replace(self, **changes: Any) -> Card:
        return dataclasses.replace(self, **changes)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Card:
        """Read a card; fields of a later version are ignored. Raises InputError for what is no card."""
        if values.get("schema") != CARD_SCHEMA:
            raise InputError(
                f"The model's card has schema {values.get('schema')!r}; this version reads schema {CARD_SCHEMA}."
            )
        arguments: dict[str, Any] = {}
        for item in dataclasses.fields(cls):
            if item.name in values:
                arguments[item.name] = _typed(item.name, str(item.type), values[item.name])
            elif item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING:
                raise InputError(f"The model's card is incomplete: it does not say its {item.name}.")
        card = cls(**arguments)
        if card.kind not in KINDS:
            raise InputError(f"A model is a {' or a '.join(KINDS)}; the card says {card.kind!r}.")
        return card


def _typed(name: str, kind: str, value: Any) -> Any:
    """A value of a card, if it is of the kind that its field declares: cards also come from other people's files."""
    if kind.startswith("tuple") and isinstance(value, (list, tuple)) and all(isinstance(text, str) for text in value):
        return tuple(value)
    wanted = {"str": str, "int": int, "float": (int, float)}.get(kind, Mapping)
    if kind.startswith("tuple") or not isinstance(value, wanted) or isinstance(value, bool):
        raise InputError(f"The model's card is damaged: its {name} cannot be {str(value)[:60]!r}.")
    return value


def latents_for_seed(seed: int, count: int, latent_dim: int) -> Tensor:
    """`count` latents z ~ N(0, I), float32 (count, latent_dim): the same on every machine and device.

    The first latents of a longer list are those of a shorter one. Raises InputError for a seed that is no whole
    number from 0 to 2^63 - 1.
    """
    if not 0 <= seed < 2**63:
        raise InputError(f"A seed is a whole number from 0 to 2^63 - 1, not {seed}.")
    generator = torch.Generator().manual_seed(seed)
    # Row by row: torch fills a larger tensor in blocks, so that the end of a row would depend on the rows after it.
    return torch.stack([torch.randn(latent_dim, generator=generator) for _ in range(count)])


class GeneratorModel:
    """A generator ready to draw: `model.sample(16, seed=0)`."""

    def __init__(self, network: nn.Module, card: Card, device: torch.device | str = "cpu") -> None:
        self.card = card
        self.device = torch.device(device)
        # Channels-last draws a single picture a fifth faster on a CPU.
        self.network = channels_last(network.to(self.device)).eval().requires_grad_(False)
        self.latent_dim: int = int(network.latent_dim)  # pyright: ignore[reportArgumentType]

    def sample(self, count: int = 16, seed: int = 0) -> np.ndarray:
        """`count` pictures, uint8 (count, H, W, 3); the same for the same seed. Raises InputError below 1."""
        if count < 1:
            raise InputError(f"At least one picture can be drawn, not {count}.")
        return self.render(latents_for_seed(seed, count, self.latent_dim))

    @torch.inference_mode()
    def render(self, latents: Tensor) -> np.ndarray:
        """The pictures of `latents` (N, latent_dim), uint8 (N, H, W, 3).

        Raises InputError for latents of another length or with numbers that are not finite.
        """
        if latents.ndim != 2 or latents.shape[1] != self.latent_dim:
            raise InputError(f"A latent of this model has {self.latent_dim} numbers, not {tuple(latents.shape)[-1]}.")
        if not torch.isfinite(latents).all():
            raise InputError("A latent holds something that is not a finite number.")
        batches = latents.float().to(self.device).split(RENDER_BATCH)
        return np.concatenate([to_uint8(self.network(batch)) for batch in batches])
