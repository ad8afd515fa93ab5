"""All directions that a model has, by id, each computed when it is first asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from gan_core.errors import InputError
from gan_core.latents.directions.attributes import Attribute, remember, remembered
from gan_core.latents.directions.closed_form import strongest
from gan_core.latents.directions.components import Components, principal_components
from gan_core.latents.directions.stored import from_card
from gan_core.latents.directions.vectors import locked, unit
from gan_core.parts import unknown

if TYPE_CHECKING:
    from gan_core.models.generator import GeneratorModel

COUNT = 8
"""Of the closed form's and of the components' directions."""
GROUPS = {"sefa": "Strongest changes", "pca": "Main variations", "attribute": "Attributes", "saved": "Your own"}
"""What the first part of an id means, in the order in which a person sees them."""


TITLES = {"sefa": "Direction", "pca": "Variation"}
"""What the numbered ones are called."""
DIGITS = 4
"""Of the number of a direction at most."""
LOCK = "|"
DRAFT = "~"
"""The names of saved directions that have not been given one yet begin with this; they are not listed."""


class Directions(Mapping[str, Tensor]):
    """Directions of one model by id, unit vectors float32 (latent_dim,): `sefa/1`, `pca/1`, `attribute/slant`,
    `saved/smile`.

    `pca/2|sefa/1|attribute/slant` is what is left of `pca/2` at right angles to the others: locked against them.

    They are those of the model's weights as of the first use: a slider of a training that goes on keeps its meaning.
    Any number of threads may ask; two that ask for the same at once wait for one computation.
    """

    def __init__(self, model: GeneratorModel, saved: Callable[[], Mapping[str, Sequence[float]]] = dict) -> None:
        self._model = model
        self._saved = saved
        # One for each kind: sliding along one does not wait for another that is being computed.
        self._locks = {kind: threading.Lock() for kind in ("sefa", "pca", "attribute")}
        self._strongest: Tensor | None = None
        self._components: Components | None = None
        self._attributes: Sequence[Attribute] | None = None
        self._looked = False

    def __getitem__(self, key: str) -> Tensor:
        found = self._single(str(key))
        if found is None and LOCK in str(key):
            first, *others = str(key).split(LOCK)
            return locked(self[first], {other: self[other] for other in others}, first)
        if found is None:
            raise InputError(self._unknown(str(key)))
        return found

    def _unknown(self, key: str) -> str:
        kind, _, name = key.partition("/")
        if kind == "saved" and name.startswith(DRAFT):
            return "The picture was moved along a direction that was never given a name and is forgotten by now."
        if kind == "saved":
            return f"This model has no direction of your own called {name[:60]!r} (any more)."
        return unknown("direction", key[:80], list(self))

    def _single(self, key: str) -> Tensor | None:
        kind, _, name = key.partition("/")
        if kind in ("sefa", "pca") and name.isdecimal() and len(name) <= DIGITS:
            found = self.strongest if kind == "sefa" else self.components.directions
            return found[int(name) - 1] if 1 <= int(name) <= len(found) else None
        if kind == "saved" and name in (saved := self._saved()):
            return self._own(name, saved[name])
        if kind == "attribute":
            for each in self.attributes or ():
                if each.name == name and each.found:
                    return torch.tensor(each.vector)
            if self.attributes is None:
                raise InputError(
                    f"The attribute {name[:60]} has not been looked for in this model yet: "
                    'press "Find attributes" under Directions.'
                )
        return None

    def __iter__(self) -> Iterator[str]:
        return iter([entry["id"] for entry in self.list()])

    def __len__(self) -> int:
        return len(self.list())

    @property
    def step(self) -> int:
        """The training step of the weights that they are of."""
        return self._model.card.steps

    @property
    def strongest(self) -> Tensor:
        """(K, latent_dim), milliseconds."""
        with self._locks["sefa"]:
            if self._strongest is None:
                self._strongest = strongest(self._model.network, self._model.latent_dim, COUNT)
            return self._strongest

    @property
    def components(self) -> Components:
        """Of an early layer; about a second at first use."""
        with self._locks["pca"]:
            if self._components is None:
                self._components = principal_components(self._model.network, self._model.latent_dim, COUNT)
            return self._components

    @property
    def attributes(self) -> Sequence[Attribute] | None:
        """What was found of attributes, here, before for the same weights, or as the model's file says; None if they
        were never looked for."""
        with self._locks["attribute"]:
            if self._attributes is None and not self._looked:
                known = remembered(self._model) or from_card(self._model.card, self._model.latent_dim)
                self._attributes, self._looked = known, True
            return self._attributes

    def learn(self, found: Sequence[Attribute]) -> None:
        """Enter the directions of attributes under `attribute/NAME`, and keep them for the next time."""
        remember(self._model, found)
        with self._locks["attribute"]:
            self._attributes, self._looked = list(found), True

    def list(self) -> list[dict[str, Any]]:
        """`{"id", "name", "group"}` of each, at once: main variations only once `components` was requested.

        Only then is it known how many there are.
        """
        components = self._components
        names = {
            "sefa": [str(index + 1) for index in range(min(COUNT, self._model.latent_dim))],
            "pca": [] if components is None else [str(index + 1) for index in range(len(components.linear))],
            "attribute": [each.name for each in self.attributes or () if each.found],
            "saved": [name for name, vector in self._saved().items() if self._is_listed(name, vector)],
        }
        return [
            {"id": f"{kind}/{name}", "name": f"{TITLES[kind]} {name}" if kind in TITLES else name, "group": group}
            for kind, group in GROUPS.items()
            for name in names[kind]
        ]

    def _fits(self, vector: Sequence[float]) -> bool:
        return len(vector) == self._model.latent_dim

    def _is_listed(self, name: str, vector: Sequence[float]) -> bool:
        return self._fits(vector) and not name.startswith(DRAFT)

    def _own(self, name: str, vector: Sequence[float]) -> Tensor:
        if not self._fits(vector):
            raise InputError(
                f"The direction {name} has {len(vector)} numbers; this model's latents have {self._model.latent_dim}."
            )
        return unit(torch.tensor(vector, dtype=torch.float64), name)
