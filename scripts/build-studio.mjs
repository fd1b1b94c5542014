// Builds the studio's page into dist/studio.

import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { kernels } from './kernels.mjs'
import { lessonData } from './lesson-data.mjs'
import { root } from './run.mjs'
import { slimPlot } from './slim-plot.mjs'

const folder = join(root, 'dist/studio')

/** The style sheet is code, which takes its colours from the reports' own: runs it, and answers the text. */
async function styleText() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/studio/page/style.ts'],
    bundle: true,
    format: 'esm',
    write: false,
  })
  const text = outputFiles.map((file) => file.text).join('')
  const { STYLE } = await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)
  return STYLE
}

/**
 * Builds the studio as a folder that any server can host: the page, the worker that runs its studies, the workers that train, and the
 * package, in chunks of its own, which the workers share. Every address in it is relative.
 */
export async function buildStudio() {
  rmSync(folder, { recursive: true, force: true })
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: {
      page: 'src/studio/page/main.tsx',
      engine: 'src/studio/engine/worker.ts',
      play: 'src/studio/engine/play/worker.ts',
      asker: 'src/studio/asker/worker.ts',
      espalier: 'src/index.ts',
      replicate: 'src/replicate/index.ts',
      worker: 'src/backend/wasm/worker.ts',
    },
    outdir: folder,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    plugins: [kernels, slimPlot],
    metafile: true,
    logLevel: 'warning',
  })
  // What a page that is shared needs, as one script: the studio puts it into the page.
  await build({
    absWorkingDir: root,
    entryPoints: ['src/studio/page/shared/main.tsx'],
    outfile: join(folder, 'shared.js'),
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
  })
  writeFileSync(join(folder, 'style.css'), await styleText())
  // Outside of what is published: the tests read what is in which file.
  writeFileSync(join(root, 'build/studio-meta.json'), JSON.stringify(metafile))
  copyFileSync(join(root, 'src/studio/index.html'), join(folder, 'index.html'))
  mkdirSync(join(folder, 'data'))
  writeFileSync(join(folder, 'data/lessons.json'), `${JSON.stringify(lessonData())}\n`)
  for (const name of ['pima.arff', 'auto-mpg.csv', 'concrete.csv', 'votes.csv'])
    copyFileSync(join(root, 'data', name), join(folder, 'data', name))
  // Which samples lie beside the page; whoever puts fashion-mnist/ there adds its name.
  writeFileSync(join(folder, 'data/samples.json'), '["pima","auto-mpg","concrete","votes"]\n')
  return metafile
}
