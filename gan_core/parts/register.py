"""`register`: how a part is entered, in this package, in a plugin and in a notebook alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from gan_core.parts.kinds import KINDS
from gan_core.parts.option import Option

P = TypeVar("P", bound=Callable[..., Any])
Options = Mapping[str, Option] | None
Tags = Sequence[str]


class Register:
    """Decorators that enter parts by kind: `@register.objective("mine")`.

    All take the same: `name`, by which recipes call the part; `title`, what people call it; `summary`, one sentence;
    `options`, what is to be said of its options by name; `tags`. Only the name is needed: without a summary the first
    sentence of the docstring serves, and options are what the signature has a default for, explained by the docstring's
    `Args:`. Arguments are checked against types, limits and choices whenever the part is called.

    Raises ValueError for a name that is taken and for a part that no recipe could use.
    """

    def objective(
        self, name: str, *, title: str = "", summary: str = "", options: Options = None, tags: Tags = ()
    ) -> Callable[[P], P]:
        """A function of its options that gives a `gan_core.objectives.Objective`."""
        return KINDS["objective"].register(name, title=title, summary=summary, options=options, tags=tags)

    def penalty(
        self, name: str, *, title: str = "", summary: str = "", options: Options = None, tags: Tags = ()
    ) -> Callable[[P], P]:
        """A function of its options that gives a `gan_core.penalties.Penalty`."""
        return KINDS["penalty"].register(name, title=title, summary=summary, options=options, tags=tags)

    def generator(
        self, name: str, *, title: str = "", summary: str = "", options: Options = None, tags: Tags = ()
    ) -> Callable[[P], P]:
        """A class or function that makes a `torch.nn.Module`: latents (N, latent_dim) to pictures (N, channels, size, size)
        in [-1, 1]. It is given latent_dim, size, channels, and classes where it takes them."""
        return KINDS["generator"].register(name, title=title, summary=summary, options=options, tags=tags)

    def discriminator(
        self, name: str, *, title: str = "", summary: str = "", options: Options = None, tags: Tags = ()
    ) -> Callable[[P], P]:
        """A class or function that makes a `torch.nn.Module`: pictures (N, channels, size, size) to logits, (N,) or a map.
        It is given size, channels, and classes where it takes them."""
        return KINDS["discriminator"].register(name, title=title, summary=summary, options=options, tags=tags)

    def translator(
        self, name: str, *, title: str = "", summary: str = "", options: Options = None, tags: Tags = ()
    ) -> Callable[[P], P]:
        """A class or function that makes a `torch.nn.Module`: pictures (N, channels, H, W) to (N, out_channels, H, W) in
        [-1, 1]. It is given channels and out_channels (None: as many). Sides are multiples of its attribute `multiple`."""
        return KINDS["translator"].register(name, title=title, summary=summary, options=options, tags=tags)

    def solver(
        self,
        name: str,
        *,
        title: str = "",
        summary: str = "",
        options: Options = None,
        tags: Tags = (),
        cost: str = "",
        on_a_rotation: str = "",
    ) -> Callable[[P], P]:
        """A `gan_core.solvers.Solver`. `cost` says what a step takes, such as `two gradients a player`; `on_a_rotation`,
        one sentence, what is seen on a game of two numbers."""
        return KINDS["solver"].register(
            name, title=title, summary=summary, options=options, tags=tags, cost=cost, on_a_rotation=on_a_rotation
        )

    def optimizer(
        self, name: str, *, title: str = "", summary: str = "", options: Options = None, tags: Tags = ()
    ) -> Callable[[P], P]:
        """A function of one player's parameters, a list of tensors, and its options that gives a `torch.optim.Optimizer`. The
        tag `divides` says that a step divides by the size of gradients, so that it is not smooth where they are 0."""
        return KINDS["optimizer"].register(name, title=title, summary=summary, options=options, tags=tags)

    def game(
        self, name: str, *, title: str = "", summary: str = "", options: Options = None, tags: Tags = ()
    ) -> Callable[[P], P]:
        """A `gan_core.games.Game` made from generators, discriminators, objective, penalty and arithmetic, like the ones of
        this package. The tags `AtoB` and `BtoA` say which ways it translates."""
        return KINDS["game"].register(name, title=title, summary=summary, options=options, tags=tags)

    def dataset(
        self, name: str, *, title: str = "", summary: str = "", tags: Tags = (), licence: str = "", **details: Any
    ) -> Callable[[P], P]:
        """A function that gives a `gan_core.data.DataSet`; it is given those of size, channels, seed and progress that it
        takes. `licence` is that of the pictures."""
        return KINDS["dataset"].register(name, title=title, summary=summary, tags=tags, licence=licence, **details)

    def metric(
        self, name: str, *, title: str = "", summary: str = "", tags: Tags = (), lower_is_better: bool = True
    ) -> Callable[[P], P]:
        """A function of generated and real pictures, both uint8 (N, C, H, W), that gives a number."""
        return KINDS["metric"].register(name, title=title, summary=summary, tags=tags, lower_is_better=lower_is_better)

    def augmentation(self, name: str, *, title: str = "", summary: str = "", tags: Tags = ()) -> Callable[[P], P]:
        """A function of pictures, float (N, C, H, W) in [-1, 1], and a `torch.Generator` that gives changed pictures."""
        return KINDS["augmentation"].register(name, title=title, summary=summary, tags=tags)

    def initialisation(
        self, name: str, *, title: str = "", summary: str = "", options: Options = None, tags: Tags = ()
    ) -> Callable[[P], P]:
        """A function of a network and its options that draws the network's first weights in place."""
        return KINDS["initialisation"].register(name, title=title, summary=summary, options=options, tags=tags)


register = Register()
