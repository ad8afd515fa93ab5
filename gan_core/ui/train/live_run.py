"""The live view of a training: what its script asks the server for, twice to six times a second.

The browser says what it has already, the response holds only what is new.
"""

import base64
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import gradio as gr
from pydantic import ValidationError

from gan_core.errors import InputError
from gan_core.paths import title_of
from gan_core.recipes import PRESETS
from gan_core.reference_levels import stored_level
from gan_core.runs.owners import digest_of
from gan_core.runs.status import ACTIVE
from gan_core.ui import frontend
from gan_core.ui.ownership import allow
from gan_core.ui.protocol import server_function
from gan_core.ui.run_library import RunLibrary
from gan_core.ui.train.probe_images import ProbeImageController, newest_sheet
from gan_core.ui.train.run_list import RunEntry, RunList
from gan_core.ui.train.view_protocol import (
    ActionResponse,
    BestMeasurement,
    ListedRun,
    LiveStatus,
    Measurement,
    PollRequest,
    PollResponse,
    ProbesNews,
    Room,
    RunActionRequest,
    RunKeyframeRequest,
    RunKeyframeResponse,
    RunNote,
    RunPoint,
    RunState,
    RunTimeLapseRequest,
    RunTimeLapseResponse,
    SheetLayout,
)
from gan_core.ui.trainings import Trainings

if TYPE_CHECKING:
    from gan_core.runs import RunFolder
    from gan_core.runs.folder import Status

T = TypeVar("T")

MOST_POINTS = 600
"""Points of a curve sent when a page attaches; more would be thinner than a pixel."""
MOST_NOTES = 200
"""Of the newest warnings that are sent."""
LIST_SECONDS = 1.5
"""How long the list of runs is believed, so that many polls read few files."""


