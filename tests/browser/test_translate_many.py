"""Folders, several files, zips: all out with the same names."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.translate_page import TranslatePage, picture
from tests.ui.translate.test_films import film


@pytest.fixture
def tab(page: Page) -> TranslatePage:
    return TranslatePage(page)


def packed(tab: TranslatePage) -> list[str]:
    expect(tab.find(".zip")).to_be_visible()
    with tab.page.expect_download() as saved:
        tab.find(".zip").click()
    assert saved.value.suggested_filename == "translated.zip"
    with zipfile.ZipFile(saved.value.path()) as archive:
        assert archive.testzip() is None
        return sorted(archive.namelist())


def test_several_pictures_come_back_as_a_zip_and_what_cannot_be_done_is_named(
    tab: TranslatePage, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"")
    tab.drop(*[picture(tmp_path / f"{number}.png", (50, 40)) for number in range(3)], bad)
    assert packed(tab) == ["0.png", "1.png", "2.png"]
    expect(tab.find(".results")).to_contain_text("bad.jpg")
    expect(tab.find(".count")).to_have_text("Translated 3 of 4, 1 not possible")
    tab.panel.get_by_role("button", name="Show 2.png").click()
    tab.wait_shown("2.png")
    assert tab.find("[name=gw-mode]:checked").get_attribute("value") == "many"
    tab.find(".directions input:not(:checked)").click(force=True)
    tab.find(".rerun").click()
    expect(tab.find(".zip")).to_be_hidden()
    assert packed(tab) == ["0.png", "1.png", "2.png"]


def test_a_folder_keeps_its_folders(tab: TranslatePage, tmp_path: Path) -> None:
    for part in ("one", "two"):
        (tmp_path / "set" / part).mkdir(parents=True)
        picture(tmp_path / "set" / part / "a.png", (40, 40))
    tab.mode("many")
    tab.find("input.directory").set_input_files(tmp_path / "set")
    assert packed(tab) == ["set/one/a.png", "set/two/a.png"]


def test_a_zip_is_opened(tab: TranslatePage, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.write(picture(tmp_path / "x.png", (40, 30)), "deep/x.png")
        archive.write(picture(tmp_path / "y.png", (40, 30)), "y.png")
    tab.drop(tmp_path / "set.zip")
    assert packed(tab) == ["deep/x.png", "y.png"]


def test_a_batch_can_be_stopped_and_what_is_done_can_be_had(tab: TranslatePage, tmp_path: Path) -> None:
    tab.drop(*[picture(tmp_path / f"{number}.png", (300, 300)) for number in range(60)])
    tab.find(".strip button").nth(1).wait_for()
    tab.find(".halt").click()
    expect(tab.find(".count")).to_contain_text("Stopped after")
    names = packed(tab)
    assert 2 <= len(names) < 60


def test_a_film_is_translated_played_and_can_be_had(page: Page, tab: TranslatePage, tmp_path: Path) -> None:
    tab.mode("many")
    tab.find(".smoothing input").fill("30")
    tab.drop(film(tmp_path / "walk.mp4"))
    expect(tab.find(".zip")).to_have_text("Download film")
    with page.expect_download() as saved:
        tab.find(".zip").click()
    assert saved.value.suggested_filename == "walk.mp4"
    expect(tab.find(".facts")).to_contain_text("5 frames of 48 x 32 pixels")
    expect(tab.find(".panes video")).to_have_count(2)
    page.wait_for_function("() => document.querySelectorAll('.panes video')[1].videoWidth === 48")
    expect(tab.find(".views")).to_be_hidden()
    first = tab.find(".panes video").last.get_attribute("src") or ""
    tab.find(".rerun").click()
    expect(tab.find(".panes video").last).not_to_have_attribute("src", first)
    second = tab.find(".panes video").last.get_attribute("src") or ""
    tab.find(".directions input:not(:checked)").click(force=True)  # at once, as for a picture
    expect(tab.find(".panes video").last).not_to_have_attribute("src", second)
    tab.mode("picture")
    expect(tab.find(".views")).to_be_visible()
    expect(tab.find(".panes video")).to_have_count(0)


def test_a_film_that_is_none_is_refused_and_the_picture_stays(tab: TranslatePage, tmp_path: Path) -> None:
    shown = tab.find(".pane .after").first.get_attribute("src")
    (tmp_path / "text.mp4").write_text("no film")
    tab.drop(tmp_path / "text.mp4")
    tab.notice("no film that can be read")
    assert tab.find(".pane .after").first.get_attribute("src") == shown


def choose(tab: TranslatePage, folder: Path) -> None:
    tab.mode("many")
    tab.find("input.directory").set_input_files(folder)


def drop_folder(tab: TranslatePage, folder: Path) -> None:
    """As a file manager drops it: the page gets a real entry of a directory."""
    box = tab.find(".drop").bounding_box()
    assert box is not None
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    data = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
    session = tab.page.context.new_cdp_session(tab.page)
    for event in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": event, **place, "data": data})


@pytest.mark.parametrize("bring", [choose, drop_folder])
def test_what_a_folder_holds_beside_pictures_is_left_out_in_one_line(
    tab: TranslatePage, tmp_path: Path, bring: Callable[[TranslatePage, Path], None]
) -> None:
    folder = tmp_path / "holiday"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        picture(folder / name, (40, 40))
    for name in (".DS_Store", "Thumbs.db", "notes.txt"):
        (folder / name).write_bytes(b"no picture")
    bring(tab, folder)
    assert packed(tab) == ["holiday/a.png", "holiday/b.png"]
    expect(tab.find(".count")).to_have_text("Translated 2 of 2")
    expect(tab.find(".results li")).to_have_text(["1 file left out: 1 .txt."])


def test_odd_names_come_back_as_they_were(tab: TranslatePage, tmp_path: Path) -> None:
    names = ["it's “so” #1?.png", "100 %25.png", "東京.png", "x" * 230 + ".png"]
    tab.drop(*[picture(tmp_path / name, (40, 40)) for name in names])
    assert packed(tab) == sorted(names)
    tab.drop(tmp_path / names[0])
    tab.wait_shown(names[0])
    with tab.page.expect_download() as saved:
        tab.find(".download").click()
    assert Path(saved.value.path()).stat().st_size > 100


def test_films_and_pictures_are_known_by_their_bytes(page: Page, tab: TranslatePage, tmp_path: Path) -> None:
    film(tmp_path / "made.mp4").rename(tmp_path / "walk.png")
    tab.drop(tmp_path / "walk.png")
    expect(tab.find(".zip")).to_have_text("Download film")
    page.wait_for_function("() => document.querySelectorAll('.panes video')[0].videoWidth === 48")
    tab.mode("picture")
    picture(tmp_path / "still.png", (50, 40)).rename(tmp_path / "still.mp4")
    tab.drop(tmp_path / "still.mp4")
    tab.wait_shown("still.mp4")
    expect(tab.find(".panes video")).to_have_count(0)
