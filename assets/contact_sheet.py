"""Shows what shipped models make of held-out pictures: `python assets/contact_sheet.py [NAME ...] --out FOLDER`.

Of a translator one sheet a direction: input, output and, where it is known, the truth, side by side; of one that takes
colour hints also what it makes with two colours of the truth, which are shown on the input. Of a generator its
samples beside real held-out pictures, class by class where it knows classes. Sheets show other people's pictures and
are not committed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from shipped_models import MODELS, REPOSITORY, ShippedModel, model_named, source

from gan_core.errors import InputError

if TYPE_CHECKING:
    from gan_core.data import DataSet
    from gan_core.models.generator import GeneratorModel
    from gan_core.translation.translator import Translator

SIDE = 128
"""Pixels of a picture on the sheet, at least."""
GAP, MARGIN, LINE = 4, 12, 22
HINTS = 2
CHROMA, EVEN = 25, 24
"""Levels between the channels of what counts as coloured, and within which what lies around a pixel is of its colour."""
EACH = 8
"""Samples of a class, and real pictures beside them."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the sheets and print where they are; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(MODELS)} (default: all that are there)"
    )
    parser.add_argument("--out", required=True, metavar="FOLDER", help="where the sheets go")
    parser.add_argument("--file", metavar="MODEL", help="this model file or run in the place of the shipped file")
    parser.add_argument("--pictures", metavar="FOLDER", help="with the pictures of other people (default: shared/data)")
    parser.add_argument("--count", type=int, default=24, help="held-out pictures on a translator's sheet")
    parser.add_argument("--seed", type=int, default=0, help="of the choice of pictures and of samples")
    options = parser.parse_args(arguments)
    try:
        if options.file is not None and len(options.names) != 1:
            raise InputError("--file belongs to one NAME.")
        there = [name for name in MODELS if (REPOSITORY / "pretrained" / f"{name}.safetensors").exists()]
        for name in options.names or there:
            for path in sheets(model_named(name), options):
                print(path)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def sheets(model: ShippedModel, options: argparse.Namespace) -> list[Path]:
    """Write the sheets of one model; returns their files."""
    from gan_core.models import load_model

    loaded: Any = load_model(options.file or REPOSITORY / "pretrained" / f"{model.name}.safetensors", "cpu")
    folder = Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    if not model.is_translator:
        path = folder / f"{model.name}.png"
        generator_sheet(loaded, _data(model, loaded, options.pictures), options.seed).save(path)
        return [path]
    sides, known = _sides(model, loaded, options.pictures)
    found: list[Path] = []
    for direction in loaded.directions:
        path = folder / f"{model.name}-{direction}.png"
        translator_sheet(loaded, direction, sides, known, options.count, options.seed).save(path)
        found.append(path)
    return found


def _loading(loaded: GeneratorModel | Translator) -> dict[str, Any]:
    card = loaded.card
    return {"size": card.size, "channels": card.channels, "seed": card.recipe.get("seed", 0)}


def _data(model: ShippedModel, loaded: GeneratorModel, pictures: str | None) -> DataSet:
    from gan_core import data

    return data.load(str(source(model.test or model.data, pictures)), **_loading(loaded))


def _sides(model: ShippedModel, loaded: Translator, pictures: str | None) -> tuple[dict[str, DataSet], bool]:
    """Both domains, and whether their held-out pictures are true pairs."""
    from gan_core import data

    first, second = (model.data, model.data_b) if model.test is None else (model.test, None)
    one, other = source(first, pictures), source(second, pictures)
    if model.pairs is not None:
        sides = data.load_paired(str(one), other, kind=model.pairs, **_loading(loaded))
        return dict(zip("AB", sides, strict=True)), True
    sides = data.load_pair(str(one), other, **_loading(loaded))
    return dict(zip("AB", sides, strict=True)), data.holds_true_pairs(str(one), other)


def translator_sheet(
    translator: Translator, direction: str, sides: dict[str, DataSet], known: bool, count: int, seed: int
) -> Image.Image:
    """Held-out inputs, outputs and truths, some pictures of each in a row."""
    start, end = direction[0], direction[-1]
    held_out = sides[start].held_out
    draws = np.random.default_rng(seed)
    groups: list[np.ndarray] = []
    for index in draws.permutation(len(held_out))[:count].tolist():
        before = _channels_last(held_out[index])
        row = [before, translator.translate_array(before, direction)]
        if known:
            truth = _channels_last(sides[end].held_out[index])
            if translator.takes_hints:
                hints = _hints(truth, draws)
                row += [_marked(before, hints), translator.translate_array(before, direction, hints=hints)]
            row.append(truth)
        groups.append(np.concatenate([_enlarged(picture) for picture in row], axis=1))
    words = translator.card.domains
    hinted = ", with two hints" if known and translator.takes_hints else ""
    third = ", truth" if known else ""
    title = f"{translator.card.name}: {words.get(start, start)}, made {words.get(end, end)}{hinted}{third}; held out"
    return page(title, [("", _table(groups, 3 if hinted else 4))])


