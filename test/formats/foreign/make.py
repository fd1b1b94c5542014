"""Makes the archives of this folder: models that Keras itself saved, each with inputs and what Keras predicts, or why it is refused.

    python make.py keras-3      keras 3.15.1 on jax            (pip install keras jax h5py)
    python make.py keras-3.0    keras 3.0.5 on jax             (pip install keras==3.0.5 jax h5py packaging)
    python make.py tf-2.15      tensorflow-cpu 2.15.1
    python make.py tf-2.12      tensorflow-cpu 2.12.1

An archive holds the files and cases.json: for each its file, what is special about it, and either inputs and outputs, flat, or `refused`, a
regular expression of the message. Weights are drawn, so that nothing is 0 or symmetric by chance.
"""
import io
import json
import os
import sys
import tempfile
import zipfile
from pathlib import Path

TOOL = sys.argv[1]
os.environ["KERAS_BACKEND"] = "jax"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np

if TOOL.startswith("tf"):
    import tensorflow as tf

    k = tf.keras
    VERSION = tf.__version__
else:
    import keras as k

    VERSION = k.__version__
L = k.layers
THREE = TOOL.startswith("keras")
SLOPE = "negative_slope" if THREE else "alpha"
ROWS = 5
CASES = []


def case(name, shape, tools=("keras-3", "tf-2.15"), formats=("keras",), refused=None, at=None, fill=True):
    def add(build):
        if TOOL in tools:
            CASES.append((name, shape, formats, refused, at, fill, build))
        return build

    return add


# ------------------------------------------------------------------------------------------------ read

EVERY = ("keras-3", "keras-3.0", "tf-2.15", "tf-2.12")


@case("sequential", (4,), tools=EVERY, formats=("keras", "h5"))
def _():
    """Dense layers of three widths, dropout, and hard_sigmoid, whose slope Keras 3 changed"""
    return k.Sequential([L.Input((4,)), L.Dense(5, "hard_sigmoid"), L.Dropout(0.3), L.Dense(6, "selu"), L.Dense(5, "tanh"), L.Dense(2, "softmax")])


@case("normalization", (3,), tools=EVERY)
def _():
    """adapted; beside it a layer of the same class that was given its numbers and has no weights"""
    adapted = L.Normalization()
    adapted.adapt(np.random.default_rng(3).normal([5, -200, 0.1], [2, 30, 0.02], (200, 3)).astype("float32"))
    return k.Sequential([L.Input((3,)), L.Normalization(mean=[1, 2, 3], variance=[4, 5, 6]), adapted, L.Dense(4, "relu"), L.Dense(1)])


@case("nested", (4,), tools=("keras-3", "tf-2.15", "tf-2.12"), formats=("keras", "h5"))
def _():
    """Sequential models within a Sequential one, with batch normalization"""
    inner = k.Sequential([L.Input((4,)), L.Dense(5, "tanh"), L.BatchNormalization(), L.Dense(3, use_bias=False)], name="first")
    deep = k.Sequential([L.Input((3,)), k.Sequential([L.Input((3,)), L.Dense(6), L.LeakyReLU(**{SLOPE: 0.2})])], name="second")
    return k.Sequential([L.Input((4,)), inner, deep, L.Dense(5, "relu"), L.Dense(2, "sigmoid")])


@case("nested-functional", (4,), formats=("keras", "h5"))
def _():
    """a Functional model as a layer of another"""
    a = L.Input((4,))
    inner = k.Model(a, L.Dense(3, "elu")(L.Dense(5, "relu")(a)), name="inner")
    b = L.Input((4,))
    return k.Model(b, L.Dense(2, "softmax")(L.Dropout(0.5)(inner(b))))


@case("activation-objects", (4,), formats=("keras", "h5"))
def _():
    """layers as activations, with numbers that are not the defaults, and a largest value"""
    objects = [L.LeakyReLU(**{SLOPE: 0.05}), L.ELU(alpha=0.4), L.ReLU(max_value=6.0), L.ReLU(negative_slope=0.25), L.ReLU(max_value=0.5)]
    return k.Sequential([L.Input((4,)), *[L.Dense(5, activation=o) for o in objects], L.Dense(2)])


