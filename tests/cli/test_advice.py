"""`check-data`: the shell's answer about pictures."""

from __future__ import annotations

import json
from pathlib import Path

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
