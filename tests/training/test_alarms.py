"""Alarms of translations: they ring for the real thing and stay quiet for a good translator."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch
from torch import Tensor

from gan_core.assembly import check_parts
from gan_core.data import DataSet
from gan_core.data.scenes.sources import draw
from gan_core.metrics.drawing import translated_samples
from gan_core.models import load_model
from gan_core.recipes import Recipe
from gan_core.runs.folder import RunFolder
from gan_core.training import alarms
from gan_core.training.alarms import Alarm, AlarmFilter, translation_alarms
from gan_core.training.session import run_training

SEED = 900_000
"""Of the first of eight places that no data set holds."""


@pytest.fixture(scope="module")
def summers() -> Tensor:
    return draw(SEED, 8, False, 64)


@pytest.fixture(scope="module")
def winters() -> Tensor:
    """Other places than the summers, as in an unpaired set."""
    return draw(SEED + 100, 16, True, 64)


def kinds(found: list[Alarm]) -> list[str]:
    return [alarm.kind for alarm in found]


def made(name: str, direction: str, pictures: Tensor) -> Tensor:
    translator = load_model(name, "cpu")
    return translated_samples(translator.networks[direction], pictures, torch.device("cpu")).clone()  # pyright: ignore[reportAttributeAccessIssue]


def test_a_good_translator_is_left_in_peace(summers: Tensor, winters: Tensor) -> None:
    assert translation_alarms(summers, made("summer-winter", "AtoB", summers), winters) == []
    assert translation_alarms(winters, made("summer-winter", "BtoA", winters), summers) == []
    assert translation_alarms(summers, draw(SEED, 8, True, 64), winters) == [], "the truth, too"


def test_an_inverting_translator_is_told(summers: Tensor, winters: Tensor) -> None:
    inverted = 255 - made("summer-winter", "AtoB", summers)
    (alarm,) = translation_alarms(summers, inverted, winters)
    assert alarm.kind == "inverted"
    assert re.search(r"swapped in [678] of 8 held-out pictures\.", alarm.sentence)
    assert "another seed" in alarm.sentence
    assert "'Weight, identity' behind Advanced to 0.5 (game.identity_weight=0.5)" in alarm.sentence
    (alarm,) = translation_alarms(summers, inverted, winters, "contrastive")
    assert "game.identity=true" in alarm.sentence


def test_some_inverted_pictures_are_no_alarm(summers: Tensor, winters: Tensor) -> None:
    translations = made("summer-winter", "AtoB", summers)
    translations[:5] = 255 - translations[:5]
    assert translation_alarms(summers, translations, winters) == []


def test_domains_that_ask_for_inversion_may_have_it() -> None:
    """Ink on paper becomes chalk on a blackboard."""
    generator = torch.Generator().manual_seed(0)
    ink = ((torch.rand(16, 1, 32, 32, generator=generator) > 0.1) * 255).to(torch.uint8)
    assert translation_alarms(ink[:8], 255 - ink[:8], 255 - ink[8:]) == []
    assert kinds(translation_alarms(ink[:8], 255 - ink[:8], ink[8:])) == ["inverted"]


@pytest.mark.parametrize("strength", [0.0, 0.1])
def test_a_translator_that_hardly_does_anything_is_told(summers: Tensor, winters: Tensor, strength: float) -> None:
    towards = draw(SEED, 8, True, 64).float()
    copied = (summers.float() * (1 - strength) + strength * towards).round().to(torch.uint8)
    (alarm,) = translation_alarms(summers, copied, winters)
    assert alarm.kind == "unchanged"
    assert "game.cycle_weight" in alarm.sentence
    (alarm,) = translation_alarms(summers, copied, winters, "contrastive")
    assert "(game.contrast_weight)" in alarm.sentence


@pytest.mark.parametrize("noise", [0, 40])
def test_one_picture_for_everything_is_told(summers: Tensor, winters: Tensor, noise: int) -> None:
    grain = torch.randint(-noise, noise + 1, summers.shape, generator=torch.Generator().manual_seed(0))
    same = (winters[:1].int() + grain).clamp(0, 255).to(torch.uint8)
    (alarm,) = translation_alarms(summers, same, winters)
    assert alarm.kind == "collapsed"
    assert "game.diffaugment" in alarm.sentence


def test_a_domain_without_variety_of_its_own_does_not_count_as_collapse(summers: Tensor) -> None:
    """Where all real pictures are nearly one, translations may be."""
    only = draw(SEED + 100, 1, True, 64).expand(8, -1, -1, -1)
    real = (only.int() + torch.arange(8).view(8, 1, 1, 1)).clamp(0, 255).to(torch.uint8)
    assert "collapsed" not in kinds(translation_alarms(summers, real, real))


@pytest.mark.parametrize(("game", "name"), [("cycle", "cyclegan"), ("contrastive", "fastcut")])
def test_the_settings_that_help_can_be_typed_as_they_are(
    game: str, name: str, summers: Tensor, winters: Tensor
) -> None:
    broken = [255 - summers, summers, winters[:1].expand(8, -1, -1, -1)]
    advice = " ".join(
        alarm.sentence for outputs in broken for alarm in translation_alarms(summers, outputs, winters, game, apart=60)
    )
    settings = re.findall(r"((?:game\.\w+|augmentation)=[\w.,]*\w)", advice)
    assert len(settings) >= 3
    for setting in settings:
        check_parts(Recipe.named(name).with_settings(dict([setting.split("=", 1)])))
    named = re.findall(r"(game\.\w+)(?!\w|=)", advice)  # settings to be lowered
    assert all(key.removeprefix("game.") in Recipe.named(name).game.options for key in named)


def test_measures_by_hand() -> None:
    ramp = torch.arange(0, 256, 4, dtype=torch.uint8).view(1, 1, 1, 64).expand(2, 3, 64, 64)
    assert alarms.lightness_correlation(ramp, 255 - ramp).tolist() == pytest.approx([-1, -1])
    assert alarms.lightness_correlation(ramp, ramp).tolist() == pytest.approx([1, 1])
    assert alarms.lightness_correlation(ramp, torch.zeros_like(ramp)).tolist() == [0, 0]
    assert alarms.mean_change(ramp, (ramp.int() // 2).to(torch.uint8)) == pytest.approx(63, abs=0.1)
    levels = torch.tensor([0, 10, 40], dtype=torch.uint8).view(3, 1, 1, 1).expand(3, 3, 32, 32)
    assert alarms.variety(levels) == pytest.approx((10 + 40 + 30) / 3)
    assert alarms.variety(levels[:1]) == 0
    red = torch.tensor([255, 0, 0], dtype=torch.uint8).view(1, 3, 1, 1)
    assert alarms.luma(red).item() == pytest.approx(0.299 * 255)
    assert alarms.luma(red[:, :1]).item() == 255


def test_an_alarm_is_told_on_its_second_look_once_until_it_clears() -> None:
    watch, grey, swapped = AlarmFilter(), Alarm("collapsed", "a"), Alarm("inverted", "b")
    looks = [[grey], [grey, swapped], [grey], [], [grey], [grey, swapped], [swapped]]
    told = [kinds(watch.news(found)) for found in looks]
    assert told == [[], ["collapsed"], [], [], [], ["collapsed"], ["inverted"]]


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("chance", [0, 10**6])
def test_a_run_tells_its_alarms_as_warnings_but_not_before_it_had_a_chance(
    chance: int,
    tmp_path: Path,
    tiny_fastcut: Recipe,
    tiny_pair: dict[str, DataSet],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An untrained translator draws nearly one grey picture for everything."""
    monkeypatch.setattr(alarms, "CHANCE", chance)
    pair = {domain: DataSet(domain, flat, flat[:4]) for domain, flat in zip("AB", flats(), strict=True)}
    folder = RunFolder.create(tmp_path, tiny_fastcut.replace(steps=3), "watched")
    run_training(folder, "cpu", data=pair)
    told = [event["text"] for event in folder.events()[0] if event["kind"] == "warning"]
    assert [text.startswith("A to B: Translations all look alike") for text in told] == ([True] if chance == 0 else [])


def flats() -> tuple[Tensor, Tensor]:
    """Pictures of one colour each, of which no two are alike."""
    colours = torch.randint(0, 256, (2, 12, 3, 1, 1), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    one, other = colours.expand(2, 12, 3, 16, 16).contiguous()
    return one, other
