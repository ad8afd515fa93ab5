"""Models as ONNX files, each with the figure of how closely onnxruntime draws what torch draws.

torch's exporter by graph capture (`dynamo=True`) writes them: the older one, which traces, is deprecated and warns. It
knows which sides a translator accepts, and writes them into the file as `4*height`.

| model      | inputs                                                  | output                           |
|------------|---------------------------------------------------------|----------------------------------|
| generator  | `latents` float32 (batch, Z), with classes also `labels` int64 (batch) | `pictures` float32 (batch, C, H, W) |
| translator | `pictures` float32 (batch, C, height, width)            | `translated` float32, same sides |
|            | with colour hints also `hints` float32 (batch, 4, height, width)       |                  |
|            | with noise also `noise` float32 (batch, K)                             |                  |

Pictures lie in [-1, 1]: level = (value + 1) * 127.5. `hints` are red, green and blue in [-1, 1], 0 where there is no
hint, and a channel that is 1 where there is one; without hints all of it is 0. `noise` is normal numbers; 0 gives the
mean answer. The file's metadata hold the card, the direction, the parity, and the inputs in words.
"""

from __future__ import annotations

import copy
import importlib
import io
import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from gan_core.errors import InputError
from gan_core.files import write_atomically
from gan_core.images import decode
from gan_core.models.generator import GeneratorModel, latents_for_seed
from gan_core.parts import unknown
from gan_core.translation.enlarge import resize
from gan_core.translation.hints import PLANES, ExtraInputs, Hint
from gan_core.translation.inference import FastNetwork
from gan_core.translation.padding import Padded
from gan_core.translation.scales import working_size
from gan_core.translation.translator import Translator

OPSET = 18
EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"
MOST_PICTURES = 4
LATENTS = 8
HINTS = (Hint(0, 0, (224, 49, 49)), Hint(0, 0, (33, 110, 220)))
"""Colours that pictures are compared with, of a model that takes hints; they lie at a third and two thirds of it."""
INPUT_WORDS = {
    "pictures": "float32 (batch, C, height, width) in [-1, 1]",
    "hints": "float32 (batch, 4, height, width): red, green, blue in [-1, 1], 0 without a hint; 1 where a hint is, else 0",
    "noise": "float32 (batch, K), normal numbers; 0 for the mean answer",
}
MISSING = "Writing ONNX needs the packages onnx, onnxscript and onnxruntime: pip install 'gan-workbench[onnx]'."


@dataclass(frozen=True)
class Parity:
    """How far onnxruntime's pictures are from torch's, both in float32, in grey levels (of 255)."""

    largest: float
    mean: float
    compared_on: str
    """What was put in, in words."""

    def describe(self) -> str:
        """The differences as a clause of a sentence."""
        return f"largest difference {self.largest:.2g} grey levels, mean {self.mean:.2g}, on {self.compared_on}"


@dataclass(frozen=True)
class OnnxReport:
    """What was written."""

    path: Path
    direction: str | None
    """Of a translator."""
    parity: Parity
    size: int
    """Bytes of the file."""


def export_onnx(model: GeneratorModel | Translator, path: Path, direction: str | None = None) -> OnnxReport:
    """Write `model` (one direction of a translator, by default its first) as one float32 ONNX file.

    Raises InputError when the optional packages are missing, for a direction that the model does not know and for a
    place that cannot be written to.
    """
    _check_packages()
    if isinstance(model, Translator):
        direction = direction or model.directions[0]
        if direction not in model.networks:
            raise InputError(unknown("direction of this translator", direction, model.networks))
        network = model.networks[direction]
        compared, compared_on = _pictures(model, direction)
        names = [name for name, taken in _taken(model.inputs).items() if taken]
        if model.inputs.channels:
            network = _Joined(network, model.inputs)
    else:
        if direction is not None:
            raise InputError("A generator has no direction.")
        network = model.network
        compared, compared_on = _latents(model)
        names = ["latents", "labels"][: len(compared[0])]
    # A copy laid out plainly: which kernels a machine likes best is no matter for a file.
    network = copy.deepcopy(network).cpu().float().to(memory_format=torch.contiguous_format).eval()
    proto = _converted(network, names, compared[0], getattr(network, "multiple", 1))
    parity = _compare(network, proto, compared, compared_on)
    from onnx.helper import set_model_props

    facts = {"card": json.dumps(model.card.to_json()), "parity": json.dumps(asdict(parity)), "range": "[-1, 1]"}
    if isinstance(model, Translator):
        facts["inputs"] = json.dumps({name: INPUT_WORDS[name] for name in names})
    set_model_props(proto, facts | ({"direction": direction} if direction else {}))
    data = proto.SerializeToString()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, data)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}.") from error
    return OnnxReport(path, direction, parity, len(data))


def _check_packages() -> None:
    for name in ("onnx", "onnxscript", "onnxruntime"):
        try:
            importlib.import_module(name)
        except ImportError as error:
            raise InputError(MISSING) from error


