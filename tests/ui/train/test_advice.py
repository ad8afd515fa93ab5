"""Advice names fields of the form: each must be there under that very name."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from gan_core.data import audit
from gan_core.training import alarms
from gan_core.ui.train.part_words import OPTIONS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("module", [alarms, audit])
def test_fields_named_in_advice_are_on_the_page(module: object) -> None:
    form = (ROOT / "gan_core/ui/components/advanced.js").read_text(encoding="utf-8") + "".join(
        label for label, _ in OPTIONS.values()
    )
    named = re.findall(r"'([A-Z][a-z]+[a-z, ]+)'", inspect.getsource(module))  # type: ignore[arg-type]
    assert named
    assert [label for label in named if label not in form] == []
