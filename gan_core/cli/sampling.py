"""`sample` and `walk`: pictures from a generator."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_core.cli.output import SEED, file_path, path_name, progress_bar, seeds, whole, write_output, writing
from gan_core.errors import InputError
from gan_core.json_files import read_json_file

if TYPE_CHECKING:
    import numpy as np

    from gan_core.latents.paths import LatentPath
    from gan_core.models.generator import GeneratorModel

PICTURES = (".png", ".jpg", ".jpeg")
MOST_PICTURES = 10_000
CHUNK = 64
FRAMES, STRIP_FRAMES = 120, 20


def add_commands(commands: Any) -> None:
    """Add `sample` and `walk` to `commands`, argparse's subparsers."""
    sample_ = commands.add_parser(
        "sample", help="draw a grid of pictures", description="Draw a grid of pictures.", allow_abbrev=False
    )
    sample_.add_argument("--count", type=whole(1, MOST_PICTURES), default=64, help="how many (default: 64)")
    sample_.add_argument("--seed", type=SEED, default=0, help="of the first picture's latent (default: 0)")
    sample_.add_argument(
        "--columns", type=whole(1, MOST_PICTURES), help="of the grid (default: as square as it can be)"
    )
    sample_.set_defaults(run=sample)

    walk_ = commands.add_parser(
        "walk",
        help="film a walk between pictures",
        description="Film a walk between pictures, or lay them out as a strip (.png). The file carries its path inside.",
        allow_abbrev=False,
    )
    visited = walk_.add_mutually_exclusive_group(required=True)
    visited.add_argument("--seeds", type=seeds(1), metavar="1,2,3", help="the pictures to visit")
    visited.add_argument(
        "--path",
        type=file_path,
        metavar="FILE",
        help="a path as JSON, or a film or strip that was exported: its path again",
    )
    walk_.add_argument(
        "--frames",
        type=whole(1, 10_000),
        help=f"of the whole film (default: the path's own; of seeds {FRAMES}, of a strip {STRIP_FRAMES})",
    )
    walk_.add_argument(
        "--mode",
        choices=("slerp", "lerp", "spline"),
        help="along the sphere (default), straight, or in one smooth curve through all stops",
    )
    walk_.add_argument(
        "--loop", action="store_true", default=None, help="go back to the first picture, to be played without a jump"
    )
    walk_.add_argument(
        "--easing",
        choices=("linear", "ease-in-out", "ease-in", "ease-out", "hold"),
        help="how one goes from stop to stop (default: linear)",
    )
    walk_.add_argument(
        "--steady", action="store_true", default=None, help="time it so that the picture changes equally fast all along"
    )
    walk_.add_argument("--fps", type=whole(1, 60), help="frames a second (default: 25)")
    walk_.add_argument(
        "--scale",
        type=whole(1, 64),
        help="repeat every pixel so often (default: 1; an .mp4 to about 256 pixels, for players blur small films)",
    )
    walk_.set_defaults(run=walk)

    for parser, out in ((sample_, "grid.png"), (walk_, "walk.mp4|.gif|.webp|.png")):
        parser.add_argument(
            "model",
            type=path_name,
            metavar="MODEL",
            help="a name that `models` lists, a run (runs/NAME), its best step (runs/NAME/best), or a .safetensors file",
        )
        parser.add_argument(
            "--class",
            dest="label",
            metavar="NAME|INDEX",
            help="what a conditional model is to draw (default: a grid of all in turn, a film of the first)",
        )
        parser.add_argument("--out", type=file_path, required=True, metavar=out, help="the file to write")
        parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")


