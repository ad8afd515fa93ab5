"""Paths that are kept with a model, and those that come back in a file; what a path is in a model."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from gan_core.errors import InputError
from gan_core.ui.explore.controller import ExploreController, LatentView
from gan_core.ui.explore.drawing import as_url
from gan_core.ui.explore.origin import origin
from gan_core.ui.explore.protocol import GeneratorRequest, NoteRequest, RenameRequest
from gan_core.ui.explore.protocol.paths import (
    FilmPathResponse,
    PathData,
    SavedPath,
    SavedPathRequest,
    SavedPathsResponse,
    SavePathRequest,
)
from gan_core.ui.protocol import server_function

if TYPE_CHECKING:
    from gan_core.latents.paths import LatentPath, ResolvedPath

PATHS = "paths"


class SavedPaths:
    """The server functions of kept paths."""

    def __init__(self, controller: ExploreController) -> None:
        self._controller = controller

    def functions(self) -> list[Callable[..., Any]]:
        """The server functions of this panel."""
        return [self.path_read, self.path_list, self.path_save, self.path_rename, self.path_remove]

    @server_function
    def path_read(self, request: NoteRequest) -> FilmPathResponse:
        """The path in the note of a film, and the model and step that it belongs to, where they are here."""
        from gan_core.latents.paths import LatentPath

        note = request.note
        path = PathData.of(LatentPath.from_json(note.get("path")))
        model, step, words = origin(self._controller, note)
        if model is None:
            made = str(note.get("model") or "an unknown model")[:100]
            words = f"Made with {made}, which is not here: this is the same path in the open model."
        return FilmPathResponse(path=path, model=model, step=step, words=words)

    @server_function
    def path_list(self, request: GeneratorRequest) -> SavedPathsResponse:
        """The paths kept with a model; those that cannot be read are left out."""
        found = [_saved(entry) for entry in self._controller.bookmarks(request.model).read(PATHS)]
        return SavedPathsResponse(paths=[each for each in found if each is not None])

    @server_function
    def path_save(self, request: SavePathRequest) -> SavedPathsResponse:
        """Keep a path with the picture of its first stop; one of the same name is replaced."""
        view, path = self._controller.view_of(request.model, request.step), request.path.path()
        course = resolved(self._controller, view, path)
        weights = None if course.weights is None else course.weights[:1]
        (first,) = self._controller.render(view.model, course.latents[:1], weights)
        value = {
            "path": with_numbers(self._controller, view, path).to_json(),
            "step": view.step,
            "picture": as_url(first, kept=True),
        }
        self._controller.bookmarks(view.name).put(PATHS, request.name, value)
        return self.path_list(request)

    @server_function
    def path_rename(self, request: RenameRequest) -> SavedPathsResponse:
        """Give a kept path another name."""
        self._controller.bookmarks(request.model).rename(PATHS, request.old, request.new)
        return self.path_list(request)

    @server_function
    def path_remove(self, request: SavedPathRequest) -> SavedPathsResponse:
        """Remove a kept path."""
        self._controller.bookmarks(request.model).remove(PATHS, request.name)
        return self.path_list(request)


def _saved(entry: dict[str, Any]) -> SavedPath | None:
    """A kept path as it travels; None for one that cannot be read."""
    from gan_core.latents.paths import LatentPath

    try:
        path = PathData.of(LatentPath.from_json(entry.get("path")))
        values = {"name": entry["name"], "step": entry.get("step"), "picture": entry.get("picture"), "path": path}
        return SavedPath.model_validate(values)
    except (InputError, ValidationError):
        return None


def resolved(controller: ExploreController, view: LatentView, path: LatentPath) -> ResolvedPath:
    """The path in the model of a view.

    Raises:
        InputError: for a stop that this model does not have.
    """
    return path.course(view.model.latent_dim, controller.directions_of(view), len(view.model.classes))


def with_numbers(controller: ExploreController, view: LatentView, path: LatentPath) -> LatentPath:
    """The path with the coordinates of its stops as they are in the model of a view, for files."""
    return path.kept(view.model.latent_dim, controller.directions_of(view))
