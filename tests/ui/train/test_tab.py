"""The Train tab: from the form to a recipe, uploads, and what the live view is told."""

from __future__ import annotations

import base64
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from gan_core.assembly import check_parts
from gan_core.errors import InputError
from gan_core.networks.registries import discriminators, generators
from gan_core.objectives import objectives
from gan_core.optimizers import build_optimizer
from gan_core.recipes import PRESETS, Part, Recipe
from gan_core.runs.owners import add_owner
from gan_core.runs.status import Status
from gan_core.solvers import solvers
from gan_core.ui.context import Context
from gan_core.ui.protocol import call, to_json
from gan_core.ui.train import part_options, recipe_form
from gan_core.ui.train.live_run import MOST_POINTS, LiveRun
from gan_core.ui.train.tab import check
from gan_core.ui.train.time_lapse import animate
from gan_core.ui.uploads import forget_unused, keep_upload
from tests.ui.fake_run import STEPS, fake_run, picture

ADA = "ada-0000-0000-0000"
MINUTES = ("Minutes", 5.0)


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(tmp_path / "runs", "cpu")


# -- the form ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PRESETS)
def test_an_untouched_form_is_the_preset_with_its_length(name: str) -> None:
    preset = Recipe.named(name)
    recipe = recipe_form.make_recipe(name, preset.data, preset.data_b, *MINUTES, {})
    assert recipe == preset.replace(minutes=5.0, steps=None)


def test_changed_settings_reach_the_recipe() -> None:
    changes = {
        "seed": 7,
        "batch_size": 16,
        "generator_optimizer.learning_rate": 1e-4,
        "objective": "least-squares",
        "penalty": "r1",
        "penalty.gamma": 0.5,
        "generator.width": 16,
        "augmentation": ["flip"],
        "deterministic": True,
    }
    preset = Recipe.named("dcgan")
    recipe = recipe_form.make_recipe("dcgan", "glyphs", None, "Steps", 50.0, changes)
    assert (recipe.seed, recipe.batch_size, recipe.steps, recipe.minutes) == (7, 16, 50, None)
    assert recipe.generator_optimizer.options["learning_rate"] == 1e-4
    assert recipe.discriminator_optimizer == preset.discriminator_optimizer
    assert recipe.objective.name == "least-squares"
    assert recipe.penalty is not None
    assert recipe.penalty.to_json() == {"name": "r1", "gamma": 0.5}
    assert recipe.generator.options["width"] == 16
    assert recipe.augmentation == ("flip",)
    assert recipe.deterministic


def test_a_preset_with_a_penalty_can_be_freed_of_it() -> None:
    assert recipe_form.make_recipe("gan", "glyphs", None, *MINUTES, {"penalty": None}).penalty is None


def test_no_limit_has_neither_steps_nor_minutes() -> None:
    recipe = recipe_form.make_recipe("dcgan", "glyphs", None, "No limit", None, {})
    assert (recipe.steps, recipe.minutes) == (None, None)


@pytest.mark.parametrize(
    ("length", "values", "word"),
    [
        (("Minutes", 0), {}, "above 0"),
        (("Minutes", -3), {}, "above 0"),
        (("Steps", None), {}, "above 0"),
        (MINUTES, {"batch_size": 0}, "batch_size"),
        (MINUTES, {"seed": 1.5}, r"^seed is a whole number, not 1\.5\.$"),
        (MINUTES, {"size": None}, r"^size is a whole number, not nothing\.$"),
        (MINUTES, {"stop_loss": "x"}, "stop_loss is a number or null, not 'x'"),
        (MINUTES, {"augmentation": [3]}, "augmentation is a list of words"),
        (MINUTES, {"data": "/etc"}, "no setting of this form"),
    ],
)
def test_wrong_settings_are_refused_with_a_sentence(length: tuple[Any, Any], values: dict, word: str) -> None:
    with pytest.raises(InputError, match=word):
        recipe_form.make_recipe("dcgan", "glyphs", None, *length, values)


def test_every_preset_has_one_card_and_controls_stand_apart() -> None:
    groups = recipe_form.groups()
    names = [card["name"] for group in groups for card in group["cards"]]
    assert sorted(names) == sorted(PRESETS)
    assert groups[0]["title"] == "Start here"
    assert [group["title"] for group in groups if any(card["control"] for card in group["cards"])] == [
        recipe_form.CONTROLS
    ]
    assert "More" not in [group["title"] for group in groups], "a new preset wants a group"
    for group in groups:
        for card in group["cards"]:
            assert card["summary"], card["name"]
            assert card["origin"], card["name"]


def test_the_offer_follows_the_signatures() -> None:
    parts = to_json(part_options.spec())["parts"]["adversarial"]
    cg = next(part for part in parts["generator_optimizer"] if part["name"] == "cg")
    assert {option["name"]: option["default"] for option in cg["options"]}["beta_max"] == 0.5
    assert all(part["summary"] for kind in parts.values() for part in kind)
    assert "size" not in {option["name"] for part in parts["generator"] for option in part["options"]}
    hidden = {
        name
        for part in ("generator", "discriminator", "solver")
        for name in {
            "generator": generators,
            "discriminator": discriminators,
            "solver": solvers,
        }[part]
    } - {part["name"] for kind in parts.values() for part in kind}
    assert hidden == {"mlp", "conjugate-descent"}, "these cannot work on pictures; a new part wants its sentence"
    assert {option["name"] for option in cg["options"] if not option["help"].endswith(".")} == set()
    assert next(part for part in parts["objective"] if part["name"] == "gda-printed")["warning"]