def sample(options: argparse.Namespace) -> int:
    """Write a grid of generated pictures; return the exit code.

    Raises:
        InputError: for an unknown file format, a model that cannot be loaded, and a class that it does not have.
    """
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
    """Write a film or a strip along a path in latent space; return the exit code.

    Raises:
        InputError: for an unknown file format, a path that cannot be read, and a model that cannot be loaded.
    """
    from gan_core.latents.video import STRIP, check_rate, check_video_path, watchable_scale, write_video

    suffix = check_video_path(options.out).suffix.lower()
    read = _read_path(options.path) if options.path is not None else None
    model = _generator(options)
    from gan_core.latents.arc_length import constant_speed, describing
    from gan_core.latents.directions import Directions
    from gan_core.latents.metadata import signed

    if read is None and options.frames is None:
        options.frames = STRIP_FRAMES if suffix == STRIP else FRAMES
    journey = _journey(options, model, read)
    check_rate(suffix, journey.fps)
    directions = Directions(model)
    count = options.frames or journey.frames()
    course = journey.course(model.latent_dim, directions, len(model.classes))
    pace = constant_speed(journey, course, describing(course, model.drawn), count) if journey.steady else None
    positions = journey.positions(count, pace)
    scale = options.scale or (watchable_scale(model.card.size) if suffix == ".mp4" else 1)
    kept = journey.kept(model.latent_dim, directions)
    note = {**signed(options.model, model.card), "path": kept.to_json()}
    with progress_bar(count, unit="frame") as bar, writing(options.out) as out:

        def frames() -> Iterator[np.ndarray]:
            for start in range(0, count, CHUNK):
                pictures = model.render(*course.at(positions[start : start + CHUNK]))
                yield from pictures
                bar.update(len(pictures))

        write_video(out, frames(), journey.fps, scale=scale, note=note)
    print(options.out)
    return 0


def _read_path(file: Path) -> LatentPath:
    """The path in a JSON file or inside an exported one."""
    from gan_core.latents.metadata import read_note
    from gan_core.latents.paths import LatentPath

    written = file.suffix.lower() == ".json"
    value = read_json_file(file, "cannot be read as JSON") if written else read_note(file)
    if isinstance(value, dict) and isinstance(value.get("path"), dict):
        value = value["path"]
    elif not written:
        raise InputError(f"{file.name} carries no path: films and strips that were exported here do.")
    return LatentPath.from_json(value)


def _journey(options: argparse.Namespace, model: GeneratorModel, read: LatentPath | None) -> LatentPath:
    """The path that is asked for: the one read, or one over the seeds, with what the options say otherwise."""
    from dataclasses import replace

    from gan_core.latents.paths import LatentPath, Waypoint
    from gan_core.latents.spec import LARGEST_SEED, LatentSpec, seed_latent

    def place(seed: int) -> LatentSpec:
        if seed <= LARGEST_SEED:
            return LatentSpec(seed=seed)
        return LatentSpec(kind="vector", vector=tuple(seed_latent(seed, model.latent_dim).tolist()))

    journey = read or LatentPath(stops=tuple(Waypoint(place=place(seed)) for seed in options.seeds))
    wanted = {"interpolation": options.mode, "loop": options.loop, "steady": options.steady, "fps": options.fps}
    journey = replace(journey, **{name: value for name, value in wanted.items() if value is not None})
    stops = journey.stops
    if options.easing is not None:
        stops = tuple(replace(stop, easing=options.easing) for stop in stops)
    if options.label is not None:
        label = model.label(options.label)
        stops = tuple(replace(stop, place=replace(stop.place, label=label, towards=None)) for stop in stops)
    journey = replace(journey, stops=stops)
    if options.frames is None:
        return journey
    # The file says what its film is: as long as its frames take, each leg in proportion.
    steps = options.frames if journey.closed or len(stops) == 1 else max(1, options.frames - 1)
    longer = steps / journey.fps / journey.seconds
    return replace(journey, stops=tuple(replace(stop, seconds=stop.seconds * longer) for stop in journey.stops))


def _generator(options: argparse.Namespace) -> GeneratorModel:
    from gan_core.models import load_model

    model = load_model(options.model, options.device)
    from gan_core.models.generator import GeneratorModel

    if not isinstance(model, GeneratorModel):
        raise InputError(f"{options.model} is a translator; {options.command} needs a generator.")
    return model
