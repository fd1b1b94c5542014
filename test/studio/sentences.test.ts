import { describe, expect, it } from 'vitest'
import type { AnswerNews, Found } from '../../src/studio/answers.ts'
import { columnsSaid, helpSaid, predictionSaid, settingsSaid } from '../../src/studio/page/answer/sentences.ts'
import { PIMA } from './config.ts'

const metric = (name: string, value: number, guess: number, linear: number | null) => ({
  ...{ name, value, guess, linear },
  interval: [value - 0.03, value + 0.03] as const,
})

/** What is found of the Pima data, as it might be. */
function found(change: Partial<Found> = {}, verdict: Found['score']['verdict'] = 'betterThanGuessing', sentence = ''): Found {
  return {
    ...{ target: 'class', task: 'binary', classNames: ['tested_negative', 'tested_positive'], columns: [], limits: [], preparation: [] },
    score: {
      ...{ metric: 'logLoss', value: 0.47, interval: [0.44, 0.5], level: 0.95, baselines: { guess: 0.65, linear: 0.48 } },
      ...{ verdict, sentence, metrics: [metric('logLoss', 0.47, 0.65, 0.48), metric('accuracy', 0.77, 0.65, 0.765)] },
    },
    matters: { columns: [], settings: [], sentences: [] },
    isEarlier: false,
    learned: { seed: 0, budget: { seconds: 20 }, steps: 1, seconds: 20, rows: 768, folds: 8, candidates: 20, stopped: false },
    models: [
      { kind: 'network', count: 8, weight: 0.4 },
      { kind: 'linear', count: 8, weight: 0.6 },
    ],
    ...{ tried: [], bytes: new Uint8Array(0), rows: [], usual: {}, whole: [] },
    ...change,
  }
}

const news = (own: Found | undefined, state: AnswerNews['state'] = 'done'): AnswerNews => ({
  ...{ number: 1, state, done: 1, found: own, problem: undefined },
})
const pima = {
  ...PIMA,
  columns: PIMA.columns.map((column) => ({
    ...column,
    ...(column.name === 'class' && {
      counts: [
        { value: 'tested_negative', rows: 500 },
        { value: 'tested_positive', rows: 268 },
      ],
    }),
  })),
}
const short = (own: Found, state?: AnswerNews['state']) => helpSaid(news(own, state), pima).short
const trees = [{ kind: 'trees', count: 8, weight: 1 }]
const line = [{ kind: 'linear', count: 8, weight: 1 }]

describe('the first sentence', () => {
  it('says what there is to beat before anything is learned, and why where nothing can be', () => {
    expect(helpSaid(news(undefined, 'learning'), pima)).toEqual({
      short: 'Being found out …',
      long: 'To beat: always guessing “tested_negative” is right in 65 % of 768 rows.',
    })
    const problem = { kind: 'data' as const, name: 'InvalidDataError', message: '4 rows have a target' }
    expect(helpSaid({ ...news(undefined, 'failed'), problem }, pima)).toEqual({
      short: 'That cannot be said.',
      long: '4 rows have a target.',
    })
  })

  it('says of every verdict what it comes to, and who has a say', () => {
    expect(short(found({}, 'noBetterThanGuessing'))).toBe('No: nothing beats guessing that 768 rows could show.')
    expect(short(found({}, 'betterThanGuessing', 'whether better than a straight line, 768 rows cannot tell.'))).toBe(
      'No gain over a straight line that 768 rows could show.',
    )
    expect(short(found({}, 'betterThanGuessing', 'Better than guessing, and worse than a straight line: use that.'))).toBe(
      'No: a straight line does better.',
    )
    expect(short(found({ models: line }))).toBe('No: a straight line answers alone.')
    expect(short(found({}, 'betterThanLinear'))).toBe('Yes: it beats a straight line.')
    expect(short(found({ models: trees }, 'betterThanLinear'))).toBe('A straight line is beaten, but by trees: no network has a say.')
    expect(short(found({}, 'betterThanLinear'), 'learning')).toBe('So far: yes: it beats a straight line.')
    const own = found({}, 'betterThanLinear')
    const rarer = { ...own, score: { ...own.score, metrics: [metric('accuracy', 0.76, 0.65, 0.77)] } }
    expect(short(rarer)).toBe('Yes: no more often right than a straight line, but surer of what comes true.')
    expect(short({ ...rarer, models: trees })).toMatch(/^Trees are surer of what comes true than a straight line, but no more often right/)
  })

  it('has the numbers beside guessing and a straight line, of numbers in their units', () => {
    expect(helpSaid(news(found()), pima).long).toMatch(
      /^77 % right on rows it never saw \(74 to 80 %\); always guessing “tested_negative”: 65 %; a straight line: 77 %\. .*What answers: networks \(40 %\) and a straight line \(60 %\)\.$/,
    )
    const own = found({ target: 'price', task: 'regression', classNames: [] })
    const metrics = [metric('meanAbsoluteError', 12.5, 31.25, null), metric('r2', 0.9, 0, null)]
    expect(helpSaid(news({ ...own, score: { ...own.score, metrics } }), pima).long).toMatch(
      /^Off by 12\.5 of “price” on average, on rows it never saw \(12\.47 to 12\.53\); always saying the mean: 31\.25\. R²: 0\.9 \(0\.87 to 0\.93\)\./,
    )
  })
})

