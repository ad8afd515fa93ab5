"""Explore alone in an app of its own, with two toy models: `python -m tests.browser.explore_page FOLDER`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.pages import launch, watched


def serve(folder: Path) -> None:
    """The tab with two small untrained models; prints the address and stays."""
    import os

    from tests.benchmarks.slider_latency import make_model

    shipped = folder / "pretrained"
    shipped.mkdir()
    os.environ["GAN_WORKBENCH_PRETRAINED"] = str(shipped)
    os.environ["GRADIO_TEMP_DIR"] = str(folder / "temporary")
    os.environ["GAN_WORKBENCH_CACHE"] = str(folder / "cache")
    make_model(shipped, size=32, width=4, name="small")
    make_model(shipped, size=28, width=4, name="other")
    from gan_core.ui.launch import prepare_environment

    prepare_environment()
    import gradio as gr

    from gan_core.ui.context import Context
    from gan_core.ui.explore.tab import build_explore_tab

    context = Context(folder / "runs", "cpu")
    with gr.Blocks(analytics_enabled=False) as demo, gr.Tabs(), gr.Tab("Explore"):
        build_explore_tab(context.runs, context.models, context.settings)
    launch(demo)


@pytest.fixture
def page(browser: Browser, explore_address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page, opened, under watch."""
    with watched(
        browser, explore_address, viewport=getattr(request, "param", ViewportSize(width=1280, height=900))
    ) as page:
        yield page


def picture(page: Page) -> str:
    return page.locator(".big").get_attribute("src") or ""


def settled(page: Page) -> str:
    """The picture once everything asked for has arrived."""
    page.wait_for_function(
        "() => { const asked = document.querySelector('.explore')?.dataset.asked;"
        " return asked && document.querySelector('.big').dataset.seq === asked; }"
    )
    return picture(page)


def changed(page: Page, before: str) -> str:
    """Wait for another picture than `before`, and until everything asked for has arrived."""
    page.wait_for_function("(old) => document.querySelector('.big').src !== old", arg=before)
    return settled(page)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
