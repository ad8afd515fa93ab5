"""`directions`: the attributes of a generator's pictures as directions of its latent space."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from gan_core.cli.output import path_name, print_json, print_table, progress_bar, visible, whole
from gan_core.errors import InputError

if TYPE_CHECKING:
    from gan_core.latents.directions.attributes import Attribute

SAMPLES = 2048


def add_commands(commands: Any) -> None:
    """Add `directions` to `commands`, argparse's subparsers."""
    parser = commands.add_parser(
        "directions",
        help="find the directions of attributes in a generator's latent space",
        description="Read attributes off pictures that a generator draws (light, colours, and what a table beside its "
        "training pictures says of them), and find the directions along which they change.",
        allow_abbrev=False,
    )
    parser.add_argument("model", type=path_name, metavar="MODEL", help="name or file of a generator, or a run")
    parser.add_argument(
        "--data", type=path_name, metavar="NAME|FOLDER|ZIP", help="what it learned from (default: as its card says)"
    )
    parser.add_argument("--count", type=whole(100, 50_000), default=SAMPLES, help=f"pictures to draw ({SAMPLES})")
    parser.add_argument(
        "--write-card",
        action="store_true",
        help="keep them in the model's file: Explore then has them without the data",
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.set_defaults(run=directions)


def directions(options: argparse.Namespace) -> int:
    """Print the directions that were found; return the exit code.

    Raises:
        InputError: for a model or pictures that cannot be used.
    """
    from gan_core.latents.directions.attributes import find_attributes
    from gan_core.latents.directions.readers import quick_readers
    from gan_core.latents.directions.stored import store
    from gan_core.memorization.neighbours import training_data
    from gan_core.models import load_model
    from gan_core.models.files import find_model
    from gan_core.models.generator import GeneratorModel

    model = load_model(options.model, options.device)
    if not isinstance(model, GeneratorModel):
        raise InputError(f"{options.model} is a translator: only generators have a latent space.")
    data = training_data(model.card, options.data)
    with progress_bar(2.0, unit="step", leave=False) as bar:

        def progress(share: float) -> None:
            bar.n = share
            bar.refresh()

        readers = quick_readers(data, model.card.channels, progress, within=bool(model.classes))
        found = find_attributes(model, readers, model.render, lambda share: progress(1 + share), options.count)
    if options.write_card:
        path = find_model(options.model)
        try:
            store(path, found)
        except OSError as error:
            raise InputError(f"{path} cannot be written ({error.strerror or error}).") from error
    if options.json:
        print_json([_described(each) for each in found])
    else:
        rows = [tuple(_described(each).values()) for each in sorted(found, key=lambda each: -each.fit)]
        print_table(rows, ("attribute", "kind", "explained", "read", "offered"))
    return 0


def _described(attribute: Attribute) -> dict[str, Any]:
    return {
        "name": visible(attribute.name),
        "kind": attribute.kind,
        "explained": round(attribute.fit, 3),
        "read": None if attribute.reading is None else round(attribute.reading, 3),
        "offered": "yes" if attribute.found else "no",
    }
