"""Small named things that a person keeps with a model."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gan_core.errors import InputError
from gan_core.runs.bookmarks import LONGEST_NAME, MOST, Bookmarks


@pytest.fixture
def kept(tmp_path: Path) -> Bookmarks:
    return Bookmarks(tmp_path / "kept")


def names(kept: Bookmarks) -> list[str]:
    return [each["name"] for each in kept.read("favourites")]


def test_things_stay_in_order_and_are_replaced_in_place(kept: Bookmarks) -> None:
    assert kept.read("favourites") == []
    for name in ("one", "two", "three"):
        kept.put("favourites", name, {"latent": {"seed": 1}})
    kept.put("favourites", " two ", {"latent": {"seed": 2}})
    assert names(kept) == ["one", "two", "three"]
    assert Bookmarks(kept.folder).read("favourites")[1] == {"name": "two", "latent": {"seed": 2}}
    assert kept.read("directions") == []


def test_without_a_name_each_gets_one_of_its_own_however_many_ask_at_once(kept: Bookmarks) -> None:
    kept.put("favourites", "favourite 3", {})
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: kept.put("favourites", None, {}), range(8)))
    assert sorted(names(kept)) == sorted(f"favourite {number}" for number in range(1, 10))
    kept.put("directions", None, {})
    assert kept.read("directions") == [{"name": "direction 1"}]


def test_renaming_and_removing(kept: Bookmarks) -> None:
    for name in ("one", "two"):
        kept.put("favourites", name, {})
    kept.rename("favourites", "one", "uno")
    with pytest.raises(InputError, match="already"):
        kept.rename("favourites", "uno", "two")
    kept.rename("favourites", "uno", "uno")
    kept.remove("favourites", "two")
    assert names(kept) == ["uno"]
    for act in (lambda: kept.remove("favourites", "two"), lambda: kept.rename("favourites", "two", "three")):
        with pytest.raises(InputError, match="favourite"):
            act()


def test_what_cannot_be_kept_is_a_sentence_and_changes_nothing(kept: Bookmarks) -> None:
    kept.put("favourites", "one", {})
    for name in ("", "   ", "x" * (LONGEST_NAME + 1)):
        with pytest.raises(InputError, match="A name has"):
            kept.put("favourites", name, {})
    with pytest.raises(InputError, match="not finite"):
        kept.put("favourites", "two", {"z": [float("nan")]})
    with pytest.raises(InputError, match="too large"):
        kept.put("favourites", "two", {"z": "x" * 300_000})
    with pytest.raises(InputError, match="kind of kept things"):
        kept.put("sweets", "two", {})
    assert names(kept) == ["one"]


def test_there_is_an_end(kept: Bookmarks) -> None:
    kept.folder.mkdir()
    (kept.folder / "favourites.json").write_text(json.dumps([{"name": str(index)} for index in range(MOST)]))
    with pytest.raises(InputError, match="remove one first"):
        kept.put("favourites", "one more", {})
    kept.put("favourites", "7", {"changed": True})
    assert len(names(kept)) == MOST


@pytest.mark.parametrize("text", ["{", "3", '[{"no": "name"}]'])
def test_a_damaged_file_is_put_aside_and_not_written_over(kept: Bookmarks, text: str) -> None:
    kept.folder.mkdir()
    (kept.folder / "favourites.json").write_text(text)
    assert kept.read("favourites") == []
    kept.put("favourites", "one", {})
    assert names(kept) == ["one"]
    assert (kept.folder / "favourites.damaged.json").read_text() == text


def test_the_version_changes_with_every_change(kept: Bookmarks) -> None:
    versions = [kept.version("directions")]
    for number in range(5):
        kept.put("directions", "one", {"vector": [number]})
        versions.append(kept.version("directions"))
    assert kept.version("directions") == versions[-1]
    assert len(set(versions)) == 6
    assert kept.version("paths") == ()
