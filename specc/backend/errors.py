"""What can go wrong between a plan that was found good and the Keras model."""

from __future__ import annotations

from specc.diagnostics import error, warning


@error("IR901")
def keras_refuses(component: str, name: str, reason: str) -> str:
    """Keras refused to construct or to call something that the checks let through.

    Why: specc judges a model without Keras. Where its tables know less than Keras does, the
    refusal comes when the model is built, and it is shown at the layer that caused it.

    Example:
        { type = "Reshape", target_shape = [7, -1, -1] }

    Use instead: what the message of Keras asks for.
    """
    at = f" `{name}`" if name and name != component else ""
    return f"keras refuses `{component}`{at}: {reason}"


@error("IR902")
def back_end_missing(wanted: str, extra: str) -> str:
    """A model is to be built, and what builds it is not installed.

    Why: checking needs no framework, so `pip install specc` brings none. Building, running and
    tuning need Keras and one of TensorFlow, JAX and PyTorch.

    Example:
        KERAS_BACKEND=jax specc run churn.specc.toml

    Use instead: `pip install "specc[tensorflow]"`, or another extra, or another `KERAS_BACKEND`.
    """
    return f"{wanted} is not installed; `pip install \"specc[{extra}]\"`"


@error("IR903")
def back_end_cannot_train(wanted: str) -> str:
    """`KERAS_BACKEND` names a back end that specc cannot train with.

    Why: Keras's numpy and openvino back ends compute no gradients.

    Example:
        KERAS_BACKEND=numpy specc run churn.specc.toml

    Use instead: `tensorflow`, `jax` or `torch`.
    """
    return f"`KERAS_BACKEND` is `{wanted}`, which cannot train; use `tensorflow`, `jax` or `torch`"


@error("IR904")
def model_unreadable(file: str, reason: str) -> str:
    """A saved model that a spec names (or a run's own) cannot be read.

    Why: `model` and `weights` take files that Keras saved as `.keras`. They are loaded in safe
    mode, which runs no code that a file brings.

    Example:
        { model = "backbones/resnet50.h5", trainable = false }

    Use instead: save the part once more, `model.save("backbones/resnet50.keras")`.
    """
    return f"cannot load `{file}`: {reason}"


@error("IR917")
def model_not_saved(file: str, reason: str) -> str:
    """Keras does not write a model into a file, though it builds and trains it.

    Why: what Keras writes has to say how the model is made again, and for some arguments of some
    layers it has no words.

    Example:
        a layer of your own without `get_config`

    Use instead: a layer that says its arguments in `get_config`, or one without that argument.
    """
    return f"Keras cannot save `{file}`: {reason}"


@error("IR905")
def start_weights_differ(file: str, layer: str, found: str, wanted: str) -> str:
    """`weights` names a saved model whose weights do not fit this one.

    Why: `weights` starts from all the weights of a saved model. Each layer that has weights takes
    those of the layer of the same name, whose shapes must be the same.

    Example:
        weights = "runs/small/model.keras"

    Use instead: the saved weights of the same model, or a saved part, `{ model = "..." }`.
    """
    return f"`{file}` holds {found} for layer `{layer}`, which needs {wanted}"


@error("IR906")
def path_leaves_run(path: str, component: str) -> str:
    """A callback writes outside the run's folder.

    Why: a spec can come from anyone; what it writes stays in the folder of its run.

    Example:
        callbacks = [{ type = "CSVLogger", filename = "../../log.csv" }]

    Use instead: a path inside the run's folder, `log.csv`.
    """
    return f"`{component}` writes to `{path}`, which is outside the run's folder"


@error("IR907")
def unknown_monitor(monitor: str, component: str, hint: str) -> str:
    """A callback watches a value that this run does not log.

    Why: Keras would only warn, once an epoch, and the callback would never act.

    Example:
        callbacks = [{ type = "EarlyStopping", monitor = "val_acc" }]

    Use instead: a key that is logged: `loss`, `val.loss`, `val.NAME.metric`.
    """
    return f"`{component}` watches `{monitor}`, which is not logged{hint}"


