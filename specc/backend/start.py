"""Choosing, quieting and importing the back end; and what a run must record about it."""

from __future__ import annotations

import logging
import os
import platform
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from specc.backend import errors
from specc.diagnostics import Outcome
from specc.source import Where

BACK_ENDS = ("tensorflow", "jax", "torch")  # in the order in which the first one is taken
QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",  # what TensorFlow's C++ says; its exceptions say enough
    "GRPC_VERBOSITY": "ERROR",
}
GREETING = re.compile(rb"WARNING: All log messages before absl|[IWE]\d{4} |\s*$")
# Only recorded, never set: they change bits.
FLAGS = (
    "TF_ENABLE_ONEDNN_OPTS", "TF_DETERMINISTIC_OPS", "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS", "TF_XLA_FLAGS", "XLA_FLAGS", "OMP_NUM_THREADS", "MKL_NUM_THREADS",
    "JAX_PLATFORMS", "JAX_ENABLE_X64", "CUBLAS_WORKSPACE_CONFIG", "CUDA_VISIBLE_DEVICES",
)
PACKAGES = ("specc", "keras", "tensorflow", "tensorflow-cpu", "jax", "jaxlib", "torch", "numpy",
            "scipy", "pandas", "scikit-learn", "scikeras")


def chosen() -> Outcome[str]:
    """The back end's name: `KERAS_BACKEND`, else the first that is installed. Imports nothing."""
    where = Where("")
    if "keras" in sys.modules:
        return _trains(sys.modules["keras"].backend.backend())
    wanted = os.environ.get("KERAS_BACKEND")
    if wanted and wanted not in BACK_ENDS:
        return _trains(wanted)
    installed = [name for name in BACK_ENDS if find_spec(name) is not None]
    if wanted and wanted not in installed:
        found = errors.back_end_missing(where, wanted=f"`{wanted}`", extra=wanted)
        return Outcome(None, (found,))
    if find_spec("keras") is None or not installed:
        extra = wanted or (installed[0] if installed else "tensorflow")
        missing = "Keras" if installed else "a back end for Keras"
        found = errors.back_end_missing(where, wanted=missing, extra=extra)
        return Outcome(None, (found,))
    return Outcome(wanted or installed[0])


def _trains(name: str) -> Outcome[str]:
    if name in BACK_ENDS:
        return Outcome(name)
    return Outcome(None, (errors.back_end_cannot_train(Where(""), wanted=name),))


def start() -> Outcome[str]:
    """Import Keras on the chosen back end, quietly. Every run begins here; again costs nothing."""
    found = chosen()
    if found.value is None:
        return found
    if "keras" not in sys.modules:
        _begin(found.value)
    if found.value == "tensorflow":
        _one_operation_at_a_time()  # whoever imported Keras: it is part of what decides a bit
    return found


def _begin(back_end: str) -> None:
    os.environ["KERAS_BACKEND"] = back_end
    for key, value in QUIET.items():
        os.environ.setdefault(key, value)
    logging.getLogger("jax._src.xla_bridge").setLevel(logging.ERROR)
    if back_end == "torch":
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    with _no_greetings():
        import_module("keras")
    if os.environ.get("KERAS_DISTRIBUTION_NUM_PROCESSES"):
        import_module("specc.backend.distribute").join()
    if back_end == "tensorflow":
        logging.getLogger("tensorflow").setLevel(logging.ERROR)


def _one_operation_at_a_time() -> None:
    """On a CPU, run a graph's operations one after another; each still computes on all cores.

    A small model's operations take less time than handing them to another thread: an epoch of one
    takes half of the time, and the same bits (docs/benchmarks.md). Where the environment says how
    many, or TensorFlow has begun already, it stays as it is.
    """
    import tensorflow as tf

    if "TF_NUM_INTEROP_THREADS" in os.environ or tf.config.list_physical_devices("GPU"):
        return
    with suppress(RuntimeError):
        tf.config.threading.set_inter_op_parallelism_threads(1)


