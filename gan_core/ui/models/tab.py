"""The Models and runs tab: what is there, and what can be done with it."""

from typing import Any

import gradio as gr

from gan_core.errors import InputError
from gan_core.ui import frontend
from gan_core.ui.app_settings import AppSettings
from gan_core.ui.importing import Importing
from gan_core.ui.model_store import ModelStore
from gan_core.ui.models.table import ModelTable, model_table
from gan_core.ui.run_library import RunLibrary
from gan_core.ui.trainings import Trainings

LIVE: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}

# A hidden file component holds what is fetched; this clicks on it.
FETCH = """(file) => {
  if (!file) return;
  const link = document.createElement("a");
  link.href = file.url; link.download = file.orig_name ?? ""; link.click();
}"""


def build_models_tab(runs: RunLibrary, store: ModelStore, trainings: Trainings, settings: AppSettings) -> None:
    """Lay the tab out and wire it; called inside a `gr.Tab` of a `gr.Blocks`."""
    importing = Importing(store)
    functions = [importing.import_files, importing.catalogue, importing.fetch, importing.stop]
    frontend.component("models/import", elem_id="import", server_functions=functions)
    server = ModelTable(runs, store, trainings, settings)
    view = model_table(server, importing)
    file = gr.File(visible="hidden", elem_id="model-file")

    def fetch(event: gr.EventData) -> Any:
        try:
            return server.file(str(event.name))  # pyright: ignore[reportAttributeAccessIssue]
        except InputError as error:
            gr.Warning(str(error))
            return None

    view.fetch_model(fetch, None, [file], **LIVE).then(None, [file], None, js=FETCH)
