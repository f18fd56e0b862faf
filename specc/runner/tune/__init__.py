"""`specc tune`: the search over `[tune.space]`, with scikit-learn's searches over scikeras.

    space.py      which trials there are: grids, seeded samples, conditional parameters
    study.py      a search as plain data, and the plan of one of its trials
    rows.py       the rows a search may see, cut into folds
    estimator.py  the scikeras estimator that is given to scikit-learn
    model.py      built models, used again where only rows or the learning rate differ
    search.py     scikit-learn's search, watched from its journal
    watch.py      the live table
    written.py    best.specc.toml: the original text with other values
    whole.py      all of it, from a checked spec to the best model's run

Nothing is imported here: `space` needs neither NumPy nor Keras.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specc.pipeline import Checked
    from specc.runner.progress import Progress
    from specc.runner.tune.whole import Tuned


def tune(checked: Checked, out: Path, *, jobs: int = 1, progress: Progress | None = None,
         show: bool = True) -> Tuned:
    """Search, write down the best, refit it and measure it on the test rows.

    jobs: processes (never threads); 0 or less: one for each core. show: the table of trials and
    the difference to the original, on stderr. SpecError for whatever is wrong, before the first
    fit wherever it can be known.
    """
    from specc.runner.tune.whole import tune as search

    return search(checked, out, jobs=jobs, progress=progress, show=show)


__all__ = ["tune"]
