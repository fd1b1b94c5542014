// The esbuild plugin that leaves out unused parts of Observable Plot.

import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'

/** Modules by which Observable Plot draws what our charts have none of: maps, colour schemes and legends, tips, scales of times and about a middle, groups. */
const UNUSED = [
  'd3-geo/dist/d3-geo.mjs',
  'd3-scale-chromatic/dist/d3-scale-chromatic.mjs',
  'd3-axis/dist/d3-axis.mjs',
  'd3-time/dist/d3-time.mjs',
  'd3-time-format/dist/d3-time-format.mjs',
  '@observablehq/plot/src/marks/tip.js',
  '@observablehq/plot/src/interactions/pointer.js',
  '@observablehq/plot/src/legends.js',
  '@observablehq/plot/src/projection.js',
  '@observablehq/plot/src/scales/diverging.js',
  '@observablehq/plot/src/scales/temporal.js',
  '@observablehq/plot/src/transforms/group.js',
]

/**
 * Plot calls these for every chart; without maps and legends there is nothing to do.
 * @type {Record<string, string>}
 */
const INERT = {
  createProjection: '() => undefined',
  hasProjection: '() => false',
  projectionAspectRatio: '() => undefined',
  createLegends: '() => []',
  exposeLegends: '() => undefined',
}

/**
 * Of the curves of lines ours are three; of the others the library's bundle calls makers, which a bundler keeps unless they are marked.
 * @type {Record<string, (code: string) => string>}
 */
const CURVES = {
  '@observablehq/plot/src/curve.js': () =>
    `import { curveBumpX, curveLinear, curveStepAfter } from 'd3'
    export const curveAuto = curveLinear
    const curves = new Map([[undefined, curveLinear], ['linear', curveLinear], ['step-after', curveStepAfter], ['bump-x', curveBumpX]])
    const ours = (curve) => curves.get(curve) ?? absent()
    export { ours as maybeCurve, ours as maybeCurveAuto }`,
  'd3-shape/dist/d3-shape.mjs': (code) =>
    code
      .replaceAll('= (function custom(', '= /* @__PURE__ */ (function custom(')
      .replace('= curveRadial(', '= /* @__PURE__ */ curveRadial('),
}

const ABSENT = "const absent = () => { throw new Error('this build of the charts leaves out what no chart of ours has') }"

/**
 * Leaves out of a bundle what Plot imports for drawings that ours are not, a third of its size; who calls it is told. test/house/studio.test.ts
 * holds that all our charts are the same without it.
 * @type {import('esbuild').Plugin}
 */
export const slimPlot = {
  name: 'slim-plot',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules[/\\](d3-|@observablehq)/ }, async ({ path }) => {
      const own = path.replaceAll('\\', '/').split('node_modules/').at(-1) ?? ''
      const curves = CURVES[own]
      if (curves !== undefined) return { contents: `${ABSENT}\n${curves(await readFile(path, 'utf8'))}` }
      if (!UNUSED.includes(own)) return undefined
      const names = Object.keys(await import(pathToFileURL(path).href))
      return { contents: [ABSENT, ...names.map((name) => `export const ${name} = ${INERT[name] ?? 'absent'}`)].join('\n') }
    })
  },
}
