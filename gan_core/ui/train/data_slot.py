"""One choice of pictures on the Train tab: a data set by name, dropped files, or a folder of this machine."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import gradio as gr

from gan_core.errors import InputError
from gan_core.images import PICTURE_SUFFIXES
from gan_core.recipes import PRESETS, Recipe
from gan_core.ui import frontend
from gan_core.ui.dispatch import sentence_of
from gan_core.ui.train.fetches import Fetches
from gan_core.ui.train.picture_sets import PictureSets, is_set
from gan_core.ui.train.recipe_form import OWN

if TYPE_CHECKING:
    from gan_core.data.previewing import Preview

OWN_CHOICE = ("Your own pictures …", OWN)
ACCEPTED = ",".join([".zip", "image/*", *sorted(PICTURE_SUFFIXES)])
"""What the browser's chooser offers."""
STRIP = 12
"""Pictures in the strip."""


@dataclass
class DataSlot:
    """The components of one choice of pictures.

    `inputs` are the arguments of `source`, in this order; `pictures` uploads sets of the user's own.
    """

    sets: PictureSets
    fetches: Fetches
    group: gr.Group
    name: gr.Dropdown
    pictures: gr.HTML
    folder: gr.Textbox
    own: gr.Group
    strip: gr.HTML
    refused: dict[str, str] = field(default_factory=dict)
    """Own pictures that could not be used, and why: Start refuses them too instead of beginning a run that fails."""

    @property
    def inputs(self) -> list[Any]:
        """The components whose values `source` takes."""
        return [self.name, self.pictures, self.folder]

    def source(self, name: str | None, _: Any, folder: str | None) -> str:
        """The chosen data source, as `gan_core.data.load` takes it.

        Raises:
            InputError: when nothing is chosen, or the chosen pictures are not kept any more.
        """
        if is_set(name):
            return self.sets.place(str(name))
        if name != OWN:
            if not name:
                raise InputError("Choose the pictures to learn from.")
            return name
        if folder and folder.strip() and self.sets.settings.local:
            return folder.strip()
        raise InputError("Drop a zip, a folder or several pictures to learn from, or choose a data set.")

    def check(self, data: str | None) -> None:
        """Raise InputError for own pictures that the strip has refused."""
        if data in self.refused:
            raise InputError(self.refused[data])


def data_slot(
    sets: PictureSets,
    fetches: Fetches,
    stem: str,
    label: str,
    default: str,
    *,
    visible: bool | Literal["hidden"] = True,
) -> DataSlot:
    """Lay out one slot; `stem` begins the ids of its parts.

    `hidden` keeps it on the page, unseen, so that it need not be built when it is shown.
    """
    with gr.Group(visible=visible, elem_id=f"{stem}-slot", elem_classes="gw-plain") as group:
        name = gr.Dropdown([*proposed(), OWN_CHOICE], value=default, label=label, elem_id=stem, filterable=False)
        pictures = frontend.component(
            "train/pictures",
            events=["chosen"],
            server_functions=[sets.sets_list, sets.sets_wanted, sets.sets_keep, sets.sets_remove],
            elem_id=f"{stem}-pictures",
            stem=stem,
            accept=ACCEPTED,
        )
        with gr.Group(visible=False, elem_classes="gw-plain") as own:
            folder = gr.Textbox(
                label="or a folder of this machine",
                placeholder="/home/me/pictures",
                visible=sets.settings.local,
                elem_id=f"{stem}-folder",
            )
        strip = frontend.component(
            "train/data-strip",
            elem_id=f"{stem}-strip",
            events=["fetched"],
            server_functions=[fetches.fetch_progress, fetches.fetch_cancel],
        )
    return DataSlot(sets, fetches, group, name, pictures, folder, own, strip)


def proposed() -> list[str]:
    """What the recipes themselves propose: a page has these before it has heard of all data sets."""
    return sorted({name for preset in PRESETS.values() for name in (preset.data, preset.data_b) if name})


def choices(sets: PictureSets, mark: object = None) -> list[tuple[str, str]]:
    """The data sets of pictures, (title, name), those that this browser brought, and the choice of own pictures."""
    from gan_core import data

    named = [(_title(source), source.name) for source in data.names() if source.kind != "points"]
    return [*named, *((f"{each['title']} (yours)", each["name"]) for each in sets.of(mark)), OWN_CHOICE]


def _title(source: Any) -> str:
    once = ", fetched once" if source.kind == "download" else ""
    return f"{source.name}{once}"


def pending(name: str | None) -> dict[str, str]:
    """What the strip shows where getting the pictures takes a while; choosing others leaves it."""
    from gan_core import data

    known = data.SOURCES.get(name or "")
    return {"pending": "Drawing the pictures …" if known and not known.remote else "Reading the pictures …"}


