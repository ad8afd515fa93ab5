"""`register`: the decorators with which this package, plugins and notebooks register parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from gan_core.parts.kinds import KINDS
from gan_core.parts.option import Option

P = TypeVar("P", bound=Callable[..., Any])
Options = Mapping[str, Option] | None
Tags = Sequence[str]


class Register:
    """Decorators that register parts by kind: `@register.objective("mine")`.

    Only the name is needed. Arguments are checked against types, limits and choices whenever the part is called.

    Args:
        name: by which recipes call the part.
        title: what users see; without it, the name with a capital letter.
        summary: one sentence; without it, the first sentence of the docstring.
        options: label, help, limits and choices of the part's options by name. Options are the parameters that have a
            default; without an entry here the signature and the `Args:` of the docstring describe them.
        tags: which forms offer the part; see `PartInfo.tags`.

    Returns, from every method, a decorator that registers the class or function below it.

    Raises:
        ValueError: for a name that is taken, for a part that no recipe could use, and for what is neither a class nor a
            function.
    """

    def objective(
        self, name: str, *, title: str = "", summary: str = "", options: Options = None, tags: Tags = ()
    ) -> Callable[[P], P]:
        """Register a function of its options that returns a `gan_core.objectives.Objective`."""
        return KINDS["objective"].register(name, title=title, summary=summary, options=options, tags=tags)

    def penalty(
        self, name: str, *, title: str = "", summary: str = "", options: Options = None, tags: Tags = ()
    ) -> Callable[[P], P]:
        """Register a function of its options that returns a `gan_core.penalties.Penalty`."""
        return KINDS["penalty"].register(name, title=title, summary=summary, options=options, tags=tags)

    def generator(
        self, name: str, *, title: str = "", summary: str = "", options: Options = None, tags: Tags = ()
    ) -> Callable[[P], P]:
        """Register a `torch.nn.Module` or a function that returns one: a generator.

        It maps latents (N, latent_dim) to pictures (N, channels, size, size) in [-1, 1]. It is given latent_dim, size,
        channels, and classes where it takes them.
        """
        return KINDS["generator"].register(name, title=title, summary=summary, options=options, tags=tags)

    def discriminator(
        self, name: str, *, title: str = "", summary: str = "", options: Options = None, tags: Tags = ()
    ) -> Callable[[P], P]:
        """Register a `torch.nn.Module` or a function that returns one: a discriminator.

        It maps pictures (N, channels, size, size) to logits, (N,) or a map (N, 1, h, w). It is given size, channels,
        and classes where it takes them.
        """
        return KINDS["discriminator"].register(name, title=title, summary=summary, options=options, tags=tags)

    def translator(
        self, name: str, *, title: str = "", summary: str = "", options: Options = None, tags: Tags = ()
    ) -> Callable[[P], P]:
        """Register a `torch.nn.Module` or a function that returns one: a generator from pictures to pictures.

        It maps pictures (N, channels, H, W) to (N, out_channels, H, W) in [-1, 1]. It is given channels and
        out_channels (None: as many). H and W are multiples of its attribute `multiple`.
        """
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
        """Register a subclass of `gan_core.solvers.Solver`.

        Args:
            cost: what a step takes, such as `two gradients a player`.
            on_a_rotation: one sentence: what is seen on a bilinear game of two numbers.
        """
        return KINDS["solver"].register(
            name, title=title, summary=summary, options=options, tags=tags, cost=cost, on_a_rotation=on_a_rotation
        )

    def optimizer(
        self, name: str, *, title: str = "", summary: str = "", options: Options = None, tags: Tags = ()
    ) -> Callable[[P], P]:
        """Register a function that returns a `torch.optim.Optimizer`.

        Its first argument is the list of one player's parameters, followed by its options. The tag `divides` says that
        a step divides by the size of gradients, so that it is not smooth where they are 0.
        """
        return KINDS["optimizer"].register(name, title=title, summary=summary, options=options, tags=tags)

    def game(
        self, name: str, *, title: str = "", summary: str = "", options: Options = None, tags: Tags = ()
    ) -> Callable[[P], P]:
        """Register a subclass of `gan_core.games.Game`.

        It is given generators, discriminators, objective, penalty and arithmetic, in this order, like the games of this
        package. The tags `AtoB` and `BtoA` say in which directions it translates.
        """
        return KINDS["game"].register(name, title=title, summary=summary, options=options, tags=tags)

    def dataset(
        self, name: str, *, title: str = "", summary: str = "", tags: Tags = (), licence: str = "", **details: Any
    ) -> Callable[[P], P]:
        """Register a function that returns a `gan_core.data.DataSet`.

        It is given those of size, channels, seed and progress that it takes.

        Args:
            licence: that of the pictures.
            details: other fields of `gan_core.data.DataSource`.
        """
        return KINDS["dataset"].register(name, title=title, summary=summary, tags=tags, licence=licence, **details)

    def metric(
        self, name: str, *, title: str = "", summary: str = "", tags: Tags = (), lower_is_better: bool = True
    ) -> Callable[[P], P]:
        """Register a function of generated and real pictures, both uint8 (N, C, H, W), that returns a number.

        Args:
            lower_is_better: False where better pictures get larger values.
        """
        return KINDS["metric"].register(name, title=title, summary=summary, tags=tags, lower_is_better=lower_is_better)

    def augmentation(self, name: str, *, title: str = "", summary: str = "", tags: Tags = ()) -> Callable[[P], P]:
        """Register a function that changes training pictures at random.

        It maps pictures, float (N, C, H, W) in [-1, 1], and a `torch.Generator` on the same device to changed pictures.
        """
        return KINDS["augmentation"].register(name, title=title, summary=summary, tags=tags)

    def initialisation(
        self, name: str, *, title: str = "", summary: str = "", options: Options = None, tags: Tags = ()
    ) -> Callable[[P], P]:
        """Register a function that draws a network's first weights in place; it takes the network and its options."""
        return KINDS["initialisation"].register(name, title=title, summary=summary, options=options, tags=tags)


register = Register()
