"""The pictures and weights in a run folder: live picture and weights, keyframes, checkpoints and the model."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch

from gan_core import networks
from gan_core.cards import Card
from gan_core.data import DataSet
from gan_core.files import write_atomically, write_json
from gan_core.images import encode_jpeg
from gan_core.models.files import read_card, save_model, write_card
from gan_core.parts.plugins import needed_by
from gan_core.runs.folder import RunFolder
from gan_core.runs.folder_names import steps_in
from gan_core.runs.keyframes import to_thin
from gan_core.runs.live import close_live_folder
from gan_core.runs.pins import WEIGHTS_BUDGET
from gan_core.training import checkpoints
from gan_core.training.budget import Budget
from gan_core.training.identity import identity
from gan_core.training.preview import Preview
from gan_core.training.probe_images import ProbeSheets
from gan_core.training.start_weights import kept_record, terms_with
from gan_core.training.trainer import Trainer

TRANSLATOR_WEIGHTS = 1
"""Translators are large: pictures of every keyframe, weights of the newest."""
DISK_SPEED = 200e6
"""Bytes a second at which a first checkpoint is expected to be written."""
UNKNOWN = ("unknown", "none stated")
"""How the licence of a data set begins that says nothing about the weights learned from it."""


class NotFiniteError(ArithmeticError):
    """A loss, a score or a weight is NaN or infinite."""


class ArtifactWriter:
    """Writes a training's pictures and weights into its run folder.

    Viewers only miss a picture if one cannot be written (a full disk, a full memory folder): `warn` is told
    once, and the training goes on. A checkpoint that cannot be written raises OSError.
    """

    def __init__(
        self,
        folder: RunFolder,
        trainer: Trainer,
        data: Mapping[str, DataSet],
        budget: Budget,
        warn: Callable[[str], None],
    ) -> None:
        self.folder = folder
        self.trainer = trainer
        self.data = data
        self.budget = budget
        self.preview = Preview(trainer, data)
        self.own = ProbeSheets(folder.own, trainer, self.card) if trainer.recipe.is_translation else None
        self._warn: Callable[[str], None] | None = warn
        self._identity = identity(data)
        self._start = kept_record(folder)
        self._keyframes = folder.path / "keyframes"
        self._checkpoints = folder.path / "checkpoints"
        self.probe_step = trainer.step_count
        """The step of the newest sheet of probe images."""
        self._abandoned: set[Path] = set()
        """Keyframes of steps that the training has not reached (again)."""

    def going_on_from(self, step: int) -> None:
        """Training goes on at `step`: keyframes of a later one are of a future that it does not have.

        They stay until a checkpoint has been written, and what is pinned until the training comes by again.
        """
        with contextlib.suppress(OSError):
            names = os.listdir(self._keyframes)
            self._abandoned = {self._keyframes / name for name in names if _step_of(name) > step}

    def _forget_abandoned(self) -> None:
        """The newest checkpoint has been written and read back: what it replaces may go."""
        with contextlib.suppress(OSError):  # what could not go now goes with the next checkpoint
            pinned = self.folder.pins.steps()
            for path in list(self._abandoned):
                if _step_of(path.name) not in pinned:
                    path.unlink(missing_ok=True)
                    self._abandoned.discard(path)
            checkpoints.drop_abandoned(self._checkpoints, self.trainer.step_count)

    def real(self) -> None:
        """The grid of real pictures; of a translation also how its sheets are to be read."""
        write_atomically(self.folder.path / "real.jpg", encode_jpeg(self.preview.real()))
        if self.preview.chains is not None:
            write_json(self.folder.layout, self.preview.chains.layout())

    def live(self, *, weights: bool) -> bool:
        """Write the newest grid, and with `weights` the newest weights.

        Returns:
            Whether they could be written.
        """
        self._check_weights()
        try:
            self._live(weights)
        except OSError as error:
            self._give_up(error)
            if self.folder.live_folder == self.folder.path:
                return False
            close_live_folder(self.folder.path, None, self.folder.live_picture.name)  # the disk may have more space
        else:
            return True
        try:
            self._live(weights)
        except OSError:
            return False
        return True

    def _live(self, weights: bool) -> None:
        write_atomically(self.folder.live_picture, encode_jpeg(self.preview.draw(), quality=92), durable=False)
        if weights:
            save_model(
                self.folder.live_weights, self.trainer.exported(), self.card(), half=True, durable=False, checksum=False
            )

    def probe_sheet(self, *, keyframe: bool = False) -> None:
        """The newest sheet of probe images, kept with the keyframe of this step if it is one."""
        if self.own is None:
            return
        with self.budget.drawing_own():
            self._probe_sheet(self.own, keyframe)
        self.probe_step = self.trainer.step_count
        if not self.own.any:
            self.budget.own_cost = 0.0

    def _probe_sheet(self, own: ProbeSheets, keyframe: bool) -> None:
        try:
            sheet = own.draw()
            if sheet is None:
                self.folder.live_own.unlink(missing_ok=True)
                return
            write_atomically(self.folder.live_own, sheet, durable=False)
            if keyframe:
                write_atomically(self.folder.own_at(self.trainer.step_count), sheet, durable=False)
        except OSError as error:
            self._give_up(error)

    def withdraw(self) -> None:
        """Remove live files that may come from weights that are not finite; readers fall back to the last keyframe and
        the model."""
        for place in (self.folder.live_folder, self.folder.path):  # an earlier training left its last picture there
            for path in (self.folder.live_picture, self.folder.live_weights, self.folder.live_own):
                (place / path.name).unlink(missing_ok=True)

    def keyframe(self) -> bool:
        """Keep this moment: a grid, and the averaged weights in half precision.

        Returns:
            Whether it could be written.
        """
        self._check_weights()
        stem = f"{self.trainer.step_count:08d}"
        self._abandoned = {path for path in self._abandoned if _step_of(path.name) != self.trainer.step_count}
        weights = self._keyframes / f"{stem}.safetensors"
        try:
            self._keyframes.mkdir(exist_ok=True)
            save_model(weights, self.trainer.exported(), self.card(), half=True, durable=False)
            picture = encode_jpeg(self.preview.draw(), quality=92)
            write_atomically(self._keyframes / f"{stem}.jpg", picture, durable=False)
            self._thin()
        except OSError as error:
            self._give_up(error)
            return False
        with contextlib.suppress(
            OSError
        ):  # the newest picture is drawn already; `live` reports where there is no space
            write_atomically(self.folder.live_picture, picture, durable=False)
        return True

    def _thin(self) -> None:
        names = steps_in(self._keyframes, ".safetensors")
        steps = sorted(step for step in names if step <= self.trainer.step_count)  # later ones are not replaced yet
        pinned = self.folder.pins.steps()
        if self.trainer.recipe.is_translation:
            gone = [step for step in steps[:-TRANSLATOR_WEIGHTS] if step not in pinned]
        else:
            room = WEIGHTS_BUDGET // max(1, (self._keyframes / names[steps[-1]]).stat().st_size)
            gone = to_thin(steps, room, pinned)
        for step in gone:
            (self._keyframes / names[step]).unlink(missing_ok=True)

    def checkpoint(self) -> None:
        """Save everything needed to go on, and the model as it is now.

        Raises:
            NotFiniteError: for weights that are not finite, before anything is replaced.
            OSError: if a file cannot be written.
        """
        tensors, values = self._state()
        checkpoints.save(self._checkpoints, tensors, values)
        self._save(self.folder.model, self.card())
        self._forget_abandoned()

    def best(self, metrics: Mapping[str, Any]) -> None:
        """Save this moment as the best so far, with `metrics` on its card; raises like `checkpoint`."""
        tensors, values = self._state()
        checkpoints.save_best(self._checkpoints, tensors, {**values, "metrics": dict(metrics)})
        card = self.card().replace(name=f"{self.folder.name} (best)", metrics=dict(metrics))
        self._save(self.folder.best_model, card)

    def newest(self, metrics: Mapping[str, Any]) -> None:
        """Write what was measured of this moment on the card of the newest model."""
        self._save(self.folder.model, self.card().replace(metrics=dict(metrics)))

    def best_measured_again(self, metrics: Mapping[str, Any]) -> None:
        """Write what was measured of the best model now on its card; its weights and its checkpoint stay."""
        write_card(self.folder.best_model, read_card(self.folder.best_model).replace(metrics=dict(metrics)))

    def best_seconds(self) -> float:
        """About how long `best` takes the first time."""
        return 2 * self.state_bytes() / DISK_SPEED

    def _save(self, path: Path, card: Card) -> None:
        discriminators = self.trainer.discriminators()
        if discriminators:
            card = card.replace(judge=networks.describe(next(iter(discriminators.values()))))
        save_model(path, self.trainer.exported() | discriminators, card, half=True)

    def _state(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        trainer = self.trainer
        tensors, values = trainer.state()
        if not checkpoints.all_finite(tensors):
            raise NotFiniteError("a weight")
        values |= {
            "seconds": self.budget.seconds(),
            "recipe": trainer.recipe.to_json(),
            "data": self._identity,
            "arithmetic": trainer.arithmetic.to_json(),
            "torch": torch.__version__,
        }
        return tensors, values

    def state_bytes(self) -> int:
        """About the size of a checkpoint: weights, their average, and two moments of every weight."""
        players = self.trainer.game.players.values()
        return 16 * sum(parameter.numel() for network in players for parameter in network.parameters())

    def card(self) -> Card:
        """The card of a model file as of now."""
        trainer, recipe = self.trainer, self.trainer.recipe
        licences = list(dict.fromkeys(domain.licence for domain in self.data.values()))
        known = all(licence and not licence.startswith(UNKNOWN) for licence in licences)
        values: dict[str, Any] = {"licence": " / ".join(licences)} if known else {}  # without: the card's own default
        if self._start is not None:
            values |= terms_with(self._start, values.get("licence", Card.licence))
        exported = trainer.exported()
        return Card(
            name=self.folder.name,
            kind="translator" if recipe.is_translation else "generator",
            network=networks.describe(next(iter(exported.values()))),
            title=f"{recipe.name} on {' and '.join(domain.name for domain in self.data.values())}",
            data=" and ".join(domain.name for domain in self.data.values()),
            data_licence=" / ".join(licences),
            domains={key: domain.name for key, domain in self.data.items()} if recipe.is_translation else {},
            classes=trainer.classes,
            plugins=self._plugins(),
            inputs=recipe.inputs,
            recipe=recipe.to_json(),
            steps=trainer.step_count,
            images=trainer.images,
            training_seconds=round(self.budget.seconds(), 1),
            device=trainer.arithmetic.describe(),
            seed=recipe.seed,
            size=recipe.size,
            channels=recipe.channels or self.data["A"].channels,
            **values,
        )

    def _plugins(self) -> dict[str, str]:
        """The plugins that the networks come from."""
        networks = ("generator", "translator", "discriminator")
        return needed_by(part for part in self.trainer.recipe.chosen_parts() if part[0] in networks)

    def _check_weights(self) -> None:
        """Raise NotFiniteError unless all averaged weights are finite: nothing else is ever shown."""
        tensors = [
            value
            for network in self.trainer.exported().values()
            for value in network.state_dict().values()
            if value.is_floating_point()
        ]
        norms = torch._foreach_norm(tensors)  # pyright: ignore[reportPrivateImportUsage] - one kernel list, one transfer
        if not torch.stack(list(norms)).isfinite().all():
            raise NotFiniteError("an averaged weight")

    def _give_up(self, error: OSError) -> None:
        """Say once that viewers miss something."""
        warn, self._warn = self._warn, None
        if warn is not None:
            place = f" in {Path(error.filename).parent}" if error.filename else ""
            warn(f"A picture could not be written{place} ({error.strerror or error}); the training goes on.")


def _step_of(name: str) -> int:
    """The step of a keyframe's file, such as 00000012.jpg and 00000012.own.jpg; -1 for another file, a pin too."""
    stem = name.partition(".")[0]
    return int(stem) if stem.isascii() and stem.isdecimal() and not name.endswith(".pin") else -1
