import { gzipSync } from 'node:zlib'
import * as api from 'espalier'
import { answerOf, rowsOf } from '../learn/answers.ts'

/** Right arguments of every public function, from which the tests make wrong ones. */

const IDX = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 5, 6)
const CSV = 'a,b\n1,x\n2,y\n'
const ARFF = '@relation r\n@attribute a numeric\n@attribute b {x,y}\n@data\n1,x\n2,y\n'
const features = Float32Array.from({ length: 40 }, (_, i) => Math.sin(i))
const targets = Array.from({ length: 20 }, (_, i) => i % 2)
const data = () => api.fromArrays({ features, inputSize: 2, targets, task: 'binary' })
const split = () => api.trainTestSplit(data(), { testFraction: 0.25, seed: 1, stratify: true })
const LAYERS = [
  { units: 2, activation: 'tanh' as const },
  { units: 1, activation: 'sigmoid' as const },
]
const spec = () => ({
  network: { inputSize: 2, loss: 'binaryCrossentropy' as const, layers: LAYERS },
  optimizer: 'adam' as const,
  epochs: 1,
  seed: 1,
})
export interface Shared {
  readonly backend: api.Backend
  readonly result: api.FitResult
}

const PREPARE = {
  target: 'b',
  ignore: [],
  numbers: 'standard',
  categories: 'oneHot',
  missing: 'mode',
  columns: { a: { numbers: 'robust' } },
} as const
const typed = () => api.typedTable(api.parseCsvTable(CSV))
const prepared = () => api.fitPreparation(typed(), [0, 1], PREPARE)

const houses = answerOf('regression', 40)
const saved = houses.answer.save()
const [house] = rowsOf(houses.table)

/** (rows) chances of the second of two classes, and what a program says of such rows. */
const chances = Float64Array.from({ length: 20 }, (_, i) => (i + 1) / 22)
const said = () => ({
  task: 'classes' as const,
  actual: Int32Array.from(targets),
  classes: 2,
  probabilities: Float64Array.from([...chances].flatMap((p) => [1 - p, p])),
  isBalanced: false,
})
const bag = () => ({
  judged: said(),
  folds: [0, 1, 2].map((fold) => ({ said: said().probabilities, unseen: Uint8Array.from(targets, (_, i) => Number(i % 3 === fold)) })),
})
const measured = () => ({
  task: 'numbers' as const,
  actual: Float64Array.from({ length: 40 }, (_, i) => i),
  predicted: Float64Array.from({ length: 40 }, (_, i) => i + Math.sin(i)),
  loss: { name: 'huber' as const, quantile: 0.5, delta: 1 },
})
const choosing = () => ({
  task: 'binary' as const,
  outputs: 1,
  truth: Float64Array.from(targets),
  rows: Uint32Array.of(0, 1, 2, 3),
  loss: {
    ofNumbers: { name: 'meanSquaredError' as const, quantile: 0.5, delta: 0 },
    ofClasses: { name: 'crossentropy' as const, labelSmoothing: 0, gamma: 0 },
  },
})

const QUICK = { resamples: 20, seed: 1 } as const
const distribution = { type: 'float', low: 0, high: 1, log: false, step: undefined } as const
const trials = (): api.Trial[] =>
  Array.from({ length: 8 }, (_, number) => ({
    number,
    state: 'complete',
    params: { x: number / 8, y: (number * 5) % 8 ? 0.5 : 0.25 },
    distributions: { x: distribution, y: distribution },
    values: [number / 3],
    intermediateValues: new Map([
      [1, number % 3],
      [2, number],
    ]),
    userAttrs: { 'espalier:repeats': [[number / 3], [number / 2], [number / 4]] },
    systemAttrs: {},
    datetimeStart: undefined,
    datetimeComplete: undefined,
  }))

type Arguments = (shared: Shared) => readonly unknown[]

