"""What going on with a run can say: RU1 codes from RU110."""

from __future__ import annotations

from collections.abc import Sequence

from specc.diagnostics import error, number_of, warning

MOST = 4  # differences that are named


@error("RU110")
def nothing_to_resume(path: str, reason: str) -> str:
    """There is no unfinished run to go on with.

    Example:

        specc run a.specc.toml --resume

    Use instead: `specc run a.specc.toml`, which begins a new run; or the folder of the run that
    was ended: `specc run --resume runs/a/20260101-000000-0123abcd`.
    """
    return f"nothing to resume in `{path}`: {reason}"


@error("RU111")
def run_in_use(path: str) -> str:
    """Another process is at work in the folder of this run.

    Why: two would overwrite each other's files. A process that was killed holds nothing.

    Example:

        specc run --resume runs/a/20260101-000000-0123abcd

    Use instead: wait for it, or end it; `specc run SPEC` without --resume begins a run in a
    folder of its own.
    """
    return f"another process is running in `{path}`"


@error("RU112")
def spec_changed(path: str, changes: Sequence[str]) -> str:
    """The spec is no longer the one that the unfinished run began with.

    Why: a resumed run ends with the bits of an uninterrupted one, which a half of each does not.
    What changes no number (name, description, expect, budget, lint) may change.

    Example:

        specc run a.specc.toml
        # killed; then the learning rate is changed
        specc run a.specc.toml --resume

    Use instead: `specc run a.specc.toml`, which begins a new run; or `specc run --resume FOLDER`,
    which goes on with the spec as the folder has it.
    """
    return f"the spec is not that of `{path}`: {listed(changes)}"


@error("RU113")
def data_changed(path: str, source: str) -> str:
    """The data, or a saved model that the spec names, are no longer what the run began with.

    Why: the epochs that are left would learn from other rows than those before.

    Example:

        specc run a.specc.toml
        # killed; then a row is added to the csv file
        specc run a.specc.toml --resume

    Use instead: the file as it was; or `specc run a.specc.toml`, which begins a new run.
    """
    return f"{source} changed since `{path}` began"


@error("RU114")
def versions_changed(path: str, changes: Sequence[str]) -> str:
    """What computes the run is no longer what it began with: specc, Keras, or the back end.

    Why: other versions may compute other last bits, and other back ends do. The run would be
    neither what it was nor what a new one is.

    Example:

        specc run a.specc.toml
        # killed; then Keras is updated
        specc run a.specc.toml --resume

    Use instead: the versions that `environment.json` in the run's folder names; or `specc run
    a.specc.toml`, which begins a new run; or `--resume --inexact`, which goes on all the same.
    """
    return f"`{path}` began with other software: {listed(changes)}"


@warning("RU115")
def machine_changed(path: str, changes: Sequence[str]) -> str:
    """A run goes on where its last bits may come out otherwise than where it began.

    Why: processor, number of threads, flags and other packages can change the order in which
    numbers are summed. Losses agree to about 1e-6, not to the last bit.

    Example:

        specc run a.specc.toml
        # killed; then on another machine
        specc run a.specc.toml --resume

    Use instead: the same machine, where the last bit matters.
    """
    return f"`{path}` began elsewhere: {listed(changes)}"


@warning("RU116")
def checkpoint_damaged(path: str, reason: str, instead: int) -> str:
    """A checkpoint is torn or damaged; the run went on from the one before it.

    Why: nothing is lost but time, as the epochs after that one are trained again, to the same
    bits. A disk that damages files is worth a look.

    Example:

        specc run a.specc.toml --resume

    Use instead: nothing; the run is whole.
    """
    begun = f"after epoch {instead}" if instead else "at the beginning"
    return f"`{path}` cannot be used, {reason}; the run goes on {begun}"


@error("RU117")
def cannot_go_on_writing(path: str, file: str, reason: str, epoch: int) -> str:
    """A file of the run could not be written, so that the run was stopped: a full disk, a folder
    that became read-only.

    Why: a run whose epochs are not kept is lost with the process. What was written before is
    whole, and the run can go on from there.

    Example:

        specc run a.specc.toml

    Use instead: make room, then `specc run --resume FOLDER`.
    """
    kept = (f"the state after {number_of(epoch, 'epoch')} is kept" if epoch
            else "no epoch is kept yet")
    said = f"`{file}` in `{path}`" if file else f"in `{path}`"
    return f"cannot write {said}: {reason}; {kept}"


@error("RU118")
def not_repeatable(epoch: int, what: Sequence[str]) -> str:
    """The same spec, trained twice from the beginning, gave other bits the second time.

    Why: every number of a run is to be a function of the spec, its seed and the epoch. Something
    in the model, in a package or in the machine draws or sums in an order of its own.

    Example:

        specc run a.specc.toml --verify 3

    Use instead: report it, with `specc summary --format json` and environment.json of a run.
    """
    return f"epoch {epoch} came out otherwise the second time: {listed(what)}"


def listed(changes: Sequence[str]) -> str:
    """The first few of them, and how many more there are."""
    more = len(changes) - MOST
    return "; ".join(changes[:MOST]) + (f"; and {number_of(more, 'more', 'more')}"
                                        if more > 0 else "")


UNUSABLE = frozenset({"RU110", "RU111", "RU112", "RU113", "RU114", "RU117"})  # exit code 2
