"""Probe images on the Train tab: kept before Start, handed to the run, shown as it trains; independent of gradio's
widgets."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gan_core.errors import InputError
from gan_core.runs.probe_images import ProbeImage, ProbeImages
from gan_core.ui.ownership import allow
from gan_core.ui.protocol import server_function
from gan_core.ui.run_library import RunLibrary
from gan_core.ui.train.protocol import (
    AddProbeRequest,
    ProbeDomainRequest,
    ProbePicture,
    ProbeRequest,
    ProbeSheet,
    ProbeSheetRequest,
    ProbeSheetResponse,
    ProbesResponse,
    RemoveProbeRequest,
)
from gan_core.ui.uploads import FOLDER, uploaded

TOKEN = re.compile(r"[0-9a-f]{16}")


class ProbeImageController:
    """Server functions for probe images.

    A request names a `run`, or a `token` that the page has made for pictures chosen before Start.
    """

    def __init__(self, runs: RunLibrary) -> None:
        self.runs = runs

    @property
    def functions(self) -> list[Callable[..., Any]]:
        """The server functions that both the form and the view of a run need."""
        return [self.probe_list, self.probe_add, self.probe_domain, self.probe_remove]

    @server_function
    def probe_list(self, request: ProbeRequest) -> ProbesResponse:
        """The probe images of a run or token."""
        return ProbesResponse(pictures=self._pictures(request))

    @server_function
    def probe_add(self, request: AddProbeRequest) -> ProbesResponse:
        """Keep an uploaded picture.

        Raises:
            InputError: for a run that has ended, and for a file that cannot be used.
        """
        if request.run and not self.runs.find(request.run).status().is_active:
            raise InputError("This run has ended: drop the picture before the next Start, or on the Translate tab.")
        folder = self._changeable_folder(request)
        path = uploaded(request.path)
        _, notes = folder.add(path, Path(request.name or path.name).name, request.domain)
        return ProbesResponse(pictures=self._pictures(request), notes=list(notes))

    @server_function
    def probe_domain(self, request: ProbeDomainRequest) -> ProbesResponse:
        """Say of which domain a picture is."""
        self._changeable_folder(request).turn(request.number, request.domain)
        return ProbesResponse(pictures=self._pictures(request))

    @server_function
    def probe_remove(self, request: RemoveProbeRequest) -> ProbesResponse:
        """Forget a picture; with the last one its sheets go too."""
        folder = self._changeable_folder(request)
        folder.remove(request.number)
        if request.run and not folder.all():
            run = self.runs.find(request.run)
            for sheet in [run.live_own, *(run.path / "keyframes").glob("*.own.jpg")]:
                sheet.unlink(missing_ok=True)
        return ProbesResponse(pictures=self._pictures(request))

    def waiting(self, token: str | None) -> ProbeImages | None:
        """What was chosen before Start under `token`; None when that is no token, as of a page without its script."""
        known = TOKEN.fullmatch(token or "")
        return ProbeImages(self.runs.root / FOLDER / f"own-{known[0]}") if known else None

    @server_function
    def probe_sheet(self, request: ProbeSheetRequest) -> ProbeSheetResponse:
        """The sheet of a key frame, or the newest one."""
        run = self.runs.find(request.run)
        path = newest_sheet(run) if request.step is None else run.own_at(request.step)
        return ProbeSheetResponse(sheet=read_sheet(path))

    def _pictures(self, request: ProbeRequest) -> list[ProbePicture]:
        return [_shown(picture) for picture in self._folder(request).all()]

    def _changeable_folder(self, request: ProbeRequest) -> ProbeImages:
        """As `_folder`, for those who may change it."""
        if request.run:
            allow(self.runs.find(request.run), request, "change the own pictures of")
        return self._folder(request)

    def _folder(self, request: ProbeRequest) -> ProbeImages:
        if request.run:
            run = self.runs.find(request.run)
            if not run.recipe().is_translation:
                raise InputError("This run draws new pictures; own pictures are for translations.")
            return run.own
        before = self.waiting(request.token)
        if before is None:
            raise InputError("Reload the page, then drop the picture again.")
        return before


def newest_sheet(run: Any) -> Path:
    """The live sheet; of a run that has ended the last key frame's."""
    if run.live_own.exists():
        return run.live_own
    return max((run.path / "keyframes").glob("*.own.jpg"), default=run.live_own)


def read_sheet(path: Path) -> ProbeSheet | None:
    """The sheet in a file; None where there is none, or none of this version."""
    from gan_core.images import data_url
    from gan_core.training.probe_images import read_layout

    try:
        data = path.read_bytes()
        layout = read_layout(data)
        return ProbeSheet(step=layout["step"], picture=data_url(data, "image/jpeg"), pictures=layout["pictures"])
    except (OSError, ValueError, LookupError):
        return None


def _shown(picture: ProbeImage) -> ProbePicture:
    from gan_core.images import data_url, encode_jpeg

    return ProbePicture(
        number=picture.number,
        domain="A" if picture.domain == "A" else "B",
        picture=data_url(encode_jpeg(picture.read(), quality=90), "image/jpeg"),
    )
