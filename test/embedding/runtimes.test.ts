import { beforeAll, expect, it } from 'vitest'
import { installFixtures } from '../support/packed.ts'
import { expectSameLosses, type Outcome, runProgram } from './stage.ts'

let fixture: (name: string) => string
let reference: Outcome

beforeAll(async () => {
  fixture = await installFixtures()
  reference = await runProgram(fixture('node'), process.execPath, ['main.js'])
})

it('trains in Node, to the same bits again', async () => {
  expect(reference.losses).toBe(9)
  expect(reference.backend).toBe('WASM SIMD, 2 workers, together on a large network')
  expectSameLosses('Node', await runProgram(fixture('node'), process.execPath, ['main.js']), reference)
})
