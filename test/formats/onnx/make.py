"""
Makes the ONNX files of this folder's zips, with what the tool that wrote each predicts: x.onnx, and in cases.json, by
the names x, rows of `features` and the `predictions`, both flat; null is NaN. Run by hand, not by the tests:

    pip install onnx==1.23.2 onnxscript==0.7.2 onnxruntime==1.32.0 scikit-learn==1.9.1 skl2onnx==1.20.0 torch==2.13.0 keras==3.15.1
    python test/formats/onnx/make.py [torch|keras|sklearn|operators]

Traces of the Python code that the exporters write into nodes are cut out; nothing else is touched.
"""

import json
import os
import sys
import tempfile
import warnings
import zipfile

os.environ['KERAS_BACKEND'] = 'torch'
warnings.filterwarnings('ignore')

import numpy as np
import onnx
import onnxruntime


HERE = os.path.dirname(os.path.abspath(__file__))
RNG = np.random.default_rng(8)


def draw(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def numbers(values):
    return [None if np.isnan(value) else float(str(np.float32(value))) for value in np.asarray(values).reshape(-1)]


class Zip:
    """Files of one tool, with the same bytes for the same files."""

    def __init__(self, name):
        self.path = os.path.join(HERE, f'{name}.zip')
        self.files = {}
        self.cases = {}

    def add(self, name, model, features, predictions, beside=None):
        """`beside`: bytes of the file that has the larger constants"""
        if isinstance(model, onnx.ModelProto):
            for node in [*model.graph.node, *(node for function in model.functions for node in function.node)]:
                del node.metadata_props[:]
                node.doc_string = ''
            del model.graph.value_info[:]
            model = model.SerializeToString()
        self.cases[name] = {'features': numbers(features), 'predictions': numbers(predictions)}
        self.files[f'{name}.onnx'] = model
        if beside is not None:
            self.files[f'{name}.onnx.data'] = beside

    def write(self):
        self.files['cases.json'] = json.dumps(self.cases).encode()
        with zipfile.ZipFile(self.path, 'w', zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name, content in self.files.items():
                archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
        print(self.path, len(self.files), 'files', os.path.getsize(self.path), 'bytes')


def run(model, features):
    """What ONNX Runtime predicts, as the graph says it: its optimizer computes quantized networks in another way."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=['CPUExecutionProvider'])
    return session.run(None, {session.get_inputs()[0].name: features})


def make_torch():
    import torch
    from torch import nn
    from torch.nn import functional as F

    torch.manual_seed(3)
    out = Zip('torch')

    class Net(nn.Module):
        def __init__(self, forward):
            super().__init__()
            self.first, self.second, self.compute = nn.Linear(6, 8), nn.Linear(8, 4), forward

        def forward(self, x):
            return self.compute(self, x)

    def export(name, net, features, fixed=False, opset=17):
        for module in net.modules():
            if isinstance(module, nn.BatchNorm1d):
                module.running_mean.normal_()
                module.running_var.uniform_(0.5, 2)
                if module.affine:
                    nn.init.normal_(module.weight)
                    nn.init.normal_(module.bias)
        net.eval()
        x = torch.tensor(features)
        predictions = net(x).detach().numpy()
        for kind in ('legacy', 'dynamo'):
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, f'{name}-{kind}.onnx')
                if kind == 'legacy':
                    axes = None if fixed else {'input': {0: 'rows'}}
                    torch.onnx.export(net, (x,), path, dynamo=False, input_names=['input'], dynamic_axes=axes, opset_version=opset)
                else:
                    shapes = None if fixed else ({0: torch.export.Dim('rows')},)
                    torch.onnx.export(
                        net, (x,), path, dynamo=True, external_data=False, input_names=['input'], dynamic_shapes=shapes, verbose=False
                    )
                out.add(f'{name}-{kind}', onnx.load(path), features, predictions)

    x = 1.5 * draw(3, 6)
    functions = {
        'relu-relu-softmax': lambda s, x: F.softmax(F.relu(s.second(F.relu(s.first(x)))), dim=1),
        'softplus-beta': lambda s, x: s.second(F.softplus(s.first(x), beta=2)),
        'softsign': lambda s, x: s.second(F.softsign(s.first(x))),
        'hardtanh': lambda s, x: s.second(F.hardtanh(s.first(x))),
        'relu6': lambda s, x: s.second(F.relu6(4 * s.first(x))),
        'celu': lambda s, x: s.second(F.celu(s.first(x), alpha=0.5)),
        'logsigmoid': lambda s, x: s.second(F.logsigmoid(s.first(x))),
        'tanh-times': lambda s, x: 2.5 * torch.tanh(s.second(torch.sigmoid(s.first(x)))),
        'scaled': lambda s, x: s.second(torch.relu(s.first((x - 0.5) / 2))) * torch.tensor([1.0, 2, 3, 4]) + torch.tensor([5.0, 6, 7, 8]),
        'reshape-size': lambda s, x: s.second(torch.relu(s.first(x.reshape(x.size(0), -1)))),
        'unsqueeze': lambda s, x: s.second(torch.relu(s.first(x.unsqueeze(1)))).squeeze(1),
        'sigmoid-taken-apart': lambda s, x: s.second(1 / (1 + torch.exp(-s.first(x)))),
        'tanh-taken-apart': lambda s, x: s.second(
            (torch.exp(s.first(x)) - torch.exp(-s.first(x))) / (torch.exp(s.first(x)) + torch.exp(-s.first(x)))
        ),
        'softplus-taken-apart': lambda s, x: s.second(torch.log(1 + torch.exp(s.first(x)))),
        'softmax-taken-apart': lambda s, x: (lambda e: e / e.sum(1, keepdim=True))(torch.exp(s.second(s.first(x)))),
        'leaky-where': lambda s, x: s.second((lambda h: torch.where(h > 0, h, 0.1 * h))(s.first(x))),
        'clamp': lambda s, x: s.second(torch.clamp(s.first(x), -0.5, 0.7)),
        'some-columns': lambda s, x: s.second(torch.relu(s.first(x)))[:, 1:3],
        'gelu': lambda s, x: s.second(F.gelu(s.first(x))),
        'silu': lambda s, x: s.second(F.silu(s.first(x))),
        'half-inside': lambda s, x: s.second(torch.relu(s.first(x)).half().float()),
        'beside': lambda s, x: torch.cat([s.first(x), x], 1),
    }
    for name, forward in functions.items():
        export(name, Net(forward), x)

    def image():
        return nn.Sequential(nn.Flatten(), nn.Linear(16, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Dropout(), nn.Linear(5, 3), nn.Softmax(1))

    export('image', image(), draw(3, 1, 4, 4))
    export('one-row', image(), draw(1, 4, 4), fixed=True)
    export('batchnorm-first', nn.Sequential(nn.BatchNorm1d(6), nn.Linear(6, 4), nn.Tanh(), nn.BatchNorm1d(4), nn.Linear(4, 2)), x)
    last = nn.Sequential(
        nn.Linear(6, 4), nn.ReLU(), nn.BatchNorm1d(4), nn.Sigmoid(), nn.Linear(4, 2, bias=False), nn.BatchNorm1d(2, affine=False)
    )
    export('batchnorm-last', last, x)
    export('steps', nn.Sequential(nn.Linear(6, 4), nn.Tanh()), draw(3, 2, 6))
    with tempfile.TemporaryDirectory() as folder:
        net = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 3)).eval()
        features = draw(3, 20)
        path = os.path.join(folder, 'default.onnx')
        shapes = ({0: torch.export.Dim('rows')},)
        torch.onnx.export(net, (torch.tensor(features),), path, dynamo=True, dynamic_shapes=shapes, verbose=False)
        with open(f'{path}.data', 'rb') as data:
            model = onnx.load(path, load_external_data=False)
            out.add('default', model, features, net(torch.tensor(features)).detach().numpy(), data.read())
    out.write()


def make_keras():
    import keras

    keras.utils.set_random_seed(4)
    out = Zip('keras')
    layers = keras.layers

    def export(name, *parts):
        features = draw(3, 6)
        model = keras.Sequential([keras.Input((6,)), *parts])
        for layer in model.layers:
            layer.set_weights(
                [
                    np.abs(draw(*w.shape)) if 'variance' in v.path else 0.5 * draw(*w.shape)
                    for v, w in zip(layer.weights, layer.get_weights())
                ]
            )
        predictions = model.predict(features, verbose=0)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'x.onnx')
            model.export(path, format='onnx', verbose=False)
            out.add(name, onnx.load(path), features, predictions)

    words = ['relu', 'elu', 'selu', 'softplus', 'softsign', 'tanh', 'sigmoid', 'hard_sigmoid', 'linear', 'leaky_relu']
    export('dense', *[layers.Dense(5, activation=word) for word in words], layers.Dense(3, activation='softmax'))
    export('batchnorm', layers.Dense(5, use_bias=False), layers.BatchNormalization(), layers.ReLU(), layers.Dropout(0.5), layers.Dense(2))
    export(
        'scaled',
        layers.Rescaling(0.5, -1),
        layers.Dense(5),
        layers.LeakyReLU(0.1),
        layers.ELU(0.7),
        layers.Dense(2),
        layers.Rescaling(3, 1),
    )
    export('relu6', layers.Dense(5, activation='relu6'), layers.Dense(2))
    export('limited', layers.Dense(5), layers.ReLU(max_value=1), layers.Dense(2))
    export('gelu', layers.Dense(5, activation='gelu'), layers.Dense(2))
    out.write()


def make_sklearn():
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, Normalizer, PolynomialFeatures, RobustScaler, StandardScaler
    from skl2onnx import to_onnx

    out = Zip('sklearn')
    x = (RNG.normal(size=(80, 4)) * [1, 2, 3, 40] + [0, 5, -3, 100]).astype(np.float32)
    three = (x[:, 0] + x[:, 1] > 5).astype(int) + (x[:, 2] > -3)
    two = (x[:, 0] > 0).astype(int)
    value = 2 * x[:, 0] + x[:, 1]
    both = np.stack([value, 3 - value], 1)
    small = dict(max_iter=30, random_state=1, hidden_layer_sizes=(5, 4))
    models = {
        'classifier': (MLPClassifier(**small), three),
        'classifier-texts': (MLPClassifier(activation='tanh', **small), np.array(['a', 'b', 'c'])[three]),
        'classifier-of-two': (MLPClassifier(activation='logistic', **small), two),
        'regressor': (MLPRegressor(**small), value),
        'regressor-of-two': (MLPRegressor(**small), both),
        'standardised': (make_pipeline(StandardScaler(), MLPClassifier(**small)), two),
        'min-max': (make_pipeline(MinMaxScaler(), MLPRegressor(**small)), value),
        'min-max-limited': (make_pipeline(MinMaxScaler(clip=True), MLPRegressor(**small)), value),
        'max-abs': (make_pipeline(MaxAbsScaler(), MLPRegressor(**small)), value),
        'robust': (make_pipeline(RobustScaler(), MLPRegressor(**small)), value),
        'imputed': (make_pipeline(SimpleImputer(), StandardScaler(), MLPRegressor(**small)), value),
        'normalised': (make_pipeline(Normalizer(), MLPRegressor(**small)), value),
        'polynomial': (make_pipeline(PolynomialFeatures(2), MLPRegressor(**small)), value),
        'linear': (LinearRegression(), value),
        'logistic': (LogisticRegression(), two),
        'logistic-of-three': (LogisticRegression(), three),
    }
    for name, (model, targets) in models.items():
        model.fit(x, targets)
        features = x[:3].copy()
        if name == 'imputed':
            features[1, 2] = np.nan
        last = model.steps[-1][1] if hasattr(model, 'steps') else model
        for zipmap in (False, True) if hasattr(model, 'predict_proba') else (None,):
            options = None if zipmap is None else {id(last): {'zipmap': zipmap}}
            predictions = model.predict(features) if zipmap is None else model.predict_proba(features)
            out.add(f'{name}-zipmap' if zipmap else name, to_onnx(model, x[:1], options=options), features, predictions)
    out.write()


if __name__ == '__main__':
    sys.path.insert(0, HERE)
    from operators import make_operators

    makers = {'torch': make_torch, 'keras': make_keras, 'sklearn': make_sklearn, 'operators': lambda: make_operators(Zip('operators'), run)}
    for tool in sys.argv[1:] or makers:
        makers[tool]()
