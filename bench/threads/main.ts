// `npm run bench:threads`.

import { parseArgs } from 'node:util'
import { findChrome } from '../../scripts/find-chrome.mjs'
import { positive } from '../arguments.ts'
import { currentLoad, machine } from '../machine.ts'
import { measureThreads } from './measure.ts'

const help = `npm run bench:threads -- [options]
  --threads 2    threads a network
  --rounds 15    rounds of each workload
  --rows 6400    rows of a timed epoch; times are given for 60,000
  --node         in Node only
  --no-build     take dist/ as it is`

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      threads: { type: 'string', default: '2' },
      rounds: { type: 'string', default: '15' },
      rows: { type: 'string', default: '6400' },
      node: { type: 'boolean', default: false },
      'no-build': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(help)
    return
  }
  const options = {
    threads: positive('threads', values.threads),
    rounds: positive('rounds', values.rounds),
    rows: positive('rows', values.rows),
  }
  const { cpu, cores, date, load } = machine()
  console.log(`${cpu}, ${cores} cores, ${date}, load average ${load.toFixed(1)}; one thread and ${options.threads}`)
  console.log(`\nNode ${process.version}`)
  await measureThreads(options, console.log)
  if (!values.node && findChrome() !== undefined) {
    const { runJob } = await import('../browser.ts')
    console.log('\nChromium, cross-origin isolated')
    await runJob({ script: 'bench/threads/page.ts', order: options, files: {}, isolated: true }, { types: ['renderer'] })
  }
  console.log(`\nload average ${currentLoad().toFixed(1)} at the end`)
}
