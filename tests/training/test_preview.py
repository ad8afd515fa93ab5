"""What a conditional run shows of itself."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gan_core.data import DataSet
from gan_core.devices import Arithmetic
from gan_core.images import grid, to_uint8
from gan_core.models import latents_for_seed
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
