"""Keras 3 (KERAS_BACKEND=jax): model.fit with jit_compile, several steps an execution. One thread as jax_peer.py says."""
import keras
import numpy as np
from keras import layers

import data
from peer import serve


def prepare(task, form):
    keras.utils.set_random_seed(1)
    loss, batch, steps = "sparse_categorical_crossentropy", 128, 8
    optimizer = "adam"
    if task in ("W1-sgd", "W1-adamax", "W1b"):
        activation, batch = ("linear", 32) if task == "W1b" else ("selu", 128)
        optimizer, steps = ("adamax" if task == "W1-adamax" else "sgd"), 39
        x, y = data.fashion(batch * steps)
        inner = [*(layers.Dense(n, activation, kernel_initializer="he_normal") for n in (512, 128, 32)), layers.Dense(10, "softmax")]
    elif task.startswith("W2-"):
        loss, batch = "binary_crossentropy", int(task[3:])
        x, y = data.pima()
        steps = -(-len(x) // batch)
        inner = [*(layers.Dense(n, "relu", kernel_initializer="he_normal") for n in (12, 8)), layers.Dense(1, "sigmoid")]
    elif task in ("W5", "W6"):
        a, b = (32, 64) if task == "W5" else (8, 16)
        x, y = data.fashion(batch * steps)
        x = x.reshape(-1, 28, 28, 1)
        inner = [
            layers.Conv2D(a, 3, padding="same", activation="relu"), layers.MaxPooling2D(), layers.Conv2D(b, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(), layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dense(10, activation="softmax"),
        ]
    elif task == "W7":
        x, y = data.fashion(batch * steps)
        x = x.reshape(-1, 28, 28)
        inner = [layers.GRU(128), layers.Dense(10, activation="softmax")]
    else:
        loss, batch, steps = "mse", 32, 16
        x = np.random.default_rng(1).standard_normal((batch * steps, 100, 8)).astype(np.float32)
        y = x.mean((1, 2))
        inner = [layers.LSTM(32), layers.Dense(1)]
    model = keras.Sequential([layers.Input(x.shape[1:]), *inner])
    model.compile(optimizer, loss, jit_compile=True, steps_per_execution=steps)

    def run():
        history = model.fit(x, y, batch_size=batch, epochs=4, shuffle=False, verbose=0)
        return steps * 4, history.history["loss"][-1]

    return run


serve(prepare)
