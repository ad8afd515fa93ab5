import stat
import zipfile

import numpy as np
import pytest
from PIL import Image

from gan_core.cards import Card
from gan_core.models import load_model, save_model
from gan_core.networks import describe
from tests.cli.conftest import Shell, picture, zip_of
from tests.translation.toy_films import film
from tests.translation.toy_translators import painting_network


def names(folder) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_one_picture_keeps_size_name_and_format(shell: Shell, here, seasons):
    picture(here / "lake.png", (21, 17))
    answer = shell("translate", seasons, "lake.png", "--scale", "native", "--out", "out", "--device", "cpu")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("out/lake.png")
    with Image.open("out/lake.png") as result, Image.open("lake.png") as source:
        expected = load_model(seasons, "cpu").translate(source)  # pyright: ignore[reportAttributeAccessIssue]
        np.testing.assert_array_equal(np.asarray(result), np.asarray(expected))
        assert result.size == (21, 17)


def test_direction_and_transparency(shell: Shell, here, seasons):
    picture(here / "a.png", mode="RGBA")
    assert shell("translate", seasons, "a.png", "--direction", "BtoA", "--scale", "native", "--out", "out").code == 0
    with Image.open("out/a.png") as result, Image.open("a.png") as source:
        assert result.mode == "RGBA"
        np.testing.assert_array_equal(np.asarray(result)[..., 3], np.asarray(source)[..., 3])
        model = load_model(seasons, "cpu")
        expected = model.translate(source, "BtoA")  # pyright: ignore[reportAttributeAccessIssue]
        np.testing.assert_array_equal(np.asarray(result), np.asarray(expected))


def test_cycle_writes_both(shell: Shell, here, seasons):
    picture(here / "a.jpg")
    answer = shell("translate", seasons, "a.jpg", "--cycle", "--out", "out")
    assert answer.code == 0
    assert names(here / "out") == ["a.cycle.png", "a.jpg"]
    assert shell("translate", seasons, "a.jpg", "--out", "plain").code == 0
    assert (here / "out" / "a.jpg").read_bytes() == (here / "plain" / "a.jpg").read_bytes()


def test_folders_and_zips_keep_what_is_inside(shell: Shell, here, seasons):
    for index, name in enumerate(("a.png", "deep/b.webp", "deep/c.bmp", ".hidden/d.png")):
        picture(here / "pictures" / name, seed=index)
    (here / "pictures" / "notes.txt").write_text("no picture")
    with zipfile.ZipFile("more.zip", "w") as archive:
        archive.write("pictures/a.png", "x/e.png")
        archive.write("pictures/deep/b.webp", "y/f.webp")
    answer = shell("translate", seasons, "pictures", "more.zip", "--out", "out")
    assert (answer.code, answer.err) == (0, "pictures: 1 file left out: 1 .txt.\n")
    assert names(here / "out") == ["a.png", "deep/b.webp", "deep/c.bmp", "x/e.png", "y/f.webp"]


def test_the_same_name_twice_overwrites_nothing(shell: Shell, here, seasons):
    first, second = picture(here / "1" / "a.png", seed=1), picture(here / "2" / "A.png", seed=2)
    third = picture(here / "3" / "a.cycle.png", seed=3)
    answer = shell("translate", seasons, first, second, third, "--cycle", "--out", "out")
    assert answer.code == 0
    assert names(here / "out") == sorted(
        ["a.png", "a.cycle.png", "A-2.png", "A-2.cycle.png", "a.cycle-2.png", "a.cycle-2.cycle.png"]
    )


def test_a_source_is_never_replaced(shell: Shell, here, seasons):
    path = picture(here / "a.png")
    before = path.read_bytes()
    for arguments in (("a.png", "--out", "."), (".", "--out", here)):
        answer = shell("translate", seasons, *arguments)
        assert answer.code == 2
        assert path.read_bytes() == before


def test_an_output_folder_inside_the_input_is_not_translated_again(shell: Shell, here, seasons):
    picture(here / "album" / "a.png")
    for _ in range(2):
        assert shell("translate", seasons, "album", "--out", "album/out").code == 0
    assert names(here / "album") == ["a.png", "out/a.png"]


