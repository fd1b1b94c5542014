// Initial weights computed by WASM for the WebGPU backend.

import { EspalierError } from '../../core/errors.ts'
import { type Layout, parameterLayout } from '../../core/layout.ts'
import { initialSlot, slotCount } from '../../core/optimizers.ts'
import type { Member, Population } from '../../core/population.ts'
import type { MemberState } from '../backend.ts'
import type { InitialExports } from './exports.ts'
import { initialize } from './initialize.ts'
import { initialTensors } from './initialTensors.ts'
import { MessageListener } from './messageListener.ts'
import { compileInitial } from './module.ts'

/** An instance up to this size is kept for the next population; a larger one is dropped, and its memory with it. */
const SPARE_BYTES = 16 * 2 ** 20

/**
 * The initial states of members that another backend trains: initial weights from a separate module, a third of the whole one, with the bits of
 * the WASM backend, and the optimizer's slots if the population trains. It receives messages in between.
 * @throws BackendUnavailableError if the module cannot be loaded; EspalierError without memory for the weights
 */
export async function openInitialStates(wasmUrl: string | URL | undefined) {
  const module = await compileInitial(wasmUrl)
  let spare: InitialExports | undefined
  return async ({ topology, members }: Population, trains: boolean): Promise<MemberState[]> => {
    const wasm = spare ?? (await instantiate(module))
    spare = undefined
    const layout = parameterLayout(topology)
    const mark = wasm.mark()
    try {
      const states = await statesOf(wasm, layout, members, trains)
      wasm.release(mark)
      if (wasm.memory.buffer.byteLength <= SPARE_BYTES) spare = wasm
      return states
    } catch (cause) {
      if (!(cause instanceof WebAssembly.RuntimeError)) throw cause
      throw new EspalierError(`the host refused the memory for the initial weights of ${layout.parameters} parameters; use fewer units`, {
        cause,
      })
    }
  }
}

async function instantiate(module: WebAssembly.Module): Promise<InitialExports> {
  const { exports } = await WebAssembly.instantiate(module, { env: { abort: () => undefined } })
  return exports as unknown as InitialExports
}

async function statesOf(wasm: InitialExports, layout: Layout, members: readonly Member[], trains: boolean): Promise<MemberState[]> {
  const listener = new MessageListener()
  const { parameters: count, stateSize } = layout
  const address = wasm.allocate((count + stateSize) * 4)
  const states: MemberState[] = []
  for (const member of members) {
    for (const _ of initialize(wasm, address, initialTensors(member, layout), member.seed)) if (listener.due) await listener.listen()
    const parameters = new Float32Array(wasm.memory.buffer, address >>> 0, count).slice()
    const state = new Float32Array(wasm.memory.buffer, (address >>> 0) + count * 4, stateSize).slice()
    const slots = Array.from({ length: trains ? slotCount(member.optimizer) : 0 }, (_, slot) =>
      new Float32Array(count).fill(initialSlot(member.optimizer, slot)),
    )
    states.push({ parameters, slots, steps: 0, products: [1, 1, 1], ...(stateSize === 0 ? {} : { state }) })
  }
  return states
}
