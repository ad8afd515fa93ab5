"""`check-data` and `estimate`: what the shell knows before a training."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from gan_core.training import estimate
from tests.cli.conftest import Shell, picture


def test_check_data_in_words_and_as_json(shell: Shell, here: Path) -> None:
    for number in range(6):
        picture(here / "a" / f"{number}.png", seed=number)
        picture(here / "b" / f"{number}.png", seed=100 + number)
    (here / "b" / "again.png").write_bytes((here / "a" / "0.png").read_bytes())
    said = shell("check-data", "a", "b", "--size", "16")
    assert said.code == 0
    assert "1 picture is in both A and B, the same or nearly." in said.out
    assert said.out.splitlines()[-1].startswith("6 and 7 pictures: ")
    told = json.loads(shell("check-data", "a", "b", "--size", "16", "--json").out)
    assert told["grade"] == "problem"
    assert {finding["kind"] for finding in told["findings"]} >= {"few", "overlap"}
    assert shell("check-data", "glyphs", "--json").code == 0


def test_check_data_refuses_in_one_line(shell: Shell, here: Path) -> None:
    for arguments in (("nowhere/at-all",), ("a", "b", "--size", "4"), ()):
        answer = shell("check-data", *arguments)
        assert answer.code == 2
        assert len(answer.complaints) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="such names cannot be there")
def test_a_name_gives_no_orders_to_the_terminal(shell: Shell, here: Path) -> None:
    for number in range(3):
        picture(here / "a" / f"\x1b[31m{number}\u202e.png", seed=0)
    for answer in (shell("check-data", "a", "--size", "16"), shell("check-data", "\x1b[2Jnowhere")):
        assert "\\x1b[" in answer.out + answer.err
        assert not set("\x1b\u202e") & set(answer.out + answer.err)


SMALL = (
    "--set",
    "size=16",
    "generator.width=2",
    "generator.blocks=1",
    "discriminator.width=2",
    "discriminator.layers=1",
)


def test_estimate_measures_once(shell: Shell, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAN_WORKBENCH_CACHE", str(here / "cache"))
    monkeypatch.setattr(estimate, "TRIAL", 0.05)
    monkeypatch.setattr("gan_core.devices.is_busy", lambda: False)
    told = json.loads(shell("estimate", "cyclegan", *SMALL, "--steps", 100, "--json").out)
    assert (told["steps"], told["size"], told["measured"]["source"]) == (100, 16, "trial")
    assert told["seconds"] == pytest.approx(100 / told["measured"]["steps_per_second"], rel=0.02, abs=0.06)
    again = json.loads(shell("estimate", "cyclegan", *SMALL, "--steps", 200, "--json").out)
    assert again["measured"] == told["measured"]
    assert "for 100 steps at 16 px on this machine" in shell("estimate", "cyclegan", *SMALL, "--steps", 100).out
    assert " steps in 5 min " in shell("estimate", "cyclegan", *SMALL, "--minutes", 5).out


def test_estimate_refuses_in_one_line(shell: Shell, here: Path) -> None:
    for arguments in (("nothing",), ("cyclegan", "--set", "size=3"), ("cyclegan", "--set", "generator=unet")):
        answer = shell("estimate", *arguments)
        assert answer.code == 2
        assert len(answer.complaints) == 1
