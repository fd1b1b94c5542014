// `npm run bench:targets`.

import { mkdir, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { findChrome } from '../../scripts/find-chrome.mjs'
import { positive } from '../arguments.ts'
import { currentLoad, machine } from '../machine.ts'
import { judge, type Reading, type Row } from './judge.ts'
import { type Effort, measureOnGpu, measureSizes, measureStarts, measureWorkloads, type Part } from './measure.ts'
import { shortcomings, targetsTable } from './table.ts'
import { type Target, targets } from './targets.ts'

const ids = [...new Set(targets.map(({ id }) => id))]

const help = `npm run bench:targets -- [options]
  Measures what espalier is to reach, beside its peers, and says what is reached.
  --only P1,P3     rows: ${ids.join(', ')}
  --rounds 5       rounds of each
  --quick          fewer rounds of less work: to see that all works, or for a first look
  --out FOLDER     where targets.md and targets.json go; results by default
  --no-build       takes dist/ and build/ as they are`

const FULL: Effort = { rounds: 5, rows: 19_968, gpuSteps: 8, starts: 11 }
const QUICK: Effort = { rounds: 2, rows: 4992, gpuSteps: 2, starts: 5 }
/** Above it, others had the processor for a part of the time. */
const QUIET_LOAD = 1.5

interface Arguments {
  readonly chosen: readonly Target[]
  readonly quick: boolean
  readonly effort: Effort
  readonly out: string
}

function readArguments(args: string[]): Arguments | undefined {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      out: { type: 'string', default: 'results' },
      'no-build': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const only = values.only?.split(',') ?? ids
  const unknown = only.find((name) => !ids.some((id) => id === name))
  if (unknown !== undefined) throw new Error(`--only names ${unknown}; there are ${ids.join(', ')}`)
  const effort = values.quick ? QUICK : FULL
  return {
    chosen: targets.filter(({ id }) => only.includes(id)),
    quick: values.quick,
    effort: values.rounds === undefined ? effort : { ...effort, rounds: positive('rounds', values.rounds) },
    out: values.out,
  }
}

async function* measureParts(subjects: readonly string[], effort: Effort): AsyncGenerator<Part> {
  const chrome = findChrome()
  yield* measureSizes(subjects)
  yield* measureStarts(subjects, effort, chrome)
  yield* measureOnGpu(subjects, effort, chrome)
  yield* measureWorkloads(subjects, effort, chrome)
}

const rowsOf = (chosen: readonly Target[], readings: readonly Reading[]): Row[] =>
  chosen.flatMap((target) => readings.filter(({ subject }) => subject === target.subject).map((reading) => judge(target, reading)))

function markdownPage(rows: readonly Row[], notes: readonly string[]): string {
  return `${['# Targets', notes.join('\n'), targetsTable(rows), shortcomings(rows)].join('\n\n')}\n`
}

export async function main(args: string[]): Promise<void> {
  let given: Arguments | undefined
  try {
    given = readArguments(args)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
    return
  }
  if (given === undefined) {
    console.log(help)
    return
  }
  const { chosen, quick, effort, out } = given
  const about = machine()
  const started = performance.now()
  console.log(`${about.cpu}, ${about.cores} cores, load average ${about.load.toFixed(1)}`)
  await mkdir(out, { recursive: true })
  const readings: Reading[] = []
  const details: object[] = []
  const subjects = chosen.map(({ subject }) => subject)
  let page = ''
  // Written after each part, so that what one has measured is not lost with the next.
  for await (const part of measureParts(subjects, effort)) {
    readings.push(...part.readings)
    details.push(part.details)
    const rows = rowsOf(chosen, readings)
    const load = currentLoad()
    const seconds = Math.round((performance.now() - started) / 1000)
    page = markdownPage(rows, [
      `${about.cpu}, ${about.cores} cores, ${about.date}, load average ${about.load.toFixed(1)} at the start and ${load.toFixed(1)} at the end; ` +
        `medians of ${effort.rounds} rounds, in brackets the range; ${seconds} s.`,
      ...(Math.max(about.load, load) > QUIET_LOAD
        ? ['Other programs had the processor for a part of the time: read the ratios, and measure again when it is quiet.']
        : []),
      ...(quick ? ['Quick: fewer rounds of less work. What is meant to be quoted is measured without `--quick`.'] : []),
    ])
    const json = { machine: { ...about, loadAtEnd: load }, quick, effort, seconds, rows, details }
    await writeFile(`${out}/targets.md`, page)
    await writeFile(`${out}/targets.json`, `${JSON.stringify(json, null, 2)}\n`)
  }
  console.log(`\n${page}\nwritten to ${out}/targets.md and ${out}/targets.json`)
}
