"""Directions: a slider for every kind of change in the pictures, marking, locking, names, arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.ui.explore.controller import ExploreController, LatentView
from gan_core.ui.explore.direction_searches import DirectionSearches
from gan_core.ui.explore.drawing import as_url
from gan_core.ui.explore.panel import Panel
from gan_core.ui.explore.protocol import GeneratorRequest, Latent, LatentDirection, Refusal
from gan_core.ui.explore.protocol.directions import (
    CalculatedLatentResponse,
    CalculateRequest,
    DirectionEndsRequest,
    DirectionEndsResponse,
    DirectionsResponse,
    DraftDirectionResponse,
    MarkedRequest,
    MarkedResponse,
    MarkingGridRequest,
    MarkingGridResponse,
    RemoveDirectionRequest,
    RenameDirectionRequest,
    SavedDirectionResponse,
    SaveDirectionRequest,
)
from gan_core.ui.protocol import server_function
from gan_core.ui.threads import one_thread

if TYPE_CHECKING:
    from torch import Tensor

    from gan_core.latents.directions import Directions
    from gan_core.latents.directions.attributes import Attribute
    from gan_core.models.generator import GeneratorModel

KIND = "directions"
GRID = 24
"""Pictures to mark."""
MOST_DRAFTS = 50
"""Of one model; the oldest are forgotten first."""
DIGITS = 6


class DirectionsPanel(Panel):
    """The server functions of directions."""

    name, title, files = "directions", "Directions", ("directions", "new-directions", "direction-course")

    def __init__(self, controller: ExploreController) -> None:
        super().__init__(controller)
        self._searches = DirectionSearches(controller)

    def functions(self) -> list[Callable[..., Any]]:
        """The server functions of this panel."""
        return [
            self.directions_list,
            self.directions_renew,
            self.directions_ends,
            self.directions_save,
            self.directions_rename,
            self.directions_remove,
            self.directions_grid,
            self.directions_point,
            self.directions_calculate,
            *self._searches.functions(),
        ]

    # Listing ----------------------------------------------------------------------------------------------------

    @server_function
    def directions_list(self, request: GeneratorRequest) -> DirectionsResponse:
        """All directions of a model.

        Computes the main variations where they are not known yet: about half a second.
        """
        return DirectionsResponse(**self._listed(request.model))

    def _listed(self, name: str) -> dict[str, Any]:
        """The fields of a response with all directions."""
        model, directions = self._of(name)
        with one_thread():
            components = directions.components
        found = directions.attributes
        fits = {f"attribute/{each.name}": each for each in found or ()}
        entries = directions.list()
        for entry in entries:
            if entry["id"].startswith("pca/"):
                share = float(components.explained[int(entry["id"].removeprefix("pca/")) - 1])
                entry["words"] = f"{share:.0%} of the variation"
                entry["help"] = "Share of what varies in an early layer of the network from picture to picture"
            elif entry["id"] in fits:
                entry["words"], entry["help"] = _words_of(fits[entry["id"]])
        return {
            "directions": [LatentDirection(**entry) for entry in entries],
            "searched": found is not None,
            "weak": [f"{each.name} ({max(0.0, each.fit):.0%})" for each in found or () if not each.found],
            "wanted": found is None and self._searches.has_table(name),
            "step": directions.step,
            "newest": model.card.steps,
        }

    @server_function
    def directions_renew(self, request: GeneratorRequest) -> DirectionsResponse:
        """The directions of a training as of its newest weights, instead of those that it had when it was opened."""
        self._of(request.model)
        self._controller.renew_directions(request.model)
        return self.directions_list(request)

    @server_function
    def directions_ends(self, request: DirectionEndsRequest) -> DirectionEndsResponse:
        """A picture moved along each direction to both sides, instead of by the amount in force.

        A direction that there is not, or of which locks leave nothing, has its sentence instead.
        """
        view = self._controller.view(request)
        directions = self._controller.directions_of(view)
        ends: dict[str, tuple[str, str] | Refusal] = {}
        for key in request.ids:
            try:
                with one_thread():  # the first of its kind may have to be computed
                    directions[key]
            except InputError as error:
                ends[key] = Refusal(error=str(error))
                continue
            amounts = (-request.amount, request.amount)
            moved = [replace(view.spec, amounts={**view.spec.amounts, key: amount}) for amount in amounts]
            less, more = self._controller.render(view.model, *self._controller.latents(view, moved))
            ends[key] = as_url(less), as_url(more)
        return DirectionEndsResponse(ends=ends)

    # Names --------------------------------------------------------------------------------------------------------

    @server_function
    def directions_save(self, request: SaveDirectionRequest) -> SavedDirectionResponse:
        """Keep a direction, orthogonal to those that it is locked against, under a name.

        Raises:
            InputError: for a name that is taken.
        """
        model, directions = self._of(request.model)
        title = _title(request.name)
        bookmarks = self._controller.bookmarks(request.model)
        if any(each["name"] == title for each in bookmarks.read(KIND)):
            raise InputError(f"There is a direction called {title!r} already; choose another name.")
        vector = [round(number, DIGITS) for number in directions[request.id].tolist()]
        bookmarks.put(KIND, title, {"vector": vector, "steps": model.card.steps})
        return SavedDirectionResponse(**self._listed(request.model), id=f"saved/{title}")

    @server_function
    def directions_rename(self, request: RenameDirectionRequest) -> SavedDirectionResponse:
        """Give a kept direction another name."""
        title = _title(request.name)
        self._controller.bookmarks(request.model).rename(KIND, request.old, title)
        return SavedDirectionResponse(**self._listed(request.model), id=f"saved/{title}")

    @server_function
    def directions_remove(self, request: RemoveDirectionRequest) -> DirectionsResponse:
        """Remove a kept direction."""
        self._controller.bookmarks(request.model).remove(KIND, request.old)
        return self.directions_list(request)

    # Making new ones ----------------------------------------------------------------------------------------------

    @server_function
    def directions_grid(self, request: MarkingGridRequest) -> MarkingGridResponse:
        """Pictures of seeds to mark, of the class and truncation of a latent."""
        view = self._controller.view(request)
        seeds = list(range(request.start, request.start + GRID))
        pictures = self._controller.render(view.model, *self._latents_of(view, seeds))
        return MarkingGridResponse(seeds=seeds, pictures=[as_url(picture) for picture in pictures])

    @server_function
    def directions_point(self, request: MarkedRequest) -> MarkedResponse:
        """The direction from the seeds marked "less" to those marked "more": a draft, and how well the marks determine
        it.

        Raises:
            InputError: for too many marks.
        """
        from gan_core.latents.directions.pointing import MOST_MARKS, point, view_of

        view = self._controller.view(request)
        for side, seeds in (("more", request.more), ("less", request.less)):
            if len(seeds) > MOST_MARKS:
                raise InputError(f"Up to {MOST_MARKS} pictures can be marked {side!r}.")
        more, less = (self._latents_of(view, seeds)[0] for seeds in (request.more, request.less))
        newest, _ = self._controller.model(view.name)
        with one_thread():
            found = point(more, less, view_of(newest.network, newest.latent_dim))
        return MarkedResponse(
            id=self._draft(view.name, request.draft, found.direction), right=found.right, marks=found.marks
        )

    @server_function
    def directions_calculate(self, request: CalculateRequest) -> DraftDirectionResponse | CalculatedLatentResponse:
        """What arithmetic with names of directions and favourites comes to: a draft direction, or a latent to go to."""
        from gan_core.latents.directions.arithmetic import calculate

        model, directions = self._of(request.model)
        with one_thread():
            _ = directions.components  # so that they have names
        named = {entry["name"]: directions[entry["id"]] for entry in directions.list()}
        outcome = calculate(request.text, {**directions, **named}, self._favourites(request.model, model))
        if outcome.kind == "direction":
            return DraftDirectionResponse(id=self._draft(request.model, request.draft, outcome.vector))
        vector = [round(number, DIGITS) for number in outcome.vector.tolist()]
        return CalculatedLatentResponse(latent=Latent(kind="vector", vector=vector))

    def _favourites(self, name: str, model: GeneratorModel) -> Mapping[str, Tensor]:
        """The latents of the model's favourites by name."""
        import torch

        found = {}
        for each in self._controller.bookmarks(name).read("favourites"):
            numbers = each.get("z")
            if isinstance(numbers, list) and len(numbers) == model.latent_dim:
                found[each["name"]] = torch.tensor(numbers, dtype=torch.float32)
        return found

    def _latents_of(self, view: LatentView, seeds: list[int]) -> tuple[Tensor, Tensor | None]:
        """Latents (N, latent_dim) of plain seeds, and the class weights of the view."""
        import torch

        from gan_core.latents.spec import LatentSpec

        if not seeds:
            return torch.empty(0, view.model.latent_dim), None
        spec = view.spec
        plain = LatentSpec(scale=spec.scale, label=spec.label, towards=spec.towards, mix=spec.mix)
        return self._controller.latents(view, [replace(plain, seed=seed) for seed in seeds])

    def _draft(self, name: str, draft: str, vector: Tensor) -> str:
        """Remember a direction without a name; `draft` is what the browser calls it. Its id."""
        from gan_core.latents.directions.catalogue import DRAFT, LOCK

        word = "".join(letter for letter in draft or "new" if letter.isalnum())[:40]
        drafts = self._controller.drafts.setdefault(name, {})
        drafts.pop(DRAFT + word, None)
        drafts[DRAFT + word] = vector.tolist()
        for oldest in list(drafts)[:-MOST_DRAFTS]:
            drafts.pop(oldest, None)
        assert LOCK not in word
        return f"saved/{DRAFT}{word}"

    def _of(self, name: str) -> tuple[GeneratorModel, Directions]:
        """The model as it is now, and its directions."""
        model, _ = self._controller.model(name)
        return model, self._controller.directions(name, model)


def _words_of(attribute: Attribute) -> tuple[str, str]:
    """How sure the direction of an attribute is, in short and in a sentence."""
    words = f"{attribute.fit:.0%} explained"
    sentence = "How much of it a straight direction explains, in pictures that it was not found from"
    if attribute.kind != "table" or attribute.reading is None:
        return words, sentence
    return (
        f"{words}, read {attribute.reading:.0%} right",
        f"{sentence}; and how well it is read off real pictures that its reader has not seen",
    )


def _title(name: str) -> str:
    """The name of a direction without surplus spaces. Raises InputError for a sign that ids use otherwise."""
    from gan_core.latents.directions.catalogue import DRAFT, LOCK

    title = " ".join(name.split())
    for sign in (DRAFT, LOCK):
        if sign in title:
            raise InputError(f"The name of a direction cannot hold {sign!r}.")
    return title
