"""Directions: sliders for every way in which pictures change, pointing, locking, names, arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.ui.explore.controller import ExploreController, LatentView
from gan_core.ui.explore.direction_searches import DirectionSearches
from gan_core.ui.explore.drawing import as_url
from gan_core.ui.threads import one_thread

if TYPE_CHECKING:
    from torch import Tensor

    from gan_core.latents.directions import Directions
    from gan_core.models.generator import GeneratorModel

KIND = "directions"
FARTHEST_END = 10.0
MOST_ENDS = 16
"""Directions whose two ends one request asks for."""
GRID = 24
"""Pictures to point at."""
LARGEST_START = 2**31
MOST_DRAFTS = 50
"""Of one model; the oldest are forgotten first."""
DIGITS = 6


class DirectionsPanel:
    """Every public method takes one object from the browser and answers with one."""

    def __init__(self, desk: ExploreController) -> None:
        self._desk = desk
        self._searches = DirectionSearches(desk)

    def functions(self) -> list[Callable[..., Any]]:
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

    # What there is ------------------------------------------------------------------------------------------------

    def directions_list(self, wish: Any) -> dict[str, Any]:
        """All directions of a model, with `words` on each; whether attributes were `searched`, and which are too `weak`.

        `step` is the training step that they are of; a training's model may be at a `newest` one by now. Computes the
        main variations if nobody has yet: about half a second.
        """
        _, model, directions = self._of(wish)
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
                entry["words"] = f"{fits[entry['id']].fit:.0%} explained"
                entry["help"] = "How much of it a straight direction explains, in pictures that it was not found from"
        weak = [f"{each.name} ({max(0.0, each.fit):.0%})" for each in found or () if not each.found]
        steps = {"step": directions.step, "newest": model.card.steps}
        return {"directions": entries, "searched": found is not None, "weak": weak, **steps}

    def directions_renew(self, wish: Any) -> dict[str, Any]:
        """The directions of a training as of its newest weights, instead of those that it had when it was opened."""
        name, _, _ = self._of(wish)
        self._desk.renew_directions(name)
        return self.directions_list(wish)

    def directions_ends(self, wish: Any) -> dict[str, Any]:
        """The picture of a wish moved along each of `ids` by -`amount` and by +`amount`, instead of by what it is now.

        A direction that there is not, or of which locks leave nothing, has its sentence instead.
        """
        look = self._desk.look(wish)
        ids, amount = wish.get("ids"), wish.get("amount", 3)
        if not isinstance(ids, list) or len(ids) > MOST_ENDS or not all(isinstance(key, str) for key in ids):
            raise InputError(f"The ends of up to {MOST_ENDS} directions are drawn at a time.")
        if isinstance(amount, bool) or not isinstance(amount, (int, float)) or not 0 < amount <= FARTHEST_END:
            raise InputError(f"How far the ends are is a number up to {FARTHEST_END:g}, not {amount!r}.")
        directions = self._desk.directions_of(look)
        ends: dict[str, Any] = {}
        for key in ids:
            try:
                with one_thread():  # the first of its kind may have to be computed
                    directions[key]
            except InputError as error:
                ends[key] = {"error": str(error)}
                continue
            moved = [replace(look.place, amounts={**look.place.amounts, key: side * amount}) for side in (-1, 1)]
            ends[key] = [as_url(picture) for picture in self._desk.render(look.model, *self._desk.latents(look, moved))]
        return {"ends": ends}

    # Names --------------------------------------------------------------------------------------------------------

    def directions_save(self, wish: Any) -> dict[str, Any]:
        """Keep the direction `id`, as it is with its locks, under `name`."""
        from gan_core.latents.directions.catalogue import DRAFT, LOCK

        name, model, directions = self._of(wish)
        title = " ".join(str(wish.get("name") or "").split())
        _check_name(title, DRAFT, LOCK)
        kept = self._desk.kept(name)
        if any(each["name"] == title for each in kept.read(KIND)):
            raise InputError(f"There is a direction called {title!r} already; choose another name.")
        vector = [round(number, DIGITS) for number in directions[str(wish.get("id"))].tolist()]
        kept.put(KIND, title, {"vector": vector, "steps": model.card.steps})
        return {**self.directions_list(wish), "id": f"saved/{title}"}

    def directions_rename(self, wish: Any) -> dict[str, Any]:
        """Call the kept direction `old` `name`."""
        from gan_core.latents.directions.catalogue import DRAFT, LOCK

        name, _, _ = self._of(wish)
        title = " ".join(str(wish.get("name") or "").split())
        _check_name(title, DRAFT, LOCK)
        self._desk.kept(name).rename(KIND, str(wish.get("old")), title)
        return {**self.directions_list(wish), "id": f"saved/{title}"}

    def directions_remove(self, wish: Any) -> dict[str, Any]:
        """Forget the kept direction `old`."""
        name, _, _ = self._of(wish)
        self._desk.kept(name).remove(KIND, str(wish.get("old")))
        return self.directions_list(wish)

    # Making new ones ----------------------------------------------------------------------------------------------

    def directions_grid(self, wish: Any) -> dict[str, Any]:
        """Pictures of seeds from `start` on, of the class and truncation of a wish, to point at."""
        look, start = self._desk.look(wish), _seed(wish.get("start", 0))
        seeds = list(range(start, start + GRID))
        latents, weights = self._latents_of(look, seeds)
        pictures = self._desk.render(look.model, latents, weights)
        return {"seeds": seeds, "pictures": [as_url(picture) for picture in pictures]}

    def directions_point(self, wish: Any) -> dict[str, Any]:
        """The direction from the seeds marked `less` to those marked `more`: a draft, and how sure the marks are of it."""
        from gan_core.latents.directions.pointing import MOST_MARKS, point, view_of

        look = self._desk.look(wish)

        def marked(side: str) -> Tensor:
            seeds = wish.get(side)
            if not isinstance(seeds, list) or len(seeds) > MOST_MARKS:
                raise InputError(f"Up to {MOST_MARKS} pictures can be marked {side!r}.")
            return self._latents_of(look, [_seed(seed) for seed in seeds])[0]

        newest, _ = self._desk.model(look.name)
        with one_thread():
            pointed = point(
                marked("more"),
                marked("less"),
                view_of(newest.network, newest.latent_dim),
                str(wish.get("method", "logistic")),
            )
        return {"id": self._draft(look.name, wish, pointed.direction), "right": pointed.right, "marks": pointed.marks}

    def directions_calculate(self, wish: Any) -> dict[str, Any]:
        """What `text`, arithmetic with names of directions and favourites, comes to: a draft direction or a place to go to."""
        from gan_core.latents.directions.arithmetic import calculate

        name, model, directions = self._of(wish)
        with one_thread():
            _ = directions.components  # so that they have names
        named = {entry["name"]: directions[entry["id"]] for entry in directions.list()}
        outcome = calculate(str(wish.get("text") or ""), {**directions, **named}, self._favourites(name, model))
        if outcome.kind == "direction":
            return {"id": self._draft(name, wish, outcome.vector)}
        return {"latent": {"kind": "vector", "vector": [round(number, DIGITS) for number in outcome.vector.tolist()]}}

    def _favourites(self, name: str, model: GeneratorModel) -> Mapping[str, Tensor]:
        """The latents of the model's favourites by name."""
        import torch

        found = {}
        for each in self._desk.kept(name).read("favourites"):
            numbers = each.get("z")
            if isinstance(numbers, list) and len(numbers) == model.latent_dim:
                found[each["name"]] = torch.tensor(numbers, dtype=torch.float32)
        return found

    def _latents_of(self, look: LatentView, seeds: list[int]) -> tuple[Tensor, Tensor | None]:
        """Latents (N, latent_dim) of plain seeds, and the class weights of the place where one stands."""
        import torch

        from gan_core.latents.spec import LatentSpec

        if not seeds:
            return torch.empty(0, look.model.latent_dim), None
        plain = LatentSpec(
            scale=look.place.scale, label=look.place.label, towards=look.place.towards, mix=look.place.mix
        )
        return self._desk.latents(look, [replace(plain, seed=seed) for seed in seeds])

    def _draft(self, name: str, wish: Any, vector: Tensor) -> str:
        """Remember a direction without a name; `draft` is what the browser calls it. Its id."""
        from gan_core.latents.directions.catalogue import DRAFT, LOCK

        word = "".join(letter for letter in str(wish.get("draft") or "new") if letter.isalnum())[:40]
        drafts = self._desk.drafts.setdefault(name, {})
        drafts.pop(DRAFT + word, None)
        drafts[DRAFT + word] = vector.tolist()
        for oldest in list(drafts)[:-MOST_DRAFTS]:
            drafts.pop(oldest, None)
        assert LOCK not in word
        return f"saved/{DRAFT}{word}"

    def _of(self, wish: Any) -> tuple[str, GeneratorModel, Directions]:
        """The model of a wish as it is now, and its directions."""
        if not isinstance(wish, dict):
            raise InputError("A wish is an object with a model.")
        model, _ = self._desk.model(wish.get("model"))
        name = str(wish["model"])
        return name, model, self._desk.directions(name, model)


def _check_name(name: str, *reserved: str) -> None:
    for sign in reserved:
        if sign in name:
            raise InputError(f"The name of a direction cannot hold {sign!r}.")


def _seed(value: Any) -> int:
    from gan_core.networks.registries import whole_number

    return whole_number("A seed to point at", value, 0, LARGEST_START)