@contextmanager
def deterministic() -> Iterator[None]:
    """Compute so that the same is the same to the last bit; the caller's setting comes back.

    On more than one thread TensorFlow sums the gradient of an embedding in any order (measured,
    on a CPU). The setting is not left on: with it, TensorFlow refuses what draws unseeded, such
    as the caller's own `fit`.
    """
    if "tensorflow" in sys.modules and chosen().value == "tensorflow":
        from tensorflow.python.framework import config  # the public API has no way back

        before = config.is_op_determinism_enabled()
        config.enable_op_determinism()
        try:
            yield
        finally:
            if not before:
                config.disable_op_determinism()
    elif "torch" in sys.modules and chosen().value == "torch":
        import torch

        before = torch.are_deterministic_algorithms_enabled()
        torch.use_deterministic_algorithms(True, warn_only=True)
        try:
            yield
        finally:
            torch.use_deterministic_algorithms(before)
    else:
        yield


@contextmanager
def _no_greetings() -> Iterator[None]:
    """Hold back what C++ logs while it is loaded: no environment variable silences all of it.

    Python's own stderr stays open. What is not a log line comes out afterwards, and all of it
    does when the import fails.
    """
    sys.stderr.flush()
    kept, ours = os.dup(2), sys.stderr
    own = os.fdopen(os.dup(2), "w", buffering=1) if ours is sys.__stderr__ else None
    failed = True
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        if own is not None:
            sys.stderr = own
        try:
            yield
            failed = False
        except KeyboardInterrupt:
            failed = False
            raise
        finally:
            sys.stderr = ours
            if own is not None:
                own.close()
            os.dup2(kept, 2)
            os.close(kept)
            held.seek(0)
            for line in held.read().splitlines(keepends=True):
                if failed or not GREETING.match(line):
                    os.write(2, line)


def environment() -> dict[str, Any]:
    """What decides the last bits of a run: versions, back end, device, threads, flags, CPU.

    Plain values for `environment.json`; call it after `start`. Two runs whose `key` is equal
    are expected to be equal to the last bit.
    """
    back_end = chosen().value
    record: dict[str, Any] = {
        "python": platform.python_version(),
        "platform": f"{platform.system()}-{platform.machine()}",
        "versions": {name: found for name in PACKAGES if (found := _version(name))},
        "backend": back_end,
        "device": _device(back_end),
        "threads": _threads(back_end),
        "flags": {name: os.environ[name] for name in FLAGS if name in os.environ},
        "cpu": cpu(),
    }
    record["key"] = environment_key(record)
    return record


def environment_key(record: dict[str, Any]) -> str:
    """The digest of an environment record, its own key left out: equal means the same bits."""
    import json

    plain = {key: value for key, value in record.items() if key not in ("key", "python")}
    return sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _device(back_end: str | None) -> str:
    """The first accelerator by its name, else `cpu`."""
    if back_end == "tensorflow" and "tensorflow" in sys.modules:
        import tensorflow as tf

        found = tf.config.list_physical_devices("GPU")
        if found:
            details = tf.config.experimental.get_device_details(found[0])
            return str(details.get("device_name", "gpu"))
    elif back_end == "jax" and "jax" in sys.modules:
        import jax

        first = jax.devices()[0]
        return "cpu" if first.platform == "cpu" else str(first.device_kind)
    elif back_end == "torch" and "torch" in sys.modules:
        import torch

        if torch.cuda.is_available():
            return str(torch.cuda.get_device_name(0))
    return "cpu"


def _threads(back_end: str | None) -> dict[str, int]:
    """Processors this process may use, and the back end's own thread settings (0: its choice)."""
    usable = getattr(os, "sched_getaffinity", None)
    threads = {"processors": len(usable(0)) if usable else os.cpu_count() or 1}
    if back_end == "tensorflow" and "tensorflow" in sys.modules:
        import tensorflow as tf

        threads["intra"] = tf.config.threading.get_intra_op_parallelism_threads()
        threads["inter"] = tf.config.threading.get_inter_op_parallelism_threads()
    elif back_end == "torch" and "torch" in sys.modules:
        import torch

        threads["intra"] = torch.get_num_threads()
    return threads


def cpu() -> dict[str, str]:
    """The processor's name, and a digest of its instruction sets, which choose the kernels."""
    lines: dict[str, str] = {}
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    for line in text.splitlines():
        key, _, value = line.partition(":")
        lines.setdefault(key.strip(), value.strip())
    flags = lines.get("flags") or lines.get("Features") or platform.processor()
    digest = sha256(" ".join(sorted(flags.split())).encode()).hexdigest()[:12]
    return {"name": lines.get("model name", platform.processor()), "flags": digest}
