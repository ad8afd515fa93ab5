"""Findings about a data set, each a sentence with the advice that follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import Any

from gan_core.data.classes import lone
from gan_core.data.folders import FEWEST
from gan_core.data.inspection import FEW_COLOURS, DomainInfo
from gan_core.data.left_out import TROUBLE
from gan_core.data.perceptual_hash import FLAT, contrast, near_pairs

GRADES = ("good", "advice", "problem")
VERY_FEW, FEW = 30, 200
"""Below the first a network learns the pictures by heart; below the second small changes to them help much."""
UNEQUAL = 4.0
"""How many times as many pictures one domain may have before that is said."""
MANY = 0.1
"""Share of a domain from which a defect is a problem and no longer advice."""
WIDE = 1.6
"""Middle aspect (longer by shorter side) from which much of a picture is cut away."""


@dataclass(frozen=True)
class Finding:
    """One property of the data: a problem, or something that was checked and is in order."""

    grade: str
    """`good`, `advice` or `problem`."""
    kind: str
    about: str
    """`A`, `B` or `both`; empty where there is one domain only."""
    sentence: str
    advice: str = ""
    """What to do; empty where nothing need be done."""
    files: tuple[str, ...] = ()
    """A few of the files that it is about."""


# -- one domain --------------------------------------------------------------------------------------------------------


def of_one(key: str, seen: DomainInfo, size: int) -> Iterator[Finding]:
    """Findings about one domain; `key` is `A`, `B` or empty, `size` the side in pixels that training uses."""
    title = f"{key} ({seen.name})" if key else seen.name

    def found(grade: str, kind: str, sentence: str, advice: str = "", files: Any = ()) -> Finding:
        return Finding(grade, kind, key, f"{title}: {sentence}", advice, tuple(files)[:5])

    yield from _counts(seen, found)
    if not seen.looks or seen.drawn:  # what is drawn or fetched by this project is known to be in order
        return
    if seen.looked_at < seen.count:
        text = f"{seen.looked_at:,} of {seen.count:,} pictures were looked at, chosen at random."
        yield found("good", "sample", text)
    yield from _classes(seen, found)
    yield from _repeats(seen, found)
    yield from _sizes(seen, size, found)
    yield from _contents(seen, found)


Found = Callable[..., Finding]


def _counts(seen: DomainInfo, found: Found) -> Iterator[Finding]:
    spoilt = [path for kind in TROUBLE for path in seen.left_out.paths.get(kind, ())]
    if spoilt:
        share = len(spoilt) / max(1, seen.looked_at)
        text = (
            f"{plural(len(spoilt), 'file')} cannot be read and will be left out. {' '.join(seen.left_out.details[:1])}"
        )
        advice = f"Replace or remove {_it(spoilt)}, or see to the right to read {_it(spoilt)}."
        yield found("problem" if share >= MANY else "advice", "unreadable", text.rstrip(), advice, spoilt)
    different = len({look.digest for look in seen.looks})
    usable = different if seen.looked_at == seen.count else seen.count
    if usable < FEWEST:
        text = f"only {plural(usable, 'different picture')} that can be used; at least {FEWEST} are needed to start."
        yield found("problem", "few", text, "Add pictures of this kind: a few hundred are a good beginning.")
    elif usable < VERY_FEW:
        advice = "Add pictures of this kind: a few hundred are a good beginning, a thousand are better."
        yield found("problem", "few", f"{usable} pictures are learned by heart within minutes.", advice)
    elif usable < FEW:
        advice = (
            "Add pictures if you can, and set 'Change what is judged' behind Advanced to colour,translation,cutout "
            "(game.diffaugment=colour,translation,cutout): each picture then lasts longer."
        )
        yield found("advice", "few", f"{usable} pictures are few.", advice)
    else:
        yield found("good", "count", f"{seen.count:,} pictures.")


def _classes(seen: DomainInfo, found: Found) -> Iterator[Finding]:
    layout = seen.layout
    if layout.why_none:
        yield found("advice", "classes", layout.why_none, "Only a conditional training needs classes.")
    if layout.strays:
        text = f"{plural(len(layout.strays), 'picture')} without a class folder will be left out, such as {next(iter(layout.strays))}."
        yield found("advice", "strays", text, "Put each into a folder of its class.", map(str, layout.strays))
    if alone := lone(layout):
        text = f"{plural(len(alone), 'class folder')} of one picture: {', '.join(alone[:5])}."
        yield found("advice", "lone-classes", text, "Add pictures of these classes: one shows only itself.", alone)


def _repeats(seen: DomainInfo, found: Found) -> Iterator[Finding]:
    first: dict[bytes, int] = {}
    equal, again = [], set()
    for index, look in enumerate(seen.looks):
        if look.digest in first:
            equal.append((seen.looks[first[look.digest]].name, look.name))
            again.add(index)
        first.setdefault(look.digest, index)
    if equal:
        text = (
            f"{plural(len(equal), 'picture')} {'is' if len(equal) == 1 else 'are'} there more than once, byte for byte."
        )
        grade = "problem" if len(equal) >= MANY * len(seen.looks) else "advice"
        yield found(
            grade, "duplicates", text, "Remove the copies: what is there twice counts twice.", map(_pair, equal)
        )
    single = [index for index in range(len(seen.looks)) if index not in again]
    pairs = [(seen.looks[single[i]], seen.looks[single[j]]) for i, j in near_pairs(seen.fingerprints[single])]
    if pairs:
        count = len({other.name for _, other in pairs})
        text = f"{plural(count, 'picture')} {'is' if count == 1 else 'are'} nearly the same as another one."
        grade = "problem" if count >= 3 * MANY * len(seen.looks) else "advice"
        advice = "Frames of one film or copies in another size: keep one of each, unless you want them to count more."
        yield found(grade, "near-duplicates", text, advice, (_pair((one.name, other.name)) for one, other in pairs))


def _sizes(seen: DomainInfo, size: int, found: Found) -> Iterator[Finding]:
    small = [look for look in seen.looks if min(look.size) < size]
    if small:
        least = min(min(look.size) for look in small)
        text = f"{plural(len(small), 'picture')} {'is' if len(small) == 1 else 'are'} smaller than {size} pixels (down to {least}) and will be enlarged, which looks soft."
        grade = "problem" if len(small) >= 5 * MANY * len(seen.looks) else "advice"
        if len(small) < MANY * len(seen.looks):  # a few small pictures are no reason to train all at a smaller size
            larger = "a larger one" if len(small) == 1 else "larger ones"
            advice = f"Replace {_it(small)} by {larger}, or remove {_it(small)}."
        else:
            fitting = _side_below(int(median(min(look.size) for look in small)))
            advice = f"Use larger pictures, or train at {fitting} pixels."
        yield found(grade, "small", text, advice, (look.name for look in small))
    else:
        smallest, middle = (
            min((look.size for look in seen.looks), key=min),
            median(min(look.size) for look in seen.looks),
        )
        text = f"the smallest picture is {smallest[0]:,} × {smallest[1]:,} pixels, the middle one {middle:,.0f} at its shorter side."
        yield found("good", "sizes", text)
    aspect = median(max(look.size) / min(look.size) for look in seen.looks)
    if aspect >= WIDE:
        text = f"most pictures are {aspect:.1f} times as long as wide; only their middle square is learned from."
        yield found("advice", "shape", text, "Cut them to squares around what matters.")


def _contents(seen: DomainInfo, found: Found) -> Iterator[Finding]:
    total = len(seen.looks)
    flat = [look for look, strength in zip(seen.looks, contrast(seen.fingerprints), strict=True) if strength < FLAT]
    plain = [look for look in flat if look.colours <= FEW_COLOURS]
    if plain:
        text = f"{plural(len(plain), 'picture')} {'is' if len(plain) == 1 else 'are'} of one colour."
        grade = "problem" if len(plain) >= MANY * total else "advice"
        yield found(
            grade,
            "one-colour",
            text,
            f"Remove {_it(plain)}: there is nothing to learn from.",
            (look.name for look in plain),
        )
    masks = [look for look in seen.looks if 1 < look.colours <= FEW_COLOURS and look not in plain]
    if len(masks) >= 5 * MANY * total:
        text = "most pictures have only a few plain colours, like masks or line drawings."
        advice = "That works, but much of the other side cannot be told from a mask: the way back then hides it in faint dots."
        yield found("advice", "masks", text, advice, (look.name for look in masks))
    elif 0 < len(masks) < MANY * total:  # more would be the style of the set
        text = f"{plural(len(masks), 'picture')} {'has' if len(masks) == 1 else 'have'} only a few plain colours, like masks."
        yield found("advice", "masks", text, "See whether they belong here.", (look.name for look in masks))
    grey = [look for look in seen.looks if look.grey and look not in plain]
    coloured = total - len(plain) - len(grey)
    if grey and coloured and min(len(grey), coloured) < MANY * total:
        text = f"{plural(len(grey), 'picture')} of {total:,} {'is' if len(grey) == 1 else 'are'} grey, the others have colour."
        odd = grey if len(grey) < coloured else [look for look in seen.looks if not look.grey]
        advice = "Remove the odd ones, or accept results that are now grey and now coloured."
        yield found("advice", "mixed-grey", text, advice, (look.name for look in odd))


# -- two domains -------------------------------------------------------------------------------------------------------


def of_two(a: DomainInfo, b: DomainInfo) -> Iterator[Finding]:
    """Findings about the two domains of a translation in relation to each other."""

    def found(grade: str, kind: str, sentence: str, advice: str = "", files: Any = ()) -> Finding:
        return Finding(grade, kind, "both", sentence, advice, tuple(files)[:5])

    if not a.looks or not b.looks:
        return
    equal = {look.digest: index for index, look in enumerate(a.looks)}
    twins = {j: i for i, j in near_pairs(a.fingerprints, b.fingerprints)}
    twins |= {j: equal[look.digest] for j, look in enumerate(b.looks) if look.digest in equal}
    names = [_pair((a.looks[i].name, b.looks[j].name)) for j, i in sorted(twins.items())]
    shared = len(twins)
    if shared:
        text = f"{plural(shared, 'picture')} {'is' if shared == 1 else 'are'} in both A and B, the same or nearly."
        grade = "problem" if shared >= MANY * min(len(a.looks), len(b.looks)) else "advice"
        advice = "Keep each picture on one side: what is in both teaches the translator to change nothing."
        yield found(grade, "overlap", text, advice, names)
    else:
        yield found("good", "overlap", "No picture is in both A and B.")
    more, less = max(a.count, b.count), max(1, min(a.count, b.count))
    if more / less >= UNEQUAL:
        smaller = "A" if a.count < b.count else "B"
        text = f"{smaller} has {less:,} pictures, the other side {more:,}: those of {smaller} are seen {more / less:.0f} times as often."
        yield found("advice", "unequal", text, f"Add pictures to {smaller}; nothing need be taken from the other side.")
    grey = [mean(look.grey for look in domain.looks) for domain in (a, b)]
    if max(grey) > 0.9 and min(grey) < 0.1:
        which, other = ("A", "B") if grey[0] > grey[1] else ("B", "A")
        text = f"{which} is grey and {other} has colour: the translator to {other} has to invent colours."
        yield found(
            "advice",
            "grey-and-colour",
            text,
            "That can work; if colour is not the point, make both grey or both coloured.",
        )


# -- words -------------------------------------------------------------------------------------------------------------


def plural(count: int, word: str) -> str:
    """`1 picture`, `2,000 pictures`: a count with its noun."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def _it(several: Sequence[object]) -> str:
    return "it" if len(several) == 1 else "them"


def _pair(names: tuple[str, str]) -> str:
    return names[0] if names[0] == names[1] else f"{names[0]} and {names[1]}"


def _side_below(side: int) -> int:
    return max((known for known in (16, 32, 64, 128, 256) if known <= side), default=16)
