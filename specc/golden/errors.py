"""What golden losses can say: GO codes, in the order in which they are to be read."""

from __future__ import annotations

from collections.abc import Sequence

from specc.diagnostics import error, warning


@error("GO101")
def missing_golden(path: str) -> str:
    """A spec with [golden] has no golden file.

    Why: a test that writes what it expects passes whatever happens. So a golden file is written
    only when that is asked for.

    Example:

        [golden]
        epochs = 3

    Use instead: specc test --update-golden SPEC, and commit the file that it writes.
    """
    return f"there is no golden file `{path}`"


@error("GO102")
def unreadable_golden(path: str, reason: str, of: str = "") -> str:
    """A golden file is not what specc writes.

    Example:

        {"specc_golden": 1, "seeds": "none"}

    Use instead: specc test --update-golden SPEC, which writes it anew.
    """
    return f"`{path}` is no golden file{of}: {reason}"


@error("GO103")
def golden_of_another_spec(parts: Sequence[str]) -> str:
    """The spec, or its data, is not the one that the golden losses were made from.

    Why: its hashes are kept in the file: of the model, of the data (its bytes too) and of the
    training. A change of them is said before any number, because it explains the numbers.

    Example:

        [fit]
        batch_size = 64    # it was 32 when the golden was made

    Use instead: the spec as it was, or specc test --update-golden SPEC, and say in the commit
    why the losses move.
    """
    listed = " and ".join(f"`{part}`" for part in parts)
    return f"the golden was made from another spec: its {listed} changed since"


@warning("GO104")
def golden_of_another_environment(changes: Sequence[tuple[str, str, str]]) -> str:
    """The golden losses were made elsewhere, so they are held within a band, not to the bit.

    Why: another processor, back end or version adds numbers in another order. The band is
    relative: 1e-6 in the first epoch, 1e-4 in the last; `[golden] tolerance` says another last, and
    the first is a hundredth of it. docs/goldens.md says how numbers are held to it.

    Example:

        [golden]
        epochs = 3

    Use instead: nothing, as long as the numbers are within the band.
    """
    listed = "; ".join(f"{name} was {then}, is {now}" for name, then, now in changes)
    return f"the golden was made in another environment: {listed}"


@error("GO105")
def losses_differ(differing: int, of: int, epoch: int, name: str, expected: str, got: str) -> str:
    """Losses or metrics are not the golden ones.

    Why: the same spec, data and seed give the same losses to the last bit where the environment
    is the same, so something that decides them was changed.

    Example:

        [golden]
        epochs = 3    # and a golden file with other numbers

    Use instead: find the change; where it is meant, specc test --update-golden SPEC. What was
    obtained lies beside the golden file, as `.obtained.json`.
    """
    first = f"the first at epoch {epoch}: {name} is {got}, {expected} is golden"
    return f"{differing} of {of} numbers differ from the golden, {first}"


@error("GO106")
def weights_differ(which: str) -> str:
    """Weights are not the golden ones, although the losses are.

    Why: initial weights depend on the spec, its seed and the names of layers alone; final ones
    on the rows and their order too. Each is kept in the golden file as a digest, and compared
    where the environment is the same.

    Example:

        [golden]
        epochs = 1    # and a golden file with other digests

    Use instead: find the change; where it is meant, specc test --update-golden SPEC.
    """
    return f"the {which} differ from the golden, though no loss does"


@warning("GO107")
def unused_golden(path: str, reason: str) -> str:
    """A golden file belongs to no spec that asks for it.

    Why: a spec that was renamed leaves its golden behind, and is held to nothing.

    Example:

        golden/specs/old.json, where specs/old.specc.toml is gone

    Use instead: delete the file, or move it with the spec.
    """
    return f"nothing uses `{path}`: {reason}"


@error("GO108")
def golden_update_in_ci(path: str) -> str:
    """Golden files are not rewritten where the environment variable CI is set.

    Why: a job that renews what it is held to can never fail.

    Example:

        CI=true specc test --update-golden a.specc.toml

    Use instead: renew the golden at your desk, look at what moved, and commit it.
    """
    return f"`{path}` is not rewritten in CI"


@error("GO109")
def losses_not_equivalent(differing: int, of: int, epoch: int, name: str, expected: str, got: str,
                          interval: str, allowed: str, seeds: int) -> str:
    """In another environment, losses or metrics are not equivalent to the golden ones.

    Why: what another processor or back end rounds otherwise moves a loss by millionths. The means
    over the seeds are held by two one-sided tests: the 90 % interval of their difference has to lie
    within the band. (Where random layers draw otherwise, on another back end, it must not lie
    outside of two standard deviations of the seeds.)

    Example:

        [golden]
        epochs = 3    # and a golden file with other numbers, made on another machine

    Use instead: find the change; where it is meant, specc test --update-golden SPEC. Where it is
    rounding that grows, as in long trainings at a high learning rate, `[golden] tolerance`.
    """
    first = f"the first at epoch {epoch}: {name} is {got}, {expected} is golden"
    return (f"{differing} of {of} numbers are not equivalent to the golden over {seeds} seeds, "
            f"{first} (± {interval}, allowed {allowed})")


@error("GO110")
def losses_worse(differing: int, of: int, epoch: int, name: str, expected: str, got: str,
                 interval: str, allowed: str, seeds: int) -> str:
    """In another environment, the last loss is worse than the golden one.

    Why: beside equivalence the last epoch's loss (of validation rows, where there are any) is held
    by a one-sided test: the 99 % lower bound of its difference over the seeds must not lie above
    the band.

    Example:

        [golden]
        epochs = 3    # and a golden file with smaller losses, made on another machine

    Use instead: find the change; where it is meant, specc test --update-golden SPEC.
    """
    return (f"{name} is worse than the golden over {seeds} seeds: {got} at epoch {epoch}, "
            f"{expected} is golden (± {interval}, allowed {allowed}); {differing} of {of} numbers "
            "are not equivalent")


@error("GO111")
def golden_of_one_seed() -> str:
    """A golden of one seed cannot be held on another back end that trains the model otherwise.

    Why: dropout and noise draw otherwise there (and adaptive optimizers take other steps with an
    Embedding), so the numbers are another sample, and one number does not say how far samples
    lie apart.

    Example:

        [golden]
        seeds = [1]    # of a model with Dropout, made on TensorFlow and held on JAX

    Use instead: several seeds, five or more, and specc test --update-golden SPEC.
    """
    return ("the golden has one seed, and this back end trains the model otherwise (random layers "
            "draw other numbers): the numbers cannot be held")


@error("GO112")
def golden_not_finite(name: str, epoch: int, seed: int) -> str:
    """A golden is not written from a training that diverges.

    Why: NaN is NaN on every machine, so such a golden holds whatever happens later. A golden has
    several seeds, the spec's own and the next two: one that diverges shows that the training
    stands on luck.

    Example:

        [compile]
        optimizer = { type = "SGD", learning_rate = 10.0 }

    Use instead: a lower learning rate, or clipnorm = 1.0 in the optimizer. `[golden] seeds` names
    other seeds.
    """
    return f"{name} is not finite at epoch {epoch} of seed {seed}: no golden was written"
