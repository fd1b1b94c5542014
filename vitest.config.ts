import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { vulkanOfChrome } from './scripts/find-vulkan.mjs'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// The loader of libraries reads its path once, as a process starts: the processes that run the tests get it from this one.
Object.assign(process.env, vulkanOfChrome())

const GPU = 'test/**/webgpu*.test.ts'
/** Tests that install: the packed package with other people's tools, the tools of the documentation site. */
const PACKED = ['test/embedding/*.test.ts', 'test/examples/*.test.ts', 'test/site/*.test.ts']

export default defineConfig({
  resolve: {
    // The suite tests what a user installs: the built package.
    alias: [
      { find: /^espalier$/, replacement: here('dist/index.js') },
      { find: /^espalier\/node$/, replacement: here('dist/node.js') },
      { find: /^espalier\/report$/, replacement: here('dist/report.js') },
      { find: /^espalier\/formats$/, replacement: here('dist/formats.js') },
      { find: /^espalier\/replicate$/, replacement: here('dist/replicate.js') },
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
          // Afterwards, one file at a time: a software adapter takes every core, and some tests are about time.
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          // It compiles the kernels for seconds, for every device anew.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'packed',
          include: PACKED,
          globalSetup: 'test/support/packedSetup.ts',
          // They install and build, one at a time, with nothing beside them.
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The linter's rule against focused tests takes every call of the package's own `fit` for one.
    allowOnly: false,
    pool: 'forks',
  },
})
