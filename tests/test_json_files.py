"""C8: a JSON file is read strictly, and what is wrong with it is said with its line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from gan_core.errors import InputError
from gan_core.json_files import read_json_file
from gan_core.recipes import Recipe

MINE = {"name": "mine", "size": 28}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_usual_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(json.dumps({**MINE, "summary": "é猫"}, ensure_ascii=False).encode(encoding))
    assert Recipe.from_file(path).summary == "é猫"
    assert Recipe.from_file(path).size == 28


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b" \n\t\n", "it is empty"),
        (b'{"name": "a",\n "size": 8,\n "size": 16}', r"'size' stands twice, the second time \(line 3\)"),
        (b'{"name": "a",\n "generator": {"name": "dcgan",\n "width": 8, "width": 9}}', r"'width' stands twice.*line 3"),
        (b'{"name": "a",\n "minutes": NaN}', r"NaN is no number \(line 2\)"),
        (b'{"name": "a",\n "minutes": -Infinity}', r"-Infinity is no number \(line 2\)"),
        (b'{"name": "a",\n\n "minutes": 1e999}', r"1e999 is beyond all numbers \(line 3\)"),
        (b'{"name": "a", "steps": ' + b"9" * 5000 + b"}", r"a number of 5000 digits is too long \(line 1\)"),
        (b'{"name": "a",\n "size": 1' + b"0" * 30 + b"}", r"line 2: size is a whole number"),
        (b'{"name": "a",\n "size": 8,}', r"\(line 2, column \d+\)"),
        (b'{"name": "a"\n "size": 8}', r"line 2, column"),
        (b'{"name": "a\0b"}', r"control character.*line 1"),
        (b"\0\0\0\0", "is not a readable recipe"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is not a readable recipe"),
        (b'{"name":\n "\xff\xfe"}', r"no text in UTF-8 \(line 2\)"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'["name"]', "a JSON object is needed"),
        (b'"text"', "a JSON object is needed"),
        (b"null", "a JSON object is needed"),
        (b'{"name": "a",\n "schema": "1"}', "line 2: schema is the number 1, not '1'"),
        (b'{"name": "a", "schema": true}', "schema is the number 1, not True"),
        (b'{"name": "a", "schema": 99}', "this version reads schema"),
        (b'{"name": "a",\n "sise": 8}', "line 2: There is no setting of a recipe named 'sise'. Did you mean size?"),
        (b'{"name": "a",\n "size": "8"}', "line 2: size is a whole number, not '8'"),
        (b'{"name": 3}', "name is"),
        (b"{}", "needs a name"),
        (b'{"name": "mine", "summary": "\\ud800"}', "whole characters"),
        (b'{"name": "mine", "generator": {"name": "dcgan", "norm": ["\\udfff"]}}', "whole characters"),
        (b'{"name": "mine", "augmentation": ["\\ud800"]}', "whole characters"),
        (b'{"name": "mine", "size": ' + b"[" * 700 + b"]" * 700 + b"}", "size is a whole number"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words) as caught:
        Recipe.from_file(path)
    assert str(path) in str(caught.value)


def test_what_is_no_regular_file_is_not_waited_for(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="it is a folder"):
        Recipe.from_file(tmp_path)
    with pytest.raises(InputError, match="there is no such file"):
        Recipe.from_file(tmp_path / "none.json")
    with pytest.raises(InputError, match="no path may hold"):
        Recipe.from_file("a\0b.json")
    with pytest.raises(InputError, match="File name too long"):
        Recipe.from_file("n" * 5000 + ".json")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.json")
        with pytest.raises(InputError, match="no regular file"):
            Recipe.from_file(tmp_path / "pipe.json")


def test_numbers_may_be_left_to_who_asked(tmp_path: Path) -> None:
    path = tmp_path / "game.json"
    path.write_text('{"theta": NaN}')
    assert read_json_file(path, "is not a readable game", finite=False)["theta"] != 0
