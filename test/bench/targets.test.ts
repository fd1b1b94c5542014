import { expect, it } from 'vitest'
import { judge, type Reading } from '../../bench/targets/judge.ts'
import { shortcomings, targetsTable } from '../../bench/targets/table.ts'
import { type Target, targets } from '../../bench/targets/targets.ts'
import { workloads } from '../../bench/workloads.ts'

const target: Target = {
  id: 'P1',
  subject: 'W1-sgd',
  title: 'an epoch',
  criteria: [
    { quantity: 'ceiling', at: 'least', target: 0.8, stretch: 0.95, why: 'Too much else is done.' },
    { quantity: 'seconds', at: 'most', target: 3, stretch: 2, why: 'It takes long.' },
    { quantity: 'pytorch', at: 'least', target: 1, why: 'Its vectors are wider.' },
  ],
}

function reading(values: { ceiling?: number; seconds?: number; pytorch?: number }): Reading {
  const spread = (value: number) => ({ median: value, min: value * 0.9, max: value * 1.1 })
  const spreads = Object.fromEntries(Object.entries(values).map(([quantity, value]) => [quantity, spread(value)]))
  const missing = values.pytorch === undefined ? { pytorch: 'not installed' } : {}
  return { subject: 'W1-sgd', where: 'Node', text: '2.65 s', values: spreads, missing, accuracy: '-' }
}

it.each([
  [{ ceiling: 0.96, seconds: 1.9, pytorch: 1.1 }, 'stretch'],
  [{ ceiling: 0.96, seconds: 2.1, pytorch: 1.1 }, 'reached'],
  [{ ceiling: 0.8, seconds: 3, pytorch: 1 }, 'reached'],
  [{ ceiling: 0.79, seconds: 1.9, pytorch: 1.1 }, 'short'],
  [{ ceiling: 0.96, seconds: 3.1, pytorch: 1.1 }, 'short'],
  [{ ceiling: 0.96, seconds: 1.9 }, 'stretch'],
  [{}, 'not measured'],
])('judges %j: %s', (values, grade) => {
  expect(judge(target, reading(values)).grade).toBe(grade)
})

it('says by how much a target is missed and why, and nothing of those that are reached', () => {
  const rows = [judge(target, reading({ ceiling: 0.6, seconds: 2.5, pytorch: 1.1 }))]
  expect(targetsTable(rows)).toContain('0.600 of 0.8 of the ceiling (25 % off)')
  expect(shortcomings(rows)).toContain('- P1, an epoch, Node: 0.600 of 0.8 of the ceiling (25 % off). Too much else is done.')
  expect(shortcomings(rows)).not.toContain('It takes long.')
})

it('names what was not measured, and why', () => {
  const table = targetsTable([judge(target, reading({ ceiling: 0.9, seconds: 2.5 }))])
  expect(table).toContain('| not installed |')
  expect(table).toContain('reached; not measured: x PyTorch')
})

it('has a measurement for every target', () => {
  const measured = [...workloads.map(({ id }) => id), 'gpu-', 'size-', 'start-']
  for (const { subject } of targets) expect(measured.filter((name) => subject.startsWith(name))).not.toEqual([])
  expect([...new Set(targets.map(({ id }) => id))]).toEqual(['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8', 'P9', 'P10'])
})
