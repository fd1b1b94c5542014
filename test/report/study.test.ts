import domino from '@mixmark-io/domino'
import { describe, expect, it } from 'vitest'
import { scaleOf } from '../../src/report/charts/scales.ts'
import { csvFiles } from '../../src/report/csv.ts'
import { renderHtml } from '../../src/report/html.ts'
import { renderMarkdown } from '../../src/report/markdown.ts'
import type { Block, Report } from '../../src/report/model.ts'
import { importanceBlocks } from '../../src/report/study/parameters.ts'
import { studyReport } from '../../src/report/study/report.ts'
import { resultsOf, spreadOf, trialNames } from '../../src/report/study/results.ts'
import type { SpaceSpec } from '../../src/study/space/space.ts'
import { spearman } from '../../src/study/statistics/correlation.ts'
import { summarize } from '../../src/study/statistics/summary.ts'
import type { Json, Trial } from '../../src/study/trial.ts'
import { drawFrom } from '../support/random.ts'
import { completeTrials, trialOf } from '../support/trials.ts'

const draw = drawFrom(3)
const REPEATS = 4
const EPOCHS = 8
const SPACE: SpaceSpec = {
  rate: { type: 'float', low: 1e-4, high: 0.1, log: true },
  activation: { type: 'categorical', choices: ['relu', 'tanh'] },
  unused: { type: 'int', low: 1, high: 3 },
}

/** Accuracy by the learning rate alone, with noise that differs from repeat to repeat; the trial after the complete ones failed, the last was pruned. */
const params = Array.from({ length: 20 }, (_, i) => ({
  rate: 10 ** (-4 + (3 * i) / 19),
  activation: i % 2 === 0 ? 'relu' : 'tanh',
  unused: 1 + (i % 3),
}))
const repeats = params.map(({ rate }) =>
  Array.from({ length: REPEATS }, () => 0.9 - 0.1 * Math.abs(Math.log10(rate) + 2) + 0.004 * draw.normal()),
)
const values = repeats.map((one) => summarize(one).mean)
const curveOf = (end: number): number[] => Array.from({ length: EPOCHS }, (_, epoch) => end - 0.3 / (epoch + 1) + 0.3 / EPOCHS)
const trials: Trial[] = [
  ...completeTrials(SPACE, params, values).map((trial, i): Trial => {
    const ends = repeats[i] ?? []
    return {
      ...trial,
      intermediateValues: new Map([1, 2, 4, 8].map((step) => [step, curveOf(values[i] ?? 0)[step - 1] ?? 0])),
      datetimeStart: new Date(Date.UTC(2026, 0, 1, 12, 0, i)),
      datetimeComplete: new Date(Date.UTC(2026, 0, 1, 12, 5, i)),
      userAttrs: {
        'espalier:repeats': ends.map((end) => [end]),
        'espalier:histories': ends.map(
          (end): Json => ({
            loss: curveOf(end).map((x) => 1 - x),
            accuracy: curveOf(end + 0.02),
            testLoss: [],
            testAccuracy: curveOf(end),
          }),
        ),
      },
    }
  }),
  trialOf(20, 'fail', { systemAttrs: { 'espalier:reason': 'the loss was no longer finite in epoch 3' } }),
  trialOf(21, 'pruned', { values: [0.2], intermediateValues: new Map([[1, 0.2]]) }),
]
const study = {
  name: 'rates',
  directions: ['maximize'] as const,
  trials,
  systemAttrs: { 'espalier:definition': { seed: 11, objective: [{ metric: 'testAccuracy', direction: 'maximize' }] } },
}
const best = values.indexOf(Math.max(...values))

function block<K extends Block['kind']>(report: Report, kind: K, name: string): Extract<Block, { kind: K }> {
  const found = report.sections
    .flatMap(({ blocks }) => blocks)
    .find((one): one is Extract<Block, { kind: K }> => one.kind === kind && one.name === name)
  if (found === undefined) throw new Error(`the report has no ${kind} ${name}`)
  return found
}
const names = (report: Report): string[] => report.sections.flatMap(({ blocks }) => blocks.map(({ name }) => name))

