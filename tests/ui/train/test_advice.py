"""Advice names fields of the form: each must be there under that very name."""

from __future__ import annotations

import inspect
import re

import pytest

from gan_core.data import audit
from gan_core.parts import KINDS
from gan_core.training import alarms
from gan_core.ui import frontend


@pytest.mark.parametrize("module", [alarms, audit])
def test_fields_named_in_advice_are_on_the_page(module: object) -> None:
    options = [option for kind in KINDS.values() for part in kind.infos() for option in part.options.values()]
    form = frontend.asset_text("train/settings-view.js")
    form += "".join(option.label for option in options)
    named = re.findall(r"'([A-Z][a-z]+[a-z, ]+)'", inspect.getsource(module))  # type: ignore[arg-type]
    assert named
    assert [label for label in named if label not in form] == []
