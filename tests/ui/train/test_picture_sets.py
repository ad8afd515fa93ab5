"""Pictures that a person brings to the Train tab: kept with their folders, listed for whoever brought them, removed when asked."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from gan_core import data
from gan_core.data.checking import check
from gan_core.errors import InputError
from gan_core.paths import title_of
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder
from gan_core.ui.app_settings import AppSettings
from gan_core.ui.protocol import call
from gan_core.ui.run_library import RunLibrary
from gan_core.ui.train.data_slot import DataSlot, choices, preview_of
from gan_core.ui.train.fetches import Fetches
from gan_core.ui.train.live_run import LiveRun
from gan_core.ui.train.picture_sets import PictureSets
from gan_core.ui.trainings import Trainings
from gan_core.ui.uploads import forget_unused
from tests.cli.conftest import picture
from tests.ui.fake_run import fake_run

ADA, BOB = "ada-0000-0000-0000", "bob-0000-0000-0000"


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("gan_core.ui.uploads.get_upload_folder", lambda: str(folder))
    return folder


@pytest.fixture
def shared(tmp_path: Path) -> PictureSets:
    return PictureSets(RunLibrary(tmp_path / "runs"), AppSettings(local=False))


def sent(uploads: Path, *names: str) -> list[dict[str, str]]:
    """Uploaded pictures that had these names where they come from."""
    return [
        {"path": str(picture(uploads / str(number) / f"{number}.png", seed=number)), "name": name}
        for number, name in enumerate(names)
    ]


def bring(sets: PictureSets, files: list[dict[str, str]], mark: str = ADA) -> str:
    return call(sets.sets_keep, {"files": files, "owner": mark})["name"]


def slot(sets: PictureSets) -> DataSlot:
    none: Any = None
    return DataSlot(sets, Fetches(), *[none] * 6)


def test_a_folder_keeps_its_folders_and_can_be_learned_from(shared: PictureSets, uploads: Path) -> None:
    names = [f"pets/{kind}/{number}.png" for kind in ("cat", "dog") for number in range(4)]
    name = bring(shared, sent(uploads, *names))
    place = slot(shared).source(name, None, None)
    assert data.load(place, size=16).classes == ("cat", "dog")
    assert shared.of(ADA)[0]["title"] == "pets"
    assert name in [value for _, value in choices(shared, ADA)]
    assert "8 pictures" in preview_of(slot(shared), "dcgan", (name, None, None))["caption"] or "held back" in preview_of(
        slot(shared), "dcgan", (name, None, None)
    )["caption"]  # fmt: skip


def test_a_zip_stays_one(shared: PictureSets, uploads: Path) -> None:
    path = uploads / "my cats.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.jpg", b"x")
    name = bring(shared, [{"path": str(path), "name": "my cats.zip"}])
    assert Path(shared.place(name)).read_bytes() == path.read_bytes()
    assert call(shared.sets_list, {"owner": ADA})["sets"] == [{"name": name, "title": "my cats", "count": 0}]


def test_the_same_pictures_again_are_the_same_set(shared: PictureSets, uploads: Path) -> None:
    files = sent(uploads, "a/1.png", "a/2.png")
    assert bring(shared, files) == bring(shared, files)
    assert len(shared.of(ADA)) == 1


def test_visitors_see_their_own_sets_and_the_machines_owner_all(shared: PictureSets, uploads: Path) -> None:
    name = bring(shared, sent(uploads, "a/1.png"))
    assert call(shared.sets_list, {"owner": BOB}) == {"sets": []}
    assert name not in [value for _, value in choices(shared, BOB)]
    with pytest.raises(InputError, match="no such set"):
        call(shared.sets_remove, {"name": name, "owner": BOB})
    assert [each["name"] for each in PictureSets(shared.runs, AppSettings()).of(None)] == [name]


def test_what_a_run_learns_from_is_not_removed(shared: PictureSets, uploads: Path) -> None:
    name = bring(shared, sent(uploads, *(f"a/{number}.png" for number in range(4))))
    run = fake_run(shared.runs.root)
    run.write_recipe(run.recipe().replace(data=shared.place(name)))
    with pytest.raises(InputError, match=f"The run {run.name} learns from these"):
        call(shared.sets_remove, {"name": name, "owner": ADA})
    run.delete()
    assert call(shared.sets_remove, {"name": name, "owner": ADA}) == {"sets": []}
    with pytest.raises(InputError, match="not kept any more"):
        shared.place(name)
    assert "not kept any more" in preview_of(slot(shared), "dcgan", (name, None, None))["error"]


@pytest.mark.parametrize(
    "name", ["../outside.png", "/etc/passwd", "a/../../b.png", "..\\..\\c.png", "a\0b.png", "...", "x" * 300 + ".png"]
)
def test_no_name_leads_out_of_the_set(shared: PictureSets, uploads: Path, name: str) -> None:
    kept = shared.place(bring(shared, sent(uploads, name, "ok.png")))
    files = [path for path in shared.runs.root.rglob("*.png") if path.is_file()]
    assert all(path.resolve().is_relative_to(Path(kept)) for path in files)
    assert len([path for path in Path(kept).rglob("*") if path.is_file()]) == 2


@pytest.mark.parametrize("name", ["uploads/../kept", "uploads/", "uploads/.sets", "uploads/nobody-0123456789"])
def test_only_sets_are_sets(shared: PictureSets, name: str) -> None:
    with pytest.raises(InputError, match="not kept any more"):
        shared.place(name)


def test_what_is_no_picture_is_not_even_sent(shared: PictureSets) -> None:
    names = ["a/1.png", "a/notes.txt", "a/.DS_Store", "a/2.jpg"]
    answer = call(shared.sets_wanted, {"names": names})
    assert answer["wanted"] == [0, 3]
    assert "txt" in answer["note"]
    assert call(shared.sets_wanted, {"names": ["cats.ZIP"]})["wanted"] == [0]
    for wrong in ([], ["notes.txt"]):
        with pytest.raises(InputError, match="no picture among these"):
            call(shared.sets_wanted, {"names": wrong})


def test_a_table_is_sent_and_still_names_the_pictures(shared: PictureSets, uploads: Path) -> None:
    names = [f"pets/{number}.png" for number in range(8)]
    answer = call(shared.sets_wanted, {"names": [*names, "pets/metadata.csv", "pets/notes.csv"]})
    assert answer["wanted"] == list(range(9))
    with pytest.raises(InputError, match="no picture among these"):
        call(shared.sets_wanted, {"names": ["pets/metadata.csv"]})
    files = sent(uploads, *names)
    table = uploads / "table" / "metadata.csv"
    table.parent.mkdir()
    table.write_text("\n".join(["file_name,kind", *(f"{number}.png,{'ab'[number % 2]}" for number in range(8))]))
    place = shared.place(bring(shared, [{"path": str(table), "name": "pets/metadata.csv"}, *files]))
    assert [each["title"] for each in shared.of(ADA)] == ["pets"]
    assert data.load(place, size=8, class_column="kind").classes == ("a", "b")
    assert [column.name for column in check(place, size=8).tables[""].columns.values()] == ["kind"]


def test_on_ones_own_machine_sets_stay_until_they_are_removed(
    uploads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gan_core.ui.uploads.UNUSED_SECONDS", -1)
    local = PictureSets(RunLibrary(tmp_path / "runs"), AppSettings())
    bring(local, sent(uploads, "a/1.png"))
    forget_unused(local.runs, local.settings)
    assert len(local.of(ADA)) == 1
    forget_unused(local.runs, AppSettings(local=False))
    assert local.of(ADA) == []


def test_damaged_notes_about_a_set_cost_no_other(shared: PictureSets, uploads: Path) -> None:
    name = bring(shared, sent(uploads, "a/1.png"))
    for odd, text in (("list", "[]"), ("torn", "{"), ("words", '{"owners": 3, "time": "x", "count": "y"}')):
        (shared.runs.root / "uploads" / odd).mkdir()
        (shared.runs.root / "uploads" / ".sets" / f"{odd}.json").write_text(text)
    assert [each["name"] for each in shared.of(ADA)] == [name]


@pytest.mark.parametrize("zipped", [False, True])
def test_a_set_is_shown_under_the_name_that_the_person_gave(shared: PictureSets, uploads: Path, zipped: bool) -> None:
    names = [f"Meine Tücher/{number}.png" for number in range(6)]
    files = sent(uploads, *names)
    if zipped:
        path = uploads / "Meine Tücher.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for file in files:
                archive.write(file["path"], file["name"].rpartition("/")[2])
        files = [{"path": str(path), "name": path.name}]
    name = bring(shared, files)
    place = shared.place(name)
    assert title_of(place) == "Meine Tücher"
    assert preview_of(slot(shared), "dcgan", (name, None, None))["caption"].startswith("Meine Tücher: ")
    assert preview_of(slot(shared), "dcgan", (name, None, None))["short"].startswith("Meine Tücher, ")
    assert check(place, size=16).domains[""].name == "Meine Tücher"
    assert data.load(place, size=16).name == "Meine Tücher"
    run = RunFolder.create(shared.runs.root, Recipe.named("dcgan").replace(data=place))
    assert run.name == "dcgan-meine-t-cher-001"
    assert (
        call(LiveRun(shared.runs, Trainings(shared.runs.root, shared.settings)).poll, {"run": run.name})["status"][
            "data"
        ]
        == "Meine Tücher"
    )


def test_a_name_is_that_of_the_folder_where_none_is_kept(tmp_path: Path) -> None:
    (tmp_path / "pets").mkdir()
    for odd in (None, "[]", "{", '{"title": 3}', '{"title": " "}', "[" * 100_000):
        if odd is not None:
            (tmp_path / ".sets").mkdir(exist_ok=True)
            (tmp_path / ".sets" / "pets.json").write_text(odd)
        assert title_of(tmp_path / "pets") == "pets"
    (tmp_path / ".sets" / "pets.json").write_text('{"title": "  My \\n pets "}')
    assert title_of(tmp_path / "pets") == "My pets"
    assert title_of(tmp_path / "pets" / "pets.zip") == "My pets"
    assert title_of(tmp_path / "pets" / "cats") == "cats"
    assert (title_of("glyphs"), title_of("/")) == ("glyphs", "/")