def test_every_option_of_words_offers_exactly_words_that_the_engine_takes() -> None:
    """An option of words without an entry, or a word that is none, fails here: the list cannot grow stale unseen."""
    offered = to_json(part_options.spec())["parts"]
    for kinds in offered.values():
        for kind, parts in kinds.items():
            for part in parts:
                for option in part["options"]:
                    if option["type"] != "str":
                        continue
                    key = f"{part['name']}.{option['name']}"
                    assert option["default"] in option["choices"], key
                    for word in option["choices"]:
                        _try(kind, part["name"], option["name"], word)
                    with pytest.raises(InputError):
                        _try(kind, part["name"], option["name"], "no such word")


def _try(kind: str, part: str, option: str, word: str) -> None:
    """Build the part alone, or within a recipe where it needs one."""
    if kind in ("objective", "solver"):
        {"objective": objectives, "solver": solvers}[kind].build(part, **{option: word})
        return
    if kind.endswith("optimizer"):
        build_optimizer(Part(part, {option: word}), [torch.zeros(3, requires_grad=True)])
        return
    name = (
        "fastcut"
        if part == "contrastive"
        else "pix2pix"
        if part == "paired"
        else "cyclegan"
        if part in ("cycle", "resnet", "unet", "patch", "pixel")
        else "dcgan"
    )
    size = 256 if part == "unet" else Recipe.named(name).size
    check_parts(Recipe.named(name).with_settings({"size": size, kind: {"name": part, option: word}}))


def test_what_does_not_fit_is_said_before_start() -> None:
    assert call(check, {"recipe": "dcgan", "settings": {}}) == {"sentence": ""}
    assert (
        "wasserstein" in call(check, {"recipe": "dcgan", "settings": {"objective": "wasserstein"}})["sentence"].lower()
    )
    assert "dcgan" in call(check, {"recipe": "dcgan", "settings": {"size": 48}})["sentence"]


# -- uploads -------------------------------------------------------------------------------------------------------


def test_uploaded_pictures_are_kept_once(context: Context, tmp_path: Path) -> None:
    files = []
    for number in range(3):
        path = tmp_path / f"cat {number}.jpg"
        path.write_bytes(picture(number))
        files.append(str(path))
    kept = keep_upload(context.runs, files)
    assert keep_upload(context.runs, files) == kept
    assert len(list(Path(kept).iterdir())) == 3
    assert Path(kept).is_relative_to(context.runs.root.resolve())
    assert context.runs.all() == []


def test_an_uploaded_zip_stays_a_zip_and_mixtures_are_refused(context: Context, tmp_path: Path) -> None:
    path = tmp_path / "my cats.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.jpg", picture(1))
    kept = Path(keep_upload(context.runs, [str(path)]))
    assert kept.suffix == ".zip"
    assert kept.read_bytes() == path.read_bytes()
    for wrong in ([], [str(path), str(path)]):
        with pytest.raises(InputError):
            keep_upload(context.runs, wrong)


def test_only_old_uploads_without_a_run_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = Context(tmp_path / "runs", "cpu", local=False)
    places = [context.runs.root / "uploads" / name for name in ("used-1", "unused-2")]
    for place in places:
        place.mkdir(parents=True)
    run = fake_run(context.runs.root)
    run.write_recipe(run.recipe().replace(data=str(places[0].resolve())))
    forget_unused(context.runs, context.settings)
    assert all(place.exists() for place in places)
    monkeypatch.setattr("gan_core.ui.uploads.UNUSED_SECONDS", -1)
    forget_unused(context.runs, context.settings)
    assert [place.exists() for place in places] == [True, False]


# -- the live view -------------------------------------------------------------------------------------------------


def test_a_page_without_runs_hears_of_none(context: Context) -> None:
    news = call(LiveRun(context.runs, context.trainings).poll, {})
    assert (news["runs"], news["run"]) == ([], None)
    assert news["room"]["free"]
    assert set(news) == {"runs", "runs_version", "room", "run"}