def test_all_that_can_be_done_is_done(shell: Shell, here, seasons):
    good = picture(here / "good.png")
    (here / "text.png").write_text("I am a text.")
    (here / "short.png").write_bytes(good.read_bytes()[:300])
    (here / "empty.jpg").touch()
    (here / "nothing").mkdir()
    bad = ["text.png", "short.png", "missing.png", "empty.jpg", "nothing", "missing.zip"]
    answer = shell("translate", seasons, *bad, "good.png", "--out", "out")
    assert answer.code == 2
    assert names(here / "out") == ["good.png"]
    assert len(answer.complaints) == len(bad)
    for name in bad:
        assert sum(name in line for line in answer.complaints) == 1, name


def test_a_file_of_another_kind_is_called_no_picture(shell: Shell, here, seasons):
    zip_of(here / "weights.pth", {"archive/data.pkl": b"0"})
    answer = shell("translate", seasons, "weights.pth", "--out", "out")
    assert answer.code == 2
    assert "weights.pth is no picture" in answer.err


def test_every_result_is_encoded_once(shell: Shell, here, seasons, monkeypatch):
    from gan_core.translation import picture_files

    calls = []
    encode = picture_files._encode_like
    monkeypatch.setattr(picture_files, "_encode_like", lambda *given: calls.append(given) or encode(*given))
    picture(here / "a.jpg")
    for arguments in ((), ("--cycle",)):
        assert shell("translate", seasons, "a.jpg", "--out", "out", *arguments).code == 0
    assert len(calls) == 2


def test_unsafe_zips(shell: Shell, here, seasons):
    data = picture(here / "good.png").read_bytes()
    zip_of(here / "up.zip", {"../../evil.png": data})
    with zipfile.ZipFile("link.zip", "w") as archive:
        link = zipfile.ZipInfo("link.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.png", bytes(5_000_000))
    answer = shell("translate", seasons, "up.zip", "link.zip", "bomb.zip", "good.png", "--out", "out")
    assert answer.code == 2
    assert len(answer.complaints) == 3
    assert names(here / "out") == ["good.png"]
    assert not list(here.parent.rglob("evil.png"))


@pytest.mark.parametrize("arguments", [["--out", "file"], ["--direction", "BtoA", "--out", "out"]])
def test_what_cannot_work_for_any_picture_is_said_once(shell: Shell, here, digits, seasons, arguments):
    picture(here / "a.png")
    (here / "file").touch()
    model = seasons if arguments[1] == "file" else digits
    answer = shell("translate", model, "a.png", "a.png", *arguments)
    assert answer.code == 2
    assert len(answer.complaints) == 1
    assert not (here / "out").exists()


def test_a_film_comes_back_as_a_film_and_its_faults_are_told(shell: Shell, here, seasons):
    film(here / "walk.webm", codec="libvpx-vp9")
    (here / "bad.mp4").write_bytes(b"no film")
    answer = shell("translate", seasons, "walk.webm", "bad.mp4", "--scale", "native", "--out", "out")
    assert answer.code == 2
    assert answer.out.startswith("out/walk.mp4 10 frames.")
    assert "bad.mp4 is no film" in answer.err
    assert names(here / "out") == ["walk.mp4"]
    assert "from 0 to" in shell("translate", seasons, "walk.webm", "--smoothing", "1", "--out", "out").err
    assert "not films" in shell("translate", seasons, "walk.webm", "--cycle", "--out", "out").err


def test_what_a_file_is_tells_its_first_bytes_whatever_its_name(shell: Shell, here, seasons):
    film(here / "walk.mp4").rename(here / "walk")
    film(here / "clip.webm", codec="libvpx-vp9").rename(here / "clip.png")
    picture(here / "face.png")
    (here / "face.png").rename(here / "face.mp4")
    answer = shell("translate", seasons, "walk", "clip.png", "face.mp4", "--scale", "native", "--out", "out")
    assert answer.code == 0, answer.err
    assert names(here / "out") == ["clip.mp4", "face.png", "walk.mp4"]


def test_one_large_picture_at_its_own_size_shows_how_far_it_is(shell: Shell, here, seasons, monkeypatch):
    import contextlib

    from gan_core.cli import translation as command

    steps: list[int] = []

    class Bar:
        n = 0

        def update(self, count: int) -> None:
            self.n += count
            steps.append(self.n)

    @contextlib.contextmanager
    def bar(total: float, **_: object):
        assert total == 1000
        yield Bar()

    monkeypatch.setattr(command, "progress_bar", bar)
    monkeypatch.setattr("gan_core.translation.scales.PASS_PIXELS", 2000)
    monkeypatch.setattr("gan_core.translation.passes.PASS_PIXELS", 2000)
    monkeypatch.setattr("gan_core.translation.tiling.WORKING_BYTES", 50_000)
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (80, 60, 3), dtype=np.uint8)).save("large.png")
    answer = shell("translate", seasons, "large.png", "--scale", "native", "--out", "out")
    assert answer.code == 0
    assert "bands" in answer.out
    assert steps == sorted(steps)
    assert steps[-1] == 1000
    assert len(set(steps)) > 20


