"""A card from elsewhere is used or refused with a sentence, whatever its fields hold."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from gan_core.cards import Card
from gan_core.errors import InputError
from gan_core.models.catalog import ModelCatalog, read_card
from gan_core.ui.protocol import call, to_json

GOOD: dict[str, Any] = Card(
    name="tiny",
    kind="translator",
    network={"name": "resnet", "width": 2},
    size=32,
    channels=3,
    title="Tiny",
    domains={"A": "doodle", "B": "emoji"},
    judge={"name": "patch"},
    classes=("a", "b"),
    recipe={"name": "cyclegan", "size": 32},
    inputs={"hints": True, "noise": 8},
    metrics={"patches": {"value": 1.5, "samples": 150, "floor": None, "spread": 0.1}, "old": 3.5},
    notes=("a note",),
).to_json()

ODD: tuple[Any, ...] = (
    None,
    True,
    "x",
    "x" * 10**6,
    "\ud800",
    "a\0b",
    -1,
    1.5,
    10**30,
    10**400,
    float("nan"),
    float("inf"),
    [],
    ["a", 1],
    [["a"]],
    {},
    {"a": 1},
    {"a": {"value": "x"}},
    {"a": {"value": [1]}},
    {"a": {"value": 1, "samples": "many"}},
    {"name": 7},
    {"A": ["doodle"]},
)


def model_bytes(card: Any, *, text: str | None = None) -> bytes:
    """A model file with this card, and with a weight of every network that a translator has."""
    weight = np.zeros(1, np.float32)
    return save({"AtoB.w": weight, "BtoA.w": weight}, {"card": text if text is not None else json.dumps(card)})


@pytest.fixture
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelCatalog:
    """A catalogue with one good imported model, and room for others."""
    monkeypatch.setenv("GAN_WORKBENCH_PRETRAINED", str(tmp_path / "pretrained"))
    (tmp_path / "pretrained").mkdir()
    (tmp_path / "runs" / "models").mkdir(parents=True)
    (tmp_path / "runs" / "models" / "good.safetensors").write_bytes(model_bytes(GOOD))
    return ModelCatalog(tmp_path / "runs")


def shown(catalog: ModelCatalog) -> None:
    """Everything that the page, the shell and a note in a picture make of the cards that are listed."""
    from gan_core.ui.models.table import _best, _model_card
    from gan_core.ui.translate.translators import describe

    for entry in catalog.entries():
        answers = [
            to_json(_model_card(entry)),
            to_json(describe(entry)),
            dict(entry.values),
            entry.card.brief(),
            entry.title,
        ]
        json.dumps(answers, allow_nan=False).encode()
        json.dumps(answers, ensure_ascii=False).encode()
        if entry.values.get("metrics"):
            _best(entry.values)


@pytest.mark.parametrize("field", [*GOOD, "unknown"])
def test_an_odd_value_in_any_field_is_a_sentence_and_hides_no_other_model(
    catalog: ModelCatalog, tmp_path: Path, field: str
) -> None:
    odd = tmp_path / "runs" / "models" / "odd.safetensors"
    for value in ODD:
        odd.write_bytes(model_bytes({**GOOD, field: value}))
        names = [entry.name for entry in catalog.entries()]
        assert "good" in names
        shown(catalog)
        problems = catalog.problems()
        assert ("odd" in names) != bool(problems), (field, value)
        for sentence in problems:
            assert sentence.startswith("odd.safetensors is left out: ")
            assert sentence.endswith(".")
            assert len(sentence) < 300
            sentence.encode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("metrics", {"a": {"value": "x"}}),
        ("metrics", {"a": {"value": 1, "baselines": [1]}}),
        ("metrics", {"a": {"value": 1, "baselines": {"nothing done": "x"}}}),
        ("domains", "xx"),
        ("steps", "x"),
        ("notes", "a text"),
        ("classes", [1]),
        ("training_seconds", 1e300),
        ("size", 10**9),
        ("channels", 0),
        ("network", {}.fromkeys("ab")),
        ("title", ["a"]),
        ("inputs", {"hints": 1}),
        ("inputs", {"noise": True}),
        ("inputs", {"noise": 65}),
    ],
)
def test_what_was_found_in_use_is_refused_when_it_is_read(tmp_path: Path, field: str, value: Any) -> None:
    path = tmp_path / "odd.safetensors"
    path.write_bytes(model_bytes({**GOOD, field: value}))
    with pytest.raises(InputError, match=f"its {field} "):
        read_card(path)


def test_a_metric_that_came_out_as_no_number_is_no_reason_to_hide_a_model(tmp_path: Path) -> None:
    path = tmp_path / "old.safetensors"
    text = json.dumps({**GOOD, "metrics": {"a": {"value": float("nan"), "spread": float("inf")}}})
    path.write_bytes(model_bytes(None, text=text.replace("Infinity", "1e999")))
    assert read_card(path).metrics == {"a": {"value": None, "spread": None}}


def test_a_card_without_the_newer_fields_is_read(tmp_path: Path) -> None:
    path = tmp_path / "old.safetensors"
    path.write_bytes(model_bytes({key: GOOD[key] for key in ("name", "kind", "network", "size", "channels", "schema")}))
    assert read_card(path).versions == {}


def test_two_thousand_damaged_cards_raise_nothing_but_sentences(tmp_path: Path) -> None:
    """Bytes changed, cut and put in at random places of a good file."""
    draw, good, path = random.Random(0), model_bytes(GOOD), tmp_path / "m.safetensors"
    refused: list[str] = []
    for _ in range(2000):
        content = bytearray(good)
        for _ in range(draw.randint(1, 4)):
            place = draw.randrange(len(content))
            what = draw.randrange(3)
            if what == 0:
                content[place] = draw.randrange(256)
            elif what == 1:
                del content[place : place + draw.randint(1, 40)]
            else:
                content[place:place] = draw.choice([b'"', b"{", b"[1]", b"NaN", b"-1", b"1e999", b"\xff", b"\\u0000"])
            if not content:
                break
        path.write_bytes(bytes(content))
        path.touch()
        try:
            json.dumps(read_card(path).to_json(), allow_nan=False).encode()
        except InputError as error:
            refused.append(str(error))
    assert 200 < len(refused) < 2000
    assert all(sentence.endswith(".") for sentence in refused)


# The page ---------------------------------------------------------------------------------------------------------


def test_the_tabs_list_the_good_models_beside_a_bad_one(catalog: ModelCatalog, tmp_path: Path) -> None:
    from gan_core.ui.context import Context
    from gan_core.ui.explore.controller import ExploreController
    from gan_core.ui.models.table import ModelTable
    from gan_core.ui.translate.translators import list_translators

    models = tmp_path / "runs" / "models"
    (models / "odd.safetensors").write_bytes(model_bytes({**GOOD, "domains": "xx"}))
    (models / "empty.safetensors").write_bytes(b"")
    (models / "folder.safetensors").mkdir()
    context = Context(tmp_path / "runs", "cpu")
    listing = call(ModelTable(context.runs, context.models, context.trainings, context.settings).listing, {})
    assert [card["name"] for card in listing["imported"]] == ["good"]
    assert sorted(sentence.split(" is left out")[0] for sentence in listing["problems"]) == [
        "empty.safetensors",
        "folder.safetensors",
        "odd.safetensors",
    ]
    assert [model.id for model in list_translators(context.models).models] == ["good"]
    assert ExploreController(context.runs, context.models, context.settings).models() == []


def test_an_odd_card_is_refused_when_it_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gan_core.ui.context import Context
    from gan_core.ui.importing import Importing

    uploads = tmp_path / "uploads"
    uploads.mkdir()
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(uploads))
    (uploads / "odd.safetensors").write_bytes(model_bytes({**GOOD, "metrics": {"a": {"value": "x"}}}))
    context = Context(tmp_path / "runs", "cpu")
    with pytest.raises(InputError):
        call(
            Importing(context.models).import_files,
            {"files": [{"path": str(uploads / "odd.safetensors"), "name": "odd.safetensors"}]},
        )
    assert not [entry for entry in context.models.entries() if entry.origin == "imported"]