def holds_pairs(source: str) -> bool:
    """Whether a folder or zip alone holds pairs with equal file names."""
    from gan_core import data
    from gan_core.data.pairs import holds_equal_names

    return source not in data.SOURCES and holds_equal_names(data.place_of(source))


def preview_of(slot: DataSlot, recipe: str, values: tuple[Any, Any, Any], kind: str | None = None) -> dict[str, Any]:
    """What the strip shows for the chosen pictures: {picture, caption, both (kinds are in it)} or {error}.

    Of a recipe that learns from pairs of this `kind`, the inputs above what they are to become.

    {fetching: name} where a data set has to be downloaded first: that goes on in the background.
    """
    from gan_core import data
    from gan_core.data.previewing import preview
    from gan_core.images import data_url, encode_jpeg, grid, to_float, to_uint8

    if values[0] == OWN and not values[2]:
        return {"caption": "Drop a zip, a folder or at least four pictures. They stay with this app."}
    name = ""
    try:
        preset = Recipe.named(recipe)
        name = slot.source(*values)
        slot.refused.pop(name, None)
        if slot.fetches.begin(name):
            return {"fetching": name}
        if preset.is_paired and (kind is not None or name in data.SOURCES or holds_pairs(name)):
            return _pairs_of(name, preset, kind)
        seen = preview(name, size=preset.size, channels=preset.channels, seed=preset.seed)
    except Exception as error:  # noqa: BLE001 - a strip never breaks the page; a bug is printed on the server
        answer = {"error": sentence_of(error)}
        if name and name not in data.SOURCES:
            slot.refused[name] = answer["error"]
        return answer
    known = data.SOURCES.get(name)
    size = f"{seen.count:,} pictures of {preset.size} × {preset.size}"
    caption = f"{known.summary}. {size}, {seen.licence}." if known else f"{seen.name}: {size}{_kept(seen)}."
    both = preset.is_translation and data.holds_both(name)
    if both:
        caption += " Both kinds are in it: A and B."
    strip = seen.pictures[:: max(1, len(seen.pictures) // STRIP)] if both else seen.pictures
    shown = to_uint8(to_float(strip[:STRIP]))
    large = to_uint8(to_float(seen.pictures))
    return {
        "picture": data_url(encode_jpeg(grid(shown, columns=STRIP)), "image/jpeg"),
        "caption": " ".join([caption, *seen.notes]),
        "beside": data_url(encode_jpeg(grid(large, columns=8)), "image/jpeg"),
        "short": f"{seen.name}, {preset.size} × {preset.size}",
        "both": both,
    }


def _pairs_of(name: str, preset: Recipe, kind: str | None) -> dict[str, Any]:
    """A strip of pairs: inputs above, truths below. Raises InputError for pictures that are no pairs."""
    import torch

    from gan_core import data
    from gan_core.data.previewing import preview_pairs
    from gan_core.images import data_url, encode_jpeg, grid, to_float, to_uint8

    inputs, seen = preview_pairs(name, kind=kind, size=preset.size, channels=preset.channels, seed=preset.seed)
    channels = max(inputs.shape[1], seen.pictures.shape[1])
    sides = [side.expand(-1, channels, -1, -1) for side in (inputs, seen.pictures)]

    def sheet(columns: int, rows: int) -> str:
        """Rows of inputs, each above its row of truths."""
        chosen: list[torch.Tensor] = []
        for row in range(rows):
            part = slice(row * columns, (row + 1) * columns)
            if len(sides[0][part]) == columns or not chosen:
                chosen += [side[part] for side in sides]
        columns = len(chosen[0])
        return data_url(encode_jpeg(grid(to_uint8(to_float(torch.cat(chosen))), columns=columns)), "image/jpeg")

    known = data.SOURCES.get(name)
    licence = f", {seen.licence}" if known else ""
    size = f"{seen.count:,} pairs of pictures of {preset.size} × {preset.size}"
    return {
        "picture": sheet(STRIP, 1),
        "caption": " ".join(
            [
                f"{seen.name}: {size}{licence}{_kept(seen)}. Above what goes in (A), below what is to come out (B).",
                *seen.notes,
            ]
        ),
        "beside": sheet(8, 2),
        "short": f"{seen.name}, pairs, {preset.size} × {preset.size}",
        "both": True,
    }


def _kept(seen: "Preview") -> str:
    """A clause on the pictures that are held out, so that users who count their files find all of them."""
    if seen.held_out is None:
        return "; about a tenth of them, or those in folders called test or val, are held back to see whether it works on others"
    return f" to learn from, {seen.held_out:,} held back to see whether it works on others" if seen.held_out else ""
