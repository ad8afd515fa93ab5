"""Starting from weights: the recipe that fits them, the copy that a run keeps of them, and how they are taken."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from gan_core import tensor_files
from gan_core.assembly import ANY_CLASSES, DISCRIMINATORS, build_players, check_parts
from gan_core.cards import Card
from gan_core.errors import DamagedFileError, InputError
from gan_core.files import write_atomically
from gan_core.games.translating import TRANSLATORS
from gan_core.networks.matching import Ends, Match, Role, load, match
from gan_core.recipes import PRESETS, Part, Recipe
from gan_core.records import Count, from_json
from gan_core.runs.folder import RunFolder
from gan_core.runs.locating import shown_source
from gan_core.training.checkpoints import all_finite
from gan_core.training.ema import EMA
from gan_core.training.start_source import AVERAGE, StartSource, find_source
from gan_core.training.trainer import Trainer

FILE = "start.safetensors"
"""In a run's folder: the weights that it started from."""
HEADER = "start"
YOUR_OWN = Card.licence
PAIRED = "paired"
"""The game whose translators may see hints and noise beside the picture, as the card's `inputs` says."""
NAMED = 5
"""Fresh or changed layers that a sentence names."""
WORDS = {"generator": "the generator", "discriminator": "the discriminator", "heads": "the heads"}
WORDS |= {"A": "the discriminator of A", "B": "the discriminator of B"}


@dataclass
class StartRecord:
    """What a run knows of the weights that it started from; the card is the source's."""

    source: str = ""
    step: Count = 0
    digest: str = ""
    """SHA-256 of the weights."""
    card: dict[str, Any] = dataclasses.field(default_factory=dict[str, Any])

    def read_card(self) -> Card:
        """The source's card."""
        return Card.from_json(self.card)


# The recipe -----------------------------------------------------------------------------------------------------------


def fitted(
    recipe: Recipe, start_from: str | None = None, explicit: Collection[str] = (), runs_root: Path | str | None = None
) -> tuple[Recipe, str]:
    """The recipe with the networks of the model that it starts from, so that the weights fit.

    A setting that was chosen stays: one that `explicit` names, and one that is another than in the preset of the
    recipe's name (or than the default, where no preset has that name).

    Args:
        recipe: What is to be trained.
        start_from: The model or run; None for the recipe's own `start_from`.
        explicit: Keys of `Recipe.with_settings` that were set: `size`, `generator.width`.
        runs_root: The folder of runs; None for the default one.

    Returns:
        The recipe and a sentence on what was taken from the model; without a start model the recipe as it is and an
        empty sentence.

    Raises:
        InputError: for a model that cannot be found or is of the other kind.
    """
    text = start_from or recipe.start_from
    if not text:
        return recipe, ""
    source = find_source(text, runs_root)
    _check_kind(recipe, source)
    base = PRESETS.get(recipe.name) or Recipe(name=recipe.name)
    chosen = {key.partition(".")[0] for key in explicit}
    parts = {"generator": source.generator, "discriminator": source.discriminator}
    changes: dict[str, Any] = {"start_from": source.text}
    for name, part in parts.items():
        own: Part = getattr(recipe, name)
        if part is None or name in explicit or (name not in chosen and own != getattr(base, name)):
            continue
        options = {key.partition(".")[2] for key in explicit if key.startswith(f"{name}.")}
        changes[name] = Part(part.name, {**part.options, **{key: own.options[key] for key in options}})
    latent_dim = source.card.network.get("latent_dim")
    for key, value in {"size": source.card.size, "latent_dim": latent_dim}.items():
        if isinstance(value, int) and key not in chosen and getattr(recipe, key) == getattr(base, key):
            changes[key] = value
    if source.card.inputs and recipe.game.name == PAIRED and "game" not in chosen and recipe.game == base.game:
        changes["game"] = Part(PAIRED, {**recipe.game.options, **source.card.inputs})
    made = recipe.replace(**changes)
    if not _possible(made):  # a penalty may refuse the model's discriminator, and take the recipe's
        other = made.replace(discriminator=recipe.discriminator)
        made = other if _possible(other) else made
    return made, _taken(recipe, made, source)


