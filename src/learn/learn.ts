/** `learn`: from a table to an answer. Tries candidates turn by turn until the budget is spent, lets the best answer together, and has them judged. */

import type { Backend } from '../backend/backend.ts'
import { InvalidSpecError } from '../core/errors.ts'
import { MAX_SEED } from '../core/fields.ts'
import { shown } from '../core/shown.ts'
import { checkOptions } from '../data/check.ts'
import { checkTypedTable } from '../table/check.ts'
import { Pace } from '../table/pace.ts'
import type { Table } from '../table/table.ts'
import { checkBackend } from '../train/check.ts'
import { type Answer, makeAnswer } from './answer.ts'
import { bagsOf } from './bag.ts'
import { trainGuess, trainLinear } from './baselines.ts'
import { trainTrees } from './boosting.ts'
import { networksOf } from './candidates.ts'
import { Clock } from './clock.ts'
import { describeAnswer, type Facts, factsOf } from './describe.ts'
import { fitted, workOf } from './fitting.ts'
import { readGroups } from './groups.ts'
import { columnsThatMatter, NOT_ASKED, settingsThatMatter } from './importance.ts'
import { Inputs } from './inputs.ts'
import { judge, scoreWidth } from './judge.ts'
import { Library, type Run } from './library.ts'
import type { LearnOptions } from './options.ts'
import { problemSteps } from './problem.ts'
import { trainNetworks } from './race.ts'
import { checkRepeats, repeatUntil } from './repeats.ts'
import { inPieces, type Track } from './track.ts'
import { treesOf } from './treesCandidates.ts'

/** Of the time, what the first group may take: a second opinion is worth more than a longer first one. */
const FIRST_PART = 0.3
/** And others: what is expected of them is not quite what they come to. */
const NEXT_PART = 0.7

/** Seconds that an answer may take to say what matters when it was stopped. */
const AFTER_STOP = 1

/** Numbers of candidates of a turn: networks from its first on, trees at the end. */
const PER_TURN = 100
const firstOf = (turn: number): number => 2 + turn * PER_TURN

/**
 * Learns from a table what predicts one column of it, in a time that is given, and says how good that is on rows that nothing was chosen by.
 * Where the time, or the signal, left none to learn anything in, the answer is a guess that says so.
 * @throws InvalidSpecError, InvalidDataError before anything is trained; the signal's reason where that is aborted beforehand
 */