class LiveRun:
    """Server functions of the live view; all state is in the run folders and in the requests."""

    def __init__(self, runs: RunLibrary, trainings: Trainings) -> None:
        self.runs, self.trainings = runs, trainings
        self.list = RunList(runs.root)
        self._listed: tuple[float, list[RunEntry], Room] | None = None

    @server_function
    def poll(self, request: PollRequest) -> PollResponse:
        """News of a run."""
        return PollResponse(**self._news(request))

    def _news(self, request: PollRequest) -> dict[str, Any]:
        mark = digest_of(request.owner)
        runs, news = self._list(mark, request.runs_version)
        name = request.run or (_first_shown(runs) if request.pick else None)
        news["run"] = name
        if name is None:
            return news
        try:
            folder = self.runs.find(name)
        except InputError as error:  # deleted meanwhile
            return {**news, "gone": str(error)}
        known = request if name == request.run else PollRequest()
        status = folder.status()
        if any(run.name == name and run.state != status.state for run in runs):
            self.forget_list()  # a page that is told of its run's end looks seldom from then on: the list tells it now, too
            news |= self._list(mark, request.runs_version)[1]
        try:
            news |= self._status(folder, status, known)
        except InputError as error:  # its recipe cannot be read (any more)
            return {**news, "gone": str(error)}
        return {**news, **self._pictures(folder, known), **_events(folder, known.offset)}

    @server_function
    def control(self, request: RunActionRequest) -> ActionResponse:
        """Ask the run that the page shows to pause, resume, stop or save; `cancel` takes a waiting one out of the
        line."""
        run = self.runs.find(request.run)
        allow(run, request, request.action)
        if request.action == "cancel":
            self.trainings.queue.cancel(run)
            self.forget_list()
            return ActionResponse(sequence=None)
        return ActionResponse(sequence=run.request(request.action))

    @server_function
    def keyframe(self, request: RunKeyframeRequest) -> RunKeyframeResponse:
        """The picture of a run at a step.

        Raises:
            InputError: for a step that is no keyframe.
        """
        for frame in self.runs.find(request.run).keyframes():
            if frame.step == request.step:
                return RunKeyframeResponse(picture=_jpeg(Path(frame.picture)), step=frame.step)
        raise InputError(f"There is no key frame of step {request.step}.")

    @server_function
    def time_lapse(self, request: RunTimeLapseRequest) -> RunTimeLapseResponse:
        """All key frames of a run as an animated GIF, enlarged so that single pixels can be seen."""
        from gan_core.ui.train.time_lapse import animate

        folder = self.runs.find(request.run)
        data = animate([Path(frame.picture) for frame in folder.keyframes()])
        file = f"data:image/gif;base64,{base64.b64encode(data).decode()}"
        return RunTimeLapseResponse(file=file, name=f"{folder.name}.gif")

    def forget_list(self) -> None:
        """Drop the cached list of runs, as one was started or deleted."""
        self._listed = None

    def _list(self, mark: str, known: str | None) -> tuple[list[ListedRun], dict[str, Any]]:
        """The runs as a page lists them, and what of that is news to a page that has the version `known`."""
        entries, room = self._runs()
        runs = [
            ListedRun(
                name=entry.name,
                state=cast(RunState, entry.state),
                comparison=entry.comparison,
                mine=mark in entry.owners,
            )
            for entry in entries
        ]
        version = _version([runs, room])
        return runs, {} if version == known else {"runs_version": version, "runs": runs, "room": room}

    def _runs(self) -> tuple[list[RunEntry], Room]:
        """All runs; how many trainings go on at once here, and whether one more would begin at once."""
        if self._listed is None or time.monotonic() - self._listed[0] > LIST_SECONDS:
            queue = self.trainings.queue
            room = Room(places=queue.places, free=queue.has_room())
            self._listed = (time.monotonic(), self.list.entries(), room)
        return self._listed[1:]

    def _status(self, folder: "RunFolder", status: "Status", known: PollRequest) -> dict[str, Any]:
        recipe = folder.recipe()
        layout = folder.read_layout() if recipe.is_translation else None
        shown = LiveStatus(
            state=cast(RunState, status.state),
            reason=status.reason,
            line=self._line(folder.name) if status.state == "waiting" else None,
            step=status.step,
            steps=status.steps if status.steps is not None else recipe.steps,
            minutes=recipe.minutes,
            seconds=status.seconds,
            seconds_left=status.seconds_left,
            images=status.images,
            images_per_second=status.images_per_second,
            preview_share=status.preview_share,
            device=status.device,
            recipe=recipe.name,
            translates=recipe.is_translation,
            data=" and ".join(title_of(data) for data in (recipe.data, recipe.data_b) if data),
            size=recipe.size,
            layout=None if layout is None else SheetLayout.model_validate(layout),
            models=_saved_models(folder),
        )
        if (version := _version(shown)) == known.status_version:
            return {}
        news: dict[str, Any] = {"status_version": version, "status": shown}
        if status.state in ("failed", "interrupted"):
            news["log"] = folder.log_tail(40)
        return news

    def _line(self, name: str) -> str:
        """Where a waiting run stands in the line, in words."""
        where = self.trainings.queue.where(name)
        if where is None:
            return "Waiting: it starts within a moment."
        endless = {entry.name for entry in self._runs()[0] if entry.endless}
        if len(where.before) > 1:
            when = f"one of {', '.join(where.before)} ends"
        elif not where.before:
            when = "its turn comes"
        else:
            first = where.before[0]
            when = f"{first}, which has no limit, is stopped" if first in endless else f"{first} ends"
        return f"Waiting: {_ordinal(where.position)} in line; starts when {when}."

    def _pictures(self, folder: "RunFolder", known: PollRequest) -> dict[str, Any]:
        news: dict[str, Any] = {}
        frames = [frame.step for frame in folder.keyframes()]
        picture = _written(folder.live_picture)
        if picture is not None and picture != known.picture_version:
            news |= {"picture_version": picture, "picture": _jpeg(folder.live_picture)}
        elif picture is None and frames and known.picture_version != str(frames[-1]):  # the live file is in memory only
            news |= {"picture_version": str(frames[-1]), "picture": _jpeg(Path(folder.keyframes()[-1].picture))}
        real = _written(folder.path / "real.jpg")
        if real is not None and real != known.real_version:
            news |= {"real_version": real, "real": _jpeg(folder.path / "real.jpg")}
        if (version := _version(frames)) != known.keyframes_version:
            news |= {"keyframes_version": version, "keyframes": frames}
        return news | _probes(folder, known)


def _saved_models(folder: "RunFolder") -> list[Literal["best", "newest"]]:
    found: list[Literal["best", "newest"]] = []
    if folder.best_model.exists():
        found.append("best")
    if folder.model.exists():
        found.append("newest")
    return found


def _probes(folder: "RunFolder", known: PollRequest) -> dict[str, Any]:
    """Which pictures the run is watched on, and when the newest sheet of them was drawn, where that is news."""
    if not (folder.path / "own").exists():
        return {}
    pictures = folder.own.version()
    sheet = newest_sheet(folder)
    drawn = f"{sheet.name} {_written(sheet)}" if pictures else ""
    found = ProbesNews(version=_version(pictures), sheet=drawn, count=len(pictures))
    before = known.probes
    is_known = before is not None and (before.version, before.sheet) == (found.version, found.sheet)
    return {} if is_known else {"probes": found}


