"""File names without an encoding are read as whoever wrote them meant them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gan_core.data import load
from gan_core.data.name_encoding import encoding_of

NAMES = {
    "gb18030": (
        "猫咪 小狗",
        "图片 照片",
        "新建文件夹",
        "风景 人物 动物",
        "张三 李四",
        "阿里 巴巴",
        "冬天 夏天",
        "苹果 香蕉 橙子",
    ),
    "cp932": ("ネコ いぬ", "犬の写真 猫の写真", "新しいフォルダー", "ソース ソフト 表", "夏 冬の山", "りんご"),
    "cp950": ("貓咪 小狗", "功課 許可", "新增資料夾", "風景 照片"),
    "cp949": ("고양이 강아지", "새 폴더 사진", "여름 겨울 사진", "사과 바나나"),
    "cp866": ("кошки собаки", "КОШКИ", "Ёжик Щука", "Новая папка", "лето зима"),
    "cp1251": ("кошки собаки", "Новая папка"),
    "cp437": ("Äpfel", "Birnen für Öl", "Bäume Straße", "frères forêt", "España ñandú", "ÄPFEL", "Müller"),
    "cp850": ("maçã João São", "Ærø Søren"),
    "cp852": ("łódź żółw", "Šárka řeka"),
    "cp1252": ("été Noël", "Mädchen Bäume"),
    "utf-8": ("猫咪 小狗", "Äpfel", "кошки", "ネコ"),
}


@pytest.mark.parametrize(("encoding", "text"), [(encoding, text) for encoding, all_ in NAMES.items() for text in all_])
def test_names_are_read_as_they_were_written(encoding: str, text: str) -> None:
    raw = [f"{name}/{number}.png".encode(encoding) for name in text.split() for number in range(3)]
    found = encoding_of(raw)
    assert [name.decode(found) for name in raw] == [name.decode(encoding) for name in raw]


def test_every_byte_can_be_read() -> None:
    raw = [bytes(range(1, 256)), b"\xff\xfe\x80", b"\x81"]
    found = encoding_of(raw)
    assert [name.decode(found) for name in raw]


def test_a_backslash_inside_a_japanese_letter_parts_no_folder(tmp_path: Path) -> None:
    place = tmp_path / "windows.zip"
    random = np.random.default_rng(0)
    with zipfile.ZipFile(place, "w") as archive:
        for name in ("ソース", "ソフト"):  # their first letter is 0x83 0x5C
            for number in range(5):
                entry = _Raw("x")
                entry.filename = f"{name}\\{number}.png"
                picture = io.BytesIO()
                Image.fromarray(random.integers(0, 255, (8, 8, 3), dtype=np.uint8)).save(picture, format="PNG")
                archive.writestr(entry, picture.getvalue())
    assert load(place, size=8).classes == tuple(sorted(("ソース", "ソフト")))


class _Raw(zipfile.ZipInfo):
    """An entry whose name is written in Shift-JIS, as Windows does in Japan."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the name is zipfile's
        return self.filename.encode("cp932"), 0
