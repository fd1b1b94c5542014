"""Trains small networks by real Keras 3 (pip install keras torch; KERAS_BACKEND=torch), in float64, and prints them as test/golden/layers-more.json.

In the form of layers-cases.json: the layers, initial weights, data, the loss of every step before its update (penalties included), the weights after
the last step, and what these predict of the same rows. Numbers of inputs and weights are rounded to float32 first, so that both sides start alike.

    KERAS_BACKEND=torch python3 test/support/python/layers.py > test/golden/layers-more.json
"""

import json
import os
import sys

# statistics.py beside this file would be imported for Python's own.
sys.path.pop(0)
os.environ["KERAS_BACKEND"] = "torch"

import keras  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402

keras.config.set_floatx("float64")
# Keras makes float32 of float64 within its normalisations, where it joins their type with that of other numbers.
usual_type = keras.src.backend.result_type
keras.src.backend.result_type = keras.src.backend.common.dtypes.result_type = lambda *types: "float64" if any("float64" in str(type) for type in types) else usual_type(*types)
L = keras.layers


def layer_of(spec):
    kind = spec.get("type", "dense")
    fields = {key: value for key, value in spec.items() if key != "type"}
    if kind == "dense":
        return L.Dense(fields["units"], activation=fields.get("activation"))
    if kind == "conv2d":
        return L.Conv2D(fields["filters"], fields["kernelSize"], activation=fields.get("activation"))
    if kind == "cropping2d":
        return L.Cropping2D(fields["cropping"])
    if kind == "reshape":
        return L.Reshape(fields["targetShape"])
    if kind == "flatten":
        return L.Flatten()
    if kind == "conv1d":
        return L.Conv1D(fields["filters"], fields["kernelSize"], padding=fields.get("padding", "valid"))
    if kind in ("lstm", "gru"):
        return {"lstm": L.LSTM, "gru": L.GRU}[kind](fields["units"], return_sequences=fields.get("returnSequences", False))
    if kind == "bidirectional":
        return L.Bidirectional(layer_of(fields["layer"]), merge_mode=fields.get("mergeMode", "concat"))
    if kind == "batchNormalization":
        return L.BatchNormalization(momentum=fields["momentum"], epsilon=fields["epsilon"])
    if kind == "embedding":
        regularizer = keras.regularizers.L2(fields["l2"]) if "l2" in fields else None
        return L.Embedding(fields["inputDim"], fields["outputDim"], mask_zero=fields.get("maskZero", False), embeddings_regularizer=regularizer)
    raise ValueError(kind)


def chain(value, specs):
    """The outputs of layers, and the layers that have weights, in Keras's order."""
    with_weights = []
    for spec in specs:
        if spec.get("type") == "concatenate":
            ends, inner = [], []
            for branch in spec["branches"]:
                end, layers = chain(value, branch)
                ends.append(end)
                inner.extend(x for group in layers for x in group)
            value = L.Concatenate(axis=-1)(ends)
            with_weights.append(inner)
        elif spec.get("type") == "residual":
            end, layers = chain(value, spec["layers"])
            value = L.Add()([value, end])
            with_weights.append([x for group in layers for x in group])
        else:
            layer = layer_of(spec)
            value = layer(value)
            with_weights.append([layer])
    return value, with_weights


def rounded(values):
    return np.asarray(np.round(values, 4), dtype=np.float32).astype(np.float64)


def nested(array):
    return json.loads(json.dumps(np.asarray(array).tolist()), parse_float=lambda text: float(f"{float(text):.12g}"))


ADAM = {"name": "adam", "learningRate": 0.02, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7}
# Divides by no small number: what Keras rounds to float32 inside its losses stays as small as it is.
SGD = {"name": "sgd", "learningRate": 0.1}


def case(name, input_shape, layers, x, classes, batch=6, epochs=2, seed=0, optimized=ADAM):
    rng = np.random.default_rng(seed)
    inputs = keras.Input(input_shape)
    outputs, groups = chain(inputs, layers)
    model = keras.Model(inputs, outputs)
    rows = len(x)
    y = np.eye(classes)[rng.integers(0, classes, rows)]
    for layer in model.layers:
        fresh = []
        for variable, old in zip(layer.weights, layer.get_weights()):
            drawn = rng.normal(0, 0.4, old.shape)
            fresh.append(rounded(0.5 + np.abs(drawn) if "variance" in variable.path else drawn))
        layer.set_weights(fresh)
    weights = lambda: [[w for layer in group for w in layer.get_weights()] for group in groups]
    initial = [[nested(w) for w in group] for group in weights()]
    optimizer = keras.optimizers.Adam(0.02) if optimized is ADAM else keras.optimizers.SGD(0.1, weight_decay=optimized.get("weightDecay"))
    if "excludeFromWeightDecay" in optimized:
        optimizer.exclude_from_weight_decay(var_names=optimized["excludeFromWeightDecay"])
    loss_of = keras.losses.CategoricalCrossentropy()
    model.compile(optimizer=optimizer, loss=loss_of)
    optimizer.build(model.trainable_variables)
    losses = []
    for _ in range(epochs):
        for first in range(0, rows, batch):
            part = slice(first, first + batch)
            for variable in model.trainable_variables:
                variable.value.grad = None
            predicted = model(torch.tensor(x[part]), training=True)
            loss = model.compute_loss(x[part], torch.tensor(y[part]), predicted)
            loss.backward()
            gradients = [variable.value.grad for variable in model.trainable_variables]
            with torch.no_grad():
                optimizer.apply(gradients, model.trainable_variables)
            losses.append(loss.item())
    return {
        "name": name,
        "dialect": "keras3",
        "inputShape": list(input_shape),
        "layers": layers,
        "loss": "categoricalCrossentropy",
        "optimizer": optimized,
        "batchSize": batch,
        "epochs": epochs,
        "shuffle": False,
        "x": nested(x),
        "y": nested(y),
        "initialWeights": initial,
        "expected": {
            "stepLosses": nested(losses),
            "finalWeights": [[nested(w) for w in group] for group in weights()],
            "predictions": nested(model.predict(x, verbose=0, batch_size=rows)),
        },
    }


