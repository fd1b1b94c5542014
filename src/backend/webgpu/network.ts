import type { Examples, Population } from '../../core/population.ts'
import type { MemberState, SessionData } from '../backend.ts'
import type { Line } from './connection.ts'
import type { Executor, Passes } from './executor.ts'
import { openGeneral } from './general.ts'
import { type Ground, layGround } from './ground.ts'
import type { Memory } from './memory.ts'
import type { Plan } from './plan.ts'
import type { Products } from './products.ts'
import { uploadRows } from './rows.ts'
import { openSmall, type Small } from './small.ts'

/** A population laid out on a device with its data. */
export interface Network extends Ground, Executor {
  readonly train: Passes | undefined
  readonly test: Passes | undefined
}

/** What executes a population: a workgroup a network, or the kernels of large ones. */
export type Path = { readonly small: Small } | { readonly products: Products }

export async function layOut(
  { kernels, opened: { software } }: Line,
  memory: Memory,
  population: Population,
  data: SessionData,
  plan: Plan,
  states: readonly MemberState[],
  path: Path,
): Promise<Network> {
  const ground = await layGround(kernels, memory, population, data, plan, states)
  const executor = 'small' in path ? openSmall(ground, path.small) : await openGeneral(ground, path.products, software)
  const upload = (examples: Examples | undefined, classWeights: Float32Array): Promise<Passes> | undefined =>
    examples === undefined ? undefined : executor.over(uploadRows(memory, examples, population.topology, classWeights), true)
  const [train, test] = await Promise.all([upload(data.train, ground.classWeights), upload(data.test, new Float32Array())])
  return { ...ground, ...executor, train, test }
}
