/** The engine's end of the protocol: a dedicated worker of the page, with the samples in `data/` beside its script. */

import type { CallName, EngineEvent, Message, Reply } from '../protocol.ts'
import { Engine } from './engine.ts'
import { problemOf } from './problems.ts'

const post = (reply: Reply): void => postMessage(reply)
const tell = (event: EngineEvent): void => post(event)

const begun = begin()

async function begin(): Promise<Engine> {
  if (navigator.locks === undefined || crypto.subtle === undefined)
    throw new Error(
      'this address is not a secure one, so the browser lets the page neither keep studies nor check files: open the studio by https, or from localhost',
    )
  const engine = new Engine(new URL('data/', self.location.href), tell)
  await engine.begin()
  return engine
}

begun.catch((error) => tell({ event: 'problem', problem: problemOf(error) }))

addEventListener('message', ({ data }) => void answer(data as Message))

async function answer<Name extends CallName>({ id, call, takes }: Message<Name>): Promise<void> {
  try {
    post({ id, gives: await (await begun).call(call, takes) })
  } catch (error) {
    post({ id, problem: problemOf(error) })
  }
}
