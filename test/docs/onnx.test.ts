import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { CONSTANTS } from '../../src/formats/onnx/constants.ts'
import { NetworkBuilder } from '../../src/formats/onnx/graph/builder.ts'
import { cells } from '../../src/formats/onnx/graph/cells.ts'
import { recurrence } from '../../src/formats/onnx/graph/recurrent.ts'
import { shapes } from '../../src/formats/onnx/graph/shapes.ts'
import { windows } from '../../src/formats/onnx/graph/windows.ts'
import { ROWS } from '../../src/formats/onnx/rows/operators.ts'

/** The page's table of ONNX operators against the tables that read them. */

const page = readFileSync(new URL('../../docs/formats.md', import.meta.url), 'utf8')
const [, section = ''] = page.split('### ONNX of other programs')
const [table = ''] = section.match(/^\| what \| operators \|\n(?:\|.*\n)+/m) ?? []

it('has the operators that are read, and no others', () => {
  const said = [...table.matchAll(/`([A-Z]\w*)`/g)].map(([, name = '']) => name)
  const builder = new NetworkBuilder('', [1], false, 0)
  const others = [cells, recurrence, shapes, windows].flatMap((operators) => operators(builder).map(([name]) => name))
  const read = [...ROWS.keys(), ...CONSTANTS.keys(), ...others].map((name) => name.replace('ai.onnx.ml.', ''))
  expect([...new Set(said)].sort()).toEqual([...new Set(read)].sort())
})