def train_live(live: LiveRun, probes: ProbeImageController, recipe: str, ways: Mapping[str, Sequence[str]]) -> gr.HTML:
    """The component of `live` and `probes`; `recipe` is the form's first one, `ways` the directions of those that
    translate.

    Its value: `{"preview": {...}}` shows data.
    """
    functions = [live.poll, live.control, live.keyframe, live.time_lapse, *probes.functions, probes.probe_sheet]
    return frontend.component(
        "train/live",
        styles=["train/probe-controls"],
        server_functions=functions,
        recipe=recipe,
        ways=ways,
        paired=[name for name, preset in PRESETS.items() if preset.is_paired],
    )


def _first_shown(runs: Sequence[ListedRun]) -> str | None:
    """The run that a page begins with: one of its own that is going on, else another's, else its newest, else the
    newest."""
    shown = [run for run in runs if not run.comparison]  # those of a comparison are shown in its panel
    going = [run for run in shown if run.state in (*ACTIVE, "waiting")]
    order = [run for run in going if run.mine] + [run for run in going if run.state in ACTIVE]
    order += [run for run in shown if run.mine] + shown
    return order[0].name if order else None


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _events(folder: "RunFolder", after: int) -> dict[str, Any]:
    """New points of the curves and new notes; on the first request the whole run, thinned."""
    read = folder.event_log.read(after)
    if read.offset == after:
        return {}
    points: list[RunPoint] = []
    cut: int | None = None
    for event in read.events:
        kind = event.get("kind")
        if kind == "progress":
            points.append(RunPoint(step=event["step"], losses=event.get("losses", {}), scores=event.get("scores", {})))
        elif kind == "resumed":  # what came after its checkpoint happens anew
            cut = event["step"] if cut is None else min(cut, event["step"])
            points = [point for point in points if point.step <= event["step"]]
    measured = [event for event in read.events if event.get("kind") == "metric" and event["value"] is not None]
    warnings = [event for event in read.events if event.get("kind") == "warning"][-MOST_NOTES:]
    notes = [RunNote(**{key: event[key] for key in ("step", "text", "alarm") if key in event}) for event in warnings]
    if read.damaged:
        lines = "1 line" if read.damaged == 1 else f"{read.damaged:,} lines"
        notes.append(RunNote(step=0, text=f"{lines} of events.jsonl could not be read and were passed over."))
    news = {
        "offset": read.offset,
        "points": _spread(points),
        "measurements": _spread([_measurement(event) for event in measured]),
        "notes": notes,
    }
    return news if cut is None else {**news, "cut": cut}


def _measurement(event: Mapping[str, Any]) -> Measurement:
    return Measurement(
        step=event["step"],
        name=event["name"],
        value=event["value"],
        spread=event.get("spread"),
        reference_level=stored_level(event),
        reference_spread=event.get("reference_spread"),
        samples=event.get("samples"),
        words=event.get("words"),
        best=event.get("best"),
        kept=_kept(event.get("kept")),
        took=event.get("took"),
        about={name: value for name, value in event.get("about", {}).items() if isinstance(value, float)},
    )


def _kept(values: Mapping[str, Any] | None) -> BestMeasurement | None:
    """The best state, measured again; None where an event does not say it as this version does."""
    if values is None:
        return None
    try:
        return BestMeasurement(step=values["step"], value=values["value"], spread=values.get("spread"))
    except (LookupError, ValidationError):
        return None


def _spread(entries: list[T]) -> list[T]:
    """At most MOST_POINTS of them, evenly; the first and the last among them."""
    if len(entries) <= MOST_POINTS:
        return entries
    return [entries[round(i * (len(entries) - 1) / (MOST_POINTS - 1))] for i in range(MOST_POINTS)]


def _jpeg(path: Path) -> str:
    """The file as it is, as a data URL: nothing is encoded again, no second request."""
    return f"data:image/jpeg;base64,{base64.b64encode(path.read_bytes()).decode()}"


def _written(path: Path) -> str | None:
    """When `path` was written, as text (JavaScript's numbers are too coarse for nanoseconds); None if it is not
    there."""
    try:
        return str(path.stat().st_mtime_ns)
    except OSError:
        return None


def _version(value: Any) -> str:
    return str(hash(repr(value)))
