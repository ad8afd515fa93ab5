"""What a panel within Explore is to the tab."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from gan_core.ui.explore.controller import ExploreController


class Panel:
    """A panel within Explore: what it is called, its files, and its half on the server."""

    name: ClassVar[str]
    """By which the page opens it."""
    title: ClassVar[str]
    """Of its tab."""
    files: ClassVar[tuple[str, ...]]
    """Its HTML files in `ui/web/explore`, without the ending; the first one takes in the others. A style sheet may have the
    name of any of them."""

    def __init__(self, controller: ExploreController) -> None:
        self._controller = controller

    def functions(self) -> list[Callable[..., Any]]:
        """Its server functions; none where all that the server does for it is to draw."""
        return []
