"""Weights dropped among the pictures are imported and chosen; code in them is never run."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Page, expect

from tests.browser.translate_page import TranslatePage, picture
from tests.translation.layout_table import Resnet


@pytest.fixture
def tab(page: Page) -> TranslatePage:
    return TranslatePage(page)


class Payload:
    """Opening a pickle of this would leave a mark."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return eval, (f"open({str(self.mark)!r}, 'w').close()",)


def test_dropped_weights_are_chosen_with_their_sentence(tab: TranslatePage, tmp_path: Path) -> None:
    tab.drop(picture(tmp_path / "mine.png", (64, 64)))
    tab.wait_shown("mine.png")
    torch.save(Resnet(blocks=1, width=2).weights(0), tmp_path / "horse2zebra.pth")
    tab.drop(tmp_path / "horse2zebra.pth")
    tab.notice("ResNet with 1 block, width 2")
    tab.wait_shown("mine.png", "horse2zebra")
    assert tab.find("select.model").input_value() == "horse2zebra"
    assert tab.find(".directions label").all_inner_texts() == ["horse → zebra"]
    assert tab.find("[name=gw-view][value=cycle]").locator("..").is_hidden()


def test_code_in_weights_is_refused_and_not_run(tab: TranslatePage, tmp_path: Path) -> None:
    shown, mark = tab.shown(), tmp_path / "mark"
    (tmp_path / "evil.pth").write_bytes(pickle.dumps({"model.1.weight": Payload(mark)}))
    tab.drop(tmp_path / "evil.pth")
    expect(tab.find("[data-notice][data-kind=error]")).to_contain_text("evil.pth")
    assert not mark.exists()
    assert tab.shown() == shown
