"""`translate`: pictures, folders, zips and films through a translator."""

from __future__ import annotations

import argparse
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from gan_core.cli.output import (
    announce,
    as_sentence,
    complain,
    file_path,
    path_name,
    progress_bar,
    whole,
    write_output,
    writing,
)
from gan_core.errors import InputError
from gan_core.files import open_without_waiting
from gan_core.paths import exists, is_file, is_folder

if TYPE_CHECKING:
    from gan_core.translation import Hint, Translator


@dataclass(frozen=True)
class Source:
    """One picture to translate."""

    name: PurePosixPath
    """Where its translation goes inside the output folder; also what complaints call it."""
    read: Callable[[], Path | bytes]
    path: Path | None = None
    """Where it lies on disk, unless it is inside a zip."""


def add_commands(commands: Any) -> None:
    """Add `translate` to `commands`, argparse's subparsers."""
    text = "translate pictures, folders, zips and short films"
    parser = commands.add_parser("translate", help=text, description=as_sentence(text), allow_abbrev=False)
    parser.add_argument(
        "model",
        type=path_name,
        metavar="MODEL",
        help="a name that `models` lists, a run (runs/NAME), its best step (runs/NAME/best), or a .safetensors file",
    )
    parser.add_argument("inputs", type=path_name, nargs="+", metavar="IMAGE|FOLDER|ZIP|FILM", help="what to translate")
    parser.add_argument("--direction", choices=("AtoB", "BtoA"), help="default: the first that the model knows")
    parser.add_argument("--cycle", action="store_true", help="also write NAME.cycle.png, translated there and back")
    parser.add_argument(
        "--scale",
        choices=("auto", "native", "trained"),
        default="auto",
        help="what the network sees: the size it knows best (auto), the picture's own, or the trained square",
    )
    parser.add_argument(
        "--smoothing",
        type=float,
        default=0.6,
        metavar="0..0.95",
        help="of a film: how much of the last frame stays where nothing moves, against flicker (default 0.6)",
    )
    parser.add_argument(
        "--hint",
        action="append",
        default=[],
        metavar="X,Y,#RRGGBB[,RADIUS]",
        help="a colour for a place of the picture, in its pixels; may be repeated; one picture only, and a model that "
        "takes hints",
    )
    parser.add_argument(
        "--seed",
        type=whole(0, 2**63 - 1),
        metavar="N",
        help="another result, of a model that takes noise (default: the mean answer)",
    )
    parser.add_argument("--out", type=file_path, required=True, metavar="DIR", help="the folder for the results")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    parser.set_defaults(run=translate)


def translate(options: argparse.Namespace) -> int:
    """Translate pictures, folders, zips and films into a folder; return the exit code, 2 if an input could not be used.

    Raises:
        InputError: for an output that is no folder, a direction that the model does not have, hints or a seed that it
            does not take, hints for more than one picture, and a model that cannot be loaded.
    """
    if exists(options.out) and not is_folder(options.out):
        raise InputError(f"{options.out} is a file; --out names a folder.")
    translator = _translator(options)
    direction = options.direction or translator.directions[0]
    if options.cycle and translator.back(direction) is None:
        raise InputError(f"{options.model} knows {direction} only; --cycle needs both directions.")
    hints = _hints(options, translator)
    sources: list[Source] = []
    complaints = 0
    for given in options.inputs:
        try:
            sources += _sources(Path(given), options.out)
        except InputError as error:
            complain(str(error))
            complaints += 1
    if hints and len(sources) > 1:
        raise InputError(f"Hints belong to one picture, and these are {len(sources):,}: translate that one alone.")
    names = Names(options.out, sources)
    failures = 0
    alone = len(sources) == 1  # then the bar shows how far that picture is, which may be a large one
    with progress_bar(1000 if alone else len(sources), unit="‰" if alone else "picture") as bar:

        def show_share(share: float) -> None:
            if alone:
                bar.update(round(1000 * share) - bar.n)

        for source in sources:
            try:
                _translate_one(translator, source, direction, options, hints, names, show_share)
            except InputError as error:
                bar.clear()
                complain(str(error))
                complaints += 1
            except Exception as error:  # noqa: BLE001 - whatever goes wrong with one, the others are translated
                bar.clear()
                complain(f"{source.name} could not be translated, through no fault of its own: {_words_of(error)}.")
                failures += 1
            bar.update(1000 - bar.n if alone else 1)
    return 1 if failures else 2 if complaints else 0


def _words_of(error: Exception) -> str:
    if type(error).__name__ == "OutOfMemoryError":  # torch's
        return "the device ran out of memory; use a smaller picture, or --device cpu"
    words = getattr(error, "strerror", None) or str(error)
    return f"{type(error).__name__}, {words}".rstrip(".")


