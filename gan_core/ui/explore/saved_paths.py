"""Paths that are kept with a model, and those that come back in a file; what a path means in a model."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.ui.explore.controller import ExploreController, LatentView, model_of
from gan_core.ui.explore.drawing import as_url
from gan_core.ui.explore.origin import origin

if TYPE_CHECKING:
    from gan_core.latents.paths import LatentPath, ResolvedPath

PATHS = "paths"


class SavedPaths:
    """Every public method takes one object from the browser and answers with one."""

    def __init__(self, desk: ExploreController) -> None:
        self._desk = desk

    def functions(self) -> list[Callable[..., Any]]:
        return [self.path_read, self.path_list, self.path_save, self.path_rename, self.path_remove]

    def path_read(self, wish: Any) -> dict[str, Any]:
        """The path in the `note` of a film: the path, and the model and step that it belongs to, where they are here."""
        note = wish.get("note") if isinstance(wish, dict) else None
        if not isinstance(note, dict):
            raise InputError("A film's note is an object with a path.")
        path = journey_of(note.get("path")).to_json()
        heir, step, words = origin(self._desk, note)
        if heir is None:
            made = str(note.get("model") or "an unknown model")[:100]
            words = f"Made with {made}, which is not here: this is the same path in the open model."
        return {"path": path, "model": heir, "step": step, "words": words}

    def path_list(self, wish: Any) -> dict[str, Any]:
        """The paths kept with a model."""
        return {"paths": self._desk.kept(model_of(wish)).read(PATHS)}

    def path_save(self, wish: Any) -> dict[str, Any]:
        """Keep the path under `name`, with the picture of its first stop; the same name again replaces it."""
        look, journey = look_of(self._desk, wish), journey_of(wish.get("path"))
        course = course_of(self._desk, look, journey)
        first = self._desk.render(
            look.model, course.latents[:1], None if course.weights is None else course.weights[:1]
        )
        value = {
            "path": kept_of(self._desk, look, journey).to_json(),
            "step": look.step,
            "picture": as_url(first[0], kept=True),
        }
        self._desk.kept(look.name).put(PATHS, wish.get("name"), value)
        return self.path_list(wish)

    def path_rename(self, wish: Any) -> dict[str, Any]:
        """Call the path `old` `new`."""
        self._desk.kept(model_of(wish)).rename(PATHS, str(wish.get("old")), str(wish.get("new")))
        return self.path_list(wish)

    def path_remove(self, wish: Any) -> dict[str, Any]:
        """Keep the path `name` no longer."""
        self._desk.kept(model_of(wish)).remove(PATHS, str(wish.get("name")))
        return self.path_list(wish)


def look_of(desk: ExploreController, wish: Any) -> LatentView:
    """The model and moment of a wish; where in latent space it stands does not matter."""
    return desk.look({**wish, "latent": {}} if isinstance(wish, dict) else wish)


def journey_of(value: Any) -> LatentPath:
    """The path that a browser or a file tells. InputError for anything else."""
    from gan_core.latents.paths import LatentPath

    return LatentPath.from_json(value)


def course_of(desk: ExploreController, look: LatentView, journey: LatentPath) -> ResolvedPath:
    """The path in the model of a look. InputError for a stop that this model does not have."""
    return journey.course(look.model.latent_dim, desk.directions_of(look), len(look.model.classes))


def kept_of(desk: ExploreController, look: LatentView, journey: LatentPath) -> LatentPath:
    """The path with the numbers of its stops as they are in the model of a look, for files."""
    return journey.kept(look.model.latent_dim, desk.directions_of(look))
