import { readFileSync } from 'node:fs'
import { unzipSync } from 'fflate'
import { InvalidDataError } from '../../src/core/errors.ts'
import type { TrainSpec } from '../../src/core/spec.ts'
import { encodeTable } from '../../src/data/encode.ts'
import { UnsupportedModelError } from '../../src/formats/errors.ts'
import type { Model } from '../../src/formats/model.ts'
import { encodeSafetensors } from '../../src/formats/safetensors/tensors.ts'
import { EntryWriter } from '../../src/study/journal/entries.ts'
import { formatLines } from '../../src/study/journal/file/lines.ts'
import type { Checkpoint } from '../../src/train/result.ts'
import { makeModel, standardize } from '../formats/models.ts'
import { checkDataset } from './checks.ts'

/** Whole inputs for the readers. */

export const file = (path: string): Uint8Array => new Uint8Array(readFileSync(path))
export const text = (path: string): string => readFileSync(path, 'utf8')

/** Files that other programs wrote, of an archive of them. */
export function foreign(archive: string, ...names: readonly string[]): Uint8Array[] {
  const files = unzipSync(file(`test/formats/${archive}`))
  return names.map((name) => {
    const found = files[name]
    if (found === undefined) throw new Error(`${archive} has no ${name}`)
    return found
  })
}

export const MODEL_ERRORS = [InvalidDataError, UnsupportedModelError]

export const models = (): Model[] => [
  makeModel({ hidden: { name: 'elu', alpha: 0.5 }, output: 'softmax' }),
  makeModel({ hidden: 'hardSigmoid', output: 'sigmoid', transforms: [] }),
  makeModel({ hidden: 'relu', transforms: [{ kind: 'impute', value: [1, 2, 3, 4, 5, 6] }, standardize] }),
]

const history = {
  loss: [0.5, Number.NaN],
  accuracy: [0.5, 0.75],
  testLoss: [],
  testAccuracy: [],
  testMetrics: { f1: [0.1, 0.2] },
  learningRate: [0.1, 0.1],
}

export function checkpoint(numbers: number): Checkpoint {
  const parameters = Float32Array.from({ length: numbers }, (_, i) => Math.sin(i))
  return {
    epoch: 2,
    optimizer: 'adam',
    state: {
      parameters,
      slots: [parameters.map((value) => value / 2), parameters.map((value) => value ** 2)],
      steps: 12,
      products: [0.9, 0.99, 1],
    },
    history,
    best: { epoch: 1, parameters },
  }
}

export function withCheckpoint(model: Model): Model {
  const numbers = model.weights.flat().reduce((sum, { length }) => sum + length, 0)
  return { ...model, checkpoint: checkpoint(numbers) }
}

/** As PyTorch's state_dict of the network. */
const STATE: Readonly<Record<string, readonly number[]>> = { '0.weight': [4, 3], '0.bias': [4], '2.weight': [2, 4], '2.bias': [2] }
export const NETWORK: TrainSpec['network'] = {
  inputSize: 3,
  loss: 'meanSquaredError',
  layers: [{ units: 4, activation: 'relu' }, { units: 2 }],
}

export function stateDict(): Uint8Array {
  const tensors = Object.entries(STATE).map(([name, shape]) => {
    const length = shape.reduce((product, size) => product * size, 1)
    return [name, { shape, data: Float32Array.from({ length }, (_, i) => Math.sin(i)) }] as const
  })
  return encodeSafetensors({ tensors: new Map(tensors), metadata: {} })
}

export const CSV = [
  'a,b,c,y\n1,2.5,x,0\n2,-3e2,y,1\n3,.5,x,1\n4,1e-3,"z, ""q""",0\n',
  'name;size;weight;class\r\nfirst;1;0,5;yes\r\nsecond;2;0,6;no\r\nthird;NA;0,7;yes\r\n',
  'x\ty\n1\t2\n3\t4\n5\t6\n',
]
export const ARFF = [
  "% comment\n@relation r\n@attribute a numeric\n@attribute 'b c' {x, 'y z', \"w\"}\n@attribute s string\n@attribute class {no, yes}\n@data\n1,x,'it\\'s',no\n2,'y z',?,yes % c\n?,w,\"t\",no\n",
  '@relation r\n@attribute a real\n@attribute b integer\n@attribute c {u,v}\n@data\n{0 1.5, 2 v}\n{ }\n{1 7}\n',
]

/** Tables of the kinds that people have: decimal commas, titles and totals, quotes, dates, JSON. */
export const TEXTS = [
  'Stadt;Fläche;Preis\nKöln;405,01;1.200,50 €\nUlm;118,68;3,00 €\nBonn;141,06;40,10 €\n',
  'Report 2020\n\nid,day,"a ""b""",y\n1,2020-01-02,"x\ny",yes\n2,2020-01-03,,no\n3,NA,z,no\nTotal,,,\n',
  '# made by x\na\tb\tc\n1e5\t-2.5\t12 %\n.5\t1,234\t13 %\n0.12345678901234567\t3\t-\n',
  '{"a":1,"b":"x"}\n{"a":2.5,"b":"y","c":true}\n{"b":[1,{"c":2}],"c":null}\n',
  '[{"a":1,"b":"2020-01-02"},{"a":2,"b":null}]',
]

export const table = (cells: Parameters<typeof encodeTable>[0]): void => checkDataset(encodeTable(cells, { missing: 'mean' }))

export function journalText(): string {
  const write = new EntryWriter({ worker: 'w', now: () => new Date(2026, 0, 1) })
  const float = { type: 'float', low: 0, high: 1, log: false, step: undefined } as const
  const kind = { type: 'categorical', choices: ['relu', 'tanh', null, 3] } as const
  return formatLines([
    write.createStudy('s', ['minimize']),
    write.setStudyUserAttr(0, 'kept', { deep: [1, Number.NaN, { x: 'NaN' }], text: 'ü"\\' }),
    write.setStudySystemAttr(0, 'study:metric_names', ['loss']),
    write.createTrial(0),
    write.setTrialParam(0, 'rate', 0.25, float),
    write.setTrialParam(0, 'activation', 'tanh', kind),
    write.setTrialIntermediateValue(0, 1, Number.POSITIVE_INFINITY),
    write.setTrialUserAttr(0, 'note', 'Infinity'),
    write.setTrialState(0, 'complete', [0.5]),
    write.createTrial(0, {
      ...{ state: 'complete', params: { rate: 0.5 }, distributions: { rate: float }, values: [1], intermediateValues: new Map([[0, 1]]) },
      ...{ userAttrs: {}, systemAttrs: {}, datetimeStart: new Date(2026, 0, 1), datetimeComplete: new Date(2026, 0, 2) },
    }),
  ])
}