def _possible(recipe: Recipe) -> bool:
    try:
        check_parts(recipe)
    except InputError:
        return False
    return True


def _taken(recipe: Recipe, made: Recipe, source: StartSource) -> str:
    """Which settings come from the source, and which are others than there."""
    known: dict[str, Any] = {"generator": source.generator, "discriminator": source.discriminator}
    known |= {"size": source.card.size, "latent_dim": source.card.network.get("latent_dim")}
    changed: list[str] = []
    kept: list[str] = []
    for key, theirs in known.items():
        mine, before = getattr(made, key), getattr(recipe, key)
        if theirs is None:
            continue
        if different := _difference(mine, before):
            changed.append(f"{key.replace('_', ' ')} {different}")
        if different := _difference(mine, theirs):
            kept.append(f"{key.replace('_', ' ')} {different}")
    name = shown_source(source.text)
    sentences = [f"As in {name}: {', '.join(changed)}."] if changed else []
    return " ".join([*sentences, *([f"Other than in {name}: {', '.join(kept)}."] if kept else [])])


def _difference(mine: Any, other: Any) -> str:
    """What `mine` is and `other` is not, in words; empty where they are the same."""
    if not isinstance(mine, Part) or not isinstance(other, Part):
        return "" if mine == other else f"{mine}"
    if mine.name != other.name:
        return _described(mine.to_json())
    shared = [key for key in mine.options if key in other.options]  # what one does not say may be its default
    return ", ".join(f"{key} {mine.options[key]}" for key in shared if mine.options[key] != other.options[key])


def _check_kind(recipe: Recipe, source: StartSource) -> None:
    translates = source.card.kind == "translator"
    if translates != recipe.is_translation:
        theirs, ours = (
            ("translates pictures", "draws them from nothing") if translates else ("draws pictures", "translates")
        )
        raise InputError(
            f"{shown_source(source.text)} {theirs} and the recipe {recipe.name!r} {ours}: weights of one are of no use to the other. "
            f"Choose a model of the same kind, or a recipe such as {'cyclegan' if translates else 'dcgan'}."
        )


# What a run keeps -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StartWeights:
    """Weights that a run is to start from, read and found to fit its recipe."""

    record: StartRecord
    tensors: Mapping[str, Tensor]

    def keep(self, folder: RunFolder) -> None:
        """Write them into the run's folder; raises OSError where that cannot be done."""
        text = json.dumps(dataclasses.asdict(self.record))
        content = tensor_files.serialized(self.tensors, {HEADER: text}, covered=(HEADER,))
        write_atomically(folder.path / FILE, content, check=tensor_files.verify_written)


def start_weights(recipe: Recipe, runs_root: Path | str | None = None) -> StartWeights | None:
    """The weights that `recipe` starts from; None for a recipe that draws them all.

    Raises:
        InputError: for a model that cannot be found or read, one of the other kind, one of which nothing fits, and one
            without the discriminator whose layers are to be frozen.
    """
    if recipe.start_from is None:
        if recipe.frozen_discriminator_layers:
            raise InputError(
                "frozen_discriminator_layers keeps layers of a model that the training starts from: name one with "
                "start_from, or leave the layers free with 0."
            )
        return None
    source = find_source(recipe.start_from, runs_root)
    _check_kind(recipe, source)
    tensors = {name: value.contiguous() for name, value in source.read().items()}
    if not all_finite(tensors):
        raise InputError(f"The weights of {source.text} are not finite: nothing can be learned from there.")
    record = StartRecord(source.text, source.card.steps, _digest(tensors), source.card.to_json())
    # The data are not known yet: they are taken to be like the model's, and what fits then may fit in part.
    card = source.card
    names = (card.classes or tuple(str(number) for number in range(ANY_CLASSES))) if recipe.conditional else ()
    channels = recipe.channels or card.channels
    with torch.device("meta"):
        players = build_players(recipe, channels, len(names))
    shapes = {name: value.to("meta") for name, value in tensors.items()}
    _matches(players, shapes, card, Ends((card.channels, channels), (card.classes, names)), recipe)
    return StartWeights(record, tensors)


