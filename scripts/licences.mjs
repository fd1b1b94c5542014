// Collects the licence texts of third-party code that is inside the files of dist/.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StepError } from './run.mjs'

/** The file's name in dist/. */
export const LICENCES = 'THIRD-PARTY-LICENSES.txt'

const RULE = '='.repeat(100)

/**
 * The folders of the packages whose code is in a bundle, by what esbuild says it wrote: a module that was dropped as unused does not count.
 * @param {Pick<import('esbuild').Metafile, 'outputs'>[]} metafiles
 * @returns {string[]} from the repository's root, sorted: node_modules/zod
 */
export function bundledPackages(metafiles) {
  const written = metafiles
    .flatMap(({ outputs }) => Object.values(outputs))
    .flatMap(({ inputs }) => Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])))
  const folders = written.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [])
  return [...new Set(folders)].sort()
}

/**
 * What a package's licence asks to be passed on.
 * @param {string} root
 * @param {string} folder of the package, from the root
 * @returns {string}
 */
function section(root, folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
  const files = readdirSync(join(root, folder)).filter((file) => /^(licen[cs]e|copying|notice)([.-].*)?$/i.test(file))
  if (!files.some((file) => !/^notice/i.test(file)))
    throw new StepError(`${folder} is in the bundles, and has no licence text to ship: add it, or do without the package`)
  const texts = files.sort().map((file) => readFileSync(join(root, folder, file), 'utf8').trim())
  return [RULE, `${name} ${version} (${license})`, RULE, '', texts.join('\n\n')].join('\n')
}

/**
 * The kernels hold parts of AssemblyScript's library, whose mathematics is derived from musl, Arm's routines (both MIT) and Sun's, whose notice is in
 * the source.
 * @param {string} root
 */
function kernelSections(root) {
  const source = readFileSync(join(root, 'node_modules/assemblyscript/std/assembly/math.ts'), 'utf8')
  const sun = /^\/\/ SUN COPYRIGHT NOTICE\n(\/\/.*\n)+/m.exec(source)?.[0]
  if (sun === undefined) throw new StepError("AssemblyScript's math.ts no longer holds Sun's notice: see what it is derived from now")
  const notice = sun.replace(/^\/\/ ?/gm, '').trim()
  const [, permission = ''] = /(Permission is hereby granted[\s\S]*)/.exec(readFileSync(join(root, 'LICENSE'), 'utf8')) ?? []
  const mit = `musl libc: Copyright (c) Rich Felker, et al.\nArm Optimized Routines: Copyright (c) Arm Limited\n\n${permission.trim()}`
  return [section(root, 'node_modules/assemblyscript'), notice, mit].join('\n\n')
}

/**
 * Writes the licence texts of all that is bundled.
 * @param {string} root
 * @param {Pick<import('esbuild').Metafile, 'outputs'>[]} metafiles of every bundle in dist/
 */
export function writeLicences(root, metafiles) {
  const intro =
    'espalier itself is under the MIT licence (LICENSE). Its dist/ holds code of the packages below, whose licences follow. ' +
    'AssemblyScript is\ncompiled into the .wasm files; the others are in dist/browser and dist/studio.'
  const sections = bundledPackages(metafiles).map((folder) => section(root, folder))
  writeFileSync(join(root, 'dist', LICENCES), `${[intro, kernelSections(root), ...sections].join('\n\n')}\n`)
}
