"""Tables beside pictures: metadata.csv and metadata.jsonl."""

from __future__ import annotations

import json
import math
import zipfile
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
import torch
from PIL import Image

from gan_core.cli import main
from gan_core.data import class_column_for, load
from gan_core.data.files import survey
from gan_core.data.tables import Table, attributes, read_tables
from gan_core.errors import InputError
from gan_core.recipes import Recipe


def pictures(folder: Path, *names: str) -> None:
    dice = np.random.default_rng(sum(map(len, names)))
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(dice.integers(0, 256, (8, 8, 3), dtype=np.uint8)).save(folder / name)


NAMES = tuple(f"{number:02}.png" for number in range(12))


def with_table(folder: Path, text: str | bytes, name: str = "metadata.csv", names: tuple[str, ...] = NAMES) -> Path:
    pictures(folder, *names)
    data = text if isinstance(text, bytes) else text.encode()
    (folder / name).write_bytes(data)
    return folder


def table_of(folder: Path) -> Table:
    return read_tables(survey(folder))


def rows(*columns: str, cells: dict[str, tuple[str, ...]] | None = None) -> str:
    cells = cells or {name: tuple("ab"[number % 2] for _ in columns) for number, name in enumerate(NAMES)}
    lines = [",".join(("file_name", *columns)), *(",".join((name, *row)) for name, row in cells.items())]
    return "\n".join(lines) + "\n"


# -- reading -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_as_spreadsheets_write_it(encoding: str, delimiter: str, tmp_path: Path) -> None:
    text = "file_name,Größe,glasses\n00.png,1.5,ja\n01.png,,\n".replace(",", delimiter)
    table = table_of(with_table(tmp_path, text.encode(encoding)))
    assert list(table.columns) == ["Größe", "glasses"]
    assert table.columns["Größe"].values == {PurePosixPath("00.png"): "1.5"}
    assert table.notes == ("10 pictures have no row in the table.",)


def test_json_lines(tmp_path: Path) -> None:
    lines = [
        {"file_name": "00.png", "hat": True, "age": 3, "size": 0.5, "box": [1, 2]},
        {"file_name": "01.png", "hat": False, "age": None},
    ]
    text = "\n".join([*map(json.dumps, lines), "{broken", "[]", '{"hat": true}', "[" * 100_000, ""])
    table = table_of(with_table(tmp_path, text, "metadata.jsonl"))
    assert {name: list(column.values.values()) for name, column in table.columns.items()} == {
        "hat": ["true", "false"],
        "age": ["3"],
        "size": ["0.5"],
    }
    assert "4 rows cannot be read or name no file and are passed over (such as row 3)" in table.notes[0]


def test_what_is_passed_over_is_counted(tmp_path: Path) -> None:
    text = (
        "file_name,hat\n00.png,yes\n00.png,no\ngone.png,yes\n/etc/passwd,yes\n../x.png,no\nC:\\x.png,no\n,yes\n1,2,3\n"
    )
    table = table_of(with_table(tmp_path, text))
    assert table.columns["hat"].values == {PurePosixPath("00.png"): "yes"}
    said = " ".join(table.notes)
    assert "it names a picture that an earlier row names (such as 00.png)" in said
    assert "it names pictures that are not there (such as gone.png)" in said
    assert "3 rows name files outside of the folder and are passed over (such as /etc/passwd)" in said
    assert "2 rows cannot be read or name no file" in said
    assert "11 pictures have no row" in said


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name,hat\n00.png,yes\n", "has no column 'file_name' that names the pictures (its columns: name, hat)"),
        ("", "has no column 'file_name'"),
        ("file_name,hat,hat\n00.png,a,b\n", "two columns called 'hat'"),
        (b"\x00\x01\x02\xff" * 50, "no text in UTF-8"),
        (b"\xff\xfe\x00", "no text in UTF-8"),
        ('file_name,hat\n00.png,"' + "x" * 200_000, "no CSV that can be read"),
    ],
)
def test_what_is_no_table_is_a_sentence_and_the_pictures_stay(text: str | bytes, sentence: str, tmp_path: Path) -> None:
    data = load(with_table(tmp_path, text), size=8)
    assert len(data) + len(data.held_out) == 12
    assert not data.attributes
    assert sentence in " ".join(data.notes)


def test_western_european_text_is_read_with_a_warning(tmp_path: Path) -> None:
    table = table_of(with_table(tmp_path, "file_name,größe\n00.png,zwölf\n".encode("cp1252")))
    assert table.columns["größe"].values == {PurePosixPath("00.png"): "zwölf"}
    assert "not written in UTF-8" in table.notes[0]


