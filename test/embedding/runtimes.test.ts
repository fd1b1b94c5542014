import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, it } from 'vitest'
import { fixture } from '../support/packed.ts'
import { DAWN_SWITCH, describeOnGpu } from '../support/webgpu.ts'
import { expectSameLosses, type Outcome, runProgram, trainInNode } from './stage.ts'

let reference: Outcome

beforeAll(async () => {
  reference = await trainInNode()
})

interface Runtime {
  readonly name: string
  readonly program: () => string
  readonly args: readonly string[]
  readonly files: readonly string[]
}

const installed = (name: string): string => join(fixture('node_modules'), '.bin', name)

const runtimes: readonly Runtime[] = [
  { name: 'Node', program: () => process.execPath, args: [], files: ['main.js', 'inline.js'] },
  { name: 'Deno', program: () => installed('deno'), args: ['run', '--allow-all'], files: ['main.js', 'inline.js', 'web.js'] },
  { name: 'Bun', program: () => installed('bun'), args: [], files: ['main.js', 'inline.js', 'web.js'] },
]

/** Why a program does not run on this machine, or undefined when it does. npm leaves out what is not made for the platform. */
const whyNot = (program: string): Promise<string | undefined> =>
  promisify(execFile)(program, ['--version']).then(
    () => undefined,
    (error: Error) => error.message,
  )

it.for(runtimes)(
  "trains in $name, with the package's workers and with those it is given",
  async ({ name, program, args, files }, { skip }) => {
    const reason = await whyNot(program())
    if (reason !== undefined && process.env.CI !== 'true') skip(`${name.toUpperCase()} NOT RUN: ${reason}`)
    expect(reference).toMatchObject({ losses: 9, backend: expect.stringContaining('2 workers') })
    for (const file of files) {
      expectSameLosses(`${name}, ${file}`, await runProgram(fixture('runtimes'), program(), [...args, file]), reference)
    }
  },
)

describeOnGpu("the packed package on a service's own GPUDevice", () => {
  it('trains to the bits of a device that it opens itself, and leaves the device as it was', async () => {
    const [own, given] = await Promise.all(
      ['package', 'service'].map((whose) => runProgram(fixture('gpu-service'), process.execPath, ['main.js', whose, DAWN_SWITCH])),
    )
    if (own === undefined || given === undefined) throw new Error('two were run')
    expect(given.backend).toMatch(/^WebGPU/)
    expectSameLosses("a service's device", given, own)
  })
})
