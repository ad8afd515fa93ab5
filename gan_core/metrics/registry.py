"""The metrics as parts: what each is called, and how one of a plugin is computed."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from gan_core.errors import InputError
from gan_core.parts import PartInfo, Registry, registry

metrics: Registry[Callable[..., float]] = registry("metric")
"""Functions of generated and real pictures that give a number; see `gan_core.register.metric`."""

NEEDS = ("features", "classes", "pairs", "drawings")
"""Tags of metrics that need more than pictures: features of a network, the classes that it sees, pairs of one scene
each, regions of line drawings."""
DESCRIPTIVE = "descriptive"
"""Tag of metrics that describe pictures and are no distance to a target: a trivial answer may be perfect in them, as
doing nothing is in keeping lines."""


def measure(info: PartInfo, generated: Tensor, real: Tensor) -> float:
    """The metric of `generated` and `real`, uint8 (N, C, H, W) and (M, C, H, W) on the CPU.

    Raises InputError for a metric that fails and for one that gives no number; a number that is not finite cannot be
    told.
    """
    value = info.call(generated, real)
    try:
        return float(value)
    except (TypeError, ValueError, RuntimeError):
        raise InputError(f"The metric {info.where} gives a {type(value).__name__}, where a number is needed.") from None


def of_pictures() -> list[PartInfo]:
    """The metrics that need pictures alone and are not computed by an evaluator itself."""
    return [info for info in metrics.infos(without=NEEDS) if info.plugin is not None]


def words_for(name: str) -> str:
    """A metric's sentence as it stands in a table: without capital and full stop.

    Of the name `frechet-glyphs-a1b2c3`, `frechet` is looked up.
    """
    summary = info_of(name).summary.rstrip(".")
    return summary[:1].lower() + summary[1:]


def is_lower_better(name: str) -> bool:
    """Whether a smaller value of the metric is the better one."""
    return bool(info_of(name).details.get("lower_is_better", True))


def is_distance(name: str) -> bool:
    """Whether a model that is no better in this metric than a trivial answer is worth no more than that."""
    return DESCRIPTIVE not in info_of(name).tags


def title_of(name: str) -> str:
    """What a table calls the metric."""
    return info_of(name).title


def is_metric(measurement: str) -> bool:
    """Whether a measurement of this name, a direction perhaps before it, is of a registered metric."""
    name = without_direction(measurement)
    return name in metrics or name.partition("-")[0] in metrics


def without_direction(measurement: str) -> str:
    """The name of a translator's measurement without the direction that it begins with."""
    return measurement.removeprefix("AtoB ").removeprefix("BtoA ")


def info_of(measurement: str) -> PartInfo:
    """The metric that a measurement is of: its name may go on with the feature network that it looked through."""
    stem, _, _ = measurement.partition("-")
    return metrics.info(measurement if measurement in metrics or stem not in metrics else stem)
