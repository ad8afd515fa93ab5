"""What the tests of training share."""

from __future__ import annotations

import pytest

from gan_core.training import measuring
from gan_core.training.measuring_plan import Due, MeasuringPlan


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure at every look: as if all the time in the world had been earned."""
    monkeypatch.setattr(measuring, "EARLIEST", 0.0)
    monkeypatch.setattr(measuring, "SAVING", 1e9)
    monkeypatch.setattr(MeasuringPlan, "affords", lambda *_: True)
    monkeypatch.setattr(MeasuringPlan, "decide", lambda plan, *_: Due(plan.sizes[-1]))
    monkeypatch.setattr(measuring.LiveMetric, "_prepare_part", _prepared)
    monkeypatch.setattr("gan_core.training.loop.TICK", 0.0)
    # What is right without a time limit: how long a tiny measurement takes on a busy machine decides nothing here.
    monkeypatch.setattr(measuring, "END_SECONDS", 1e9)
    monkeypatch.setattr(measuring, "END_MOST", 1e9)


def _prepared(metric: measuring.LiveMetric) -> None:
    for _ in metric._preparing or ():
        pass
    metric._preparing = None
