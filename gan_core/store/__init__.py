"""What lies on disk: model files with their cards, and run folders."""

from gan_core.store.model_catalog import ModelCatalog, ModelEntry, list_models, read_card
from gan_core.store.models import load_model, save_model
from gan_core.store.runs import Keyframe, RunFolder, Status, default_root, find_run, list_runs, place_of

__all__ = [
    "Keyframe",
    "ModelCatalog",
    "ModelEntry",
    "RunFolder",
    "Status",
    "default_root",
    "find_run",
    "list_models",
    "list_runs",
    "load_model",
    "place_of",
    "read_card",
    "save_model",
]
