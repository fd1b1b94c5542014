// The table of targets.

import { digits, markdown } from '../table.ts'
import type { Judgement, Row, Spread } from './judge.ts'
import type { Criterion, Quantity } from './targets.ts'

const UNITS: Readonly<Record<Quantity, string>> = {
  ceiling: 'of the ceiling',
  tensorflow: 'x TensorFlow.js',
  jax: 'x jax-js',
  pytorch: 'x PyTorch',
  alone: 'x one thread',
  seconds: 's',
  stepMicroseconds: 'µs a step',
  dispatches: 'dispatches a step',
  submissionMilliseconds: 'ms a submission',
  oneMember: 'x one member',
  kilobytes: 'KB',
  milliseconds: 'ms',
}

const amount = (value: number): string =>
  digits(value)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')

const asked = (limit: 'target' | 'stretch', criteria: readonly Criterion[]): string =>
  criteria
    .flatMap(({ quantity, at, [limit]: value }) =>
      value === undefined ? [] : [`${at === 'least' ? '≥' : '≤'} ${amount(value)} ${UNITS[quantity]}`],
    )
    .join('; ') || '-'

function spread(value: Spread | undefined): string {
  if (value === undefined) return '-'
  const { median, min, max } = value
  return min === max ? digits(median) : `${digits(median)} (${digits(min)} to ${digits(max)})`
}

const missed = ({ criterion: { quantity, target }, value, short }: Judgement): string =>
  `${value === undefined ? '-' : digits(value)} of ${amount(target)} ${UNITS[quantity]} (${(short * 100).toFixed(0)} % off)`

function verdict({ grade, judgements }: Row): string {
  const unmeasured = judgements.filter((own) => own.grade === 'not measured').map(({ criterion }) => UNITS[criterion.quantity])
  if (grade === 'not measured') return 'not measured'
  const besides = unmeasured.length === 0 ? '' : `; not measured: ${unmeasured.join(', ')}`
  if (grade !== 'short') return `${grade}${besides}`
  const short = judgements.filter((own) => own.grade === 'short')
  return `**falls short**: ${short.map(missed).join('; ')}${besides}`
}

const PEERS: readonly Quantity[] = ['ceiling', 'tensorflow', 'jax', 'pytorch', 'alone']

const HEAD = [
  '',
  'what',
  'where',
  'espalier: median (best)',
  'share of the ceiling',
  'times TensorFlow.js',
  'times jax-js',
  'times PyTorch',
  'times one thread',
  'accuracy beside each, after the same steps',
  'target',
  'stretch',
  'verdict',
]

export function targetsTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => {
    const { target, reading } = row
    return [
      target.id,
      target.title,
      reading.where,
      reading.text,
      ...PEERS.map((quantity) => reading.missing[quantity] ?? spread(reading.values[quantity])),
      reading.accuracy,
      asked('target', target.criteria),
      asked('stretch', target.criteria),
      verdict(row),
    ]
  })
  return markdown([HEAD, ...cells])
}

/** A line for everything that falls short: why, and what it would take. */
export function shortcomings(rows: readonly Row[]): string {
  const lines = rows.flatMap(({ target, reading, judgements }) =>
    judgements
      .filter(({ grade }) => grade === 'short')
      .map((own) => `- ${target.id}, ${target.title}, ${reading.where}: ${missed(own)}. ${own.criterion.why}`),
  )
  return lines.length === 0 ? 'No target is missed.' : ['What falls short, why, and what it would take:', '', ...lines].join('\n')
}
