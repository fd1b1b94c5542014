"""
Makes torchNetworks.zip and kerasNetworks.zip of this folder: ONNX files of convolutions, recurrence and embeddings, as PyTorch's two exporters and Keras
(through tf2onnx) write them, with what the network itself predicts: cases.json has, by the names x of x.onnx, `features` and `predictions`, flat, or `refused`,
a part of the message. Run by hand, not by the tests:

    pip install onnx==1.23.2 onnxscript==0.7.2 torch==2.13.0
    python test/formats/onnx/networks.py torch
    pip install onnx tensorflow-cpu tf2onnx
    python test/formats/onnx/networks.py keras
"""

import io
import os
import sys
import tempfile
import warnings

warnings.filterwarnings('ignore')
os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import numpy as np
import onnx

RNG = np.random.default_rng(8)


def writer(name):
    from make import Zip

    return Zip(name)


def draw(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def tokens(count, *shape):
    return RNG.integers(0, count, size=shape)


def make_torch():
    import torch
    from torch import nn

    torch.manual_seed(3)
    archive = writer('torchNetworks')

    class Made(nn.Module):
        def __init__(self, run, **parts):
            super().__init__()
            for name, part in parts.items():
                setattr(self, name, part)
            self.run = run

        def forward(self, x):
            return self.run(self, x)

    def shaken(model):
        # Fresh normalisations do nothing.
        with torch.no_grad():
            for module in model.modules():
                if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
                    module.running_mean.normal_()
                    module.running_var.uniform_(0.5, 2)
                    module.weight.uniform_(0.5, 2)
                    module.bias.normal_()
                if isinstance(module, nn.LayerNorm):
                    module.weight.uniform_(0.5, 2)
                    module.bias.normal_()
        return model.eval()

    def add(name, model, features, refused=None, ways=('dynamo', 'script')):
        model = shaken(model)
        x = torch.from_numpy(features)
        predictions = model(x).detach().numpy()
        for way in ways:
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, 'net.onnx')
                if way == 'dynamo':
                    shapes = ({0: torch.export.Dim('rows', min=2, max=64)},)
                    torch.onnx.export(model, (x,), path, dynamo=True, dynamic_shapes=shapes, external_data=False, verbose=False)
                else:
                    torch.onnx.export(model, (x,), path, dynamo=False, dynamic_axes={'x': {0: 'rows'}}, input_names=['x'])
                proto = onnx.load(path)
            case = f'{name}-{way}'
            archive.add(case, proto, features, predictions)
            if refused is not None:
                archive.cases[case] = {'refused': refused}

    images = draw(3, 2, 7, 6)
    add(
        'convolutions',
        nn.Sequential(
            nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 5, 3, stride=2, padding=1), nn.SiLU(),
            nn.Flatten(), nn.Linear(20, 6), nn.Tanh(), nn.Linear(6, 3), nn.Softmax(-1),
        ),
        images,
    )
    add(
        'depthwise',
        nn.Sequential(
            nn.Conv2d(2, 4, (2, 3), padding='same'), nn.ReLU6(), nn.Conv2d(4, 8, 3, groups=4, dilation=2, padding=2, bias=False), nn.Hardswish(),
            nn.Conv2d(8, 3, 1), nn.PReLU(3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 2),
        ),
        images,
    )
    add(
        'residual',
        Made(
            lambda its, x: its.head(torch.relu(its.first(x) + its.block(its.first(x))).mean(dim=(2, 3))),
            first=nn.Conv2d(2, 4, 1),
            block=nn.Sequential(nn.Conv2d(4, 3, 3, padding=1), nn.GELU(), nn.Conv2d(3, 4, 3, padding=1)),
            head=nn.Linear(4, 2),
        ),
        images,
    )
    add(
        'branches',
        Made(
            lambda its, x: its.head(torch.cat([its.one(x), its.two(x)], 1).flatten(1)),
            one=nn.Sequential(nn.Conv2d(2, 3, 3, padding=1), nn.Sigmoid()),
            two=nn.Sequential(nn.Conv2d(2, 2, 1), nn.ELU(0.7)),
            head=nn.Linear(210, 2),
        ),
        images,
    )
    add(
        'pooled',
        nn.Sequential(
            nn.AvgPool2d(2, stride=1, padding=1), nn.Conv2d(2, 3, 2), nn.Softplus(), nn.MaxPool2d(3, stride=2, padding=1), nn.Upsample(scale_factor=2),
            nn.ZeroPad2d((1, 0, 2, 1)), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(3, 2),
        ),
        images, ways=('script',),
    )
    steps = draw(3, 2, 9)
    add(
        'conv1d',
        nn.Sequential(nn.Conv1d(2, 4, 3, padding=2, dilation=2), nn.BatchNorm1d(4), nn.LeakyReLU(0.1), nn.MaxPool1d(2), nn.Flatten(), nn.Linear(16, 2)),
        steps,
    )
    rows = draw(3, 5, 4)
    add('steps', nn.Sequential(nn.Linear(4, 6), nn.LayerNorm(6), nn.GELU(approximate='tanh'), nn.Linear(6, 3, bias=False), nn.Flatten(), nn.Linear(15, 2)), rows)
    head = lambda inputs: nn.Linear(inputs, 2)
    add('lstm', Made(lambda its, x: its.head(its.cell(x)[0][:, -1]), cell=nn.LSTM(4, 5, batch_first=True), head=head(5)), rows)
    add('lstm-state', Made(lambda its, x: its.head(its.cell(x)[1][0][-1]), cell=nn.LSTM(4, 5, num_layers=2, batch_first=True), head=head(5)), rows)
    add('gru', Made(lambda its, x: its.head(its.cell(x)[1].squeeze(0)), cell=nn.GRU(4, 5, batch_first=True), head=head(5)), rows)
    add('rnn', Made(lambda its, x: its.head(its.cell(x)[0].flatten(1)), cell=nn.RNN(4, 3, nonlinearity='relu', batch_first=True), head=head(15)), rows)
    # Taken apart step by step: the newer exporter has no word for this cell.
    archive.cases['rnn-dynamo'] = {'refused': 'as many numbers as there are rows'}
    add(
        'both-ways',
        Made(
            lambda its, x: its.head(its.two(its.one(x)[0])[0].mean(1)),
            one=nn.LSTM(4, 3, batch_first=True, bidirectional=True), two=nn.GRU(6, 2, batch_first=True, bidirectional=True, bias=False), head=head(4),
        ),
        rows,
    )
    words = tokens(9, 3, 6)
    add('embedding', nn.Sequential(nn.Embedding(9, 4), nn.Flatten(), nn.Linear(24, 2)), words)
    add('words', Made(lambda its, x: its.head(its.cell(its.table(x))[0][:, -1, :]), table=nn.Embedding(9, 4), cell=nn.GRU(4, 5, batch_first=True), head=head(5)), words)
    add('mean-of-words', Made(lambda its, x: its.head(its.table(x).mean(1)), table=nn.Embedding(9, 4), head=head(4)), words)

    add('transposed', nn.Sequential(nn.ConvTranspose2d(2, 3, 2), nn.Flatten(), nn.Linear(168, 2)), images, refused='ConvTranspose', ways=('script',))
    add('first-step', Made(lambda its, x: its.head(its.cell(x)[0][:, 0]), cell=nn.GRU(4, 5, batch_first=True), head=head(5)), rows, refused='the last', ways=('script',))
    add('groups', nn.Sequential(nn.Conv2d(2, 4, 1), nn.Conv2d(4, 6, 1, groups=2), nn.Flatten(), nn.Linear(252, 2)), images, refused='in 2 groups', ways=('script',))
    archive.write()


