"""The live view of a training: what its script asks the server for, twice to six times a second.

The browser says what it has already, the answer holds only what is new.
"""

import base64
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from gan_core.errors import InputError
from gan_core.paths import title_of
from gan_core.reference_levels import stored_level
from gan_core.runs.owners import digest_of
from gan_core.runs.status import ACTIVE
from gan_core.ui import frontend
from gan_core.ui.context import Context
from gan_core.ui.ownership import allow
from gan_core.ui.train.probe_images import ProbeImageController, newest_sheet
from gan_core.ui.train.run_list import RunEntry, RunList

if TYPE_CHECKING:
    from gan_core.runs import RunFolder
    from gan_core.runs.folder import Status

MOST_POINTS = 600
"""Points of a curve sent when a page attaches; more would be thinner than a pixel."""
MOST_NOTES = 200
"""Of the newest warnings that are sent."""
METRIC = ("step", "name", "value", "spread", "reference_spread", "samples", "words", "best", "kept", "took")
"""What the page shows of a measurement, its reference level aside."""
LIST_SECONDS = 1.5
"""How long the list of runs is believed, so that many polls read few files."""


class LiveRun:
    """Server functions of the live view. All state is in the run folders and in the browser's question."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.runs = RunList(context)
        self._listed: tuple[float, list[RunEntry], dict[str, Any]] = (0.0, [], {})

    def poll(self, wish: dict[str, Any]) -> dict[str, Any]:
        """News of a run.

        `wish`: `owner` (the browser's mark), `run` (a name, or None for one to begin with, unless `pick` is
        false), and what the browser has:
        `runs`, `status`, `picture`, `real`, `frames` (versions), `offset` (bytes of events read).
        """
        mark, known = digest_of(wish.get("owner")), wish.get("runs")
        runs, news = self._list(mark, known)
        name = wish.get("run") or (_first_shown(runs) if wish.get("pick", True) else None)
        news["of"] = name
        if name is None:
            return news
        try:
            folder = self.context.run(name)
        except InputError as error:  # deleted meanwhile
            return {**news, "gone": str(error)}
        if name != wish.get("run"):
            news["run"] = name
            wish = {"owner": wish.get("owner")}
        status = folder.status()
        if any(run["name"] == name and run["state"] != status.state for run in runs):
            self.forget_list()  # a page that is told of its run's end looks seldom from then on: the list tells it now, too
            news |= self._list(mark, known)[1]
        try:
            news |= self._status(folder, status, wish)
        except InputError as error:  # its recipe cannot be read (any more)
            return {**news, "gone": str(error)}
        news |= self._pictures(folder, wish)
        news |= _events(folder, int(wish.get("offset") or 0))
        return news

    def wish(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Ask the run that the page shows to pause, resume, stop or save; `cancel` takes a waiting one out of the line."""
        run, asked = self.context.run(wish["run"]), str(wish.get("wish"))
        allow(run, wish, asked)
        if asked == "cancel":
            self.context.queue.cancel(run)
            self.forget_list()
            return {"run": run.name}
        return {"sequence": run.request(asked)}

    def keyframe(self, wish: dict[str, Any]) -> dict[str, Any]:
        """The picture of a run as it was at a step."""
        for frame in self.context.run(wish["run"]).keyframes():
            if frame.step == wish["step"]:
                return {"picture": _jpeg(Path(frame.picture)), "step": frame.step}
        raise InputError(f"There is no key frame of step {wish['step']}.")

    def time_lapse(self, wish: dict[str, Any]) -> dict[str, Any]:
        """All key frames of a run as an animated GIF, enlarged so that single pixels can be seen."""
        from gan_core.ui.train.time_lapse import animate

        folder = self.context.run(wish["run"])
        data = animate([Path(frame.picture) for frame in folder.keyframes()])
        return {"file": f"data:image/gif;base64,{base64.b64encode(data).decode()}", "name": f"{folder.name}.gif"}

    def forget_list(self) -> None:
        """A run was started or deleted: look again."""
        self._listed = (0.0, [], {})

    def _list(self, mark: str, known: str | None) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """The runs as a page lists them, and what of that is news to a page that has the version `known`."""
        entries, room = self._runs()
        runs = [_listed(entry, mark) for entry in entries]
        version = _version([runs, room])
        return runs, {} if version == known else {"runs": version, "list": runs, "room": room}

    def _runs(self) -> tuple[list[RunEntry], dict[str, Any]]:
        """All runs; how many trainings go on at once here, and whether one more would begin at once."""
        if time.monotonic() - self._listed[0] > LIST_SECONDS:
            queue = self.context.queue
            room = {"places": queue.places, "free": queue.has_room()}
            self._listed = (time.monotonic(), self.runs.entries(), room)
        return self._listed[1:]

    def _status(self, folder: "RunFolder", status: "Status", wish: dict[str, Any]) -> dict[str, Any]:
        recipe = folder.recipe()
        shown = {
            "state": status.state,
            "step": status.step,
            "steps": status.steps if status.steps is not None else recipe.steps,
            "minutes": recipe.minutes,
            "seconds": status.seconds,
            "left": status.seconds_left,
            "images": status.images,
            "speed": status.images_per_second,
            "share": status.preview_share,
            "device": status.device,
            "reason": status.reason,
            "recipe": recipe.name,
            "cycle": recipe.is_translation,
            "data": " and ".join(title_of(data) for data in (recipe.data, recipe.data_b) if data),
            "size": recipe.size,
            "layout": folder.read_layout() if recipe.is_translation else None,
            "models": [name for name, path in (("best", folder.best_model), ("newest", folder.model)) if path.exists()],
            "line": self._line(folder.name) if status.state == "waiting" else None,
        }
        if (version := _version(shown)) == wish.get("status"):
            return {}
        news: dict[str, Any] = {"status": version, "is": shown}
        if status.state in ("failed", "interrupted"):
            news["log"] = folder.log_tail(40)
        return news

    def _line(self, name: str) -> str:
        """Where a waiting run stands in the line, in words."""
        where = self.context.queue.where(name)
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

    def _pictures(self, folder: "RunFolder", wish: dict[str, Any]) -> dict[str, Any]:
        news: dict[str, Any] = {}
        frames = [frame.step for frame in folder.keyframes()]
        picture = _written(folder.live_picture)
        if picture is not None and picture != wish.get("picture"):
            news |= {"picture": picture, "live": _jpeg(folder.live_picture)}
        elif (
            picture is None and frames and wish.get("picture") != str(frames[-1])
        ):  # the live file lives in memory only
            news |= {"picture": str(frames[-1]), "live": _jpeg(Path(folder.keyframes()[-1].picture))}
        real = _written(folder.path / "real.jpg")
        if real is not None and real != wish.get("real"):
            news |= {"real": real, "beside": _jpeg(folder.path / "real.jpg")}
        if (version := _version(frames)) != wish.get("frames"):
            news |= {"frames": version, "steps": frames}
        return news | _own(folder, wish)


