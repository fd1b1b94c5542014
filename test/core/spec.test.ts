import { describe, expect, it } from 'vitest'
import { EspalierError, InvalidSpecError } from '../../src/core/errors.ts'
import { LAYER_TYPES } from '../../src/core/layers/index.ts'
import { memberNames, resolveMember, resolveTopology, splitSpec } from '../../src/core/resolve.ts'
import { specJsonSchema, trainSpecSchema } from '../../src/core/spec.ts'
import { parseSpec } from '../../src/core/validate.ts'
import { makeWeights } from '../support/problems.ts'

const network = (...layers: unknown[]) => ({ network: { inputSize: 3, loss: 'binaryCrossentropy', layers } })
const OUTPUT = { units: 1, activation: 'sigmoid' }
const hidden = (layer: object) => network({ units: 2, activation: 'relu', ...layer }, OUTPUT)
const withField = (fields: object) => ({ ...hidden({}), ...fields })

function resolve(spec: unknown) {
  const split = splitSpec(parseSpec(trainSpecSchema, spec))
  const topology = resolveTopology(split.topology)
  return { topology, member: resolveMember(split.member, topology) }
}

describe('a wrong spec', () => {
  const whole = 'it must be a whole number from 1 to 65535'
  const cases: [why: string, spec: unknown, message: string][] = [
    ['a width of 0', hidden({ units: 0 }), `network.layers[0].units is 0; ${whole}`],
    ['a negative width', hidden({ units: -3 }), `network.layers[0].units is -3; ${whole}`],
    ['a broken width', hidden({ units: 2.5 }), `network.layers[0].units is 2.5; ${whole}`],
    ['a width as text', hidden({ units: '12' }), `network.layers[0].units is "12"; ${whole}`],
    ['no width', network({ activation: 'relu' }, OUTPUT), `network.layers[0].units is missing; ${whole}`],
    ['no layers', network(), 'network.layers is []; it must hold at least one layer'],
    ['no network', {}, 'network is missing; it must be an object'],
    ['no spec', null, 'the spec is null; it must be an object'],
    ['an unknown activation', hidden({ activation: 'rellu' }), 'network.layers[0].activation is "rellu"; it must be one of linear, relu,'],
    ['an unknown activation, suggested', hidden({ activation: 'rellu' }), 'did you mean "relu"?'],
    ['an activation by number', hidden({ activation: 1 }), 'network.layers[0].activation is 1; it must be one of linear,'],
    [
      'an activation without a name',
      hidden({ activation: { alpha: 1 } }),
      'network.layers[0].activation.name is missing; it must be one of',
    ],
    [
      'a negative slope',
      hidden({ activation: { name: 'elu', alpha: -1 } }),
      'network.layers[0].activation.alpha is -1; it must be a finite number of at least 0',
    ],
    [
      "another activation's number",
      hidden({ activation: { name: 'relu', alpha: 1 } }),
      'network.layers[0].activation.alpha is not a field of the spec; the fields here are name',
    ],
    [
      'a misspelt number, in snake case',
      hidden({ activation: { name: 'leaky_relu', negative_slop: 1 } }),
      'activation.negativeSlop is not a field of the spec; did you mean "negativeSlope"?',
    ],
    [
      'a misspelt field in a layer',
      hidden({ dropuot: 0.1 }),
      'network.layers[0].dropuot is not a field of the spec; did you mean "dropout"?',
    ],
    ['a misspelt field at the root', withField({ batch_siz: 3 }), 'batchSiz is not a field of the spec; did you mean "batchSize"?'],
    [
      'a field like no other',
      hidden({ regularizer: 1 }),
      'network.layers[0].regularizer is not a field of the spec; the fields here are type, units, useBias, trainable, activation,',
    ],
    ['a dropout of 1', hidden({ dropout: 1 }), 'network.layers[0].dropout is 1; it must be a number from 0 up to, but not including, 1'],
    ['a negative penalty', hidden({ l2: -1 }), 'network.layers[0].l2 is -1; it must be a finite number of at least 0'],
    ['a penalty that is no number', hidden({ l1: Number.NaN }), 'network.layers[0].l1 is NaN; it must be a finite number of at least 0'],
    ['an unknown initialiser', hidden({ initializer: 'he_norml' }), 'did you mean "heNormal"?'],
    [
      "another initialiser's number",
      hidden({ initializer: { name: 'random_normal', std: 1 } }),
      'initializer.std is not a field of the spec; the fields here are name, mean, stddev',
    ],
    [
      'a scale of 0',
      hidden({ initializer: { name: 'varianceScaling', scale: 0 } }),
      'network.layers[0].initializer.scale is 0; it must be a finite number above 0',
    ],
    [
      'an unknown optimizer',
      withField({ optimizer: 'adm' }),
      'optimizer is "adm"; it must be one of sgd, rmsprop, adagrad, adadelta, adam, adamax, nadam, adamw, lion, lamb, adafactor; did you mean "adam"?',
    ],
    ['an optimizer without a name', withField({ optimizer: { learningRate: 1 } }), 'optimizer.name is missing; it must be one of sgd,'],
    [
      'a misspelt optimizer number',
      withField({ optimizer: { name: 'adam', lerningRate: 1 } }),
      'optimizer.lerningRate is not a field of the spec; did you mean "learningRate"?',
    ],
    [
      'two ways to clip',
      withField({ optimizer: { name: 'adam', clipNorm: 1, clipValue: 0.5 } }),
      'optimizer has clipValue and clipNorm; it can have one of clipValue, clipNorm, globalClipNorm',
    ],
    [
      'two ways to clip, which Keras 2.2 takes for one',
      withField({ dialect: 'keras2.2', optimizer: { name: 'sgd', clipNorm: 1, globalClipNorm: 1 } }),
      'optimizer has clipNorm and globalClipNorm; it can have one of clipValue, clipNorm, globalClipNorm',
    ],
    [
      "another optimizer's number",
      withField({ optimizer: { name: 'adam', momentum: 0.9 } }),
      'optimizer.momentum is not a field of the spec; the fields here are name, learningRate, beta1, beta2, epsilon, amsgrad, weightDecay,',
    ],
    [
      'a negative rate',
      withField({ optimizer: { name: 'sgd', learning_rate: -1 } }),
      'optimizer.learningRate is -1; it must be a finite number of at least 0',
    ],
    [
      'a momentum of 1',
      withField({ optimizer: { name: 'sgd', momentum: 1 } }),
      'optimizer.momentum is 1; it must be a number from 0 up to, but not including, 1',
    ],
    ['text for a flag', withField({ shuffle: 'yes' }), 'shuffle is "yes"; it must be true or false'],
    [
      'an unknown dialect',
      withField({ dialect: 'keras1' }),
      'dialect is "keras1"; it must be one of keras3, keras2.2; did you mean "keras3"?',
    ],
    [
      'an unknown loss',
      { network: { inputSize: 3, loss: 'hinges', layers: [OUTPUT] } },
      'network.loss is "hinges"; it must be one of meanSquaredError,',
    ],
    [
      'no inputs',
      { network: { inputSize: 0, loss: 'mse', layers: [OUTPUT] } },
      'network.inputSize is 0; it must be a whole number from 1 to 1000000',
    ],
    ['a batch of 0', withField({ batchSize: 0 }), 'batchSize is 0; it must be a whole number from 1 to 1000000'],
    ['no epochs', withField({ epochs: 0 }), 'epochs is 0; it must be a whole number from 1 to 1000000'],
    ['endless epochs', withField({ epochs: Number.POSITIVE_INFINITY }), 'epochs is Infinity; it must be a whole number from 1'],
    ['a seed beyond 32 bits', withField({ seed: 2 ** 32 }), 'seed is 4294967296; it must be a whole number from 0 to 4294967295'],
    [
      'an unknown metric',
      withField({ metrics: ['auc', 'f2'] }),
      'metrics[1] is "f2"; it must be one of meanAbsoluteError, rootMeanSquaredError, r2, precision, recall, f1, auc',
    ],
    [
      'an unknown schedule',
      withField({ learningRateSchedule: { name: 'stp', every: 2 } }),
      'learningRateSchedule.name is "stp"; it must be one of constant, step, exponential, cosine, reduceOnPlateau; did you mean "step"?',
    ],
    [
      'half a schedule',
      withField({ learningRateSchedule: { name: 'step' } }),
      'learningRateSchedule.every is missing; it must be a whole number from 1',
    ],
    [
      'an unknown monitor',
      withField({ earlyStopping: { monitor: 'loses' } }),
      'earlyStopping.monitor is "loses"; it must be one of loss, accuracy, testLoss, testAccuracy; did you mean "loss"?',
    ],
    ['glu in a dense layer', hidden({ activation: 'glu' as never }), 'layers[0].activation is "glu"; it must be one of linear,'],
    [
      'a kind of layer that there is not',
      network({ type: 'conv5d' as never }, OUTPUT),
      'network.layers[0].type is "conv5d"; it must be one of dense, dropout,',
    ],
    [
      "another kind's field",
      network({ type: 'dropout', rate: 0.1, units: 3 } as never, OUTPUT),
      'layers[0].units is not a field of the spec; the fields here are type, rate',
    ],
    ['a dropout without its rate', network({ type: 'dropout' } as never, OUTPUT), 'network.layers[0].rate is missing'],
    ['an odd width halved', network({ units: 3 }, { type: 'glu' }, OUTPUT), 'layers[1]: glu halves its inputs, and they are 3'],
    [
      'an output that is no list',
      { network: { inputShape: [3, 2], loss: 'binaryCrossentropy', layers: [OUTPUT] } },
      'layers[0] makes rows of shape [3, 1]; the last layer must make a list: put a flatten before it',
    ],
    [
      'an output that does not fit the loss',
      network({ units: 1, activation: 'relu' }),
      'layers[0].activation is "relu"; the output of binaryCrossentropy must be "sigmoid"',
    ],
    ['dropout on the output', network({ ...OUTPUT, dropout: 0.5 }), 'layers[0].dropout is 0.5; the output layer cannot drop its outputs'],
    [
      'one class',
      { network: { inputSize: 3, loss: 'categoricalCrossentropy', layers: [{ units: 1, activation: 'softmax' }] } },
      'is 1; categoricalCrossentropy needs an output per class',
    ],
    [
      'a class weight too few',
      withField({ classWeights: [1] }),
      'classWeights holds 1 numbers; it must be one factor for each of the 2 classes',
    ],
    ['a negative class weight', withField({ classWeights: [1, -1] }), 'classWeights[1] is -1; it must be a number from 0 to'],
    [
      'class weights without classes',
      { ...network({ units: 2, activation: 'sigmoid' }), classWeights: [1, 1] },
      'classWeights holds 2 numbers; it must be left out: binaryCrossentropy with 2 outputs has no classes',
    ],
  ]

  it.each(cases)('%s is refused by name', (_, spec, message) => {
    expect(() => resolve(spec)).toThrow(InvalidSpecError)
    expect(() => resolve(spec)).toThrow(EspalierError)
    expect(() => resolve(spec)).toThrow(message)
  })

  it('names every fault, one a line', () => {
    expect(() => resolve({ ...hidden({ units: 0 }), epochs: -1, sede: 3 })).toThrow(
      /^network\.layers\[0\]\.units is 0.*\nepochs is -1.*\nsede is not a field of the spec; did you mean "seed"\?$/,
    )
  })
})

