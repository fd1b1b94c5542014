/** The worker of play mode: it trains a small population an epoch at a time, and sends frames when it is asked for them. */

import { openBackend } from '../../../index.ts'
import type { PlayFrame, PlayMessage, PlayReply } from '../../playProtocol.ts'
import type { PlaySettings } from '../../playSettings.ts'
import { problemOf } from '../problems.ts'
import { Playground } from './playground.ts'

const post = (reply: PlayReply, transfer: Transferable[] = []): void => postMessage(reply, { transfer })

/** One thread, this one: a frame is a few milliseconds of work, less than another thread would be late. */
const opened = openBackend({ prefer: 'wasm', workers: 0 })

/** The arrays of a frame that nobody needs here any more. */
const sent = ({ surfaces, look }: PlayFrame): Transferable[] =>
  [surfaces, look.surface, look.units].map(({ buffer }) => buffer as ArrayBuffer)

/** What is played, as the last `begin` wanted it. One message is answered after the other. */
let playing: Promise<Playground | undefined> = Promise.resolve(undefined)

async function begin(before: Playground | undefined, settings: PlaySettings): Promise<Playground | undefined> {
  await before?.dispose()
  const made = await Playground.open(await opened, settings)
  const isMade = made instanceof Playground
  post({ tell: 'begun', points: made.points, refusal: isMade ? undefined : made.refusal })
  return isMade ? made : undefined
}

async function answer(before: Playground | undefined, message: PlayMessage): Promise<Playground | undefined> {
  try {
    if (message.ask === 'begin') return await begin(before, message.settings)
    if (before === undefined) throw new Error('a frame is asked for before anything has begun')
    const frame = await before.frame(message.epochs, message.selected)
    post({ tell: 'frame', frame }, sent(frame))
    return before
  } catch (error) {
    post({ tell: 'problem', message: problemOf(error).message })
    return undefined
  }
}

addEventListener('message', ({ data }) => {
  playing = playing.then((before) => answer(before, data as PlayMessage))
})
