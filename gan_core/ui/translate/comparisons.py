"""Closer looks at one translation: what changed, what a full cycle loses, what the discriminator thinks of it."""

from typing import Any

from gan_core.parts import Registry
from gan_core.ui.jobs import cancellable
from gan_core.ui.translate.encoding import SHOWN_SIDE, shown, within
from gan_core.ui.translate.results import Results

looks: Registry = Registry("view", configurable=False)
"""By name: a function from the results and a wish to the line about it and its panes, left to right."""


def pane(title: str, picture: Any, note: str = "") -> dict[str, str]:
    """One picture of a view, uint8 (H, W, 3), with what stands under it."""
    return {"title": title, "picture": shown(picture, None), "note": note}


@looks.register("difference")
def difference(results: Results, wish: dict[str, Any]) -> tuple[str, list[dict[str, str]]]:
    """What the translation added and took."""
    import numpy as np

    from gan_core.translation import views

    made = results.get(wish)
    before, after = made.before, made.file.translation.rgb
    small = [within(picture, SHOWN_SIDE) for picture in (before, after)]
    mean = sum(_mean_change(before[rows], after[rows]) for rows in _strips(len(before), 512)) / before.size
    changed = pane("What changed", views.difference(*small), "Grey is unchanged; lighter was added, darker was taken.")
    line = f"A pixel changed by {mean:.1f} of 255 levels on average."
    return line, [pane("Translation", np.asarray(small[1])), changed]


def _strips(length: int, step: int) -> list[slice]:
    return [slice(start, start + step) for start in range(0, length, step)]


def _mean_change(before: Any, after: Any) -> float:
    """Sum of |after - before| of a strip, so that a large picture needs no copy of its own size."""
    import numpy as np

    return float(np.abs(after.astype(np.int16) - before).sum(dtype=np.float64))


@looks.register("cycle")
def cycle(results: Results, wish: dict[str, Any]) -> tuple[str, list[dict[str, str]]]:
    """There and back again: what survives."""
    from gan_core.translation import views

    made, back = results.cycled(wish)
    before = made.before
    _, mean = views.error_map(before, back.rgb)
    heat, _ = views.error_map(within(before, SHOWN_SIDE), within(back.rgb, SHOWN_SIDE))
    panes = [
        pane("Original", before),
        pane("There", made.file.translation.rgb),
        pane("And back", back.rgb),
        pane("What was lost", heat, f"Dark: returned as it was; brightest: {views.FULL_SCALE} levels off or more."),
    ]
    return f"There and back, a pixel is {mean:.1f} of 255 levels off on average.", panes


@looks.register("judge")
def judge(results: Results, wish: dict[str, Any]) -> tuple[str, list[dict[str, str]]]:
    """What the discriminator of the wanted kind thinks of every part, before and after."""
    from gan_core.errors import InputError
    from gan_core.translation import views

    made = results.get(wish)
    domain = made.direction[-1]
    pictures = [within(picture, SHOWN_SIDE) for picture in (made.before, made.file.translation.rgb)]
    seen = [views.realism(made.translator, picture, domain, scale=made.scale) for picture in pictures]
    if seen[0] is None or seen[1] is None:
        raise InputError("This model came without the discriminator that could judge its pictures.")
    shares = [f"{100 * each.share:.0f} % of its patches look real to it." for each in seen if each is not None]
    panes = [
        pane("Original, as its judge sees it", seen[0].overlay, shares[0]),
        pane("Translation, as its judge sees it", seen[1].overlay, shares[1]),
    ]
    return "Teal looks real to the discriminator, purple looks made.", panes


class Comparisons:
    """The server function of all of them."""

    def __init__(self, results: Results) -> None:
        self._results = results

    @cancellable
    def look(self, wish: dict[str, Any]) -> dict[str, Any]:
        """The view that the wish names, as panes."""
        line, panes = looks[str(wish.get("view"))](self._results, wish)
        return {"line": line, "panes": panes}
