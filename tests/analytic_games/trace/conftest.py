from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gan_core.cli import main
from tests.analytic_games.trace.command import Run


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(game: dict[str, Any], solver: str, h: float, steps: int, optimizer: str = "sgd", **options: Any) -> Any:
        path = tmp_path / "game.json"
        path.write_text(json.dumps(game))
        given = [
            f"--option={key}={value if isinstance(value, str) else json.dumps(value)}" for key, value in options.items()
        ]
        command = ["trace", str(path), "--solver", solver, "--optimizer", optimizer, *given]
        code = main([*command, "--step-size", str(h), "--steps", str(steps), "--json"])
        printed = capsys.readouterr()
        assert code == 0, printed.err
        return json.loads(printed.out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))

    return call
