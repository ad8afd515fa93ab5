"""Files of weights that are damaged or odd, from fixed seeds: only `InputError` comes out, and nothing in them is run."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from gan_core.errors import InputError
from gan_core.translation.third_party import read_third_party
from tests.translation.layout_table import Resnet, Unet
from tests.translation.test_pytorch_gan import CollectedResnet, CollectedUnet

LAYOUTS = (
    Resnet(blocks=1, width=1, norm="batch"),
    Unet(downs=2, width=1),
    CollectedResnet(blocks=1, width=1),
    CollectedUnet(features=(1, 2, 1)),
)


def originals() -> list[bytes]:
    found: list[bytes] = []
    for number, layout in enumerate(LAYOUTS):
        weights = layout.weights(number)
        for zipped in (True, False):
            file = io.BytesIO()
            torch.save({"netG_A": weights, "epoch": number}, file, _use_new_zipfile_serialization=zipped)
            found.append(file.getvalue())
        found.append(safetensors.torch.save(weights))
    return found


def is_refused(path: Path) -> bool:
    """Whether the file is answered with one line; False where it is still whole. Any other error comes out of here."""
    try:
        read_third_party(path)
    except InputError as error:
        return str(error).count("\n") == 0 or pytest.fail(f"more than one line: {error}")
    return False


def damaged(content: bytes, chance: random.Random) -> bytes:
    """One kind of damage: cut off, bits turned over, bytes replaced, a piece lost, doubled or moved."""
    changed = bytearray(content)
    # The keys and instructions lie at the front of an old pickle and of safetensors, at both ends of a zip.
    place = chance.choice([chance.randrange(len(changed)), chance.randrange(min(len(changed), 3000))])
    kind = chance.randrange(6)
    if kind == 0:
        return bytes(changed[:place])
    if kind == 1:
        for _ in range(chance.randint(1, 8)):
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    elif kind == 2:
        changed[place : place + chance.randint(1, 12)] = chance.randbytes(chance.randint(0, 12))
    elif kind == 3:
        del changed[place : place + chance.randint(1, 200)]
    elif kind == 4:
        changed[place:place] = changed[place : place + chance.randint(1, 200)]
    else:
        changed[place] = chance.choice((0, 0x7F, 0x80, 0xFF))
    return bytes(changed)


@pytest.mark.parametrize("seed", range(4))
def test_damaged_bytes(seed: int, tmp_path: Path) -> None:
    chance, refused, path = random.Random(seed), 0, tmp_path / "net.pth"
    files = originals()
    for trial in range(90):
        path.write_bytes(damaged(files[trial % len(files)], chance))
        refused += is_refused(path)
    assert 20 < refused < 90


ODD_KEYS: tuple[Any, ...] = (
    "",
    ".",
    "model",
    "model.",
    7,
    None,
    ("a", 1),
    "model.1.weight.weight",
    "\0",
    "é" * 300,
    2.5,
)


def odd_tensor(value: torch.Tensor, chance: random.Random) -> Any:
    kinds = (
        lambda: value.to(torch.int8),
        lambda: value.to(torch.complex64),
        lambda: value.to(torch.bool),
        lambda: value * float("nan"),
        lambda: value.reshape(-1),
        lambda: value[None],
        lambda: value[..., :0],
        lambda: value.to_sparse(),
        lambda: torch.zeros(1).expand(value.shape) if value.numel() > 1 else value,
        lambda: torch.empty(value.shape, device="meta"),
        lambda: torch.nn.Parameter(value),
        lambda: torch.tensor(3),
        lambda: {"inside": value},
        lambda: [value, value],
        lambda: 3,
        lambda: "text",
        lambda: None,
        lambda: torch.quantize_per_tensor(value, 0.1, 0, torch.qint8) if value.is_floating_point() else value,
    )
    return chance.choice(kinds)()


def odd(weights: dict[str, Any], chance: random.Random) -> Iterator[tuple[Any, Any]]:
    keys = list(weights)
    chosen = {chance.choice(keys) for _ in range(chance.randint(1, 3))}
    for key, value in weights.items():
        action = chance.randrange(5) if key in chosen else 5
        if action == 0:
            continue
        if action == 1:
            yield chance.choice(ODD_KEYS), value
        elif action == 2:
            head, _, tail = key.rpartition(".")
            spoilt = chance.choice((f"{tail}_orig", f"{tail}_g", f"parametrizations.{tail}.original", "running_mean"))
            yield f"{head}.{spoilt}", value
            yield f"{head}.{tail}_u", torch.ones(chance.randint(0, 3))
            yield f"{head}.{tail}_v", torch.ones(chance.randint(0, 9))
        elif action == 3:
            yield key.replace(".", ".9", 1), value
        else:
            yield key, value if action == 5 else odd_tensor(value, chance)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.filterwarnings("ignore:.*:UserWarning", "ignore:.*:DeprecationWarning")
def test_odd_keys_and_types(seed: int, tmp_path: Path) -> None:
    chance, refused, path = random.Random(100 + seed), 0, tmp_path / "net.pth"
    for trial in range(60):
        layout = LAYOUTS[trial % len(LAYOUTS)]
        value: Any = dict(odd(dict(layout.weights()), chance))
        for _ in range(chance.randrange(3)):
            value = chance.choice(({"state_dict": value}, [value], {"netG_B": value, "epoch": chance}, {1: value}))
            if isinstance(value, dict) and "epoch" in value:
                value["epoch"] = 3
        torch.save(value, path)
        refused += is_refused(path)
    assert refused > 30
