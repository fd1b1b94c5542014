// `npm run bench:million`: what a minute is worth on a million rows, judged on fresh rows of the same world, beside LightGBM with the same minute.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findPython } from '../../scripts/find-python.mjs'
import { positive } from '../arguments.ts'
import { type Draw, drawOf } from '../coverage/draw.ts'
import { machine } from '../machine.ts'
import { judge } from './judge.ts'

const HELP = `npm run bench:million -- [--rows 1000000] [--fresh 100000] [--seconds 60] [--seed 7] [--no-build]
Python with pandas and lightgbm is the one in ESPALIER_PYTHON, or the system's; what it lacks is named as missing.`

const NUMBERS = 6
const NOISE = 1

/** Six normal numbers, a count, categories of 30 and of 4, three uniform numbers; the target has bends, a product, steps, an effect of each category, and noise of deviation 1. */
const NAMES = [...Array.from({ length: NUMBERS }, (_, i) => `n${i}`), 'count', 'place', 'kind', 'u0', 'u1', 'u2', 'y']

function rowOf(random: Draw, effects: readonly number[]): string {
  const n = Array.from({ length: NUMBERS }, () => random.normal())
  const u = Array.from({ length: 3 }, () => random.uniform())
  const count = Math.floor(-6 * Math.log(1 - random.uniform()))
  const [place, kind] = [random.index(30), random.index(4)]
  const [a = 0, b = 0, c = 0, d = 0] = n
  const [v = 0, w = 0] = u
  const y =
    a + Math.sin(2 * b) + c * d + (v > 0.7 ? 1.5 : 0) - (w < 0.2 && kind === 2 ? 2 : 0) + Math.sqrt(count) / 2 + (effects[place] ?? 0)
  const cells = [...n.map((x) => x.toFixed(5)), count, `p${place}`, 'abcd'[kind], ...u.map((x) => x.toFixed(5))]
  return `${cells.join(',')},${(y + NOISE * random.normal()).toFixed(5)}\n`
}

/** A CSV with a header, a thousand rows at a time. */
async function write(path: string, rows: number, random: Draw, effects: readonly number[]): Promise<void> {
  const file = createWriteStream(path)
  file.write(`${NAMES.join(',')}\n`)
  for (let done = 0; done < rows; done += 1000) {
    const part = Array.from({ length: Math.min(1000, rows - done) }, () => rowOf(random, effects))
    if (!file.write(part.join(''))) await once(file, 'drain')
  }
  file.end()
  await once(file, 'close')
}

interface Ended {
  readonly stdout: string
  readonly seconds: number
  /** Of the program and its threads, where the system tells it. */
  readonly processor?: number
}

/** A program with a look at the processor's time it had: on a busy machine its minute is less than one. */
async function timed(command: string, args: readonly string[]): Promise<Ended> {
  const started = performance.now()
  let ticks = 0
  const child = spawn(command, args)
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const look = setInterval(() => {
    ticks = processorTicks(child.pid) ?? ticks
  }, 500)
  const [code] = await once(child, 'close')
  clearInterval(look)
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${stderr}`)
  return { stdout, seconds: (performance.now() - started) / 1000, ...(ticks > 0 && { processor: ticks / 100 }) }
}

/** Linux's clock ticks of a process, a hundredth of a second each. */
function processorTicks(pid: number | undefined): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return Number(fields[11]) + Number(fields[12])
  } catch {
    return undefined
  }
}

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      rows: { type: 'string', default: '1000000' },
      fresh: { type: 'string', default: '100000' },
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: '7' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(HELP)
  const [rows, fresh, seconds] = [positive('rows', values.rows), positive('fresh', values.fresh), positive('seconds', values.seconds)]
  const folder = mkdtempSync(join(tmpdir(), 'espalier-million-'))
  const file = (name: string) => join(folder, name)
  try {
    const random = drawOf(20261130)
    const effects = Array.from({ length: 30 }, () => random.normal())
    await write(file('train.csv'), rows, random, effects)
    await write(file('test.csv'), fresh, random, effects)
    console.log(JSON.stringify({ ...machine(), rows, fresh, seconds, noise: NOISE }))

    const learned = await timed(process.execPath, [
      ...['dist/cli.js', 'learn', file('train.csv'), '--target', 'y', '--seconds', String(seconds), '--seed', values.seed],
      ...['--save', file('y.answer'), '--json'],
    ])
    execFileSync(process.execPath, ['dist/cli.js', 'predict', file('y.answer'), file('test.csv'), '--out', file('predictions.csv')])
    report('espalier', learned, file('test.csv'), file('predictions.csv'))
    const { score } = JSON.parse(learned.stdout)
    console.log(`  it said ${score.metric} ${score.value} (${score.interval.join(' to ')})`)

    const python = findPython('pandas', 'lightgbm')
    if (python === undefined) return console.log('lightgbm: no Python with pandas and lightgbm was found')
    const script = 'bench/tables/lightgbm_peer.py'
    const peer = await timed(python, [script, file('train.csv'), file('test.csv'), file('peer.csv'), String(seconds)])
    report('lightgbm', peer, file('test.csv'), file('peer.csv'))
    console.log(`  ${peer.stdout.trim()}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function report(name: string, { seconds, processor }: Ended, test: string, predictions: string): void {
  const judged = judge({
    task: 'regression',
    target: 'y',
    test: readFileSync(test, 'utf8'),
    predictions: readFileSync(predictions, 'utf8'),
  })
  const { rmse = Number.NaN, r2 = Number.NaN, covered = 0 } = judged
  // A peer without intervals leaves their columns empty.
  const inside = covered === 0 ? '' : `, ${(100 * covered).toFixed(1)} % of fresh rows inside their interval`
  const time = `${seconds.toFixed(1)} s, ${processor === undefined ? 'processor time unknown' : `${processor.toFixed(1)} of processor time`}`
  console.log(`${name}: RMSE ${rmse.toFixed(4)}, R2 ${r2.toFixed(4)}${inside}; ${time}`)
}
