import { workerData } from 'node:worker_threads'
import { drawFrom } from '../support/random.ts'
import type { Attempt } from './reader.ts'
import { READERS } from './readers.ts'
import { type Failure, type Order, REACHED, type Tally } from './run.ts'

/** Reads what it is told to, in a thread that can be ended when it hangs. */

const { reader: name, mutations, seed, limits, progress, port } = workerData as Order
const reader = READERS.find((one) => one.name === name)
if (reader === undefined) throw new Error(`there is no reader ${name}`)

const memory = (): number => process.resourceUsage().maxRSS / 1024

const shown = (input: unknown): string => {
  if (input instanceof Uint8Array) return `base64 ${Buffer.from(input).toString('base64').slice(0, 4000)}`
  return (typeof input === 'string' ? JSON.stringify(input) : String(input)).slice(0, 4000)
}

/** What was wrong, or whether it was accepted. */
async function attempt({ input, read }: Attempt, number: number): Promise<'accepted' | 'refused' | Failure> {
  const failure = (what: string): Failure => ({ number, what, input: shown(input) })
  const [before, busy] = [memory(), process.cpuUsage()]
  let answer: 'accepted' | 'refused' = 'accepted'
  try {
    await read()
  } catch (error) {
    if (!(error instanceof Error)) return failure(`threw ${String(error)}`)
    if (!reader?.refusals.some((kind) => error instanceof kind)) return failure(error.stack ?? error.message)
    if (error.message.length > limits.message) return failure(`the message has ${error.message.length} characters`)
    answer = 'refused'
  }
  const { user, system } = process.cpuUsage(busy)
  const seconds = (user + system) / 1e6
  if (seconds > limits.seconds) return failure(`took ${seconds.toFixed(1)} s of the processor`)
  const grown = memory() - before
  return grown > limits.mebibytes ? failure(`took ${grown.toFixed(0)} MiB of memory`) : answer
}

const tally: Tally = { accepted: 0, refused: 0, failures: [] }
const take = (outcome: Awaited<ReturnType<typeof attempt>>): void => {
  if (typeof outcome === 'object') tally.failures.push(outcome)
  else tally[outcome] += 1
}

const { wholes, attempt: make } = await reader.open()
// The whole ones first, and now and then: a damaged one must not spoil the reader for those after it.
const isSpoiled = async (number: number): Promise<void> => {
  for (let whole = 0; whole < wholes; whole++) {
    const outcome = await attempt(make(whole), number)
    if (outcome !== 'accepted' && reader.name !== 'the named sets')
      take(typeof outcome === 'object' ? outcome : { number, what: `the whole input ${whole} is refused`, input: '' })
  }
}
await isSpoiled(-1)
for (let number = 0; number < mutations && tally.failures.length < limits.failures; number++) {
  Atomics.store(progress, REACHED, number)
  const draw = drawFrom(seed + number)
  take(await attempt(make(draw.index(wholes), draw), number))
  if (number % 500 === 499) await isSpoiled(number)
}
port.postMessage(tally)