it('what matters says what is sure, what shows no effect, and what an earlier look has found', () => {
  const columns = [
    { name: 'plas', value: 0.2, interval: [0.1, 0.3] as const },
    { name: 'mass', value: 0.1, interval: [0.05, 0.2] as const },
    { name: 'skin', value: 0, interval: [-0.1, 0.1] as const },
  ]
  const settings = [{ name: 'learningRate', value: 0.5, interval: [0.2, 0.8] as const }]
  const matters = {
    columns,
    settings,
    sentences: ['plas matters most of the columns.', 'learningRate matters most: first in 99 of 100 drawings.'],
  }
  const { short: first, long } = columnsSaid(news(found({ matters, isEarlier: true }), 'learning'))
  expect(first).toBe('plas matters most of the columns.')
  expect(long).toBe(
    'Found in the first look; it is looked at again at the end. Measured by the certainty that is lost when a column’s values are those of other rows. ' +
      'Sure as well, each by itself: mass. Of skin these rows show no effect.',
  )
  // At the end nothing is promised.
  expect(columnsSaid(news(found({ matters, isEarlier: true }))).long).toContain('there was no time to look at it again')
  expect(settingsSaid(news(found({ matters })))).toBe('Learning rate matters most: first in 99 of 100 drawings.')
  expect(columnsSaid(news(found(), 'learning')).short).toBe('Told as soon as this round ends …')
  // So good that a column may hold the target in other words.
  const { score } = found()
  const perfect = { ...score, metrics: [{ ...metric('accuracy', 1, 0.65, 1), interval: [0.98, 1] as const }] }
  expect(columnsSaid(news(found({ matters, score: perfect }))).long).toContain(
    'Is “plas” known before “class” is? So good an answer may read it there.',
  )
  expect(long).not.toContain('known before')
})

it('a prediction is never certain, and says between what the truth lies', () => {
  const outside: never[] = []
  const said = { value: 'a', probabilities: { a: 0.999, b: 0.001 }, set: ['a'], outside }
  expect(predictionSaid(said, found())).toEqual({
    short: 'a, with a chance of over 99 %',
    long: 'In 95 of 100 such rows the truth is among what it holds possible: here that alone.',
  })
  expect(predictionSaid({ value: 5, interval: { low: 4, high: 6.5 }, outside }, found({ target: 'mpg' }))).toEqual({
    short: 'mpg: 5',
    long: 'In 95 of 100 such rows the truth lies within: 4 to 6.5.',
  })
  const open = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
  expect(predictionSaid({ value: 5, interval: open, outside }, found()).long).toContain('too few rows')
})
