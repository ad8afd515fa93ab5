"""Moments that are never thinned out."""

from __future__ import annotations

from pathlib import Path

import pytest

from gan_core.errors import InputError
from gan_core.runs import pins
from gan_core.runs.pins import Pin, Pins


@pytest.fixture
def kept(tmp_path: Path) -> Pins:
    """Of a run with 100 bytes of weights at steps 1, 5 and 20."""
    folder = tmp_path / "mine" / "keyframes"
    folder.mkdir(parents=True)
    for step in (1, 5, 20):
        (folder / f"{step:08d}.safetensors").write_bytes(bytes(100))
    return Pins(folder.parent)


def test_a_moment_is_pinned_named_and_let_go(kept: Pins) -> None:
    kept.pin(20)
    kept.pin(5, " first eyes ")
    assert kept.all() == [Pin(5, "first eyes"), Pin(20)]
    kept.pin(20, "best")
    kept.unpin(5)
    assert kept.all() == [Pin(20, "best")]
    assert kept.steps() == {20}


def test_only_what_is_kept_can_be_pinned(kept: Pins) -> None:
    with pytest.raises(InputError, match=r"Step 6 of mine is not kept \(any more\)"):
        kept.pin(6)
    with pytest.raises(InputError, match="at most 60 letters"):
        kept.pin(5, 61 * "a")
    assert kept.all() == []


def test_pins_take_their_share_of_the_budget_and_no_more(kept: Pins, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins, "WEIGHTS_BUDGET", 400)
    kept.pin(1)
    kept.pin(5)
    for more in (lambda: kept.pin(20), kept.ask):
        with pytest.raises(InputError, match="let one of them go first"):
            more()
    kept.pin(5, "again")  # is no further one
    kept.unpin(1)
    kept.pin(20)
    monkeypatch.setattr(pins, "WEIGHTS_BUDGET", 1)
    for pin in kept.all():
        kept.unpin(pin.step)
    kept.pin(1)  # one there always is, however large


def test_the_present_moment_is_asked_for_and_granted(kept: Pins) -> None:
    kept.ask("now")
    assert kept.asked
    assert kept.all() == []
    kept.grant(20)
    assert (kept.asked, kept.all()) == (False, [Pin(20, "now")])
    kept.ask()
    kept.grant(21)  # its weights could not be written
    assert (kept.asked, kept.all()) == (False, [Pin(20, "now")])


def test_a_pin_that_cannot_be_read_still_pins(kept: Pins) -> None:
    kept.pin(5, "name")
    for content in ("", "[1]", '{"name": 3}'):
        kept._file(5).write_text(content)
        assert kept.all() == [Pin(5)]
