// Recurrent layers and embeddings: how they are written and read.

import type { LayerSpec } from '../../core/layers/index.ts'
import type { MemberLayer, TopologyLayer } from '../../core/population.ts'
import { UnsupportedModelError } from '../errors.ts'
import { type Convention, snakeCase, TFJS } from '../layers/convention.ts'
import type { Inner, LayerToRead, Refusal } from '../layers/step.ts'
import { refuse } from '../layers/step.ts'
import type { LayerPart, Part } from '../layers/write.ts'
import { activationOf, activationParts, isActivation } from './activations.ts'
import { type KindReader, one, type Read } from './layer.ts'
import { part, type ToWrite, variables } from './part.ts'

type Cell = 'simpleRnn' | 'gru' | 'lstm'
const CLASSES: Readonly<Record<Cell, string>> = { simpleRnn: 'SimpleRNN', gru: 'GRU', lstm: 'LSTM' }

type CellShape = Extract<TopologyLayer, { readonly type: Cell }>
type CellMember = Extract<MemberLayer, { readonly type: Cell }>

/** @throws UnsupportedModelError for an activation that is no word */
function cellConfig(layer: CellShape, own: CellMember, convention: Convention, where: string) {
  const word = (activation: CellMember['activation']): string => {
    const { word: own1, after } = activationParts(activation, convention, where)
    if (after.length > 0)
      throw new UnsupportedModelError(
        `${where}.activation is "${activation.name}", which a recurrent layer of a file takes by its word alone`,
      )
    return own1
  }
  const { units, useBias, returnSequences, goBackwards } = layer
  return {
    ...{ units, activation: word(own.activation), use_bias: useBias, return_sequences: returnSequences, go_backwards: goBackwards },
    ...(layer.type === 'simpleRnn' ? {} : { recurrent_activation: word(own.recurrentActivation) }),
    ...(layer.type === 'gru' ? { reset_after: layer.resetAfter } : {}),
  }
}

/** TensorFlow.js has no GRU whose reset gate comes after the product. */
function checkGru(layer: CellShape, convention: Convention, where: string): void {
  if (convention === TFJS && layer.type === 'gru' && layer.resetAfter)
    throw new UnsupportedModelError(`${where} is a gru with resetAfter, which TensorFlow.js does not have; toSafetensors keeps it`)
}

/** Weights under a prefix: Keras keeps them in the layer's cell, TensorFlow.js by the layer's name. */
const within = (weights: LayerPart['weights'], convention: Convention, path: string): LayerPart['weights'] =>
  convention === TFJS ? weights : weights.map(([name, tensor]) => [`${path}/${name}`, tensor])

function cellParts({ layer, own, weights, convention, where }: ToWrite<Cell>): Part[] {
  checkGru(layer, convention, where)
  return [part(CLASSES[layer.type], cellConfig(layer, own, convention, where), within(variables(weights), convention, 'cell'))]
}

function bidirectionalParts({ layer, own, weights, convention, where }: ToWrite<'bidirectional'>): Part[] {
  checkGru(layer.layer, convention, where)
  const className = CLASSES[layer.layer.type]
  const config = cellConfig(layer.layer, own.layer, convention, where)
  const inner = snakeCase(className)
  const object = (name: string, more: object) => ({
    class_name: className,
    config: { name, trainable: true, dtype: 'float32', ...config, ...more },
  })
  const named = variables(weights).map(([name, tensor]) => {
    const [way = '', variable = ''] = name.split('/')
    return [convention === TFJS ? `${way}_${inner}/${variable}` : `${way}_layer/cell/${variable}`, tensor] as const
  })
  if (convention === TFJS) return [part('Bidirectional', { layer: object(inner, {}), merge_mode: layer.mergeMode }, named)]
  const module = { module: 'keras.layers', registered_name: null }
  const backwards = { go_backwards: !layer.layer.goBackwards }
  const layers = {
    layer: { ...module, ...object(`forward_${inner}`, {}) },
    backward_layer: { ...module, ...object(`backward_${inner}`, backwards) },
  }
  return [part('Bidirectional', { ...layers, merge_mode: layer.mergeMode }, named)]
}

export const RECURRENT_WRITERS: { readonly [K in Cell | 'bidirectional' | 'embedding']: (given: ToWrite<K>) => readonly Part[] } = {
  simpleRnn: (given) => cellParts(given as ToWrite<Cell>),
  gru: (given) => cellParts(given as ToWrite<Cell>),
  lstm: (given) => cellParts(given as ToWrite<Cell>),
  bidirectional: bidirectionalParts,
  embedding: ({ layer, weights }) => [
    part('Embedding', { input_dim: layer.inputDim, output_dim: layer.outputDim, mask_zero: layer.maskZero }, variables(weights)),
  ],
}

