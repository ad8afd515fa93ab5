from __future__ import annotations

from pathlib import Path

import pytest
import torch

from gan_core import benchmarks
from gan_core.assembly import check_parts
from gan_core.cli import build_parser
from gan_core.recipes import Recipe
from tests.benchmarks.small_data import CANDIDATES, COMMON, command

CPU = torch.device("cpu")


def test_ways_take_turns_and_the_warm_up_does_not_count() -> None:
    order: list[str] = []
    seconds = benchmarks.take_turns({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, CPU, rounds=3)
    assert order == ["a", "b"] * 4
    assert set(seconds) == {"a", "b"}
    assert all(value >= 0 for value in seconds.values())


def test_the_plain_loop_learns(tiny_recipe: Recipe) -> None:
    pictures = torch.full((4, 3, 32, 32), 255, dtype=torch.uint8)
    loop = benchmarks.PlainLoop(tiny_recipe, pictures, CPU)
    before = [parameter.clone() for parameter in loop.generator.parameters()]
    losses = loop.step()
    assert all(torch.isfinite(torch.tensor(losses)))
    after = list(loop.generator.parameters())
    assert not any(torch.equal(old, new) for old, new in zip(before, after, strict=True))


def test_every_measurement_is_run_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("training_step", "translation", "latent_to_picture", "first_picture")
    for name in names:
        monkeypatch.setattr(benchmarks, name, lambda device, name=name: {name: device.type})
    said: list[str] = []
    results = benchmarks.run(said.append, "cpu")
    assert {name: results[name] for name in names} == {name: {name: "cpu"} for name in names}
    assert said[0] == "Measuring training step ..."
    assert set(results) == {"device", "torch", *names}


def test_one_latent_leaves_the_threads_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    once = benchmarks.take_turns
    monkeypatch.setattr(benchmarks, "take_turns", lambda ways, device, rounds=1: once(ways, device, 1))
    threads = torch.get_num_threads()
    assert benchmarks.latent_to_picture(CPU)["milliseconds"] > 0
    assert torch.get_num_threads() == threads


@pytest.mark.parametrize("label", CANDIDATES)
def test_candidates_for_few_pictures_can_be_trained(label: str) -> None:
    settings = dict(setting.split("=", 1) for setting in (*COMMON, *CANDIDATES[label]))
    check_parts(Recipe.named("small-data").with_settings(settings))


def test_the_comparison_for_few_pictures_names_its_candidates(tmp_path: Path) -> None:
    made = command("faces", tmp_path, ["small-data", "attention"], 0.5, ["batch_size=4"], tmp_path)
    options = build_parser().parse_args(made)
    assert options.recipes == ["small-data=small-data", "attention=small-data"]
    assert "attention:generator.attention=16" in options.set
    assert (options.minutes, options.seeds) == (0.5, "0,1,2")
