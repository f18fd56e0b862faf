"""What an engineer writes by hand for `specs/california/sequential.specc.toml`, with Keras's own
defaults: the yardstick of `compare_run.py`.

    python tests/bench/plain_california.py OUT_FOLDER

Rows come from california_housing.csv in $SPECC_DATA, else from scikit-learn.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import matplotlib as mpl
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

mpl.use("agg")
import matplotlib.pyplot as plt

TARGET = "MedHouseVal"


def table() -> pd.DataFrame:
    path = Path(os.environ.get("SPECC_DATA", "")) / "california_housing.csv"
    if path.is_file():
        return pd.read_csv(path)
    from sklearn.datasets import fetch_california_housing

    return fetch_california_housing(as_frame=True).frame


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    frame = table()
    x, y = frame.drop(columns=TARGET).to_numpy("float32"), frame[TARGET].to_numpy("float32")
    x_rest, x_test, y_rest, y_test = train_test_split(x, y, test_size=0.25, random_state=0)
    x_train, x_val, y_train, y_val = train_test_split(x_rest, y_rest, test_size=0.25,
                                                      random_state=0)
    scaler = StandardScaler().fit(x_train)
    x_train, x_val, x_test = map(scaler.transform, (x_train, x_val, x_test))

    keras.utils.set_random_seed(42)
    model = keras.Sequential([
        keras.Input((8,)),
        keras.layers.Dense(30, activation="relu"),
        keras.layers.Dense(10, activation="relu"),
        keras.layers.Dense(1),
    ])
    model.compile(optimizer=keras.optimizers.SGD(0.01), loss="mse", metrics=["mae"])
    history = model.fit(x_train, y_train, epochs=20, batch_size=32, verbose=0,
                        validation_data=(x_val, y_val)).history
    metrics = {part: model.evaluate(rows, truth, verbose=0, return_dict=True)
               for part, rows, truth in (("validation", x_val, y_val), ("test", x_test, y_test))}
    (out / "metrics.json").write_text(json.dumps(metrics, indent=1), encoding="utf-8")

    model.save(out / "model.keras")
    model = keras.saving.load_model(out / "model.keras")
    predicted = model.predict(x_test, verbose=0)[:, 0]
    pd.DataFrame({"truth": y_test, "predicted": predicted}).to_csv(out / "predictions.csv",
                                                                   index=False)
    figure, axes = plt.subplots()
    axes.plot(history["loss"], label="train")
    axes.plot(history["val_loss"], label="validation")
    axes.set(xlabel="epoch", ylabel="loss")
    axes.legend()
    figure.savefig(out / "loss.png")
    print(json.dumps(metrics["test"]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
