"""Own pictures while a translation trains: drawn as the Translate tab would, never noticed by the training."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from PIL import Image

from gan_core.cards import Card
from gan_core.data import DataSet
from gan_core.devices import Arithmetic
from gan_core.recipes import Part, Recipe
from gan_core.runs import RunFolder
from gan_core.runs.probe_images import ProbeImages
from gan_core.training import probe_images as drawing
from gan_core.training import session
from gan_core.training.budget import OWN, OWN_LOAN, SHARE, Budget
from gan_core.training.probe_images import ProbeSheets, read_layout
from gan_core.training.trainer import Trainer
from gan_core.translation.translator import Translator

EXACT = Arithmetic(torch.device("cpu"), bfloat16=False, threads=1)


def picture(width: int, height: int, seed: int = 0) -> bytes:
    coarse = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC).save(buffer, "PNG")
    return buffer.getvalue()


def card(size: int = 16) -> Card:
    return Card(name="run", kind="translator", network={}, size=size, channels=3)


def cell(sheet: bytes, place: list[int]) -> np.ndarray:
    left, top, width, height = place
    with Image.open(io.BytesIO(sheet)) as image:
        return np.asarray(image)[top : top + height, left : left + width]


def test_each_picture_keeps_its_shape_and_looks_as_in_the_translate_tab(
    tiny_cycle: Recipe, tiny_pair: dict[str, DataSet], tmp_path: Path
) -> None:
    trainer = Trainer(tiny_cycle, tiny_pair, torch.device("cpu"), EXACT)
    own = ProbeImages(tmp_path / "own")
    own.add(picture(90, 40), "wide.png", "A")
    own.add(picture(32, 64, 1), "tall.png", "B")
    sheets = ProbeSheets(own, trainer, card)
    assert sheets.changed()
    sheet = sheets.draw()
    assert sheet is not None
    assert not sheets.changed()
    layout = read_layout(sheet)
    assert layout["step"] == 0
    translator = Translator(trainer.exported(), card(), arithmetic=EXACT)
    for entry, each, way in zip(layout["pictures"], own.all(), ("AtoB", "BtoA"), strict=True):
        assert list(entry["cells"]) == ["original", "translation", "back", "error"]
        rgb = each.read()
        there, back = translator.cycle(rgb, way, scale="auto")
        assert [place[2:] for place in entry["cells"].values()] == [[rgb.shape[1], rgb.shape[0]]] * 4
        expected = {"original": rgb, "translation": there.rgb, "back": back.rgb}
        for name, pixels in expected.items():
            apart = np.abs(cell(sheet, entry["cells"][name]).astype(int) - pixels)
            assert apart.mean() < 6, f"{name} differs by more than JPEG does"
        assert entry["error"] == pytest.approx(np.abs(back.rgb.astype(int) - rgb).mean(), abs=0.06)


def test_one_way_has_no_way_back(tiny_pair: dict[str, DataSet], tmp_path: Path, tiny_cycle: Recipe) -> None:
    recipe = tiny_cycle.replace(game=Part("contrastive"))
    trainer = Trainer(recipe, tiny_pair, torch.device("cpu"), EXACT)
    own = ProbeImages(tmp_path / "own")
    for domain in "AB":
        own.add(picture(20, 20), "a.png", domain)
    sheet = ProbeSheets(own, trainer, card).draw()
    assert sheet is not None
    for entry in read_layout(sheet)["pictures"]:
        assert list(entry["cells"]) == ["original", "translation"]
        assert entry["error"] is None


def test_without_pictures_there_is_no_sheet(tiny_cycle: Recipe, tiny_pair: dict[str, DataSet], tmp_path: Path) -> None:
    trainer = Trainer(tiny_cycle, tiny_pair, torch.device("cpu"), EXACT)
    sheets = ProbeSheets(ProbeImages(tmp_path / "own"), trainer, card)
    assert sheets.draw() is None
    assert not sheets.any


def trained(recipe: Recipe, root: Path, data: dict[str, DataSet], name: str, *pictures: str) -> RunFolder:
    folder = session.create(recipe, root, name)
    for index, domain in enumerate(pictures):
        folder.own.add(picture(24, 18, index), "a.png", domain)
    session.run_training(folder, "cpu", data=data)
    return folder


def newest(folder: RunFolder) -> dict[str, torch.Tensor]:
    checkpoints = [path for path in (folder.path / "checkpoints").glob("*.safetensors") if path.stem.isdecimal()]
    return safetensors.torch.load_file(max(checkpoints))


def test_the_training_does_not_notice_them_and_goes_on_bit_for_bit(
    tiny_cycle: Recipe, tiny_pair: dict[str, DataSet], tmp_path: Path
) -> None:
    recipe = tiny_cycle.replace(deterministic=True, steps=12)
    alone = trained(recipe, tmp_path, tiny_pair, "alone")
    watched = trained(recipe.replace(steps=6), tmp_path, tiny_pair, "watched", "A", "B")
    watched.own.remove(1)
    watched.own.add(picture(30, 30), "b.png", "A")
    session.extend(watched, steps=12)
    session.run_training(watched, "cpu", data=tiny_pair)
    one, other = newest(alone), newest(watched)
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert [entry["number"] for entry in read_layout(watched.own_at(12).read_bytes())["pictures"]] == [2, 3]


def test_every_key_frame_has_them_and_a_future_that_is_undone_takes_them_along(
    tiny_cycle: Recipe, tiny_pair: dict[str, DataSet], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Budget, "affords", lambda self: True)
    monkeypatch.setattr(Budget, "affords_own", lambda self: True)
    folder = trained(tiny_cycle, tmp_path, tiny_pair, "run", "A")
    steps = [frame.step for frame in folder.keyframes()]
    assert steps == [1, 2, 3, 4, 5, 6], "sheets of own pictures are no key frames of their own"
    for step in steps:
        assert read_layout(folder.own_at(step).read_bytes())["step"] == step
    folder.own_at(9).write_bytes(b"later")
    session.extend(folder, steps=7)
    session.run_training(folder, "cpu", data=tiny_pair)
    assert not folder.own_at(9).exists()
    assert folder.own_at(7).exists()


def test_pictures_come_and_go_while_it_trains(
    tiny_cycle: Recipe, tiny_pair: dict[str, DataSet], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawn at the next look, whatever the budget says; gone as soon as they are removed."""
    monkeypatch.setattr("gan_core.training.loop.TICK", 0.0)
    monkeypatch.setattr(Budget, "affords_own", lambda self: False)
    folder = session.create(tiny_cycle.replace(steps=40), tmp_path, "run")
    step, seen = Trainer.step, []

    def stepping(trainer: Trainer) -> dict[str, torch.Tensor]:
        seen.append(folder.live_own.exists())
        if trainer.step_count == 20:
            folder.own.add(picture(20, 20), "a.png")
        if trainer.step_count == 30:
            folder.own.remove(1)
        return step(trainer)

    monkeypatch.setattr(Trainer, "step", stepping)
    session.run_training(folder, "cpu", data=tiny_pair)
    assert seen == [False] * 21 + [True] * 10 + [False] * 9