def create_run(root: Path, recipe: Recipe, name: str | None = None) -> RunFolder:
    """A new run folder with a copy of the weights that the recipe starts from, if it does.

    Raises:
        InputError: as `start_weights` and `RunFolder.create`.
        OSError: where the disk takes no run; nothing of it is left then.
    """
    weights = start_weights(recipe, root)
    if weights is None:
        return RunFolder.create(root, recipe, name)
    folder = RunFolder.create(root, recipe.replace(start_from=weights.record.source), name)
    try:
        weights.keep(folder)
    except OSError:
        shutil.rmtree(folder.path, ignore_errors=True)
        raise
    return folder


def _digest(tensors: Mapping[str, Tensor]) -> str:
    found = hashlib.sha256()
    for name in sorted(tensors):
        value = tensors[name]
        found.update(f"{name} {value.dtype} {tuple(value.shape)}\n".encode())
        found.update(value.reshape(-1).view(torch.uint8).numpy().tobytes())
    return found.hexdigest()


def kept_record(folder: RunFolder) -> StartRecord | None:
    """What the run in `folder` started from; None for a run whose weights were all drawn.

    Raises:
        InputError: where its copy of the weights is gone or damaged.
    """
    if folder.recipe().start_from is None:
        return None
    with _told(folder):
        return _record(tensor_files.read_header(folder.path / FILE).metadata, folder.recipe().start_from)


def _record(metadata: Mapping[str, str], source: str | None) -> StartRecord:
    try:
        found = from_json(StartRecord, json.loads(metadata[HEADER]))
    except (LookupError, ValueError, RecursionError) as error:
        raise DamagedFileError(f"{FILE} is damaged: it does not say what it holds.") from error
    if found.wrong is not None:
        raise DamagedFileError(f"{FILE} is damaged: {found.wrong}.")
    found.value.read_card()
    if found.value.source != source:
        raise DamagedFileError(f"{FILE} holds weights of {found.value.source}, and the recipe names {source}.")
    return found.value


@contextmanager
def _told(folder: RunFolder) -> Iterator[None]:
    """Say of which run a copy of start weights is missing or damaged."""
    try:
        yield
    except OSError as error:
        why = "is not there any more" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
        raise InputError(
            f"The run {folder.name} started from {folder.recipe().start_from}, and its copy of those weights, {FILE}, "
            f"{why}: put it back, or start a new run."
        ) from error
    except DamagedFileError as error:
        raise InputError(f"The run {folder.name} cannot begin: {error}") from error


def terms_with(record: StartRecord, licence: str) -> dict[str, Any]:
    """The fields of a card that say what a model started from, and carry on the terms of those weights.

    Args:
        record: What the run started from.
        licence: Of weights that were learned from the run's pictures alone.
    """
    card = record.read_card()
    terms = [licence]
    for term in card.licence.split(" / "):
        if term != YOUR_OWN and not any(known == term or known.startswith(f"{term} (") for known in terms):
            terms.append(term)
    learned = f", learned from {card.data}" if card.data else ""
    note = (
        f"Started from the weights of {shown_source(record.source)} at step {record.step:,}{learned}; "
        f"SHA-256 {record.digest[:16]}."
    )
    return {"licence": " / ".join(terms), "attribution": card.attribution, "notes": (note,)}


# The first step -------------------------------------------------------------------------------------------------------


def begin(trainer: Trainer, folder: RunFolder) -> str:
    """Give the networks of a trainer that has made no step the weights that its run starts from.

    What does not fit keeps the weights that the recipe's seed drew. The average starts from the source's average where
    there is one, else from the same weights; the images that it was made of count as seen.

    Returns:
        A sentence on what was taken; empty for a recipe that draws all weights.

    Raises:
        InputError: where the run's copy of the weights is gone or damaged, and where nothing of it fits.
    """
    recipe = trainer.recipe
    if recipe.start_from is None:
        return ""
    with _told(folder):
        tensors, metadata = tensor_files.read(folder.path / FILE)
        record = _record(metadata, recipe.start_from)
        if _digest(tensors) != record.digest:
            raise DamagedFileError(f"{FILE} is damaged: its weights are not those that it names.")
    card = record.read_card()
    weights = {
        name: (value.float() if value.is_floating_point() else value).to(trainer.device)
        for name, value in tensors.items()
    }
    channels = recipe.channels or trainer.data["A"].channels
    ends = Ends((card.channels, channels), (card.classes, trainer.classes))
    found = _matches(trainer.players, weights, card, ends, recipe)
    for name, each in found.items():
        load(trainer.players[name], each)
    _begin_average(trainer, weights, ends, found, card)
    return _sentence(found, shown_source(recipe.start_from))


