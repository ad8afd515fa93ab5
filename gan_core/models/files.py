"""Model files: one safetensors file each, with its card in the header."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from gan_core import tensor_files
from gan_core.errors import InputError
from gan_core.files import write_atomically
from gan_core.models.catalog import SUFFIX, ModelCatalog, read_card
from gan_core.parts import registry, unknown
from gan_core.parts.plugins import check_plugins, warn_of_changes
from gan_core.paths import check_readable, expanded, is_file
from gan_core.runs.folder import RunFolder
from gan_core.runs.locating import BEST, CHECKPOINTS, list_runs, plain_name, run_folder_of

# Listing models reads headers only; torch and the networks are imported when one is loaded or saved.
if TYPE_CHECKING:
    from torch import Tensor, nn

    from gan_core.cards import Card
    from gan_core.models.generator import GeneratorModel
    from gan_core.translation.translator import Translator

PREFIXES = {"generator": ("generator",), "translator": ("AtoB", "BtoA")}
"""The networks of a model by its kind; the names of their weights begin with these words and a dot."""
DISCRIMINATORS = {"generator": {"judge": "judge"}, "translator": {"judge.A": "A", "judge.B": "B"}}
"""The discriminators that a model's file may hold too, in the same way; of a translator with the domain that each
knows."""


def find_model(name: str | Path, runs_root: Path | str | None = None) -> Path:
    """The file of a model.

    Args:
        name: A path, a run folder (`runs/NAME`, `runs/NAME/best`), or a name that `list_models` lists.
        runs_root: The folder of runs; None for the default one.

    Raises:
        InputError: for an unknown name, a run without a model, and a file that may not be read.
    """
    words = plain_name(name)
    path = Path(words) if "\0" in words else expanded(name)  # no path, but a name to be answered as one
    folder = None if "\0" in words else run_folder_of(name)
    if folder is not None:
        return _in_run(folder, path)
    if "\0" not in words and is_file(path):
        check_readable(path)
        return path
    entries = {entry.name: entry for entry in ModelCatalog(runs_root).entries()}
    for known in (words, f"runs/{words}"):  # a run's name alone means its model
        if known in entries:
            return entries[known].path
    runs = {f"runs/{run.name}": run for run in list_runs(runs_root)} if words.startswith("runs/") else {}
    run = runs.get(words.removesuffix("/best"))
    if run is not None:
        return _in_run(run.path, run.path / words.removeprefix(f"runs/{run.name}").strip("/"))
    # The README's `pretrained/glyphs.safetensors` is meant wherever one stands.
    stem = words.removeprefix("pretrained/").removesuffix(".safetensors")
    if stem != words and stem in entries:
        return entries[stem].path
    raise InputError(f"{unknown('model', words[:100], entries)} A path to a .safetensors file is accepted too.")


def _in_run(folder: Path, path: Path) -> Path:
    """The model file that is meant by `path`, which is the run's folder, or lies in it."""
    run = RunFolder(folder)
    if path.name == BEST:
        if run.best_model.exists():
            return run.best_model
        raise InputError(f"The run {run.name} has no best step yet: it has not been measured. Use {folder} instead.")
    if path.parent.name == CHECKPOINTS:
        better = folder / BEST if path.stem == BEST else folder
        raise InputError(f"{path.name} is a checkpoint, from which a training goes on: the model is {better}.")
    return path if path != folder and path.suffix == SUFFIX else _of_run(run)


def _of_run(run: RunFolder) -> Path:
    for path in (run.model, run.live_weights):
        if path.exists():
            return path
    raise InputError(f"The run {run.name} has no model yet; it writes one when it first saves.")


def load_model(
    name: str | Path, device: str = "auto", runs_root: Path | str | None = None
) -> GeneratorModel | Translator:
    """Load a model: float32, in evaluation mode.

    Args:
        name: A path, a run folder (`runs/NAME`, `runs/NAME/best`), or a name that `list_models` lists.
        device: `auto` (CUDA or MPS where there is one), `cpu`, `cuda` or `mps`.
        runs_root: The folder in which a run's name is looked up; None for the default one.

    Returns:
        A `GeneratorModel` or a `Translator`, by the kind that the file's card states.

    Raises:
        InputError: for an unknown name or device, a file that is cut short, a pickle, a file without a card, a plugin
            that is not loaded, and weights that do not fit the network that the card names.
    """
    path = find_model(name, runs_root)
    card = read_card(path)  # before torch is imported: a wrong name is answered at once

    import torch

    from gan_core.devices import Arithmetic, choose
    from gan_core.models.generator import GeneratorModel
    from gan_core.networks import rebuild
    from gan_core.translation.translator import Translator

    check_network_plugins(card, f"The model {path.parent.name}/{path.name}")
    tensors = _tensors(path)
    chosen = choose(device)
    networks: dict[str, nn.Module] = {}
    for direction in PREFIXES[card.kind]:
        prefix = f"{direction}."
        part = {key.removeprefix(prefix): tensors.pop(key) for key in list(tensors) if key.startswith(prefix)}
        if not part and card.kind == "translator":
            continue  # a translator of one direction only
        networks[direction] = filled(lambda: rebuild(card.kind, card.network), part, path.name)
    discriminators: dict[str, nn.Module] = {}
    for label, domain in DISCRIMINATORS[card.kind].items() if card.judge else ():
        prefix = f"{label}."
        part = {key.removeprefix(prefix): tensors.pop(key) for key in list(tensors) if key.startswith(prefix)}
        if part and card.judge.get("name") in registry("discriminator"):  # a plugin's may be missing: it draws without
            discriminators[domain] = filled(lambda: rebuild("discriminator", card.judge), part, path.name)
    if tensors:
        raise InputError(f"{path.name} holds weights that its card does not know: {', '.join(sorted(tensors)[:3])}.")
    if not networks:
        raise InputError(f"{path.name} has a card but no weights.")
    if card.kind == "generator":
        return GeneratorModel(networks["generator"], card, chosen, discriminators.get("judge"))
    # Weights that keep all of their digits are computed with all of them: imports draw what the original draws.
    exact = Arithmetic(chosen, False, torch.get_num_threads()) if card.precision == "float32" else None
    return Translator(networks, card, chosen, arithmetic=exact, discriminators=discriminators)


