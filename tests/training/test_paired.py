"""A training on pairs: both halves go together, a resumed one goes on bit for bit, and it is measured by the truth."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from gan_core.assembly import check_parts
from gan_core.data import DataSet
from gan_core.data.augmentation import line_jitter
from gan_core.data.scenes import sources
from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.games.hint_sampling import fixed_hints
from gan_core.images import to_float, to_uint8
from gan_core.metrics.paired import WITH_HINTS, PairedEvaluator
from gan_core.models.files import read_card
from gan_core.networks import translator_input
from gan_core.recipes import Part, Recipe
from gan_core.reference_levels import NOTHING
from gan_core.runs import RunFolder
from gan_core.training import session
from gan_core.training.batch_sources import PairedBatchSource
from gan_core.training.evaluation import evaluate
from gan_core.training.evaluators import PairedRunEvaluator, evaluator_for
from gan_core.training.preview import Preview
from gan_core.training.trainer import Trainer
from tests.conftest import noise_set

CPU = torch.device("cpu")
EXACT = Arithmetic(CPU, bfloat16=False, threads=1)


@pytest.fixture(autouse=True)
def few_scenes(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many drawn landscapes as matter here."""
    monkeypatch.setattr(sources, "TRAINING", 24)
    monkeypatch.setattr(sources, "HELD_OUT", 8)


@pytest.fixture
def pairs() -> dict[str, DataSet]:
    """Pairs of which B is A upside down in value."""
    a = noise_set(3, 16, count=10)
    return {"A": a, "B": DataSet("inverted", 255 - a.pictures, 255 - a.held_out)}


# -- sampling ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "augmentation", [(), ("flip",), ("jitter",), ("crop",), ("flip", "jitter", "crop"), ("rotate", "scale")]
)
def test_both_halves_are_the_same_pictures_changed_alike(
    tiny_paired: Recipe, pairs: dict[str, DataSet], augmentation: tuple[str, ...]
) -> None:
    source = PairedBatchSource(tiny_paired.replace(augmentation=augmentation), pairs, CPU)
    for _ in range(8):  # into the third epoch
        batch = source.draw()
        assert torch.allclose(batch.real["A"], -batch.real["B"], atol=1e-5)
        if not {"crop", "rotate"} & set(augmentation):  # these sample the picture anew
            assert batch.real["A"].is_contiguous(memory_format=torch.channels_last)


def test_augmentations_move_pictures_and_leave_the_order_alone(tiny_paired: Recipe, pairs: dict[str, DataSet]) -> None:
    plain, moved = (
        PairedBatchSource(tiny_paired.replace(augmentation=names), pairs, CPU).draw()
        for names in ((), ("flip", "jitter"))
    )
    assert not torch.equal(plain.real["A"], moved.real["A"])
    assert plain.seed == moved.seed


def test_thickness_of_lines_is_changed_in_the_input_alone(tiny_paired: Recipe, pairs: dict[str, DataSet]) -> None:
    lines = torch.full((10, 3, 16, 16), 255, dtype=torch.uint8)
    lines[..., 7:9, :] = 0
    data = {**pairs, "A": DataSet("lines", lines, lines[:4])}
    plain, changed = (
        PairedBatchSource(tiny_paired.replace(augmentation=names, batch_size=10), data, CPU).draw()
        for names in ((), ("line-jitter",))
    )
    assert torch.equal(plain.real["B"], changed.real["B"])
    assert not torch.equal(plain.real["A"], changed.real["A"])


def test_lines_become_one_to_three_pixels_thick_with_small_gaps() -> None:
    pictures = torch.ones(400, 1, 21, 21)
    pictures[:, :, 9:12] = -1  # three pixels thick
    made = line_jitter(pictures, torch.Generator().manual_seed(0))
    middle = (made[:, 0, :, 5:16] < 0).sum(1)
    thick = middle.float().mode(1).values
    shares = [float((thick == number).float().mean()) for number in (1, 2, 3)]
    for share, expected in zip(
        shares, (0.25, 0.25, 0.5), strict=True
    ):  # three: a quarter as they are, a quarter drawn so
        assert abs(share - expected) < 5 * (expected * (1 - expected) / 400) ** 0.5
    gaps = (middle != thick[:, None]).any(1).float().mean()
    assert 0.02 < gaps < 0.3
    assert set(made.unique().tolist()) == {-1.0, 1.0}
    thin = torch.ones(40, 1, 21, 21)
    thin[:, :, 10] = -1  # a line of one pixel is never lost
    kept = (line_jitter(thin, torch.Generator().manual_seed(1)) < 0).flatten(1).sum(1)
    assert (kept >= 12).all()


def test_thickness_of_lines_belongs_to_pairs(tiny_cycle: Recipe) -> None:
    with pytest.raises(InputError, match="line-jitter changes the inputs of pairs alone"):
        check_parts(tiny_cycle.replace(augmentation=("line-jitter",)))
    with pytest.raises(InputError, match="does not learn from pairs"):
        check_parts(tiny_cycle.replace(pairs="edges"))


# -- going on ----------------------------------------------------------------------------------------------------------


def test_a_resumed_training_goes_on_bit_for_bit(tiny_paired: Recipe, pairs: dict[str, DataSet]) -> None:
    recipe = tiny_paired.replace(augmentation=("flip", "jitter", "line-jitter"))
    whole, first = (Trainer(recipe, pairs, CPU, EXACT) for _ in range(2))
    for _ in range(5):
        whole.step()
    for _ in range(2):
        first.step()
    tensors, values = first.state()
    second = Trainer(recipe.replace(seed=recipe.seed), pairs, CPU, EXACT)
    second.load_state(tensors, json.loads(json.dumps(values)))
    for _ in range(3):
        second.step()
    expected, found = whole.state()[0], second.state()[0]
    assert expected.keys() == found.keys()
    assert all(torch.equal(expected[name], found[name]) for name in expected)


