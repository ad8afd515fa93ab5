"""`export-onnx`: a model for other programs."""

from __future__ import annotations

import argparse
from typing import Any

from gan_core.cli.output import as_sentence, file_path, path_name
from gan_core.errors import InputError


def add_commands(commands: Any) -> None:
    """Add `export-onnx` to `commands`, argparse's subparsers."""
    text = "write a model as an ONNX file, and say how closely it draws what the model draws"
    parser = commands.add_parser("export-onnx", help=text, description=as_sentence(text), allow_abbrev=False)
    parser.add_argument(
        "model",
        type=path_name,
        metavar="MODEL",
        help="a name that `models` lists, a run (runs/NAME), its best step (runs/NAME/best), or a .safetensors file",
    )
    parser.add_argument("--out", type=file_path, required=True, metavar="MODEL.onnx", help="the file to write")
    parser.add_argument(
        "--direction", choices=("AtoB", "BtoA"), help="of a translator (default: the first that it knows)"
    )
    parser.set_defaults(run=export_onnx)


def export_onnx(options: argparse.Namespace) -> int:
    """Write a model as an ONNX file and print how closely it reproduces torch; return the exit code.

    Raises:
        InputError: for a file name that does not end in `.onnx`, and for a model that cannot be loaded.
    """
    if options.out.suffix.lower() != ".onnx":
        raise InputError(f"An ONNX file cannot be called {options.out.name!r}: its name ends in .onnx.")
    if options.out.is_dir():
        raise InputError(f"{options.out} is a folder; give the name of a file in it.")
    from gan_core.models import load_model

    model = load_model(options.model, "cpu")
    from gan_core.models.onnx import export_onnx as export

    report = export(model, options.out, options.direction)
    which = f", {report.direction}" if report.direction else ""
    print(f"{report.path} ({report.size / 1e6:.1f} MB{which})")
    print(f"Compared with torch: {report.parity.describe()}.")
    return 0