def make_keras():
    os.environ['KERAS_BACKEND'] = 'tensorflow'
    import keras
    from keras import layers as L

    keras.utils.set_random_seed(5)
    archive = writer('kerasNetworks')

    def add(name, shape, layers, features, refused=None, dtype='float32'):
        model = keras.Sequential([keras.Input(shape, dtype=dtype), *layers]) if isinstance(layers, list) else layers(keras.Input(shape, dtype=dtype))
        for layer in model._flatten_layers():
            if isinstance(layer, L.BatchNormalization):
                layer.set_weights([RNG.uniform(0.5, 2, weight.shape) for weight in layer.get_weights()])
        predictions = np.asarray(model(features))
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'net.onnx')
            model.export(path, format='onnx', verbose=False)
            proto = onnx.load(path)
        archive.add(name, proto, features, predictions)
        if refused is not None:
            archive.cases[name] = {'refused': refused}

    images = draw(3, 7, 6, 2)
    add(
        'convolutions', (7, 6, 2),
        [
            L.Rescaling(0.5), L.Conv2D(4, 3, padding='same', activation='relu'), L.BatchNormalization(), L.MaxPooling2D(2),
            L.Conv2D(5, 3, strides=2, padding='same', activation='silu'), L.Flatten(), L.Dense(6, activation='tanh'), L.Dropout(0.5), L.Dense(3, activation='softmax'),
        ],
        images,
    )
    # tf2onnx repeats cells by Tile, takes grus and simple rnns apart into loops, multiplies steps with their rows in one,
    # and asks of a token whether it is below 0.
    add(
        'separable', (7, 6, 2),
        [
            L.SeparableConv2D(4, 3, padding='same', activation='elu'), L.DepthwiseConv2D(2, strides=2, depth_multiplier=2), L.ReLU(6.0),
            L.AveragePooling2D(2, strides=1, padding='same'), L.ZeroPadding2D(1), L.UpSampling2D(2), L.GlobalAveragePooling2D(), L.Dense(2),
        ],
        images, refused='Tile',
    )
    steps = draw(3, 9, 2)
    add('conv1d', (9, 2), [L.Conv1D(4, 3, padding='causal', activation='relu'), L.MaxPooling1D(2), L.Conv1D(3, 2, dilation_rate=2), L.GlobalMaxPooling1D(), L.Dense(2)], steps)
    add('gru', (9, 2), [L.GRU(4, return_sequences=True), L.GRU(3), L.Dense(2)], steps, refused='Less')
    add('lstm', (9, 2), [L.LSTM(4, return_sequences=True), L.LSTM(3), L.Dense(2)], steps)
    add('rnn', (9, 2), [L.SimpleRNN(4), L.Dense(2)], steps, refused='Less')
    add('both-ways', (9, 2), [L.Bidirectional(L.LSTM(3, return_sequences=True)), L.Bidirectional(L.GRU(2)), L.Dense(2)], steps, refused='Less')
    add('embedding', (6,), [L.Embedding(9, 4), L.GlobalAveragePooling1D(), L.Dense(2)], tokens(9, 3, 6).astype(np.int32), refused='ReduceMean', dtype='int32')
    add('layer-normalization', (9, 2), [L.Dense(5), L.LayerNormalization(), L.Flatten(), L.Dense(2)], steps, refused='here the rows stay as they are')
    archive.write()


{'torch': make_torch, 'keras': make_keras}[sys.argv[1]]()