export async function learn(backend: Backend, table: Table, options: LearnOptions): Promise<Answer> {
  checkBackend(backend)
  checkTypedTable(table)
  checkOptions(options, 'learn')
  const { target, task, budget, seed = 0, repeats = 0, loss, classWeight, ignore, categorical, groups, by, signal, onProgress } = options
  checkBudget(budget)
  checkRepeats(repeats)
  if (!(Number.isInteger(seed) && seed >= 0 && seed <= MAX_SEED))
    throw new InvalidSpecError(`seed is ${shown(seed)}; it must be a whole number from 0 to ${MAX_SEED}`)
  const grouped = readGroups(table, groups)
  signal?.throwIfAborted()
  const willRepeat = repeats !== 0
  const clock = new Clock(budget, willRepeat)
  const rest = new Pace(undefined)
  const rests = { pause: () => rest.rest() }
  const problem = await inPieces(
    problemSteps(
      table,
      { ...(target !== undefined && { target }), ...(task && { task }), ...(ignore && { ignore }), ...(categorical && { categorical }) },
      seed,
      { loss, classWeight, by },
    ),
    rests,
  )
  const library = new Library(problem)
  const over = new Error('the time is over')
  const { ended, done } = endOf(clock.left, over, signal)
  const inputs = new Inputs(problem)
  const trackUntil = (until: AbortSignal): Track => {
    const pace = new Pace(until)
    return { backend, problem, inputs, library, seed, signal: until, pause: () => pace.rest(), clock }
  }
  const track = trackUntil(ended.signal)
  let steps = 0
  let candidates = 2
  const told = () => ({ steps, candidates, budget, seed, seconds: clock.seconds, stopped: signal?.aborted === true })
  let facts: Facts | undefined
  const runOf = async (resting: Pick<Track, 'pause'>): Promise<Run> => ({ problem, chosen: await inPieces(library.choose(), resting) })
  /** The ensemble, its judgement and the answer as it is now, in pieces. */
  const described = async (resting: Pick<Track, 'pause'>, runs: readonly Run[], isLast: boolean) => {
    const preparations = library.entries.flatMap(({ models }) => models.map(({ preparation }) => preparation))
    facts ??= await inPieces(factsOf(problem, preparations), resting)
    const judgement = await inPieces(judge(runs, seed), resting)
    // Asking every fold's models takes a moment: progress goes without, and is a little too modest.
    const bags = isLast ? await inPieces(bagsOf(runs, judgement, facts.columns, seed), resting) : {}
    const data = await inPieces(describeAnswer(runs, told(), facts, judgement, bags, repeats), resting)
    return { judgement, data }
  }
  let isReporting = false
  const report = async () => {
    if (onProgress === undefined || isReporting) return
    isReporting = true
    const answer = makeAnswer((await described(track, [await runOf(track)], false)).data)
    isReporting = false
    onProgress({ done: clock.done(steps), note: answer.score.sentence, answer, tried: [...library.tried] })
  }
  const reports: Promise<void>[] = []
  /** Where steps count all wait for it, so that each is told of; where seconds count nobody does. */
  const reported = async () => {
    const one = report()
    one.catch((error: unknown) => ended.abort(error))
    if ('seconds' in budget) reports.push(one)
    else await one
  }
  try {
    // Whatever the time: without it there would be no answer.
    await trainGuess({ ...track, pause: rests.pause }, 1)
    ended.signal.throwIfAborted()
    // A straight line is what all else is compared to; of many rows it takes seconds, in which networks train elsewhere.
    const line = async () => {
      await trainLinear(track, 0)
      await reported()
    }
    /** @returns false where not even a pass fits into the time that is left */
    const trainGroup = async (turn: number) => {
      if (isHopeless('network', library)) return false
      const group = networksOf(turn, problem, library.entries, seed)
      // So that what it costs is known.
      await inPieces(track.inputs.steps(group.shape.encoding, 0), track)
      const own = fitted(group, problem, track.inputs, clock, turn === 0 ? FIRST_PART : NEXT_PART)
      if (own === undefined) return false
      const started = clock.seconds
      const isWhole = await trainNetworks(track, own, turn, firstOf(turn))
      if (isWhole) clock.note(workOf(own, problem, track.inputs), clock.seconds - started)
      candidates += own.settings.length
      return true
    }
    const trainOthers = async (turn: number) => {
      if (isHopeless('trees', library)) return false
      if (turn === 0) await line()
      await trainTrees(track, treesOf(turn, problem, library.entries, seed), firstOf(turn) + PER_TURN - 1)
      candidates++
      return true
    }
    const turns = async (train: (turn: number) => Promise<boolean>) => {
      for (let turn = 0; !clock.isOver(turn) && (await train(turn)); turn++) {
        steps = Math.max(steps, turn + 1)
        await reported()
      }
    }
    // Where seconds count, networks and trees wait for nobody; where steps count, both see what the step before came to.
    await all(
      'seconds' in budget
        ? [turns(trainGroup), turns(trainOthers)]
        : [turns((turn) => all([trainGroup(turn), trainOthers(turn)]).then(() => true))],
      ended,
    )
  } catch (error) {
    // Whatever fails ends all the rest, and is a fault unless it is the end that was asked for.
    const { reason } = ended.signal
    if (!ended.signal.aborted || (reason !== over && !signal?.aborted)) throw reason ?? error
  } finally {
    done()
    ended.abort(over)
    await Promise.allSettled(reports)
  }
  const run = await runOf(rests)
  let runs: readonly Run[] = [run]
  if (willRepeat && signal?.aborted !== true && !library.isGuess) {
    clock.endSearch()
    const end = endOf(clock.left, over, signal)
    const widthOf = (some: readonly Run[]) => scoreWidth(some, seed)
    runs = await repeatUntil(trackUntil(end.ended.signal), run, repeats, widthOf, clock).finally(end.done)
  }
  const { judgement, data } = await described(rests, runs, true)
  if (library.isGuess) return makeAnswer({ ...data, learned: { ...data.learned, seconds: clock.seconds } })
  const settings = await inPieces(settingsThatMatter(library.tried, seed), rests)
  const seconds = signal?.aborted ? AFTER_STOP : clock.leftToSay
  const last = new Pace(signal?.aborted ? undefined : signal)
  const found = await columnsThatMatter(problem, run.chosen, judgement, data.columns, grouped, seed, {
    pause: () => last.rest(),
    seconds,
  }).catch((error: unknown) => {
    if (error !== signal?.reason) throw error
    return NOT_ASKED
  })
  return makeAnswer({
    ...data,
    matters: { columns: found.columns, settings: settings.settings, sentences: [...found.sentences, ...settings.sentences] },
    learned: { ...data.learned, seconds: clock.seconds },
  })
}

