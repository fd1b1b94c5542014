import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import domino from '@mixmark-io/domino'
import { build, type Metafile } from 'esbuild'
import { expect, it } from 'vitest'
import { slimPlot } from '../../scripts/slim-plot.mjs'
import { renderHtml } from '../../src/report/html.ts'
import type { Block } from '../../src/report/model.ts'
import { sampleReport } from '../support/report.ts'

/** The studio as it was built: what is in which file. */
const repository = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(repository, 'dist/studio')
const { outputs }: Metafile = JSON.parse(readFileSync(join(repository, 'build/studio-meta.json'), 'utf8'))

/** With all that these files load, at once or also later. */
function closure(names: readonly string[], later = true): Set<string> {
  const needed = new Set(names.map((name) => `dist/studio/${name}`))
  for (const name of needed) {
    for (const { path, kind, external } of outputs[name]?.imports ?? [])
      if (external !== true && (later || kind !== 'dynamic-import')) needed.add(path)
  }
  return needed
}

/** Of what the package's entry espalier/formats is made. */
const FORMATS = /^(src\/(formats|learn\/onnx)\/|node_modules\/(fflate|pbf)\/)/

/** Of what play mode, the evidence of a study, answers for pictures and what keeps and shares are made, and the library that draws charts. */
const ROOMS = /^(src\/studio\/(page|engine)\/(play\/|evidence\/|pictures\/(?!recognize)|keeping\/)|node_modules\/(echarts|zrender|tslib)\/)/

const inputsOf = (path: string): string[] => Object.keys(outputs[path]?.inputs ?? {})
const isRoom = (path: string): boolean => inputsOf(path).some((input) => ROOMS.test(input))

const kilobytes = (paths: readonly string[]): number =>
  paths.reduce((sum, path) => sum + gzipSync(readFileSync(join(repository, path)), { level: 9 }).length, 0) / 1000

it('is at most 150 KB of its own, gzipped, the charts and forms of studies included, engine and rooms of their own aside', () => {
  const engine = closure(['espalier.js', 'replicate.js', 'worker.js'])
  const all = [...closure(['page.js', 'engine.js'])].filter((path) => !engine.has(path))
  // The package's formats of models are loaded when somebody takes a model away in one of them, and never else.
  const formats = all.filter((path) => Object.keys(outputs[path]?.inputs ?? {}).every((input) => FORMATS.test(input)))
  const own = all.filter((path) => !formats.includes(path) && !isRoom(path))
  const size = kilobytes([...own, 'dist/studio/style.css', 'dist/studio/index.html'])
  console.log(`the studio's own code: ${size.toFixed(1)} KB gzipped, and formats of models on demand: ${kilobytes(formats).toFixed(1)} KB`)
  const atOnce = closure(['page.js', 'engine.js'], false)
  expect(formats.length).toBeGreaterThan(3)
  expect(formats.filter((path) => atOnce.has(path))).toEqual([])
  expect(size).toBeGreaterThan(20)
  expect(size).toBeLessThanOrEqual(150)
})

it('is there after at most 200 KB, gzipped, of page and engine; charts, forms and studies come when they are opened', () => {
  const atOnce = closure(['page.js', 'engine.js'], false)
  const size = kilobytes([...atOnce, 'dist/studio/style.css', 'dist/studio/index.html'])
  console.log(`the studio's first load: ${size.toFixed(1)} KB gzipped`)
  expect(size).toBeGreaterThan(100)
  expect(size).toBeLessThanOrEqual(200)
  const inputs = [...atOnce].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}))
  expect(inputs.filter((path) => /observablehq|d3-|src\/replicate|studio\/page\/(study|setup\/(change|search))/.test(path))).toEqual([])
})

it('loads play mode, the evidence of a study and their charts when they are opened, and never else', () => {
  const rooms = [...closure(['page.js', 'engine.js', 'play.js'])].filter(isRoom)
  const atOnce = closure(['page.js', 'engine.js'], false)
  const sizeOf = (inputs: RegExp): number => kilobytes(rooms.filter((path) => inputsOf(path).some((input) => inputs.test(input))))
  const [play, evidence, charts, pictures, keeping] = [
    /\/play\//,
    /\/evidence\/(?!chart\.tsx)/,
    /node_modules\/echarts\//,
    /\/pictures\/(?!recognize)/,
    /\/keeping\//,
  ].map(sizeOf)
  const shown = Object.entries({ play, evidence, 'charts of both': charts, pictures, 'keeping and sharing': keeping })
  console.log(`on demand, gzipped: ${shown.map(([name, size]) => `${name} ${size?.toFixed(1)} KB`).join(', ')}`)
  for (const size of [pictures, keeping]) {
    expect(size).toBeGreaterThan(2)
    expect(size).toBeLessThanOrEqual(25)
  }
  expect(rooms.filter((path) => atOnce.has(path))).toEqual([])
  expect(play).toBeGreaterThan(5)
  expect(play).toBeLessThanOrEqual(25)
  expect(evidence).toBeGreaterThan(5)
  expect(evidence).toBeLessThanOrEqual(25)
  expect(charts).toBeGreaterThan(100)
  expect(charts).toBeLessThanOrEqual(260)
})

it('has a page of its own parts, the names and checks of configurations, and nothing that computes', () => {
  const inputs = [...closure(['page.js'])].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}))
  expect(inputs).toEqual(expect.arrayContaining(['src/studio/page/main.tsx', 'src/studio/client.ts']))
  // The names of reading options are the table's own; asker/ asks the worker that predicts.
  const allowed =
    /^(src\/studio\/(page\/|asker\/(client|grid)|\w+\.ts$)|src\/core\/|src\/table\/options|node_modules\/(preact|zod|fastest-levenshtein|echarts|zrender|tslib)\/)/
  expect(inputs.filter((path) => !allowed.test(path))).toEqual([])
})

it('can be put anywhere: every address in it is relative, and none is of another server', () => {
  const html = readFileSync(join(folder, 'index.html'), 'utf8')
  const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address = '']) => address)
  expect(addresses).toEqual(['data:,', 'style.css', 'page.js'])
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(['data', 'engine.js', 'index.html', 'page.js', 'style.css', 'worker.js']))
  expect(readFileSync(join(folder, 'style.css'), 'utf8')).not.toMatch(/url\(|@import/)
})

it('draws every kind of chart as the whole of Observable Plot does', async () => {
  const { outputFiles } = await build({
    stdin: { contents: "export { renderHtml } from './src/report/html.ts'", resolveDir: repository },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    plugins: [slimPlot],
  })
  const code = Buffer.from(outputFiles.map(({ text }) => text).join('')).toString('base64')
  const slim = (await import(`data:text/javascript;base64,${code}`)) as { renderHtml: typeof renderHtml }
  const options = { document: domino.createDocument() }
  const stepped = (block: Block): Block[] => (block.kind === 'lineChart' ? [{ ...block, stepped: true }] : [])
  const sections = sampleReport.sections.map((own) => ({ ...own, blocks: [...own.blocks, ...own.blocks.flatMap(stepped)] }))
  const report = { ...sampleReport, sections }
  expect(slim.renderHtml(report, options) === renderHtml(report, options)).toBe(true)
})
