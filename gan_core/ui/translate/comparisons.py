"""Views of one translation: what changed, what a full cycle loses, what the discriminator answers for its patches."""

from collections.abc import Callable, Mapping
from typing import Any

from gan_core.ui.protocol import CancelledResponse, server_function
from gan_core.ui.translate.encoding import SHOWN_SIDE, shown, within
from gan_core.ui.translate.protocol import TranslationRequest, View, ViewPane, ViewRequest, ViewResponse
from gan_core.ui.translate.results import Results


def pane(title: str, picture: Any, note: str = "") -> ViewPane:
    """One picture of a view, uint8 (H, W, 3), with what stands under it."""
    return ViewPane(title=title, picture=shown(picture, None), note=note)


def difference(results: Results, request: TranslationRequest) -> ViewResponse:
    """What the translation added and took."""
    import numpy as np

    from gan_core.translation import views

    made = results.get(request)
    before, after = made.before, made.file.translation.rgb
    small = [within(picture, SHOWN_SIDE) for picture in (before, after)]
    mean = sum(_sum_of_changes(before[rows], after[rows]) for rows in _strips(len(before), 512)) / before.size
    changed = pane("What changed", views.difference(*small), "Grey is unchanged; lighter was added, darker was taken.")
    line = f"A pixel changed by {mean:.1f} of 255 levels on average."
    return ViewResponse(line=line, panes=[pane("Translation", np.asarray(small[1])), changed])


def _strips(length: int, step: int) -> list[slice]:
    return [slice(start, start + step) for start in range(0, length, step)]


def _sum_of_changes(before: Any, after: Any) -> float:
    """Sum of |after - before| of a strip, so that a large picture needs no copy of its own size."""
    import numpy as np

    return float(np.abs(after.astype(np.int16) - before).sum(dtype=np.float64))


def cycle(results: Results, request: TranslationRequest) -> ViewResponse:
    """There and back again: what survives."""
    from gan_core.translation import views

    made, back = results.cycled(request)
    before = made.before
    _, mean = views.error_map(before, back.rgb)
    heat, _ = views.error_map(within(before, SHOWN_SIDE), within(back.rgb, SHOWN_SIDE))
    panes = [
        pane("Original", before),
        pane("There", made.file.translation.rgb),
        pane("And back", back.rgb),
        pane("What was lost", heat, f"Dark: returned as it was; brightest: {views.FULL_SCALE} levels off or more."),
    ]
    line = f"There and back, a pixel is {mean:.1f} of 255 levels off on average."
    return ViewResponse(line=line, panes=panes)


def discriminator(results: Results, request: TranslationRequest) -> ViewResponse:
    """The scores of the target domain's discriminator for every patch, before and after.

    Raises:
        InputError: for a model without its discriminator.
    """
    from gan_core.errors import InputError
    from gan_core.translation import views

    made = results.get(request)
    domain = made.direction[-1]
    pictures = [within(picture, SHOWN_SIDE) for picture in (made.before, made.file.translation.rgb)]
    maps = [views.realism(made.translator, picture, domain, scale=made.scale) for picture in pictures]
    if maps[0] is None or maps[1] is None:
        raise InputError("This model came without the discriminator that could rate its pictures.")
    shares = [f"{100 * each.share:.0f} % of its patches look real to it." for each in maps if each is not None]
    panes = [
        pane("Original, as the discriminator sees it", maps[0].overlay, shares[0]),
        pane("Translation, as the discriminator sees it", maps[1].overlay, shares[1]),
    ]
    return ViewResponse(line="Teal looks real to the discriminator, purple looks made.", panes=panes)


VIEWS: Mapping[View, Callable[[Results, TranslationRequest], ViewResponse]] = {
    "difference": difference,
    "cycle": cycle,
    "discriminator": discriminator,
}


class Comparisons:
    """The server function of all views."""

    def __init__(self, results: Results) -> None:
        self._results = results

    @server_function
    def view(self, request: ViewRequest) -> ViewResponse | CancelledResponse:
        """The view that the request names, as panes."""
        return VIEWS[request.view](self._results, request)