class _Joined(nn.Module):
    """A translator's network with an input of its own for each of what it takes."""

    def __init__(self, network: nn.Module, inputs: ExtraInputs) -> None:
        super().__init__()
        self.network, self.takes_hints = network, inputs.hints
        self.multiple = int(getattr(network, "multiple", 4))

    def forward(self, pictures: Tensor, *others: Tensor) -> Tensor:
        planes = [pictures]
        if self.takes_hints:
            planes.append(others[0])
        if len(others) > self.takes_hints:
            noise = others[-1][:, :, None, None]
            planes.append(noise.expand(-1, -1, pictures.shape[2], pictures.shape[3]))
        return self.network(torch.cat(planes, dim=1))


def _taken(inputs: ExtraInputs) -> dict[str, bool]:
    """The inputs of a translator's file, in their order, and whether it has them."""
    return {"pictures": True, "hints": inputs.hints, "noise": inputs.noise > 0}


def _converted(network: nn.Module, names: list[str], inputs: tuple[Tensor, ...], multiple: int) -> Any:
    """The ONNX model (a protobuf). Every first dimension is free; so are the sides of pictures, in steps of
    `multiple`."""
    batch = torch.export.Dim("batch")
    if inputs[0].ndim == 4:
        result = "translated"
        sides = {2: multiple * torch.export.Dim("height"), 3: multiple * torch.export.Dim("width")}
        if multiple == 1:
            sides = {2: torch.export.Dim("height"), 3: torch.export.Dim("width")}
        # Sides and batch of the others are those of the pictures: named twice, the exporter would warn.
        same = torch.export.Dim.AUTO
        others: Any = tuple({0: same, 2: same, 3: same} if each.ndim == 4 else {0: same} for each in inputs[1:])
        height, width = 4 * max(multiple, 4), 5 * max(multiple, 4)
        inputs = tuple(torch.zeros(2, each.shape[1], *(height, width)[: each.ndim - 2]) for each in inputs)
        shapes: tuple[Any, ...] = ({0: batch, **sides}, *([others] if others else []))  # `_Joined` takes them as one
    else:
        result = "pictures"
        # The labels' length is that of the latents: named twice, the exporter would warn.
        shapes = ({0: batch}, {0: torch.export.Dim.AUTO})[: len(inputs)]
    with _quiet():
        program = torch.onnx.export(
            network,
            inputs,
            dynamo=True,
            input_names=names,
            output_names=[result],
            dynamic_shapes=shapes,
            opset_version=OPSET,
            verbose=False,
        )
    assert program is not None
    return program.model_proto


def _compare(network: nn.Module, proto: Any, compared: list[tuple[Tensor, ...]], compared_on: str) -> Parity:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_inputs()]
    largest, total, count = 0.0, 0.0, 0
    for inputs in compared:
        with torch.inference_mode():
            ours = network(*inputs).numpy()
        theirs = np.asarray(session.run(None, dict(zip(names, [each.numpy() for each in inputs], strict=True)))[0])
        levels = np.abs(ours.astype(np.float64) - theirs) * 127.5
        largest, total, count = max(largest, float(levels.max())), total + float(levels.sum()), count + levels.size
    return Parity(largest, total / count, compared_on)


def _pictures(translator: Translator, direction: str) -> tuple[list[tuple[Tensor, ...]], str]:
    """Example pictures of the domain that `direction` starts from (of any, where there are none), as it sees them."""
    domain = translator.card.domains.get(direction[0], "")
    found = sorted(path for path in EXAMPLES.glob("*") if path.suffix in (".png", ".jpg"))
    fitting = [path for path in found if domain and path.stem.partition("-")[0] == domain]
    chosen = (fitting or found)[:MOST_PICTURES]
    arrays = [decode(path).composited() for path in chosen]
    words = f"{len(arrays)} example pictures"
    if not arrays:  # installed without them
        side = translator.side
        arrays = [np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)]
        words = "a picture of noise"
    inputs = translator.inputs
    network = FastNetwork(translator.networks[direction], torch.device("cpu"), inputs=inputs)
    seen: list[tuple[Tensor, ...]] = []
    for number, rgb in enumerate(arrays):
        size = working_size(rgb.shape[1], rgb.shape[0], "auto", translator.side)
        places = [(size[0] * share // 3, size[1] * share // 3) for share in (1, 2)]
        hints = [Hint(*place, hint.colour) for place, hint in zip(places, HINTS, strict=True)] if inputs.hints else []
        extra = inputs.planes(size, size, hints, number if inputs.noise else None)
        batch = Padded.of(resize(rgb, *size), network.multiple, extra).batch(network.channels)
        planes = batch.split([network.channels, *([PLANES] * inputs.hints), *([inputs.noise] * (inputs.noise > 0))], 1)
        noise = [torch.from_numpy(extra.noise)[None]] if inputs.noise else []
        seen.append((*(each.contiguous() for each in planes[: 1 + inputs.hints]), *noise))
    return seen, words


def _latents(model: GeneratorModel) -> tuple[list[tuple[Tensor, ...]], str]:
    latents = latents_for_seed(0, LATENTS, model.latent_dim)
    words = f"{LATENTS} random latents"
    if model.classes:
        return [(latents, torch.arange(LATENTS) % len(model.classes))], words
    return [(latents,)], words


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the exporter's chatter: it prints its steps, and warns of matters of its own."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore", DeprecationWarning)
            warnings.simplefilter("ignore", FutureWarning)
            yield
    finally:
        logger.setLevel(level)
