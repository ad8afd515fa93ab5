"""Run folders: everything that a training writes and reads on disk."""

from gan_core.runs.folder import Keyframe, RunFolder, Status
from gan_core.runs.locating import default_root, find_run, list_runs, place_of

__all__ = ["Keyframe", "RunFolder", "Status", "default_root", "find_run", "list_runs", "place_of"]
