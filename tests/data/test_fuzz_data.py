"""Damaged zips, recipes and paths by seeded dice: read, or refused in a sentence; never another exception."""

from __future__ import annotations

import json
import random
from pathlib import Path

from gan_core.data.files import survey
from gan_core.errors import InputError
from gan_core.json_files import read_json_file
from gan_core.latents.paths import LatentPath
from gan_core.recipes import PRESETS, Recipe
from gan_core.runs.locating import run_folder_of
from tests.data.test_folders import picture, zipped


def spoilt(data: bytes, dice: random.Random) -> bytes:
    """`data` with a few bytes changed, cut out, doubled or put in."""
    found = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        place = dice.randrange(len(found) + 1)
        action = dice.randrange(5)
        if action == 0 and place < len(found):
            found[place] ^= 1 << dice.randrange(8)
        elif action == 1:
            del found[place : place + dice.randint(1, 40)]
        elif action == 2:
            found[place:place] = dice.randbytes(dice.randint(1, 20))
        elif action == 3:
            found[place:place] = found[place : place + dice.randint(1, 60)]
        else:
            del found[place:]
        if not found:
            break
    return bytes(found)


def test_damaged_zips(tmp_path: Path) -> None:
    dice = random.Random(11)
    entries = {f"set/{name}/{n}.png": picture(n, (4, 4)) for name in "ab" for n in range(3)}
    whole = zipped(tmp_path / "z.zip", {**entries, "notes.txt": b"x" * 50, "without": picture(9, (4, 4))}).read_bytes()
    read, said = 0, list[str]()
    for _ in range(250):
        (tmp_path / "z.zip").write_bytes(spoilt(whole, dice))
        try:
            for file in survey(tmp_path / "z.zip").files:
                file.read()
            read += 1
        except InputError as error:
            said.append(str(error))
    assert read > 10
    assert len(said) > 10
    assert all(sentence.endswith(".") for sentence in said)


JUNK = (
    None,
    True,
    -1,
    0,
    10**18,
    0.5,
    -1e300,
    "",
    "x",
    "NaN",
    [],
    [1],
    {},
    {"name": "x"},
    {"name": 3},
    [[]],
    "a\0b",
    "\ud800",
)


def test_recipes_with_odd_values() -> None:
    dice = random.Random(12)
    accepted, said = 0, list[str]()
    for _ in range(200):
        values = json.loads(json.dumps(dice.choice(list(PRESETS.values())).to_json()))
        for _ in range(dice.randint(1, 3)):
            key = dice.choice([*values, "new", "schema"])
            values[key] = dice.choice(JUNK)
            if isinstance(values[key], dict) and dice.random() < 0.5:
                values[key] = {**values[key], dice.choice(["width", "name", ""]): dice.choice(JUNK)}
        try:
            Recipe.from_json(values)
            accepted += 1
        except InputError as error:
            said.append(str(error))
    assert 0 < accepted < 200
    assert all(said)


def test_damaged_recipe_and_path_files(tmp_path: Path) -> None:
    dice = random.Random(13)
    recipe = json.dumps(Recipe.named("cyclegan").to_json(), indent=1).encode()
    path = json.dumps({"stops": [{"place": {"seed": 1}}, {"place": {"seed": 2}}], "fps": 25}).encode()
    file, said = tmp_path / "x.json", list[str]()
    for number in range(200):
        source, read = (recipe, Recipe.from_json) if number % 2 else (path, LatentPath.from_json)
        file.write_bytes(spoilt(source, dice))
        try:
            value = read_json_file(file, "is not a readable recipe")
            if isinstance(value, dict):
                read(value)
        except InputError as error:
            said.append(str(error))
    assert len(said) > 10
    assert all(said)


def test_paths_of_every_kind(tmp_path: Path) -> None:
    dice = random.Random(14)
    pieces = ["~", "..", ".", "/", "\\", "\0", "runs", "best", "recipe.json", " ", "é", "\udcff", "n" * 300, "%", "x:"]
    said: list[str] = []
    for _ in range(100):
        name = str(tmp_path) + "/" + "/".join(dice.choices(pieces, k=dice.randint(1, 5)))
        for look in (lambda name=name: survey(Path(name)), lambda name=name: run_folder_of(name)):
            try:
                look()
            except InputError as error:
                said.append(str(error))
    assert said
    assert all(said)
