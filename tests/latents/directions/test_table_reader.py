"""Attributes of a table: read off pictures by a small network, kept in a model's file."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from gan_core.cards import Card
from gan_core.cli import main
from gan_core.data import DataSet
from gan_core.data.tables import Table
from gan_core.errors import Cancelled
from gan_core.latents.directions import Directions
from gan_core.latents.directions import table_reader as module
from gan_core.latents.directions.attributes import Attribute
from gan_core.latents.directions.readers import quick_readers
from gan_core.latents.directions.stored import from_card, store, to_card
from gan_core.latents.directions.table_reader import is_answer, table_reader
from gan_core.models import load_model, save_model
from gan_core.networks import describe, generators


def shown(count: int, seed: int) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """Grey squares with a bar where `bar` is 1; their lightness is `light`, not known of a quarter; `noise` is not seen."""
    draws = torch.Generator().manual_seed(seed)
    light = torch.rand(count, generator=draws)
    bar = (torch.rand(count, generator=draws) < 0.3).float()
    pictures = (60 + 100 * light)[:, None, None, None].repeat(1, 1, 16, 16)
    pictures[:, :, 6:9, 2:14] += 80 * bar[:, None, None, None]
    known = light.clone()
    known[::4] = torch.nan
    noise = torch.rand(count, generator=draws)
    return pictures.round().to(torch.uint8), {"bar": bar, "light": known, "noise": noise}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataSet:
    monkeypatch.setattr(module, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(module, "STEPS", 150)
    pictures, known = shown(400, 0)
    apart, known_apart = shown(120, 1)
    return DataSet("bars", pictures, apart, attributes=known, held_out_attributes=known_apart, table=Table())


def test_what_is_seen_is_read_and_the_rest_left_out(data: DataSet) -> None:
    shares: list[float] = []
    reader = table_reader(data, shares.append)
    assert (reader.names, reader.kind) == (("bar", "light"), "table")
    assert min(share for share in reader.accuracy if share is not None) > 0.9
    pictures, known = shown(64, 2)
    found = reader.read(pictures)
    assert ((found[:, 0] > 0.5) == (known["bar"] > 0.5)).float().mean() > 0.9
    seen = ~known["light"].isnan()
    assert (found[seen, 1] - known["light"][seen]).abs().mean() < 0.1
    assert found[:, 0].min() >= 0
    assert found[:, 0].max() <= 1
    assert shares == sorted(shares)


def test_it_is_learnt_once(data: DataSet) -> None:
    first = table_reader(data)

    def refuse(share: float) -> None:
        raise Cancelled

    again = table_reader(data, refuse)
    pictures, _ = shown(8, 3)
    assert torch.equal(first.read(pictures), again.read(pictures))
    other = DataSet(
        "other", data.pictures, data.held_out, table=Table(),
        attributes={"bar": 1 - data.attributes["bar"]}, held_out_attributes={"bar": 1 - data.held_out_attributes["bar"]},
    )  # fmt: skip
    with pytest.raises(Cancelled):
        table_reader(other, refuse)


def test_what_the_class_alone_says_is_left_out_within_classes(data: DataSet) -> None:
    told = DataSet(
        "told", data.pictures, data.held_out, data.attributes["bar"].long(), data.held_out_attributes["bar"].long(),
        ("without", "with"), data.attributes, data.held_out_attributes, table=Table(),
    )  # fmt: skip
    assert table_reader(told, within=True).names == ("light",)
    assert table_reader(told).names == ("bar", "light")
    (_, reader) = quick_readers(told, 1, within=True)
    assert reader.names == ("light",)


def test_answers_and_numbers() -> None:
    assert is_answer(torch.tensor([0.0, 1.0, torch.nan]))
    assert not is_answer(torch.tensor([0.0, 1.0, 0.5]))


# -- in the file -------------------------------------------------------------------------------------------------------


def unit(*numbers: float) -> tuple[float, ...]:
    vector = np.array(numbers, np.float32)
    return tuple((vector / np.linalg.norm(vector)).tolist())


FOUND = [
    Attribute("glasses", "table", unit(1, 2, 3, 4), 0.4, 0.97),
    Attribute("lightness", "picture", unit(1, 0, -1, 0), 0.9, None),
    Attribute("hat", "table", (), 0.0, 0.8),
]


def a_card(network: Any, **more: Any) -> Card:
    return Card(name="toy", kind="generator", network=describe(network), size=28, channels=1, **more)


def test_a_models_file_carries_its_directions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gan_core.latents.directions.attributes.cache_folder", lambda: tmp_path / "cache")
    network = generators.build("dcgan", latent_dim=4, size=28, channels=1, width=2)
    path = tmp_path / "toy.safetensors"
    save_model(path, {"generator": network}, a_card(network))
    before = load_model(path)
    assert Directions(before).attributes is None
    store(path, FOUND)
    after = load_model(path)
    latents = torch.randn(2, 4)
    assert np.array_equal(before.render(latents), after.render(latents))
    directions = Directions(after)
    assert {entry["id"] for entry in directions.list() if entry["group"] == "Attributes"} == {
        "attribute/glasses",
        "attribute/lightness",
    }
    torch.testing.assert_close(directions["attribute/glasses"], torch.tensor(FOUND[0].vector))
    assert [(each.name, each.fit, each.reading) for each in directions.attributes or ()] == [
        (each.name, each.fit, each.reading) for each in FOUND
    ]


def test_what_was_found_here_counts_more_than_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gan_core.latents.directions.attributes.cache_folder", lambda: tmp_path / "cache")
    network = generators.build("dcgan", latent_dim=4, size=28, channels=1, width=2)
    path = tmp_path / "toy.safetensors"
    save_model(path, {"generator": network}, a_card(network, directions=to_card(FOUND)))
    directions = Directions(load_model(path))
    directions.learn(FOUND[1:2])
    assert [each.name for each in Directions(load_model(path)).attributes or ()] == ["lightness"]


@pytest.mark.parametrize(
    "directions",
    [
        {},
        {"attributes": 3},
        {"attributes": "glasses"},
        {"attributes": [3, None, {}, {"name": "x"}]},
        {"attributes": [{**to_card(FOUND)["attributes"][0], "vector": "!!"}]},
        {"attributes": [{**to_card(FOUND)["attributes"][0], "vector": "AAAA"}]},
        {"attributes": [{**to_card(FOUND)["attributes"][0], "vector": "AADAfwAAwH8AAMB/AADAfw=="}]},
        {"attributes": [{**to_card(FOUND)["attributes"][0], "fit": True}]},
        {"attributes": [{**to_card(FOUND)["attributes"][0], "name": ""}]},
    ],
)
def test_odd_cards_have_no_directions(directions: dict[str, Any]) -> None:
    card: Any = SimpleNamespace(directions=json.loads(json.dumps(directions)))
    assert from_card(card, 4) is None


def test_directions_of_another_latent_are_left_out() -> None:
    card: Any = SimpleNamespace(directions=to_card(FOUND[:2]))
    assert from_card(card, 5) is None


def test_the_shell_finds_and_keeps_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("gan_core.latents.directions.attributes.cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(module, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(module, "STEPS", 150)
    pictures, known = shown(240, 0)
    folder = tmp_path / "bars"
    folder.mkdir()
    lines = ["file_name,bar,light"]
    for index, picture in enumerate(pictures):
        Image.fromarray(picture[0].numpy()).save(folder / f"{index}.png")
        lines.append(f"{index}.png,{'yes' if known['bar'][index] else 'no'},")
    (folder / "metadata.csv").write_text("\n".join(lines))
    network = generators.build("dcgan", latent_dim=4, size=28, channels=1, width=2)
    path = tmp_path / "toy.safetensors"
    save_model(path, {"generator": network}, a_card(network))
    assert main(["directions", str(path)]) == 2
    assert "does not say which pictures it learned from" in capsys.readouterr().err
    command = ["directions", str(path), "--data", str(folder), "--count", "120", "--write-card"]
    assert main(command) == 0
    shown_table = capsys.readouterr().out
    assert "lightness" in shown_table
    assert "bar" in shown_table
    assert [each["name"] for each in load_model(path).card.directions["attributes"]] == ["lightness", "bar"]
    assert main(["directions", str(tmp_path / "none.safetensors")]) == 2
