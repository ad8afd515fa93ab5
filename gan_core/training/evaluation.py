"""What a model, or a run with its discriminator, is worth: everything that `evaluate` prints."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gan_core import data as data_sets
from gan_core import devices
from gan_core.cards import Card
from gan_core.data import DataSet, Progress
from gan_core.errors import InputError
from gan_core.images import to_float
from gan_core.metrics import translations
from gan_core.metrics.classifier import classifier_for
from gan_core.metrics.drawing import generator_samples, translated_samples
from gan_core.metrics.evaluator import COUNT, DrawPictures, Evaluator, Measurement
from gan_core.metrics.paired import PairedEvaluator
from gan_core.metrics.probe import ClassAccuracy, Probe, class_accuracy, probe
from gan_core.metrics.registry import is_metric
from gan_core.metrics.scores import Scores, compare_scores, scores_of
from gan_core.metrics.translations import TranslationEvaluator
from gan_core.models.generator import GeneratorModel
from gan_core.objectives import objectives
from gan_core.recipes import Recipe
from gan_core.reference_levels import GUESSING
from gan_core.runs.folder import RunFolder
from gan_core.training import checkpoints
from gan_core.training.trainer import Trainer
from gan_core.translation.translator import Translator

ASKED = "shows the class asked for"
EQUAL_NAMES = "equal-names"
"""Pairs that lie in two folders."""


@dataclass(frozen=True)
class Evaluation:
    """What was found about one model."""

    model: str
    data: str
    measurements: list[Measurement]
    scores: Scores | None = None
    """Of a run's discriminator at its newest checkpoint; None for a model alone and for translators."""
    class_accuracy: ClassAccuracy | None = None
    """Of a conditional generator, if the data have the classes that it learned."""
    probe: Probe | None = None
    """Of a run's discriminator at its newest checkpoint: how well its features tell the classes apart."""
    pictures: dict[str, dict[str, int]] = field(default_factory=dict)
    """By domain, how many real pictures were compared with (`used`) of how many there are (`found`)."""
    notes: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The evaluation as `evaluate --json` prints it."""
        return {
            "model": self.model,
            "data": self.data,
            "measurements": [measurement.to_json() for measurement in self.measurements],
            "scores": self.scores.to_json() if self.scores else None,
            "class_accuracy": dataclasses.asdict(self.class_accuracy) if self.class_accuracy else None,
            "probe": dataclasses.asdict(self.probe) if self.probe else None,
            "pictures": self.pictures,
            "notes": self.notes,
        }

    def to_card(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """The measurements as `Card.metrics` holds them; of `known`, a card's metrics, what none of them replaces
        stays."""
        found = {each.name: each.to_card() for each in self.measurements}
        if self.class_accuracy is not None:
            asked = self.class_accuracy
            found[ASKED] = {
                "title": ASKED[0].upper() + ASKED[1:],
                "value": round(asked.accuracy, 6),
                "samples": asked.samples,
                "reference_level": round(asked.reference_level, 6),
                "lower_is_better": False,
                "baselines": {GUESSING: round(asked.chance, 6)},
            }
        kept = {name: value for name, value in known.items() if name not in found and not is_metric(name)}
        return {**found, **kept}


def evaluate(
    model: GeneratorModel | Translator,
    name: str,
    *,
    data: str | None = None,
    data_b: str | None = None,
    pairs: str | None = None,
    run: RunFolder | None = None,
    count: int | None = None,
    seed: int = 0,
    whole: bool = False,
    progress: Progress | None = None,
) -> Evaluation:
    """Measure `model` against `data`, or against what its card says it learned from; with `run`, its discriminator too.

    `count` pictures are compared in each draw: by default 2,000, of a translator 150 or, with `whole`, as many as there
    are. Of a translator that learned from pairs, `pairs` says how they are made of `data` (without: as in its training).
    `whole` compares with all pictures of `data`, a folder or zip that no training has seen, and not with its
    held-out part. Raises InputError for data that do not fit, a single domain for a translator, and a card that names
    no data.
    """
    card: Card = model.card
    if whole and data is None:
        raise InputError("--all needs --data FOLDER: what the model learned from is not held out.")
    source, second = _sources(card, data, data_b)
    options: dict[str, Any] = {
        "size": card.size,
        "channels": card.channels,
        "seed": card.recipe.get("seed", 0),
        "whole": whole,
        "progress": progress,
    }
    if isinstance(model, Translator):
        sides, paired = _sides(card, source, second, data is not None, pairs, options)
        pair = {"A": sides[0], "B": sides[1]}
        true_pairs = data_sets.holds_true_pairs(source, second, whole=whole, paired=paired)
        if count is None:
            count = max(translations.COUNT, *(len(side.held_out) for side in sides)) if whole else translations.COUNT
        evaluator = TranslationEvaluator(pair, count=count, seed=seed, pairs=true_pairs, spare=not whole)

        def translate(direction: str, pictures: Tensor, hints: Tensor | None = None) -> Tensor:
            network = model.networks[direction]
            return translated_samples(network, pictures, model.device, inputs=card.inputs, hints=hints)

        found = evaluator.measure(translate, model.directions)
        if true_pairs and card.inputs.get("hints"):
            hinted = PairedEvaluator(pair, hints=True, seed=seed)
            found.append(hinted.measure_hinted(lambda each, hints: translate("AtoB", each, hints), count))
            found += hinted.measure_obedience(lambda each, hints: translate("AtoB", each, hints), count)
        notes = [note for side in sides for note in [*side.notes, *_split_notes(side, whole)]]
        return Evaluation(
            name,
            " and ".join(side.name for side in sides),
            found,
            pictures={domain: _used(side, whole) for domain, side in pair.items()},
            notes=notes,
        )
    if second is not None:
        raise InputError(f"{name} is a generator: it is compared with one data set; leave --data-b out.")
    options["class_column"] = data_sets.class_column_for(source, card.recipe.get("class_column"))
    pictures = data_sets.load(source, **options)
    count = COUNT if count is None else count
    # Where all pictures are compared with, the feature network still learns from a part and is tested on the rest.
    taught = pictures if not whole or pictures.labels is None else data_sets.load(source, **{**options, "whole": False})
    classifier = classifier_for(taught, progress=progress)[0] if whole and taught.labels is not None else None
    evaluator = Evaluator(pictures, count=count, seed=seed, classifier=classifier, spare=not whole, progress=progress)
    draw = generator_samples(model.network, model.latent_dim, model.device, pictures)
    found = evaluator.measure(draw)
    notes = [*pictures.notes, *_split_notes(pictures, whole)]
    if evaluator.count < count:
        notes.append(
            f"{evaluator.count:,} pictures are compared, not {count:,}: what real pictures give needs as many real ones."
        )
    trainer = _newest(run, pictures) if run is not None and not whole else None
    labelled = pictures.labels is not None
    return Evaluation(
        name,
        pictures.name,
        found,
        scores=run_scores(trainer, pictures, draw, evaluator.count, seed) if trainer else None,
        class_accuracy=class_accuracy(model, taught) if labelled and model.classes == pictures.classes else None,
        probe=_probe(trainer, pictures, notes) if trainer and labelled else None,
        pictures={"A": _used(pictures, whole)},
        notes=notes,
    )


def _sides(
    card: Card, source: str, second: str | None, chosen: bool, kind: str | None, options: Mapping[str, Any]
) -> tuple[tuple[DataSet, DataSet], bool]:
    """Both domains for a translator, and whether they were loaded as pairs: those of a paired translator are.

    Folders whose held-out pictures alone are pairs (`testA` and `testB` of equal names) are taken as they are.
    """
    recipe = Recipe.from_json(card.recipe) if _is_recipe(card.recipe) else None
    if kind is not None and (recipe is None or not recipe.is_paired):
        raise InputError("--pairs belongs to a translator that learned from pairs.")
    if recipe is None or not recipe.is_paired:
        return data_sets.load_pair(source, second, **options), False
    kind = recipe.pairs if kind is None else None if kind == EQUAL_NAMES else kind
    own_pairs = chosen and second is None and source not in data_sets.SOURCES and data_sets.holds_both(source)
    if own_pairs and data_sets.holds_true_pairs(source, whole=options["whole"]):
        return data_sets.load_pair(source, second, **options), False
    kind = None if second is not None else kind
    return data_sets.load_paired(source, second, kind=kind, **options), True


def _is_recipe(values: Mapping[str, Any]) -> bool:
    """Whether the recipe of a card is one that this version reads."""
    try:
        Recipe.from_json(values)
    except InputError:
        return False
    return True


def _probe(trainer: Trainer, data: DataSet, notes: list[str]) -> Probe | None:
    """What the discriminator's features tell of classes; None for one that shows none, which `notes` then say."""
    try:
        return probe(trainer.game.players["discriminator"], data)
    except InputError as error:
        notes.append(str(error))
        return None