@error("IR908")
def module_not_trusted(name: str) -> str:
    """A class from a Python module that the caller did not trust.

    Why: a spec is data. A class written as `module:Class` runs the code of that module.

    Example:
        { type = "labmodels.vae:Sampling", output_shape = [16] }

    Use instead: `--trust`, with the module listed in `[tool.specc] trust`.
    """
    return f"`{name}` is Python code, and its module is not trusted"


@warning("IR910")
def only_here(name: str) -> str:
    """`with = { training = true }` in a model that is saved for plain Keras.

    Why: a functional model of Keras overwrites `training` of every call with its own. specc keeps
    the constant while it runs the model; loaded in plain Keras, the model predicts without it.

    Example:
        { type = "Dropout", rate = 0.5, with = { training = true } }

    Use instead: `kind = "subclassed"`, whose saved model keeps the constant.
    """
    return f"`training = true` of `{name}` is lost when plain keras loads the saved model"


@error("IR911")
def half_constant(name: str) -> str:
    """A layer that is called with a constant `training` and, elsewhere, without one.

    Why: a functional model of Keras overwrites `training` of every call with its own. specc can
    keep the constant for a layer as a whole, not for some of its calls.

    Example:
        { type = "Dropout", rate = 0.5, name = "drop", with = { training = true } },
        { call = "drop" }

    Use instead: `kind = "subclassed"`, or the constant on every call.
    """
    return f"`{name}` is called with a constant `training` and also, here, without"


@error("IR916")
def callback_needs(component: str, packages: str) -> str:
    """A callback writes through packages that are not installed.

    Example:

        [fit]
        callbacks = [{ type = "TensorBoard" }]

    Use instead: `pip install tensorboard`, and tensorflow on JAX and torch: Keras writes the events
    through it. CSVLogger, history.jsonl and loss.png need nothing.
    """
    return f"{component} needs {packages}, not installed here"


@error("IR912")
def cannot_share(back_end: str) -> str:
    """`distribute` on a back end that specc trains on one device only.

    Why: PyTorch shares batches among processes that a launcher starts, each with its own copy of
    the loop; Keras has no such thing built in for it.

    Example:
        KERAS_BACKEND=torch specc run churn.specc.toml      # with distribute = "data_parallel"

    Use instead: `KERAS_BACKEND=tensorflow` or `jax`, or leave `distribute` out.
    """
    return f"training on several devices is for TensorFlow and JAX, not for {back_end}"


@error("IR913")
def uneven_batch(size: int, devices: int, instead: int) -> str:
    """A batch cannot be shared evenly among the devices.

    Why: each device takes the same number of rows of a batch; with `distribute`, `batch_size` is
    of all devices together.

    Example:
        [fit]
        batch_size = 50
        distribute = "data_parallel"      # on 4 devices

    Use instead: a multiple of the number of devices, 48 or 52.
    """
    return (f"a batch of {size:,} rows cannot be shared evenly among {devices} devices; "
            f"{instead:,} can")


@warning("IR914")
def nothing_to_share() -> str:
    """`distribute` where there is one device.

    Why: the run is right, and no faster. Often a driver is missing, or `CUDA_VISIBLE_DEVICES`
    hides the others.

    Example:
        CUDA_VISIBLE_DEVICES=0 specc run churn.specc.toml

    Use instead: make all devices visible, or leave `distribute` out.
    """
    return "there is one device, so there is nothing to share"


@warning("IR918")
def computes_wrongly(error: float) -> str:
    """TensorFlow computes a convolution wrongly on this processor.

    Why: on some processors with AVX-512, TensorFlow's oneDNN reads memory that is not its own,
    for some shapes of convolutions and einsums. What it then computes is off by 1e30 and more, is
    another number each time, or ends the process. It is plain TensorFlow, and no mistake of the
    spec. Said of models with kernels of more than two dimensions.

    Example:
        specc run digits.specc.toml       # with TensorFlow 2.21, on such a processor

    Use instead: `TF_ENABLE_ONEDNN_OPTS=0 specc run digits.specc.toml`.
    """
    return (f"tensorflow computes a convolution wrongly on this processor, by {error:.1g}; "
            "`TF_ENABLE_ONEDNN_OPTS=0` avoids it")
