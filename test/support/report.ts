// Sample reports for tests.

import type { Block, Report, Series } from '../../src/report/model.ts'
import { drawFrom } from './random.ts'

const INITIALIZERS = [
  ...['zeros', 'ones', 'randomNormal', 'randomUniform', 'truncatedNormal', 'orthogonal'],
  ...['lecunNormal', 'lecunUniform', 'glorotNormal', 'glorotUniform', 'heNormal', 'heUniform'],
]
const PUBLISHED = [0.1, 0.1, 0.8, 0.803, 0.791, 0.8, 0.805, 0.806, 0.796, 0.809, 0.81, 0.807]
const RUNGS = [1, 2, 5, 10, 20]

/** Numbers that look as a study's would, the same in every run. */
const draw = drawFrom(7)
const noise = (): number => 2 * draw.uniform() - 1

const curve = (name: string, end: number, facet?: string): Series => ({
  name,
  facet,
  points: Array.from({ length: 20 }, (_, i) => {
    const mean = end - 0.25 / (i + 1) + 0.004 * noise()
    const half = 0.004 + 0.02 / (i + 1)
    return { x: i + 1, mean, low: mean - half, high: mean + half }
  }),
})

const spread = (mean: number, half: number) => ({ mean, low: mean - half, high: mean + half })
const learnt = INITIALIZERS.map((name, i) => ({ name, published: PUBLISHED[i] ?? 0, value: (PUBLISHED[i] ?? 0) + 0.004 * noise() })).slice(
  2,
)
const ranked = [...learnt].sort((a, b) => b.value - a.value)

/** At each rung the places of the initialisers, from the best: less and less in disorder. */
const rankings = RUNGS.map((_, k) => {
  const scores = learnt.map((_, i) => ({ i, score: i + (5 - k) * noise() }))
  return scores.sort((a, b) => a.score - b.score).map(({ i }) => i)
})

const trials = Array.from({ length: 60 }, (_, i) => {
  const [units, rate] = [Math.round(2 ** (2 + 4 * draw.uniform())), 10 ** (-4 + 3 * draw.uniform())]
  const activation = ['relu', 'elu', 'tanh'][i % 3] ?? 'relu'
  return {
    name: `trial ${i}`,
    at: [units, rate, activation, i % 4 === 0 ? null : 0.5 * draw.uniform()],
    value: 0.3 + 0.1 * Math.abs(Math.log10(rate) + 2.4) + 0.02 * draw.uniform(),
  }
})

export const HOSTILE = '</figure><script>alert("1 & 2")</script> | `*_$x$_*` [a](b)\nnext'

const accuracy = { label: 'test accuracy', format: { decimals: 3 } } as const