/** Functions that are not called with nonsense here: they take what other functions of the package make, or have tests of their own. */
export const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  'fit and loadAnswer make them; their methods are below': ['FitResult', 'Answer'],
  'in browsers alone': ['IndexedDbJournal', 'IndexedDbCheckpoints'],
  'calls a function of the caller, whose errors are the caller’s': ['bootstrap'],
  'of a study as samplers see it': ['winnerTakesAllReport'],
  studies: ['readStudies'],
  'published studies': [
    'extensionReport',
    'fashionReport',
    'learnUci',
    'pimaReport',
    'replayFashion',
    'replayFashionExtension',
    'replayPima',
    'replayTwig',
    'replayUci',
    'twigReport',
    'uciReport',
  ],
}

export const FUNCTIONS: Readonly<Record<string, Arguments>> = {
  openBackend: () => [{ prefer: 'wasm', workers: 0, threads: 1, simd: 'plain' }],
  specJsonSchema: () => [],
  assertFinite: () => ['features', Float32Array.of(1, 2), 1, ['a']],
  fromArrays: () => [
    {
      features: [
        [1, 2],
        [3, 4],
      ],
      targets: [0, 1],
      task: 'binary',
      inputSize: 2,
      featureNames: ['a', 'b'],
      classNames: ['n', 'y'],
      sampleWeights: [1, 1],
    },
  ],
  takeRows: () => [data(), [0, 3]],
  countClasses: () => [data()],
  describeDataset: () => [data()],
  loadDataset: () => ['pima', { testFraction: 0.2, seed: 1 }],
  gunzip: () => [gzipSync(IDX), 'a file', { maxUnpackedBytes: 100 }],
  parseIdx: () => [IDX, 'a file', { maxUnpackedBytes: 100 }],
  fromIdx: () => [{ shape: [2, 1, 2], data: Uint8Array.of(1, 2, 3, 4) }, { shape: [2], data: Uint8Array.of(0, 1) }, ['a', 'b']],
  parseArffTable: () => [ARFF],
  parseArff: () => [ARFF, { target: 'b', task: 'binary', ignore: [], classNames: ['x', 'y'], missing: 'refuse' }],
  parseCsvTable: () => [CSV, { header: true, delimiter: ',', missingMarkers: ['-'] }],
  parseCsv: () => [CSV, { target: 'b', task: 'binary', categorical: ['a'], classNames: ['x', 'y'], missing: 'drop' }],
  encodeFeatures: () => [api.parseCsvTable(CSV), { features: [{ name: 'a', kind: 'numeric' }] }, false],
  encodeTable: () => [api.parseCsvTable(CSV), { target: -1, encoding: api.parseCsv(CSV).encoding }],
  categorical: () => [['a', 1, true, null], { when: 'x > 1' }],
  createStudy: () => [
    { name: 's', seed: 1, space: { x: api.float(0, 1) }, sampler: 'random', objective: 'value', journal: new api.MemoryJournal() },
  ],
  kFolds: () => [data(), { folds: 3, seed: 1, stratify: true }],
  trainTestSplit: () => [data(), { testFraction: 0.25, seed: 1, stratify: true }],
  fitImputer: () => [data(), 'median'],
  fitMinMax: () => [data()],
  fitStandardizer: () => [data()],
  minMaxScale: () => [split()],
  standardize: () => [split()],
  transformFromJSON: () => [{ kind: 'minMax', min: [0, 0], scale: [1, 1] }],
  readTable: () => [CSV, { header: true, delimiter: ',', name: 'a table', kinds: { a: 'number' }, like: [{ name: 'a' }], ignore: [] }],
  describeTable: () => [typed(), { target: 'b' }],
  typedTable: () => [api.parseCsvTable(CSV), { ignore: [], categorical: ['a'] }],
  usableRows: () => [typed(), PREPARE],
  fitPreparation: () => [typed(), [0, 1], PREPARE],
  prepareTable: () => [typed(), PREPARE, { testFraction: 0.5, seed: 1, stratify: false }],
  prepare: () => [prepared(), typed(), [0, 1], { training: true }],
  prepareFeatures: () => [prepared(), typed(), [0]],
  unprepareTargets: () => [prepared(), Float32Array.of(0.25)],
  preparationFromJSON: () => [JSON.parse(JSON.stringify(prepared()))],
  describePreparation: () => [prepared()],
  learn: ({ backend }) => [backend, typed(), { target: 'b', budget: { steps: 1 }, seed: 1, ignore: [] }],
  embeddingLayers: () => [data()],
  loadAnswer: () => [saved],
  summarize: () => [[1, 2, 3, 5], { ...QUICK, level: 0.9, method: 'bca' }],
  compareRepeats: () => [
    [
      [1, 2, 4],
      [2, 2, 3],
    ],
    { direction: 'minimize', test: 't', correction: 'none', bootstrap: QUICK },
  ],
  compareTrials: () => [trials(), { direction: 'minimize', objective: 0, test: 't', correction: 'none', bootstrap: QUICK }],
  finalParams: () => [trials()[0]],
  fanova: () => [trials(), { objective: 0, params: ['x'], scale: 'declared', trees: 2, maxDepth: 3, seed: 1, pairs: true }],
  permutationImportance: () => [trials(), { objective: 0, scale: 'linear', trees: 2, maxDepth: 3, seed: 1, shuffles: 1 }],
  slice: () => [trials(), 'x', { objective: 0, trees: 2, seed: 1, grid: 3 }],
  contour: () => [trials(), 'x', 'y', { objective: 0, trees: 2, seed: 1, grid: 3 }],
  rankCorrelation: () => [trials(), [1, 2], QUICK],
  topKRegret: () => [trials(), 1, 2, 'minimize'],
  scorePredictions: () => [
    { judged: said(), bag: bag() },
    { metric: 'logLoss', level: 0.9, linear: { judged: said() } },
  ],
  selectEnsemble: () => [choosing(), [chances.slice(), chances.map((p) => 1 - p)]],
  combinePredictions: () => [[chances.slice(), chances.slice()], Float64Array.of(0.5, 0.5)],
  fitIntervals: () => [measured(), { spread: new Float64Array(40).fill(1), level: 0.9, seed: 1 }],
  predictInterval: () => [api.fitIntervals(measured()), 1, 0, 0.9],
  predictSet: () => [api.fitIntervals(said()), [0.2, 0.8], 0.9],
  fitTemperature: () => [said(), [0, 1, 2]],
  applyTemperature: () => [said().probabilities, 2, 1.5],
  MemoryJournal: () => [],
  MemoryCheckpoints: () => [],
  float: () => [0, 1, { log: false }],
  int: () => [1, 4, { log: true }],
  fit: ({ backend }) => [
    backend,
    { ...spec(), metrics: ['auc'], positiveClass: 1, callbacks: {}, signal: new AbortController().signal },
    split(),
  ],
  fitPopulation: ({ backend }) => [
    backend,
    { inputSize: 2, units: [2, 1], loss: 'binaryCrossentropy', batchSize: 5 },
    [{ layers: [{ activation: 'tanh' }, { activation: 'sigmoid' }], optimizer: 'adam', epochs: 1 }],
    split(),
    { metrics: ['auc'], until: 1 },
  ],
}

/** Methods of what the functions give, called on a fresh one. */
export const METHODS: Readonly<Record<string, { readonly of: (shared: Shared) => Promise<object> | object; readonly with: Arguments }>> = {
  'Answer.predict': { of: () => api.loadAnswer(saved), with: () => [[house], { level: 0.9 }] },
  'Answer.save': { of: () => api.loadAnswer(saved), with: () => [] },
  'Answer.card': { of: () => api.loadAnswer(saved), with: () => [] },
  'FitResult.predict': { of: ({ result }) => result, with: () => [[[1, 2]]] },
  'FitResult.evaluate': { of: ({ result }) => result, with: () => [data(), ['auc']] },
  'Transform.apply': { of: () => api.fitStandardizer(data()), with: () => [data()] },
}
