import { expect, it } from 'vitest'
import { scaleOf } from '../../src/report/charts/scales.ts'

it('makes a scale of the numbers of long curves', () => {
  const values = Array.from({ length: 1_000_000 }, (_, i) => i / 4)
  expect(scaleOf({ label: 'loss' }, values, 'y', 300).domain).toEqual([0, 249_999.75])
})