def normal(seed, *shape):
    return rounded(np.random.default_rng(seed).normal(0, 1, shape))


SOFTMAX = {"units": 3, "activation": "softmax"}


def table_case():
    """Two numbers, then two columns of categories, an embedding's tokens: of the first 0 to 4, of the second 5 to 8."""
    rng = np.random.default_rng(3)
    rows = 14
    tokens = np.stack([rng.integers(0, 5, rows), rng.integers(5, 9, rows)], axis=1)
    x = np.concatenate([normal(4, rows, 2), tokens.astype(np.float64)], axis=1)
    numbers = [{"type": "cropping2d", "cropping": [[0, 2], [0, 0]]}, {"type": "reshape", "targetShape": [2]}]
    embedded = [
        {"type": "cropping2d", "cropping": [[2, 0], [0, 0]]},
        {"type": "reshape", "targetShape": [2]},
        {"type": "embedding", "inputDim": 9, "outputDim": 3, "l2": 0.01},
        {"type": "flatten"},
    ]
    layers = [
        {"type": "reshape", "targetShape": [4, 1, 1]},
        {"type": "concatenate", "branches": [numbers, embedded]},
        {"units": 6, "activation": "tanh"},
        SOFTMAX,
    ]
    return case("embedding of a table's columns", (4,), layers, x, 3)


def masked_cases():
    """Where a mask goes: on through a join whose ways all have one, and through a batch normalization, which counts the steps that are left."""
    rng = np.random.default_rng(5)
    tokens = rng.integers(1, 8, (14, 6)).astype(np.float64)
    for row in range(14):
        tokens[row, 1 + row % 6 :] = 0
    embedding = {"type": "embedding", "inputDim": 8, "outputDim": 4, "maskZero": True}
    read = [{"type": "lstm", "units": 3}, SOFTMAX]
    conv = {"type": "conv1d", "filters": 4, "kernelSize": 3, "padding": "same"}
    steps = {"type": "lstm", "units": 4, "returnSequences": True}
    normalized = {"type": "batchNormalization", "momentum": 0.8, "epsilon": 0.001}
    for name, middle in {
        "a residual of a convolution ends a mask": [{"type": "residual", "layers": [conv]}],
        "a residual of masked steps keeps the mask": [{"type": "residual", "layers": [steps]}],
        "a concatenation with a convolution ends a mask": [{"type": "concatenate", "branches": [[], [conv]]}],
        "a concatenation of masked steps keeps the mask": [{"type": "concatenate", "branches": [[{"units": 2}], [steps]]}],
        "batchNormalization counts steps that are not masked": [normalized, {"units": 4, "activation": "tanh"}, normalized],
    }.items():
        yield case(name, (6,), [embedding, *middle, *read], tokens, 3, optimized=SGD)


def two_way_cases():
    """Masked steps of a layer that goes both ways are 0, where whoever reads them takes them for numbers."""
    rng = np.random.default_rng(7)
    tokens = rng.integers(0, 5, (14, 6)).astype(np.float64)
    embedding = {"type": "embedding", "inputDim": 5, "outputDim": 3, "maskZero": True}
    both = lambda kind, units, merge: {"type": "bidirectional", "mergeMode": merge, "layer": {"type": kind, "units": units, "returnSequences": True}}
    dense = {"units": 4, "activation": "tanh"}
    conv = {"type": "conv1d", "filters": 3, "kernelSize": 2, "padding": "same"}
    for name, middle in {
        "masked steps of two grus side by side, and dense, flattened": [both("gru", 3, "concat"), dense, {"type": "flatten"}],
        "masked steps of two lstms multiplied, under a convolution": [both("lstm", 5, "mul"), conv, {"type": "flatten"}],
        "masked steps of two grus' mean, under two lstms": [both("gru", 9, "ave"), both("lstm", 2, "sum"), {"type": "flatten"}],
    }.items():
        yield case(name, (6,), [embedding, *middle, SOFTMAX], tokens, 3, optimized=SGD)


def cases():
    crop = [
        {"type": "conv2d", "filters": 4, "kernelSize": 2, "activation": "tanh"},
        {"type": "cropping2d", "cropping": [[1, 0], [0, 2]]},
        {"type": "flatten"},
        SOFTMAX,
    ]
    yield case("cropping2d", (5, 6, 2), crop, normal(1, 14, 5, 6, 2), 3)
    yield table_case()
    yield from masked_cases()
    # A word of Keras's names, of which recurrent_kernel holds it as well.
    undecayed = {**SGD, "weightDecay": 0.2, "excludeFromWeightDecay": ["kernel"]}
    recurrent = [{"type": "lstm", "units": 3}, SOFTMAX]
    yield case("weightDecay that leaves out all kernels", (4, 2), recurrent, normal(6, 12, 4, 2), 3, optimized=undecayed)
    yield from two_way_cases()


print(json.dumps(list(cases()), separators=(",", ":")))
