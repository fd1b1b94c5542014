import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { parseStudyFile } from '../../src/cli/study-file.ts'
import { resolveStudy } from '../../src/study/options.ts'
import { itWithOptuna, pythonOfOptuna } from '../support/optuna.ts'
import { describeWithRedis, type RedisServer } from '../support/redis.ts'
import { runWarm } from '../support/warm.ts'

/**
 * What the README and the pages of docs/ show, run as a reader would: a page's blocks in order, in a folder of the page's own, the package
 * by its name. Commands are run in docs/ only: those of the README install and download.
 */

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const run = promisify(execFile)

/** Where the pages have a Redis server; there is another for the tests. */
const REDIS = 'redis://localhost:6379'

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')

const pages = ['README.md', ...readdirSync(join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : []))].map(
  (path) => ({
    path,
    links: [...read(path).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)].map(([, file = '', anchor]) => ({
      file: file === '' ? path : join(dirname(path), file),
      anchor,
    })),
    blocks: [...read(path).matchAll(/^```(js|sh|yaml|python)\n([\s\S]*?)^```/gm)]
      .map(([, language = '', code = ''], i) => ({ language, code, number: i + 1 }))
      .filter(({ language }) => language !== 'sh' || path.startsWith('docs/')),
  }),
)

/** A part of a study file is laid over this one. */
const whole = parse(read('examples/pima-study.yaml')) as Record<string, unknown>

/** @throws InvalidSpecError when it is no study file, or none that a study can be made of */
function checkStudyFile(text: string): void {
  const given = parse(text) as Record<string, unknown>
  const file = 'data' in given ? given : { ...whole, ...given }
  const { data: _data, budget: _budget, backend: _backend, journal: _journal, ...study } = parseStudyFile(file, 'the page')
  resolveStudy(study)
}

it('finds the programs', () => {
  expect(pages.filter(({ blocks }) => blocks.some(({ language }) => language === 'js')).map(({ path }) => path)).toEqual(
    expect.arrayContaining(['README.md', 'docs/studies.md']),
  )
})

it.each(pages)('$path links to what there is', ({ links }) => {
  for (const { file, anchor } of links) {
    const headings = [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading))
    if (anchor !== undefined) expect.soft(headings, file).toContain(anchor)
  }
})

for (const page of pages.filter(({ blocks }) => blocks.length > 0)) {
  if (page.blocks.some(({ code }) => code.includes(REDIS))) describeWithRedis(page.path, (server) => runs(page, server))
  else describe(page.path, () => runs(page))
}

function runs({ path, blocks }: (typeof pages)[number], server?: () => RedisServer): void {
  const localized = (code: string): string => (server === undefined ? code : code.replaceAll(REDIS, server().url))
  let folder = ''
  beforeAll(() => {
    // Inside the package's own folder its name resolves to itself.
    folder = mkdtempSync(join(root, 'build', `${basename(path, '.md')}-`))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  for (const { language, code, number } of blocks) {
    const name = `${language} block ${number} runs`
    if (language === 'js') {
      it(name, async () => {
        writeFileSync(join(folder, `program${number}.mjs`), localized(code))
        const { code: ended, stdout, stderr } = await runWarm(join(folder, `program${number}.mjs`), [], folder)
        expect(ended, stderr).toBe(0)
        expect(stdout.trim()).not.toBe('')
        // What a program says will print true does.
        expect(stdout.match(/\btrue$/gm)?.length ?? 0).toBeGreaterThanOrEqual(code.match(/\) \/\/ true$/gm)?.length ?? 0)
      })
    } else if (language === 'sh') {
      it(name, async () => {
        const commands = localized(code).replaceAll('npx espalier', `'${process.execPath}' '${join(root, 'dist/cli.js')}'`)
        const { stdout } = await run('sh', ['-e', '-c', commands], { cwd: folder })
        expect(stdout.trim()).not.toBe('')
      })
    } else if (language === 'python') {
      itWithOptuna(name, async () => {
        const { stdout } = await run(pythonOfOptuna(), ['-c', localized(code)], { cwd: folder })
        expect(stdout.trim()).not.toBe('')
      })
    } else {
      it(name, () => {
        // A first line `# study.yaml` names the file for the commands that follow; those check a training file.
        const [, file] = /^# (\w+\.yaml)\n/.exec(code) ?? []
        if (file !== 'training.yaml') checkStudyFile(code)
        if (file !== undefined) writeFileSync(join(folder, file), code)
      })
    }
  }
}
