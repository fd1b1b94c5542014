import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { vulkanOfChrome } from './scripts/find-vulkan.mjs'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// The loader of libraries reads its path once, as a process starts: the processes that run the tests get it from this one.
Object.assign(process.env, vulkanOfChrome())

const GPU = 'test/**/webgpu*.test.ts'
/** Tests that install: the packed package with other people's tools, the tools of the documentation site. */
const PACKED = ['test/embedding/*.test.ts', 'test/examples/*.test.ts', 'test/site/*.test.ts']

/** The longest, in the order they begin in: one that began last would run alone at the end. Those that compile for a GPU and those that wait for tools take turns. */
const LONG = [
  ...[
    'contract/backend',
    'browser/wasm',
    'docs/pages',
    'hosts/browsers',
    'fashion/published',
    'replicate/replay',
    'study/samplers',
    'study/writers',
    'cli/resume',
  ],
  ...[
    'contract/webgpu',
    'contract/webgpuLayers',
    'contract/webgpuHardware',
    'site/site',
    'browser/webgpu',
    'embedding/next',
    'examples/trainInAPage',
    'embedding/bundlers',
  ],
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = LONG.findIndex((name) => moduleId.endsWith(`test/${name}.test.ts`))
      return found < 0 ? LONG.length : found
    }
    return (await super.sort(files)).sort((a, b) => place(a) - place(b))
  }
}

export default defineConfig({
  resolve: {
    // The suite tests what a user installs: the built package.
    alias: [
      { find: /^espalier$/, replacement: here('dist/index.js') },
      { find: /^espalier\/node$/, replacement: here('dist/node.js') },
      { find: /^espalier\/report$/, replacement: here('dist/report.js') },
      { find: /^espalier\/formats$/, replacement: here('dist/formats.js') },
      { find: /^espalier\/replicate$/, replacement: here('dist/replicate.js') },
      { find: /^espalier\/predict$/, replacement: here('dist/predict.js') },
      { find: /^espalier\/inline-worker$/, replacement: here('dist/inline-worker.js') },
    ],
  },
  test: {
    projects: [
      { extends: true, test: { name: 'cpu', include: ['test/**/*.test.ts'], exclude: [GPU, ...PACKED], maxWorkers: 2 } },
      {
        extends: true,
        test: {
          name: 'gpu',
          include: [GPU],
          // Afterwards, for some tests of the processor are about time. A software adapter compiles kernels most of the time, one after the other.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          // It compiles the kernels for seconds, for every device anew: 21 s for the longest test on two idle cores, over 120 s on two that were shared.
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'packed',
          include: PACKED,
          globalSetup: 'test/support/packedSetup.ts',
          // They wait for the network, for tools and for browsers: beside those that compile.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
    // A limit is for what hangs, not for what is slow: a machine may be several times slower than ours, or shared.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The linter's rule against focused tests takes every call of the package's own `fit` for one.
    allowOnly: false,
    pool: 'forks',
    sequence: { sequencer: LongestFirst },
  },
})
