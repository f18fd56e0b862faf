"""A spec as a scikit-learn estimator: scikeras's wrapper around specc's own build and train.

The only module that imports scikeras. Its wrapper brings validation, label encoding and the
scikit-learn manners; models are built and trained by specc, so a fit is equal to the last bit to
a run of the same spec on the same rows. Parameters of the spec are routed as scikeras does:
`model__units`. It travels to other processes as a study, never as a live model.

`X` (n, 1) are the numbers of rows in the study's pool, so that models of several inputs work.
"""

from __future__ import annotations

import json
import math
import os
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import ClassifierTags, RegressorTags

from specc.backend.start import start

start()  # quietly, in every process, before scikeras imports Keras

from scikeras.wrappers import BaseWrapper, KerasClassifier, KerasRegressor  # noqa: E402

from specc.backend.save import predict  # noqa: E402
from specc.backend.train import train  # noqa: E402
from specc.data.prepare import Arrays  # noqa: E402
from specc.diagnostics import SpecError  # noqa: E402
from specc.runner import tune_errors as errors  # noqa: E402
from specc.runner.data import Ready  # noqa: E402
from specc.runner.score import score  # noqa: E402
from specc.runner.tune import rows  # noqa: E402
from specc.runner.tune.model import made  # noqa: E402
from specc.runner.tune.space import key  # noqa: E402
from specc.runner.tune.study import Study  # noqa: E402

ROUTE = "model__"


class FromSpec(BaseWrapper):  # type: ignore[misc]
    """What both estimators share. `study`: what is searched. `epochs`: instead of the spec's.

    Everything that scikeras would hand to `compile` or `fit` itself is the spec's business.
    """

    def __init__(self, model: Any = None, *, study: Study | None = None, epochs: int | None = None,
                 **more: Any) -> None:
        super().__init__(model=model, epochs=epochs, **{"verbose": 0, **more})
        self.study = study

    @property
    def point(self) -> dict[str, Any]:
        """The values of the spec's parameters."""
        return {name.removeprefix(ROUTE): value for name, value in vars(self).items()
                if name.startswith(ROUTE)}

    def _initialize(self, X: NDArray[Any], y: NDArray[Any] | None = None) -> Any:
        self.began_ = time.monotonic()
        self.fold_ = rows.fold_number(rows.pool(self._study), np.asarray(X)[:, 0])
        self.ready_ = rows.value(rows.ready(self._study, self.point, self.fold_))
        return super()._initialize(X, y)

    @property
    def _study(self) -> Study:
        assert self.study is not None, "an estimator needs a study"
        return self.study

    def _build_keras_model(self) -> Any:
        return rows.value(made(self.ready_.plan, self.ready_.prepared.train))

    def _check_model_compatibility(self, y: NDArray[Any]) -> None:
        """The spec has been checked; scikeras would refuse several outputs."""

    def _fit_keras_model(self, X: Any, y: Any, sample_weight: Any, warm_start: bool,
                         epochs: int | None, initial_epoch: int, **more: Any) -> None:
        def epoch(number: int, logs: Mapping[str, Any]) -> None:
            if not math.isfinite(logs.get("train.loss", 0.0)):
                self.model_.stop_training = True  # all later numbers would be NaN

        ready = self.ready_
        watched = ready.prepared.validation if ready.plan.callbacks else None
        with tempfile.TemporaryDirectory(prefix="specc-trial-") as folder:
            done = train(self.model_, ready.plan, ready.prepared.train, watched,
                         folder=Path(folder), on_epoch=epoch, epochs=epochs)
        self.history_ = dict(rows.value(done).history)

    def score(self, X: NDArray[Any], y: Any = None, sample_weight: Any = None) -> float:
        """The objective over rows, more always being better; and a line in the journal."""
        ready, arrays, own = self._on(X)
        judged = score(self.model_, ready.plan, ready.prepared.preparation, arrays)
        found = judged.get(self._study.objective)
        if isinstance(found, list | tuple):
            place = ready.plan.spec.where("tune", "objective")
            raise SpecError([errors.objective_not_a_number(
                place, objective=f"validation.{self._study.objective}")])
        number = float("nan") if found is None else float(found)
        if self._study.journal is not None and own:
            _note(self._study.journal, {
                "point": key(self.point), "fold": self.fold_, "score": number,
                "seconds": time.monotonic() - self.began_, "given": self.epochs,
                "epochs": len(self.history_.get("train.loss", ()))})
        return number if self._study.larger else -number

    def _on(self, X: NDArray[Any]) -> tuple[Ready, Arrays, bool]:
        """Arrays of these rows, prepared with what the training rows taught; and whether they are
        the fold's held-out rows."""
        found: Ready
        wanted = np.asarray(X)[:, 0]
        _, own = rows.pool(self._study).folds[self.fold_]
        known = np.array_equal(wanted, own)
        found = self.ready_ if known else rows.value(
            rows.ready(self._study, self.point, self.fold_, wanted))
        assert found.prepared.validation is not None, "rows to judge by"
        return found, found.prepared.validation, known

    def _predict_raw(self, X: NDArray[Any], **more: Any) -> NDArray[Any]:
        """Predictions of the judged output, in the model's units."""
        ready, arrays, _ = self._on(X)
        names = [head.name for head in ready.plan.heads]
        given = predict(self.model_, arrays.inputs, outputs=names,
                        batch_size=ready.plan.spec.fit.validation_batch_size)
        return given[rows.pool(self._study).head]


class Classifier(FromSpec, KerasClassifier):  # type: ignore[misc]
    """For outputs of one target with classes: `y` are class numbers, folds are stratified."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.estimator_type = "classifier"  # scikeras's order of bases loses it
        tags.classifier_tags = ClassifierTags()
        return tags


class Regressor(FromSpec, KerasRegressor):  # type: ignore[misc]
    """For everything else."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.estimator_type = "regressor"
        tags.regressor_tags = RegressorTags()
        return tags


def estimator(study: Study, pool: rows.Pool) -> FromSpec:
    """The estimator of a study; it is a classifier where the judged output has classes."""
    return (Classifier if pool.classes else Regressor)(study=study)


def _note(journal: str, line: Mapping[str, Any]) -> None:
    """Add a line, on disk when this returns; one write, so that processes do not mix lines."""
    handle = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, (json.dumps(line) + "\n").encode())
        os.fsync(handle)
    finally:
        os.close(handle)


__all__ = ["Classifier", "FromSpec", "Regressor", "estimator"]
