"""Models as ONNX files, each with the figure of how closely onnxruntime draws what torch draws.

torch's exporter by graph capture (`dynamo=True`) writes them: the older one, which traces, is deprecated and warns. It
knows which sides a translator accepts, and writes them into the file as `4*height`.

| model      | inputs                                                  | output                           |
|------------|---------------------------------------------------------|----------------------------------|
| generator  | `latents` float32 (batch, Z), with classes also `labels` int64 (batch) | `pictures` float32 (batch, C, H, W) |
| translator | `pictures` float32 (batch, C, height, width)            | `translated` float32, same sides |

Pictures lie in [-1, 1]: level = (value + 1) * 127.5. The file's metadata hold the card, the direction and the parity.
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
from gan_core.translation.inference import FastNetwork
from gan_core.translation.padding import Padded
from gan_core.translation.scales import working_size
from gan_core.translation.translator import Translator

OPSET = 18
EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"
MOST_PICTURES = 4
LATENTS = 8
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
    else:
        if direction is not None:
            raise InputError("A generator has no direction.")
        network = model.network
        compared, compared_on = _latents(model)
    # A copy laid out plainly: which kernels a machine likes best is no matter for a file.
    network = copy.deepcopy(network).cpu().float().to(memory_format=torch.contiguous_format).eval()
    proto = _converted(network, compared[0], getattr(network, "multiple", 1))
    parity = _compare(network, proto, compared, compared_on)
    from onnx.helper import set_model_props

    facts = {"card": json.dumps(model.card.to_json()), "parity": json.dumps(asdict(parity)), "range": "[-1, 1]"}
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


def _converted(network: nn.Module, inputs: tuple[Tensor, ...], multiple: int) -> Any:
    """The ONNX model (a protobuf). Every first dimension is free; so are the sides of pictures, in steps of
    `multiple`."""
    batch = torch.export.Dim("batch")
    if inputs[0].ndim == 4:
        names, result = ["pictures"], "translated"
        sides = {2: multiple * torch.export.Dim("height"), 3: multiple * torch.export.Dim("width")}
        if multiple == 1:
            sides = {2: torch.export.Dim("height"), 3: torch.export.Dim("width")}
        shapes: tuple[dict[int, Any], ...] = ({0: batch, **sides},)
        inputs = (torch.zeros(2, inputs[0].shape[1], 4 * max(multiple, 4), 5 * max(multiple, 4)),)
    else:
        names, result = ["latents", "labels"][: len(inputs)], "pictures"
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
    network = FastNetwork(translator.networks[direction], torch.device("cpu"))
    seen: list[tuple[Tensor, ...]] = []
    for rgb in arrays:
        size = working_size(rgb.shape[1], rgb.shape[0], "auto", translator.side)
        seen.append((Padded.of(resize(rgb, *size), network.multiple).batch(network.channels).contiguous(),))
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
