"""The Lab's second panel: solvers on games with known answers, the predicted rate beside the measured one."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, cast

from gan_core.errors import InputError
from gan_core.ui import frontend
from gan_core.ui.lab.protocol import (
    AnalyticGameOffer,
    GameOption,
    GameRequest,
    GamesResponse,
    GameView,
    LandscapeRequest,
    LandscapeResponse,
    ParameterOffer,
    SolverOffer,
    TrajectoriesRequest,
    TrajectoriesResponse,
    Trajectory,
    Verdict,
)
from gan_core.ui.lab.vanishing_gradient import build_vanishing
from gan_core.ui.protocol import server_function
from gan_core.ui.threads import one_thread

if TYPE_CHECKING:
    import numpy as np

    from gan_core.analytic_games.plane_games import PlaneGame
    from gan_core.analytic_games.trajectories import Prediction, SolverResult

CELLS, ARROWS = 41, 15
MOST_SOLVERS = 6
FARTHEST_VIEW, FARTHEST_START = 1e7, 1e4
LONGEST = 1000
"""Steps of one trajectory at most: with six of them an answer still comes within about a second."""
SECONDS = 1.5
"""Of one trajectory at most."""
REMEMBERED = 256
"""Predictions kept: they do not depend on the start, which is what is dragged."""
VERDICTS = {
    "converges": "converges",
    "circles": "circles",
    "diverges": "diverges",
    "arrived": "arrives",
    "elsewhere": "stops elsewhere",
    "refused": "not defined here",
}


class Dynamics:
    """The server functions of the analytic games; every request holds all that it needs, so there is no state of a
    visitor."""

    def __init__(self) -> None:
        self._predictions: OrderedDict[str, Prediction] = OrderedDict()
        self._one = threading.Lock()
        """Held while trajectories are computed: however many visitors there are, they take one core."""

    @server_function
    def games(self) -> GamesResponse:
        """What can be chosen."""
        from gan_core.analytic_games.plane_games import GAMES
        from gan_core.analytic_games.solver_configs import configs

        solvers = [
            SolverOffer(
                name=each.name,
                title=each.title,
                words=each.words,
                cost=each.cost,
                players=[count for count, fits in ((1, each.single_player), (2, each.two_players)) if fits],
                parameter=each.parameter
                and ParameterOffer(
                    label=each.parameter.label,
                    low=each.parameter.low,
                    high=each.parameter.high,
                    step=each.parameter.step,
                    value=each.parameter.value,
                ),
            )
            for each in configs()
        ]
        return GamesResponse(games=[_described(game) for game in GAMES], solvers=solvers)

    @server_function
    def landscape(self, request: LandscapeRequest) -> LandscapeResponse:
        """Heights and arrows of a game within a view."""
        import numpy as np

        from gan_core.analytic_games.landscape import graph, survey

        game, options = _game(request)
        x, y = _range("x", request.view.x), _range("y", request.view.y)
        analytic_game = game.build(options)
        key = f"{game.name} {options} {x} {y}"
        with one_thread():
            if len(game.names) == 1:
                curve = _rounded(graph(analytic_game, x, 121))
                return LandscapeResponse(key=key, curve=curve, solution=_solution(game))
            seen = survey(analytic_game, x, y, cells=CELLS, arrows=ARROWS)
        heights = np.where(np.isfinite(seen.heights), seen.heights, 0.0)
        return LandscapeResponse(
            key=key,
            cells=len(heights),
            values=_rounded(heights.reshape(-1)),
            arrows=_rounded(seen.arrows),
            solution=_solution(game),
        )

    @server_function
    def follow(self, request: TrajectoriesRequest) -> TrajectoriesResponse:
        """Trajectories and rates of up to six solver configurations, from one start.

        Raises:
            InputError: for an unknown game or configuration, and for numbers out of range.
        """
        from gan_core.analytic_games.solver_configs import config_named
        from gan_core.analytic_games.trajectories import trajectories

        game, options = _game(request)
        steps, step_size, chosen = request.steps, request.step_size, request.solvers
        if not 1 <= steps <= LONGEST:
            raise InputError(f"A trajectory has 1 to {LONGEST} steps, not {steps}.")
        if not 1e-4 <= step_size <= 2:
            raise InputError(f"The step size is 0.0001 to 2 here, not {step_size}.")
        if not 1 <= len(chosen) <= MOST_SOLVERS:
            raise InputError(f"1 to {MOST_SOLVERS} ways to play are compared at a time.")
        start = _start(request, game)
        entries = [config_named(each.name, each.parameter) for each in chosen]
        analytic_game = game.build(options)
        with self._one, one_thread():
            keys = [f"{game.name} {sorted(options.items())} {entry} {step_size}" for entry in entries]
            known = [self._predictions.get(key) for key in keys]
            runs = trajectories(analytic_game, entries, step_size, steps, start, game.solution, known, SECONDS)
            for key, run in zip(keys, runs, strict=True):
                if not run.refusal:
                    self._predictions[key] = run.prediction
            while len(self._predictions) > REMEMBERED:
                self._predictions.popitem(last=False)
            drawn = [_drawn(run, game, each.name, analytic_game) for run, each in zip(runs, chosen, strict=True)]
        gone = any(run.trajectory.ending == "far" for run in runs)
        note = "Some trajectories ran away; they are drawn to the edge and end where numbers lose their meaning."
        return TrajectoriesResponse(runs=drawn, steps=steps, drawn_solution=_solution(game), note=note if gone else "")


def _described(game: PlaneGame) -> AnalyticGameOffer:
    from gan_core.analytic_games.plane_games import Slider

    options = [
        GameOption(**vars(option), kind="range")
        if isinstance(option, Slider)
        else GameOption(name=option.name, label=option.label, choices=option.choices, value=option.value, kind="choice")
        for option in game.options
    ]
    return AnalyticGameOffer(
        name=game.name,
        title=game.title,
        line=game.line,
        words=game.words,
        axes=list(game.axes),
        names=list(game.names),
        numbers=len(game.names),
        players=game.players,
        printed=game.printed,
        start=list(game.start),
        steps=game.steps,
        step_size=game.step_size,
        solvers=list(game.ways),
        view=GameView(x=game.view[0], y=game.view[1]),
        options=options,
        parameters=dict(game.parameter_values),
    )


def _game(request: GameRequest) -> tuple[PlaneGame, dict[str, Any]]:
    from gan_core.analytic_games.plane_games import game_named

    game = game_named(request.game)
    return game, game.chosen(request.options)


def _solution(game: PlaneGame) -> tuple[float, float]:
    """Where it is drawn; a game of one number has its loss on the other axis."""
    return (game.solution[0], 0.0 if len(game.names) == 1 else game.solution[1])


def _range(axis: str, ends: tuple[float, float]) -> tuple[float, float]:
    low, high = ends
    if not -FARTHEST_VIEW <= low < high <= FARTHEST_VIEW:
        raise InputError(f"The view's {axis} is a lower and an upper end within ±10 million.")
    return float(low), float(high)


def _start(request: TrajectoriesRequest, game: PlaneGame) -> list[float]:
    start, size = request.start, len(game.names)
    if len(start) != size or not all(abs(x) <= FARTHEST_START for x in start):
        raise InputError(f"The start of this game is {size} number{'s' * (size > 1)} within ±10000, not {start!r}.")
    return [float(value) for value in start]


def _drawn(run: SolverResult, game: PlaneGame, name: str, analytic_game: Any) -> Trajectory:
    """One trajectory as the browser draws it."""
    import numpy as np

    from gan_core.analytic_games.landscape import loss_at

    if run.refusal:
        return Trajectory(
            name=name, points=None, distances=None, betas=None, predicted=None, measured=None, verdict="refused",
            verdict_words=VERDICTS["refused"], words=run.refusal, formula="", source="",
        )  # fmt: skip
    assert run.measured is not None
    points, betas = run.trajectory.points, run.trajectory.betas_by_player
    if len(game.names) == 1:
        points = np.column_stack([points, [loss_at(analytic_game, float(place[0])) for place in points]])
    distances = np.linalg.norm(run.trajectory.points - np.array(game.solution), axis=1)
    return Trajectory(
        name=name,
        points=_rounded(points),
        distances=_rounded(distances),
        betas=[_rounded(np.array(of_player)) for of_player in betas] if any(betas) else None,
        predicted=run.prediction.rate,
        measured=run.measured.rate,
        verdict=cast(Verdict, run.measured.verdict),
        verdict_words=VERDICTS[run.measured.verdict],
        words=told(run, distances, linear=game.linear),
        formula=run.prediction.formula,
        source=SOURCES[run.prediction.source],
    )


SOURCES = {
    "closed form": "closed form",
    "linearised": "no closed form: one step of this very code, linearised at the solution",
    "none": "",
}


def told(run: SolverResult, distances: np.ndarray, *, linear: bool) -> str:
    """What happens, in a sentence."""
    assert run.measured is not None
    rate, verdict, predicted = run.measured.rate, run.measured.verdict, run.prediction.rate
    made = len(run.trajectory.points) - 1
    if run.trajectory.ending == "far":
        return f"Out of every picture after {made} steps."
    if run.trajectory.ending == "undefined":
        return f"Ends after {made} steps: at that place a gradient is not defined."
    if verdict == "arrived":
        steps = _first_at_rest(distances)
        return f"At the solution, to the last digit, after {steps} step{'s' * (steps != 1)}."
    if verdict == "elsewhere":
        return "Comes to rest, but not at the solution."
    if rate is None:
        return "Too few steps to measure a rate."
    turning = "The point spirals" if _turns(run) >= 0.5 else "The point goes"
    if verdict == "circles":
        words = "Neither nearer nor farther in the long run."
    else:
        change = abs(rate - 1) * 100
        words = f"{turning} {'inwards' if rate < 1 else 'outwards'}: {change:.3g} % {'nearer' if rate < 1 else 'farther'} with each step."
    if run.trajectory.ending == "slow":
        words += f" Stopped after {made} steps: a step of this kind takes too long for more."
    elif predicted is not None and abs(rate - predicted) > 0.01 * max(predicted, 1e-9):
        if linear or (verdict == "converges" and predicted < 1):
            words += " Not yet the long run: with more steps the two rates come together."
        else:
            words += " The prediction is for places near the solution, and this is not one."
    return words


def _first_at_rest(distances: np.ndarray) -> int:
    from gan_core.analytic_games.rates import FLOOR

    return next(step for step, value in enumerate(distances) if value <= FLOOR * max(distances[0], 1e-300))


def _turns(run: SolverResult) -> float:
    """How many times it went round the solution, either way, if in a plane of two players."""
    import numpy as np

    if run.trajectory.points.shape[1] != 2:
        return 0.0
    angles = np.unwrap(np.arctan2(run.trajectory.points[:, 1], run.trajectory.points[:, 0]))
    return abs(float(angles[-1] - angles[0])) / (2 * math.pi)


def _rounded(values: np.ndarray) -> list[Any]:
    """As nested lists, seven digits: what a picture can use."""
    import numpy as np

    flat = [float(f"{value:.7g}") for value in np.asarray(values, dtype=float).reshape(-1)]
    if values.ndim == 1:
        return flat
    width = values.shape[1]
    return [flat[start : start + width] for start in range(0, len(flat), width)]


def build_dynamics() -> None:
    """Lay the panel, and the vanishing-gradient experiment below it, out in the Blocks that is being built."""
    dynamics = Dynamics()
    frontend.component("lab/analytic-games", server_functions=[dynamics.games, dynamics.landscape, dynamics.follow])
    build_vanishing()