def test_a_table_lies_beside_its_pictures_in_every_folder(tmp_path: Path) -> None:
    pictures(tmp_path, "train/a.png", "train/deep/b.png", "test/a.png")
    (tmp_path / "train" / "metadata.csv").write_text("file_name,hat\na.png,1\n./deep/b.png,2\n../test/a.png,3\n")
    (tmp_path / "test" / "metadata.jsonl").write_text('{"file_name": "a.png", "hat": 4}')
    table = table_of(tmp_path)
    assert {str(path): value for path, value in table.columns["hat"].values.items()} == {
        "train/a.png": "1",
        "train/deep/b.png": "2",
        "test/a.png": "4",
    }
    assert "earlier row names" in " ".join(table.notes)


@pytest.mark.parametrize("inside", ["", "wrapper/"])
@pytest.mark.parametrize("beside", ["", "wrapper/"])
def test_zips_and_folders_that_wrap_everything(inside: str, beside: str, tmp_path: Path) -> None:
    pictures(tmp_path / "made", *NAMES)
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in NAMES:
            archive.write(tmp_path / "made" / name, inside + name)
        up = "" if beside == inside else inside if not beside else "../"
        text = "\n".join(["file_name,hat", *(f"{up}{name},{number}" for number, name in enumerate(NAMES))])
        archive.writestr(f"{beside}metadata.csv", text)
    data = load(path, size=8)
    assert list(data.attributes) == ["hat"]
    assert not data.notes
    both = torch.cat([data.attributes["hat"], data.held_out_attributes["hat"]])
    assert sorted(both.tolist()) == list(range(12))


def test_a_csv_beside_a_jsonl(tmp_path: Path) -> None:
    with_table(tmp_path, rows("hat"))
    (tmp_path / "metadata.jsonl").write_text('{"file_name": "00.png", "other": 1}')
    table = table_of(tmp_path)
    assert list(table.columns) == ["hat"]
    assert table.notes == ("metadata.jsonl is not read: metadata.csv beside it is.",)


# -- kinds and numbers -------------------------------------------------------------------------------------------------


def test_kinds_of_columns(tmp_path: Path) -> None:
    cells = {
        name: (
            str(number),
            "#ff0000" if number % 2 else "none",
            "ab"[number % 2],
            f"free text {number}",
            "same",
            "1e999",
        )
        for number, name in enumerate(NAMES)
    }
    table = table_of(with_table(tmp_path, rows("n", "colour", "kind", "text", "one", "big", cells=cells)))
    kinds = {name: column.kind for name, column in table.columns.items()}
    assert kinds == {
        "n": "number",
        "colour": "colour",
        "kind": "category",
        "text": "text",
        "one": "category",
        "big": "category",
    }
    assert table.columns["one"].why_no_classes == "has only one value"
    found = attributes(table, [PurePosixPath(name) for name in NAMES])
    assert list(found) == ["n", "kind: a", "kind: b"]  # one colour alone is no difference
    assert found["n"] == [float(number) for number in range(12)]
    assert found["kind: b"] == [float(number % 2) for number in range(12)]


def test_colours_and_what_is_not_there(tmp_path: Path) -> None:
    shades = ("#ff0000", "#00ff00", "#0000ff", "#808080")
    cells = {
        name: ("none" if number % 3 == 0 else ("round", "square")[number % 2], shades[number % 4])
        for number, name in enumerate(NAMES)
    }
    cells["05.png"] = ("round", "")
    table = table_of(with_table(tmp_path, rows("glasses", "hair", cells=cells)))
    found = attributes(table, [PurePosixPath(name) for name in (*NAMES, "unknown.png")])
    assert found["glasses"] == [*(float(number % 3 != 0) for number in range(12)), 0.0]
    assert set(found) == {
        "glasses", "glasses: round", "glasses: square", "hair: lighter", "hair: redder", "hair: yellower",
    }  # fmt: skip
    redder = found["hair: redder"]
    assert redder[:4] == [1.0, -1.0, 0.0, 0.0]
    assert math.isnan(redder[5])
    assert math.isnan(redder[-1])
    assert found["hair: lighter"][0] == pytest.approx(0.299)
    assert found["hair: yellower"][:3] == [0.5, 0.5, -1.0]


def test_what_nearly_all_have_is_no_attribute(tmp_path: Path) -> None:
    names = tuple(f"{number:03}.png" for number in range(60))
    cells = {name: ("yes" if number == 7 else "no",) for number, name in enumerate(names)}
    assert not attributes(
        table_of(with_table(tmp_path, rows("hat", cells=cells), names=names)), [PurePosixPath(names[7])]
    )


# -- classes -----------------------------------------------------------------------------------------------------------


