"""scikit-learn's searches over the trials: grid, random and halving."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import joblib
from sklearn.model_selection import GridSearchCV, ParameterSampler, RandomizedSearchCV

from specc.runner.tune.estimator import ROUTE, estimator
from specc.runner.tune.model import release
from specc.runner.tune.rows import Pool
from specc.runner.tune.space import Point, key
from specc.runner.tune.study import Study
from specc.spec import Tune

FACTOR = 3  # of the trials of a rung, one in three goes on; for three times as many epochs


def in_order(points: list[Point], tune: Tune) -> list[Point]:
    """The trials in the order in which scikit-learn will live them."""
    if tune.search != "random" or len(points) < 2:
        return points
    drawn = ParameterSampler(_grids(points), len(points), random_state=tune.seed % 2**32)
    own = {key(point): point for point in points}
    return [own[key(_point(one))] for one in drawn]


def _grids(points: list[Point]) -> list[dict[str, list[Any]]]:
    """Each trial as a grid of one point: what scikit-learn's searches take for conditional
    parameters."""
    return [{f"{ROUTE}{name}": [value] for name, value in point.items()} for point in points]


def _point(params: dict[str, Any]) -> Point:
    return {name.removeprefix(ROUTE): value for name, value in params.items()
            if name.startswith(ROUTE)}


def searcher(study: Study, tune: Tune, points: list[Point], pool: Pool, jobs: int,
             epochs: int) -> Any:
    """The scikit-learn search. points: as `trials` gives them. epochs: the most for halving."""
    given: dict[str, Any] = {"estimator": estimator(study, pool), "cv": list(pool.folds),
                             "refit": False, "error_score": "raise", "n_jobs": jobs}
    if tune.search == "halving" and len(points) > 1:
        from sklearn.experimental import enable_halving_search_cv  # noqa: F401
        from sklearn.model_selection import HalvingGridSearchCV

        return HalvingGridSearchCV(param_grid=_grids(points), resource="epochs", factor=FACTOR,
                                   min_resources="exhaust", max_resources=epochs,
                                   random_state=tune.seed % 2**32, return_train_score=False,
                                   **given)
    if tune.search == "random" and len(points) > 1:
        return RandomizedSearchCV(param_distributions=_grids(points), n_iter=len(points),
                                  random_state=tune.seed % 2**32, **given)
    return GridSearchCV(param_grid=_grids(points), **given)


def live(study: Study, tune: Tune, points: list[Point], pool: Pool, jobs: int,
         epochs: int) -> None:
    """Live all trials. What they gave is in the study's journal, which ranks them.

    Processes, never threads: seeds are global in a process.
    """
    search = searcher(study, tune, points, pool, jobs, epochs)
    with joblib.parallel_config(backend="loky", n_jobs=jobs), _not_finite():
        search.fit(pool.x, pool.y)
    release()


@contextmanager
def _not_finite() -> Iterator[None]:
    """A trial whose loss became NaN is the worst one, which the table says; not a warning."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "One or more of the (test|train) scores are non-finite")
        warnings.filterwarnings("ignore", "invalid value encountered", RuntimeWarning)
        yield
