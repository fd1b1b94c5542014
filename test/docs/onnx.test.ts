import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { CONSTANTS } from '../../src/formats/onnx/constants.ts'
import { ROWS } from '../../src/formats/onnx/rows/operators.ts'

/** The page's table of ONNX operators against the tables that read them. */

const page = readFileSync(new URL('../../docs/formats.md', import.meta.url), 'utf8')
const [, section = ''] = page.split('### ONNX of other programs')
const [table = ''] = section.match(/^\| what \| operators \|\n(?:\|.*\n)+/m) ?? []

it('has the operators that are read, and no others', () => {
  const said = [...table.matchAll(/`([A-Z]\w*)`/g)].map(([, name = '']) => name)
  const read = [...ROWS.keys(), ...CONSTANTS.keys()].map((name) => name.replace('ai.onnx.ml.', ''))
  expect([...new Set(said)].sort()).toEqual([...new Set(read)].sort())
})