def _translate_one(
    translator: Translator,
    source: Source,
    direction: str,
    options: argparse.Namespace,
    hints: list[Hint],
    names: Names,
    progress: Callable[[float], None],
) -> None:
    from gan_core.images import encode_png, is_film
    from gan_core.translation import translate_file

    if source.path is not None and is_film(source.path, _first_bytes(source.path)):
        if hints:
            raise InputError(f"{source.name} is a film; hints belong to one picture.")
        _translate_film(translator, source.path, source.name, direction, options, names)
        return
    result = translate_file(
        translator,
        source.read(),
        direction,
        name=source.name.name,
        scale=options.scale,
        cycle=options.cycle,
        hints=hints,
        seed=options.seed,
        progress=progress,
    )
    target = names.take(source.name.with_name(result.name))
    write_output(target, result.encoded(result.translation))
    announce(" ".join([str(target), *result.notes]))
    if result.cycle is not None:
        back = names.take(PurePosixPath(target.relative_to(options.out).as_posix()).with_suffix(".cycle.png"))
        write_output(back, encode_png(result.cycle.rgb))
        announce(back)


def _first_bytes(path: Path) -> bytes:
    """What tells pictures from films; nothing where that may not be read, which the reader then says."""
    try:
        with open(path, "rb", opener=open_without_waiting) as file:
            return file.read(64)
    except OSError:
        return b""


def _translate_film(
    translator: Translator,
    path: Path,
    name: PurePosixPath,
    direction: str,
    options: argparse.Namespace,
    names: Names,
) -> None:
    from gan_core.translation.video import translate_video

    if options.cycle:
        raise InputError(f"{name} is a film; --cycle translates pictures there and back, not films.")
    target = names.take(name.with_suffix(".mp4"))
    with writing(target), progress_bar(1000, unit="‰", desc=str(name)) as bar:

        def show_share(share: float) -> None:
            bar.update(round(1000 * share) - bar.n)

        report = translate_video(
            translator,
            path,
            target,
            direction,
            scale=options.scale,
            smoothing=options.smoothing,
            seed=options.seed,
            progress=show_share,
        )
    announce(" ".join([str(target), f"{report.frames} frames.", *report.notes]))


class Names:
    """Gives every result a place of its own in the output folder, and never the place of a source."""

    def __init__(self, out: Path, sources: list[Source]) -> None:
        self.out = out
        self._sources = {source.path.resolve() for source in sources if source.path is not None}
        self._taken: set[str] = set()

    def take(self, name: PurePosixPath) -> Path:
        """The place for `name`, with a number where an earlier result has that name already.

        Raises InputError where that would replace a picture that is being translated.
        """
        from gan_core.translation.names import free_name, name_key, safe_name

        wanted = free_name(name.with_name(safe_name(name.name)), self._taken)
        target = self.out / wanted
        if target.resolve() in self._sources:
            raise InputError(f"{target} would be replaced by its own translation; choose another folder for --out.")
        self._taken.add(name_key(wanted))
        return target


def _sources(given: Path, out: Path) -> list[Source]:
    """The pictures of one argument; what else there is in a folder or zip is counted in one line on stderr.

    Raises InputError for one that is not there or holds none.
    """
    from gan_core.data.files import survey
    from gan_core.images import FILM_SUFFIXES

    folder = is_folder(given)
    if not folder and not (given.suffix.lower() == ".zip" or (is_file(given) and zipfile.is_zipfile(given))):
        return [Source(PurePosixPath(given.name), lambda: given, given)]
    # In a folder films count too, and what an earlier call wrote into `out` does not.
    in_folder: dict[str, Any] = {"also": FILM_SUFFIXES, "without": out.resolve(), "unwrap": False}
    found = survey(given, **in_folder) if folder else survey(given)
    left_out = found.left_out.sentence
    if not found.files:
        if not folder and given.suffix.lower() != ".zip":
            raise InputError(f"{given} is no picture: a picture file, or a folder or zip of pictures is accepted.")
        aside = f" ({left_out.rstrip('.')})" if left_out else ""
        raise InputError(f"{given} holds no pictures{aside}.")
    if left_out:
        complain(f"{given}: {left_out}")
    return [Source(file.path, file.read, file.disk) for file in found.files]


def _hints(options: argparse.Namespace, translator: Translator) -> list[Hint]:
    """The hints that were typed. Raises InputError for others, and for what the model does not take."""
    from gan_core.translation.hints import parse_hint

    hints = [parse_hint(text) for text in options.hint]
    translator.inputs.check(hints, options.seed)
    return hints


def _translator(options: argparse.Namespace) -> Translator:
    from gan_core.models import load_model

    model = load_model(options.model, options.device)
    from gan_core.translation import Translator

    if not isinstance(model, Translator):
        raise InputError(f"{options.model} is a generator; translate needs a translator.")
    if options.direction and options.direction not in model.directions:
        raise InputError(f"{options.model} knows {' and '.join(model.directions)} only, not {options.direction}.")
    return model
