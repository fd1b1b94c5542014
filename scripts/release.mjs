// `npm run release`: refuses what is not ready, packs the package and prints how to publish it; with `-- --publish` it publishes. It changes no version.
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { refusals } from './release-checks.mjs'
import { runMain, runNpm, StepError } from './run.mjs'

runMain(async () => {
  const folder = process.cwd()
  const refused = refusals(folder)
  if (refused.length > 0) throw new StepError(`not released:\n${refused.map((reason) => `- ${reason}`).join('\n')}`)
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const packed = join(folder, '.cache/release')
  mkdirSync(packed, { recursive: true })
  await runNpm(['pack', '--pack-destination', packed], { cwd: folder })
  const publish = ['publish', join(packed, `${name.replace(/^@/, '').replace('/', '-')}-${version}.tgz`)]
  if (process.argv.includes('--publish')) await runNpm(publish, { cwd: folder })
  else console.log(`\nTo publish: npm ${publish.join(' ')}\nThen: git tag v${version}`)
})
