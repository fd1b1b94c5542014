// `npm run bench:coverage`: how often intervals that say 95 % hold, on worlds with a known truth.

import { parseArgs } from 'node:util'
import { openBackend } from 'espalier'
import { missing } from '../../src/core/at.ts'
import { positive } from '../arguments.ts'
import { type LearnedWorld, learnedOn } from './learn.ts'
import { type Held, triedOn } from './scores.ts'
import { reseeded } from './settings.ts'

const help = `npm run bench:coverage -- [options]
  --worlds 200   synthetic sets of each task, and as many of noise
  --first 0      number of the first set: other numbers are other sets
  --only classes of what there is: classes, numbers, noise of classes, noise of numbers; all by default
  --fresh 8000   rows on which the truth is measured at least; twenty times those of the set if that is more
  --repeats 1    deals of the rows to folds, whose predictions are averaged
  --settings 40  sets of candidates whose most important setting is named; --worlds 0 leaves out the rest
  --learn 40     in place of all that: so many worlds of each task, learned by the package itself with a budget of one step`

export async function main(args: string[]): Promise<void> {
  const options = {
    worlds: { type: 'string' },
    first: { type: 'string' },
    only: { type: 'string' },
    fresh: { type: 'string' },
    repeats: { type: 'string' },
    settings: { type: 'string' },
    learn: { type: 'string' },
    help: { type: 'boolean' },
  } as const
  const { values } = parseArgs({ args, options })
  if (values.help === true) {
    console.log(help)
    return
  }
  if (values.learn !== undefined) {
    await coverageOfLearn(positive('learn', values.learn), positive('repeats', values.repeats ?? '1') - 1)
    return
  }
  const worlds = values.worlds === '0' ? 0 : positive('worlds', values.worlds ?? '200')
  const first = values.first === undefined ? 0 : positive('first', values.first)
  const fresh = positive('fresh', values.fresh ?? '8000')
  const repeats = positive('repeats', values.repeats ?? '1')
  const settings = positive('settings', values.settings ?? '40')
  const named = values.only === undefined || worlds === 0 ? reseeded(settings, 50) : []
  for (const { name, sure, same } of named)
    console.log(`settings, ${name}: sure in ${sure} of ${settings}, the same in ${(100 * same).toFixed(0)} % of those`)
  if (worlds === 0) return
  for (const noise of [false, true])
    for (const task of ['classes', 'numbers'] as const) {
      if (values.only !== undefined && values.only !== `${noise ? 'noise of ' : ''}${task}`) continue
      const tried = Array.from({ length: worlds }, (_, number) => triedOn(first + number, task, noise, fresh, { repeats }))
      const held = tried.flatMap((one) => one.held)
      console.log(`\n${worlds} worlds of ${task}${noise ? ', noise alone' : ''}`)
      console.log('interval'.padEnd(32), 'holds  60-160  250-400  700-2000 rows  (value - truth) / standard error  excludes 0 below, above')
      for (const what of new Set(held.map((one) => one.what))) console.log(lineOf(held.filter((one) => one.what === what)))
      const inside = tried.reduce((sum, one) => sum + one.inside / worlds, 0)
      console.log(`single rows: ${(100 * inside).toFixed(1)} % of fresh rows inside their interval or set`)
    }
}

/** Of the answers that the package gives, with the smallest budget. */
async function coverageOfLearn(worlds: number, repeats: number): Promise<void> {
  const backend = await openBackend({ prefer: 'wasm' })
  try {
    for (const noise of [false, true])
      for (const task of ['classes', 'numbers'] as const) {
        const learned: LearnedWorld[] = []
        for (let number = 0; number < worlds; number++) {
          const one = await learnedOn(backend, number, task, noise, 5000, repeats)
          if (one !== undefined) learned.push(one)
        }
        const held = learned.flatMap((one) => one.held)
        console.log(`\n${learned.length} worlds of ${task}${noise ? ', noise alone' : ''}, learned`)
        for (const what of new Set(held.map((one) => one.what))) console.log(lineOf(held.filter((one) => one.what === what)))
        const inside = learned.reduce((sum, one) => sum + one.inside / learned.length, 0)
        console.log(`single rows: ${(100 * inside).toFixed(1)} % of fresh rows inside their interval or set`)
        const beaten = learned.filter(({ verdict }) => verdict !== 'noBetterThanGuessing').length
        console.log(`called better than guessing: ${beaten} of ${learned.length}`)
      }
  } finally {
    await backend.dispose()
  }
}

function lineOf(held: readonly Held[]): string {
  const share = (low: number, high: number): string => {
    const some = held.filter(({ rows }) => rows >= low && rows <= high)
    return ((100 * some.filter((one) => one.low <= one.truth && one.truth <= one.high).length) / some.length).toFixed(1)
  }
  const off = held.map(({ value, truth, low, high }) => ((value - truth) * 2 * 1.96) / (high - low)).filter(Number.isFinite)
  const mean = off.reduce((sum, one) => sum + one, 0) / off.length
  const sd = Math.sqrt(off.reduce((sum, one) => sum + (one - mean) ** 2, 0) / off.length)
  const [first = missing(held, 0)] = held
  const excluded = `${held.filter(({ high }) => high < 0).length}, ${held.filter(({ low }) => low > 0).length}`
  const shares = [share(0, 1e9), share(0, 200), share(201, 600), share(601, 1e9)].map((one) => one.padStart(6)).join('  ')
  return `${first.what.padEnd(32)} ${shares}  ${mean.toFixed(2)} ± ${sd.toFixed(2)}  ${excluded}`
}
