"""Base class of games, and of the batch that a step of a solver is computed on."""

from __future__ import annotations

import contextlib
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn
from torch.func import functional_call

from gan_core.devices import Arithmetic, at_least_float32
from gan_core.parts import Registry, registry

Parameters = Mapping[str, Tensor]
"""One player's parameters by name."""
Position = Mapping[str, Parameters]
"""A point of the joint parameter space, by player. A player's mapping is a snapshot: to move the player, a new mapping
takes its place (the tensors may be the same), so that identity tells whether it moved."""


class Batch:
    """Every draw of one step: real pictures, latents, augmentation, pool choices.

    A look-ahead or a line search that evaluates a batch twice therefore sees one and the same function.
    """

    def __init__(self, seed: int = 0) -> None:
        """`seed` fixes everything that is drawn later: noise, places between real and generated samples, dropout."""
        self.seed = seed
        self.pending: dict[str, Any] = {}
        """What `Game.commit` is to make permanent: buffers by player, and a game's own state."""
        self._memo: dict[str, tuple[Parameters, Any]] = {}
        self._drawn: dict[str, Tensor] = {}

    def normal(self, purpose: str, like: Tensor) -> Tensor:
        """Numbers from N(0, 1) in the shape of `like`; the same in every call with the same `purpose`."""
        return self._draw(purpose, like, torch.randn)

    def uniform(self, purpose: str, count: int, like: Tensor) -> Tensor:
        """`count` numbers in [0, 1) of the type of `like`, on its device; the same in every call with the same
        `purpose`."""
        return self._draw(purpose, like.new_empty(count), torch.rand)

    def places(self, purpose: str, count: int, total: int, device: torch.device) -> Tensor:
        """`count` different whole numbers below `total` (all of them if there are fewer), int64, in random order."""
        return self._fixed(purpose, lambda generator: torch.randperm(total, generator=generator)[:count].to(device))

    def coin(self, purpose: str) -> bool:
        """A random bool on the CPU, True half of the time; the same in every call with the same `purpose`."""
        return bool(self._fixed(purpose, lambda generator: torch.rand((), generator=generator)) < 0.5)

    def drawn(self, purpose: str, draw: Callable[[torch.Generator], Tensor]) -> Tensor:
        """`draw(generator)`, its generator on the CPU; the same in every call with the same `purpose`."""
        return self._fixed(purpose, draw)

    def _draw(self, purpose: str, like: Tensor, draw: Callable[..., Tensor]) -> Tensor:
        return self._fixed(
            purpose, lambda generator: draw(like.shape, generator=generator, dtype=like.dtype).to(like.device)
        )

    def _fixed(self, purpose: str, draw: Callable[[torch.Generator], Tensor]) -> Tensor:
        if purpose not in self._drawn:
            digest = zlib.crc32(purpose.encode())
            self._drawn[purpose] = draw(torch.Generator().manual_seed((self.seed * 1_000_003 + digest) % 2**63))
        return self._drawn[purpose]

    def once(self, what: str, parameters: Parameters, make: Callable[[], Any]) -> Any:
        """`make()`, or its result of an earlier call if the player has not moved since.

        Two players that need the same generated pictures share one forward pass through the generator.

        Args:
            what: Names the result.
            parameters: The player's, as in a `Position`; their identity tells whether it has moved.
            make: Called without arguments.
        """
        known = self._memo.get(what)
        if known is None or known[0] is not parameters:
            known = self._memo[what] = (parameters, make())
        return known[1]


B = TypeVar("B", bound=Batch)

DROPOUTS = (nn.Dropout, nn.Dropout1d, nn.Dropout2d)


class PlayerGroup(nn.Module):
    """Several networks that one player moves: `group("AtoB", x)`."""

    def __init__(self, **members: nn.Module) -> None:
        super().__init__()
        self.members = nn.ModuleDict(members)

    def forward(self, member: str, *inputs: Any, ask: str | None = None) -> Any:
        """Call the network `member`, or its method `ask` where that is given, with `inputs`."""
        network = self.members[member]
        return network(*inputs) if ask is None else getattr(network, ask)(*inputs)