def test_classes_of_a_column(tmp_path: Path) -> None:
    cells = {name: ("abc"[number % 3], str(number)) for number, name in enumerate(NAMES)}
    del cells["11.png"]
    with_table(tmp_path, rows("kind", "age", cells=cells))
    data = load(tmp_path, size=8, class_column="kind")
    assert data.classes == ("a", "b", "c")
    assert data.labels is not None
    assert data.held_out_labels is not None
    assert len(data.labels) + len(data.held_out_labels) == 11
    assert "1 file left out: 1 without a class in the table." in data.notes
    ages = torch.cat([data.attributes["age"], data.held_out_attributes["age"]]).long()
    assert torch.equal(torch.cat([data.labels, data.held_out_labels]), ages % 3)
    assert set(data.labels.tolist()) == {0, 1, 2}
    assert not any(name.startswith("kind") for name in data.attributes)


def test_folders_stay_the_classes_without_a_column(tmp_path: Path) -> None:
    names = tuple(f"{kind}/{number}.png" for kind in ("cat", "dog") for number in range(6))
    cells = {name: ("ab"[number % 2],) for number, name in enumerate(names)}
    with_table(tmp_path, rows("mood", cells=cells), names=names)
    assert load(tmp_path, size=8).classes == ("cat", "dog")
    assert load(tmp_path, size=8, class_column="mood").classes == ("a", "b")


def test_a_held_out_folder_with_a_class_of_its_own(tmp_path: Path) -> None:
    names = tuple(f"{part}/{number}.png" for part in ("train", "test") for number in range(6))
    cells = {name: ("new" if name == "test/5.png" else "ab"[number % 2],) for number, name in enumerate(names)}
    with_table(tmp_path, rows("kind", cells=cells), names=names)
    data = load(tmp_path, size=8, class_column="kind")
    assert data.classes == ("a", "b")
    assert (len(data), len(data.held_out)) == (6, 5)


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        ("hats", "There is no column named 'hats'"),
        ("one", "cannot be the classes: it has only one value"),
        ("each", "The column 'each' cannot be the classes of"),
    ],
)
def test_columns_that_give_no_classes_are_refused(column: str, sentence: str, tmp_path: Path) -> None:
    cells = {name: ("x", str(number)) for number, name in enumerate(NAMES)}
    with_table(tmp_path, rows("one", "each", cells=cells))
    with pytest.raises(InputError, match=sentence):
        load(tmp_path, size=8, class_column=column)


def test_ten_thousand_values_are_no_classes(tmp_path: Path) -> None:
    names = "\n".join(f"{number:02}.png,v{number}" for number in range(12))
    folder = with_table(tmp_path, f"file_name,hat\n{names}\n")
    listing = survey(folder)
    column = read_tables(listing).columns["hat"]
    many = {PurePosixPath(f"{number}.png"): f"v{number}" for number in range(10_000)}
    assert "has 10,000 values" in type(column)("hat", many).why_no_classes
    assert type(column)("hat", many).kind == "text"


def test_a_column_without_a_table_is_refused(tmp_path: Path) -> None:
    pictures(tmp_path, *NAMES)
    with pytest.raises(InputError, match=r"has no metadata.csv or metadata.jsonl that can be used"):
        load(tmp_path, size=8, class_column="kind")
    with pytest.raises(InputError, match="glyphs has no table"):
        load("glyphs", size=8, class_column="kind")
    with pytest.raises(InputError, match="a translation has no classes"):
        Recipe.named("cyclegan").replace(class_column="kind")


def test_a_card_of_another_folder(tmp_path: Path) -> None:
    with_table(tmp_path, rows("kind"))
    assert class_column_for(tmp_path, "kind") == "kind"
    assert class_column_for(tmp_path, "hats") is None
    assert class_column_for(tmp_path, 3) is None
    assert class_column_for("glyphs", "kind") is None


def test_check_data_prints_the_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_table(tmp_path, rows("kind") + "gone.png,a\n")
    assert main(["check-data", str(tmp_path), "--size", "8"]) == 0
    shown = capsys.readouterr().out
    assert "kind    category  12        2       yes      a (6), b (6)" in shown
    assert "pictures that are not there (such as gone.png)" in shown
    assert main(["check-data", str(tmp_path), "--size", "8", "--json"]) == 0
    (table,) = json.loads(capsys.readouterr().out)["tables"].values()
    assert [column["name"] for column in table["columns"]] == ["kind"]


def test_a_run_takes_its_classes_from_the_column(tmp_path: Path) -> None:
    cells = {name: ("ab"[number % 2],) for number, name in enumerate(NAMES)}
    with_table(tmp_path / "set", rows("kind", cells=cells))
    settings = ["size=28", "generator.width=2", "discriminator.width=2", "batch_size=4"]
    command = ["train", "conditional", "--data", str(tmp_path / "set"), "--class-column", "kind", "--steps", "1"]
    assert main([*command, "--out", str(tmp_path / "run"), "--set", *settings]) == 0
    recipe = json.loads((tmp_path / "run" / "recipe.json").read_text())
    assert recipe["class_column"] == "kind"
    from gan_core.models import load_model

    assert load_model(tmp_path / "run").card.classes == ("a", "b")