def _used(data: DataSet, whole: bool) -> dict[str, int]:
    return {"used": len(data.held_out), "found": len(data.held_out) if whole else len(data.held_out) + len(data)}


def _split_notes(data: DataSet, whole: bool) -> list[str]:
    """That only the held-out part of a user's pictures is compared with, or what comparing with all of them means."""
    used = _used(data, whole)
    if data.name in data_sets.SOURCES:
        return []
    if whole:
        every = (
            f"All {used['used']:,} pictures of {data.name} are compared with; what real pictures give comes from halves of "
            "them, and lies a little too high."
        )
        return [every]
    part = (
        f"{used['used']:,} of {used['found']:,} pictures of {data.name} are compared with, its held-out part; "
        "where no training has seen any of them, --all takes them all."
    )
    return [part]


def _sources(card: Card, data: str | None, data_b: str | None) -> tuple[str, str | None]:
    """The data to compare with: those named, else those of the card's recipe."""
    if data is not None:
        return data, data_b
    known, second = card.recipe.get("data"), card.recipe.get("data_b")
    if data_b is not None or not isinstance(known, str):
        raise InputError("Name the data to compare with: --data takes a name, a folder or a zip.")
    place = Path(known)
    if place.is_absolute() and not place.exists():
        raise InputError(f"The model learned from {known}, which is not there; name a folder or zip with --data.")
    return known, second