def check_network_plugins(card: Card, what: str) -> None:
    """Raise InputError where a network of the model comes from a plugin that is not loaded; `what` begins the sentence.

    A plugin that has changed since is said on stderr: whether its network still fits, the weights tell.
    """
    if card.plugins:
        if card.network.get("name") not in registry(card.kind):
            check_plugins(card.plugins, what)
        warn_of_changes(card.plugins, what)


def save_model(
    path: Path | str,
    networks: Mapping[str, nn.Module],
    card: Card,
    *,
    half: bool = True,
    durable: bool = True,
    checksum: bool = True,
) -> None:
    """Write networks and their card into one model file, atomically.

    Args:
        path: The file to write; an existing one is replaced.
        networks: `generator`, or `AtoB` and `BtoA`. If the card describes the discriminator, that of a generator may be
            saved as `judge`, those of a translator as `judge.A` and `judge.B`.
        card: What the file says of the model.
        half: Store weights in half precision, which does not change a picture visibly and halves the file. Running
            statistics stay float32, as their range is wider. A translator stored in float32 is never computed in
            bfloat16.
        durable: Wait until the disk has the file (fsync), for what must survive a power cut.
        checksum: Store checksums, so that a reader notices weights that have changed on the disk, and read the file
            back before it replaces another; False for what is itself replaced every second.

    Raises:
        OSError: if the file cannot be written.
    """
    import safetensors.torch
    import torch

    allowed = {*PREFIXES[card.kind], *(DISCRIMINATORS[card.kind] if card.judge else ())}
    if not set(networks) & set(PREFIXES[card.kind]) or not set(networks) <= allowed:
        raise ValueError(f"The networks of a {card.kind} are {PREFIXES[card.kind]}, not {sorted(networks)}.")
    tensors: dict[str, Tensor] = {}
    for direction, network in networks.items():
        weights = {name for name, _ in network.named_parameters()}
        for name, value in network.state_dict().items():
            value = value.detach().to("cpu", torch.float16 if half and name in weights else value.dtype)
            tensors[f"{direction}.{name}"] = value.contiguous()
    card = card.replace(precision="float16" if half else "float32")
    header = {"card": json.dumps(card.to_json())}
    if checksum:
        content = tensor_files.serialized(tensors, header)
        write_atomically(Path(path), content, durable=durable, check=tensor_files.verify_written)
    else:
        write_atomically(Path(path), safetensors.torch.save(tensors, header), durable=durable)


def write_card(path: Path, card: Card) -> None:
    """Give the model file `path` another card, atomically; its weights stay as they are.

    Raises:
        InputError: for a file that is cut short or damaged.
        OSError: if it cannot be read or written.
    """
    tensors, header = tensor_files.read(path)
    metadata = {**header, "card": json.dumps(card.to_json())}
    metadata.pop(tensor_files.CHECKSUMS, None)
    write_atomically(path, tensor_files.serialized(tensors, metadata), check=tensor_files.verify_written)


def filled(rebuild: Callable[[], nn.Module], weights: dict[str, Tensor], file: str) -> nn.Module:
    """The network that the card names, with `weights`; strict, so that nothing is silently left as it was.

    Raises InputError where they do not fit, and for weights that are not finite: a training that blew up draws grey.
    """
    import torch

    # On the meta device nothing is allocated or drawn: a file cannot ask for more memory than it has bytes, and
    # torch's global random state, which a training in this process may depend on, is left alone.
    try:
        with torch.device("meta"):
            network = rebuild()
        network.load_state_dict(weights, assign=True)
    except InputError as error:
        raise InputError(f"The card of {file} names a network that this version cannot build: {error}") from error
    except RuntimeError as error:
        first = str(error).splitlines()[1:2] or [str(error)]
        wrong = first[0].strip().rstrip(".")
        raise InputError(f"The weights in {file} do not fit the network of its card: {wrong}.") from error
    for name, weight in weights.items():
        if weight.is_floating_point() and not torch.isfinite(weight).all():
            raise InputError(f"The weights in {file} are not finite (its {name}): nothing can be drawn with them.")
    return network


def _tensors(path: Path) -> dict[str, Tensor]:
    stored = stored_tensors(path)
    return {name: value.float() if value.is_floating_point() else value for name, value in stored.items()}


def stored_tensors(path: Path) -> dict[str, Tensor]:
    """The tensors of a model file by name, in the precision in which they are stored.

    Raises:
        InputError: for a file that is cut short, or whose checksums, where it has some, do not match.
    """
    try:
        return tensor_files.read(path)[0]
    except OSError as error:
        raise InputError(f"{path.name} cannot be read ({error.strerror or error}).") from error