/** Every kind of block, with numbers like those of the published studies. */
export const blocks: readonly Block[] = [
  {
    kind: 'verdicts',
    name: 'verdicts',
    caption: 'What the measurements say of each claim, by tests that were fixed before measuring.',
    claims: [
      {
        ...{
          id: 'A1',
          claim: 'Networks that start from zeros or ones do not learn.',
          published: 'accuracy 0.100; losses 2.303 and 14.506',
        },
        ...{
          measured: 'accuracy 0.1000; losses 2.3026 and 14.5063 with every seed',
          test: 'both equal to four digits',
          verdict: 'reproduced',
        },
      },
      {
        ...{
          id: 'A3',
          claim: 'The initialiser makes no significant difference, zeros and ones aside.',
          published: '0.791 to 0.810, He normal best',
        },
        ...{ measured: '0.796 to 0.811', test: 'Friedman over 5 seeds, Holm, at 0.05', p: 0.21, verdict: 'undecided' },
        note: 'The published winner is inside the noise: a single run decides nothing here.',
      },
      {
        ...{ id: 'A5', claim: 'Batches below 128 bring no improvement.', published: '0.873 at 128, 0.863 at 64, 0.873 at 16' },
        ...{
          measured: '0.869 [0.867, 0.871] at 128, 0.874 [0.873, 0.876] at 32',
          test: 'paired t-test against 128, one-sided, at 0.05',
          p: 0.000012,
        },
        verdict: 'not reproduced',
      },
    ],
  },
  {
    kind: 'table',
    name: 'initializers',
    caption: 'Every initialiser but the constant ones ends within two points of the best.',
    columns: [
      { name: 'initialiser' },
      { name: 'published accuracy', format: { decimals: 3 } },
      { name: 'accuracy', format: { decimals: 3 } },
      { name: 'loss', format: { decimals: 3 } },
      { name: 'time', unit: 's', format: { decimals: 1 } },
      { name: 'rank' },
      { name: 'p, Holm', format: { significant: 2 } },
    ],
    rows: [
      ...ranked.map(({ name, published, value }, i) => [
        i === 0 ? { value: name, marks: ['winner' as const] } : name,
        { value: published, marks: ['published' as const] },
        { value: spread(value, 0.004), marks: i === 0 ? ['winner' as const] : [] },
        spread(1.25 - value, 0.006),
        30 + 2 * i,
        i + 1,
        i === 0 ? null : Math.min(1, 0.9 / i),
      ]),
      ['zeros', { value: 0.1, marks: ['published'] }, spread(0.1, 0), spread(Math.LN10, 0), 30.1, 11, 0.0001],
      ['ones', { value: 0.1, marks: ['published'] }, spread(Number.NaN, Number.NaN), 14.5063, 30.2, 12, Number.NaN],
    ],
  },
  {
    kind: 'lineChart',
    name: 'curves-initializers',
    caption: 'Figure 2 a: ten initialisers come to the same accuracy; bands are 95 % intervals over 5 seeds.',
    x: { label: 'epoch' },
    y: accuracy,
    series: [...learnt.map(({ name, value }) => curve(name, value + 0.08)), { ...curve('published best', 0.895), dashed: true }],
  },
  {
    kind: 'lineChart',
    name: 'curves-scaling',
    caption: 'Without standardising, sigmoid and tanh stay at the majority class.',
    x: { label: 'epoch' },
    y: { label: 'training accuracy', format: { percent: 1 } },
    series: ['raw', 'standardised'].flatMap((facet, k) =>
      ['sigmoid', 'tanh', 'relu', 'leakyRelu'].map((name, i) => curve(name, 0.65 + 0.05 * i * (1 + k), facet)),
    ),
  },
  {
    kind: 'lineChart',
    name: 'curves-loss',
    caption: 'On a logarithmic scale the constant start shows at once.',
    x: { label: 'time', unit: 's' },
    y: { label: 'test loss', log: true },
    series: [
      { name: 'heNormal', points: [1, 2, 3, 4, 5].map((x) => ({ x: 6.1 * x, mean: 2 / x, low: 1.8 / x, high: 2.2 / x })) },
      { name: 'ones', points: [1, 2, 3, 4, 5].map((x) => ({ x: 6.1 * x, mean: 14.5063 })) },
    ],
  },
  {
    kind: 'dotIntervals',
    name: 'ranking-initializers',
    caption: 'Intervals overlap: the order of the initialisers is not decided by these seeds.',
    value: accuracy,
    label: 'initialiser',
    dots: ranked.map(({ name, value, published }) => ({ name, value, low: value - 0.004, high: value + 0.004, published })),
  },
  {
    kind: 'dotIntervals',
    name: 'ranking-batches',
    caption: 'Standardised features help every batch size.',
    value: accuracy,
    label: 'batch size',
    dots: ['5', '10', '16', '32'].flatMap((name, i) =>
      ['raw', 'standardised'].map((group, k) => {
        const value = 0.74 - 0.02 * i + 0.04 * k
        return { name, group, value, low: value - 0.02, high: value + 0.02 }
      }),
    ),
  },
  {
    kind: 'rankPlot',
    name: 'ranks',
    caption: 'The order settles: from 10 epochs on most neighbours keep their places.',
    x: { label: 'rung', unit: 'epochs' },
    steps: RUNGS,
    lines: learnt.map(({ name }, i) => ({ name, ranks: RUNGS.map((_, k) => (rankings[k]?.indexOf(i) ?? Number.NaN) + 1) })),
  },
  {
    kind: 'bars',
    name: 'importances',
    caption: 'The activation contributes most, the initialiser next to nothing.',
    value: { label: 'share of the variance', format: { percent: 1 } },
    label: 'parameter',
    bars: [
      { name: 'activation', value: 0.48, low: 0.41, high: 0.55 },
      { name: 'optimizer', value: 0.31, low: 0.22, high: 0.4 },
      { name: 'epochs', value: 0.12, low: 0.08, high: 0.17 },
      { name: 'a parameter with quite a long name for a row', value: 0.01 },
    ],
  },
  {
    kind: 'parallelCoordinates',
    name: 'parallel',
    caption: 'The best trials have a learning rate near 0.004, whatever the rest.',
    axes: [
      { name: 'units' },
      { name: 'learningRate', log: true },
      { name: 'activation', choices: ['relu', 'elu', 'tanh'] },
      { name: 'dropout' },
    ],
    value: { label: 'test loss' },
    direction: 'minimize',
    lines: trials,
  },
  {
    kind: 'parallelCoordinates',
    name: 'parallel-choices',
    caption: 'Twelve choices stand in two rows where one is too short.',
    axes: [{ name: 'initializer', choices: INITIALIZERS }],
    value: accuracy,
    direction: 'maximize',
    lines: INITIALIZERS.map((name, i) => ({ name, at: [name], value: PUBLISHED[i] ?? Number.NaN })),
  },
  {
    kind: 'heatmap',
    name: 'rung-correlation',
    caption: 'Neighbouring rungs agree; the first and the last do not.',
    value: { label: 'Spearman correlation', format: { decimals: 2 } },
    rowLabel: 'epochs',
    columnLabel: 'epochs',
    rows: RUNGS.map(String),
    columns: RUNGS.map(String),
    cells: RUNGS.map((_, i) => RUNGS.map((_, k) => (i === 2 && k === 0 ? Number.NaN : 1 - 0.38 * Math.abs(i - k)))),
    domain: [-1, 1],
  },
  {
    kind: 'scatter',
    name: 'published-measured',
    caption: 'Measured against published accuracy: on the dashed line they are equal.',
    x: { label: 'published accuracy' },
    y: { label: 'measured accuracy' },
    points: learnt.map(({ name, published, value }, i) => ({ name, x: published, y: value, group: i % 2 === 0 ? 'normal' : 'uniform' })),
    diagonal: true,
  },
]

