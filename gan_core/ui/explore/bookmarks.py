"""Keeping places: a tray of favourites, pictures that carry their place, and finding it again in a dropped file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.ui.downloads import stem
from gan_core.ui.explore.controller import ExploreController, LatentView, model_of
from gan_core.ui.explore.drawing import as_url
from gan_core.ui.explore.origin import origin

if TYPE_CHECKING:
    from gan_core.models.generator import GeneratorModel

FAVOURITES = "favourites"
CLOSE = 1e-3
"""How far a coordinate may be from the one noted for a place to count as found again: files keep five digits."""


class BookmarksPanel:
    """Every public method takes one object from the browser and answers with one."""

    def __init__(self, desk: ExploreController) -> None:
        self._desk = desk

    # Favourites ---------------------------------------------------------------------------------------------------

    def favourites(self, wish: Any) -> dict[str, Any]:
        """The tray of a model."""
        return {"favourites": self._desk.kept(model_of(wish)).read(FAVOURITES)}

    def keep(self, wish: Any) -> dict[str, Any]:
        """Put the place of a wish into the tray, with its picture as it is now, under the next free name."""
        look = self._desk.look(wish)
        self._desk.kept(look.name).put(
            FAVOURITES, None, {**_note(look), "picture": as_url(self._desk.draw(look), kept=True)}
        )
        return self.favourites(wish)

    def rename(self, wish: Any) -> dict[str, Any]:
        """Call the favourite `old` `new`."""
        self._desk.kept(model_of(wish)).rename(FAVOURITES, str(wish.get("old")), str(wish.get("new")))
        return self.favourites(wish)

    def forget(self, wish: Any) -> dict[str, Any]:
        """Take the favourite `name` out of the tray."""
        self._desk.kept(model_of(wish)).remove(FAVOURITES, str(wish.get("name")))
        return self.favourites(wish)

    def recall(self, wish: Any) -> dict[str, Any]:
        """Where the place of a `note` (of a favourite, a link, a file) is now: model, step and latent to go to."""
        note = wish.get("note") if isinstance(wish, dict) else None
        if not isinstance(note, dict):
            raise InputError("A note of a place is an object with a model and a latent.")
        return self._found(note)

    # Files --------------------------------------------------------------------------------------------------------

    def file(self, wish: Any) -> dict[str, Any]:
        """The picture as a PNG to keep, with model, place and numbers inside it."""
        from gan_core.images import data_url, encode_png
        from gan_core.latents.metadata import embed

        look = self._desk.look(wish)
        png = embed(encode_png(self._desk.draw(look)), ".png", _note(look))
        seed = f"-{look.place.seed}" if look.place.kind == "seed" else ""
        step = "" if look.step is None else f"-step-{look.step}"
        return {"name": f"{stem(look.name)}-{look.place.kind}{seed}{step}.png", "file": data_url(png, "image/png")}

    def bring(self, wish: Any) -> dict[str, Any]:
        """What an uploaded file is: a place or a path that can be gone on from, or a picture without either.

        Raises InputError for a file that is neither one of ours nor a picture.
        """
        from gan_core.images import decode
        from gan_core.latents.metadata import read_note
        from gan_core.ui.uploads import uploaded

        file = uploaded((wish or {}).get("path"), many="files", use="opened", one="file")
        name = str(wish.get("name") or file.name)
        note = read_note(file)
        if note is None:
            if file.suffix.lower() in (".mp4", ".json"):
                raise InputError(f"{name} does not say where it comes from: it was not exported here.")
            decode(file, name=name)
            return {"kind": "picture", "path": str(file), "name": name}
        if isinstance(note.get("path"), dict):
            return {"kind": "path", "note": note, "name": name}
        if isinstance(note.get("time"), dict):
            return {"kind": "time", "note": note, "name": name}
        return {"kind": "place", "name": name, **self._found(note)}

    def _found(self, note: dict[str, Any]) -> dict[str, Any]:
        """Where a note's place is now: in its own model if that is here, else its numbers in any that takes them."""
        from gan_core.latents.metadata import check_schema
        from gan_core.latents.spec import LatentSpec

        check_schema(note)
        place = LatentSpec.from_json(note.get("latent", {}))
        numbers, name = note.get("z"), str(note.get("model", ""))
        heir, step, words = origin(self._desk, note)
        if heir is None:
            if not isinstance(numbers, list) and place.amounts:
                raise InputError(f"The picture was made with {name}, which is not here.")
            latent = {"kind": "vector", "vector": numbers} if isinstance(numbers, list) else place.to_json()
            same = "these are the same numbers" if isinstance(numbers, list) else "this is the same place"
            words = f"Made with {name}, which is not here: {same} in the model that is open."
            return {"model": None, "step": None, "latent": _with_class(latent, place), "words": words}
        model, _ = self._desk.model(heir)
        if isinstance(numbers, list) and not self._same(heir, model, place, numbers):
            LatentSpec.from_json({"kind": "vector", "vector": numbers}).latent(model.latent_dim)  # or its sentence
            place_json = _with_class({"kind": "vector", "vector": numbers}, place)
            return {"model": heir, "step": step, "latent": place_json, "words": words}
        return {"model": heir, "step": step, "latent": place.to_json(), "words": words}

    def _same(self, name: str, model: GeneratorModel, place: Any, numbers: list[Any]) -> bool:
        """Whether the place still leads to the numbers: a direction that it used may be gone, or another one by now."""
        try:
            latent = place.latent(model.latent_dim, self._desk.directions(name, model))
        except InputError:
            return False
        found = latent.tolist()
        return len(found) == len(numbers) and all(
            isinstance(other, (int, float)) and abs(one - other) <= CLOSE
            for one, other in zip(found, numbers, strict=True)
        )


def _note(look: LatentView) -> dict[str, Any]:
    """What a picture or a favourite says of itself: see `gan_core.latents.metadata`."""
    from gan_core.latents.metadata import signed

    return {
        **signed(look.name, look.model.card, look.step),
        "latent": look.place.to_json(),
        "z": [round(number, 5) for number in look.latent.tolist()],
        "class": None if look.weights is None else [round(weight, 5) for weight in look.weights.tolist()],
    }


def _with_class(latent: dict[str, Any], place: Any) -> dict[str, Any]:
    kept = place.to_json()
    return latent | {key: kept[key] for key in ("label", "towards", "mix") if key in kept}