@case("activation-layers", (4,), formats=("keras", "h5"))
def _():
    """the same as layers of their own, two in a row, one of the inputs themselves, and at the end"""
    layers = [L.ELU(alpha=0.4), L.Dense(5), L.ReLU(max_value=3.0), L.Dense(4), L.LeakyReLU(), L.Activation("tanh"), L.Dense(3), L.ReLU(max_value=1.0)]
    return k.Sequential([L.Input((4,)), *layers])


@case("activation-words", (4,), tools=("keras-3",))
def _():
    """words that are one of ours between two affine steps"""
    words = ["relu6", "hard_tanh", "log_sigmoid", "celu", "leaky_relu", "hard_sigmoid", "elu"]
    return k.Sequential([L.Input((4,)), *[L.Dense(5, w) for w in words], L.Dense(3, "hard_tanh")])


@case("activation-words", (4,), tools=("tf-2.15", "tf-2.12"))
def _():
    """the function has another slope than the layer whose name is also a word; relu6"""
    return k.Sequential([L.Input((4,)), L.Dense(5, "leaky_relu"), L.Dense(5, "LeakyReLU"), L.Dense(5, "relu6"), L.Dense(3)])


@case("batchnorm", (4,), tools=EVERY, formats=("keras", "h5"))
def _():
    """before the first layer, after an activation, without gamma, without beta, and last"""
    return k.Sequential([
        L.Input((4,)), L.BatchNormalization(), L.Dense(5, "relu"), L.BatchNormalization(scale=False), L.Dense(5, use_bias=False),
        L.BatchNormalization(center=False, epsilon=1e-5), L.Activation("tanh"), L.Dense(3), L.BatchNormalization(),
    ])


@case("normalization-axes", (2, 3), tools=("keras-3", "tf-2.15", "tf-2.12"))
def _():
    """of several axes, of one, of none, backwards, given as one number, then Flatten"""
    data = np.random.default_rng(4).normal([3, -2, 0.5], [1, 4, 0.2], (200, 2, 3)).astype("float32")
    layers = [L.Normalization(axis=(1, 2)), L.Normalization(axis=1), L.Normalization(axis=None)]
    x = data
    for layer in layers:
        layer.adapt(x)
        x = np.asarray(layer(x))
    given = [L.Normalization(axis=None, mean=0.5, variance=2.0), L.Normalization(mean=[1, 2, 3], variance=[4, 5, 6], invert=True)]
    return k.Sequential([L.Input((2, 3)), *layers, *given, L.Flatten(), L.Dense(4, "tanh"), L.Dense(1)])


@case("rescaling-columns", (3,), tools=("keras-3", "tf-2.15"))
def _():
    """a scale and an offset for each column, one of them 0, and between layers"""
    return k.Sequential([
        L.Input((3,)), L.Rescaling([0.5, 0.0, 2.0], offset=[1.0, 2.0, 3.0]), L.Dense(4, "relu"), L.Rescaling(0.1, offset=-1.0),
        L.Dense(2, "tanh"), L.Rescaling([3.0, 4.0], offset=1.0),
    ])


@case("channels-first", (2, 3, 2))
def _():
    """Flatten that moves the channels last, after a normalization of each channel"""
    return k.Sequential([
        L.Input((2, 3, 2)), L.BatchNormalization(axis=1), L.Rescaling(2.0), L.Flatten(data_format="channels_first"), L.BatchNormalization(),
        L.Dense(4, "tanh"), L.Dense(2),
    ])


@case("reshape-permute", (12,))
def _():
    """the same numbers in other shapes and orders, with a normalization of a dimension in the middle"""
    return k.Sequential([
        L.Input((12,)), L.Reshape((2, -1)), L.BatchNormalization(axis=1), L.Permute((2, 1)), L.Flatten(), L.Dense(6, "relu"), L.Reshape((3, 2)),
        L.Permute((2, 1)), L.Reshape((6,)), L.Dense(2),
    ])


