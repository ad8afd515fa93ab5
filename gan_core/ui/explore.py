"""The Explore tab: one picture, and everything that moves it through latent space."""

import io
import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from gan_core.errors import InputError
from gan_core.registry import unknown
from gan_core.ui.components import live_html
from gan_core.ui.context import Context, race_of
from gan_core.ui.threads import one_thread

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from gan_core.latent.explorer import Place
    from gan_core.latent.follower import Follower
    from gan_core.models import GeneratorModel
    from gan_core.store import RunFolder

LIVE = "live:"
GROUPS = ("Training now", "Ready to explore", "Own runs", "Racers")
"""Of the list of models, in this order."""
DIRECTIONS = 8
STRIP = 8
STRIP_CHUNK = 2
"""Pictures drawn at a time for a strip; between two chunks a slider's picture may go first."""
NEIGHBOUR_ANGLE = 0.6
MOST_CLASSES = 16
"""Classes that a strip shows beside each other."""
LARGEST_PNG = 64
"""Up to this side a picture travels as PNG (exact, and enlarged so far that JPEG's blocks would show); above, as JPEG."""
MOST_GENERATED = 256


class Explorer:
    """The server's half of the tab. Every public method takes one object from the browser and answers with one."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._paths: dict[str, Path] = {}
        self._followers: dict[str, Follower[Any]] = {}
        self._directions: dict[str, tuple[GeneratorModel | None, Tensor]] = {}

    # What can be explored -----------------------------------------------------------------------------------------

    def models(self, _: Any = None) -> dict[str, Any]:
        """Generators that can be explored: trainings going on first, then shipped ones, own runs, and the racers of races."""
        listed, paths, runs = [], {}, self._context.runs()
        racers = {run.name for run in runs if race_of(run)}
        for run in runs:
            if run.status().is_active and run.live_weights.exists() and _makes_pictures(run):
                name = LIVE + run.name
                paths[name] = run.live_weights
                group = GROUPS[3 if run.name in racers else 0]
                listed.append({"id": name, "label": f"{run.name} (training now)", "group": group})
        entries = self._context.models("generator")
        for entry in entries:
            place = 1 if entry.origin == "pretrained" else 3 if entry.name.split("/")[1] in racers else 2
            listed.append({"id": entry.name, "label": entry.name, "group": GROUPS[place]})
        paths |= {entry.name: Path(entry.path) for entry in entries}
        with self._lock:
            self._paths = paths
            for table in (self._followers, self._directions):
                for gone in set(table) - set(paths):
                    del table[gone]
        return {"models": sorted(listed, key=lambda item: GROUPS.index(item["group"]))}

    def _path(self, name: str) -> Path:
        if name not in self._paths:
            self.models()
        with self._lock:
            if name not in self._paths:
                raise InputError(unknown("model to explore", name, self._paths))
            return self._paths[name]

    def model(self, name: Any) -> tuple["GeneratorModel", int]:
        """The generator called `name` and the version of its weights (a live one has many)."""
        if not isinstance(name, str):
            raise InputError("Choose a model first.")
        path = self._path(name)
        if not name.startswith(LIVE):
            return self._context.cached(path, lambda: self._load(path)), 0
        from gan_core.latent.follower import Follower

        if not path.exists() and (saved := self._context.run(name.removeprefix(LIVE)).model).exists():
            path = saved  # the training has just ended: its model is what its live weights were
        with self._lock:
            follower = self._followers.get(name)
            if follower is None or follower.path != path:
                follower = self._followers[name] = Follower(path, self._load)
        return follower.newest()

    def _load(self, path: Path) -> "GeneratorModel":
        """The generator in a file."""
        from gan_core.models import GeneratorModel
        from gan_core.store import load_model

        model = load_model(path, device=self._context.device)
        if not isinstance(model, GeneratorModel):
            raise InputError(f"{path.name} translates pictures; choose it on the Translate tab.")
        return model

    def _directions_of(self, name: str, model: "GeneratorModel") -> "Tensor":
        """The model's strongest directions. A live model keeps those that it had when they were first asked for, so
        that a slider means the same from one second to the next."""
        from gan_core.latent.directions import strongest

        owner = None if name.startswith(LIVE) else model
        with self._lock:
            known = self._directions.get(name)
            if known is None or known[0] is not owner or known[1].shape[1] != model.latent_dim:
                known = self._directions[name] = (owner, strongest(model.network, model.latent_dim, DIRECTIONS))
        return known[1]

    def _latents(self, wish: Any) -> tuple["GeneratorModel", int, "Place", "Tensor"]:
        """What a wish points at: the model, its version, the place, and its latent."""
        from gan_core.latent.explorer import Place

        if not isinstance(wish, dict):
            raise InputError("A wish is an object with a model and a latent.")
        model, version = self.model(wish.get("model"))
        place = Place.from_json(wish.get("latent", {}))
        return model, version, place, place.latent(model.latent_dim, self._directions_of(wish["model"], model))

    def _render(self, model: "GeneratorModel", latents: "Tensor", classes: Sequence[int | None]) -> "np.ndarray":
        """The pictures of `latents` (N, latent_dim), each of its class; models without classes are not told any."""
        import torch

        labels = torch.tensor([model.label(each or 0) for each in classes]) if model.classes else None
        with self._context.model_lock, one_thread():
            return model.render(latents, labels)

    # What the browser asks for ------------------------------------------------------------------------------------

    def draw(self, wish: Any) -> dict[str, Any]:
        """One picture. `known` is the version that the browser already shows: the same one is not drawn again."""
        model, version, place, latent = self._latents(wish)
        answer: dict[str, Any] = {"seq": wish.get("seq"), "version": str(version)}
        if wish.get("known") == answer["version"]:
            return answer | {"same": True}
        picture = self._render(model, latent[None], [place.label])[0]
        answer |= {
            "picture": as_url(picture),
            "side": picture.shape[0],
            "latent_dim": model.latent_dim,
            "directions": min(DIRECTIONS, model.latent_dim),
            "norm": round(float(latent.norm()), 2),
            "classes": list(model.classes),
        }
        if wish["model"].startswith(LIVE):
            answer["step"] = model.card.steps
        if wish.get("numbers"):
            answer["numbers"] = [round(number, 3) for number in latent.tolist()]
        return answer

    def strip(self, wish: Any) -> dict[str, Any]:
        """A row of pictures to choose from; `kind` is `seeds`, `path`, `corners`, `neighbours` or `classes`."""
        from dataclasses import replace

        import torch

        model, version, place, _ = self._latents(wish)
        directions = self._directions_of(wish["model"], model)
        kind, start = wish.get("kind"), wish.get("start", 0)
        if isinstance(start, bool) or not isinstance(start, int) or start < 0:
            raise InputError(f"A strip starts at a seed, a whole number from 0, not {start!r}.")
        labels: list[Any]
        if kind == "seeds":
            labels = [start + index for index in range(STRIP)]
            places = [replace(place, kind="seed", seed=seed, moves=()) for seed in labels]
        elif kind == "path":
            labels = [index / (STRIP - 1) for index in range(STRIP)]
            places = [replace(place, kind="path", t=t) for t in labels]
        elif kind == "corners":
            labels = list(place.corners)
            places = [replace(place, kind="seed", seed=seed) for seed in labels]
        elif kind == "neighbours":
            labels = [[start + index, NEIGHBOUR_ANGLE] for index in range(STRIP)]
            places = [replace(place, moves=(*place.moves, (seed, angle))) for seed, angle in labels]
        elif kind == "classes":
            labels = list(range(min(MOST_CLASSES, len(model.classes))))
            places = [replace(place, label=label) for label in labels]
            if not labels:
                raise InputError(f"{wish['model']} draws pictures of one kind: it has no classes to choose from.")
        else:
            raise InputError(f"A strip shows seeds, path, corners, neighbours or classes, not {kind!r}.")
        latents = torch.stack([each.latent(model.latent_dim, directions) for each in places])
        pictures: list[str] = []
        for start in range(0, len(latents), STRIP_CHUNK):
            chunk = slice(start, start + STRIP_CHUNK)
            drawn = self._render(model, latents[chunk], [each.label for each in places[chunk]])
            pictures += [as_url(picture) for picture in drawn]
        return {"kind": kind, "pictures": pictures, "labels": labels, "version": str(version)}

    def file(self, wish: Any) -> dict[str, Any]:
        """The picture as a PNG to keep, with the model and the place inside it."""
        from gan_core.images import data_url

        model, _, place, latent = self._latents(wish)
        note = {"model": wish["model"], "latent": place.to_json()}
        stem = "".join(letter if letter.isalnum() else "-" for letter in wish["model"])
        picture = self._render(model, latent[None], [place.label])[0]
        name = f"{stem}-{place.kind}{f'-{place.seed}' if place.kind == 'seed' else ''}.png"
        return {"name": name, "file": data_url(annotated_png(picture, note), "image/png")}

    def generate(self, model: str, seed: float = 0, count: float = 16) -> "np.ndarray":
        """A grid of `count` pictures of `model`: the same ones as `sample MODEL --seed SEED --count COUNT`."""
        from gan_core.images import grid

        try:
            if seed != int(seed) or count != int(count) or seed < 0 or not 1 <= count <= MOST_GENERATED:
                raise InputError(f"seed is a whole number from 0, count one from 1 to {MOST_GENERATED}.")
            generator, _ = self.model(model)
            with self._context.model_lock, one_thread():
                pictures = generator.sample(int(count), seed=int(seed))
            return grid(pictures)
        except (InputError, TypeError, ValueError, OverflowError) as error:
            raise gr.Error(str(error), print_exception=False) from error


def _makes_pictures(run: "RunFolder") -> bool:
    """Whether the run trains a generator (and can be read at all)."""
    try:
        return not run.recipe().is_translation
    except InputError:
        return False


def as_url(picture: "np.ndarray") -> str:
    """A picture (H, W, 3) as an address that needs no second request."""
    from gan_core.images import data_url, encode_jpeg, encode_png

    if max(picture.shape[:2]) <= LARGEST_PNG:
        return data_url(encode_png(picture), "image/png")
    return data_url(encode_jpeg(picture, quality=90), "image/jpeg")


def annotated_png(picture: "np.ndarray", note: dict[str, Any]) -> bytes:
    """A picture (H, W, 3) as PNG whose text chunk `gan-workbench` holds `note` as JSON."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("gan-workbench", json.dumps(note))
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def build_explore_tab(context: Context) -> None:
    """Lay the tab out in the Blocks that is being built, and announce the `generate` endpoint."""
    explorer = Explorer(context)
    live_html("explore", server_functions=[explorer.models, explorer.draw, explorer.strip, explorer.file])
    with gr.Group(visible=False):  # nothing to see: these give the endpoint its argument types
        model = gr.Textbox(label="model")
        seed = gr.Number(0, label="seed", precision=0)
        count = gr.Number(16, label="count", precision=0)
        picture = gr.Image(label="grid", format="png")
        gr.Button("generate").click(explorer.generate, [model, seed, count], picture, api_name="generate")