def _hints(truth: np.ndarray, draws: np.random.Generator) -> list[tuple[int, int, tuple[int, int, int]]]:
    """The colours of two places of the truth, coloured ones away from edges where there are such."""
    levels = truth.astype(int)
    coloured = np.ptp(levels, axis=2) > CHROMA
    even = np.ones_like(coloured)
    for axis in (0, 1):
        for shift in (-2, 2):
            even &= np.abs(np.roll(levels, shift, axis) - levels).max(2) < EVEN
    places = np.argwhere(coloured & even)
    if not len(places):
        places = np.argwhere(np.ones_like(coloured))
    chosen = places[draws.permutation(len(places))[:HINTS]].tolist()
    return [(x, y, (int(truth[y, x, 0]), int(truth[y, x, 1]), int(truth[y, x, 2]))) for y, x in chosen]


def _marked(picture: np.ndarray, hints: list[tuple[int, int, tuple[int, int, int]]]) -> np.ndarray:
    """The picture with a dot of each hint's colour."""
    marked = Image.fromarray(picture)
    pen, radius = ImageDraw.Draw(marked), max(1, picture.shape[0] // 24)
    for x, y, colour in hints:
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour, outline=(0, 0, 0))
    return np.array(marked)


def generator_sheet(generator: GeneratorModel, data: DataSet, seed: int) -> Image.Image:
    """Samples at the left, real held-out pictures at the right; a row a class where the generator knows classes."""
    rows: list[tuple[str, np.ndarray]] = []
    classes = generator.classes
    labels = data.held_out_labels
    if classes and labels is not None and tuple(classes) == tuple(data.classes):
        for index, name in enumerate(classes):
            made = generator.sample(EACH, seed=seed, label=index)
            real = data.held_out[labels == index][:EACH]
            rows.append((str(name), _beside(list(made), [_channels_last(each) for each in real])))
    else:
        made = list(generator.sample(6 * EACH, seed=seed))
        order = np.random.default_rng(seed).permutation(len(data.held_out))[: 6 * EACH]
        real = [_channels_last(data.held_out[index]) for index in order.tolist()]
        for first in range(0, 6 * EACH, EACH):
            rows.append(("", _beside(made[first : first + EACH], real[first : first + EACH])))
    return page(f"{generator.card.name}: samples (left), real held-out pictures (right)", rows)


def _beside(made: list[np.ndarray], real: list[np.ndarray]) -> np.ndarray:
    """Two rows of pictures with a wide gap between them."""
    blank = np.full_like(made[0], 255)
    left, right = (_table([_enlarged(each) for each in [*side, *[blank] * EACH][:EACH]], EACH) for side in (made, real))
    return np.concatenate([left, np.full((left.shape[0], 4 * GAP, 3), 255, np.uint8), right], axis=1)


def _channels_last(picture: Any) -> np.ndarray:
    """uint8 (H, W, 3) of a tensor (C, H, W)."""
    return _coloured(picture.permute(1, 2, 0).numpy())


def _coloured(picture: np.ndarray) -> np.ndarray:
    planes = picture if picture.ndim == 3 else picture[..., None]
    return np.repeat(planes, 3, axis=2) if planes.shape[2] == 1 else planes


def _enlarged(picture: np.ndarray) -> np.ndarray:
    """A whole number of times as large, so that pixels stay pixels."""
    coloured = _coloured(picture)
    times = max(1, round(SIDE / coloured.shape[0]))
    return coloured.repeat(times, axis=0).repeat(times, axis=1)


def _table(cells: list[np.ndarray], columns: int) -> np.ndarray:
    """Cells of one size in rows, with gaps."""
    height, width, _ = cells[0].shape
    rows = -(-len(cells) // columns)
    columns = min(columns, len(cells))
    sheet = np.full((rows * (height + GAP) - GAP, columns * (width + GAP) - GAP, 3), 255, np.uint8)
    for index, cell in enumerate(cells):
        top, left = index // columns * (height + GAP), index % columns * (width + GAP)
        sheet[top : top + height, left : left + width] = cell
    return sheet


def page(title: str, rows: list[tuple[str, np.ndarray]]) -> Image.Image:
    """A sheet with a title, and tables below each other, each under its name."""
    width = max(table.shape[1] for _, table in rows) + 2 * MARGIN
    height = LINE + MARGIN + sum(table.shape[0] + GAP + (LINE if name else 0) for name, table in rows) + MARGIN
    sheet = Image.new("RGB", (width, height), (255, 255, 255))
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(15)
    pen.text((MARGIN, MARGIN // 2), title, fill=(0, 0, 0), font=font)
    top = LINE + MARGIN
    for name, table in rows:
        if name:
            pen.text((MARGIN, top), name, fill=(60, 60, 60), font=font)
            top += LINE
        sheet.paste(Image.fromarray(table), (MARGIN, top))
        top += table.shape[0] + GAP
    return sheet


if __name__ == "__main__":
    sys.exit(main())