def test_a_page_that_attaches_is_told_everything_and_then_only_news(context: Context) -> None:
    run, live = fake_run(context.runs.root), LiveRun(context.runs, context.trainings)
    news = call(live.poll, {})
    assert news["run"] == run.name
    assert news["status"]["state"] == "finished"
    assert news["keyframes"] == list(STEPS)
    assert [point["step"] for point in news["points"]] == list(STEPS)
    assert news["points"][1]["losses"] == {"generator": 0.5}, "a loss that is no number is left out"
    assert news["notes"] == [{"step": 5, "text": "Few different pictures."}]
    assert base64.b64decode(news["picture"].split(",")[1]) == picture(200)
    assert base64.b64decode(news["real"].split(",")[1]) == picture(7)

    kept = ("runs_version", "status_version", "picture_version", "real_version", "keyframes_version", "offset")
    have = {"run": run.name, **{key: news[key] for key in kept}}
    assert call(live.poll, have) == {"run": run.name}
    run.append_event({"kind": "progress", "step": 11, "losses": {"generator": 3.0}, "scores": {}})
    told = {"name": "sliced-wasserstein", "value": 9.0, "spread": 0.1, "samples": 400, "words": "patches"}
    told |= {"best": True, "reference_spread": None, "kept": None, "took": 0.2, "about": {"do nothing": 12.0}}
    run.append_event({"kind": "metric", "step": 11, "floor": 3.0, **told})  # as older versions call it
    more = call(live.poll, have)
    assert set(more) == {"run", "offset", "points", "measurements", "notes"}
    assert more["measurements"] == [{"step": 11, "reference_level": 3.0, **told}]
    assert [point["step"] for point in more["points"]] == [11]


def test_the_list_tells_the_end_of_the_shown_run_together_with_its_state(context: Context) -> None:
    """A page looks seldom once its run has ended: an old list would keep "Training ..." in the place of Start."""
    run, live = fake_run(context.runs.root, "starting"), LiveRun(context.runs, context.trainings)
    news = call(live.poll, {"run": run.name})
    assert [entry["state"] for entry in news["runs"]] == ["starting"]
    known = ("runs_version", "status_version")
    run.write_status(Status(state="stopped"))
    more = call(live.poll, {"run": run.name, **{key: news[key] for key in known}})
    assert more["status"]["state"] == "stopped"
    assert [entry["state"] for entry in more["runs"]] == ["stopped"]
    assert "runs" not in call(live.poll, {"run": run.name, **{key: more[key] for key in known}})


def test_what_a_resumed_training_does_anew_is_cut_from_the_curves(context: Context) -> None:
    run, live = fake_run(context.runs.root), LiveRun(context.runs, context.trainings)
    offset = call(live.poll, {})["offset"]
    run.append_event({"kind": "resumed", "step": 2})
    run.append_event({"kind": "progress", "step": 3, "losses": {"generator": 3.0}, "scores": {}})
    more = call(live.poll, {"run": run.name, "offset": offset})
    assert more["cut"] == 2
    assert [point["step"] for point in more["points"]] == [3]
    assert [point["step"] for point in call(live.poll, {})["points"]] == [1, 2, 3]


def test_the_newest_run_that_is_going_on_comes_first(context: Context) -> None:
    fake_run(context.runs.root, "starting", name="going")
    fake_run(context.runs.root, "finished", name="done")
    assert call(LiveRun(context.runs, context.trainings).poll, {})["run"] == "going"


def test_long_curves_are_thinned_to_their_ends(context: Context) -> None:
    run = fake_run(context.runs.root)
    for step in range(11, 2000):
        run.append_event({"kind": "progress", "step": step, "losses": {}, "scores": {}})
    points = call(LiveRun(context.runs, context.trainings).poll, {})["points"]
    assert len(points) == MOST_POINTS
    assert (points[0]["step"], points[-1]["step"]) == (1, 1999)


def test_a_failed_run_shows_its_last_words(context: Context) -> None:
    fake_run(context.runs.root, "failed")
    assert call(LiveRun(context.runs, context.trainings).poll, {})["log"] == "first\nlast words"


def test_a_deleted_run_is_gone_in_a_sentence(context: Context) -> None:
    run, live = fake_run(context.runs.root), LiveRun(context.runs, context.trainings)
    run.delete()
    assert "no run named" in call(live.poll, {"run": run.name})["gone"]
    assert "gone" in call(live.poll, {"run": "../outside"})


def test_actions_reach_the_control_file(context: Context) -> None:
    run, live = fake_run(context.runs.root), LiveRun(context.runs, context.trainings)
    add_owner(run.path, ADA)
    assert call(live.control, {"run": run.name, "action": "pause", "owner": ADA}) == {"sequence": 1}
    assert run.control() == {"sequence": 1, "wish": "pause"}
    for wrong in ({"run": run.name, "action": "explode"}, {"run": "nobody", "action": "stop"}):
        with pytest.raises(InputError):
            call(live.control, {**wrong, "owner": ADA})


def test_key_frames_and_their_time_lapse(context: Context) -> None:
    run, live = fake_run(context.runs.root), LiveRun(context.runs, context.trainings)
    assert base64.b64decode(call(live.keyframe, {"run": run.name, "step": 5})["picture"].split(",")[1]) == picture(100)
    with pytest.raises(InputError, match="step 6"):
        call(live.keyframe, {"run": run.name, "step": 6})
    answer = call(live.time_lapse, {"run": run.name})
    with Image.open(io.BytesIO(base64.b64decode(answer["file"].split(",")[1]))) as film:
        assert (film.n_frames, film.size) == (len(STEPS), (512, 256))  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(InputError, match="two key frames"):
        animate([])