/** All three forms, so that whatever a report says can be shown. */
const render = (report: Report): string =>
  renderHtml(report, { document: domino.createDocument() }) +
  renderMarkdown(report) +
  csvFiles(report)
    .map(({ text }) => text)
    .join('')

describe('the report of a study', () => {
  const report = studyReport(study, [{ name: 'Package', value: 'espalier' }])

  it('says what was searched, with which seed, and for how long', () => {
    expect(report.title).toBe('Study rates')
    expect(report.subtitle).toBe('22 trials, 3 parameters; objective: testAccuracy (maximize).')
    expect(report.facts).toEqual([
      { name: 'Seed', value: '11' },
      { name: 'Time', value: "5 min from the first trial's start to the last one's end, from 2026-01-01 12:00 UTC on" },
      { name: 'Package', value: 'espalier' },
    ])
    expect(names(report)).toEqual([
      ...['best-trials', 'convergence', 'failed-trials', 'learning-curves', 'parameters', 'importances', 'importances-compared'],
      ...['rung-correlations', 'rungs', 'ranks'],
    ])
    expect(new Set(names(report)).size).toBe(names(report).length)
  })

  it('names the best trial with the interval of its repeats, and compares the others with it', () => {
    const { mean, low, high } = summarize(repeats[best] ?? [])
    const { rows, columns } = block(report, 'table', 'best-trials')
    expect(columns.map(({ name }) => name)).toEqual(['trial', 'testAccuracy', 'p', 'rate', 'activation', 'unused'])
    expect(rows).toHaveLength(20)
    expect(rows[0]?.slice(0, 4)).toEqual([{ value: `trial ${best}`, marks: ['winner'] }, { mean, low, high }, null, params[best]?.rate])
    expect(rows.slice(1).every((row) => typeof row[2] === 'number' && row[2] <= 1)).toBe(true)
    expect(report.sections[0]?.paragraphs[2]).toContain('With 4 repeats the test cannot show any difference.')
    expect(block(report, 'table', 'failed-trials').rows).toEqual([['trial 20', 'the loss was no longer finite in epoch 3']])
  })

  it('shows the best value so far, which never falls', () => {
    const { series } = block(report, 'lineChart', 'convergence')
    const means = series[0]?.points.map(({ mean }) => mean) ?? []
    expect(means).toHaveLength(20)
    expect(means).toEqual(values.map((_, i) => Math.max(...values.slice(0, i + 1))))
  })

  it('gives an accuracy no interval beyond 1, and a value of unknown kind the whole one', () => {
    const one = completeTrials(SPACE, params.slice(0, 1), [0.97]).map((trial) => ({
      ...trial,
      userAttrs: { 'espalier:repeats': [[0.95], [0.99]] },
    }))
    const study = { name: 'two', directions: ['maximize'] as const, trials: one }
    const spreadIn = (metric: string): unknown => {
      const systemAttrs = { 'espalier:definition': { objective: [{ metric, direction: 'maximize' }] } }
      const [trial] = one
      return trial && spreadOf(trial, resultsOf({ ...study, systemAttrs }, [metric]).ranges[0])
    }
    const { mean, low, high } = summarize([0.95, 0.99])
    expect(high).toBeGreaterThan(1)
    expect(spreadIn('testAccuracy')).toEqual({ mean, low, high: 1 })
    expect(spreadIn('r2')).toEqual({ mean, low, high: 1 })
    expect(spreadIn('testLoss')).toEqual({ mean, low, high })
  })

  it('shows test and training curves of the best trials, with the interval over the repeats', () => {
    const { series, y } = block(report, 'lineChart', 'learning-curves')
    expect(y.label).toBe('accuracy')
    expect(series.map(({ facet }) => facet)).toEqual(Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 'test' : 'training')))
    const last = series[0]?.points.at(-1)
    expect(last?.x).toBe(EPOCHS)
    expect(last?.mean).toBeCloseTo(values[best] ?? 0, 12)
    expect(last?.low).toBeLessThan(last?.mean ?? 0)
    expect(last?.high).toBeGreaterThan(last?.mean ?? 0)
  })

  it('finds the parameter that the values hang on', () => {
    const { bars } = block(report, 'bars', 'importances')
    expect(bars[0]?.name).toBe('rate')
    expect(bars[0]?.value).toBeGreaterThan(0.5)
    const { axes, lines } = block(report, 'parallelCoordinates', 'parameters')
    expect(axes).toEqual([
      { name: 'rate', log: true },
      { name: 'activation', choices: ['relu', 'tanh'] },
      { name: 'unused', log: false },
    ])
    expect(lines).toHaveLength(20)
    expect(lines[0]).toMatchObject({ name: `trial ${best}`, value: values[best] })
  })

  it('keeps the order of the space where the first trial has not all parameters', () => {
    const space: SpaceSpec = {
      layers: { type: 'int', low: 1, high: 2 },
      units1: { type: 'int', low: 1, high: 9 },
      units2: { type: 'int', low: 1, high: 9, when: 'layers > 1' },
      rate: { type: 'float', low: 0, high: 1 },
    }
    const [shallow, deep] = [
      { layers: 1, units1: 3, rate: 0.5 },
      { layers: 2, units1: 4, units2: 5, rate: 0.1 },
    ]
    const results = { ...study, trials: completeTrials(space, [shallow, deep], [0.8, 0.9]) }
    const { axes, lines } = block(studyReport(results), 'parallelCoordinates', 'parameters')
    expect(axes.map(({ name }) => name)).toEqual(['layers', 'units1', 'units2', 'rate'])
    expect(lines.map(({ at }) => at)).toEqual([
      [2, 4, 5, 0.1],
      [1, 3, null, 0.5],
    ])
  })

  it('counts trials that failed as the worst, for what makes trainings fail matters', () => {
    const even = params.map((_, i) => (i === 5 ? 0.5 : 0.9))
    const failing = completeTrials(SPACE, params, even).map((trial) =>
      trial.params.activation === 'tanh' && trial.number !== 5 ? { ...trial, state: 'fail' as const, values: undefined } : trial,
    )
    const { bars, caption } = block(studyReport({ ...study, trials: failing }), 'bars', 'importances')
    expect(bars[0]?.name).toBe('activation')
    expect(bars[0]?.value).toBeGreaterThan(0.5)
    expect(caption).toContain(`The ${failing.filter(({ state }) => state === 'fail').length} that failed count as the worst of the others.`)
  })

  it('tells no importances of trials that all came to the same value', () => {
    const same = completeTrials(SPACE, params, Array(params.length).fill(0.5))
    const { sections } = studyReport({ ...study, trials: same })
    const names = sections.flatMap(({ blocks }) => blocks.map(({ name }) => name))
    expect(names).toContain('parameters')
    expect(names).not.toContain('importances')
  })

  it('tells importances of the last step that half of all reached, where a pruner stopped nearly all', () => {
    const stopped = trials.map((trial, i): Trial => {
      if (trial.state !== 'complete' || i < 3) return trial
      const steps = i < 14 ? 4 : 2
      const intermediateValues = new Map([...trial.intermediateValues].filter(([step]) => step <= steps))
      return { ...trial, state: 'pruned', values: undefined, intermediateValues }
    })
    const results = resultsOf({ name: 'early', directions: ['maximize'], trials: stopped }, ['accuracy'])
    const [bars] = importanceBlocks(results)
    expect(bars?.kind === 'bars' && bars.bars[0]?.name).toBe('rate')
    expect(bars?.caption).toContain('Only 3 trials were trained to their end, so the values are those after step 4')
    const none = stopped.map((trial): Trial => ({ ...trial, intermediateValues: new Map() }))
    expect(importanceBlocks(resultsOf({ name: 'none', directions: ['maximize'], trials: none }, ['accuracy']))).toEqual([])
  })

  it('calls trials in legends by what they differ in, words first', () => {
    const names = trialNames(trials.slice(0, 3))
    expect(names[0]).toMatch(/^trial 0: relu, rate 0\.0001$/)
    expect(names[1]).toMatch(/^trial 1: tanh, rate 0\.00014$/)
    expect(trialNames(trials.slice(0, 1))).toEqual(['trial 0'])
  })

  it('says of an axis that shows next to nothing that it is enlarged', () => {
    const axis = { label: 'accuracy', format: { decimals: 4 } }
    expect(scaleOf(axis, [0.85, 0.854], 'y', 200).label).toBe('accuracy, enlarged: only from 0.85 to 0.854')
    for (const values of [
      [0.7, 0.854],
      [-0.001, 0.001],
      [0.85, 0.85],
    ])
      expect(scaleOf(axis, values, 'y', 200).label).toBe('accuracy')
    expect(scaleOf({ label: 'year' }, [1970, 1982], 'x', 200).label).toBe('year')
  })

  it('correlates the rungs with one another and with the end', () => {
    const { cells, rows } = block(report, 'heatmap', 'rung-correlations')
    expect(rows).toEqual(['1', '2', '4', '8'])
    const at = (step: number): number[] => trials.slice(0, 20).map(({ intermediateValues }) => intermediateValues.get(step) ?? 0)
    expect(cells[0]?.[2]).toBe(spearman(at(1).map((x, i) => [x, at(4)[i] ?? 0])))
    expect(cells.map((row, i) => row[i])).toEqual([1, 1, 1, 1])
    expect(block(report, 'table', 'rungs').rows.map((row) => row[0])).toEqual([1, 2, 4, 8])
    const { steps, lines } = block(report, 'rankPlot', 'ranks')
    expect(steps).toEqual([1, 2, 4, 'end'])
    expect(lines.map(({ ranks }) => ranks.at(-1))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  })

  it('can be shown', () => {
    expect(render(report)).not.toMatch(/NaN|undefined|Infinity|⚠/)
  })
})

