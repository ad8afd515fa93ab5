"""G9: every option of every command is explained, and names keep their capitals."""

from __future__ import annotations

import argparse

import pytest

from gan_core.cli import build_parser


def commands() -> dict[str, argparse.ArgumentParser]:
    (found,) = (action.choices for action in build_parser()._actions if action.dest == "command")
    return dict(found or {})


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_option_has_help(name: str) -> None:
    parser = commands()[name]
    without = [action.option_strings or action.dest for action in parser._actions if not action.help]
    assert without == []
    assert parser.description
    assert parser.description[0].isupper()
    assert parser.format_help()


def test_names_keep_their_capitals_and_a_model_may_be_the_best_of_a_run() -> None:
    assert "CycleGAN's authors" in commands()["catalogue"].format_help()
    assert "CycleGAN, pix2pix or CUT" in commands()["import-weights"].format_help()
    for name in ("sample", "walk", "translate", "export-onnx"):
        assert "runs/NAME/best" in " ".join(commands()[name].format_help().split())
