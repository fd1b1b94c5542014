// `npm run test:deno`: the contract on the WebGPU of Deno (wgpu, whose compiler is Naga), on whatever driver Vulkan finds. By hand: a software adapter takes an hour.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { runMain, runNode } from './run.mjs'

const HELP = `npm run test:deno -- [options]
  --only TEXT         cases whose names hold it
  --cases compiler    of ${'`'}all${'`'}, ${'`'}compiler${'`'} (those for a second compiler) and ${'`'}layers${'`'}
  --no-build          with dist as it is
VK_ICD_FILENAMES names a driver, as /usr/share/vulkan/icd.d/lvp_icd.x86_64.json (Debian: mesa-vulkan-drivers).`

runMain(async () => {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      cases: { type: 'string', default: 'compiler' },
      'no-build': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(HELP)
  if (!values['no-build']) await runNode(['scripts/build.mjs'])
  const folder = await mkdtemp(join(tmpdir(), 'espalier-deno-'))
  try {
    const outfile = join(folder, 'program.mjs')
    await build({
      entryPoints: ['test/hosts/programs/webgpu.ts'],
      bundle: true,
      format: 'esm',
      platform: 'node',
      outfile,
      alias: { espalier: './dist/index.js' },
      // The entries import their chunks twice over where one has no exports to name.
      logOverride: { 'ignored-bare-import': 'silent' },
      logLevel: 'warning',
    })
    const { passed, failed, code } = await run(outfile, [values.cases, values.only])
    console.log(`\n${passed} passed, ${failed} failed`)
    if (failed > 0 || passed === 0 || code !== 0) process.exitCode = 1
  } finally {
    await rm(folder, { recursive: true })
  }
})

/**
 * @param {string} program
 * @param {string[]} args
 */
async function run(program, args) {
  const deno = createRequire(import.meta.url)('deno/install_api.cjs').runInstall()
  const given = ['run', '--quiet', '--no-config', '--no-lock', '--unstable-webgpu', '--allow-all', program, ...args]
  const child = spawn(deno, given, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, DENO_NO_UPDATE_CHECK: '1' } })
  const ended = new Promise((resolve) => {
    child.once('close', resolve)
  })
  let [passed, failed] = [0, 0]
  for await (const line of createInterface({ input: child.stdout })) {
    const { name, seconds, failure, description } = JSON.parse(line)
    if (description !== undefined) console.log(description)
    else if (failure === null) passed++
    else failed++
    if (name !== undefined)
      console.log(`${failure === null ? 'ok' : 'NOT OK'} ${name} (${seconds} s)${failure === null ? '' : `\n  ${failure}`}`)
  }
  return { passed, failed, code: await ended }
}
