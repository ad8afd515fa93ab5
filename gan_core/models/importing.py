"""Import third-party weights as model files, and edit their cards."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.files import write_atomically
from gan_core.models.files import read_card, save_model
from gan_core.tensor_files import read_header, with_metadata

if TYPE_CHECKING:
    from gan_core.translation.third_party import ThirdPartyWeights


def import_weights(
    path: Path | str,
    name: str | None = None,
    direction: str | None = None,
    *,
    out: Path | str,
    domains: tuple[str, str] | None = None,
    back: Path | str | None = None,
    known: Mapping[str, Any] | None = None,
) -> ThirdPartyWeights:
    """Read a generator as `read_third_party` does and write it to `out` as a float32 model file.

    `known` are fields of the card that are known from elsewhere, such as `licence`. Raises InputError for a file that
    cannot be read and for a place that cannot be written.
    """
    from gan_core.translation.third_party import read_third_party

    out = Path(out)
    foreign = read_third_party(path, name=name or out.stem, direction=direction, domains=domains, back=back)
    card = foreign.card.replace(**known or {})
    if out.suffix != ".safetensors":
        raise InputError(f"A model file is called NAME.safetensors, not {out.name}.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        save_model(out, foreign.networks, card, half=False)
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror or error}.") from error
    return foreign


def change_card(path: Path, **changes: Any) -> None:
    """Replace fields of a model file's card; the weights stay the same byte for byte."""
    card = read_card(path).replace(**changes)
    metadata = read_header(path).metadata | {"card": json.dumps(card.to_json())}
    write_atomically(path, with_metadata(path.read_bytes(), metadata))
