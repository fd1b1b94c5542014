// `npm run bench:native`.

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { median } from 'simple-statistics'
import { positive } from '../arguments.ts'
import { Ceiling } from '../ceiling.ts'
import { machine } from '../machine.ts'
import { digits, markdown } from '../table.ts'
import { type ColdStart, coldStarts } from './cold.ts'
import { Contender, type Lap, type Ready } from './contender.ts'
import { CONTENDERS, type ContenderName, TASKS, type Task } from './plan.ts'
import { findStarter, type Starter } from './start.ts'

const help = `npm run bench:native -- [options]
  --only W1,pop    tasks whose names begin so: ${TASKS.map(({ id }) => id).join(', ')}; cold
  --by c,jax       contenders beside espalier: ${Object.keys(CONTENDERS).slice(1).join(', ')}
  --rounds 5       laps of each, in turn
  --lap 0.4        seconds of a lap at least
  --json FILE      where all laps go; results/bench-native.json by default
  --no-build       take dist/ and build/ as they are

Python is the one in ESPALIER_PYTHON, or the system's; what it lacks is named as missing. ESPALIER_NODE_24 names a Node for the wide kernels.`

interface Entry {
  readonly name: ContenderName
  readonly laps: readonly Lap[]
  readonly ready?: Ready
  readonly missing?: string
}
interface Result {
  readonly task: Task
  /** GFLOP/s of one thread's multiply-adds, between the laps. */
  readonly ceiling: number
  readonly entries: readonly Entry[]
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Laps of all contenders in turn: ratios are taken within a round. */
async function measure(
  task: Task,
  names: readonly ContenderName[],
  start: Starter,
  rounds: number,
  lap: number,
  ceiling: Ceiling,
): Promise<Result> {
  const running: { name: ContenderName; contender: Contender; ready: Ready; laps: Lap[] }[] = []
  const missing: Entry[] = []
  for (const name of names) {
    const form = task.forms[name]
    if (form === undefined) continue
    const given = start(name, task)
    if (typeof given === 'string') {
      missing.push({ name, laps: [], missing: given })
      continue
    }
    const asked = name === 'wide' ? JSON.stringify({ ...JSON.parse(form || '{}'), wide: true }) : form
    const contender = new Contender(given)
    try {
      running.push({ name, contender, ready: await contender.prepare(task.id, asked), laps: [] })
    } catch (error) {
      contender.close()
      missing.push({ name, laps: [], missing: reason(error) })
    }
  }
  const rates: number[] = []
  for (let round = 0; round < rounds; round++) {
    const shift = round % Math.max(1, running.length)
    for (const { contender, laps } of [...running.slice(shift), ...running.slice(0, shift)]) laps.push(await contender.lap(lap))
    rates.push(ceiling.measure())
  }
  for (const { contender } of running) contender.close()
  return { task, ceiling: median(rates), entries: [...running.map(({ name, ready, laps }) => ({ name, ready, laps })), ...missing] }
}

const timeText = (seconds: number): string =>
  seconds < 1e-4 ? `${digits(seconds * 1e6)} µs` : seconds < 1 ? `${digits(seconds * 1e3)} ms` : `${digits(seconds)} s`

function cellOf({ name, laps, ready, missing }: Entry, base: readonly Lap[]): string {
  if (missing !== undefined) return 'missing'
  const ratios = laps.map(({ seconds }, i) => seconds / (base[i]?.seconds ?? Number.NaN))
  const first = ready !== undefined && name !== 'c' && ready.first > 1 ? `, first ${ready.first.toFixed(0)} s` : ''
  return `${digits(median(ratios))} (${digits(Math.min(...ratios))} to ${digits(Math.max(...ratios))})${first}`
}

function table(results: readonly Result[], names: readonly ContenderName[]): string {
  const others = names.filter((name) => name !== 'espalier')
  const head = ['a step', 'espalier: median (best)', 'of the ceiling', ...others.map((name) => CONTENDERS[name].title)]
  const rows = results.map(({ task, ceiling, entries }) => {
    const base = entries.find(({ name }) => name === 'espalier')?.laps ?? []
    const seconds = base.map((lap) => lap.seconds)
    const share = task.operations === undefined ? '-' : (task.operations / ceiling / median(base.map(({ cpu }) => cpu))).toFixed(2)
    const cells = others.map((name) => {
      const entry = entries.find((own) => own.name === name)
      return entry === undefined ? '-' : cellOf(entry, base)
    })
    return [task.title, `${timeText(median(seconds))} (${timeText(Math.min(...seconds))})`, share, ...cells]
  })
  return markdown([head, ...rows])
}

const coldTable = (starts: readonly ColdStart[]): string =>
  markdown([
    ['from the start of a process to its first step', 'ms: median (range)'],
    ...starts.map(({ title, seconds, missing }) => {
      const ms = seconds.map((s) => s * 1e3)
      return [title, missing ?? `${digits(median(ms))} (${digits(Math.min(...ms))} to ${digits(Math.max(...ms))})`]
    }),
  ])

function reasons(results: readonly Result[]): string {
  const all = results.flatMap(({ entries }) =>
    entries.flatMap(({ name, missing }) => (missing === undefined ? [] : [`- ${CONTENDERS[name].title}: ${missing}`])),
  )
  return [...new Set(all)].join('\n')
}

const named = <Name extends string>(option: string, text: string | undefined, all: readonly Name[]): readonly Name[] => {
  if (text === undefined) return all
  return text.split(',').flatMap((part) => {
    const found = all.filter((name) => name === part || (!all.some((other) => other === part) && name.startsWith(part)))
    if (found.length === 0) throw new Error(`--${option} names ${part}; there are ${all.join(', ')}`)
    return found
  })
}

export async function main(args: string[]): Promise<void> {
  try {
    await run(args)
  } catch (error) {
    console.error(reason(error))
    process.exitCode = 1
  }
}

async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      by: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      lap: { type: 'string', default: '0.4' },
      json: { type: 'string', default: 'results/bench-native.json' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(help)
    return
  }
  const ids = named('only', values.only, [...TASKS.map(({ id }) => id), 'cold'])
  const names: readonly ContenderName[] = [
    ...new Set<ContenderName>(['espalier', ...named('by', values.by, Object.keys(CONTENDERS) as ContenderName[])]),
  ]
  const rounds = positive('rounds', values.rounds)
  const lap = Number(values.lap)
  if (!(lap > 0)) throw new Error(`--lap is ${values.lap}; it must be seconds above 0`)
  const about = machine()
  console.log(
    `${about.cpu}, ${about.cores} cores, Node ${about.node}, ${about.date}, load average ${about.load.toFixed(1)}; times over espalier's: median (range) of ${rounds} rounds\n`,
  )
  const start = await findStarter()
  // Node 20 compiles relaxed SIMD once the package has opened a backend.
  await (await (await import('espalier')).openBackend({ prefer: 'wasm', workers: 0 })).dispose()
  const ceiling = await Ceiling.compile(await readFile('build/bench-ceiling.relaxed.wasm'))
  const results: Result[] = []
  for (const task of TASKS.filter(({ id }) => ids.includes(id))) {
    results.push(await measure(task, names, start, rounds, lap, ceiling))
    console.error(task.title)
  }
  const cold = ids.includes('cold') ? coldStarts(rounds) : []
  await mkdir(dirname(values.json), { recursive: true })
  await writeFile(values.json, `${JSON.stringify({ machine: about, rounds, results, cold }, null, 1)}\n`)
  if (results.length > 0) console.log(`${table(results, names)}\n`)
  if (cold.length > 0) console.log(`${coldTable(cold)}\n`)
  console.log([reasons(results), `Written to ${values.json}`].filter((text) => text !== '').join('\n'))
}
