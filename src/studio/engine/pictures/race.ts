// Trains networks on pictures in turns until the time is over: each turn doubles the epochs of one of them, on every part.

import type { Backend } from '../../../backend/backend.ts'
import { at } from '../../../core/at.ts'
import { fit } from '../../../train/fit.ts'
import type { FitResult } from '../../../train/result.ts'
import type { Candidate } from './candidates.ts'
import type { Part, Parts } from './parts.ts'

/** A network after some epochs, and what it says of the pictures that it had not seen. */
export interface Option {
  readonly candidate: Candidate
  readonly epochs: number
  /** (rows x classes) of the judged pictures: probabilities. */
  readonly said: Float64Array
  /** (rows), what each picture costs. */
  readonly losses: Float64Array
  /** Of every part. */
  readonly networks: readonly FitResult[]
}

interface Runner {
  readonly candidate: Candidate
  readonly options: Option[]
  seconds: number
  /** Seconds of an epoch, of all parts. */
  pace: number
  isOver: boolean
}

/** Updates of a first turn, about. */
const FIRST = 60
/** A network so much worse than the best after this many turns gets none any more. */
const BEHIND = { factor: 1.5, turns: 3 }
/** A turn that does not make a network better by this part is its last. */
const WORTH = 0.01
/** A network that costs so little has nothing left to learn. */
const ENOUGH = 1e-3
const LEAST_CHANCE = 2 ** -23

export interface RaceOptions {
  readonly signal: AbortSignal
  /** When it ends, as performance.now() says. */
  readonly end: number
  readonly seed: number
  readonly onOption: (options: readonly Option[]) => Promise<void>
  /** How much of the time is over. */
  readonly onProgress: () => void
}

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
const bestOf = ({ options }: Runner): number => Math.min(...options.map(({ losses }) => meanOf(losses)))

/** Ends when the time is over, or when no network becomes better. What `signal` stops is given up; what was trained until then stays. */
export async function race(backend: Backend, candidates: readonly Candidate[], parts: Parts, options: RaceOptions): Promise<void> {
  const runners = candidates.map((candidate): Runner => ({ candidate, options: [], seconds: 0, pace: 0, isOver: false }))
  const stop = new AbortController()
  const giveUp = (): void => stop.abort(new Error('the time is over'))
  options.signal.addEventListener('abort', giveUp)
  const timer = setTimeout(giveUp, Math.max(0, options.end - performance.now()))
  try {
    for (let next = nextOf(runners, options.end); next !== undefined && !stop.signal.aborted; next = nextOf(runners, options.end)) {
      const option = await turn(backend, next, parts, { ...options, signal: stop.signal })
      next.options.push(option)
      next.isOver = isSpent(next, runners)
      await options.onOption(runners.flatMap((one) => one.options))
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error
  } finally {
    clearTimeout(timer)
    options.signal.removeEventListener('abort', giveUp)
  }
}

/** Who has not had a turn, then who has had the least time; undefined where nobody's next turn would end in time. */
function nextOf(runners: readonly Runner[], end: number): Runner | undefined {
  const left = (end - performance.now()) / 1000
  const fresh = runners.find((one) => one.options.length === 0)
  if (fresh !== undefined) return fresh
  const waiting = runners.filter(({ isOver, pace, options }) => !isOver && pace * (options.at(-1)?.epochs ?? 1) < left)
  return waiting.sort((a, b) => a.seconds - b.seconds)[0]
}

/** Whether another turn would not help. */
function isSpent(own: Runner, runners: readonly Runner[]): boolean {
  const { options, candidate } = own
  const before = Math.min(...options.slice(0, -1).map(({ losses }) => meanOf(losses)))
  if (options.length > 1 && bestOf(own) > before * (1 - WORTH)) return true
  const best = Math.min(...runners.map(bestOf))
  if (best < ENOUGH) return true
  return candidate.name !== 'line' && options.length >= BEHIND.turns && bestOf(own) > best * BEHIND.factor
}

async function turn(backend: Backend, runner: Runner, { parts, rows, actual }: Parts, options: RaceOptions): Promise<Option> {
  const { candidate } = runner
  const before = runner.options.at(-1)
  const largest = Math.max(...parts.map(({ train }) => train.rows))
  const steps = Math.ceil(largest / (candidate.spec.batchSize ?? 32))
  const epochs = before === undefined ? Math.max(1, Math.round(FIRST / steps)) : 2 * before.epochs
  const began = performance.now()
  const trained = await Promise.allSettled(
    parts.map(({ train }, part) =>
      fit(
        backend,
        {
          ...candidate.spec,
          ...{ epochs, seed: options.seed + part, signal: options.signal, resume: before?.networks[part]?.checkpoint },
          callbacks: { onProgress: options.onProgress },
        },
        { train },
      ),
    ),
  )
  // All are heard out before an error is passed on, so that none tells of progress afterwards.
  const networks = trained.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value
  })
  const seconds = (performance.now() - began) / 1000
  runner.seconds += seconds
  runner.pace = seconds / (epochs - (before?.epochs ?? 0))
  const outputs = await Promise.all(parts.map((own, part) => saidBy(at(networks, part), own.test)))
  const classes = at(outputs, 0).length / at(parts, 0).test.rows
  const said = new Float64Array(rows.length * classes)
  let from = 0
  for (const own of outputs) {
    said.set(own, from)
    from += own.length
  }
  const losses = Float64Array.from(actual, (own, row) => -Math.log(Math.max(LEAST_CHANCE, at(said, row * classes + own))))
  return { candidate, epochs, said, losses, networks }
}

/** (rows x classes) probabilities that add up to 1. */
export async function saidBy(
  network: FitResult,
  { features, scale, rows }: Pick<Part['test'], 'features' | 'scale' | 'rows'>,
): Promise<Float64Array> {
  const said = Float64Array.from(await network.predict(features, scale))
  const classes = said.length / rows
  for (let row = 0; row < rows; row++) {
    const own = said.subarray(row * classes, (row + 1) * classes)
    const sum = own.reduce((a, b) => a + b, 0)
    for (let i = 0; i < classes; i++) own[i] = at(own, i) / sum
  }
  return said
}
