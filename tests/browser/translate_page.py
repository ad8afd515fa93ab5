"""The Translate tab as its tests use it."""

from __future__ import annotations

import json
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect


class TranslatePage:
    """The opened tab, with its first example translated without a click."""

    def __init__(self, page: Page) -> None:
        self.page, self.panel = page, page.locator("#tab-translate")
        page.get_by_role("tab", name="Translate", exact=True).click()
        page.wait_for_function("() => document.querySelector('.translate')?.dataset.shown")
        self.settle()

    def find(self, selector: str) -> Locator:
        return self.panel.locator(selector)

    def settle(self) -> None:
        """Wait until what was asked for last is on the stage."""
        self.find(".frame:not([data-busy='yes'])").wait_for()

    def shown(self) -> list[str]:
        """Source, model, direction and scale of the last whole result."""
        return json.loads(self.find(".translate").get_attribute("data-shown") or "[]")

    def wait_shown(self, *parts: str) -> None:
        """Wait until the last whole result mentions all of these."""
        self.page.wait_for_function(
            "(parts) => parts.every((part) => document.querySelector('.translate').dataset.shown.includes(part))",
            arg=parts,
        )
        self.settle()

    def mode(self, name: str) -> None:
        self.find(f"[name=gw-mode][value={name}]").check(force=True)

    def view(self, name: str) -> None:
        self.find(f"[name=gw-view][value={name}]").check(force=True)
        self.settle()

    def panes(self) -> list[str]:
        """What the panes are called."""
        return [text.strip() for text in self.find(".panes .pane .tag.left").all_inner_texts()]

    def drop(self, *files: Path) -> None:
        self.find("input.files").set_input_files(list(files))

    def notice(self, words: str) -> None:
        expect(self.find("[data-notice]")).to_contain_text(words)

    def download(self) -> tuple[str, Image.Image]:
        expect(self.find(".download")).to_be_enabled()
        with self.page.expect_download() as saved:
            self.find(".download").click()
        with Image.open(saved.value.path()) as image:
            image.load()
            return saved.value.suggested_filename, image


def picture(path: Path, size: tuple[int, int]) -> Path:
    """A meadow under a white sky."""
    image = Image.new("RGB", size, "white")
    image.paste((30, 120, 40), (0, size[1] // 2, *size))
    image.save(path)
    return path
