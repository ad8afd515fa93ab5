"""`time-lapse`: the same pictures at every kept moment of a training."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from gan_core.cli.output import (
    complain,
    file_path,
    path_name,
    positive,
    progress_bar,
    seeds,
    whole,
    write_output,
    writing,
)
from gan_core.errors import InputError

if TYPE_CHECKING:
    from torch import Tensor

    from gan_core.latents.history import History
    from gan_core.latents.time_lapse import TimeLapse


def add_commands(commands: Any) -> None:
    """Add `time-lapse` to `commands`, argparse's subparsers."""
    parser = commands.add_parser(
        "time-lapse",
        help="film a training",
        description="Film a training: the same latents at every kept moment; or lay moments side by side as a .png.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "model", type=path_name, metavar="MODEL|runs/NAME", help="a run, or a model that has its history beside it"
    )
    parser.add_argument("--seeds", type=seeds(1), default=[0], metavar="1,2,3", help="what to draw (default: 0)")
    parser.add_argument("--seconds", type=positive, default=8.0, help="from the first moment to the last (default: 8)")
    parser.add_argument("--rest", type=float, default=1.0, help="seconds that the last moment stays (default: 1)")
    parser.add_argument("--fps", type=whole(1, 60), default=25, help="frames a second (default: 25)")
    parser.add_argument(
        "--timing",
        choices=("log", "even", "each"),
        default="log",
        help="evenly in log(step), evenly in steps, or each kept moment equally long (default: log)",
    )
    parser.add_argument(
        "--from", dest="start", type=whole(1, 10**12), default=1, metavar="STEP", help="leave earlier moments out"
    )
    parser.add_argument("--no-numbers", action="store_true", help="do not write the step below the pictures")
    parser.add_argument("--columns", type=whole(2, 40), default=10, help="of a .png: how many moments (default: 10)")
    parser.add_argument(
        "--class", dest="label", metavar="NAME|INDEX", help="what a conditional model is to draw (default: the first)"
    )
    parser.add_argument(
        "--out", type=file_path, required=True, metavar="film.mp4|.gif|.webp|.png", help="the file to write"
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    parser.set_defaults(run=time_lapse)


def time_lapse(options: argparse.Namespace) -> int:
    """Write a film or a sheet of one latent's picture over the steps of a training; return the exit code.

    Raises:
        InputError: for an unknown file format, and for a run or model without a history.
    """
    from gan_core.latents.video import STRIP, SUFFIXES

    suffix = options.out.suffix.lower()
    if suffix not in (*SUFFIXES, STRIP):
        accepted = f"{', '.join(SUFFIXES)} and {STRIP} (a sheet of moments) are accepted"
        raise InputError(f"A time-lapse cannot be written as {options.out.name!r}: {accepted}.")
    from gan_core.latents.history import open_history

    history = open_history(options.model, options.device)
    import torch

    from gan_core.latents import time_lapse as lapse
    from gan_core.latents.spec import LatentSpec

    newest = history.newest()
    label = newest.label(options.label) if options.label is not None else None
    places = tuple(LatentSpec(kind="seed", seed=seed, label=label) for seed in options.seeds)
    latents = torch.stack([place.latent(newest.latent_dim) for place in places])
    weights = [place.class_weights(len(newest.classes)) for place in places]
    labels = torch.stack([each for each in weights if each is not None]) if newest.classes else None
    values = {name: getattr(options, name) for name in ("seconds", "rest", "fps", "timing", "start")}
    plan = lapse.TimeLapse.from_json({**values, "latents": places, "numbers": not options.no_numbers})
    note = lapse.note(options.model, newest, plan)
    left_out = (_sheet if suffix == STRIP else _film)(options, history, plan, latents, labels, note)
    for step in left_out:
        complain(f"Step {step} of {history.name} could not be read and is left out.")
    print(options.out)
    return 2 if left_out else 0


def _film(
    options: argparse.Namespace, history: History, plan: TimeLapse, latents: Tensor, weights: Tensor | None, note: Any
) -> list[int]:
    """Write it; the steps that are missing in it."""
    from gan_core.latents.video import write_video
    from gan_core.models.generator import GeneratorModel

    with progress_bar(1.0, unit="film") as bar, writing(options.out) as out:
        film = plan.film(history, latents, weights, GeneratorModel.render, lambda share: bar.update(share - bar.n))
        write_video(out, film.frames, plan.fps, note=note)
    return film.left_out


def _sheet(
    options: argparse.Namespace, history: History, plan: TimeLapse, latents: Tensor, weights: Tensor | None, note: Any
) -> list[int]:
    """Write it; the steps that are missing in it."""
    from gan_core.images import encode_png
    from gan_core.latents.metadata import embed
    from gan_core.latents.time_lapse import columns, sheet
    from gan_core.models.generator import GeneratorModel
    from gan_core.runs.keyframes import spread

    chosen = spread([step for step in history.steps() if step >= plan.start], options.columns)
    if not chosen:
        raise InputError(f"No moment of {history.name} from step {plan.start:,} on is kept.")
    found = []
    with progress_bar(len(chosen), unit="moment") as bar:
        for column in columns(history, latents, weights, chosen, GeneratorModel.render):
            found.append(column)
            bar.update(1)
    page = encode_png(sheet(found, [f"seed {seed}" for seed in options.seeds]))
    write_output(options.out, embed(page, ".png", note))
    return [step for step in chosen if step not in dict(found)]
