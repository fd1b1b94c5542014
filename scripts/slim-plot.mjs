// The esbuild plugin that leaves out unused parts of Observable Plot.

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
  '@observablehq/plot/src/scales/diverging.js',
  '@observablehq/plot/src/scales/temporal.js',
  '@observablehq/plot/src/transforms/group.js',
]

/**
 * Plot calls these for every chart; without maps and legends there is nothing to do.
 * @type {Record<string, string>}
 */
const INERT = {
  geoTransform: '() => undefined',
  createLegends: '() => []',
  exposeLegends: '() => undefined',
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
      if (!UNUSED.some((name) => path.replaceAll('\\', '/').endsWith(`node_modules/${name}`))) return undefined
      const names = Object.keys(await import(pathToFileURL(path).href))
      return { contents: [ABSENT, ...names.map((name) => `export const ${name} = ${INERT[name] ?? 'absent'}`)].join('\n') }
    })
  },
}