def test_a_run_ends_with_a_model_that_says_what_it_takes(tiny_paired: Recipe, tmp_path: Path, eager: None) -> None:
    folder = session.create(tiny_paired, tmp_path, "run")
    status = session.run_training(folder, "cpu")
    assert (status.state, status.step) == ("finished", 6)
    card = read_card(folder.model)
    assert card.inputs == {"hints": True, "noise": 2}
    assert card.channels == 3
    assert card.network["channels"] == 9
    assert card.judge["channels"] == 6
    assert dict(card.domains) == {"A": "scenes-summer (edges)", "B": "scenes-summer"}
    assert list(card.metrics) == ["AtoB paired-l1"]
    told = next(event for event in folder.events()[0] if event["kind"] == "metric")
    assert set(told["about"]) == {NOTHING, WITH_HINTS}
    layout = folder.read_layout()
    assert layout is not None
    assert [(each["ways"], each["truth"], each["hints"]) for each in layout["groups"]] == [
        (["AtoB"], True, 0),
        (["AtoB"], True, 3),
    ]


def test_data_that_are_no_pairs_are_refused_before_a_run_is_made(tiny_paired: Recipe, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="glyphs holds no pairs"):
        session.create(tiny_paired.replace(data="glyphs", pairs=None), tmp_path, "run")
    assert not (tmp_path / "run").exists()


# -- what is shown and measured ----------------------------------------------------------------------------------------


def test_sheets_show_input_output_truth_and_the_same_with_hints(tiny_paired: Recipe, pairs: dict[str, DataSet]) -> None:
    trainer = Trainer(tiny_paired, pairs, CPU, EXACT)
    sheet = Preview(trainer, pairs).draw()
    side = 18
    assert sheet.shape == (4 * side - 2, 6 * side - 2, 3)
    cells = [[sheet[r * side : r * side + 16, c * side : c * side + 16] for c in range(6)] for r in range(4)]
    given, truths = (to_float(pairs[name].held_out[:4]) for name in "AB")
    network = trainer.exported()["AtoB"]
    hints = fixed_hints(truths, 3, tiny_paired.seed)
    with torch.no_grad():
        plain = to_uint8(network(translator_input(given, tiny_paired.inputs)))
        hinted = to_uint8(network(translator_input(given, tiny_paired.inputs, hints)))
    for row in range(4):
        assert np.array_equal(cells[row][0], to_uint8(given)[row])
        assert np.array_equal(cells[row][1], plain[row])
        assert np.array_equal(cells[row][2], to_uint8(truths)[row])
        assert np.array_equal(cells[row][4], hinted[row])
        assert np.array_equal(cells[row][5], to_uint8(truths)[row])
    marked = np.array_equal(cells[0][3], to_uint8(given)[0])
    assert not marked


def test_the_truth_is_the_measure(pairs: dict[str, DataSet]) -> None:
    seen: list[torch.Tensor | None] = []

    def translate(pictures: torch.Tensor, hints: torch.Tensor | None) -> torch.Tensor:
        seen.append(hints)
        right = 255 - pictures
        return right if hints is not None else torch.where(right > 250, right, right + 5)

    found = PairedEvaluator(pairs, hints=True).measure(translate, 4)
    truths = pairs["B"].held_out
    off = torch.where(truths > 250, truths, truths + 5).float() - truths.float()
    assert found.name == "AtoB paired-l1"
    assert found.value == pytest.approx(float(off.mean()) / 255)
    nothing = (pairs["A"].held_out.float() - truths.float()).abs().mean() / 255
    assert found.details == {NOTHING: pytest.approx(float(nothing), rel=1e-5), WITH_HINTS: 0.0}
    hints = seen[1]
    assert hints is not None
    assert torch.equal(hints, fixed_hints(to_float(truths), 2, 0))
    hinted = PairedEvaluator(pairs, hints=True).measure_hinted(translate, 4)
    assert (hinted.name, hinted.value) == ("AtoB hinted-l1", 0.0)


def test_a_run_is_measured_by_the_truth(tiny_paired: Recipe, pairs: dict[str, DataSet]) -> None:
    trainer = Trainer(tiny_paired, pairs, CPU, EXACT)
    evaluator = evaluator_for(trainer, pairs)
    assert isinstance(evaluator, PairedRunEvaluator)
    assert evaluator.sizes == (4,)
    assert evaluator.measure(trainer.exported(), 4, 2).value > 0


def test_evaluate_loads_pairs_as_the_training_made_them(tiny_paired: Recipe, tmp_path: Path) -> None:
    from gan_core.translation.translator import Translator

    recipe = tiny_paired.replace(game=Part("paired", {"hints": True}))
    folder: RunFolder = session.create(recipe, tmp_path, "run")
    session.run_training(folder, "cpu")
    trainer = Trainer(recipe, session.load_data(recipe), CPU, EXACT)
    model = Translator(trainer.exported(), read_card(folder.model))
    found = evaluate(model, "run", count=4)
    names = [each.name for each in found.measurements]
    assert {"AtoB paired-l1", "AtoB hinted-l1", "AtoB paired-ssim"} <= set(names)
    assert found.data == "scenes-summer (edges) and scenes-summer"
    other = evaluate(model, "run", count=4, data="scenes-summer", pairs="grey")
    assert other.data == "scenes-summer (grey) and scenes-summer"
