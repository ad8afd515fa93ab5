"""Favourites of a model, pictures that carry their latent, and finding it again in a dropped file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from gan_core.errors import InputError
from gan_core.ui.downloads import stem
from gan_core.ui.explore.controller import ExploreController, LatentView
from gan_core.ui.explore.drawing import as_url
from gan_core.ui.explore.origin import origin
from gan_core.ui.explore.protocol import (
    DroppedFileRequest,
    DroppedLatentResponse,
    DroppedNoteResponse,
    DroppedPictureResponse,
    Favourite,
    FavouriteRequest,
    FavouritesResponse,
    GeneratorRequest,
    Latent,
    LatentRequest,
    LatentResponse,
    NoteRequest,
    PictureFileResponse,
    RenameRequest,
)
from gan_core.ui.protocol import server_function

if TYPE_CHECKING:
    from gan_core.latents.spec import LatentSpec
    from gan_core.models.generator import GeneratorModel

FAVOURITES = "favourites"
ENTRIES = ("name", "picture", "model", "z", "class", "card", "schema")
"""Of a favourite on disk, beside its latent and step."""
CLOSE = 1e-3
"""How far a coordinate may be from the one noted for a latent to count as found again: files keep five digits."""


class BookmarksPanel:
    """The server functions of favourites, files and links."""

    def __init__(self, controller: ExploreController) -> None:
        self._controller = controller

    # Favourites ---------------------------------------------------------------------------------------------------

    @server_function
    def favourites(self, request: GeneratorRequest) -> FavouritesResponse:
        """The favourites of a model; those that cannot be read are left out."""
        found = [_favourite(entry) for entry in self._controller.bookmarks(request.model).read(FAVOURITES)]
        return FavouritesResponse(favourites=[each for each in found if each is not None])

    @server_function
    def save_favourite(self, request: LatentRequest) -> FavouritesResponse:
        """Keep a latent, with its picture as it is now, under the next free name."""
        view = self._controller.view(request)
        picture = as_url(self._controller.draw(view), kept=True)
        self._controller.bookmarks(view.name).put(FAVOURITES, None, {**_note(view), "picture": picture})
        return self.favourites(request)

    @server_function
    def rename_favourite(self, request: RenameRequest) -> FavouritesResponse:
        """Give a favourite another name."""
        self._controller.bookmarks(request.model).rename(FAVOURITES, request.old, request.new)
        return self.favourites(request)

    @server_function
    def delete_favourite(self, request: FavouriteRequest) -> FavouritesResponse:
        """Remove a favourite."""
        self._controller.bookmarks(request.model).remove(FAVOURITES, request.name)
        return self.favourites(request)

    @server_function
    def open_note(self, request: NoteRequest) -> LatentResponse:
        """Where the latent of a note (of a favourite, a link, a file) is now."""
        return self._found(request.note)

    # Files --------------------------------------------------------------------------------------------------------

    @server_function
    def file(self, request: LatentRequest) -> PictureFileResponse:
        """The picture as a PNG to keep, with model, latent and coordinates inside it."""
        from gan_core.images import data_url, encode_png
        from gan_core.latents.metadata import embed

        view = self._controller.view(request)
        png = embed(encode_png(self._controller.draw(view)), ".png", _note(view))
        seed = f"-{view.spec.seed}" if view.spec.kind == "seed" else ""
        step = "" if view.step is None else f"-step-{view.step}"
        name = f"{stem(view.name)}-{view.spec.kind}{seed}{step}.png"
        return PictureFileResponse(name=name, file=data_url(png, "image/png"))

    @server_function
    def open_file(
        self, request: DroppedFileRequest
    ) -> DroppedPictureResponse | DroppedNoteResponse | DroppedLatentResponse:
        """What an uploaded file is: a latent, a path or a time-lapse to go on from, or a picture without any.

        Raises InputError for a file that is neither one of ours nor a picture.
        """
        from gan_core.images import decode
        from gan_core.latents.metadata import read_note
        from gan_core.latents.time_lapse import TimeLapse
        from gan_core.ui.uploads import uploaded

        file = uploaded(request.path, many="files", use="opened", one="file")
        name = request.name or file.name
        note = read_note(file)
        if note is None:
            if file.suffix.lower() in (".mp4", ".json"):
                raise InputError(f"{name} does not say where it comes from: it was not exported here.")
            decode(file, name=name)
            return DroppedPictureResponse(kind="picture", path=str(file), name=name)
        if isinstance(note.get("path"), dict):
            return DroppedNoteResponse(kind="path", note=note, name=name)
        if isinstance(note.get("time"), dict):
            note = {**note, "time": TimeLapse.from_json(note["time"]).to_json()}  # as this version writes it
            return DroppedNoteResponse(kind="time", note=note, name=name)
        return DroppedLatentResponse(kind="place", name=name, **dict(self._found(note)))

    def _found(self, note: dict[str, Any]) -> LatentResponse:
        """Where a note's latent is now: in its own model if that is here, else its coordinates in any that takes
        them."""
        from gan_core.latents.metadata import check_schema
        from gan_core.latents.spec import LatentSpec

        check_schema(note)
        spec = LatentSpec.from_json(note.get("latent", {}))
        numbers, name = note.get("z"), str(note.get("model", ""))
        vector = None if not isinstance(numbers, list) else _vector(numbers, spec)
        known, step, words = origin(self._controller, note)
        if known is None:
            if vector is None and spec.amounts:
                raise InputError(f"The picture was made with {name}, which is not here.")
            same = "this is the same place" if vector is None else "these are the same numbers"
            words = f"Made with {name}, which is not here: {same} in the model that is open."
            return LatentResponse(model=None, step=None, latent=Latent.of(vector or spec), words=words)
        model, _ = self._controller.model(known)
        if vector is not None and not self._same(known, model, spec, vector.vector):
            vector.latent(model.latent_dim)  # raises for coordinates of another model
            spec = vector
        return LatentResponse(model=known, step=step, latent=Latent.of(spec), words=words)

    def _same(self, name: str, model: GeneratorModel, spec: LatentSpec, numbers: tuple[float, ...]) -> bool:
        """Whether a latent still has these coordinates: a direction that it used may be gone, or another one by now."""
        try:
            found = spec.latent(model.latent_dim, self._controller.directions(name, model)).tolist()
        except InputError:
            return False
        return len(found) == len(numbers) and all(
            abs(one - other) <= CLOSE for one, other in zip(found, numbers, strict=True)
        )


def _note(view: LatentView) -> dict[str, Any]:
    """The recipe inside a picture or favourite: see `gan_core.latents.metadata`."""
    from gan_core.latents.metadata import signed

    return {
        **signed(view.name, view.model.card, view.step),
        "latent": view.spec.to_json(),
        "z": [round(number, 5) for number in view.latent.tolist()],
        "class": None if view.weights is None else [round(weight, 5) for weight in view.weights.tolist()],
    }


def _favourite(entry: dict[str, Any]) -> Favourite | None:
    """A favourite as it travels; None for one that cannot be read. Those of early versions are read as files of them
    are."""
    from gan_core.latents.spec import LatentSpec

    try:
        values = {name: entry[name] for name in ENTRIES if name in entry}
        latent = Latent.of(LatentSpec.from_json(entry.get("latent")))
        return Favourite.model_validate({**values, "step": entry.get("step"), "latent": latent})
    except (InputError, ValidationError):
        return None


def _vector(numbers: list[Any], spec: LatentSpec) -> LatentSpec:
    """The latent with these coordinates and the class of `spec`. Raises InputError for what is no coordinate."""
    from dataclasses import replace

    from gan_core.latents.spec import LatentSpec

    vector = LatentSpec.from_json({"kind": "vector", "vector": numbers})
    return replace(vector, label=spec.label, towards=spec.towards, mix=spec.mix)
