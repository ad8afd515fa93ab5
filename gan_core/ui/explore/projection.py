"""My picture: the nearest latent to any picture, watched while it is searched, beside what real pictures reach."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.ui.explore import background
from gan_core.ui.explore.controller import LIVE, ExploreController
from gan_core.ui.explore.drawing import as_url
from gan_core.ui.explore.search_job import WORKING, Search
from gan_core.ui.explore.training_pictures import of_desk
from gan_core.ui.threads import one_thread

if TYPE_CHECKING:
    import numpy as np

    from gan_core.models.generator import GeneratorModel
    from gan_core.projection.recovery import Recovery

SECONDS = 8.0
"""What a search is planned to take."""
MOST_SEARCHES = 16
MOST_SEED = 2**31 - 1


class Beside:
    """What the same effort reaches on held-out pictures and on the model's own, measured in the background."""

    def __init__(self) -> None:
        self.known: Recovery | None = None
        self.at: int | None = None
        """Of a training that goes on: the step of the weights that were measured."""
        self.missing = ""
        """Why there are no held-out pictures."""
        self.ended = False

    def describe(self) -> dict[str, Any]:
        answer = {} if self.known is None else self.known.to_json()
        return {**answer, "at": self.at, "missing": self.missing, "ended": self.ended}


class ProjectionPanel:
    """Every public method takes one object from the browser and answers with one."""

    def __init__(self, desk: ExploreController) -> None:
        self._desk = desk
        self._pictures = of_desk(desk)
        self._lock = threading.Lock()
        self._searches: OrderedDict[str, Search] = OrderedDict()
        self._beside: OrderedDict[tuple[Any, ...], Beside] = OrderedDict()
        self._of_search: dict[str, tuple[Any, ...]] = {}

    def functions(self) -> list[Callable[..., Any]]:
        return [self.project_start, self.project_look, self.project_stop]

    def project_start(self, wish: Any) -> dict[str, Any]:
        """Begin to search a picture: an uploaded `path`, or `from` the model's `held_out` pictures or its `own`.

        `negative` swaps light and dark, `starts` is how many race, `label` keeps to one class, `seed` begins elsewhere.
        """
        wish = wish if isinstance(wish, dict) else {}
        model, version = self._desk.model(wish.get("model"), wish.get("step"))
        name, starts = str(wish["model"]), wish.get("starts", 8)
        seed, label = wish.get("seed", 0), wish.get("label")
        if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= MOST_SEED:
            raise InputError(f"A search begins at a seed from 0 to {MOST_SEED}, not {seed!r}.")
        target, notes = self._target(name, model, wish)
        with one_thread():
            live = name.startswith(LIVE) and wish.get("step") is None
            if live:  # its weights change every second: measured anew when the first digit of its steps has changed
                version = f"{model.card.steps:.0e}"
            key = (name, version, wish.get("step"), self._data_name(name, model), starts)
            beside = self._beside_for(key, name, model)
            from gan_core.projection.search_budget import budget_for

            effort = beside.known.effort if beside.known is not None else budget_for(model, SECONDS, starts)
        search = Search(target, effort, seed, None if label is None else model.label(label))
        job = secrets.token_hex(8)
        with self._lock:
            self._searches[job] = search
            self._of_search[job] = key
            while len(self._searches) > MOST_SEARCHES:
                gone, old = self._searches.popitem(last=False)
                del self._of_search[gone]
                old.stop()
        if (before := self._searches.get(str(wish.get("before")))) is not None:
            before.stop()
        search.start(model)
        background.begin("project beside", self._measure, key, name, search, model)
        return {"job": job, "target": as_url(target), "side": target.shape[0], "notes": list(notes)}

    def project_look(self, wish: Any) -> dict[str, Any]:
        """The newest moment of a search, and what is known beside it; a moment already seen is not sent again."""
        job = str((wish or {}).get("job"))
        search = self._search(job)
        answer = search.describe()
        if answer["number"] == wish.get("seen") and not answer["ended"]:
            answer = {"number": answer["number"], "ended": False, "same": True}
        return {**answer, "beside": self._beside[self._of_search[job]].describe()}

    def project_stop(self, wish: Any) -> dict[str, Any]:
        """End a search; what it has found stays."""
        self._search(str((wish or {}).get("job"))).stop()
        return {"stopped": True}

    def _search(self, job: str) -> Search:
        with self._lock:
            if job not in self._searches:
                raise InputError("This search is not kept any more; start it again.")
            return self._searches[job]

    def _target(self, name: str, model: GeneratorModel, wish: dict[str, Any]) -> tuple[np.ndarray, tuple[str, ...]]:
        """What is searched for, uint8 (H, W, 3), and what to say about its conversion."""
        from gan_core.images import decode, to_float, to_uint8
        from gan_core.models.generator import latents_for_seed
        from gan_core.projection.targets import target_for
        from gan_core.ui.uploads import uploaded

        source, number = wish.get("from"), int(wish.get("number") or 0)
        if source == "held_out":
            held_out = self._pictures.get(name, model).held_out
            place = (number * 7919) % len(held_out)
            return to_uint8(to_float(held_out[place : place + 1]))[0], ()
        if source == "own":
            latent = latents_for_seed(MOST_SEED + 1 + number, 1, model.latent_dim)
            weights = None
            if model.classes:
                import torch

                weights = torch.eye(len(model.classes))[number % len(model.classes)]
            return self._desk.render(model, latent, weights)[0], ()
        path = uploaded(wish.get("path"), use="searched for")
        picture = decode(path, name=Path(str(wish.get("name") or path.name)).name)
        return target_for(model, picture, negative=bool(wish.get("negative"))), picture.notes

    # Beside it ----------------------------------------------------------------------------------------------------

    def _data_name(self, name: str, model: GeneratorModel) -> str:
        return " ".join(map(str, self._pictures.key(name, model.card)))

    def _beside_for(self, key: tuple[Any, ...], name: str, model: GeneratorModel) -> Beside:
        """What is known beside a search of this model; from the disk if it was measured before."""
        from gan_core.projection.recovery import remembered

        with self._lock:
            known = self._beside.get(key)
            if known is None:
                known = self._beside[key] = Beside()
                while len(self._beside) > MOST_SEARCHES:
                    oldest = next(iter(self._beside))
                    if oldest in self._of_search.values():
                        break
                    del self._beside[oldest]
        if known.known is None:
            known.known = remembered(model, key[-1], self._data_name(name, model))
            known.ended = known.known is not None
        return known

    def _measure(self, key: tuple[Any, ...], name: str, search: Search, model: GeneratorModel) -> None:
        """After the search: the same effort on held-out pictures and on the model's own, giving way to every search."""
        from gan_core.projection.recovery import measure_recovery, remember

        beside = self._beside[key]
        while not search.ended.wait(0.1):
            background.check()
        with self._lock:
            if beside.ended or beside.known is not None or search.moment is None:
                return
            from gan_core.projection.recovery import Recovery

            beside.known = Recovery(effort=search.effort)
            beside.at = model.card.steps if name.startswith(LIVE) else None
        held_out = None
        try:
            held_out = self._pictures.get(name, model).held_out
        except InputError as error:
            beside.missing = str(error)
        for _, known in measure_recovery(model, held_out, search.effort):
            beside.known = known
            background.check()
            while WORKING.locked():
                time.sleep(0.05)
                background.check()
        if held_out is not None and beside.known is not None:
            remember(model, key[-1], self._data_name(name, model), beside.known)
        beside.ended = True
