"""A recipe: a whole training described as data."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gan_core.errors import InputError
from gan_core.json_files import has_whole_characters, line_of, read_json_file
from gan_core.parts import PLAIN, is_number, registry, unknown
from gan_core.parts.plugins import check_plugins, needed_by
from gan_core.parts.sources import NOTEBOOK
from gan_core.recipes.aliases import no_setting
from gan_core.recipes.game_kinds import PAIRS, directions_of, learns_from_pairs, translator_inputs
from gan_core.recipes.values import NOTHING, parse_value

SCHEMA = 1
SCHEDULES = ("constant", "linear")


@dataclass(frozen=True)
class Part:
    """A part chosen from a registry, with its options: `Part("r1", {"gamma": 1.0})`."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The object that `from_json` reads: the `name` and the options."""
        return {"name": self.name, **self.options}

    @classmethod
    def from_json(cls, value: Any) -> Part:
        """Read a part from `value`: its name alone, or an object with a `name` and options.

        Raises:
            InputError: for anything else.
        """
        if isinstance(value, str):
            return cls(value)
        if isinstance(value, Mapping) and isinstance(value.get("name"), str):
            return cls(value["name"], {key: option for key, option in value.items() if key != "name"})
        raise InputError(f"A part of a recipe is a name or an object with a name, not {value!r}.")


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """The whole description of a training.

    It holds everything that changes the result, and nothing else.
    """

    name: str
    """Which preset it started from; also the stem of the run's folder name."""
    summary: str = ""
    """One line for the recipe's card."""
    origin: str = ""
    """Where it comes from: paper or article."""
    differs: str = ""
    """What is done otherwise here than there, and why."""
    negative_control: bool = False
    """Kept because it is known not to work; its card says so."""
    game: Part = Part("adversarial")
    """The players and their losses: `adversarial` (a generator and a discriminator), `cycle` (two of each),
    `contrastive` or `paired`."""
    data: str = "glyphs"
    """Name of a data set, or a folder or zip of pictures (domain A of a translation)."""
    data_b: str | None = None
    """Domain B of a translation; None when `data` holds both (folders trainA and trainB)."""
    pairs: str | None = None
    """How the pairs of a game that learns from pairs are made of `data`, one of `PAIRS`; None where they lie in two
    folders with equal file names (`data` and `data_b`, or two folders in `data`)."""
    class_column: str | None = None
    """The column of the table beside the pictures of a folder or zip (`metadata.csv`) whose values are the classes; None
    where the folders are."""
    size: int = 32
    """Side of the square pictures that the networks see, in pixels."""
    channels: int | None = None
    """1 for grey, 3 for colour, None for what the data set is."""
    latent_dim: int = 100
    """Length of the latent vector z, drawn from N(0, I)."""
    generator: Part = Part("dcgan")
    """The generator's network; of a translation the network of each direction."""
    discriminator: Part = Part("dcgan")
    """The discriminator's network; of a translation that of each domain."""
    objective: Part = Part("non-saturating")
    """The adversarial losses."""
    penalty: Part | None = None
    """A term of the discriminator's loss, or a constraint on its weights or inputs; None for none."""
    conditional: bool = False
    """Whether both players get the class of every picture; needs a labelled data set."""
    start_from: str | None = None
    """The model or run that first weights come from, `NAME`, `runs/NAME` or `runs/NAME@STEP`; None: all are drawn."""
    frozen_discriminator_layers: int = 0
    """How many of the discriminators' first layers keep the weights that they start from (FreezeD, Mo et al. 2020)."""
    initialisation: Part | None = None
    """How first weights are drawn; None leaves it to the networks."""
    solver: Part = Part("alternating")
    """In which order, and from which gradients, the players move."""
    generator_optimizer: Part = Part("adam", {"learning_rate": 2e-4, "beta1": 0.5, "beta2": 0.999})
    """How the generators turn their gradient into a step."""
    discriminator_optimizer: Part = Part("adam", {"learning_rate": 2e-4, "beta1": 0.5, "beta2": 0.999})
    """How the discriminators turn their gradient into a step."""
    batch_size: int = 64
    """Pictures in a batch, of each domain."""
    steps: int | None = 5000
    """Total steps of the run; None for no limit."""
    minutes: float | None = None
    """Total training time; the run ends when `steps` or `minutes` are reached, whichever is first."""
    decay_start: int | None = None
    """Step at which the learning rates start to fall in a straight line; None keeps them constant."""
    decay_steps: int = 0
    """Length of that fall to zero, in steps. Never derived from `steps`, so 12 + 12 steps equal 24."""
    schedule: str = "constant"
    """How learning rates run: `constant`, or `linear`: constant for the first half of the run, then in a straight line
    to zero at its end, of `steps` or `minutes`, whichever is nearer. A run without an end keeps them constant; one that
    goes on for longer takes up the rate of its new length."""
    stop_loss: float | None = None
    """The run ends when the generator's loss, averaged over the time between two events, is below this."""
    stop_change: float | None = None
    """The run ends when the parameters of all players together change by less than this share of their norm a step.
    With Adam or its like at a constant rate a step is never shorter than about that rate: see `stop_average_change`."""
    stop_average_change: float | None = None
    """The run ends when the generator's averaged weights change by less than this share of their norm while it sees
    `ema_half_life` images."""
    ema_half_life: int = 10_000
    """Half-life of the averaged weights, in images; never longer than 5 % of the images seen so far."""
    augmentation: tuple[str, ...] = ()
    """Names of augmentations applied to real pictures; as text with commas between them: `flip,crop`."""
    seed: int = 0
    """Of the first weights and of all random streams, 0 to 2^63 - 1."""
    deterministic: bool = False
    """Fixes float32 arithmetic, whatever the machine's self-test prefers."""
    plugins: Mapping[str, str] = field(default_factory=dict)
    """The plugins that its parts come from: SHA-256 by name. Filled in when a run is made; see
    `gan_core.parts.plugins`."""

    def __post_init__(self) -> None:
        def check(ok: bool, sentence: str) -> None:
            if not ok:
                raise InputError(sentence)

        check(8 <= self.size <= 1024, f"size is the side of a picture in pixels, 8 to 1024, not {self.size}.")
        check(self.channels in (None, 1, 3), f"channels is 1 (grey) or 3 (colour), not {self.channels}.")
        check(1 <= self.batch_size <= 4096, f"batch_size is 1 to 4096 pictures, not {self.batch_size}.")
        check(1 <= self.latent_dim <= 4096, f"latent_dim is 1 to 4096, not {self.latent_dim}.")
        check(self.steps is None or self.steps >= 1, f"steps is at least 1, not {self.steps}.")
        check(self.minutes is None or self.minutes > 0, f"minutes is more than 0, not {self.minutes}.")
        check(self.decay_start is None or self.decay_start >= 0, f"decay_start is 0 or more, not {self.decay_start}.")
        check(self.decay_steps >= 0, f"decay_steps is 0 or more, not {self.decay_steps}.")
        check(self.decay_start is None or self.decay_steps >= 1, "decay_start needs decay_steps of at least 1.")
        check(self.schedule in SCHEDULES, f"schedule is {' or '.join(SCHEDULES)}, not {self.schedule!r}.")
        check(
            self.schedule == "constant" or self.decay_start is None,
            "schedule=linear and decay_start both say how the rates fall: set one of them.",
        )
        check(
            self.stop_change is None or 0 < self.stop_change < 1,
            f"stop_change is a share, above 0 and below 1, not {self.stop_change}.",
        )
        check(
            self.stop_average_change is None or 0 < self.stop_average_change < 1,
            f"stop_average_change is a share, above 0 and below 1, not {self.stop_average_change}.",
        )
        check(
            self.stop_average_change is None or self.ema_half_life > 0,
            "stop_average_change looks at averaged weights: it needs an ema_half_life above 0.",
        )
        check(
            self.pairs is None or self.pairs in PAIRS,
            f"pairs says how pairs are made, {', '.join(PAIRS)}, or none where they lie in two folders with equal file "
            f"names, not {self.pairs!r}.",
        )
        check(
            self.class_column is None or (bool(self.class_column) and not self.is_translation),
            "class_column names a column of the table beside the pictures of a generator; a translation has no classes.",
        )
        check(not (self.conditional and self.is_translation), "A translation has no classes; set conditional=false.")
        frozen = self.frozen_discriminator_layers
        check(frozen >= 0, f"frozen_discriminator_layers is a number of layers, not {frozen}.")
        check(self.ema_half_life >= 0, f"ema_half_life is a number of images, not {self.ema_half_life}.")
        check(0 <= self.seed < 2**63, f"seed is a whole number from 0 to 2^63 - 1, not {self.seed}.")

    @property
    def is_translation(self) -> bool:
        """Whether the game trains translators, not a generator from latents."""
        return bool(self.directions)

    @property
    def directions(self) -> tuple[str, ...]:
        """The directions that the game trains, `AtoB` and `BtoA`; empty for a generator from latents."""
        return directions_of(self.game.name)

    @property
    def is_paired(self) -> bool:
        """Whether the game learns from pairs: what a picture is to be turned into is known."""
        return learns_from_pairs(self.game.name)

    @property
    def inputs(self) -> dict[str, Any]:
        """What translators take besides the picture, as `Card.inputs` says it: `{"hints": True, "noise": 8}`, or {}."""
        return translator_inputs(self.game.options) if self.is_paired else {}

    @classmethod
    def named(cls, name: str) -> Recipe:
        """The preset called `name`.

        Raises:
            InputError: for an unknown name.
        """
        from gan_core.recipes.presets import PRESETS  # made of recipes, so they are read after this class is

        if name not in PRESETS:
            raise InputError(unknown("recipe", name, PRESETS))
        return PRESETS[name]

    def rate_factor(self, step: int, seconds: float = 0.0) -> float:
        """The factor on the learning rates by the schedule, from 0 to 1.

        Args:
            step: Steps made so far.
            seconds: Training time so far.

        Returns:
            1 for a constant schedule; else a linear decay to 0 over the second half of the limit that is nearer to its
            end, or over `decay_steps` from `decay_start` on.
        """
        if self.decay_start is not None:
            return max(0.0, 1.0 - max(0, step - self.decay_start) / self.decay_steps)
        if self.schedule == "constant":
            return 1.0
        done = [step / self.steps] if self.steps is not None else []
        done += [seconds / (60 * self.minutes)] if self.minutes is not None else []
        return min(1.0, max(0.0, 2.0 * (1.0 - max(done, default=0.0))))

    def replace(self, **changes: Any) -> Recipe:
        """A copy with the fields in `changes` replaced.

        Raises:
            InputError: if the result is no valid recipe.
        """
        return dataclasses.replace(self, **changes)

    def chosen_parts(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Kind, name and options of every part that it names; a data set may also be a path."""
        for name in PARTS:
            part: Part | None = getattr(self, name)
            if part is not None:
                yield self.kind_of(name), part.name, part.options
        yield from (("dataset", name, {}) for name in (self.data, self.data_b) if name is not None)
        yield from (("augmentation", name, {}) for name in self.augmentation)

    def kind_of(self, setting: str) -> str:
        """The kind of part that a setting names."""
        if setting == "generator" and self.is_translation:
            return "translator"
        return "optimizer" if setting.endswith("_optimizer") else setting

    def with_plugins(self) -> Recipe:
        """A copy that names the plugins that its parts come from, as they are loaded now."""
        return self.replace(plugins=needed_by(self.chosen_parts()))

    def check_plugins(self, what: str, *, exact: bool = False) -> None:
        """Raise InputError where a part is missing because its plugin is not loaded; `what` begins the sentence.

        With `exact` every plugin that it names has to be loaded as it was then. What was registered in a notebook may
        come from anywhere, if only it is there.
        """
        if self.plugins:
            missing = any(name not in registry(kind) for kind, name, _ in self.chosen_parts() if kind != "dataset")
            wanted = {name: digest for name, digest in self.plugins.items() if missing or name != NOTEBOOK}
            check_plugins(wanted if exact or missing else {}, what, exact=exact)

    def with_settings(self, settings: Mapping[str, Any]) -> Recipe:
        """A copy with `settings` applied; values may be text, as the shell gives them.

        A dotted key sets an option of a part: `{"penalty": "r1", "penalty.gamma": "1", "size": "64"}`. Undotted keys
        are applied first, so that a part is chosen before its options are set.

        Raises:
            InputError: for an unknown setting, and for a value that it cannot have.
        """
        values = self.to_json()
        for key, value in sorted(settings.items(), key=lambda item: "." in item[0]):
            head, _, option = key.partition(".")
            if head not in values or head in ("schema", "plugins"):
                raise InputError(no_setting(head, set(values) - {"schema", "plugins"}))
            if isinstance(value, str):
                value = _setting(head, value, option)
            if not option:
                values[head] = {"name": value} if head in PARTS and isinstance(value, str) else value
            elif isinstance(values[head], dict):
                values[head] = {**values[head], option: value}
            else:
                raise InputError(f"{head} has no options; {key!r} cannot be set.")
        return self.from_json(values)

    def with_request(
        self,
        *,
        data: str | None = None,
        data_b: str | None = None,
        steps: int | None = None,
        minutes: float | None = None,
        seed: int | None = None,
    ) -> Recipe:
        """A copy with other data, limits or seed; None keeps that of the recipe.

        Args:
            data: Name, folder or zip. Replaces both domains: it holds both unless `data_b` names the other.
            data_b: Domain B of a translation.
            steps: Replaces both limits of the recipe, as `minutes` does: given alone, the other does not end the run.
            minutes: Of training time.
            seed: Of the weights and of all random streams.

        Returns:
            The changed recipe.
        """
        changes: dict[str, Any] = {}
        if data is not None:
            changes |= {"data": data, "data_b": None}
        if data_b is not None:
            changes["data_b"] = data_b
        if seed is not None:
            changes["seed"] = seed
        if steps is not None or minutes is not None:
            changes |= {"steps": steps, "minutes": minutes}
        return self.replace(**changes)

    def to_json(self) -> dict[str, Any]:
        """The JSON object that `from_json` reads, with the number of its schema."""
        values: dict[str, Any] = {"schema": SCHEMA}
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            values[item.name] = value.to_json() if isinstance(value, Part) else value
        values["augmentation"] = list(self.augmentation)
        values["plugins"] = dict(self.plugins)
        if not self.plugins:
            del values["plugins"]
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Recipe:
        """The recipe described by `values`, an object as `to_json` returns it; missing fields keep their defaults.

        Raises:
            InputError: for another schema, unknown fields or wrong types, and for a recipe without a name.
        """
        schema = values.get("schema", SCHEMA)
        if not isinstance(schema, int) or isinstance(schema, bool):
            raise InputError(f"schema is the number {SCHEMA}, not {schema!r}.")
        if schema != SCHEMA:
            raise InputError(f"This recipe has schema {schema}; this version reads schema {SCHEMA}.")
        if not has_whole_characters(values):
            raise InputError("A recipe has whole characters; a text of this one holds half of one.")
        fields = {item.name: item for item in dataclasses.fields(cls)}
        arguments: dict[str, Any] = {}
        for key, value in values.items():
            if key == "schema":
                continue
            if key not in fields:
                raise InputError(no_setting(key, fields))
            arguments[key] = _checked(key, str(fields[key].type), value)
        if "name" not in arguments:
            raise InputError("A recipe needs a name.")
        return cls(**arguments)

    @classmethod
    def from_file(cls, path: Path | str) -> Recipe:
        """Read a recipe from the JSON file `path`.

        Raises:
            InputError: says what is wrong, and in which line.
        """
        values = read_json_file(path, "is not a readable recipe")
        if not isinstance(values, dict):
            raise InputError(f"{path} is not a recipe: a JSON object is needed, as {{...}}.")
        try:
            return cls.from_json(values)
        except InputError as error:
            named = next((key for key in values if f" {key} " in f" {error!s} " or f"{key!r}" in str(error)), None)
            line = None if named is None else line_of(path, named)
            where = f"{path}, line {line}" if line else str(path)
            raise InputError(f"{where}: {error}") from error

    def differences(self, other: Recipe, *, ignoring: tuple[str, ...] = ("steps", "minutes")) -> list[str]:
        """The settings in which this recipe differs from `other`.

        Args:
            other: The recipe to compare with.
            ignoring: Fields that are not compared; `plugins` never are.

        Returns:
            One readable line for each: `size: 32 -> 64`.
        """
        mine, theirs = self.to_json(), other.to_json()
        return [
            f"{key}: {mine[key]} -> {theirs[key]}"
            for key in mine
            if key not in (*ignoring, "plugins") and mine[key] != theirs[key]
        ]


WORDS = ("name", "summary", "origin", "differs", "negative_control")
"""What changes nothing in a training."""
TEXT_FIELDS = ("name", "summary", "origin", "differs", "data", "data_b", "pairs", "start_from", "class_column")
FIELDS = {item.name: item for item in dataclasses.fields(Recipe)}
PARTS = tuple(item.name for item in dataclasses.fields(Recipe) if "Part" in str(item.type))


def _setting(field_name: str, text: str, option: str) -> Any:
    """The value of a setting that was given as text; `none` is nothing where a field may be nothing."""
    kind = str(FIELDS[field_name].type)
    if not option and "None" in kind and text.casefold() in NOTHING:
        return None
    return text if field_name in TEXT_FIELDS else parse_value(text)


def _checked(key: str, kind: str, value: Any) -> Any:
    """Bring one JSON value to the type that its field declares."""
    if value is None and "None" in kind:
        return None
    if "Part" in kind:
        return Part.from_json(value)
    if "Mapping" in kind:
        if isinstance(value, Mapping) and all(isinstance(each, str) for pair in value.items() for each in pair):
            return dict(value)
        raise InputError(f"{key} is an object of names and digests, not {value!r}.")
    if "tuple" in kind:
        names = [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else value
        if isinstance(names, (list, tuple)) and all(isinstance(name, str) for name in names):
            return tuple(names)
    elif "bool" in kind:
        if isinstance(value, bool):
            return value
    elif "int" in kind:
        whole = int(value) if isinstance(value, float) and value.is_integer() else value  # 1e4 is a whole number
        if isinstance(whole, int) and not isinstance(whole, bool) and abs(whole) < 2**63:
            return whole
    elif "float" in kind:
        if is_number(value):
            return float(value)
    elif isinstance(value, str):
        return value
    words = "a list of words" if "tuple" in kind else " or ".join(PLAIN[each][0] for each in kind.split(" | "))
    raise InputError(f"{key} is {words}, not {'nothing' if value is None else repr(value)}.")