export const sampleReport: Report = {
  title: 'Two published studies, replayed',
  subtitle: 'Every table and figure of the Fashion-MNIST study beside our own numbers, with intervals and a verdict for each claim.',
  facts: [
    { name: 'Command', value: 'espalier replay fashion --stages 1-6 --seeds 5' },
    { name: 'Seeds', value: '5, from 7' },
    { name: 'Time', value: '2 h 13 min' },
    { name: 'Machine', value: '2 cores, WASM relaxed-SIMD, 2 workers' },
    { name: 'Package', value: 'espalier 0.1.0' },
  ],
  sections: [
    {
      title: 'Verdicts',
      paragraphs: ['Each claim is a test that was written down before the first measurement.'],
      blocks: blocks.slice(0, 1),
    },
    { title: 'Initialisers', paragraphs: ['Table 2 and Figure 2 a.'], blocks: blocks.slice(1, 6) },
    { title: 'Everything else', paragraphs: [], blocks: blocks.slice(6) },
  ],
}

/** A block of each kind. */
export const kinds: readonly Block[] = [...new Map(blocks.map((block) => [block.kind, block])).values()]

/** The same report with text in every place that tries to be more than text. Names of blocks are no text: they are file names. */
export const hostileReport: Report = {
  title: HOSTILE,
  subtitle: HOSTILE,
  facts: [{ name: HOSTILE, value: HOSTILE }],
  sections: [{ title: HOSTILE, paragraphs: [HOSTILE], blocks: kinds.map(hostile) }],
}

/** Every text of a block becomes the hostile one, but for what is no free text. */
function hostile(block: Block): Block {
  const kept = new Set(['kind', 'verdict', 'direction', 'align', 'marks'])
  const changed = (value: unknown): unknown => {
    if (typeof value === 'string') return HOSTILE
    if (Array.isArray(value)) return value.map(changed)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, kept.has(key) ? inner : changed(inner)]))
  }
  return { ...(changed(block) as Block), name: block.name }
}

const none = { name: 'none', caption: 'Nothing to see.' } as const
const axis = { label: 'value' } as const

/** A block of each kind with no number to show: NaN where there is room for one, or nothing at all. */
export const unmeasured: readonly Block[] = [
  { ...none, kind: 'table', columns: [{ name: 'name' }], rows: [] },
  { ...none, kind: 'verdicts', claims: [] },
  {
    ...none,
    kind: 'lineChart',
    x: axis,
    y: { ...axis, log: true },
    series: [
      {
        name: 'a',
        points: [
          { x: 1, mean: Number.NaN },
          { x: 2, mean: -1 },
        ],
      },
    ],
  },
  { ...none, kind: 'lineChart', x: axis, y: axis, series: [] },
  { ...none, kind: 'dotIntervals', value: axis, label: 'name', dots: [{ name: 'a', value: Number.NaN, low: 0, high: 1 }] },
  { ...none, kind: 'rankPlot', x: axis, steps: [1, 2], lines: [{ name: 'a', ranks: [Number.NaN, Number.NaN] }] },
  { ...none, kind: 'rankPlot', x: axis, steps: [], lines: [] },
  { ...none, kind: 'bars', value: axis, label: 'name', bars: [{ name: 'a', value: Number.NaN }] },
  {
    ...none,
    kind: 'parallelCoordinates',
    axes: [{ name: 'a' }],
    value: axis,
    direction: 'minimize',
    lines: [{ name: 'a', at: [1], value: Number.NaN }],
  },
  { ...none, kind: 'heatmap', value: axis, rowLabel: 'row', columnLabel: 'column', rows: ['a'], columns: ['b'], cells: [[Number.NaN]] },
  { ...none, kind: 'scatter', x: axis, y: axis, points: [{ name: 'a', x: 1, y: Number.NaN }] },
]
