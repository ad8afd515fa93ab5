"""The cards of models and runs: what their script asks the server for."""

import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
import numpy as np

from gan_core.errors import InputError
from gan_core.paths import title_of
from gan_core.reference_levels import REAL, stored_baselines, stored_level
from gan_core.runs.locating import shown_source
from gan_core.runs.owners import is_owner
from gan_core.ui import frontend
from gan_core.ui.app_settings import AppSettings
from gan_core.ui.examples import domain_of, example_files
from gan_core.ui.importing import Importing
from gan_core.ui.model_store import ModelStore
from gan_core.ui.models.protocol import (
    DirectionChoice,
    Kind,
    ListingRequest,
    ListingResponse,
    ModelCard,
    OnnxRequest,
    OnnxResponse,
    ResumeRequest,
    RunCard,
    RunRequest,
    RunResponse,
    ThumbnailRequest,
    ThumbnailResponse,
)
from gan_core.ui.ownership import allow
from gan_core.ui.protocol import Direction, DoneResponse, server_function
from gan_core.ui.run_library import RunLibrary
from gan_core.ui.trainings import Trainings

if TYPE_CHECKING:
    from gan_core.models import ModelEntry
    from gan_core.runs import RunFolder

SAMPLES = 16
COLUMNS = 8
EXAMPLE_SIDE = 128


