"""
Small graphs, operator by operator, each with what ONNX Runtime computes of it (nothing where it refuses the graph too). `zero` writes an attribute as
proto3 writers do whose number is 0: without the number.
"""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

RNG = np.random.default_rng(9)


def draw(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def whole(*values):
    return np.array(values, np.int64)


ROWS = 1.5 * draw(5, 4)
KERNEL, BIAS, SECOND, LAST = draw(4, 3), draw(3), draw(3, 2), draw(2)
DENSE = {'w': KERNEL, 'b': BIAS, 'v': SECOND, 'c': LAST}


def node(operator, inputs, output, zero=(), **attributes):
    made = helper.make_node(operator, inputs, [output] if isinstance(output, str) else output, **attributes)
    for name, kind in dict(zero).items():
        attribute = made.attribute.add()
        attribute.name, attribute.type = name, {'f': 1, 'i': 2}[kind]
    return made


def first(i='x', o='h', **attributes):
    return node('Gemm', [i, 'w', 'b'], o, **attributes)


def second(i='a', o='y'):
    return node('Gemm', [i, 'v', 'c'], o)


def make_operators(out, run):
    x = ROWS

    def case(
        name,
        nodes,
        constants,
        opset=17,
        inp=None,
        xin=None,
        outs=None,
        intype=TensorProto.FLOAT,
        functions=(),
        outtype=TensorProto.FLOAT,
        extra=(),
        ir=None,
    ):
        features = x if xin is None else xin
        shape = ['n', *features.shape[1:]] if inp is None else inp
        outs = outs or [nodes[-1].output[0]]
        inputs = [helper.make_tensor_value_info('x', intype, shape)]
        types = [TensorProto.INT64] * (len(outs) - 1) + [outtype]
        outputs = [helper.make_tensor_value_info(output, kind, None) for output, kind in zip(outs, types)]
        tensors = [value if isinstance(value, TensorProto) else numpy_helper.from_array(value, key) for key, value in constants.items()]
        if ir == 3:
            inputs += [helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims) for tensor in tensors]
        sets = [helper.make_opsetid('', opset)] + [helper.make_opsetid(domain, version) for domain, version in extra]
        graph = helper.make_graph(nodes, 'g', inputs, outputs, tensors)
        model = helper.make_model(graph, opset_imports=sets, ir_version=ir or (8 if opset < 20 else 10), functions=list(functions))
        try:
            predictions = run(model, features)[-1]
        except Exception as error:
            print(name, str(error)[:100])
            predictions = []
        out.add(name, model, features, predictions)
        return model

    # Gemm
    case('gemm-alpha0-zeroless', [node('Gemm', ['x', 'w', 'b'], 'y', zero={'alpha': 'f'})], DENSE)
    case('gemm-beta0-zeroless', [node('Gemm', ['x', 'w', 'b'], 'y', zero={'beta': 'f'})], DENSE)
    case('gemm-alpha0', [node('Gemm', ['x', 'w', 'b'], 'y', alpha=0.0)], DENSE)
    case('gemm-beta0', [node('Gemm', ['x', 'w', 'b'], 'y', beta=0.0)], DENSE)
    case('gemm-alphabeta', [node('Gemm', ['x', 'w', 'b'], 'y', alpha=0.3, beta=2.5)], DENSE)
    case('gemm-transB', [node('Gemm', ['x', 'w', 'b'], 'y', transB=1, alpha=2.0)], {'w': KERNEL.T.copy(), 'b': BIAS})
    case('gemm-transB0-zeroless', [node('Gemm', ['x', 'w', 'b'], 'y', zero={'transB': 'i', 'transA': 'i'})], DENSE)
    case('gemm-nobias', [node('Gemm', ['x', 'w'], 'y')], DENSE)
    case('gemm-bias-scalar', [node('Gemm', ['x', 'w', 'b'], 'y')], {'w': KERNEL, 'b': np.float32(0.7)})
    case('gemm-bias-1', [node('Gemm', ['x', 'w', 'b'], 'y', beta=3.0)], {'w': KERNEL, 'b': draw(1)})
    case('gemm-bias-1n', [node('Gemm', ['x', 'w', 'b'], 'y')], {'w': KERNEL, 'b': draw(1, 3)})
    case('gemm-bias-11', [node('Gemm', ['x', 'w', 'b'], 'y')], {'w': KERNEL, 'b': draw(1, 1)})
    case('gemm-bias-column', [node('Gemm', ['x', 'w', 'b'], 'y')], {'w': KERNEL, 'b': draw(5, 1)}, inp=[5, 4])
    case('gemm-transA', [node('Gemm', ['x', 'w', 'b'], 'y', transA=1)], {'w': draw(5, 3), 'b': BIAS}, inp=[5, 4])
    case('gemm-bias-empty', [node('Gemm', ['x', 'w', ''], 'y')], DENSE)
    # matmul/add orders
    case('matmul-add-swapped', [node('MatMul', ['x', 'w'], 'm'), node('Add', ['b', 'm'], 'y')], DENSE)
    case('matmul-sub', [node('MatMul', ['x', 'w'], 'm'), node('Sub', ['m', 'b'], 'y')], DENSE)
    case('matmul-sub-swapped', [node('MatMul', ['x', 'w'], 'm'), node('Sub', ['b', 'm'], 'y')], DENSE)
    case('matmul-vector', [node('MatMul', ['x', 'w'], 'y')], {'w': draw(4)})
    case('matmul-add-scalar', [node('MatMul', ['x', 'w'], 'm'), node('Add', ['m', 'b'], 'y')], {'w': KERNEL, 'b': np.float32(2)})
    case('matmul-add-1n', [node('MatMul', ['x', 'w'], 'm'), node('Add', ['m', 'b'], 'y')], {'w': KERNEL, 'b': draw(1, 3)})
    case('matmul-add-add', [node('MatMul', ['x', 'w'], 'm'), node('Add', ['m', 'b'], 'n'), node('Add', ['n', 'b'], 'y')], DENSE)
    case(
        'matmul-mul-add',
        [node('MatMul', ['x', 'w'], 'm'), node('Mul', ['s', 'm'], 'n'), node('Add', ['n', 'b'], 'y')],
        {**DENSE, 's': draw(3)},
    )
    case(
        'matmul-div', [node('MatMul', ['x', 'w'], 'm'), node('Div', ['m', 's'], 'n'), node('Add', ['n', 'b'], 'y')], {**DENSE, 's': draw(3)}
    )
    case('div-swapped', [node('MatMul', ['x', 'w'], 'm'), node('Div', ['s', 'm'], 'y')], {**DENSE, 's': draw(3)})
    case('matmul-3d-const', [node('MatMul', ['x', 'w'], 'm'), node('Add', ['m', 'b'], 'y')], {'w': draw(1, 4, 3), 'b': BIAS})
    case('widen', [node('MatMul', ['x', 'w'], 'm'), node('Add', ['m', 'b'], 'y')], {'w': draw(4, 1), 'b': BIAS})
    # inputs
    case(
        'input-affine',
        [node('Sub', ['x', 'mu'], 'c1'), node('Div', ['c1', 'sd'], 'c2'), first('c2', 'y')],
        {**DENSE, 'mu': draw(4), 'sd': np.abs(draw(4)) + 0.5},
    )
    case('input-affine-zero', [node('Mul', ['x', 'sd'], 'c2'), first('c2', 'y')], {**DENSE, 'sd': np.array([1, 0, 2, 0.5], np.float32)})
    case(
        'input-affine-1n',
        [node('Sub', ['x', 'mu'], 'c1'), node('Mul', ['sd', 'c1'], 'c2'), first('c2', 'y')],
        {**DENSE, 'mu': draw(1, 4), 'sd': draw(1, 1)},
    )
    case('input-from-const', [node('Sub', ['mu', 'x'], 'c2'), first('c2', 'y')], {**DENSE, 'mu': draw(4)})
    case('input-activation', [node('Tanh', ['x'], 'c2'), first('c2', 'y')], DENSE)
    case('input-neg', [node('Neg', ['x'], 'c2'), first('c2', 'y')], DENSE)
    xn = x.copy()
    xn[1, 2] = np.nan
    xn[3, 0] = np.nan
    case(
        'impute', [node('IsNaN', ['x'], 'i'), node('Where', ['i', 'fill', 'x'], 'c2'), first('c2', 'y')], {**DENSE, 'fill': draw(4)}, xin=xn
    )
    case(
        'impute-1',
        [node('IsNaN', ['x'], 'i'), node('Where', ['i', 'fill', 'x'], 'c2'), first('c2', 'y')],
        {**DENSE, 'fill': draw(1)},
        xin=xn,
    )
    case(
        'impute-scaled',
        [node('IsNaN', ['x'], 'i'), node('Where', ['i', 'fill', 'x'], 'c2'), node('Mul', ['c2', 's'], 'c3'), first('c3', 'y')],
        {**DENSE, 'fill': draw(4), 's': draw(4)},
        xin=xn,
    )
    # activations
    A = [
        ('Relu', {}, {}),
        ('LeakyRelu', {}, {}),
        ('LeakyRelu', {'alpha': 0.3}, {}),
        ('LeakyRelu', {'alpha': 0.0}, {}),
        ('LeakyRelu', {}, {'alpha': 'f'}),
        ('LeakyRelu', {'alpha': -0.3}, {}),
        ('Elu', {}, {}),
        ('Elu', {'alpha': 0.4}, {}),
        ('Elu', {'alpha': 0.0}, {}),
        ('Elu', {}, {'alpha': 'f'}),
        ('Selu', {}, {}),
        ('Selu', {'alpha': 1.2}, {}),
        ('Selu', {'gamma': 2.0}, {}),
        ('Selu', {}, {'gamma': 'f'}),
        ('Selu', {}, {'alpha': 'f'}),
        ('Sigmoid', {}, {}),
        ('HardSigmoid', {}, {}),
        ('HardSigmoid', {'alpha': 1 / 6}, {}),
        ('HardSigmoid', {'alpha': 0.3, 'beta': 0.1}, {}),
        ('HardSigmoid', {'alpha': -0.3, 'beta': 0.9}, {}),
        ('HardSigmoid', {}, {'beta': 'f'}),
        ('HardSigmoid', {}, {'alpha': 'f'}),
        ('Tanh', {}, {}),
        ('Softplus', {}, {}),
        ('Softsign', {}, {}),
        ('Softmax', {}, {}),
        ('Softmax', {'axis': 1}, {}),
        ('Softmax', {'axis': 0}, {}),
        ('Softmax', {}, {'axis': 'i'}),
        ('Softmax', {'axis': -1}, {}),
        ('Celu', {}, {}),
        ('Celu', {'alpha': 2.0}, {}),
        ('ThresholdedRelu', {}, {}),
        ('Abs', {}, {}),
        ('Exp', {}, {}),
        ('Identity', {}, {}),
        ('Neg', {}, {}),
        ('Sqrt', {}, {}),
        ('Erf', {}, {}),
        ('LogSoftmax', {}, {}),
        ('Hardmax', {}, {}),
        ('HardSwish', {}, {}),
        ('Mish', {}, {}),
    ]
    for op, a, z in A:
        n = op + ''.join(f'-{k}{v:.2g}' for k, v in a.items()) + ''.join(f'-{k}-zeroless' for k in z)
        case('act-' + n, [first(), node(op, ['h'], 'a', **a, zero=z), second()], DENSE, opset=18)
        if op == 'Softmax':
            case('act-old-' + n, [first(), node(op, ['h'], 'a', **a, zero=z), second()], DENSE, opset=12)
    x3 = draw(5, 1, 4)
    for ax in (None, 0, 1, 2, -1, -2):
        for o in (12, 13):
            case(
                f'softmax3-{ax}-{o}',
                [node('MatMul', ['x', 'w'], 'h'), node('Softmax', ['h'], 'y', **({} if ax is None else {'axis': ax}))],
                DENSE,
                opset=o,
                xin=x3,
            )
    case('clip-attr', [first(), node('Clip', ['h'], 'a', min=0.0, max=6.0), second()], DENSE, opset=10)
    case('clip-attr-min', [first(), node('Clip', ['h'], 'a', min=0.0), second()], DENSE, opset=9)
    case('clip-attr-zeroless', [first(), node('Clip', ['h'], 'a', max=1.0, zero={'min': 'f'}), second()], DENSE, opset=9)
    case('clip-input', [first(), node('Clip', ['h', 'lo', 'hi'], 'a'), second()], {**DENSE, 'lo': np.float32(-0.2), 'hi': np.float32(0.4)})
    case('clip-input-max', [first(), node('Clip', ['h', '', 'hi'], 'a'), second()], {**DENSE, 'hi': np.float32(0.4)})
    case(
        'clip-inverted', [first(), node('Clip', ['h', 'lo', 'hi'], 'a'), second()], {**DENSE, 'lo': np.float32(0.5), 'hi': np.float32(0.1)}
    )
    case('clip-out', [first(), node('Clip', ['h', 'lo', 'hi'], 'y')], {**DENSE, 'lo': np.float32(-0.2), 'hi': np.float32(0.4)})
    case('prelu-1', [first(), node('PRelu', ['h', 's'], 'a'), second()], {**DENSE, 's': np.array([0.2], np.float32)})
    case('prelu-n', [first(), node('PRelu', ['h', 's'], 'a'), second()], {**DENSE, 's': np.array([0.2, 0.3, 0.4], np.float32)})
    case('prelu-same', [first(), node('PRelu', ['h', 's'], 'a'), second()], {**DENSE, 's': np.array([0.2, 0.2, 0.2], np.float32)})
    case('max-scalar', [first(), node('Max', ['h', 's'], 'a'), second()], {**DENSE, 's': np.float32(0.2)})
    case('min-scalar', [first(), node('Min', ['s', 'h'], 'a'), second()], {**DENSE, 's': np.float32(0.2)})
    case('max-leaky', [first(), node('Mul', ['h', 's'], 'k'), node('Max', ['h', 'k'], 'a'), second()], {**DENSE, 's': np.float32(0.2)})
    case('pow-1', [first(), node('Pow', ['h', 's'], 'a'), second()], {**DENSE, 's': np.float32(2)})
    # batchnorm
    bn = {'g': draw(3), 'be': draw(3), 'mu': draw(3), 'va': np.abs(draw(3)) + 0.1}
    for o in (7, 9, 13, 14, 15, 17):
        case(
            f'bn-{o}',
            [first(), node('BatchNormalization', ['h', 'g', 'be', 'mu', 'va'], 'a'), node('Relu', ['a'], 'r'), second('r')],
            {**DENSE, **bn},
            opset=o,
        )
    case('bn-eps', [first(), node('BatchNormalization', ['h', 'g', 'be', 'mu', 'va'], 'a', epsilon=0.1), second()], {**DENSE, **bn})
    case(
        'bn-eps0-zeroless',
        [first(), node('BatchNormalization', ['h', 'g', 'be', 'mu', 'va'], 'a', zero={'epsilon': 'f'}), second()],
        {**DENSE, **bn},
    )
    case(
        'bn-training',
        [first(), node('BatchNormalization', ['h', 'g', 'be', 'mu', 'va'], ['a', 'rm', 'rv'], training_mode=1), second()],
        {**DENSE, **bn},
    )
    case(
        'bn-gamma0',
        [node('BatchNormalization', ['x', 'g', 'be', 'mu', 'va'], 'a'), node('Gemm', ['a', 'w', 'b'], 'y')],
        {**DENSE, 'g': np.array([1, 0, 2, 0], np.float32), 'be': draw(4), 'mu': draw(4), 'va': np.abs(draw(4)) + 0.1},
    )
    case('bn-last', [first(), node('Sigmoid', ['h'], 's'), node('BatchNormalization', ['s', 'g', 'be', 'mu', 'va'], 'y')], {**DENSE, **bn})
    xc = draw(5, 2, 2)
    case(
        'bn-channels-flatten',
        [node('BatchNormalization', ['x', 'g', 'be', 'mu', 'va'], 'a'), node('Flatten', ['a'], 'q'), node('Gemm', ['q', 'w', 'b'], 'y')],
        {**DENSE, 'g': draw(2), 'be': draw(2), 'mu': draw(2), 'va': np.abs(draw(2)) + 0.1},
        xin=xc,
    )
    # dropout
    case('dropout-7', [first(), node('Dropout', ['h'], 'a', ratio=0.5), second()], DENSE, opset=7)
    case('dropout-12', [first(), node('Dropout', ['h', 'r'], 'a'), second()], {**DENSE, 'r': np.float32(0.5)}, opset=13)
    case(
        'dropout-training',
        [first(), node('Dropout', ['h', 'r', 't'], 'a'), second()],
        {**DENSE, 'r': np.float32(0.5), 't': np.array(True)},
        opset=13,
    )
    case(
        'dropout-training-false',
        [first(), node('Dropout', ['h', 'r', 't'], 'a'), second()],
        {**DENSE, 'r': np.float32(0.5), 't': np.array(False)},
        opset=13,
    )
    case('dropout-mask', [first(), node('Dropout', ['h'], ['a', 'mask']), second()], DENSE, opset=13)
    # shapes
    I = lambda *v: np.array(v, np.int64)
    for n, t in {'m1k': (-1, 4), '0k': (0, 4), '0m1': (0, -1), '1m14': (1, -1, 4), 'm114': (-1, 1, 4), 'm122': (-1, 2, 2)}.items():
        case(
            f'reshape-{n}',
            [node('Reshape', ['x', 't'], 'q')]
            + ([node('Flatten', ['q'], 'q2')] if n == 'm122' else [])
            + [node('MatMul', ['q2' if n == 'm122' else 'q', 'w'], 'y')],
            {**DENSE, 't': whole(*t)},
        )
    case('reshape-m12', [node('Reshape', ['x', 't'], 'q'), node('MatMul', ['q', 'w'], 'y')], {'w': draw(2, 3), 't': whole(-1, 2)})
    case('reshape-fixed5', [node('Reshape', ['x', 't'], 'q'), node('MatMul', ['q', 'w'], 'y')], {**DENSE, 't': whole(5, 4)}, inp=[5, 4])
    case(
        'reshape-fixed-flat',
        [node('Reshape', ['x', 't'], 'q'), node('Reshape', ['q', 'u'], 'p'), node('MatMul', ['p', 'w'], 'y')],
        {**DENSE, 't': whole(20), 'u': whole(5, 4)},
        inp=[5, 4],
    )
    case(
        'reshape-wrong-batch',
        [node('Reshape', ['x', 't'], 'q'), node('MatMul', ['q', 'w'], 'y')],
        {'w': draw(5, 3), 't': whole(4, 5)},
        inp=[5, 4],
    )
    x1 = x[:1]
    case(
        'reshape-batch1',
        [node('Reshape', ['x', 't'], 'q'), node('MatMul', ['q', 'w'], 'y')],
        {**DENSE, 't': whole(1, 4)},
        inp=[1, 4],
        xin=x1,
    )
    case(
        'reshape-allowzero', [node('Reshape', ['x', 't'], 'q', allowzero=1), node('MatMul', ['q', 'w'], 'y')], {**DENSE, 't': whole(-1, 4)}
    )
    case('reshape-out-flat', [first(), node('Reshape', ['h', 't'], 'y')], {**DENSE, 't': whole(-1)})
    case('reshape-out1', [node('MatMul', ['x', 'w'], 'h'), node('Reshape', ['h', 't'], 'y')], {'w': draw(4, 1), 't': whole(-1)})
    case(
        'reshape-21-then-add',
        [first(), node('Reshape', ['h', 't'], 'k'), node('Add', ['k', 's'], 'y')],
        {**DENSE, 't': whole(-1, 1), 's': np.float32(1)},
    )
    for ax in (0, 1, 2, -1, -2):
        case(f'flatten-{ax}', [node('Flatten', ['x'], 'q', axis=ax), node('MatMul', ['q', 'w'], 'y')], DENSE)
    case('flatten-0-zeroless', [node('Flatten', ['x'], 'q', zero={'axis': 'i'}), node('MatMul', ['q', 'w'], 'y')], DENSE)
    xi = draw(5, 2, 2)
    case('flatten-image', [node('Flatten', ['x'], 'q'), node('MatMul', ['q', 'w'], 'y')], DENSE, xin=xi)
    case('flatten-image-2', [node('Flatten', ['x'], 'q', axis=2), node('MatMul', ['q', 'w'], 'y')], {'w': draw(2, 3)}, xin=xi)
    case(
        'transpose-image',
        [node('Transpose', ['x'], 't', perm=[0, 2, 1]), node('Flatten', ['t'], 'q'), node('MatMul', ['q', 'w'], 'y')],
        DENSE,
        xin=xi,
    )
    case(
        'transpose-nhwc',
        [node('Transpose', ['x'], 't', perm=[0, 2, 3, 1]), node('Flatten', ['t'], 'q'), node('MatMul', ['q', 'w'], 'y')],
        {'w': draw(12, 3)},
        xin=draw(5, 3, 2, 2),
    )
    case(
        'transpose-one',
        [node('Transpose', ['x'], 't', perm=[0, 3, 1, 2]), node('Flatten', ['t'], 'q'), node('MatMul', ['q', 'w'], 'y')],
        DENSE,
        xin=draw(5, 2, 2, 1),
    )
    case('transpose-rows', [node('Transpose', ['x'], 't'), node('MatMul', ['t', 'w'], 'y')], {'w': draw(5, 3)}, inp=[5, 4])
    case('transpose-twice', [node('Transpose', ['x'], 't'), node('Transpose', ['t'], 'u'), node('MatMul', ['u', 'w'], 'y')], DENSE)
    case(
        'shape-chain',
        [
            node('Shape', ['x'], 's'),
            node('Gather', ['s', 'zero'], 'g'),
            node('Unsqueeze', ['g', 'ax'], 'u'),
            node('Concat', ['u', 'm'], 't', axis=0),
            node('Reshape', ['x', 't'], 'q'),
            node('Flatten', ['q'], 'r'),
            node('MatMul', ['r', 'w'], 'y'),
        ],
        {**DENSE, 'zero': np.array(0, np.int64), 'ax': whole(0), 'm': whole(-1)},
        xin=xi,
    )
    case(
        'shape-slice',
        [
            node('Shape', ['x'], 's'),
            node('Slice', ['s', 'a0', 'a1'], 'g'),
            node('Concat', ['g', 'm'], 't', axis=0),
            node('Reshape', ['x', 't'], 'q'),
            node('MatMul', ['q', 'w'], 'y'),
        ],
        {**DENSE, 'a0': whole(0), 'a1': whole(1), 'm': whole(4)},
        xin=xi,
    )
    case(
        'shape-start',
        [
            node('Shape', ['x'], 's', start=0, end=1),
            node('Concat', ['s', 'm'], 't', axis=0),
            node('Reshape', ['x', 't'], 'q'),
            node('MatMul', ['q', 'w'], 'y'),
        ],
        {**DENSE, 'm': whole(4)},
        xin=xi,
    )
    case(
        'shape-mul',
        [
            node('Shape', ['x'], 's'),
            node('Gather', ['s', 'one'], 'g'),
            node('Gather', ['s', 'two'], 'k'),
            node('Mul', ['g', 'k'], 'p'),
            node('Concat', ['m', 'p'], 't', axis=0),
            node('Reshape', ['x', 't'], 'q'),
            node('MatMul', ['q', 'w'], 'y'),
        ],
        {**DENSE, 'one': whole(1), 'two': whole(2), 'm': whole(-1)},
        xin=xi,
    )
    case(
        'shape-rows-mul',
        [
            node('Shape', ['x'], 's'),
            node('Gather', ['s', 'zero'], 'g'),
            node('Mul', ['g', 'two'], 'p'),
            node('Concat', ['p', 'm'], 't', axis=0),
            node('Reshape', ['x', 't'], 'q'),
            node('MatMul', ['q', 'w'], 'y'),
        ],
        {'w': draw(2, 3), 'zero': whole(0), 'two': whole(2), 'm': whole(-1)},
    )
    case('squeeze', [node('Squeeze', ['x', 'ax'], 'q'), node('MatMul', ['q', 'w'], 'y')], {**DENSE, 'ax': whole(1)}, xin=x3)
    case('squeeze-attr', [node('Squeeze', ['x'], 'q', axes=[1]), node('MatMul', ['q', 'w'], 'y')], DENSE, xin=x3, opset=11)
    case('squeeze-all', [node('Squeeze', ['x'], 'q'), node('MatMul', ['q', 'w'], 'y')], DENSE, xin=x3)
    case('unsqueeze0', [node('Unsqueeze', ['x', 'ax'], 'q'), node('MatMul', ['q', 'w'], 'y')], {**DENSE, 'ax': whole(0)})
    case('steps', [node('MatMul', ['x', 'w'], 'y')], DENSE, xin=draw(5, 3, 4))
    # constants
    case(
        'const-nodes',
        [
            helper.make_node('Constant', [], ['k'], value=numpy_helper.from_array(KERNEL)),
            helper.make_node('Constant', [], ['kb'], value_floats=BIAS.tolist()),
            helper.make_node('Constant', [], ['s'], value_float=2.0),
            node('MatMul', ['x', 'k'], 'm'),
            node('Add', ['m', 'kb'], 'n'),
            node('Mul', ['n', 's'], 'y'),
        ],
        {},
    )
    case(
        'const-zero',
        [
            helper.make_node('Constant', [], ['s'], value_float=0.0),
            node('MatMul', ['x', 'w'], 'm'),
            node('Add', ['m', 's'], 'n'),
            node('Mul', ['n', 's'], 'o'),
            node('Add', ['o', 'b'], 'y'),
        ],
        DENSE,
    )
    case(
        'const-fold',
        [
            node('Transpose', ['wt'], 'w', perm=[1, 0]),
            node('Identity', ['b0'], 'b1'),
            node('Unsqueeze', ['b1', 'ax'], 'b2'),
            node('Reshape', ['b2', 't'], 'b3'),
            node('Cast', ['b3'], 'b', to=1),
            node('Gemm', ['x', 'w', 'b'], 'y'),
        ],
        {'wt': KERNEL.T.copy(), 'b0': BIAS, 'ax': whole(0), 't': whole(-1)},
    )
    case('const-double', [node('Cast', ['wd'], 'w', to=1), node('MatMul', ['x', 'w'], 'y')], {'wd': RNG.normal(size=(4, 3))})
    case(
        'const-half', [node('Cast', ['wd'], 'w', to=1), node('MatMul', ['x', 'w'], 'y')], {'wd': RNG.normal(size=(4, 3)).astype(np.float16)}
    )
    case(
        'const-int8',
        [node('Cast', ['wd'], 'w', to=1), node('MatMul', ['x', 'w'], 'y')],
        {'wd': RNG.integers(-9, 9, size=(4, 3)).astype(np.int8)},
    )
    case('const-concat', [node('Concat', ['w1', 'w2'], 'w', axis=1), node('MatMul', ['x', 'w'], 'y')], {'w1': draw(4, 2), 'w2': draw(4, 1)})
    case(
        'const-concat0', [node('Concat', ['w1', 'w2'], 'w', axis=0), node('MatMul', ['x', 'w'], 'y')], {'w1': draw(3, 2), 'w2': draw(1, 2)}
    )
    case(
        'const-slice',
        [node('Slice', ['wd', 's', 'e', 'a', 'p'], 'w'), node('MatMul', ['x', 'w'], 'y')],
        {'wd': draw(9, 5), 's': whole(8, 0), 'e': whole(0, 3), 'a': whole(0, 1), 'p': whole(-2, 1)},
    )
    case(
        'const-slice-attr',
        [node('Slice', ['wd'], 'w', starts=[1], ends=[5], axes=[0]), node('MatMul', ['x', 'w'], 'y')],
        {'wd': draw(9, 5)},
        opset=9,
    )
    case(
        'const-arith',
        [
            node('Sqrt', ['va'], 'sd'),
            node('Add', ['sd', 'e'], 'se'),
            node('Div', ['g', 'se'], 'k'),
            node('Mul', ['w0', 'k'], 'w'),
            node('Neg', ['b0'], 'b'),
            node('Gemm', ['x', 'w', 'b'], 'y'),
        ],
        {'va': np.abs(draw(3)), 'e': np.float32(0.1), 'g': draw(3), 'w0': KERNEL, 'b0': BIAS},
    )
    case(
        'const-expand',
        [node('Expand', ['b0', 't'], 'b'), node('MatMul', ['x', 'w'], 'm'), node('Add', ['m', 'b'], 'y')],
        {'w': KERNEL, 'b0': draw(1), 't': whole(3)},
    )
    case(
        'const-ofshape',
        [
            helper.make_node('ConstantOfShape', ['t'], ['b'], value=numpy_helper.from_array(np.array([1.5], np.float32))),
            node('Gemm', ['x', 'w', 'b'], 'y'),
        ],
        {'w': KERNEL, 't': whole(3)},
    )
    case(
        'dequant',
        [node('DequantizeLinear', ['q', 's', 'z'], 'w'), node('MatMul', ['x', 'w'], 'y')],
        {'q': RNG.integers(-100, 100, size=(4, 3)).astype(np.int8), 's': np.float32(0.02), 'z': np.int8(3)},
    )
    case(
        'dequant-axis',
        [node('DequantizeLinear', ['q', 's', 'z'], 'w', axis=1), node('MatMul', ['x', 'w'], 'y')],
        {'q': RNG.integers(0, 200, size=(4, 3)).astype(np.uint8), 's': np.abs(draw(3)), 'z': np.array([1, 2, 3], np.uint8)},
    )
    case(
        'dequant-axis0-zeroless',
        [node('DequantizeLinear', ['q', 's'], 'w', zero={'axis': 'i'}), node('MatMul', ['x', 'w'], 'y')],
        {'q': RNG.integers(-100, 100, size=(4, 3)).astype(np.int8), 's': np.abs(draw(4))},
    )
    case(
        'qdq-data',
        [node('QuantizeLinear', ['x', 's', 'z'], 'q'), node('DequantizeLinear', ['q', 's', 'z'], 'd'), node('MatMul', ['d', 'w'], 'y')],
        {'w': KERNEL, 's': np.float32(0.02), 'z': np.int8(3)},
    )
    case(
        'matmulinteger',
        [
            node('DynamicQuantizeLinear', ['x'], ['q', 's', 'z']),
            node('MatMulInteger', ['q', 'wq', 'z'], 'i'),
            node('Cast', ['i'], 'y', to=1),
        ],
        {'wq': RNG.integers(-100, 100, size=(4, 3)).astype(np.int8)},
    )
    # types
    case(
        'double-all',
        [node('MatMul', ['x', 'w'], 'h'), node('Tanh', ['h'], 'a'), node('MatMul', ['a', 'v'], 'y')],
        {'w': KERNEL.astype(np.float64), 'v': SECOND.astype(np.float64)},
        xin=x.astype(np.float64),
        intype=TensorProto.DOUBLE,
        outtype=TensorProto.DOUBLE,
    )
    case(
        'half-all',
        [node('MatMul', ['x', 'w'], 'y')],
        {'w': KERNEL.astype(np.float16)},
        xin=x.astype(np.float16),
        intype=TensorProto.FLOAT16,
        outtype=TensorProto.FLOAT16,
    )
    case(
        'int-input',
        [node('Cast', ['x'], 'cc', to=1), node('MatMul', ['cc', 'w'], 'y')],
        DENSE,
        xin=RNG.integers(0, 255, size=(5, 4)).astype(np.uint8),
        intype=TensorProto.UINT8,
    )
    case(
        'int-arith',
        [node('Div', ['x', 'k'], 'd'), node('Cast', ['d'], 'cc', to=1), node('MatMul', ['cc', 'w'], 'y')],
        {**DENSE, 'k': np.array(2, np.int64)},
        xin=RNG.integers(0, 255, size=(5, 4)).astype(np.int64),
        intype=TensorProto.INT64,
    )
    case('cast-int-middle', [node('Cast', ['x'], 'cc', to=7), node('Cast', ['cc'], 'd', to=1), node('MatMul', ['d', 'w'], 'y')], DENSE)
    case('castlike', [node('CastLike', ['x', 'w'], 'cc'), node('MatMul', ['cc', 'w'], 'y')], DENSE, opset=19)
    # columns
    case(
        'slice-columns',
        [node('Slice', ['x', 's', 'e', 'a'], 'q'), node('MatMul', ['q', 'w'], 'y')],
        {'w': draw(2, 3), 's': whole(1), 'e': whole(3), 'a': whole(1)},
    )
    case(
        'slice-rows',
        [node('Slice', ['x', 's', 'e', 'a'], 'q'), node('MatMul', ['q', 'w'], 'y')],
        {'w': KERNEL, 's': whole(0), 'e': whole(2), 'a': whole(0)},
    )
    case(
        'slice-rows-all',
        [node('Slice', ['x', 's', 'e', 'a'], 'q'), node('MatMul', ['q', 'w'], 'y')],
        {'w': KERNEL, 's': whole(0), 'e': whole(2**63 - 1), 'a': whole(0)},
    )
    case(
        'slice-rows-last',
        [node('Slice', ['x', 's', 'e', 'a'], 'q'), node('MatMul', ['q', 'w'], 'y')],
        {'w': KERNEL, 's': whole(1), 'e': whole(2**63 - 1), 'a': whole(0)},
    )
    case(
        'gather-columns', [node('Gather', ['x', 'i'], 'q', axis=1), node('MatMul', ['q', 'w'], 'y')], {'w': KERNEL, 'i': whole(3, 0, 0, -2)}
    )
    case('gather-rows', [node('Gather', ['x', 'i'], 'q', axis=0), node('MatMul', ['q', 'w'], 'y')], {'w': KERNEL, 'i': whole(0, 1)})
    case(
        'gather-rows-zeroless',
        [node('Gather', ['x', 'i'], 'q', zero={'axis': 'i'}), node('MatMul', ['q', 'w'], 'y')],
        {'w': KERNEL, 'i': whole(0, 1)},
    )
    case('gather-out', [first(), node('Relu', ['h'], 'a'), node('Gather', ['a', 'i'], 'y', axis=1)], {**DENSE, 'i': whole(2, 0)})
    case(
        'split-scale-concat',
        [
            node('Slice', ['x', 's', 'e', 'a'], 'q'),
            node('Slice', ['x', 'e', 'e2', 'a'], 'p'),
            node('Mul', ['q', 'k'], 'q2'),
            node('Add', ['p', 'k'], 'p2'),
            node('Concat', ['p2', 'q2'], 'r', axis=1),
            node('MatMul', ['r', 'w'], 'y'),
        ],
        {'w': KERNEL, 's': whole(0), 'e': whole(2), 'e2': whole(4), 'a': whole(1), 'k': np.float32(2.5)},
    )
    case('concat-same', [first(), node('Tanh', ['h'], 't'), node('Neg', ['t'], 'm'), node('Concat', ['t', 'm'], 'y', axis=-1)], DENSE)
    case('concat-rows', [node('Concat', ['x', 'x'], 'q', axis=0), node('MatMul', ['q', 'w'], 'y')], DENSE)
    case('concat-axis0-zeroless', [node('Concat', ['x', 'x'], 'q', zero={'axis': 'i'}), node('MatMul', ['q', 'w'], 'y')], DENSE)
    case('reducesum-rows', [first(), node('ReduceSum', ['h', 'ax'], 'y', keepdims=1)], {**DENSE, 'ax': whole(0)})
    # functions
    fn = helper.make_function(
        'local',
        'Lin',
        ['i', 'k', 'b'],
        ['o'],
        [node('MatMul', ['i', 'k'], 'm'), node('Add', ['m', 'b'], 's'), helper.make_node('LeakyRelu', ['s'], ['o'])],
        [helper.make_opsetid('', 17)],
        ['alpha'],
    )
    ra = fn.node[2].attribute.add()
    ra.name = 'alpha'
    ra.type = 1
    ra.ref_attr_name = 'alpha'
    fn2 = helper.make_function(
        'local',
        'Two',
        ['i', 'k', 'b', 'k2', 'b2'],
        ['o'],
        [helper.make_node('Lin', ['i', 'k', 'b'], ['m'], domain='local', alpha=0.25), helper.make_node('Gemm', ['m', 'k2', 'b2'], ['o'])],
        [helper.make_opsetid('', 17), helper.make_opsetid('local', 1)],
    )
    case(
        'function',
        [helper.make_node('Lin', ['x', 'w', 'b'], ['h'], domain='local', alpha=0.4), node('Gemm', ['h', 'v', 'c'], 'y')],
        DENSE,
        functions=[fn],
        extra=[('local', 1)],
    )
    case(
        'function-noattr',
        [helper.make_node('Lin', ['x', 'w', 'b'], ['h'], domain='local'), node('Gemm', ['h', 'v', 'c'], 'y')],
        DENSE,
        functions=[fn],
        extra=[('local', 1)],
    )
    case(
        'function-nested',
        [helper.make_node('Two', ['x', 'w', 'b', 'v', 'c'], ['y'], domain='local')],
        DENSE,
        functions=[fn, fn2],
        extra=[('local', 1)],
    )
    case(
        'custom-domain',
        [helper.make_node('Magic', ['x'], ['h'], domain='com.example'), node('MatMul', ['h', 'w'], 'y')],
        DENSE,
        extra=[('com.example', 1)],
    )
    case('tree', [helper.make_node('TreeEnsembleRegressor', ['x'], ['y'], domain='ai.onnx.ml')], DENSE, extra=[('ai.onnx.ml', 3)])
    case(
        'ms-gelu', [first(), helper.make_node('Gelu', ['h'], ['a'], domain='com.microsoft'), second()], DENSE, extra=[('com.microsoft', 1)]
    )
    # outputs
    case('label-scores', [first(), node('Softmax', ['h'], 'p'), node('ArgMax', ['p'], 'l', axis=1)], DENSE, outs=['l', 'p'])
    case('label-from-logits', [first(), node('Softmax', ['h'], 'p'), node('ArgMax', ['h'], 'l', axis=1)], DENSE, outs=['l', 'p'])
    case('label-from-input', [first(), node('ArgMax', ['x'], 'l', axis=1)], DENSE, outs=['l', 'h'])
    case(
        'label-from-other-head',
        [first(), node('MatMul', ['x', 'w2'], 'k'), node('ArgMax', ['k'], 'l', axis=1)],
        {**DENSE, 'w2': draw(4, 3)},
        outs=['l', 'h'],
    )
    model = case('opset-newest', [first(), node('Relu', ['h'], 'a'), second()], DENSE, opset=22)
    predictions = run(model, x)[-1]
    model.opset_import[0].version = model.ir_version = 99
    out.add('opset-of-the-future', model, x, predictions)
    case('dead-branch', [node('Erf', ['x'], 'e'), first(o='y')], DENSE, outs=['y'])
    case('ir3-inputs', [first(o='y')], DENSE, outs=['y'], ir=3)
    # float data forms
    t = TensorProto(name='w', data_type=1, dims=[4, 3])
    t.float_data.extend(KERNEL.reshape(-1).tolist())
    case('float-data', [node('MatMul', ['x', 'w'], 'y')], {'w': t})
    t = TensorProto(name='w', data_type=11, dims=[4, 3])
    t.double_data.extend(KERNEL.reshape(-1).tolist())
    case('double-data', [node('Cast', ['w'], 'k', to=1), node('MatMul', ['x', 'k'], 'y')], {'w': t})
    t = TensorProto(name='w', data_type=10, dims=[4, 3])
    t.int32_data.extend(KERNEL.astype(np.float16).view(np.uint16).reshape(-1).tolist())
    case('half-data', [node('Cast', ['w'], 'k', to=1), node('MatMul', ['x', 'k'], 'y')], {'w': t})
    t = TensorProto(name='w', data_type=16, dims=[4, 3])
    t.raw_data = (KERNEL.view(np.uint32) >> 16).astype(np.uint16).tobytes()
    case('bfloat16-raw', [node('Cast', ['w'], 'k', to=1), node('MatMul', ['x', 'k'], 'y')], {'w': t}, opset=19)

    case('einsum', [node('Einsum', ['x', 'w'], 'y', equation='ni,io->no')], DENSE)
    case('einsum-transposed', [node('Einsum', ['x', 'w'], 'y', equation='ab, cb -> ac')], {'w': KERNEL.T.copy()})
    case('einsum-of-columns', [node('Einsum', ['x', 'w'], 'y', equation='ni,io->on')], DENSE)
    case('castlike-constant', [node('CastLike', ['k', 'x'], 's'), node('Mul', ['x', 's'], 'm'), first('m', 'y')], {**DENSE, 'k': whole(3)})

    case(
        'slice-rows-from-the-end',
        [node('Slice', ['x', 's', 'e', 'a'], 'q'), node('MatMul', ['q', 'w'], 'y')],
        {'w': KERNEL, 's': whole(-2), 'e': whole(2**63 - 1), 'a': whole(0)},
    )
    parts = [node('Neg', ['x'], 'n'), node('Concat', ['x', 'n'], 'k', axis=2), node('Flatten', ['k'], 'q'), node('MatMul', ['q', 'w'], 'y')]
    case('concat-parts', parts, {'w': draw(8, 3)}, xin=draw(5, 2, 2))
    parts = [
        node('Exp', ['x'], 'e'),
        node('ReduceSum', ['e', 'a'], 's'),
        node('Div', ['e', 's'], 'd'),
        node('Flatten', ['d'], 'q'),
        node('MatMul', ['q', 'w'], 'y'),
    ]
    case('softmax-of-parts', parts, {'w': KERNEL, 'a': whole(-1)}, xin=draw(5, 2, 2))
    parts = [node('Tanh', ['x'], 't'), node('Unsqueeze', ['t', 'a'], 'u'), node('Add', ['t', 'u'], 'y')]
    case('add-each-row-to-each', parts, {'a': whole(1)})

    out.write()
