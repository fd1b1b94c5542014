import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Block, blocksOf, type Cut } from '../../src/backend/webgpu/slices.ts'

/** How members x batches are dealt out to submissions. */

function deal(cut: Cut, budgets: readonly number[]): Block[] {
  const next = blocksOf(cut)
  const blocks: Block[] = []
  for (let block = next(budgets[0] ?? 1); block !== undefined; block = next(budgets[blocks.length % budgets.length] ?? 1))
    blocks.push(block)
  return blocks
}

const whole = fc.integer({ min: 1, max: 70 })
const cuts = fc.record({ members: whole, batches: whole, most: whole, run: fc.option(whole, { nil: undefined }) })
const budgets = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 5 })

it('deals out every batch of every member once, in order, whatever the budgets', () => {
  const property = fc.property(cuts, budgets, (cut, given) => {
    const done = Array.from({ length: cut.members }, () => 0)
    for (const { first, members, from, to } of deal(cut, given)) {
      expect(to).toBeGreaterThan(from)
      expect(to - from).toBeLessThanOrEqual(Math.max(cut.most, cut.run ?? 0))
      for (let m = first; m < first + members; m++) {
        expect(done[m]).toBe(from)
        done[m] = to
      }
    }
    expect(done).toEqual(done.map(() => cut.batches))
  })
  fc.assert(property, { seed: 20_190_301 })
})

it('keeps to the budget, but for one run of one member', () => {
  const property = fc.property(cuts, whole, fc.integer({ min: 1, max: 3000 }), (cut, run, budget) => {
    for (const { members, from, to } of deal({ ...cut, most: 512, run }, [budget])) {
      if (members > 1) expect(members * (to - from)).toBeLessThanOrEqual(budget)
      else expect(to - from).toBeLessThanOrEqual(Math.max(budget, run))
    }
  })
  fc.assert(property, { seed: 20_190_301 })
})

it.each<[string, Cut, number, Block]>([
  [
    'cuts batches where all members fit',
    { members: 10, batches: 100, most: 512, run: 32 },
    500,
    { first: 0, members: 10, from: 0, to: 50 },
  ],
  [
    'divides members before runs get short',
    { members: 1000, batches: 20, most: 512, run: 32 },
    800,
    { first: 0, members: 40, from: 0, to: 20 },
  ],
  ['makes runs even', { members: 1000, batches: 40, most: 512, run: 32 }, 800, { first: 0, members: 40, from: 0, to: 20 }],
  ['never divides members without runs', { members: 1000, batches: 20, most: 512 }, 8, { first: 0, members: 1000, from: 0, to: 1 }],
])('%s', (_, cut, budget, block) => {
  expect(blocksOf(cut)(budget)).toEqual(block)
})
