"""Model files: cards, the catalogue of models, loading, histories, third-party weights, ONNX."""

from gan_core.models.catalog import ModelCatalog, ModelEntry, list_models, read_card
from gan_core.models.files import load_model, save_model

__all__ = ["ModelCatalog", "ModelEntry", "list_models", "load_model", "read_card", "save_model"]