describe('the report of a study that holds less', () => {
  it.each([
    ['no trials', []],
    ['a failed trial only', trials.slice(20, 21)],
    ['a single complete trial', trials.slice(0, 1)],
    ['trials that are still running', [trialOf(0, 'running', { params: { rate: 0.1 } }), trialOf(1, 'waiting')]],
  ])('with %s says so', (_, some) => {
    const report = studyReport({ ...study, trials: some })
    expect(render(report)).not.toMatch(/NaN|undefined|Infinity|⚠/)
    expect(report.sections[0]?.paragraphs[0]).toContain(`${some.length} trials`)
  })

  it('without repeats and histories compares nothing, and draws curves from the reports', () => {
    const report = studyReport({ ...study, trials: trials.map((trial) => ({ ...trial, userAttrs: {} })) })
    expect(block(report, 'table', 'best-trials').columns.map(({ name }) => name)).not.toContain('p')
    const { series, caption, x } = block(report, 'lineChart', 'learning-curves')
    expect([x.label, caption]).toEqual(['step', expect.stringContaining('as reported on the way')])
    expect(series[0]?.points.map((point) => point.x)).toEqual([1, 2, 4, 8])
    expect(render(report)).not.toMatch(/NaN|undefined|Infinity|⚠/)
  })

  it('of an Optuna journal calls its objectives values, and shows the front of two', () => {
    const pairs = [
      [1, 5],
      [2, 2],
      [3, 3],
      [5, 1],
    ]
    const two = pairs.map((pair, i) => trialOf(i, 'complete', { values: pair }))
    const report = studyReport({ name: 'two', directions: ['minimize', 'minimize'], trials: two, systemAttrs: {} })
    const { points, x, y } = block(report, 'scatter', 'objectives')
    expect([x.label, y.label]).toEqual(['value 1', 'value 2'])
    expect(points.map(({ name, group }) => [name, group])).toEqual([
      ['trial 0', 'front'],
      ['trial 1', 'front'],
      ['trial 2', 'dominated'],
      ['trial 3', 'front'],
    ])
    expect(render(report)).not.toMatch(/NaN|undefined|Infinity|⚠/)
  })
})