/** A cell with its weights; `inner` is where they are. */
function readCell(type: Cell, given: LayerToRead, inner: Inner): Read | Refusal {
  const { field } = given
  const flag = (key: string, usual = false): boolean => field(key, 'flag') ?? usual
  if (flag('return_state') || flag('stateful') || flag('time_major')) return refuse('gives or keeps its state, or has its steps first')
  const activation = 'activation' in given.layer.config ? activationOf(given) : 'tanh'
  if (!isActivation(activation)) return activation
  const gates = 'recurrent_activation' in given.layer.config ? activationOf(given, 'recurrent_activation') : 'sigmoid'
  if (!isActivation(gates)) return gates
  const useBias = flag('use_bias', true)
  const names = ['kernel', 'recurrent_kernel', ...(useBias ? ['bias'] : [])]
  const tensors = given.take(names, inner)
  const resetAfter = useBias ? tensors[2]?.shape.length === 2 : flag('reset_after')
  const spec = {
    ...{ type, units: field('units', 'number') ?? 0, activation },
    ...(type === 'simpleRnn' ? {} : { recurrentActivation: gates }),
    ...(type === 'gru' ? { resetAfter } : {}),
    ...(useBias ? {} : { useBias }),
    ...(flag('return_sequences') ? { returnSequences: true } : {}),
    ...(flag('go_backwards') ? { goBackwards: true } : {}),
  } as LayerSpec
  return { layers: [{ spec, weights: tensors.map(({ data }) => data) }] }
}

const TYPES: Readonly<Record<string, Cell>> = { SimpleRNN: 'simpleRnn', GRU: 'gru', LSTM: 'lstm' }

const cellReader =
  (type: Cell): KindReader =>
  (given) => {
    if (given.field('zero_output_for_mask', 'flag') === true && given.field('return_sequences', 'flag') === true)
      return refuse('gives zeros at masked steps (zero_output_for_mask); here it repeats its last output')
    const read = readCell(type, given, { path: 'cell', first: 0 })
    const rate = given.field('dropout', 'number') ?? 0
    if ('refused' in read || rate <= 0) return read
    // One mask for all steps of a row is what Keras drops of the inputs.
    return { layers: [{ spec: { type: 'spatialDropout1d', rate }, weights: [] }, ...read.layers] }
  }

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

/** What one way of two computes. */
const waySpec = ({ layers }: Read): string => JSON.stringify(layers.map(({ spec }) => ({ ...spec, goBackwards: undefined })))

function bidirectional(given: LayerToRead): Read | Refusal {
  const { layer: cell } = given.layer.config
  const className = isRecord(cell) && typeof cell.class_name === 'string' ? cell.class_name : ''
  const type = Object.hasOwn(TYPES, className) ? TYPES[className] : undefined
  const config = isRecord(cell) && isRecord(cell.config) ? cell.config : {}
  if (type === undefined) return refuse(`goes both ways by a layer of the class "${className}"`)
  if (given.layer.config.merge_mode === null) return refuse('gives its two ways apart (merge_mode None)')
  const mergeMode = given.field('merge_mode', 'text') ?? 'concat'
  if (!['concat', 'sum', 'ave', 'mul'].includes(mergeMode)) return refuse(`merges its two ways by "${mergeMode}"`)
  const own = { ...given.layer, className, config }
  const name = String(config.name ?? snakeCase(className)).replace(/^forward_/, '')
  const inner = { ...given, layer: own, field: given.fieldIn(own) }
  const forward = readCell(type, inner, { path: 'forward_layer/cell', name: `forward_${name}`, first: 0 })
  if ('refused' in forward) return forward
  const first = forward.layers[0]?.weights.length ?? 0
  const { backward_layer: other } = given.layer.config
  const back = isRecord(other) && isRecord(other.config) ? other : cell
  const [backName, backConfig] = isRecord(back) && isRecord(back.config) ? [back.class_name, back.config] : [className, config]
  if (backName !== className) return refuse(`goes back by a layer of another class, "${String(backName)}"`)
  const ownBack = { ...given.layer, className, config: backConfig }
  const innerBack = { ...given, layer: ownBack, field: given.fieldIn(ownBack) }
  const backward = readCell(type, innerBack, { path: 'backward_layer/cell', name: `backward_${name}`, first })
  if ('refused' in backward) return backward
  if (waySpec(forward) !== waySpec(backward)) return refuse('goes back by a layer of other numbers than the one that goes forwards')
  if (config.go_backwards === true) return refuse('goes backwards first (go_backwards)')
  const [one1, two] = [forward.layers[0], backward.layers[0]]
  return {
    layers: [
      {
        spec: { type: 'bidirectional', layer: one1?.spec, mergeMode } as LayerSpec,
        weights: [...(one1?.weights ?? []), ...(two?.weights ?? [])],
      },
    ],
  }
}

export const RECURRENT_READERS: Readonly<Record<string, KindReader>> = {
  SimpleRNN: cellReader('simpleRnn'),
  GRU: cellReader('gru'),
  LSTM: cellReader('lstm'),
  Bidirectional: bidirectional,
  Embedding: (given) => {
    const { field } = given
    const [inputDim, outputDim] = [field('input_dim', 'number') ?? 0, field('output_dim', 'number') ?? 0]
    const masks = field('mask_zero', 'flag') === true
    return one({ type: 'embedding', inputDim, outputDim, ...(masks ? { maskZero: true } : {}) }, given, ['embeddings'])
  },
}
