"""One training a visitor."""

from gan_core.training.plane import PlaneSettings
from gan_core.training.visitors import Visits


def test_a_visitor_finds_the_own_training_again_and_nobody_elses() -> None:
    visits, settings = Visits(), PlaneSettings()
    first, second = visits.of(None, settings), visits.of(None, settings)
    assert first is not second
    assert visits.of(first.token, settings) is first
    assert visits.of("guessed", settings) not in (first, second)
    assert visits.of(["odd"], settings).token not in (first.token, second.token)


def test_the_one_that_looked_longest_ago_is_forgotten() -> None:
    visits, settings = Visits(most=2), PlaneSettings()
    first, second = visits.of(None, settings), visits.of(None, settings)
    visits.of(first.token, settings)
    visits.of(None, settings)
    assert visits.of(first.token, settings) is first
    assert visits.of(second.token, settings) is not second


def test_settings_are_followed_and_a_seed_begins_anew() -> None:
    visit = Visits().of(None, PlaneSettings())
    training = visit.training
    training.train(1)
    visit.follow(PlaneSettings(gamma=None), restart=False)
    assert visit.training is training
    assert training.settings.gamma is None
    visit.follow(PlaneSettings(gamma=None), restart=True)
    assert visit.training is not training
    assert visit.training.step == 0
    training = visit.training
    visit.follow(PlaneSettings(seed=1), restart=False)
    assert visit.training is not training