class Game(ABC, Generic[B]):
    """Players and their losses as functions of *given* parameters.

    The graph between the players is intact: the derivative of one player's loss by another's parameters is there for
    solvers that need it. A first-order solver hands in the others' parameters detached, which cuts it, or asks for
    the gradient of its own player only. What is not a parameter (BatchNorm statistics, an image pool) never changes
    while losses are evaluated; `commit` applies it once a step.
    """

    def __init__(self, players: Mapping[str, nn.Module], arithmetic: Arithmetic) -> None:
        self.players = dict(players)
        self.arithmetic = arithmetic
        self.statistics: dict[str, Tensor] = {}
        """Scalars of the latest evaluations, detached and on the device: scores, terms of the losses."""
        self._held: dict[str, list[tuple[Tensor, Tensor]]] = {}
        self._drops = {
            player: any(isinstance(module, DROPOUTS) and module.p > 0 for module in network.modules())
            for player, network in self.players.items()
        }

    @property
    def sides(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The players by side, in their usual order: generators, and discriminators."""
        first, *rest = self.players
        return (first,), tuple(rest)

    @property
    def zero_sum(self) -> bool:
        """Whether two players' losses add up to a constant in what both of them move."""
        return False

    @property
    def has_joint(self) -> bool:
        """Whether there is a `joint` loss."""
        return False

    def joint(self, position: Position, batch: B) -> Tensor:
        """A loss that all players descend together in a move of its own after theirs, where `has_joint`."""
        raise NotImplementedError

    def moved(self, player: str) -> None:
        """Called after the player's parameters were moved: the place for constraints on weights, such as clipping."""

    def hold(self, player: str, parameters: Iterable[Tensor]) -> None:
        """From now on `settle` puts these parameters of the player back to the values that they have."""
        self._held[player] = [(parameter.detach(), parameter.detach().clone()) for parameter in parameters]

    def settle(self, player: str) -> None:
        """What solvers call after they have moved the player: `moved`, then what is held goes back."""
        self.moved(player)
        for parameter, value in self._held.get(player, ()):
            parameter.copy_(value)

    def position(self) -> dict[str, Parameters]:
        """The players' own parameters, not copies."""
        return {name: dict(network.named_parameters()) for name, network in self.players.items()}

    @abstractmethod
    def loss(self, player: str, position: Position, batch: B) -> Tensor:
        """What `player` minimises: a scalar, float32 or, for a game in double precision, float64."""

    def losses(self, position: Position, batch: B) -> dict[str, Tensor]:
        """Every player's loss at one point."""
        return {player: self.loss(player, position, batch) for player in self.players}

    @contextlib.contextmanager
    def _same_dropout(self, player: str, batch: B) -> Iterator[None]:
        """Dropout draws from torch's global generator: here the same mask for every evaluation of one batch."""
        if not self._drops[player]:
            yield
            return
        with torch.random.fork_rng(devices=[self.arithmetic.device] if self.arithmetic.device.type == "cuda" else []):
            torch.manual_seed((batch.seed * 1_000_003 + zlib.crc32(player.encode())) % 2**63)
            yield

    def caller(self, player: str, position: Position, batch: B, *, keep: bool) -> Callable[..., Any]:
        """The player's network at `position`, as a function that returns float32 at least.

        The buffers start from their committed values in every evaluation, so that evaluating twice changes nothing
        twice.

        Args:
            player: A key of `players`.
            position: The parameters to use.
            batch: Fixes dropout masks, and collects buffers.
            keep: Whether `commit` makes the buffers of this evaluation permanent.
        """
        network = self.players[player]
        buffers = {name: buffer.clone() for name, buffer in network.named_buffers()}
        if keep and buffers:
            batch.pending[player] = buffers

        def call(*inputs: Any, **options: Any) -> Any:
            with self.arithmetic.autocast(), self._same_dropout(player, batch):
                output = functional_call(network, (dict(position[player]), buffers), inputs, options)
            if isinstance(output, tuple):
                return tuple(at_least_float32(each) for each in output)
            return at_least_float32(output)

        return call

    def commit(self, batch: B) -> None:
        """Make permanent what the evaluations of `batch` changed besides parameters, once a step."""
        for player, network in self.players.items():
            for name, buffer in batch.pending.get(player, {}).items():
                network.get_buffer(name).copy_(buffer)

    def state(self) -> dict[str, Tensor]:
        """What a checkpoint needs besides the networks."""
        return {}

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        """Restore what `state` returned."""


games: Registry[Callable[..., Game[Any]]] = registry("game")
"""Built with the players, objective and arithmetic (and penalty) given, and a game's own options."""