def test_one_bad_file_never_ends_a_batch(shell: Shell, here, seasons, monkeypatch):
    film(here / "a-film.mp4", sound="aac")
    (here / "b-broken.mp4").write_bytes(b"no film at all")
    (here / "c-broken.png").write_bytes(b"no picture at all")
    picture(here / "d.png")
    every = ("a-film.mp4", "b-broken.mp4", "c-broken.png", "d.png")
    answer = shell("translate", seasons, *every, "--out", "out")
    assert answer.code == 2
    assert [line.split()[0] for line in answer.complaints] == ["b-broken.mp4", "c-broken.png"]
    assert names(here / "out") == ["a-film.mp4", "d.png"]

    def broken(*args, **options):
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr("gan_core.translation.video.put_picture", broken)
    answer = shell("translate", seasons, *every, "--out", "again")
    assert answer.code == 1, "the work failed, and not for the files' fault"
    assert answer.complaints[0] == (
        "a-film.mp4 could not be translated, through no fault of its own: ZeroDivisionError, a fault of ours."
    )
    assert len(answer.complaints) == 3
    assert names(here / "again") == ["d.png"]


@pytest.fixture
def colouring(here) -> str:
    """The name of a shipped translator that takes colour hints and noise."""
    network = painting_network(2)
    card = Card(
        name="colouring",
        kind="translator",
        network=describe(network),
        size=32,
        channels=3,
        inputs={"hints": True, "noise": 2},
    )
    save_model(here / "pretrained" / "colouring.safetensors", {"AtoB": network}, card)
    return "colouring"


def test_hints_and_a_seed_reach_the_picture(shell: Shell, here, colouring):
    Image.new("RGB", (32, 32), "white").save(here / "a.png")
    answer = shell(
        "translate", colouring, "a.png", "--hint", "8,8,#ff0000,3", "--hint", "24,24,#0000FF", "--out", "out"
    )
    assert (answer.code, answer.err) == (0, "")
    with Image.open("out/a.png") as result:
        pixels = np.asarray(result).astype(int)
    assert np.abs(pixels[8, 8] - (255, 0, 0)).max() <= 6
    assert np.abs(pixels[24, 24] - (0, 0, 255)).max() <= 6
    assert pixels[8, 24].min() > 240
    Image.new("RGB", (32, 32), "grey").save(here / "b.png")
    for seed in ("1", "2"):
        assert shell("translate", colouring, "b.png", "--seed", seed, "--out", seed).code == 0
    assert (here / "1" / "b.png").read_bytes() != (here / "2" / "b.png").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a.png", "--hint", "40,8,#ff0000"], "lies outside of the picture, which has 20 x 16 pixels"),
        (["a.png", "--hint", "nan,8,#ff0000"], "finite number"),
        (["a.png", "--hint", "8,8"], "A hint is X,Y,#RRGGBB"),
        (["a.png", *["--hint", "8,8,#ff0000"] * 301], "at most 300 colour hints"),
        (["a.png", "b.png", "--hint", "8,8,#ff0000"], "Hints belong to one picture, and these are 2"),
        (["clip.mp4", "--hint", "8,8,#ff0000"], "is a film; hints belong to one picture"),
        (["a.png", "--seed", "-1"], "--seed"),
    ],
)
def test_hints_that_cannot_be_used_are_refused_in_one_line(shell: Shell, here, colouring, arguments, words):
    picture(here / "a.png")
    picture(here / "b.png")
    film(here / "clip.mp4")
    answer = shell("translate", colouring, *arguments, "--out", "out")
    assert answer.code == 2
    assert words in answer.err
    assert not (here / "out").exists()


def test_a_model_without_hints_refuses_them(shell: Shell, here, seasons):
    picture(here / "a.png")
    for argument, words in (("--hint=1,1,#ff0000", "takes no colour hints"), ("--seed=1", "takes no noise")):
        answer = shell("translate", seasons, "a.png", argument, "--out", "out")
        assert answer.code == 2
        assert words in answer.err
        assert answer.err.count("\n") == 1