describe('what is accepted', () => {
  it('takes the names of Keras and of this package as the same', () => {
    const ours = resolve({
      network: {
        inputSize: 3,
        loss: 'binaryCrossentropy',
        layers: [{ units: 2, activation: { name: 'leakyRelu', negativeSlope: 0.1 }, initializer: 'heNormal' }, OUTPUT],
      },
      batchSize: 7,
      optimizer: { name: 'rmsprop', learningRate: 0.5 },
      learningRateSchedule: { name: 'reduceOnPlateau', minDelta: 0.1 },
    })
    const keras = resolve({
      network: {
        input_size: 3,
        loss: 'binary_crossentropy',
        layers: [{ units: 2, activation: { name: 'leaky_relu', negative_slope: 0.1 }, initializer: 'he_normal' }, OUTPUT],
      },
      batch_size: 7,
      optimizer: { name: 'RMSprop', learning_rate: 0.5 },
      learning_rate_schedule: { name: 'reduce_on_plateau', min_delta: 0.1 },
    })
    expect(keras).toEqual(ours)
    expect(resolve({ network: { inputSize: 2, loss: 'mse', layers: [{ units: 1 }] } }).topology.loss.name).toBe('meanSquaredError')
  })

  it('says every number that was left out', () => {
    const { topology, member } = resolve(network(OUTPUT))
    expect(topology).toEqual({
      inputShape: [3],
      layers: [{ type: 'dense', units: 1, useBias: true, trainable: true }],
      loss: { name: 'binaryCrossentropy', fromLogits: false, labelSmoothing: 0, parameter: 0, gamma: 0, applyClassBalancing: false },
      batchSize: 32,
    })
    expect(member).toMatchObject({
      dialect: 'keras3',
      epochs: 1,
      seed: 0,
      shuffle: true,
      optimizer: { name: 'rmsprop', learningRate: 0.001 },
    })
    expect(member.layers[0]).toMatchObject({ l1: 0, l2: 0, dropout: 0, biasInitializer: { kind: 'constant', value: 0 } })
  })

  it.each([
    ['elu', 1, 1],
    ['leakyRelu', 0.3, 0.2],
    ['hardSigmoid', 0.2, 1 / 6],
    ['tanh', 0, 0],
  ] as const)('gives %s the number of its dialect', (activation, keras2, keras3) => {
    const layerOf = (dialect: string) => resolve({ ...hidden({ activation }), dialect }).member.layers[0]
    expect(layerOf('keras2.2')).toMatchObject({ activation: { name: activation, numbers: [keras2, 0, 0] } })
    expect(layerOf('keras3')).toMatchObject({ activation: { name: activation, numbers: [keras3, 0, 0] } })
  })

  it.each([
    { type: 'gru', units: 2 },
    { type: 'lstm', units: 2 },
    { type: 'bidirectional', layer: { type: 'lstm', units: 2 } },
  ])('gives the gates of $type the activation of its dialect', (layer) => {
    const gates = (dialect: string, own: object = layer) => {
      const spec = { network: { inputShape: [4, 3], loss: 'binaryCrossentropy', layers: [own, OUTPUT] }, dialect }
      return JSON.stringify(resolve(spec).member.layers[0])
    }
    expect(gates('keras2.2')).toContain('"recurrentActivation":{"name":"hardSigmoid","kernel":"hardSigmoid","numbers":[0.2,0,0]}')
    expect(gates('keras3')).toContain('"recurrentActivation":{"name":"sigmoid"')
    const said = { recurrentActivation: 'sigmoid' }
    const told = layer.layer === undefined ? { ...layer, ...said } : { ...layer, layer: { ...layer.layer, ...said } }
    expect(gates('keras2.2', told)).toContain('"recurrentActivation":{"name":"sigmoid"')
  })

  it('takes clipNorm as its dialect does: Keras 3 of each tensor, Keras 2.2 of all together', () => {
    const clips = (dialect: string) => resolve(withField({ dialect, optimizer: { name: 'sgd', clipNorm: 0.5 } })).member.optimizer
    expect(clips('keras3')).toMatchObject({ clipNorm: 0.5, globalClipNorm: 0 })
    expect(clips('keras2.2')).toMatchObject({ clipNorm: 0, globalClipNorm: 0.5 })
  })

  it('fills the fields of early stopping', () => {
    expect(resolve(withField({ earlyStopping: {} })).member.earlyStopping).toEqual({
      monitor: 'testLoss',
      patience: 0,
      minDelta: 0,
      restoreBest: true,
    })
  })
})

