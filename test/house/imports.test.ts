import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const repository = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** A small tree of files, each with what it imports and the rules that import breaks (a cycle is reported once, where it is first met). */
const tree: readonly { file: string; imports: string; breaks: readonly string[] }[] = [
  { file: 'src/index.ts', imports: './backend/open.ts', breaks: [] },
  { file: 'src/core/a.ts', imports: '../data/a.ts', breaks: ['core-imports-down', 'core-is-pure'] },
  { file: 'src/core/types.ts', imports: 'type ../study/space.ts', breaks: ['core-imports-down', 'core-is-pure'] },
  { file: 'src/core/library.ts', imports: 'a-tool', breaks: ['core-is-pure', 'only-declared-dependencies'] },
  { file: 'src/core/b.ts', imports: './c.ts', breaks: ['no-cycles'] },
  { file: 'src/core/c.ts', imports: './b.ts', breaks: [] },
  { file: 'src/data/a.ts', imports: '../core/d.ts', breaks: [] },
  { file: 'src/data/b.ts', imports: '../backend/backend.ts', breaks: ['data-imports-down'] },
  { file: 'src/data/c.ts', imports: 'node:fs', breaks: ['node-builtins-stay-out-of-browsers'] },
  { file: 'src/data/node.ts', imports: 'node:fs', breaks: [] },
  { file: 'src/data/d.ts', imports: './node.ts', breaks: ['node-only-files-stay-out-of-browsers'] },
  { file: 'src/backend/open.ts', imports: './wasm/a.ts', breaks: [] },
  { file: 'src/backend/wasm/b.ts', imports: '../webgpu/a.ts', breaks: ['wasm-does-not-know-webgpu'] },
  { file: 'src/backend/webgpu/b.ts', imports: '../wasm/a.ts', breaks: ['webgpu-does-not-know-wasm'] },
  { file: 'src/train/a.ts', imports: '../backend/backend.ts', breaks: [] },
  { file: 'src/train/b.ts', imports: '../backend/wasm/a.ts', breaks: ['backends-meet-in-open'] },
  { file: 'src/train/c.ts', imports: '../backend/open.ts', breaks: ['only-index-opens'] },
  { file: 'src/train/d.ts', imports: '../missing.ts', breaks: ['everything-resolves'] },
  { file: 'src/study/a.ts', imports: '../../build/simd.js', breaks: ['kernels-belong-to-wasm'] },
  { file: 'src/report/a.ts', imports: '../study/statistics/a.ts', breaks: [] },
  { file: 'src/report/c.ts', imports: '../study/space.ts', breaks: ['reports-are-of-results'] },
  { file: 'src/report/d.ts', imports: '../backend/backend.ts', breaks: ['reports-are-of-results'] },
  { file: 'src/replicate/b.ts', imports: '../report/a.ts', breaks: [] },
  { file: 'src/report/b.ts', imports: '../replicate/a.ts', breaks: ['report-imports-down', 'reports-are-of-results'] },
  { file: 'src/cli/a.ts', imports: '../data/node.ts', breaks: [] },
  { file: 'src/cli/b.ts', imports: '../studio/a.ts', breaks: [] },
  { file: 'src/studio/b.ts', imports: '../cli/a.ts', breaks: ['studio-imports-down'] },
  { file: 'src/stray/a.ts', imports: '../core/d.ts', breaks: ['every-file-has-a-room'] },
  ...[
    'core/d',
    'study/space',
    'study/statistics/a',
    'backend/backend',
    'backend/wasm/a',
    'backend/webgpu/a',
    'replicate/a',
    'studio/a',
  ].map((name) => ({
    file: `src/${name}.ts`,
    imports: '',
    breaks: [],
  })),
  { file: 'build/simd.js', imports: '', breaks: [] },
  { file: 'node_modules/a-tool/index.js', imports: '', breaks: [] },
]

function sourceOf(imports: string): string {
  if (imports === '') return 'export {}\n'
  const [last = '', kind = ''] = imports.split(' ').reverse()
  return `import ${kind} * as it from '${last}'\nexport type It = typeof it\n`
}

/** Runs dependency-cruiser with the project's rules over a folder; its exit code counts violations, so only the report matters. */
function cruise(folder: string): Promise<string> {
  const cruiser = repository('node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const args = [cruiser, '--config', repository('.dependency-cruiser.mjs'), '--output-type', 'json', 'src']
  return new Promise((resolve) => execFile(process.execPath, args, { cwd: folder }, (_error, stdout) => resolve(stdout)))
}

it('reports every import that does not point down, and no other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'espalier-imports-'))
  try {
    for (const { file, imports } of tree) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), sourceOf(imports))
    }
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', devDependencies: { 'a-tool': '1.0.0' } }))
    const { summary }: { summary: { violations: { from: string; rule: { name: string } }[] } } = JSON.parse(await cruise(folder))
    const found = summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`)
    const expected = tree.flatMap(({ file, breaks }) => breaks.map((name) => `${file}: ${name}`))
    expect([...new Set(found)].sort()).toEqual(expected.sort())
  } finally {
    rmSync(folder, { recursive: true })
  }
})
