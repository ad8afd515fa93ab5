"""The class of data sets, and the registry of those that are known by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NoReturn, Protocol

import torch

from gan_core.data.tables import Table
from gan_core.errors import InputError
from gan_core.parts import PartInfo, Registry, registry

Progress = Callable[[int, int], None]
"""Called with (done, total) while a data set is being made: counts of pictures, or `Bytes` while it is downloaded."""

KINDS = ("drawn", "download", "points")
"""Tags of data sets that say where their pictures come from."""
FEWEST = 2
"""Pictures to learn from, and held out, that a data set of a plugin has at least."""
UNKNOWN_LICENCE = "unknown: the owner of the pictures decides"
MAX_TENSOR_BYTES = 4_000_000_000
"""Most memory for the pictures of one data set."""


@dataclass(frozen=True, eq=False)
class DataSet:
    """Pictures to train on, and held-out pictures that no training sees."""

    name: str
    pictures: torch.Tensor
    """uint8 (N, C, H, W)."""
    held_out: torch.Tensor
    """uint8 (M, C, H, W), for metrics only."""
    labels: torch.Tensor | None = None
    """int64 (N,), an index into `classes`."""
    held_out_labels: torch.Tensor | None = None
    classes: tuple[str, ...] = ()
    attributes: Mapping[str, torch.Tensor] = field(default_factory=dict)
    """What else is known of the pictures, by name: one number each, float32 (N,), such as a digit's slant; NaN where it
    is not known. Of a table beside the pictures see `gan_core.data.tables.attributes`."""
    held_out_attributes: Mapping[str, torch.Tensor] = field(default_factory=dict)
    """The same names, float32 (M,)."""
    licence: str = UNKNOWN_LICENCE
    notes: tuple[str, ...] = ()
    """What a person should know, one sentence each: what is left out, by kind; removed duplicates."""
    table: Table | None = None
    """The table beside the pictures of a folder or zip, where there is one."""
    why_no_classes: str = ""
    """What keeps the folders that the pictures lie in from being classes, as a sentence; empty where nothing does."""

    def __len__(self) -> int:
        return len(self.pictures)

    @property
    def channels(self) -> int:
        """1 for grey, 3 for colour."""
        return self.pictures.shape[1]

    @property
    def size(self) -> int:
        """Side of the square pictures in pixels."""
        return self.pictures.shape[-1]

    def with_channels(self, channels: int | None) -> DataSet:
        """The same pictures in grey (1) or colour (3); None leaves them as they are."""
        if channels is None or channels == self.channels:
            return self
        return replace(
            self, pictures=_to_channels(self.pictures, channels), held_out=_to_channels(self.held_out, channels)
        )


First = Callable[[int, int, int], tuple[torch.Tensor, int, int]]
"""(size, seed, most) to the first `most` pictures of the set, and how many it has to learn from and held out."""


class RemoteFiles(Protocol):
    """Files that a data set needs and that are not shipped."""

    def is_here(self) -> bool:
        """Whether they are on this machine; cheap."""
        ...

    def fetch(self, progress: Progress | None = None) -> None:
        """Download them where they are not; `progress` is called with `gan_core.fetching.Bytes`, and may raise to end
        it.

        Raises InputError without a network, OSError where they cannot be kept.
        """
        ...


@dataclass(frozen=True)
class DataSource:
    """A data set that is known by name, before it is loaded."""

    name: str
    summary: str
    licence: str
    kind: str
    """`drawn` (by this project), `download` (once, then from the cache), `points` (no pictures) or `plugin`."""
    pair: tuple[str, str] | None = None
    """The names of its domains A and B, of a data set that holds both."""
    info: PartInfo | None = field(default=None, repr=False, compare=False)
    first: First | None = field(default=None, repr=False, compare=False)
    """Draws only the first pictures of the set; None where all have to be made."""
    remote: RemoteFiles | None = field(default=None, repr=False, compare=False)
    """What has to be downloaded once; None for sets that need no network."""

    @classmethod
    def of(cls, info: PartInfo) -> DataSource:
        """The source that a registered part describes."""
        kind = next((kind for kind in KINDS if kind in info.tags), "plugin")
        licence = info.details.get("licence") or UNKNOWN_LICENCE
        more = {key: info.details.get(key) for key in ("pair", "first", "remote")}
        return cls(name=info.name, summary=info.summary.rstrip("."), licence=licence, kind=kind, info=info, **more)

    def build(self, *, size: int, channels: int | None, seed: int, progress: Progress | None) -> DataSet:
        """Make or load the data set.

        Args:
            size: Side of the square pictures in pixels.
            channels: 1 (grey), 3 (colour) or None for what the pictures are.
            seed: Chooses among pictures that this project draws.
            progress: Called with (done, total).

        Raises:
            InputError: for pictures that cannot be made or used.
        """
        assert self.info is not None
        given = {"size": size, "channels": channels, "seed": seed, "progress": progress}
        made = self.info.call(**given)
        if not isinstance(made, DataSet):
            raise InputError(
                f"The data set {self.info.where} gives a {type(made).__name__}, where a DataSet is needed."
            )
        return replace(_checked(made, size, self.info), name=self.name) if self.info.plugin else made


def _checked(data: DataSet, size: int, info: PartInfo) -> DataSet:
    """`data` as a plugin made it. Raises InputError where it is not what trainings and metrics work with."""

    def refuse(reason: str) -> NoReturn:
        raise InputError(f"The data set {info.where} cannot be used: {reason}.")

    for name, pictures, labels in (
        ("pictures", data.pictures, data.labels),
        ("held_out", data.held_out, data.held_out_labels),
    ):
        if not isinstance(pictures, torch.Tensor) or pictures.dtype != torch.uint8 or pictures.ndim != 4:
            refuse(f"{name} is a uint8 tensor (N, C, H, W)")
        if len(pictures) < FEWEST:
            refuse(f"{name} holds at least {FEWEST} pictures, not {len(pictures)}")
        if pictures.shape[1] not in (1, 3) or tuple(pictures.shape[2:]) != (size, size):
            shape = " x ".join(map(str, pictures.shape[1:]))
            refuse(f"{name} are grey or colour pictures of {size} x {size} pixels, not {shape}")
        if labels is not None and (labels.dtype != torch.int64 or labels.shape != pictures.shape[:1]):
            refuse(f"the labels of {name} are an int64 tensor with one number for each picture")
        if labels is not None and not 0 <= int(labels.min()) <= int(labels.max()) < len(data.classes):
            refuse(f"the labels of {name} count from 0 to {len(data.classes) - 1}, the names of its classes")
    if (data.labels is None) != (data.held_out_labels is None):
        refuse("pictures and held_out both have labels, or neither has")
    return data


class Sources(Mapping[str, DataSource]):
    """The data sets that are known by name, as a mapping."""

    def __getitem__(self, name: str) -> DataSource:
        if name not in datasets:
            raise KeyError(name)
        return DataSource.of(datasets.info(name))

    def __iter__(self) -> Iterator[str]:
        return iter(datasets)

    def __len__(self) -> int:
        return len(datasets)


datasets: Registry[Callable[..., DataSet]] = registry("dataset")
SOURCES = Sources()


def pair_of(name: str) -> tuple[str, str] | None:
    """The names of the domains A and B of a data set that holds both; None for another one, and for an unknown name."""
    known = SOURCES.get(name)
    return known.pair if known is not None else None


def check_size(size: int) -> None:
    """Raise InputError unless `size` is a side that pictures can be made at."""
    if not 8 <= size <= 1024:
        raise InputError(f"size is the side of a picture in pixels, 8 to 1024, not {size}.")


def check_memory(name: str, count: int, channels: int, size: int) -> None:
    """Raise InputError when `count` pictures would not fit into the memory that one data set may take."""
    most = MAX_TENSOR_BYTES // (channels * size * size)
    if count > most:
        raise InputError(f"{name} holds {count} pictures: at {size} x {size} pixels up to {most} are accepted.")


def grey(pictures: torch.Tensor) -> torch.Tensor:
    """Colour pictures, uint8 (N, 3, H, W), as grey ones (N, 1, H, W): ITU-R BT.601 luma, as Pillow's mode "L"."""
    weights = torch.tensor([19595, 38470, 7471], dtype=torch.int32).view(1, 3, 1, 1)
    parts = [((part.to(torch.int32) * weights).sum(1, keepdim=True) + 32768) >> 16 for part in pictures.split(1024)]
    return torch.cat([part.to(torch.uint8) for part in parts])


def _to_channels(pictures: torch.Tensor, channels: int) -> torch.Tensor:
    return pictures.expand(-1, 3, -1, -1).contiguous() if channels == 3 else grey(pictures)
