// The command `espalier doctor`.

import { availableParallelism, cpus } from 'node:os'
import type { Command } from 'commander'
import { relaxedSimd, simd } from 'wasm-feature-detect'
import { cacheFolder, findFashionMnist } from '../../data/node.ts'
import { BackendUnavailableError, fit, openBackend } from '../../index.ts'
import { options, print, printJson } from '../arguments.ts'
import { findChrome } from '../chrome.ts'
import { EXIT, type ExitCode } from '../exit.ts'
import { findGpu } from '../gpu.ts'
import { version } from '../version.ts'

interface Report {
  readonly espalier: string
  readonly node: string
  readonly platform: string
  readonly cpu: string
  readonly cores: number
  readonly simd: boolean
  readonly relaxedSimd: boolean
  /** Of the WASM backend, null where there is none. */
  readonly arithmetic: string | null
  readonly backends: {
    readonly wasm: { readonly works: boolean; readonly description: string }
    readonly webgpu: { readonly works: boolean; readonly description: string; readonly from: string }
  }
  readonly chrome: string | null
  readonly fashionMnist: string | null
  readonly cache: string
}

/** Opens the backend and trains one step: a module that compiles may still fail to run. */
async function tryWasm(): Promise<Report['backends']['wasm'] & Pick<Report, 'arithmetic'>> {
  try {
    const backend = await openBackend({ prefer: 'wasm' })
    try {
      const layers = [{ units: 1, activation: 'sigmoid' as const }]
      const train = { features: Float32Array.of(0, 1), targets: Float32Array.of(0, 1), rows: 2 }
      const { stopped } = await fit(backend, { network: { inputSize: 1, loss: 'binaryCrossentropy', layers }, batchSize: 2 }, { train })
      return { works: stopped === 'completed', description: backend.description, arithmetic: backend.arithmetic }
    } finally {
      await backend.dispose()
    }
  } catch (error) {
    return { works: false, description: error instanceof Error ? error.message : String(error), arithmetic: null }
  }
}

async function tryWebgpu(): Promise<Report['backends']['webgpu']> {
  const gpu = await findGpu()
  const hosts = globalThis.navigator !== undefined && 'gpu' in globalThis.navigator
  const from = hosts ? 'navigator.gpu' : gpu !== undefined ? 'npm webgpu' : 'none: this Node has no navigator.gpu; `npm i webgpu` adds one'
  try {
    const backend = await openBackend({ prefer: 'webgpu', gpu })
    const { description } = backend
    await backend.dispose()
    return { works: true, description, from }
  } catch (error) {
    if (!(error instanceof BackendUnavailableError)) throw error
    return { works: false, description: error.message, from }
  }
}

async function examine(): Promise<Report> {
  const { arithmetic, ...wasm } = await tryWasm()
  return {
    espalier: version,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    simd: await simd(),
    // Node 20 has it behind a flag, which the backend sets while it compiles.
    relaxedSimd: wasm.description.includes('relaxed-SIMD') || (await relaxedSimd()),
    arithmetic,
    backends: { wasm, webgpu: await tryWebgpu() },
    chrome: (await findChrome()) ?? null,
    fashionMnist: (await findFashionMnist()) ?? null,
    cache: cacheFolder(),
  }
}

function arithmeticText(arithmetic: string | null): string {
  if (arithmetic === 'fused') return "fused: the bits of machines that fuse multiply-adds; simd: 'plain' has those of all machines"
  if (arithmetic === 'plain') return "plain: the bits of every machine with simd: 'plain'"
  return 'none: WASM does not run'
}

function reportText({
  espalier,
  node,
  platform,
  cpu,
  cores,
  simd: plain,
  relaxedSimd: relaxed,
  arithmetic,
  backends,
  chrome,
  fashionMnist,
  cache,
}: Report): string {
  const { wasm, webgpu } = backends
  const rows = [
    ['ok', 'espalier', espalier],
    ['ok', 'Node', `${node} on ${platform}`],
    ['ok', 'CPU', `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}: as many workers, or --workers`],
    [plain ? 'ok' : 'NO', 'WASM SIMD', plain ? 'yes' : 'no: a newer Node is needed'],
    [relaxed ? 'ok' : '--', 'WASM relaxed SIMD', relaxed ? 'yes' : 'no: the plain SIMD build runs, which takes up to twice as long'],
    [arithmetic ? 'ok' : 'NO', 'Arithmetic', arithmeticText(arithmetic)],
    [wasm.works ? 'ok' : 'NO', 'WASM backend', wasm.description],
    [webgpu.works ? 'ok' : '--', 'WebGPU backend', webgpu.description],
    [webgpu.works ? 'ok' : '--', 'WebGPU in Node', webgpu.from],
    [chrome ? 'ok' : '--', 'Chrome', chrome ?? 'not found; only the browser tests need it (ESPALIER_CHROME names one)'],
    [fashionMnist ? 'ok' : '--', 'Fashion-MNIST', fashionMnist ?? 'not on this machine: espalier data fetch fashion-mnist'],
    ['ok', 'Cache folder', cache],
  ] as const
  const lines = rows.map(([mark, name, what]) => `${mark}  ${name.padEnd(19)}${what}`)
  return [
    ...lines,
    '',
    wasm.works ? 'espalier can train on this machine.' : 'espalier cannot train on this machine: see the lines marked NO.',
  ].join('\n')
}

export function addDoctor(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command('doctor')
    .description('what this machine can train on, and what was found on it')
    .addOption(options.json())
    .addHelpText('after', '\nExamples:\n  espalier doctor\n  espalier doctor --json\n\nThe exit code is 0 when the WASM backend works.')
    .action(async ({ json }: { json?: boolean }) => {
      const report = await examine()
      if (json) printJson(report)
      else print(reportText(report))
      finish(report.backends.wasm.works ? EXIT.ok : EXIT.failure)
    })
}
