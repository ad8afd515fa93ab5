"""The list of translators as the page gets it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from gan_core.cards import Card
from gan_core.models.catalog import ModelEntry, read_header
from gan_core.ui.protocol import call, to_json
from gan_core.ui.translate.translators import describe, domains
from tests.ui.translate.conftest import Page


def test_the_list_names_directions_by_their_domains(page: Page) -> None:
    given = call(page.controller.translators, {})
    assert [each["label"] for each in given["models"][0]["directions"]] == ["doodle → emoji", "emoji → doodle"]
    assert given["models"][0]["line"] == "Drawings to colours · trained at 32 x 32"
    assert {"doodle", "summer", "winter"} <= {example["domain"] for example in given["examples"]}
    json.dumps(given)
    assert call(page.controller.translators, {"version": given["version"]}) == {"version": given["version"]}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("cat-to-dog", ("cat", "dog")), ("runs/summer-winter", ("summer", "winter")), ("runs/first-7", ("A", "B"))],
)
def test_domains_without_a_card_come_from_the_name(name: str, expected: tuple[str, str]) -> None:
    assert domains(name, {}) == expected


def test_a_model_of_one_direction_offers_that_one_and_says_which_discriminators_it_has(tmp_path: Path) -> None:
    path = tmp_path / "cat-to-dog.safetensors"
    card = Card(name="cat-to-dog", kind="translator", network={"name": "resnet"}, size=32, channels=3)
    weight = np.zeros(1, np.float32)
    tensors = {"AtoB.model.1.weight": weight, "judge.B.model.0.weight": weight}
    save_file(tensors, path, {"card": json.dumps(card.to_json())})
    listed = to_json(describe(ModelEntry("cat-to-dog", path, "imported", read_header(path), path.stat().st_size)))
    assert listed["directions"] == [{"id": "AtoB", "label": "cat → dog"}]
    assert (listed["discriminators"], listed["group"]) == (["B"], "Imported")