def _begin_average(
    trainer: Trainer, weights: Mapping[str, Tensor], ends: Ends, found: Mapping[str, Match], card: Card
) -> None:
    exported = trainer.exported()
    for name, average in exported.items():
        own = _of(weights, f"{AVERAGE}{name}")
        load(average, match(average, own, ends, _role(name)) if own else found[name])
    # Fresh layers are noise at first, which the average is to forget soon: then it counts as young.
    if not any(found[name].fresh for name in exported):
        trainer.average.images_before = card.images or round(trainer.average.half_life / EMA.RAMP_UP)


def _matches(
    players: Mapping[str, nn.Module], weights: Mapping[str, Tensor], card: Card, ends: Ends, recipe: Recipe
) -> dict[str, Match]:
    """What every network takes. Raises InputError where no layer of a generator fits."""
    found = {name: match(network, _of(weights, name), ends, _role(name)) for name, network in players.items()}
    generators = [name for name in players if name == "generator" or name in TRANSLATORS]
    if not any(found[name].learned for name in generators):
        raise InputError(
            f"Nothing of {recipe.start_from} fits: its network is {_described(card.network)}, and the recipe's "
            f"is {_described(recipe.generator.to_json())}. Leave the generator's settings to the model."
        )
    if recipe.frozen_discriminator_layers:
        without = [name for name in players if name in DISCRIMINATORS and not found[name].learned]
        if without:
            raise InputError(
                f"{recipe.start_from} holds no discriminator that fits, and frozen_discriminator_layers would keep layers "
                "that have learned nothing: set it to 0."
            )
    return found


def _of(weights: Mapping[str, Tensor], network: str) -> dict[str, Tensor]:
    prefix = f"{network}."
    return {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}


def _role(name: str) -> Role:
    if name in DISCRIMINATORS:
        return "discriminator"
    return "translator" if name in TRANSLATORS else "generator" if name == "generator" else "heads"


def _described(network: Mapping[str, Any]) -> str:
    width = f" of width {network['width']}" if "width" in network else ""
    return f"{network.get('name')}{width}"


def _sentence(found: Mapping[str, Match], source: str) -> str:
    """`27 of 29 layers come from glyphs; changed: ...; fresh: ...`."""
    layers = sum(each.layers for each in found.values())
    fresh = [word for name, each in found.items() for word in _fresh(name, each, len(found) > 1)]
    partly = [
        f"{_layer(each, layer, name)} ({why})" for name, each in found.items() for layer, why in each.partly.items()
    ]
    taken = layers - sum(len(each.fresh) for each in found.values())
    words = [f"{taken} of {layers} layers come from {source}"]
    words += [f"in part: {_some(partly)}"] if partly else []
    words += [f"fresh: {_some(fresh)}"] if fresh else []
    return "; ".join(words) + "."


def _fresh(name: str, each: Match, several: bool) -> list[str]:
    if several and len(each.fresh) == each.layers:
        return [WORDS.get(name, name)]
    return [_layer(each, layer, name) for layer in each.fresh]


def _layer(found: Match, layer: str, network: str) -> str:
    words = {found.first: "the first layer", found.last: "the last layer"}
    words |= dict.fromkeys(("embedding", "projection"), "the table of classes")
    word = words.get(layer, layer)
    return f"{word} of {WORDS.get(network, network)}"


def _some(words: list[str]) -> str:
    more = len(words) - NAMED
    return ", ".join(words[:NAMED]) + (f" and {more} more" if more > 0 else "")