/** Milliseconds, 25 days. */
const LONGEST_TIMER = 2 ** 31 - 1

/** What ends where the time is over, or the caller's signal says so. */
function endOf(left: number | undefined, over: Error, signal: AbortSignal | undefined) {
  const ended = new AbortController()
  const stop = () => ended.abort(signal?.reason)
  signal?.addEventListener('abort', stop)
  if (signal?.aborted) stop()
  // A timer of no time waits all the same, which could be long enough for a small table.
  if (left !== undefined && left <= 0) ended.abort(over)
  // Nor does a timer wait for longer than it can count: it ends at once. The clock is looked at between two turns anyway.
  const timer = left === undefined || left * 1000 > LONGEST_TIMER ? undefined : setTimeout(() => ended.abort(over), left * 1000)
  const done = () => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
  return { ended, done }
}

/** By how many candidates of each kind have been tried: how often the least loss of the other a kind may lose before it is given up. */
const GIVEN_UP = [
  { candidates: 4, times: 1.3 },
  { candidates: 2, times: 2 },
]

/** Whether a kind has lost so clearly that its time is better spent on the other. */
function isHopeless(kind: 'network' | 'trees', library: Library): boolean {
  const [own, other] = [library.bestOf(kind), library.bestOf(kind === 'trees' ? 'network' : 'trees')]
  const tried = Math.min(own.candidates, other.candidates)
  return GIVEN_UP.some(({ candidates, times }) => tried >= candidates && own.loss > times * other.loss)
}

/** Waits for all, even where one fails: nothing goes on training behind an error. */
async function all(work: readonly Promise<unknown>[], ended?: AbortController): Promise<void> {
  for (const one of work) one.catch((error: unknown) => ended?.abort(error))
  const failed = (await Promise.allSettled(work)).find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}

function checkBudget(budget: unknown): void {
  const amount = typeof budget === 'object' && budget !== null ? Object.values(budget)[0] : undefined
  const name = typeof budget === 'object' && budget !== null ? Object.keys(budget).join() : ''
  const fits =
    name === 'seconds'
      ? typeof amount === 'number' && amount > 0 && Number.isFinite(amount)
      : name === 'steps' && Number.isInteger(amount) && Number(amount) >= 1
  if (!fits)
    throw new InvalidSpecError(
      `budget is ${shown(budget)}; it must be { seconds }, a finite number above 0, or { steps }, a whole number of 1 or more`,
    )
}
