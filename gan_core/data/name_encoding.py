"""The encoding of file names that do not say theirs, told from all of an archive's names together.

For each encoding that zip programs have written, how likely would its readers have written these names? The estimate
knows a handful of groups of characters and what share of names each makes up; inside a group all are equally likely.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Sequence

COMMON_HANGUL = frozenset(
    "가각간갈감강개거건걸검것게겨결경계고공과관광교구국군그극근금급기길김까나난남내너년노녀는다단달당대더도동되두드들등디라락란람래러레려력"
    "로료루르를리린림마만말망매머면명모목무문물미민바박반방배버번법변병보복본부북분불비빈사산상새생서석선설성세소속손송수순스습승시식신실심"
    "아안알앙애야양어언업여역연열영예오온와완외요용우운울원월위유육은을음의이인일임입자작잔장재저적전절점정제조족존종주준중증지직진질집차참"
    "채처천청체초촉최추축출충치카코크타탄태터통투트파판패퍼펴편평포표품풍프피필하학한할함합항해행향허현형호화환활황회효후흰히힘"
)
"""Syllables that make up nine tenths of Korean text."""
JAPANESE_SIGNS = frozenset("ー々・（）　〜～")
ASCII = math.log(1 / 60)
UNASSIGNED = -25.0
BESIDE_ASCII = -4.0
"""Characters of other scripts seldom stand right beside a Latin letter."""
ALONE = -2.0
"""Accented letters seldom stand without a plain letter beside them."""
LATE_CAPITAL = -4.0
"""Capitals seldom follow small letters."""
IN_A_ROW = -2.0
"""Accented letters seldom follow one another."""


def _each(share: float, of: int) -> float:
    return math.log(share / of)


def _chinese(character: str, code: bytes) -> float:
    if len(code) == 4:
        return -18.0
    if code[1] < 0xA1 or not 0xA1 <= code[0] <= 0xF7:
        return _each(0.05, 17_000)  # what GBK adds to GB 2312
    if code[0] < 0xB0:
        return _each(0.015, 600)
    return _each(0.96, 3755) if code[0] <= 0xD7 else _each(0.02, 3008)


def _japanese(character: str, code: bytes) -> float:
    if len(code) == 1:
        return _each(0.02, 63)  # narrow katakana
    if "ぁ" <= character <= "ヺ":
        return _each(0.5, 170)
    if character in JAPANESE_SIGNS:
        return _each(0.04, 20)
    if code[0] < 0x88:
        return _each(0.005, 300)
    return _each(0.43, 2965) if code < b"\x98\x73" else _each(0.02, 3390)


def _traditional_chinese(character: str, code: bytes) -> float:
    if code[0] < 0xA4:
        return _each(0.01, 400)
    return _each(0.97, 5401) if code <= b"\xc6\x7e" else _each(0.02, 7652)


def _korean(character: str, code: bytes) -> float:
    if character in COMMON_HANGUL:
        return _each(0.9, len(COMMON_HANGUL))
    if not "가" <= character <= "힣":
        return _each(0.03, 5788)
    return _each(0.06, 2020) if code[1] >= 0xA1 else _each(0.01, 8822)


def _cyrillic(character: str, code: bytes) -> float:
    if "а" <= character.lower() <= "ё":
        return _each(0.8 if character.islower() else 0.15, 33)
    return _each(0.0005, 60)  # lines of boxes and signs of mathematics


def _latin_letters(letters: str, rare: str = "") -> Callable[[str, bytes], float]:
    known = frozenset(letters + letters.upper())

    def estimate(character: str, code: bytes) -> float:
        if character.lower() in rare:
            return _each(0.1, 30)
        if character not in known:
            return _each(0.0005, 60)  # lines of boxes and signs of mathematics
        return _each(0.15 if character.isupper() else 0.75, 30)

    return estimate


_western = _latin_letters("àáâãäåæçèéêëíîïñóôöøúüß", rare="ìòõùûýÿðþ")
_central = _latin_letters("ąćęłńóśźżáäéíôúýčďěňřšťůžăâîşţőöűüßđ")

# The codec, how likely it is in itself (a logarithm), and how likely a character is in it. Of equals the first one counts.
ENCODINGS: tuple[tuple[str, float, Callable[[str, bytes], float]], ...] = (
    ("gb18030", 0.0, _chinese),
    ("cp437", 0.0, _western),
    ("cp932", 0.0, _japanese),
    ("cp950", 0.0, _traditional_chinese),
    ("cp949", -6.0, _korean),  # most Korean code points are Chinese characters, too
    ("cp866", 0.0, _cyrillic),
    ("cp850", -1.0, _western),
    ("cp1252", -1.5, _western),
    ("cp852", -1.5, _central),
    ("cp1251", -2.0, _cyrillic),
)
LATIN = (_western, _central)


def encoding_of(names: Sequence[bytes]) -> str:
    """The codec that the `names` of one archive were most likely written with: UTF-8 wherever they can be read so."""
    parts = sorted({part for name in names for part in name.split(b"/") if not part.isascii()})
    try:
        for part in parts:
            part.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        pass
    best, found = -math.inf, "cp437"
    for codec, prior, estimate in ENCODINGS:
        try:
            likely = prior + sum(_likely(part.decode(codec), codec, estimate) for part in parts)
            b"/".join(names).decode(codec)  # a character must not reach over the end of a folder's name
        except UnicodeDecodeError:
            continue
        if likely > best:
            best, found = likely, codec
    return found


def _likely(text: str, codec: str, estimate: Callable[[str, bytes], float]) -> float:
    """The logarithm of how likely a program that writes with `codec` would have written `text`."""
    total = 0.0
    for index, character in enumerate(text):
        if character.isascii():
            total += ASCII
            continue
        if unicodedata.category(character) in ("Co", "Cn", "Cc"):
            total += UNASSIGNED
            continue
        total += estimate(character, character.encode(codec))
        beside = text[index - 1 : index] + text[index + 1 : index + 2] if index else text[1:2]
        plain = any(near.isascii() and near.isalpha() for near in beside)
        if estimate in LATIN:
            total += 0.0 if plain else ALONE
            before = text[index - 1 : index]
            total += LATE_CAPITAL if character.isupper() and before.islower() else 0.0
            total += IN_A_ROW if before.isalpha() and not before.isascii() else 0.0
        elif plain:
            total += BESIDE_ASCII
    return total
