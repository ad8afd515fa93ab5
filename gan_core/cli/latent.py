"""`sample` and `walk`: pictures from a generator."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_core.cli.output import SEED, progress_bar, seeds, whole, write_output
from gan_core.errors import InputError

if TYPE_CHECKING:
    from gan_core.models import GeneratorModel

PICTURES = (".png", ".jpg", ".jpeg")
MOST_PICTURES = 10_000
CHUNK = 64


def add_commands(commands: Any) -> None:
    sample_ = commands.add_parser(
        "sample", help="draw a grid of pictures", description="Draw a grid of pictures.", allow_abbrev=False
    )
    sample_.add_argument("--count", type=whole(1, MOST_PICTURES), default=64, help="how many (default: 64)")
    sample_.add_argument("--seed", type=SEED, default=0)
    sample_.add_argument(
        "--columns", type=whole(1, MOST_PICTURES), help="of the grid (default: as square as it can be)"
    )
    sample_.set_defaults(run=sample)

    walk_ = commands.add_parser(
        "walk", help="film a walk between pictures", description="Film a walk between pictures.", allow_abbrev=False
    )
    walk_.add_argument("--seeds", type=seeds(2), required=True, metavar="1,2,3", help="the pictures to visit")
    walk_.add_argument("--frames", type=whole(1, 10_000), default=120, help="of the whole film (default: 120)")
    walk_.add_argument("--mode", choices=("slerp", "lerp"), default="slerp", help="along the sphere, or straight")
    walk_.add_argument("--loop", action="store_true", help="go back to the first picture, to be played without a jump")
    walk_.add_argument("--fps", type=whole(1, 50), default=25, help="frames a second (default: 25)")
    walk_.set_defaults(run=walk)

    for parser, out in ((sample_, "grid.png"), (walk_, "walk.gif|.webp")):
        parser.add_argument("model", metavar="MODEL", help="a name that `models` lists, or a .safetensors file")
        parser.add_argument(
            "--class",
            dest="label",
            metavar="NAME|INDEX",
            help="what a conditional model is to draw (default: a grid of all in turn, a film of the first)",
        )
        parser.add_argument("--out", type=Path, required=True, metavar=out)
        parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")


def sample(options: argparse.Namespace) -> int:
    if options.out.suffix.lower() not in PICTURES:
        raise InputError(f"A grid cannot be written as {options.out.name!r}: {', '.join(PICTURES)} are accepted.")
    model = _generator(options)
    from gan_core.images import encode_jpeg, encode_png, grid

    sheet = grid(model.sample(options.count, options.seed, options.label), options.columns)
    png = options.out.suffix.lower() == ".png"
    write_output(options.out, encode_png(sheet) if png else encode_jpeg(sheet, quality=95))
    print(options.out)
    return 0


def walk(options: argparse.Namespace) -> int:
    from gan_core.latent.video import check_video_path, encode_video

    check_video_path(options.out)
    model = _generator(options)
    import numpy as np
    import torch

    from gan_core.latent import paths
    from gan_core.models import latents_for_seed

    stops = torch.cat([latents_for_seed(seed, 1, model.latent_dim) for seed in options.seeds])
    latents = paths.walk(stops, options.frames, options.mode, options.loop)
    # One class for the whole film: the first, unless another one is asked for.
    label = model.label(options.label) if options.label is not None else 0
    frames = []
    with progress_bar(len(latents), unit="frame") as bar:
        for chunk in latents.split(CHUNK):
            frames.append(model.render(chunk, torch.full((len(chunk),), label) if model.classes else None))
            bar.update(len(chunk))
    write_output(options.out, encode_video(np.concatenate(frames), options.out.suffix, options.fps))
    print(options.out)
    return 0


def _generator(options: argparse.Namespace) -> GeneratorModel:
    from gan_core.store import load_model

    model = load_model(options.model, options.device)
    from gan_core.models import GeneratorModel

    if not isinstance(model, GeneratorModel):
        raise InputError(f"{options.model} is a translator; {options.command} needs a generator.")
    return model
