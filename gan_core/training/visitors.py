"""Small trainings that belong to whoever looks at them: one a visitor, computed only while the visitor asks."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict

from gan_core.training.plane import PlaneSettings, PlaneTraining

MOST = 32


class Visit:
    """One visitor's training and the lock that guards it."""

    def __init__(self, settings: PlaneSettings) -> None:
        self.token = secrets.token_urlsafe(12)
        self.lock = threading.Lock()
        self.training = PlaneTraining(settings)

    def follow(self, settings: PlaneSettings, *, restart: bool) -> None:
        """Take over changed settings; a changed seed or `restart` begins anew. Hold the lock."""
        if restart or settings.seed != self.training.settings.seed:
            self.training = PlaneTraining(settings)
        elif settings != self.training.settings:
            self.training.change(settings)


class Visits:
    """The trainings of the last `most` visitors. One that was forgotten simply begins again."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._visits: OrderedDict[str, Visit] = OrderedDict()

    def of(self, token: object, settings: PlaneSettings) -> Visit:
        """The visit that `token` names, or a new one. Tokens are made here, so nobody can guess another's."""
        with self._lock:
            visit = self._visits.get(token) if isinstance(token, str) else None
            if visit is None:
                visit = Visit(settings)
            self._visits[visit.token] = visit
            self._visits.move_to_end(visit.token)
            while len(self._visits) > self.most:
                self._visits.popitem(last=False)
            return visit
