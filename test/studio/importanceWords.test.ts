import { expect, it } from 'vitest'
import type { Bar, Block } from '../../src/report/model.ts'
import { importanceWords } from '../../src/studio/engine/importanceWords.ts'

const words = (...bars: Bar[]): string => {
  const block: Block = { kind: 'bars', name: 'importances', caption: '', value: { label: '' }, label: 'parameter', bars }
  return importanceWords([block]).join(' ').replaceAll('\u00a0', ' ')
}
const bar = (name: string, value: number, sd: number): Bar => ({ name, value, low: value - sd, high: value + sd })

it('says what matters most and that this is rather sure, where its interval lies above the others', () => {
  expect(words(bar('learningRate', 0.6, 0.1), bar('units', 0.2, 0.1), bar('dropout', 0.01, 0.005))).toBe(
    '“learningRate” matters most here: alone it explains about 60 % of the differences between trials. ' +
      'That is rather sure: its interval (50 % to 70 %) lies above all the others. Between the values tried, dropout hardly matters.',
  )
})

it('says that it is not sure where intervals overlap, and what the differences come from where no parameter explains them', () => {
  expect(words(bar('units', 0.15, 0.1), bar('layers', 0.12, 0.1), bar('optimizer', 0.1, 0.05))).toBe(
    '“units” matters most here: alone it explains about 15 % of the differences between trials. ' +
      'That is not sure: the intervals of layers and optimizer overlap with its own (5 % to 25 %). More trials would tell. ' +
      'Most of the differences come from combinations of settings, or from chance.',
  )
  expect(words(bar('units', 0.4, 0.1), bar('layers', 0.35, 0.1))).toContain('the interval of layers overlaps with its own')
})

it('says nothing of no importances, and makes no comparison of a single one', () => {
  expect(importanceWords([])).toEqual([])
  expect(words(bar('units', 0.9, 0.05))).toBe('“units” matters most here: alone it explains about 90 % of the differences between trials.')
})
