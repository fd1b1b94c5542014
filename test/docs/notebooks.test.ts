import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'puppeteer-core'
import { afterAll, describe, expect, it } from 'vitest'
import { watch } from '../browser/watch.ts'
import { describeInBrowser, launchChromium } from '../support/chromium.ts'
import { denoProgram } from '../support/deno.ts'
import { servePage } from '../support/server.ts'

/** The cells of docs/notebooks.md, as their notebooks run them, the package as it is built. */

const root = fileURLToPath(new URL('../..', import.meta.url))
const text = readFileSync(join(root, 'docs/notebooks.md'), 'utf8')
const cellsOf = (language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, code = '']) => code)

/** What a CDN has of the package that these cells may ask for. */
const packageFiles = (): Record<string, Uint8Array> => {
  const scripts = ['dist', 'dist/browser'].flatMap((folder) =>
    readdirSync(join(root, folder)).flatMap((name) => (name.endsWith('.js') ? [`${folder}/${name}`] : [])),
  )
  return Object.fromEntries([...scripts, 'data/pima.arff'].map((path) => [`/${path}`, readFileSync(join(root, path))]))
}

const CDN = /https:\/\/cdn\.jsdelivr\.net\/npm\/espalier@[\d.]+\//g

describeInBrowser('the cells for Observable', () => {
  let browser: Browser | undefined
  afterAll(() => browser?.close())

  it('run as modules of a page, with the package from another origin', async () => {
    const cells = cellsOf('js observable')
    expect(cells.length).toBeGreaterThan(2)
    const cdn = await servePage({ shared: true, files: packageFiles() })
    const own = await servePage({
      // A notebook runs each of its cells once the cells that it reads are there: in their order, as one module does.
      files: { '/cells.js': `const display = (shown) => globalThis.shown.push(shown)\n${cells.join('\n').replaceAll(CDN, cdn.url)}` },
    })
    try {
      browser = await launchChromium()
      const page = await browser.newPage()
      const problems = watch(page, own.url, cdn.url)
      await page.goto(own.url)
      // As a text: what vitest makes of an import works in Node alone.
      const shown = (await page.evaluate("globalThis.shown = []; import('/cells.js').then(() => shown)")) as unknown[]
      expect(shown[0]).toMatch(/^WASM .* workers?, /)
      expect(shown[1]).toContainEqual(expect.objectContaining({ name: 'class', use: expect.stringContaining('predicted') }))
      expect(shown[2]).toMatch(/guessing|straight line/)
      expect(shown[3]).toContainEqual(expect.objectContaining({ name: 'plas' }))
      expect(shown[4]).toMatchObject({ value: expect.stringMatching(/^tested_/) })
      expect(problems).toEqual([])
    } finally {
      await Promise.all([cdn.close(), own.close()])
    }
  })
})

describe("the cells for Deno's Jupyter kernel", () => {
  it('run one after the other in the session that its kernel evaluates cells by', () => {
    const cells = cellsOf('ts deno')
    expect(cells.length).toBeGreaterThan(3)
    const folder = mkdtempSync(join(root, 'build/notebook-'))
    try {
      const dist = (file: string) => new URL(`../../dist/${file}.js`, import.meta.url).href
      const imports = { 'npm:espalier': dist('index'), 'npm:espalier/node': dist('node'), 'npm:espalier/report': dist('report') }
      writeFileSync(join(folder, 'map.json'), JSON.stringify({ imports }))
      const files = cells.map((code, i) => {
        const path = join(folder, `cell${i + 1}.ts`)
        // A kernel shows the value of the last line; what cells show here is asked for by name.
        writeFileSync(path, code)
        return path
      })
      const shows = [
        "console.log('BACKEND', backend.description)",
        "console.log('SCORE', answer.score.sentence)",
        "console.log('TRIALS', study.trials.length, page.includes('<svg'))",
        'close()',
      ]
      const args = ['repl', '--no-lock', '--node-modules-dir=manual', '--import-map', join(folder, 'map.json'), '--allow-all']
      const { stdout, stderr, status } = spawnSync(denoProgram(), [...args, `--eval-file=${files.join(',')}`], {
        cwd: folder,
        input: `${shows.join('\n')}\n`,
        encoding: 'utf8',
        env: { ...process.env, DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' },
      })
      expect(`${stdout}${stderr}`).not.toMatch(/Error in --eval-file|Uncaught/)
      expect(status).toBe(0)
      expect(stdout).toMatch(/^BACKEND WASM /m)
      expect(stdout).toMatch(/^SCORE .*(guessing|straight line)/m)
      expect(stdout).toMatch(/^TRIALS 12 true$/m)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
