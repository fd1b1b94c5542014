import { readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { Engine } from '../../src/backend/wasm/engine.ts'
import { planSession } from '../../src/backend/wasm/plan.ts'
import type { Request, Response } from '../../src/backend/wasm/protocol.ts'
import { createLeader } from '../../src/backend/wasm/team.ts'
import { resolveSpec } from '../contract/api.ts'
import { expectSame } from '../support/close.ts'
import { makeExamples } from '../support/problems.ts'
import { BUILDS } from './module.ts'

/** A leader on this thread and a helper on another: that the helper does part of the work, and what it comes to. */

const compile = (name: string) => WebAssembly.compile(readFileSync(new URL(`../../build/${name}.wasm`, import.meta.url)))

const { topology, member } = resolveSpec({
  network: {
    inputSize: 150,
    loss: 'categoricalCrossentropy',
    layers: [
      { units: 200, activation: 'tanh', dropout: 0.2, l2: 0.01 },
      { units: 20, activation: 'softmax' },
    ],
  },
  optimizer: 'adam',
  batchSize: 64,
})
const plan = planSession({ topology, members: [member] }, { train: makeExamples(topology, 320, 1) })

it.each(BUILDS)('a helper takes pieces off its leader, and the bits are those of one thread, %s build', async (build) => {
  const [plain, threaded] = await Promise.all([compile(build), compile(`threaded-${build}`)])
  const alone = await Engine.create(plain)
  const instance = await createLeader({ id: 0, module: threaded, full: false, threads: 2 })
  const leader = new Engine(instance.exports, instance)
  for (const _ of alone.open(plan));
  for (const _ of leader.open(plan, 2));
  const { shared } = leader
  if (shared === undefined) throw new Error('a leader shares nothing')
  const { memory, globals } = shared
  const at = (name: string): number => globals[name] ?? Number.NaN
  const helpers = () => Atomics.load(new Int32Array(memory.buffer, at('helpers'), 1), 0)
  /** What only the second thread writes: its own part of the pieces' scratch memory. */
  const traces = () => new Uint8Array(memory.buffer, at('targetRow') + at('pieceBytes'), at('pieceBytes')).some((byte) => byte !== 0)

  const worker = new Worker(new URL('../../dist/worker.js', import.meta.url))
  try {
    const answer = new Promise<Response>((resolve, reject) => worker.on('message', resolve).on('error', reject))
    const order = { id: 0, module: threaded, memory, globals, thread: 1, turn: 0 }
    worker.postMessage({ kind: 'call', call: 0, session: 0, body: { method: 'help', order } } satisfies Request)
    await expect.poll(helpers, { interval: 1, timeout: 10_000 }).toBe(1)
    expect(traces()).toBe(false)
    const epochs = 40
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const engine of [alone, leader]) {
        engine.startEpoch(0, epoch, 0.001)
        expect(engine.trainSteps(0, epoch, 0, engine.stepsPerEpoch)).toBe(true)
      }
    }
    expect(traces()).toBe(true)
    expect(leader.epochResult(0, false, undefined)).toEqual(alone.epochResult(0, false, undefined))
    const [expected, actual] = [alone.readState(0), leader.readState(0)]
    expectSame(actual.parameters, expected.parameters, 'parameters')
    actual.slots.forEach((slot, i) => {
      expectSame(slot, expected.slots[i] ?? [], `slot ${i}`)
    })
    leader.endTurn(0)
    expect(await answer).toEqual({ kind: 'result', call: 0, value: undefined })
    expect(helpers()).toBe(0)
  } finally {
    await worker.terminate()
  }
})
