"""`import-weights` and `catalogue`: generators that others trained."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gan_core.cli.output import as_sentence, complain, file_path, path_name, print_json, print_table, progress_bar
from gan_core.errors import InputError


def add_commands(commands: Any) -> None:
    """Add `import-weights` and `catalogue` to `commands`, argparse's subparsers."""
    text = "make a model of a generator that CycleGAN, pix2pix or CUT trained elsewhere"
    parser = commands.add_parser(
        "import-weights",
        help=text,
        description=as_sentence(text) + " The network is recognised from the file; nothing in it is run.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "weights",
        type=path_name,
        metavar="FILE.pth|NAME",
        help="a .pth, .pt or .safetensors file, or a name that `catalogue` lists",
    )
    parser.add_argument("--name", help="of the model (default: the file's)")
    parser.add_argument(
        "--direction",
        metavar="AtoB|BtoA|NAME",
        help="what the generator does, or the name of one of several in the file (default: as names tell, else AtoB)",
    )
    parser.add_argument("--domains", type=_domains, metavar="A,B", help="what it translates, such as horse,zebra")
    parser.add_argument("--back", type=file_path, metavar="FILE_B.pth", help="the generator of the other direction")
    parser.add_argument(
        "--out",
        type=file_path,
        metavar="MODEL.safetensors",
        help="(default: models/NAME.safetensors in the folder of runs)",
    )
    parser.set_defaults(run=import_weights)

    text = "list the generators that CycleGAN's authors published"
    parser = commands.add_parser("catalogue", help=text, description=as_sentence(text), allow_abbrev=False)
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.set_defaults(run=catalogue)


def _domains(text: str) -> tuple[str, str]:
    match [part.strip() for part in text.split(",")]:
        case [first, second] if first and second:
            return first, second
    raise argparse.ArgumentTypeError(f"two names such as horse,zebra are accepted, not {text!r}")


def import_weights(options: argparse.Namespace) -> int:
    """Convert third-party weights to a model file; return the exit code, 1 where a download failed.

    Raises:
        InputError: for a file name that does not end in `.safetensors`, and for weights that no known network fits.
    """
    from gan_core.translation.catalogue import DownloadError, published

    path, known, domains = Path(options.weights), None, options.domains
    out = options.out or _default(options.name, path)
    if out.suffix != ".safetensors":
        raise InputError(f"A model file is called NAME.safetensors, not {out.name}.")
    if not path.exists() and not path.suffix:
        entry = published(options.weights)
        known, domains = entry.known(), domains or entry.domains
        try:
            path = _downloaded(entry.name)
        except DownloadError as error:
            complain(str(error))
            return 1  # nothing was wrong with what was asked for
    _import(path, out, options, domains, known)
    return 0


def _import(
    path: Path,
    out: Path,
    options: argparse.Namespace,
    domains: tuple[str, str] | None,
    known: Mapping[str, Any] | None,
) -> None:
    from gan_core.models.importing import import_weights

    name = options.name or (options.weights if known else None)
    foreign = import_weights(path, name, options.direction, out=out, domains=domains, back=options.back, known=known)
    print(foreign.sentence)
    a, b = foreign.card.domains["A"], foreign.card.domains["B"]
    ways = " and ".join({"AtoB": f"{a} to {b}", "BtoA": f"{b} to {a}"}[way] for way in foreign.networks)
    print(f"{out}: {ways}. Licence of the weights: {foreign.card.licence}.")


def _default(name: str | None, path: Path) -> Path:
    """Where a model goes that was given no place."""
    from gan_core.models.catalog import imported_folder
    from gan_core.translation.third_party import model_name

    return imported_folder() / f"{model_name(Path(name) if name else path)}.safetensors"


def _downloaded(name: str) -> Path:
    from gan_core.files import cache_folder
    from gan_core.translation.catalogue import download

    with progress_bar(None, unit="B", unit_scale=True, unit_divisor=1000, desc=name) as bar:

        def progress(done: int, total: int) -> None:
            bar.total, bar.n = total or None, done
            bar.refresh()

        return download(name, cache_folder() / "catalogue", progress)


def catalogue(options: argparse.Namespace) -> int:
    """Print the published generators that can be downloaded and imported; return the exit code."""
    from gan_core.translation.catalogue import ABOUT_BYTES, CATALOGUE, LICENCE, NOTE

    if options.json:
        print_json(
            [
                {
                    "name": entry.name,
                    "domains": list(entry.domains),
                    "url": entry.url,
                    "about_bytes": ABOUT_BYTES,
                    "licence": LICENCE,
                    "data": entry.data,
                    "data_terms": entry.terms,
                }
                for entry in CATALOGUE.values()
            ]
        )
        return 0
    size = f"about {ABOUT_BYTES / 1e6:.1f} MB"
    rows = [(entry.name, " to ".join(entry.domains), size, entry.terms) for entry in CATALOGUE.values()]
    print_table(rows, ("name", "translates", "size", "its pictures' terms"))
    print(f"{NOTE} Get one with: python -m gan_core import-weights NAME")
    return 0
