"""`time-lapse`: the same pictures at every kept moment of a training."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from gan_core.cli.output import complain, positive, progress_bar, seeds, whole, write_output

SHEET = ".png"


def add_commands(commands: Any) -> None:
    parser = commands.add_parser(
        "time-lapse",
        help="film a training",
        description="Film a training: the same latents at every kept moment; or lay moments side by side as a .png.",
        allow_abbrev=False,
    )
    parser.add_argument("model", metavar="MODEL|runs/NAME", help="a run, or a model that has its history beside it")
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
    parser.add_argument("--out", type=Path, required=True, metavar="film.mp4|.gif|.webp|.png")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    parser.set_defaults(run=time_lapse)


def time_lapse(options: argparse.Namespace) -> int:
    from gan_core.latent.video import check_video_path, encode_video

    if options.out.suffix.lower() != SHEET:
        check_video_path(options.out)
    from gan_core.latent.history import open_history

    history = open_history(options.model, options.device)
    import numpy as np
    import torch

    from gan_core.images import encode_png
    from gan_core.latent import time_lapse as lapse
    from gan_core.latent.explorer import Place
    from gan_core.latent.notes import embed
    from gan_core.models import GeneratorModel
    from gan_core.store.keyframes import spread

    steps = history.steps()
    newest = history.at(steps[-1])
    label = newest.label(options.label) if options.label is not None else None
    places = tuple(Place(kind="seed", seed=seed, label=label) for seed in options.seeds)
    latents = torch.stack([place.latent(newest.latent_dim) for place in places])
    weights = [place.class_weights(len(newest.classes)) for place in places]
    told = torch.stack([each for each in weights if each is not None]) if newest.classes else None
    wish = {"seconds": options.seconds, "rest": options.rest, "fps": options.fps, "timing": options.timing}
    wish["start"] = options.start
    plan = lapse.TimeLapse.from_json({**wish, "latents": places, "numbers": not options.no_numbers})
    note = {"schema": 2, "model": options.model, "step": None, "time": plan.to_json()}
    if options.out.suffix.lower() == SHEET:
        chosen = spread(steps, options.columns)
        with progress_bar(len(chosen), unit="moment") as bar:
            found = []
            for column in lapse.columns(history, latents, told, chosen, GeneratorModel.render):
                found.append(column)
                bar.update(1)
        left_out = [step for step in chosen if step not in dict(found)]
        data = encode_png(lapse.sheet(found, [f"seed {seed}" for seed in options.seeds]))
    else:
        with progress_bar(1.0, unit="film") as bar:
            film = plan.film(history, latents, told, GeneratorModel.render, lambda share: bar.update(share - bar.n))
        left_out = film.left_out
        data = encode_video(np.stack(film.frames), options.out.suffix, options.fps)
    for step in left_out:
        complain(f"Step {step} of {history.name} could not be read and is left out.")
    write_output(options.out, embed(data, options.out.suffix, note))
    print(options.out)
    return 2 if left_out else 0
