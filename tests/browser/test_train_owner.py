"""Two people, two runs: each page keeps its own, and what is another's is asked for by its name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from gan_core.recipes import Recipe
from gan_core.runs import RunFolder, list_runs
from gan_core.runs.owners import owners_of
from tests.browser.conftest import App, open_tab, reload, start, state, wait_for_change
from tests.browser.pages import watched
from tests.browser.test_train import LIVE
from tests.ui.fake_run import fake_run

pytestmark = pytest.mark.usefixtures("leave_nothing_running")


@pytest.fixture
def other(browser: Browser, app: App) -> Iterator[Page]:
    """The page of somebody else: another browser, with a mark of its own."""
    with watched(browser, app.url, "about:", viewport={"width": 1000, "height": 800}) as page:
        page.get_by_role("tab", name="Explore").wait_for()
        yield page


def shown(page: Page) -> str:
    return page.locator("#run-picker").input_value()


def named(app: App, name: str) -> RunFolder:
    return next(run for run in list_runs(app.runs) if run.name == name)


def test_two_pages_two_runs_each_keeps_its_own(page: Page, other: Page, app: App) -> None:
    start(page)
    mine = shown(page)
    expect(page.locator("#start")).to_be_disabled()
    expect(page.locator("#start")).to_contain_text(f"Training {mine}")
    expect(page.locator("#start-another")).to_be_visible()

    expect(other.locator("#start-cost")).to_contain_text(f"waits in line until {mine} ends")  # before it is pressed
    other.locator("#start").click()
    state(other, "waiting")
    theirs = shown(other)
    assert theirs != mine
    expect(other.locator("#train-live [data-notice]")).to_have_text(f"Waiting: 1st in line; starts when {mine} ends.")
    expect(other.locator(".chips button", has_text=mine)).to_be_visible()
    assert owners_of(named(app, mine).path) != owners_of(named(app, theirs).path)

    page.locator("#stop").dblclick()  # the second half of it hits nobody
    state(page, "stopped")
    expect(page.locator("#train-live [data-notice]")).to_contain_text("Stopped and saved")
    state(other, "running")
    wait_for_change(other, LIVE, "")
    expect(page.locator(".chips button", has_text=theirs)).to_be_visible()
    assert shown(page) == mine  # it shows the end of its own run, though another is going on
    expect(page.locator("#stop")).to_be_hidden()
    assert named(app, theirs).control() is None
    reload(page)
    expect(page.locator("#run-picker")).to_have_value(mine)
    state(page, "stopped")


def test_what_others_started_is_watched_and_stopped_by_its_name_only(page: Page, other: Page, app: App) -> None:
    start(page)
    mine = shown(page)
    state(other, "running")  # nothing of its own to show: it watches
    assert shown(other) == mine
    question = other.locator("#run-question")
    other.locator("#pause").click()
    expect(question).to_contain_text(f"Pause “{mine}”, which was started elsewhere?")
    other.get_by_role("button", name="Leave it").click()
    expect(question).to_be_hidden()
    other.locator("#stop").dblclick()
    expect(question).to_contain_text(f"Stop “{mine}”, which was started elsewhere?")
    other.wait_for_timeout(500)
    assert named(app, mine).control() is None
    question.get_by_role("button", name=f"Stop {mine}").click()
    state(other, "stopped")
    state(page, "stopped")
    assert shown(page) == mine

    open_tab(other, "Models and runs")
    card = other.locator(f"#runs-shelf article[data-name='{mine}']")
    card.locator("[data-does='Delete']").click()
    expect(card.locator(".ask")).to_contain_text(f"{mine} was started elsewhere.")
    expect(card.get_by_role("button", name=f"Delete {mine} for good")).to_be_visible()
    card.locator("[data-does='Keep']").click()
    open_tab(page, "Models and runs")
    page.locator(f"#runs-shelf article[data-name='{mine}'] [data-does='Delete']").click()
    page.get_by_role("button", name="Delete for good", exact=True).click()  # its own: no name needed
    expect(other.locator(f"#runs-shelf article[data-name='{mine}']")).to_have_count(0)
    assert not named_exists(app, mine)


def named_exists(app: App, name: str) -> bool:
    return any(run.name == name for run in list_runs(app.runs))


def test_a_double_click_on_start_starts_one_training(page: Page, app: App) -> None:
    before = len(list_runs(app.runs))
    page.locator("#start").dblclick()
    state(page, "running")
    page.wait_for_timeout(1500)
    assert len(list_runs(app.runs)) == before + 1
    page.locator("#start-another").click()
    state(page, "waiting")
    waiting = shown(page)
    assert len(list_runs(app.runs)) == before + 2
    page.locator("#stop").click()  # it is called Cancel while the run waits
    expect(page.locator("#train-live [data-notice]")).to_contain_text(f"{waiting} waits no more")
    assert not named_exists(app, waiting)


def test_a_page_without_a_run_turns_to_one_of_elsewhere_and_then_stays(page: Page, app: App) -> None:
    fake_run(app.runs, "finished", "long-ago")
    reload(page)
    page.wait_for_function("document.querySelector('#run-picker')?.value")
    first = fake_run(app.runs, "starting", "shell-1")
    with first.lock():
        expect(page.locator("#run-picker")).to_have_value("shell-1")
        state(page, "starting")  # a page stays with what it saw going on
        first.write_status(first.status().__class__(state="finished", step=10))
    state(page, "finished")
    second = fake_run(app.runs, "starting", "shell-2")
    with second.lock():
        expect(page.locator(".chips button", has_text="shell-2")).to_be_visible()
        assert shown(page) == "shell-1"
        page.locator(".chips button", has_text="shell-2").click()
        expect(page.locator("#run-picker")).to_have_value("shell-2")
        second.write_status(second.status().__class__(state="finished", step=10))
    assert second.recipe() == Recipe.named("dcgan")