@case("one-column", (1,))
def _():
    """one input and one output, normalized"""
    return k.Sequential([L.Input((1,)), L.Normalization(mean=3.0, variance=4.0), L.Dense(4, "softplus"), L.Dense(1)])


@case("compiled", (4,), tools=("keras-3", "tf-2.15", "tf-2.12"), formats=("keras", "h5"), fill=False)
def _():
    """trained, with its optimizer"""
    k.utils.set_random_seed(7)
    m = k.Sequential([L.Input((4,)), L.Dense(6, "relu"), L.Dense(1, "sigmoid")])
    m.compile(optimizer="adam", loss="binary_crossentropy")
    x = np.random.default_rng(5).normal(size=(32, 4)).astype("float32")
    m.fit(x, (x.sum(1) > 0).astype("float32"), epochs=2, verbose=0)
    return m


@case("halves", (4,), tools=("keras-3",), formats=("h5",))
def _():
    """weights that somebody made float16 to have a smaller file"""
    return k.Sequential([L.Input((4,)), L.Dense(5, "tanh"), L.Dense(2)])


@case("resaved", (3,), tools=("keras-3", "keras-3.0"), fill=False)
def _():
    """what espalier wrote (espalier.keras), trained on and saved again: names of columns and classes are still there"""
    m = k.models.load_model(str(Path(__file__).parent / "espalier.keras"))
    filled(m, 77)
    return m


@case("hdf5-named-keras", (4,), tools=("tf-2.12",), formats=("h5",), at="hdf5-named.keras")
def _():
    """what TensorFlow 2.12 saves as model.keras by default is HDF5"""
    return k.Sequential([L.Input((4,)), L.Dense(5, "relu"), L.Dense(2)])


# ------------------------------------------------------------------------------------------------ refused


@case("mixed-float16", (4,), refused="layer \"dense.*\\(Dense\\) computes by the dtype policy \"mixed_float16\"", formats=("keras", "h5"))
def _():
    return k.Sequential([L.Input((4,)), L.Dense(3, dtype="mixed_float16")])


@case("bfloat16", (4,), refused="computes by the dtype policy \"bfloat16\"", tools=("keras-3",))
def _():
    return k.Sequential([L.Input((4,)), L.Dense(3, dtype="bfloat16")])


@case("softmax-of-rows", (4,), refused="\"over\" \\(Softmax\\) is over the axis 0", formats=("keras", "h5"))
def _():
    return k.Sequential([L.Input((4,)), L.Dense(3), L.Softmax(axis=0, name="over")])


@case("dropout-called", (4,), refused="\"drop\" \\(Dropout\\) is called with training=True", formats=("keras", "h5"))
def _():
    i = L.Input((4,))
    return k.Model(i, L.Dense(2)(L.Dropout(0.5, name="drop")(L.Dense(3)(i), training=True)))


@case("two-inputs", (4,), refused="has the inputs \"a\" and \"b\"; a network here has one", formats=("keras", "h5"))
def _():
    a, b = L.Input((4,), name="a"), L.Input((4,), name="b")
    return k.Model([a, b], L.Dense(2)(L.Concatenate()([a, b])))


@case("two-outputs", (4,), refused="(gives the outputs of \"c\" and \"d\"|\"d\" takes its input from)")
def _():
    a = L.Input((4,))
    b = L.Dense(3)(a)
    return k.Model(a, [L.Dense(2, name="c")(b), L.Dense(1, name="d")(b)])


@case("shared", (4,), refused="\"twice\" is used 2 times \\(a shared layer\\)", formats=("keras", "h5"))
def _():
    a = L.Input((4,))
    twice = L.Dense(4, name="twice")
    return k.Model(a, twice(twice(a)))