def _own(folder: "RunFolder", wish: dict[str, Any]) -> dict[str, Any]:
    """Which own pictures there are, and when the newest sheet of them was drawn, where that is news."""
    if not (folder.path / "own").exists():
        return {}
    pictures = folder.own.version()
    sheet = newest_sheet(folder)
    told = {"version": _version(pictures), "sheet": f"{sheet.name} {_written(sheet)}" if pictures else ""}
    return {} if told == wish.get("own") else {"own": {**told, "count": len(pictures)}}


def train_live(context: Context, recipe: str, ways: Mapping[str, Sequence[str]]) -> tuple[gr.HTML, LiveRun]:
    """The component and the object behind it; `recipe` is the form's first one, `ways` the directions of those that translate.

    Its value: `{"preview": {...}}` shows data."""
    live = LiveRun(context)
    desk = ProbeImageController(context)
    functions = [live.poll, live.wish, live.keyframe, live.time_lapse]
    functions += [desk.own_list, desk.own_add, desk.own_turn, desk.own_remove, desk.own_sheet]
    component = frontend.component(
        "train/live", styles=["train/probe-controls"], server_functions=functions, recipe=recipe, ways=ways
    )
    return component, live


def _listed(entry: RunEntry, mark: str) -> dict[str, Any]:
    """A run as the list of a page has it; `mine` where the page's browser started it."""
    return {"name": entry.name, "state": entry.state, "race": entry.race, "mine": mark in entry.owners}


def _first_shown(runs: Sequence[Mapping[str, Any]]) -> str | None:
    """The run that a page begins with: one of its own that is going on, else another's, else its newest, else the newest."""
    shown = [run for run in runs if not run["race"]]  # racers are the race panel's
    going = [run for run in shown if run["state"] in (*ACTIVE, "waiting")]
    order = [run for run in going if run["mine"]] + [run for run in going if run["state"] in ACTIVE]
    order += [run for run in shown if run["mine"]] + shown
    return order[0]["name"] if order else None


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _events(folder: "RunFolder", after: int) -> dict[str, Any]:
    """New points of the curves and new notes; on the first question the whole run, thinned."""
    read = folder.event_log.read(after)
    if read.offset == after:
        return {}
    points: list[dict[str, Any]] = []
    cut: int | None = None
    for event in read.events:
        kind = event.get("kind")
        if kind == "progress":
            points.append({key: event.get(key, {}) for key in ("losses", "scores")} | {"step": event["step"]})
        elif kind == "resumed":  # what came after its checkpoint happens anew
            cut = event["step"] if cut is None else min(cut, event["step"])
            points = [point for point in points if point["step"] <= event["step"]]
    metrics = [
        {key: event.get(key) for key in METRIC} | {"reference_level": stored_level(event)}
        for event in read.events
        if event.get("kind") == "metric" and event["value"] is not None
    ]
    notes = [
        {key: event[key] for key in ("step", "text", "alarm") if key in event}
        for event in read.events
        if event.get("kind") == "warning"
    ][-MOST_NOTES:]
    if read.damaged:
        lines = "1 line" if read.damaged == 1 else f"{read.damaged:,} lines"
        notes.append({"step": 0, "text": f"{lines} of events.jsonl could not be read and were passed over."})
    news = {
        "offset": read.offset,
        "first": after == 0,
        "points": _spread(points),
        "metrics": _spread(metrics),
        "notes": notes,
    }
    return news if cut is None else {**news, "cut": cut}


def _spread(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """At most MOST_POINTS of them, evenly; the first and the last among them."""
    if len(entries) <= MOST_POINTS:
        return entries
    return [entries[round(i * (len(entries) - 1) / (MOST_POINTS - 1))] for i in range(MOST_POINTS)]


def _jpeg(path: Path) -> str:
    """The file as it is, as a data URL: nothing is encoded again, no second request."""
    return f"data:image/jpeg;base64,{base64.b64encode(path.read_bytes()).decode()}"


def _written(path: Path) -> str | None:
    """When `path` was written, as text (JavaScript's numbers are too coarse for nanoseconds); None if it is not there."""
    try:
        return str(path.stat().st_mtime_ns)
    except OSError:
        return None


def _version(value: Any) -> str:
    return str(hash(repr(value)))
