"""A person's own pictures on the Train tab: kept before Start, handed to the run, shown as it learns. No gradio widgets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from gan_core.errors import InputError
from gan_core.runs.probe_images import ProbeImage, ProbeImages
from gan_core.ui.context import Context
from gan_core.ui.ownership import allow
from gan_core.ui.uploads import FOLDER, uploaded

TOKEN = re.compile(r"[0-9a-f]{16}")


class ProbeImageController:
    """Server functions. A wish names a `run`, or a `token` that the page has made for pictures chosen before Start."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def own_list(self, wish: dict[str, Any]) -> dict[str, Any]:
        """What there is: `pictures` with `number`, `domain` and the picture itself."""
        return {"pictures": [_shown(picture) for picture in self._place(wish).all()]}

    def own_add(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Keep the uploaded `path`, called `name`, as one of `domain`."""
        if wish.get("run") and not self.context.run(str(wish["run"])).status().is_active:
            raise InputError("This run has ended: drop the picture before the next Start, or on the Translate tab.")
        place = self._changed_place(wish)
        path = uploaded(wish.get("path"))
        _, notes = place.add(path, Path(str(wish.get("name") or path.name)).name, str(wish.get("domain") or "A"))
        return {**self.own_list(wish), "notes": list(notes)}

    def own_turn(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Say that picture `number` is an A or a B."""
        self._changed_place(wish).turn(int(wish["number"]), str(wish.get("domain")))
        return self.own_list(wish)

    def own_remove(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Forget picture `number`; with the last one its sheets go too."""
        place = self._changed_place(wish)
        place.remove(int(wish["number"]))
        if wish.get("run") and not place.all():
            run = self.context.run(str(wish["run"]))
            for sheet in [run.live_own, *(run.path / "keyframes").glob("*.own.jpg")]:
                sheet.unlink(missing_ok=True)
        return self.own_list(wish)

    def waiting(self, token: Any) -> ProbeImages | None:
        """What was chosen before Start under `token`; None when that is no token, as of a page without its script."""
        known = TOKEN.fullmatch(str(token))
        return ProbeImages(self.context.runs_root / FOLDER / f"own-{known[0]}") if known else None

    def own_sheet(self, wish: dict[str, Any]) -> dict[str, Any]:
        """The sheet of a key frame (`step`), or the newest one; `sheet` is None where there were none then."""
        run = self.context.run(str(wish["run"]))
        step = wish.get("step")
        path = newest_sheet(run) if step is None else run.own_at(int(step))
        return {"sheet": read_sheet(path)}

    def _changed_place(self, wish: dict[str, Any]) -> ProbeImages:
        """As `_place`, for whoever may change it."""
        if wish.get("run"):
            allow(self.context.run(str(wish["run"])), wish, "change the own pictures of")
        return self._place(wish)

    def _place(self, wish: dict[str, Any]) -> ProbeImages:
        if wish.get("run"):
            run = self.context.run(str(wish["run"]))
            if not run.recipe().is_translation:
                raise InputError("This run draws new pictures; own pictures are for translations.")
            return run.own
        before = self.waiting(wish.get("token"))
        if before is None:
            raise InputError("Reload the page, then drop the picture again.")
        return before


def newest_sheet(run: Any) -> Path:
    """The live sheet; of a run that has ended the last key frame's."""
    if run.live_own.exists():
        return run.live_own
    return max((run.path / "keyframes").glob("*.own.jpg"), default=run.live_own)


def read_sheet(path: Path) -> dict[str, Any] | None:
    """`{"picture": data URL, "step", "pictures": where they lie}`; None where there is none."""
    from gan_core.images import data_url
    from gan_core.training.probe_images import read_layout

    try:
        data = path.read_bytes()
        return {"picture": data_url(data, "image/jpeg"), **read_layout(data)}
    except (OSError, ValueError):
        return None


def _shown(picture: ProbeImage) -> dict[str, Any]:
    from gan_core.images import data_url, encode_jpeg

    return {
        "number": picture.number,
        "domain": picture.domain,
        "picture": data_url(encode_jpeg(picture.read(), quality=90), "image/jpeg"),
    }