def _newest(run: RunFolder, data: DataSet) -> Trainer | None:
    """The trainer of the run's newest checkpoint; None if nothing was saved yet, and for translations."""
    saved = checkpoints.load_newest(run.path / "checkpoints")
    recipe = run.recipe()
    recipe.check_plugins(f"The run {run.name}")
    return None if saved is None or recipe.is_translation else restored(recipe, {"A": data}, saved)


def run_scores(trainer: Trainer, data: DataSet, draw: DrawPictures, count: int, seed: int) -> Scores:
    """How the trainer's discriminator scores training, held-out and generated pictures.

    It is evaluated as in training: in training mode, in batches of the recipe's size, each of one kind.
    """
    recipe = trainer.recipe
    discriminator = trainer.game.caller("discriminator", trainer.game.position(), trainer.feed.draw(), keep=False)
    order = torch.randperm(len(data.pictures), generator=torch.Generator().manual_seed(seed))
    kinds = data.pictures[order[:count]], data.held_out[:count], draw(count, seed)
    scores: list[Tensor] = [
        scores_of(discriminator, to_float(kind.to(trainer.device)), recipe.batch_size) for kind in kinds
    ]
    return compare_scores(objectives.build(recipe.objective.name, **recipe.objective.options), *scores)


def restored(recipe: Recipe, data: Mapping[str, DataSet], saved: tuple[dict[str, Tensor], dict[str, Any]]) -> Trainer:
    """The trainer of a checkpoint, on the CPU in float32, to look at and not to go on with."""
    device = torch.device("cpu")
    trainer = Trainer(recipe, data, device, devices.Arithmetic(device, False, torch.get_num_threads()))
    trainer.load_state(*saved)
    return trainer
