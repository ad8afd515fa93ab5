"""What a conditional run shows of itself."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gan_core.data import DataSet
from gan_core.devices import Arithmetic
from gan_core.images import grid, to_uint8
from gan_core.models.generator import latents_for_seed
from gan_core.recipes import Recipe
from gan_core.training.preview import Preview
from gan_core.training.trainer import Trainer

EXACT = Arithmetic(torch.device("cpu"), bfloat16=False, threads=1)


def colours(classes: int) -> dict[str, DataSet]:
    """Every picture is as bright as its class."""
    labels = torch.arange(3 * classes).flip(0) % classes
    pictures = (labels * 10).to(torch.uint8).reshape(-1, 1, 1, 1).expand(-1, 1, 32, 32).contiguous()
    return {"A": DataSet("colours", pictures, pictures[:4], labels, labels[:4], tuple(map(str, range(classes))))}


@pytest.mark.parametrize(("classes", "columns", "rows"), [(3, 8, 3), (10, 10, 4), (20, 12, 4)])
def test_one_class_a_row_or_a_column_in_order(tiny_recipe: Recipe, classes: int, columns: int, rows: int) -> None:
    data = colours(classes)
    trainer = Trainer(tiny_recipe.replace(conditional=True), data, torch.device("cpu"), EXACT)
    preview = Preview(trainer, data)
    brightness = preview.real()[16::34, 16::34, 0]
    assert brightness.shape == (rows, columns)
    shown = np.arange(rows if classes < 7 else columns) * 10
    expected = np.repeat(shown[:, None], columns, 1) if classes < 7 else np.repeat(shown[None], rows, 0)
    np.testing.assert_array_equal(brightness, expected)
    # The tile in row 1, column 2: the class is that of its row or column, the latent is shared by the other classes.
    label, index = (1, 2) if classes < 7 else (2, 1)
    latent = latents_for_seed(tiny_recipe.seed, index + 1, tiny_recipe.latent_dim)[index:]
    with torch.inference_mode():
        tile = grid(to_uint8(trainer.average.network(latent, torch.tensor([label]))))
    np.testing.assert_allclose(preview.draw()[34:66, 68:100].astype(int), tile.astype(int), atol=1)


def plain(levels: list[int], side: int = 16) -> torch.Tensor:
    """One-colour pictures (N, 3, side, side)."""
    return torch.tensor(levels, dtype=torch.uint8).reshape(-1, 1, 1, 1).expand(-1, 3, side, side).contiguous()


def domains(held_out_a: int, held_out_b: int) -> dict[str, DataSet]:
    a, b = [10 * i for i in range(9)], [100 + 10 * i for i in range(9)]
    return {
        "A": DataSet("cold.zip", plain(a), plain(a[:held_out_a])),
        "B": DataSet("warm", plain(b), plain(b[:held_out_b])),
    }


class Brighter(torch.nn.Module):
    """A translator that can be followed: adds `by` in [-1, 1]."""

    def __init__(self, by: float) -> None:
        super().__init__()
        self.by = by

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return pictures + self.by


def followed(
    recipe: Recipe, data: dict[str, DataSet], monkeypatch: pytest.MonkeyPatch, ways: dict[str, float]
) -> Preview:
    trainer = Trainer(recipe, data, torch.device("cpu"), EXACT)
    networks = {way: Brighter(by) for way, by in ways.items()}
    monkeypatch.setattr(trainer, "exported", lambda: networks)
    return Preview(trainer, data)


def tiles(sheet: np.ndarray) -> list[list[int]]:
    return sheet[8::18, 8::18, 0].tolist()


def test_a_translation_is_read_from_left_to_right(tiny_cycle: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    preview = followed(tiny_cycle, domains(5, 4), monkeypatch, {"AtoB": 2 / 255 * 20, "BtoA": -2 / 255 * 5})
    assert tiles(preview.draw()) == [
        [10 * i, 10 * i + 20, 10 * i + 15, 100 + 10 * i, 95 + 10 * i, 115 + 10 * i] for i in range(4)
    ]
    assert preview.chains is not None
    assert preview.chains.layout() == {
        "side": 16,
        "rows": 4,
        "groups": [
            {"domain": "A", "ways": ["AtoB", "BtoA"], "truth": False, "hints": 0},
            {"domain": "B", "ways": ["BtoA", "AtoB"], "truth": False, "hints": 0},
        ],
        "names": {"A": "cold", "B": "warm"},
    }
    assert tiles(preview.real()) == [[20 * i, 20 * i + 10, 100 + 20 * i, 110 + 20 * i] for i in range(4)]


@pytest.mark.parametrize(("held_out", "first", "groups"), [(9, [0, 20, 40, 60], 2), (3, [0, 20], 1)])
def test_one_way_only_shows_more_pictures_instead(
    tiny_cycle: Recipe, monkeypatch: pytest.MonkeyPatch, held_out: int, first: list[int], groups: int
) -> None:
    preview = followed(tiny_cycle, domains(held_out, 2), monkeypatch, {"AtoB": 2 / 255 * 20})
    assert tiles(preview.draw())[0] == first
    assert preview.chains is not None
    assert len(preview.chains.layout()["groups"]) == groups
    assert preview.chains.layout()["rows"] == min(4, held_out)


def test_few_held_out_pictures_leave_no_hole(tiny_cycle: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    preview = followed(tiny_cycle, domains(1, 4), monkeypatch, {"AtoB": 0.0, "BtoA": 0.0})
    assert tiles(preview.draw()) == [[0, 0, 0, 100, 100, 100]]