def test_own_pictures_have_an_account_of_their_own() -> None:
    now = [0.0]
    budget = Budget(clock=lambda: now[0])
    assert budget.affords_own()
    with budget.drawing_own():
        now[0] += 1.0
    assert not budget.affords_own()
    now[0] = (2.0 - OWN_LOAN) / OWN - 1
    assert not budget.affords_own()
    now[0] += 2
    assert budget.affords_own()
    assert budget.spent == 0.0
    assert budget.share() == pytest.approx(1.0 / now[0])


def test_the_second_picture_does_not_wait_until_the_first_is_earned() -> None:
    now = [0.0]
    budget = Budget(clock=lambda: now[0])
    with budget.spending():
        now[0] += 0.5
    assert not budget.affords()
    budget.grant()
    assert budget.affords()
    with budget.spending():
        now[0] += 0.5
    assert not budget.affords(), "only once"
    now[0] += 0.5 / SHARE
    assert budget.affords()


def test_a_picture_that_is_removed_at_that_moment_is_left_out(
    tiny_cycle: Recipe, tiny_pair: dict[str, DataSet], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = Trainer(tiny_cycle, tiny_pair, torch.device("cpu"), EXACT)
    own = ProbeImages(tmp_path / "own")
    kept, _ = own.add(picture(20, 20), "a.png")
    gone, _ = own.add(picture(20, 20), "b.png")
    listed = own.all()
    gone.path.unlink()
    monkeypatch.setattr(own, "all", lambda: listed)
    sheet = drawing.ProbeSheets(own, trainer, card).draw()
    assert sheet is not None
    assert [entry["number"] for entry in read_layout(sheet)["pictures"]] == [kept.number]