describe('initial weights', () => {
  const { topology } = resolve(hidden({}))
  const member = { layers: [{ activation: 'relu' as const }, { activation: 'sigmoid' as const }] }

  it('are kept', () => {
    const weights = makeWeights(topology, 1)
    expect(resolveMember(member, topology, weights).initialWeights).toBe(weights)
  })

  it('are refused in another shape, under the path of the member', () => {
    const [first] = makeWeights(topology, 1)
    if (first === undefined) throw new Error('no layer')
    expect(() => resolveMember(member, topology, [first])).toThrow('initialWeights holds 1 layers; the network has 2')
    const wrong = [first, [new Float32Array(3), new Float32Array(1)] as const]
    expect(() => resolveMember(member, topology, wrong, memberNames(4))).toThrow(
      'members[4].initialWeights[1] holds 3 and 1 numbers; it must hold a kernel of 2 x 1 = 2 and a bias of 1',
    )
  })

  it('must have as many layers of a member as the topology', () => {
    expect(() => resolveMember({ layers: [] }, topology)).toThrow('layers holds 0 layers; the topology has 2')
  })
})

describe('the JSON Schema', () => {
  it('describes what an editor completes', () => {
    const schema = JSON.parse(JSON.stringify(specJsonSchema())) as {
      required: string[]
      additionalProperties: boolean
      properties: { network: { properties: { layers: { items: { $ref: string } } } } }
      $defs: Record<string, { anyOf: { required?: string[]; properties: Record<string, { const?: string }> }[] }>
    }
    // Layers hold layers, so they are defined once and referred to.
    const kinds = schema.$defs[schema.properties.network.properties.layers.items.$ref.replace('#/$defs/', '')]?.anyOf ?? []
    const [layer] = kinds
    expect(schema.required).toEqual(['network'])
    expect(schema.additionalProperties).toBe(false)
    expect(layer?.required).toEqual(['units'])
    expect(Object.keys(layer?.properties ?? {})).toEqual([
      'type',
      'units',
      'useBias',
      'trainable',
      'activation',
      'initializer',
      'biasInitializer',
      'l1',
      'l2',
      'dropout',
    ])
    expect(kinds.map(({ properties }) => properties.type?.const)).toEqual(LAYER_TYPES)
  })
})