class ModelTable:
    """Server functions of the cards."""

    def __init__(self, runs: RunLibrary, store: ModelStore, trainings: Trainings, settings: AppSettings) -> None:
        self.runs, self.store, self.trainings, self.settings = runs, store, trainings, settings
        self._exporting = threading.Lock()  # torch's exporter works for one at a time

    @server_function
    def listing(self, request: ListingRequest) -> ListingResponse:
        """Cards of all models and runs, in the order shown."""
        from gan_core.runs.locating import damaged_runs

        entries = self.store.entries()
        with_model = {entry.name.removeprefix("runs/"): entry for entry in entries if entry.origin == "run"}
        runs = [
            _run_card(run, with_model.get(run.name), with_model.get(f"{run.name}/best"), request.owner)
            for run in self.runs.all()
        ]
        runs += [_damaged_card(name, sentence) for name, sentence in damaged_runs(self.runs.root).items()]
        return ListingResponse(
            models=[_model_card(entry) for entry in entries if entry.origin == "pretrained"],
            imported=[_model_card(entry) for entry in entries if entry.origin == "imported"],
            runs=runs,
            problems=[*filter(None, [_folder_problem(self.runs.root)]), *self.store.catalog.problems()],
            folder=str(self.runs.root.resolve()) if self.settings.local else "",
        )

    @server_function
    def thumbnail(self, request: ThumbnailRequest) -> ThumbnailResponse:
        """A picture of what a model does: samples of a generator, before and after of a translator, a run's last
        grid."""
        from gan_core.images import data_url, encode_jpeg, grid

        if request.name.startswith("runs/"):
            return ThumbnailResponse(picture=_last_grid(self.runs.find(request.name)))
        entry = self._entry(request.name)
        model: Any = self.store.load(request.name)
        with self.store.drawing:
            pictures = _before_and_after(model) if entry.kind == "translator" else model.sample(SAMPLES, seed=0)
        if not len(pictures):
            return ThumbnailResponse(picture=None)
        columns = min(COLUMNS, len(pictures) // 2)
        return ThumbnailResponse(
            picture=data_url(encode_jpeg(grid(pictures, columns=columns), quality=92), "image/jpeg")
        )

    @server_function
    def delete(self, request: RunRequest) -> DoneResponse:
        """Remove a run with everything in it; refused while it is being trained."""
        run = self.runs.find(request.run)
        allow(run, request, "delete")
        run.delete()
        return DoneResponse(done=True)

    @server_function
    def cancel(self, request: RunRequest) -> DoneResponse:
        """Take a waiting run out of the line."""
        run = self.runs.find(request.run)
        allow(run, request, "cancel")
        self.trainings.queue.cancel(run)
        return DoneResponse(done=True)

    @server_function
    def resume(self, request: ResumeRequest) -> RunResponse:
        """Let an ended run go on."""
        run = self.runs.find(request.run)
        allow(run, request, "resume")
        owner = request.owner or ""
        status, recipe, more = run.status(), run.recipe(), request.more
        if more is None:
            self.trainings.launcher.resume(run, owner=owner)
        else:
            steps = status.step + more
            minutes = None  # a limit of time that is used up would end the run at once
            if recipe.minutes is not None:
                speed = status.step / status.seconds if status.seconds else 1.0
                minutes = max(recipe.minutes, (status.seconds + 1.5 * more / max(speed, 1e-6)) / 60 + 1)
            self.trainings.launcher.resume(run, steps=max(steps, recipe.steps or 0), minutes=minutes, owner=owner)
        return RunResponse(run=run.name)

    def file(self, name: str) -> str:
        """A copy of a model's file in the folder that may be downloaded from, named after the model."""
        entry = self._entry(name)
        folder = Path(os.environ["GRADIO_TEMP_DIR"]) / "models"
        folder.mkdir(parents=True, exist_ok=True)
        copy = folder / f"{name.removeprefix('runs/').replace('/', '-')}.safetensors"
        shutil.copyfile(entry.path, copy)
        return str(copy)

    @server_function
    def onnx(self, request: OnnxRequest) -> OnnxResponse:
        """Export a model (one direction of a translator) as an ONNX file."""
        from gan_core.models.onnx import export_onnx

        model = self.store.load(self._entry(request.name).name)
        file = "-".join(filter(None, [request.name.removeprefix("runs/").replace("/", "-"), request.direction]))
        folder = Path(os.environ["GRADIO_TEMP_DIR"]) / "models" / secrets.token_hex(16)  # it cannot be guessed
        with self._exporting:
            report = export_onnx(model, folder / f"{file}.onnx", request.direction)
        line = f"{report.path.name}, {report.size / 1e6:.1f} MB; onnxruntime against torch: {report.parity.describe()}."
        return OnnxResponse(url=f"gradio_api/file={report.path.as_posix()}", name=report.path.name, line=line)

    def _entry(self, name: str) -> "ModelEntry":
        entry = self.store.catalog.find(name)
        if entry is None:
            raise InputError(f"There is no model named {name!r} (any more); reload the list.")
        return entry


def model_table(server: ModelTable, importing: Importing) -> gr.HTML:
    """The component; its event `fetch_model` names a model to download."""
    functions = [server.listing, server.thumbnail, server.delete, server.resume, server.cancel, server.onnx]
    functions += [importing.change, importing.discard]
    return frontend.component("models/list", elem_id="shelf", events=["fetch_model"], server_functions=functions)


def _folder_problem(root: Path) -> str:
    """Why no run can be made; empty where one can."""
    from gan_core.runs.root_folder import runs_problem

    try:
        return runs_problem(root, probe=False)  # a page asks every few seconds
    except InputError as error:
        return str(error)


def _model_card(entry: "ModelEntry") -> ModelCard:
    values = entry.values
    domains = values.get("domains") or {}
    ways = _directions(entry, domains)
    rows = [
        (
            "Does",
            f"translates {_arrows(ways)}" if entry.kind == "translator" else f"draws {values.get('size')} px pictures",
        ),
        ("Takes", _takes(entry.card)),
        ("Learned from", values.get("data")),
        ("Pictures' licence", values.get("data_licence")),
        ("Weights' licence", values.get("licence")),
        ("Credit", values.get("attribution")),
        ("Trained", _trained(values)),
        *_metrics(values.get("metrics") or {}, ways),
        ("Network", _network(values.get("network") or {})),
        ("File", f"{entry.size / 1e6:.1f} MB"),
    ]
    return ModelCard(
        name=entry.name,
        title=entry.title,
        kind=kind_of(entry),
        imported=entry.origin == "imported",
        file=Path(entry.path).stem,
        domains={str(key): str(word) for key, word in domains.items()},
        ways=ways,
        rows=_shown(rows),
        notes=[str(note) for note in values.get("notes") or ()],
    )


def _run_card(run: "RunFolder", entry: "ModelEntry | None", best: "ModelEntry | None", owner: str | None) -> RunCard:
    """The card of a run with its model and its best state, where there are any."""
    status, recipe = run.status(), run.recipe()
    rows = [
        ("Recipe", f"{recipe.name}, {recipe.size} px, seed {recipe.seed}"),
        ("Learns from", " and ".join(title_of(data) for data in (recipe.data, recipe.data_b) if data)),
        ("Started from", shown_source(recipe.start_from) if recipe.start_from else ""),
        ("Steps", f"{status.step:,}" + (f" of {status.steps:,}" if status.steps else "")),
        ("Best", _best(best.values) if best else ""),
        ("Time", f"{_duration(status.seconds)}, {status.images_per_second:.0f} images a second" if status.step else ""),
        ("Device", status.device),
        ("Reason", status.reason if status.state in ("failed", "interrupted") else ""),
        ("Started", time.strftime("%d %B %Y, %H:%M", time.localtime(run.born())) if run.born() else ""),
    ]
    return RunCard(
        name=run.name,
        model=entry.name if entry else None,
        best=best.name if best else None,
        kind="translator" if recipe.is_translation else "generator",
        state=status.state,
        active=status.is_active,
        live=status.is_active and not recipe.is_translation and run.live_weights.exists(),
        finished=status.state == "finished",
        mine=is_owner(run.path, owner),
        rows=_shown(rows),
        notes=[],
    )


def _damaged_card(name: str, sentence: str) -> RunCard:
    """The card of a run whose recipe cannot be read: what is wrong with it, so that it can be put right or deleted."""
    return RunCard(
        name=name,
        model=None,
        best=None,
        kind="generator",
        state="failed",
        active=False,
        finished=False,
        rows=[("Reason", sentence)],
        notes=[],
    )


def _shown(rows: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    """The rows of a card that have something to say."""
    return [(name, str(value)) for name, value in rows if value]


def kind_of(entry: "ModelEntry") -> Kind:
    """Whether a model translates pictures or makes new ones."""
    return "translator" if entry.kind == "translator" else "generator"


def _before_and_after(translator: Any) -> np.ndarray:
    """Examples of a domain of the translator, and under each its translation, uint8 (2 N, side, side, 3).

    The first direction whose domain has examples; none of them where no domain has any.
    """
    from gan_core.images import decode, resize_square

    for direction in translator.directions:
        domain = str(translator.card.domains.get(direction[0], "")).lower()
        files = [path for path in example_files() if domain_of(path) in domain][: COLUMNS // 2]
        if files:
            before = [resize_square(decode(path).rgb, EXAMPLE_SIDE) for path in files]
            after = [translator.translate_array(picture, direction) for picture in before]
            return np.array(before + after, dtype=np.uint8)
    return np.empty((0, EXAMPLE_SIDE, EXAMPLE_SIDE, 3), dtype=np.uint8)


def _last_grid(run: "RunFolder") -> str | None:
    """The newest picture of a run as a data URL."""
    from gan_core.images import data_url

    frames = run.keyframes()
    picture = run.live_picture if run.live_picture.exists() else Path(frames[-1].picture) if frames else None
    return data_url(picture.read_bytes(), "image/jpeg") if picture else None


def _takes(card: Any) -> str:
    """What a translator takes besides the picture; empty for nothing."""
    from gan_core.translation.hints import ExtraInputs

    return ExtraInputs.of(card).describe()


def _trained(values: Any) -> str:
    if not values.get("steps"):
        return ""
    time_ = f" in {_duration(values['training_seconds'])}" if values.get("training_seconds") else ""
    device = f" on {values['device']}" if values.get("device") else ""
    return f"{values['steps']:,} steps{time_}{device}"


def _metrics(metrics: Mapping[str, Any], ways: Sequence[DirectionChoice]) -> list[tuple[str, str]]:
    """A row for every metric; those of a translator's direction begin with its arrow where there are two."""
    arrows: dict[str, str] = {way.id: f"{way.label}: " if len(ways) > 1 else "" for way in ways}
    rows: list[tuple[str, str]] = []
    for name, value in metrics.items():
        direction, _, rest = name.partition(" ")
        known = direction in arrows
        title = value.get("title") if isinstance(value, dict) else None
        words = str(title) if title else rest if known else name
        rows.append((f"{arrows[direction]}{words}" if known else words, _metric(value)))
    return rows


def _metric(value: Any) -> str:
    """A metric beside its reference level and what trivial answers get, without which the number means little."""
    if not isinstance(value, dict):
        return _short(value)
    level, spread = stored_level(value), value.get("spread")
    parts = [_short(value.get("value")) + (f" ± {spread:.2g}" if isinstance(spread, int | float) and spread else "")]
    if level is not None:
        parts.append(f"{REAL} {level:.3g}")
    parts += [f"{name} {number:.3g}" for name, number in stored_baselines(value).items()]
    if value.get("samples"):
        parts.append(f"{value['samples']:,} samples")
    if value.get("no_better_than"):
        parts.append(f"no better than {value['no_better_than']}")
    return " · ".join(parts)


def _short(number: Any) -> str:
    """Three digits, from 100 on whole."""
    if not isinstance(number, int | float):
        return str(number)
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"


def _best(values: Any) -> str:
    """Where a run measured best: how far its pictures were from real ones, lower is better."""
    metric = next(iter((values.get("metrics") or {}).values()), {})
    return f"step {values['steps']:,}, distance to real pictures {_metric(metric)}"


def _directions(entry: "ModelEntry", domains: Mapping[str, Any]) -> list[DirectionChoice]:
    """The directions of a translator that its file holds, each in words."""
    first, second = domains.get("A", "A"), domains.get("B", "B")
    words: dict[Direction, str] = {"AtoB": f"{first} → {second}", "BtoA": f"{second} → {first}"}
    return [DirectionChoice(id=name, label=label) for name, label in words.items() if name in entry.header.parts]


def _arrows(directions: Sequence[DirectionChoice]) -> str:
    """An arrow both ways where there are both."""
    return directions[0].label.replace("→", "⇄" if len(directions) == 2 else "→") if directions else ""


def _network(network: Any) -> str:
    usual = (None, False, "transposed", "strided", "reflect")
    shown = {key: value for key, value in network.items() if key != "name" and value not in usual}
    options = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in shown.items())
    return f"{network.get('name', '')}: {options}" if options else str(network.get("name", ""))


def _duration(seconds: float) -> str:
    hours, minutes = int(seconds // 3600), int(seconds // 60) % 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {int(seconds) % 60} s" if minutes else f"{int(seconds)} s"