@case("relu-threshold", (4,), refused="\\(ReLU\\) has a threshold of 0.5")
def _():
    return k.Sequential([L.Input((4,)), L.Dense(3), L.ReLU(threshold=0.5), L.Dense(2)])


@case("unit-normalization", (4,), refused="\\(UnitNormalization\\) is not read")
def _():
    return k.Sequential([L.Input((4,)), L.Dense(3), L.UnitNormalization(), L.Dense(2)])


@case("own-layer", (4,), refused="is of the class Dense, which Keras itself does not have")
def _():
    class Dense(L.Dense):
        def call(self, x):
            return -super().call(x)

    return k.Sequential([L.Input((4,)), Dense(3), L.Dense(2)])


@case("own-model", (4,), refused="is a model of the class .*; only Sequential and Functional ones are read")
def _():
    class Mine(k.Model):
        def __init__(self, **rest):
            super().__init__(**rest)
            self.inner = L.Dense(3)

        def call(self, x):
            return self.inner(x)

        def get_config(self):
            return {}

    m = Mine()
    m(np.zeros((1, 4), "float32"))
    return m


@case("weights-alone", (4,), tools=EVERY, refused="holds weights alone \\(save_weights\\)", formats=("weights.h5",))
def _():
    return k.Sequential([L.Input((4,)), L.Dense(3), L.Dense(2)])


# ------------------------------------------------------------------------------------------------


def filled(model, seed):
    rng = np.random.default_rng(seed)
    values = []
    for variable, old in zip(model.weights, model.get_weights()):
        path = getattr(variable, "path", variable.name)
        last = path.split("/")[-1].split(":")[0]
        if last in ("mean", "variance", "count") or old.dtype.kind in "iu":  # of a Normalization, which keeps what it made of them
            values.append(old)
        elif "variance" in path or "gamma" in path:
            values.append(rng.uniform(0.5, 1.5, old.shape).astype("float32"))
        else:
            values.append(rng.normal(size=old.shape).astype("float32") * 0.7)
    model.set_weights(values)


def shortest(array):
    return [float(str(np.float32(v))) for v in np.asarray(array).ravel()]


def save(model, path):
    if str(path).endswith("weights.h5"):
        return model.save_weights(path)
    if TOOL == "tf-2.12" and str(path).endswith(".keras") and "hdf5" not in str(path):
        return model.save(path, save_format="keras_v3")
    return model.save(path)


def halve(path):
    import h5py

    with h5py.File(path, "r+") as file:
        paths = []
        file["model_weights"].visititems(lambda at, item: paths.append(at) if isinstance(item, h5py.Dataset) else None)
        for at in paths:
            values = file["model_weights"][at][()].astype("float16")
            del file["model_weights"][at]
            file["model_weights"][at] = values


listed = []
out = io.BytesIO()
with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
    for number, (name, shape, formats, refused, at, fill, build) in enumerate(CASES):
        model = build()
        if fill and refused is None:
            filled(model, number)
        for ending in formats:
            file = at or f"{name}.{ending}"
            path = Path(folder) / file
            save(model, str(path))
            if name == "halves":
                halve(path)
            entry = {"file": file, "holds": build.__doc__ or name}
            if refused is not None:
                entry["refused"] = refused
            else:
                x = np.random.default_rng(number + 100).normal(size=(ROWS, *shape)).astype("float32")
                entry["inputs"], entry["outputs"] = shortest(x), shortest(k.models.load_model(str(path), compile=False)(x))
            listed.append(entry)
            archive.writestr(zipfile.ZipInfo(file), path.read_bytes(), zipfile.ZIP_DEFLATED)
    text = json.dumps({"by": f"{TOOL.split('-')[0]} {VERSION}", "cases": listed}, indent=1)
    archive.writestr(zipfile.ZipInfo("cases.json"), text, zipfile.ZIP_DEFLATED)
(Path(__file__).parent / f"{TOOL}.zip").write_bytes(out.getvalue())
print(f"{TOOL}.zip", len(out.getvalue()), "bytes,", len(listed), "cases")
